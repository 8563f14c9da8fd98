//! What is read: task, length, and which sequence.

use egui::{RichText, Ui};

use super::super::action::Action;
use super::super::data::DataAction;
use super::super::files::Purpose;
use super::super::number_field::NumberField;
use super::super::numbers::NumbersAction;
use super::rows::{Controls, choice, grid, other_examples, probe_index, walk_in_words};
use super::{record, sentence};
use crate::tasks::{Padding, TaskKind};
use crate::training::{Experiment, InputSource, LossChoice, NumberTable, SeedDirection, limit};

/// Draws the section.
pub fn show(
    ui: &mut Ui,
    controls: &Controls<'_>,
    edited: &mut Experiment,
    actions: &mut Vec<Action>,
) {
    let is_text = edited.reads_words();
    if let Some(recorded) = edited.recorded().cloned() {
        return record::show(ui, controls, &recorded, edited, actions);
    }
    grid(ui, "task", |ui| {
        choice(
            ui,
            ("task.kind", "What the network reads and is asked for"),
            (&TaskKind::ALL, TaskKind::name),
            &mut edited.task.kind,
            actions,
        );
        // Without input and without a first state nothing would ever happen.
        let chosen = edited.task.kind != controls.experiment.task.kind;
        if chosen && edited.task.kind == TaskKind::Constant && edited.network.o_0 == 0.0 {
            edited.network.o_0 = 0.5;
            actions.push(Action::Tell(
                "o₀ was set to 0.5: from 0 and without input nothing would ever happen".to_owned(),
            ));
        }
        // A text that is typed is as long as it is.
        if !edited.reads_embedding() {
            if let Some(steps) = length(ui, edited.task.length, actions) {
                edited.task.length = steps;
            }
            ui.end_row();
        }
        if is_text || edited.has_data_file() {
            choice(
                ui,
                (
                    "task.padding",
                    "Where a short sentence is filled up with nothing, and where a long one is cut",
                ),
                (&Padding::ALL, Padding::name),
                &mut edited.task.padding,
                actions,
            );
        }
        if edited.is_own_sequence() && edited.has_own_weights() {
            choice(
                ui,
                (
                    "data.inputs",
                    "What the network reads: numbers of your own, zeros, noise as large as its embedding or of deviation 1, or a text by the rows of its embedding",
                ),
                (&InputSource::ALL, InputSource::name),
                &mut edited.data.inputs,
                actions,
            );
        }
        if edited.has_no_loss() {
            choice(
                ui,
                (
                    "data.direction",
                    "Nothing is asked: the gradient begins at the last state, along all units alike, or along the direction of which most arrives at step 1",
                ),
                (&SeedDirection::ALL, SeedDirection::name),
                &mut edited.data.direction,
                actions,
            );
        }
        let has_targets = !edited.probe.targets.is_empty();
        if edited.is_own_sequence() && has_targets {
            choice(
                ui,
                (
                    "data.loss",
                    "What an answer is compared with its target by. For the cross-entropy a target is the number of a class, from 0",
                ),
                (&LossChoice::ALL, LossChoice::name),
                &mut edited.data.loss,
                actions,
            );
        }
    });
    ui.label(RichText::new(&*controls.snapshot.probe.memory).small())
        .on_hover_text(format!("From {}", controls.snapshot.probe.source));
    if edited.has_data_file() {
        my_data(ui, actions);
    }
    if is_text {
        sentence::show(ui, controls, edited, actions);
    } else if edited.has_data_file() {
        example(ui, controls, edited, actions);
    } else if edited.is_own_sequence() {
        if edited.reads_embedding() {
            embedded(ui, edited, actions);
        }
        let button = ui.button("My numbers…");
        let hint = "Inputs, targets and weights as tables, to be typed or pasted";
        if button.on_hover_text(hint).clicked() {
            actions.push(Action::Numbers(NumbersAction::Show));
        }
        my_data(ui, actions);
    } else if !edited.probe.inputs.is_empty() {
        let button = ui.button("Back to drawn sequences");
        let hint = "This sequence is your own: its inputs are written in the experiment";
        if button.on_hover_text(hint).clicked() {
            edited.probe.inputs = NumberTable::default();
            edited.probe.targets = NumberTable::default();
        }
    } else if edited.task.kind != TaskKind::Constant {
        example(ui, controls, edited, actions);
    }
}

/// The length of the sequence, now `steps` timesteps. Another one if it is chosen.
pub fn length(ui: &mut Ui, steps: usize, actions: &mut Vec<Action>) -> Option<usize> {
    let field = NumberField {
        key: "task.length",
        meaning: "Sequence length: the number of timesteps",
        limit: limit::LENGTH,
        slider: Some(limit::LENGTH.min..=limit::LENGTH.max),
        logarithmic: true,
        integer: true,
        weight: None,
    };
    let value = field.show(ui, steps as f64, actions)?;
    Some(value.round() as usize)
}

/// The text that is read by a model's embedding, and the way to the file of its words.
fn embedded(ui: &mut Ui, edited: &mut Experiment, actions: &mut Vec<Action>) {
    sentence::text(ui, &mut edited.probe.text);
    let (what, hint) = match edited.data.words.as_str() {
        "" => (
            "Words of the rows…",
            "Numbers of rows are read, from 0. A file with the word of each row makes them words",
        ),
        _ => ("Other words…", "The file with the word of each row"),
    };
    if ui.button(what).on_hover_text(hint).clicked() {
        actions.push(Action::Ask(Purpose::Words));
    }
}

/// The way to the file of one's own sequences.
fn my_data(ui: &mut Ui, actions: &mut Vec<Action>) {
    let button = ui.button("My data…");
    let hint = "The file of your own sequences: what is in it, and how it is read";
    if button.on_hover_text(hint).clicked() {
        actions.push(Action::Data(DataAction::Show));
    }
}

/// Which held-out sequence is under the instrument.
fn example(
    ui: &mut Ui,
    controls: &Controls<'_>,
    edited: &mut Experiment,
    actions: &mut Vec<Action>,
) {
    grid(ui, "example", |ui| {
        let meaning = "Which held-out sequence is the probe, the one whose gradient is shown";
        probe_index(ui, "probe", meaning, limit::PROBE_INDEX, edited, actions);
    });
    ui.horizontal_wrapped(|ui| other_examples(ui, "sequence", controls, actions));
    walk_in_words(ui, controls);
}
