//! The text of a lesson: paragraphs, points and formulas, without the form that they were written in.

use super::spoken::spoken;

/// A text, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prose {
    /// Its parts.
    pub blocks: Vec<Block>,
}

/// A part of a text that stands on lines of its own.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A point of a list.
    Point {
        /// What stands before it: `•`, or `1.`
        mark: String,
        /// How many lists it is in; 1 for a plain one.
        depth: usize,
        /// What it says.
        spans: Vec<Span>,
    },
    /// A formula on a line of its own, as TeX.
    Formula(String),
    /// Lines of a program, as they are.
    Code(String),
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    /// Words.
    Words {
        /// The words, with the blanks around them.
        text: String,
        /// How they are written.
        style: Style,
    },
    /// A formula among words, as TeX.
    Formula(String),
}

/// How words are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Style {
    /// Between `**` and `**`.
    pub is_strong: bool,
    /// Between `*` and `*`.
    pub is_slanted: bool,
    /// Between backquotes.
    pub is_code: bool,
}

impl Prose {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// How many words it has, a formula counting as one.
    pub fn word_count(&self) -> usize {
        let in_spans = |spans: &[Span]| spans.iter().map(words_of).sum::<usize>();
        let counts = self.blocks.iter().map(|block| match block {
            Block::Paragraph(spans) | Block::Point { spans, .. } => in_spans(spans),
            Block::Formula(_) => 1,
            Block::Code(text) => text.split_whitespace().count(),
        });
        counts.sum()
    }

    /// Every formula in it, as TeX.
    pub fn formulas(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().flat_map(|block| match block {
            Block::Formula(tex) => vec![tex.as_str()],
            Block::Paragraph(spans) | Block::Point { spans, .. } => spans
                .iter()
                .filter_map(|span| match span {
                    Span::Formula(tex) => Some(tex.as_str()),
                    Span::Words { .. } => None,
                })
                .collect(),
            Block::Code(_) => Vec::new(),
        })
    }

    /// All of it on one line, with its formulas in letters that are read out.
    pub fn said(&self) -> String {
        let lines = self.blocks.iter().map(|block| match block {
            Block::Paragraph(spans) | Block::Point { spans, .. } => said(spans),
            Block::Formula(tex) => spoken(tex),
            Block::Code(text) => text.trim_end().to_owned(),
        });
        lines.collect::<Vec<_>>().join(" ")
    }
}

/// `spans` as one text, with their formulas in letters that are read out.
pub fn said(spans: &[Span]) -> String {
    let parts = spans.iter().map(|span| match span {
        Span::Words { text, .. } => text.clone(),
        Span::Formula(tex) => spoken(tex),
    });
    parts.collect::<String>().trim().to_owned()
}

fn words_of(span: &Span) -> usize {
    match span {
        Span::Words { text, .. } => {
            let is_word = |word: &&str| word.contains(char::is_alphanumeric);
            text.split_whitespace().filter(is_word).count()
        }
        Span::Formula(_) => 1,
    }
}
