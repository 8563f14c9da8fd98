//! The sentence under the instrument: words that are not known, its length, its label, and whether it is read right.

use egui::Rect;
use egui_kittest::kittest::Queryable as _;

use super::support::Window;

fn text(window: &Window) -> String {
    window.harness.state().experiment().probe.text.clone()
}

#[test]
fn a_click_replaces_an_unknown_word_by_the_nearest_known_one() {
    let mut window = Window::usual();
    window.type_sentence("A flim, not a BORRING flim");
    assert!(window.shows("Unknown words flim? and 2 more"));
    window.click("film");
    assert_eq!(text(&window), "A film, not a BORRING film");
    assert!(window.shows("Unknown word borring?"));
    window.click("boring");
    assert_eq!(text(&window), "A film, not a boring film");
    assert!(!window.shows("Unknown word"));
    let words = window.snapshot().probe.words.clone().unwrap();
    assert!(words.iter().flatten().all(|word| word.known));
    window.type_sentence("a flibbertigibbet");
    assert!(window.shows("No known word is like it"));
}

#[test]
fn the_known_words_can_be_searched_and_appended() {
    let mut window = Window::usual();
    window.type_sentence("it was not");
    window.click("Words");
    assert!(window.harness.query_by_label("boring").is_some());
    window.harness.get_by_label("search words").focus();
    window.harness.run_steps(2);
    window.harness.event(egui::Event::Text("borin".to_owned()));
    window.harness.run_steps(2);
    assert!(window.harness.query_by_label("delicious").is_none());
    window.click("boring");
    assert_eq!(text(&window), "it was not boring");
    // It stays open for the next one.
    window.click("boring");
    assert_eq!(text(&window), "it was not boring boring");
}

#[test]
fn one_click_makes_the_length_fit() {
    let mut window = Window::usual();
    window.type_sentence("we loved the splendid film that my sister saw in the city last night");
    assert!(window.shows("the first 4 of 14 words are not read"));
    window.click("n = 14 fits it");
    assert_eq!(window.snapshot().len(), 14);
    assert!(!window.shows("fits it"));
    window.type_sentence("it was good");
    assert!(window.shows("Shorter than n: 11 steps are padding"));
    window.click("n = 3 fits it");
    assert_eq!(window.snapshot().len(), 3);
    assert!(!window.shows("fits it"));
}

/// A label that belongs to another sentence is not passed off as that of this one.
#[test]
fn the_label_is_asked_for_when_the_text_changes() {
    let mut window = Window::usual();
    let question = "Is this positive or negative? So far y is 1, as it was";
    assert!(window.shows("y = 1 is the right answer for this sentence"));
    window.type_sentence("the film was bad");
    assert!(window.shows(question));
    assert_eq!(window.snapshot().probe.target, 1.0);
    window.click("0 negative");
    assert!(window.shows("y = 0 is the right answer for this sentence"));
    assert_eq!(window.snapshot().probe.target, 0.0);
    // The answer may be the same as before.
    window.type_sentence("the film was dull");
    assert!(window.shows("So far y is 0"));
    window.click("0 negative");
    assert!(!window.shows("positive or negative?"));
    // A sentence of the corpus comes with its label, and so does one that is gone back to.
    window.type_sentence("the film");
    window.click("Next sentence");
    assert!(!window.shows("positive or negative?"));
    window.type_sentence("the film");
    assert!(window.shows("positive or negative?"));
    window.click("Undo");
    assert!(!window.shows("positive or negative?"));
}

#[test]
fn right_or_wrong_is_said_at_the_end() {
    let mut window = Window::usual();
    let is_right = |window: &Window| {
        let probe = &window.snapshot().probe;
        (probe.prediction > 0.5) == (probe.target > 0.5)
    };
    for label in ["1 positive", "0 negative"] {
        window.click(label);
        let (said, other) = if is_right(&window) {
            ("right for y = ", "wrong for y = ")
        } else {
            ("wrong for y = ", "right for y = ")
        };
        assert_eq!(window.snapshot().probe.is_right, is_right(&window));
        assert!(window.shows(said), "{label}");
        assert!(!window.shows(other), "{label}");
    }
}

/// Whatever is said of the sentence, everything below it stays where it is.
#[test]
fn messages_do_not_push_the_panel_about() {
    let mut window = Window::usual();
    let below = |window: &Window| -> Rect {
        window
            .harness
            .get_by_role_and_label(egui::Role::ComboBox, "activation f")
            .rect()
    };
    let before = below(&window);
    for sentence in [
        "a flim",
        "",
        "one two three four five six seven eight nine ten eleven twelve",
        "flibbertigibbet flibbertigibbet",
        "it was good",
    ] {
        window.type_sentence(sentence);
        assert_eq!(below(&window), before, "{sentence}");
    }
    window.click("1 positive");
    assert_eq!(below(&window), before);
}
