//! What nearly every view needs, for one line at its top: `use super::kit::*`.

pub use super::super::answers::{answer_at, answer_in_words, asked, right_or_wrong};
pub use super::super::area::{Area, Point};
pub use super::super::canvas::Canvas;
pub use super::super::chart::LEFT_AXIS;
pub use super::super::chart::{Axis, Chart, Marker, Quantity, Remark, Series};
pub use super::super::chart_shapes::{AXIS_NAME, BOTTOM_AXIS};
pub use super::super::definition::{Definition, Part, Picture, Sketch};
pub use super::super::drawing::{Anchor, Layer, Pixels, Stroke, Text};
pub use super::super::frame::Frame;
pub use super::super::ghost::{ghost_entry, ghost_stroke, ghost_word, own_name};
pub use super::super::header::{Entry, Header, Key, Swatch};
pub use super::super::heat::{Heat, HeatKey, HeatMap, sampled};
pub use super::super::hot::Hot;
pub use super::super::look::{Change, Choice, Direction, Heed, Look, Measure, PhaseAxis};
pub use super::super::place::{GhostOf, Place};
pub use super::super::shapes::{BODY, SMALL};
pub use super::super::subject::{Answer, Subject};
pub use super::super::table::{NoTable, Table};
pub use super::super::theme::{Colour, Colours};
pub use super::super::ticks::{Tick, ends, linear, round_range, timesteps, whole};
pub use super::super::time::{Column, TimeSpan};
pub use super::super::words::{
    factor_in_words, has_direct_way, in_full, magnitude_in_full, subscript,
};
pub(in super::super) use super::super::{font, shapes, steps};
pub use crate::flow::{
    Magnitude, StepFlow, counted, decimal, near_one, percent, short_decimal, significant, thousands,
};
pub use crate::glossary::Concept;
pub use crate::training::{Experiment, Finding, Question, Snapshot, Wanted, Weight};

/// Why a view that is of one layer of the Elman cell is not of `experiment`, if so.
pub fn of_the_lecture(experiment: &Experiment, name: &'static str) -> Option<NoTable> {
    let network = &experiment.network;
    let is_embedded = network.embedding > 0;
    (!network.is_one_elman_layer())
        .then_some(NoTable::OfElman(name))
        .or_else(|| is_embedded.then_some(NoTable::OfOneHot(name)))
}

/// More cuts than this are not told apart, and none is drawn.
const MOST_CUTS: usize = 200;

/// The timesteps in sight to which training lets no gradient come from later ones; none where there are too many to be
/// told apart.
pub fn cut_timesteps(subject: &Subject<'_>, span: &TimeSpan) -> Vec<usize> {
    let every = subject.snapshot.moment.experiment.training.truncate;
    if every == 0 {
        return Vec::new();
    }
    let visible = span.visible();
    let length = subject.len();
    let cuts = (1..length).filter(|t| (length - t).is_multiple_of(every));
    let places: Vec<usize> = cuts.filter(|t| visible.contains(t)).collect();
    if places.len() > MOST_CUTS {
        return Vec::new();
    }
    places
}

/// Dashed lines where training cuts the gradient: no gradient goes from the timestep after one to the timestep before it.
pub fn cuts(subject: &Subject<'_>, span: &TimeSpan, canvas: &Canvas) -> Vec<Series> {
    let stroke = cut_stroke(canvas);
    let lines = cut_timesteps(subject, span).into_iter();
    lines
        .map(|t| Series::upright(t as f64 + 0.5, stroke))
        .collect()
}

/// How such a line is drawn.
pub fn cut_stroke(canvas: &Canvas) -> Stroke {
    Stroke::new(canvas.colours().error, 1.2).dashed(2.0, 3.0)
}

/// What those lines mean, and what the cut costs.
pub fn cut_entry(subject: &Subject<'_>, canvas: &Canvas) -> Option<Entry> {
    let lost = subject.snapshot.probe.cut_off?;
    let every = subject.snapshot.moment.experiment.training.truncate;
    let text = format!("cut, {} lost", percent(lost));
    let entry = Entry::new(Swatch::Dashed, canvas.colours().error, text)
        .short("cut")
        .meaning(format!(
            "Training cuts the gradient every {} steps, counted from the end. Of this sequence's whole gradient that takes {}: ‖what is cut off‖/‖the whole‖. What is drawn is the whole",
            thousands(every as u64),
            percent(lost)
        ))
        .about(Concept::Truncation);
    Some(entry)
}

/// The stretch of time that a chart shows which has no names on its right.
pub fn span(subject: &Subject<'_>, canvas: &Canvas) -> TimeSpan {
    TimeSpan::new(subject.snapshot, subject.look, canvas, false)
}

/// A line at the timestep that is marked, if one was chosen.
pub fn cursor(subject: &Subject<'_>, canvas: &Canvas) -> Option<Series> {
    let colours = canvas.colours();
    let dashed = Stroke::new(colours.theory, 1.0).dashed(3.0, 3.0);
    // On a screen it moves, and must not be taken for a bound.
    let solid = Stroke::new(colours.theory, 1.0);
    let stroke = canvas.by_medium(dashed, solid);
    let mark = subject.mark();
    mark.map(|t| Series::upright(t as f64, stroke))
}

/// Points at the decades of `values`, which are of a time: those below zero hollow, and called by the second of `names`.
pub fn signed_points(
    names: [&'static str; 2],
    values: impl Iterator<Item = (f64, Magnitude)> + Clone,
    marker: Marker,
    canvas: &Canvas,
) -> [Series; 2] {
    let ground = Some(canvas.colours().ground);
    let fills = [(false, marker.fill), (true, ground)];
    std::array::from_fn(|index| {
        let (is_negative, fill) = fills[index];
        let values = values.clone();
        let values = values.filter(|(_, value)| value.is_negative() == is_negative);
        let place = |(t, value): (f64, Magnitude)| Some([t, value.log10()?]);
        let marker = Marker { fill, ..marker };
        Series::points(names[index], values.filter_map(place).collect(), marker)
    })
}

/// Whether `value` has a mark that is hollow because it is below zero.
pub fn is_hollow(value: Magnitude) -> bool {
    value.is_negative() && value.log10().is_some()
}

/// How a line is drawn that is seen on every colour: dark within bright, the bright one first.
pub fn on_every_colour(canvas: &Canvas) -> [Stroke; 2] {
    let colours = canvas.colours();
    [
        Stroke::new(colours.ground, 2.6),
        Stroke::new(colours.cursor, 1.2),
    ]
}

/// `t = 7, “film”`: a timestep and what is read at it.
pub fn timestep_in_words(snapshot: &Snapshot, t: usize) -> String {
    let text = snapshot.input_text(t);
    match snapshot.word(t) {
        Some(word) if word.known => format!("t = {t}, “{text}”", t = counted(t)),
        Some(_) => format!("t = {t}, “{text}”, an unknown word", t = counted(t)),
        None if snapshot.is_padding(t) => format!("t = {t}, padding", t = counted(t)),
        None if text.is_empty() => format!("t = {t}", t = counted(t)),
        None => format!("t = {t}, xₜ = {text}", t = counted(t)),
    }
}

/// One timestep back, or forth again.
pub fn step_choices(subject: &Subject<'_>) -> Vec<Vec<Choice>> {
    let k = subject.timestep();
    let by = |text: &str, name, meaning: &str, by, is_possible: bool| Choice {
        name: Some(name),
        refusal: (!is_possible).then_some(""),
        ..Choice::new(text, meaning, false, Change::MoveCursor(by))
    };
    let (is_behind, is_ahead) = (k > 1, k < subject.len());
    let back = "One step back through time: one more factor (←)";
    let forth = "One step forth again (→)";
    vec![vec![
        by("◀", "Back through time", back, -1, is_behind),
        by("▶", "Forth through time", forth, 1, is_ahead),
    ]]
}
