//! Lessons as their authors write them, right and wrong.

use proptest::prelude::*;

use super::*;
use crate::scene::View;
use crate::training::foreign::tests::assert_showable;

const WHOLE: &str = "\u{feff}# A *title*

What it is about, in one line.

<!-- a remark of the author's -->

## First

Text with $w_h$.

```experiment
[network]
w_h = 1.5
```

```look
view = \"product\"
cursor = 2
direction = \"from-first\"
```

```do
Press **Step** until the loss of $x$
has fallen.
until: step >= 3 and loss < 1
then: It has.
Twice.
```

## Second

```
a program
```

1. one
2. two
";

fn problem(text: &str) -> String {
    Lesson::from_text(text).unwrap_err().to_string()
}

/// The problem once the first `from` of the whole lesson is `to`.
fn changed(from: &str, to: &str) -> String {
    assert!(WHOLE.contains(from), "{from}");
    problem(&WHOLE.replacen(from, to, 1))
}

#[test]
fn a_lesson_is_read_as_it_is_written() {
    let lesson = Lesson::from_text(WHOLE).unwrap();
    assert_eq!(lesson.title, "A title");
    assert_eq!(lesson.summary, "What it is about, in one line.");
    let [first, second] = &lesson.steps[..] else {
        panic!("two steps");
    };
    assert_eq!(first.heading, "First");
    assert_eq!(first.text.said(), "Text with w_h.");
    assert_eq!(first.experiment.as_ref().unwrap().network.w_h, 1.5);
    assert_eq!(first.look.view, Some(View::PRODUCT));
    assert_eq!(first.look.cursor, Some(2));
    let task = first.task.as_ref().unwrap();
    assert_eq!(
        task.text.said(),
        "Press Step until the loss of x has fallen."
    );
    assert_eq!(task.then.said(), "It has. Twice.");
    assert_eq!(second.experiment, None);
    assert_eq!(second.look, Pointing::default());
    assert_eq!(second.task, None);
    assert_eq!(second.text.blocks.len(), 3);
    let windows = WHOLE.replace('\n', "\r\n");
    assert_eq!(Lesson::from_text(&windows).unwrap().steps[0], *first);
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_the_remedy() {
    for (from, to, expected) in [
        (
            "w_h = 1.5",
            "wh = 1.5",
            "line 13: there is no key network.wh; did you mean network.w_h?",
        ),
        (
            "w_h = 1.5",
            "w_h = 1e300",
            "line 13: network.w_h takes a number from -1000 to 1000, not 1e300",
        ),
        (
            "view = \"product\"",
            "view = \"prodcut\"",
            "line 17: there is no view called prodcut; did you mean product?",
        ),
        (
            "cursor = 2",
            "curser = 2",
            "line 18: there is no key curser; did you mean cursor?",
        ),
        (
            "cursor = 2",
            "cursor = 0",
            "line 18: cursor takes a timestep from 1 to 10000, not 0",
        ),
        (
            "cursor = 2",
            "cursor = 11",
            "line 16: cursor is 11, and the experiment of this step has 10 timesteps",
        ),
        (
            "\"from-first\"",
            "\"from-last\"",
            "line 19: direction takes one of to-end, from-first, not “from-last”; did you mean from-first?",
        ),
        ("cursor = 2", "cursor 2", "line 18: this is no TOML"),
        (
            "until: step >= 3 and loss < 1\n",
            "",
            "line 22: this task never ends: add a line such as until: step >= 20",
        ),
        (
            "step >= 3",
            "stpe >= 3",
            "line 25: there is no stpe to be observed; did you mean step?",
        ),
        (
            "then: It",
            "That it",
            "line 26: behind until: there is room for then:",
        ),
        (
            "Press **Step** until the loss of $x$\nhas fallen.\n",
            "\n",
            "line 24: this task asks for nothing",
        ),
        (
            "loss of $x$",
            "loss of $\\x$",
            "line 23: the formula \\x is no TeX",
        ),
        (
            "```do",
            "```doo",
            "line 22: there is no block called doo; did you mean do?",
        ),
        (
            "```do",
            "```python",
            "line 22: there is no block called python; there are experiment, look and do",
        ),
        ("```look", "```experiment", "line 17: there is no key view"),
        (
            "## First",
            "# First",
            "line 7: a lesson has one # title: begin a step with ##",
        ),
        (
            "## First",
            "### First",
            "line 7: a lesson has one # title, and a ## heading for every step",
        ),
        ("## First", "##", "line 7: this heading says nothing"),
        (
            "## First\n",
            "",
            "line 10: this experiment is of no step: begin one with ## above it",
        ),
        (
            "$w_h$",
            "$\\frac{$",
            "line 9: this $ begins no formula, or one that is not closed",
        ),
        (
            "# A *title*\n",
            "",
            "line 1: a lesson begins with its title: # What it is called",
        ),
        (
            "in one line.\n",
            "in one line.\n\nAnd more.\n",
            "line 9: before the first ## step there is room for the title and one paragraph",
        ),
        (
            "## Second",
            "## Empty\n\n## Second",
            "line 30: this step says nothing",
        ),
        (
            "## Second",
            "```look\n```\n\n## Second",
            "line 30: this step has a second block look",
        ),
    ] {
        let told = changed(from, to);
        assert!(told.starts_with(expected), "{told}\n{expected}");
    }
}

#[test]
fn a_block_that_is_never_closed_is_named_where_it_begins() {
    let told = changed(
        "has fallen.\nuntil: step >= 3 and loss < 1\nthen: It has.\nTwice.\n```\n",
        "",
    );
    // It ends where the next fence stands, in which the rest of the lesson is.
    assert!(told.starts_with("line 22: this task never ends"), "{told}");
    let told = problem("# A\n\n## B\n\n```do\nPress Step.\nuntil: step >= 1\n");
    assert_eq!(
        told,
        "line 5: the block that begins here is never closed: end it with a line ```"
    );
    let told = problem("# A\n\n## B\n\n````\ncode\n```\n");
    assert!(told.ends_with("end it with a line ````"), "{told}");
    assert!(problem("# A\n\n## B\n\n```look").contains("never closed"));
}

#[test]
fn a_lesson_without_steps_and_one_without_end_are_answered() {
    for empty in ["", " \n\n", "\u{feff}"] {
        assert!(problem(empty).starts_with("line 1: this lesson is empty: begin it with #"));
    }
    assert!(problem("# Title\n").starts_with("line 1: this lesson has no step"));
    assert!(problem("words\n").starts_with("line 1: a lesson begins with its title"));
    let steps = |count: usize| format!("# A\n\n{}", "## B\n\nC\n\n".repeat(count));
    assert!(Lesson::from_text(&steps(50)).is_ok());
    assert_eq!(
        problem(&steps(51)),
        "line 203: a lesson has at most 50 steps: make two of it"
    );
    let long = format!("# A\n\n## B\n\n{}", "word ".repeat(401));
    assert_eq!(
        problem(&long),
        "line 3: this step has 401 words, and at most 400 fit: make two of it"
    );
    let huge = "# A\n".repeat(50_001);
    assert!(problem(&huge).starts_with("line 1: this lesson is 201 kB long, and at most 200 kB"));
}

#[test]
fn every_lesson_of_the_course_is_one_that_is_read() {
    let mut slugs = std::collections::BTreeSet::new();
    for entry in &COURSE {
        let lesson = Lesson::from_text(entry.text())
            .unwrap_or_else(|error| panic!("{}: {error}", entry.slug));
        assert!(slugs.insert(entry.slug));
        assert!((3..=6).contains(&lesson.steps.len()), "{}", entry.slug);
        assert!(
            !lesson.summary.is_empty() && lesson.summary.len() < 90,
            "{}",
            lesson.summary
        );
        assert!(lesson.steps[0].experiment.is_some(), "{}", entry.slug);
        for step in &lesson.steps {
            let place = format!("{}: {}", entry.slug, step.heading);
            assert!(step.task.is_some(), "{place}");
            assert!(step.look.view.is_some(), "{place}");
            let words = step.text.word_count();
            assert!(words <= 90, "{place} has {words} words");
            assert!(
                step.text
                    .formulas()
                    .chain(["x"])
                    .all(|tex| !spoken(tex).contains('\\'))
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn damaged_lessons_are_answered(cut in 0usize..800, by in any::<String>(), take in 0usize..30) {
        let mut text = WHOLE.to_owned();
        let end_of = |text: &str, place: usize| (place..=text.len()).find(|it| text.is_char_boundary(*it)).unwrap_or(text.len());
        let begin = end_of(&text, cut.min(text.len()));
        let end = end_of(&text, (begin + take).min(text.len()));
        text.replace_range(begin..end, &by);
        if let Err(error) = Lesson::from_text(&text) {
            assert_showable(&error.to_string());
            prop_assert!(error.line <= text.lines().count().max(1), "{}", error);
        }
    }
}
