//! What is read of a record of a training elsewhere: which sequence, and which part of a module that has several.

use egui::{RichText, Ui};

use super::super::action::Action;
use super::super::number_field::NumberField;
use super::super::row_name::row_name;
use super::rows::grid;
use crate::flow::{significant, thousands};
use crate::training::{Experiment, Limit, RecordedFacts};

/// Draws the section.
pub fn show(
    ui: &mut Ui,
    recorded: &RecordedFacts,
    edited: &mut Experiment,
    actions: &mut Vec<Action>,
) {
    ui.label(format!(
        "{} after step {}, trained elsewhere in {}",
        recorded.module,
        thousands(recorded.step),
        recorded.dtype
    ))
    .on_hover_text(&edited.probe.record);
    let told = [
        ("loss", recorded.loss),
        ("gradient norm", recorded.gradient_norm),
    ];
    let told: Vec<String> = told
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name} {}", significant(value?))))
        .collect();
    if !told.is_empty() {
        ui.label(RichText::new(told.join(", ")).small())
            .on_hover_text("As the training has told them, of the whole batch and before clipping");
    }
    grid(ui, "record", |ui| {
        if recorded.sequences > 1 {
            let field = NumberField {
                key: "probe.index",
                meaning: "Which sequence of the record is shown, counted from 0",
                limit: Limit {
                    max: recorded.sequences as f64 - 1.0,
                    ..crate::training::limit::PROBE_INDEX
                },
                slider: None,
                logarithmic: false,
                integer: true,
                weight: None,
            };
            if let Some(index) = field.show(ui, edited.probe.index as f64, actions) {
                edited.probe.index = index.round() as usize;
            }
            ui.end_row();
        }
        if !recorded.parts.is_empty() {
            let meaning = "The module reads in both directions: which of its layers is shown, and in which direction";
            row_name(ui, "network.module", meaning, actions);
            let chosen = &mut edited.network.module;
            let shown = match chosen.as_str() {
                "" => recorded.usual_part().to_owned(),
                part => part.to_owned(),
            };
            egui::ComboBox::from_id_salt("part of the record")
                .selected_text(&shown)
                .show_ui(ui, |ui| {
                    for part in &recorded.parts {
                        if ui.selectable_label(*part == shown, part).clicked() {
                            part.clone_into(chosen);
                        }
                    }
                })
                .response
                .on_hover_text(meaning)
                .accessible_name("part");
            ui.end_row();
        }
    });
}
