//! The keyboard's place: a ring around whatever has the focus, the same for buttons, names, tabs and pictures.

use egui::{Context, Id, Response, Stroke, StrokeKind, Ui};

use super::theme::{color32, theme_of};

/// Width of the ring, and how far it is from what it is around.
const WIDTH: f32 = 2.0;
const GAP: f32 = 2.0;

/// Draws the ring. To be called once a frame, when everything is drawn.
pub fn ring(ctx: &Context) {
    let Some(response) = focused(ctx) else {
        return;
    };
    // What is scrolled out of sight has none.
    let seen = response.rect.intersect(response.interact_rect);
    if !seen.is_positive() {
        return;
    }
    let rect = seen.expand(GAP).intersect(ctx.content_rect().shrink(1.0));
    let colours = theme_of(&ctx.global_style().visuals).colours();
    let stroke = Stroke::new(WIDTH, color32(colours.highlight));
    let painter = ctx.layer_painter(response.layer_id);
    painter.rect_stroke(rect, 3.0, stroke, StrokeKind::Middle);
}

/// Whether Space works what has the focus. A slider is moved by arrows and knows nothing to do with it.
pub fn takes_space(ctx: &Context) -> bool {
    let is_text = ctx.text_edit_focused();
    is_text || focused(ctx).is_some_and(|response| response.sense.senses_click())
}

/// Brings what has just got the focus into sight, if it is in the scrolled `ui`. To be called when all of that is drawn.
pub fn scroll_to(ui: &Ui) {
    let got = focused(ui.ctx()).filter(Response::gained_focus);
    if let Some(response) = got.filter(|it| ui.min_rect().contains_rect(it.rect)) {
        ui.scroll_to_rect(response.rect, None);
    }
}

/// What has the focus, if it was drawn.
fn focused(ctx: &Context) -> Option<Response> {
    let id: Id = ctx.memory(|memory| memory.focused())?;
    ctx.read_response(id)
}
