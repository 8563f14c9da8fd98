//! The loss of knowing nothing: what a network must get below before it has learnt anything.

use std::f64::consts::LN_2;

use libm::log;

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
    use crate::rnn::Loss;

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
