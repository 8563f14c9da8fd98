//! One tile: the row with the view's name, legend and choices, and the picture below it.

use egui::{Align, Button, CursorIcon, Layout, Rect, Sense, TextWrapMode, Ui, UiBuilder, Vec2};

use super::action::Action;
use super::scene::Scene;
use super::time_gestures::{cursor_line, gestures};
use super::{
    activation, floats, formula, history, landscape, learning, phase_map, product, reason,
    spectrum, terms, triangle, unrolled,
};
use crate::export::View;

/// Height of the title row.
const TITLE: f32 = 22.0;

/// Room for the half of the last label that stands out beyond a plot.
const RIGHT_MARGIN: f32 = 14.0;

/// Width of the button at the right end of the title row.
const BUTTON: f32 = 24.0;

/// How a tile stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Beside others: its name is a handle to drag it by.
    Free,
    /// Behind or before others, whose tabs carry the names.
    Tab,
    /// It alone fills the middle.
    Enlarged,
}

/// Draws `view` into all of `ui`. Returns whether a drag by its name has begun.
pub fn show(
    ui: &mut Ui,
    view: View,
    frame: Frame,
    scene: &Scene<'_>,
    actions: &mut Vec<Action>,
) -> bool {
    let area = ui.available_rect_before_wrap();
    ui.spacing_mut().item_spacing.y = 2.0;
    let row = area.with_max_y(area.top() + TITLE);
    let dragged = title_row(ui, row, (view, frame), scene, actions);
    let body = area
        .with_min_y(row.bottom())
        .with_max_x(area.right() - RIGHT_MARGIN)
        .shrink2(Vec2::new(0.0, 1.0));
    if body.width() > 8.0 && body.height() > 8.0 {
        let mut child = ui.new_child(UiBuilder::new().max_rect(body));
        child.set_clip_rect(area.intersect(ui.clip_rect()));
        if let Some(plot) = picture(&mut child, view, scene, body.size(), actions) {
            gestures(ui, view.name(), plot, scene.view, actions);
            // The unrolled network has it behind its nodes.
            if view != View::Unrolled {
                cursor_line(ui, plot, scene);
            }
        }
    }
    ui.advance_cursor_after_rect(area);
    dragged
}

/// The name, what the view says in its row, and the button that enlarges it.
fn title_row(
    ui: &mut Ui,
    row: Rect,
    (view, frame): (View, Frame),
    scene: &Scene<'_>,
    actions: &mut Vec<Action>,
) -> bool {
    let (rest, button) = row.split_left_right_at_x(row.right() - BUTTON);
    let mut dragged = false;
    let mut title = ui.new_child(
        UiBuilder::new()
            .max_rect(rest.with_min_x(rest.left() + 4.0))
            .layout(Layout::left_to_right(Align::Center)),
    );
    // Cut off at the right if the tile is narrow.
    title.set_clip_rect(rest.intersect(ui.clip_rect()));
    title.spacing_mut().item_spacing.x = 6.0;
    title.style_mut().wrap_mode = Some(TextWrapMode::Extend);
    if frame != Frame::Tab {
        let name = egui::RichText::new(view.name()).strong();
        let sense = Sense::click_and_drag();
        let response = title
            .add(egui::Label::new(name).selectable(false).sense(sense))
            .on_hover_text(format!(
                "{}\nDrag to move it, double-click to enlarge it",
                view.meaning()
            ))
            .on_hover_cursor(CursorIcon::Grab);
        dragged = frame == Frame::Free && response.drag_started();
        if response.double_clicked() {
            actions.push(Action::Enlarge(view));
        }
    }
    title_ui(&mut title, view, scene, actions);
    enlarge_button(ui, button, (view, frame), actions);
    dragged
}

fn enlarge_button(
    ui: &mut Ui,
    rect: Rect,
    (view, frame): (View, Frame),
    actions: &mut Vec<Action>,
) {
    let enlarged = frame == Frame::Enlarged;
    let (text, name, hint) = if enlarged {
        (
            "⏷",
            "Bring back",
            "Back to its place among the others (Esc)",
        )
    } else {
        (
            "⛶",
            "Enlarge",
            "Fill the middle of the window with this view",
        )
    };
    let mut corner = ui.new_child(
        UiBuilder::new()
            .max_rect(rect)
            .layout(Layout::centered_and_justified(egui::Direction::LeftToRight)),
    );
    let response = corner
        .add(Button::new(text).frame(false))
        .on_hover_text(hint)
        .accessible_name(format!("{name} {}", view.name()));
    if response.clicked() {
        actions.push(Action::Enlarge(view));
    }
}

/// What each view says in its title row.
fn title_ui(ui: &mut Ui, view: View, scene: &Scene<'_>, actions: &mut Vec<Action>) {
    match view {
        View::Unrolled => unrolled::title_ui(ui, scene),
        View::Product => product::title_ui(ui, scene, actions),
        View::Reason => reason::title_ui(ui, scene),
        View::Formula => formula::title_ui(ui, scene, actions),
        View::Terms => terms::title_ui(ui, scene),
        View::Activation => activation::title_ui(ui, scene),
        View::Floats => floats::title_ui(ui, scene, actions),
        View::Loss => learning::loss_title_ui(ui, scene),
        View::Accuracy => learning::accuracy_title_ui(ui, scene),
        View::History => history::title_ui(ui, scene, actions),
        View::Triangle => triangle::title_ui(ui, scene, actions),
        View::Landscape => landscape::title_ui(ui, scene, actions),
        View::PhaseMap => phase_map::title_ui(ui, scene, actions),
        View::Spectrum => spectrum::title_ui(ui, scene, actions),
    }
}

/// Each view's picture. Returns the stretch of the screen that the time axis covers, if it has one.
fn picture(
    ui: &mut Ui,
    view: View,
    scene: &Scene<'_>,
    size: Vec2,
    actions: &mut Vec<Action>,
) -> Option<Rect> {
    match view {
        View::Unrolled => return Some(unrolled::picture_ui(ui, scene, size)),
        View::Product => return Some(*product::plot_ui(ui, scene, size).frame()),
        View::Reason => return Some(*reason::plot_ui(ui, scene, size).frame()),
        View::Terms => return Some(*terms::plot_ui(ui, scene, size).frame()),
        View::Floats => return Some(*floats::plot_ui(ui, scene, size).frame()),
        View::Formula => formula::picture_ui(ui, scene, size),
        View::Activation => activation::plot_ui(ui, scene, size),
        View::Loss => learning::loss_plot_ui(ui, scene, size),
        View::Accuracy => learning::accuracy_plot_ui(ui, scene, size),
        View::History => history::picture_ui(ui, scene, size, actions),
        View::Triangle => triangle::picture_ui(ui, scene, size, actions),
        View::Landscape => landscape::plots_ui(ui, scene, size, actions),
        View::PhaseMap => phase_map::picture_ui(ui, scene, size, actions),
        View::Spectrum => spectrum::picture_ui(ui, scene, size),
    }
    None
}
