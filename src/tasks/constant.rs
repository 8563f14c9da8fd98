//! No input: the pure dynamics.

use rand_chacha::ChaCha8Rng;

use super::KnowingNothing;
use super::drawn::{Recipe, Sequence, steps};
use crate::rnn::Loss;

/// Where the state shall be at the end, as in the source.
const TARGET: f64 = 0.7;

/// Every input is zero; only o_0 and the weights decide where the state ends, and it shall end at 0.7.
pub struct Constant;

impl Recipe for Constant {
    const WIDTH: usize = 1;
    const LOSS: Loss = Loss::SquaredError;
    const SOURCE: &'static str = "figure 6 of Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (2013)";
    const CORRECTNESS: &'static str = "ŷ within 0.04 of the target";

    fn memory(&self, length: usize) -> String {
        format!(
            "Nothing comes in: steer the state from o₀ to 0.7 in {}",
            steps(length)
        )
    }

    fn knowing_nothing(&self, _length: usize) -> KnowingNothing {
        KnowingNothing {
            loss: 0.0,
            formula: "0",
            reason: "the target is always 0.7",
        }
    }

    fn sequence(&self, _rng: &mut ChaCha8Rng, sequence: &mut Sequence<'_>) {
        sequence.answer(TARGET);
    }

    fn input_label(&self, _x: &[f64]) -> String {
        String::new()
    }

    fn is_correct(&self, z: &[f64], y: &[f64]) -> bool {
        (z[0] - y[0]).abs() < 0.04
    }
}
