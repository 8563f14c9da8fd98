//! The unrolled network where there are too many timesteps for nodes: its states as bars over a strip of
//! colour.

use super::super::Look;
use super::area::Area;
use super::drawing::{Layer, Pixels, Stroke};
use super::frame::Frame;
use super::rows::row_name;
use super::time::{self, Column};
use super::{shapes, style};
use crate::flow::{Magnitude, significant};
use crate::training::Snapshot;

/// More timesteps than this are a picture of pixels rather than one rectangle each, which makes a small file.
const MOST_RECTANGLES: usize = 400;

/// Marks on the strip are at least so far apart.
const MARK_ROOM: f64 = 14.0;

/// Draws it into `frame`.
pub fn draw(layer: &mut Layer, frame: &Frame, snapshot: &Snapshot, look: &Look) {
    let split = frame.area.top + 0.62 * frame.area.height();
    let states = Area {
        bottom: split - 5.0,
        ..frame.area
    };
    let gradient = Area {
        top: split,
        ..frame.area
    };
    let finite = snapshot
        .probe
        .states
        .iter()
        .filter(|state| state.is_finite());
    let largest = finite.fold(0.0_f64, |largest, state| largest.max(state.abs()));
    let middle = states.centre()[1];
    row_name(layer, frame, middle - 8.0, "|oₜ| up to", style::THEORY);
    let up_to = significant(largest);
    row_name(layer, frame, middle + 8.0, &up_to, style::THEORY);
    row_name(
        layer,
        frame,
        gradient.centre()[1],
        "gradient",
        style::THEORY,
    );
    state_bars(layer, frame, snapshot, (states, largest));
    gradient_strip(layer, frame, snapshot, gradient);
    if let Some(t) = look.just_multiplied(snapshot.len()) {
        just_multiplied(layer, frame, t, gradient);
    }
}

/// The states, from their least to their greatest in each column; red from edge to edge where one is not
/// finite.
fn state_bars(layer: &mut Layer, frame: &Frame, snapshot: &Snapshot, (area, largest): (Area, f64)) {
    // What is never below zero needs no room there.
    let signed = snapshot.probe.states.iter().any(|&state| state < 0.0);
    let (zero, unit_height) = if signed {
        (area.centre()[1], 0.5 * area.height())
    } else {
        (area.bottom, area.height())
    };
    let gap = if time::step_width(frame) > 5.0 {
        0.5
    } else {
        0.0
    };
    let unit = largest.max(f64::MIN_POSITIVE);
    let (mut finite, mut other) = (Vec::new(), Vec::new());
    for column in time::columns(frame, snapshot.len(), |_| 0.0) {
        let (left, right) = column.edges(frame);
        let (mut low, mut high, mut all_finite) = (0.0_f64, 0.0_f64, true);
        for state in snapshot
            .probe
            .states
            .iter()
            .take(column.last + 1)
            .skip(column.first)
        {
            let share = if state.is_nan() {
                1.0
            } else {
                (state / unit).clamp(-1.0, 1.0)
            };
            (low, high) = (low.min(share), high.max(share));
            all_finite &= state.is_finite();
        }
        let bar = Area::new(
            left + gap,
            zero - high * unit_height,
            right - gap,
            zero - low * unit_height,
        );
        if all_finite { &mut finite } else { &mut other }.push(bar);
    }
    layer.bars(finite, style::THEORY);
    layer.bars(other, style::ERROR);
    let line = Stroke::new(style::FAINT, 1.0);
    layer.line([area.left, zero], [area.right, zero], line);
    let states = snapshot.probe.states.iter().skip(1);
    let unbounded = states.map(|&state| match Magnitude::new(state) {
        Magnitude::Zero => Magnitude::ONE,
        state => state,
    });
    marks(layer, frame, unbounded, zero - 0.5 * unit_height);
}

/// What is left of the gradient at each timestep, as colour; of a column, what is farthest from 1.
fn gradient_strip(layer: &mut Layer, frame: &Frame, snapshot: &Snapshot, area: Area) {
    let steps = &snapshot.probe.flow.steps;
    let distance = |t: usize| steps[t - 1].to_end.log10().map_or(f64::INFINITY, f64::abs);
    let columns = time::columns(frame, steps.len(), distance);
    let colour = |column: &Column| style::of(steps[column.t - 1].to_end);
    let (Some(first), Some(last)) = (columns.first(), columns.last()) else {
        return;
    };
    let right = last.edges(frame).1;
    if columns.len() <= MOST_RECTANGLES {
        for column in &columns {
            let (left, end) = column.edges(frame);
            // Each reaches under the next, beyond the pixel that both have a part of, so that no seam
            // shows between them.
            let end = (end + 1.5).min(right);
            let part = Area::new(left, area.top, end, area.bottom);
            layer.fill(part, colour(column));
        }
    } else {
        let whole = Area::new(first.edges(frame).0, area.top, right, area.bottom);
        let pixels = Pixels::new(columns.len(), 1, |index, _| colour(&columns[index]));
        layer.image(whole, pixels);
    }
    let gradients = steps.iter().map(|step| step.to_end);
    marks(layer, frame, gradients, area.centre()[1]);
}

/// What colour alone must not say, at the height `y`: triangles where a value is infinite or exactly zero,
/// crosses where it is not a number. `values` begin with that of timestep 1.
fn marks(layer: &mut Layer, frame: &Frame, values: impl Iterator<Item = Magnitude>, y: f64) {
    let mut last = f64::NEG_INFINITY;
    for (t, value) in (1..).zip(values) {
        let x = frame.place_x(f64::from(t));
        if value.log10().is_some() || x - last < MARK_ROOM {
            continue;
        }
        last = x;
        let ink = match value {
            Magnitude::Zero => style::ERROR,
            _ => style::BACKGROUND,
        };
        shapes::mark(layer, [x, y], value, ink);
    }
}

/// A frame around the timestep whose factor was multiplied in when the cursor came to where it is.
fn just_multiplied(layer: &mut Layer, frame: &Frame, t: usize, area: Area) {
    let x = frame.place_x(t as f64);
    // However many timesteps there are, it can be seen.
    let half = (0.5 * time::step_width(frame)).max(1.5);
    let column = Area::new(x - half, area.top, x + half, area.bottom);
    layer.outline(column, Stroke::new(style::HIGHLIGHT, 2.0));
}
