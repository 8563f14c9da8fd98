//! The list of presets, their keys, and the very first start.

use bptt_scope::scene::View;
use bptt_scope::training::Preset;
use bptt_scope::ui::{Action, Memory};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::support::Window;

/// Name and sentence of every preset are there without a tooltip, those with a key at once and the others by scrolling,
/// and one is chosen by a click.
#[test]
fn the_list_has_a_sentence_for_every_preset() {
    let mut window = Window::usual();
    window.click("Presets");
    let content = window.harness.ctx.content_rect();
    for (index, preset) in Preset::ALL.into_iter().enumerate() {
        if index >= 9 {
            window.harness.get_by_label(preset.name).scroll_to_me();
            window.harness.run_steps(4);
        }
        let row = window.harness.get_by_label(preset.name);
        let description = row.accesskit_node().description();
        assert_eq!(description.as_deref(), Some(preset.meaning));
        assert!(content.contains_rect(row.rect()), "{}", preset.name);
        // Room for the sentence below the name.
        assert!(row.rect().height() > 30.0, "{}", preset.name);
    }
    // The last one is in sight now.
    window.click("Learns although it vanishes");
    assert!(window.snapshot().moment.parameter_count > 10_000);
    assert!(!window.shows("Dead ReLU"));
}

#[test]
fn the_keys_1_to_9_open_the_first_nine() {
    const DIGITS: [egui::Key; 9] = [
        egui::Key::Num1,
        egui::Key::Num2,
        egui::Key::Num3,
        egui::Key::Num4,
        egui::Key::Num5,
        egui::Key::Num6,
        egui::Key::Num7,
        egui::Key::Num8,
        egui::Key::Num9,
    ];
    let mut window = Window::usual();
    for (key, preset) in DIGITS.into_iter().zip(Preset::ALL) {
        window.key(key);
        assert_eq!(
            *window.harness.state().experiment(),
            preset.experiment(),
            "{}",
            preset.name
        );
    }
    // In a text they are digits.
    window.type_sentence("it was 3 of 5");
    window.harness.get_by_label("sentence").focus();
    window.harness.run_steps(2);
    window.key(egui::Key::Num2);
    assert_ne!(window.snapshot().len(), 3);
}

/// It says that it learns, and it does; after that it says nothing of the kind.
#[test]
fn the_very_first_start_opens_on_a_network_that_learns_and_says_so() {
    let mut window = Window::open_with(&Memory::default(), None);
    assert_eq!(
        *window.harness.state().experiment(),
        Preset::FIRST.experiment()
    );
    window.settle_fully();
    assert!(
        window
            .described("Loss over steps")
            .starts_with("no step yet. Press Run: this network learns")
    );
    window.click("Run");
    window.wait_until("it has learnt something", |app| {
        app.snapshot().is_some_and(|snapshot| {
            let last = snapshot.run.history.last();
            last.is_some_and(|last| last.loss < 0.5 * snapshot.run.knowing_nothing.loss)
        })
    });
    window.click("Pause");
    assert!(!window.described("Loss over steps").contains("Press Run"));
}

/// What cannot be learnt is said where one looks whether it is.
#[test]
fn the_loss_says_what_cannot_be_learnt_and_why() {
    let mut window = Window::usual();
    let said = window.described("Loss over steps");
    assert!(said.contains("one unit cannot learn “not”"), "{said}");
    assert!(said.contains("Two units have room for all four"), "{said}");
    window.type_value("hidden", "2");
    window.act(Action::Reveal(View::LOSS));
    let said = window.described("Loss over steps");
    assert!(!said.contains("cannot learn"), "{said}");
}
