//! The axis of training steps.

use super::drawing::Layer;
use super::frame::Frame;
use super::ticks::{Tick, multiples, round_step};
use crate::flow::thousands;
use crate::training::Snapshot;

/// The fewest steps that the axis shows.
const FEWEST: f64 = 10.0;

/// Points that a label needs.
const ROOM: f64 = 76.0;

/// From before the first step to behind the last. Who looks back sees the whole run.
pub fn range(snapshot: &Snapshot) -> (f64, f64) {
    let last = if snapshot.run.timeline.is_past {
        snapshot.run.timeline.newest
    } else {
        snapshot.moment.step
    };
    // A step that diverged is undone, and has a record.
    let measured = snapshot.run.history.last().map_or(0, |record| record.step);
    let last = (last.max(measured) as f64).max(FEWEST);
    (-0.02 * last, 1.02 * last)
}

/// Labels the axis of steps at the bottom of `frame`.
pub fn axis(layer: &mut Layer, frame: &Frame, grid: bool) {
    let (from, to) = (frame.x.0.max(0.0), frame.x.1);
    let every = round_step((to - from) * ROOM / frame.area.width().max(ROOM)).max(1.0);
    let tick = |value: f64| Tick {
        value,
        label: thousands(value as u64),
    };
    let ticks: Vec<Tick> = multiples(from, to, every).into_iter().map(tick).collect();
    frame.bottom_axis(layer, &ticks, "training step", grid);
}
