//! What is read of a record of a training elsewhere: which sequence, and which part of a module that has several; and of a
//! training that is followed, how far its records are looked into, and when to tell.

use egui::{RichText, Ui};

use super::super::action::Action;
use super::super::row_name::row_name;
use super::super::theme::{color32, theme_of};
use super::rows::{Controls, grid, probe_index};
use crate::flow::{Magnitude, significant, thousands};
use crate::training::{Alarm, Experiment, Limit, RecordedFacts, Records, limit, shown_path};

/// What an alarm is set to when it is turned on: a gradient of which so little or so much arrives teaches nothing.
const USUAL: [f64; 2] = [1e-6, 1e3];

/// The powers of ten that an alarm can be set to: no number of float64 is beyond them.
const DECADES: std::ops::RangeInclusive<f64> = -308.0..=308.0;

/// Draws the section.
pub fn show(
    ui: &mut Ui,
    controls: &Controls<'_>,
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
        run(ui, controls, actions);
        sequence(ui, recorded, edited, actions);
        part(ui, recorded, edited, actions);
    });
    if let Some(records) = &controls.snapshot.run.records {
        followed(ui, records, actions);
        alarm(ui, controls.alarm, actions);
    }
    let back = ui
        .button("Back to a training here")
        .on_hover_text("The usual experiment, which trains in this window; undo comes back");
    if back.clicked() {
        actions.push(Action::Open(Box::default()));
    }
}

/// Which run of several, or which rank of one.
fn run(ui: &mut Ui, controls: &Controls<'_>, actions: &mut Vec<Action>) {
    let records = controls.snapshot.run.records.as_ref();
    let has_others = |it: &&Records| it.runs.all.iter().any(|run| *run != it.runs.followed);
    let Some(Records { runs, .. }) = records.filter(has_others) else {
        return;
    };
    let meaning = "Which of the runs, or ranks, in the folder is watched; beside another one, in the place of that which is chosen in the row above";
    ui.label("run").on_hover_text(meaning);
    egui::ComboBox::from_id_salt("watched run")
        .selected_text(&runs.followed)
        .show_ui(ui, |ui| {
            for run in &runs.all {
                let is_shown = *run == runs.followed;
                if ui.selectable_label(is_shown, run).clicked() && !is_shown {
                    actions.push(Action::WatchRun(runs.folder.clone(), run.clone()));
                }
            }
        })
        .response
        .on_hover_text(meaning)
        .accessible_name("run");
    ui.end_row();
}

/// Which sequence.
fn sequence(
    ui: &mut Ui,
    recorded: &RecordedFacts,
    edited: &mut Experiment,
    actions: &mut Vec<Action>,
) {
    if recorded.sequences < 2 {
        return;
    }
    let meaning = "Which sequence of the record is shown, counted from 0";
    let limit = Limit {
        max: recorded.sequences as f64 - 1.0,
        ..limit::PROBE_INDEX
    };
    probe_index(ui, "sequence", meaning, limit, edited, actions);
}

/// Which layer in which direction, where the module reads in both.
fn part(ui: &mut Ui, recorded: &RecordedFacts, edited: &mut Experiment, actions: &mut Vec<Action>) {
    if recorded.parts.is_empty() {
        return;
    }
    let meaning =
        "The module reads in both directions: which of its layers is shown, and in which direction";
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

/// How far the records are looked into, and what is wrong with them.
fn followed(ui: &mut Ui, records: &Records, actions: &mut Vec<Action>) {
    let count = thousands(records.count as u64);
    let words = match records.known < records.count {
        true => format!(
            "Watching: {} of {count} records looked into",
            thousands(records.known as u64)
        ),
        false if records.count == 1 => "Watching: 1 record".to_owned(),
        false => format!("Watching: {count} records"),
    };
    ui.label(words)
        .on_hover_text(shown_path(&records.runs.folder));
    if let Some(trouble) = &records.trouble {
        let colour = color32(theme_of(ui.visuals()).colours().error);
        let text = RichText::new(trouble).small().color(colour);
        ui.add(egui::Label::new(text).wrap());
    }
    if let Some((step, _)) = &records.alarm {
        let look = ui.button(format!("Alarm at step {}", thousands(*step)));
        if look.on_hover_text("Show that record").clicked() {
            actions.push(Action::LookAt(Some(*step)));
        }
    }
}

/// When to tell.
fn alarm(ui: &mut Ui, alarm: Alarm, actions: &mut Vec<Action>) {
    let mut next = alarm;
    for (place, name, meaning, usual) in [
        (
            &mut next.below,
            "alarm below",
            "Tell when a smaller share of the gradient arrives",
            USUAL[0],
        ),
        (
            &mut next.above,
            "alarm above",
            "Tell when a larger share of the gradient arrives",
            USUAL[1],
        ),
    ] {
        ui.horizontal(|ui| {
            let mut is_on = place.is_some();
            ui.checkbox(&mut is_on, name).on_hover_text(meaning);
            let mut log10 = place.unwrap_or(usual).log10();
            let drag = egui::DragValue::new(&mut log10)
                .range(DECADES)
                .speed(0.1)
                .custom_formatter(|log10, _| as_share(log10))
                .custom_parser(log10_of);
            ui.add_enabled(is_on, drag)
                .on_hover_text("The share; drag, or click and type, such as 1e-6")
                .accessible_name(name);
            // Not through the logarithm where nothing was dragged, which would change its last digit.
            let is_same = *place == Some(10_f64.powf(log10));
            if is_on != place.is_some() || (is_on && !is_same) {
                *place = is_on.then(|| 10_f64.powf(log10));
            }
        });
    }
    ui.horizontal(|ui| {
        ui.label("at timestep");
        let drag = egui::DragValue::new(&mut next.at)
            .range(1..=10_000)
            .speed(0.2);
        ui.add(drag)
            .on_hover_text("The timestep at which it is looked what arrives, counted from 1")
            .accessible_name("alarm at timestep");
    });
    if next != alarm {
        actions.push(Action::SetAlarm(next));
    }
}

/// A share by its logarithm, as it is shown: `10⁻⁶`, `2.0·10⁻⁶`.
fn as_share(log10: f64) -> String {
    let magnitude = Magnitude::Finite {
        negative: false,
        log10,
    };
    magnitude.to_string()
}

/// The logarithm of a share as it is typed.
fn log10_of(text: &str) -> Option<f64> {
    let text = text.trim().replace('−', "-");
    let number = match text.strip_prefix("10^") {
        Some(power) => return power.parse().ok(),
        None => text.parse::<f64>().ok()?,
    };
    (number > 0.0).then(|| number.log10())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_typed_as_a_number() {
        assert_eq!(log10_of("1e-6"), Some(-6.0));
        assert_eq!(log10_of(" 0.01 "), Some(-2.0));
        assert_eq!(log10_of("10^−3"), Some(-3.0));
        assert_eq!(log10_of("0"), None);
        assert_eq!(log10_of("-1"), None);
        assert_eq!(log10_of("a little"), None);
        assert_eq!(as_share(-6.0), "1.0·10⁻⁶");
    }
}
