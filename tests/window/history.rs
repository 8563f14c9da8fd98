//! The history tells the truth about what was changed by hand, and about what an older part of it had otherwise.

use bptt_scope::scene::View;
use bptt_scope::training::Weight;
use bptt_scope::ui::Action;

use super::support::Window;

fn train(window: &mut Window, steps: usize) {
    for _ in 0..steps {
        window.key(egui::Key::S);
    }
}

fn described(window: &mut Window) -> String {
    window.act(Action::Reveal(View::HISTORY));
    window.settle_fully();
    window.described("History of the run")
}

#[test]
fn what_was_changed_by_hand_is_marked_and_older_parts_say_what_was_different() {
    let mut window = Window::usual();
    train(&mut window, 5);
    assert!(!described(&mut window).contains("by hand"));
    window.act(Action::SetWeight(Weight::Recurrent, 1.5));
    train(&mut window, 5);
    window.choose("activation", "sigmoid");
    window.type_value("length", "14");
    train(&mut window, 5);
    let said = described(&mut window);
    assert!(
        said.contains("changed by hand after step 5: recurrent weight wₕ = 1.5"),
        "{said}"
    );
    let change = "changed by hand after step 10: activation f = sigmoid and length n = 14";
    assert!(said.contains(change), "{said}");
    assert!(window.shows("by hand"));
    // Between the two changes w_h is as it is now.
    window.act(Action::LookAt(Some(7)));
    assert!(window.shows("Step 7 of 15 with length n = 10 and activation f = tanh"));
    // Before both it was where training had it, and not where it began.
    window.act(Action::LookAt(Some(3)));
    let w_h = window.snapshot().moment.weights.w_h;
    assert_ne!(w_h, 0.9);
    let words = format!(
        "Step 3 of 15 with length n = 10, activation f = tanh and recurrent weight wₕ = {w_h:.4}"
    );
    assert!(window.shows(&words), "{words}");
    assert!(described(&mut window).contains("after step 10"));
    // And so it is once more the present.
    window.act(Action::ContinueFromHere);
    assert_eq!(window.snapshot().moment.weights.w_h, w_h);
    let words = format!(
        "Continued from step 3, with length n = 10, activation f = tanh and recurrent weight wₕ = {w_h:.4} as then"
    );
    assert!(window.shows(&words), "{words}");
}

/// Another run begins without marks, and undo brings them back with the old one.
#[test]
fn marks_belong_to_their_run() {
    let mut window = Window::usual();
    train(&mut window, 5);
    window.act(Action::SetWeight(Weight::Recurrent, 1.5));
    train(&mut window, 5);
    window.act(Action::NewSeed);
    train(&mut window, 2);
    assert!(!described(&mut window).contains("by hand"));
    window.act(Action::Undo);
    assert!(
        described(&mut window).contains("changed by hand after step 5: recurrent weight wₕ = 1.5")
    );
    // Undone at once, the present is as it was trained, and nothing is marked there.
    window.act(Action::SetWeight(Weight::Output, 3.0));
    assert!(described(&mut window).contains("changed by hand after step 10: output weight wₒ = 3"));
    window.act(Action::Undo);
    assert!(!described(&mut window).contains("after step 10"));
}
