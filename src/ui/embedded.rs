//! The window within somebody's page: the views, and of the controls those that the page names.

use egui::Ui;

use super::action::Action;
use super::controls::Controls;
use super::number_field::NumberField;
use super::top_bar::run_buttons;
use crate::training::{Weight, find_setting, limit};

/// Height of the row of controls.
pub const HEIGHT: f32 = 34.0;

/// How long a slider is.
const SLIDER: f32 = 110.0;

/// The controls that are left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Embedded {
    controls: Vec<Control>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Control {
    /// Run, step and reset.
    Run,
    /// The slider of a weight.
    Weight(Weight),
    /// That of the length.
    Length,
}

impl Embedded {
    /// Those that are named in `names`, with commas between them: `run`, `length`, and weights by their keys, `w_h`. What is
    /// none is left out.
    pub fn of(names: &str) -> Self {
        let control = |name: &str| match name {
            "run" => Some(Control::Run),
            "length" => Some(Control::Length),
            _ => {
                let mut weights = Weight::ALL.into_iter();
                let found = weights.find(|weight| weight.key().ends_with(&format!(".{name}")));
                found.map(Control::Weight)
            }
        };
        Self {
            controls: names.split(',').filter_map(control).collect(),
        }
    }

    /// Whether none is left.
    pub fn is_empty(&self) -> bool {
        self.controls.is_empty()
    }

    /// Draws them in a row; `run` says whether training has diverged, whether it is a past moment that is shown, and whether
    /// training goes on.
    pub fn show(
        &self,
        ui: &mut Ui,
        (diverged, is_past, running): (bool, bool, bool),
        controls: &Controls<'_>,
        actions: &mut Vec<Action>,
    ) {
        ui.spacing_mut().slider_width = SLIDER;
        ui.horizontal_centered(|ui| {
            for control in &self.controls {
                match control {
                    Control::Run => run_buttons(ui, (diverged, is_past), running, actions),
                    Control::Weight(weight) => weight_field(ui, *weight, controls, actions),
                    Control::Length => length_field(ui, controls, actions),
                }
            }
        });
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_named_and_what_is_none_is_left_out() {
        let embedded = Embedded::of("run,w_h,nothing,length");
        let expected = [
            Control::Run,
            Control::Weight(Weight::Recurrent),
            Control::Length,
        ];
        assert_eq!(embedded.controls, expected);
        assert!(Embedded::of("").is_empty());
    }
}
