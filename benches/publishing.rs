//! What a worker does for the screen: a snapshot of a moment, and a step's place in the past.

use std::time::{Duration, Instant};

use bptt_scope::rnn::Interrupt;
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{
    CheckedExperiment, Command, Experiment, History, Session, StepRecord, Trainer, Wanted, Weight,
};
use criterion::{Criterion, criterion_group, criterion_main};

/// H and n.
const SHAPES: [(usize, usize); 6] = [
    (1, 10),
    (1, 1_000),
    (1, 10_000),
    (16, 100),
    (64, 100),
    (256, 100),
];

/// Steps before anything is measured: curves and recorded past have grown by then.
const STEPS: usize = 200;

fn experiment(hidden: usize, length: usize) -> CheckedExperiment {
    let mut experiment = Experiment::default();
    experiment.task.kind = TaskKind::Latch;
    experiment.task.length = length;
    experiment.network.hidden = hidden;
    experiment.training.batch = 1;
    // So slow that it stays what it was, however long it is measured.
    experiment.training.learning_rate = 1e-9;
    experiment.check().expect("in range")
}

/// A snapshot in the middle of a run, after one more step, which is not counted: the probe's passes, its gradient
/// flow, the spectrum of the new W_h up to 128 units, and everything that is put together of them.
fn snapshots(criterion: &mut Criterion) {
    let never = Interrupt::default();
    let mut group = criterion.benchmark_group("snapshot in a run");
    group.sample_size(20);
    for (hidden, length) in SHAPES {
        let mut trainer = Trainer::new(experiment(hidden, length));
        for _ in 0..STEPS {
            trainer.step(&never);
        }
        group.bench_function(format!("H = {hidden}, n = {length}"), |bencher| {
            bencher.iter_custom(|count| {
                let mut taken = Duration::ZERO;
                for _ in 0..count {
                    trainer.step(&never);
                    let start = Instant::now();
                    let snapshot = trainer.snapshot(Wanted::default(), &never);
                    taken += start.elapsed();
                    snapshot.expect("nobody interrupts");
                }
                taken
            });
        });
    }
    group.finish();
}

/// From a w_h set by hand to the update that shows it, in a run that is paused.
fn changes_by_hand(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("change by hand to update");
    group.sample_size(20);
    for (hidden, length) in SHAPES {
        let mut session = Session::new(experiment(hidden, length), Interrupt::default());
        for _ in 0..STEPS {
            session.command(Command::Step);
            session.work();
        }
        let mut radius = [0.9, 1.1].into_iter().cycle();
        group.bench_function(format!("H = {hidden}, n = {length}"), |bencher| {
            bencher.iter(|| {
                let radius = radius.next().expect("endless");
                session.command(Command::SetWeight(Weight::Recurrent, radius));
                let (update, _) = session.work();
                update.expect("what is changed by hand is published at once")
            });
        });
    }
    group.finish();
}

/// A step's record, after so many that older ones are merged.
fn records(criterion: &mut Criterion) {
    let mut history = History::default();
    let mut step = 0;
    let mut push = move || {
        step += 1;
        history.push(StepRecord {
            step,
            loss: 0.5,
            accuracy: 0.5,
            gradient_norm: 1.0,
            clipped_norm: 1.0,
        });
    };
    (0..100_000).for_each(|_| push());
    criterion.bench_function("history insert", |bencher| bencher.iter(&mut push));
}

criterion_group!(benches, snapshots, changes_by_hand, records);
criterion_main!(benches);
