//! Where the places of a scene are on the screen.

use egui::{Pos2, Rect, Stroke};

use super::super::theme::color32;
use crate::scene::{self, Area, Canvas, Point};

/// From a scene to the screen: its points are points of the screen, or so many times as large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lens {
    magnification: f64,
}

impl Lens {
    /// A scene whose places are the screen's.
    pub const PLAIN: Self = Self { magnification: 1.0 };

    /// For what is drawn on `canvas`.
    pub fn of(canvas: &Canvas) -> Self {
        Self {
            magnification: canvas.magnification,
        }
    }

    /// A length on the screen.
    pub fn length(self, length: f64) -> f32 {
        (self.magnification * length) as f32
    }

    /// A point on the screen.
    pub fn position(self, [x, y]: Point) -> Pos2 {
        Pos2::new(self.length(x), self.length(y))
    }

    /// An area on the screen.
    pub fn rect(self, area: Area) -> Rect {
        Rect::from_min_max(
            self.position([area.left, area.top]),
            self.position([area.right, area.bottom]),
        )
    }

    /// A line on the screen.
    pub fn stroke(self, stroke: &scene::Stroke) -> Stroke {
        Stroke::new(self.length(stroke.width), color32(stroke.colour))
    }

    /// The point of the scene that is shown at `at`.
    pub fn point(self, at: Pos2) -> Point {
        [at.x, at.y].map(|part| f64::from(part) / self.magnification)
    }
}

/// A stretch of the screen as an area of a scene whose places are the screen's.
pub fn area_of(rect: Rect) -> Area {
    let [left, top, right, bottom] =
        [rect.left(), rect.top(), rect.right(), rect.bottom()].map(f64::from);
    Area::new(left, top, right, bottom)
}
