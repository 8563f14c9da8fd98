//! What every task can do.

use rand_chacha::ChaCha8Rng;

use super::knowing_nothing::KnowingNothing;
use super::sentence::Reading;
use super::split::{Part, Split};
use crate::rnn::{Batch, Loss};

/// How many sequences the fixed sets of a task have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Collection {
    /// How many sequences the training part has, if it is a fixed set.
    pub training: usize,
    /// How many sequences are held out.
    pub held_out: usize,
}

impl Collection {
    /// Of what accuracy is measured on in both parts of `split`.
    pub fn of(split: &Split) -> Self {
        Self {
            training: split.measured(Part::Training),
            held_out: split.measured(Part::HeldOut),
        }
    }
}

/// A source of sequences of one length with targets.
pub trait Task: Send {
    /// D.
    fn width(&self) -> usize;

    /// What z is compared with y by.
    fn loss(&self) -> Loss;

    /// K, how many numbers are read out for an answer.
    fn outputs(&self) -> usize {
        1
    }

    /// What a class is called, counted from 0, for a task that has several; empty otherwise.
    fn class_name(&self, _class: usize) -> String {
        String::new()
    }

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

    /// For a task that reads text: fills `batch` with the one sentence `text`, which is of the class `class`,
    /// counted from 0. `None`, and nothing done, for the others.
    fn read(&self, _text: &str, _class: usize, _batch: &mut Batch) -> Option<Reading> {
        None
    }

    /// How to write the input vector `x` under its timestep; empty for none.
    fn input_label(&self, x: &[f64]) -> String;

    /// Whether an answer counts as right: the K numbers `z` that were read out for the target `y`.
    fn is_correct(&self, z: &[f64], y: &[f64]) -> bool;

    /// What "right" means, for a tooltip.
    fn correctness(&self) -> &'static str;
}
