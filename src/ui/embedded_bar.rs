//! The row of controls that is left of the window within somebody's page.

use egui::Ui;

use super::action::Action;
use super::controls::Controls;
use super::embedded::{Control, Embedded};
use super::number_field::NumberField;
use super::top_bar::run_buttons;
use crate::training::{Weight, find_setting, limit};

/// Height of the row.
pub const HEIGHT: f32 = 34.0;

/// How long a slider is.
const SLIDER: f32 = 110.0;

/// Draws the controls in a row; `run` says whether training has diverged, whether it is a past moment that is shown, and whether
/// training goes on.
pub fn show(
    embedded: &Embedded,
    ui: &mut Ui,
    (diverged, is_past, running): (bool, bool, bool),
    controls: &Controls<'_>,
    actions: &mut Vec<Action>,
) {
    ui.spacing_mut().slider_width = SLIDER;
    ui.horizontal_centered(|ui| {
        for control in embedded.controls() {
            match control {
                Control::Run => run_buttons(ui, (diverged, is_past), running, actions),
                Control::Weight(weight) => weight_field(ui, *weight, controls, actions),
                Control::Length => length_field(ui, controls, actions),
            }
        }
    });
}

fn weight_field(ui: &mut Ui, weight: Weight, controls: &Controls<'_>, actions: &mut Vec<Action>) {
    let parameters = &controls.snapshot.moment.network.parameters;
    let is_one = !weight.is_size_in(parameters);
    let field = NumberField {
        key: weight.key(),
        meaning: find_setting(weight.key()).map_or("", |setting| setting.meaning),
        limit: weight.limit(),
        slider: Some(controls.view.weight_range(weight, is_one)),
        logarithmic: false,
        integer: false,
        weight: Some(weight),
    };
    if let Some(value) = field.show(ui, controls.weights.get(weight), actions) {
        actions.push(Action::SetWeight(weight, value));
    }
}

fn length_field(ui: &mut Ui, controls: &Controls<'_>, actions: &mut Vec<Action>) {
    const KEY: &str = "task.length";
    let setting = find_setting(KEY);
    let field = NumberField {
        key: KEY,
        meaning: setting.map_or("", |setting| setting.meaning),
        limit: limit::LENGTH,
        slider: Some(limit::LENGTH.min..=limit::LENGTH.max),
        logarithmic: true,
        integer: true,
        weight: None,
    };
    let length = controls.experiment.task.length as f64;
    if let Some(value) = field.show(ui, length, actions) {
        actions.push(Action::SetLength(value.round() as usize));
    }
}
