//! The adding problem: two of many numbers count.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::KnowingNothing;
use super::drawn::{Recipe, Sequence};
use crate::rnn::Loss;

/// Each step has a number in \[−1, 1\] and a marker. One number is marked in the first half and one in
/// the second; the target is ½ + (X₁ + X₂)/4, as in the source, which marks one of
/// the first ten numbers and one of the first half. A single timestep is its own pair.
pub struct Adding;

impl Recipe for Adding {
    const WIDTH: usize = 2;
    const LOSS: Loss = Loss::SquaredError;
    const SOURCE: &'static str = "after experiment 4 of Hochreiter and Schmidhuber, Long short-term memory (1997), with one mark in each half";
    const CORRECTNESS: &'static str =
        "ŷ within 0.04 of the target, as Hochreiter and Schmidhuber count it";

    fn memory(&self, length: usize) -> String {
        format!(
            "Add the two marked numbers, one in each half, up to {} apart",
            super::drawn::steps(length - 1)
        )
    }

    /// The variance of the target. A number that is evenly distributed over \[−1, 1\] has the variance 1/3, and
    /// the target is ½ + (X₁ + X₂)/4 with two independent ones, so (1/3 + 1/3)/16 = 1/24. A single timestep is
    /// both of them, 2²/16 · 1/3 = 1/12.
    fn knowing_nothing(&self, length: usize) -> KnowingNothing {
        let (loss, formula) = match length {
            1 => (1.0 / 12.0, "1/12"),
            _ => (1.0 / 24.0, "1/24"),
        };
        KnowingNothing {
            loss,
            formula,
            reason: "that is the variance of the targets, and whoever guesses says their mean ½",
        }
    }

    fn sequence(&self, rng: &mut ChaCha8Rng, sequence: &mut Sequence<'_>) {
        let half = sequence.length / 2;
        let first = rng.random_range(0..half.max(1));
        let second = rng.random_range(half..sequence.length);
        let mut sum = 0.0;
        for t in 0..sequence.length {
            let number = rng.random_range(-1.0..=1.0);
            sequence.set(t, 0, number);
            if t == first || t == second {
                sequence.set(t, 1, 1.0);
            }
            sum += number * (f64::from(t == first) + f64::from(t == second));
        }
        sequence.answer(0.5 + sum / 4.0);
    }

    fn input_label(&self, x: &[f64]) -> String {
        let number = format!("{:.2}", x[0]).replace('-', "−");
        if x[1] == 0.0 {
            number
        } else {
            format!("{number} +")
        }
    }

    fn is_correct(&self, z: &[f64], y: &[f64]) -> bool {
        (z[0] - y[0]).abs() < 0.04
    }
}
