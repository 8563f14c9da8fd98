//! Which sequences are trained on, and which are held out.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The stream of the seeded generator that the split is drawn from; weights, batches and noise have others.
const STREAM: u64 = 3;

/// Sequences of each part that accuracy is measured on at most: the standard error of a share of 10,000 is half a
/// percent, and of the part that is trained on a fifth is enough to compare.
const MOST_MEASURED: [usize; 2] = [2_000, 10_000];

/// Which part of the fixed split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Seen in training.
    Training,
    /// Never trained on.
    HeldOut,
}

/// The numbers of the sequences of each part, from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    training: Vec<u32>,
    held_out: Vec<u32>,
}

impl Split {
    /// Of the sequences with these numbers.
    pub fn of(training: Vec<u32>, held_out: Vec<u32>) -> Self {
        Self { training, held_out }
    }

    /// Of `count` sequences with the share `held_out`, from 0 to 1, drawn with `seed`; of two or more at least one is
    /// trained on. Both parts are in an order that is drawn, too.
    pub fn drawn(count: usize, held_out: f64, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(STREAM);
        let wanted = (count as f64 * held_out).round() as usize;
        let wanted = match held_out > 0.0 && count > 1 {
            true => wanted.clamp(1, count - 1),
            false => 0,
        };
        let mut split = Self::default();
        let mut missing = wanted;
        for index in 0..count {
            // Each with the chance that makes every choice of so many as likely (Knuth's algorithm S).
            let left = (count - index) as u64;
            if rng.random_range(0..left) < missing as u64 {
                split.held_out.push(index as u32);
                missing -= 1;
            } else {
                split.training.push(index as u32);
            }
        }
        // A file may be sorted, and the first ones of each part stand for all.
        shuffle(&mut split.training, &mut rng);
        shuffle(&mut split.held_out, &mut rng);
        split
    }

    /// The numbers of the sequences of `part`.
    pub fn part(&self, part: Part) -> &[u32] {
        match part {
            Part::Training => &self.training,
            Part::HeldOut => &self.held_out,
        }
    }

    /// How many sequences of `part` accuracy is measured on: the first ones.
    pub fn measured(&self, part: Part) -> usize {
        let [training, held_out] = MOST_MEASURED;
        let most = match part {
            Part::Training => training,
            Part::HeldOut => held_out,
        };
        self.part(part).len().min(most)
    }
}

/// Every order is as likely (Fisher and Yates).
fn shuffle(numbers: &mut [u32], rng: &mut ChaCha8Rng) {
    for last in (1..numbers.len()).rev() {
        let other = rng.random_range(0..=last as u64) as usize;
        numbers.swap(last, other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sequence_is_in_one_part_and_the_seed_decides_in_which() {
        let split = Split::drawn(1000, 0.1, 7);
        assert_eq!(split.held_out.len(), 100);
        let mut all = [split.training.clone(), split.held_out.clone()].concat();
        all.sort_unstable();
        assert!(all.iter().copied().eq(0..1000));
        assert_eq!(split, Split::drawn(1000, 0.1, 7));
        assert_ne!(split, Split::drawn(1000, 0.1, 8));
        // About as many of either half: binomial of 100, five standard deviations are 25.
        // The first ones stand for all, also of a sorted file.
        let first = split.training[..200].iter();
        let early = first.filter(|index| **index < 500).count();
        assert!((65..=135).contains(&early), "{early}");
        let early = split.held_out.iter().filter(|index| **index < 500).count();
        assert!((25..=75).contains(&early), "{early}");
    }

    #[test]
    fn something_is_left_to_train_on() {
        for (count, share, expected) in [(1, 0.5, 0), (2, 0.9, 1), (3, 0.01, 1), (10, 0.0, 0)] {
            assert_eq!(
                Split::drawn(count, share, 1).held_out.len(),
                expected,
                "{count} {share}"
            );
        }
    }
}
