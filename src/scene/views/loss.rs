//! Loss and gradient norms over training steps, in decades.

use super::kit::*;
use crate::tasks::KnowingNothing;
use crate::training::{Preset, RunSoFar, StepRecord, Unlearnable};

/// The view.
pub static VIEW: Definition = Definition {
    name: "Loss",
    slug: "loss",
    meaning: "Loss and gradient norms over training steps",
    concept: Concept::Loss,
    spoken: "Loss over steps",
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    draws_both: true,
    ..Definition::EMPTY
};

/// Steps over which it is judged whether a network is better than knowing nothing: as many batches of 16 have a mean
/// whose standard error is about a hundredth of it.
const JUDGED: usize = 500;

/// A mean loss above this share of that of knowing nothing is no better than it.
const NO_BETTER: f64 = 0.99;

/// Points that are kept free of curves for what is written below them.
const NOTE: f64 = 24.0;

/// One curve.
struct Curve {
    name: &'static str,
    /// What it is called where there is less room, and what it is.
    short: &'static str,
    meaning: &'static str,
    concept: Concept,
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
            concept: Concept::Gradient,
            of: |record| record.gradient_norm,
            swatch: Swatch::Dashed,
            stroke: Stroke::new(colours.measured, 1.4).dashed(7.0, 3.5),
            inwards: 11.0,
        },
        Curve {
            name: "L, the mean loss of the batch",
            short: "L",
            meaning: "Mean loss of each step's batch, before the update of that step, on a logarithmic axis",
            concept: Concept::Loss,
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
            concept: Concept::Clipping,
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
        entry
            .short(curve.short)
            .meaning(curve.meaning)
            .about(curve.concept)
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
        meaning: hurdles(subject).join(". "),
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
    let entry = entry.about(Concept::KnowingNothing);
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
    let mut y = round_range(low, high, 1.0);
    let note = note(subject, room.width() - LEFT_AXIS - 20.0);
    if note.is_some() {
        y.0 -= NOTE / (room.height() - 40.0).max(2.0 * NOTE) * (y.1 - y.0);
    }
    let chart = steps::chart(VIEW.slug, subject, canvas, room, y);
    let mut series = Vec::from_iter(steps::looked_at(snapshot, canvas));
    let dotted = Stroke::new(colours.theory, 1.5).dashed(1.5, 3.0);
    series.extend(nothing.map(|y| Series::level(y, dotted)));
    if !ghost.is_empty() {
        let stroke = ghost_stroke(subject, canvas, None);
        series.push(Series::line("frozen", ghost, stroke));
    }
    for curve in &curves {
        let of = |record: &StepRecord| (record.step as f64, (curve.of)(record));
        let heights = history.iter().map(of).map(|(x, y)| (x, decade(y)));
        series.push(Series::line(curve.name, heights, curve.stroke));
        let magnitudes = history.iter().map(of).map(|(x, y)| (x, Magnitude::new(y)));
        let colour = curve.stroke.colour;
        series.push(Series::not_finite(magnitudes, colour, curve.inwards));
    }
    series.extend(note.map(|text| Series::Corner {
        text,
        colour: colours.theory,
    }));
    let chart = Chart {
        left: Axis::decades(&chart.frame).named("L, ‖∂L/∂w‖"),
        series,
        remark: remark(subject, canvas, &curves),
        hot: Hot::Columns(history.iter().map(|record| record.step as f64).collect()),
        ..chart
    };
    Picture::of(chart, description(subject))
}

/// Step and log₁₀ of L of the moment beside this one: of one that was kept as far as this run has come, as the axis is that of
/// this run.
fn ghost_losses(subject: &Subject<'_>) -> Vec<(f64, Option<f64>)> {
    let Some(ghost) = subject.ghost else {
        return Vec::new();
    };
    let is_kept = ghost.of == GhostOf::Kept;
    let newest = subject.snapshot.run.timeline.newest.max(1);
    let records = ghost.snapshot.run.history.iter();
    let records = records.filter(|record| !is_kept || record.step <= newest);
    records
        .map(|record| (record.step as f64, decade(record.loss)))
        .collect()
}

/// What the curves cannot say: that there is no step yet, or that no number is finite.
fn remark(subject: &Subject<'_>, canvas: &Canvas, curves: &[Curve]) -> Option<Remark> {
    let colours = canvas.colours();
    let (text, colour) = match subject.snapshot.run.history.last() {
        None => (before_the_first_step(subject, canvas), colours.theory),
        Some(_) if values(subject, curves).any(|value| decade(value).is_some()) => return None,
        Some(last) => {
            let [loss, norm] = [last.loss, last.gradient_norm].map(significant);
            (format!("L is {loss}, ‖∂L/∂w‖ is {norm}"), colours.error)
        }
    };
    Some(Remark { text, colour })
}

/// What a preset that is there to be trained says of it.
fn expectation(subject: &Subject<'_>) -> Option<&'static str> {
    Preset::of(&subject.snapshot.moment.experiment)?.when_trained
}

/// What is said before the first step.
fn before_the_first_step(subject: &Subject<'_>, canvas: &Canvas) -> String {
    let unlearnable = Unlearnable::of(&subject.snapshot.moment.experiment);
    let text = canvas.by_medium("No training step yet", "No step yet: press Step or Run");
    match (expectation(subject), unlearnable) {
        (Some(to_expect), _) if !canvas.is_page() => to_expect.to_owned(),
        (_, Some(unlearnable)) => format!("{text}. But {}", unlearnable.what),
        _ => text.to_owned(),
    }
}

/// The mean loss of the last [`JUDGED`] steps, if there are as many.
fn mean_lately(run: &RunSoFar) -> Option<f64> {
    let first = run.history.len().checked_sub(JUDGED)?;
    let lately = &run.history[first..];
    let is_whole = lately.last()?.step - lately.first()?.step == JUDGED as u64 - 1;
    let sum: f64 = lately.iter().map(|record| record.loss).sum();
    is_whole.then_some(sum / JUDGED as f64)
}

/// The mean loss of late, if it is no better than that of knowing nothing.
fn no_better(run: &RunSoFar) -> Option<f64> {
    decade(run.knowing_nothing.loss)?;
    mean_lately(run).filter(|mean| *mean >= NO_BETTER * run.knowing_nothing.loss)
}

/// What stands in the way, in the few words that `width` has room for.
fn note(subject: &Subject<'_>, width: f64) -> Option<String> {
    let run = &subject.snapshot.run;
    run.history.last()?;
    let stays =
        no_better(run).map(|_| format!("no better than knowing nothing for {JUDGED} steps"));
    let what = Unlearnable::of(&subject.snapshot.moment.experiment).map(|it| it.what.to_owned());
    let both = stays
        .as_ref()
        .zip(what.as_ref())
        .map(|(stays, what)| format!("{stays}: {what}"));
    let notes = [both, stays, what].into_iter().flatten();
    let mut fitting = notes.filter(|text| font::width(text, SMALL) <= width);
    fitting.next()
}

/// What stands in the way of learning, in full.
fn hurdles(subject: &Subject<'_>) -> Vec<String> {
    let run = &subject.snapshot.run;
    let stays = no_better(run).map(|mean| {
        format!(
            "In the last {JUDGED} steps L was {} on average, no better than knowing nothing",
            significant(mean)
        )
    });
    let unlearnable = Unlearnable::of(&subject.snapshot.moment.experiment);
    let why = unlearnable.map(|it| format!("Here {}. {}", it.what, it.reason));
    stays.into_iter().chain(why).collect()
}

fn description(subject: &Subject<'_>) -> String {
    let run = &subject.snapshot.run;
    let nothing = knowing_nothing(&run.knowing_nothing);
    let mut text = match run.history.last() {
        None => "no step yet".to_owned(),
        Some(record) => format!(
            "in step {}, before its update, the loss was {}, the gradient norm {}",
            record.step,
            significant(record.loss),
            significant(record.gradient_norm)
        ),
    };
    let to_expect = expectation(subject).filter(|_| run.history.is_empty());
    for more in to_expect
        .map(str::to_owned)
        .into_iter()
        .chain(hurdles(subject))
    {
        text += &format!(". {more}");
    }
    format!("{text}; {nothing}")
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
    for hurdle in hurdles(subject) {
        text += &format!("\n{hurdle}");
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
mod tests;
