//! The window's state: takes in what the worker publishes, carries out actions, and draws.

use std::sync::Arc;
use std::time::Duration;

use egui::{CentralPanel, Context, Panel, Ui};
use web_time::Instant;

use super::action::Action;
use super::controls::{self, Controls};
use super::gradient_checks::GradientChecks;
use super::memory::{Memory, MemoryFile};
use super::remembered::Remembered;
use super::scene::Scene;
use super::status_bar::{self, Notice, Status};
use super::theme::{self, Palette};
use super::top_bar::TopBar;
use super::undo::{Restored, State, Undo};
use super::view::View;
use super::view_state::{Measure, ViewState};
use super::workspace::Workspace;
use super::{asking, check_badge, fonts, help, keys, top_bar};
use crate::flow::PhaseMap;
use crate::tasks::{Corpus, Part, TaskKind};
use crate::training::{
    Analyst, CheckedExperiment, Command, Experiment, Finding, Findings, Question, Snapshot, Speed,
    Topic, Update, Wanted, Weight, WeightValues, Worker, WorkerGone, is_answered_without_asking,
};

/// What the window is called.
pub const WINDOW_TITLE: &str = "BPTT Scope";

/// How long something told stays in the status line.
const NOTICE_TIME: Duration = Duration::from_secs(8);

/// How often the progress of a long computation is drawn.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// What is said when something is asked for that the past cannot do.
const LOOKING_BACK: &str = "This is a past moment: continue from here, or go back to the present";

/// How long the worker may take until it is said that the screen waits for it.
const WAITING: Duration = Duration::from_millis(300);

/// A pace at which a person can follow.
const FIRST_SPEED: Speed = Speed::PerSecond(30.0);

/// The program's window.
pub struct ScopeApp {
    ctx: Context,
    worker: Worker,
    analyst: Analyst,
    findings: Findings,
    checks: GradientChecks,
    latest: Option<Update>,
    /// As last changed by hand; sent to the worker at every change.
    experiment: Experiment,
    speed: Speed,
    /// Updates older than this many commands belong to a run that has been left.
    stale_before: u64,
    /// Where weights were put by hand, until the worker has carried out that many commands.
    weights_put: Option<(WeightValues, u64)>,
    /// Where the weights of the present were last seen, also while the past is looked at.
    present_weights: Option<WeightValues>,
    /// The past moment last asked for, and how many commands had been sent with it.
    looked_at: Option<(Option<u64>, u64)>,
    /// The weight whose slider is held.
    grabbed: Option<Weight>,
    /// When the worker was asked for what it has not answered yet.
    asked_at: Option<Instant>,
    /// Whether training shall go on, until the worker has carried out that many commands.
    run_wanted: Option<(bool, u64)>,
    view: ViewState,
    workspace: Workspace,
    undo: Undo,
    /// What the next start shall find, unless nothing is remembered.
    remembered: Option<Remembered>,
    /// What the worker was last asked to put into snapshots besides what always is there.
    wanted: Wanted,
    notice: Option<Notice>,
    worker_gone: Option<WorkerGone>,
}

impl ScopeApp {
    /// Starts `experiment`, paused, in a window drawn by `ctx` that remembers nothing.
    ///
    /// # Errors
    /// What the system says if it gives no thread to train on.
    pub fn new(ctx: &Context, experiment: CheckedExperiment) -> std::io::Result<Self> {
        let memory = Memory {
            experiment: Experiment::clone(&experiment),
            ..Memory::default()
        };
        Self::with_memory(ctx, &memory, None)
    }

    /// Starts where `memory` says, in a window drawn by `ctx`, and writes to `file` what the next start
    /// shall find. An experiment that is out of range is replaced by the usual one.
    ///
    /// # Errors
    /// What the system says if it gives no thread to train on.
    pub fn with_memory(
        ctx: &Context,
        memory: &Memory,
        file: Option<MemoryFile>,
    ) -> std::io::Result<Self> {
        let experiment = memory.experiment.clone().check().unwrap_or_default();
        if let Some(dark) = memory.dark {
            theme::choose(ctx, dark);
        }
        ctx.set_zoom_factor(memory.zoom);
        fonts::install(ctx);
        theme::install(ctx);
        let waker = ctx.clone();
        let view = ViewState {
            time: super::time_axis::TimeAxis::new(experiment.task.length),
            direction: memory.direction,
            measure: memory.measure,
            phase_axis: memory.phase_axis,
            ..ViewState::default()
        };
        let copy = Experiment::clone(&experiment);
        let mut app = Self {
            ctx: ctx.clone(),
            analyst: Analyst::start({
                let waker = ctx.clone();
                move || waker.request_repaint()
            })?,
            findings: Findings::default(),
            checks: GradientChecks::default(),
            worker: Worker::start(experiment, move || waker.request_repaint())?,
            latest: None,
            experiment: copy,
            speed: FIRST_SPEED,
            stale_before: 0,
            weights_put: None,
            present_weights: None,
            looked_at: None,
            grabbed: None,
            asked_at: None,
            run_wanted: None,
            view,
            workspace: Workspace::new(&memory.arrangement),
            undo: Undo::default(),
            remembered: file.map(|file| Remembered::new(file, memory)),
            wanted: Wanted::default(),
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
                if !update.snapshot.timeline.is_past {
                    self.present_weights = Some(update.snapshot.weights);
                }
                self.latest = Some(update);
            }
            Ok(_) => {}
            Err(gone) => self.worker_gone = Some(gone),
        }
        self.remember(ctx);
        self.apply_all(
            ctx,
            keys::pressed(
                ctx,
                &self.view,
                self.workspace.enlarged(),
                self.latest.as_ref().map(|update| &*update.snapshot),
            ),
        );
        if let Some(notice) = &self.notice {
            let age = notice.since.elapsed();
            if age >= NOTICE_TIME {
                self.notice = None;
            } else {
                ctx.request_repaint_after(NOTICE_TIME - age);
            }
        }
    }

    /// Draws the window and carries out what was done in it.
    pub fn ui(&mut self, ui: &mut Ui) {
        self.findings = self.analyst.findings();
        if self.findings.is_broken() && self.worker_gone.is_none() {
            self.worker_gone = Some(WorkerGone);
        }
        self.view
            .hold_reaches(self.grabbed.is_some(), &self.state());
        self.view.checking_all = self.checks.is_checking_all(&self.findings);
        let mut actions = self.draw(ui);
        self.ask_for_what_is_drawn();
        if self.findings.is_busy() || !self.is_up_to_date() {
            // So that the progress is seen.
            ui.ctx().request_repaint_after(PROGRESS_INTERVAL);
        }
        let grabbed = self.grabbed;
        actions.retain(|action| *action != Action::Grab(grabbed));
        let ctx = ui.ctx().clone();
        if self.workspace.take_rearranged()
            && let Some(remembered) = &mut self.remembered
        {
            remembered.touch();
        }
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

    /// Whether everything that is drawn is of the moment that is shown: all that was asked of the worker
    /// is done, and all that the views want to know of the moment is known.
    pub fn is_settled(&self) -> bool {
        let Some(update) = &self.latest else {
            return false;
        };
        let snapshot = &update.snapshot;
        let timeline = &snapshot.timeline;
        let palette = Palette::of(&self.ctx.global_style().visuals);
        let scene = self.scene(update, &palette);
        let questions = asking::questions(self.workspace.drawn(), &scene)
            .chain([check_badge::question(snapshot)])
            .filter(|question| is_answered_without_asking(*question, snapshot));
        let answered = |question: Question| {
            let study = self.findings.study(question.topic());
            study.is_some_and(|study| study.is_of(question, snapshot))
        };
        self.is_up_to_date()
            && (!self.wanted.history || timeline.rows.len() == timeline.recorded.len())
            && questions.into_iter().all(answered)
    }

    /// What the views that are drawn want to know of the moment that is shown.
    pub fn questions(&self) -> Vec<Question> {
        let palette = Palette::of(&self.ctx.global_style().visuals);
        self.latest.as_ref().map_or_else(Vec::new, |update| {
            asking::questions(self.workspace.drawn(), &self.scene(update, &palette)).collect()
        })
    }

    /// Whether something is being computed beside training.
    pub fn is_computing(&self) -> bool {
        self.analyst.findings().is_busy()
    }

    /// The newest phase map, if there is one.
    pub fn phase_map(&self) -> Option<&PhaseMap> {
        match &self.findings.study(Topic::PhaseMap)?.finding {
            Finding::PhaseMap(map) => Some(map),
            _ => None,
        }
    }

    /// What is told in the status line.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_ref().map(|notice| notice.text.as_str())
    }

    /// What the views draw from.
    fn scene<'a>(&'a self, update: &'a Update, palette: &'a Palette) -> Scene<'a> {
        Scene {
            snapshot: &update.snapshot,
            findings: &self.findings,
            view: &self.view,
            palette,
        }
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
            if let Some(remembered) = &mut self.remembered {
                remembered.touch();
            }
        }
        self.undo.begin_frame();
        for action in actions {
            self.apply(ctx, action);
        }
    }

    /// Carries out one action: the only place where anything changes.
    pub fn apply(&mut self, ctx: &Context, action: Action) {
        match action {
            Action::Step | Action::ToggleRun | Action::Undo | Action::Redo if self.looks_back() => {
                self.inform(LOOKING_BACK.to_owned());
            }
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
                self.undo.finish();
                self.edit(next);
            }
            Action::Open(experiment) => self.open(*experiment),
            Action::Undo => {
                let restored = self.undo.undo();
                self.restore("Undone", restored);
            }
            Action::Redo => {
                let restored = self.undo.redo();
                self.restore("Done again", restored);
            }
            Action::LookAt(step) => {
                // A drag that rests asks again in every frame, and each time would cut short the answer.
                let asked = (step, self.worker.sent());
                if self.looked_at != Some(asked) {
                    self.send(Command::LookAt(step));
                    self.run_wanted = Some((false, self.worker.sent()));
                    self.looked_at = Some((step, self.worker.sent()));
                }
            }
            Action::ContinueFromHere => self.continue_from_here(),
            Action::SetSpeed(speed) => {
                self.speed = speed;
                self.send(Command::SetSpeed(speed));
            }
            Action::Edit(next) => self.edit(*next),
            Action::SetLength(length) => {
                let mut next = self.experiment.clone();
                next.task.length = length;
                self.edit(next);
            }
            Action::SetWeight(weight, value) => self.set_weight(weight, value),
            Action::Grab(weight) => {
                self.grabbed = weight;
                self.undo.finish();
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
            }
            Action::SetPhaseAxis(axis) => self.view.phase_axis = axis,
            Action::Study(question) => {
                if let Some(update) = &self.latest {
                    self.analyst.ask(question, &update.snapshot);
                    self.checks.asked_by_hand(question);
                }
            }
            Action::CancelStudy(topic) => self.analyst.cancel(topic),
            Action::Enlarge(view) => self.workspace.enlarge(view),
            Action::Reveal(view) => self.workspace.reveal(view),
            Action::Arrange(arrangement) => self.workspace = Workspace::new(&arrangement),
            Action::ToggleTheme => theme::choose(ctx, ctx.theme() != egui::Theme::Dark),
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
            let bar = TopBar {
                snapshot,
                running,
                speed: self.speed,
                undo: &self.undo,
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
        let scene = Scene {
            snapshot: &update.snapshot,
            findings: &self.findings,
            view: &self.view,
            palette: &palette,
        };
        let status = Status {
            scene,
            running,
            steps_per_second: update.steps_per_second,
            gone: gone.as_deref(),
            notice: self.notice.as_ref(),
            waiting: self.is_waiting(),
        };
        Panel::bottom("status").exact_size(30.0).show(ui, |ui| {
            status_bar::show(ui, &status, &mut actions);
        });
        let is_past = update.snapshot.timeline.is_past;
        let controls = Controls {
            experiment: if is_past {
                &update.snapshot.experiment
            } else {
                &self.experiment
            },
            weights: self.weights(update),
            snapshot: &update.snapshot,
            view: &self.view,
        };
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
            self.workspace.show(ui, &scene, &mut actions);
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
        help::window(&ctx, &mut open);
        if open != self.view.help_open {
            actions.push(Action::ToggleHelp);
        }
        actions
    }

    /// Writes what the next start shall find, a little after it has changed.
    fn remember(&mut self, ctx: &Context) {
        if let Some(remembered) = &mut self.remembered
            && let Some(due) = remembered.due_in()
        {
            if due.is_zero() {
                self.save(ctx, false);
            } else {
                ctx.request_repaint_after(due);
            }
        }
    }

    fn save(&mut self, ctx: &Context, surely: bool) {
        let memory = self.memory(ctx);
        if let Some(remembered) = &mut self.remembered
            && let Some(trouble) = remembered.save(memory, surely)
        {
            self.tell(trouble);
        }
    }

    /// What the next start shall find.
    fn memory(&self, ctx: &Context) -> Memory {
        let size = ctx.content_rect().size();
        Memory {
            experiment: self.experiment.clone(),
            arrangement: self.workspace.arrangement(),
            dark: Some(ctx.theme() == egui::Theme::Dark),
            zoom: ctx.zoom_factor(),
            size: (size * ctx.zoom_factor()).into(),
            direction: self.view.direction,
            measure: self.view.measure,
            phase_axis: self.view.phase_axis,
            ..Memory::default()
        }
    }

    /// Asks the worker for what the views that are drawn need, and for nothing else.
    fn ask_for_what_is_drawn(&mut self) {
        let drawn = self.workspace.drawn();
        let wanted = Wanted {
            product_norms: self.view.measure == Measure::Norm && drawn.contains(&View::Product),
            eigenvalues: drawn.contains(&View::Spectrum),
            triangle: drawn.contains(&View::Triangle),
            history: drawn.contains(&View::History),
        };
        if let Some(update) = &self.latest {
            let scene = Scene {
                snapshot: &update.snapshot,
                findings: &self.findings,
                view: &self.view,
                palette: &Palette::of(&self.ctx.global_style().visuals),
            };
            for question in asking::questions(drawn, &scene) {
                self.analyst.ask(question, &update.snapshot);
            }
            self.checks.go_on(&self.ctx, &self.analyst, &scene);
        }
        if wanted != self.wanted {
            self.wanted = wanted;
            self.send(Command::Want(wanted));
        }
    }

    /// Where the sliders of the weights stand: where they were just put, or where training has them.
    fn weights(&self, update: &Update) -> WeightValues {
        match self.weights_put {
            Some((put, at)) if update.commands_done < at => put,
            _ => update.snapshot.weights,
        }
    }

    fn set_weight(&mut self, weight: Weight, value: f64) {
        let before = self.state();
        let value = weight.limit().clamp(value);
        // In the experiment this one alone changes: the others are where a reset shall put them, not
        // where training has moved them.
        self.experiment.network.set_weight(weight, value);
        self.send(Command::SetWeight(weight, value));
        self.put_weights(&[(weight, value)]);
        self.note(before);
    }

    /// Shows weights where they were put until the worker has put them there.
    fn put_weights(&mut self, weights: &[(Weight, f64)]) {
        if let Some(update) = &self.latest {
            let mut put = self.weights(update);
            for &(weight, value) in weights {
                put = put.with(weight, value);
            }
            self.weights_put = Some((put, self.worker.sent()));
        }
    }

    fn edit(&mut self, mut next: Experiment) {
        let before = self.state();
        // Weights are set by their own action, which may have come in the same frame.
        next.network = next.network.with_weights_of(&self.experiment.network);
        match next.clone().check() {
            Ok(checked) => {
                let new_run = self.experiment.needs_new_run(&checked);
                self.experiment = next;
                self.send(Command::Change(Box::new(checked)));
                if new_run {
                    self.stale_before = self.worker.sent();
                }
                self.note(before);
            }
            Err(error) => self.tell(error.to_string()),
        }
    }

    /// A new run of `experiment`, weights and all.
    fn open(&mut self, experiment: Experiment) {
        let before = self.state();
        match experiment.clone().check() {
            Ok(checked) => {
                self.experiment = experiment;
                self.send(Command::Begin(Box::new(checked)));
                self.stale_before = self.worker.sent();
                self.run_wanted = Some((false, self.worker.sent()));
                self.undo.finish();
                self.note(before);
                self.undo.finish_run();
            }
            Err(error) => self.tell(error.to_string()),
        }
    }

    /// Makes the moment that is looked at the present, with the experiment as it was.
    fn continue_from_here(&mut self) {
        let Some(update) = self
            .latest
            .as_ref()
            .filter(|it| it.snapshot.timeline.is_past)
        else {
            return;
        };
        let then = Experiment::clone(&update.snapshot.experiment);
        let step = update.snapshot.step;
        let before = self.state();
        self.experiment = then;
        self.send(Command::ContinueFrom(step));
        self.note(before);
    }

    /// Goes back or forth to what `undo` or `redo` gave.
    fn restore(&mut self, done: &str, restored: Option<Restored>) {
        let Some(restored) = restored else {
            return;
        };
        // It was accepted before.
        let Ok(checked) = restored.experiment.clone().check() else {
            return;
        };
        if self.experiment.needs_new_run(&checked) {
            self.stale_before = self.worker.sent() + 1;
        }
        self.experiment = restored.experiment;
        if restored.new_run {
            self.send(Command::Begin(Box::new(checked)));
            self.stale_before = self.worker.sent();
        } else {
            self.send(Command::Restore(
                Box::new(checked),
                restored.weights.clone(),
            ));
            self.put_weights(&restored.weights);
        }
        self.inform(format!("{done}: {}", restored.what));
    }

    /// The experiment and where its weights are.
    fn state(&self) -> State {
        State {
            experiment: self.experiment.clone(),
            weights: match (&self.latest, self.present_weights) {
                (Some(update), _) if !update.snapshot.timeline.is_past => self.weights(update),
                (_, Some(weights)) => weights,
                (_, None) => self.experiment.network.weights(),
            },
        }
    }

    /// Notes a change that leads from `before` to now.
    fn note(&mut self, before: State) {
        let mut after = self.state();
        // The worker has not put them yet.
        for weight in Weight::ALL {
            let (old, new) = (&before.experiment.network, &after.experiment.network);
            if old.weight(weight) != new.weight(weight) {
                after.weights = after.weights.with(weight, new.weight(weight));
            }
        }
        self.undo.note(before, after, self.grabbed.is_some());
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

    /// Shows what went wrong in the status line for a while.
    pub fn tell(&mut self, text: String) {
        log::info!("{text}");
        self.notice = Some(Notice::new(text, true));
    }

    /// Shows what was done in the status line for a while.
    fn inform(&mut self, text: String) {
        self.notice = Some(Notice::new(text, false));
    }

    /// Whether the screen shows what was, because the worker has not answered for a while.
    fn is_waiting(&self) -> bool {
        self.asked_at
            .is_some_and(|asked| !self.is_up_to_date() && asked.elapsed() > WAITING)
    }

    /// Whether a past moment is on the screen.
    fn looks_back(&self) -> bool {
        self.latest
            .as_ref()
            .is_some_and(|update| update.snapshot.timeline.is_past)
    }

    fn send(&mut self, command: Command) {
        if self.is_up_to_date() {
            self.asked_at = Some(Instant::now());
        }
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

    fn on_exit(&mut self) {
        let ctx = self.ctx.clone();
        self.save(&ctx, true);
    }
}
