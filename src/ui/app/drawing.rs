//! Drawing the window: its rows, its panel and its views.

use std::path::Path;
use std::sync::Arc;

use egui::{CentralPanel, Panel, Ui};

use super::super::action::Action;
use super::super::bench::Looking;
use super::super::beside::{self, BesideBar};
use super::super::compare_window;
use super::super::controls::{self, Controls};
use super::super::data_window;
use super::super::embedded_bar;
use super::super::glossary_window;
use super::super::help;
use super::super::lesson_panel;
use super::super::modules_window;
use super::super::numbers_window;
use super::super::status_bar::{self, Status};
use super::super::theme::theme_of;
use super::super::top_bar::{self, TopBar};
use super::ScopeApp;
use super::looking::place_beside;
use super::teaching::frame_the_view;
use crate::training::Update;

/// A window that is narrower than this, without a lesson, shows no controls at the left unless they are asked for.
const WIDE: f32 = 820.0;

/// Height of the row at the bottom, and of that of a presentation.
const STATUS: f32 = 30.0;
const LARGE_STATUS: f32 = 44.0;

impl ScopeApp {
    /// Draws everything but the dialog, and returns what was done in it.
    pub(super) fn draw(&mut self, ui: &mut Ui) -> Vec<Action> {
        let mut actions = Vec::new();
        self.fit_besides(ui);
        self.view.has_panel = self.is_panel_due(ui);
        if self.view.presentation.is_none() && self.view.embedded.is_none() {
            self.top_bar(ui, &mut actions);
            self.beside_bar(ui, &mut actions);
        }
        let Some(update) = self.bench.latest().cloned() else {
            CentralPanel::default().show(ui, |ui| {
                ui.centered_and_justified(|ui| ui.label("Drawing the network"));
            });
            return actions;
        };
        self.embedded_bar(ui, &update, &mut actions);
        self.status_bar(ui, &update, &mut actions);
        let has_audience = self.view.presentation.is_some();
        lesson_panel::show(ui, &self.tutor, has_audience, &mut actions);
        let has_no_panel = self.view.presentation.is_some() || self.view.embedded.is_some();
        if self.view.has_panel && !has_no_panel {
            self.panel(ui, &update, &mut actions);
        }
        self.middle(ui, &mut actions);
        if !actions
            .iter()
            .any(|action| matches!(action, Action::Grab(_)))
        {
            // No slider and no picture is held.
            actions.push(Action::Grab(None));
        }
        let mut open = self.view.help_open;
        help::window(ui.ctx(), &mut open, self.view.help_chapter, &mut actions);
        if open != self.view.help_open {
            actions.push(Action::ToggleHelp);
        }
        compare_window::show(ui.ctx(), self.bench.comparer(), &mut actions);
        let network = &self.bench.experiment().network;
        let is_of = |path: &Path| {
            network
                .weights
                .file()
                .is_some_and(|file| path == Path::new(file))
        };
        let present = self.modules.path().filter(|path| is_of(path));
        let present = present.map(|_| network.module.as_str());
        modules_window::show(ui.ctx(), &self.modules, present, &mut actions);
        let experiment = self.bench.experiment();
        data_window::show(ui.ctx(), self.bench.data(), experiment, &mut actions);
        numbers_window::show(ui.ctx(), &self.view.numbers, experiment, &mut actions);
        glossary_window::show(ui.ctx(), &self.view.glossary, &mut actions);
        actions
    }

    /// Whether the controls at the left are shown: as somebody wants it, or as there is room.
    fn is_panel_due(&self, ui: &Ui) -> bool {
        let lesson = self.tutor.open_walk().map_or(0.0, |_| lesson_panel::WIDTH);
        let room = ui.available_width() - lesson;
        self.view.panel.unwrap_or(room >= WIDE)
    }

    fn top_bar(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let bar = TopBar {
            snapshot: self.bench.snapshot().map(Arc::as_ref),
            experiment: self.bench.experiment(),
            running: self.is_running(),
            speed: self.speed,
            undo: self.bench.undo(),
            files: &self.files,
            tutor: &self.tutor,
            has_panel: self.view.has_panel,
            is_of_two: self.is_of_two(),
        };
        Panel::top("top").exact_size(40.0).show(ui, |ui| {
            top_bar::show(ui, &bar, actions);
        });
    }

    fn status_bar(&self, ui: &mut Ui, update: &Update, actions: &mut Vec<Action>) {
        // It stays until the program is started again.
        let gone = self.bench.gone().map(|gone| gone.to_string());
        let opening = self.opener.slow();
        let Some(scope) = self.bench.scope(self.looking()) else {
            return;
        };
        let status = Status {
            scope,
            running: self.is_running(),
            steps_per_second: update.steps_per_second,
            gone: gone.as_deref(),
            notice: self.notice.as_ref(),
            waiting: self.bench.is_waiting(),
            opening: opening.as_deref(),
            export: self.export_under_way(),
        };
        let height = if self.view.presentation.is_some() {
            LARGE_STATUS
        } else {
            STATUS
        };
        Panel::bottom("status").exact_size(height).show(ui, |ui| {
            status_bar::show(ui, &status, actions);
        });
    }

    /// The controls that a page has left, within which the window is.
    fn embedded_bar(&self, ui: &mut Ui, update: &Update, actions: &mut Vec<Action>) {
        let embedded = self.view.embedded.as_ref();
        let Some(embedded) = embedded.filter(|it| !it.is_empty()) else {
            return;
        };
        let controls = self.controls(update);
        let running = self.is_running();
        Panel::top("embedded")
            .exact_size(embedded_bar::HEIGHT)
            .show(ui, |ui| {
                embedded_bar::show(embedded, ui, running, &controls, actions)
            });
    }

    /// What the controls show.
    fn controls<'a>(&'a self, update: &'a Update) -> Controls<'a> {
        let is_past = update.snapshot.run.timeline.is_past;
        Controls {
            experiment: if is_past {
                &update.snapshot.moment.experiment
            } else {
                self.bench.experiment()
            },
            weights: self.bench.weights(update),
            snapshot: &update.snapshot,
            view: &self.view,
            asks_label: self.bench.asks_label() && !is_past,
            walk: self.walk_in_words(),
            alarm: self.bench.alarm(),
        }
    }

    fn panel(&self, ui: &mut Ui, update: &Update, actions: &mut Vec<Action>) {
        let is_past = update.snapshot.run.timeline.is_past;
        let controls = self.controls(update);
        Panel::left("controls")
            .resizable(true)
            .default_size(288.0)
            .size_range(250.0..=420.0)
            .show(ui, |ui| {
                // The past is looked at, not changed.
                ui.add_enabled_ui(!is_past, |ui| controls::show(ui, &controls, actions));
            });
    }

    fn middle(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let Self {
            workspace,
            tutor,
            view,
            bench,
            second,
            pictures,
            ..
        } = self;
        let looking = Looking {
            view,
            theme: theme_of(ui.visuals()),
            pictures,
            place: place_beside(view, second.as_ref()),
        };
        let second = second.as_ref().filter(|_| !view.one_at_a_time);
        let other = second.and_then(|second| second.scope(looking));
        let Some(scope) = bench.scope(looking) else {
            return;
        };
        let scope = scope.with(other.as_ref());
        CentralPanel::default().show(ui, |ui| {
            workspace.show(ui, view.presentation, &scope, actions);
            frame_the_view(ui, tutor, workspace);
        });
    }

    /// The row of two experiments.
    fn beside_bar(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let Some(second) = &self.second else {
            return;
        };
        let looking = self.looking();
        let (Some(scope), Some(other)) = (self.bench.scope(looking), second.scope(looking)) else {
            return;
        };
        let Some(said) = second.said(scope.snapshot) else {
            return;
        };
        let scope = scope.with(Some(&other));
        let bar = BesideBar {
            scope: &scope,
            experiments: [self.bench.experiment(), second.bench.experiment()],
            together: second.together,
            said: &said,
        };
        Panel::top("beside")
            .exact_size(beside::HEIGHT)
            .show(ui, |ui| beside::show(ui, &bar, actions));
    }
}
