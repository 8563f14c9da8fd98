//! A training elsewhere, watched by its records.

use std::fs;
use std::path::{Path, PathBuf};

use bptt_scope::ui::{Action, Purpose};

use super::files::type_path;
use super::support::Window;

fn record(name: &str) -> PathBuf {
    let records = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorder/records");
    records.join(format!("{name}.safetensors"))
}

/// Puts a record where the recorder would.
fn put(folder: &Path, name: &str, step: u64) {
    fs::create_dir_all(folder).unwrap();
    let aside = folder.join(format!("step-{step:09}.part"));
    fs::copy(record(name), &aside).unwrap();
    fs::rename(&aside, aside.with_extension("safetensors")).unwrap();
}

#[test]
fn a_folder_is_watched_while_it_grows() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::usual();
    window.act(Action::Ask(Purpose::Watch));
    assert!(window.shows("Watch a training elsewhere"));
    type_path(&mut window, &folder.path().join("nowhere"));
    assert!(window.shows("there is no such file"));
    type_path(&mut window, folder.path());
    assert!(window.shows("there is no record in it so far"));
    put(folder.path(), "lstm", 2);
    window.wait_to_see("LSTM after step 2, trained elsewhere in float64");
    window.wait_to_see("Watching: 1 record");
    assert_eq!(window.snapshot().len(), 9);
    // Its name says another step than it has itself, which is what counts for what is in it.
    put(folder.path(), "gru-bfloat16", 4);
    window.wait_to_see("GRU after step 2, trained elsewhere in bfloat16");
    window.wait_to_see("Watching: 2 records");
    fs::write(folder.path().join("step-000000006.safetensors"), "{").unwrap();
    window.wait_to_see("The record of step 6");
    // No step is made here.
    window.act(Action::Step);
    assert!(window.shows("This network is trained elsewhere"));
    // Whatever is opened then is watched no more.
    let presets = window.harness.state().experiment().clone();
    assert!(presets.recorded().is_some());
    window.act(Action::Open(Box::default()));
    window.settle();
    assert!(!window.shows("Watching"));
    assert!(window.snapshot().run.records.is_none());
}

#[test]
fn another_sequence_and_another_part_are_chosen() {
    let mut window = Window::usual();
    window.act(Action::OpenFile(record("lstm-both-directions")));
    window.wait_to_see("trained elsewhere in float32");
    window.settle();
    let first = window.snapshot().probe.batch.clone();
    window.type_value("probe", "2");
    window.wait_until("another sequence", |app| app.experiment().probe.index == 2);
    window.settle();
    assert_ne!(first, window.snapshot().probe.batch);
    window.choose("part", "layer 1 reverse");
    window.wait_until("another part", |app| {
        app.experiment().network.module == "layer 1 reverse"
    });
    window.settle();
    let parameters = &window.snapshot().moment.network.parameters;
    assert_eq!(parameters.layout().widths().inputs, 3);
}

#[test]
fn two_ranks_are_watched_beside_each_other() {
    let folder = tempfile::tempdir().unwrap();
    put(&folder.path().join("rank-0"), "lstm", 2);
    put(&folder.path().join("rank-1"), "rnn-relu", 2);
    let mut window = Window::usual();
    window.act(Action::Watch(folder.path().to_owned()));
    window.wait_to_see("LSTM after step 2");
    window.wait_until("both", |app| app.is_of_two());
    window.settle();
    assert!(window.shows("rank-1 beside it"));
    // Each is called by its run.
    window.wait_to_see("A rank-0");
    window.wait_to_see("B rank-1");
    // A third one takes the place of the one that is chosen, and undo gives it back.
    put(&folder.path().join("rank-2"), "gru-bfloat16", 2);
    window.wait_until("the third is seen", |app| {
        let records = app.snapshot().and_then(|it| it.run.records.as_ref());
        records.is_some_and(|it| it.runs.all.len() == 3)
    });
    window.harness.run_steps(2);
    window.choose("run", "rank-2");
    window.wait_to_see("GRU after step 2");
    window.wait_to_see("A rank-2");
    window.act(Action::Undo);
    window.wait_to_see("LSTM after step 2");
    window.wait_to_see("A rank-0");
}

/// A folder with one record, and a window that watches it.
fn watching(name: &str) -> (tempfile::TempDir, Window) {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), name, 2);
    let mut window = Window::usual();
    window.act(Action::Watch(folder.path().to_owned()));
    window.wait_to_see("Watching: 1 record");
    (folder, window)
}

/// Whoever goes back to a training here, and undoes that, watches on.
#[test]
fn undo_goes_back_to_watching() {
    let (folder, mut window) = watching("lstm");
    window.click("Back to a training here");
    window.settle();
    assert!(!window.shows("Watching: 1 record"));
    window.act(Action::Undo);
    window.wait_to_see("Watching: 1 record");
    put(folder.path(), "lstm", 4);
    window.wait_to_see("Watching: 2 records");
}

/// Another part of what is watched is another run, which is watched as well: there and back, and from elsewhere.
#[test]
fn undo_and_redo_of_a_part_go_on_watching() {
    let (folder, mut window) = watching("lstm-both-directions");
    let is_shown = |window: &mut Window, part: &'static str| {
        window.wait_until(part, |app| app.experiment().network.module == part);
        window.wait_to_see("Watching: 1 record");
    };
    let usual = window.harness.state().experiment().network.module.clone();
    window.choose("part", "layer 1 reverse");
    is_shown(&mut window, "layer 1 reverse");
    window.act(Action::Undo);
    window.wait_until("the usual part", |app| {
        app.experiment().network.module == usual
    });
    window.wait_to_see("Watching: 1 record");
    window.act(Action::Redo);
    is_shown(&mut window, "layer 1 reverse");
    window.click("Back to a training here");
    window.settle();
    assert!(!window.shows("Watching: 1 record"));
    window.act(Action::Undo);
    is_shown(&mut window, "layer 1 reverse");
    put(folder.path(), "lstm-both-directions", 4);
    window.wait_to_see("Watching: 2 records");
}
