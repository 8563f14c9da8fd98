//! Band (a): the network unrolled in time, its edges coloured by the gradient that crosses them.
//!
//! `layout` says where things go and knows no egui painter; `paint` draws them, `strip` where there are
//! too many for nodes.

mod layout;
mod paint;
mod rows;
mod strip;

use egui::{Rect, Sense, Ui, Vec2};

use super::accessible::describe_picture;
use super::scene::Scene;
use crate::flow::{decimal, significant};

use layout::Layout;

/// The title row: the state at the cursor and the end of the network.
pub fn title_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let Scene {
        snapshot,
        view,
        palette,
        ..
    } = *scene;
    let at = view.time.cursor();
    let mut here = format!("t = {at}");
    if let Some(word) = snapshot.word(at) {
        let unknown = if word.known { "" } else { " (unknown)" };
        here = format!("{here} “{}”{unknown}", shortened(&word.text));
    } else if snapshot.is_padding(at) {
        here = format!("{here} (padding)");
    } else if !snapshot.input_text(at).is_empty() {
        here = format!("{here}, xₜ = {}", snapshot.input_text(at));
    }
    let symbol = if snapshot.probe.flow.hidden == 1 {
        "oₜ"
    } else {
        "rms oₜ"
    };
    ui.label(format!(
        "{here}: {symbol} = {}",
        significant(snapshot.probe.states[at])
    ))
    .on_hover_text("The hidden state at the cursor; for more than one unit its root mean square");
    ui.separator();
    ui.label(format!(
        "ŷ = {}, y = {}, L = {}",
        significant(snapshot.probe.prediction),
        decimal(snapshot.probe.target, 3),
        significant(snapshot.probe.loss)
    ))
    .on_hover_text("Prediction, target and loss of this one sequence");
    ui.separator();
    paint::colour_key(ui, palette);
}

/// A word as long as fits a title.
fn shortened(text: &str) -> String {
    super::reason::elided(text, 160.0)
}

/// The picture. Returns the stretch of the screen that the time axis covers.
pub fn picture_ui(ui: &mut Ui, scene: &Scene<'_>, size: Vec2) -> Rect {
    let Scene {
        snapshot,
        view,
        palette,
        ..
    } = *scene;
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let frame = rect.with_min_x(rect.left() + super::plot::Y_AXIS_WIDTH);
    let layout = Layout::new(frame, &view.time);
    let painter = ui.painter_at(rect);
    painter.rect_filled(frame, 0.0, ui.visuals().extreme_bg_color);
    paint::cursor(&painter, &layout, view.time.cursor(), palette);
    paint::picture(&painter, &layout, snapshot, view, palette);
    describe_picture(&response, "Unrolled network", || {
        format!(
            "{} timesteps, {} units, the cursor is at step {} {}",
            snapshot.len(),
            snapshot.probe.flow.hidden,
            view.time.cursor(),
            snapshot.input_text(view.time.cursor())
        )
    });
    frame
}
