//! The loss of knowing nothing: what a network must get below before it has learnt anything.

use std::f64::consts::LN_2;

use libm::log;

use crate::rnn::Loss;

/// The least mean loss that a network can have which answers the same whatever it reads. It is a property of
/// the task's targets alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KnowingNothing {
    /// The mean loss over all sequences of the task, at least 0; 0 if every target is the same.
    pub loss: f64,
    /// The number as a formula, such as `ln 2`.
    pub formula: &'static str,
    /// Why it is this number.
    pub reason: &'static str,
}

impl KnowingNothing {
    /// Two classes as likely as each other, compared by the cross-entropy: whoever guesses says ½.
    pub const TWO_CLASSES: Self = Self {
        loss: LN_2,
        formula: "ln 2",
        reason: "there are two classes, as likely as each other",
    };

    /// Classes of which there are so many each, in their order: the entropy of their shares in nats.
    pub fn of_many_classes(counts: &[usize]) -> Self {
        let count: usize = counts.iter().sum();
        let shares = counts
            .iter()
            .map(|of_class| *of_class as f64 / count as f64);
        // A class that there is none of has nothing to be wrong about.
        let lost = shares
            .filter(|share| *share > 0.0)
            .map(|share| -share * log(share));
        Self {
            loss: lost.sum(),
            formula: "−Σ p ln p",
            reason: "whoever guesses says the share p of each class",
        }
    }

    /// `targets` of `sequences` sequences, for `outputs` numbers that `loss` compares with them: the mean over sequences of
    /// the loss summed over the timesteps that have a target.
    pub fn of_targets<'a>(
        loss: Loss,
        outputs: usize,
        targets: impl Iterator<Item = &'a [f64]> + Clone,
        sequences: usize,
    ) -> Self {
        // Where nothing is asked, nothing is lost.
        let count = targets.clone().count().max(1) as f64;
        let each = count / sequences as f64;
        match loss {
            Loss::SquaredError => {
                let of_column = |column: usize| {
                    let numbers = || targets.clone().map(|target| target[column]);
                    let mean = numbers().sum::<f64>() / count;
                    numbers().map(|y| (y - mean) * (y - mean)).sum::<f64>()
                };
                let width = targets.clone().next().map_or(0, <[f64]>::len);
                Self {
                    loss: (0..width).map(of_column).sum::<f64>() / sequences as f64,
                    formula: "Σ (y − mean)²",
                    reason: "whoever answers the same at every timestep says the mean of the targets",
                }
            }
            Loss::BinaryCrossEntropy => {
                let once = Self::of_classes(targets.map(|target| target[0]).sum::<f64>() / count);
                Self {
                    loss: each * once.loss,
                    ..once
                }
            }
            Loss::CrossEntropy => {
                let mut counts = vec![0; outputs];
                targets.for_each(|target| counts[target[0] as usize] += 1);
                let once = Self::of_many_classes(&counts);
                Self {
                    loss: each * once.loss,
                    ..once
                }
            }
            // The least of something linear is not bounded.
            Loss::Linear => Self {
                loss: 0.0,
                formula: "0",
                reason: "nothing is asked: the gradient is put in from outside",
            },
        }
    }

    /// Two classes, of which one has the share `positive`, from 0 to 1, of all sequences: the entropy in nats.
    pub fn of_classes(positive: f64) -> Self {
        if positive == 0.5 {
            return Self::TWO_CLASSES;
        }
        // A class that there is none of has nothing to be wrong about.
        let part = |share: f64| {
            if share > 0.0 {
                -share * log(share)
            } else {
                0.0
            }
        };
        Self {
            loss: part(positive) + part(1.0 - positive),
            formula: "−p ln p − (1 − p) ln(1 − p)",
            reason: "one class is more likely than the other, and whoever guesses says its share p",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The best constant answer, sought on a fine grid, does as well as the formula says and no better.
    #[test]
    fn the_entropy_is_the_least_loss_of_a_constant_answer() {
        for positive in [0.5, 0.25, 0.9] {
            let mean = |z: f64| {
                let loss = |y| Loss::BinaryCrossEntropy.value(z, y);
                positive * loss(1.0) + (1.0 - positive) * loss(0.0)
            };
            let answers = (-60_000..=60_000).map(|index| mean(f64::from(index) * 1e-4));
            let least = answers.fold(f64::INFINITY, f64::min);
            let stated = KnowingNothing::of_classes(positive).loss;
            // Next to its least value the loss grows with the square: (1e-4)² / 8 above it at most.
            assert!(
                (0.0..2e-9).contains(&(least - stated + 1e-15)),
                "{positive}: {least} {stated}"
            );
        }
        assert_eq!(KnowingNothing::of_classes(0.5).loss, LN_2);
        assert_eq!(KnowingNothing::of_classes(0.0).loss, 0.0);
        assert_eq!(KnowingNothing::of_classes(1.0).loss, 0.0);
    }
}
