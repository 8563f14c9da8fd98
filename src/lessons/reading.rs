//! A lesson out of its Markdown file.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};

use super::blocks::{read_do, read_look};
use super::choices::meant;
use super::lesson::{Lesson, Pointing, Step, Task};
use super::prose::{Block, said};
use super::prose_reading::{Lines, Place, ProseReader, events};
use crate::training::{CheckedExperiment, Experiment, TextError, shown_text};

/// Steps of a lesson: nobody walks further at once.
const MOST_STEPS: usize = 50;

/// Words of a step, a formula being one: more than a panel shows without being rolled for ever.
const MOST_WORDS: usize = 400;

/// Bytes of a lesson: one with as many steps as there may be, each of as many words, is smaller.
const LARGEST: usize = 200_000;

/// The blocks that mean something, by the word behind their fence.
const BLOCKS: [&str; 3] = ["experiment", "look", "do"];

impl Lesson {
    /// The lesson in `text`, the content of its file.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line and the remedy.
    pub fn from_text(text: &str) -> Result<Self, TextError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.len() > LARGEST {
            let what = format!(
                "this lesson is {} kB long, and at most {} kB are read: make several of it",
                text.len().div_ceil(1_000),
                LARGEST / 1_000
            );
            return Err(TextError::new(1, what));
        }
        let mut reader = Reader {
            text,
            lines: Lines::of(text),
            title: None,
            summary: String::new(),
            steps: Vec::new(),
            prose: ProseReader::default(),
            draft: None,
        };
        let mut events = events(text);
        while let Some((event, place)) = events.next() {
            reader.take(event, place, &mut events)?;
        }
        reader.finish()
    }
}

/// A step that is being read.
struct Draft {
    heading: String,
    line: usize,
    experiment: Option<(CheckedExperiment, Option<CheckedExperiment>)>,
    look: Option<Pointing>,
    look_line: usize,
    task: Option<Task>,
}

struct Reader<'a> {
    text: &'a str,
    lines: Lines,
    title: Option<String>,
    summary: String,
    steps: Vec<Step>,
    /// Of the step that is open, or before the first.
    prose: ProseReader,
    draft: Option<Draft>,
}

impl<'a> Reader<'a> {
    fn take(
        &mut self,
        event: Event<'a>,
        place: Range<usize>,
        rest: &mut impl Iterator<Item = (Event<'a>, Range<usize>)>,
    ) -> Result<(), TextError> {
        let line = self.lines.at(place.start);
        match event {
            Event::Start(Tag::Heading { level, .. })
                if matches!(level, HeadingLevel::H1 | HeadingLevel::H2) =>
            {
                let heading = self.heading(rest)?;
                if heading.is_empty() {
                    return Err(TextError::new(line, "this heading says nothing: name it"));
                }
                if level == HeadingLevel::H1 {
                    self.begin_lesson(heading, line)
                } else {
                    self.begin_step(heading, line)
                }
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info)))
                if !info.trim().is_empty() =>
            {
                let body: String = rest
                    .map_while(|(event, _)| match event {
                        Event::Text(text) => Some(text.into_string()),
                        _ => None,
                    })
                    .collect();
                self.check_closed(&place, line)?;
                self.block(info.trim(), &body, line)
            }
            event => {
                if let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) = &event {
                    self.check_closed(&place, line)?;
                }
                let place = Place::of(self.text, &place, line);
                self.prose.take(event, place)
            }
        }
    }

    /// The heading that is open, without its form.
    fn heading(
        &self,
        rest: &mut impl Iterator<Item = (Event<'a>, Range<usize>)>,
    ) -> Result<String, TextError> {
        let mut reader = ProseReader::default();
        for (event, range) in rest {
            if matches!(event, Event::End(TagEnd::Heading(_))) {
                break;
            }
            let line = self.lines.at(range.start);
            reader.take(event, Place::of(self.text, &range, line))?;
        }
        Ok(reader.finish().said())
    }

    fn begin_lesson(&mut self, title: String, line: usize) -> Result<(), TextError> {
        if self.title.is_some() {
            return Err(TextError::new(
                line,
                "a lesson has one # title: begin a step with ##",
            ));
        }
        self.title = Some(title);
        Ok(())
    }

    fn begin_step(&mut self, heading: String, line: usize) -> Result<(), TextError> {
        self.end_step(line)?;
        if self.steps.len() == MOST_STEPS {
            let what = format!("a lesson has at most {MOST_STEPS} steps: make two of it");
            return Err(TextError::new(line, what));
        }
        self.draft = Some(Draft {
            heading,
            line,
            experiment: None,
            look: None,
            look_line: line,
            task: None,
        });
        Ok(())
    }

    /// Ends what came before `line`: a step, or what stands before the first.
    fn end_step(&mut self, line: usize) -> Result<(), TextError> {
        let prose = std::mem::take(&mut self.prose).finish();
        let Some(draft) = self.draft.take() else {
            if self.title.is_none() {
                return Err(TextError::new(
                    line.min(1),
                    "a lesson begins with its title: # What it is called",
                ));
            }
            self.summary = match &prose.blocks[..] {
                [] => String::new(),
                [Block::Paragraph(spans)] => said(spans),
                _ => {
                    return Err(TextError::new(
                        line,
                        "before the first ## step there is room for the title and one paragraph: put the rest into a step",
                    ));
                }
            };
            return Ok(());
        };
        let asked = draft.task.as_ref().map_or(0, |task| task.text.word_count());
        let words = prose.word_count() + asked;
        if words > MOST_WORDS {
            let what = format!(
                "this step has {words} words, and at most {MOST_WORDS} fit: make two of it"
            );
            return Err(TextError::new(draft.line, what));
        }
        if prose.is_empty() && draft.task.is_none() {
            return Err(TextError::new(draft.line, "this step says nothing"));
        }
        self.steps.push(draft.finish(prose)?);
        Ok(())
    }

    /// Takes in the block `name`, whose fence is in `line`.
    fn block(&mut self, name: &str, body: &str, line: usize) -> Result<(), TextError> {
        if !BLOCKS.contains(&name) {
            let hint = meant(name, BLOCKS.into_iter());
            let what = format!(
                "there is no block called {}{hint}{}",
                shown_text(name),
                if hint.is_empty() {
                    "; there are experiment, look and do, and ``` alone for lines of a program"
                } else {
                    ""
                }
            );
            return Err(TextError::new(line, what));
        }
        let Some(draft) = &mut self.draft else {
            let what = format!("this {name} is of no step: begin one with ## above it");
            return Err(TextError::new(line, what));
        };
        let first = line + 1;
        let is_second = match name {
            "experiment" => {
                let read = Experiment::both_from_text(body).map_err(|mut error| {
                    error.line += first - 1;
                    error
                })?;
                let both = std::iter::once(&read.0).chain(&read.1);
                let mut files = both.filter_map(|it| it.network.weights.file());
                if files.next().is_some() {
                    let what = "a lesson is one file: write the numbers of network.weights into it";
                    return Err(TextError::new(first, what));
                }
                draft.experiment.replace(read).is_some()
            }
            "look" => {
                draft.look_line = line;
                draft.look.replace(read_look(body, first)?).is_some()
            }
            _ => draft.task.replace(read_do(body, first)?).is_some(),
        };
        if is_second {
            let what = format!(
                "this step has a second block {name}: begin another step, or make one of the two"
            );
            return Err(TextError::new(line, what));
        }
        Ok(())
    }

    /// Markdown ends an open block with the file, and what was meant to stand behind it would be in it.
    fn check_closed(&self, place: &Range<usize>, line: usize) -> Result<(), TextError> {
        let block = &self.text[place.clone()];
        let open = block.trim_start();
        let fence = open.chars().next().unwrap_or('`');
        let length = open.chars().take_while(|char| *char == fence).count();
        let last = block
            .trim_end()
            .lines()
            .next_back()
            .unwrap_or_default()
            .trim();
        let closes = last.chars().count() >= length && last.chars().all(|char| char == fence);
        if block.trim_end().lines().count() > 1 && closes {
            return Ok(());
        }
        let fence = match length {
            0..=10 => fence.to_string().repeat(length),
            _ => format!("of {length} {fence}"),
        };
        let what =
            format!("the block that begins here is never closed: end it with a line {fence}");
        Err(TextError::new(line, what))
    }

    fn finish(mut self) -> Result<Lesson, TextError> {
        let last = self.text.lines().count().max(1);
        let says_nothing = self.text.trim().is_empty();
        if says_nothing {
            return Err(TextError::new(
                1,
                "this lesson is empty: begin it with # and its title, and its first step with ##",
            ));
        }
        self.end_step(last)?;
        let title = self.title.unwrap_or_default();
        if self.steps.is_empty() {
            return Err(TextError::new(
                last,
                "this lesson has no step: begin one with ## and its heading",
            ));
        }
        Ok(Lesson {
            title,
            summary: self.summary,
            steps: self.steps,
        })
    }
}

impl Draft {
    fn finish(self, text: super::prose::Prose) -> Result<Step, TextError> {
        let look = self.look.unwrap_or_default();
        if let (Some(cursor), Some((experiment, _))) = (look.cursor, &self.experiment)
            && cursor > experiment.task.length
        {
            let what = format!(
                "cursor is {cursor}, and the experiment of this step has {} timesteps",
                experiment.task.length
            );
            return Err(TextError::new(self.look_line, what));
        }
        let (experiment, beside) = self.experiment.unzip();
        Ok(Step {
            heading: self.heading,
            text,
            experiment,
            beside: beside.flatten(),
            look,
            task: self.task,
        })
    }
}
