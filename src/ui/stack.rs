//! Views one above the other, where a window has no room for tiles that are dragged about: as many as there is height
//! for. The last of them is chosen from a list.

use egui::{Rect, Ui, UiBuilder, Vec2, pos2};

use super::action::Action;
use super::pane::{self, Frame};
use super::scope::Scope;
use crate::scene::View;

/// A middle that is smaller than this is stacked.
const TILES: Vec2 = Vec2::new(880.0, 470.0);

/// With less height than this there is one view at a time.
const BANDS: f32 = 400.0;

/// Between two views.
const GAP: f32 = 3.0;

/// What is above each other, with its share of the height.
pub type Rows = Vec<(View, Frame, f32)>;

/// The three bands, from the top, with their shares of the height.
const THE_BANDS: [(View, f32); 3] = [
    (View::UNROLLED, 0.24),
    (View::PRODUCT, 0.40),
    (View::REASON, 0.36),
];

/// The views that somebody has chosen for a stack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chosen {
    /// What is alone where there is room for one.
    alone: View,
    /// What is below the bands.
    below: View,
}

impl Default for Chosen {
    fn default() -> Self {
        Self {
            alone: View::PRODUCT,
            below: View::FORMULA,
        }
    }
}

impl Chosen {
    /// Brings `view` into sight.
    pub fn reveal(&mut self, view: View) {
        self.alone = view;
        if !THE_BANDS.iter().any(|(band, _)| *band == view) {
            self.below = view;
        }
    }

    /// What is above each other in a middle of `size`; `None` where there is room for tiles.
    pub fn rows(self, size: Vec2) -> Option<Rows> {
        if size.x >= TILES.x && size.y >= TILES.y {
            None
        } else if size.y < BANDS {
            Some(vec![(self.alone, Frame::Chosen, 1.0)])
        } else {
            let mut rows = bands(0.68);
            rows.push((self.below, Frame::Chosen, 0.32));
            Some(rows)
        }
    }
}

/// The three bands alone, which take `share` of the height.
pub fn bands(share: f32) -> Rows {
    let row = |&(view, of_bands): &(View, f32)| (view, Frame::Fixed, share * of_bands);
    THE_BANDS.iter().map(row).collect()
}

/// Draws `rows` in `area`. Returns where each view is.
pub fn show(
    ui: &mut Ui,
    area: Rect,
    rows: &[(View, Frame, f32)],
    scope: &Scope<'_>,
    actions: &mut Vec<Action>,
) -> Vec<(View, Rect)> {
    let height = area.height() - GAP * (rows.len().max(1) - 1) as f32;
    let mut top = area.top();
    let mut places = Vec::with_capacity(rows.len());
    for &(view, frame, share) in rows {
        let bottom = top + share * height;
        let rect = Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), bottom));
        let mut child = ui.new_child(UiBuilder::new().max_rect(rect).id_salt(view.slug()));
        child.set_clip_rect(rect.intersect(ui.clip_rect()));
        pane::show(&mut child, view, frame, scope, actions);
        places.push((view, rect));
        top = bottom + GAP;
    }
    ui.advance_cursor_after_rect(area);
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_has_as_many_views_as_there_is_room_for() {
        let chosen = Chosen::default();
        let count = |width, height| {
            let rows = chosen.rows(Vec2::new(width, height))?;
            let whole: f32 = rows.iter().map(|(_, _, share)| share).sum();
            assert!((whole - 1.0).abs() < 1e-6, "{whole}");
            Some(rows.len())
        };
        assert_eq!(count(992.0, 730.0), None);
        assert_eq!(count(560.0, 463.0), Some(4));
        assert_eq!(count(640.0, 330.0), Some(1));
        assert_eq!(count(1600.0, 300.0), Some(1));
    }

    #[test]
    fn what_is_revealed_is_in_sight_at_any_size() {
        for view in View::ALL {
            let mut chosen = Chosen::default();
            chosen.reveal(view);
            for size in [Vec2::new(560.0, 463.0), Vec2::new(640.0, 330.0)] {
                let rows = chosen.rows(size).unwrap();
                assert!(rows.iter().any(|(other, _, _)| *other == view));
            }
        }
    }
}
