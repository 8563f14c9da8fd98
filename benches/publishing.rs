//! What a worker does for the screen: a snapshot of a moment, and a step's place in the past.

use bptt_scope::rnn::Interrupt;
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{Command, Experiment, History, Session, StepRecord, Wanted};
use criterion::{Criterion, criterion_group, criterion_main};

/// From a change by hand to the update that shows it: the probe's passes, its gradient flow, and everything that
/// is put together of them.
fn snapshots(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("snapshot published");
    for (hidden, length) in [
        (1, 10),
        (1, 1_000),
        (1, 10_000),
        (16, 100),
        (64, 100),
        (256, 100),
    ] {
        let mut experiment = Experiment::default();
        experiment.task.kind = TaskKind::Latch;
        experiment.task.length = length;
        experiment.network.hidden = hidden;
        let experiment = experiment.check().expect("in range");
        let mut session = Session::new(experiment, Interrupt::default());
        group.bench_function(format!("H = {hidden}, n = {length}"), |bencher| {
            bencher.iter(|| {
                session.command(Command::Want(Wanted::default()));
                let (update, _) = session.work();
                update.expect("what was asked for is published at once")
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

criterion_group!(benches, snapshots, records);
criterion_main!(benches);
