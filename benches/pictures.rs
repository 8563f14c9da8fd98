//! What the pictures of a moment cost that are computed beside training or with a snapshot: the triangle of
//! all products, the landscape over w_h, the rounded flows, the gradient check, and recording a moment.

use std::hint::black_box;
use std::sync::Arc;

use bptt_scope::flow::{CheckScope, LandscapeAxis, Progress, Triangle};
use bptt_scope::rnn::Interrupt;
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{Experiment, Question, Snapshot, Trainer, Wanted, answer};
use criterion::{Criterion, criterion_group, criterion_main};

fn snapshot(hidden: usize, length: usize) -> Arc<Snapshot> {
    let mut experiment = Experiment::default();
    experiment.task.kind = TaskKind::Latch;
    experiment.task.length = length;
    experiment.network.hidden = hidden;
    let never = Interrupt::default();
    let mut trainer = Trainer::new(experiment.check().expect("in range"));
    let snapshot = trainer.snapshot(Wanted::default(), &never);
    Arc::new(snapshot.expect("not interrupted"))
}

/// Every one of the n (n + 1) / 2 products, as a picture of them reads them.
fn triangle(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("triangle, H = 1");
    for length in [10, 100, 1000] {
        let snapshot = snapshot(1, length);
        group.bench_function(format!("n = {length}"), |bencher| {
            bencher.iter(|| {
                let triangle = Triangle::of_numbers(&snapshot.probe.flow);
                for row in 0..length {
                    triangle.row(row).for_each(|value| {
                        black_box(value);
                    });
                }
            });
        });
    }
    group.finish();
}

fn questions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("question");
    group.sample_size(10);
    let sample = CheckScope::Sample { count: 6, round: 1 };
    for (hidden, length) in [(1, 10), (1, 1000), (16, 100)] {
        let snapshot = snapshot(hidden, length);
        for (name, question) in [
            (
                "landscape",
                Question::Landscape {
                    axis: LandscapeAxis::RecurrentWeight,
                    range: (-3.0, 3.0),
                },
            ),
            ("rounded flows", Question::RoundedFlows),
            ("gradient check", Question::GradientCheck(sample)),
            ("triangle", Question::Triangle),
            ("singular values", Question::SingularValues { k: 1 }),
        ] {
            let (never, progress) = (Interrupt::default(), Progress::default());
            group.bench_function(format!("{name}, H = {hidden}, n = {length}"), |bencher| {
                bencher.iter(|| black_box(answer(question, &snapshot, &never, &progress)));
            });
        }
    }
    group.finish();
}

/// The rows of the picture of a run, all of them at once.
fn history(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rows of the history");
    group.sample_size(10);
    let never = Interrupt::default();
    for (hidden, length) in [(1, 10), (16, 50)] {
        group.bench_function(
            format!("H = {hidden}, n = {length}, 300 steps"),
            |bencher| {
                bencher.iter_batched(
                    || {
                        let mut experiment = Experiment::default();
                        experiment.task.length = length;
                        experiment.network.hidden = hidden;
                        experiment.training.batch = 1;
                        let mut trainer = Trainer::new(experiment.check().expect("in range"));
                        for _ in 0..300 {
                            trainer.step(&never);
                        }
                        trainer
                    },
                    |mut trainer| trainer.fill_rows(&never, || true),
                    criterion::BatchSize::PerIteration,
                );
            },
        );
    }
    group.finish();
}

criterion_group!(benches, triangle, questions, history);
criterion_main!(benches);
