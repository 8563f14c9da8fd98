//! Loss and gradient norms over training steps, in decades.

use super::super::View;
use super::drawing::{Colour, Drawing, Layer, Stroke};
use super::frame::{AXIS_NAME, BOTTOM_AXIS, Frame, LEFT_AXIS};
use super::legend::{Entry, Swatch, header};
use super::sheet::{VIEW, sheet, thousands};
use super::ticks::{decades, round_range};
use super::{shapes, steps, style};
use crate::flow::{Magnitude, significant};
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
    if snapshot.experiment.training.clip_norm.is_some() {
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
    let y = y_range(snapshot, &curves);
    let room = rest.without(LEFT_AXIS, 6.0, 14.0, BOTTOM_AXIS + AXIS_NAME);
    let frame = Frame::new(room, steps::range(snapshot), y);
    frame.ground(layer);
    frame.left_axis(layer, &decades(y.0, y.1, room.height()), "");
    steps::axis(layer, &frame, true);
    if snapshot.timeline.is_past {
        let stroke = Stroke::new(style::THEORY, 1.0).dashed(3.0, 3.0);
        frame.upright(layer, snapshot.step as f64, stroke);
    }
    for curve in &curves {
        draw(layer, &frame, snapshot, curve);
    }
    remarks(layer, &frame, snapshot, &curves);
    drawing
}

fn draw(layer: &mut Layer, frame: &Frame, snapshot: &Snapshot, curve: &Curve) {
    let records = || snapshot.history.iter();
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

/// log₁₀ of what has one: neither loss nor norm is ever below zero.
fn decade(value: f64) -> Option<f64> {
    (value > 0.0 && value.is_finite()).then(|| value.log10())
}

fn sentence(snapshot: &Snapshot) -> String {
    match snapshot.history.last() {
        None => "no step yet".to_owned(),
        Some(record) => format!(
            "after step {} L is {} and ‖∂L/∂w‖ {}",
            thousands(record.step),
            significant(record.loss),
            significant(record.gradient_norm)
        ),
    }
}

fn legend(snapshot: &Snapshot, curves: &[Curve]) -> Vec<Entry> {
    let entry = |curve: &Curve| Entry::new(curve.swatch, curve.colour, curve.name);
    let mut entries: Vec<Entry> = curves.iter().map(entry).collect();
    let values = curves
        .iter()
        .flat_map(|curve| snapshot.history.iter().map(curve.of));
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
    let Some(last) = snapshot.history.last() else {
        return shapes::explain(layer, frame.area, "No training step yet", style::THEORY);
    };
    let values = || {
        curves
            .iter()
            .flat_map(|curve| snapshot.history.iter().map(curve.of))
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
        .flat_map(|curve| snapshot.history.iter().map(curve.of));
    let (low, high) = values
        .filter_map(decade)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
    if low > high {
        return round_range(-1.0, 1.0, 1.0);
    }
    round_range(low, high, 1.0)
}
