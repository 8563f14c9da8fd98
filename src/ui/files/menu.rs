//! The menu of files.

use std::path::Path;

use egui::{Button, Ui};

use super::super::action::Action;
use super::super::beside_menu;
use super::super::comparer::CompareAction;
use super::super::data::DataAction;
use super::super::numbers::NumbersAction;
use super::super::numbers_window::examples;
use super::{Files, Purpose};
use crate::training::{Snapshot, shown_argument, shown_path};

/// What the menu shows.
pub struct FileMenu<'a> {
    /// The files.
    pub files: &'a Files,
    /// The moment that is shown, once there is one.
    pub snapshot: Option<&'a Snapshot>,
}

/// Draws the menu.
pub fn file_menu(ui: &mut Ui, menu: &FileMenu<'_>, actions: &mut Vec<Action>) {
    let response = ui.menu_button("File", |ui| {
        for (name, keys, hint, action) in [
            (
                "Open…",
                "Ctrl+O",
                "An experiment, a figure or trace of this program, a model, or sequences of your own",
                Action::Ask(Purpose::Open),
            ),
            ("Save", "Ctrl+S", "To the file that is open", Action::Save),
            (
                "Save as…",
                "Ctrl+Shift+S",
                "To another file",
                Action::Ask(Purpose::Save),
            ),
            (
                "Copy as text",
                "Ctrl+C",
                "Every setting as text; pasting it in this window or another opens it",
                Action::CopyExperiment,
            ),
        ] {
            let button = Button::new(name).shortcut_text(keys);
            if ui.add(button).on_hover_text(hint).clicked() {
                actions.push(action);
            }
        }
        let hint = "An address that opens what is on the screen in a browser: experiments, views, cursor and lesson";
        if ui.button("Copy web link").on_hover_text(hint).clicked() {
            actions.push(Action::CopyLink);
        }
        // A page sees no folder.
        if cfg!(not(target_family = "wasm")) {
            let hint = "A training elsewhere, in PyTorch: every record of it as it comes, and the gradient of each timestep";
            if ui.button("Watch…").on_hover_text(hint).clicked() {
                actions.push(Action::Ask(Purpose::Watch));
            }
        }
        beside_menu::show(ui, menu.snapshot, actions);
        ui.separator();
        let numbers = Button::new("My numbers…").shortcut_text("M");
        let hint = "A network and a sequence of your own: weights, inputs and targets as tables";
        if ui.add(numbers).on_hover_text(hint).clicked() {
            actions.push(Action::Numbers(NumbersAction::Show));
        }
        let hint = "Sequences of your own: texts with labels, numbers, or arrays";
        if ui.button("My data…").on_hover_text(hint).clicked() {
            actions.push(Action::Data(DataAction::Show));
        }
        let hint = "The gradient of your own code beside the right one, and what is wrong with it";
        if ui
            .button("Is my gradient right?…")
            .on_hover_text(hint)
            .clicked()
        {
            actions.push(Action::Compare(CompareAction::Toggle));
        }
        examples(ui, actions);
        ui.separator();
        recent(ui, menu.files, actions);
    });
    response
        .response
        .on_hover_text("Open and save experiments; dropping a file on the window opens it too");
}

fn recent(ui: &mut Ui, files: &Files, actions: &mut Vec<Action>) {
    if files.recent().is_empty() {
        ui.weak("No recent files");
        return;
    }
    ui.weak("Recent files");
    for path in files.recent() {
        let name = shortened(path);
        let button = ui.button(name).on_hover_text(shown_path(path));
        if button.clicked() {
            actions.push(Action::OpenFile(path.clone()));
        }
    }
    if ui.button("Forget these").clicked() {
        actions.push(Action::ForgetRecent);
    }
}

/// The name and its folder.
fn shortened(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let name = shown_argument(&name.to_string_lossy());
    match path.parent().and_then(Path::file_name) {
        Some(folder) => format!("{name}  ({})", shown_argument(&folder.to_string_lossy())),
        None => name,
    }
}
