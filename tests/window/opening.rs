//! Opening what takes long: the window goes on meanwhile, and it can be given up.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bptt_scope::export::Opened;
use bptt_scope::training::{Experiment, Weight};
use bptt_scope::ui::{Action, OpenSource, Purpose};

use super::files::type_path;
use super::support::Window;

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(600);

/// A window in which files called `slow.toml` open, with n = 25, as soon as they are let. Others open at once, with
/// n = 12.
struct Slow {
    window: Window,
    /// Lets one open.
    lets: Sender<()>,
    /// Whether one that was let had been given up before.
    given_up: Receiver<bool>,
}

impl Slow {
    fn within(limit: Duration) -> Self {
        let (lets, waits) = channel();
        let (tells, given_up) = channel();
        let waits = Mutex::new(waits);
        let open: OpenSource = Arc::new(move |source, watch| {
            let mut experiment = Experiment::default();
            experiment.task.length = 12;
            if source.name().ends_with("slow.toml") {
                let _ = waits.lock().unwrap().recv();
                let _ = tells.send(watch.interrupt.check().is_err());
                experiment.task.length = 25;
            }
            Ok(Opened::alone(experiment.check().unwrap(), None))
        });
        let mut window = Window::usual();
        window.harness.state_mut().open_by(open, limit);
        Self {
            window,
            lets,
            given_up,
        }
    }

    fn begin(&mut self, action: Action) {
        let ctx = self.window.harness.ctx.clone();
        self.window.harness.state_mut().apply(&ctx, action);
    }

    /// Begins to open the slow one, and waits until that is said.
    fn begin_slowly(&mut self) {
        self.begin(Action::OpenFile(PathBuf::from("/x/slow.toml")));
        self.window.wait_to_see("Opening slow.toml…");
    }

    fn is_opening(&self) -> bool {
        self.window.harness.state().is_opening()
    }

    /// Lets the slow one open after all, and sees that nothing comes of it.
    fn is_too_late(&mut self) {
        assert!(!self.is_opening());
        let length = self.window.snapshot().len();
        self.lets.send(()).unwrap();
        assert!(self.given_up.recv().unwrap(), "it was told");
        self.window.settle();
        assert_eq!(self.window.snapshot().len(), length);
        assert_eq!(self.window.harness.state().experiment().task.length, length);
    }
}

#[test]
fn the_window_goes_on_and_what_is_changed_meanwhile_can_be_brought_back() {
    let mut slow = Slow::within(LONG);
    slow.begin_slowly();
    slow.begin(Action::ToggleRun);
    slow.window.wait_until("it trains", |app| {
        app.snapshot()
            .is_some_and(|snapshot| snapshot.moment.step > 2)
    });
    slow.begin(Action::ToggleRun);
    slow.begin(Action::SetWeight(Weight::Recurrent, 1.3));
    slow.window.wait_until("it is there", |app| {
        app.is_up_to_date() && app.experiment().network.w_h == 1.3
    });
    assert!(slow.is_opening() && slow.window.shows("Opening slow.toml…"));
    slow.lets.send(()).unwrap();
    slow.window.settle();
    assert_eq!(slow.window.snapshot().len(), 25);
    assert!(slow.window.shows("Opened /x/slow.toml"));
    assert!(!slow.given_up.recv().unwrap());
    slow.window.act(Action::Undo);
    let snapshot = slow.window.snapshot();
    assert_eq!((snapshot.len(), snapshot.moment.weights.w_h), (10, 1.3));
}

#[test]
fn escape_gives_up_and_so_does_the_button() {
    let mut slow = Slow::within(LONG);
    slow.begin_slowly();
    slow.window.key(egui::Key::Escape);
    assert!(slow.window.shows("Opening slow.toml was cancelled"));
    slow.is_too_late();
    slow.begin_slowly();
    slow.window.click("Cancel");
    assert!(slow.window.shows("Opening slow.toml was cancelled"));
    slow.is_too_late();
}

#[test]
fn what_is_opened_next_takes_its_place() {
    let mut slow = Slow::within(LONG);
    slow.begin_slowly();
    slow.window
        .act(Action::OpenFile(PathBuf::from("/x/quick.toml")));
    assert_eq!(slow.window.snapshot().len(), 12);
    slow.is_too_late();
}

#[test]
fn what_takes_too_long_is_refused_and_the_next_one_opens() {
    let mut slow = Slow::within(Duration::from_millis(50));
    slow.begin(Action::OpenFile(PathBuf::from("/x/slow.toml")));
    slow.window
        .wait_to_see("/x/slow.toml did not open within 0.05 s: is its disk or network there?");
    slow.window
        .act(Action::OpenFile(PathBuf::from("/x/quick.toml")));
    assert_eq!(slow.window.snapshot().len(), 12);
    slow.is_too_late();
}

#[test]
fn the_dialog_stays_until_its_file_is_there_and_closing_it_gives_up() {
    let mut slow = Slow::within(LONG);
    slow.window.act(Action::Ask(Purpose::Open));
    slow.window.harness.run_steps(2);
    slow.window
        .harness
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    slow.window.harness.run_steps(1);
    let path = "/x/slow.toml".to_owned();
    slow.window.harness.event(egui::Event::Paste(path));
    slow.window.harness.run_steps(2);
    slow.window.harness.key_press(egui::Key::Enter);
    slow.window.wait_to_see("Opening slow.toml…");
    assert!(slow.window.harness.state().is_asking());
    slow.window.key(egui::Key::Escape);
    assert!(!slow.window.harness.state().is_asking());
    slow.is_too_late();
    // The next one opens from the dialog, and closes it.
    slow.window.act(Action::Ask(Purpose::Open));
    type_path(&mut slow.window, Path::new("/x/quick.toml"));
    assert!(!slow.window.harness.state().is_asking());
    assert_eq!(slow.window.snapshot().len(), 12);
}

/// Whoever is typing a name must not find the dialog gone, its experiment replaced and the letters taken for keys.
#[test]
fn a_dialog_that_was_opened_meanwhile_is_not_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("mine.toml");
    let mut slow = Slow::within(LONG);
    slow.begin_slowly();
    slow.begin(Action::Ask(Purpose::Save));
    slow.lets.send(()).unwrap();
    assert!(!slow.given_up.recv().unwrap());
    slow.window.harness.run_steps(20);
    assert!(slow.window.harness.state().is_asking());
    assert_eq!(slow.window.snapshot().len(), 10);
    type_path(&mut slow.window, &saved);
    assert_eq!(slow.window.snapshot().len(), 25);
    let text = std::fs::read_to_string(&saved).unwrap();
    assert_eq!(Experiment::from_text(&text).unwrap().task.length, 10);
}

#[test]
fn closing_the_window_waits_for_nothing() {
    let mut slow = Slow::within(LONG);
    slow.begin_slowly();
    slow.window.close();
    let _ = slow.lets.send(());
}
