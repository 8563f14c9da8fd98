//! Tasks, sentences, and experiments at and beyond the edge.

use bptt_scope::rnn::Activation;
use bptt_scope::scene::View;
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{Speed, Weight};
use bptt_scope::ui::Action;

use super::support::Window;

#[test]
fn the_first_picture_is_the_lectures_network_with_ten_words() {
    let mut window = Window::usual();
    let snapshot = window.snapshot();
    assert_eq!(
        (
            snapshot.len(),
            snapshot.probe.flow.state_width,
            snapshot.moment.step
        ),
        (10, 1, 0)
    );
    assert!(
        snapshot
            .probe
            .words
            .as_ref()
            .unwrap()
            .iter()
            .all(Option::is_some)
    );
    assert!(window.shows("tanh(xₜ wᵢ + oₜ₋₁ wₕ)"));
    assert!(window.shows("of the gradient reaches “the”"));
    assert!(window.shows("step 0 · paused"));
    for picture in [
        "Unrolled network",
        "Product per timestep",
        "Factor per timestep",
        "Formula",
        "Loss over steps",
        "All products",
    ] {
        assert!(!window.described(picture).is_empty());
    }
    window.act(Action::Reveal(View::ACCURACY));
    assert!(!window.described("Accuracy over steps").is_empty());
}

#[test]
fn any_sentence_becomes_the_probe_and_unknown_words_are_marked() {
    // What people paste may be in no bundled font; the window then asks the system's.
    let mut window = Window::with_any_glyph();
    window.type_sentence("not a flibbertigibbet film");
    let words = window.snapshot().probe.words.as_ref().unwrap();
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
            .probe
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
    for kind in TaskKind::BUILT_IN {
        if kind != TaskKind::Sentiment {
            window.choose("task", kind.name());
        }
        let snapshot = window.snapshot();
        assert_eq!(snapshot.moment.experiment.task.kind, kind);
        let memory = snapshot.probe.memory.to_string();
        assert!(memory.contains("step"), "{memory}");
        assert!(window.shows(&memory), "{memory}");
        assert!(!window.snapshot().probe.source.is_empty());
        window.click("Step");
        assert_eq!(window.snapshot().moment.step, 1);
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
            .is_some_and(|snapshot| snapshot.run.divergence.is_some())
    });
    window.settle();
    assert!(window.shows("Diverged at step 1: wᵢ[1, 1] became"));
    assert!(window.shows("Going forward, a at t = 64"));
    assert!(window.shows("The forward pass overflows: lower wₕ or n"));
    assert!(window.shows("the parameters are those after step 0"));
    assert_eq!(window.snapshot().moment.step, 0);
    assert!(!window.harness.state().is_running());
    // The keyboard cannot go on either.
    window.key(egui::Key::Space);
    assert!(!window.harness.state().is_running());
    window.key(egui::Key::R);
    assert_eq!(window.snapshot().run.divergence, None);
    // What is changed by hand can be tried without a reset.
    window.key(egui::Key::S);
    assert!(window.snapshot().run.divergence.is_some());
    window.act(Action::SetWeight(Weight::Recurrent, 0.5));
    assert_eq!(window.snapshot().run.divergence, None);
    window.key(egui::Key::S);
    assert_eq!(window.snapshot().run.divergence, None);
}

/// No combination of extremes panics, freezes, or leaves the window without a verdict.
#[test]
fn extremes_are_states_to_be_shown() {
    let mut window = Window::usual();
    window.act(Action::SetSpeed(Speed::Unlimited));
    for activation in Activation::ALL {
        for w_h in [-1000.0, 0.0, 1000.0] {
            for length in [1, 10_000] {
                let mut next = window.harness.state().experiment().clone();
                next.task.length = length;
                next.network.activation = activation;
                next.training.learning_rate = 1000.0;
                window.act(Action::Edit(Box::new(next)));
                window.act(Action::SetWeight(Weight::Recurrent, w_h));
                assert_eq!(window.snapshot().moment.weights.w_h, w_h);
                assert_eq!(window.snapshot().len(), length);
                assert!(!window.snapshot().probe.verdict.sentence.is_empty());
            }
        }
    }
    // And everything switched while it runs.
    let mut next = window.harness.state().experiment().clone();
    next.task.length = 37;
    next.network.activation = Activation::Tanh;
    next.training.learning_rate = 0.001;
    window.act(Action::Edit(Box::new(next)));
    window.act(Action::SetWeight(Weight::Recurrent, 0.5));
    window.click("Run");
    for kind in TaskKind::BUILT_IN {
        for hidden in [1, 9] {
            let mut next = window.harness.state().experiment().clone();
            next.task.kind = kind;
            next.task.length = 37;
            next.network.hidden = hidden;
            next.training.batch = 3;
            window.act(Action::Edit(Box::new(next)));
            assert_eq!(window.snapshot().moment.experiment.task.kind, kind);
            assert_eq!(window.snapshot().probe.flow.state_width, hidden);
            assert_eq!(window.snapshot().len(), 37);
            // The new network runs on.
            assert!(window.harness.state().is_running());
            assert_eq!(window.snapshot().run.divergence, None);
        }
    }
}
