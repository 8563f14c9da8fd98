//! `trace`: train some steps, then write the probe's gradient flow.

mod table;

use std::io::{self, IsTerminal};

use clap::ValueEnum;

use super::arguments::{Format, TraceArguments};
use super::failure::{DONE, FAILED, Failure};
use super::interruption::interruption;
use super::output::write_result;
use super::run::Run;
use crate::export::{Artefact, Look, Subject, View};

/// Carries out `arguments`.
///
/// # Errors
/// [`Failure`] says what is wrong with the arguments or the output, or that it was interrupted.
pub fn run(arguments: &TraceArguments) -> Result<u8, Failure> {
    let experiment = arguments.input.experiment()?;
    check_combination(arguments, experiment.task.length)?;
    let interrupt = interruption();
    let mut run = Run::new(experiment, interrupt.clone());
    run.train(arguments.steps, arguments.view == Some(View::Accuracy))?;
    let snapshot = run.snapshot(arguments.view)?;
    let look = Look {
        cursor: cursor(arguments, snapshot.len()),
        ..Look::of(&snapshot)
    };
    let finding = match arguments.view {
        Some(view) => run.finding(view, &snapshot, &look)?,
        None => None,
    };
    let subject = Subject {
        snapshot: &snapshot,
        finding: finding.as_ref(),
        look: &look,
    };
    write_result(arguments.out.as_deref(), |out| match artefact(arguments) {
        None => table::write_table(&snapshot, out),
        Some(artefact) => artefact.write(subject, &interrupt, out),
    })?;
    Ok(if run.diverged { FAILED } else { DONE })
}

/// The timestep that is looked at: where the way back through time is longest for the views that show it.
fn cursor(arguments: &TraceArguments, length: usize) -> usize {
    let usual = match arguments.view {
        Some(View::Formula | View::Spectrum) => 1,
        _ => length,
    };
    arguments.at.unwrap_or(usual)
}

/// How it is written: as was said, or as the name of the file ends.
fn format(arguments: &TraceArguments) -> Format {
    let extension = arguments
        .out
        .as_deref()
        .and_then(|path| path.extension()?.to_str());
    let by_name = || {
        let extension = extension?.to_lowercase();
        Format::value_variants()
            .iter()
            .copied()
            .find(|format| format!("{format:?}").to_lowercase() == extension)
    };
    arguments.format.or_else(by_name).unwrap_or(Format::Text)
}

/// What is to be written; `None` for the table.
fn artefact(arguments: &TraceArguments) -> Option<Artefact> {
    match (format(arguments), arguments.view) {
        (Format::Text, _) => None,
        (Format::Json, _) => Some(Artefact::TraceJson),
        (Format::Csv, None) => Some(Artefact::TraceCsv),
        (Format::Csv, Some(view)) => Some(Artefact::Data(view)),
        (Format::Svg, view) => Some(Artefact::Svg(view)),
        (Format::Png, view) => Some(Artefact::Png(view)),
    }
}

/// Says what does not go together.
fn check_combination(arguments: &TraceArguments, length: usize) -> Result<(), Failure> {
    let wrong = |what: String| Err(Failure::Argument(what));
    if let Some(at) = arguments.at.filter(|at| !(1..=length).contains(at)) {
        return wrong(format!(
            "--at takes a timestep from 1 to {length}, not {at}"
        ));
    }
    match format(arguments) {
        Format::Text | Format::Json if arguments.view.is_some() => {
            wrong("--view goes with --format svg, png or csv".to_owned())
        }
        Format::Png if arguments.out.is_none() && io::stdout().is_terminal() => wrong(
            "a png is no text for a terminal: write it with --out FILE, or into a pipe".to_owned(),
        ),
        _ => Ok(()),
    }
}
