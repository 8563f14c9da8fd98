//! The menu of presets: a list that can be read while it is open, with what to look at in each of them.

use egui::text::{LayoutJob, TextFormat};
use egui::{Button, Key, ScrollArea, TextStyle, Ui};

use super::action::Action;
use crate::rnn::CellKind;
use crate::scene::View;
use crate::tasks::TaskKind;
use crate::training::{Experiment, Preset};

/// The keys that open the first presets, one each.
pub const DIGITS: [Key; 9] = [
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
    Key::Num8,
    Key::Num9,
];

/// Width of the list: a sentence takes two lines or three.
const WIDTH: f32 = 440.0;

/// What is kept free of the list above and below.
const BARS: f32 = 90.0;

/// Draws the button and, while it is open, the list. The preset that is `open` is marked.
pub fn show(ui: &mut Ui, open: &Experiment, actions: &mut Vec<Action>) {
    let menu = ui.menu_button("Presets", |ui| {
        ui.set_width(WIDTH);
        let height = ui.ctx().content_rect().height() - BARS;
        // The whole list at once, where the window is high enough for it.
        let list = ScrollArea::vertical().max_height(height);
        list.min_scrolled_height(height).show(ui, |ui| {
            let open = Preset::of(open);
            for (index, preset) in Preset::ALL.into_iter().enumerate() {
                let is_open = open.is_some_and(|open| open.name == preset.name);
                if row(ui, DIGITS.get(index), preset, is_open) {
                    actions.extend(opening(preset));
                }
            }
        });
    });
    menu.response.on_hover_text(
        "Experiments worth beginning with; each begins a new run, and undo takes it back and returns to what was trained",
    );
}

/// What opens `preset`: its experiment, with the view in sight that it is about.
pub fn opening(preset: Preset) -> Vec<Action> {
    let experiment = preset.experiment();
    let about = if experiment.task.kind == TaskKind::Constant {
        Some(View::LANDSCAPE)
    } else {
        preset.when_trained.map(|_| View::LOSS)
    };
    let gates = (experiment.network.cell != CellKind::Elman).then_some(View::GATES);
    // The one that it is about comes last: it stands in front where both share a place.
    let views = gates.into_iter().chain(about);
    let mut actions: Vec<Action> = views.map(Action::Reveal).collect();
    actions.push(Action::Open(Box::new(experiment)));
    actions
}

/// Name and key in one line, what to look at below. Returns whether it was chosen.
fn row(ui: &mut Ui, key: Option<&Key>, preset: Preset, is_open: bool) -> bool {
    let visuals = ui.visuals();
    let (strong, plain, weak) = (
        visuals.strong_text_color(),
        visuals.text_color(),
        visuals.weak_text_color(),
    );
    let (body, small) = (
        TextStyle::Body.resolve(ui.style()),
        TextStyle::Small.resolve(ui.style()),
    );
    let mut text = LayoutJob::default();
    let mut add = |part: &str, font: &egui::FontId, colour| {
        text.append(part, 0.0, TextFormat::simple(font.clone(), colour));
    };
    add(preset.name, &body, strong);
    if let Some(key) = key {
        add(&format!("    key {}", key.symbol_or_name()), &small, weak);
    }
    add(&format!("\n{}", preset.meaning), &small, plain);
    let button = Button::selectable(is_open, text).wrap();
    let button = button.min_size([ui.available_width(), 0.0].into());
    let response = ui.add(button).accessible_name(preset.name);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_description(preset.meaning);
    });
    response.clicked()
}
