//! Pictures of the window. `UPDATE_SNAPSHOTS=1 cargo test --test window pictures` writes them anew; the first is
//! the one in the guide and in the README.
//!
//! They are drawn by a renderer in software or on a graphics card, whatever there is. Where there is none
//! at all they cannot be drawn, and the test says so and passes, unless `BPTT_SCOPE_REQUIRE_RENDERER` is
//! set, as it is where changes are checked.

use super::support::Window;
use bptt_scope::rnn::{Activation, RecurrentInit};
use bptt_scope::scene::Measure;
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{Experiment, OptimizerKind, Weight};
use bptt_scope::ui::{Action, Arrangement};
use egui_kittest::SnapshotOptions;

/// Whether anything can draw. The harness panics where nothing can.
fn can_render() -> bool {
    let drawn = std::panic::catch_unwind(|| {
        egui_kittest::wgpu::create_render_state(
            egui_kittest::wgpu::default_wgpu_setup(),
            eframe::egui_wgpu::RendererOptions::PREDICTABLE,
        )
    });
    let required = std::env::var_os("BPTT_SCOPE_REQUIRE_RENDERER").is_some();
    assert!(drawn.is_ok() || !required, "no renderer");
    if drawn.is_err() {
        eprintln!("no renderer on this machine: the picture was not compared");
    }
    drawn.is_ok()
}

/// Renderers round differently at the edges of shapes and letters; a part that moved, vanished or changed
/// its colour is thousands of pixels.
fn options() -> SnapshotOptions {
    SnapshotOptions::new()
        .threshold(1.5)
        .max_failed_pixels(600_usize)
        .output_path("tests/window/reference")
}

/// Where the guide has its picture of the window, which the README shows, too.
const OF_THE_GUIDE: &str = "docs/src/pictures";

fn picture(
    name: &str,
    size: [f32; 2],
    change: impl FnOnce(&mut Experiment),
    then: impl FnOnce(&mut Window),
) {
    picture_as(&options(), name, size, change, then);
}

fn picture_as(
    options: &SnapshotOptions,
    name: &str,
    size: [f32; 2],
    change: impl FnOnce(&mut Experiment),
    then: impl FnOnce(&mut Window),
) {
    if !can_render() {
        return;
    }
    let mut window = Window::open(size, change);
    then(&mut window);
    window.harness.remove_cursor();
    window.settle_fully();
    window.harness.run();
    window.harness.snapshot_options(name, options);
}

const SMALL: [f32; 2] = [1280.0, 800.0];
const LARGE: [f32; 2] = [1920.0, 1080.0];

#[test]
fn vanishing() {
    picture_as(
        &options().output_path(OF_THE_GUIDE),
        "window",
        SMALL,
        |_| {},
        |window| {
            for _ in 0..30 {
                window.key(egui::Key::S);
            }
            window.key(egui::Key::ArrowLeft);
            window.key(egui::Key::ArrowLeft);
        },
    );
}

/// Every view there is, side by side, on a screen that is large enough for them.
const LARGEST: [f32; 2] = [2200.0, 1300.0];

fn every_view(name: &str, change: impl FnOnce(&mut Experiment), then: impl FnOnce(&mut Window)) {
    picture(name, LARGEST, change, |window| {
        window.act(Action::Arrange(Box::new(Arrangement::all_open())));
        then(window);
    });
}

fn steps(window: &mut Window, count: usize) {
    for _ in 0..count {
        window.key(egui::Key::S);
    }
}

#[test]
fn every_view_vanishing() {
    every_view(
        "every_view_vanishing",
        |e| e.network.activation = Activation::Sigmoid,
        |window| {
            steps(window, 40);
            window.key(egui::Key::ArrowLeft);
        },
    );
}

#[test]
fn every_view_vanishing_light() {
    every_view(
        "every_view_vanishing_light",
        |e| {
            e.task.length = 14;
            e.network.hidden = 8;
        },
        |window| {
            steps(window, 40);
            window.act(Action::MoveCursor(-4));
            window.act(Action::ToggleTheme);
        },
    );
}

#[test]
fn every_view_exploding() {
    every_view(
        "every_view_exploding",
        |e| {
            e.task.kind = TaskKind::Adding;
            e.task.length = 30;
            e.network.activation = Activation::Identity;
            e.network.w_h = -1.4;
            e.training.clip_norm = Some(1.0);
            e.training.hold_w_h = true;
        },
        |window| {
            steps(window, 20);
            window.act(Action::MoveCursor(-9));
        },
    );
}

#[test]
fn every_view_not_finite() {
    every_view(
        "every_view_not_finite",
        |e| {
            e.task.kind = TaskKind::Adding;
            e.task.length = 900;
            e.network.activation = Activation::Identity;
            e.network.w_h = 3.0;
        },
        |window| steps(window, 1),
    );
}

#[test]
fn vanishing_light() {
    picture(
        "vanishing_light",
        SMALL,
        |_| {},
        |window| {
            window.act(Action::ToggleTheme);
        },
    );
}

#[test]
fn exploding() {
    picture(
        "exploding",
        LARGE,
        |e| {
            e.task.kind = TaskKind::Adding;
            e.task.length = 24;
            e.network.activation = Activation::Identity;
            e.network.w_h = -1.3;
            e.training.hold_w_h = true;
            e.training.clip_norm = Some(1.0);
        },
        |window| {
            for _ in 0..5 {
                window.key(egui::Key::S);
            }
        },
    );
}

#[test]
fn exploding_light() {
    picture(
        "exploding_light",
        LARGE,
        |e| {
            e.task.kind = TaskKind::TemporalOrder;
            e.task.length = 30;
            e.network.activation = Activation::Softplus;
            e.network.w_h = 1.6;
        },
        |window| window.act(Action::ToggleTheme),
    );
}

#[test]
fn a_thousand_steps() {
    picture(
        "a_thousand_steps",
        SMALL,
        |e| {
            e.task.kind = TaskKind::Latch;
            e.task.length = 1000;
            e.network.w_h = 1.05;
            e.network.w_i = 1.5;
        },
        |window| {
            for _ in 0..3 {
                window.key(egui::Key::S);
            }
        },
    );
}

#[test]
fn many_units() {
    picture(
        "many_units",
        SMALL,
        |e| {
            e.task.length = 14;
            e.network.hidden = 16;
            e.network.recurrent = RecurrentInit::Gaussian;
            e.training.optimizer = OptimizerKind::Adam;
            e.probe.text = "the flibbertigibbet was never dull".to_owned();
        },
        |window| {
            window.act(Action::SetMeasure(Measure::Norm));
            for _ in 0..20 {
                window.key(egui::Key::S);
            }
        },
    );
}

#[test]
fn non_finite() {
    picture(
        "non_finite",
        SMALL,
        |e| {
            e.task.kind = TaskKind::Adding;
            e.task.length = 800;
            e.network.activation = Activation::Identity;
            e.network.w_h = 3.0;
        },
        |window| {
            window.key(egui::Key::S);
        },
    );
}

#[test]
fn blocked() {
    picture(
        "blocked",
        SMALL,
        |e| {
            e.network.activation = Activation::Relu;
            e.network.w_h = 1.2;
        },
        |window| window.key(egui::Key::Home),
    );
}

#[test]
fn help() {
    picture(
        "help",
        SMALL,
        |e| {
            e.task.kind = TaskKind::Latch;
            e.network.activation = Activation::Relu;
        },
        |window| {
            window.act(Action::SetWeight(Weight::Recurrent, 1.2));
            window.key(egui::Key::F1);
        },
    );
}
