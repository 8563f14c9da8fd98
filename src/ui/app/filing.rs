//! Files: asked for, saved, and named.

use std::path::Path;

use egui::{Align2, Area, Context, Frame, Id, Order, ViewportCommand};

use super::super::action::Action;
use super::super::files::{PathDialog, Purpose};
use super::ScopeApp;
use crate::export::{Patience, write_file};
use crate::training::{Pair, shown_path};

impl ScopeApp {
    pub(super) fn ask_for_file(&mut self, purpose: Purpose) {
        let current = match purpose {
            Purpose::Save => self.files.current_or_expected(),
            Purpose::Open
            | Purpose::Compare
            | Purpose::Data
            | Purpose::Targets
            | Purpose::Words
            | Purpose::Watch
            | Purpose::Export(_) => None,
        };
        // What opens now must not take the dialog away, and the experiment that is saved, under somebody's hands.
        self.opening_waits = self.opener.is_busy();
        self.dialog = Some(PathDialog::new(purpose, current, &self.files.folder()));
    }

    /// Whether the dialog that asks for a file is open.
    pub fn is_asking(&self) -> bool {
        self.dialog.is_some()
    }

    /// Draws the dialog, and what is to be said while a file hangs over the window.
    pub(super) fn draw_dialog(&mut self, ctx: &Context, actions: &mut Vec<Action>) {
        let opening = self.opener.slow().filter(|_| !self.opening_waits);
        if let Some(dialog) = &mut self.dialog
            && !dialog.show(ctx, opening.as_deref(), actions)
        {
            self.dialog = None;
            if !self.opening_waits {
                self.cancel_opening();
            }
        }
        let hovers = ctx.input(|input| !input.raw.hovered_files.is_empty());
        if hovers {
            let area = Area::new(Id::unique("dropping")).order(Order::Foreground);
            area.anchor(Align2::CENTER_CENTER, [0.0, 0.0])
                .show(ctx, |ui| {
                    Frame::popup(ui.style()).inner_margin(24.0).show(ui, |ui| {
                        ui.heading("Drop it to open it");
                    });
                });
        }
    }

    pub(super) fn save_experiment(&mut self) {
        match self.files.current().map(Path::to_owned) {
            Some(_) if self.is_of_two() && !self.files.is_of_two() => {
                self.ask_for_file(Purpose::Save);
                self.inform("Both experiments are saved to one file: name it".to_owned());
            }
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
        self.adopt_weights();
        let pair = self.pair();
        let text = pair.named_beside(path).to_text();
        match write_file(path, true, Patience::None, |out| {
            out.write_all(text.as_bytes())
        }) {
            Ok(()) => {
                self.dialog = None;
                self.holds(path, pair);
                let what = match self.is_of_two() {
                    true => "Saved both experiments to",
                    false => "Saved",
                };
                self.inform(format!("{what} {}", shown_path(path)));
                self.touch();
            }
            Err(error) => self.refuse(error.to_string()),
        }
    }

    /// The file at `path` holds `pair`, which is what is in the window.
    pub(super) fn holds(&mut self, path: &Path, pair: Pair) {
        self.files.opened(path, pair);
        if let Some(second) = &mut self.second {
            second.file = self.files.open_file();
        }
    }

    /// Calls the window by the file that is open.
    pub(super) fn entitle(&mut self, ctx: &Context) {
        let title = self.files.title(self.bench.experiment(), || self.pair());
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
