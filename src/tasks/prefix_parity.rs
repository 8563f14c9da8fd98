//! Parity of every prefix: the same memory as parity, but asked about at every step.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::KnowingNothing;
use super::drawn::{Recipe, Sequence, steps};
use crate::rnn::{Loss, ReadOut};

/// Random bits 0 and 1; the target of every timestep is 1 if the number of ones so far is odd.
pub struct PrefixParity;

impl Recipe for PrefixParity {
    const WIDTH: usize = 1;
    const LOSS: Loss = Loss::BinaryCrossEntropy;
    const READ_OUT: ReadOut = ReadOut::AtEveryStep;
    const SOURCE: &'static str = "the parity problem of Bengio, Simard and Frasconi, Learning long-term dependencies with gradient descent is difficult (1994), asked after every bit";

    fn memory(&self, length: usize) -> String {
        format!(
            "Say after each of {} whether the number of ones so far is odd",
            steps(length)
        )
    }

    fn knowing_nothing(&self, length: usize) -> KnowingNothing {
        KnowingNothing {
            loss: length as f64 * std::f64::consts::LN_2,
            formula: "n ln 2",
            reason: "every timestep has two classes, as likely as each other",
        }
    }

    fn sequence(&self, rng: &mut ChaCha8Rng, sequence: &mut Sequence<'_>) {
        let mut odd = false;
        for t in 0..sequence.length {
            let bit = rng.random::<bool>();
            odd ^= bit;
            sequence.set(t, 0, f64::from(bit));
            sequence.answer_at(t, f64::from(odd));
        }
    }

    fn input_label(&self, x: &[f64]) -> String {
        if x == [0.0] { "0" } else { "1" }.to_owned()
    }
}
