//! Tiles: tabs, enlarging, arrangements, and that what is hidden costs nothing.

use bptt_scope::scene::View;
use bptt_scope::training::Question;
use bptt_scope::ui::{Action, Arrangement};
use egui_kittest::kittest::Queryable as _;

use super::support::Window;

fn has_picture(window: &Window, name: &str) -> bool {
    window
        .harness
        .query_by_role_and_label(egui::Role::Image, name)
        .is_some()
}

#[test]
fn a_click_on_a_tab_brings_its_view_to_the_front() {
    let mut window = Window::usual();
    assert!(has_picture(&window, "Formula") && !has_picture(&window, "Floats"));
    window.click("Floats");
    assert!(has_picture(&window, "Floats") && !has_picture(&window, "Formula"));
    // The menu of views does the same.
    window.click("Views");
    // The menu hangs above the tab of that name.
    let entries = window.harness.get_all_by_label("Spectrum");
    let entry = entries.min_by(|a, b| a.rect().top().total_cmp(&b.rect().top()));
    entry.expect("a menu").click();
    window.harness.run_steps(3);
    window.settle_fully();
    assert!(has_picture(&window, "Spectrum") && !has_picture(&window, "All products"));
}

#[test]
fn a_view_fills_the_middle_and_comes_back() {
    let mut window = Window::usual();
    let size = |window: &Window| {
        let picture = window
            .harness
            .get_by_role_and_label(egui::Role::Image, "Product per timestep");
        picture.rect().height()
    };
    let small = size(&window);
    window.click("Enlarge Product");
    assert!(size(&window) > 2.0 * small);
    assert!(!has_picture(&window, "Unrolled network"));
    window.key(egui::Key::Escape);
    assert_eq!(size(&window), small);
    window.click("Enlarge Formula");
    assert!(has_picture(&window, "Formula") && !has_picture(&window, "Loss over steps"));
    window.click("Bring back Formula");
    assert!(has_picture(&window, "Loss over steps"));
}

#[test]
fn the_layout_is_reset_and_everything_can_be_opened() {
    let mut window = Window::open([1920.0, 1080.0], |_| {});
    window.click("Views");
    window.click("Open all");
    window.settle_fully();
    for picture in [
        "Unrolled network",
        "Product per timestep",
        "Factor per timestep",
        "Formula",
        "Terms of the gradient",
        "Activation and slope",
        "Floats",
        "Loss over steps",
        "Accuracy over steps",
        "History of the run",
        "All products",
        "Landscape of the loss",
        "Phase map",
        "Spectrum",
    ] {
        assert!(has_picture(&window, picture), "{picture}");
    }
    window.click("Views");
    window.click("Reset layout");
    assert!(!has_picture(&window, "Phase map"));
}

/// What only hidden views need is neither computed nor kept up to date.
#[test]
fn hidden_views_cost_nothing() {
    let mut window = Window::usual();
    for _ in 0..5 {
        window.key(egui::Key::S);
    }
    window.act(Action::Reveal(View::LANDSCAPE));
    window.settle_fully();
    let snapshot = window.snapshot();
    assert!(snapshot.run.timeline.rows.is_empty());
    assert!(snapshot.moment.eigenvalues.is_none() && snapshot.probe.triangle.is_none());
    let asked = window.harness.state().questions();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(matches!(asked[0], Question::Landscape { .. }));
    window.act(Action::Reveal(View::HISTORY));
    window.act(Action::Reveal(View::SPECTRUM));
    window.settle_fully();
    let snapshot = window.snapshot();
    assert_eq!(snapshot.run.timeline.rows.len(), 5);
    assert!(snapshot.moment.eigenvalues.is_some());
}

/// Nonsense cannot come from the window, but from a file.
#[test]
fn any_arrangement_can_be_drawn() {
    let mut window = Window::usual();
    for arrangement in [
        Arrangement::Tabs(3, Vec::new()),
        Arrangement::View(View::PHASE_MAP),
        Arrangement::Columns(vec![(1e-9, Arrangement::View(View::LOSS)); 3]),
    ] {
        window.act(Action::Arrange(Box::new(arrangement)));
        window.harness.run_steps(3);
    }
    window.act(Action::Arrange(Box::default()));
    assert!(has_picture(&window, "Unrolled network"));
}
