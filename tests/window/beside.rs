//! Two experiments beside each other.

use bptt_scope::rnn::CellKind;
use bptt_scope::scene::View;
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{Preset, Weight};
use bptt_scope::ui::{Action, BesideAction, Comparand, Export, MemoryFile};
use egui::Key;
use egui_kittest::kittest::Queryable as _;

use super::support::Window;

/// Works on the other of the two.
fn choose(window: &mut Window) {
    window.act(Action::Beside(BesideAction::Choose));
}

/// A copy stands beside the experiment, is changed alone, and both run together; what they have otherwise is listed, and a
/// sentence says what comes of it.
#[test]
fn a_second_experiment_stands_beside_the_first() {
    let mut window = Window::usual();
    window.key(Key::C);
    assert!(window.shows("Their gradients are alike at every step"));
    assert!(window.shows("same settings"));
    // What is changed is changed in the one that is chosen.
    choose(&mut window);
    window.choose("cell", "LSTM");
    assert!(window.shows("A Elman") && window.shows("B LSTM"));
    assert!(window.shows("the gradient at "));
    assert_eq!(window.snapshot().moment.network.cell, CellKind::Lstm);
    // Both step.
    window.key(Key::S);
    window.key(Key::S);
    let lstm = window.snapshot().moment.step;
    choose(&mut window);
    let elman = window.snapshot();
    assert_eq!((lstm, elman.moment.step), (2, 2));
    assert_eq!(elman.moment.network.cell, CellKind::Elman);
    // Apart, the one that is chosen steps alone.
    window.click("together");
    window.key(Key::S);
    assert_eq!(window.snapshot().moment.step, 3);
    choose(&mut window);
    assert_eq!(window.snapshot().moment.step, 2);
    // Each takes back its own changes.
    window.act(Action::Undo);
    assert_eq!(window.snapshot().moment.network.cell, CellKind::Elman);
    window.act(Action::Redo);
    choose(&mut window);
    assert_eq!(window.snapshot().moment.step, 3);
    // The one that is chosen stays.
    window.key(Key::C);
    assert!(!window.harness.state().is_of_two());
    assert_eq!(window.snapshot().moment.step, 3);
    assert!(!window.shows("B LSTM"));
}

/// Every view has both, or says the one that it is of; a weight of the other is moved where its picture is, and what differs
/// is made the same from the list.
#[test]
fn every_view_shows_both_and_what_differs_is_made_the_same() {
    let mut window = Window::usual();
    window.act(Action::Beside(BesideAction::Toggle));
    window.act(of_other(Action::SetWeight(Weight::Recurrent, 1.5)));
    assert!(window.shows("A wₕ = 0.9") && window.shows("B wₕ = 1.5"));
    assert_eq!(window.snapshot().moment.weights.w_h, 0.9);
    for view in View::ALL {
        window.act(Action::Reveal(view));
        let spoken = view.definition().spoken;
        let is_of_one = [View::FORMULA, View::WORKSHEET].contains(&view);
        if is_of_one || view.definition().draws_both {
            continue;
        }
        for letter in ["A", "B"] {
            let name = format!("{spoken}, {letter}");
            assert!(
                window.harness.query_by_label(&name).is_some(),
                "{name} is not there"
            );
        }
    }
    // The curve of the other one in the same plot.
    window.act(Action::Reveal(View::PRODUCT));
    assert!(window.shows("B wₕ = 1.5"));
    window.click("1 setting differs");
    window.click("A as B");
    assert_eq!(window.snapshot().moment.weights.w_h, 1.5);
    assert!(window.shows("same settings"));
    // Another length and another task stand beside it, too.
    choose(&mut window);
    window.type_value("length", "25");
    window.choose("task", "latch");
    assert_eq!(window.snapshot().len(), 25);
    choose(&mut window);
    assert_eq!(window.snapshot().len(), 10);
    window.key(Key::ArrowLeft);
    window.key(Key::Space);
    window.harness.run_steps(4);
    window.key(Key::Space);
    window.settle();
}

/// A file is opened as the second of two, and the first stays what it was.
#[test]
fn a_file_is_compared_with() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = source.join("examples/small_networks/truncation.toml");
    let mut window = Window::usual();
    window.click("File");
    window.click("Compare with");
    window.click("A file…");
    assert!(window.harness.state().is_asking() && window.harness.state().is_of_two());
    window.act(Action::OpenFile(path));
    assert_eq!(window.snapshot().len(), 5);
    assert!(window.shows("Opened "));
    choose(&mut window);
    assert_eq!(window.snapshot().len(), 10);
    // Each has its own file.
    assert!(!window.harness.state().is_asking());
}

/// A latch of 10 timesteps beside one of 25, both on one axis.
fn of_two_lengths() -> Window {
    let mut window = Window::open([1280.0, 800.0], |e| e.task.kind = TaskKind::Latch);
    window.key(Key::C);
    choose(&mut window);
    window.type_value("length", "25");
    choose(&mut window);
    window
}

/// Two lengths meet at the end or at the beginning, the cursor is of both, and the ratio of both can be had instead of both.
#[test]
fn two_lengths_share_one_axis_and_their_ratio_is_a_choice() {
    let mut window = of_two_lengths();
    let axis = |window: &Window| window.harness.state().view().time;
    assert_eq!((window.snapshot().len(), axis(&window).length()), (10, 25));
    assert!(window.shows("Unrolled network, A") && window.shows("Unrolled network, B"));
    // The last but two of A is at 23 of 25.
    window.key(Key::End);
    window.key(Key::ArrowLeft);
    window.key(Key::ArrowLeft);
    assert_eq!(axis(&window).cursor(), 23);
    assert!(window.described("Unrolled network, A").contains("step 8"));
    assert!(window.described("Unrolled network, B").contains("step 23"));
    window.click("ends meet");
    assert!(window.shows("beginnings meet"));
    window.key(Key::Home);
    for name in ["Unrolled network, A", "Unrolled network, B"] {
        assert!(window.described(name).contains("step 1"), "{name}");
    }
    // wₕ is the same: where both begin, the longer one has less.
    window.click("A / B");
    assert!(
        window
            .described("Product per timestep")
            .starts_with("A / B is ")
    );
    let ratio = |window: &Window| window.described("Product per timestep");
    let before = ratio(&window);
    choose(&mut window);
    assert_eq!(ratio(&window), before, "always the first over the second");
    window.act(Action::SetDifference(false));
    assert!(!ratio(&window).starts_with("A / B"));
    // Frozen moments are for one.
    window.key(Key::F);
    assert!(window.shows("end the comparison (C) to freeze"));
    // Alone, it has its own axis again.
    window.key(Key::C);
    assert_eq!(axis(&window).length(), 25);
}

/// The one that is taken away is brought back as it was.
#[test]
fn what_was_taken_away_is_brought_back() {
    let mut window = Window::usual();
    window.key(Key::C);
    window.act(of_other(Action::SetWeight(Weight::Recurrent, 1.5)));
    window.key(Key::C);
    assert!(!window.harness.state().is_of_two());
    window.key(Key::C);
    assert!(window.shows("B wₕ = 1.5"));
}

/// A copy stands where the run stands; so does a past step; the beginning and a preset begin.
#[test]
fn a_copy_a_past_step_the_beginning_and_a_preset_stand_beside_it() {
    let mut window = Window::usual();
    for _ in 0..5 {
        window.key(Key::S);
    }
    let trained = window.snapshot().moment.weights;
    window.key(Key::C);
    choose(&mut window);
    window.settle();
    assert_eq!(window.snapshot().moment.step, 5);
    assert_eq!(window.snapshot().moment.weights, trained);
    assert_eq!(window.snapshot().run.history.len(), 5);
    // Both go on alike.
    choose(&mut window);
    window.key(Key::S);
    let after = window.snapshot().moment.weights;
    choose(&mut window);
    assert_eq!(window.snapshot().moment.weights, after);
    choose(&mut window);
    let with = |what| Action::Beside(BesideAction::With(what));
    window.act(Action::LookAt(Some(2)));
    window.click("File");
    window.click("Compare with");
    window.click("Step 2, which is looked at");
    window.settle();
    assert!(window.shows("B is step 2 of this run"));
    assert!(window.shows("A step 6") && window.shows("B step 2"));
    window.act(with(Comparand::Start));
    assert!(window.shows("A step 6") && window.shows("B step 0"));
    let preset = Preset::ALL[1].experiment();
    window.act(with(Comparand::Experiment(Box::new(preset.clone()))));
    choose(&mut window);
    assert_eq!(*window.harness.state().experiment(), preset);
    // That is a change like any other.
    window.act(Action::Undo);
    assert_ne!(*window.harness.state().experiment(), preset);
}

/// Both are in one file, in what is copied, and in what the next start finds.
#[test]
fn both_are_saved_together_opened_together_and_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("both.toml");
    let mut window = of_two_lengths();
    window.act(Action::Save);
    assert!(window.harness.state().is_asking());
    window.act(Action::SaveFile(path.clone()));
    assert!(window.shows("Saved both experiments to"));
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("\n[beside]\ntask.length = 25\n"), "{text}");
    // To the same file, without being asked again.
    window.type_value("w_h", "0.5");
    window.act(Action::Save);
    assert!(!window.harness.state().is_asking());
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("w_h = 0.5") && text.contains("network.w_h = 0.9"));
    let mut other = Window::usual();
    other.act(Action::OpenFile(path));
    assert!(other.harness.state().is_of_two());
    assert_eq!(other.snapshot().moment.weights.w_h, 0.5);
    choose(&mut other);
    other.settle();
    assert_eq!(other.snapshot().len(), 25);
    assert_eq!(other.snapshot().moment.weights.w_h, 0.9);
    let file = MemoryFile::at(folder.path().join("memory.json"));
    let mut remembering = Window::remembering(&file);
    remembering.key(Key::C);
    choose(&mut remembering);
    remembering.type_value("w_h", "1.5");
    remembering.close();
    let mut again = Window::remembering(&file);
    assert!(again.harness.state().is_of_two());
    choose(&mut again);
    again.settle();
    assert_eq!(again.snapshot().moment.weights.w_h, 1.5);
}

/// What is exported is of both.
#[test]
fn figures_data_traces_and_animations_are_of_both() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = of_two_lengths();
    window.key(Key::S);
    let mut written = |export: Export, name: &str| {
        let path = folder.path().join(name);
        window.act(Action::Export(export, path.clone()));
        window.wait_until("it is exported", |app| {
            path.is_file() && !app.is_exporting()
        });
        std::fs::read(&path).unwrap()
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    for (export, name) in [
        (Export::Figure(None), "bands.svg"),
        (Export::Figure(Some(View::PRODUCT)), "product.svg"),
        (Export::Figure(Some(View::REASON)), "reason.svg"),
    ] {
        let svg = text(written(export, name));
        assert!(svg.contains("n = 10") && svg.contains("n = 25"), "{name}");
        assert!(svg.contains("[beside]"), "{name}");
    }
    let csv = text(written(Export::Data(View::PRODUCT), "product.csv"));
    assert!(csv.starts_with("experiment,t,"), "{csv:.60}");
    assert_eq!(csv.lines().count(), 1 + 10 + 25);
    let json = text(written(Export::Trace, "trace.json"));
    assert!(json.contains("bptt-scope.comparison/1"));
    let gif = written(Export::Animation, "run.gif");
    assert_eq!(&gif[..6], b"GIF89a");
    let width = u16::from_le_bytes([gif[6], gif[7]]);
    assert!(width > 960, "two pictures beside each other");
}

/// Where there is no room for two, the one that is chosen is shown, and the row is the switch.
#[test]
fn a_narrow_window_shows_one_at_a_time() {
    let mut window = Window::open([640.0, 900.0], |_| {});
    window.key(Key::C);
    assert!(window.shows("Unrolled network") && !window.shows("Unrolled network, A"));
    choose(&mut window);
    window.act(Action::SetLength(25));
    assert_eq!(window.harness.state().view().time.length(), 25);
    choose(&mut window);
    window.harness.run_steps(2);
    assert_eq!(window.harness.state().view().time.length(), 10);
    // With more room both are there.
    window.harness.set_size(egui::vec2(1280.0, 900.0));
    window.harness.run_steps(3);
    assert!(window.shows("Unrolled network, A") && window.shows("Unrolled network, B"));
    assert_eq!(window.harness.state().view().time.length(), 25);
}

fn of_other(action: Action) -> Action {
    Action::Beside(BesideAction::Other(Box::new(action)))
}
