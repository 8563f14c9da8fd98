//! What the bands have in common: their place beside the others, and the cursor.

use super::area::Area;
use super::drawing::{Layer, Stroke};
use super::frame::{Frame, LEFT_AXIS};
use super::{style, time};
use crate::training::Snapshot;

/// The place of one band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// All of it, with its header and its axes.
    pub area: Area,
    /// Room on the right of its frame.
    pub right: f64,
    /// Whether timesteps are labelled below it.
    pub axis: bool,
}

impl Band {
    /// How wide a timestep will be.
    pub fn step_width(&self, length: usize) -> f64 {
        let (from, to) = time::range(length);
        (self.area.width() - LEFT_AXIS - self.right) / (to - from)
    }

    /// The area of the frame in what the header has left.
    pub fn frame_area(&self, rest: Area, snapshot: &Snapshot) -> Area {
        let below = if self.axis {
            time::axis_height(snapshot, self.step_width(snapshot.len()))
        } else {
            0.0
        };
        rest.without(LEFT_AXIS, 0.0, self.right, below)
    }

    /// A line at the timestep `mark`, if one was chosen.
    pub fn cursor(&self, layer: &mut Layer, frame: &Frame, mark: Option<usize>) {
        if let Some(t) = mark {
            let stroke = Stroke::new(style::THEORY, 1.0).dashed(3.0, 3.0);
            frame.upright(layer, t as f64, stroke);
        }
    }
}
