//! Without a mouse and without a screen: every stop of Tab is seen and named, and everything has a name and a value.

use std::collections::BTreeSet;

use bptt_scope::scene::View;
use bptt_scope::ui::{Action, LessonAction};
use egui::accesskit::Role;
use egui::epaint::RectShape;
use egui::{Key, Rect, Shape};
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};

use super::support::Window;

/// The rectangles of the last frame that are only an edge.
fn edges(window: &Window) -> Vec<RectShape> {
    fn collect(shape: &Shape, found: &mut Vec<RectShape>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, found)),
            Shape::Rect(rect) if rect.fill.a() == 0 && rect.stroke.width >= 2.0 => {
                found.push(rect.clone());
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    for clipped in &window.harness.output().shapes {
        collect(&clipped.shape, &mut found);
    }
    found
}

/// What a screen reader calls the widget that has the focus, and where it is.
fn focused(window: &Window) -> Option<(String, Rect)> {
    let is_focused = |node: &egui_kittest::kittest::AccessKitNode<'_>| node.is_focused();
    let node = window
        .harness
        .query_all(by().predicate(is_focused))
        .find(|node| node.accesskit_node().role() != Role::Window)?;
    let found = node.accesskit_node();
    let name = found.label().or_else(|| found.value());
    Some((name.unwrap_or_default(), node.rect()))
}

/// Every stop of Tab once around, by name.
fn stops(window: &mut Window) -> Vec<String> {
    let mut stops = Vec::new();
    let mut first: Option<(String, Rect)> = None;
    for _ in 0..300 {
        window.harness.key_press(Key::Tab);
        // Scrolling to it takes some frames.
        window.harness.run_steps(30);
        let Some((name, rect)) = focused(window) else {
            continue;
        };
        if first.as_ref().is_some_and(|(other, at)| {
            *other == name && at.left() == rect.left() && !stops.is_empty() && stops.len() > 5
        }) {
            return stops;
        }
        let is_ringed = edges(window).iter().any(|ring| {
            let gap = rect.intersect(ring.rect);
            gap.width() > 0.5 * rect.width().min(ring.rect.width())
                && gap.height() > 0.5 * rect.height().min(ring.rect.height())
        });
        assert!(
            is_ringed,
            "{name} at {rect} has the focus, and nothing shows it"
        );
        assert!(
            !name.trim().is_empty(),
            "the stop at {rect} after {:?} has no name",
            stops.last()
        );
        first.get_or_insert((name.clone(), rect));
        stops.push(name);
    }
    panic!("Tab does not come around: {stops:?}");
}

#[test]
fn every_stop_of_tab_is_named_and_shows_the_focus() {
    let mut window = Window::usual();
    let stops = stops(&mut window);
    assert!(stops.len() > 50, "{} stops: {stops:?}", stops.len());
    for name in [
        "Run",
        "Step",
        "Reset",
        "speed",
        "Presets",
        "Lessons",
        "Views",
        "Help",
        "Enlarge Product",
    ] {
        assert!(
            stops.iter().any(|stop| stop == name),
            "{name} is not among {stops:?}"
        );
    }
    // From the row at the top to the panel to the views.
    let place = |name: &str| stops.iter().position(|stop| stop == name).unwrap();
    assert!(place("Run") < place("Step") && place("Step") < place("Reset"));
}

#[test]
fn everything_has_a_name_and_what_has_a_value_says_it() {
    let mut window = Window::usual();
    window.act(Action::Lesson(LessonAction::Begin(0)));
    for view in View::ALL {
        window.act(Action::Enlarge(view));
        window.settle_fully();
        let mut roles = BTreeSet::new();
        for node in window.harness.query_all(by()) {
            let node = node.accesskit_node();
            let (role, name) = (node.role(), node.label().unwrap_or_default());
            let is_named = [
                Role::Button,
                Role::CheckBox,
                Role::ComboBox,
                Role::Slider,
                Role::SpinButton,
                Role::TextInput,
                Role::Image,
                Role::RadioButton,
            ]
            .contains(&role);
            assert!(
                !is_named || !name.trim().is_empty(),
                "{role:?} {:?} in {}",
                node.bounding_box(),
                view.name()
            );
            if role == Role::Slider {
                assert!(node.numeric_value().is_some(), "{name}");
            }
            if role == Role::Image {
                let text = node.value().unwrap_or_default();
                assert!(text.len() > 10, "{name} in {}: {text:?}", view.name());
            }
            roles.insert(format!("{role:?}"));
        }
        assert!(roles.len() > 5, "{roles:?}");
        window.act(Action::Enlarge(view));
    }
}

#[test]
fn arrows_move_the_slider_that_has_the_focus_and_space_runs() {
    let mut window = Window::usual();
    let w_h = |window: &Window| window.harness.state().experiment().network.w_h;
    let cursor = window.harness.state().view().time.cursor();
    let before = w_h(&window);
    let is_of_w_h = |name: &str| name.contains("wₕ") || name.contains("w_h");
    let slider = window.harness.get_all_by_role(Role::Slider).find(|node| {
        node.accesskit_node()
            .label()
            .is_some_and(|it| is_of_w_h(&it))
    });
    slider.expect("the slider of wₕ").focus();
    window.harness.run_steps(3);
    window.key(Key::ArrowRight);
    assert!(w_h(&window) > before);
    window.key(Key::ArrowLeft);
    window.key(Key::ArrowLeft);
    assert!(w_h(&window) < before);
    assert_eq!(
        window.harness.state().view().time.cursor(),
        cursor,
        "the cursor stays"
    );
    window.harness.key_press(Key::Space);
    window.harness.run_steps(3);
    window.wait_until("it runs", bptt_scope::ui::ScopeApp::is_running);
    // A button that has the focus takes Space for itself.
    window.harness.key_press(Key::Space);
    window.harness.run_steps(3);
    window.wait_until("it rests", |app| !app.is_running());
    window.harness.get_by_label("Views").focus();
    window.harness.run_steps(2);
    window.key(Key::Space);
    assert!(!window.harness.state().is_running() && window.shows("Reset layout"));
}

#[test]
fn arrows_move_the_edge_between_two_tiles() {
    let mut window = Window::usual();
    let height = |window: &Window, name: &str| {
        window
            .harness
            .get_by_role_and_label(Role::Image, name)
            .rect()
            .height()
    };
    let name = View::PRODUCT.definition().spoken;
    let before = height(&window, name);
    window
        .harness
        .get_by_label("Edge between Product and Reason")
        .focus();
    window.harness.run_steps(3);
    window.key(Key::ArrowDown);
    window.key(Key::ArrowDown);
    assert!(height(&window, name) > before + 10.0);
    window.key(Key::ArrowUp);
    window.key(Key::ArrowUp);
    assert!((height(&window, name) - before).abs() < 2.0);
}
