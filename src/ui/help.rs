//! The help window: how to read the screen, the keys, and the guide.

use egui::{Align, Context, Grid, Layout, RichText, ScrollArea, Ui, Window, vec2};

use super::action::Action;
use super::glossary_state::GlossaryAction;
use super::keys::KEYS;
use super::prose_ui::prose_ui;
use crate::guide::{CHAPTERS, Page};

const READING: [(&str, &str); 10] = [
    (
        "Unrolled network",
        "Every state oₜ (hₜ of gated cells) in time, the words or inputs below. The colour and width of the edge between two states is what is left there of the loss's gradient: grey is all of it, blue less, orange to red more.",
    ),
    (
        "Product",
        "log₁₀ of ∏ f′(aₜ)·wₕ, of other cells of the product of what each step does, step by step. Read it from right to left, the way the gradient goes: falling to the left is vanishing, rising to the left exploding. The dashed line is the theoretical bound (γ σ₁)ⁿ⁻ᵗ; dotted lines are where a float format gives up.",
    ),
    (
        "Reason",
        "One bar per timestep: how much f′ and how much wₕ multiply the gradient there; of a gated cell how much comes by the direct way and through the gates. Bars below 1 shrink it, bars above let it grow; the mark is both together. A triangle at the foot is exactly 0, a ring there 0/0: nothing arrives any more.",
    ),
    (
        "Terms",
        "∂L/∂wₕ and ∂L/∂wᵢ are sums of one term per timestep. Marks near the bottom on the left mean that the sum looks healthy while nothing is learnt from far back.",
    ),
    (
        "Formula, worksheet and the way back",
        "← goes one step back through time, B plays the way back by itself. The factor just multiplied in stands out in the formula, in the network and among the bars. The worksheet has the whole lecture for the timestep of the cursor, a number under every symbol.",
    ),
    (
        "Tiles",
        "The other views are behind tabs; a tooltip says what each shows. Drag a name to move its view, double-click to enlarge it, Esc to bring it back. P hides the controls at the left, F11 presents the bands alone. In the history, the maps and the landscape over wₕ a click goes there.",
    ),
    (
        "Two experiments",
        "Compare (C) puts a copy beside the experiment: A and B on one time axis, with one cursor and one colour scale. The controls are of the one that is chosen in the row above; what the two have otherwise is listed there and made the same by a click, and a sentence says where their gradients are farthest apart. File → Compare with has files, presets and past steps; Save writes both to one file.",
    ),
    (
        "Marks",
        "Filled marks are positive, hollow ones negative. A triangle pointing down is exactly 0, one pointing up is ∞, a cross is not a number.",
    ),
    (
        "Words",
        "A click on a word of a row, of a legend or of the verdict opens the glossary there; G opens all of it.",
    ),
    (
        "Try",
        "Drag wₕ from 0.5 to 2. In one tanh unit a larger wₕ does not explode: saturation wins, f′ falls. Then choose identity and do it again, and ReLU, whose dead steps block the gradient altogether.",
    ),
];

/// Height of the bars above and below, and of the window's own title.
const BARS: f32 = 150.0;

/// Width of the window, and of the list in it.
const WIDTH: f32 = 800.0;
const LIST: f32 = 210.0;

/// Width of the longest key, and what is between it and its meaning.
const KEY: f32 = 140.0;

/// Draws the window, which shows `chapter` of the guide, or what there is to see at a glance; `open` becomes false when it is
/// closed.
pub fn window(ctx: &Context, open: &mut bool, chapter: Option<usize>, actions: &mut Vec<Action>) {
    let area = ctx.content_rect();
    let size = vec2(WIDTH.min(area.width() - 60.0), area.height() - BARS);
    Window::new("Help")
        .open(open)
        .collapsible(false)
        .resizable(false)
        // As long as it is, it stays between the bars at the top and at the bottom.
        .fixed_size(size)
        .pivot(egui::Align2::RIGHT_TOP)
        .default_pos(area.right_top() + vec2(-24.0, 52.0))
        .show(ctx, |ui| {
            let room = ui.available_size();
            ui.horizontal_top(|ui| {
                let list = vec2(LIST, room.y);
                ui.allocate_ui_with_layout(list, Layout::top_down(Align::Min), |ui| {
                    list_ui(ui, chapter, actions);
                });
                ui.separator();
                ui.vertical(|ui| {
                    ScrollArea::vertical()
                        .id_salt(("help", chapter))
                        .auto_shrink([false, false])
                        .show(ui, |ui| match chapter.and_then(|it| CHAPTERS.get(it)) {
                            Some(chapter) => page_ui(ui, &chapter.page()),
                            None => at_a_glance(ui),
                        });
                });
            });
        });
}

/// What there is to read.
fn list_ui(ui: &mut Ui, shown: Option<usize>, actions: &mut Vec<Action>) {
    ScrollArea::vertical()
        .id_salt("chapters")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let mut choice = |ui: &mut Ui, title: &str, chapter: Option<usize>| {
                if ui.selectable_label(shown == chapter, title).clicked() {
                    actions.push(Action::ShowChapter(chapter));
                }
            };
            choice(ui, "At a glance, and the keys", None);
            ui.add_space(6.0);
            ui.weak("The guide");
            for (place, chapter) in CHAPTERS.iter().enumerate() {
                choice(ui, chapter.title(), Some(place));
            }
            ui.add_space(6.0);
            let glossary = ui.button("Glossary").on_hover_text(
                "What the words on the screen mean (G). A click on a word of a row or of a legend opens it there",
            );
            if glossary.clicked() {
                actions.push(Action::Glossary(GlossaryAction::Toggle));
            }
        });
}

/// How to read the screen, and the keys.
fn at_a_glance(ui: &mut Ui) {
    for (name, text) in READING {
        ui.label(RichText::new(name).strong());
        ui.label(text);
        ui.add_space(4.0);
    }
    ui.separator();
    let meanings = ui.available_width() - KEY;
    let grid = Grid::new("keys").num_columns(2).max_col_width(meanings);
    grid.show(ui, |ui| {
        for (key, meaning) in KEYS {
            ui.label(RichText::new(key).strong());
            ui.label(meaning);
            ui.end_row();
        }
    });
}

/// A page of the guide.
fn page_ui(ui: &mut Ui, page: &Page) {
    for (place, section) in page.sections.iter().enumerate() {
        let heading = RichText::new(&section.heading).strong();
        if place > 0 {
            ui.add_space(12.0);
            ui.label(heading);
        } else {
            ui.label(heading.heading());
        }
        ui.add_space(4.0);
        ui.push_id(place, |ui| prose_ui(ui, &section.text));
    }
}
