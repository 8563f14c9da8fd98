//! Cursor, time axis, measures and theme.

use bptt_scope::export::{Direction, Measure, View};
use bptt_scope::training::ProductNormsState;
use bptt_scope::ui::Action;
use egui_kittest::kittest::Queryable as _;

use super::support::Window;

#[test]
fn one_cursor_goes_through_every_view() {
    let mut window = Window::usual();
    window.act(Action::Reveal(View::Terms));
    assert_eq!(window.harness.state().view().time.cursor(), 10);
    window.key(egui::Key::ArrowLeft);
    window.key(egui::Key::ArrowLeft);
    assert!(window.shows("t = 8 “loved”"));
    assert!(window.described("Product per timestep").contains("step 8"));
    assert!(window.described("Factor per timestep").contains("step 8"));
    assert!(window.described("Terms of the gradient").contains("step 8"));
    assert!(window.described("Unrolled network").contains("step 8"));
    window.key(egui::Key::Home);
    assert_eq!(window.harness.state().view().time.cursor(), 1);
    // Hovering moves it in any of the three bands.
    for picture in [
        "Unrolled network",
        "Product per timestep",
        "Factor per timestep",
    ] {
        let rect = window
            .harness
            .get_by_role_and_label(egui::Role::Image, picture)
            .rect();
        window
            .harness
            .hover_at(rect.center() - egui::Vec2::new(120.0, 0.0));
        window.harness.run_steps(2);
        window.harness.hover_at(rect.center());
        window.harness.run_steps(2);
        let cursor = window.harness.state().view().time.cursor();
        assert!((4..=8).contains(&cursor), "{picture}: {cursor}");
        window.key(egui::Key::Home);
    }
}

#[test]
fn the_time_axis_zooms_moves_and_comes_back() {
    let mut window = Window::open([1280.0, 800.0], |e| e.task.length = 1000);
    window.act(Action::Zoom {
        factor: 20.0,
        around: 500.0,
    });
    let (low, high) = window.harness.state().view().time.range();
    assert!(high - low < 51.0 && low < 500.0 && high > 500.0);
    window.act(Action::Pan(100.0));
    assert!(window.harness.state().view().time.range().0 > low + 99.0);
    window.act(Action::ShowAll);
    assert!(!window.harness.state().view().time.is_zoomed());
}

#[test]
fn every_measure_of_many_units() {
    let mut window = Window::open([1280.0, 800.0], |e| e.network.hidden = 5);
    assert!(window.shows("‖gₜ‖/‖gₙ‖"));
    assert!(window.shows("ρ(Wₕ) = 0.9"));
    window.act(Action::SetMeasure(Measure::Norm));
    assert!(matches!(
        window.snapshot().product_norms,
        ProductNormsState::Ready(_)
    ));
    assert!(window.shows("‖∂oₙ/∂oₜ‖₂"));
    window.act(Action::SetDirection(Direction::FromFirst));
    assert!(window.shows("‖∂oₜ/∂o₁‖₂"));
    window.act(Action::SetMeasure(Measure::Gradient));
    assert!(window.shows("‖∂L/∂oₜ‖"));
    window.act(Action::SetMeasure(Measure::Norm));
    // From five units to one: the norm is the number.
    window.type_value("hidden", "1");
    assert!(window.shows("∂oₜ/∂o₁"));
}

#[test]
fn the_theme_changes() {
    let mut window = Window::usual();
    assert_eq!(window.harness.ctx.theme(), egui::Theme::Dark);
    window.click("Theme");
    assert_eq!(window.harness.ctx.theme(), egui::Theme::Light);
    window.key(egui::Key::T);
    assert_eq!(window.harness.ctx.theme(), egui::Theme::Dark);
}

/// Paused and untouched, nothing asks for another frame.
#[test]
fn a_paused_window_asks_for_no_frame() {
    let mut window = Window::usual();
    window.harness.remove_cursor();
    window.settle_fully();
    window.harness.run();
    for _ in 0..5 {
        window.harness.run_steps(1);
        let delay = window
            .harness
            .output()
            .viewport_output
            .values()
            .map(|viewport| viewport.repaint_delay)
            .min()
            .unwrap();
        assert!(delay > std::time::Duration::from_secs(3600), "{delay:?}");
    }
}
