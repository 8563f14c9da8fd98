//! The phase map: log₁₀ |∂o_n/∂o_1| of one unit over w_h and the length or the input weight.

use super::super::{Look, PhaseAxis, View, question};
use super::absent::absent;
use super::drawing::{Drawing, Layer, Stroke};
use super::frame::{AXIS_NAME, BOTTOM_AXIS, Frame, LEFT_AXIS};
use super::heat::{Heat, heat_header};
use super::sheet::{VIEW, sheet};
use super::{style, ticks};
use crate::flow::{PhaseMap, significant};
use crate::training::{Finding, OtherAxis, PhaseAxes, Question, Snapshot};

/// The figure. `finding` is the answer to [`Question::PhaseMap`] over the axes that `look` chooses.
pub fn drawing(snapshot: &Snapshot, finding: Option<&Finding>, look: &Look) -> Drawing {
    let Some(Question::PhaseMap(axes)) = question(View::PhaseMap, snapshot, look) else {
        return absent(
            View::PhaseMap,
            snapshot,
            "there is one of a single unit only, H = 1",
        );
    };
    match finding {
        Some(Finding::PhaseMap(map)) if map.width * map.height > 0 => {
            of_map(snapshot, map, axes, look)
        }
        _ => absent(View::PhaseMap, snapshot, "not computed for this moment"),
    }
}

fn of_map(snapshot: &Snapshot, map: &PhaseMap, axes: PhaseAxes, look: &Look) -> Drawing {
    let name = View::PhaseMap.name();
    let (mut drawing, area) = sheet(VIEW, name, snapshot, View::PhaseMap.meaning());
    let layer = &mut drawing.layer;
    let heat = Heat {
        width: map.width,
        height: map.height,
        // The first row of the map is at its foot.
        value: |column, row| Some(map.outcome(column, map.height - 1 - row)),
    };
    let here = snapshot
        .probe
        .flow
        .steps
        .first()
        .map(|step| step.to_end.to_string());
    let sentence = format!(
        "log₁₀ |∂oₙ/∂o₁|; at the ring, here and now, ∂oₙ/∂o₁ = {}",
        here.unwrap_or_default()
    );
    let rest = heat_header(layer, area, name, &sentence, heat.outcomes());
    let room = rest.without(LEFT_AXIS + AXIS_NAME, 6.0, 20.0, BOTTOM_AXIS + AXIS_NAME);
    let (other, axis_name, of_today) = match (axes.other, look.phase_axis) {
        (OtherAxis::InputWeight(low, high), _) => {
            ((low, high), "input weight wᵢ", snapshot.moment.weights.w_i)
        }
        (OtherAxis::Length(largest), PhaseAxis::Length | PhaseAxis::InputWeight) => (
            (1.0, largest as f64),
            "sequence length n",
            snapshot.len() as f64,
        ),
    };
    let frame = Frame::new(
        room,
        widened(axes.w_h, map.width),
        widened(other, map.height),
    );
    let up = ticks::linear(frame.y.0, frame.y.1, room.height(), 40.0);
    frame.left_axis(layer, &up, axis_name);
    heat.draw(layer, room);
    let right = ticks::linear(frame.x.0, frame.x.1, room.width(), 60.0);
    frame.bottom_axis(
        layer,
        &right,
        &format!("wₕ, here {}", significant(snapshot.moment.weights.w_h)),
        false,
    );
    ring(layer, &frame, snapshot.moment.weights.w_h, of_today);
    drawing
}

/// The range of an axis whose outermost pixels have their middles at the ends of `range`.
fn widened((from, to): (f64, f64), pixels: usize) -> (f64, f64) {
    let half = 0.5 * (to - from) / pixels.saturating_sub(1).max(1) as f64;
    (from - half, to + half)
}

fn ring(layer: &mut Layer, frame: &Frame, w_h: f64, other: f64) {
    if !(frame.x.0..=frame.x.1).contains(&w_h) || !(frame.y.0..=frame.y.1).contains(&other) {
        return;
    }
    let at = frame.place(w_h, other);
    // Dark within bright: seen on every colour.
    layer.circle(at, 6.0, None, Some(Stroke::new(style::BACKGROUND, 4.0)));
    layer.circle(at, 6.0, None, Some(Stroke::new(style::CURSOR, 1.6)));
}
