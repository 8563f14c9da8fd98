//! Selecting a timestep, playing the two passes, the worksheet, and freezing curves.

use bptt_scope::scene::{View, Way};
use bptt_scope::ui::{Action, Export};
use egui_kittest::kittest::Queryable as _;

use super::support::Window;

/// Where the 1-based timestep `t` is in the picture called `name`.
fn place(window: &Window, name: &str, t: usize) -> egui::Pos2 {
    let rect = window.harness.get_by_label(name).rect();
    let (low, high) = window.harness.state().view().time.range();
    let share = (t as f64 - low) / (high - low);
    egui::pos2(rect.left() + share as f32 * rect.width(), rect.center().y)
}

fn cursor(window: &Window) -> (usize, bool) {
    let time = window.harness.state().view().time;
    (time.cursor(), time.is_pinned())
}

fn hover(window: &mut Window, name: &str, t: usize) {
    let at = place(window, name, t);
    // A pointer that rests moves nothing.
    window.harness.hover_at(at - egui::vec2(0.0, 2.0));
    window.harness.run_steps(2);
    window.harness.hover_at(at);
    window.harness.run_steps(3);
}

fn click(window: &mut Window, name: &str, t: usize) {
    hover(window, name, t);
    let at = place(window, name, t);
    window.harness.drag_at(at);
    window.harness.run_steps(1);
    window.harness.drop_at(at);
    window.harness.run_steps(3);
    window.settle();
}

#[test]
fn a_click_pins_a_timestep_and_crossing_a_plot_no_longer_moves_it() {
    let mut window = Window::usual();
    hover(&mut window, "Product per timestep", 4);
    assert_eq!(cursor(&window), (4, false));
    click(&mut window, "Product per timestep", 6);
    assert_eq!(cursor(&window), (6, true));
    hover(&mut window, "Factor per timestep", 2);
    assert_eq!(cursor(&window), (6, true));
    assert!(
        window
            .described("Unrolled network")
            .contains("the cursor is at step 6")
    );
    window.key(egui::Key::Escape);
    hover(&mut window, "Factor per timestep", 3);
    assert_eq!(cursor(&window), (3, false));
    // The keyboard chooses for good, too.
    window.key(egui::Key::ArrowLeft);
    hover(&mut window, "Product per timestep", 9);
    assert_eq!(cursor(&window), (2, true));
    // A second click on it lets go.
    click(&mut window, "Product per timestep", 2);
    assert_eq!(cursor(&window), (2, false));
}

/// From the loss to the first word: one timestep after the other, all of them, and then it rests there.
#[test]
fn the_backward_pass_is_played_from_the_loss_to_the_first_word() {
    let mut window = Window::usual();
    window.key(egui::Key::B);
    let mut seen = Vec::new();
    for _ in 0..2_000 {
        window.harness.run_steps(1);
        if window.harness.state().view().player.is_there() {
            seen.push(cursor(&window).0);
        }
        if !window.harness.state().view().player.is_moving(10) {
            break;
        }
    }
    seen.dedup();
    assert_eq!(seen, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    assert!(window.described("Formula").contains("at step 1"));
    window.key(egui::Key::Escape);
    assert!(!window.harness.state().view().player.is_there());
}

#[test]
fn a_pass_rests_goes_on_and_is_stepped() {
    let mut window = Window::usual();
    window.click("Play the forward pass");
    window.harness.run_steps(5);
    window.click("Pause the pass");
    let rests = cursor(&window);
    window.harness.run_steps(60);
    assert_eq!(cursor(&window), rests);
    window.act(Action::Play(Way::Back));
    window.act(Action::Play(Way::Back));
    window.click("Step the pass");
    let first = cursor(&window).0;
    window.click("Step the pass");
    assert_eq!(cursor(&window).0, first - 1);
    assert!(!window.harness.state().view().player.is_moving(10));
    // It goes on.
    window.act(Action::Play(Way::Back));
    assert!(window.harness.state().view().player.is_moving(10));
    // Whoever chooses a timestep has it.
    window.key(egui::Key::Home);
    assert!(!window.harness.state().view().player.is_there());
    assert_eq!(cursor(&window), (1, true));
}

/// Nothing that is played costs anything once it rests: nobody asks for another frame.
#[test]
fn a_pass_at_rest_asks_for_no_frame() {
    let mut window = Window::usual();
    window.act(Action::Play(Way::Back));
    assert!(window.harness.state().view().player.is_moving(10));
    window.act(Action::Play(Way::Back));
    window.settle_fully();
    // It would panic if frames were asked for without an end.
    window.harness.run();
}

/// Every line of a worksheet is there in an enlarged tile, with the numbers of a step.
#[test]
fn the_worksheet_shows_the_update_of_a_step() {
    let mut window = Window::open([1280.0, 800.0], |e| {
        e.task.length = 3;
        e.probe.text = "not a film".to_owned();
    });
    window.act(Action::Enlarge(View::WORKSHEET));
    window.settle_fully();
    let before = window.described("Worksheet");
    for symbol in [
        "a₃ = ",
        "o₃ = ",
        "ŷ = ",
        "∂L/∂ŷ = ",
        "∂L/∂wₕ = ",
        "∂L/∂wₒ = ",
    ] {
        assert!(before.contains(symbol), "{symbol} in {before}");
    }
    assert!(!before.contains("direction"));
    window.key(egui::Key::S);
    window.settle_fully();
    let after = window.described("Worksheet");
    let update = window.snapshot().run.last_update.clone().unwrap();
    let w_h = update
        .of(bptt_scope::rnn::Parameter::RecurrentWeights)
        .unwrap();
    assert_eq!(w_h.after, window.snapshot().moment.weights.w_h);
    assert!(after.contains("direction = "), "{after}");
}

/// What was frozen is still there, with its setting named, when another one is tried, and in what is exported.
#[test]
fn frozen_curves_stay_until_they_are_dropped() {
    let mut window = Window::usual();
    window.key(egui::Key::F);
    assert!(window.harness.state().view().frozen.is_some());
    window.type_value("w_h", "1.5");
    window.settle_fully();
    assert_ne!(window.snapshot().moment.weights.w_h, 0.9);
    let frozen = window.harness.state().view().frozen.clone().unwrap();
    assert_eq!(frozen.moment.weights.w_h, 0.9);
    assert!(window.shows("frozen"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("product.svg");
    window.act(Action::Export(
        Export::Figure(Some(View::PRODUCT)),
        path.clone(),
    ));
    window.wait_until("it is written", |_| path.exists());
    let svg = std::fs::read_to_string(&path).unwrap();
    assert!(svg.contains("frozen: wₕ = 0.9"), "named in the legend");
    window.click("freeze");
    assert!(window.harness.state().view().frozen.is_none());
    assert!(!window.shows("frozen"));
}
