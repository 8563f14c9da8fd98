//! The gradient of a whole batch at every timestep, as training itself has it.

use std::f64::consts::{LN_2, LOG10_E};

use super::Magnitude;
use crate::rnn::Network;
use crate::rnn::vectorised::{Loop, ln_1p, mantissa_and_exponent, multiply_add, run, two_sum};

/// The gradient at one timestep t, over all sequences of a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchStep {
    /// ‖∂L/∂o_t‖ over sequences and units, for L the mean over the batch. It is what training got: zero where
    /// `f64` had nothing left.
    pub norm: f64,
    /// What stands between o_{t−1} and o_t: ‖∂L/∂o_{t−1}‖ / ‖∂L/∂o_t‖. It is zero where the one has underflowed and
    /// the other not yet, and 1 where nothing arrives. For one sequence and one unit it is |f′(a_t) w_h|, however
    /// small.
    pub factor: Magnitude,
    /// What is left at o_t of what was at o_n: the product of the factors after t, ‖∂L/∂o_t‖ / ‖∂L/∂o_n‖. Zero
    /// where the numerator has underflowed, but for one sequence and one unit, and where nothing was at o_n.
    pub product: Magnitude,
}

/// The gradient of a batch from the first timestep to the last. The memory is kept from batch to batch.
///
/// The logarithm of a norm is good to 3 units in its last place, at worst 2e-13 near the ends of the range of
/// `f64`; a factor is the difference of two. For one sequence and one unit every factor is as good as that, and
/// their sum is compensated.
#[derive(Clone, Debug, Default)]
pub struct BatchFlow {
    /// ‖g_1‖ to ‖g_n‖.
    norms: Vec<f64>,
    /// log₁₀ of the factor at t = 1..n.
    factors: Vec<f64>,
    /// log₁₀ of the product at t = 1..n.
    products: Vec<f64>,
}

impl BatchFlow {
    /// n; 0 before anything was measured.
    pub fn len(&self) -> usize {
        self.norms.len()
    }

    /// Whether nothing was measured yet.
    pub fn is_empty(&self) -> bool {
        self.norms.is_empty()
    }

    /// Timestep 1 to n.
    pub fn steps(&self) -> impl ExactSizeIterator<Item = BatchStep> + '_ {
        let logarithms = self.factors.iter().zip(&self.products);
        self.norms
            .iter()
            .zip(logarithms)
            .map(|(&norm, (&factor, &product))| BatchStep {
                norm,
                factor: Magnitude::from_log10(factor),
                product: Magnitude::from_log10(product),
            })
    }

    /// Takes the gradient from its `norms`, ‖g_0‖ to ‖g_n‖.
    pub fn measure(&mut self, norms: &[f64]) {
        let Some((_, later)) = norms.split_first() else {
            return;
        };
        self.resize(later);
        // Of ‖g_0‖ to ‖g_{n−1}‖ and of ‖g_1‖ to ‖g_n‖.
        self.factors.copy_from_slice(&norms[..later.len()]);
        run(TakeLogarithms(&mut self.factors));
        self.products.copy_from_slice(later);
        run(TakeLogarithms(&mut self.products));
        let Some(&end) = self.products.last() else {
            return;
        };
        for (factor, at) in self.factors.iter_mut().zip(&self.products) {
            // What has let nothing through has been named already, at the timestep after.
            *factor = if *at == f64::NEG_INFINITY {
                0.0
            } else {
                *factor - at
            };
        }
        for product in &mut self.products {
            *product = if end == f64::NEG_INFINITY {
                end
            } else {
                *product - end
            };
        }
    }

    /// As [`Self::measure`], for one sequence through `network` of one unit: its pre-activations `a` and their
    /// `f_prime`. Factors come from these, so that neither they nor their products underflow.
    pub fn measure_one(&mut self, network: &Network, a: &[f64], f_prime: &[f64], norms: &[f64]) {
        let Some((_, later)) = norms.split_first() else {
            return;
        };
        self.resize(later);
        let w_h = libm::log10(network.parameters.w_h()[[0, 0]].abs());
        self.factors.copy_from_slice(f_prime);
        run(TakeLogarithms(&mut self.factors));
        // Looked at without leaving early, the numbers are looked at several at a time.
        let underflows = |f_prime: f64| f_prime.abs() < f64::MIN_POSITIVE;
        if f_prime.iter().fold(false, |any, &f| any | underflows(f)) {
            let measured = self.factors.iter_mut().zip(f_prime);
            for ((factor, f_prime), &a) in measured.zip(a) {
                if underflows(*f_prime)
                    && let Some((_, log10)) = network.activation.underflowing_f_prime(a)
                {
                    *factor = log10;
                }
            }
        }
        self.factors.iter_mut().for_each(|factor| *factor += w_h);
        self.add_up_factors();
    }

    /// The products from the factors.
    fn add_up_factors(&mut self) {
        let sums = self.products.iter_mut().zip(&self.factors).rev();
        if self.factors.iter().fold(true, |all, f| all & f.is_finite()) {
            // What rounding takes from the sum is summed beside it.
            let (mut product, mut low) = (0.0, 0.0);
            for (sum, &factor) in sums {
                *sum = product + low;
                let (next, lost) = two_sum(product, factor);
                product = next;
                low += lost;
            }
        } else {
            let mut product = 0.0;
            for (sum, factor) in sums {
                *sum = product;
                product += factor;
            }
        }
    }

    fn resize(&mut self, norms: &[f64]) {
        self.norms.clear();
        self.norms.extend_from_slice(norms);
        self.factors.resize(norms.len(), 0.0);
        self.products.resize(norms.len(), 0.0);
    }
}

/// Replaces numbers by the logarithm to base 10 of their absolute value.
struct TakeLogarithms<'a>(&'a mut [f64]);

impl Loop for TakeLogarithms<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for value in self.0 {
            *value = LOG10_E * ln::<FUSED>(value.abs());
        }
    }
}

/// ln of a number from 0 to ∞.
#[inline(always)]
fn ln<const FUSED: bool>(value: f64) -> f64 {
    let (mantissa, k) = mantissa_and_exponent(value);
    // For 0, ∞ and NaN k is 0, and the mantissa is the number itself.
    let is_number = value > 0.0 && value < f64::INFINITY;
    let logarithm = multiply_add::<FUSED>(k, LN_2, ln_1p::<FUSED>(mantissa - 1.0));
    let special = if value == 0.0 {
        f64::NEG_INFINITY
    } else {
        value
    };
    if is_number { logarithm } else { special }
}

#[cfg(test)]
mod tests;
