//! What the pointer does over a view that lies on the time axis, and the cursor drawn through it.

use egui::{Id, Rect, Sense, Stroke, Ui, Vec2};

use super::action::Action;
use super::scene::Scene;
use super::time_axis::TimeScale;
use super::view_state::ViewState;

/// Hovering moves the cursor, dragging the time, Ctrl and the wheel zoom, a double click shows all.
pub fn gestures(ui: &Ui, name: &str, frame: Rect, view: &ViewState, actions: &mut Vec<Action>) {
    let response = ui.interact(frame, Id::unique(name), Sense::click_and_drag());
    let scale = TimeScale::new(&view.time, frame.left(), frame.right());
    if response.double_clicked() {
        actions.push(Action::ShowAll);
        return;
    }
    if response.dragged() && view.time.is_zoomed() {
        let by = -f64::from(response.drag_delta().x / scale.step_width());
        actions.push(Action::Pan(by));
        return;
    }
    let Some(pointer) = response.hover_pos() else {
        return;
    };
    let time = scale.time_from_x(pointer.x);
    let (zoom, scroll, moved) = ui.input(|input| {
        (
            f64::from(input.zoom_delta()),
            input.smooth_scroll_delta,
            input.pointer.delta() != Vec2::ZERO,
        )
    });
    if zoom != 1.0 {
        actions.push(Action::Zoom {
            factor: zoom,
            around: time,
        });
    } else if scroll != Vec2::ZERO && view.time.is_zoomed() {
        let by = -f64::from((scroll.x + scroll.y) / scale.step_width());
        actions.push(Action::Pan(by));
    }
    let nearest = time.round().clamp(1.0, view.time.length() as f64) as usize;
    if (moved || response.clicked()) && nearest != view.time.cursor() {
        actions.push(Action::SetCursor(nearest));
    }
}

/// The cursor through a band over time. The unrolled network has it behind its nodes.
pub fn cursor_line(ui: &Ui, frame: Rect, scene: &Scene<'_>) {
    let (view, palette) = (scene.view, scene.palette);
    let scale = TimeScale::new(&view.time, frame.left(), frame.right());
    let x = scale.x_from_time(view.time.cursor() as f64);
    if frame.x_range().contains(x) {
        let stroke = Stroke::new(1.0, palette.cursor.gamma_multiply(0.55));
        ui.painter().vline(x, frame.y_range(), stroke);
    }
}
