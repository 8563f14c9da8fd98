//! Files: opened, saved, dropped and pasted.

use std::path::Path;

use egui::{Align2, Area, Context, Frame, Id, Order, ViewportCommand};

use super::super::action::Action;
use super::super::files::{PathDialog, Purpose};
use super::ScopeApp;
use crate::export::{Carrier, Patience, experiment_in, open_experiment, write_file};
use crate::flow::thousands;
use crate::training::{Experiment, shown_path};

/// What a pasted text is called in messages.
const PASTED: &str = "The pasted text";

impl ScopeApp {
    pub(super) fn ask_for_file(&mut self, purpose: Purpose) {
        let current = match purpose {
            Purpose::Save => self.files.current(),
            Purpose::Open | Purpose::Export(_) => None,
        };
        self.dialog = Some(PathDialog::new(purpose, current, &self.files.folder()));
    }

    /// Whether the dialog that asks for a file is open.
    pub fn is_asking(&self) -> bool {
        self.dialog.is_some()
    }

    /// Draws the dialog, and what is to be said while a file hangs over the window.
    pub(super) fn draw_dialog(&mut self, ctx: &Context, actions: &mut Vec<Action>) {
        if let Some(dialog) = &mut self.dialog
            && !dialog.show(ctx, actions)
        {
            self.dialog = None;
        }
        let hovers = ctx.input(|input| !input.raw.hovered_files.is_empty());
        if hovers {
            let area = Area::new(Id::unique("dropping")).order(Order::Foreground);
            area.anchor(Align2::CENTER_CENTER, [0.0, 0.0])
                .show(ctx, |ui| {
                    Frame::popup(ui.style()).inner_margin(24.0).show(ui, |ui| {
                        ui.heading("Drop the experiment to open it");
                    });
                });
        }
    }

    /// Opens what was dropped on the window.
    pub(super) fn take_dropped(&mut self, ctx: &Context) {
        let dropped = ctx.input(|input| input.raw.dropped_files.clone());
        if let Some(file) = dropped.first() {
            let opened = self.open_file(file.path());
            if opened && dropped.len() > 1 {
                let count = dropped.len();
                self.tell(format!(
                    "{count} files were dropped, and the first was opened"
                ));
            }
        }
    }

    /// Opens the file at `path`, and returns whether it could.
    pub(super) fn open_file(&mut self, path: &Path) -> bool {
        match open_experiment(path) {
            Ok(opened) => {
                self.dialog = None;
                let own = opened.carrier.is_none();
                self.open(Experiment::from(opened.experiment), own.then_some(path));
                self.files.looked_into(path);
                self.inform(told(&shown_path(path), opened.carrier));
                self.touch();
                true
            }
            Err(error) => {
                if !path.exists() {
                    self.files.missing(path);
                }
                self.refuse(error.to_string());
                false
            }
        }
    }

    pub(super) fn open_text(&mut self, text: &str) {
        match experiment_in(Path::new(PASTED), text.as_bytes()) {
            Ok(opened) => {
                self.open(Experiment::from(opened.experiment), None);
                self.inform(told("the experiment that was pasted", opened.carrier));
            }
            Err(error) => self.tell(error.to_string()),
        }
    }

    pub(super) fn save_experiment(&mut self) {
        match self.files.current().map(Path::to_owned) {
            Some(path) if self.files.was_changed_elsewhere() => {
                self.ask_for_file(Purpose::Save);
                let name = shown_path(&path);
                self.refuse(format!(
                    "{name} has been changed by another program since it was opened: replace it, or name another"
                ));
            }
            Some(path) => self.save_file(&path),
            None => self.ask_for_file(Purpose::Save),
        }
    }

    pub(super) fn save_file(&mut self, path: &Path) {
        let text = self.experiment.to_text();
        match write_file(path, true, Patience::None, |out| {
            out.write_all(text.as_bytes())
        }) {
            Ok(()) => {
                self.dialog = None;
                self.files.opened(path, &self.experiment);
                self.inform(format!("Saved {}", shown_path(path)));
                self.touch();
            }
            Err(error) => self.refuse(error.to_string()),
        }
    }

    /// Says that the experiment the window has begun with came from the file at `path`.
    pub fn came_from(&mut self, path: &Path, carrier: Option<Carrier>) {
        if carrier.is_none() {
            self.files.opened(path, &self.experiment);
        }
        self.files.looked_into(path);
        self.inform(told(&shown_path(path), carrier));
        self.touch();
    }

    /// Calls the window by the file that is open.
    pub(super) fn entitle(&mut self, ctx: &Context) {
        let title = self.files.title(&self.experiment);
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    /// Says what is wrong where it was asked for.
    pub(super) fn refuse(&mut self, problem: String) {
        match &mut self.dialog {
            Some(dialog) => dialog.refuse(&problem),
            None => self.tell(problem),
        }
    }

    /// What is remembered has changed.
    pub(super) fn touch(&mut self) {
        if let Some(remembered) = &mut self.remembered {
            remembered.touch();
        }
    }
}

/// What is said of what was opened. A figure shows a moment; what it carries is where the run begins.
fn told(what: &str, carrier: Option<Carrier>) -> String {
    match carrier {
        None => format!("Opened {what}"),
        Some(Carrier {
            kind,
            step: Some(step @ 1..),
        }) => format!(
            "Opened the experiment of {what}, at its beginning: the {kind} shows step {}",
            thousands(step)
        ),
        Some(_) => format!("Opened the experiment of {what}"),
    }
}
