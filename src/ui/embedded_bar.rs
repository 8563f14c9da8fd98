//! The row of controls that is left of the window within somebody's page.

use egui::Ui;

use super::action::Action;
use super::controls::{self, Controls};
use super::embedded::{Control, Embedded};
use super::top_bar::{run_buttons, why_not};
use crate::training::find_setting;

/// Height of the row.
pub const HEIGHT: f32 = 34.0;

/// How long a slider is.
const SLIDER: f32 = 110.0;

/// Draws the controls in a row; `running` says whether training goes on.
pub fn show(
    embedded: &Embedded,
    ui: &mut Ui,
    running: bool,
    controls: &Controls<'_>,
    actions: &mut Vec<Action>,
) {
    ui.spacing_mut().slider_width = SLIDER;
    ui.horizontal_centered(|ui| {
        for control in embedded.controls() {
            match control {
                Control::Run => {
                    run_buttons(ui, why_not(Some(controls.snapshot)), running, actions);
                }
                Control::Weight(weight) => {
                    let parameters = &controls.snapshot.moment.network.parameters;
                    let meaning = find_setting(weight.key()).map_or("", |setting| setting.meaning);
                    let is_single = !weight.is_size_in(parameters);
                    controls::weight(ui, *weight, meaning, is_single, controls, actions);
                }
                Control::Length => {
                    let chosen = controls::length(ui, controls.experiment.task.length, actions);
                    actions.extend(chosen.map(Action::SetLength));
                }
            }
        }
    });
}
