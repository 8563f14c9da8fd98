//! The window's state: takes in what the worker publishes, carries out actions, and draws.
//!
//! `applying` carries out actions, `editing` those that change the experiment; `looking` asks for what is
//! drawn, `drawing` draws it, and `remembering` keeps it for the next start.

mod applying;
mod besides;
mod drawing;
mod editing;
mod exporting;
mod filing;
mod linking;
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

use super::action::Action;
use super::bench::Bench;
use super::exports::{Export, Exporter};
use super::files::{Files, Opener, PathDialog};
use super::memory::Memory;
use super::memory_file::MemoryFile;
use super::modules::Modules;
use super::remembered::Remembered;
use super::scope::Pictures;
use super::screen::{Screen, WINDOW_TITLE};
use super::second::Second;
use super::status_bar::Notice;
use super::theme;
use super::tutor::Tutor;
use super::view_state::ViewState;
use super::workspace::Workspace;
use super::{background, focus, fonts, keys, lesson_panel};
use crate::export::{Watch, bring_files};
use crate::training::{CheckedExperiment, Experiment, Snapshot, Speed};

/// How long something told stays in the status line.
const NOTICE_TIME: Duration = Duration::from_secs(8);

/// How often the progress of a long computation is drawn.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// How long training takes of a frame, where there is no thread for it: the rest of it is between two frames.
const SLICE: Duration = Duration::from_millis(1);

/// A pace at which a person can follow.
const FIRST_SPEED: Speed = Speed::PerSecond(30.0);

/// The program's window.
pub struct ScopeApp {
    ctx: Context,
    bench: Bench,
    /// Another one beside it, if there is one.
    second: Option<Second>,
    /// The one that was taken away, to be brought back.
    put_away: Option<Second>,
    /// The one that was beside the experiment before a lesson.
    before_lesson: Option<Second>,
    /// Of two that both run, which is taken in next.
    is_turn_of_other: bool,
    speed: Speed,
    screen: Screen,
    view: ViewState,
    workspace: Workspace,
    pictures: Pictures,
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
    /// The modules of a model, of which one is chosen.
    modules: Modules,
    exporter: Exporter,
    /// What is to be exported as soon as everything it needs is there.
    export_asked: Option<(Export, PathBuf)>,
    /// Where a link has the cursor, on an axis that is so long.
    cursor_due: Option<(usize, usize)>,
    /// The page that links lead to, if it is known.
    page: Option<String>,
    /// What the window was last called.
    title: String,
    /// What the next start shall find, unless nothing is remembered.
    remembered: Option<Remembered>,
    /// The experiment that was remembered and cannot be shown, because a file of it is gone: it is remembered still, until
    /// there is something else to remember.
    waiting: Option<Experiment>,
    notice: Option<Notice>,
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
        let view = ViewState {
            time: super::time_axis::TimeAxis::new(experiment.task.length),
            direction: memory.direction,
            measure: memory.measure,
            phase_axis: memory.phase_axis,
            alignment: memory.alignment,
            panel: memory.panel,
            ..ViewState::default()
        };
        // Where nothing is remembered, it would be offered every time.
        let offers = !memory.lessons_offered && file.as_ref().is_some_and(|it| !it.is_left_alone());
        let mut app = Self {
            ctx: ctx.clone(),
            bench: Bench::new(ctx, experiment)?,
            second: None,
            put_away: None,
            before_lesson: None,
            is_turn_of_other: false,
            speed: FIRST_SPEED,
            screen: Screen::new(memory),
            view,
            workspace: Workspace::new(&memory.arrangement),
            pictures: Pictures::default(),
            files: Files::remembered(&memory.recent, memory.folder.as_deref()),
            dialog: None,
            opener: Opener::default(),
            reopener: Opener::default(),
            lesson_reopener: (Opener::default(), 1),
            tutor: Tutor::new(memory.lesson.as_ref(), offers),
            opening_waits: false,
            modules: Modules::default(),
            exporter: Exporter::default(),
            export_asked: None,
            cursor_due: None,
            page: None,
            title: WINDOW_TITLE.to_owned(),
            remembered: file.map(|file| Remembered::new(file, memory)),
            waiting,
            notice: None,
        };
        if let Some(file) = &memory.file {
            app.begin_reopening(file.as_ref());
        }
        if let Some(lesson) = &memory.lesson {
            app.begin_reopening_lesson(lesson);
        }
        let beside = memory.beside.clone().map(|beside| {
            let brought = beside.check();
            brought.and_then(|it| bring_files(it, None, &Watch::default()))
        });
        let beside_trouble = match beside {
            Some(Ok(brought)) => {
                app.begin_other(brought.experiment.into());
                brought.notice
            }
            Some(Err(error)) => Some(format!("There is no second experiment: {error}")),
            None => None,
        };
        if let Some(trouble) = trouble.or(beside_trouble) {
            app.tell(trouble);
        }
        app.screen.fit(ctx);
        app.bench.set_speed(FIRST_SPEED);
        Ok(app)
    }

    /// Takes in what the worker has published and carries out what the keyboard asks for. Draws
    /// nothing.
    pub fn logic(&mut self, ctx: &Context) {
        self.go_on_training(ctx);
        self.take_updates(ctx);
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
                    self.bench.comparer().is_open(),
                    self.bench.data().is_open(),
                    self.modules.path().is_some(),
                ),
                self.bench.snapshot().map(Arc::as_ref),
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

    /// Where there are no threads, trains within the frame, and does what waits for its end.
    fn go_on_training(&mut self, ctx: &Context) {
        if background::do_next() {
            ctx.request_repaint();
        }
        if let Some(wait) = self.train(SLICE) {
            ctx.request_repaint_after(wait);
        }
    }

    /// Where there are no threads, trains for about so long, and finds out what was asked; how long until there is more to
    /// do, if ever. A frame has a little of it: whoever has time between two frames calls it then.
    pub fn train(&mut self, slice: Duration) -> Option<Duration> {
        let slice = if self.is_of_two() { slice / 2 } else { slice };
        let second = self.second.as_mut().map(|second| &mut second.bench);
        let benches = std::iter::once(&mut self.bench).chain(second);
        benches.filter_map(|bench| bench.go_on(slice)).min()
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
        self.bench.take_findings();
        if let Some(second) = &mut self.second {
            second.bench.take_findings();
        }
        let bench = &self.bench;
        let (chosen, now) = (
            bench.experiment().network.weights(),
            bench.present_weights(),
        );
        self.view
            .hold_reaches(bench.grabbed().is_some(), chosen, now);
        let stays = bench.is_running() || bench.looks_back();
        if let Some(snapshot) = bench.snapshot().filter(|_| !stays) {
            let second = self.second.as_ref();
            let other = second.and_then(|second| second.bench.snapshot());
            self.view.fit_colours(snapshot, other.map(Arc::as_ref));
        }
        self.view.checking_all = bench.is_checking_all();
        let mut actions = self.draw(ui);
        self.draw_dialog(ui.ctx(), &mut actions);
        focus::ring(ui.ctx());
        self.pictures.forget_unused();
        if let Some(second) = &self.second {
            second.pictures.forget_unused();
        }
        self.ask_for_what_is_drawn();
        let second = self.second.as_ref();
        let is_other_busy = second.is_some_and(|second| second.bench.is_busy());
        if self.bench.is_busy() || is_other_busy || self.exporter.is_busy() {
            // So that the progress is seen.
            ui.ctx().request_repaint_after(PROGRESS_INTERVAL);
        }
        let grabbed = self.bench.grabbed();
        actions.retain(|action| *action != Action::Grab(grabbed));
        self.let_go_of_other(&mut actions);
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

    /// The window goes: gives up what is being exported, and saves what it remembers.
    pub fn leave(&mut self) {
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

    /// The moment on screen, once there is one.
    pub fn snapshot(&self) -> Option<&Arc<Snapshot>> {
        self.bench.snapshot()
    }

    /// Whether training goes on: as the worker says, or as was just asked of it.
    pub fn is_running(&self) -> bool {
        self.bench.is_running()
    }

    /// Whether the worker has carried out everything that was asked of it; of two experiments both.
    pub fn is_up_to_date(&self) -> bool {
        let second = self.second.as_ref();
        self.bench.is_up_to_date() && second.is_none_or(|second| second.bench.is_up_to_date())
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
        self.bench.experiment()
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

    #[cfg(any(windows, target_os = "macos"))]
    fn on_exit(&mut self) {
        self.leave();
    }

    #[cfg(not(any(windows, target_os = "macos")))]
    fn on_exit(&mut self, _: Option<&eframe::glow::Context>) {
        self.leave();
    }
}
