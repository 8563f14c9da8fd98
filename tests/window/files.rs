//! Opening, saving, dropping, copying and pasting experiments.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bptt_scope::training::{Experiment, Weight};
use bptt_scope::ui::{Action, Export, MemoryFile, Purpose};
use egui_kittest::kittest::Queryable as _;

use super::support::Window;

/// Types a path into the dialog and accepts it.
pub fn type_path(window: &mut Window, path: &Path) {
    window.harness.run_steps(2);
    window
        .harness
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    window.harness.run_steps(1);
    window
        .harness
        .event(egui::Event::Paste(path.to_str().unwrap().to_owned()));
    window.harness.run_steps(2);
    window.harness.key_press(egui::Key::Enter);
    window.harness.run_steps(3);
    window.settle();
}

fn press(window: &mut Window, modifiers: egui::Modifiers, key: egui::Key) {
    window.harness.key_press_modifiers(modifiers, key);
    window.harness.run_steps(3);
}

fn experiment(change: impl FnOnce(&mut Experiment)) -> Experiment {
    let mut experiment = Experiment::default();
    change(&mut experiment);
    experiment
}

/// A file with an experiment.
fn file(folder: &Path, name: &str, change: impl FnOnce(&mut Experiment)) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, experiment(change).to_text()).unwrap();
    path
}

#[test]
fn what_is_saved_is_opened_with_the_keyboard_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::usual();
    window.type_value("w_h", "1.25");
    press(&mut window, egui::Modifiers::COMMAND, egui::Key::S);
    assert!(window.shows("Save the experiment"));
    // Without an ending it gets the usual one.
    type_path(&mut window, &folder.path().join("mine"));
    let path = folder.path().join("mine.toml");
    assert!(
        window.shows("Saved"),
        "{:?}",
        window.harness.state().notice()
    );
    let saved = fs::read_to_string(&path).unwrap();
    assert_eq!(Experiment::from_text(&saved).unwrap().network.w_h, 1.25);
    // A second time without asking.
    window.type_value("w_h", "1.5");
    press(&mut window, egui::Modifiers::COMMAND, egui::Key::S);
    let saved = fs::read_to_string(&path).unwrap();
    assert_eq!(Experiment::from_text(&saved).unwrap().network.w_h, 1.5);

    let mut other = Window::usual();
    press(&mut other, egui::Modifiers::COMMAND, egui::Key::O);
    type_path(&mut other, &path);
    assert_eq!(other.snapshot().moment.weights.w_h, 1.5);
    assert!(!other.shows("Open an experiment"), "the dialog is closed");
    // It is a change like any other.
    press(&mut other, egui::Modifiers::COMMAND, egui::Key::Z);
    other.settle();
    assert_eq!(other.snapshot().moment.weights.w_h, 0.9);
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_it_is_said_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("precious.toml");
    fs::write(&path, "precious").unwrap();
    let mut window = Window::usual();
    window.act(Action::Ask(Purpose::Save));
    type_path(&mut window, &path);
    assert!(window.shows("there already"));
    // A key that is held down says nothing twice.
    window.harness.key_press(egui::Key::Enter);
    window.harness.run_steps(3);
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    window.click("Replace");
    assert!(
        fs::read_to_string(&path)
            .unwrap()
            .starts_with("version = 2")
    );
}

#[test]
fn what_cannot_be_opened_is_told_in_the_dialog_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::usual();
    window.type_value("w_h", "1.1");
    window.act(Action::Ask(Purpose::Open));
    type_path(&mut window, &folder.path().join("none.toml"));
    assert!(window.shows("there is no such file"));
    let wrong = folder.path().join("wrong.toml");
    fs::write(&wrong, "[network]\n\nw_j = 2\n").unwrap();
    window.harness.get_by_label("path").focus();
    type_path(&mut window, &wrong);
    assert!(
        window.shows("wrong.toml, line 3: there is no key network.w_j; did you mean network.w_")
    );
    window.click("Cancel");
    assert!(!window.shows("Open an experiment"));
    assert_eq!(window.snapshot().moment.weights.w_h, 1.1);
}

/// Three thousand line breaks in a key pushed the path and *Cancel* off the dialog.
#[test]
fn what_a_stranger_wrote_fits_into_the_dialog_and_the_status_line() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("wrong\u{202e}.json");
    let key = format!("\u{1b}[2J\u{202e}{}", "\n".repeat(3_000));
    let json = serde_json::json!({
        "schema": "bptt-scope.trace/1",
        "step": 0,
        "experiment": { "network": { &key: 1 } },
    });
    fs::write(&wrong, json.to_string()).unwrap();
    let mut window = Window::usual();
    window.act(Action::Ask(Purpose::Open));
    type_path(&mut window, &wrong);
    assert!(
        window.shows(r"wrong\u{202e}.json, line 1: there is no key network.\u{1b}[2J\u{202e}\n\n"),
        "{:?}",
        window.harness.state().notice()
    );
    window.click("Cancel");
    window.act(Action::OpenText(json.to_string()));
    let notice = window.harness.state().notice().unwrap();
    assert!(notice.starts_with("The pasted text, line 1: there is no key network."));
    assert!(notice.chars().count() < 600 && !notice.contains(char::is_control));
}

/// Also into a field: it is no text for one.
#[test]
fn what_is_pasted_has_a_size_above_which_it_is_refused() {
    for focused in [false, true] {
        let mut window = Window::usual();
        if focused {
            window.harness.get_by_label("sentence").focus();
            window.harness.run_steps(1);
        }
        window
            .harness
            .event(egui::Event::Paste("seed ".repeat(300_000)));
        window.harness.run_steps(2);
        window.settle();
        assert!(window.shows("The pasted text (1.5 MB) is larger than 1 MB"));
    }
    let mut window = Window::usual();
    window.act(Action::Ask(Purpose::Open));
    window.harness.run_steps(2);
    window
        .harness
        .event(egui::Event::Paste("x".repeat(2_000_000)));
    window.harness.run_steps(2);
    assert!(window.shows("Open an experiment"));
}

#[derive(Debug)]
pub struct Dropped(pub PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn a_file_that_is_dropped_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "dropped.toml", |e| e.task.length = 25);
    let mut window = Window::usual();
    let hovering = egui::HoveredFile {
        path: Some(path.clone()),
        ..egui::HoveredFile::default()
    };
    window.harness.input_mut().hovered_files = vec![hovering];
    window.harness.run_steps(2);
    assert!(window.shows("Drop it to open it"));
    window.harness.input_mut().hovered_files.clear();
    window.harness.input_mut().dropped_files = vec![Arc::new(Dropped(path))];
    window.harness.run_steps(2);
    window.settle();
    assert_eq!(window.snapshot().len(), 25);
    assert!(window.shows("Opened"));
    // A bad one is told of, and the run goes on as it was.
    let bad = folder.path().join("bad.bin");
    fs::write(&bad, [0, 255, 1]).unwrap();
    window.harness.input_mut().dropped_files = vec![Arc::new(Dropped(bad))];
    window.harness.run_steps(2);
    window.settle();
    assert!(window.shows("bad.bin is no text"));
    assert_eq!(window.snapshot().len(), 25);
}

#[test]
fn an_experiment_is_copied_as_text_and_pasted_anywhere() {
    let mut window = Window::usual();
    window.type_value("w_h", "1.3");
    window.harness.event(egui::Event::Copy);
    window.harness.run_steps(1);
    let copied = window
        .harness
        .output()
        .platform_output
        .commands
        .iter()
        .find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
    let text = copied.expect("something on the clipboard");
    window.settle();

    let mut other = Window::usual();
    other.harness.event(egui::Event::Paste(text.clone()));
    other.harness.run_steps(2);
    other.settle();
    assert_eq!(other.snapshot().moment.weights.w_h, 1.3);
    // Also while a sentence is being written; a sentence stays one.
    let mut third = Window::usual();
    third.type_sentence("not a good film");
    assert_eq!(
        third.snapshot().moment.experiment.probe.text,
        "not a good film"
    );
    third.harness.get_by_label("sentence").focus();
    third.harness.run_steps(1);
    third.harness.event(egui::Event::Paste(text));
    third.harness.run_steps(2);
    third.settle();
    assert_eq!(third.snapshot().moment.weights.w_h, 1.3);
    // What is no experiment is answered.
    let mut fourth = Window::usual();
    fourth
        .harness
        .event(egui::Event::Paste("[network]\nw_h = \"high\"".to_owned()));
    fourth.harness.run_steps(2);
    fourth.settle();
    assert!(fourth.shows("The pasted text, line 2: network.w_h takes a number"));
}

#[test]
fn recent_files_are_in_the_menu_and_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let memory = MemoryFile::at(folder.path().join("memory.json"));
    let one = file(folder.path(), "one.toml", |e| e.task.length = 11);
    let two = file(folder.path(), "two.toml", |e| e.task.length = 12);
    let mut window = Window::remembering(&memory);
    window.act(Action::OpenFile(one));
    window.act(Action::OpenFile(two));
    window.close();
    let mut again = Window::remembering(&memory);
    assert_eq!(again.snapshot().len(), 12);
    again.click("File");
    let folder_name = folder.path().file_name().unwrap().to_str().unwrap();
    again.click(&format!("one.toml  ({folder_name})"));
    assert_eq!(again.snapshot().len(), 11);
    again.click("File");
    again.click("Forget these");
    again.click("File");
    assert!(again.shows("No recent files"));
}

/// A weight that was dragged to a value, and a file that says it, are one experiment.
#[test]
fn the_window_the_file_and_the_command_line_have_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for hidden in [1, 5] {
        let mut window = Window::open([1280.0, 800.0], |e| e.network.hidden = hidden);
        window.act(Action::SetWeight(Weight::Recurrent, 0.2));
        window.act(Action::SetWeight(Weight::Recurrent, 1.3));
        let saved = folder.path().join("dragged.toml");
        window.act(Action::SaveFile(saved.clone()));
        for _ in 0..7 {
            window.key(egui::Key::S);
        }
        let trace = folder.path().join(format!("window-{hidden}.json"));
        window.act(Action::Export(Export::Trace, trace.clone()));
        window.wait_until("the trace is there", |_| trace.exists());
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_bptt-scope"))
            .args(["trace", "--steps", "7", "--format", "json"])
            .arg(&saved)
            .output()
            .unwrap();
        assert!(output.status.success());
        assert!(fs::read(&trace).unwrap() == output.stdout, "H = {hidden}");
    }
}

/// Before the first step the weights are those of the experiment, also when undo brings an older one back.
#[test]
fn undoing_after_a_reset_shows_what_the_network_has() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::usual();
    for _ in 0..5 {
        window.key(egui::Key::S);
    }
    window.act(Action::SetWeight(Weight::Recurrent, 2.0));
    window.act(Action::Reset);
    window.act(Action::Undo);
    let snapshot = window.snapshot();
    let chosen = snapshot.moment.experiment.network.w_h;
    assert_eq!(snapshot.moment.step, 0);
    assert_eq!(snapshot.moment.network.parameters.w_h()[[0, 0]], chosen);
    assert_eq!(snapshot.moment.weights.w_h, chosen);
    let saved = folder.path().join("undone.toml");
    window.act(Action::SaveFile(saved.clone()));
    assert!(
        fs::read_to_string(&saved)
            .unwrap()
            .contains(&format!("w_h = {chosen}"))
    );
}

/// Opening what is there already is no change of what was changed before it.
#[test]
fn pasting_the_same_experiment_leaves_the_undo_of_a_learning_rate_alone() {
    let mut window = Window::usual();
    let before = window.snapshot().moment.experiment.training.learning_rate;
    let mut changed = Experiment::clone(&window.snapshot().moment.experiment);
    changed.training.learning_rate = 0.02;
    window.act(Action::Edit(Box::new(changed.clone())));
    window.act(Action::OpenText(changed.to_text()));
    for _ in 0..3 {
        window.key(egui::Key::S);
    }
    window.act(Action::Undo);
    let snapshot = window.snapshot();
    assert_eq!(snapshot.moment.experiment.training.learning_rate, before);
    assert_eq!(snapshot.moment.step, 3, "the run goes on");
}

/// What another program has written meanwhile is not written over unasked.
#[test]
fn a_file_that_was_changed_elsewhere_is_replaced_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "one.toml", |e| e.task.length = 11);
    let mut window = Window::usual();
    window.act(Action::OpenFile(path.clone()));
    let theirs = experiment(|e| e.task.length = 14).to_text();
    fs::write(&path, &theirs).unwrap();
    window.act(Action::Save);
    assert!(window.shows("has been changed by another program"));
    assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
    window.click("Save");
    window.click("Replace");
    assert!(fs::read_to_string(&path).unwrap().contains("length = 11"));
}

/// Nothing is saved over a figure, and undo brings the file back with its experiment.
#[test]
fn saving_goes_to_the_file_whose_experiment_is_shown_and_to_no_figure() {
    let folder = tempfile::tempdir().unwrap();
    let one = file(folder.path(), "one.toml", |e| e.task.length = 11);
    let two = file(folder.path(), "two.toml", |e| e.task.length = 12);
    let before = fs::read_to_string(&two).unwrap();
    let mut window = Window::usual();
    window.act(Action::OpenFile(one.clone()));
    window.act(Action::OpenFile(two.clone()));
    window.act(Action::Undo);
    window.act(Action::SetWeight(Weight::Recurrent, 0.3));
    window.act(Action::Save);
    assert_eq!(fs::read_to_string(&two).unwrap(), before);
    let saved = Experiment::from_text(&fs::read_to_string(&one).unwrap()).unwrap();
    assert_eq!((saved.task.length, saved.network.w_h), (11, 0.3));

    let trace = folder.path().join("trace.json");
    window.key(egui::Key::S);
    window.act(Action::Export(Export::Trace, trace.clone()));
    window.wait_until("it is there", |app| trace.exists() && !app.is_exporting());
    let written = fs::read(&trace).unwrap();
    window.act(Action::OpenFile(trace.clone()));
    assert!(window.shows("at its beginning: the trace shows step 1"));
    window.act(Action::Save);
    assert!(window.shows("Save the experiment"), "it asks where to");
    assert!(fs::read(&trace).unwrap() == written);
}
