//! The views that show a quantity of the lecture each: what they say, and what a click in them does.

use bptt_scope::flow::share_in_words;
use bptt_scope::rnn::Activation;
use bptt_scope::scene::{Direction, PhaseAxis, View};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{Preset, Question};
use bptt_scope::ui::Action;
use egui::{Pos2, Rect};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::support::Window;

fn rect(window: &Window, picture: &str) -> Rect {
    window
        .harness
        .get_by_role_and_label(egui::Role::Image, picture)
        .rect()
}

/// A place in a picture, from its upper left corner in shares of its size.
fn place(rect: Rect, x: f32, y: f32) -> Pos2 {
    rect.min + egui::Vec2::new(x * rect.width(), y * rect.height())
}

fn click_at(window: &mut Window, at: Pos2) {
    window.harness.hover_at(at);
    window.harness.run_steps(2);
    window.harness.drag_at(at);
    window.harness.run_steps(1);
    window.harness.drop_at(at);
    window.harness.run_steps(3);
    window.settle();
}

fn preset(window: &mut Window, name: &str) {
    let preset = Preset::ALL.into_iter().find(|preset| preset.name == name);
    let experiment = preset.expect("a preset").experiment();
    window.act(Action::Open(Box::new(experiment)));
}

#[test]
fn walking_back_multiplies_one_factor_after_the_other() {
    let mut window = Window::usual();
    assert!(window.described("Formula").contains("the term of step 10"));
    assert!(!window.described("Formula").contains("just multiplied"));
    for k in (1..10).rev() {
        window.key(egui::Key::ArrowLeft);
        let snapshot = window.snapshot();
        let step = &snapshot.probe.flow.steps[k];
        let said = window.described("Formula");
        let factor = format!(
            "just multiplied by {} times {} of step {}",
            step.f_prime(),
            step.w_h(),
            k + 1
        );
        assert!(said.contains(&factor), "{said}");
        let term = snapshot.probe.flow.steps[k - 1].term_w_h.magnitude;
        assert!(
            said.contains(&format!("the term of step {k} is {term}")),
            "{said}"
        );
    }
    assert!(window.shows("steps 10 to 1 are 100 % of ∂L/∂wₕ"));
    // Of many units too, and by the buttons.
    window.type_value("hidden", "4");
    window.click("Forth through time");
    assert!(window.described("Formula").contains("of step 3"));
}

#[test]
fn a_click_in_the_triangle_sets_the_cursor() {
    let mut window = Window::usual();
    let square = rect(&window, "All products");
    // Column 3 of 10, row 8 of 10.
    window.harness.hover_at(place(square, 0.25, 0.75));
    window.harness.run_steps(8);
    let value = window
        .snapshot()
        .probe
        .triangle
        .as_ref()
        .unwrap()
        .value(8, 3)
        .unwrap();
    assert!(window.shows(&format!("∂o₈/∂o₃ = {value}")));
    click_at(&mut window, place(square, 0.25, 0.75));
    assert_eq!(window.harness.state().view().time.cursor(), 3);
    assert!(window.described("All products").contains("∂o₁₀/∂o₃"));
}

#[test]
fn the_triangle_of_many_units_is_computed_when_asked_for_and_can_be_given_up() {
    let mut window = Window::open([1280.0, 800.0], |e| {
        e.task.kind = TaskKind::Latch;
        e.task.length = 200;
        e.network.hidden = 40;
    });
    assert!(window.described("All products").contains("press Compute"));
    window.click("Compute");
    window.harness.run_steps(2);
    window.click("Cancel");
    window.wait_until("it is given up", |app| !app.is_computing());
    window.harness.run_steps(2);
    assert!(window.described("All products").contains("press Compute"));
    window.type_value("length", "40");
    window.settle_fully();
    // Small enough to come by itself.
    window.type_value("hidden", "6");
    window.settle_fully();
    assert!(
        window
            .described("All products")
            .contains("‖∂o₄₀/∂o₄₀‖₂ = 1")
    );
}

#[test]
fn the_history_goes_back_and_on_from_there() {
    let mut window = Window::usual();
    for _ in 0..20 {
        window.key(egui::Key::S);
    }
    window.act(Action::Reveal(View::HISTORY));
    window.settle_fully();
    let now = window.snapshot().moment.weights;
    let picture = rect(&window, "History of the run");
    click_at(&mut window, place(picture, 0.5, 0.55));
    let then = window.snapshot().clone();
    assert!(then.run.timeline.is_past);
    assert_eq!((then.moment.step, then.run.timeline.newest), (10, 20));
    assert_eq!(window.harness.state().view().time.cursor(), 6);
    assert!(window.shows("Step 10 of 20"));
    // The past is looked at, not changed.
    let slider = window
        .harness
        .get_by_role_and_label(egui::Role::Slider, "recurrent weight wₕ slider");
    assert!(slider.accesskit_node().is_disabled());
    window
        .harness
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::ArrowLeft);
    window.harness.run_steps(2);
    window.settle();
    assert_eq!(window.snapshot().moment.step, 9);
    window.click("To the present");
    assert_eq!(
        (
            window.snapshot().moment.step,
            window.snapshot().moment.weights
        ),
        (20, now)
    );
    window.act(Action::LookAt(Some(10)));
    window.click("Continue from here");
    assert!(!window.snapshot().run.timeline.is_past);
    assert_eq!(window.snapshot().moment.weights, then.moment.weights);
    // The same ten steps lead to the same place.
    for _ in 0..10 {
        window.key(egui::Key::S);
    }
    assert_eq!(
        (
            window.snapshot().moment.step,
            window.snapshot().moment.weights
        ),
        (20, now)
    );
}

/// After a reset the map is still of the run before. Once f or n is another, it says so, and so does the way back.
#[test]
fn a_map_of_another_network_says_so_and_what_going_back_brings() {
    let mut window = Window::usual();
    for _ in 0..12 {
        window.key(egui::Key::S);
    }
    window.act(Action::Reveal(View::HISTORY));
    window.click("Reset");
    window.settle_fully();
    assert!(
        window.shows("step 0 of 12"),
        "the same network: its own run"
    );
    window.choose("activation", "sigmoid");
    window.type_value("length", "20");
    window.settle_fully();
    assert!(!window.shows("step 0 of 12"));
    let words = "12 steps with length n = 10 and activation f = tanh";
    assert!(window.shows(&format!("step 0 · old map: {words}")));
    assert!(
        window
            .described("History of the run")
            .contains("of 12 with length n = 10 and activation f = tanh")
    );
    let picture = rect(&window, "History of the run");
    click_at(&mut window, place(picture, 0.5, 0.9));
    assert!(window.snapshot().run.timeline.is_past);
    assert_eq!(window.snapshot().len(), 10);
    let step = window.snapshot().moment.step;
    assert!(window.shows(&format!("Step {step} of 12 with length n = 10")));
    // Nothing comes back silently.
    window.click("Continue from here");
    assert!(window.shows(&format!(
        "Continued from step {step}, with length n = 10 and activation f = tanh as then"
    )));
    assert_eq!(window.harness.state().experiment().task.length, 10);
    window.act(Action::Undo);
    assert_eq!(window.harness.state().experiment().task.length, 20);
    // The next step is of the new network, and so is the map then.
    window.key(egui::Key::S);
    window.settle_fully();
    let next = step + 1;
    let said = window.described("History of the run");
    assert!(said.contains(&format!("step {next} of {next}, ")), "{said}");
}

/// A new run begins with an empty map; what was trained comes back by undo.
#[test]
fn a_new_run_does_not_show_the_map_of_the_one_before() {
    let mut window = Window::usual();
    window.act(Action::Reveal(View::HISTORY));
    for _ in 0..5 {
        window.key(egui::Key::S);
    }
    preset(&mut window, "Exploding");
    window.settle_fully();
    assert!(window.shows("step 0 of 0"));
    assert!(window.snapshot().run.timeline.rows.is_empty());
    window.act(Action::Undo);
    window.settle_fully();
    assert!(window.shows("step 5 of 5"));
    assert_eq!(window.snapshot().run.timeline.rows.len(), 5);
}

#[test]
fn the_landscape_has_the_wall_of_figure_6_and_its_point_can_be_dragged() {
    let mut window = Window::usual();
    window.act(Action::Reveal(View::LANDSCAPE));
    preset(&mut window, "A cliff in the loss");
    window.settle_fully();
    assert!(window.shows("∂L/∂wₕ = −542"));
    assert!(
        window
            .described("Landscape of the loss")
            .contains("at wₕ = 5.00 the loss is 0.00856")
    );
    let plot = rect(&window, "Landscape of the loss");
    let from = place(plot, 0.75, 0.3);
    window.drag(from, from - egui::Vec2::new(40.0, 0.0));
    let w_h = window.snapshot().moment.weights.w_h;
    assert!((-10.0..4.0).contains(&w_h), "{w_h}");
    assert_eq!(window.snapshot().moment.step, 0);
}

/// While it is held w_h is held too, it stays in its range, and all of it is one change to take back.
#[test]
fn a_drag_in_the_landscape_is_a_drag_of_the_slider() {
    let mut window = Window::usual();
    window.act(Action::Reveal(View::LANDSCAPE));
    preset(&mut window, "A cliff in the loss");
    window.settle_fully();
    let plot = rect(&window, "Landscape of the loss");
    let from = place(plot, 0.75, 0.3);
    window.harness.hover_at(from);
    window.harness.drag_at(from);
    window.harness.run_steps(2);
    for step in 1..12 {
        // To the end of the plot and beyond.
        let by = 12.0 * step as f32;
        window.harness.hover_at(from + egui::Vec2::new(by, 0.0));
        window.harness.run_steps(2);
    }
    // A hand that rests asks for nothing, however long it does.
    window.settle();
    let edits = window.snapshot().moment.edits;
    window.harness.run_steps(5);
    window.settle();
    assert_eq!(window.snapshot().moment.edits, edits);
    window.harness.drop_at(from + egui::Vec2::new(132.0, 0.0));
    window.harness.run_steps(2);
    window.settle();
    assert_eq!(window.snapshot().moment.weights.w_h, 10.0);
    window.click("Undo");
    assert_eq!(window.snapshot().moment.weights.w_h, 5.0);
    // The past is only looked at.
    window.click("Step");
    let now = window.snapshot().moment.weights.w_h;
    window.act(Action::LookAt(Some(0)));
    window.settle_fully();
    let plot = rect(&window, "Landscape of the loss");
    click_at(&mut window, place(plot, 0.3, 0.3));
    assert!(window.snapshot().run.timeline.is_past);
    window.act(Action::LookAt(None));
    assert_eq!(window.snapshot().moment.weights.w_h, now);
}

#[test]
fn a_click_in_the_phase_map_goes_there() {
    let mut window = Window::usual();
    window.act(Action::Reveal(View::PHASE_MAP));
    window.settle_fully();
    let map = rect(&window, "Phase map");
    click_at(&mut window, place(map, 0.75, 0.5));
    let snapshot = window.snapshot();
    assert!(
        (snapshot.moment.weights.w_h - 1.5).abs() < 0.05,
        "{}",
        snapshot.moment.weights.w_h
    );
    assert!(snapshot.len().abs_diff(25) <= 1, "{}", snapshot.len());
    // And up the other axis.
    window.act(Action::SetPhaseAxis(PhaseAxis::InputWeight));
    window.settle_fully();
    let map = rect(&window, "Phase map");
    click_at(&mut window, place(map, 0.25, 0.5));
    let weights = window.snapshot().moment.weights;
    assert!((weights.w_h + 1.5).abs() < 0.05 && (weights.w_i - 1.5).abs() < 0.05);
    // Where the only input weight is 0 the map is as it is elsewhere.
    window.choose("task", "latch");
    window.settle_fully();
    let before = window.harness.state().phase_map().unwrap().log10.clone();
    window.type_value("w_i", "0");
    window.settle_fully();
    let after = &window.harness.state().phase_map().unwrap().log10;
    let far = before
        .iter()
        .zip(after)
        .filter(|(a, b)| (*a - *b).abs() > 1e-3);
    assert_eq!(far.count(), 0);
    window.type_value("hidden", "3");
    window.settle_fully();
    assert!(window.described("Phase map").contains("of one unit"));
}

#[test]
fn saturation_is_counted() {
    let mut window = Window::usual();
    window.act(Action::Reveal(View::ACTIVATION));
    window.type_value("w_i", "40");
    let points = &window.snapshot().probe.operating_points;
    let text = format!("{} of 10 steps have", points.saturated);
    assert!(points.saturated > 5);
    assert!(window.shows(&text), "{text}");
    window.choose("activation", "identity");
    assert!(window.shows("0 of 10 steps have"));
}

#[test]
fn the_spectrum_of_many_units_moves_with_its_slider() {
    let mut window = Window::open([1280.0, 800.0], |e| e.network.hidden = 8);
    window.act(Action::Reveal(View::SPECTRUM));
    window.settle_fully();
    let said = window.described("Spectrum");
    assert!(said.starts_with("8 eigenvalues, 8 inside"), "{said}");
    window.type_value("w_h", "1.25");
    window.settle_fully();
    let said = window.described("Spectrum");
    assert!(said.starts_with("8 eigenvalues, 0 inside"), "{said}");
    assert!(said.contains("the farthest at 1.25"), "{said}");
    window.key(egui::Key::ArrowLeft);
    window.settle_fully();
    assert!(
        window
            .described("Spectrum")
            .contains("from step 9 to step 10")
    );
    for _ in 0..3 {
        window.key(egui::Key::S);
    }
    window.settle_fully();
    assert_ne!(window.described("Spectrum"), said);
}

#[test]
fn narrow_formats_lose_the_gradient_where_it_is_measured() {
    let mut window = Window::open([1280.0, 800.0], |e| {
        e.task.kind = TaskKind::Latch;
        e.task.length = 100;
        e.network.activation = Activation::Sigmoid;
    });
    window.act(Action::Reveal(View::FLOATS));
    window.settle_fully();
    let said = window.described("Floats");
    assert!(said.contains("float16 0 from t = 89"), "{said}");
    assert!(said.contains("float32 0 from t = "), "{said}");
    window.key(egui::Key::Home);
    let said = window.described("Floats");
    assert!(said.contains("at step 1 the gradient is"), "{said}");
}

#[test]
fn the_badge_compares_backpropagation_with_differences() {
    let mut window = Window::usual();
    window.settle_fully();
    assert!(window.shows("✓ BPTT"));
    let badge = window.harness.get_by_label_contains("Gradient check");
    badge.click();
    window.harness.run_steps(2);
    window.wait_until("every parameter is compared", |app| !app.is_computing());
    let badge = window.harness.get_by_label_contains("Gradient check");
    badge.hover();
    window.harness.run_steps(8);
    assert!(window.shows("of 287 parameters compared"));
    // Where nothing is finite nothing can be compared, and nothing is red.
    window.choose("task", "adding");
    window.choose("activation", "identity");
    window.type_value("length", "2000");
    window.type_value("w_h", "3");
    window.settle_fully();
    assert!(window.shows("BPTT ?"));
}

/// Answers of one moment stay on the screen for a while when the next has another shape.
#[test]
fn everything_can_be_switched_while_it_is_being_computed() {
    let mut window = Window::open([1920.0, 1080.0], |_| {});
    window.act(Action::Arrange(Box::new(
        bptt_scope::ui::Arrangement::all_open(),
    )));
    for (length, hidden) in [(40, 1), (3, 6), (1, 1), (60, 3), (2, 2), (1000, 1), (1, 20)] {
        let mut next = window.harness.state().experiment().clone();
        next.task.length = length;
        next.network.hidden = hidden;
        next.task.kind = if length % 2 == 0 {
            TaskKind::Adding
        } else {
            TaskKind::Sentiment
        };
        window.act(Action::Edit(Box::new(next)));
        window.act(Action::Study(Question::Triangle));
        window.harness.run_steps(3);
        window.click("Step");
        window.act(Action::LookAt(Some(0)));
        window.harness.run_steps(2);
    }
    window.settle_fully();
}

/// Beside the probe stands the batch that the last step was made with, as far as there is one.
#[test]
fn the_last_batch_is_drawn_once_a_step_was_made() {
    let mut window = Window::usual();
    assert!(!window.shows("last batch"));
    window.key(egui::Key::S);
    assert!(window.shows("last batch"));
    let snapshot = window.snapshot();
    assert_eq!(snapshot.run.last_batch.len(), snapshot.len());
    assert_eq!(snapshot.run.last_batch.last().unwrap().product.value(), 1.0);
    window.act(Action::SetDirection(Direction::FromFirst));
    assert!(!window.shows("last batch"), "it is counted from the end");
    window.act(Action::Reset);
    window.act(Action::SetDirection(Direction::ToEnd));
    assert!(!window.shows("last batch"));
}

/// Where the loss stays that has learnt nothing: ln 2 for two classes, the variance of the targets for adding, and
/// no line where every target is the same.
#[test]
fn the_loss_of_knowing_nothing_is_named() {
    let mut window = Window::usual();
    window.act(Action::Reveal(View::LOSS));
    assert!(window.shows("knowing nothing"));
    window.key(egui::Key::S);
    let said = window.described("Loss over steps");
    assert!(said.starts_with("in step 1"), "{said}");
    assert!(
        said.ends_with("L of knowing nothing, ln 2 = 0.693"),
        "{said}"
    );
    let mut window = Window::open([1280.0, 800.0], |e| e.task.kind = TaskKind::Adding);
    window.act(Action::Reveal(View::LOSS));
    window.key(egui::Key::S);
    let said = window.described("Loss over steps");
    let of_adding = "L of knowing nothing, 1/24 = 0.0417";
    assert!(said.ends_with(of_adding), "{said}");
    let mut window = Window::open([1280.0, 800.0], |e| e.task.kind = TaskKind::Constant);
    window.act(Action::Reveal(View::LOSS));
    assert!(!window.shows("knowing nothing"));
}

/// The title row says what the figure says.
#[test]
fn the_formula_says_which_terms_pull_which_way() {
    let mut window = Window::open([1280.0, 800.0], |e| e.seed = 4);
    let mut pulls = 0;
    for _ in 1..10 {
        let k = window.harness.state().view().time.cursor();
        let words = share_in_words(&window.snapshot().probe.flow, k);
        assert!(window.shows(&words), "{words}");
        pulls += usize::from(words.contains("pull"));
        window.key(egui::Key::ArrowLeft);
    }
    assert!(pulls > 0, "the terms have both signs");
}
