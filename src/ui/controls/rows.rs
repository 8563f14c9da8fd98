//! What the parts of the panel have in common: what they show, and rows of names and controls.

use egui::{Grid, Ui};

use super::super::action::Action;
use super::super::view_state::ViewState;
use crate::training::{Experiment, Snapshot, WeightValues};

/// What the controls show.
pub struct Controls<'a> {
    /// The experiment as it was last changed by hand.
    pub experiment: &'a Experiment,
    /// Where the weights stand: moved by training, or just now by hand.
    pub weights: WeightValues,
    /// What else is known.
    pub snapshot: &'a Snapshot,
    /// What is looked at.
    pub view: &'a ViewState,
    /// The sentence was changed, and nobody has said yet whether it is positive.
    pub asks_label: bool,
}

/// Width of the column of names, the same in every section.
const LABELS: f32 = 64.0;

/// Two columns: names and controls.
pub fn grid(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    Grid::new(name)
        .num_columns(2)
        .spacing([8.0, 4.0])
        .min_col_width(LABELS)
        .show(ui, contents);
}

/// A menu of all the values of a choice, in a row of the grid.
pub fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    (symbol, name, meaning): (&str, &str, &str),
    all: &[T],
    name_of: impl Fn(T) -> &'static str,
    value: &mut T,
) {
    ui.label(symbol).on_hover_text(meaning);
    egui::ComboBox::from_id_salt(name)
        .selected_text(name_of(*value))
        .width(150.0)
        .height(420.0)
        .show_ui(ui, |ui| {
            for &item in all {
                ui.selectable_value(value, item, name_of(item));
            }
        })
        .response
        .on_hover_text(meaning)
        .accessible_name(name);
    ui.end_row();
}

/// The button for another held-out example.
pub fn next_example(ui: &mut Ui, text: &str, actions: &mut Vec<Action>) {
    if ui
        .button(text)
        .on_hover_text("Another held-out example as the probe")
        .clicked()
    {
        actions.push(Action::NextExample);
    }
}
