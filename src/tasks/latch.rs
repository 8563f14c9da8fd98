//! The latch: keep one bit through noise.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::KnowingNothing;
use super::drawn::{Recipe, Sequence, steps};
use crate::rnn::Loss;

/// Standard deviation of the noise after the first step: small beside the ±1 it must not overwrite.
const NOISE: f64 = 0.2;

/// The first input is +1 or −1, everything after it is noise; the target is the first input's sign.
pub struct Latch;

impl Recipe for Latch {
    const WIDTH: usize = 1;
    const LOSS: Loss = Loss::BinaryCrossEntropy;
    const SOURCE: &'static str = "the information latch of Bengio, Simard and Frasconi, Learning long-term dependencies with gradient descent is difficult (1994)";

    fn memory(&self, length: usize) -> String {
        format!(
            "Remember the sign of the first input through {} of noise",
            steps(length - 1)
        )
    }

    fn knowing_nothing(&self, _length: usize) -> KnowingNothing {
        KnowingNothing::TWO_CLASSES
    }

    fn sequence(&self, rng: &mut ChaCha8Rng, sequence: &mut Sequence<'_>) {
        let positive = rng.random::<bool>();
        sequence.set(0, 0, if positive { 1.0 } else { -1.0 });
        for t in 1..sequence.length {
            let noise: f64 = rng.sample(StandardNormal);
            sequence.set(t, 0, NOISE * noise);
        }
        sequence.answer(f64::from(positive));
    }
}
