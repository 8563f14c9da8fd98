//! One experiment in the window: its run on a thread of its own, what is found out about it, how it was changed, and what is
//! pending.
//!
//! A bench knows neither how it is looked at nor which file is open: whoever holds it says so where it matters. `editing`
//! changes the experiment, `aside` has what a person brings along: sequences out of files, and a gradient of their own.

mod aside;
mod editing;
mod held_weights;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use egui::Context;
use web_time::Instant;

use super::comparer::Comparer;
use super::data::DataReader;
use super::gradient_checks::GradientChecks;
use super::scope::{Pictures, Scope};
use super::undo::Undo;
use super::view_state::ViewState;
use super::{asking, check_badge};
use crate::scene::{Place, Theme, View};
use crate::training::{
    Alarm, Analyst, CheckedExperiment, Command, Experiment, Findings, Follow, Question, RunNumber,
    Runner, Snapshot, Speed, Start, Topic, Update, Wanted, Weight, WeightValues, WorkerGone,
    has_threads, is_answered_without_asking,
};
use held_weights::HeldWeights;

/// How long the worker may take until it is said that the screen waits for it.
const WAITING: Duration = Duration::from_millis(300);

/// One experiment, with everything that belongs to it and to no other.
pub struct Bench {
    ctx: Context,
    runner: Runner,
    /// That training has ended, if it has.
    gone: Option<WorkerGone>,
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
    /// Updates older than this many commands belong to a run that has been left.
    stale_before: u64,
    weights: HeldWeights,
    /// The past moment last asked for, and how many commands had been sent with it.
    looked_at: Option<(Option<u64>, u64)>,
    /// The weight whose slider is held.
    grabbed: Option<Weight>,
    /// When the worker was asked for what it has not answered yet.
    asked_at: Option<Instant>,
    /// Whether training shall go on, until the worker has carried out that many commands.
    run_wanted: Option<(bool, u64)>,
    /// What the worker was last asked to put into snapshots besides what always is there.
    wanted: Wanted,
    undo: Undo,
    /// One's own gradient beside the right one.
    comparer: Comparer,
    /// One's own sequences, while they are read.
    data: DataReader,
    /// When to tell of a training elsewhere.
    alarm: Alarm,
    /// What the runs follow that are of a training elsewhere, for going back to them.
    followed: BTreeMap<RunNumber, Follow>,
}

/// What a bench is looked at with.
#[derive(Clone, Copy)]
pub struct Looking<'a> {
    /// What is looked at.
    pub view: &'a ViewState,
    /// Dark or light.
    pub theme: Theme,
    /// The pictures that were drawn before.
    pub pictures: &'a Pictures,
    /// Which of two it is, if both are on the screen.
    pub place: Option<Place>,
}

impl Bench {
    /// `experiment` at its beginning, paused; what it finds out is drawn by `ctx`.
    ///
    /// # Errors
    /// What the system says if it gives no thread to train on.
    pub fn new(ctx: &Context, experiment: CheckedExperiment) -> std::io::Result<Self> {
        let start = Start::New(Box::new(experiment.clone()));
        Self::with(ctx, experiment.into(), start)
    }

    /// Another one that stands where this one stands, or at the past moment that is looked at, and what it finds out is drawn
    /// by `ctx`.
    ///
    /// # Errors
    /// What the system says if it gives no thread to train on.
    pub fn copy(&mut self, ctx: &Context) -> std::io::Result<Self> {
        let past = self.latest.as_ref().filter(|_| self.looks_back());
        let (experiment, step) = match past {
            Some(update) => {
                let moment = &update.snapshot.moment;
                (Experiment::clone(&moment.experiment), Some(moment.step))
            }
            None => (self.experiment.clone(), None),
        };
        let (to, from) = channel();
        self.send(Command::Copy(step, to));
        let begin = Box::new(experiment.clone().check().unwrap_or_default());
        Self::with(ctx, experiment, Start::Copy(from, begin))
    }

    /// `experiment`, whose run begins with `start`.
    fn with(ctx: &Context, experiment: Experiment, start: Start) -> std::io::Result<Self> {
        let waker = || {
            let ctx = ctx.clone();
            move || ctx.request_repaint()
        };
        Ok(Self {
            ctx: ctx.clone(),
            analyst: match has_threads() {
                true => Analyst::start(waker())?,
                false => Analyst::inline(waker()),
            },
            experiment,
            runner: Runner::start(start, waker())?,
            gone: None,
            findings: Findings::default(),
            checks: GradientChecks::default(),
            latest: None,
            asks_label: false,
            run: RunNumber::default(),
            newest_run: RunNumber::default(),
            stale_before: 0,
            weights: HeldWeights::default(),
            looked_at: None,
            grabbed: None,
            asked_at: None,
            run_wanted: None,
            wanted: Wanted::default(),
            undo: Undo::default(),
            comparer: Comparer::default(),
            data: DataReader::default(),
            alarm: Alarm::default(),
            followed: BTreeMap::new(),
        })
    }

    /// Where there are no threads, trains and finds out for about so long; how long until there is more to do, if ever.
    pub fn go_on(&mut self, slice: Duration) -> Option<Duration> {
        let training = self.runner.go_on(slice);
        let analysis = self.analyst.go_on();
        match (training, analysis) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// Whether the worker has published something that was not taken in yet.
    pub fn has_update(&self) -> bool {
        self.runner.has_update()
    }

    /// Takes in what the worker has published; how many timesteps there are now, if it is something new.
    pub fn take_update(&mut self) -> Option<usize> {
        match self.runner.latest() {
            Ok(Some(update)) if update.commands_done >= self.stale_before => {
                self.weights.take(&update);
                // What is followed changes by itself.
                let run = &update.snapshot.run;
                let is_answered = update.commands_done == self.runner.sent();
                if run.records.is_some() && !run.timeline.is_past && is_answered {
                    self.experiment = Experiment::clone(&update.snapshot.moment.experiment);
                }
                let length = update.snapshot.len();
                self.latest = Some(update);
                Some(length)
            }
            Ok(_) => None,
            Err(gone) => {
                self.gone = Some(gone);
                None
            }
        }
    }

    /// Takes in what has been found out.
    pub fn take_findings(&mut self) {
        self.findings = self.analyst.findings();
        if self.findings.is_broken() && self.gone.is_none() {
            self.gone = Some(WorkerGone);
        }
    }

    /// Has `command` carried out by the worker.
    pub fn send(&mut self, command: Command) {
        if self.is_up_to_date() {
            self.asked_at = Some(Instant::now());
        }
        if let Err(gone) = self.runner.send(command) {
            self.gone = Some(gone);
        }
    }

    /// Has training go on, or pause.
    pub fn run_on(&mut self, run: bool) {
        self.send(if run { Command::Run } else { Command::Pause });
        self.run_wanted = Some((run, self.runner.sent()));
    }

    /// Goes back to the beginning of the run.
    pub fn reset(&mut self) {
        self.send(Command::Reset);
        self.leave_the_shown();
    }

    /// What is shown is of a run that has been left, and what comes now stands still.
    fn leave_the_shown(&mut self) {
        self.stale_before = self.runner.sent();
        self.run_wanted = Some((false, self.runner.sent()));
    }

    /// Looks at the moment after `step`; at the present without one.
    pub fn look_at(&mut self, step: Option<u64>) {
        // A drag that rests asks again in every frame, and each time would cut short the answer.
        if self.looked_at != Some((step, self.runner.sent())) {
            self.send(Command::LookAt(step));
            self.run_wanted = Some((false, self.runner.sent()));
            self.looked_at = Some((step, self.runner.sent()));
        }
    }

    /// Trains so fast.
    pub fn set_speed(&mut self, speed: Speed) {
        self.send(Command::SetSpeed(speed));
    }

    /// A hand holds the slider of `weight`, or none.
    pub fn grab(&mut self, weight: Option<Weight>) {
        self.grabbed = weight;
        self.undo.finish();
        self.send(Command::Grab(weight));
    }

    /// The weight whose slider is held.
    pub fn grabbed(&self) -> Option<Weight> {
        self.grabbed
    }

    /// Asks about the moment that is shown; `by_hand` if somebody has asked.
    pub fn ask(&mut self, question: Question, by_hand: bool) {
        if let Some(update) = &self.latest {
            self.analyst.ask(question, &update.snapshot);
            if by_hand {
                self.checks.asked_by_hand(question);
            }
        }
    }

    /// Gives up what is being found out about `topic`.
    pub fn cancel_study(&self, topic: Topic) {
        self.analyst.cancel(topic);
    }

    /// Whether the live check compares every parameter.
    pub fn is_checking_all(&self) -> bool {
        self.checks.is_checking_all(&self.findings)
    }

    /// What the worker has told last, once it has told something.
    pub fn latest(&self) -> Option<&Update> {
        self.latest.as_ref()
    }

    /// The moment on screen, once there is one.
    pub fn snapshot(&self) -> Option<&Arc<Snapshot>> {
        self.latest.as_ref().map(|update| &update.snapshot)
    }

    /// The experiment as last changed by hand.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// What has been found out.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// Whether something is being computed beside training.
    pub fn is_computing(&self) -> bool {
        self.analyst.findings().is_busy()
    }

    /// Whether there is something to wait for: an answer of the worker, or what is being found out.
    pub fn is_busy(&self) -> bool {
        self.findings.is_busy() || self.gone.is_none() && !self.is_up_to_date()
    }

    /// Whether its sentence was changed by hand, and nobody has said yet whether it is positive.
    pub fn asks_label(&self) -> bool {
        self.asks_label
    }

    /// The run that the experiment belongs to.
    pub fn run(&self) -> RunNumber {
        self.run
    }

    /// That training has ended, if it has.
    pub fn gone(&self) -> Option<WorkerGone> {
        self.gone
    }

    /// Whether training goes on: as the worker says, or as was just asked of it.
    pub fn is_running(&self) -> bool {
        if self.gone.is_some() {
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
            .is_some_and(|update| update.commands_done == self.runner.sent())
    }

    /// Whether the screen shows what was, because the worker has not answered for a while.
    pub fn is_waiting(&self) -> bool {
        self.asked_at
            .is_some_and(|asked| !self.is_up_to_date() && asked.elapsed() > WAITING)
    }

    /// Whether a past moment is on the screen.
    pub fn looks_back(&self) -> bool {
        self.latest
            .as_ref()
            .is_some_and(|update| update.snapshot.run.timeline.is_past)
    }

    /// Whether leaving the run there is would lose anything.
    pub fn is_trained(&self) -> bool {
        self.is_running()
            || !self.is_up_to_date()
            || self
                .latest
                .as_ref()
                .is_some_and(|update| update.snapshot.run.timeline.newest > 0)
    }

    /// Where the sliders of the weights stand beside what `update` shows.
    pub fn weights(&self, update: &Update) -> WeightValues {
        self.weights.shown(update)
    }

    /// Where the weights of the present are, also while the past is looked at.
    pub fn present_weights(&self) -> WeightValues {
        self.weights.present(self.latest.as_ref(), &self.experiment)
    }

    /// What the views draw from, once there is something.
    pub fn scope<'a>(&'a self, looking: Looking<'a>) -> Option<Scope<'a>> {
        let update = self.latest.as_ref()?;
        Some(scope(update, &self.findings, &self.comparer, looking))
    }

    /// Asks of the analyst what the views `drawn` want to know, and nothing else.
    pub fn ask_for_what_is_drawn(&mut self, drawn: &[View], looking: Looking<'_>) {
        let Some(update) = &self.latest else {
            return;
        };
        let scope = scope(update, &self.findings, &self.comparer, looking);
        for question in asking::questions(drawn, &scope) {
            self.analyst.ask(question, &update.snapshot);
        }
        self.checks.go_on(&self.ctx, &self.analyst, &scope);
    }

    /// Asks of the worker what is `wanted` of a snapshot, and nothing else.
    pub fn want(&mut self, wanted: Wanted) {
        if wanted != self.wanted {
            self.wanted = wanted;
            self.send(Command::Want(wanted));
        }
    }

    /// Whether the worker was asked for all that is `needed`.
    pub fn wants(&self, needed: Wanted) -> bool {
        self.wanted.and(needed) == self.wanted
    }

    /// Whether everything that is drawn is of the moment that is shown: all that was asked of the worker
    /// is done, and all that the views want to know of the moment is known.
    pub fn is_settled(&self, drawn: &[View], looking: Looking<'_>) -> bool {
        let Some(scope) = self.scope(looking) else {
            return false;
        };
        let snapshot = scope.snapshot;
        let timeline = &snapshot.run.timeline;
        let questions = asking::questions(drawn, &scope)
            .chain([check_badge::question(snapshot)])
            .filter(|question| is_answered_without_asking(*question, snapshot));
        let answered = |question: Question| {
            let study = self.findings.study(question.topic());
            study.is_some_and(|study| study.is_of(question, snapshot))
        };
        let is_looked_into = match &snapshot.run.records {
            Some(records) => records.known == records.count,
            None => timeline.rows.len() == timeline.recorded.len(),
        };
        self.is_up_to_date()
            && (!self.wanted.history || is_looked_into)
            && questions.into_iter().all(answered)
    }

    /// Draws the window anew, from another thread.
    fn waker(&self) -> impl FnOnce() + Send + 'static {
        let ctx = self.ctx.clone();
        move || ctx.request_repaint()
    }
}

fn scope<'a>(
    update: &'a Update,
    findings: &'a Findings,
    comparer: &'a Comparer,
    looking: Looking<'a>,
) -> Scope<'a> {
    Scope {
        snapshot: &update.snapshot,
        findings,
        view: looking.view,
        yours: comparer.yours(&update.snapshot),
        theme: looking.theme,
        pictures: looking.pictures,
        place: looking.place,
        beside: None,
    }
}
