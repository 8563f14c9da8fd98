//! Floor 2: where sequences and their targets come from.
//!
//! Each task asks for one thing to be remembered over a known distance, and says so. The synthetic ones
//! are those by which long-term dependencies have been studied since 1994; sentiment is the lecture's
//! own, text → 1/0.
//!
//! **Architecture invariant.** A task turns a random generator, a sentence or an index into numbers. It
//! does not know the network that reads them, how it is trained, or what the screen shows of it.
//! A task is added by adding a file here and a line to [`TaskKind`].

mod adding;
mod constant;
mod corpus;
mod drawn;
mod knowing_nothing;
mod latch;
mod parity;
mod sentence;
mod sentiment;
mod temporal_order;

use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

pub use corpus::{Corpus, Example, Part, Vocabulary};
use drawn::Drawn;
pub use knowing_nothing::KnowingNothing;
pub use sentence::{MAX_CHARACTERS, Padding, Reading, Word, fit, tokenise};
pub use sentiment::Sentiment;

use crate::rnn::{Batch, Loss};

/// Which task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskKind {
    /// Text → 1/0.
    #[default]
    Sentiment,
    /// Which of two values came first of all?
    Latch,
    /// Add the two marked numbers.
    Adding,
    /// Which of two symbols came first?
    TemporalOrder,
    /// Is the number of ones odd?
    Parity,
    /// No input at all.
    Constant,
}

impl TaskKind {
    /// Every task, in the order menus show them.
    pub const ALL: [Self; 6] = [
        Self::Sentiment,
        Self::Latch,
        Self::Adding,
        Self::TemporalOrder,
        Self::Parity,
        Self::Constant,
    ];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sentiment => "sentiment",
            Self::Latch => "latch",
            Self::Adding => "adding",
            Self::TemporalOrder => "temporal order",
            Self::Parity => "parity",
            Self::Constant => "constant",
        }
    }

    /// The task, for sequences of `length` timesteps.
    pub fn build(self, length: usize, padding: Padding) -> Box<dyn Task> {
        match self {
            Self::Sentiment => Box::new(Sentiment::new(length, padding)),
            Self::Latch => Box::new(Drawn::new(latch::Latch, length)),
            Self::Adding => Box::new(Drawn::new(adding::Adding, length)),
            Self::TemporalOrder => Box::new(Drawn::new(temporal_order::TemporalOrder, length)),
            Self::Parity => Box::new(Drawn::new(parity::Parity, length)),
            Self::Constant => Box::new(Drawn::new(constant::Constant, length)),
        }
    }
}

/// How many sequences the fixed sets of a task have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Collection {
    /// How many sequences the training part has, if it is a fixed set.
    pub training: usize,
    /// How many sequences are held out.
    pub held_out: usize,
}

/// A source of sequences of one length with targets.
pub trait Task: Send {
    /// D.
    fn width(&self) -> usize;

    /// What z is compared with y by.
    fn loss(&self) -> Loss;

    /// What a network loses on average that answers the same whatever it reads, at its best.
    fn knowing_nothing(&self) -> KnowingNothing;

    /// An empty batch of the right kind.
    fn empty_batch(&self) -> Batch;

    /// What must be remembered and for how long, in one line.
    fn memory(&self) -> String;

    /// Where the task comes from.
    fn source(&self) -> &'static str;

    /// Fills `batch` with `size` sequences for training.
    fn draw(&self, size: usize, rng: &mut ChaCha8Rng, batch: &mut Batch);

    /// The fixed sets that accuracy is measured on.
    fn collection(&self) -> Collection;

    /// Fills `batch` with the sequences `range` of a fixed set.
    fn fixed(&self, part: Part, range: std::ops::Range<usize>, batch: &mut Batch);

    /// For a task that reads text: fills `batch` with the one sentence `text`, labelled `positive` or not.
    /// `None`, and nothing done, for the others.
    fn read(&self, _text: &str, _positive: bool, _batch: &mut Batch) -> Option<Reading> {
        None
    }

    /// How to write the input vector `x` under its timestep; empty for none.
    fn input_label(&self, x: &[f64]) -> String;

    /// Whether the read-out `z` counts as right for the target `y`.
    fn is_correct(&self, z: f64, y: f64) -> bool;

    /// What "right" means, for a tooltip.
    fn correctness(&self) -> &'static str;
}
