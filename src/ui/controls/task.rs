//! What is read: task, length, sentence.

use egui::{RichText, TextEdit, Ui};

use super::super::action::Action;
use super::super::number_field::NumberField;
use super::rows::{Controls, choice, grid};
use crate::tasks::{MAX_CHARACTERS, Padding, TaskKind};
use crate::training::{Experiment, limit};

/// Draws the section.
pub fn show(
    ui: &mut Ui,
    controls: &Controls<'_>,
    edited: &mut Experiment,
    actions: &mut Vec<Action>,
) {
    let is_text = edited.task.kind == TaskKind::Sentiment;
    grid(ui, "task", |ui| {
        choice(
            ui,
            ("task", "task", "What the network reads and is asked for"),
            &TaskKind::ALL,
            TaskKind::name,
            &mut edited.task.kind,
        );
        // Without input and without a first state nothing would ever happen.
        let chosen = edited.task.kind != controls.experiment.task.kind;
        if chosen && edited.task.kind == TaskKind::Constant && edited.network.o_0 == 0.0 {
            edited.network.o_0 = 0.5;
            actions.push(Action::Tell(
                "o₀ was set to 0.5: from 0 and without input nothing would ever happen".to_owned(),
            ));
        }
        let length = NumberField {
            symbol: "n",
            name: "length",
            meaning: "Sequence length: the number of timesteps",
            limit: limit::LENGTH,
            slider: Some(1.0..=10_000.0),
            logarithmic: true,
            integer: true,
            weight: None,
        };
        if let Some(value) = length.show(ui, edited.task.length as f64, actions) {
            edited.task.length = value.round() as usize;
        }
        ui.end_row();
        if is_text {
            choice(
                ui,
                (
                    "padding",
                    "padding",
                    "Where a short sentence is filled up with nothing, and where a long one is cut",
                ),
                &Padding::ALL,
                Padding::name,
                &mut edited.task.padding,
            );
        }
    });
    ui.label(RichText::new(&*controls.snapshot.probe.memory).small())
        .on_hover_text(format!("From {}", controls.snapshot.probe.source));
    if is_text {
        sentence(ui, controls, edited, actions);
    } else if edited.task.kind != TaskKind::Constant {
        example(ui, edited, actions);
    }
}

/// The sentence under the instrument, and its label.
fn sentence(
    ui: &mut Ui,
    controls: &Controls<'_>,
    edited: &mut Experiment,
    actions: &mut Vec<Action>,
) {
    let width = ui.available_width();
    egui::ScrollArea::vertical()
        .id_salt("sentence")
        .max_height(84.0)
        .show(ui, |ui| {
            ui.add(
                TextEdit::multiline(&mut edited.probe.text)
                    .hint_text("Type a sentence")
                    .desired_rows(2)
                    .desired_width(width)
                    .char_limit(MAX_CHARACTERS),
            )
            .on_hover_text("The probe: the one sentence whose gradient is shown. Type any")
            .accessible_name("sentence");
        });
    // A sentence is one line, whatever is pasted.
    if edited.probe.text.contains('\n') {
        edited.probe.text = edited.probe.text.replace(['\n', '\r'], " ");
    }
    ui.horizontal(|ui| {
        ui.label("label")
            .on_hover_text("The right answer for this sentence, y");
        ui.selectable_value(&mut edited.probe.positive, true, "1 positive");
        ui.selectable_value(&mut edited.probe.positive, false, "0 negative");
    });
    next_example(ui, "Next sentence", actions);
    if let Some(remark) = remark(controls) {
        ui.label(RichText::new(remark).small());
    }
}

/// What to know of the sentence: nothing in it, or words that are not known.
fn remark(controls: &Controls<'_>) -> Option<String> {
    let words = controls.snapshot.probe.words.as_ref()?;
    let unknown: Vec<&str> = words
        .iter()
        .flatten()
        .filter(|word| !word.known)
        .map(|word| word.text.as_str())
        .collect();
    if words.iter().all(Option::is_none) {
        return Some("No words: the network reads padding only".to_owned());
    }
    let cut = controls.snapshot.probe.words_cut;
    if cut > 0 {
        let end = match controls.experiment.task.padding {
            Padding::Before => "first",
            Padding::After => "last",
        };
        return Some(format!(
            "Longer than n: the {end} {cut} of {} words are not read",
            cut + words.len()
        ));
    }
    match unknown.as_slice() {
        [] => None,
        [word] => Some(format!("Unknown word {}?", short(word))),
        [first, rest @ ..] => Some(format!(
            "Unknown words {}? and {} more",
            short(first),
            rest.len()
        )),
    }
}

fn short(word: &str) -> String {
    crate::scene::elided(word, crate::scene::SMALL, 130.0)
}

/// Which held-out sequence is under the instrument.
fn example(ui: &mut Ui, edited: &mut Experiment, actions: &mut Vec<Action>) {
    grid(ui, "example", |ui| {
        let field = NumberField {
            symbol: "probe",
            name: "probe",
            meaning: "Which held-out sequence is the probe, the one whose gradient is shown",
            limit: limit::PROBE_INDEX,
            slider: None,
            logarithmic: false,
            integer: true,
            weight: None,
        };
        if let Some(index) = field.show(ui, edited.probe.index as f64, actions) {
            edited.probe.index = index.round() as usize;
        }
        ui.end_row();
    });
    next_example(ui, "Next sequence", actions);
}

fn next_example(ui: &mut Ui, text: &str, actions: &mut Vec<Action>) {
    if ui
        .button(text)
        .on_hover_text("Another held-out example as the probe")
        .clicked()
    {
        actions.push(Action::NextExample);
    }
}
