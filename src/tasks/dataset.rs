//! A person's own sequences as they were read from a file: texts with labels, or vectors with targets.

use std::sync::{Arc, Mutex, PoisonError};

use super::corpus::Corpus;
use super::dialect::Dialect;
use super::sequences::Sequences;
use super::split::Split;
use super::texts::Texts;

/// Splits that are kept: those of the experiment there is and of the one it was.
const KEPT: usize = 2;

/// Lengths beyond this are chosen by hand: a sentence that long is rare, and each of its words takes its time.
const LONGEST_USUAL: usize = 200;

/// What is in a file.
#[derive(Clone, Debug)]
pub enum Content {
    /// Texts with labels.
    Texts(Arc<Texts>),
    /// Vectors with targets.
    Sequences(Arc<Sequences>),
}

/// Why a row is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its line in the file, counted from 1.
    pub line: u64,
    /// Why.
    pub why: String,
}

/// What was found in a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// How the table is written; none for arrays.
    pub dialect: Option<Dialect>,
    /// Whether the first line has the names of the columns.
    pub header: bool,
    /// What the columns are called: by the header, or by their numbers from 1.
    pub columns: Vec<String>,
    /// The columns that are used, and what for.
    pub used: Vec<(&'static str, String)>,
    /// How many sequences there are of each class; empty where targets are numbers.
    pub classes: Vec<(String, usize)>,
    /// The line in which each class is met first, for tables.
    pub first_lines: Vec<u64>,
    /// The shortest, the middle and the longest length.
    pub lengths: [usize; 3],
    /// How many different words there are; 0 for numbers.
    pub words: usize,
    /// Rows that are not read, and why; the first ones.
    pub skipped: Vec<Skipped>,
    /// How many there are of them in all.
    pub skipped_count: usize,
    /// How many texts are longer than is kept of one, and the line of the first.
    pub cut: Option<(usize, u64)>,
}

/// Of how many skipped rows it is said why.
pub const MOST_SKIPPED: usize = 20;

impl Summary {
    /// Notes that the text in `line` is too long to be kept whole.
    pub fn cut(&mut self, line: u64) {
        self.cut.get_or_insert((0, line)).0 += 1;
    }

    /// Notes that the row in `line` is not read.
    pub fn skip(&mut self, line: u64, why: impl FnOnce() -> String) {
        self.skipped_count += 1;
        if self.skipped.len() < MOST_SKIPPED {
            let why = why();
            self.skipped.push(Skipped { line, why });
        }
    }

    /// The shortest, the middle and the longest of `lengths`.
    pub fn measure(&mut self, lengths: impl Iterator<Item = usize>) {
        let mut lengths: Vec<usize> = lengths.collect();
        lengths.sort_unstable();
        let at = |index: usize| lengths.get(index).copied().unwrap_or(0);
        self.lengths = [0, lengths.len() / 2, lengths.len().saturating_sub(1)].map(at);
    }
}

/// Which split of the sequences is meant: the share that is held out in bits, the seed, and how many words are known.
type SplitKey = (u64, u64, usize);

/// A person's own sequences.
pub struct Dataset {
    content: Content,
    summary: Summary,
    classes: Option<usize>,
    corpora: Mutex<Vec<(SplitKey, Arc<Corpus>)>>,
    splits: Mutex<Vec<(SplitKey, Arc<Split>)>>,
}

impl std::fmt::Debug for Dataset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dataset")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl Dataset {
    /// `content`, of which `summary` tells.
    pub fn new(content: Content, summary: Summary) -> Self {
        let classes = match &content {
            Content::Texts(texts) => Some(texts.labels().len()),
            Content::Sequences(sequences) => sequences.classes(),
        };
        Self {
            content,
            summary,
            classes,
            corpora: Mutex::default(),
            splits: Mutex::default(),
        }
    }

    /// What is in it.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// What was found in the file.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// How many classes the targets are of, if they are any.
    pub fn classes(&self) -> Option<usize> {
        self.classes
    }

    /// How many sequences there are.
    pub fn len(&self) -> usize {
        match &self.content {
            Content::Texts(texts) => texts.len(),
            Content::Sequences(sequences) => sequences.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many sequences have more than `length` timesteps.
    pub fn longer_than(&self, length: usize) -> usize {
        let is_longer = |it: &usize| *it > length;
        match &self.content {
            Content::Texts(texts) => texts.lengths().filter(is_longer).count(),
            Content::Sequences(sequences) => sequences.lengths().filter(is_longer).count(),
        }
    }

    /// The number of timesteps that the longest sequence has, as far as that is usual for what it is of.
    pub fn usual_length(&self) -> usize {
        let [_, _, longest] = self.summary.lengths;
        let most = match self.content {
            Content::Texts(_) => LONGEST_USUAL,
            Content::Sequences(_) => 10_000,
        };
        longest.clamp(1, most)
    }

    /// The texts in two parts, the share `held_out` of them drawn with `seed`, with at most `most` known words; `None` if
    /// there are none. It is made once.
    pub fn corpus(&self, held_out: f64, seed: u64, most: usize) -> Option<Arc<Corpus>> {
        let Content::Texts(texts) = &self.content else {
            return None;
        };
        let key = (held_out.to_bits(), seed, most);
        Some(kept(&self.corpora, key, || {
            let split = Split::drawn(texts.len(), held_out, seed);
            Corpus::new(Arc::clone(texts), split, most)
        }))
    }

    /// As [`Self::corpus`], which sequences are in which part.
    pub fn split(&self, held_out: f64, seed: u64) -> Arc<Split> {
        let key = (held_out.to_bits(), seed, 0);
        kept(&self.splits, key, || {
            Split::drawn(self.len(), held_out, seed)
        })
    }
}

/// What is kept for `key`, or what `make` gives.
fn kept<T>(
    all: &Mutex<Vec<(SplitKey, Arc<T>)>>,
    key: SplitKey,
    make: impl FnOnce() -> T,
) -> Arc<T> {
    // Whoever panicked with it in hand has left it whole.
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, found)) = all.iter().find(|(of, _)| *of == key) {
        return Arc::clone(found);
    }
    let made = Arc::new(make());
    if all.len() >= KEPT {
        all.remove(0);
    }
    all.push((key, Arc::clone(&made)));
    made
}
