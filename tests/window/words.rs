//! The words on the screen: plain names with their symbols, and the glossary behind every one of them.

use bptt_scope::glossary::Concept;
use bptt_scope::guide::CHAPTERS;
use bptt_scope::scene::View;
use bptt_scope::training::{Experiment, SETTINGS};
use bptt_scope::ui::{Action, GlossaryAction};
use egui_kittest::kittest::Queryable as _;

use crate::support::Window;

/// Whether the glossary explains `concept`: its text is on the screen.
fn explains(window: &Window, concept: Concept) -> bool {
    window.shows(concept.explained().text)
}

fn is_open(window: &Window) -> bool {
    window.harness.state().view().glossary.is_open()
}

/// Clicks the label with this text, which is no button.
fn click_word(window: &mut Window, text: &str) {
    window
        .harness
        .get_by_role_and_label(egui::Role::Label, text)
        .click();
    window.harness.run_steps(3);
}

#[test]
fn a_click_on_the_name_of_a_row_explains_it() {
    let mut window = Window::usual();
    click_word(&mut window, "learning rate η");
    assert!(explains(&window, Concept::LearningRate));
    // The weights stand among weights: a narrow panel has no room for the word.
    click_word(&mut window, "recurrent wₕ");
    assert!(explains(&window, Concept::RecurrentWeight));
    assert!(!explains(&window, Concept::LearningRate));
    window.key(egui::Key::Escape);
    assert!(!is_open(&window));
}

#[test]
fn a_click_on_an_entry_of_a_legend_explains_it() {
    let mut window = Window::usual();
    click_word(&mut window, "bound (γ σ₁)ⁿ⁻ᵗ");
    assert!(explains(&window, Concept::Bound));
    // From there to what is related.
    window.click("see steepest slope γ");
    assert!(explains(&window, Concept::SteepestSlope));
}

#[test]
fn a_click_on_the_verdict_explains_it() {
    let mut window = Window::open([1280.0, 800.0], |e| e.network.w_h = 0.1);
    let verdict = window.snapshot().probe.verdict.clone();
    assert!(verdict.sentence.starts_with("Vanishing"), "{verdict:?}");
    window
        .harness
        .get_all_by_label_contains(&verdict.sentence)
        .last()
        .unwrap()
        .click();
    window.harness.run_steps(3);
    assert!(explains(&window, Concept::Vanishing));
}

/// Everything with the keyboard: open, search, read, close.
#[test]
fn the_glossary_is_searched_and_closed_with_the_keyboard() {
    let mut window = Window::usual();
    window.key(egui::Key::G);
    assert!(is_open(&window));
    // It has the keyboard at once, and its letters are no keys of the window.
    window
        .harness
        .get_by_label("search the glossary")
        .type_text("gain");
    window.harness.run_steps(3);
    assert!(is_open(&window) && window.harness.state().view().frozen.is_none());
    assert!(explains(&window, Concept::Gain));
    assert!(!explains(&window, Concept::Seed));
    let listed = |window: &Window, concept: Concept| {
        let name = concept.called();
        window.harness.query_by_label(&name).is_some()
    };
    assert!(!listed(&window, Concept::KnowingNothing));
    window.key(egui::Key::Escape);
    assert!(!is_open(&window));
    // What was searched for is still there, and G closes as well as opens.
    window.key(egui::Key::G);
    assert!(explains(&window, Concept::Gain));
    window.key(egui::Key::Escape);
    window.act(Action::Glossary(GlossaryAction::Search(
        "elephant".to_owned(),
    )));
    window.key(egui::Key::G);
    assert!(window.shows("No entry speaks of that"));
}

/// F1 has the guide, chapter by chapter, and keeps its place.
#[test]
fn the_guide_is_read_in_the_window() {
    let mut window = Window::usual();
    window.key(egui::Key::F1);
    assert!(window.shows("Unrolled network"));
    for (place, chapter) in CHAPTERS.iter().enumerate() {
        window.click(chapter.title());
        window.harness.run_steps(2);
        assert_eq!(window.harness.state().view().help_chapter, Some(place));
        let page = chapter.page();
        let first = page.sections[0].text.said();
        let words: String = first.chars().take(40).collect();
        assert!(window.shows(&words), "{}: {words}", chapter.file);
    }
    window.key(egui::Key::Escape);
    assert!(!window.harness.state().view().help_open);
    window.key(egui::Key::F1);
    let last = CHAPTERS.len() - 1;
    assert_eq!(window.harness.state().view().help_chapter, Some(last));
}

/// The glossary is on top: Esc closes it, then the help, and then brings an enlarged view back.
#[test]
fn esc_closes_one_thing_after_the_other() {
    let mut window = Window::usual();
    window.act(Action::Enlarge(View::PRODUCT));
    window.key(egui::Key::F1);
    window.click("Glossary");
    assert!(is_open(&window));
    let open = |window: &Window| {
        let app = window.harness.state();
        (app.view().glossary.is_open(), app.view().help_open)
    };
    assert_eq!(open(&window), (true, true));
    window.key(egui::Key::Escape);
    assert_eq!(open(&window), (false, true));
    window.key(egui::Key::Escape);
    assert_eq!(open(&window), (false, false));
    assert!(window.shows("Bring back Product"));
    window.key(egui::Key::Escape);
    assert!(!window.shows("Bring back Product"));
}

/// What is a name in a file is none on the screen.
#[test]
fn no_internal_name_is_on_the_screen() {
    let mut window = Window::open([1280.0, 800.0], |e| {
        e.network.hidden = 4;
        e.network.bias = true;
        e.training.clip_norm = Some(1.0);
    });
    let mut next: Experiment = window.harness.state().experiment().clone();
    next.training.learning_rate = 0.1;
    window.act(Action::Edit(Box::new(next)));
    for view in View::ALL {
        window.act(Action::Reveal(view));
        window.harness.run_steps(2);
        for setting in &SETTINGS {
            let key = setting.parts().1;
            if key.contains('_') {
                assert!(!window.shows(key), "{key} with {}", view.name());
            }
        }
    }
    assert!(window.shows("learning rate η"));
    window.act(Action::Undo);
    assert!(window.shows("Undone: learning rate η"));
}

/// In the narrowest panel every control is inside it.
#[test]
fn rows_fit_the_narrowest_panel() {
    let mut window = Window::open([1280.0, 800.0], |e| {
        e.network.hidden = 4;
        e.training.clip_norm = Some(1.0);
    });
    // The edge of the panel is dragged as far to the left as it goes.
    let edge = |window: &Window| {
        let field = window
            .harness
            .get_by_role_and_label(egui::Role::SpinButton, "learning rate η");
        field.rect().right()
    };
    let before = edge(&window);
    let y = 700.0;
    let from = egui::pos2(before + 10.0, y);
    window.harness.hover_at(from);
    window.harness.drag_at(from);
    window.harness.run_steps(2);
    window.harness.hover_at(egui::pos2(120.0, y));
    // Columns are as wide as they were a frame before.
    window.harness.run_steps(10);
    window.harness.drop_at(egui::pos2(120.0, y));
    window.harness.run_steps(10);
    window.settle();
    assert!(edge(&window) < before - 30.0, "the panel is narrower");
    for name in ["task", "activation f", "initial matrix Wₕ", "optimiser"] {
        let menu = window
            .harness
            .get_by_role_and_label(egui::Role::ComboBox, name);
        assert!(menu.rect().right() <= 250.0, "{name}: {:?}", menu.rect());
    }
    for name in [
        "recurrent weight wₕ",
        "hidden units H",
        "clip norm",
        "learning rate η",
    ] {
        let field = window
            .harness
            .get_by_role_and_label(egui::Role::SpinButton, name);
        assert!(field.rect().right() <= 250.0, "{name}: {:?}", field.rect());
        let slider = format!("{name} slider");
        let slider = window
            .harness
            .get_by_role_and_label(egui::Role::Slider, &slider);
        assert!(slider.rect().width() >= 36.0, "{name}: {:?}", slider.rect());
        assert!(slider.rect().right() < field.rect().left(), "{name}");
    }
}
