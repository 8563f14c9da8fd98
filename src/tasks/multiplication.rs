//! The multiplication problem: two of many numbers count, and none of them alone.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::KnowingNothing;
use super::drawn::{Recipe, Sequence, steps};
use crate::rnn::Loss;

/// Each step has a number in \[0, 1\] and a marker. One number is marked in the first half and one in the second; the
/// target is their product. A single timestep is its own pair.
pub struct Multiplication;

impl Recipe for Multiplication {
    const WIDTH: usize = 2;
    const LOSS: Loss = Loss::SquaredError;
    const SOURCE: &'static str = "after experiment 5 of Hochreiter and Schmidhuber, Long short-term memory (1997), with one mark in each half";
    const CORRECTNESS: &'static str =
        "ŷ within 0.04 of the target, as Hochreiter and Schmidhuber count it";

    fn memory(&self, length: usize) -> String {
        format!(
            "Multiply the two marked numbers, one in each half, up to {} apart",
            steps(length - 1)
        )
    }

    /// The variance of the target. For one number, evenly distributed over \[0, 1\], the mean of the kth power is
    /// 1/(k + 1), so the variance of a product of two independent ones is (1/3)² − (1/2)⁴ = 7/144, and that of a square
    /// 1/5 − (1/3)² = 4/45.
    fn knowing_nothing(&self, length: usize) -> KnowingNothing {
        let (loss, formula, reason) = match length {
            1 => (
                4.0 / 45.0,
                "4/45",
                "that is the variance of the targets, and whoever guesses says their mean ⅓",
            ),
            _ => (
                7.0 / 144.0,
                "7/144",
                "that is the variance of the targets, and whoever guesses says their mean ¼",
            ),
        };
        KnowingNothing {
            loss,
            formula,
            reason,
        }
    }

    fn sequence(&self, rng: &mut ChaCha8Rng, sequence: &mut Sequence<'_>) {
        let half = sequence.length / 2;
        let first = rng.random_range(0..half.max(1));
        let second = rng.random_range(half..sequence.length);
        let mut product = 1.0;
        for t in 0..sequence.length {
            let number: f64 = rng.random_range(0.0..=1.0);
            sequence.set(t, 0, number);
            for marked in [first, second] {
                if t == marked {
                    sequence.set(t, 1, 1.0);
                    product *= number;
                }
            }
        }
        sequence.answer(product);
    }

    fn input_label(&self, x: &[f64]) -> String {
        let mark = if x[1] == 0.0 { "" } else { " ×" };
        format!("{:.2}{mark}", x[0])
    }

    fn is_correct(&self, z: &[f64], y: &[f64]) -> bool {
        (z[0] - y[0]).abs() < 0.04
    }
}
