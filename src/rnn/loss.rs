//! The loss at the end of the sequence.

use libm::exp;
use serde::{Deserialize, Serialize};

use super::Activation;

/// What the read-out z is compared with the target y by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// L = ln(1 + e^z) − y z, the cross-entropy of ŷ = σ(z) with a label y in \[0, 1\]. Computed from
    /// the logit, so that a confident network does not lose its gradient to rounding (PyTorch's
    /// `binary_cross_entropy_with_logits`).
    BinaryCrossEntropy,
    /// L = (z − y)², with ŷ = z.
    SquaredError,
}

impl Loss {
    /// ŷ, the prediction for the read-out `z`.
    pub fn prediction(self, z: f64) -> f64 {
        match self {
            Self::BinaryCrossEntropy => {
                let e = exp(-z.abs());
                if z < 0.0 {
                    e / (1.0 + e)
                } else {
                    1.0 / (1.0 + e)
                }
            }
            Self::SquaredError => z,
        }
    }

    /// L for read-out `z` and target `y`.
    pub fn value(self, z: f64, y: f64) -> f64 {
        match self {
            Self::BinaryCrossEntropy => {
                // −y ln σ(z) − (1 − y) ln σ(−z), with −ln σ(z) = softplus(−z).
                weighted(y, softplus(-z)) + weighted(1.0 - y, softplus(z))
            }
            Self::SquaredError => (z - y) * (z - y),
        }
    }

    /// ∂L/∂z.
    pub fn derivative(self, z: f64, y: f64) -> f64 {
        match self {
            Self::BinaryCrossEntropy => self.prediction(z) - y,
            Self::SquaredError => 2.0 * (z - y),
        }
    }
}

fn softplus(z: f64) -> f64 {
    Activation::Softplus.f(z)
}

/// A term whose weight is zero is absent, even where it is infinite: the loss of a read-out of −∞ is
/// 0 for the label 0, not 0 · ∞.
fn weighted(weight: f64, term: f64) -> f64 {
    if weight == 0.0 && !term.is_nan() {
        0.0
    } else {
        weight * term
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cross_entropy_is_the_textbook_formula_and_survives_large_logits() {
        for (z, y) in [(0.3, 1.0), (-2.0, 0.0), (1.5, 0.25)] {
            let p = 1.0 / (1.0 + f64::exp(-z));
            let textbook = -(y * f64::ln(p) + (1.0 - y) * f64::ln(1.0 - p));
            // The textbook form cancels in 1 − p; 1e-14 is what it can be trusted for.
            assert!((Loss::BinaryCrossEntropy.value(z, y) - textbook).abs() < 1e-14);
        }
        // L = z and ∂L/∂z = 1 to the last bit where σ(z) is 1.
        assert_eq!(Loss::BinaryCrossEntropy.value(800.0, 0.0), 800.0);
        assert_eq!(Loss::BinaryCrossEntropy.derivative(800.0, 0.0), 1.0);
        assert_eq!(Loss::BinaryCrossEntropy.value(-800.0, 0.0), 0.0);
        assert_eq!(Loss::BinaryCrossEntropy.value(f64::NEG_INFINITY, 0.0), 0.0);
    }

    #[test]
    fn derivatives_agree_with_differences() {
        for loss in [Loss::BinaryCrossEntropy, Loss::SquaredError] {
            for (z, y) in [(0.7, 1.0), (-1.3, 0.2), (3.0, 0.0)] {
                let h = 1e-5;
                let difference = (loss.value(z + h, y) - loss.value(z - h, y)) / (2.0 * h);
                // h² / 6 · L‴ and ε / h are both near 1e-11.
                assert!((difference - loss.derivative(z, y)).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_broken_read_out_is_seen_in_the_loss() {
        for loss in [Loss::BinaryCrossEntropy, Loss::SquaredError] {
            assert!(loss.value(f64::NAN, 1.0).is_nan());
            assert_eq!(loss.value(f64::INFINITY, 0.0), f64::INFINITY);
        }
    }
}
