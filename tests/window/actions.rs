//! What a person does in the window, and what they see.

use super::support::Window;
use bptt_scope::flow::Outcome;
use bptt_scope::rnn::Activation;
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{ProductNormsState, Speed};
use bptt_scope::ui::{Action, Direction, Measure};
use egui_kittest::kittest::Queryable as _;

fn act(window: &mut Window, action: Action) {
    let ctx = window.harness.ctx.clone();
    window.harness.state_mut().apply(&ctx, action);
    window.settle();
}

#[test]
fn the_first_picture_is_the_lectures_network_with_ten_words() {
    let window = Window::usual();
    let snapshot = window.snapshot();
    assert_eq!(
        (snapshot.len(), snapshot.flow.hidden, snapshot.step),
        (10, 1, 0)
    );
    assert!(snapshot.words.as_ref().unwrap().iter().all(Option::is_some));
    assert!(window.shows("tanh(xₜ wᵢ + oₜ₋₁ wₕ)"));
    assert!(window.shows("of the gradient reaches “the”"));
    assert!(window.shows("step 0 · paused"));
    for picture in [
        "Unrolled network",
        "Product per timestep",
        "Factor per timestep",
        "Terms of the gradient",
        "Loss over steps",
        "Accuracy over steps",
    ] {
        assert!(!window.described(picture).is_empty());
    }
}

#[test]
fn stepping_running_pausing_and_resetting() {
    let mut window = Window::usual();
    let first = window.snapshot().weights;
    window.click("Step");
    assert!(window.shows("step 1 · paused"));
    assert!(
        window
            .described("Loss over steps")
            .starts_with("after step 1")
    );
    window.click("Run");
    window.wait_until("some steps are made", |app| {
        app.snapshot().is_some_and(|snapshot| snapshot.step > 5)
    });
    window.click("Pause");
    let paused = window.snapshot().step;
    window.harness.run_steps(10);
    assert_eq!(window.snapshot().step, paused);
    assert_ne!(window.snapshot().weights, first);
    window.click("Reset");
    assert_eq!(window.snapshot().step, 0);
    assert_eq!(window.snapshot().weights, first);
    assert!(window.snapshot().history.is_empty());
}

#[test]
fn the_keyboard_does_the_same() {
    let mut window = Window::usual();
    window.key(egui::Key::S);
    window.key(egui::Key::S);
    assert_eq!(window.snapshot().step, 2);
    window.key(egui::Key::R);
    assert_eq!(window.snapshot().step, 0);
    window.key(egui::Key::Space);
    assert!(window.harness.state().is_running());
    window.key(egui::Key::Space);
    assert!(!window.harness.state().is_running());
    window.key(egui::Key::F1);
    assert!(window.shows("One training step"));
    window.key(egui::Key::F1);
    assert!(!window.shows("One training step"));
    // In a text the keys are letters.
    window.harness.get_by_label("sentence").focus();
    window.harness.run_steps(2);
    let step = window.snapshot().step;
    window.harness.key_press(egui::Key::S);
    window.harness.run_steps(2);
    window.settle();
    assert_eq!(window.snapshot().step, step);
}

#[test]
fn dragging_w_h_redraws_the_product_without_a_training_step() {
    let mut window = Window::usual();
    let before = window.described("Product per timestep");
    let slider = window
        .harness
        .get_by_role_and_label(egui::Role::Slider, "w_h slider")
        .rect();
    window.drag(
        slider.center(),
        egui::Pos2::new(slider.right() - 8.0, slider.center().y),
    );
    let snapshot = window.snapshot();
    assert!(snapshot.weights.w_h > 2.0, "{}", snapshot.weights.w_h);
    assert_eq!(snapshot.step, 0);
    assert_ne!(window.described("Product per timestep"), before);
    assert!(window.described("Factor per timestep").contains("w_h"));
    // After a drag the keyboard is the instrument's again.
    window.key(egui::Key::S);
    assert_eq!(window.snapshot().step, 1);
}

/// However fast training is, a weight whose slider is held stays under the hand.
#[test]
fn a_held_slider_holds_its_weight_while_training_runs() {
    let mut window = Window::usual();
    act(&mut window, Action::SetSpeed(Speed::Unlimited));
    window.click("Run");
    let slider = window
        .harness
        .get_by_role_and_label(egui::Role::Slider, "w_h slider")
        .rect();
    window.harness.hover_at(slider.center());
    window.harness.drag_at(slider.center());
    window.harness.run_steps(2);
    window
        .harness
        .hover_at(slider.center() + egui::Vec2::new(20.0, 0.0));
    window.harness.run_steps(2);
    window.settle();
    let held = window.snapshot().weights;
    let step = window.snapshot().step;
    window.wait_until("training has gone on", |app| {
        app.snapshot()
            .is_some_and(|snapshot| snapshot.step > step + 500)
    });
    assert_eq!(window.snapshot().weights.w_h, held.w_h);
    assert_ne!(window.snapshot().weights.w_o, held.w_o);
    window
        .harness
        .drop_at(slider.center() + egui::Vec2::new(20.0, 0.0));
    window.harness.run_steps(2);
    window.wait_until("training moves it again", |app| {
        app.snapshot()
            .is_some_and(|snapshot| snapshot.weights.w_h != held.w_h)
    });
}

#[test]
fn a_slider_moved_while_running_takes_effect_at_once() {
    let mut window = Window::usual();
    act(&mut window, Action::SetSpeed(Speed::Unlimited));
    window.click("Run");
    act(
        &mut window,
        Action::SetWeight(bptt_scope::training::Weight::Recurrent, 2.5),
    );
    window.wait_until("the weight is there", |app| {
        app.snapshot()
            .is_some_and(|snapshot| (snapshot.weights.w_h - 2.5).abs() < 0.5)
    });
    assert!(window.harness.state().is_running());
}

/// Changing one thing leaves alone what training has moved in the meantime.
#[test]
fn an_edit_keeps_the_weights_where_training_has_them() {
    let mut window = Window::usual();
    for _ in 0..20 {
        window.key(egui::Key::S);
    }
    act(
        &mut window,
        Action::SetWeight(bptt_scope::training::Weight::Recurrent, 1.5),
    );
    for _ in 0..20 {
        window.key(egui::Key::S);
    }
    let before = window.snapshot().weights;
    window.type_value("learning_rate", "0.2");
    window.choose("activation", "softsign");
    assert_eq!(window.snapshot().weights, before);
    // A reset goes back to what was chosen, not to what was learnt.
    window.click("Reset");
    assert_eq!(window.snapshot().weights.w_h, 1.5);
}

#[test]
fn exact_values_are_typed_and_values_out_of_range_are_named() {
    let mut window = Window::usual();
    window.type_value("w_h", "1.2345");
    assert_eq!(window.snapshot().weights.w_h, 1.2345);
    window.type_value("w_h", "-1e300");
    assert_eq!(window.snapshot().weights.w_h, -1000.0);
    assert!(window.shows("w_h takes −1000 to 1000"));
    window.type_value("learning_rate", "abc");
    assert!(window.shows("learning_rate takes a number"));
    assert_eq!(
        window.harness.state().experiment().training.learning_rate,
        0.05
    );
    window.type_value("length", "50");
    assert_eq!(window.snapshot().len(), 50);
    window.type_value("seed", "11");
    assert_eq!(window.snapshot().experiment.seed, 11);
}

/// Training changes the number under the typing hand thirty times a second.
#[test]
fn an_exact_value_can_be_typed_while_training_runs() {
    let mut window = Window::usual();
    act(&mut window, Action::SetSpeed(Speed::Unlimited));
    window.click("Run");
    window
        .harness
        .get_by_role_and_label(egui::Role::SpinButton, "w_h")
        .focus();
    window.harness.run_steps(2);
    for letter in ["1", ".", "7", "5"] {
        window
            .harness
            .get_by_role_and_label(egui::Role::SpinButton, "w_h")
            .type_text(letter);
        let step = window.snapshot().step;
        window.wait_until("training goes on", |app| {
            app.snapshot().is_some_and(|snapshot| snapshot.step > step)
        });
        std::thread::sleep(std::time::Duration::from_millis(20));
        window.harness.run_steps(2);
    }
    window.harness.key_press(egui::Key::Enter);
    window.harness.run_steps(2);
    assert_eq!(window.harness.state().experiment().network.w_h, 1.75);
}

/// As in any field for numbers.
#[test]
fn arrow_keys_step_through_a_focused_field() {
    let mut window = Window::usual();
    for (name, value) in [("batch", 18.0), ("length", 12.0)] {
        window
            .harness
            .get_by_role_and_label(egui::Role::SpinButton, name)
            .focus();
        window.harness.run_steps(2);
        for _ in 0..2 {
            window.harness.key_press(egui::Key::ArrowUp);
            window.harness.run_steps(2);
        }
        window.harness.key_press(egui::Key::Enter);
        window.harness.run_steps(3);
        window.settle();
        let experiment = window.harness.state().experiment();
        let found = match name {
            "batch" => experiment.training.batch,
            _ => experiment.task.length,
        };
        assert_eq!(found as f64, value, "{name}");
    }
}

/// A trained weight has more digits than are shown; looking at it must not cut them off.
#[test]
fn a_field_that_is_only_looked_at_changes_nothing() {
    let mut window = Window::usual();
    for _ in 0..7 {
        window.key(egui::Key::S);
    }
    let before = window.snapshot().weights;
    window
        .harness
        .get_by_role_and_label(egui::Role::SpinButton, "w_h")
        .focus();
    window.harness.run_steps(3);
    window.harness.key_press(egui::Key::Enter);
    window.harness.run_steps(3);
    window.settle();
    assert_eq!(window.snapshot().weights, before);
    assert_eq!(window.harness.state().experiment().network.w_h, 0.9);
}

#[test]
fn the_activation_and_the_length_change_the_product_at_once() {
    let mut window = Window::usual();
    let before = window.described("Product per timestep");
    window.choose("activation", "sigmoid");
    assert_eq!(
        window.snapshot().experiment.network.activation,
        Activation::Sigmoid
    );
    assert_ne!(window.described("Product per timestep"), before);
    assert_eq!(window.snapshot().verdict.outcome, Outcome::Vanishing);
    window.type_value("length", "200");
    assert_eq!(window.snapshot().len(), 200);
    assert_eq!(window.harness.state().view().time.length(), 200);
}

#[test]
fn one_cursor_goes_through_every_view() {
    let mut window = Window::usual();
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
    act(
        &mut window,
        Action::Zoom {
            factor: 20.0,
            around: 500.0,
        },
    );
    let (low, high) = window.harness.state().view().time.range();
    assert!(high - low < 51.0 && low < 500.0 && high > 500.0);
    act(&mut window, Action::Pan(100.0));
    assert!(window.harness.state().view().time.range().0 > low + 99.0);
    act(&mut window, Action::ShowAll);
    assert!(!window.harness.state().view().time.is_zoomed());
}

#[test]
fn any_sentence_becomes_the_probe_and_unknown_words_are_marked() {
    // What people paste may be in no bundled font; the window then asks the system's.
    let mut window = Window::with_any_glyph();
    window.type_sentence("not a flibbertigibbet film");
    let words = window.snapshot().words.as_ref().unwrap();
    assert_eq!(words.iter().flatten().count(), 4);
    assert!(window.shows("Unknown word flibbertigibbet?"));
    window.type_sentence("");
    assert!(window.shows("No words: the network reads padding only"));
    for text in [
        "😀😀 👍🏽 👩‍👩‍👧",
        "הסרט הזה היה טוב מאוד",
        "film \u{202e}gnorw si siht\u{202c} ok",
        &"word ".repeat(2000),
        &"x".repeat(20_000),
        "a\nb\r\nc\td",
        "\u{0}\u{7}\u{feff}",
    ] {
        window.type_sentence(text);
        assert!(
            !window
                .harness
                .state()
                .experiment()
                .probe
                .text
                .contains('\n')
        );
        assert_eq!(window.snapshot().len(), 10);
    }
    window.type_sentence("one two three four five six seven eight nine ten eleven twelve");
    assert!(window.shows("the first 2 of 12 words are not read"));
    window.click("Next sentence");
    assert!(
        window
            .snapshot()
            .words
            .as_ref()
            .unwrap()
            .iter()
            .flatten()
            .count()
            >= 3
    );
    let first = window.harness.state().experiment().probe.text.clone();
    window.click("Next sentence");
    assert_ne!(window.harness.state().experiment().probe.text, first);
}

#[test]
fn every_task_says_what_to_remember() {
    let mut window = Window::usual();
    for kind in TaskKind::ALL {
        if kind != TaskKind::Sentiment {
            window.choose("task", kind.name());
        }
        let snapshot = window.snapshot();
        assert_eq!(snapshot.experiment.task.kind, kind);
        let memory = snapshot.memory.to_string();
        assert!(memory.contains("step"), "{memory}");
        assert!(window.shows(&memory), "{memory}");
        assert!(!window.snapshot().source.is_empty());
        window.click("Step");
        assert_eq!(window.snapshot().step, 1);
    }
}

#[test]
fn divergence_is_told_and_reset_offered() {
    let mut window = Window::open([1280.0, 800.0], |e| {
        e.task.kind = TaskKind::Adding;
        e.task.length = 1000;
        e.network.activation = Activation::Identity;
        e.network.w_h = 3.0;
    });
    window.click("Run");
    window.wait_until("it has diverged", |app| {
        app.snapshot()
            .is_some_and(|snapshot| snapshot.divergence.is_some())
    });
    window.settle();
    assert!(window.shows("Diverged at step 1: w_i[1, 1] became"));
    assert!(window.shows("The forward pass overflows: lower w_h or n"));
    assert!(!window.harness.state().is_running());
    // The keyboard cannot go on either.
    window.key(egui::Key::Space);
    assert!(!window.harness.state().is_running());
    window.key(egui::Key::R);
    assert_eq!(window.snapshot().divergence, None);
    // What is changed by hand can be tried without a reset.
    window.key(egui::Key::S);
    assert!(window.snapshot().divergence.is_some());
    act(
        &mut window,
        Action::SetWeight(bptt_scope::training::Weight::Recurrent, 0.5),
    );
    assert_eq!(window.snapshot().divergence, None);
    window.key(egui::Key::S);
    assert_eq!(window.snapshot().divergence, None);
}

#[test]
fn every_measure_of_many_units() {
    let mut window = Window::open([1280.0, 800.0], |e| e.network.hidden = 5);
    assert!(window.shows("‖gₜ‖/‖gₙ‖"));
    assert!(window.shows("ρ(Wₕ) = 0.9"));
    act(&mut window, Action::SetMeasure(Measure::Norm));
    assert!(matches!(
        window.snapshot().product_norms,
        ProductNormsState::Ready(_)
    ));
    assert!(window.shows("‖∂oₙ/∂oₜ‖₂"));
    act(&mut window, Action::SetDirection(Direction::FromFirst));
    assert!(window.shows("‖∂oₜ/∂o₁‖₂"));
    act(&mut window, Action::SetMeasure(Measure::Gradient));
    assert!(window.shows("‖∂L/∂oₜ‖"));
    act(&mut window, Action::SetMeasure(Measure::Norm));
    // From five units to one: the norm is the number.
    window.type_value("hidden", "1");
    assert!(window.shows("∂oₜ/∂o₁"));
}

/// No combination of extremes panics, freezes, or leaves the window without a verdict.
#[test]
fn extremes_are_states_to_be_shown() {
    let mut window = Window::usual();
    act(&mut window, Action::SetSpeed(Speed::Unlimited));
    for activation in Activation::ALL {
        for w_h in [-1000.0, 0.0, 1000.0] {
            for length in [1, 10_000] {
                let mut next = window.harness.state().experiment().clone();
                next.task.length = length;
                next.network.activation = activation;
                next.training.learning_rate = 1000.0;
                act(&mut window, Action::Edit(Box::new(next)));
                act(
                    &mut window,
                    Action::SetWeight(bptt_scope::training::Weight::Recurrent, w_h),
                );
                assert_eq!(window.snapshot().weights.w_h, w_h);
                assert_eq!(window.snapshot().len(), length);
                assert!(!window.snapshot().verdict.sentence.is_empty());
            }
        }
    }
    // And everything switched while it runs.
    let mut next = window.harness.state().experiment().clone();
    next.task.length = 37;
    next.network.activation = Activation::Tanh;
    next.training.learning_rate = 0.001;
    act(&mut window, Action::Edit(Box::new(next)));
    act(
        &mut window,
        Action::SetWeight(bptt_scope::training::Weight::Recurrent, 0.5),
    );
    window.click("Run");
    for kind in TaskKind::ALL {
        for hidden in [1, 9] {
            let mut next = window.harness.state().experiment().clone();
            next.task.kind = kind;
            next.task.length = 37;
            next.network.hidden = hidden;
            next.training.batch = 3;
            act(&mut window, Action::Edit(Box::new(next)));
            assert_eq!(window.snapshot().experiment.task.kind, kind);
            assert_eq!(window.snapshot().flow.hidden, hidden);
            assert_eq!(window.snapshot().len(), 37);
            // The new network runs on.
            assert!(window.harness.state().is_running());
            assert_eq!(window.snapshot().divergence, None);
        }
    }
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
