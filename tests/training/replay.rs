//! Going back to a recorded moment: the same bits, the same pictures, and nothing lost on the way.

use bptt_scope::rnn::{Activation, Interrupt, Parameters};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{
    CheckedExperiment, Command, Experiment, OptimizerKind, Snapshot, Stepped, Trainer, Wanted,
    Weight, Worker,
};

use super::support::{experiment, wait_for};

/// The picture of the run too.
const HISTORY: Wanted = Wanted {
    product_norms: false,
    eigenvalues: false,
    triangle: false,
    history: true,
    worksheet: None,
    gates: false,
    inputs: false,
};

fn look(trainer: &mut Trainer) -> Snapshot {
    trainer.snapshot(HISTORY, &Interrupt::default()).unwrap()
}

/// Step `step` of a run in which things are changed by hand.
fn step(trainer: &mut Trainer, step: u64) {
    match step {
        10 => trainer.set_weight(Weight::Recurrent, 1.2),
        20 => {
            let mut next = Experiment::clone(trainer.experiment());
            next.network.activation = Activation::Softsign;
            next.training.learning_rate = 0.02;
            next.task.length = 14;
            assert!(!trainer.change(next.check().unwrap()));
        }
        30 => {
            let mut next = Experiment::clone(trainer.experiment());
            next.training.optimizer = OptimizerKind::Adam;
            assert!(!trainer.change(next.check().unwrap()));
        }
        _ => {}
    }
    assert_eq!(trainer.step(&Interrupt::default()), Stepped::Done);
}

/// A run of forty steps, and its parameters after each of them.
fn run(optimizer: OptimizerKind, hidden: usize) -> (Trainer, Vec<Parameters>) {
    let mut trainer = Trainer::new(experiment(|e| {
        e.network.hidden = hidden;
        e.network.bias = true;
        e.training.optimizer = optimizer;
        e.training.batch = 4;
    }));
    let mut parameters = vec![trainer.network().parameters.clone()];
    for number in 0..40 {
        step(&mut trainer, number);
        parameters.push(trainer.network().parameters.clone());
    }
    (trainer, parameters)
}

#[test]
fn every_recorded_step_goes_on_with_the_same_bits() {
    for optimizer in OptimizerKind::ALL {
        for hidden in [1, 5] {
            let (trainer, expected) = run(optimizer, hidden);
            let recorded: Vec<u64> = trainer.recorded_steps().collect();
            assert_eq!(recorded, (0..40).collect::<Vec<_>>());
            for from in [0, 9, 10, 19, 20, 29, 30, 39] {
                let mut again = trainer.at(from).unwrap();
                assert_eq!(again.steps_done(), from);
                // What was changed by hand before the next step is part of the moment already.
                for number in from..40 {
                    if number == from {
                        assert_eq!(again.step(&Interrupt::default()), Stepped::Done);
                    } else {
                        step(&mut again, number);
                    }
                    let index = number as usize + 1;
                    assert_eq!(
                        again.network().parameters,
                        expected[index],
                        "{optimizer:?}, H = {hidden}, from {from}, after {index}"
                    );
                }
            }
        }
    }
}

#[test]
fn continuing_makes_the_past_the_present_and_keeps_the_future_until_the_next_step() {
    let (mut trainer, expected) = run(OptimizerKind::Momentum, 3);
    let then = trainer.at(25).unwrap();
    trainer.continue_from(then);
    let now = look(&mut trainer);
    assert_eq!((now.moment.step, now.run.timeline.newest), (25, 40));
    assert_eq!(trainer.network().parameters, expected[25]);
    // The end of the first future is still there.
    let end = trainer.at(40).unwrap();
    assert_eq!(end.network().parameters, expected[40]);
    trainer.continue_from(end);
    assert_eq!(trainer.network().parameters, expected[40]);
    // Another step from the middle, and it is gone.
    let then = trainer.at(25).unwrap();
    trainer.continue_from(then);
    trainer.set_weight(Weight::Recurrent, 0.3);
    assert_eq!(trainer.step(&Interrupt::default()), Stepped::Done);
    let now = look(&mut trainer);
    assert_eq!((now.moment.step, now.run.timeline.newest), (26, 26));
    assert_eq!(trainer.recorded_steps().last(), Some(25));
    assert_eq!(now.run.history.last().unwrap().step, 26);
    assert!(now.run.history.iter().map(|record| record.step).eq(1..=26));
    assert_ne!(trainer.network().parameters, expected[26]);
}

/// Accuracy that was measured in an abandoned future does not stay among that of the new one.
#[test]
fn evaluations_stay_in_order_when_somebody_goes_on_from_the_past() {
    let never = Interrupt::default();
    let mut trainer = Trainer::new(experiment(|e| e.task.kind = TaskKind::Latch));
    let evaluated = |trainer: &mut Trainer| -> Vec<u64> {
        let snapshot = look(trainer);
        snapshot
            .run
            .evaluations
            .iter()
            .map(|one| one.step)
            .collect()
    };
    for _ in 0..30 {
        trainer.step(&never);
        if trainer.steps_done().is_multiple_of(10) {
            trainer.evaluate(&never).unwrap();
        }
    }
    let then = trainer.at(15).unwrap();
    trainer.continue_from(then);
    trainer.evaluate(&never).unwrap();
    assert_eq!(evaluated(&mut trainer), [10, 15]);
    // Until the next step the end of the first future is there with its own.
    let end = trainer.at(30).unwrap();
    trainer.continue_from(end);
    assert_eq!(evaluated(&mut trainer), [10, 15, 20, 30]);
    let then = trainer.at(15).unwrap();
    trainer.continue_from(then);
    trainer.step(&never);
    assert_eq!(evaluated(&mut trainer), [10, 15]);
    trainer.evaluate(&never).unwrap();
    assert_eq!(evaluated(&mut trainer), [10, 15, 16]);
}

/// A reset by mistake can be taken back until the next step.
#[test]
fn a_reset_can_be_gone_back_from() {
    let (mut trainer, expected) = run(OptimizerKind::Adam, 3);
    trainer.reset();
    let now = look(&mut trainer);
    assert_eq!((now.moment.step, now.run.timeline.newest), (0, 40));
    assert!(now.run.history.is_empty() && now.run.evaluations.is_empty());
    let end = trainer.at(40).unwrap();
    trainer.continue_from(end);
    assert_eq!(trainer.network().parameters, expected[40]);
    assert_eq!(look(&mut trainer).run.history.len(), 40);
    trainer.reset();
    assert_eq!(trainer.step(&Interrupt::default()), Stepped::Done);
    let now = look(&mut trainer);
    assert_eq!(
        (
            now.moment.step,
            now.run.timeline.newest,
            now.run.history.len()
        ),
        (1, 1, 1)
    );
    // Moments of another shape cannot stand beside these.
    let mut next = Experiment::clone(trainer.experiment());
    next.network.hidden = 5;
    assert!(trainer.change(next.check().unwrap()));
    assert_eq!(look(&mut trainer).run.timeline.newest, 0);
}

/// Every row of the picture is what the screen showed at that moment.
#[test]
fn the_picture_of_the_run_is_made_of_its_moments() {
    let never = Interrupt::default();
    for hidden in [1, 4] {
        let mut trainer = Trainer::new(experiment(|e| e.network.hidden = hidden));
        let mut shown = Vec::new();
        for number in 0..40 {
            // Changes come before the snapshot that shows them.
            if number == 10 {
                trainer.set_weight(Weight::Recurrent, 1.2);
            }
            shown.push(look(&mut trainer));
            assert_eq!(trainer.step(&never), Stepped::Done);
        }
        trainer.fill_rows(&never, || true).unwrap();
        let now = look(&mut trainer);
        assert_eq!(now.run.timeline.rows.len(), 40);
        for (row, shown) in now.run.timeline.rows.iter().zip(&shown) {
            assert_eq!((row.step, row.length), (shown.moment.step, shown.len()));
            for t in 1..=shown.len() {
                assert_eq!(row.nearest(t), (t, shown.probe.flow.steps[t - 1].to_end));
            }
        }
        // And a moment that is gone back to shows what it showed.
        for step in [0, 10, 33] {
            let mut then = trainer.at(step).unwrap();
            let again = trainer
                .snapshot_of_past(&mut then, HISTORY, &never)
                .unwrap();
            let shown = &shown[step as usize];
            assert!(again.run.timeline.is_past && again.run.timeline.newest == 40);
            assert_eq!(again.probe.flow.steps, shown.probe.flow.steps);
            assert_eq!(again.probe.loss.to_bits(), shown.probe.loss.to_bits());
            assert_eq!(again.run.history.len(), 40);
            // Measured again rather than scaled with the slider: the last bits may differ.
            let measured =
                again.moment.spectrum.spectral_radius / shown.moment.spectrum.spectral_radius;
            assert!((measured - 1.0).abs() < 1e-12);
        }
    }
}

#[test]
fn rows_are_computed_newest_first_and_within_what_is_allowed() {
    let mut trainer = Trainer::new(experiment(|e| e.task.kind = TaskKind::Latch));
    for _ in 0..30 {
        trainer.step(&Interrupt::default());
    }
    let mut allowed = 5;
    let more = || {
        allowed -= 1;
        allowed >= 0
    };
    trainer.fill_rows(&Interrupt::default(), more).unwrap();
    let steps: Vec<u64> = trainer.rows().map(|row| row.step).collect();
    assert_eq!(steps, [25, 26, 27, 28, 29]);
    assert!(trainer.is_row_missing());
    let raised = Interrupt::default();
    raised.raise();
    assert!(trainer.fill_rows(&raised, || true).is_err());
}

#[test]
fn a_worker_looks_back_and_goes_on() {
    let mut worker = Worker::start(experiment(|_| {}), || {}).unwrap();
    for _ in 0..30 {
        worker.send(Command::Step).unwrap();
    }
    let now = wait_for(&worker, |update| update.snapshot.moment.step == 30).snapshot;
    worker.send(Command::LookAt(Some(12))).unwrap();
    let then = wait_for(&worker, |update| update.snapshot.moment.step == 12).snapshot;
    assert!(then.run.timeline.is_past && then.run.timeline.newest == 30);
    assert_eq!(then.run.history.len(), 30);
    worker.send(Command::LookAt(None)).unwrap();
    let back = wait_for(&worker, |update| update.snapshot.moment.step == 30).snapshot;
    assert!(!back.run.timeline.is_past);
    assert_eq!(back.moment.network, now.moment.network);
    // A change by hand is made to the present.
    worker.send(Command::LookAt(Some(12))).unwrap();
    worker
        .send(Command::SetWeight(Weight::Recurrent, 0.5))
        .unwrap();
    let changed = wait_for(&worker, |_| true).snapshot;
    assert_eq!((changed.moment.step, changed.moment.weights.w_h), (30, 0.5));
    worker.send(Command::LookAt(Some(12))).unwrap();
    worker.send(Command::ContinueFrom(12)).unwrap();
    let present = wait_for(&worker, |_| true).snapshot;
    assert!(!present.run.timeline.is_past);
    assert_eq!((present.moment.step, present.run.timeline.newest), (12, 30));
    assert_eq!(present.moment.network, then.moment.network);
    worker.send(Command::Step).unwrap();
    let next = wait_for(&worker, |update| update.snapshot.moment.step == 13).snapshot;
    assert_eq!(next.run.timeline.newest, 13);
}

/// Undoing brings back both what is chosen and where training had the weights.
#[test]
fn restoring_puts_the_weights_and_leaves_the_rest_of_the_network() {
    let mut trainer = Trainer::new(experiment(|_| {}));
    for _ in 0..20 {
        trainer.step(&Interrupt::default());
    }
    let before = look(&mut trainer);
    trainer.set_weight(Weight::Recurrent, 2.0);
    let changed = CheckedExperiment::clone(&look(&mut trainer).moment.experiment);
    let restored = CheckedExperiment::clone(&before.moment.experiment);
    assert!(!trainer.restore(restored, &[(Weight::Recurrent, before.moment.weights.w_h)]));
    let after = look(&mut trainer);
    assert_eq!(after.moment.network, before.moment.network);
    assert_eq!(after.moment.experiment, before.moment.experiment);
    assert_ne!(*after.moment.experiment, changed);
    assert_eq!(after.moment.step, 20);
    // What needs a new run begins one.
    assert!(trainer.restore(experiment(|e| e.network.hidden = 3), &[]));
    assert_eq!(look(&mut trainer).moment.step, 0);
}
