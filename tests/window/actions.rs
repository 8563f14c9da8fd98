//! Buttons, keys, sliders and fields.

use bptt_scope::flow::Outcome;
use bptt_scope::rnn::Activation;
use bptt_scope::training::{Speed, Weight};
use bptt_scope::ui::Action;
use egui_kittest::kittest::Queryable as _;

use super::support::Window;

#[test]
fn stepping_running_pausing_and_resetting() {
    let mut window = Window::usual();
    let first = window.snapshot().moment.weights;
    window.click("Step");
    assert!(window.shows("step 1 · paused"));
    assert!(
        window
            .described("Loss over steps")
            .starts_with("in step 1, before its update, the loss was")
    );
    window.click("Run");
    window.wait_until("some steps are made", |app| {
        app.snapshot()
            .is_some_and(|snapshot| snapshot.moment.step > 5)
    });
    window.click("Pause");
    let paused = window.snapshot().moment.step;
    window.harness.run_steps(10);
    assert_eq!(window.snapshot().moment.step, paused);
    assert_ne!(window.snapshot().moment.weights, first);
    window.click("Reset");
    assert_eq!(window.snapshot().moment.step, 0);
    assert_eq!(window.snapshot().moment.weights, first);
    assert!(window.snapshot().run.history.is_empty());
}

#[test]
fn the_keyboard_does_the_same() {
    let mut window = Window::usual();
    window.key(egui::Key::S);
    window.key(egui::Key::S);
    assert_eq!(window.snapshot().moment.step, 2);
    window.key(egui::Key::R);
    assert_eq!(window.snapshot().moment.step, 0);
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
    let step = window.snapshot().moment.step;
    window.harness.key_press(egui::Key::S);
    window.harness.run_steps(2);
    window.settle();
    assert_eq!(window.snapshot().moment.step, step);
}

#[test]
fn dragging_w_h_redraws_the_product_without_a_training_step() {
    let mut window = Window::usual();
    let before = window.described("Product per timestep");
    let slider = window
        .harness
        .get_by_role_and_label(egui::Role::Slider, "recurrent weight wₕ slider")
        .rect();
    window.drag(
        slider.center(),
        egui::Pos2::new(slider.right() - 8.0, slider.center().y),
    );
    let snapshot = window.snapshot();
    assert!(
        snapshot.moment.weights.w_h > 2.0,
        "{}",
        snapshot.moment.weights.w_h
    );
    assert_eq!(snapshot.moment.step, 0);
    assert_ne!(window.described("Product per timestep"), before);
    assert!(window.described("Factor per timestep").contains("wₕ"));
    // After a drag the keyboard is the instrument's again.
    window.key(egui::Key::S);
    assert_eq!(window.snapshot().moment.step, 1);
}

/// However fast training is, a weight whose slider is held stays under the hand.
#[test]
fn a_held_slider_holds_its_weight_while_training_runs() {
    let mut window = Window::usual();
    window.act(Action::SetSpeed(Speed::Unlimited));
    window.click("Run");
    let slider = window
        .harness
        .get_by_role_and_label(egui::Role::Slider, "recurrent weight wₕ slider")
        .rect();
    window.harness.hover_at(slider.center());
    window.harness.drag_at(slider.center());
    window.harness.run_steps(2);
    window
        .harness
        .hover_at(slider.center() + egui::Vec2::new(20.0, 0.0));
    window.harness.run_steps(2);
    window.settle();
    let held = window.snapshot().moment.weights;
    let step = window.snapshot().moment.step;
    window.wait_until("training has gone on", |app| {
        app.snapshot()
            .is_some_and(|snapshot| snapshot.moment.step > step + 500)
    });
    assert_eq!(window.snapshot().moment.weights.w_h, held.w_h);
    assert_ne!(window.snapshot().moment.weights.w_o, held.w_o);
    window
        .harness
        .drop_at(slider.center() + egui::Vec2::new(20.0, 0.0));
    window.harness.run_steps(2);
    window.wait_until("training moves it again", |app| {
        app.snapshot()
            .is_some_and(|snapshot| snapshot.moment.weights.w_h != held.w_h)
    });
}

#[test]
fn a_slider_moved_while_running_takes_effect_at_once() {
    let mut window = Window::usual();
    window.act(Action::SetSpeed(Speed::Unlimited));
    window.click("Run");
    window.act(Action::SetWeight(Weight::Recurrent, 2.5));
    window.wait_until("the weight is there", |app| {
        app.snapshot()
            .is_some_and(|snapshot| (snapshot.moment.weights.w_h - 2.5).abs() < 0.5)
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
    window.act(Action::SetWeight(Weight::Recurrent, 1.5));
    for _ in 0..20 {
        window.key(egui::Key::S);
    }
    let before = window.snapshot().moment.weights;
    window.type_value("learning_rate", "0.2");
    window.choose("activation", "softsign");
    assert_eq!(window.snapshot().moment.weights, before);
    // A reset goes back to what was chosen, not to what was learnt.
    window.click("Reset");
    assert_eq!(window.snapshot().moment.weights.w_h, 1.5);
}

#[test]
fn exact_values_are_typed_and_values_out_of_range_are_named() {
    let mut window = Window::usual();
    window.type_value("w_h", "1.2345");
    assert_eq!(window.snapshot().moment.weights.w_h, 1.2345);
    window.type_value("w_h", "-1e300");
    assert_eq!(window.snapshot().moment.weights.w_h, -1000.0);
    assert!(window.shows("recurrent weight wₕ takes −1,000 to 1,000"));
    window.type_value("learning_rate", "abc");
    assert!(window.shows("learning rate η takes a number"));
    assert_eq!(
        window.harness.state().experiment().training.learning_rate,
        0.05
    );
    window.type_value("length", "50");
    assert_eq!(window.snapshot().len(), 50);
    window.type_value("seed", "11");
    assert_eq!(window.snapshot().moment.experiment.seed, 11);
}

/// Training changes the number under the typing hand thirty times a second.
#[test]
fn an_exact_value_can_be_typed_while_training_runs() {
    let mut window = Window::usual();
    window.act(Action::SetSpeed(Speed::Unlimited));
    window.click("Run");
    window
        .harness
        .get_by_role_and_label(egui::Role::SpinButton, "recurrent weight wₕ")
        .focus();
    window.harness.run_steps(2);
    for letter in ["1", ".", "7", "5"] {
        window
            .harness
            .get_by_role_and_label(egui::Role::SpinButton, "recurrent weight wₕ")
            .type_text(letter);
        let step = window.snapshot().moment.step;
        window.wait_until("training goes on", |app| {
            app.snapshot()
                .is_some_and(|snapshot| snapshot.moment.step > step)
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
    for (name, value) in [("batch size B", 18.0), ("length n", 12.0)] {
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
            "batch size B" => experiment.training.batch,
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
    let before = window.snapshot().moment.weights;
    window
        .harness
        .get_by_role_and_label(egui::Role::SpinButton, "recurrent weight wₕ")
        .focus();
    window.harness.run_steps(3);
    window.harness.key_press(egui::Key::Enter);
    window.harness.run_steps(3);
    window.settle();
    assert_eq!(window.snapshot().moment.weights, before);
    assert_eq!(window.harness.state().experiment().network.w_h, 0.9);
}

#[test]
fn the_activation_and_the_length_change_the_product_at_once() {
    let mut window = Window::usual();
    let before = window.described("Product per timestep");
    window.choose("activation", "sigmoid");
    assert_eq!(
        window.snapshot().moment.experiment.network.activation,
        Activation::Sigmoid
    );
    assert_ne!(window.described("Product per timestep"), before);
    assert_eq!(window.snapshot().probe.verdict.outcome, Outcome::Vanishing);
    window.type_value("length", "200");
    assert_eq!(window.snapshot().len(), 200);
    assert_eq!(window.harness.state().view().time.length(), 200);
}

#[test]
fn every_stroke_of_a_key_counts_and_holding_it_down_does_not() {
    let mut window = Window::usual();
    let key = |pressed| egui::Event::Key {
        key: egui::Key::S,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: egui::Modifiers::NONE,
    };
    // All in one frame: twice struck and let go, then held down, which repeats.
    let events = &mut window.harness.input_mut().events;
    events.extend([true, false, true, false, true, true, true].map(key));
    window.harness.run_steps(1);
    window.settle();
    assert_eq!(window.snapshot().moment.step, 3);
}
