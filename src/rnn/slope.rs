//! f′ of one unit, also where it is too small for `f64`.

use super::Activation;

/// Below this f′ is close to the end of `f64`, and is taken from the tail of the activation instead.
const SMALLEST: f64 = 1e-280;

/// What a small change is multiplied by, such as f′ of one unit at one timestep.
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

    /// As a number, which is 0 where it is too small for one.
    pub fn value(self) -> f64 {
        match self {
            Self::Number(number) => number,
            Self::Tail { .. } => 0.0,
        }
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
