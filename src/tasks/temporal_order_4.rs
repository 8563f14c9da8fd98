//! Temporal order with the four classes of its source: which of two symbols came first, and which after it?

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::KnowingNothing;
use super::drawn::{Recipe, Sequence};
use super::temporal_order::{SYMBOLS, memory_of_both, symbol_name, windows};
use crate::rnn::Loss;

/// As the task with two classes, but each of the two places holds an X or a Y: X–X, X–Y, Y–X and Y–Y.
pub struct TemporalOrder4;

impl Recipe for TemporalOrder4 {
    const WIDTH: usize = SYMBOLS;
    const LOSS: Loss = Loss::CrossEntropy;
    const OUTPUTS: usize = 4;
    const SOURCE: &'static str =
        "experiment 6a of Hochreiter and Schmidhuber, Long short-term memory (1997)";
    const CORRECTNESS: &'static str = "the largest of the four numbers is that of the class";

    fn memory(&self, length: usize) -> String {
        memory_of_both(length)
    }

    fn knowing_nothing(&self, _length: usize) -> KnowingNothing {
        KnowingNothing {
            loss: 2.0 * std::f64::consts::LN_2,
            formula: "ln 4",
            reason: "there are four classes, as likely as each other",
        }
    }

    fn sequence(&self, rng: &mut ChaCha8Rng, sequence: &mut Sequence<'_>) {
        let (early, late) = windows(sequence.length);
        let class = rng.random_range(0..4_usize);
        let (first, second) = (rng.random_range(early), rng.random_range(late));
        for t in 0..sequence.length {
            let symbol = if t == first {
                class / 2
            } else if t == second {
                class % 2
            } else {
                rng.random_range(2..SYMBOLS)
            };
            sequence.set(t, symbol, 1.0);
        }
        sequence.answer(class as f64);
    }

    fn input_label(&self, x: &[f64]) -> String {
        symbol_name(x)
    }

    fn class_name(&self, class: usize) -> String {
        ["X–X", "X–Y", "Y–X", "Y–Y"][class % 4].to_owned()
    }
}
