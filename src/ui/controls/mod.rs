//! The left panel: what a person chooses of the experiment, a file for each of its parts.

mod network;
mod task;
mod training;

use egui::{CollapsingHeader, Grid, RichText, ScrollArea, Ui};

use super::action::Action;
use super::view_state::ViewState;
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
}

/// Draws the panel's contents.
pub fn show(ui: &mut Ui, controls: &Controls<'_>, actions: &mut Vec<Action>) {
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let before = actions.len();
            let mut edited = controls.experiment.clone();
            section(ui, "Task", |ui| {
                task::show(ui, controls, &mut edited, actions);
            });
            section(ui, "Network", |ui| {
                network::show(ui, controls, &mut edited, actions);
            });
            section(ui, "Training", |ui| {
                training::show(ui, &mut edited, actions);
            });
            if edited != *controls.experiment {
                // Before whatever else was done in this frame, which it must not undo.
                actions.insert(before, Action::Edit(Box::new(edited)));
            }
        });
}

fn section(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    CollapsingHeader::new(RichText::new(name).strong())
        .default_open(true)
        .show_unindented(ui, contents);
    ui.add_space(2.0);
}

/// Width of the column of names, the same in every section.
const LABELS: f32 = 64.0;

/// Two columns: names and controls.
fn grid(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    Grid::new(name)
        .num_columns(2)
        .spacing([8.0, 4.0])
        .min_col_width(LABELS)
        .show(ui, contents);
}

/// A menu of all the values of a choice, in a row of the grid.
fn choice<T: Copy + PartialEq>(
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
