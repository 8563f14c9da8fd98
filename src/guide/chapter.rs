//! The chapters of the guide, in the order of the book.

use std::sync::{Arc, OnceLock};

use super::page::Page;

/// A chapter of the guide.
pub struct Chapter {
    /// The name of its file in `docs/src`.
    pub file: &'static str,
    text: &'static str,
    read: OnceLock<Arc<Page>>,
}

macro_rules! chapter {
    ($file:literal) => {
        Chapter {
            file: $file,
            text: include_str!(concat!("../../docs/src/", $file)),
            read: OnceLock::new(),
        }
    };
}

/// All of them, in the order of `docs/src/SUMMARY.md`.
pub static CHAPTERS: [Chapter; 13] = [
    chapter!("introduction.md"),
    chapter!("student.md"),
    chapter!("lecturer.md"),
    chapter!("practitioner.md"),
    chapter!("homework.md"),
    chapter!("window.md"),
    chapter!("mathematics.md"),
    chapter!("command-line.md"),
    chapter!("experiment.md"),
    chapter!("trace.md"),
    chapter!("sweep.md"),
    chapter!("record.md"),
    chapter!("lesson.md"),
];

impl Chapter {
    /// Its title, as its first line has it.
    pub fn title(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.trim_start_matches('#').trim()
    }

    /// Its page, which is read when it is wanted first.
    pub fn page(&self) -> Arc<Page> {
        let read = || {
            Arc::new(Page::of(self.text).unwrap_or_else(|error| {
                // A test reads them all.
                debug_assert!(false, "{}: {error}", self.file);
                log::error!("{} of the guide: {error}", self.file);
                Page::default()
            }))
        };
        Arc::clone(self.read.get_or_init(read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::has;

    #[test]
    fn every_chapter_can_be_read_and_every_sign_of_it_drawn() {
        for chapter in &CHAPTERS {
            let page =
                Page::of(chapter.text).unwrap_or_else(|error| panic!("{}: {error}", chapter.file));
            assert_eq!(page.sections[0].heading, chapter.title());
            assert!(
                page.sections
                    .iter()
                    .any(|section| section.text.word_count() > 20)
            );
            for sign in chapter.text.chars().filter(|sign| !sign.is_control()) {
                assert!(has(sign), "{}: {sign}", chapter.file);
            }
        }
    }

    #[test]
    fn the_book_has_the_same_chapters_under_their_titles() {
        let summary = include_str!("../../docs/src/SUMMARY.md");
        let chapters = summary.lines().filter_map(|line| {
            let (title, file) = line.split_once('[')?.1.split_once("](")?;
            Some((title, file.trim_end_matches(')')))
        });
        let here = CHAPTERS.iter().map(|it| (it.title(), it.file));
        assert!(chapters.eq(here), "docs/src/SUMMARY.md and CHAPTERS differ");
    }
}
