//! Room: the controls that hide, stacks in small windows, presentations, and enlarged views.

use bptt_scope::scene::View;
use bptt_scope::ui::{Action, Memory, ScopeApp};
use egui::Key;

use super::support::Window;

/// Something of the panel at the left.
const IN_PANEL: &str = "New seed";

fn has_panel(window: &Window) -> bool {
    window.shows(IN_PANEL)
}

#[test]
fn the_controls_hide_and_come_back() {
    let mut window = Window::usual();
    assert!(has_panel(&window));
    window.key(Key::P);
    assert!(!has_panel(&window));
    window.click("Controls");
    assert!(has_panel(&window));
    // Where there is little room they are hidden until they are asked for.
    let mut narrow = Window::open([800.0, 600.0], |_| {});
    assert!(!has_panel(&narrow));
    narrow.click("Controls");
    assert!(has_panel(&narrow));
    // What was chosen is found again.
    let memory = Memory {
        panel: Some(false),
        ..Memory::default()
    };
    assert!(!has_panel(&Window::open_with(&memory, None)));
}

#[test]
fn a_small_window_has_one_view_at_a_time_and_every_view_in_reach() {
    let mut window = Window::open([640.0, 400.0], |_| {});
    assert!(window.shows("View: Product") && !window.shows("Unrolled network"));
    window.click("View after");
    assert!(window.shows("View: Reason"));
    window.click("View before");
    window.click("View before");
    assert!(window.shows("View: Unrolled network"));
    window.click("View: Unrolled network");
    window.click("Loss");
    assert!(window.shows("View: Loss"));
    // A lesson finds what it speaks of.
    window.act(Action::Reveal(View::WORKSHEET));
    assert!(window.shows("View: Worksheet"));
    // What has no room in the row is in its menu.
    window.click("More");
    window.click("Help");
    assert!(window.shows("Unrolled network"));
}

#[test]
fn a_stack_has_the_bands_and_what_was_asked_for() {
    let mut window = Window::open([853.0, 533.0], |_| {});
    assert!(window.shows("Enlarge Product") && window.shows("View: Formula"));
    window.act(Action::Reveal(View::SPECTRUM));
    assert!(window.shows("Enlarge Product") && window.shows("View: Spectrum"));
    window.click("Enlarge Spectrum");
    assert!(!window.shows("Enlarge Product") && window.shows("Bring back Spectrum"));
    window.key(Key::Escape);
    assert!(window.shows("Enlarge Product"));
}

#[test]
fn a_presentation_enlarges_everything_and_gives_it_back() {
    let zoom = |window: &Window| window.harness.ctx.zoom_factor();
    let mut window = Window::open([1920.0, 1080.0], |_| {});
    let before = zoom(&window);
    window.key(Key::F11);
    window.harness.run_steps(3);
    assert!(zoom(&window) > 1.5 * before);
    assert!(!has_panel(&window) && !window.shows("Presets"));
    assert!(window.shows("Enlarge Product") && !window.shows("Enlarge Worksheet"));
    window.key(Key::W);
    assert!(window.shows("Enlarge Worksheet"));
    // Training and walking go on.
    window.key(Key::S);
    window.key(Key::ArrowLeft);
    assert_eq!(window.snapshot().moment.step, 1);
    assert_eq!(window.harness.state().view().time.cursor(), 9);
    window.key(Key::Escape);
    window.harness.run_steps(3);
    assert_eq!(zoom(&window), before);
    assert!(has_panel(&window) && window.shows("Presets"));
}

/// The next start does not find the zoom of a presentation.
#[test]
fn a_presentation_is_not_remembered() {
    let mut window = Window::usual();
    let remembered = |window: &Window| {
        let app: &ScopeApp = window.harness.state();
        app.view().presentation.map(|it| it.look_before().0)
    };
    window.key(Key::F11);
    window.harness.run_steps(3);
    assert!(window.harness.ctx.zoom_factor() > 1.0);
    assert_eq!(remembered(&window), Some(1.0));
}

#[test]
fn colours_stay_while_training_runs() {
    let mut window = Window::open([1280.0, 800.0], |experiment| {
        experiment.network.w_h = 0.3;
    });
    let span = |window: &Window| window.harness.state().view().span;
    let before = span(&window);
    window.key(Key::Space);
    window.act(Action::SetWeight(
        bptt_scope::training::Weight::Recurrent,
        1.0,
    ));
    window.wait_until("some steps", |app| {
        app.snapshot()
            .is_some_and(|snapshot| snapshot.moment.step > 5)
    });
    assert_eq!(span(&window), before);
    window.key(Key::Space);
    window.wait_until("it rests", |app| !app.is_running());
    window.settle();
    let snapshot = window.snapshot();
    let fitting = bptt_scope::scene::ScaleSpan::fitting(snapshot);
    assert_eq!(span(&window), fitting);
    assert!(fitting < before, "{fitting:?} {before:?}");
}
