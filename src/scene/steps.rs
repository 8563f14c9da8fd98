//! The axis of training steps.

use super::chart::Axis;
use super::ticks::{Tick, multiples, round_step};
use crate::flow::thousands;
use crate::training::Snapshot;

/// The fewest steps that the axis shows.
const FEWEST: f64 = 10.0;

/// Points that a label needs.
const ROOM: f64 = 76.0;

/// From before the first step to behind the last. Who looks back sees the whole run.
pub fn range(snapshot: &Snapshot) -> (f64, f64) {
    let run = &snapshot.run;
    let last = if run.timeline.is_past {
        run.timeline.newest
    } else {
        snapshot.moment.step
    };
    // A step that diverged is undone, and has a record.
    let measured = run.history.last().map_or(0, |record| record.step);
    let last = (last.max(measured) as f64).max(FEWEST);
    (-0.02 * last, 1.02 * last)
}

/// The axis of the steps of `range`, `width` points long.
pub fn axis(range: (f64, f64), width: f64, has_grid: bool) -> Axis {
    let (from, to) = (range.0.max(0.0), range.1);
    let every = round_step((to - from) * ROOM / width.max(ROOM)).max(1.0);
    let tick = |value: f64| Tick::new(value, thousands(value as u64));
    Axis {
        ticks: multiples(from, to, every).into_iter().map(tick).collect(),
        name: "training step".to_owned(),
        has_grid,
        turn: 0.0,
    }
}
