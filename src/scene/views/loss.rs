//! Loss and gradient norms over training steps, in decades.

use super::kit::*;
use crate::tasks::KnowingNothing;
use crate::training::StepRecord;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Loss",
    slug: "loss",
    meaning: "Loss and gradient norms over training steps",
    spoken: "Loss over steps",
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    ..Definition::EMPTY
};

/// One curve.
struct Curve {
    name: &'static str,
    /// What it is called where there is less room, and what it is.
    short: &'static str,
    meaning: &'static str,
    of: fn(&StepRecord) -> f64,
    swatch: Swatch,
    stroke: Stroke,
    /// How far its shapes for what is not finite are moved inwards, so that those of all are seen.
    inwards: f64,
}

fn is_clipped(subject: &Subject<'_>) -> bool {
    let training = &subject.snapshot.moment.experiment.training;
    training.clip_norm.is_some()
}

fn curves(subject: &Subject<'_>, canvas: &Canvas) -> Vec<Curve> {
    let colours = canvas.colours();
    let mut curves = vec![
        Curve {
            name: "‖∂L/∂w‖ of everything that is trained",
            short: "‖∂L/∂w‖",
            meaning: "Norm of the gradient of everything that is trained, before clipping",
            of: |record| record.gradient_norm,
            swatch: Swatch::Dashed,
            stroke: Stroke::new(colours.measured, 1.4).dashed(7.0, 3.5),
            inwards: 11.0,
        },
        Curve {
            name: "L, the mean loss of the batch",
            short: "L",
            meaning: "Mean loss of each step's batch, before the update of that step, on a logarithmic axis",
            of: |record| record.loss,
            swatch: Swatch::Line,
            stroke: Stroke::new(colours.measured, 1.8),
            inwards: 0.0,
        },
    ];
    if is_clipped(subject) {
        curves.push(Curve {
            name: "‖∂L/∂w‖ clipped",
            short: "clipped",
            meaning: "Norm of the gradient after clipping",
            of: |record| record.clipped_norm,
            swatch: Swatch::Dotted,
            stroke: Stroke::new(colours.measured, 1.4).dashed(1.5, 2.5),
            inwards: 22.0,
        });
    }
    curves
}

/// Every value of every curve.
fn values(subject: &Subject<'_>, curves: &[Curve]) -> impl Iterator<Item = f64> {
    let history = &subject.snapshot.run.history;
    curves.iter().flat_map(|curve| history.iter().map(curve.of))
}

/// log₁₀ of what has one: neither loss nor norm is ever below zero.
fn decade(value: f64) -> Option<f64> {
    (value > 0.0 && value.is_finite()).then(|| value.log10())
}

fn header(subject: &Subject<'_>, canvas: &Canvas) -> Header {
    let run = &subject.snapshot.run;
    let curves = curves(subject, canvas);
    let entry = |curve: &Curve| {
        let entry = Entry::new(curve.swatch, curve.stroke.colour, curve.name);
        entry.short(curve.short).meaning(curve.meaning)
    };
    let mut legend: Vec<Entry> = curves.iter().map(entry).collect();
    let theory = canvas.colours().theory;
    legend.extend(of_knowing_nothing(&run.knowing_nothing, theory));
    legend.extend(ghost_entry(subject, canvas).filter(|_| !ghost_losses(subject).is_empty()));
    // In the colour of no curve.
    let values = values(subject, &curves).map(Magnitude::new);
    legend.extend(Entry::of_outcomes(values, theory));
    let sentence = match run.history.last() {
        None => "no step yet".to_owned(),
        Some(record) => format!(
            "in step {}, before its update, L was {} and ‖∂L/∂w‖ {}",
            thousands(record.step),
            significant(record.loss),
            significant(record.gradient_norm)
        ),
    };
    Header {
        name: VIEW.name,
        sentence,
        // In a third of a small window the legend has room, and nothing else.
        short: Some(String::new()),
        legend,
        ..Header::default()
    }
}

fn of_knowing_nothing(nothing: &KnowingNothing, colour: Colour) -> Option<Entry> {
    decade(nothing.loss)?;
    let text = knowing_nothing(nothing);
    let meaning = format!(
        "{text}: at best the loss of a network that answers the same whatever it reads: {}. A curve that stays on this line has learnt nothing yet",
        nothing.reason
    );
    let entry = Entry::new(Swatch::Dotted, colour, text).short("knowing nothing");
    Some(entry.meaning(meaning))
}

/// `L of knowing nothing, ln 2 = 0.693`
fn knowing_nothing(nothing: &KnowingNothing) -> String {
    let value = significant(nothing.loss);
    if nothing.formula == value {
        format!("L of knowing nothing, {value}")
    } else {
        format!("L of knowing nothing, {} = {value}", nothing.formula)
    }
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let (snapshot, colours) = (subject.snapshot, canvas.colours());
    let history = &snapshot.run.history;
    let nothing = decade(snapshot.run.knowing_nothing.loss);
    let curves = curves(subject, canvas);
    let ghost = ghost_losses(subject);
    let of_ghost = ghost.iter().filter_map(|(_, height)| *height);
    let decades_shown = values(subject, &curves)
        .filter_map(decade)
        .chain(nothing)
        .chain(of_ghost);
    let (low, high) = ends(decades_shown).unwrap_or((-1.0, 1.0));
    let y = round_range(low, high, 1.0);
    let chart = steps::chart(VIEW.slug, snapshot, canvas, room, y);
    let mut series = Vec::from_iter(steps::looked_at(snapshot, canvas));
    let dotted = Stroke::new(colours.theory, 1.5).dashed(1.5, 3.0);
    series.extend(nothing.map(|y| Series::level(y, dotted)));
    if !ghost.is_empty() {
        series.push(Series::line("frozen", ghost, ghost_stroke(canvas)));
    }
    for curve in &curves {
        let of = |record: &StepRecord| (record.step as f64, (curve.of)(record));
        let heights = history.iter().map(of).map(|(x, y)| (x, decade(y)));
        series.push(Series::line(curve.name, heights, curve.stroke));
        let magnitudes = history.iter().map(of).map(|(x, y)| (x, Magnitude::new(y)));
        let colour = curve.stroke.colour;
        series.push(Series::not_finite(magnitudes, colour, curve.inwards));
    }
    let chart = Chart {
        left: Axis::decades(&chart.frame).named("L, ‖∂L/∂w‖"),
        series,
        remark: remark(subject, canvas, &curves),
        hot: Hot::Columns(history.iter().map(|record| record.step as f64).collect()),
        ..chart
    };
    Picture::of(chart, description(subject))
}

/// Step and log₁₀ of L of the moment that was kept, as far as this run has come: the axis is that of this run.
fn ghost_losses(subject: &Subject<'_>) -> Vec<(f64, Option<f64>)> {
    let Some(ghost) = subject.ghost else {
        return Vec::new();
    };
    let newest = subject.snapshot.run.timeline.newest.max(1);
    let records = ghost
        .run
        .history
        .iter()
        .filter(|record| record.step <= newest);
    records
        .map(|record| (record.step as f64, decade(record.loss)))
        .collect()
}

/// What the curves cannot say: that there is no step yet, or that no number is finite.
fn remark(subject: &Subject<'_>, canvas: &Canvas, curves: &[Curve]) -> Option<Remark> {
    let colours = canvas.colours();
    let (text, colour) = match subject.snapshot.run.history.last() {
        None if canvas.is_page() => ("No training step yet".to_owned(), colours.theory),
        None => ("No step yet: press Step or Run".to_owned(), colours.theory),
        Some(_) if values(subject, curves).any(|value| decade(value).is_some()) => return None,
        Some(last) => {
            let [loss, norm] = [last.loss, last.gradient_norm].map(significant);
            (format!("L is {loss}, ‖∂L/∂w‖ is {norm}"), colours.error)
        }
    };
    Some(Remark { text, colour })
}

fn description(subject: &Subject<'_>) -> String {
    let run = &subject.snapshot.run;
    let nothing = knowing_nothing(&run.knowing_nothing);
    match run.history.last() {
        None => format!("no step yet; {nothing}"),
        Some(record) => format!(
            "in step {}, before its update, the loss was {}, the gradient norm {}; {nothing}",
            record.step,
            significant(record.loss),
            significant(record.gradient_norm)
        ),
    }
}

fn says(subject: &Subject<'_>, _: usize, [step, _]: [f64; 2]) -> Option<String> {
    let run = &subject.snapshot.run;
    let (first, record) = steps::record(subject.snapshot, step)?;
    let [loss, norm, clipped] =
        [record.loss, record.gradient_norm, record.clipped_norm].map(in_full);
    let [mean, largest] = if first < record.step {
        [
            "the mean loss of their batches, each before its update",
            ", the largest of them",
        ]
    } else {
        ["the mean loss of its batch, before its update", ""]
    };
    let mut text = format!(
        "{}\nL = {loss}: {mean}\n‖∂L/∂w‖ = {norm}: the gradient of everything that is trained{largest}",
        steps::in_words(first, record.step)
    );
    if is_clipped(subject) {
        let what = if record.clipped_norm.is_finite() {
            "what the update was made with"
        } else {
            "no update was made with it"
        };
        text += &format!("\nclipped to {clipped}: {what}{largest}");
    }
    if decade(run.knowing_nothing.loss).is_some() {
        text += "\n";
        text += &knowing_nothing(&run.knowing_nothing);
    }
    Some(text)
}

/// A row per training step, measured on its batch before its update, so by the network as it was after the step
/// before; a step that diverged and was undone has one too. Older steps are merged into groups of one size, and a
/// group stands at its last.
///
/// | column | what it is |
/// | --- | --- |
/// | `step` | the training step, from 1 on |
/// | `loss` | the mean loss of its batch; of a group the mean |
/// | `gradient_norm` | the norm of the gradient before clipping; of a group the largest |
/// | `clipped_norm` | the norm after it; of a group the largest |
/// | `knowing_nothing` | the least mean loss of a network that answers the same whatever it reads, the same in every row |
fn table(subject: &Subject<'_>) -> Table {
    let run = &subject.snapshot.run;
    let of = |get: fn(&StepRecord) -> f64| run.history.iter().map(get);
    Table::default()
        .whole("step", run.history.iter().map(|record| record.step))
        .numbers("loss", of(|record| record.loss))
        .numbers("gradient_norm", of(|record| record.gradient_norm))
        .numbers("clipped_norm", of(|record| record.clipped_norm))
        .numbers(
            "knowing_nothing",
            run.history.iter().map(|_| run.knowing_nothing.loss),
        )
}

#[cfg(test)]
mod tests {
    use std::f64::consts::LN_2;

    use super::*;
    use crate::scene::testing::{answered, charts, lines, marks, moment, page};
    use crate::tasks::TaskKind;

    fn chart(snapshot: &Snapshot) -> Chart {
        answered(&VIEW, snapshot, None, |subject| {
            charts(&VIEW, subject).remove(0)
        })
    }

    fn legend(snapshot: &Snapshot) -> Vec<Entry> {
        answered(&VIEW, snapshot, None, |subject| {
            header(subject, &page()).legend
        })
    }

    fn said(snapshot: &Snapshot, step: f64) -> Option<String> {
        answered(&VIEW, snapshot, None, |subject| {
            says(subject, 0, [step, 0.0])
        })
    }

    fn level(chart: &Chart) -> Option<f64> {
        chart.series.iter().find_map(|series| match series {
            Series::Level { y, .. } => Some(*y),
            _ => None,
        })
    }

    #[test]
    fn the_curve_is_the_loss_of_every_step() {
        let snapshot = moment(30, |_| {});
        let chart = chart(&snapshot);
        let [run] = &lines(&chart, "L,")[0].0[..] else {
            panic!("one piece");
        };
        assert_eq!(run.len(), 30);
        for (index, (point, record)) in run.iter().zip(snapshot.run.history.iter()).enumerate() {
            assert_eq!(*point, [index as f64 + 1.0, record.loss.log10()]);
        }
        assert!(said(&snapshot, 31.0).is_none());
        let said = said(&snapshot, 7.0).unwrap();
        let record = snapshot.run.history[6];
        assert!(said.starts_with(&format!("step 7\nL = {}: ", record.loss)));
        assert!(said.contains(&format!("‖∂L/∂w‖ = {}: ", record.gradient_norm)));
        assert!(said.ends_with("L of knowing nothing, ln 2 = 0.693"));
    }

    /// ln 2 for two classes, 1/24 for adding; a target that never changes has no height among decades.
    #[test]
    fn the_loss_of_knowing_nothing_is_a_line() {
        for (kind, height, text) in [
            (TaskKind::Latch, Some(LN_2), ", ln 2 = 0.693"),
            (TaskKind::Sentiment, Some(LN_2), ", ln 2 = 0.693"),
            (TaskKind::Adding, Some(1.0 / 24.0), ", 1/24 = 0.0417"),
            (TaskKind::Constant, None, ""),
        ] {
            let text = format!("L of knowing nothing{text}");
            // Before the first step there is the line already.
            for steps in [0, 30] {
                let snapshot = moment(steps, |e| e.task.kind = kind);
                let mut legend = legend(&snapshot).into_iter();
                let named = legend.any(|entry| entry.text.starts_with(&text));
                assert_eq!(named, height.is_some(), "{kind:?}");
                assert_eq!(level(&chart(&snapshot)), height.map(f64::log10), "{kind:?}");
            }
        }
    }

    #[test]
    fn the_clipped_norm_has_a_curve_where_there_is_clipping() {
        for (clip_norm, curves) in [(None, 2), (Some(0.1), 3)] {
            let snapshot = moment(5, |e| e.training.clip_norm = clip_norm);
            assert_eq!(lines(&chart(&snapshot), "").len(), curves);
            let said = said(&snapshot, 5.0).unwrap();
            let is_clipped = said.contains("\nclipped to 0.09999");
            assert_eq!(is_clipped, clip_norm.is_some(), "{said}");
        }
    }

    /// On every curve, and explained in the legend.
    #[test]
    fn what_is_not_finite_has_a_shape_and_words() {
        let mut snapshot = moment(4, |e| e.training.clip_norm = Some(0.1));
        let mut history = snapshot.run.history.to_vec();
        history[2].loss = f64::INFINITY;
        history[2].gradient_norm = f64::NAN;
        history[3].clipped_norm = f64::NAN;
        snapshot.run.history = history.clone().into();
        // The norm, the loss, the clipped norm.
        let infinite = Magnitude::Overflow { negative: false };
        let expected = [
            (3.0, Magnitude::Nan),
            (3.0, infinite),
            (4.0, Magnitude::Nan),
        ];
        assert_eq!(marks(&chart(&snapshot)), expected);
        let is_outcome = |entry: &Entry| matches!(entry.swatch, Swatch::Outcome(_));
        let outcomes = legend(&snapshot).into_iter().filter(is_outcome);
        assert_eq!(outcomes.count(), 2);
        for record in &mut history {
            (record.loss, record.gradient_norm) = (f64::INFINITY, f64::NAN);
            record.clipped_norm = f64::NAN;
        }
        snapshot.run.history = history.into();
        let remark = chart(&snapshot).remark.unwrap();
        assert_eq!(remark.text, "L is ∞, ‖∂L/∂w‖ is NaN");
    }

    #[test]
    fn a_merged_record_says_which_steps_it_is_of() {
        let mut snapshot = moment(4, |_| {});
        let history = snapshot.run.history.to_vec();
        snapshot.run.history = vec![history[1], history[3]].into();
        let said = said(&snapshot, 4.0).unwrap();
        assert!(said.starts_with("steps 3 to 4\n"), "{said}");
        assert!(said.contains("the largest of them"), "{said}");
    }
}
