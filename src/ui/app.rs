//! The window's state: takes in what the worker publishes, carries out actions, and draws.

use std::sync::Arc;
use std::time::Duration;

use egui::{CentralPanel, Context, Panel, ThemePreference, Ui};
use web_time::Instant;

use super::action::Action;
use super::controls::{self, Controls};
use super::status_bar::{self, Status};
use super::theme::{self, Palette};
use super::view_state::{Measure, ViewState};
use super::{bands, fonts, help, keys, top_bar};
use crate::tasks::{Corpus, Part, TaskKind};
use crate::training::{
    CheckedExperiment, Command, Experiment, Snapshot, Speed, Update, Weight, WeightValues, Worker,
    WorkerGone,
};

/// What the window is called.
pub const WINDOW_TITLE: &str = "BPTT Scope";

/// How long something told stays in the status line.
const NOTICE_TIME: Duration = Duration::from_secs(8);

/// A pace at which a person can follow.
const FIRST_SPEED: Speed = Speed::PerSecond(30.0);

/// The program's window.
pub struct ScopeApp {
    worker: Worker,
    latest: Option<Update>,
    /// As last changed by hand; sent to the worker at every change.
    experiment: Experiment,
    speed: Speed,
    /// Updates older than this many commands belong to a run that has been left.
    stale_before: u64,
    /// Where weights were put by hand, until the worker has carried out that many commands.
    weights_put: Option<(WeightValues, u64)>,
    /// The weight whose slider is held.
    grabbed: Option<Weight>,
    /// Whether training shall go on, until the worker has carried out that many commands.
    run_wanted: Option<(bool, u64)>,
    view: ViewState,
    notice: Option<(String, Instant)>,
    worker_gone: Option<WorkerGone>,
}

impl ScopeApp {
    /// Starts `experiment`, paused, in a window drawn by `ctx`.
    ///
    /// # Errors
    /// What the system says if it gives no thread to train on.
    pub fn new(ctx: &Context, experiment: CheckedExperiment) -> std::io::Result<Self> {
        fonts::install(ctx);
        theme::install(ctx);
        let waker = ctx.clone();
        let view = ViewState {
            time: super::time_axis::TimeAxis::new(experiment.task.length),
            ..ViewState::default()
        };
        let copy = Experiment::clone(&experiment);
        let mut app = Self {
            worker: Worker::start(experiment, move || waker.request_repaint())?,
            latest: None,
            experiment: copy,
            speed: FIRST_SPEED,
            stale_before: 0,
            weights_put: None,
            grabbed: None,
            run_wanted: None,
            view,
            notice: None,
            worker_gone: None,
        };
        app.send(Command::SetSpeed(FIRST_SPEED));
        Ok(app)
    }

    /// Takes in what the worker has published and carries out what the keyboard asks for. Draws
    /// nothing.
    pub fn logic(&mut self, ctx: &Context) {
        match self.worker.latest() {
            Ok(Some(update)) if update.commands_done >= self.stale_before => {
                self.view.time.set_length(update.snapshot.len());
                self.latest = Some(update);
            }
            Ok(_) => {}
            Err(gone) => self.worker_gone = Some(gone),
        }
        self.apply_all(ctx, keys::pressed(ctx, &self.view));
        if let Some((_, since)) = &self.notice {
            let age = since.elapsed();
            if age >= NOTICE_TIME {
                self.notice = None;
            } else {
                ctx.request_repaint_after(NOTICE_TIME - age);
            }
        }
    }

    /// Draws the window and carries out what was done in it.
    pub fn ui(&mut self, ui: &mut Ui) {
        let mut actions = self.draw(ui);
        let grabbed = self.grabbed;
        actions.retain(|action| *action != Action::Grab(grabbed));
        let ctx = ui.ctx().clone();
        if !actions.is_empty() {
            // What an action changed is drawn in the next frame.
            ctx.request_repaint();
        }
        self.apply_all(&ctx, actions);
    }

    /// The moment on screen, once there is one.
    pub fn snapshot(&self) -> Option<&Arc<Snapshot>> {
        self.latest.as_ref().map(|update| &update.snapshot)
    }

    /// Whether training goes on: as the worker says, or as was just asked of it.
    pub fn is_running(&self) -> bool {
        if self.worker_gone.is_some() {
            return false;
        }
        let done = self
            .latest
            .as_ref()
            .map_or(0, |update| update.commands_done);
        match self.run_wanted {
            Some((wanted, at)) if done < at => wanted,
            _ => self.latest.as_ref().is_some_and(|update| update.running),
        }
    }

    /// Whether the worker has carried out everything that was asked of it.
    pub fn is_up_to_date(&self) -> bool {
        self.latest
            .as_ref()
            .is_some_and(|update| update.commands_done == self.worker.sent())
    }

    /// What is looked at.
    pub fn view(&self) -> &ViewState {
        &self.view
    }

    /// The experiment as last changed by hand.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// Carries out what was done in one frame. Whatever is done answers what was told before.
    fn apply_all(&mut self, ctx: &Context, actions: Vec<Action>) {
        let passing = |action: &Action| matches!(action, Action::SetCursor(_) | Action::Grab(_));
        if !actions.iter().all(passing) {
            self.notice = None;
        }
        for action in actions {
            self.apply(ctx, action);
        }
    }

    /// Carries out one action: the only place where anything changes.
    pub fn apply(&mut self, ctx: &Context, action: Action) {
        match action {
            Action::Step => self.send(Command::Step),
            Action::ToggleRun => {
                let run = !self.is_running();
                self.send(if run { Command::Run } else { Command::Pause });
                self.run_wanted = Some((run, self.worker.sent()));
            }
            Action::Reset => {
                self.send(Command::Reset);
                self.stale_before = self.worker.sent();
                self.run_wanted = Some((false, self.worker.sent()));
            }
            Action::NewSeed => {
                let mut next = self.experiment.clone();
                next.seed = next.seed.wrapping_add(1);
                self.edit(next);
            }
            Action::SetSpeed(speed) => {
                self.speed = speed;
                self.send(Command::SetSpeed(speed));
            }
            Action::Edit(next) => self.edit(*next),
            Action::SetWeight(weight, value) => self.set_weight(weight, value),
            Action::Grab(weight) => {
                self.grabbed = weight;
                self.send(Command::Grab(weight));
            }
            Action::NextExample => self.next_example(),
            Action::SetCursor(t) => self.view.time.set_cursor(t),
            Action::MoveCursor(by) => self.view.time.move_cursor(by),
            Action::Zoom { factor, around } => self.view.time.zoom(factor, around),
            Action::Pan(by) => self.view.time.pan(by),
            Action::ShowAll => self.view.time.show_all(),
            Action::SetDirection(direction) => self.view.direction = direction,
            Action::SetMeasure(measure) => {
                self.view.measure = measure;
                self.send(Command::WantProductNorms(measure == Measure::Norm));
            }
            Action::ToggleTheme => {
                let dark = ctx.theme() == egui::Theme::Dark;
                ctx.set_theme(if dark {
                    ThemePreference::Light
                } else {
                    ThemePreference::Dark
                });
            }
            Action::ToggleHelp => self.view.help_open = !self.view.help_open,
            Action::Tell(text) => self.tell(text),
        }
    }

    fn draw(&mut self, ui: &mut Ui) -> Vec<Action> {
        let mut actions = Vec::new();
        let palette = Palette::of(ui.visuals());
        let latest = self.latest.as_ref();
        let snapshot = latest.map(|update| update.snapshot.as_ref());
        let running = self.is_running();
        Panel::top("top").exact_size(40.0).show(ui, |ui| {
            top_bar::show(ui, snapshot, (running, self.speed), &mut actions);
        });
        let Some(update) = latest else {
            CentralPanel::default().show(ui, |ui| {
                ui.centered_and_justified(|ui| ui.label("Drawing the network"));
            });
            return actions;
        };
        // It stays until the program is started again.
        let gone = self.worker_gone.map(|gone| gone.to_string());
        let passing = self.notice.as_ref().map(|(text, _)| text.as_str());
        let status = Status {
            snapshot: &update.snapshot,
            running,
            steps_per_second: update.steps_per_second,
            notice: gone.as_deref().or(passing),
        };
        Panel::bottom("status").exact_size(30.0).show(ui, |ui| {
            status_bar::show(ui, &status, &palette, &mut actions);
        });
        let controls = Controls {
            experiment: &self.experiment,
            weights: self.weights(update),
            snapshot: &update.snapshot,
        };
        Panel::left("controls")
            .resizable(true)
            .default_size(288.0)
            .size_range(250.0..=420.0)
            .show(ui, |ui| controls::show(ui, &controls, &mut actions));
        CentralPanel::default().show(ui, |ui| {
            bands::show(ui, &update.snapshot, &self.view, &palette, &mut actions);
        });
        let ctx = ui.ctx().clone();
        let mut open = self.view.help_open;
        help::window(&ctx, &mut open);
        if open != self.view.help_open {
            actions.push(Action::ToggleHelp);
        }
        actions
    }

    /// Where the sliders of the weights stand: where they were just put, or where training has them.
    fn weights(&self, update: &Update) -> WeightValues {
        match self.weights_put {
            Some((put, at)) if update.commands_done < at => put,
            _ => update.snapshot.weights,
        }
    }

    fn set_weight(&mut self, weight: Weight, value: f64) {
        // In the experiment this one alone changes: the others are where a reset shall put them, not
        // where training has moved them.
        self.experiment.network.set_weight(weight, value);
        self.send(Command::SetWeight(weight, value));
        if let Some(update) = &self.latest {
            let put = self.weights(update).with(weight, value);
            self.weights_put = Some((put, self.worker.sent()));
        }
    }

    fn edit(&mut self, mut next: Experiment) {
        // Weights are set by their own action, which may have come in the same frame.
        let now = &self.experiment.network;
        (next.network.w_i, next.network.w_h, next.network.w_o) = (now.w_i, now.w_h, now.w_o);
        match next.clone().check() {
            Ok(checked) => {
                let new_run = self.experiment.needs_new_run(&checked);
                self.experiment = next;
                self.send(Command::Change(Box::new(checked)));
                if new_run {
                    self.stale_before = self.worker.sent();
                }
            }
            Err(error) => self.tell(error.to_string()),
        }
    }

    /// The next held-out example: after a sentence of the corpus the next one, after one that was typed
    /// the first.
    fn next_example(&mut self) {
        let mut next = self.experiment.clone();
        if next.task.kind == TaskKind::Sentiment {
            let examples = Corpus::bundled().part(Part::HeldOut);
            let current = examples
                .iter()
                .position(|example| example.text == next.probe.text);
            let index = current.map_or(0, |index| (index + 1) % examples.len());
            next.probe.text.clone_from(&examples[index].text);
            next.probe.positive = examples[index].positive;
        } else {
            next.probe.index += 1;
        }
        self.edit(next);
    }

    fn tell(&mut self, text: String) {
        log::info!("{text}");
        self.notice = Some((text, Instant::now()));
    }

    fn send(&mut self, command: Command) {
        if let Err(gone) = self.worker.send(command) {
            self.worker_gone = Some(gone);
        }
    }
}

impl eframe::App for ScopeApp {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        Self::logic(self, ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        Self::ui(self, ui);
    }
}
