//! Copy: say again, in order, what was read at the beginning.

use libm::log;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::KnowingNothing;
use super::drawn::{Recipe, Sequence, steps};
use crate::rnn::{Loss, ReadOut};

/// How many symbols there are to remember.
const SYMBOLS: usize = 8;

/// What is read while there is nothing to be read, and what says that it is time to recall.
const BLANK: usize = SYMBOLS;
const GO: usize = SYMBOLS + 1;

/// How many symbols are read at most, as in the source.
const MOST: usize = 10;

/// Ten symbols, then blanks, then a signal, and at the last ten steps, while blanks are read, each symbol is asked for
/// in its turn. Of a sequence that is too short for it, fewer symbols: there is room for the signal from three steps on.
pub struct Copy;

impl Recipe for Copy {
    const WIDTH: usize = SYMBOLS + 2;
    const LOSS: Loss = Loss::CrossEntropy;
    const OUTPUTS: usize = SYMBOLS;
    const READ_OUT: ReadOut = ReadOut::AtEveryStep;
    const SOURCE: &'static str = "the copying memory problem of Hochreiter and Schmidhuber, Long short-term memory (1997), as in Arjovsky, Shah and Bengio, Unitary evolution recurrent neural networks (2016), with a loss at the recalled steps";
    const CORRECTNESS: &'static str = "the largest of the eight numbers is that of the symbol";

    fn memory(&self, length: usize) -> String {
        let symbols = recalled(length);
        format!(
            "Remember {}, each one of {SYMBOLS}, in order, for {}, and say them at the end",
            match symbols {
                1 => "a symbol".to_owned(),
                symbols => format!("{symbols} symbols"),
            },
            steps(length - symbols)
        )
    }

    fn knowing_nothing(&self, length: usize) -> KnowingNothing {
        KnowingNothing {
            loss: recalled(length) as f64 * log(SYMBOLS as f64),
            formula: "m ln 8",
            reason: "at each of the m steps at which a symbol is recalled, eight are as likely as each other",
        }
    }

    fn sequence(&self, rng: &mut ChaCha8Rng, sequence: &mut Sequence<'_>) {
        let (length, symbols) = (sequence.length, recalled(sequence.length));
        for t in symbols..length {
            let is_signal = t + symbols + 1 == length;
            sequence.set(t, if is_signal { GO } else { BLANK }, 1.0);
        }
        for t in 0..symbols {
            let symbol = rng.random_range(0..SYMBOLS);
            sequence.set(t, symbol, 1.0);
            sequence.answer_at(length - symbols + t, symbol as f64);
        }
    }

    fn input_label(&self, x: &[f64]) -> String {
        match x.iter().position(|&x| x != 0.0) {
            Some(BLANK) | None => "·".to_owned(),
            Some(GO) => "go".to_owned(),
            Some(symbol) => self.class_name(symbol),
        }
    }

    fn class_name(&self, class: usize) -> String {
        ["a", "b", "c", "d", "e", "f", "g", "h"][class % SYMBOLS].to_owned()
    }
}

/// How many symbols are read and recalled.
fn recalled(length: usize) -> usize {
    (length.saturating_sub(1) / 2).clamp(1, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::{Padding, TaskKind};
    use rand::SeedableRng;

    /// What is asked for at the end is what was read at the beginning, in its order, and nothing is asked for before.
    #[test]
    fn what_was_read_is_asked_for() {
        for (length, symbols) in [(1, 1), (2, 1), (3, 1), (10, 4), (21, 10), (120, 10)] {
            let task = TaskKind::Copy.build(length, Padding::default()).unwrap();
            let mut batch = task.empty_batch();
            task.draw(5, &mut ChaCha8Rng::seed_from_u64(3), &mut batch);
            for s in 0..5 {
                for t in 0..length {
                    let y = batch.targets[t * 5 + s];
                    let Some(place) = (t + symbols).checked_sub(length) else {
                        assert!(y.is_nan());
                        continue;
                    };
                    assert_eq!(batch.vector(place, s).unwrap()[y as usize], 1.0);
                }
                if length > 2 {
                    assert_eq!(batch.vector(length - symbols - 1, s).unwrap()[GO], 1.0);
                }
            }
        }
    }
}
