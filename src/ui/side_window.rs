//! A window within the window, at the right of what is looked at: the same for everything that is asked and told there.

use egui::{Context, Ui, Vec2, Window, vec2};

/// Draws the window called `title`, of the size `size` at first or as large as there is room. Returns whether it stays open.
pub fn side_window(ctx: &Context, title: &str, size: Vec2, contents: impl FnOnce(&mut Ui)) -> bool {
    let mut open = true;
    let area = ctx.content_rect();
    let size = size.min(area.size() - vec2(60.0, 140.0));
    Window::new(title)
        .open(&mut open)
        .collapsible(false)
        .resizable(true)
        .default_size(size)
        .default_pos(area.right_top() + vec2(-size.x - 40.0, 70.0))
        .show(ctx, contents);
    open
}
