//! What the parts of the panel have in common: what they show, and rows of names and controls.

use egui::{Grid, Ui};

use super::super::action::Action;
use super::super::glossary_link::concept_label;
use super::super::number_field::{FIELD, NumberField};
use super::super::row_name::{names_width, row_name};
use super::super::view_state::ViewState;
use super::super::walk::WhichSequences;
use crate::glossary::Concept;
use crate::training::{Alarm, Experiment, Limit, Setting, Snapshot, WeightValues, find_setting};

/// What the controls show.
pub struct Controls<'a> {
    /// The experiment as it was last changed by hand.
    pub experiment: &'a Experiment,
    /// Where the weights stand: moved by training, or just now by hand.
    pub weights: WeightValues,
    /// What else is known.
    pub snapshot: &'a Snapshot,
    /// What is looked at.
    pub view: &'a ViewState,
    /// The sentence was changed, and nobody has said yet whether it is positive.
    pub asks_label: bool,
    /// How many held-out sequences there are of those that are walked through, where these are not all.
    pub walk: Option<String>,
    /// When to tell of a training elsewhere that is followed.
    pub alarm: Alarm,
}

/// Between the names and the controls.
const GAP: f32 = 8.0;

/// The shortest slider that can be dragged, and the longest.
const SLIDERS: (f32, f32) = (40.0, 170.0);

/// The widest menu.
const MENU: f32 = 150.0;

/// Two columns: names and controls. Sliders are as long as the panel has room for.
pub fn grid(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    let width = ui.available_width();
    let names = names_width(width);
    Grid::new(name)
        .num_columns(2)
        .spacing([GAP, 4.0])
        .min_col_width(names)
        .show(ui, |ui| {
            let room = width - names - GAP - FIELD.x - ui.spacing().item_spacing.x;
            ui.spacing_mut().slider_width = room.clamp(SLIDERS.0, SLIDERS.1);
            ui.spacing_mut().combo_width = (width - names - GAP).min(MENU);
            contents(ui);
        });
}

/// A menu of all the values that the setting `key` has to choose from, in a row of the grid.
pub fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    (key, meaning): (&'static str, &str),
    (all, name_of): (&[T], impl Fn(T) -> &'static str),
    value: &mut T,
    actions: &mut Vec<Action>,
) {
    row_name(ui, key, meaning, actions);
    let name = find_setting(key).map_or_else(String::new, Setting::called);
    egui::ComboBox::from_id_salt(key)
        .selected_text(name_of(*value))
        .height(420.0)
        .show_ui(ui, |ui| {
            for &item in all {
                ui.selectable_value(value, item, name_of(item));
            }
        })
        .response
        .on_hover_text(meaning)
        .accessible_name(name);
    ui.end_row();
}

/// Which sequence is under the instrument, in a row of the grid that is called `name`.
pub fn probe_index(
    ui: &mut Ui,
    name: &str,
    meaning: &str,
    limit: Limit,
    edited: &mut Experiment,
    actions: &mut Vec<Action>,
) {
    let field = NumberField {
        key: "probe.index",
        meaning,
        limit,
        slider: None,
        logarithmic: false,
        integer: true,
        weight: None,
    };
    concept_label(ui, Concept::Probe, name, meaning, actions);
    if let Some(index) = field.control(ui, edited.probe.index as f64, actions) {
        edited.probe.index = index.round() as usize;
    }
    ui.end_row();
}

/// The buttons for other held-out examples, and which of them are walked through.
pub fn other_examples(ui: &mut Ui, what: &str, controls: &Controls<'_>, actions: &mut Vec<Action>) {
    let back = ui
        .button("◀")
        .on_hover_text(format!("The held-out {what} before as the probe (,)"))
        .accessible_name(format!("Previous {what}"));
    if back.clicked() {
        actions.push(Action::StepExample(-1));
    }
    let next = ui
        .button(format!("Next {what}"))
        .on_hover_text("Another held-out example as the probe (.)");
    if next.clicked() {
        actions.push(Action::StepExample(1));
    }
    let which = controls.view.walk.which;
    let mut chosen = which;
    egui::ComboBox::from_id_salt("which sequences")
        .width(58.0)
        .selected_text(which.name())
        .show_ui(ui, |ui| {
            for which in WhichSequences::ALL {
                ui.selectable_value(&mut chosen, which, which.name());
            }
        })
        .response
        .on_hover_text("Which held-out examples these buttons walk through: all of them, or those that are answered right or wrong by the network as it is now")
        .accessible_name("which examples");
    if chosen != which {
        actions.push(Action::ChooseSequences(chosen));
    }
}

/// How many of them there are.
pub fn walk_in_words(ui: &mut Ui, controls: &Controls<'_>) {
    if let Some(words) = &controls.walk {
        ui.label(egui::RichText::new(words).small().weak());
    }
}
