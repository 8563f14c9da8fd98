//! The instrument: three bands over one time axis with one cursor, and the tiles below.

use egui::{Id, Pos2, Rect, Sense, Stroke, Ui, UiBuilder, Vec2};

use super::action::Action;
use super::theme::Palette;
use super::time_axis::TimeScale;
use super::view_state::ViewState;
use super::{learning, product, reason, terms, unrolled};
use crate::training::Snapshot;

/// Height of a title row.
const TITLE: f32 = 22.0;

/// Room for the half of the last label that stands out beyond a plot.
const RIGHT_MARGIN: f32 = 14.0;

/// How the height below the titles is shared out: unrolled network, product, reason, tiles.
const SHARES: [f32; 4] = [0.235, 0.28, 0.205, 0.28];

/// Draws everything in the middle of the window.
pub fn show(
    ui: &mut Ui,
    snapshot: &Snapshot,
    view: &ViewState,
    palette: &Palette,
    actions: &mut Vec<Action>,
) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let whole = ui.available_rect_before_wrap();
    let area = whole.with_max_x(whole.right() - RIGHT_MARGIN);
    let heights = SHARES.map(|share| (share * (area.height() - 4.0 * TITLE)).max(48.0));
    let [unrolled, product, reason, tiles] = stacked(area, heights);

    title(ui, unrolled, |ui| {
        unrolled::title_ui(ui, snapshot, view, palette);
    });
    let first = in_rect(ui, body(unrolled), |ui, size| {
        unrolled::picture_ui(ui, snapshot, view, palette, size)
    });
    title(ui, product, |ui| {
        product::title_ui(ui, snapshot, view, palette, actions);
    });
    let second = in_rect(ui, body(product), |ui, size| {
        *product::plot_ui(ui, snapshot, view, palette, size).frame()
    });
    title(ui, reason, |ui| {
        reason::title_ui(ui, snapshot, view, palette);
    });
    let third = in_rect(ui, body(reason), |ui, size| {
        *reason::plot_ui(ui, snapshot, view, palette, size).frame()
    });
    for (name, frame) in [("band a", first), ("band b", second), ("band c", third)] {
        gestures(ui, name, frame, view, actions);
    }
    for frame in [second, third] {
        cursor_line(ui, frame, view, palette);
    }
    tiles_ui(ui, tiles, snapshot, view, palette, actions);
    ui.advance_cursor_after_rect(whole);
}

/// Rectangles of a title and a body each, one below the other.
fn stacked(area: Rect, heights: [f32; 4]) -> [Rect; 4] {
    let mut top = area.top();
    heights.map(|height| {
        let rect = Rect::from_min_size(
            Pos2::new(area.left(), top),
            Vec2::new(area.width(), TITLE + height),
        );
        top = rect.bottom();
        rect
    })
}

fn body(rect: Rect) -> Rect {
    rect.with_min_y(rect.top() + TITLE)
}

/// A title row, cut off at the right if the window is narrow.
fn title(ui: &mut Ui, rect: Rect, contents: impl FnOnce(&mut Ui)) {
    let row = rect.with_max_y(rect.top() + TITLE);
    let mut row_ui = ui.new_child(
        UiBuilder::new()
            .max_rect(row)
            .layout(egui::Layout::left_to_right(egui::Align::Center)),
    );
    row_ui.set_clip_rect(row.intersect(ui.clip_rect()));
    row_ui.spacing_mut().item_spacing.x = 6.0;
    row_ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
    contents(&mut row_ui);
}

fn in_rect<R>(ui: &mut Ui, rect: Rect, contents: impl FnOnce(&mut Ui, Vec2) -> R) -> R {
    let rect = rect.shrink2(Vec2::new(0.0, 1.0));
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    contents(&mut child, rect.size())
}

/// Hovering moves the cursor, dragging the time, Ctrl and the wheel zoom, a double click shows all.
fn gestures(ui: &Ui, name: &str, frame: Rect, view: &ViewState, actions: &mut Vec<Action>) {
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
fn cursor_line(ui: &Ui, frame: Rect, view: &ViewState, palette: &Palette) {
    let scale = TimeScale::new(&view.time, frame.left(), frame.right());
    let x = scale.x_from_time(view.time.cursor() as f64);
    if frame.x_range().contains(x) {
        let stroke = Stroke::new(1.0, palette.cursor.gamma_multiply(0.55));
        ui.painter().vline(x, frame.y_range(), stroke);
    }
}

/// Terms, loss and accuracy, side by side.
fn tiles_ui(
    ui: &mut Ui,
    area: Rect,
    snapshot: &Snapshot,
    view: &ViewState,
    palette: &Palette,
    actions: &mut Vec<Action>,
) {
    let gap = 10.0;
    let (terms, rest) = area.split_left_right_at_fraction(0.4);
    let (loss, accuracy) = rest.split_left_right_at_fraction(0.46);
    let terms = terms.with_max_x(terms.right() - gap);
    let loss = loss.with_max_x(loss.right() - gap);
    title(ui, terms, |ui| terms::title_ui(ui, snapshot, palette));
    let frame = in_rect(ui, body(terms), |ui, size| {
        *terms::plot_ui(ui, snapshot, view, palette, size).frame()
    });
    gestures(ui, "terms", frame, view, actions);
    cursor_line(ui, frame, view, palette);
    title(ui, loss, |ui| {
        learning::loss_title_ui(ui, snapshot, palette)
    });
    in_rect(ui, body(loss), |ui, size| {
        learning::loss_plot_ui(ui, snapshot, palette, size);
    });
    title(ui, accuracy, |ui| {
        learning::accuracy_title_ui(ui, snapshot, palette);
    });
    in_rect(ui, body(accuracy), |ui, size| {
        learning::accuracy_plot_ui(ui, snapshot, palette, size);
    });
}
