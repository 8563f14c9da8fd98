//! A second experiment beside the first: what is done with it, and the row that says what the two are.

use egui::{Align, Button, Grid, Layout, RichText, Ui};

use super::action::{Action, BesideAction};
use super::scope::Scope;
use super::second::Said;
use crate::scene::{Alignment, Place, SMALL, elided};
use crate::training::{Difference, Experiment, Snapshot, find_setting};

/// What the row says.
pub struct BesideBar<'a> {
    /// The experiment that is worked on, with the other one beside it.
    pub scope: &'a Scope<'a>,
    /// Both as they were last changed by hand: the one that is worked on, and the other.
    pub experiments: [&'a Experiment; 2],
    /// Whether both run together.
    pub together: bool,
    /// What is said of both.
    pub said: &'a Said,
}

/// How wide a name may be, and where there is little room.
const NAME: f64 = 220.0;
const NARROW_NAME: f64 = 100.0;

/// A row that is narrower than this has no sentence.
const WIDE: f32 = 700.0;

/// Height of the row.
pub const HEIGHT: f32 = 32.0;

/// Draws the row, if there are two.
pub fn show(ui: &mut Ui, bar: &BesideBar<'_>, actions: &mut Vec<Action>) {
    let (Some(place), Some(other)) = (bar.scope.place, bar.scope.beside) else {
        return;
    };
    let own: &Snapshot = bar.scope.snapshot;
    let in_order: [&Snapshot; 2] = match place {
        Place::First => [own, other.snapshot],
        Place::Second => [other.snapshot, own],
    };
    let is_wide = ui.available_width() >= WIDE;
    let room = if is_wide { NAME } else { NARROW_NAME };
    ui.horizontal_centered(|ui| {
        for ((name, moment), letter) in bar
            .said
            .names
            .iter()
            .zip(in_order)
            .zip([Place::First, Place::Second])
        {
            let text = elided(name, SMALL, room);
            let is_chosen = letter == place;
            let does = match is_chosen {
                true => "The controls, undo, files and exports are of this one",
                false => "Click to work on this one",
            };
            let verdict = moment.probe.verdict.in_words();
            let hint = format!("{name}\n{verdict}\n{does}");
            let button = ui
                .add(Button::selectable(is_chosen, text))
                .on_hover_text(hint)
                .accessible_name(name);
            if button.clicked() && !is_chosen {
                actions.push(Action::Beside(BesideAction::Choose));
            }
        }
        differences(ui, place, bar.experiments, actions);
        let mut together = bar.together;
        let hint = "Run, step, reset and speed are for both; otherwise for the one that is chosen";
        if ui
            .checkbox(&mut together, "together")
            .on_hover_text(hint)
            .changed()
        {
            actions.push(Action::Beside(BesideAction::Together));
        }
        if own.len() != other.snapshot.len() && !bar.scope.view.one_at_a_time {
            align(ui, bar.scope.view.alignment, actions);
        }
        ui.separator();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let close = ui.button("🗙").on_hover_text(
                "Take the other one away, and go on with this one (C, which brings it back, too)",
            );
            if close.accessible_name("End the comparison").clicked() {
                actions.push(Action::Beside(BesideAction::Toggle));
            }
            if is_wide {
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let sentence = &bar.said.sentence;
                    let label = egui::Label::new(sentence).truncate();
                    ui.add(label.show_tooltip_when_elided(false))
                        .on_hover_text(sentence);
                });
            }
        });
    });
}

/// Where the two sequences meet, which are not as long as each other.
fn align(ui: &mut Ui, alignment: Alignment, actions: &mut Vec<Action>) {
    let (text, other) = match alignment {
        Alignment::End => ("ends meet", "first"),
        Alignment::Start => ("beginnings meet", "last"),
    };
    let hint = format!(
        "Where the two sequences meet, which are not as long as each other: click to have their {other} timesteps above each other"
    );
    if ui.button(text).on_hover_text(hint).clicked() {
        actions.push(Action::Beside(BesideAction::Align));
    }
}

/// What the two have otherwise, each setting with a button that has it as the other one has it.
fn differences(
    ui: &mut Ui,
    place: Place,
    [own, other]: [&Experiment; 2],
    actions: &mut Vec<Action>,
) {
    let differing = Difference::between(own, other);
    let text = match differing.len() {
        0 => "same settings".to_owned(),
        1 => "1 setting differs".to_owned(),
        count => format!("{count} settings differ"),
    };
    let menu = ui.menu_button(text, |ui| {
        if differing.is_empty() {
            ui.label("Both are the same: change one of them in the controls");
        }
        Grid::new("differences")
            .num_columns(4)
            .striped(true)
            .show(ui, |ui| {
                for head in ["", place.letter(), place.other().letter(), ""] {
                    ui.label(RichText::new(head).strong());
                }
                ui.end_row();
                let settings = differing.iter().filter_map(|it| find_setting(it.key));
                for setting in settings {
                    ui.label(setting.called()).on_hover_text(setting.meaning);
                    for experiment in [own, other] {
                        ui.label(setting.in_words(&setting.get(experiment)));
                    }
                    let (here, there) = (place.letter(), place.other().letter());
                    for (text, hint, action) in [
                        (
                            format!("{here} as {there}"),
                            format!("{here} has it as {there} has it now"),
                            Action::Beside(BesideAction::Take(setting.key)),
                        ),
                        (
                            format!("{there} as {here}"),
                            format!("{there} has it as {here} has it now"),
                            BesideAction::of_other(Action::Beside(BesideAction::Take(setting.key))),
                        ),
                    ] {
                        if ui.small_button(text).on_hover_text(hint).clicked() {
                            actions.push(action);
                        }
                    }
                    ui.end_row();
                }
            });
    });
    menu.response
        .on_hover_text("What the two have otherwise, and how to make it the same");
}
