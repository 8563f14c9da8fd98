//! When to step: run, pause, speed, and what is told to whoever looks.

use std::sync::Arc;
use std::time::Duration;

use web_time::Instant;

use super::command::{Command, Restoration, Speed};
use super::experiment::CheckedExperiment;
use super::film::Film;
use super::followed::Followed;
use super::snapshot::{Snapshot, Wanted};
use super::trainer::{LeftRun, LeftRuns, RunNumber, Stepped, Trainer};
use crate::rnn::Interrupt;

/// Snapshots are published at most this often while running: a screen shows no more.
const PUBLISH_INTERVAL: Duration = Duration::from_millis(16);

/// And at most this often where nothing but what is known of other records has changed, of which there may be thousands.
const RECORDS_INTERVAL: Duration = Duration::from_millis(250);

/// Publishing may take at most this share of the time while running, as a divisor.
const PUBLISH_SHARE: u32 = 4;

/// Up to so many multiplications per pass over the probe (n · H²), about a second in all, a snapshot that
/// answers a command is finished even if the next command is there: a slider that is dragged without rest
/// would otherwise never be answered.
const FINISHED_IN_ANY_CASE: usize = 500_000_000;

/// How long rows of the picture of the run are computed before a snapshot is published.
const ROWS_TIME: Duration = Duration::from_millis(4);

/// How long somebody must have stayed at a past moment before the spectrum of a large network is measured
/// there, which takes a second: who drags through the past does not wait for it.
const QUIET: Duration = Duration::from_millis(300);

/// Over how long the speed is averaged.
const SPEED_WINDOW: Duration = Duration::from_millis(500);

/// What a session publishes.
#[derive(Clone, Debug)]
pub struct Update {
    /// The moment.
    pub snapshot: Arc<Snapshot>,
    /// Whether training goes on.
    pub running: bool,
    /// Steps per second, while running.
    pub steps_per_second: Option<f64>,
    /// How many commands have been carried out so far. Whoever sent more than that is looking at
    /// the time before.
    pub commands_done: u64,
}

/// What to do until there is more work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Next {
    /// There is work now.
    Work,
    /// There will be work after this long.
    Wait(Duration),
    /// There is none until a command comes.
    Sleep,
}

/// A trainer and its pace. Runs on any thread, in time slices: each call of [`Session::work`] does one
/// piece of work.
pub struct Session {
    trainer: Trainer,
    /// What the present run is called, and those that were left for it. It has several numbers if some that were
    /// asked for in between were never begun: a slider turned up and down again in no time.
    run: Vec<RunNumber>,
    left: LeftRuns,
    interrupt: Interrupt,
    running: bool,
    speed: Speed,
    wanted: Wanted,
    /// The past moment that is shown.
    looking_at: Option<Box<Trainer>>,
    /// A film that is being made.
    film: Option<Film>,
    /// The training elsewhere whose records are shown, if one is followed.
    followed: Option<Box<Followed>>,
    /// Not before this the spectrum of a large network is measured.
    measure_at: Option<Instant>,
    /// Steps asked for one by one.
    single_steps: u64,
    next_step_at: Option<Instant>,
    /// Something changed that has not been published.
    unpublished: bool,
    /// Nothing of that is of the moment itself, but only of other records of a training that is followed.
    is_only_of_records: bool,
    /// What was published last of a training that is followed.
    told: Option<Arc<Snapshot>>,
    /// It changed by a command: publish at once.
    urgent: bool,
    publish_at: Option<Instant>,
    publish_interval: Duration,
    /// What was published last has not been looked at.
    is_unread: bool,
    meter: SpeedMeter,
    commands_done: u64,
}

impl Session {
    /// A paused session at step 0, of the run with the first number. `interrupt` cuts its work short.
    pub fn new(experiment: CheckedExperiment, interrupt: Interrupt) -> Self {
        Self::of(Trainer::new(experiment), interrupt)
    }

    /// As [`Self::new`], of a run that stands somewhere already.
    pub fn of(trainer: Trainer, interrupt: Interrupt) -> Self {
        Self {
            trainer,
            run: vec![RunNumber::default()],
            left: LeftRuns::default(),
            interrupt,
            running: false,
            speed: Speed::Unlimited,
            wanted: Wanted::default(),
            looking_at: None,
            film: None,
            followed: None,
            measure_at: None,
            single_steps: 0,
            next_step_at: None,
            unpublished: true,
            is_only_of_records: false,
            told: None,
            urgent: true,
            publish_at: None,
            publish_interval: PUBLISH_INTERVAL,
            is_unread: false,
            meter: SpeedMeter::default(),
            commands_done: 0,
        }
    }

    /// Carries out a command. The work it makes is done by [`Self::work`].
    pub fn command(&mut self, command: Command) {
        if !command.only_looks() {
            // Whatever is done is done to the present.
            self.looking_at = None;
        }
        let is_elsewhere = self.trainer.experiment().recorded().is_some();
        match command {
            // Its steps are made elsewhere.
            Command::Step | Command::Run if is_elsewhere => {}
            // Another part of the records, or another sequence; whatever else it is, it is another run.
            Command::Change(experiment, run) if self.followed.is_some() => {
                match &mut self.followed {
                    Some(followed) if experiment.recorded().is_some() => {
                        followed.choose(&experiment);
                        let newest = followed.newest();
                        self.trainer = newest.unwrap_or_else(|| Trainer::new(*experiment));
                        if !self.run.contains(&run) {
                            self.run.push(run);
                        }
                    }
                    _ => self.begin(*experiment, run),
                }
            }
            Command::Follow(follow, run) => {
                self.begin(CheckedExperiment::default(), run);
                self.running = false;
                self.followed = Some(Box::new(Followed::new(follow)));
                self.look_for_records();
            }
            Command::SetAlarm(alarm) => {
                if let Some(followed) = &mut self.followed {
                    followed.set_alarm(alarm);
                }
            }
            Command::Change(experiment, run) => {
                if self.trainer.experiment().needs_new_run(&experiment) {
                    // Who changes the network in the middle of a run wants to see the new one run.
                    self.begin(*experiment, run);
                } else {
                    self.trainer.change(*experiment);
                    if !self.run.contains(&run) {
                        self.run.push(run);
                    }
                }
            }
            Command::SetWeight(weight, value) => self.trainer.set_weight(weight, value),
            Command::Grab(weight) => self.trainer.grab(weight),
            Command::Step => {
                // Published when it is made, not before.
                self.single_steps += 1;
                self.commands_done += 1;
                return;
            }
            Command::Run => {
                self.running = self.trainer.divergence().is_none();
                self.next_step_at = None;
                self.meter = SpeedMeter::default();
            }
            Command::Pause => {
                self.running = false;
                self.single_steps = 0;
            }
            Command::Reset => {
                self.trainer.reset();
                self.begin_run();
                self.running = false;
            }
            Command::SetSpeed(speed) => {
                self.speed = speed;
                self.next_step_at = None;
                self.meter = SpeedMeter::default();
            }
            Command::Want(wanted) => self.wanted = wanted,
            Command::Restore(restoration) => self.restore(*restoration),
            Command::Begin(experiment, run) => {
                self.begin(*experiment, run);
                self.running = false;
            }
            Command::Film(request) => {
                self.film = Some(Film::new(request, &self.trainer));
                // Nothing that is shown has changed.
                self.commands_done += 1;
                self.changed();
                return;
            }
            Command::Copy(step, to) => {
                // Whoever wanted it may be gone.
                let followed = self.followed.as_mut().zip(step);
                let then = followed.and_then(|(followed, step)| followed.nearest(step));
                let copy = then.unwrap_or_else(|| self.trainer.copy_at(step));
                let _ = to.send(Box::new(copy));
                self.commands_done += 1;
                self.changed();
                return;
            }
            Command::LookAt(step) => {
                self.running = false;
                self.single_steps = 0;
                self.look_at(step);
            }
            // It goes on elsewhere.
            Command::ContinueFrom(_) if self.followed.is_some() => self.looking_at = None,
            Command::ContinueFrom(step) => {
                self.look_at(Some(step));
                if let Some(then) = self.looking_at.take() {
                    self.trainer.continue_from(*then);
                    self.begin_run();
                }
            }
        }
        self.commands_done += 1;
        self.changed();
        self.urgent = true;
    }

    /// While running, publishes at most this often; what answers a command is published at once.
    pub fn set_publish_interval(&mut self, interval: Duration) {
        self.publish_interval = interval;
    }

    /// Says whether what was published last `is_unread`. Until somebody has looked at it, nothing is published but what
    /// shows what a command has done: a screen that is slow takes no more of the time for training than it shows.
    pub fn set_unread(&mut self, is_unread: bool) {
        self.is_unread = is_unread;
    }

    /// Leaves out a command that another supersedes.
    pub fn skip(&mut self) {
        self.commands_done += 1;
    }

    /// Does one piece of work, publishes if it is time, and says what is next.
    pub fn work(&mut self) -> (Option<Update>, Next) {
        let now = Instant::now();
        // A change made by hand is shown before any further step.
        if self.urgent {
            return (self.publish(), Next::Work);
        }
        if let Some(film) = &mut self.film
            && !film.advance(&mut self.trainer, &self.interrupt)
        {
            self.film = None;
        }
        self.look_for_records();
        if let Some(followed) = &mut self.followed
            && followed.look_into_some(&self.interrupt)
        {
            // What is shown of the moment is as it was.
            self.is_only_of_records |= !self.unpublished;
            self.unpublished = true;
        }
        let due = self.is_step_due(now);
        let quiet = self.measure_at.is_none_or(|at| now >= at);
        if !due && !self.running && quiet && self.needs_spectrum() {
            self.shown().measure_spectrum();
            self.changed();
            self.urgent = true;
            return (None, Next::Work);
        }
        if self.trainer.is_evaluation_due() || (!due && !self.running && self.needs_evaluation()) {
            if self.trainer.evaluate_some(&self.interrupt) == Ok(true) {
                self.changed();
                self.urgent = !self.running && self.single_steps == 0;
            }
            return (None, Next::Work);
        }
        if due {
            self.step(now);
        }
        let update = self.publish_if_due(now);
        (update, self.next(now))
    }

    /// Something has changed that is to be published.
    fn changed(&mut self) {
        self.unpublished = true;
        self.is_only_of_records = false;
    }

    /// Looks for records, and shows the newest if it is another one.
    fn look_for_records(&mut self) {
        let Some(followed) = &mut self.followed else {
            return;
        };
        if !followed.look(Instant::now()) {
            return;
        }
        if let Some(newest) = followed.newest_if_other() {
            self.trainer = newest;
            self.urgent |= self.looking_at.is_none();
        }
        self.changed();
    }

    /// Leaves the run there is for a new one called `run`.
    fn begin(&mut self, experiment: CheckedExperiment, run: RunNumber) {
        self.followed = None;
        let is_wanted = self.trainer.is_trained() && !self.run.contains(&run);
        let left = self.trainer.begin(experiment);
        self.keep(left, is_wanted, vec![run]);
    }

    fn restore(&mut self, to: Restoration) {
        if self.run.contains(&to.run) {
            if let Some(followed) = &mut self.followed {
                // Another sequence of the records that are followed.
                followed.choose(&to.experiment);
                let newest = followed.newest();
                self.trainer = newest.unwrap_or_else(|| Trainer::new(to.experiment));
                return;
            }
            if self.trainer.restore(to.experiment, &to.weights) {
                self.begin_run();
            }
            return;
        }
        match self.left.take(to.run) {
            Some((numbers, run)) => {
                self.followed = None;
                let is_wanted = self.trainer.is_trained();
                let left = self.trainer.return_to(run);
                self.keep(left, is_wanted, numbers);
                if *self.trainer.experiment() != to.experiment {
                    self.trainer.restore(to.experiment, &[]);
                }
            }
            None => self.begin(to.experiment, to.run),
        }
        self.running = false;
    }

    /// Keeps the run that was left for the one which is there now, if somebody may want it.
    fn keep(&mut self, left: LeftRun, is_wanted: bool, now: Vec<RunNumber>) {
        let numbers = std::mem::replace(&mut self.run, now);
        if is_wanted {
            self.left.keep(numbers, left);
        }
        self.begin_run();
    }

    fn begin_run(&mut self) {
        self.single_steps = 0;
        // The run that it shows is no more.
        self.film = None;
        self.next_step_at = None;
        self.meter = SpeedMeter::default();
    }

    fn look_at(&mut self, step: Option<u64>) {
        self.measure_at = Some(Instant::now() + QUIET);
        if let Some(followed) = &mut self.followed {
            let is_newest = |then: &Trainer| then.steps_done() == self.trainer.steps_done();
            let then = step.and_then(|step| followed.nearest(step));
            self.looking_at = then.filter(|then| !is_newest(then)).map(Box::new);
            return;
        }
        let newest = self.trainer.steps_done();
        self.looking_at = step
            .filter(|&step| step != newest)
            .and_then(|step| self.trainer.at(step))
            .filter(|then| then.steps_done() != newest)
            .map(Box::new);
    }

    /// The trainer whose moment is shown.
    fn shown(&mut self) -> &mut Trainer {
        self.looking_at.as_deref_mut().unwrap_or(&mut self.trainer)
    }

    /// While paused, the spectrum of a large network is brought up to date.
    fn needs_spectrum(&self) -> bool {
        let shown = self.looking_at.as_deref().unwrap_or(&self.trainer);
        shown.is_spectrum_old() || (self.wanted.eigenvalues && shown.needs_eigenvalues())
    }

    /// While paused, accuracy is brought up to date, so that it belongs to what is on screen.
    fn needs_evaluation(&self) -> bool {
        self.single_steps == 0 && self.trainer.is_evaluation_old()
    }

    fn is_step_due(&self, now: Instant) -> bool {
        self.single_steps > 0 || (self.running && self.next_step_at.is_none_or(|at| now >= at))
    }

    fn step(&mut self, now: Instant) {
        match self.trainer.step(&self.interrupt) {
            Stepped::Interrupted => return,
            Stepped::Done => {}
            Stepped::Diverged => {
                self.running = false;
                self.single_steps = 0;
                self.urgent = true;
            }
        }
        self.changed();
        if self.single_steps > 0 {
            self.single_steps -= 1;
            self.urgent |= self.single_steps == 0;
        }
        if let Speed::PerSecond(rate) = self.speed {
            let period = Duration::from_secs_f64(1.0 / rate);
            // From when the step was due rather than from now, so that the pace is even; but a step
            // that came late is not made up for.
            let due = self.next_step_at.unwrap_or(now);
            self.next_step_at = Some((due + period).max(now));
        }
        self.meter.count(now);
    }

    fn publish_if_due(&mut self, now: Instant) -> Option<Update> {
        let due = !self.is_unread && self.publish_at.is_none_or(|at| now >= at);
        if self.unpublished && (due || self.urgent) {
            self.publish()
        } else {
            None
        }
    }

    fn publish(&mut self) -> Option<Update> {
        // Not when the step before it began, which would count as a cost of publishing.
        let now = Instant::now();
        let shown = self.looking_at.as_deref().unwrap_or(&self.trainer);
        let experiment = shown.experiment();
        let multiplications = experiment.task.length * experiment.network.hidden.pow(2);
        let never = Interrupt::default();
        let interrupt = if self.urgent && multiplications <= FINISHED_IN_ANY_CASE {
            &never
        } else {
            &self.interrupt
        };
        if let Some(told) = self.told.clone().filter(|_| self.is_only_of_records) {
            return Some(self.publish_records(&told));
        }
        if self.wanted.history {
            let most = now + ROWS_TIME;
            let more = || Instant::now() < most;
            // Interrupted, the rest of the rows comes later.
            let _ = self.trainer.fill_rows(&self.interrupt, more);
        }
        let snapshot = match &mut self.looking_at {
            Some(then) if self.followed.is_some() => then.snapshot(self.wanted, interrupt),
            Some(then) => self.trainer.snapshot_of_past(then, self.wanted, interrupt),
            None => self.trainer.snapshot(self.wanted, interrupt),
        };
        let mut snapshot = snapshot.ok()?;
        if let Some(followed) = &mut self.followed {
            followed.tell(&mut snapshot.run, self.looking_at.is_some());
        }
        // What is left of the picture comes with the next one.
        self.unpublished = self.wanted.history && self.trainer.is_row_missing();
        self.urgent = false;
        let cost = now.elapsed();
        self.publish_at = Some(now + self.publish_interval.max(cost * PUBLISH_SHARE));
        let snapshot = Arc::new(snapshot);
        self.told = self.followed.as_ref().map(|_| Arc::clone(&snapshot));
        Some(self.update(snapshot))
    }

    /// What was told last, with what is known of other records by now.
    fn publish_records(&mut self, told: &Snapshot) -> Update {
        let mut snapshot = told.clone();
        if let Some(followed) = &mut self.followed {
            followed.tell(&mut snapshot.run, self.looking_at.is_some());
        }
        (self.unpublished, self.is_only_of_records) = (false, false);
        self.publish_at = Some(Instant::now() + RECORDS_INTERVAL);
        let snapshot = Arc::new(snapshot);
        self.told = Some(Arc::clone(&snapshot));
        self.update(snapshot)
    }

    fn update(&self, snapshot: Arc<Snapshot>) -> Update {
        Update {
            snapshot,
            running: self.running,
            steps_per_second: if self.running { self.meter.rate } else { None },
            commands_done: self.commands_done,
        }
    }

    fn next(&self, now: Instant) -> Next {
        if self.urgent || self.single_steps > 0 || self.film.is_some() {
            return Next::Work;
        }
        let until =
            |at: Option<Instant>| at.map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        let mut wait = self.running.then(|| until(self.next_step_at));
        let mut at_latest = |time: Duration| wait = Some(wait.map_or(time, |wait| wait.min(time)));
        if self.unpublished {
            let rest = until(self.publish_at);
            // Nobody tells when what was published last is read: now and then it has to be seen whether it is.
            at_latest(if self.is_unread {
                rest.max(self.publish_interval)
            } else {
                rest
            });
        }
        if let Some(followed) = &self.followed {
            at_latest(followed.rest(now));
        }
        if !self.running {
            if self.needs_evaluation() {
                at_latest(Duration::ZERO);
            }
            if self.needs_spectrum() {
                at_latest(until(self.measure_at));
            }
        }
        match wait {
            None => Next::Sleep,
            Some(wait) if wait.is_zero() => Next::Work,
            Some(wait) => Next::Wait(wait),
        }
    }
}

/// Steps per second over the last half second.
#[derive(Clone, Copy, Debug, Default)]
struct SpeedMeter {
    since: Option<Instant>,
    steps: u64,
    rate: Option<f64>,
}

impl SpeedMeter {
    fn count(&mut self, now: Instant) {
        let since = *self.since.get_or_insert(now);
        let elapsed = now.saturating_duration_since(since);
        if elapsed >= SPEED_WINDOW {
            self.rate = Some(self.steps as f64 / elapsed.as_secs_f64());
            self.since = Some(now);
            self.steps = 0;
        }
        self.steps += 1;
    }
}
