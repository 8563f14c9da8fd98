//! The window on its screen: what it is called there, and how it fits one that is smaller than what it is made for.

use egui::{Context, Vec2, ViewportCommand, vec2};

use super::memory::Memory;

/// What the window is called.
pub const WINDOW_TITLE: &str = "BPTT Scope";

/// The size in points for which the rows and views of the window are made. On a screen without room for it, it is
/// zoomed until they fit.
pub const LEAST_SIZE: Vec2 = vec2(640.0, 400.0);

/// What a title bar takes of the height of a screen.
const TITLE_BAR: f32 = 32.0;

/// What frames and bars of a desktop may take of a screen: so much smaller a window can always be made.
const DESKTOP: Vec2 = vec2(16.0, 64.0);

/// Below this zoom nobody reads anything.
const LEAST_ZOOM: f32 = 0.5;

/// The screen, and what was chosen for a larger one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Screen {
    /// What was remembered, in points without zoom.
    chosen_size: Vec2,
    chosen_zoom: f32,
    /// How large the screen is, in points without zoom, once that is known.
    size: Option<Vec2>,
    /// Whether the window was fitted to it.
    is_fitted: bool,
}

impl Screen {
    /// For what is remembered, on a screen that is not known yet.
    pub fn new(memory: &Memory) -> Self {
        Self {
            chosen_size: memory.size.into(),
            chosen_zoom: memory.zoom,
            size: None,
            is_fitted: false,
        }
    }

    /// Fits the window to its screen, once, as soon as the system says which it is: first its zoom, and with that in
    /// force, at the next call, its size.
    pub fn fit(&mut self, ctx: &Context) {
        let Some(size) = self.size else {
            self.size = screen_size(ctx);
            if self.size.is_some() {
                ctx.set_zoom_factor(self.zoom());
                ctx.request_repaint();
            }
            return;
        };
        if std::mem::replace(&mut self.is_fitted, true) {
            return;
        }
        let least = LEAST_SIZE.min(size - DESKTOP) / ctx.zoom_factor();
        ctx.send_viewport_cmd(ViewportCommand::MinInnerSize(least));
        if !self.has_room(size) {
            // It fills the screen as far as there is a desktop that can say how far that is.
            ctx.send_viewport_cmd(ViewportCommand::Maximized(true));
        }
    }

    /// The zoom to begin with: as it was chosen, or if none was, so that everything has its place.
    fn zoom(&self) -> f32 {
        match self.size {
            Some(size) if self.chosen_zoom == 1.0 => {
                let room = (size - vec2(0.0, TITLE_BAR)) / LEAST_SIZE;
                room.min_elem().clamp(LEAST_ZOOM, 1.0)
            }
            _ => self.chosen_zoom,
        }
    }

    /// Whether the size that was chosen fits onto a screen of `size`.
    fn has_room(&self, size: Vec2) -> bool {
        let window = self.chosen_size + vec2(0.0, TITLE_BAR);
        window.x <= size.x && window.y <= size.y
    }

    /// Zoom and size to remember.
    pub fn look_to_remember(&self, ctx: &Context) -> (f32, [f32; 2]) {
        (self.zoom_to_remember(ctx), self.size_to_remember(ctx))
    }

    /// The zoom to remember: what is chosen, not what a small screen makes of it.
    fn zoom_to_remember(&self, ctx: &Context) -> f32 {
        let zoom = ctx.zoom_factor();
        if zoom == self.zoom() {
            self.chosen_zoom
        } else {
            zoom
        }
    }

    /// The size to remember, in points without zoom: not that of a window which fills its screen because it was
    /// made for a larger one.
    fn size_to_remember(&self, ctx: &Context) -> [f32; 2] {
        let now = ctx.content_rect().size() * ctx.zoom_factor();
        let is_maximised = ctx.input(|input| input.viewport().maximized == Some(true));
        let fills = |screen: Vec2| is_maximised || (now - screen).abs().max_elem() < 1.0;
        match self.size {
            Some(screen) if !self.has_room(screen) && fills(screen) => self.chosen_size.into(),
            _ => now.into(),
        }
    }
}

/// The size of the screen in points without zoom, if the system says it.
fn screen_size(ctx: &Context) -> Option<Vec2> {
    let size = ctx.input(|input| input.viewport().monitor_size)?;
    // Some that are not there are of no size.
    let is_there = size.x > 1.0 && size.y > 1.0;
    is_there.then(|| size * ctx.zoom_factor())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(screen: Vec2, memory: &Memory) -> Screen {
        Screen {
            size: Some(screen),
            ..Screen::new(memory)
        }
    }

    /// 480/640, and (320 − 32)/400, which is less.
    #[test]
    fn a_small_screen_makes_everything_smaller_until_it_fits() {
        let memory = Memory::default();
        for (screen, zoom) in [
            (vec2(480.0, 320.0), 0.72),
            (vec2(640.0, 480.0), 1.0),
            (vec2(800.0, 600.0), 1.0),
            (vec2(1280.0, 800.0), 1.0),
            (vec2(3840.0, 2160.0), 1.0),
            (vec2(200.0, 100.0), 0.5),
        ] {
            assert_eq!(on(screen, &memory).zoom(), zoom, "{screen:?}");
        }
        let chosen = Memory {
            zoom: 1.5,
            ..memory
        };
        assert_eq!(on(vec2(640.0, 480.0), &chosen).zoom(), 1.5);
    }

    /// Draws once in a window of a size in points without zoom, and returns what is asked of the window.
    fn draw(ctx: &Context, on: Vec2, window: Vec2, screen: &mut Screen) -> Vec<ViewportCommand> {
        let zoom = ctx.zoom_factor();
        let mut input = egui::RawInput {
            screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, window / zoom)),
            ..egui::RawInput::default()
        };
        let viewport = input.viewports.entry(egui::ViewportId::ROOT).or_default();
        viewport.monitor_size = Some(on / zoom);
        let mut output = ctx.run_ui(input, |ui| screen.fit(ui.ctx()));
        // Nothing is painted.
        output.textures_delta.clear();
        output.viewport_output[&egui::ViewportId::ROOT]
            .commands
            .clone()
    }

    #[test]
    fn what_a_small_screen_needs_is_not_remembered_for_a_large_one() {
        let (small, memory) = (vec2(480.0, 320.0), Memory::default());
        let (ctx, mut screen) = (Context::default(), Screen::new(&memory));
        draw(&ctx, small, small, &mut screen);
        let commands = draw(&ctx, small, small, &mut screen);
        let least = vec2(464.0, 256.0) / 0.72;
        assert!(commands.contains(&ViewportCommand::MinInnerSize(least)));
        assert!(commands.contains(&ViewportCommand::Maximized(true)));
        assert_eq!(ctx.zoom_factor(), 0.72);
        assert_eq!(screen.zoom_to_remember(&ctx), 1.0);
        assert_eq!(screen.size_to_remember(&ctx), memory.size);
        // What is done by hand is remembered, and it is fitted once.
        ctx.set_zoom_factor(0.8);
        for _ in 0..2 {
            let commands = draw(&ctx, small, vec2(440.0, 280.0), &mut screen);
            assert_eq!(commands, Vec::new());
        }
        assert_eq!(screen.zoom_to_remember(&ctx), 0.8);
        let [width, height] = screen.size_to_remember(&ctx);
        assert!((width - 440.0).abs() < 0.1 && (height - 280.0).abs() < 0.1);
    }

    #[test]
    fn a_screen_with_room_leaves_the_window_as_it_was_chosen() {
        let (large, window) = (vec2(1920.0, 1080.0), vec2(1280.0, 800.0));
        let memory = Memory {
            zoom: 1.25,
            size: window.into(),
            ..Memory::default()
        };
        let (ctx, mut screen) = (Context::default(), Screen::new(&memory));
        draw(&ctx, large, window, &mut screen);
        let commands = draw(&ctx, large, window, &mut screen);
        let least = LEAST_SIZE / 1.25;
        assert!(commands.contains(&ViewportCommand::MinInnerSize(least)));
        assert!(!commands.contains(&ViewportCommand::Maximized(true)));
        assert_eq!(screen.zoom_to_remember(&ctx), 1.25);
        assert_eq!(screen.size_to_remember(&ctx), [1280.0, 800.0]);
    }
}
