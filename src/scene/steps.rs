//! The axis of training steps.

use super::area::Area;
use super::canvas::Canvas;
use super::chart::LEFT_AXIS;
use super::chart::{Axis, Chart, Quantity, Series};
use super::drawing::Stroke;
use super::frame::Frame;
use super::place::GhostOf;
use super::subject::Subject;
use super::ticks::{Tick, multiples, round_step};
use crate::flow::thousands;
use crate::training::{Snapshot, StepRecord};

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
        ..Axis::default()
    }
}

/// An empty chart over all steps, those of another experiment beside this one among them, in what is left of a canvas below
/// its header.
pub fn chart(
    name: &'static str,
    subject: &Subject<'_>,
    canvas: &Canvas,
    room: Area,
    y: (f64, f64),
) -> Chart {
    let area = room.without(LEFT_AXIS, 6.0, 14.0, canvas.below());
    let mut range = range(subject.snapshot);
    if let Some(ghost) = subject.ghost.filter(|ghost| ghost.of != GhostOf::Kept) {
        let other = self::range(ghost.snapshot);
        range = (range.0.min(other.0), range.1.max(other.1));
    }
    let axis = axis(range, area.width(), true);
    let bottom = Axis {
        name: canvas.axis_name(&axis.name).0.to_owned(),
        ..axis
    };
    Chart {
        of: [Quantity::Step, Quantity::Value],
        bottom: Some(bottom),
        ..Chart::new(name, Frame::new(area, range, y))
    }
}

/// A line at the step that is shown, if somebody looks back.
pub fn looked_at(snapshot: &Snapshot, canvas: &Canvas) -> Option<Series> {
    let stroke = Stroke::new(canvas.colours().theory, 1.0).dashed(3.0, 3.0);
    let here = Series::upright(snapshot.moment.step as f64, stroke);
    snapshot.run.timeline.is_past.then_some(here)
}

/// What was measured in `step`, and the first of the steps that it is merged of.
pub fn record(snapshot: &Snapshot, step: f64) -> Option<(u64, &StepRecord)> {
    let history = &snapshot.run.history;
    let place = history.partition_point(|record| (record.step as f64) < step);
    let record = history.get(place).filter(|it| it.step as f64 == step)?;
    let before = place.checked_sub(1).and_then(|place| history.get(place));
    Some((before.map_or(1, |before| before.step + 1), record))
}

/// `step 7`, or `steps 1,201 to 1,204`.
pub fn in_words(first: u64, last: u64) -> String {
    let end = thousands(last);
    if first < last {
        format!("steps {} to {end}", thousands(first))
    } else {
        format!("step {end}")
    }
}
