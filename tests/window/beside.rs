//! Two experiments beside each other.

use bptt_scope::rnn::CellKind;
use bptt_scope::scene::View;
use bptt_scope::training::Weight;
use bptt_scope::ui::{Action, BesideAction};
use egui::Key;
use egui_kittest::kittest::Queryable as _;

use super::support::Window;

/// Works on the other of the two.
fn choose(window: &mut Window) {
    window.act(Action::Beside(BesideAction::Choose));
}

/// A copy stands beside the experiment, is changed alone, and both run together; what they have otherwise is listed, and a
/// sentence says what comes of it.
#[test]
fn a_second_experiment_stands_beside_the_first() {
    let mut window = Window::usual();
    window.key(Key::C);
    assert!(window.shows("Their gradients are alike at every step"));
    assert!(window.shows("same settings"));
    // What is changed is changed in the one that is chosen.
    choose(&mut window);
    window.choose("cell", "LSTM");
    assert!(window.shows("A Elman") && window.shows("B LSTM"));
    assert!(window.shows("the gradient at "));
    assert_eq!(window.snapshot().moment.network.cell, CellKind::Lstm);
    // Both step.
    window.key(Key::S);
    window.key(Key::S);
    let lstm = window.snapshot().moment.step;
    choose(&mut window);
    let elman = window.snapshot();
    assert_eq!((lstm, elman.moment.step), (2, 2));
    assert_eq!(elman.moment.network.cell, CellKind::Elman);
    // Apart, the one that is chosen steps alone.
    window.click("together");
    window.key(Key::S);
    assert_eq!(window.snapshot().moment.step, 3);
    choose(&mut window);
    assert_eq!(window.snapshot().moment.step, 2);
    // Each takes back its own changes.
    window.act(Action::Undo);
    assert_eq!(window.snapshot().moment.network.cell, CellKind::Elman);
    window.act(Action::Redo);
    choose(&mut window);
    assert_eq!(window.snapshot().moment.step, 3);
    // The one that is chosen stays.
    window.key(Key::C);
    assert!(!window.harness.state().is_of_two());
    assert_eq!(window.snapshot().moment.step, 3);
    assert!(!window.shows("B LSTM"));
}

/// Every view has both, or says the one that it is of; a weight of the other is moved where its picture is, and what differs
/// is made the same from the list.
#[test]
fn every_view_shows_both_and_what_differs_is_made_the_same() {
    let mut window = Window::usual();
    window.act(Action::Beside(BesideAction::Toggle));
    window.act(of_other(Action::SetWeight(Weight::Recurrent, 1.5)));
    assert!(window.shows("A wₕ = 0.9") && window.shows("B wₕ = 1.5"));
    assert_eq!(window.snapshot().moment.weights.w_h, 0.9);
    for view in View::ALL {
        window.act(Action::Reveal(view));
        let spoken = view.definition().spoken;
        let is_of_one = [View::FORMULA, View::WORKSHEET].contains(&view);
        if is_of_one || view.definition().draws_both {
            continue;
        }
        for letter in ["A", "B"] {
            let name = format!("{spoken}, {letter}");
            assert!(
                window.harness.query_by_label(&name).is_some(),
                "{name} is not there"
            );
        }
    }
    // The curve of the other one in the same plot.
    window.act(Action::Reveal(View::PRODUCT));
    assert!(window.shows("B wₕ = 1.5"));
    window.click("1 setting differs");
    window.click("A as B");
    assert_eq!(window.snapshot().moment.weights.w_h, 1.5);
    assert!(window.shows("same settings"));
    // Another length and another task stand beside it, too.
    choose(&mut window);
    window.type_value("length", "25");
    window.choose("task", "latch");
    assert_eq!(window.snapshot().len(), 25);
    choose(&mut window);
    assert_eq!(window.snapshot().len(), 10);
    window.key(Key::ArrowLeft);
    window.key(Key::Space);
    window.harness.run_steps(4);
    window.key(Key::Space);
    window.settle();
}

/// A file is opened as the second of two, and the first stays what it was.
#[test]
fn a_file_is_compared_with() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = source.join("examples/small_networks/truncation.toml");
    let mut window = Window::usual();
    window.click("File");
    window.click("Compare with");
    window.click("A file…");
    assert!(window.harness.state().is_asking() && window.harness.state().is_of_two());
    window.act(Action::OpenFile(path));
    assert_eq!(window.snapshot().len(), 5);
    assert!(window.shows("Opened "));
    choose(&mut window);
    assert_eq!(window.snapshot().len(), 10);
    // Each has its own file.
    assert!(!window.harness.state().is_asking());
}

fn of_other(action: Action) -> Action {
    Action::Beside(BesideAction::Other(Box::new(action)))
}
