//! The loss of an answer.

use libm::exp;
use serde::{Deserialize, Serialize};

use super::Activation;

/// The function that compares the read-out z with the target y.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// L = ln(1 + e^z) − y z, the cross-entropy of ŷ = σ(z) with a label y in \[0, 1\]. Computed from
    /// the logit, so that a confident network does not lose its gradient to rounding (PyTorch's
    /// `binary_cross_entropy_with_logits`).
    BinaryCrossEntropy,
    /// L = (z − y)², with ŷ = z; of K numbers the sum of their squares.
    SquaredError,
    /// L = ln Σ e^z_k − z_y, the cross-entropy of ŷ = softmax(z) with the class y, counted from 0 (PyTorch's
    /// `cross_entropy`).
    CrossEntropy,
    /// L = Σ y_k z_k, whose gradient is y itself: what is put in from outside in the place of a loss.
    Linear,
}

impl Loss {
    /// Those that compare an answer with a target.
    pub const CHOICES: [Self; 3] = [
        Self::SquaredError,
        Self::BinaryCrossEntropy,
        Self::CrossEntropy,
    ];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::BinaryCrossEntropy => "binary cross-entropy",
            Self::SquaredError => "squared error",
            Self::CrossEntropy => "cross-entropy",
            Self::Linear => "put in from outside",
        }
    }

    /// How many numbers of a target belong to K = `outputs` numbers that are read out.
    pub fn target_width(self, outputs: usize) -> usize {
        match self {
            Self::BinaryCrossEntropy | Self::CrossEntropy => 1,
            Self::SquaredError | Self::Linear => outputs,
        }
    }

    /// L for the K numbers `z` and the target `y`; 0 where there is no target, which is NaN.
    pub fn value_of(self, z: &[f64], y: &[f64]) -> f64 {
        match (self, z, y) {
            (_, _, [first, ..]) if first.is_nan() => 0.0,
            (Self::CrossEntropy, z, &[class]) => {
                let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let sum: f64 = z.iter().map(|z| exp(z - largest)).sum();
                // Small next to 1 where the network is confident and right.
                let others = sum - exp(z[class as usize] - largest);
                if z[class as usize] == largest {
                    libm::log1p(others)
                } else {
                    libm::log(sum) + (largest - z[class as usize])
                }
            }
            (_, z, y) => z.iter().zip(y).map(|(&z, &y)| self.value(z, y)).sum(),
        }
    }

    /// Writes `weight` · ∂L/∂z for the K numbers `z` and the target `y`; zeros where there is no target, which is NaN.
    pub fn write_derivative(self, z: &[f64], y: &[f64], weight: f64, dz: &mut [f64]) {
        match (self, y) {
            (_, [first, ..]) if first.is_nan() => dz.fill(0.0),
            (Self::CrossEntropy, &[class]) => {
                let class = class as usize;
                self.write_prediction(z, dz);
                // ŷ − 1 for the class itself, without the cancellation where ŷ is near 1.
                let others = dz.iter().enumerate().filter(|(k, _)| *k != class);
                dz[class] = -others.map(|(_, share)| share).sum::<f64>();
                dz.iter_mut().for_each(|dz| *dz *= weight);
            }
            _ => {
                for (dz, (&z, &y)) in dz.iter_mut().zip(z.iter().zip(y)) {
                    *dz = weight * self.derivative(z, y);
                }
            }
        }
    }

    /// Writes ŷ for the K numbers `z`.
    pub fn write_prediction(self, z: &[f64], prediction: &mut [f64]) {
        if self != Self::CrossEntropy {
            let numbers = prediction.iter_mut().zip(z);
            numbers.for_each(|(prediction, &z)| *prediction = self.prediction(z));
            return;
        }
        let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for (share, z) in prediction.iter_mut().zip(z) {
            *share = exp(z - largest);
        }
        let sum: f64 = prediction.iter().sum();
        prediction.iter_mut().for_each(|share| *share /= sum);
    }

    /// ŷ, the prediction for the read-out `z`.
    pub fn prediction(self, z: f64) -> f64 {
        match self {
            Self::BinaryCrossEntropy => sigmoid(z),
            // Of one class alone there is nothing to predict.
            Self::SquaredError | Self::CrossEntropy | Self::Linear => z,
        }
    }

    /// ∂ŷ/∂z: ŷ (1 − ŷ) for the cross-entropy, written as σ(z) σ(−z), because 1 − ŷ cancels where ŷ is near 1.
    pub fn prediction_derivative(self, z: f64) -> f64 {
        match self {
            Self::BinaryCrossEntropy => sigmoid(z) * sigmoid(-z),
            Self::SquaredError | Self::CrossEntropy | Self::Linear => 1.0,
        }
    }

    /// ∂L/∂ŷ: for the cross-entropy (1 − y)/(1 − ŷ) − y/ŷ, of which one part is absent for a label of 0 or 1.
    pub fn derivative_by_prediction(self, z: f64, y: f64) -> f64 {
        match self {
            Self::BinaryCrossEntropy => {
                weighted(1.0 - y, 1.0 / sigmoid(-z)) - weighted(y, 1.0 / sigmoid(z))
            }
            Self::SquaredError => 2.0 * (z - y),
            Self::Linear => y,
            Self::CrossEntropy => 0.0,
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
            // Nothing is put in there, also where z is not finite.
            Self::Linear => weighted(y, z),
            Self::CrossEntropy => 0.0,
        }
    }

    /// ∂L/∂z: for the cross-entropy σ(z) − y, written as (1 − y) σ(z) − y σ(−z), because the
    /// difference cancels where a network is confident and right.
    pub fn derivative(self, z: f64, y: f64) -> f64 {
        match self {
            Self::BinaryCrossEntropy => {
                // Without a label of its own a side has no part in it, also where z is not finite.
                weighted(1.0 - y, sigmoid(z)) - weighted(y, sigmoid(-z))
            }
            Self::SquaredError => 2.0 * (z - y),
            Self::Linear => y,
            Self::CrossEntropy => 0.0,
        }
    }

    /// ∂L/∂z as its sign (`true` for below zero) and log₁₀ of its absolute value, where it is too small for
    /// `f64` but not zero: for the cross-entropy of a read-out beyond about 700 on the right side of its
    /// label, where σ(−|z|) is e^−|z| to the last bit. `None` elsewhere.
    pub fn underflowing_derivative(self, z: f64, y: f64) -> Option<(bool, f64)> {
        let is_right = (y == 1.0 && z > 0.0) || (y == 0.0 && z < 0.0);
        let underflows = z.is_finite() && self.derivative(z, y).abs() < f64::MIN_POSITIVE;
        (self == Self::BinaryCrossEntropy && is_right && underflows)
            .then(|| (y == 1.0, -z.abs() * std::f64::consts::LOG10_E))
    }
}

/// What the gradient is taken of: a loss, how much of it, and how far back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objective {
    /// The loss of an answer; those of all answers are added up.
    pub loss: Loss,
    /// What the sum is multiplied by: 1/B for the mean over sequences.
    pub weight: f64,
    /// Every so many timesteps, counted from the end, the way back is cut (truncated backpropagation through time); 0 for
    /// never.
    pub truncate: usize,
}

impl Objective {
    /// The sum of `loss` over all answers, and the whole of its gradient.
    pub fn sum_of(loss: Loss) -> Self {
        Self {
            loss,
            weight: 1.0,
            truncate: 0,
        }
    }

    /// The mean of `loss` over `size` sequences, and the whole of its gradient.
    pub fn mean_of(loss: Loss, size: usize) -> Self {
        Self {
            weight: 1.0 / size as f64,
            ..Self::sum_of(loss)
        }
    }

    /// This with the way back cut every so many timesteps.
    #[must_use]
    pub fn truncated(self, truncate: usize) -> Self {
        Self { truncate, ..self }
    }
}

/// σ(z) = 1 / (1 + e^−z)
fn sigmoid(z: f64) -> f64 {
    let e = exp(-z.abs());
    if z < 0.0 {
        e / (1.0 + e)
    } else {
        1.0 / (1.0 + e)
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
        for loss in [Loss::BinaryCrossEntropy, Loss::SquaredError, Loss::Linear] {
            for (z, y) in [(0.7, 1.0), (-1.3, 0.2), (3.0, 0.0)] {
                let h = 1e-5;
                let difference = (loss.value(z + h, y) - loss.value(z - h, y)) / (2.0 * h);
                // h² / 6 · L‴ and ε / h are both near 1e-11.
                assert!((difference - loss.derivative(z, y)).abs() < 1e-9);
            }
        }
    }

    /// The chain rule, ∂L/∂z = ∂L/∂ŷ · ∂ŷ/∂z, and ∂ŷ/∂z against a difference.
    #[test]
    fn the_derivatives_by_and_of_the_prediction_are_two_links_of_a_chain() {
        for loss in [Loss::BinaryCrossEntropy, Loss::SquaredError, Loss::Linear] {
            for (z, y) in [
                (0.7, 1.0),
                (-1.3, 0.2),
                (3.0, 0.0),
                (40.0, 1.0),
                (40.0, 0.0),
            ] {
                let product = loss.derivative_by_prediction(z, y) * loss.prediction_derivative(z);
                let whole = loss.derivative(z, y);
                // Three roundings of each of two parts.
                assert!((product - whole).abs() <= 1e-15 * whole.abs().max(product.abs()));
                let h = 1e-5;
                let difference = (loss.prediction(z + h) - loss.prediction(z - h)) / (2.0 * h);
                assert!((difference - loss.prediction_derivative(z)).abs() < 1e-9);
            }
        }
        // 1/σ(z) for a label that is far from the prediction is e^40 + 1.
        let found = Loss::BinaryCrossEntropy.derivative_by_prediction(-40.0, 1.0);
        assert!((found / -(f64::exp(40.0) + 1.0) - 1.0).abs() < 1e-14);
    }

    /// 1/(e^60 + 1) and its sisters, from 60 digits: σ(z) − 1 in `f64` is off by 8.5e-4 at 60, by 15 % at 70
    /// and zero at 74.
    #[test]
    fn the_derivative_of_a_confident_network_does_not_cancel() {
        let loss = Loss::BinaryCrossEntropy;
        for (z, expected) in [
            (30.0, 9.357_622_968_839_299e-14),
            (36.0, 2.319_522_830_243_569_4e-16),
            (60.0, 8.756_510_762_696_52e-27),
            (70.0, 3.975_449_735_908_647e-31),
            (700.0, 9.859_676_543_759_77e-305),
        ] {
            let relative = |found: f64| (found / expected - 1.0).abs();
            // e^−z is good to z ε / 2.
            assert!(relative(-loss.derivative(z, 1.0)) < 2e-13, "{z}");
            assert!(relative(loss.derivative(-z, 0.0)) < 2e-13, "{z}");
            assert_eq!(loss.underflowing_derivative(z, 1.0), None);
        }
        // Beyond the range of f64: e^−800 = 10^(−800 / ln 10).
        assert_eq!(loss.derivative(800.0, 1.0), 0.0);
        let (negative, log10) = loss.underflowing_derivative(800.0, 1.0).unwrap();
        assert!(negative && (log10 + 800.0 / std::f64::consts::LN_10).abs() < 1e-12);
        assert_eq!(
            loss.underflowing_derivative(-800.0, 0.0),
            Some((false, log10))
        );
        // Nothing underflows on the wrong side, in between, or beyond what is a number.
        assert_eq!(loss.underflowing_derivative(-800.0, 1.0), None);
        assert_eq!(loss.underflowing_derivative(800.0, 0.5), None);
        assert_eq!(loss.underflowing_derivative(f64::INFINITY, 1.0), None);
        assert_eq!(Loss::SquaredError.underflowing_derivative(1.0, 1.0), None);
        assert_eq!(loss.derivative(f64::INFINITY, 1.0), 0.0);
        assert!(loss.derivative(f64::NAN, 1.0).is_nan());
    }

    #[test]
    fn a_broken_read_out_is_seen_in_the_loss() {
        for loss in [Loss::BinaryCrossEntropy, Loss::SquaredError] {
            assert!(loss.value(f64::NAN, 1.0).is_nan());
            assert_eq!(loss.value(f64::INFINITY, 0.0), f64::INFINITY);
        }
    }
}
