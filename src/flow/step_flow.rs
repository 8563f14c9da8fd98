//! The gradient at one timestep.

use super::{LogProduct, Magnitude, Term};
use crate::rnn::Loss;

/// What is known of the gradient at one timestep t.
///
/// For H = 1 every magnitude is the number itself, with its sign. For H > 1 the magnitudes follow the
/// loss's own gradient: `to_end` is the gain ‖g_t‖/‖g_n‖, and `factor` is ‖g_{t−1}‖/‖g_t‖, the product
/// of ‖f′(a_t) ⊙ g_t‖/‖g_t‖ and ‖W_hᵀ δ_t‖/‖δ_t‖, which are what f′ and W_h each did to it. For H = 1
/// these are f′(a_t) and w_h.
///
/// For H > 1, where nothing arrives any more (g_t = 0), these are 0/0, [`Magnitude::Undefined`]; but a step that
/// lets nothing through whatever arrives (every f′ is 0, or W_h is) has a factor of exactly 0 there, too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepFlow {
    /// What the two [`parts`](Self::parts) are.
    pub ways: Ways,
    /// What the factor is made of: what f′ and W_h contribute, one after the other, or the direct way and the way through
    /// the gates, side by side.
    pub parts: [Magnitude; 2],
    /// The factor between s_{t−1} and s_t.
    pub factor: Magnitude,
    /// P_{n←t} = ∂o_n/∂o_t. For H > 1 and w_o = 0, when no gradient leaves the read-out, it is 0.
    pub to_end: Magnitude,
    /// P_{t←1} = ∂o_t/∂o_1; for H > 1 ‖g_1‖/‖g_t‖, the product of the factors in between.
    pub from_first: Magnitude,
    /// ∂L/∂o_t; for H > 1 its norm.
    pub dl_do: Magnitude,
    /// This timestep's term of ∂L/∂W_h, δ_t o_{t−1}ᵀ.
    pub term_w_h: Term,
    /// This timestep's term of ∂L/∂W_i, δ_t x_tᵀ.
    pub term_w_i: Term,
}

impl StepFlow {
    /// What f′ contributes to the factor; undefined where that is not made of f′ and W_h.
    pub fn f_prime(&self) -> Magnitude {
        self.of_chain(0)
    }

    /// What W_h contributes to the factor; undefined where that is not made of f′ and W_h.
    pub fn w_h(&self) -> Magnitude {
        self.of_chain(1)
    }

    fn of_chain(&self, part: usize) -> Magnitude {
        match self.ways {
            Ways::OneAfterTheOther => self.parts[part],
            Ways::SideBySide => Magnitude::Undefined,
        }
    }
}

/// What the factor of a step is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ways {
    /// f′, then W_h: their product is the factor. One layer of the Elman cell.
    OneAfterTheOther,
    /// The direct way, along which a gated cell carries its state on, and the way through its gates: what comes by each
    /// is a vector, and the factor is the size of their sum. A stack of Elman layers has no direct way.
    SideBySide,
}

/// How many of the last shares it takes until their sum stays within a tenth of 1.
pub fn steps_that_count(shares: impl DoubleEndedIterator<Item = f64>) -> Option<usize> {
    let (mut sum, mut count, mut length) = (0.0, 1, 0);
    for (index, share) in shares.rev().enumerate() {
        sum += share;
        length = index + 1;
        if sum.is_nan() {
            return None;
        }
        if (sum - 1.0_f64).abs() > 0.1 {
            // Not there yet, or no longer: at least one more step is needed.
            count = index + 2;
        }
    }
    Some(count.min(length))
}

/// ∂L/∂z for the read-out `z` and the target `y`, also where it is too small for `f64`.
pub fn loss_gradient(loss: Loss, z: f64, y: f64) -> Magnitude {
    match loss.underflowing_derivative(z, y) {
        Some((negative, log10)) => Magnitude::Finite { negative, log10 },
        None => Magnitude::new(loss.derivative(z, y)),
    }
}

/// P_{t←1} = ∏_{s=2..t} of the factors.
pub fn fill_from_first(steps: &mut [StepFlow]) {
    let mut product = LogProduct::default();
    for step in steps.iter_mut().skip(1) {
        product.multiply(step.factor);
        step.from_first = product.product();
    }
}
