//! Parity: every bit counts.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::KnowingNothing;
use super::drawn::{Recipe, Sequence, steps};
use crate::rnn::Loss;

/// Random bits 0 and 1; the target is 1 if the number of ones is odd.
pub struct Parity;

impl Recipe for Parity {
    const WIDTH: usize = 1;
    const LOSS: Loss = Loss::BinaryCrossEntropy;
    const SOURCE: &'static str = "the parity problem of Bengio, Simard and Frasconi, Learning long-term dependencies with gradient descent is difficult (1994)";

    fn memory(&self, length: usize) -> String {
        format!(
            "Remember, through all {}, whether the number of ones so far is odd",
            steps(length)
        )
    }

    fn knowing_nothing(&self, _length: usize) -> KnowingNothing {
        KnowingNothing::TWO_CLASSES
    }

    fn sequence(&self, rng: &mut ChaCha8Rng, sequence: &mut Sequence<'_>) {
        let mut odd = false;
        for t in 0..sequence.length {
            let bit = rng.random::<bool>();
            odd ^= bit;
            sequence.set(t, 0, f64::from(bit));
        }
        sequence.answer(f64::from(odd));
    }

    fn input_label(&self, x: &[f64]) -> String {
        if x == [0.0] { "0" } else { "1" }.to_owned()
    }
}
