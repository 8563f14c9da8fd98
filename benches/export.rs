//! What is written of a moment, and how long the command line takes from its start to its end.

use std::process::{Command, Stdio};

use bptt_scope::export::{Artefact, Sight};
use bptt_scope::rnn::Interrupt;
use bptt_scope::scene::Look;
use bptt_scope::training::{Experiment, Trainer, Wanted};
use criterion::{Criterion, criterion_group, criterion_main};

fn artefacts(criterion: &mut Criterion) {
    let never = Interrupt::default();
    for (name, length, hidden) in [
        ("n = 10", 10, 1),
        ("n = 1,000", 1000, 1),
        ("H = 16", 10, 16),
    ] {
        let mut experiment = Experiment::default();
        experiment.task.length = length;
        experiment.network.hidden = hidden;
        let mut trainer = Trainer::new(experiment.check().expect("in range"));
        let snapshot = trainer
            .snapshot(Wanted::default(), &never)
            .expect("a moment");
        let look = Look::of(&snapshot);
        let sight = Sight::new(&snapshot, &look);
        let mut group = criterion.benchmark_group(name);
        for artefact in [
            Artefact::TraceJson,
            Artefact::TraceCsv,
            Artefact::Svg(None),
            Artefact::Png(None),
        ] {
            group.bench_function(artefact.extension(), |bencher| {
                bencher.iter(|| {
                    let mut bytes = Vec::new();
                    artefact.write(&sight, &never, &mut bytes).expect("written");
                    bytes
                });
            });
        }
        group.finish();
    }
}

fn process(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("process");
    for arguments in [
        &["--version"][..],
        &["trace"],
        &["trace", "--format", "svg"],
    ] {
        group.bench_function(arguments.join(" "), |bencher| {
            bencher.iter(|| {
                let status = Command::new(env!("CARGO_BIN_EXE_bptt-scope"))
                    .args(arguments)
                    .stdout(Stdio::null())
                    .status();
                assert!(status.expect("the program").success());
            });
        });
    }
    group.finish();
}

criterion_group!(benches, artefacts, process);
criterion_main!(benches);
