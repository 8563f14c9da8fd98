//! Drawing the window: its rows, its panel and its views.

use egui::{CentralPanel, Panel, Ui};

use super::super::action::Action;
use super::super::controls::{self, Controls};
use super::super::glossary_window;
use super::super::help;
use super::super::lesson_panel;
use super::super::scope::Scope;
use super::super::status_bar::{self, Status};
use super::super::theme::theme_of;
use super::super::top_bar::{self, TopBar};
use super::ScopeApp;
use super::teaching::frame_the_view;

impl ScopeApp {
    /// Draws everything but the dialog, and returns what was done in it.
    pub(super) fn draw(&mut self, ui: &mut Ui) -> Vec<Action> {
        let mut actions = Vec::new();
        let theme = theme_of(ui.visuals());
        let latest = self.latest.as_ref();
        let snapshot = latest.map(|update| update.snapshot.as_ref());
        let running = self.is_running();
        Panel::top("top").exact_size(40.0).show(ui, |ui| {
            let bar = TopBar {
                snapshot,
                experiment: &self.experiment,
                running,
                speed: self.speed,
                undo: &self.undo,
                files: &self.files,
                tutor: &self.tutor,
            };
            top_bar::show(ui, &bar, &mut actions);
        });
        let Some(update) = latest else {
            CentralPanel::default().show(ui, |ui| {
                ui.centered_and_justified(|ui| ui.label("Drawing the network"));
            });
            return actions;
        };
        // It stays until the program is started again.
        let gone = self.worker_gone.map(|gone| gone.to_string());
        let opening = self.opener.slow();
        let scope = Scope {
            snapshot: &update.snapshot,
            findings: &self.findings,
            view: &self.view,
            theme,
            pictures: &self.pictures,
        };
        let status = Status {
            scope,
            running,
            steps_per_second: update.steps_per_second,
            gone: gone.as_deref(),
            notice: self.notice.as_ref(),
            waiting: self.is_waiting(),
            opening: opening.as_deref(),
            export: self.export_under_way(),
        };
        Panel::bottom("status").exact_size(30.0).show(ui, |ui| {
            status_bar::show(ui, &status, &mut actions);
        });
        let is_past = update.snapshot.run.timeline.is_past;
        let controls = Controls {
            experiment: if is_past {
                &update.snapshot.moment.experiment
            } else {
                &self.experiment
            },
            weights: self.weights(update),
            snapshot: &update.snapshot,
            view: &self.view,
            asks_label: self.asks_label && !is_past,
        };
        lesson_panel::show(ui, &self.tutor, &mut actions);
        Panel::left("controls")
            .resizable(true)
            .default_size(288.0)
            .size_range(250.0..=420.0)
            .show(ui, |ui| {
                // The past is looked at, not changed.
                ui.add_enabled_ui(!is_past, |ui| {
                    controls::show(ui, &controls, &mut actions);
                });
            });
        CentralPanel::default().show(ui, |ui| {
            self.workspace.show(ui, &scope, &mut actions);
            frame_the_view(ui, &self.tutor, &self.workspace);
        });
        let ctx = ui.ctx().clone();
        if !actions
            .iter()
            .any(|action| matches!(action, Action::Grab(_)))
        {
            // No slider and no picture is held.
            actions.push(Action::Grab(None));
        }
        let mut open = self.view.help_open;
        help::window(&ctx, &mut open, &mut actions);
        if open != self.view.help_open {
            actions.push(Action::ToggleHelp);
        }
        glossary_window::show(&ctx, &self.view.glossary, &mut actions);
        actions
    }
}
