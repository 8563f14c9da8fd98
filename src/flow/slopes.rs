//! f′ of one timestep, also where it is too small for `f64`.

use crate::rnn::Activation;

/// Below this f′ is close to the end of `f64`, and is taken from the tail of the activation instead.
const SMALLEST: f64 = 1e-280;

/// f′ of one unit at one timestep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slope {
    /// As the training arithmetic has it.
    Number(f64),
    /// Too small for it, but not zero: ± 10^`log10`.
    Tail {
        /// Whether it is below zero.
        negative: bool,
        /// log₁₀ of the absolute value.
        log10: f64,
    },
}

impl Slope {
    /// f′(`a`), which the training arithmetic has as `f_prime`.
    pub fn of(activation: Activation, a: f64, f_prime: f64) -> Self {
        // Written so that a NaN is a number.
        if f_prime.abs() < SMALLEST
            && let Some((negative, log10)) = activation.underflowing_f_prime(a)
        {
            return Self::Tail { negative, log10 };
        }
        Self::Number(f_prime)
    }

    /// Whether it is exactly zero.
    pub fn is_zero(self) -> bool {
        self == Self::Number(0.0)
    }
}

/// f′ of every unit of one timestep, whose pre-activations are `a`.
pub fn slopes(
    activation: Activation,
    a: &[f64],
    f_prime: &[f64],
) -> impl Iterator<Item = Slope> + Clone {
    let units = a.iter().zip(f_prime);
    units.map(move |(&a, &f_prime)| Slope::of(activation, a, f_prime))
}

/// log₁₀ of a common factor, and f′(a_t) of every unit divided by it. The factor is 1 unless the whole
/// timestep is so deep in saturation that f′ underflows.
pub fn scaled_slopes(
    activation: Activation,
    a: &[f64],
    f_prime: &[f64],
) -> (f64, impl Iterator<Item = f64>) {
    let of_units = slopes(activation, a, f_prime);
    let scale = saturation(of_units.clone());
    let scale = scale.unwrap_or(0.0);
    let scaled = of_units.map(move |slope| match slope {
        // If there is a common factor, such a number is zero.
        Slope::Number(number) => number,
        Slope::Tail { negative, log10 } => {
            let size = libm::pow(10.0, log10 - scale);
            if negative { -size } else { size }
        }
    });
    (scale, scaled)
}

/// log₁₀ of the largest f′ of a timestep that is too small for `f64`; `None` if one fits, or all are zero.
fn saturation(mut slopes: impl Iterator<Item = Slope>) -> Option<f64> {
    slopes.try_fold(None, |largest: Option<f64>, slope| match slope {
        Slope::Tail { log10, .. } => Some(Some(largest.map_or(log10, |other| other.max(log10)))),
        slope if slope.is_zero() => Some(largest),
        Slope::Number(_) => None,
    })?
}
