//! Cursor, time axis, measures and theme.

use bptt_scope::scene::{Direction, Measure, View};
use bptt_scope::training::ProductNormsState;
use bptt_scope::ui::Action;
use egui_kittest::kittest::Queryable as _;

use super::support::Window;

#[test]
fn one_cursor_goes_through_every_view() {
    let mut window = Window::usual();
    window.act(Action::Reveal(View::TERMS));
    assert_eq!(window.harness.state().view().time.cursor(), 10);
    window.key(egui::Key::ArrowLeft);
    window.key(egui::Key::ArrowLeft);
    assert!(window.shows("t = 8, “loved”"));
    assert!(window.described("Product per timestep").contains("step 8"));
    assert!(window.described("Factor per timestep").contains("step 8"));
    assert!(window.described("Terms of the gradient").contains("step 8"));
    assert!(window.described("Unrolled network").contains("step 8"));
    window.key(egui::Key::Home);
    assert_eq!(window.harness.state().view().time.cursor(), 1);
    // Once it is let go, hovering moves it in any of the three bands.
    window.key(egui::Key::Escape);
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
        window.key(egui::Key::Escape);
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

/// What is between two fingers stays there: they zoom and move, also once the axis is zoomed, when one finger alone would
/// drag it.
#[test]
fn two_fingers_zoom_and_move_the_time() {
    let mut window = Window::open([1280.0, 800.0], |e| e.task.length = 1000);
    let rect = window
        .harness
        .get_by_role_and_label(egui::Role::Image, "Product per timestep")
        .rect();
    let middle = rect.center();
    let touch = |window: &mut Window, phase: egui::TouchPhase, apart: f32, right: f32| {
        for finger in [0_u64, 1] {
            let side = if finger == 0 { -0.5 } else { 0.5 };
            let pos = middle + egui::Vec2::new(side * apart + right, 0.0);
            // As the first finger is a pointer for everything that knows no fingers.
            let as_pointer = match phase {
                egui::TouchPhase::Start => Some(egui::Event::PointerButton {
                    pos,
                    button: egui::PointerButton::Primary,
                    pressed: true,
                    modifiers: egui::Modifiers::NONE,
                }),
                egui::TouchPhase::Move => Some(egui::Event::PointerMoved(pos)),
                _ => None,
            };
            window.harness.event(egui::Event::Touch {
                device_id: egui::TouchDeviceId(0),
                id: egui::TouchId(finger),
                phase,
                pos,
                force: None,
            });
            if let Some(event) = as_pointer.filter(|_| finger == 0) {
                window.harness.event(event);
            }
        }
        window.harness.run_steps(1);
    };
    let range = |window: &Window| window.harness.state().view().time.range();
    touch(&mut window, egui::TouchPhase::Start, 60.0, 0.0);
    for apart in [90.0, 120.0, 180.0, 240.0, 300.0] {
        touch(&mut window, egui::TouchPhase::Move, apart, 0.0);
    }
    let (low, high) = range(&window);
    let width = high - low;
    assert!(width < 0.25 * 1002.0 && width > 0.15 * 1002.0, "{width}");
    assert!(low < 500.0 && high > 500.0, "{low} to {high}");
    touch(&mut window, egui::TouchPhase::Move, 300.0, -100.0);
    let moved = range(&window).0 - low;
    let step_width = f64::from(rect.width()) / width;
    assert!(moved > 0.8 * 100.0 / step_width, "{moved}");
    touch(&mut window, egui::TouchPhase::Move, 60.0, -100.0);
    assert!(range(&window).1 - range(&window).0 > 3.0 * width);
}

#[test]
fn every_measure_of_many_units() {
    let mut window = Window::open([1280.0, 800.0], |e| e.network.hidden = 5);
    assert!(window.shows("‖gₜ‖/‖gₙ‖"));
    assert!(window.shows("ρ(Wₕ) = 0.9"));
    window.act(Action::SetMeasure(Measure::Norm));
    assert!(matches!(
        window.snapshot().probe.product_norms,
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

/// However far somebody zooms, the glyphs of the sizes that are gone do not pile up, and those of one frame have
/// room: an atlas that is too small would be drawn again in every frame.
#[test]
fn the_glyphs_of_every_zoom_have_room_in_a_small_atlas() {
    let mut window = Window::open([1920.0, 1080.0], |e| e.task.length = 12);
    window.act(Action::Arrange(Box::new(
        bptt_scope::ui::Arrangement::all_open(),
    )));
    let draw = |window: &mut Window, frames: usize| -> Vec<f32> {
        let frame = |_| {
            let ctx = window.harness.ctx.clone();
            let mut input = egui::RawInput {
                // What a graphics card could hold.
                max_texture_side: Some(8192),
                ..egui::RawInput::default()
            };
            eframe::App::raw_input_hook(window.harness.state_mut(), &ctx, &mut input);
            window.harness.input_mut().max_texture_side = input.max_texture_side;
            window.harness.run_steps(1);
            let [width, height] = ctx.fonts(|fonts| fonts.font_image_size());
            assert!(width * height <= 4096 * 4096, "{width} × {height}");
            ctx.fonts(|fonts| fonts.font_atlas_fill_ratio())
        };
        (0..frames).map(frame).collect()
    };
    for zoom in [1.0, 0.3, 0.7, 1.3, 1.7, 2.0, 2.4, 3.0, 4.0, 5.0, 1.0_f32] {
        // A screen of 3840 × 2160 pixels, or as little as the window may be.
        let (width, height) = ((3840.0 / zoom).max(1000.0), (2160.0 / zoom).max(640.0));
        window
            .harness
            .set_size(egui::Vec2::new(width.min(3840.0), height.min(2160.0)));
        window.harness.set_pixels_per_point(zoom);
        draw(&mut window, 4);
        let filled = draw(&mut window, 6);
        assert!(filled.is_sorted(), "at {zoom} it begins anew: {filled:?}");
        assert!(filled[5] < 0.8, "at {zoom}: {filled:?}");
    }
}

/// A view that nobody looks at keeps no texture.
#[test]
fn a_picture_that_is_out_of_sight_is_given_up() {
    let mut window = Window::usual();
    let textures = |window: &Window| {
        let manager = window.harness.ctx.tex_manager();
        let manager = manager.read();
        manager
            .allocated()
            .map(|(_, texture)| texture.name.clone())
            .collect::<Vec<_>>()
    };
    let has = |window: &Window, name: &str| textures(window).iter().any(|other| other == name);
    window.act(Action::Reveal(View::TRIANGLE));
    window.settle_fully();
    assert!(has(&window, "triangle"));
    window.act(Action::Reveal(View::PHASE_MAP));
    window.settle_fully();
    assert!(has(&window, "phase-map") && !has(&window, "triangle"));
    window.act(Action::Reveal(View::TRIANGLE));
    window.settle_fully();
    assert!(has(&window, "triangle") && !has(&window, "phase-map"));
}
