//! How the network is trained.

use egui::Ui;

use super::super::action::Action;
use super::super::number_field::NumberField;
use super::super::row_name::row_name;
use super::rows::{choice, grid};
use crate::training::{Experiment, OptimizerKind, limit};

/// What a clip norm begins at when it is switched on.
const USUAL_CLIP_NORM: f64 = 1.0;

/// Draws the section.
pub fn show(ui: &mut Ui, edited: &mut Experiment, actions: &mut Vec<Action>) {
    grid(ui, "training", |ui| {
        let training = &mut edited.training;
        choice(
            ui,
            (
                "training.optimizer",
                "The rule that turns the gradient into an update",
            ),
            (&OptimizerKind::ALL, OptimizerKind::name),
            &mut training.optimizer,
            actions,
        );
        let field = NumberField {
            key: "training.learning_rate",
            meaning: "Learning rate: how far an update goes against the gradient",
            limit: limit::LEARNING_RATE,
            slider: Some(1e-4..=10.0),
            logarithmic: true,
            integer: false,
            weight: None,
        };
        if let Some(value) = field.show(ui, training.learning_rate, actions) {
            training.learning_rate = value;
        }
        ui.end_row();
        clip_norm(ui, &mut training.clip_norm, actions);
        let field = NumberField {
            key: "training.batch",
            meaning: "How many sequences make one update",
            limit: limit::BATCH,
            slider: Some(1.0..=256.0),
            logarithmic: true,
            integer: true,
            weight: None,
        };
        if let Some(value) = field.show(ui, training.batch as f64, actions) {
            training.batch = value.round() as usize;
        }
        ui.end_row();
        let field = NumberField {
            key: "training.truncate",
            meaning: "Truncated backpropagation: every so many timesteps, counted from the end, the gradient is cut. 0 is never",
            limit: limit::TRUNCATE,
            slider: Some(0.0..=edited.task.length as f64),
            logarithmic: false,
            integer: true,
            weight: None,
        };
        if let Some(value) = field.show(ui, training.truncate as f64, actions) {
            training.truncate = value.round() as usize;
        }
        ui.end_row();
        seed(ui, &mut edited.seed, actions);
    });
}

fn clip_norm(ui: &mut Ui, clip_norm: &mut Option<f64>, actions: &mut Vec<Action>) {
    let mut on = clip_norm.is_some();
    let meaning = "Scales a gradient down to this norm where it is longer, so that one explosion does not throw the network away";
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.checkbox(&mut on, "")
            .on_hover_text(meaning)
            .accessible_name("clip");
        row_name(ui, "training.clip_norm", meaning, actions);
    });
    if on != clip_norm.is_some() {
        *clip_norm = on.then_some(USUAL_CLIP_NORM);
    }
    if let Some(value) = clip_norm {
        let field = NumberField {
            key: "training.clip_norm",
            meaning,
            limit: limit::CLIP_NORM,
            slider: Some(1e-3..=100.0),
            logarithmic: true,
            integer: false,
            weight: None,
        };
        if let Some(new) = field.control(ui, *value, actions) {
            *value = new;
        }
    } else {
        ui.weak("none");
    }
    ui.end_row();
}

/// A seed below this is short enough to have a button beside it.
const SHORT_SEED: u64 = 10_000_000;

/// The seed is no measure: it has no slider.
fn seed(ui: &mut Ui, seed: &mut u64, actions: &mut Vec<Action>) {
    let meaning = "Every random number comes from it: the same seed gives the same run to the last bit. Another one begins a new run";
    row_name(ui, "seed", meaning, actions);
    // Beside a long one there is no room for the button.
    let layout = if *seed < SHORT_SEED {
        egui::Layout::left_to_right(egui::Align::Center)
    } else {
        egui::Layout::top_down(egui::Align::Min)
    };
    ui.with_layout(layout, |ui| {
        ui.add(
            egui::DragValue::new(seed)
                .range(0..=limit::SEED.max as u64)
                .speed(0.1)
                .update_while_editing(false),
        )
        .on_hover_text(meaning)
        .accessible_name("seed");
        if ui
            .button("New seed")
            .on_hover_text("Another network and other batches, from step 0")
            .clicked()
        {
            actions.push(Action::NewSeed);
        }
    });
    ui.end_row();
}
