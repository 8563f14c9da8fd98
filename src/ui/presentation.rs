//! Presenting: the bands alone fill the screen, as large as can be read from the last row.

use egui::{Context, Vec2, ViewportCommand, vec2};

/// What is made to fill the screen, in points: room for the three bands.
const SHOWN: Vec2 = vec2(960.0, 560.0);

/// How far everything is enlarged at most.
const LARGEST: f32 = 4.0;

/// What is told at the beginning.
pub const WELCOME: &str =
    "Space runs, S steps, ← → move, B plays the way back, W: worksheet, Esc ends";

/// A presentation, and what it ends with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Presentation {
    /// Whether the worksheet stands beside the bands.
    pub has_worksheet: bool,
    /// How far the window was zoomed before, and how large it was, as that is remembered.
    look_before: (f32, [f32; 2]),
    /// How far it was zoomed.
    zoom: f32,
    /// Whether it filled the screen before.
    was_full: bool,
    /// The size, in points without zoom, for which everything was enlarged last.
    fitted_to: Vec2,
}

impl Presentation {
    /// Begins one: the window fills the screen. What was to be remembered of its looks still is.
    pub fn begin(ctx: &Context, look_before: (f32, [f32; 2])) -> Self {
        let was_full = ctx.input(|input| input.viewport().fullscreen == Some(true));
        ctx.send_viewport_cmd(ViewportCommand::Fullscreen(true));
        Self {
            has_worksheet: false,
            look_before,
            zoom: ctx.zoom_factor(),
            was_full,
            fitted_to: Vec2::ZERO,
        }
    }

    /// Enlarges everything when the window has become another size. Whoever zooms by hand meanwhile has their way.
    pub fn fit(&mut self, ctx: &Context) {
        let size = ctx.content_rect().size() * ctx.zoom_factor();
        if (size - self.fitted_to).abs().max_elem() > 1.0 {
            self.fitted_to = size;
            ctx.set_zoom_factor(self.zoom_for(size));
            ctx.request_repaint();
        }
    }

    fn zoom_for(&self, size: Vec2) -> f32 {
        let fitting = (size / SHOWN).min_elem().clamp(1.0, LARGEST);
        // A step at a time: every size of letters takes room in the atlas of glyphs.
        ((20.0 * fitting).floor() / 20.0).max(self.zoom)
    }

    /// Zoom and size that are to be remembered.
    pub fn look_before(&self) -> (f32, [f32; 2]) {
        self.look_before
    }

    /// Ends it: everything is as large as it was.
    pub fn end(self, ctx: &Context) {
        ctx.send_viewport_cmd(ViewportCommand::Fullscreen(self.was_full));
        ctx.set_zoom_factor(self.zoom);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1080/560 = 1.93, 800/560 = 1.43, 1280/960 = 1.33.
    #[test]
    fn what_is_presented_fills_the_screen() {
        let of = |zoom| Presentation {
            has_worksheet: false,
            look_before: (zoom, [0.0; 2]),
            zoom,
            was_full: false,
            fitted_to: Vec2::ZERO,
        };
        assert_eq!(of(1.0).zoom_for(vec2(1920.0, 1080.0)), 1.9);
        assert_eq!(of(1.0).zoom_for(vec2(1280.0, 800.0)), 1.3);
        assert_eq!(of(1.0).zoom_for(vec2(640.0, 400.0)), 1.0);
        assert_eq!(of(1.5).zoom_for(vec2(1280.0, 800.0)), 1.5);
        assert_eq!(of(1.0).zoom_for(vec2(7680.0, 4320.0)), LARGEST);
    }
}
