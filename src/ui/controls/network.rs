//! The network: activation, weights, size.

use egui::{RichText, Ui};

use super::super::action::Action;
use super::super::glossary_link::concept_label;
use super::super::modules::ModulesAction;
use super::super::number_field::NumberField;
use super::super::row_name::row_name;
use super::rows::{Controls, choice, grid};
use crate::flow::{near_one, thousands};
use crate::glossary::Concept;
use crate::rnn::{Activation, CellKind, Initialise, RecurrentInit};
use crate::training::{Experiment, GivenWeights, NetworkSettings, Weight, limit};

/// Draws the section.
pub fn show(
    ui: &mut Ui,
    controls: &Controls<'_>,
    edited: &mut Experiment,
    actions: &mut Vec<Action>,
) {
    let scalar = is_scalar(&edited.network);
    grid(ui, "network", |ui| {
        cell(ui, controls, edited, actions);
        if edited.network.cell == CellKind::Elman {
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
        }
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
        ui.end_row();
        if controls.snapshot.moment.network.parameters.has_read_out() {
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
            ui.end_row();
        }
        shape(ui, edited, actions);
        if edited.network.bias {
            bias(ui, controls, actions);
            forget_bias(ui, &mut edited.network, actions);
        }
        embedding(ui, edited, actions);
    });
    size_remark(ui, controls, scalar, actions);
    if let Some(path) = controls.experiment.network.weights.file() {
        let hint =
            "The recurrent modules of the model that these weights are from, one of which is shown";
        if ui
            .button("Modules of the model…")
            .on_hover_text(hint)
            .clicked()
        {
            actions.push(Action::Modules(ModulesAction::Show(path.into())));
        }
    }
}

/// Whether the only layer has one unit, all of whose weights are numbers.
fn is_scalar(network: &NetworkSettings) -> bool {
    network.hidden == 1 && network.is_one_elman_layer()
}

/// What the layers are made of. Gated cells begin with biases, as everywhere.
fn cell(ui: &mut Ui, controls: &Controls<'_>, edited: &mut Experiment, actions: &mut Vec<Action>) {
    choice(
        ui,
        (
            "network.cell",
            "What a layer does at each timestep. Another cell begins a new run",
        ),
        (CellKind::ALL, CellKind::name),
        &mut edited.network.cell,
        actions,
    );
    let network = &mut edited.network;
    if network.cell == controls.experiment.network.cell {
        return;
    }
    if network.cell.cell().carrying_gate().is_none() {
        network.forget_bias = None;
    } else if !network.bias {
        network.bias = true;
        actions.push(Action::Tell(format!(
            "biases were turned on: a {} without them has gates that stand half open at first",
            network.cell.short_name()
        )));
    }
}

/// What the bias of the gate that carries the state on begins at when it is switched on.
const USUAL_FORGET_BIAS: f64 = 1.0;

/// The bias of the gate that carries the state on, for a cell that has one.
fn forget_bias(ui: &mut Ui, network: &mut NetworkSettings, actions: &mut Vec<Action>) {
    if network.cell.cell().carrying_gate().is_none() {
        return;
    }
    let meaning = "The bias, at first, of the gate that carries the state on: with 1 it stands at 0.73, with 5 at 0.993. Another one begins a new run";
    let mut on = network.forget_bias.is_some();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.checkbox(&mut on, "")
            .on_hover_text(meaning)
            .accessible_name("forget bias of its own");
        row_name(ui, "network.forget_bias", meaning, actions);
    });
    if on != network.forget_bias.is_some() {
        network.forget_bias = on.then_some(USUAL_FORGET_BIAS);
    }
    match &mut network.forget_bias {
        Some(value) => {
            let field = NumberField {
                key: "network.forget_bias",
                meaning,
                limit: limit::FORGET_BIAS,
                slider: Some(-2.0..=10.0),
                logarithmic: false,
                integer: false,
                weight: None,
            };
            if let Some(new) = field.control(ui, *value, actions) {
                *value = new;
            }
        }
        None => {
            ui.weak("as the others");
        }
    }
    ui.end_row();
}

/// The width of a learnt embedding, where there are words.
fn embedding(ui: &mut Ui, edited: &mut Experiment, actions: &mut Vec<Action>) {
    if !edited.reads_words() {
        edited.network.embedding = 0;
        return;
    }
    let field = NumberField {
        key: "network.embedding",
        meaning: "How many learnt numbers stand for a word. 0: each word has weights of its own. Another number begins a new run",
        limit: limit::EMBEDDING,
        slider: Some(0.0..=64.0),
        logarithmic: false,
        integer: true,
        weight: None,
    };
    if let Some(value) = field.show(ui, edited.network.embedding as f64, actions) {
        edited.network.embedding = value.round() as usize;
    }
    ui.end_row();
}

/// w_h: slider, exact value, hold.
fn recurrent_weight(
    ui: &mut Ui,
    controls: &Controls<'_>,
    edited: &mut Experiment,
    actions: &mut Vec<Action>,
) {
    let scalar = is_scalar(&edited.network);
    let meaning = if scalar {
        "The recurrent weight: every step back in time multiplies the gradient by it and by f′"
    } else {
        "The spectral radius of the recurrent weights: moving it scales the whole matrix, and below zero every sign is turned round"
    };
    weight(ui, Weight::Recurrent, meaning, scalar, controls, actions);
    ui.end_row();
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
    ui.end_row();
}

/// A weight's slider. It reaches below zero where it is a single weight, and for a matrix on the side of its sign.
pub fn weight(
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
    if edited.probe.state.is_empty() {
        if let Some(value) = field.show(ui, network.o_0, actions) {
            network.o_0 = value;
        }
        ui.end_row();
    }
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
    let field = NumberField {
        key: "network.layers",
        meaning: "How many layers there are, one above the other. Another number begins a new run",
        limit: limit::LAYERS,
        slider: Some(1.0..=8.0),
        logarithmic: false,
        integer: true,
        weight: None,
    };
    if let Some(value) = field.show(ui, network.layers as f64, actions) {
        network.layers = value.round() as usize;
    }
    ui.end_row();
    if !network.weights.is_empty() {
        let meaning = "The weights are your own numbers. Drawing them begins a new run";
        row_name(ui, "network.weights", meaning, actions);
        let button = ui.button("Draw anew").on_hover_text(meaning);
        if button.clicked() {
            network.weights = GivenWeights::default();
        }
        ui.end_row();
    } else if !is_scalar(network) {
        choice(
            ui,
            (
                "network.initialise",
                "Whether the weights are scaled to the sizes of the sliders at first, or as PyTorch draws them. Another way begins a new run",
            ),
            (&Initialise::ALL, Initialise::name),
            &mut network.initialise,
            actions,
        );
    }
    let is_shaped = network.initialise == Initialise::Scaled && network.weights.is_empty();
    if network.hidden > 1 && is_shaped {
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
    if !network.bias {
        network.forget_bias = None;
    }
    ui.end_row();
}

/// Whether W_i is a single number: the only one whose length is not positive by nature.
fn one_weight(controls: &Controls<'_>) -> bool {
    let inputs = controls.snapshot.moment.network.parameters.inputs();
    !controls.experiment.reads_words() && inputs == 1
}

fn size_remark(ui: &mut Ui, controls: &Controls<'_>, scalar: bool, actions: &mut Vec<Action>) {
    let snapshot = controls.snapshot;
    let count = thousands(snapshot.moment.parameter_count as u64);
    let memory = controls
        .experiment
        .size()
        .memory_notice()
        .map_or_else(String::new, |it| format!("{it}, "));
    let text = if scalar {
        format!("{memory}{count} parameters")
    } else {
        // Training has moved it since it was measured.
        let equals = if snapshot.moment.spectrum_is_old {
            "≈"
        } else {
            "="
        };
        format!(
            "{memory}{count} parameters, ρ(Wₕ) {equals} {}, σ₁(Wₕ) {equals} {}",
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
