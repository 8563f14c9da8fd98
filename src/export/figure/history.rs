//! The whole run as one picture: training steps to the right, timesteps downwards.

use super::super::{Look, View};
use super::absent::absent;
use super::area::Area;
use super::drawing::{Drawing, Layer, Stroke};
use super::frame::{AXIS_NAME, BOTTOM_AXIS, Frame, LEFT_AXIS};
use super::heat::{Heat, MOST_PIXELS, heat_header, sampled};
use super::sheet::{VIEW, sheet};
use super::{steps, style, ticks};
use crate::flow::Magnitude;
use crate::flow::thousands;
use crate::training::{HistoryRow, Snapshot, Timeline};

/// Rows of pixels at most: as many as a frame has points.
const MOST_ROWS: usize = 450;

/// The figure.
pub fn drawing(snapshot: &Snapshot, look: &Look) -> Drawing {
    let timeline = &snapshot.run.timeline;
    if timeline.rows.is_empty() {
        let reason = if timeline.newest == 0 {
            "no training step yet"
        } else {
            "not computed for this moment"
        };
        return absent(View::History, snapshot, reason);
    }
    let name = View::History.name();
    let (mut drawing, area) = sheet(VIEW, name, snapshot, View::History.meaning());
    let layer = &mut drawing.layer;
    let run = Run::of(timeline);
    let heat = Heat {
        width: run.columns.len(),
        height: run.times.len(),
        value: |column, row| run.value(column, row),
    };
    let rest = heat_header(layer, area, name, &sentence(snapshot), heat.outcomes());
    // The axis has a name, which stands left of its labels.
    let room = rest.without(LEFT_AXIS, 4.0, 20.0, BOTTOM_AXIS + AXIS_NAME);
    let frame = Frame::new(
        room,
        (0.0, timeline.newest.max(1) as f64),
        (run.longest as f64 + 0.5, 0.5),
    );
    let height = room.height() / run.longest as f64;
    let times = ticks::timesteps(run.longest, height);
    frame.left_axis(layer, &times, "timestep t");
    heat.draw(layer, room);
    steps::axis(layer, &frame, false);
    places(layer, &frame, snapshot, look);
    drawing
}

fn sentence(snapshot: &Snapshot) -> String {
    let symbol = if snapshot.probe.flow.hidden == 1 {
        "∂oₙ/∂oₜ"
    } else {
        "‖gₜ‖/‖gₙ‖"
    };
    let timeline = &snapshot.run.timeline;
    let shown = if timeline.is_past {
        format!("; the line is at step {}", thousands(snapshot.moment.step))
    } else {
        String::new()
    };
    format!(
        "{symbol} after each of {} recorded steps of {}{shown}",
        thousands(timeline.rows.len() as u64),
        thousands(timeline.newest)
    )
}

/// Which pixel shows which step and which timestep.
struct Run<'a> {
    /// The recorded step of every column of pixels; none before the first.
    columns: Vec<Option<&'a HistoryRow>>,
    /// The 1-based timestep of every row of pixels.
    times: Vec<usize>,
    /// The longest probe of the run.
    longest: usize,
}

impl<'a> Run<'a> {
    fn of(timeline: &'a Timeline) -> Self {
        let newest = usize::try_from(timeline.newest.max(1)).unwrap_or(usize::MAX);
        let longest = timeline
            .rows
            .iter()
            .map(|row| row.length)
            .max()
            .unwrap_or(1)
            .max(1);
        // A row holds from its step to the next that is recorded.
        let column = |step: usize| {
            let after = timeline.rows.partition_point(|row| row.step <= step as u64);
            after
                .checked_sub(1)
                .and_then(|place| timeline.rows.get(place))
                .map(|row| &**row)
        };
        let steps = if newest <= MOST_PIXELS {
            (0..newest).collect()
        } else {
            // 2 · pixel · newest must not overflow for a run of any length.
            let place = |pixel: usize| (pixel as f64 + 0.5) * newest as f64 / MOST_PIXELS as f64;
            (0..MOST_PIXELS)
                .map(|pixel| place(pixel) as usize)
                .collect::<Vec<usize>>()
        };
        let times = sampled(longest, longest.min(MOST_ROWS)).into_iter();
        Self {
            columns: steps.into_iter().map(column).collect(),
            times: times.map(|place| place + 1).collect(),
            longest,
        }
    }

    fn value(&self, column: usize, row: usize) -> Option<Magnitude> {
        let of = self.columns.get(column).copied().flatten()?;
        let t = *self.times.get(row)?;
        (t <= of.length).then(|| of.nearest(t).1)
    }
}

/// Lines at the moment that is shown, if somebody looks back, and at the cursor, if somebody has moved it.
fn places(layer: &mut Layer, frame: &Frame, snapshot: &Snapshot, look: &Look) {
    let Area {
        left,
        top,
        right,
        bottom,
    } = frame.area;
    let mut line = |from, to| {
        // Dark within bright: seen on every colour.
        layer.line(from, to, Stroke::new(style::BACKGROUND, 2.6));
        layer.line(from, to, Stroke::new(style::CURSOR, 1.2));
    };
    if snapshot.run.timeline.is_past {
        let x = frame.place_x(snapshot.moment.step as f64);
        line([x, top], [x, bottom]);
    }
    if let Some(t) = look.mark(snapshot.len()) {
        let y = frame.place_y(t as f64);
        line([left, y], [right, y]);
    }
}
