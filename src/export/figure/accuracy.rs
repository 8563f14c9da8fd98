//! Accuracy over training steps, in percent.

use super::super::View;
use super::drawing::{Colour, Drawing, Layer, Stroke};
use super::frame::{AXIS_NAME, BOTTOM_AXIS, Frame, LEFT_AXIS};
use super::legend::{Entry, Swatch, header};
use super::sheet::{VIEW, sheet};
use super::ticks::Tick;
use super::{shapes, steps, style};
use crate::flow::decimal;
use crate::training::{Evaluation, Score, Snapshot};

/// Measurements that have marks at most; more are a line alone.
const FEW: usize = 40;

/// The figure.
pub fn drawing(snapshot: &Snapshot) -> Drawing {
    let name = View::Accuracy.name();
    let (mut drawing, area) = sheet(VIEW, name, snapshot, View::Accuracy.meaning());
    let layer = &mut drawing.layer;
    let has_fixed = snapshot
        .run
        .evaluations
        .iter()
        .any(|one| one.training.is_some());
    let sentence = format!("right is {}", snapshot.run.correctness);
    let rest = header(layer, area, name, &sentence, &legend(snapshot, has_fixed));
    let room = rest.without(LEFT_AXIS, 6.0, 14.0, BOTTOM_AXIS + AXIS_NAME);
    let frame = Frame::new(room, steps::range(snapshot), (-4.0, 104.0));
    frame.ground(layer);
    let tick = |value: f64| Tick {
        value,
        label: format!("{} %", decimal(value, 0)),
    };
    frame.left_axis(layer, &[0.0, 25.0, 50.0, 75.0, 100.0].map(tick), "");
    steps::axis(layer, &frame, true);
    if snapshot.run.timeline.is_past {
        let stroke = Stroke::new(style::THEORY, 1.0).dashed(3.0, 3.0);
        frame.upright(layer, snapshot.moment.step as f64, stroke);
    }
    if has_fixed {
        scores(layer, &frame, snapshot, style::F_PRIME, |one| one.training);
    } else {
        let batches = snapshot.run.history.iter();
        let points = batches.map(|record| (record.step as f64, Some(100.0 * record.accuracy)));
        frame.curve(layer, points, Stroke::new(style::THEORY, 1.0));
    }
    scores(layer, &frame, snapshot, style::W_H, |one| {
        Some(one.held_out)
    });
    if snapshot.run.evaluations.is_empty() && snapshot.run.history.is_empty() {
        shapes::explain(layer, frame.area, "Not measured yet", style::THEORY);
    }
    drawing
}

fn legend(snapshot: &Snapshot, has_fixed: bool) -> Vec<Entry> {
    // The newest that this moment has behind it.
    let behind = |one: &&Evaluation| one.step <= snapshot.moment.step;
    let last = snapshot.run.evaluations.iter().rev().find(behind);
    // A number of another network is not shown as this one's.
    let of_another = snapshot.run.evaluation_is_old
        && last.is_some_and(|last| last.step == snapshot.moment.step);
    let percent = |score: Option<Score>| match score {
        Some(score) if !of_another => format!(" {} %", decimal(100.0 * score.accuracy, 1)),
        _ => String::new(),
    };
    let first = if has_fixed {
        let text = format!(
            "training part{}",
            percent(last.and_then(|last| last.training))
        );
        Entry::new(Swatch::Line, style::F_PRIME, text)
    } else {
        Entry::new(Swatch::Line, style::THEORY, "each batch, before its update")
    };
    let held_out = percent(last.map(|last| last.held_out));
    let text = format!("held out, never trained on{held_out}");
    vec![first, Entry::new(Swatch::Ring, style::W_H, text)]
}

/// One curve of measurements on fixed sequences; those on the held-out part have hollow marks.
fn scores(
    layer: &mut Layer,
    frame: &Frame,
    snapshot: &Snapshot,
    colour: Colour,
    of: impl Fn(&Evaluation) -> Option<Score>,
) {
    let points: Vec<(f64, f64)> = snapshot
        .run
        .evaluations
        .iter()
        .filter_map(|one| Some((one.step as f64, 100.0 * of(one)?.accuracy)))
        .collect();
    let stroke = Stroke::new(colour, 1.6);
    if points.len() > 1 {
        frame.curve(layer, points.iter().map(|&(x, y)| (x, Some(y))), stroke);
    }
    if points.len() < FEW {
        let hollow = colour == style::W_H;
        let fill = if hollow { style::BACKGROUND } else { colour };
        for (x, y) in points {
            layer.circle(frame.place(x, y), 3.2, Some(fill), Some(stroke));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::moment;
    use super::super::drawing::Item;
    use super::*;
    use crate::tasks::TaskKind;

    #[test]
    fn every_measurement_is_a_mark_and_tasks_without_a_training_part_show_batches() {
        for (kind, marks) in [(TaskKind::Sentiment, 2), (TaskKind::Latch, 1)] {
            let snapshot = moment(5, |e| e.task.kind = kind);
            let drawing = drawing(&snapshot);
            let mark = |item: &&Item| matches!(item, Item::Circle { radius, .. } if *radius == 3.2);
            let found = drawing.layer.items.iter().filter(mark).count();
            assert_eq!(found, marks * snapshot.run.evaluations.len(), "{kind:?}");
            let texts = drawing.layer.texts();
            let batches = texts
                .iter()
                .any(|text| text.text == "each batch, before its update");
            assert_eq!(batches, kind == TaskKind::Latch);
            let accuracy = snapshot
                .run
                .evaluations
                .last()
                .map(|last| last.held_out.accuracy);
            let percent = decimal(100.0 * accuracy.unwrap(), 1);
            let held_out = format!("held out, never trained on {percent} %");
            assert!(texts.iter().any(|text| text.text == held_out), "{held_out}");
        }
    }
}
