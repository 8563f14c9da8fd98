//! The views, each in one file: what it asks, its header, its picture, its table, and what its places say.

pub mod accuracy;
pub mod activation;
pub mod floats;
pub mod formula;
pub mod history;
pub mod landscape;
pub mod loss;
pub mod phase_map;
pub mod product;
pub mod reason;
pub mod spectrum;
pub mod terms;
pub mod triangle;
pub mod unrolled;

use super::canvas::Canvas;
use super::chart::Series;
use super::drawing::Stroke;
use super::subject::Subject;
use crate::flow::Magnitude;
use crate::training::Snapshot;

/// A line at the timestep that is marked, if one was chosen.
fn cursor(subject: &Subject<'_>, canvas: &Canvas) -> Option<Series> {
    let stroke = Stroke::new(canvas.colours().theory, 1.0).dashed(3.0, 3.0);
    subject.mark().map(|t| Series::Upright {
        x: t as f64,
        stroke,
    })
}

/// Places, time and decade, of those of `values` that are below zero, or of those that are not.
fn of_sign(values: impl Iterator<Item = (f64, Magnitude)>, is_negative: bool) -> Vec<[f64; 2]> {
    let values = values.filter(|(_, value)| value.is_negative() == is_negative);
    let place = |(t, value): (f64, Magnitude)| Some([t, value.log10()?]);
    values.filter_map(place).collect()
}

/// How a line is drawn that is seen on every colour: dark within bright, the bright one first.
fn on_every_colour(canvas: &Canvas) -> [Stroke; 2] {
    let colours = canvas.colours();
    [
        Stroke::new(colours.ground, 2.6),
        Stroke::new(colours.cursor, 1.2),
    ]
}

/// `t = 7, “film”`: a timestep and what is read at it.
fn timestep(snapshot: &Snapshot, t: usize) -> String {
    let text = snapshot.input_text(t);
    match snapshot.word(t) {
        Some(word) if word.known => format!("t = {t}, “{text}”"),
        Some(_) => format!("t = {t}, “{text}”, an unknown word"),
        None if snapshot.is_padding(t) => format!("t = {t}, padding"),
        None if text.is_empty() => format!("t = {t}"),
        None => format!("t = {t}, xₜ = {text}"),
    }
}

/// What `of` makes of `snapshot` as `look` looks at it, on a page of the usual size, with an answer of that moment.
#[cfg(test)]
fn on_page<T>(
    (snapshot, look): (&Snapshot, &super::look::Look),
    finding: Option<(crate::training::Question, &crate::training::Finding)>,
    of: impl FnOnce(&Subject<'_>, &Canvas) -> T,
) -> T {
    let subject = Subject {
        snapshot,
        answer: finding.map(|(question, finding)| super::subject::Answer {
            question,
            of: snapshot,
            finding,
        }),
        look,
        absence: "not computed for this moment",
        memo: &super::memo::Memo::default(),
    };
    let area = super::area::Area::new(0.0, 0.0, 960.0, 540.0);
    of(&subject, &Canvas::page(area, super::theme::Theme::Print))
}

/// The only chart of a picture.
#[cfg(test)]
fn only_chart(picture: super::definition::Picture) -> super::chart::Chart {
    match picture.parts.into_iter().next() {
        Some(super::definition::Part::Chart(chart)) => chart,
        other => panic!("a chart, not {other:?}"),
    }
}
