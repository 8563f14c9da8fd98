//! Leaving a run for another one, and coming back to it: nothing that was trained is lost.

use bptt_scope::rnn::Interrupt;
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{
    CheckedExperiment, Command, Experiment, OptimizerKind, Restoration, RunNumber, Session,
    Trainer, Update, Wanted, Weight, Worker,
};

use super::support::{experiment, look, train, wait_for};

fn adam() -> CheckedExperiment {
    experiment(|e| {
        e.network.hidden = 3;
        e.network.bias = true;
        e.training.optimizer = OptimizerKind::Adam;
        e.training.batch = 4;
    })
}

/// Parameters, what Adam remembers and the batches to come: all are as if nobody had left.
#[test]
fn a_run_that_was_left_goes_on_with_the_same_bits() {
    let never = Interrupt::default();
    let mut alone = Trainer::new(adam());
    train(&mut alone, 20);
    alone.evaluate(&never).unwrap();
    let before = look(&mut alone);
    let mut trainer = Trainer::new(adam());
    train(&mut trainer, 20);
    trainer.evaluate(&never).unwrap();
    // Of the same shape, and of another.
    for next in [
        experiment(|e| e.task.kind = TaskKind::Latch),
        adam(),
        experiment(|e| e.network.hidden = 5),
    ] {
        let left = trainer.begin(next);
        let now = look(&mut trainer);
        assert_eq!((now.moment.step, now.run.timeline.newest), (0, 0));
        assert!(
            now.run.timeline.recorded.is_empty(),
            "the map of another run"
        );
        train(&mut trainer, 3);
        trainer.return_to(left);
        let now = look(&mut trainer);
        assert_eq!(
            (now.moment.step, &now.moment.network),
            (20, &before.moment.network)
        );
        assert_eq!(now.run.history, before.run.history);
        assert_eq!(now.run.evaluations, before.run.evaluations);
        assert_eq!(now.moment.experiment, before.moment.experiment);
        assert!(trainer.recorded_steps().eq(0..20));
    }
    train(&mut alone, 10);
    train(&mut trainer, 10);
    assert_eq!(alone.network(), trainer.network());
    // And what was recorded before is there.
    let (mut then, mut again) = (alone.at(7).unwrap(), trainer.at(7).unwrap());
    train(&mut then, 2);
    train(&mut again, 2);
    assert_eq!(then.network(), again.network());
}

#[test]
fn a_diverged_run_is_still_diverged_when_somebody_comes_back() {
    let mut trainer = Trainer::new(experiment(|e| {
        e.training.learning_rate = 1000.0;
        e.network.activation = bptt_scope::rnn::Activation::Identity;
        e.network.w_h = 3.0;
    }));
    while trainer.divergence().is_none() {
        trainer.step(&Interrupt::default());
        assert!(trainer.steps_done() < 1000, "it should diverge");
    }
    // As text: the norm of its gradient is NaN, which is not equal to itself.
    let before = format!("{:?}", trainer.divergence());
    let left = trainer.begin(CheckedExperiment::default());
    assert_eq!(trainer.divergence(), None);
    trainer.return_to(left);
    assert_eq!(format!("{:?}", trainer.divergence()), before);
}

/// A worker with what an undo of the window sends.
struct Bench {
    worker: Worker,
}

impl Bench {
    fn send(&mut self, command: Command) -> Update {
        self.worker.send(command).unwrap();
        wait_for(&self.worker, |_| true)
    }

    /// Trains a run that has just begun.
    fn steps(&mut self, count: u64) -> Update {
        for _ in 0..count {
            self.worker.send(Command::Step).unwrap();
        }
        wait_for(&self.worker, |update| update.snapshot.moment.step == count)
    }

    fn restore(&mut self, experiment: CheckedExperiment, run: RunNumber) -> Update {
        self.send(Command::Restore(Box::new(Restoration {
            experiment,
            run,
            weights: Vec::new(),
        })))
    }
}

#[test]
fn both_runs_of_an_undo_and_a_redo_keep_what_was_trained() {
    let first = CheckedExperiment::default();
    let second = experiment(|e| e.task.kind = TaskKind::Latch);
    let (one, two) = (RunNumber::default(), RunNumber::default().next());
    let mut bench = Bench {
        worker: Worker::start(first.clone(), || {}).unwrap(),
    };
    let trained = bench.steps(12).snapshot.moment.network.clone();
    bench.send(Command::Begin(Box::new(second.clone()), two));
    let other = bench.steps(5).snapshot.moment.network.clone();
    for _ in 0..3 {
        let back = bench.restore(first.clone(), one);
        assert_eq!(
            (back.snapshot.moment.step, &back.snapshot.moment.network),
            (12, &trained)
        );
        assert!(!back.running);
        let forth = bench.restore(second.clone(), two);
        assert_eq!(
            (forth.snapshot.moment.step, &forth.snapshot.moment.network),
            (5, &other)
        );
    }
    // A run that is not there is begun, and what is there is kept.
    let three = two.next();
    let new = bench.restore(experiment(|e| e.seed = 8), three);
    assert_eq!(
        (
            new.snapshot.moment.step,
            new.snapshot.moment.experiment.seed
        ),
        (0, 8)
    );
    assert_eq!(bench.restore(second, two).snapshot.moment.step, 5);
}

/// Another hidden size or seed begins a run as well, also where many follow each other under a slider.
#[test]
fn a_change_that_needs_a_new_run_keeps_the_one_that_it_leaves() {
    let first = CheckedExperiment::default();
    let mut bench = Bench {
        worker: Worker::start(first.clone(), || {}).unwrap(),
    };
    let trained = bench.steps(9).snapshot.moment.network.clone();
    let mut run = RunNumber::default();
    for hidden in 2..12 {
        run = run.next();
        let next = experiment(|e| e.network.hidden = hidden);
        bench
            .worker
            .send(Command::Change(Box::new(next), run))
            .unwrap();
    }
    let dragged = wait_for(&bench.worker, |_| true).snapshot;
    assert_eq!(
        (dragged.moment.step, dragged.probe.flow.state_width),
        (0, 11)
    );
    let back = bench.restore(first, RunNumber::default()).snapshot;
    assert_eq!((back.moment.step, &back.moment.network), (9, &trained));
}

/// Numbers whose runs were passed over, because a slider was back before the first was begun, are this run's too.
#[test]
fn a_run_that_was_never_begun_does_not_take_the_trained_one_with_it() {
    let first = CheckedExperiment::default();
    let mut session = Session::new(first.clone(), Interrupt::default());
    let work = |session: &mut Session| {
        for _ in 0..100 {
            session.work();
        }
    };
    let (one, two) = (RunNumber::default(), RunNumber::default().next());
    for _ in 0..4 {
        session.command(Command::Step);
        work(&mut session);
    }
    // The change away from it was superseded by this one.
    session.command(Command::Change(Box::new(first.clone()), two));
    session.command(Command::Begin(
        Box::new(experiment(|e| e.seed = 8)),
        two.next(),
    ));
    for run in [one, two] {
        session.command(Command::Restore(Box::new(Restoration {
            experiment: first.clone(),
            run,
            weights: Vec::new(),
        })));
        let (update, _) = session.work();
        assert_eq!(update.unwrap().snapshot.moment.step, 4, "{run:?}");
    }
}

/// The map of the run still shows the steps before a reset; once the network is another, it says of which they are.
#[test]
fn a_map_says_what_it_was_made_with() {
    let never = Interrupt::default();
    let otherwise = |trainer: &mut Trainer| -> Vec<String> {
        let timeline = look(trainer).run.timeline;
        timeline.otherwise.iter().map(ToString::to_string).collect()
    };
    let mut trainer = Trainer::new(experiment(|_| {}));
    train(&mut trainer, 6);
    let change = |trainer: &mut Trainer, change: &dyn Fn(&mut Experiment)| {
        let mut next = Experiment::clone(trainer.experiment());
        change(&mut next);
        trainer.change(next.check().unwrap());
    };
    // In the middle of a run: what was before is this run's own past.
    change(&mut trainer, &|e| e.task.length = 20);
    assert!(otherwise(&mut trainer).is_empty());
    train(&mut trainer, 6);
    trainer.reset();
    assert!(otherwise(&mut trainer).is_empty(), "the same network");
    change(&mut trainer, &|e| e.task.length = 30);
    assert_eq!(otherwise(&mut trainer), ["length n = 20"]);
    assert!(look(&mut trainer).run.timeline.is_of_another());
    trainer.set_weight(Weight::Recurrent, 1.5);
    assert_eq!(
        otherwise(&mut trainer),
        ["length n = 20", "recurrent weight wₕ = 0.9"]
    );
    // A moment of then says what it brings back.
    let mut then = trainer.at(3).unwrap();
    let past = trainer
        .snapshot_of_past(&mut then, Wanted::default(), &never)
        .unwrap();
    let words: Vec<String> = past
        .run
        .timeline
        .otherwise
        .iter()
        .map(ToString::to_string)
        .collect();
    // Where training had w_h then, not where it began.
    let w_h = past.moment.weights.w_h;
    assert!((w_h - 0.9).abs() > 1e-3, "{w_h}");
    assert_eq!(
        words,
        [
            "length n = 10".to_owned(),
            format!("recurrent weight wₕ = {w_h:.4}")
        ]
    );
    assert!(!past.run.timeline.is_of_another());
    // Back as it was, and it is the same network's again.
    change(&mut trainer, &|e| {
        e.task.length = 20;
        e.network.w_h = 0.9;
    });
    assert!(otherwise(&mut trainer).is_empty());
    // With the next step the old ones are gone.
    change(&mut trainer, &|e| e.task.length = 30);
    train(&mut trainer, 1);
    assert!(otherwise(&mut trainer).is_empty());
    assert_eq!(look(&mut trainer).run.timeline.newest, 1);
}
