//! Lessons as a learner walks them: every task of the course is done by the names on the screen, and noticed.

use std::sync::Arc;

use bptt_scope::lessons::COURSE;
use bptt_scope::scene::View;
use bptt_scope::training::Preset;
use bptt_scope::ui::{Action, BesideAction, LessonAction, MemoryFile};
use egui::Key;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::files::Dropped;
use super::support::Window;

const DONE: &str = "✔ Done";
const OPEN: &str = "Your turn";

/// A window in which the lesson `number` of the course was chosen from the menu.
fn learner(number: usize) -> Window {
    let mut window = Window::open([1280.0, 800.0], |_| {});
    choose_lesson(&mut window, number);
    window
}

fn choose_lesson(window: &mut Window, number: usize) {
    let title = &COURSE[number - 1].lesson().title;
    window.click("Lessons");
    window.click(&format!("{number}  {title}"));
}

impl Window {
    /// Does the task of the step that is shown, which is called `heading`, and goes on.
    fn does(&mut self, heading: &str, act: impl FnOnce(&mut Self)) {
        self.settle_fully();
        assert!(self.shows(heading), "{heading} is shown");
        assert!(self.shows(OPEN) && !self.shows(DONE), "{heading} is open");
        act(self);
        self.wait_to_see(DONE);
        assert!(!self.shows(OPEN));
        let next = self.harness.query_by_label("Next").is_some();
        if next {
            self.click("Next");
        }
    }

    /// Trains until the task is done, at a pace at which nobody has to wait.
    fn trains(&mut self) {
        self.choose("speed", "1,000 steps/s");
        self.click("Run");
    }

    fn keys(&mut self, key: Key, times: usize) {
        for _ in 0..times {
            self.key(key);
        }
    }
}

#[test]
fn lesson_1_unfolding() {
    let mut window = learner(1);
    window.does("One cell, three times", |it| it.keys(Key::ArrowLeft, 2));
    window.does("The same weights at every step", |it| {
        it.type_value("w_h", "0");
    });
    window.does("Many to one", |it| it.type_value("w_o", "-0.5"));
    window.does("As deep as it is long", |it| it.type_value("length", "10"));
    // Behind the last step the next lesson begins.
    window.click("Next lesson");
    assert!(window.shows("Lesson 2 of 13 · step 1 of 4"));
}

#[test]
fn lesson_2_descent() {
    let mut window = learner(2);
    window.does("Forward", |it| it.keys(Key::ArrowRight, 2));
    window.does("One number says how wrong it is", |it| {
        it.type_value("w_o", "3");
    });
    window.does("Downhill", |it| it.click("Step"));
    window.does("Again and again", Window::trains);
}

#[test]
fn lesson_3_input_weight() {
    let mut window = learner(3);
    window.does("One weight, three ways", |it| it.keys(Key::ArrowLeft, 2));
    window.does("What a term is made of", |it| it.click("Next sequence"));
    window.does("Zero input, zero term", |it| it.keys(Key::ArrowLeft, 3));
    window.does("The sum is the slope", |it| it.type_value("w_i", "0.6"));
}

#[test]
fn lesson_4_recurrent_weight() {
    let mut window = learner(4);
    window.does("Again a sum", |it| it.type_value("o_0", "0.5"));
    window.does("A way through time", |it| it.key(Key::ArrowLeft));
    window.does("The product", |it| it.click("from the first"));
    window.does("Nine factors", |it| it.key(Key::Home));
}

#[test]
fn lesson_5_sigmoid() {
    let mut window = learner(5);
    window.does("The slope of the sigmoid", |it| it.keys(Key::ArrowLeft, 4));
    window.does("A bound that nobody escapes", |it| {
        it.keys(Key::ArrowLeft, 5)
    });
    window.does("The same with tanh", |it| it.choose("activation", "tanh"));
    window.does("Could a larger weight make up for it?", |it| {
        it.type_value("w_h", "4");
    });
}

#[test]
fn lesson_6_saturation() {
    let mut window = learner(6);
    window.does("More weight, more gradient", |it| {
        it.type_value("w_h", "0.9")
    });
    window.does("And beyond it", |it| it.type_value("w_h", "2"));
    window.does("The price of a large state", |it| {
        it.keys(Key::ArrowLeft, 6)
    });
    window.does("All weights at once", |it| it.click("wₕ × wᵢ"));
    window.does("Without saturation", |it| {
        it.choose("activation", "identity")
    });
}

#[test]
fn lesson_7_exploding() {
    let mut window = learner(7);
    window.does("Forty-nine times 1.3", |it| it.key(Key::Home));
    window.does("One step is enough", |it| it.click("Run"));
    window.does("The cliff", |it| it.click("Step"));
    window.does("Clipping", |it| {
        it.click("clip");
        it.click("Step");
    });
    window.does("What clipping can do, and what not", Window::trains);
}

#[test]
fn lesson_8_dead_terms() {
    let mut window = learner(8);
    window.does("The sum looks healthy", |it| it.keys(Key::ArrowLeft, 27));
    window.does("So nothing far away is learnt", Window::trains);
    window.does(
        "The same task, with a gradient that arrives",
        Window::trains,
    );
    window.does("What it costs to remember", Window::trains);
}

#[test]
fn lesson_9_matrices() {
    let mut window = learner(9);
    window.does("From numbers to matrices", |it| it.keys(Key::ArrowLeft, 2));
    window.does("The best step and the long run", |it| it.key(Key::Home));
    window.does("The most that any direction keeps", |it| it.click("‖P‖₂"));
    window.does("When ρ is above 1", |it| it.type_value("w_h", "1.1"));
}

#[test]
fn lesson_10_orthogonal() {
    let mut window = learner(10);
    window.does("A matrix that only turns", |it| {
        it.choose("recurrent", "orthogonal");
    });
    window.does("What f takes away", |it| it.choose("activation", "tanh"));
    window.does("Identity and ReLU", |it| it.choose("activation", "ReLU"));
    window.does("It is only a beginning", Window::trains);
}

#[test]
fn lesson_11_half_precision() {
    let mut window = learner(11);
    window.does("The smallest number there is", |it| {
        it.keys(Key::ArrowLeft, 11);
    });
    window.does("What scaling buys", |it| it.keys(Key::ArrowLeft, 4));
    window.does("A wider range", |it| it.type_value("length", "100"));
    window.does("A gradient that arrives needs no tricks", |it| {
        it.choose("activation", "tanh");
    });
}

/// Works on the other of two experiments.
fn choose_b(window: &mut Window) {
    window.act(Action::Beside(BesideAction::Choose));
    window.settle();
}

#[test]
fn lesson_12_gates() {
    let mut window = learner(12);
    assert!(window.harness.state().is_of_two());
    window.does("Two cells, one question", |it| it.key(Key::Home));
    window.does("The direct way", choose_b);
    window.does("The GRU has one, too", |it| {
        choose_b(it);
        it.type_value("forget_bias", "0");
    });
    window.does("What arrives can be learnt from", |it| {
        choose_b(it);
        it.trains();
    });
}

#[test]
fn lesson_13_beginning() {
    let mut window = learner(13);
    window.does("What a library draws", |it| it.key(Key::Home));
    window.does("A gate that begins half open", |it| {
        choose_b(it);
        it.type_value("forget_bias", "4");
    });
    window.does("It decides whether anything is learnt", Window::trains);
    window.does("More is not better", |it| it.type_value("forget_bias", "1"));
    // There is no fourteenth lesson.
    assert!(
        window
            .harness
            .get_by_label("Next")
            .accesskit_node()
            .is_disabled()
    );
    // What was there before is there again, alone.
    window.click("Back to what I had");
    assert!(!window.harness.state().is_of_two());
}

/// What stood beside the experiment before a lesson stands there again after it.
#[test]
fn a_lesson_gives_back_both_of_two() {
    let mut window = Window::usual();
    window.key(Key::C);
    choose_b(&mut window);
    window.type_value("w_h", "1.5");
    choose_lesson(&mut window, 12);
    assert_eq!(window.snapshot().len(), 100);
    window.click("Next");
    window.click("Next");
    window.click("Back to what I had");
    window.settle();
    assert!(window.harness.state().is_of_two());
    assert_eq!(window.snapshot().moment.weights.w_h, 1.5);
    choose_b(&mut window);
    assert_eq!(window.snapshot().moment.weights.w_h, 0.9);
    assert_eq!(window.snapshot().len(), 10);
}

/// Whoever does not want to do a task goes on all the same, and what was done stays done.
#[test]
fn nobody_is_locked_in_and_the_place_is_not_lost() {
    let mut window = learner(1);
    window.key(Key::PageDown);
    window.key(Key::PageDown);
    assert!(window.shows("step 3 of 4") && window.shows("Many to one"));
    window.type_value("w_o", "-0.5");
    window.wait_to_see(DONE);
    window.key(Key::PageUp);
    assert!(window.shows("step 2 of 4") && window.shows(OPEN));
    window.key(Key::Escape);
    window.click("Back");
    window.click("Next");
    window.click("Next");
    assert!(window.shows("step 3 of 4") && window.shows(DONE));
    // What is typed is nobody's way on.
    window.harness.get_by_label("sentence").focus();
    window.harness.run_steps(2);
    window.key(Key::PageDown);
    assert!(window.shows("step 3 of 4"));
    window.click("Close the lesson");
    assert!(!window.shows("step 3 of 4"));
    window.click("Lessons");
    window.click("Go on: Unfolding: three words, step 3");
    assert!(window.shows("step 3 of 4") && window.shows(DONE));
}

#[test]
fn a_step_points_at_its_view_and_changes_the_experiment_as_one_change() {
    let mut window = Window::usual();
    let before = window.harness.state().experiment().clone();
    choose_lesson(&mut window, 9);
    assert_eq!(window.harness.state().view().time.cursor(), 50);
    assert_eq!(window.harness.state().experiment().network.hidden, 8);
    assert!(
        window
            .harness
            .query_by_role_and_label(egui::Role::Image, "Spectrum")
            .is_some()
    );
    window.act(Action::Undo);
    assert_eq!(*window.harness.state().experiment(), before);
    window.act(Action::Redo);
    assert_eq!(window.harness.state().experiment().network.hidden, 8);
    // A view that was put behind another comes back.
    window.act(Action::Reveal(View::LANDSCAPE));
    window.click("Show Spectrum");
    assert!(
        window
            .harness
            .query_by_role_and_label(egui::Role::Image, "Spectrum")
            .is_some()
    );
}

/// Three training steps, a file of one's own settings and a view in front: all of it is there again.
#[test]
fn what_somebody_had_comes_back_to_the_last_bit() {
    let mut window = Window::open([1280.0, 800.0], |e| e.network.w_h = 0.77);
    window.act(Action::Reveal(View::HISTORY));
    for _ in 0..3 {
        window.act(Action::Step);
    }
    window.act(Action::SetCursor(4));
    let state = |window: &Window| {
        let snapshot = window.snapshot();
        let parameters = snapshot.moment.network.parameters.clone();
        let cursor = window.harness.state().view().time.cursor();
        (snapshot.moment.step, parameters, cursor)
    };
    let mine = state(&window);
    choose_lesson(&mut window, 8);
    window.click("Next");
    window.click("Step");
    choose_lesson(&mut window, 2);
    assert_ne!(state(&window), mine);
    window.click("Back to what I had");
    assert_eq!(state(&window), mine);
    assert_eq!(window.harness.state().experiment().network.w_h, 0.77);
    assert!(
        window
            .harness
            .query_by_role_and_label(egui::Role::Image, "History of the run")
            .is_some()
    );
    assert!(!window.shows("Lesson 2 of 13"));
    // And that can be taken back as well.
    window.act(Action::Undo);
    assert_eq!(window.harness.state().experiment().task.length, 3);
    // What had not been trained comes back at its beginning.
    let mut window = Window::usual();
    let mine = state(&window);
    choose_lesson(&mut window, 4);
    window.act(Action::Lesson(LessonAction::Close));
    window.click("Lessons");
    window.click("Back to what I had");
    assert_eq!(state(&window), mine);
}

fn memory_file(name: &str) -> MemoryFile {
    let folder = std::env::temp_dir().join(format!("bptt-scope-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    MemoryFile::at(folder.join("memory.json"))
}

#[test]
fn lessons_are_offered_on_the_first_start_and_never_again() {
    const OFFER: &str = "Start the first lesson";
    assert!(!Window::usual().shows(OFFER), "nothing is remembered");
    let file = memory_file("offer-declined");
    let mut window = Window::remembering(&file);
    assert!(window.shows(OFFER));
    window.click("No, thanks");
    assert!(!window.shows(OFFER));
    window.close();
    assert!(!Window::remembering(&file).shows(OFFER));
    let file = memory_file("offer-accepted");
    let mut window = Window::remembering(&file);
    window.click(OFFER);
    assert!(!window.shows(OFFER) && window.shows("Lesson 1 of 13 · step 1 of 4"));
    window.click("Next");
    window.close();
    // It goes on where it was, with what there was before it.
    let mut window = Window::remembering(&file);
    assert!(!window.shows(OFFER) && window.shows("Lesson 1 of 13 · step 2 of 4"));
    assert_eq!(window.harness.state().experiment().task.length, 3);
    window.type_value("w_h", "0");
    window.wait_to_see(DONE);
    window.click("Back to what I had");
    let first = Preset::FIRST.experiment();
    assert_eq!(*window.harness.state().experiment(), first);
    window.close();
    // Whoever answers nothing is not asked again either.
    let file = memory_file("offer-ignored");
    Window::remembering(&file).close();
    assert!(!Window::remembering(&file).shows(OFFER));
}

const OWN: &str = "# My lesson\n\n## Only step\n\nText with $w_h$.\n\n```experiment\ntask.length = 7\n```\n\n```do\nPress **Step**.\nuntil: step >= 1\n```\n";

#[test]
fn a_lesson_of_ones_own_opens_as_a_file_and_a_broken_one_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.md");
    std::fs::write(&path, OWN).unwrap();
    let file = memory_file("own-lesson");
    let mut window = Window::remembering(&file);
    window.act(Action::OpenFile(path.clone()));
    assert!(window.shows("My lesson") && window.shows("own.md · step 1 of 1"));
    assert_eq!(window.harness.state().experiment().task.length, 7);
    window.click("Step");
    window.wait_to_see(DONE);
    assert!(
        window
            .harness
            .get_by_label("Next")
            .accesskit_node()
            .is_disabled()
    );
    window.close();
    let mut window = Window::remembering(&file);
    assert!(window.shows("My lesson") && window.shows("own.md · step 1 of 1"));
    // One that is broken leaves the other alone.
    std::fs::write(&path, OWN.replace("step >= 1", "stpe >= 1")).unwrap();
    window.act(Action::OpenFile(path));
    window.wait_to_see("own.md, line 13: there is no stpe to be observed; did you mean step?");
    assert!(window.shows("My lesson"));
}

#[test]
fn a_lesson_that_is_dropped_on_the_window_begins() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dropped.md");
    std::fs::write(&path, OWN).unwrap();
    let mut window = Window::usual();
    window.harness.input_mut().dropped_files = vec![Arc::new(Dropped(path))];
    window.harness.run_steps(2);
    window.wait_to_see("dropped.md · step 1 of 1");
}
