//! Loss and gradient norms over training steps, in decades.

use super::super::View;
use super::drawing::{Colour, Drawing, Layer, Stroke};
use super::frame::{AXIS_NAME, BOTTOM_AXIS, Frame, LEFT_AXIS};
use super::legend::{Entry, Swatch, header};
use super::sheet::{VIEW, sheet};
use super::ticks::{decades, round_range};
use super::{shapes, steps, style};
use crate::flow::{Magnitude, significant, thousands};
use crate::tasks::KnowingNothing;
use crate::training::{Snapshot, StepRecord};

/// One curve.
struct Curve {
    name: &'static str,
    of: fn(&StepRecord) -> f64,
    colour: Colour,
    swatch: Swatch,
    stroke: Stroke,
    /// How far its shapes for what is not finite are moved inwards, so that those of all are seen.
    inwards: f64,
}

fn curves(snapshot: &Snapshot) -> Vec<Curve> {
    let mut curves = vec![
        Curve {
            name: "‖∂L/∂w‖ of everything that is trained",
            of: |record| record.gradient_norm,
            colour: style::F_PRIME,
            swatch: Swatch::Line,
            stroke: Stroke::new(style::F_PRIME, 1.5),
            inwards: 11.0,
        },
        Curve {
            name: "L, the mean loss of the batch",
            of: |record| record.loss,
            colour: style::MEASURED,
            swatch: Swatch::Line,
            stroke: Stroke::new(style::MEASURED, 1.8),
            inwards: 0.0,
        },
    ];
    if snapshot.moment.experiment.training.clip_norm.is_some() {
        curves.push(Curve {
            name: "‖∂L/∂w‖ clipped",
            of: |record| record.clipped_norm,
            colour: style::W_I,
            swatch: Swatch::Dashed,
            stroke: Stroke::new(style::W_I, 1.8).dashed(5.0, 3.0),
            inwards: 22.0,
        });
    }
    curves
}

/// The figure.
pub fn drawing(snapshot: &Snapshot) -> Drawing {
    let name = View::Loss.name();
    let (mut drawing, area) = sheet(VIEW, name, snapshot, View::Loss.meaning());
    let layer = &mut drawing.layer;
    let curves = curves(snapshot);
    let entries = legend(snapshot, &curves);
    let rest = header(layer, area, name, &sentence(snapshot), &entries);
    let nothing = decade(snapshot.run.knowing_nothing.loss);
    let y = y_range(snapshot, &curves);
    let room = rest.without(LEFT_AXIS, 6.0, 14.0, BOTTOM_AXIS + AXIS_NAME);
    let frame = Frame::new(room, steps::range(snapshot), y);
    frame.ground(layer);
    frame.left_axis(layer, &decades(y.0, y.1, room.height()), "");
    steps::axis(layer, &frame, true);
    if snapshot.run.timeline.is_past {
        let stroke = Stroke::new(style::THEORY, 1.0).dashed(3.0, 3.0);
        frame.upright(layer, snapshot.moment.step as f64, stroke);
    }
    if let Some(nothing) = nothing {
        frame.level(
            layer,
            nothing,
            Stroke::new(style::THEORY, 1.5).dashed(1.5, 3.0),
        );
    }
    for curve in &curves {
        draw(layer, &frame, snapshot, curve);
    }
    remarks(layer, &frame, snapshot, &curves);
    drawing
}

fn draw(layer: &mut Layer, frame: &Frame, snapshot: &Snapshot, curve: &Curve) {
    let records = || snapshot.run.history.iter();
    let value = |record: &StepRecord| decade((curve.of)(record));
    let points = records().map(|record| (record.step as f64, value(record)));
    frame.curve(layer, points, curve.stroke);
    let inner = Frame {
        area: frame.area.without(0.0, curve.inwards, 0.0, curve.inwards),
        ..*frame
    };
    let values = records().map(|record| (record.step as f64, Magnitude::new((curve.of)(record))));
    inner.non_finite_marks(layer, values, curve.colour);
}

/// `L of knowing nothing, ln 2 = 0.693`
pub fn knowing_nothing(nothing: &KnowingNothing) -> String {
    let value = significant(nothing.loss);
    if nothing.formula == value {
        format!("L of knowing nothing, {value}")
    } else {
        format!("L of knowing nothing, {} = {value}", nothing.formula)
    }
}

/// log₁₀ of what has one: neither loss nor norm is ever below zero.
fn decade(value: f64) -> Option<f64> {
    (value > 0.0 && value.is_finite()).then(|| value.log10())
}

fn sentence(snapshot: &Snapshot) -> String {
    match snapshot.run.history.last() {
        None => "no step yet".to_owned(),
        Some(record) => format!(
            "in step {}, before its update, L was {} and ‖∂L/∂w‖ {}",
            thousands(record.step),
            significant(record.loss),
            significant(record.gradient_norm)
        ),
    }
}

fn legend(snapshot: &Snapshot, curves: &[Curve]) -> Vec<Entry> {
    let entry = |curve: &Curve| Entry::new(curve.swatch, curve.colour, curve.name);
    let mut entries: Vec<Entry> = curves.iter().map(entry).collect();
    if decade(snapshot.run.knowing_nothing.loss).is_some() {
        let text = knowing_nothing(&snapshot.run.knowing_nothing);
        entries.push(Entry::new(Swatch::Dotted, style::THEORY, text));
    }
    let values = curves
        .iter()
        .flat_map(|curve| snapshot.run.history.iter().map(curve.of));
    // In the colour of no curve.
    let outcomes = Entry::of_outcomes(values.map(Magnitude::new));
    entries.extend(outcomes.into_iter().map(|entry| Entry {
        colour: style::THEORY,
        ..entry
    }));
    entries
}

/// What the curves cannot say: that there is no step yet, or that no number is finite.
fn remarks(layer: &mut Layer, frame: &Frame, snapshot: &Snapshot, curves: &[Curve]) {
    let Some(last) = snapshot.run.history.last() else {
        return shapes::explain(layer, frame.area, "No training step yet", style::THEORY);
    };
    let values = || {
        curves
            .iter()
            .flat_map(|curve| snapshot.run.history.iter().map(curve.of))
    };
    if values().all(|value| decade(value).is_none()) {
        let text = format!(
            "L is {}, ‖∂L/∂w‖ is {}",
            significant(last.loss),
            significant(last.gradient_norm)
        );
        shapes::explain(layer, frame.area, &text, style::ERROR);
    }
}

fn y_range(snapshot: &Snapshot, curves: &[Curve]) -> (f64, f64) {
    let values = curves
        .iter()
        .flat_map(|curve| snapshot.run.history.iter().map(curve.of));
    let (low, high) = values
        .chain([snapshot.run.knowing_nothing.loss])
        .filter_map(decade)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
    if low > high {
        return round_range(-1.0, 1.0, 1.0);
    }
    round_range(low, high, 1.0)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::moment;
    use super::super::drawing::Item;
    use super::*;
    use crate::tasks::TaskKind;
    use std::f64::consts::LN_2;

    /// Steps are evenly apart, and heights as far apart as logarithms.
    #[test]
    fn the_curve_is_the_loss_of_every_step() {
        let drawing = drawing(&moment(30, |_| {}));
        let snapshot = moment(30, |_| {});
        let curve = drawing.layer.items.iter().find_map(|item| match item {
            // Not the one in the legend.
            Item::Line { points, stroke }
                if stroke.colour == style::MEASURED && points.len() > 2 =>
            {
                Some(points)
            }
            _ => None,
        });
        let points = curve.unwrap();
        assert_eq!(points.len(), 30);
        let log10 = |index: usize| snapshot.run.history[index].loss.log10();
        let scale = (points[1][1] - points[0][1]) / (log10(1) - log10(0));
        assert!(scale < 0.0, "y grows downwards");
        for (index, point) in points.iter().enumerate() {
            let x = points[0][0] + (points[1][0] - points[0][0]) * index as f64;
            let y = points[0][1] + scale * (log10(index) - log10(0));
            assert!((point[0] - x).abs() < 1e-6 && (point[1] - y).abs() < 1e-6);
        }
    }

    /// ln 2 for two classes, 1/24 for adding; a target that never changes has no height among decades.
    #[test]
    fn the_loss_of_knowing_nothing_is_a_line() {
        for (kind, height, text) in [
            (
                TaskKind::Latch,
                Some(LN_2),
                "L of knowing nothing, ln 2 = 0.693",
            ),
            (
                TaskKind::Sentiment,
                Some(LN_2),
                "L of knowing nothing, ln 2 = 0.693",
            ),
            (
                TaskKind::Adding,
                Some(1.0 / 24.0),
                "L of knowing nothing, 1/24 = 0.0417",
            ),
            (TaskKind::Constant, None, "L of knowing nothing"),
        ] {
            // Before the first step there is the line already.
            for steps in [0, 30] {
                let snapshot = moment(steps, |e| e.task.kind = kind);
                let drawing = drawing(&snapshot);
                let texts = drawing.layer.texts();
                let named = texts.iter().any(|found| found.text.starts_with(text));
                assert_eq!(named, height.is_some(), "{kind:?}");
                let level = drawing.layer.items.iter().find_map(|item| match item {
                    Item::Line { points, stroke } if stroke.colour == style::THEORY => {
                        let wide = points.len() == 2 && points[1][0] - points[0][0] > 500.0;
                        wide.then(|| points[0][1])
                    }
                    _ => None,
                });
                assert_eq!(level.is_some(), height.is_some(), "{kind:?}");
                let (Some(level), Some(height), 30) = (level, height, steps) else {
                    continue;
                };
                // As high as a loss of that size would be.
                let curve = drawing.layer.items.iter().find_map(|item| match item {
                    Item::Line { points, stroke }
                        if stroke.colour == style::MEASURED && points.len() > 2 =>
                    {
                        Some(points)
                    }
                    _ => None,
                });
                let points = curve.unwrap();
                let log10 = |index: usize| snapshot.run.history[index].loss.log10();
                let scale = (points[1][1] - points[0][1]) / (log10(1) - log10(0));
                let expected = points[0][1] + scale * (height.log10() - log10(0));
                assert!((level - expected).abs() < 1e-6, "{kind:?}");
            }
        }
    }

    #[test]
    fn the_clipped_norm_has_a_curve_where_there_is_clipping() {
        for (clip_norm, curves) in [(None, 2), (Some(0.1), 3)] {
            let snapshot = moment(5, |e| e.training.clip_norm = clip_norm);
            let drawing = drawing(&snapshot);
            let long =
                |item: &&Item| matches!(item, Item::Line { points, .. } if points.len() == 5);
            assert_eq!(drawing.layer.items.iter().filter(long).count(), curves);
        }
    }

    #[test]
    fn what_is_not_finite_has_a_shape_and_words() {
        let mut snapshot = moment(4, |_| {});
        let mut history = snapshot.run.history.to_vec();
        history[2].loss = f64::INFINITY;
        history[3].loss = f64::NAN;
        snapshot.run.history = history.clone().into();
        let triangles = |drawing: &Drawing| {
            let shape = |item: &&Item| matches!(item, Item::Polygon { .. });
            drawing.layer.items.iter().filter(shape).count()
        };
        // One in the plot and one in the legend.
        assert_eq!(triangles(&drawing(&snapshot)), 2);
        for record in &mut history {
            (record.loss, record.gradient_norm) = (f64::INFINITY, f64::NAN);
        }
        snapshot.run.history = history.into();
        let drawing = drawing(&snapshot);
        let texts = drawing.layer.texts();
        assert!(
            texts
                .iter()
                .any(|text| text.text == "L is ∞, ‖∂L/∂w‖ is NaN")
        );
    }
}
