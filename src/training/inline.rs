//! A session in time slices, for where there are no threads.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use web_time::Instant;

use super::command::Command;
use super::session::{Next, Session, Update};
use super::start::Start;
use crate::rnn::Interrupt;

/// While running, a snapshot is published at most this often: training waits for the frame that shows it, and thirty of them a
/// second are fluent. Less than a thirtieth, so that each of thirty steps a second is seen.
const PUBLISH_INTERVAL: Duration = Duration::from_millis(30);

/// No piece of work that is shorter is cut short: of one that comes now and then between shorter ones, as a snapshot does
/// between steps, the time would be lost each time. A hand on a slider waits two frames of a screen for it.
const SHORTEST: Duration = Duration::from_millis(32);

/// How long a step may take at most that is cut short when its slice is over. Longer ones are given the time that they need:
/// who only ever cuts short never comes to an end.
const LONGEST: Duration = Duration::from_secs(10);

/// A session that works within the frames of whoever looks at it.
pub struct Inline {
    session: Stage,
    queue: VecDeque<Command>,
    latest: Option<Update>,
    sent: u64,
    clock: Clock,
    interrupt: Interrupt,
    /// How long a piece of work may take before it is cut short.
    patience: Duration,
    wake: Box<dyn Fn()>,
}

enum Stage {
    Waits(Option<Start>),
    Runs(Box<Session>),
}

/// When the present piece of work has to end.
#[derive(Clone)]
struct Clock {
    zero: Instant,
    /// Nanoseconds since then.
    end: Arc<AtomicU64>,
}

impl Clock {
    fn set(&self, end: Instant) {
        let nanos = end.saturating_duration_since(self.zero).as_nanos();
        let nanos = u64::try_from(nanos).unwrap_or(u64::MAX);
        self.end.store(nanos, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        self.zero.elapsed() >= Duration::from_nanos(self.end.load(Ordering::Relaxed))
    }
}

impl Inline {
    /// A paused session; `wake` is called whenever there is something for it to do, or a new update.
    pub fn new(start: Start, wake: impl Fn() + 'static) -> Self {
        let clock = Clock {
            zero: Instant::now(),
            end: Arc::default(),
        };
        let asked = clock.clone();
        wake();
        Self {
            session: Stage::Waits(Some(start)),
            queue: VecDeque::new(),
            latest: None,
            sent: 0,
            interrupt: Interrupt::once(move || asked.is_over()),
            clock,
            patience: Duration::ZERO,
            wake: Box::new(wake),
        }
    }

    /// Has `command` carried out in the next slice.
    pub fn send(&mut self, command: Command) {
        self.queue.push_back(command);
        self.sent += 1;
        (self.wake)();
    }

    /// How many commands have been sent.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// Whether there is an update that has not been taken.
    pub fn has_update(&self) -> bool {
        self.latest.is_some()
    }

    /// The newest update since the last call, if there is one.
    pub fn latest(&mut self) -> Option<Update> {
        self.latest.take()
    }

    /// Works for about so long; how long until there is more to do, if ever.
    pub fn go_on(&mut self, slice: Duration) -> Option<Duration> {
        let begun = Instant::now();
        let session = match &mut self.session {
            Stage::Runs(session) => session,
            Stage::Waits(start) => match start.take().map(Start::take) {
                Some(Ok(trainer)) => {
                    let mut session = Session::of(trainer, self.interrupt.clone());
                    session.set_publish_interval(PUBLISH_INTERVAL);
                    self.session = Stage::Runs(Box::new(session));
                    return Some(Duration::ZERO);
                }
                Some(Err(later)) => {
                    *start = Some(later);
                    return Some(Duration::ZERO);
                }
                None => return None,
            },
        };
        while let Some(command) = self.queue.pop_front() {
            match self.queue.front() {
                Some(next) if next.supersedes(&command) => session.skip(),
                _ => session.command(command),
            }
        }
        loop {
            self.interrupt.clear();
            let piece = Instant::now();
            let patience = self.patience.max(slice).max(SHORTEST).min(LONGEST);
            self.clock.set(piece + patience);
            session.set_unread(self.latest.is_some());
            let (update, next) = session.work();
            // What was cut short gets twice the time when it is begun again, and the next piece will be as long as this one.
            self.patience = match self.interrupt.check() {
                Err(_) => patience * 2,
                Ok(()) => piece.elapsed() * 2,
            };
            if let Some(update) = update {
                self.latest = Some(update);
                (self.wake)();
            }
            match next {
                Next::Work if begun.elapsed() < slice => {}
                Next::Work => return Some(Duration::ZERO),
                Next::Wait(wait) => return Some(wait),
                Next::Sleep => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use crate::tasks::TaskKind;
    use crate::training::{Analyst, CheckedExperiment, Experiment, Question, Trainer, Wanted};

    const SLICE: Duration = Duration::from_millis(4);

    fn after(steps: u64, experiment: &CheckedExperiment) -> Update {
        let woken = Rc::new(Cell::new(0));
        let counts = Rc::clone(&woken);
        let mut inline = Inline::new(Start::New(Box::new(experiment.clone())), move || {
            counts.set(counts.get() + 1);
        });
        for _ in 0..steps {
            inline.send(Command::Step);
        }
        let mut newest = None;
        while inline.go_on(SLICE).is_some() {
            newest = inline.latest().or(newest);
        }
        let newest = inline.latest().or(newest).unwrap();
        assert!(woken.get() as u64 > steps);
        assert_eq!(newest.commands_done, inline.sent());
        newest
    }

    /// In slices or in one go, the numbers are the same to the last bit.
    #[test]
    fn a_session_in_slices_has_the_numbers_of_a_trainer() {
        let mut experiment = Experiment::default();
        experiment.network.hidden = 8;
        let experiment = experiment.check().unwrap();
        let update = after(25, &experiment);
        let never = Interrupt::default();
        let mut trainer = Trainer::new(experiment);
        for _ in 0..25 {
            trainer.step(&never);
        }
        let snapshot = trainer.snapshot(Wanted::default(), &never).unwrap();
        assert_eq!(update.snapshot.moment.step, 25);
        assert_eq!(
            update.snapshot.moment.network.parameters,
            snapshot.moment.network.parameters
        );
        assert_eq!(update.snapshot.probe.flow, snapshot.probe.flow);
    }

    /// A step that takes longer than a slice is not cut short for ever.
    #[test]
    fn a_step_that_is_longer_than_a_slice_comes_to_its_end() {
        let mut experiment = Experiment::default();
        experiment.task.length = 300;
        experiment.network.hidden = 96;
        experiment.training.batch = 128;
        let update = after(2, &experiment.check().unwrap());
        assert_eq!(update.snapshot.moment.step, 2);
    }

    /// Nobody has looked yet: what is published would be thrown away, and its time is for steps.
    #[test]
    fn what_nobody_has_looked_at_is_not_made_again() {
        let mut experiment = Experiment::default();
        experiment.network.hidden = 8;
        let start = Start::New(Box::new(experiment.check().unwrap()));
        let woken = Rc::new(Cell::new(0));
        let counts = Rc::clone(&woken);
        let mut inline = Inline::new(start, move || counts.set(counts.get() + 1));
        inline.send(Command::Run);
        let go_on = |inline: &mut Inline| {
            woken.set(0);
            for _ in 0..60 {
                assert_eq!(inline.go_on(SLICE), Some(Duration::ZERO));
            }
            woken.get()
        };
        // A snapshot is due every 30 ms, and these are 240.
        go_on(&mut inline);
        let first = inline.latest().unwrap();
        assert_eq!(go_on(&mut inline), 1);
        let second = inline.latest().unwrap();
        assert!(second.snapshot.moment.step > first.snapshot.moment.step);
        assert_eq!(go_on(&mut inline), 1);
        // What answers a command does not wait.
        inline.send(Command::Pause);
        while inline.go_on(SLICE).is_some() {}
        assert!(!inline.latest().unwrap().running);
    }

    /// The picture of the run comes bit by bit, and whoever looks at one bit does not have to ask for the next.
    #[test]
    fn what_is_left_of_the_picture_of_a_run_is_not_forgotten() {
        let mut experiment = Experiment::default();
        experiment.task.kind = TaskKind::Latch;
        experiment.task.length = 300;
        experiment.network.hidden = 48;
        experiment.training.batch = 1;
        let mut inline = Inline::new(Start::New(Box::new(experiment.check().unwrap())), || {});
        for _ in 0..60 {
            inline.send(Command::Step);
        }
        while inline.go_on(SLICE).is_some() {}
        inline.latest();
        inline.send(Command::Want(Wanted {
            history: true,
            ..Wanted::default()
        }));
        let mut bits = 0;
        loop {
            inline.go_on(SLICE);
            // A frame goes on before it looks.
            let wait = inline.go_on(SLICE);
            bits += usize::from(inline.latest().is_some());
            if wait.is_none() {
                break;
            }
        }
        assert!(bits > 1, "{bits}");
        inline.go_on(SLICE);
        assert!(inline.latest().is_none());
    }

    /// Questions are answered one after the other, whenever somebody has the time.
    #[test]
    fn an_analyst_without_a_thread_answers_when_it_is_its_turn() {
        let snapshot = after(1, &CheckedExperiment::default()).snapshot;
        let woken = Rc::new(Cell::new(0));
        let counts = Rc::clone(&woken);
        let analyst = Analyst::inline(move || counts.set(counts.get() + 1));
        assert_eq!(analyst.go_on(), None);
        let question = Question::RoundedFlows;
        analyst.ask(question, &snapshot);
        assert!(analyst.findings().is_busy());
        while analyst.go_on().is_some() {}
        let findings = analyst.findings();
        let study = findings.study(question.topic()).unwrap();
        assert!(study.is_of(question, &snapshot) && !findings.is_busy());
        assert_eq!(woken.get(), 2, "by the question and by the answer");
    }
}
