//! What a training step and a snapshot cost, and what a dragged slider waits for.

use bptt_scope::rnn::{Interrupt, RecurrentInit, Spectrum};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{Experiment, Trainer, Wanted, Weight};
use criterion::{Criterion, criterion_group, criterion_main};

fn trainer(kind: TaskKind, hidden: usize, length: usize, batch: usize) -> Trainer {
    let mut experiment = Experiment::default();
    experiment.task.kind = kind;
    experiment.task.length = length;
    experiment.network.hidden = hidden;
    experiment.training.batch = batch;
    experiment.training.learning_rate = 1e-6;
    Trainer::new(experiment.check().expect("in range"))
}

const SIZES: [(&str, TaskKind, usize, usize, usize); 5] = [
    ("default", TaskKind::Sentiment, 1, 10, 16),
    ("sentiment, H = 16", TaskKind::Sentiment, 16, 10, 16),
    ("scalar, n = 1000, B = 1", TaskKind::Latch, 1, 1000, 1),
    ("H = 64, n = 100, B = 32", TaskKind::Latch, 64, 100, 32),
    ("H = 256, n = 100, B = 32", TaskKind::Latch, 256, 100, 32),
];

fn steps(criterion: &mut Criterion) {
    let never = Interrupt::default();
    let mut group = criterion.benchmark_group("step");
    group.sample_size(20);
    for (name, kind, hidden, length, batch) in SIZES {
        let mut trainer = trainer(kind, hidden, length, batch);
        group.bench_function(name, |bencher| bencher.iter(|| trainer.step(&never)));
    }
    group.finish();
}

/// From a moved slider to the snapshot that shows it.
fn drags(criterion: &mut Criterion) {
    let never = Interrupt::default();
    let mut group = criterion.benchmark_group("drag w_h");
    group.sample_size(20);
    for (name, kind, hidden, length, batch) in SIZES {
        let mut trainer = trainer(kind, hidden, length, batch);
        let mut w_h = 0.5;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                w_h = if w_h < 1.5 { w_h + 1e-3 } else { 0.5 };
                trainer.set_weight(Weight::Recurrent, w_h);
                trainer
                    .snapshot(Wanted::default(), &never)
                    .expect("not interrupted")
            });
        });
    }
    group.finish();
}

fn spectra(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("spectrum of W_h");
    group.sample_size(10);
    for hidden in [16, 64, 256, 512] {
        let mut experiment = Experiment::default();
        experiment.network.hidden = hidden;
        experiment.network.recurrent = RecurrentInit::Gaussian;
        let trainer = Trainer::new(experiment.check().expect("in range"));
        let w_h = &trainer.network().parameters.w_h();
        group.bench_function(format!("H = {hidden}"), |bencher| {
            bencher.iter(|| Spectrum::of(w_h));
        });
    }
    group.finish();
}

criterion_group!(benches, steps, drags, spectra);
criterion_main!(benches);
