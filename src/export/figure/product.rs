//! Band (b): log₁₀ of the product per timestep, with the last batch, the bound and the float limits.

use super::super::Look;
use super::band::Band;
use super::drawing::{Layer, Stroke};
use super::frame::Frame;
use super::legend::{Entry, Swatch, header};
use super::shown::Shown;
use super::ticks::{decades, round_range};
use super::{float_limits, shapes, style, time};
use crate::flow::Magnitude;
use crate::training::Snapshot;

/// Points get marks of their own where one timestep is at least this wide.
const MARKED_STEP_WIDTH: f64 = 7.0;

/// Draws the band, whose axis goes upwards over the decades `y`.
pub fn draw(layer: &mut Layer, band: &Band, y: (f64, f64), snapshot: &Snapshot, look: &Look) {
    let shown = Shown::new(snapshot, look);
    let length = shown.length();
    let mark = look.mark(length);
    let mut sentence = format!("{}, {}", shown.symbol(), shown.meaning());
    if let Some(t) = mark
        && let Some(value) = shown.value(t)
    {
        sentence += &format!("; at t = {t} it is {value}");
    }
    let step_width = band.step_width(length);
    let entries = legend(&shown, step_width);
    let rest = header(layer, band.area, "Product", &sentence, &entries);
    let area = band.frame_area(rest, snapshot);
    let frame = Frame::new(area, time::range(length), y);
    frame.ground(layer);
    frame.left_axis(layer, &decades(frame.y.0, frame.y.1, area.height()), "");
    frame.level(layer, 0.0, Stroke::new(style::FAINT, 1.2));
    float_limits::draw(layer, &frame);
    band.cursor(layer, &frame, mark);
    curves(layer, &frame, &shown);
    let values = (1..=length).filter_map(|t| Some((t as f64, shown.value(t)?)));
    frame.non_finite_marks(layer, values, style::ERROR);
    if let Some(reason) = shown.absence() {
        shapes::explain(layer, area, &reason, style::ERROR);
    }
    if band.axis {
        time::axis(layer, &frame, snapshot);
    }
}

fn legend(shown: &Shown<'_>, step_width: f64) -> Vec<Entry> {
    let mut entries = vec![
        Entry::new(Swatch::Line, style::MEASURED, "measured"),
        Entry::new(Swatch::Dashed, style::THEORY, shown.bound_name()),
    ];
    if shown.has_last_batch() {
        entries.push(Entry::new(Swatch::Dotted, style::MEASURED, "last batch"));
    }
    let values = || (1..=shown.length()).filter_map(|t| shown.value(t));
    let negative = |value: Magnitude| value.is_negative() && value.log10().is_some();
    if step_width >= MARKED_STEP_WIDTH && values().any(negative) {
        entries.push(Entry::new(Swatch::Ring, style::MEASURED, "below zero"));
    }
    entries.extend(Entry::of_outcomes(values()));
    entries
}

fn curves(layer: &mut Layer, frame: &Frame, shown: &Shown<'_>) {
    let length = shown.length();
    let bound = |t: usize| (t as f64, Some(shown.bound(t)));
    // It is a straight line unless a part of it is not finite.
    let ends = [1, 2, length.saturating_sub(1), length];
    let ends = ends.into_iter().filter(|t| (1..=length).contains(t));
    let dashed = Stroke::new(style::THEORY, 1.5).dashed(6.0, 4.0);
    frame.curve(layer, ends.map(bound), dashed);
    let draw = |layer: &mut Layer, stroke: Stroke, value: &dyn Fn(usize) -> Option<f64>| {
        let timesteps = time::curve_timesteps(frame, length, value);
        frame.curve(
            layer,
            timesteps.iter().map(|&t| (t as f64, value(t))),
            stroke,
        );
    };
    let dotted = Stroke::new(style::MEASURED, 1.6).dashed(1.6, 3.2);
    draw(layer, dotted, &|t| shown.of_last_batch(t));
    let value = |t: usize| shown.value(t).and_then(Magnitude::log10);
    draw(layer, Stroke::new(style::MEASURED, 2.0), &value);
    if time::step_width(frame) < MARKED_STEP_WIDTH {
        return;
    }
    for t in 1..=length {
        let (Some(log10), Some(magnitude)) = (value(t), shown.value(t)) else {
            continue;
        };
        let fill = if magnitude.is_negative() {
            style::BACKGROUND
        } else {
            style::MEASURED
        };
        let edge = Stroke::new(style::MEASURED, 1.3);
        layer.circle(frame.place(t as f64, log10), 3.0, Some(fill), Some(edge));
    }
}

/// The visible decades: the measured curve, 1, and batch and bound as far as they do not dwarf the curve.
pub fn y_range(snapshot: &Snapshot, look: &Look) -> (f64, f64) {
    let shown = Shown::new(snapshot, look);
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for t in 1..=shown.length() {
        if let Some(log10) = shown.value(t).and_then(Magnitude::log10) {
            low = low.min(log10);
            high = high.max(log10);
        }
    }
    if !shown.is_gradient() || low > high {
        (low, high) = (low.min(0.0), high.max(0.0));
    }
    let reach = 1.5 * (high - low).max(2.0);
    let (floor, ceil) = (low - reach, high + reach);
    let bound = [1, shown.length()].map(|t| shown.bound(t));
    let batch = (1..=shown.length()).filter_map(|t| shown.of_last_batch(t));
    for other in batch.chain(bound).filter(|other| other.is_finite()) {
        low = low.min(other.max(floor));
        high = high.max(other.min(ceil));
    }
    round_range(low, high, 2.0)
}
