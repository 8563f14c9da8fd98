//! Links: what is on the screen in an address, and back again.

use bptt_scope::scene::{Alignment, Direction, Measure, View};
use bptt_scope::tasks::TaskKind;
use bptt_scope::ui::{Action, Arrangement, BesideAction, LessonAction, Link};
use egui::Key;
use egui_kittest::kittest::Queryable as _;

use super::support::Window;

fn follow(window: &mut Window, letters: &str) {
    window.harness.state_mut().open_link(letters);
    window.settle();
    window.harness.run_steps(2);
}

/// Both experiments, what is looked at, and the arrangement are there again in another window.
#[test]
fn a_link_has_what_is_on_the_screen() {
    let mut window = Window::open([1280.0, 800.0], |e| e.task.kind = TaskKind::Latch);
    window.key(Key::C);
    window.act(Action::Beside(BesideAction::Choose));
    window.choose("cell", "LSTM");
    window.type_value("length", "25");
    window.act(Action::Beside(BesideAction::Choose));
    window.type_value("w_h", "1.25");
    window.act(Action::SetDirection(Direction::FromFirst));
    window.act(Action::SetMeasure(Measure::Gradient));
    window.act(Action::Beside(BesideAction::Align));
    window.act(Action::Arrange(Box::new(Arrangement::View(View::PRODUCT))));
    window.key(Key::Home);
    let link = window.harness.state().link();
    let letters = link.to_letters();
    assert!(letters.len() < 1000, "{}", letters.len());
    let mut other = Window::usual();
    follow(&mut other, &letters);
    let app = other.harness.state();
    assert_eq!(app.link(), link);
    assert!(app.is_of_two());
    assert_eq!(app.experiment().network.w_h, 1.25);
    assert_eq!(app.view().alignment, Alignment::Start);
    assert_eq!(
        (app.view().time.cursor(), app.view().time.length()),
        (1, 25)
    );
    // It is one change, which can be taken back.
    other.act(Action::Undo);
    assert_eq!(other.snapshot().moment.weights.w_h, 0.9);
}

/// A lesson is opened at its step.
#[test]
fn a_link_opens_a_lesson_at_its_step() {
    let mut window = Window::usual();
    window.act(Action::Lesson(LessonAction::Begin(4)));
    window.click("Next");
    let link = window.harness.state().link();
    assert_eq!(link.lesson, Some(("sigmoid".to_owned(), 2)));
    let mut other = Window::usual();
    follow(&mut other, &link.to_letters());
    assert!(other.shows("Lesson 5 of 13 · step 2 of"));
    assert_eq!(other.harness.state().link(), link);
}

/// What is damaged, or of a stranger's, is told, and everything stays.
#[test]
fn a_damaged_link_changes_nothing() {
    let mut window = Window::usual();
    window.type_value("w_h", "1.25");
    let before = window.harness.state().link();
    let hostile = Link {
        text: "network.w_h = 1e300".to_owned(),
        ..Link::default()
    };
    let missing = Link {
        text: "network.weights = \"/nowhere/model.safetensors\"".to_owned(),
        ..Link::default()
    };
    for (letters, told) in [
        ("AAAA".to_owned(), "this link is damaged"),
        (hostile.to_letters(), "network.w_h takes a number"),
        (missing.to_letters(), "the experiment of this link"),
    ] {
        follow(&mut window, &letters);
        let notice = window.harness.state().notice().unwrap_or_default();
        assert!(notice.contains(told), "{notice}");
        assert_eq!(window.harness.state().link(), before);
    }
}

/// The address that is copied leads to the page that is meant.
#[test]
fn a_web_link_is_copied() {
    let mut window = Window::usual();
    window
        .harness
        .state_mut()
        .set_page("https://example.org/scope/?embed#old".to_owned());
    window.click("File");
    window.harness.get_by_label("Copy web link").click();
    // What is copied is in the frame in which it happens.
    let copied = (0..4).find_map(|_| {
        window.harness.step();
        let commands = window.harness.output().platform_output.commands.clone();
        commands.into_iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text),
            _ => None,
        })
    });
    let copied = copied.expect("something on the clipboard");
    let letters = copied.strip_prefix("https://example.org/scope/?embed#s=");
    let link = Link::from_letters(letters.expect("the page that is meant")).unwrap();
    assert_eq!(link, window.harness.state().link());
}

/// Within somebody's page stand the views, and the controls that it names.
#[test]
fn an_embedded_window_has_the_controls_that_are_named() {
    let mut window = Window::usual();
    window.harness.state_mut().embed("run,w_h");
    window.harness.run_steps(3);
    for there in ["Run", "Step", "Reset", "recurrent weight wₕ"] {
        assert!(window.shows(there), "{there}");
    }
    for hidden in ["File", "Lessons", "input weight wᵢ", "Compare"] {
        assert!(!window.shows(hidden), "{hidden}");
    }
    window.type_value("w_h", "1.25");
    assert_eq!(window.snapshot().moment.weights.w_h, 1.25);
    window.click("Step");
    assert_eq!(window.snapshot().moment.step, 1);
    window.harness.state_mut().embed("");
    window.harness.run_steps(3);
    assert!(!window.shows("Run") && window.shows("Product per timestep"));
}

/// Its weight is the one of the panel: turned round where the matrix is, so that no touch turns the matrix back.
#[test]
fn the_weight_of_an_embedded_window_has_the_sign_of_its_matrix() {
    let mut window = Window::open([1280.0, 800.0], |e| {
        e.network.hidden = 4;
        e.network.w_h = -0.9;
    });
    let shown = |window: &Window| {
        window
            .harness
            .get_by_role_and_label(egui::Role::SpinButton, "recurrent weight wₕ")
            .value()
    };
    let in_panel = shown(&window).expect("a value");
    assert!(in_panel.starts_with(['-', '−']), "{in_panel}");
    window.harness.state_mut().embed("w_h");
    window.harness.run_steps(3);
    assert_eq!(shown(&window), Some(in_panel));
}
