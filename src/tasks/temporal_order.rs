//! Temporal order: which of two symbols came first?

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::KnowingNothing;
use super::drawn::{Recipe, Sequence};
use crate::rnn::Loss;

/// X and Y, then four distractors.
pub const SYMBOLS: usize = 6;

/// A string of distractors with one X and one Y in it, at about 15 % and 55 % of its length; the target
/// is 1 if X comes first. The source has four classes (see [`super::temporal_order_4`]); of
/// them these are the two that differ in order alone. A single timestep holds only the first symbol.
pub struct TemporalOrder;

impl Recipe for TemporalOrder {
    const WIDTH: usize = SYMBOLS;
    const LOSS: Loss = Loss::BinaryCrossEntropy;
    const SOURCE: &'static str = "experiment 6a of Hochreiter and Schmidhuber, Long short-term memory (1997), its classes X–Y and Y–X";

    fn memory(&self, length: usize) -> String {
        let (early, late) = windows(length);
        format!(
            "Remember whether X or Y came {}, until the other comes {} and on to step {length}",
            between(&early),
            between(&late)
        )
    }

    fn knowing_nothing(&self, _length: usize) -> KnowingNothing {
        KnowingNothing::TWO_CLASSES
    }

    fn sequence(&self, rng: &mut ChaCha8Rng, sequence: &mut Sequence<'_>) {
        let (early, late) = windows(sequence.length);
        let x_first = rng.random::<bool>();
        let (first, second) = (rng.random_range(early), rng.random_range(late));
        for t in 0..sequence.length {
            let symbol = if t == first {
                usize::from(!x_first)
            } else if t == second {
                usize::from(x_first)
            } else {
                rng.random_range(2..SYMBOLS)
            };
            sequence.set(t, symbol, 1.0);
        }
        sequence.answer(f64::from(x_first));
    }

    fn input_label(&self, x: &[f64]) -> String {
        symbol_name(x)
    }
}

/// What there is to remember where either symbol may stand at either place.
pub fn memory_of_both(length: usize) -> String {
    let (early, late) = windows(length);
    format!(
        "Remember whether X or Y came {} and which of them {}, on to step {length}",
        between(&early),
        between(&late)
    )
}

/// The symbol that the one-hot vector `x` stands for.
pub fn symbol_name(x: &[f64]) -> String {
    let symbol = x.iter().position(|&x| x != 0.0).unwrap_or_default();
    ["X", "Y", "a", "b", "c", "d"][symbol].to_owned()
}

/// The timesteps of a window, counted from 1.
fn between(window: &std::ops::Range<usize>) -> String {
    if window.len() == 1 {
        format!("at step {}", window.end)
    } else {
        format!("at steps {} to {}", window.start + 1, window.end)
    }
}

/// Where the first and the second symbol may stand: 10 to 20 % and 50 to 60 % of the length, as in the
/// source, and at least one timestep each.
pub fn windows(length: usize) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
    let early = length / 10..(length / 5).max(length / 10 + 1);
    let start = (length / 2).max(early.end).min(length - 1);
    let late = start..(length * 3 / 5).clamp(start + 1, length.max(start + 1));
    (early, late)
}
