//! `check`: backpropagation through time against central differences.

use std::io;
use std::path::Path;

use super::arguments::CheckArguments;
use super::failure::{DONE, FAILED, Failure};
use super::interruption::interruption;
use super::output::write_result;
use super::progress::watched;
use super::run::Run;
use crate::export::open_tensors;
use crate::flow::{
    Cause, CheckOutcome, CheckScope, GradientCheck, Progress, Setting, TOLERANCE, check_gradients,
    diagnose, significant,
};
use crate::rnn::{Interrupt, Interrupted};
use crate::training::{Comparison, Snapshot, Wanted, shown_path};

/// Carries out `arguments`.
///
/// # Errors
/// [`Failure`] says what is wrong with the arguments or the output, or that it was interrupted.
pub fn run(arguments: &CheckArguments) -> Result<u8, Failure> {
    let experiment = arguments.input.experiment()?;
    let interrupt = interruption();
    let mut run = Run::new(experiment, interrupt.clone());
    run.train(arguments.steps, false)?;
    let snapshot = run.snapshot(Wanted::default())?;
    if let Some(path) = &arguments.against {
        return against(path, &snapshot, &interrupt);
    }
    let progress = Progress::default();
    let work = || {
        check_gradients(
            &snapshot.moment.network,
            &snapshot.probe.batch,
            snapshot.probe.loss_function,
            CheckScope::All,
            &interrupt,
            &progress,
        )
    };
    let check = watched(|| progress.share(), "comparing", work)
        .map_err(|Interrupted| Failure::Interrupted(String::new()))?;
    write_result(None, |out| {
        if let Some(divergence) = &snapshot.run.divergence {
            let headline = divergence.headline();
            let headline = headline.trim_start_matches('D');
            writeln!(out, "the run d{headline}; its last finite state is checked")?;
            writeln!(out, "{}", divergence.cause())?;
        }
        write(&check, out)
    })?;
    Ok(match check.outcome() {
        CheckOutcome::Failed => FAILED,
        CheckOutcome::Passed | CheckOutcome::Undecided if run.diverged => FAILED,
        CheckOutcome::Passed | CheckOutcome::Undecided => DONE,
    })
}

/// A gradient of somebody else's against backpropagation through time.
fn against(path: &Path, snapshot: &Snapshot, interrupt: &Interrupt) -> Result<u8, Failure> {
    let tensors = open_tensors(path, interrupt)?;
    let (network, batch) = (&*snapshot.moment.network, &*snapshot.probe.batch);
    let setting = Setting {
        network,
        batch,
        loss: snapshot.probe.loss_function,
    };
    let Comparison { given, left_out } = Comparison::of(&tensors, setting);
    if given.is_empty() {
        let tensors = network.parameters.tensors();
        let names: Vec<_> = tensors
            .filter(|(tensor, _)| !tensor.is_empty())
            .map(|(tensor, _)| tensor.name.to_string())
            .collect();
        let why = left_out.join("; ");
        let text = format!(
            "{}: nothing in it can be compared ({why}). Name the tensors {} or dl_dh",
            shown_path(path),
            names.join(", ")
        );
        return Err(Failure::Argument(text));
    }
    let progress = Progress::default();
    let work = || diagnose(setting, &given, interrupt, &progress);
    let diagnosis = watched(|| progress.share(), "looking for what is wrong", work)
        .map_err(|Interrupted| Failure::Interrupted(String::new()))?;
    write_result(None, |out| {
        write!(out, "{}", diagnosis.report(setting))?;
        for what in &left_out {
            writeln!(out, "not compared: {what}")?;
        }
        Ok(())
    })?;
    Ok(match diagnosis.cause {
        Cause::Nothing => DONE,
        _ => FAILED,
    })
}

fn write(check: &GradientCheck, out: &mut dyn io::Write) -> io::Result<()> {
    let word = match check.outcome() {
        CheckOutcome::Passed => "passed",
        CheckOutcome::Failed => "FAILED",
        CheckOutcome::Undecided => "undecided",
    };
    writeln!(out, "{word}")?;
    writeln!(
        out,
        "{} of {} parameters compared with central differences, tolerance {}",
        check.checked,
        check.total,
        significant(TOLERANCE)
    )?;
    writeln!(
        out,
        "{} negligible: zero, or lost in the rounding of the loss, by both",
        check.negligible
    )?;
    writeln!(
        out,
        "{} undecided: beside a kink of f, too steep or too rugged for differences, or not finite",
        check.undecided
    )?;
    if let Some(worst) = &check.worst {
        writeln!(
            out,
            "worst {}: relative error {}, backpropagation {:?}, differences {:?}",
            worst.name,
            significant(worst.relative_error),
            worst.bptt,
            worst.difference
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Worst;

    #[test]
    fn a_wrong_gradient_is_named_with_both_its_values() {
        let check = GradientCheck {
            checked: 1,
            total: 2,
            undecided: 1,
            worst: Some(Worst {
                name: "w_h".to_owned(),
                relative_error: 0.5,
                bptt: 2.0,
                difference: 1.0,
            }),
            ..GradientCheck::default()
        };
        let mut out = Vec::new();
        write(&check, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("FAILED\n1 of 2 parameters"));
        assert!(
            text.contains("worst w_h: relative error 0.500, backpropagation 2.0, differences 1.0")
        );
    }
}
