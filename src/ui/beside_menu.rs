//! The menu of what can be put beside the experiment.

use egui::{Button, ScrollArea, Ui};

use super::action::{Action, BesideAction, Comparand};
use crate::flow::thousands;
use crate::training::{Preset, Snapshot};

/// What is kept free of the list of presets above and below.
const BARS: f32 = 120.0;

/// Draws the menu. `snapshot` is the moment that is shown, once there is one.
pub fn show(ui: &mut Ui, snapshot: Option<&Snapshot>, actions: &mut Vec<Action>) {
    let menu = ui.menu_button("Compare with", |ui| {
        let mut with = |comparand| {
            actions.push(Action::Beside(BesideAction::With(comparand)));
        };
        let past = snapshot.filter(|it| it.run.timeline.is_past);
        let (name, hint) = match past {
            Some(past) => (
                format!("Step {}, which is looked at", thousands(past.moment.step)),
                "What the run was then, beside what it is at present: both can be trained on",
            ),
            None => (
                "A copy of this one".to_owned(),
                "A copy that stands where this one stands: change it, and see what comes of it",
            ),
        };
        if ui.button(name).on_hover_text(hint).clicked() {
            with(Comparand::Copy);
        }
        let is_trained = snapshot.is_some_and(|it| it.run.timeline.newest > 0);
        let start = ui
            .add_enabled(is_trained, Button::new("Its beginning"))
            .on_hover_text("The same experiment before its first training step")
            .on_disabled_hover_text("Nothing has been trained yet");
        if start.clicked() {
            with(Comparand::Start);
        }
        let hint =
            "An experiment, a figure or trace of this program, a model, or sequences of your own";
        if ui.button("A file…").on_hover_text(hint).clicked() {
            with(Comparand::File);
        }
        ui.menu_button("A preset", |ui| {
            let height = ui.ctx().content_rect().height() - BARS;
            ScrollArea::vertical().max_height(height).show(ui, |ui| {
                for preset in Preset::ALL {
                    let button = ui.button(preset.name).on_hover_text(preset.meaning);
                    if button.clicked() {
                        with(Comparand::Experiment(Box::new(preset.experiment())));
                    }
                }
            });
        });
    });
    menu.response.on_hover_text(
        "A second experiment beside this one, on the same axes; C puts a copy there",
    );
}
