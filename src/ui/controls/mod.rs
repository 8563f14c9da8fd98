//! The left panel: what a person chooses of the experiment, a file for each of its parts.

mod network;
mod record;
mod rows;
mod sentence;
mod task;
mod training;

use egui::{CollapsingHeader, RichText, ScrollArea, Ui};

use super::action::Action;
use super::focus;
pub use network::weight;
pub use rows::{Controls, choice, grid};
pub use task::length;

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
            // What is followed is changed elsewhere.
            let is_followed = controls.snapshot.run.records.is_some();
            section(ui, "Network", |ui| {
                ui.add_enabled_ui(!is_followed, |ui| {
                    network::show(ui, controls, &mut edited, actions);
                });
            });
            if edited.recorded().is_none() {
                section(ui, "Training", |ui| {
                    training::show(ui, &mut edited, actions);
                });
            }
            focus::scroll_to(ui);
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
