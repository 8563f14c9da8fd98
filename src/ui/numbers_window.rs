//! The window of one's own numbers: every tensor and the sequence as tables that can be typed and pasted.

use egui::{Align, Context, Key, Layout, Modifiers, RichText, ScrollArea, Ui, vec2};

use super::action::Action;
use super::numbers::{Field, Numbers, NumbersAction, Place, Problem};
use super::side_window::side_window;
use super::table_field::TableField;
use crate::rnn::CellKind;
use crate::training::{CheckedExperiment, Experiment, SmallNetwork};

const SIZE: egui::Vec2 = vec2(520.0, 560.0);

/// Width of the names of tables.
const NAMES: f32 = 96.0;

/// Rows of a table that are in sight at once.
const ROWS: usize = 6;

/// Height of what is said below, and of the button.
const FOOT: f32 = 64.0;

/// Draws the window, if it is open; `now` is the experiment that the numbers are read into.
pub fn show(ctx: &Context, numbers: &Numbers, now: &Experiment, actions: &mut Vec<Action>) {
    if !numbers.is_open() {
        return;
    }
    let result = numbers.result(now);
    let open = side_window(ctx, "My numbers", SIZE, |ui| {
        head(ui, numbers, actions);
        ui.separator();
        let height = (ui.available_height() - FOOT).max(80.0);
        ScrollArea::vertical()
            .id_salt("tables")
            .max_height(height)
            .auto_shrink([false, false])
            .show(ui, |ui| tables(ui, numbers, &result, actions));
        ui.separator();
        foot(ui, numbers, &result, now, actions);
    });
    if !open {
        actions.push(Action::Numbers(NumbersAction::Toggle));
    }
}

/// Which cell, and where numbers come from.
fn head(ui: &mut Ui, numbers: &Numbers, actions: &mut Vec<Action>) {
    let (cell, layers) = numbers.cell();
    ui.horizontal_wrapped(|ui| {
        let (mut chosen, mut count) = (cell, layers);
        ui.label("Cell");
        egui::ComboBox::from_id_salt("own cell")
            .width(80.0)
            .selected_text(cell.name())
            .show_ui(ui, |ui| {
                for &kind in CellKind::ALL {
                    ui.selectable_value(&mut chosen, kind, kind.name());
                }
            })
            .response
            .on_hover_text("What a layer does at each timestep: other tables for another cell")
            .accessible_name("own cell");
        ui.label("Layers");
        ui.add(egui::DragValue::new(&mut count).range(1..=8))
            .on_hover_text("How many layers there are, one above the other")
            .accessible_name("own layers");
        if (chosen, count) != (cell, layers) {
            let choose = NumbersAction::Choose(chosen, count);
            actions.push(Action::Numbers(choose));
        }
        if ui
            .button("Take over")
            .on_hover_text("The weights as they are now, and the sequence that is shown")
            .clicked()
        {
            actions.push(Action::Numbers(NumbersAction::TakeOver));
        }
        examples(ui, actions);
    });
    ui.label(
        RichText::new("Type or paste: Python lists, what numpy or PyTorch prints, CSV, cells of a spreadsheet")
            .small()
            .weak(),
    );
    if numbers.is_another() {
        let what = "The network on the screen reads words, or has too many weights to type: this is a small one to begin with";
        ui.label(RichText::new(what).small());
    }
}

/// Small networks that people have asked about in public.
pub fn examples(ui: &mut Ui, actions: &mut Vec<Action>) {
    ui.menu_button("Examples", |ui| {
        ui.set_width(240.0);
        for small in SmallNetwork::ALL {
            let button = ui.button(small.name).on_hover_text(small.meaning());
            if button.clicked() {
                let experiment = Experiment::clone(&small.experiment());
                actions.push(Action::Open(Box::new(experiment)));
                ui.close();
            }
        }
    })
    .response
    .on_hover_text("Small networks that people have asked about, each a file of its own in examples/small_networks");
}

fn tables(
    ui: &mut Ui,
    numbers: &Numbers,
    result: &Result<CheckedExperiment, Problem>,
    actions: &mut Vec<Action>,
) {
    let (cell, _) = numbers.cell();
    let problem = result.as_ref().err();
    for (index, field) in numbers.fields().iter().enumerate() {
        if index == 0 {
            ui.strong("Sequence");
        }
        let is_first_tensor = |field: &Field| matches!(field.place, Place::Tensor(_));
        let before = index.checked_sub(1).and_then(|it| numbers.fields().get(it));
        if is_first_tensor(field) && before.is_some_and(|it| !is_first_tensor(it)) {
            ui.add_space(6.0);
            ui.strong("Weights");
        }
        let what = problem.filter(|it| it.field == Some(index));
        table(ui, (index, field), cell, what, actions);
    }
}

/// One table: its name, its numbers, and what is wrong with them.
fn table(
    ui: &mut Ui,
    (index, field): (usize, &Field),
    cell: CellKind,
    problem: Option<&Problem>,
    actions: &mut Vec<Action>,
) {
    let meaning = field.place.meaning(cell);
    ui.horizontal_top(|ui| {
        let (room, left) = (vec2(NAMES, 20.0), Layout::left_to_right(Align::Center));
        ui.allocate_ui_with_layout(room, left, |ui| {
            ui.set_min_width(NAMES);
            let name = egui::Label::new(field.place.name()).truncate();
            ui.add(name).on_hover_text(&meaning);
        });
        let mut text = field.text.clone();
        let table = TableField {
            id: ("numbers", index),
            rows: ROWS,
            hint: "none",
            meaning: &meaning,
            name: format!("numbers of {}", field.place.name()),
        };
        table.show(ui, &mut text);
        if text != field.text {
            actions.push(Action::Numbers(NumbersAction::Type(index, text)));
        }
    });
    if let Some(problem) = problem {
        let colour = ui.visuals().error_fg_color;
        ui.label(RichText::new(&problem.what).small().color(colour));
    }
}

/// What would be read, or what is wrong, and the button.
fn foot(
    ui: &mut Ui,
    numbers: &Numbers,
    result: &Result<CheckedExperiment, Problem>,
    now: &Experiment,
    actions: &mut Vec<Action>,
) {
    let is_new = result.is_ok() && numbers.is_new_to(now);
    match result {
        Ok(next) if is_new => {
            ui.label(described(next));
        }
        Ok(next) => {
            ui.weak(format!("On the screen: {}", described(next)));
        }
        Err(problem) => {
            let colour = ui.visuals().error_fg_color;
            ui.colored_label(colour, &problem.what);
        }
    }
    let button = egui::Button::new("Use these numbers").shortcut_text("Ctrl+Enter");
    let used = ui
        .add_enabled(is_new, button)
        .on_hover_text("A new run with this network and this sequence; undo takes it back")
        .clicked();
    let struck = is_new && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter));
    if used || struck {
        actions.push(Action::Numbers(NumbersAction::Use));
    }
}

/// `LSTM, H = 2, D = 1, n = 3`
fn described(experiment: &Experiment) -> String {
    let network = &experiment.network;
    let layers = match network.layers {
        1 => String::new(),
        layers => format!("{layers} layers, "),
    };
    format!(
        "{}, {layers}H = {}, D = {}, n = {}{}",
        network.cell.name(),
        network.hidden,
        experiment.probe.inputs.columns(),
        experiment.task.length,
        if experiment.has_read_out() {
            ""
        } else {
            ", no read-out"
        }
    )
}
