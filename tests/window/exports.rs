//! What the Export menu writes.

use std::fs;
use std::path::Path;

use bptt_scope::export::Trace;
use bptt_scope::scene::View;
use bptt_scope::training::Speed;
use bptt_scope::ui::{Action, Export};

use super::files::type_path;
use super::support::Window;

/// Exports and waits until the file is there.
fn export(window: &mut Window, export: Export, path: &Path) {
    let ctx = window.harness.ctx.clone();
    window
        .harness
        .state_mut()
        .apply(&ctx, Action::Export(export, path.to_owned()));
    window.wait_until("it is exported", |app| {
        path.is_file() && !app.is_exporting()
    });
    let notice = window.harness.state().notice().unwrap_or_default();
    assert!(notice.starts_with("Exported to"), "{notice}");
}

#[test]
fn the_menu_asks_for_a_file_and_the_ending_chooses_the_form() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::usual();
    window.key(egui::Key::S);
    window.click("Export");
    window.click("Three bands…");
    type_path(&mut window, &folder.path().join("a.jpg"));
    assert!(window.shows("must end in .svg or .png"));
    window.click("Cancel");
    window.click("Export");
    window.click("Three bands…");
    let path = folder.path().join("a.svg");
    type_path(&mut window, &path);
    window.wait_until("it is there", |_| path.exists());
    let svg = fs::read_to_string(&path).unwrap();
    assert!(svg.contains(">loved<") && svg.contains("<metadata"));
    // And it opens as the experiment it was made of.
    window.type_value("w_h", "2");
    window.act(Action::OpenFile(path));
    assert_eq!(window.snapshot().moment.weights.w_h, 0.9);
}

#[test]
fn every_view_is_exported_as_a_figure_and_as_data_shown_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::usual();
    for _ in 0..12 {
        window.key(egui::Key::S);
    }
    for view in View::ALL {
        let experiment = &window.snapshot().moment.experiment;
        if view.refusal(experiment).is_some() {
            continue;
        }
        let svg = folder.path().join(format!("{}.svg", view.slug()));
        export(&mut window, Export::Figure(Some(view)), &svg);
        let text = fs::read_to_string(&svg).unwrap();
        assert!(
            text.contains("<text") && !text.contains("press Compute"),
            "{}",
            view.slug()
        );
        let csv = folder.path().join(format!("{}.csv", view.slug()));
        export(&mut window, Export::Data(view), &csv);
        let mut reader = csv::Reader::from_path(&csv).unwrap();
        // A row with too many cells or too few would be an error.
        let rows: Result<Vec<_>, _> = reader.records().collect();
        assert!(rows.is_ok_and(|rows| !rows.is_empty()), "{}", view.slug());
    }
}

#[test]
fn a_moment_of_the_past_is_exported_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::usual();
    for _ in 0..6 {
        window.key(egui::Key::S);
    }
    window.act(Action::LookAt(Some(2)));
    let path = folder.path().join("past.json");
    export(&mut window, Export::Trace, &path);
    let trace = Trace::from_json(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(trace.step, 2);
    let then = window.snapshot();
    assert_eq!(then.moment.step, 2);
    assert_eq!(trace.loss.to_bits(), then.probe.loss.to_bits());
}

#[test]
fn a_run_is_exported_as_an_animation_and_can_be_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::usual();
    for _ in 0..4 {
        window.key(egui::Key::S);
    }
    let path = folder.path().join("run.gif");
    export(&mut window, Export::Animation, &path);
    let mut decoder = gif::DecodeOptions::new()
        .read_info(fs::File::open(&path).unwrap())
        .unwrap();
    let mut frames = 0;
    while decoder.read_next_frame().unwrap().is_some() {
        frames += 1;
    }
    assert_eq!(frames, 5, "steps 0 to 4");
    // Given up, it leaves what was there.
    let before = fs::read(&path).unwrap();
    for _ in 0..60 {
        window.harness.key_press(egui::Key::S);
        window.harness.run_steps(1);
    }
    window.settle();
    let ctx = window.harness.ctx.clone();
    let again = Action::Export(Export::Animation, path.clone());
    window.harness.state_mut().apply(&ctx, again);
    window.harness.run_steps(2);
    window.wait_until("it has begun", |app| app.is_exporting());
    window.harness.state_mut().apply(&ctx, Action::CancelExport);
    window.wait_until("it is told", |app| {
        app.notice() == Some("The export was cancelled")
    });
    assert!(fs::read(&path).unwrap() == before);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing is left aside"
    );
}

/// A row of the picture of the run takes time: what is exported while it runs has all but the newest.
#[test]
fn the_whole_history_is_exported_while_a_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::usual();
    for _ in 0..30 {
        window.key(egui::Key::S);
    }
    window.act(Action::SetSpeed(Speed::PerSecond(10.0)));
    window.act(Action::ToggleRun);
    let path = folder.path().join("history.csv");
    export(&mut window, Export::Data(View::HISTORY), &path);
    let mut reader = csv::Reader::from_path(&path).unwrap();
    let column = reader.headers().unwrap().iter().position(|it| it == "step");
    let column = column.expect("a column with the step");
    let steps: std::collections::BTreeSet<u64> = reader
        .records()
        .map(|row| row.unwrap()[column].parse().unwrap())
        .collect();
    assert!((0..30).all(|step| steps.contains(&step)), "{steps:?}");
}

#[test]
fn what_cannot_be_written_is_told_and_the_window_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::usual();
    window.act(Action::Export(
        Export::Trace,
        folder.path().join("no/trace.json"),
    ));
    // Where it can be read in full and another place chosen.
    window.wait_until("the dialog is back", |app| app.is_asking());
    window.harness.run_steps(2);
    assert!(window.shows("there is no folder"));
    window.click("Cancel");
    window.key(egui::Key::S);
    assert_eq!(window.snapshot().moment.step, 1);
}
