//! When steps are made: the session, and the thread that runs it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bptt_scope::rnn::{Interrupt, RecurrentInit};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{
    Command, FilmRequest, OptimizerKind, RunNumber, Session, Speed, Trainer, Update, Wanted,
    Weight, Worker,
};

use super::support::{experiment, look, wait_for};

#[test]
fn a_session_paused_and_up_to_date_asks_for_nothing() {
    use bptt_scope::training::Next;
    let mut session = Session::new(experiment(|_| {}), Interrupt::default());
    let mut published = 0;
    let mut calls = 0;
    loop {
        let (update, next) = session.work();
        published += usize::from(update.is_some());
        calls += 1;
        // Accuracy is measured in pieces.
        assert!(calls < 100);
        if next == Next::Sleep {
            break;
        }
    }
    // The first picture, and the same with its accuracy.
    assert_eq!(published, 2);
}

/// A film is of one run: when another takes its place, the channel ends before the count is reached.
#[test]
fn a_film_ends_with_the_run_that_it_shows() {
    let mut session = Session::new(experiment(|_| {}), Interrupt::default());
    for _ in 0..10 {
        session.command(Command::Step);
        session.work();
        session.work();
    }
    let (to, frames) = std::sync::mpsc::channel();
    session.command(Command::Film(FilmRequest {
        frames: 8,
        wanted: Wanted::default(),
        to,
    }));
    let first = loop {
        session.work();
        if let Ok(frame) = frames.try_recv() {
            break frame;
        }
    };
    assert!(first.count > 1);
    session.command(Command::Begin(
        Box::new(experiment(|e| e.task.length = 12)),
        RunNumber::default().next(),
    ));
    for _ in 0..20 {
        session.work();
    }
    let rest: Vec<_> = frames.iter().collect();
    assert!(1 + rest.len() < first.count);
    assert!(
        rest.iter()
            .all(|frame| frame.snapshot.len() == first.snapshot.len())
    );
}

#[test]
fn a_slow_session_makes_one_step_and_waits() {
    use bptt_scope::training::Next;
    let mut session = Session::new(experiment(|_| {}), Interrupt::default());
    session.command(Command::SetSpeed(Speed::PerSecond(1.0)));
    session.command(Command::Run);
    let mut last = None;
    for _ in 0..20 {
        let (update, next) = session.work();
        last = update.or(last);
        if let Next::Wait(duration) = next {
            assert!(duration <= Duration::from_secs(1));
            if duration > Duration::from_millis(500) {
                break;
            }
            std::thread::sleep(duration);
        }
    }
    assert_eq!(last.unwrap().snapshot.moment.step, 1);
}

#[test]
fn a_worker_steps_runs_pauses_and_resets() {
    let woken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&woken);
    let mut worker = Worker::start(experiment(|_| {}), move || {
        count.fetch_add(1, Ordering::Relaxed);
    })
    .unwrap();
    let first = wait_for(&worker, |_| true);
    assert_eq!(first.snapshot.moment.step, 0);
    worker.send(Command::Step).unwrap();
    wait_for(&worker, |update| update.snapshot.moment.step == 1);
    worker.send(Command::Run).unwrap();
    wait_for(&worker, |update| {
        update.snapshot.moment.step > 100 && update.running
    });
    worker.send(Command::Pause).unwrap();
    let paused = wait_for(&worker, |update| !update.running);
    std::thread::sleep(Duration::from_millis(50));
    // Nothing but the accuracy may still come.
    while let Some(update) = worker.latest().unwrap() {
        assert_eq!(update.snapshot.moment.step, paused.snapshot.moment.step);
    }
    worker.send(Command::Reset).unwrap();
    let reset = wait_for(&worker, |update| update.snapshot.moment.step == 0);
    assert_eq!(reset.snapshot.moment.step, 0);
    assert_eq!(reset.snapshot.moment.weights, first.snapshot.moment.weights);
    assert!(woken.load(Ordering::Relaxed) >= 5);
}

/// A step of this network takes minutes; the answers to a drag and a pause come in the middle of it, and
/// it is as if it had never begun.
#[test]
fn a_heavy_step_is_cut_short_and_leaves_no_trace() {
    let heavy = experiment(|e| {
        e.task.kind = TaskKind::Latch;
        e.task.length = 1000;
        e.network.hidden = 512;
        e.training.batch = 1024;
        e.network.recurrent = RecurrentInit::Identity;
    });
    let mut worker = Worker::start(heavy.clone(), || {}).unwrap();
    wait_for(&worker, |_| true);
    worker.send(Command::Run).unwrap();
    wait_for(&worker, |update| update.running);
    worker
        .send(Command::SetWeight(Weight::Recurrent, 0.5))
        .unwrap();
    let during = wait_for(&worker, |update| update.snapshot.moment.weights.w_h == 0.5);
    assert!(during.running);
    worker.send(Command::Pause).unwrap();
    let paused = wait_for(&worker, |update| !update.running);
    assert_eq!(
        (
            paused.snapshot.moment.step,
            paused.snapshot.run.history.len()
        ),
        (0, 0)
    );
    let mut untouched = Trainer::new(heavy);
    untouched.set_weight(Weight::Recurrent, 0.5);
    assert_eq!(look(&mut untouched).probe.flow, paused.snapshot.probe.flow);
}

/// What is measured belongs to the network on screen, also after a change by hand.
#[test]
fn accuracy_follows_a_slider() {
    let mut worker = Worker::start(experiment(|e| e.network.hidden = 8), || {}).unwrap();
    let measured = |update: &Update| {
        let last = update.snapshot.run.evaluations.last()?;
        Some((last.step, last.accuracy(), last.training?.accuracy))
    };
    let before = wait_for(&worker, |update| measured(update).is_some());
    worker.send(Command::SetWeight(Weight::Input, 0.0)).unwrap();
    // With no input every sentence gets one answer, and half of the labels are right.
    let after = wait_for(&worker, |update| measured(update) == Some((0, 0.5, 0.5)));
    assert_ne!(measured(&before), measured(&after));
    assert_eq!(after.snapshot.run.evaluations.len(), 1);
}

/// Measuring the spectrum of many units would hold up a run; it is brought up to date while paused.
#[test]
fn the_spectrum_of_a_large_network_is_measured_while_paused() {
    let large = experiment(|e| {
        e.network.hidden = 150;
        e.network.recurrent = RecurrentInit::Gaussian;
        e.training.optimizer = OptimizerKind::Adam;
    });
    let mut worker = Worker::start(large, || {}).unwrap();
    wait_for(&worker, |update| !update.snapshot.moment.spectrum_is_old);
    worker.send(Command::Run).unwrap();
    let during = wait_for(&worker, |update| {
        update.snapshot.moment.step > 2 && update.running
    });
    assert!(during.snapshot.moment.spectrum_is_old);
    worker.send(Command::Pause).unwrap();
    let paused = wait_for(&worker, |update| !update.snapshot.moment.spectrum_is_old);
    assert!(!paused.running);
    assert_ne!(
        paused.snapshot.moment.spectrum,
        during.snapshot.moment.spectrum
    );
    assert_eq!(
        paused.snapshot.moment.weights.w_h,
        paused.snapshot.moment.spectrum.spectral_radius
    );
}
