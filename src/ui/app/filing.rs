//! Files: opened, saved, dropped and pasted.

use std::path::Path;

use egui::{Align2, Area, Context, Frame, Id, Order, ViewportCommand};

use super::super::action::Action;
use super::super::files::{PathDialog, Purpose};
use super::ScopeApp;
use crate::export::{experiment_in, open_experiment, write_file};
use crate::training::{CheckedExperiment, Experiment};

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
            self.open_file(file.path());
            if dropped.len() > 1 {
                let count = dropped.len();
                self.tell(format!(
                    "{count} files were dropped, and the first was opened"
                ));
            }
        }
    }

    pub(super) fn open_file(&mut self, path: &Path) {
        match open_experiment(path) {
            Ok(experiment) => {
                self.dialog = None;
                self.begin(experiment);
                self.files.opened(path, &self.experiment);
                self.inform(format!("Opened {}", path.display()));
                self.touch();
            }
            Err(error) => {
                if !path.exists() {
                    self.files.missing(path);
                }
                self.refuse(error.to_string());
            }
        }
    }

    pub(super) fn open_text(&mut self, text: &str) {
        match experiment_in(Path::new(PASTED), text.as_bytes()) {
            Ok(experiment) => {
                self.files.close();
                self.begin(experiment);
                self.inform("Opened the experiment that was pasted".to_owned());
            }
            Err(error) => self.tell(error.to_string()),
        }
    }

    pub(super) fn save_experiment(&mut self) {
        match self.files.current().map(Path::to_owned) {
            Some(path) => self.save_file(&path),
            None => self.ask_for_file(Purpose::Save),
        }
    }

    pub(super) fn save_file(&mut self, path: &Path) {
        let text = self.experiment.to_text();
        match write_file(path, true, |out| out.write_all(text.as_bytes())) {
            Ok(()) => {
                self.dialog = None;
                self.files.opened(path, &self.experiment);
                self.inform(format!("Saved {}", path.display()));
                self.touch();
            }
            Err(error) => self.refuse(error.to_string()),
        }
    }

    /// Says that the experiment the window has begun with came from the file at `path`.
    pub fn came_from(&mut self, path: &Path) {
        self.files.opened(path, &self.experiment);
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

    /// A new run of an experiment that comes from outside.
    fn begin(&mut self, experiment: CheckedExperiment) {
        self.open(Experiment::from(experiment));
    }

    /// Says what is wrong where it was asked for.
    pub(super) fn refuse(&mut self, problem: String) {
        match &mut self.dialog {
            Some(dialog) => dialog.refuse(problem),
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
