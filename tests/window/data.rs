//! Sequences of one's own: opened, looked into, read otherwise, and trained on.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use bptt_scope::scene::View;
use bptt_scope::tasks::Part;
use bptt_scope::ui::{Action, DataAction, ModulesAction, WhichSequences};
use egui_kittest::kittest::Queryable as _;

use super::support::Window;

const MOODS: &str = "mood,what,flag\nhappy,a good film,1\nsad,\"bad, so bad\",0\nhappy,so good,1\nsad,it was bad,1\nhappy,good,0\nsad,a bad one,0\n,none,1\nhappy,good it was,1\n";

fn moods(folder: &tempfile::TempDir) -> PathBuf {
    let path = folder.path().join("moods.csv");
    std::fs::write(&path, MOODS).unwrap();
    path
}

fn read(window: &mut Window) {
    let begun = Instant::now();
    while window.harness.state().is_reading() || window.harness.state().is_opening() {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(5));
        window.harness.run_steps(1);
    }
    window.harness.run_steps(2);
    window.settle();
}

#[test]
fn a_table_is_opened_looked_into_and_read_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let path = moods(&folder);
    let mut window = Window::usual();
    window.act(Action::Data(DataAction::Show));
    assert!(window.shows("Dropping the file on the window opens it"));
    window.act(Action::Data(DataAction::File(path)));
    read(&mut window);
    assert!(window.shows("7 texts, 2 classes (happy: 4, sad: 3), 1 to 3 words"));
    assert!(window.shows("1 row is not read"));
    assert!(window.shows("n = 3: every sequence fits"));
    let experiment = window.harness.state().experiment();
    let corpus = experiment.corpus().unwrap();
    assert_eq!(corpus.count(Part::HeldOut), 1);
    // The network is the one that there was.
    assert_eq!(experiment.network.hidden, 1);
    assert_eq!(window.snapshot().len(), 3);
    // Another column of labels.
    let mut next = experiment.clone();
    next.data.label = "flag".to_owned();
    window.act(Action::Edit(Box::new(next)));
    read(&mut window);
    assert!(window.shows("8 texts, 2 classes (0: 3, 1: 5)"));
    // Undo takes back what was read last, without the disk.
    std::fs::remove_dir_all(folder.path()).unwrap();
    window.act(Action::Undo);
    assert!(window.shows("7 texts, 2 classes (happy: 4, sad: 3)"));
    window.act(Action::Step);
    window.settle();
    assert_eq!(window.snapshot().moment.step, 1);
}

#[test]
fn what_cannot_be_read_is_said_in_the_window_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.csv");
    std::fs::write(&path, "text\na good film\n").unwrap();
    let mut window = Window::usual();
    let before = window.harness.state().experiment().clone();
    window.act(Action::Data(DataAction::File(path)));
    read(&mut window);
    assert!(window.shows("there is only one column in it"));
    assert_eq!(*window.harness.state().experiment(), before);
    window.act(Action::Data(DataAction::File(folder.path().join("no.csv"))));
    read(&mut window);
    assert!(window.shows("no.csv: there is no such file"));
    assert_eq!(*window.harness.state().experiment(), before);
}

/// Dropped on the window, it comes with a network that can learn it, and the sentence's classes have their names.
#[test]
fn a_dropped_table_opens_with_a_network_and_its_labels() {
    let folder = tempfile::tempdir().unwrap();
    let path = moods(&folder);
    let mut window = Window::usual();
    window.act(Action::OpenFile(path));
    read(&mut window);
    assert!(window.shows("Opened the sequences of"));
    assert_eq!(window.snapshot().moment.network.parameters.hidden(), 16);
    assert!(window.shows("1 sad") && window.shows("0 happy"));
    window.harness.get_by_label("1 sad").click();
    window.harness.run_steps(2);
    window.settle();
    assert_eq!(window.harness.state().experiment().probe_class(), 1);
    assert!(window.shows("y = 1 is the right answer for this sentence"));
    // From one sentence to the next, whatever was typed.
    window.act(Action::StepExample(1));
    let experiment = window.harness.state().experiment();
    let corpus = experiment.corpus().unwrap();
    assert_eq!(
        experiment.probe.text,
        corpus.sentence(Part::HeldOut, 0).text
    );
}

/// A network that knows nothing answers every sentence of one class wrong: these are walked through, both ways, and a typed
/// sentence is nowhere among them.
#[test]
fn the_sentences_that_are_wrong_are_walked_through() {
    let mut window = Window::open([1280.0, 800.0], |e| e.probe.text = "typed".to_owned());
    window.act(Action::ChooseSequences(WhichSequences::Wrong));
    window.act(Action::StepExample(1));
    let begun = Instant::now();
    while window.harness.state().experiment().probe.text == "typed" {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(5));
        window.harness.run_steps(1);
    }
    window.settle();
    let mut seen = Vec::new();
    for _ in 0..5 {
        let snapshot = window.snapshot();
        assert!(!snapshot.probe.is_right);
        seen.push(window.harness.state().experiment().probe.text.clone());
        window.act(Action::StepExample(1));
        window.settle();
    }
    seen.dedup();
    assert_eq!(seen.len(), 5);
    assert!(window.shows("are wrong at step 0"));
    window.act(Action::StepExample(-1));
    window.settle();
    assert_eq!(window.harness.state().experiment().probe.text, seen[4]);
    window.act(Action::ChooseSequences(WhichSequences::Right));
    window.act(Action::StepExample(1));
    window.settle();
    assert!(window.snapshot().probe.is_right);
    // As keys.
    let before = window.harness.state().experiment().probe.text.clone();
    window.key(egui::Key::Period);
    window.settle();
    window.key(egui::Key::Comma);
    window.settle();
    assert_eq!(window.harness.state().experiment().probe.text, before);
}

/// Whoever points at a word moves the cursor to it in every view, and a click pins it.
#[test]
fn a_word_is_pointed_at_and_pinned() {
    let mut window = Window::usual();
    window.act(Action::Enlarge(View::TEXT));
    window.settle_fully();
    let name = "Words, coloured by the gradient that reaches them";
    let picture = window
        .harness
        .get_by_role_and_label(egui::Role::Image, name);
    let at = picture.rect().left_top() + egui::vec2(40.0, 30.0);
    window.harness.hover_at(at - egui::vec2(1.0, 1.0));
    window.harness.run_steps(2);
    window.harness.hover_at(at);
    window.harness.run_steps(2);
    let first = window.snapshot().first_input();
    assert_eq!(window.harness.state().view().time.cursor(), first);
    window.harness.drag_at(at);
    window.harness.drop_at(at);
    window.harness.run_steps(2);
    assert!(window.harness.state().view().time.is_pinned());
}

/// What is saved beside its data names them from there, and is known again as what is open.
#[test]
fn a_saved_experiment_can_be_moved_with_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let path = moods(&folder);
    let mut window = Window::usual();
    window.act(Action::OpenFile(path));
    read(&mut window);
    let saved = folder.path().join("e.toml");
    window.act(Action::SaveFile(saved.clone()));
    let text = std::fs::read_to_string(&saved).unwrap();
    assert!(text.contains("path = \"moods.csv\""), "{text}");
    assert!(!window.shows("changed"));
    let moved = tempfile::tempdir().unwrap();
    for name in ["moods.csv", "e.toml"] {
        std::fs::rename(folder.path().join(name), moved.path().join(name)).unwrap();
    }
    window.act(Action::OpenFile(moved.path().join("e.toml")));
    read(&mut window);
    assert!(window.shows("Opened"));
    assert_eq!(
        window
            .harness
            .state()
            .experiment()
            .corpus()
            .unwrap()
            .count(Part::Training),
        6
    );
}

/// Two Elman modules in one file: W_h is their number.
fn two_modules(path: &std::path::Path) {
    let names = ["encoder", "decoder"];
    let mut header = Vec::new();
    let mut numbers = Vec::new();
    for (name, w_h) in names.into_iter().zip([0.25_f64, 0.75]) {
        for (tensor, value) in [("weight_ih_l0", 1.0), ("weight_hh_l0", w_h)] {
            let (from, to) = (numbers.len(), numbers.len() + 8);
            numbers.extend(f64::to_le_bytes(value));
            header.push(format!(
                "\"{name}.{tensor}\":{{\"dtype\":\"F64\",\"shape\":[1,1],\"data_offsets\":[{from},{to}]}}"
            ));
        }
    }
    let header = format!("{{{}}}", header.join(","));
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.bytes());
    bytes.extend(numbers);
    std::fs::write(path, bytes).unwrap();
}

/// Which of several modules is meant is asked, and another one is a click away.
#[test]
fn one_of_several_modules_is_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.safetensors");
    two_modules(&path);
    let mut window = Window::usual();
    window.act(Action::OpenFile(path));
    read(&mut window);
    window.wait_to_see("encoder");
    assert!(window.shows("Elman, D = 1, H = 1"));
    window.harness.get_by_label("decoder").click();
    window.harness.run_steps(2);
    read(&mut window);
    assert_eq!(
        window.snapshot().moment.network.parameters.w_h()[[0, 0]],
        0.75
    );
    // The other one, from the panel.
    let file = window.harness.state().experiment().network.weights.file();
    let path = PathBuf::from(file.unwrap());
    window.act(Action::Modules(ModulesAction::Show(path)));
    window.wait_to_see("encoder");
    window.harness.get_by_label("encoder").click();
    window.harness.run_steps(2);
    read(&mut window);
    assert_eq!(
        window.snapshot().moment.network.parameters.w_h()[[0, 0]],
        0.25
    );
    window.act(Action::Undo);
    assert_eq!(
        window.snapshot().moment.network.parameters.w_h()[[0, 0]],
        0.75
    );
}
