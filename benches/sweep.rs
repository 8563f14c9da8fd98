//! A sweep of 10,000 points (one unit, a hundred timesteps, no training) on one core and on all of them: the
//! ratio of the two is what the cores are worth.

use bptt_scope::cli::{Arguments, run};
use clap::Parser;
use criterion::{Criterion, criterion_group, criterion_main};

/// Sweeps with `jobs` threads into a file that is thrown away.
fn sweep(jobs: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("sweep.csv");
    let jobs = jobs.to_string();
    let arguments = Arguments::parse_from([
        "bptt-scope",
        "sweep",
        "--set",
        "task.length=100",
        "--axis",
        "network.w_h=0.5:2:10000",
        "--jobs",
        &jobs,
        "--out",
        out.to_str().expect("a path"),
    ]);
    let mode = arguments.command.expect("a command");
    run(&mode).expect("a sweep");
}

fn sweeps(criterion: &mut Criterion) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut group = criterion.benchmark_group("sweep of 10,000 points");
    group.sample_size(10);
    for jobs in [1, cores] {
        group.bench_function(format!("{jobs} at a time"), |bencher| {
            bencher.iter(|| sweep(jobs));
        });
    }
    group.finish();
}

criterion_group!(benches, sweeps);
criterion_main!(benches);
