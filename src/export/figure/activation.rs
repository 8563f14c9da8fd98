//! f and f′, with the network's operating points on both curves.

use super::super::activation_curve::ActivationCurve;
use super::super::{Look, View};
use super::area::{Area, Point};
use super::drawing::{Anchor, Colour, Drawing, Layer, Stroke, Text};
use super::frame::{AXIS_NAME, BOTTOM_AXIS, Frame, LEFT_AXIS};
use super::legend::{Entry, LINE, Swatch, header};
use super::sheet::{VIEW, sheet};
use super::ticks::linear;
use super::{font, style};
use crate::flow::thousands;
use crate::flow::{OperatingPoint, SATURATED_BELOW, decimal, significant};
use crate::training::Snapshot;

/// Points of the curves.
const SAMPLES: usize = 401;

/// Points that are drawn as discs at most; more are small squares.
const FEW: usize = 200;

/// Colours that time is told apart by.
const SHADES: usize = 32;

/// Width of the scale of these colours, with its ends.
const KEY_WIDTH: f64 = 150.0;

/// The figure.
pub fn drawing(snapshot: &Snapshot, look: &Look) -> Drawing {
    let name = View::Activation.name();
    let (mut drawing, area) = sheet(VIEW, name, snapshot, View::Activation.meaning());
    let layer = &mut drawing.layer;
    let left = area.right - KEY_WIDTH;
    time_key(layer, [left, area.top + 0.5 * LINE], snapshot.len());
    let beside = Area {
        right: left - 12.0,
        ..area
    };
    let rest = header(layer, beside, name, &sentence(snapshot), &legend(snapshot));
    let rest = Area {
        right: area.right,
        ..rest
    };
    let frame = frame(snapshot, rest);
    let (x, y) = (frame.x, frame.y);
    frame.ground(layer);
    frame.left_axis(layer, &linear(y.0, y.1, frame.area.height(), 34.0), "");
    let ticks = linear(x.0, x.1, frame.area.width(), 60.0);
    frame.bottom_axis(layer, &ticks, "pre-activation aₜ", true);
    let faint = Stroke::new(style::FAINT, 1.0);
    frame.upright(layer, 0.0, faint);
    frame.level(layer, 0.0, faint);
    let dotted = Stroke::new(style::THEORY, 1.0).dashed(1.5, 4.0);
    frame.level(layer, SATURATED_BELOW, dotted);
    let samples = ActivationCurve::of(snapshot).samples(SAMPLES);
    let f = samples.iter().map(|sample| (sample.a, Some(sample.f)));
    frame.curve(layer, f, Stroke::new(style::MEASURED, 1.8));
    let f_prime = samples
        .iter()
        .map(|sample| (sample.a, Some(sample.f_prime)));
    frame.curve(layer, f_prime, Stroke::new(style::F_PRIME, 1.8));
    points(layer, &frame, snapshot, look.mark(snapshot.len()));
    drawing
}

fn frame(snapshot: &Snapshot, rest: Area) -> Frame {
    let curve = ActivationCurve::of(snapshot);
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for sample in curve.samples(SAMPLES) {
        low = low.min(sample.f).min(sample.f_prime);
        high = high.max(sample.f).max(sample.f_prime);
    }
    let room = 0.06 * (high - low);
    Frame::new(
        rest.without(LEFT_AXIS, 6.0, 12.0, BOTTOM_AXIS + AXIS_NAME),
        (-curve.reach, curve.reach),
        (low - room, high + room),
    )
}

fn legend(snapshot: &Snapshot) -> Vec<Entry> {
    let activation = snapshot.moment.experiment.network.activation.name();
    let threshold = decimal(SATURATED_BELOW, 3);
    vec![
        Entry::new(Swatch::Line, style::MEASURED, format!("f = {activation}")),
        Entry::new(Swatch::Line, style::F_PRIME, "f′"),
        Entry::new(Swatch::Dotted, style::THEORY, format!("f′ = {threshold}")),
    ]
}

/// `7 of 10 steps have |f′| < 0.1`, and how many cannot be drawn.
fn sentence(snapshot: &Snapshot) -> String {
    let kept = &snapshot.probe.operating_points;
    let what = if snapshot.probe.flow.hidden == 1 {
        "steps have"
    } else {
        "units in time have"
    };
    let mut text = format!(
        "{} of {} {what} |f′| < {}",
        thousands(kept.saturated as u64),
        thousands(kept.total as u64),
        decimal(SATURATED_BELOW, 3)
    );
    let broken = kept.points.iter().find(|point| !point.a.is_finite());
    if let Some(first) = broken {
        let count = kept
            .points
            .iter()
            .filter(|point| !point.a.is_finite())
            .count();
        text += &format!(
            "; {} of {} points are not drawn, the first is {} at t = {}",
            thousands(count as u64),
            thousands(kept.points.len() as u64),
            significant(first.a),
            first.t
        );
    }
    text
}

/// Every pre-activation on both curves, in the colour of its timestep; those of `mark` with a ring.
fn points(layer: &mut Layer, frame: &Frame, snapshot: &Snapshot, mark: Option<usize>) {
    let points = &snapshot.probe.operating_points.points;
    let drawn = || points.iter().filter(|point| point.a.is_finite());
    let area = frame.area.grown(8.0);
    layer.clipped(area, |layer| {
        if points.len() <= FEW {
            for point in drawn() {
                let colour = time_colour(shade(point.t, snapshot.len()));
                for at in places(frame, point) {
                    layer.circle(at, 3.4, Some(colour), None);
                }
            }
        } else {
            // As many shapes as there are colours, so that the file stays small.
            let mut squares: Vec<Vec<Area>> = vec![Vec::new(); SHADES];
            for point in drawn() {
                let of = &mut squares[shade(point.t, snapshot.len())];
                of.extend(places(frame, point).map(|at| Area::around(at, 3.8, 3.8)));
            }
            for (index, areas) in squares.into_iter().enumerate() {
                layer.bars(areas, time_colour(index));
            }
        }
        let here = drawn().filter(|point| mark == Some(point.t));
        for point in here.take(FEW) {
            for at in places(frame, point) {
                layer.circle(at, 6.5, None, Some(Stroke::new(style::CURSOR, 1.4)));
            }
        }
    });
}

/// On the curve of f and on that of f′. What is far out lies on the edge.
fn places(frame: &Frame, point: &OperatingPoint) -> [Point; 2] {
    let a = point.a.clamp(frame.x.0, frame.x.1);
    let height = |y: f64| if y.is_finite() { y } else { 0.0 };
    [point.o, point.f_prime].map(|y| frame.place(a, height(y).clamp(frame.y.0, frame.y.1)))
}

fn shade(t: usize, length: usize) -> usize {
    let share = (t as f64 - 1.0) / (length.max(2) as f64 - 1.0);
    ((share * (SHADES - 1) as f64).round().max(0.0) as usize).min(SHADES - 1)
}

/// From dark to bright with time.
fn time_colour(shade: usize) -> Colour {
    // Without its two ends: the bright one is lost on a light background.
    let share = shade as f64 / (SHADES - 1) as f64;
    let colour = colorous::PLASMA.eval_continuous(0.05 + 0.75 * share);
    [colour.r, colour.g, colour.b]
}

/// The colours of time with their ends, from `left` on around the height `y`.
fn time_key(layer: &mut Layer, [left, y]: Point, length: usize) {
    let text =
        |text: String, x: f64| Text::new([x, y], text, style::SMALL, style::MEASURED).centred();
    let end = thousands(length as u64);
    let right = left + KEY_WIDTH - font::width(&end, style::SMALL) - 5.0;
    let bar = Area::new(left + 36.0, y - 5.0, right, y + 5.0);
    layer.text(text("t = 1".to_owned(), bar.left - 5.0).anchored(Anchor::End));
    for index in 0..SHADES {
        let edge = |index: usize| bar.left + bar.width() * index as f64 / SHADES as f64;
        // Each reaches under the next, so that no seam shows between them.
        let right = edge((index + 2).min(SHADES));
        layer.fill(
            Area::new(edge(index), bar.top, right, bar.bottom),
            time_colour(index),
        );
    }
    layer.text(text(end, bar.right + 5.0));
}
