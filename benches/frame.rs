//! What one frame of the window costs the processor: taking in a snapshot, layout and tessellation, at
//! 1600 × 1000 while training runs as fast as it goes on its own thread. No graphics card is involved.
//!
//! Frames are measured in processor time of the window's thread: what training takes of a machine with few cores is no
//! cost of a frame.
//!
//! The empty frame is egui's own cost; the ratio to it is what a machine's speed does not change.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bptt_scope::scene::View;
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{CheckedExperiment, Experiment, Speed};
use bptt_scope::ui::{Action, Arrangement, BesideAction, ScopeApp};
use cpu_time::ThreadTime;
use criterion::{Criterion, criterion_group, criterion_main};
use egui::{Context, FullOutput, RawInput, Rect, Vec2};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use safetensors::tensor::{Dtype, TensorView};

fn input() -> RawInput {
    RawInput {
        screen_rect: Some(Rect::from_min_size(
            egui::Pos2::ZERO,
            Vec2::new(1600.0, 1000.0),
        )),
        ..RawInput::default()
    }
}

fn tessellate(ctx: &Context, mut output: FullOutput) {
    let shapes = std::mem::take(&mut output.shapes);
    black_box(ctx.tessellate(shapes, output.pixels_per_point));
    output.textures_delta.clear();
}

fn frame(ctx: &Context, app: &mut ScopeApp) {
    app.logic(ctx);
    let output = ctx.run_ui(input(), |ui| app.ui(ui));
    tessellate(ctx, output);
}

fn experiment(length: usize) -> CheckedExperiment {
    let mut experiment = Experiment::default();
    experiment.task.kind = TaskKind::Latch;
    experiment.task.length = length;
    experiment.check().expect("in range")
}

/// Two experiments beside each other: what a frame of them costs is to be set beside one of the same length.
const TWO: &str = "two of n = 200";

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frame");
    group.bench_function("empty", |bencher| {
        let ctx = Context::default();
        bencher.iter(|| {
            let output = ctx.run_ui(input(), |_| {});
            tessellate(&ctx, output);
        });
    });
    let usual = || Arrangement::default();
    let enlarged = || Arrangement::View(View::TRIANGLE);
    for (name, length, arrangement) in [
        ("n = 10", 10, usual as fn() -> Arrangement),
        ("n = 200", 200, usual),
        (TWO, 200, usual),
        ("n = 1000", 1000, usual),
        ("n = 10,000", 10_000, usual),
        ("every view, n = 10", 10, Arrangement::all_open),
        ("every view, n = 200", 200, Arrangement::all_open),
        ("every view, n = 1000", 1000, Arrangement::all_open),
        ("all products enlarged, n = 1000", 1000, enlarged),
    ] {
        group.bench_function(format!("{name}, training"), |bencher| {
            let (ctx, mut app) = training(length, arrangement(), name == TWO);
            bencher.iter_custom(|count| {
                let start = ThreadTime::now();
                (0..count).for_each(|_| frame(&ctx, &mut app));
                start.elapsed()
            });
        });
    }
    group.finish();
}

/// The same at the pace of a screen, where every frame has a new moment.
fn frames_of_a_screen(criterion: &mut Criterion) {
    const PACE: Duration = Duration::from_millis(16);
    let mut group = criterion.benchmark_group("a frame of a screen");
    // In processor time: on the clock it takes ten times as long.
    group.warm_up_time(Duration::from_millis(100));
    group.measurement_time(Duration::from_millis(500));
    group.sample_size(20);
    for (name, is_of_two) in [("n = 200", false), (TWO, true)] {
        group.bench_function(format!("{name}, training"), |bencher| {
            let (ctx, mut app) = training(200, Arrangement::default(), is_of_two);
            bencher.iter_custom(|count| {
                let start = ThreadTime::now();
                for _ in 0..count {
                    std::thread::sleep(PACE);
                    frame(&ctx, &mut app);
                }
                start.elapsed()
            });
        });
    }
    group.finish();
}

/// A window of one experiment or of two that train as fast as they go.
fn training(length: usize, arrangement: Arrangement, is_of_two: bool) -> (Context, ScopeApp) {
    let ctx = Context::default();
    let mut app = ScopeApp::new(&ctx, experiment(length)).expect("a thread");
    app.apply(&ctx, Action::Arrange(Box::new(arrangement)));
    if is_of_two {
        app.apply(&ctx, Action::Beside(BesideAction::Toggle));
    }
    app.apply(&ctx, Action::SetSpeed(Speed::Unlimited));
    app.apply(&ctx, Action::ToggleRun);
    let start = Instant::now();
    while app
        .snapshot()
        .is_none_or(|snapshot| snapshot.moment.step == 0)
    {
        frame(&ctx, &mut app);
        assert!(start.elapsed() < Duration::from_secs(60), "it does not run");
    }
    (ctx, app)
}

/// From nothing to the first frame that shows a moment: fonts, a worker's thread, its first snapshot, layout.
fn start_up(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start-up to the first picture");
    group.sample_size(20);
    for (name, length) in [("n = 10", 10), ("n = 10,000", 10_000)] {
        group.bench_function(name, |bencher| {
            // A worker that ends is waited for, which is no part of starting up.
            bencher.iter_with_large_drop(|| {
                let ctx = Context::default();
                let mut app = ScopeApp::new(&ctx, experiment(length)).expect("a thread");
                while app.snapshot().is_none() {
                    app.logic(&ctx);
                    std::thread::yield_now();
                }
                frame(&ctx, &mut app);
                (ctx, app)
            });
        });
    }
    group.finish();
}

/// A file with an LSTM of so many `layers` of H = D = `hidden`, and an experiment beside it that reads noise with it.
fn lstm(folder: &Path, layers: usize, hidden: usize, length: usize) -> PathBuf {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let size = 1.0 / (hidden as f32).sqrt();
    let names = (0..layers)
        .flat_map(|layer| ["weight_ih", "weight_hh"].map(|name| format!("lstm.{name}_l{layer}")));
    let tensors = names.map(|name| {
        let numbers = (0..4 * hidden * hidden).map(|_| rng.random_range(-size..size).to_le_bytes());
        (name, numbers.flatten().collect::<Vec<u8>>())
    });
    let tensors: Vec<(String, Vec<u8>)> = tensors.collect();
    let views = tensors.iter().map(|(name, bytes)| {
        let view = TensorView::new(Dtype::F32, vec![4 * hidden, hidden], bytes);
        (name.clone(), view.expect("as many bytes as numbers"))
    });
    let bytes = safetensors::serialize(views, None).expect("tensors");
    std::fs::write(folder.join("lstm.safetensors"), bytes).expect("a disk");
    let text = format!(
        "[task]\nkind = \"data\"\nlength = {length}\n[network]\nweights = \"lstm.safetensors\"\n[data]\ninputs = \"noise\"\n"
    );
    let path = folder.join("lstm.toml");
    std::fs::write(&path, text).expect("a disk");
    path
}

/// From opening a large model in a window to the first frame that has its flow, and the longest frame meanwhile: how long
/// the window does not answer.
fn models(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a model of one's own");
    group.sample_size(10);
    for (layers, hidden, length) in [(1, 512, 500), (3, 256, 200)] {
        let folder = tempfile::tempdir().expect("a disk");
        let path = lstm(folder.path(), layers, hidden, length);
        for (name, is_whole) in [("to its flow", true), ("the longest frame", false)] {
            let name = format!("{layers} x {hidden}, n = {length}, {name}");
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|count| {
                    let mut taken = Duration::ZERO;
                    for _ in 0..count {
                        let ctx = Context::default();
                        let mut app = ScopeApp::new(&ctx, experiment(10)).expect("a thread");
                        while app.snapshot().is_none() {
                            frame(&ctx, &mut app);
                        }
                        let start = Instant::now();
                        let mut longest = Duration::ZERO;
                        app.apply(&ctx, Action::OpenFile(path.clone()));
                        loop {
                            let begun = Instant::now();
                            frame(&ctx, &mut app);
                            longest = longest.max(begun.elapsed());
                            if app.snapshot().is_some_and(|it| it.len() == length) {
                                break;
                            }
                            std::thread::sleep(Duration::from_millis(8));
                        }
                        taken += if is_whole { start.elapsed() } else { longest };
                    }
                    taken
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, frames, frames_of_a_screen, start_up, models);
criterion_main!(benches);
