//! The gradient of every timestep as a table for a terminal.

use std::io::{self, Write};

use crate::export::{Several, Sight};
use crate::flow::{Magnitude, significant};
use crate::training::{Answer, Snapshot};

/// Width of the bar of a timestep.
const BAR: usize = 30;

/// Decades at which the bar is empty.
const BAR_DECADES: f64 = 12.0;

/// Writes `snapshot` as a table with one row per timestep, from that of o_0 on, and the verdict below.
///
/// # Errors
/// What `out` says.
pub fn write_table(snapshot: &Snapshot, out: &mut dyn Write) -> io::Result<()> {
    let words = (1..=snapshot.len()).map(|t| snapshot.input_text(t).chars().count());
    let width = words.max().unwrap_or(0).clamp(4, 24);
    let (state, product) = match snapshot.moment.network.is_the_lectures() {
        true => ("o", "do_n/do_t"),
        false => ("h", "ds_n/ds_t"),
    };
    writeln!(
        out,
        "{:>6}  {:width$}  {:>12}  {:>12}  {:>12}  10⁻¹² … 1",
        "t", "x", state, "factor", product
    )?;
    // What the end sees of o_0, which nothing is read into and no factor leads to.
    let from_initial = snapshot.probe.flow.from_initial_state();
    writeln!(
        out,
        "{:>6}  {:width$}  {:>12}  {:>12}  {:>12}  {}",
        0,
        "",
        significant(snapshot.probe.states[0]),
        "",
        from_initial.to_string(),
        bar(from_initial)
    )?;
    for (index, step) in snapshot.probe.flow.steps.iter().enumerate() {
        let t = index + 1;
        let text: String = snapshot.input_text(t).chars().take(width).collect();
        writeln!(
            out,
            "{t:>6}  {text:width$}  {:>12}  {:>12}  {:>12}  {}",
            significant(snapshot.probe.states[t]),
            step.factor.to_string(),
            step.to_end.to_string(),
            bar(step.to_end)
        )?;
    }
    writeln!(out)?;
    if let Some(divergence) = &snapshot.run.divergence {
        writeln!(out, "{}", divergence.headline())?;
        writeln!(out, "{}", divergence.cause())?;
        writeln!(out, "What is shown is before it: {}", divergence.kept())?;
    }
    writeln!(out, "{}", snapshot.probe.verdict.in_words())?;
    if snapshot.probe.is_put_in() {
        let outcome = snapshot.probe.outcome_in_words();
        return writeln!(out, "Step {}, {outcome}", snapshot.moment.step);
    }
    writeln!(
        out,
        "Step {}, loss of the probe {}, {} {}, target {}",
        snapshot.moment.step,
        significant(snapshot.probe.loss),
        match snapshot.probe.answers.last() {
            Some(Answer {
                classes: Some(_), ..
            }) => "share of the right class",
            _ => "prediction",
        },
        significant(snapshot.probe.prediction),
        snapshot.probe.target_in_words()
    )
}

/// Decimals are enough to see which is larger; a column has room for a name.
const COLUMN: usize = 18;

/// Writes what is left of the gradient at every timestep of several moments, a column for each, counted from the end, which
/// is where it comes from; what each is called, its verdict, and what they say of each other.
///
/// # Errors
/// What `out` says.
pub fn write_several(
    sights: &[Sight<'_>],
    several: &Several<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let longest = sights.iter().map(|sight| sight.snapshot.len()).max();
    let longest = longest.unwrap_or(0);
    let cut = |text: &str, width: usize| text.chars().take(width).collect::<String>();
    write!(out, "{:>6}  {:12}", "back", "x")?;
    for number in 1..=sights.len() {
        write!(out, "  {:>COLUMN$}", format!("({number})"))?;
    }
    writeln!(out)?;
    for back in (0..longest).rev() {
        let at = |sight: &Sight<'_>| sight.snapshot.len().checked_sub(back).filter(|t| *t > 0);
        let texts = sights
            .iter()
            .filter_map(|sight| Some(sight.snapshot.input_text(at(sight)?)));
        let text = texts.into_iter().next().unwrap_or_default();
        write!(out, "{back:>6}  {:12}", cut(text, 12))?;
        for sight in sights {
            let step = at(sight).map(|t| &sight.snapshot.probe.flow.steps[t - 1]);
            let left = step.map_or_else(String::new, |step| step.to_end.to_string());
            write!(out, "  {left:>COLUMN$}")?;
        }
        writeln!(out)?;
    }
    writeln!(out)?;
    for (number, (sight, name)) in (1..).zip(sights.iter().zip(several.names())) {
        let verdict = sight.snapshot.probe.verdict.in_words();
        writeln!(out, "({number}) {name}: {verdict}")?;
    }
    writeln!(out, "{}", several.sentence())
}

/// Full at 1 and above, empty twelve decades below.
fn bar(magnitude: Magnitude) -> String {
    let log10 = match magnitude {
        Magnitude::Finite { log10, .. } => log10,
        Magnitude::Zero | Magnitude::Undefined => return magnitude.to_string(),
        Magnitude::Overflow { .. } | Magnitude::Nan => return magnitude.to_string(),
    };
    let share = (1.0 + log10.min(0.0) / BAR_DECADES).max(0.0);
    let filled = (share * BAR as f64).round() as usize;
    let overflow = if log10 > 0.5 { "▶" } else { "" };
    format!("{}{overflow}", "█".repeat(filled))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rnn::Interrupt;
    use crate::training::{CheckedExperiment, Stepped, Trainer, Wanted};

    #[test]
    fn a_trace_has_a_row_per_timestep_and_a_verdict() {
        let never = Interrupt::default();
        let mut trainer = Trainer::new(CheckedExperiment::default());
        (0..3).for_each(|_| assert_eq!(trainer.step(&never), Stepped::Done));
        let mut out = Vec::new();
        let snapshot = trainer.snapshot(Wanted::default(), &never).unwrap();
        write_table(&snapshot, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 1 + 11 + 3);
        assert!(text.contains("loved") && text.contains("of the gradient reaches"));
        assert!(text.contains("Step 3,"));
    }

    #[test]
    fn bars_shrink_with_the_magnitude() {
        assert_eq!(bar(Magnitude::ONE).chars().count(), BAR);
        assert_eq!(bar(Magnitude::new(1e-6)).chars().count(), BAR / 2);
        assert_eq!(bar(Magnitude::new(1e-40)), "");
        assert!(bar(Magnitude::new(1e9)).ends_with('▶'));
    }
}
