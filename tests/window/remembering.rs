//! Undo and redo, and what the window remembers from one start to the next.

use bptt_scope::rnn::Activation;
use bptt_scope::scene::{Direction, View};
use bptt_scope::training::Weight;
use bptt_scope::ui::{Action, Memory, MemoryFile};
use egui_kittest::kittest::Queryable as _;

use super::support::Window;

fn press(window: &mut Window, key: egui::Key) {
    window
        .harness
        .key_press_modifiers(egui::Modifiers::COMMAND, key);
    window.harness.run_steps(3);
    window.settle();
}

#[test]
fn changes_are_taken_back_and_done_again() {
    let mut window = Window::usual();
    window.type_value("w_h", "1.5");
    window.choose("activation", "ReLU");
    window.type_value("length", "20");
    press(&mut window, egui::Key::Z);
    assert_eq!(window.snapshot().len(), 10);
    assert!(window.shows("Undone: length"));
    press(&mut window, egui::Key::Z);
    assert_eq!(
        window.snapshot().moment.experiment.network.activation,
        Activation::Tanh
    );
    assert_eq!(window.snapshot().moment.weights.w_h, 1.5);
    window.click("Undo");
    assert_eq!(window.snapshot().moment.weights.w_h, 0.9);
    press(&mut window, egui::Key::Z);
    assert!(!window.shows("Undone: nothing"));
    for _ in 0..3 {
        press(&mut window, egui::Key::Y);
    }
    let snapshot = window.snapshot();
    assert_eq!((snapshot.len(), snapshot.moment.weights.w_h), (20, 1.5));
    assert_eq!(
        snapshot.moment.experiment.network.activation,
        Activation::Relu
    );
}

/// Training goes on in between; only what the hand had changed goes back.
#[test]
fn undo_leaves_alone_what_training_has_moved() {
    let mut window = Window::usual();
    for _ in 0..20 {
        window.key(egui::Key::S);
    }
    let before = window.snapshot().moment.weights;
    window.act(Action::SetWeight(Weight::Recurrent, 2.0));
    let mut next = window.harness.state().experiment().clone();
    next.training.learning_rate = 0.5;
    window.act(Action::Edit(Box::new(next)));
    for _ in 0..20 {
        window.key(egui::Key::S);
    }
    let trained = window.snapshot().moment.weights;
    press(&mut window, egui::Key::Z);
    assert_eq!(window.snapshot().moment.weights, trained);
    assert_eq!(
        window.snapshot().moment.experiment.training.learning_rate,
        0.05
    );
    press(&mut window, egui::Key::Z);
    let after = window.snapshot().moment.weights;
    assert_eq!(after.w_h, before.w_h);
    assert_eq!(after.w_o, trained.w_o);
    assert_eq!(window.snapshot().moment.step, 40);
}

#[test]
fn a_drag_a_preset_and_a_new_run_are_one_change_each() {
    let mut window = Window::usual();
    let slider = window
        .harness
        .get_by_role_and_label(egui::Role::Slider, "recurrent weight wₕ slider")
        .rect();
    let from = slider.center();
    window.drag(from, from + egui::Vec2::new(20.0, 0.0));
    let dragged = window.snapshot().moment.weights.w_h;
    assert!(dragged > 0.95);
    window.click("Presets");
    window.click("Exploding");
    assert_eq!(window.snapshot().moment.weights.w_h, 1.5);
    window.type_value("hidden", "4");
    assert_eq!(window.snapshot().probe.flow.state_width, 4);
    press(&mut window, egui::Key::Z);
    assert_eq!(window.snapshot().probe.flow.state_width, 1);
    press(&mut window, egui::Key::Z);
    assert_eq!(window.snapshot().moment.weights.w_h, dragged);
    assert!(window.snapshot().probe.words.is_some());
    // And again, with everything that the preset has drawn.
    press(&mut window, egui::Key::Y);
    let preset = window.snapshot().moment.network.clone();
    window.click("Reset");
    assert_eq!(window.snapshot().moment.network, preset);
    press(&mut window, egui::Key::Z);
    let network = window.snapshot().moment.network.clone();
    window.click("Reset");
    assert_eq!(window.snapshot().moment.network, network);
    press(&mut window, egui::Key::Z);
    assert_eq!(window.snapshot().moment.weights.w_h, 0.9);
}

fn train(window: &mut Window, steps: usize) {
    for _ in 0..steps {
        window.key(egui::Key::S);
    }
}

/// Whichever way a new run was begun, undo goes back to the one that was trained, and redo forth to what was
/// trained after it.
#[test]
fn undo_and_redo_past_a_new_run_lose_nothing_that_was_trained() {
    let begin: [fn(&mut Window); 5] = [
        |window| {
            window.click("Presets");
            window.click("Exploding");
        },
        |window| window.act(Action::Open(Box::default())),
        |window| window.type_value("hidden", "3"),
        |window| window.act(Action::NewSeed),
        |window| window.choose("task", "latch"),
    ];
    for (case, begin) in begin.into_iter().enumerate() {
        let mut window = Window::usual();
        train(&mut window, 8);
        let trained = window.snapshot().moment.network.clone();
        begin(&mut window);
        let new = window.snapshot();
        assert_eq!(
            (new.moment.step, new.run.timeline.newest),
            (0, 0),
            "case {case}"
        );
        train(&mut window, 3);
        let other = window.snapshot().moment.network.clone();
        for _ in 0..2 {
            press(&mut window, egui::Key::Z);
            let back = window.snapshot();
            assert_eq!(
                (back.moment.step, &back.moment.network),
                (8, &trained),
                "case {case}"
            );
            assert_eq!((back.run.history.len(), back.run.timeline.newest), (8, 8));
            press(&mut window, egui::Key::Y);
            let forth = window.snapshot();
            assert_eq!(
                (forth.moment.step, &forth.moment.network),
                (3, &other),
                "case {case}"
            );
        }
        // And it goes on from there.
        press(&mut window, egui::Key::Z);
        train(&mut window, 2);
        press(&mut window, egui::Key::Y);
        press(&mut window, egui::Key::Z);
        assert_eq!(window.snapshot().moment.step, 10, "case {case}");
        window.act(Action::LookAt(Some(4)));
        assert_eq!(window.snapshot().moment.step, 4, "case {case}");
    }
}

/// Several presets one after the other, each of which was trained: every one of them is there again.
#[test]
fn redo_past_presets_brings_back_each_run_that_was_trained() {
    let mut window = Window::usual();
    let mut trained = Vec::new();
    for (preset, steps) in [(None, 8), (Some("Exploding"), 3), (Some("Saturation"), 5)] {
        if let Some(name) = preset {
            window.click("Presets");
            window.click(name);
        }
        train(&mut window, steps);
        trained.push(window.snapshot().moment.network.clone());
    }
    // A change in the middle of the last run, and more of it.
    window.act(Action::SetWeight(Weight::Recurrent, 0.5));
    train(&mut window, 2);
    press(&mut window, egui::Key::Z);
    train(&mut window, 2);
    let last = window.snapshot().moment.network.clone();
    for place in [1, 0] {
        press(&mut window, egui::Key::Z);
        assert_eq!(window.snapshot().moment.network, trained[place]);
    }
    press(&mut window, egui::Key::Y);
    assert_eq!(window.snapshot().moment.network, trained[1]);
    press(&mut window, egui::Key::Y);
    let back = window.snapshot();
    assert_eq!((back.moment.step, &back.moment.network), (9, &last));
    let marks = back.run.timeline.changes.iter();
    assert_eq!(marks.map(|it| it.between.0).collect::<Vec<_>>(), [5, 7]);
}

/// A hidden size turned up and down again looks as before, but is another run.
#[test]
fn there_and_back_to_the_same_size_can_be_taken_back() {
    let mut window = Window::usual();
    train(&mut window, 8);
    let trained = window.snapshot().moment.network.clone();
    window.type_value("hidden", "2");
    window.type_value("hidden", "1");
    assert_eq!(window.snapshot().moment.step, 0);
    press(&mut window, egui::Key::Z);
    press(&mut window, egui::Key::Z);
    let back = window.snapshot();
    assert_eq!((back.moment.step, &back.moment.network), (8, &trained));
}

fn temporary(name: &str) -> MemoryFile {
    let folder = std::env::temp_dir().join(format!("bptt-scope-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    MemoryFile::at(folder.join("memory.json"))
}

fn forget(file: &MemoryFile) {
    std::fs::remove_dir_all(file.path().parent().unwrap()).unwrap();
}

#[test]
fn the_next_start_finds_what_was_left() {
    let mut file = temporary("left");
    let mut window = Window::remembering(&file);
    window.type_value("hidden", "1");
    window.type_value("w_h", "1.75");
    window.choose("activation", "softsign");
    window.act(Action::Reveal(View::PHASE_MAP));
    window.act(Action::SetDirection(Direction::FromFirst));
    window.key(egui::Key::T);
    let dark = window.harness.ctx.theme() == egui::Theme::Dark;
    window.close();
    // The test harness has a theme of its own, so what is remembered is looked at in the file.
    assert_eq!(file.load().0.dark, Some(dark));
    let mut window = Window::remembering(&file);
    let snapshot = window.snapshot();
    assert_eq!(snapshot.moment.weights.w_h, 1.75);
    assert_eq!(
        snapshot.moment.experiment.network.activation,
        Activation::Softsign
    );
    assert!(window.shows("∂oₜ/∂o₁"));
    window.settle_fully();
    assert!(window.described("Phase map").contains("here"));
    forget(&file);
}

/// Nothing else is touched, and the window is not closed.
#[test]
fn a_zoom_alone_is_written_down() {
    let file = temporary("zoomed");
    let mut window = Window::remembering(&file);
    window.harness.ctx.set_zoom_factor(1.25);
    window.wait_until("it is written down", |_| file.clone().load().0.zoom == 1.25);
    forget(&file);
}

#[test]
fn a_damaged_memory_is_set_aside_with_a_notice() {
    let file = temporary("window");
    let mut window = Window::remembering(&file);
    window.type_value("w_h", "1.75");
    window.close();
    let text = std::fs::read_to_string(file.path()).unwrap();
    std::fs::write(file.path(), &text[..text.len() / 3]).unwrap();
    let window = Window::remembering(&file);
    assert_eq!(window.snapshot().moment.weights.w_h, 0.9);
    assert!(window.shows("memory.damaged.json"));
    let kept = file.path().with_extension("damaged.json");
    assert_eq!(
        std::fs::read_to_string(kept).unwrap(),
        text[..text.len() / 3]
    );
    forget(&file);
}

/// A sentence that no file could be opened with again does not come in by what is remembered either.
#[test]
fn a_sentence_that_is_too_long_is_not_remembered() {
    let file = temporary("long-sentence");
    let mut memory = Memory::default();
    memory.experiment.probe.text = "x".repeat(10_005);
    file.save(&memory, true).unwrap();
    let window = Window::remembering(&file);
    assert_eq!(
        window.snapshot().moment.experiment.probe.text,
        Memory::default().experiment.probe.text
    );
    let notice = window.harness.state().notice().unwrap();
    assert!(
        notice.contains("probe.text takes a text of at most 10000 characters, not 10005 of them"),
        "{notice}"
    );
    forget(&file);
}

/// What cannot be written is told, once, and nothing else suffers.
#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let file = temporary("blocked-window");
    let folder = file.path().parent().unwrap().to_owned();
    let window = Window::open_with(&Memory::default(), Some(&file));
    std::fs::write(&folder, "a file where the folder should be").unwrap();
    let mut window = window;
    window.type_value("w_h", "1.75");
    window.wait_until("it is told", |app| {
        app.notice()
            .is_some_and(|text| text.contains("cannot be written"))
    });
    assert_eq!(window.snapshot().moment.weights.w_h, 1.75);
    std::fs::remove_file(folder).unwrap();
}
