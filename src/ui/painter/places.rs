//! Where the areas of a scene are on the screen: its coordinates are the screen's.

use egui::{Pos2, Rect};

use crate::scene::Area;

/// An area of a scene on the screen.
pub fn rect_of(area: Area) -> Rect {
    Rect::from_min_max(
        Pos2::new(area.left as f32, area.top as f32),
        Pos2::new(area.right as f32, area.bottom as f32),
    )
}

/// A stretch of the screen as an area of a scene.
pub fn area_of(rect: Rect) -> Area {
    let [left, top, right, bottom] =
        [rect.left(), rect.top(), rect.right(), rect.bottom()].map(f64::from);
    Area::new(left, top, right, bottom)
}
