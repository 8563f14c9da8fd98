//! The network: activation, weights, size.

use egui::{RichText, Ui};

use super::super::action::Action;
use super::super::glossary_link::concept_label;
use super::super::number_field::NumberField;
use super::rows::{Controls, choice, grid};
use crate::flow::{near_one, thousands};
use crate::glossary::Concept;
use crate::rnn::{Activation, RecurrentInit};
use crate::training::{Experiment, Weight, limit};

/// Draws the section.
pub fn show(
    ui: &mut Ui,
    controls: &Controls<'_>,
    edited: &mut Experiment,
    actions: &mut Vec<Action>,
) {
    let scalar = edited.network.hidden == 1;
    grid(ui, "network", |ui| {
        choice(
            ui,
            (
                "network.activation",
                "The activation function of the hidden state",
            ),
            (&Activation::ALL, Activation::name),
            &mut edited.network.activation,
            actions,
        );
        recurrent_weight(ui, controls, edited, actions);
        let one_input = controls.snapshot.probe.words.is_none() && scalar && one_weight(controls);
        weight(
            ui,
            Weight::Input,
            if one_input {
                "The input weight"
            } else {
                "The size of the input weights: the root-mean-square length of what one word or input adds to a"
            },
            one_input,
            controls,
            actions,
        );
        weight(
            ui,
            Weight::Output,
            if scalar {
                "The read-out weight"
            } else {
                "The size of the read-out weights: their Euclidean length"
            },
            scalar,
            controls,
            actions,
        );
        shape(ui, edited, actions);
        if edited.network.bias {
            bias(ui, controls, actions);
        }
    });
    size_remark(ui, controls, scalar, actions);
}

/// w_h: slider, exact value, hold.
fn recurrent_weight(
    ui: &mut Ui,
    controls: &Controls<'_>,
    edited: &mut Experiment,
    actions: &mut Vec<Action>,
) {
    let scalar = edited.network.hidden == 1;
    let meaning = if scalar {
        "The recurrent weight: every step back in time multiplies the gradient by it and by f′"
    } else {
        "The spectral radius of the recurrent weights: moving it scales the whole matrix, and below zero every sign is turned round"
    };
    weight(ui, Weight::Recurrent, meaning, scalar, controls, actions);
    ui.label("");
    ui.checkbox(&mut edited.training.hold_w_h, "hold wₕ")
        .on_hover_text("Training leaves wₕ alone; you can still move it");
    ui.end_row();
}

/// The bias of the hidden units.
fn bias(ui: &mut Ui, controls: &Controls<'_>, actions: &mut Vec<Action>) {
    let meaning = if controls.experiment.network.hidden == 1 {
        "The bias of the hidden unit: added to every pre-activation"
    } else {
        "The mean bias of the hidden units: moving it shifts them all"
    };
    weight(ui, Weight::Bias, meaning, true, controls, actions);
}

/// A weight's slider. It reaches below zero where it is a single weight, and for a matrix on the side of its sign.
fn weight(
    ui: &mut Ui,
    weight: Weight,
    meaning: &str,
    single: bool,
    controls: &Controls<'_>,
    actions: &mut Vec<Action>,
) {
    // The size of a matrix has the sign that the experiment gives to it.
    let is_turned = !single && controls.experiment.network.weight(weight) < 0.0;
    let (range, value) = (
        controls.view.weight_range(weight, single),
        controls.weights.get(weight),
    );
    let (range, value) = if is_turned {
        (-range.end()..=-range.start(), -value)
    } else {
        (range, value)
    };
    let field = NumberField {
        key: weight.key(),
        meaning,
        limit: weight.limit(),
        slider: Some(range),
        logarithmic: false,
        integer: false,
        weight: Some(weight),
    };
    if let Some(value) = field.show(ui, value, actions) {
        actions.push(Action::SetWeight(weight, value));
    }
    ui.end_row();
}

/// o_0, hidden size, initialisation, bias.
fn shape(ui: &mut Ui, edited: &mut Experiment, actions: &mut Vec<Action>) {
    let network = &mut edited.network;
    let field = NumberField {
        key: "network.o_0",
        meaning: "The hidden state before the first timestep",
        limit: limit::O_0,
        slider: Some(-1.0..=1.0),
        logarithmic: false,
        integer: false,
        weight: None,
    };
    if let Some(value) = field.show(ui, network.o_0, actions) {
        network.o_0 = value;
    }
    ui.end_row();
    let field = NumberField {
        key: "network.hidden",
        meaning: "Hidden size: the number of units. Another number begins a new run",
        limit: limit::HIDDEN,
        slider: Some(1.0..=512.0),
        logarithmic: true,
        integer: true,
        weight: None,
    };
    if let Some(value) = field.show(ui, network.hidden as f64, actions) {
        network.hidden = value.round() as usize;
    }
    ui.end_row();
    if network.hidden > 1 {
        choice(
            ui,
            (
                "network.recurrent",
                "The shape of Wₕ before training. Another one begins a new run",
            ),
            (&RecurrentInit::ALL, RecurrentInit::name),
            &mut network.recurrent,
            actions,
        );
    }
    ui.label("");
    ui.checkbox(&mut network.bias, "bias")
        .on_hover_text("Biases b of the hidden state and bₒ of the read-out, zero at first. Changing this begins a new run");
    ui.end_row();
}

/// Whether W_i is a single number: the only one whose length is not positive by nature.
fn one_weight(controls: &Controls<'_>) -> bool {
    use crate::tasks::TaskKind;
    matches!(
        controls.experiment.task.kind,
        TaskKind::Latch | TaskKind::Parity | TaskKind::Constant
    )
}

fn size_remark(ui: &mut Ui, controls: &Controls<'_>, scalar: bool, actions: &mut Vec<Action>) {
    let snapshot = controls.snapshot;
    let count = thousands(snapshot.moment.parameter_count as u64);
    let text = if scalar {
        format!("{count} parameters")
    } else {
        // Training has moved it since it was measured.
        let equals = if snapshot.moment.spectrum_is_old {
            "≈"
        } else {
            "="
        };
        format!(
            "{count} parameters, ρ(Wₕ) {equals} {}, σ₁(Wₕ) {equals} {}",
            near_one(snapshot.moment.spectrum.spectral_radius),
            near_one(snapshot.moment.spectrum.sigma_1)
        )
    };
    let concept = if scalar {
        Concept::Parameter
    } else {
        Concept::SpectralRadius
    };
    let hint = "ρ is the spectral radius: the growth per step in the long run. σ₁ is the largest singular value: the most one step can stretch a vector. σ₁ above 1 does not mean exploding. Above 128 units they are measured while paused";
    concept_label(ui, concept, RichText::new(text).small(), hint, actions);
}
