//! The window's state: takes in what the worker publishes, carries out actions, and draws.
//!
//! `applying` carries out actions, `editing` those that change the experiment; `looking` asks for what is
//! drawn, `drawing` draws it, and `remembering` keeps it for the next start.

mod applying;
mod drawing;
mod editing;
mod exporting;
mod filing;
mod looking;
mod opening;
mod remembering;
mod teaching;
mod walking;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use egui::{Context, Ui};
use web_time::Instant;

use super::action::Action;
use super::comparer::Comparer;
use super::data::DataReader;
use super::exports::{Export, Exporter};
use super::files::{Files, Opener, PathDialog};
use super::gradient_checks::GradientChecks;
use super::memory::Memory;
use super::memory_file::MemoryFile;
use super::modules::Modules;
use super::remembered::Remembered;
use super::scope::Pictures;
use super::screen::{Screen, WINDOW_TITLE};
use super::status_bar::Notice;
use super::theme;
use super::tutor::Tutor;
use super::undo::Undo;
use super::view_state::ViewState;
use super::workspace::Workspace;
use super::{focus, fonts, keys, lesson_panel};
use crate::export::{Watch, bring_files};
use crate::training::{
    Analyst, CheckedExperiment, Command, Experiment, Findings, RunNumber, Snapshot, Speed, Update,
    Wanted, Weight, WeightValues, Worker, WorkerGone,
};

/// How long something told stays in the status line.
const NOTICE_TIME: Duration = Duration::from_secs(8);

/// How often the progress of a long computation is drawn.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

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
    /// Its sentence was changed by hand, and nobody has said yet whether it is positive.
    asks_label: bool,
    /// The run that it belongs to, and the last that was begun.
    run: RunNumber,
    newest_run: RunNumber,
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
    screen: Screen,
    view: ViewState,
    workspace: Workspace,
    pictures: Pictures,
    undo: Undo,
    files: Files,
    /// The dialog that asks for a file, while it is open.
    dialog: Option<PathDialog>,
    opener: Opener,
    /// Looks into the file that was open the last time.
    reopener: Opener,
    /// Looks into the file of the lesson that was open the last time, at this step from 1.
    lesson_reopener: (Opener, usize),
    tutor: Tutor,
    /// What is being opened was asked for before the dialog, and waits until that is closed.
    opening_waits: bool,
    /// One's own gradient beside the right one.
    comparer: Comparer,
    /// The modules of a model, of which one is chosen.
    modules: Modules,
    /// One's own sequences, while they are read.
    data: DataReader,
    exporter: Exporter,
    /// What is to be exported as soon as everything it needs is there.
    export_asked: Option<(Export, PathBuf)>,
    /// What the window was last called.
    title: String,
    /// What the next start shall find, unless nothing is remembered.
    remembered: Option<Remembered>,
    /// The experiment that was remembered and cannot be shown, because a file of it is gone: it is remembered still, until
    /// there is something else to remember.
    waiting: Option<Experiment>,
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
        let remembered = memory.experiment.clone().check();
        let remembered = remembered.and_then(|it| bring_files(it, None, &Watch::default()));
        // Its model may be gone meanwhile.
        let (experiment, trouble) = match remembered {
            Ok(brought) => (brought.experiment, brought.notice),
            Err(error) => (CheckedExperiment::default(), Some(error.to_string())),
        };
        let is_replaced = trouble.is_some() && *experiment == Experiment::default();
        let waiting = is_replaced.then(|| memory.experiment.clone());
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
            panel: memory.panel,
            ..ViewState::default()
        };
        let copy = Experiment::clone(&experiment);
        // Where nothing is remembered, it would be offered every time.
        let offers = !memory.lessons_offered && file.as_ref().is_some_and(|it| !it.is_left_alone());
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
            asks_label: false,
            run: RunNumber::default(),
            newest_run: RunNumber::default(),
            speed: FIRST_SPEED,
            stale_before: 0,
            weights_put: None,
            present_weights: None,
            looked_at: None,
            grabbed: None,
            asked_at: None,
            run_wanted: None,
            screen: Screen::new(memory),
            view,
            workspace: Workspace::new(&memory.arrangement),
            pictures: Pictures::default(),
            undo: Undo::default(),
            files: Files::remembered(&memory.recent, memory.folder.as_deref()),
            dialog: None,
            opener: Opener::default(),
            reopener: Opener::default(),
            lesson_reopener: (Opener::default(), 1),
            tutor: Tutor::new(memory.lesson.as_ref(), offers),
            opening_waits: false,
            comparer: Comparer::default(),
            data: DataReader::default(),
            modules: Modules::default(),
            exporter: Exporter::default(),
            export_asked: None,
            title: WINDOW_TITLE.to_owned(),
            remembered: file.map(|file| Remembered::new(file, memory)),
            waiting,
            wanted: Wanted::default(),
            notice: None,
            worker_gone: None,
        };
        if let Some(file) = &memory.file {
            app.begin_reopening(file.as_ref());
        }
        if let Some(lesson) = &memory.lesson {
            app.begin_reopening_lesson(lesson);
        }
        if let Some(trouble) = trouble {
            app.tell(trouble);
        }
        app.screen.fit(ctx);
        app.send(Command::SetSpeed(FIRST_SPEED));
        Ok(app)
    }

    /// Takes in what the worker has published and carries out what the keyboard asks for. Draws
    /// nothing.
    pub fn logic(&mut self, ctx: &Context) {
        match self.worker.latest() {
            Ok(Some(update)) if update.commands_done >= self.stale_before => {
                self.view.time.set_length(update.snapshot.len());
                if !update.snapshot.run.timeline.is_past {
                    self.present_weights = Some(update.snapshot.moment.weights);
                }
                self.latest = Some(update);
            }
            Ok(_) => {}
            Err(gone) => self.worker_gone = Some(gone),
        }
        self.go_on_playing(ctx);
        match &mut self.view.presentation {
            Some(presentation) => presentation.fit(ctx),
            None => self.screen.fit(ctx),
        }
        self.remember(ctx);
        self.entitle(ctx);
        self.take_dropped(ctx);
        self.go_on_opening(ctx);
        self.go_on_exporting(ctx);
        self.go_on_comparing(ctx);
        self.go_on_reading(ctx);
        self.go_on_walking();
        if self.modules.go_on() {
            ctx.request_repaint_after(PROGRESS_INTERVAL);
        }
        self.notice_task();
        let mut pressed = if self.dialog.is_some() {
            Vec::new()
        } else {
            keys::pressed(
                ctx,
                &self.view,
                self.workspace.enlarged(),
                self.opener.slow().is_some(),
                (
                    self.comparer.is_open(),
                    self.data.is_open(),
                    self.modules.path().is_some(),
                ),
                self.latest.as_ref().map(|update| &*update.snapshot),
            )
        };
        if self.dialog.is_none() {
            pressed.extend(lesson_panel::pressed(ctx, &self.tutor));
        }
        self.apply_all(ctx, pressed);
        if let Some(notice) = &self.notice {
            let age = notice.since.elapsed();
            if age >= NOTICE_TIME {
                self.notice = None;
            } else {
                ctx.request_repaint_after(NOTICE_TIME - age);
            }
        }
    }

    /// Moves a pass that is played to the time of this frame, and the cursor to where it has come.
    fn go_on_playing(&mut self, ctx: &Context) {
        let (now, length) = (ctx.input(|input| input.time), self.view.time.length());
        let is_there = self.view.player.is_there();
        if let Some(t) = self.view.player.advance(now, length) {
            self.view.time.go_to(t);
        }
        if is_there && self.view.player.is_moving(length) {
            ctx.request_repaint();
        }
    }

    /// Draws the window and carries out what was done in it.
    pub fn ui(&mut self, ui: &mut Ui) {
        self.findings = self.analyst.findings();
        if self.findings.is_broken() && self.worker_gone.is_none() {
            self.worker_gone = Some(WorkerGone);
        }
        let (chosen, now) = (self.experiment.network.weights(), self.present_weights());
        self.view.hold_reaches(self.grabbed.is_some(), chosen, now);
        let stays = self.is_running() || self.looks_back();
        if let Some(update) = self.latest.as_ref().filter(|_| !stays) {
            self.view.fit_colours(&update.snapshot);
        }
        self.view.checking_all = self.checks.is_checking_all(&self.findings);
        let mut actions = self.draw(ui);
        self.draw_dialog(ui.ctx(), &mut actions);
        focus::ring(ui.ctx());
        self.pictures.forget_unused();
        self.ask_for_what_is_drawn();
        let waits = self.worker_gone.is_none() && !self.is_up_to_date();
        if self.findings.is_busy() || self.exporter.is_busy() || waits {
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

    /// What is told in the status line.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_ref().map(|notice| notice.text.as_str())
    }

    /// What is looked at.
    pub fn view(&self) -> &ViewState {
        &self.view
    }

    /// The experiment as last changed by hand.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// Where the sliders of the weights stand: where they were just put, or where training has them.
    fn weights(&self, update: &Update) -> WeightValues {
        match self.weights_put {
            Some((put, at)) if update.commands_done < at => put,
            _ => update.snapshot.moment.weights,
        }
    }

    /// Shows what went wrong in the status line for a while.
    pub fn tell(&mut self, text: String) {
        let notice = Notice::new(&text, true);
        log::info!("{}", notice.text);
        self.notice = Some(notice);
    }

    /// Shows what was done in the status line for a while.
    fn inform(&mut self, text: String) {
        self.notice = Some(Notice::new(&text, false));
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
            .is_some_and(|update| update.snapshot.run.timeline.is_past)
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
    fn raw_input_hook(&mut self, ctx: &Context, raw_input: &mut egui::RawInput) {
        raw_input.max_texture_side = Some(fonts::atlas_side(ctx.pixels_per_point()));
    }

    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        Self::logic(self, ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        Self::ui(self, ui);
    }

    fn on_exit(&mut self) {
        // Before the worker ends, and with it what an export is waiting for.
        self.exporter.cancel();
        if let Some(trouble) = self.save_in_the_end() {
            // The status line is gone; whoever started the window may see this.
            let _ = writeln!(
                std::io::stderr(),
                "bptt-scope: what the window remembers {trouble}"
            );
        }
    }
}
