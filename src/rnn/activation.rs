//! The activation functions f, their derivatives f′ and γ = sup |f′|.

use libm::{erfc, exp, expm1, log1p};
use serde::{Deserialize, Serialize};

/// Slope of leaky ReLU left of zero, as in PyTorch.
pub(super) const LEAKY_SLOPE: f64 = 0.01;

/// An activation function of the hidden state.
///
/// At a kink the derivative is PyTorch's: 0 for ReLU at 0, the leaky slope for leaky ReLU at 0, 0 for
/// hard tanh at ±1, 1 for ELU at 0. A NaN argument gives NaN wherever f depends on its argument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// tanh a
    #[default]
    Tanh,
    /// σ(a) = 1 / (1 + e^−a)
    Sigmoid,
    /// max(0, a)
    Relu,
    /// a right of zero, 0.01 a left of it
    LeakyRelu,
    /// a
    Identity,
    /// a / (1 + |a|)
    Softsign,
    /// a right of zero, e^a − 1 left of it
    Elu,
    /// ln(1 + e^a)
    Softplus,
    /// a cut off at −1 and 1
    HardTanh,
    /// a Φ(a), Φ the normal distribution function (the erf form, not the tanh approximation)
    Gelu,
    /// a σ(a), also called swish
    Silu,
}

impl Activation {
    /// Every activation, in the order menus show them.
    pub const ALL: [Self; 11] = [
        Self::Tanh,
        Self::Sigmoid,
        Self::Relu,
        Self::LeakyRelu,
        Self::Identity,
        Self::Softsign,
        Self::Elu,
        Self::Softplus,
        Self::HardTanh,
        Self::Gelu,
        Self::Silu,
    ];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tanh => "tanh",
            Self::Sigmoid => "sigmoid",
            Self::Relu => "ReLU",
            Self::LeakyRelu => "leaky ReLU",
            Self::Identity => "identity",
            Self::Softsign => "softsign",
            Self::Elu => "ELU",
            Self::Softplus => "softplus",
            Self::HardTanh => "hard tanh",
            Self::Gelu => "GELU",
            Self::Silu => "SiLU",
        }
    }

    /// γ = sup |f′(a)| over all real a, the constant in the bound (γ σ₁)^(n−k) of Pascanu, Mikolov
    /// and Bengio (2013).
    ///
    /// GELU's is Φ(√2) + √2 φ(√2), at a = √2, where f″ = φ(a)(2 − a²) is zero; SiLU's was found where
    /// f″ is zero, at a ≈ 2.3994.
    pub fn gamma(self) -> f64 {
        match self {
            Self::Sigmoid => 0.25,
            Self::Gelu => 1.128_904_145_185_154_7,
            Self::Silu => 1.099_839_320_128_867,
            _ => 1.0,
        }
    }

    /// f(a).
    pub fn f(self, a: f64) -> f64 {
        self.f_and_derivative(a).0
    }

    /// f′(a).
    pub fn f_prime(self, a: f64) -> f64 {
        self.f_and_derivative(a).1
    }

    /// f′(a) as its sign (`true` for below zero) and log₁₀ of its absolute value, where it is too small
    /// for `f64` but not zero: in deep saturation. `None` where f′ really is zero, or is not known to be
    /// anything else.
    ///
    /// tanh′ = 4 e^(−2|a|), σ′ = e^(−|a|), softplus′ and ELU′ = e^a, SiLU′ = (1 + a) e^a and, by the
    /// expansion of Φ in the tail, GELU′ = (a − 1/a) φ(a), each to the last bit where f′ underflows.
    pub fn underflowing_f_prime(self, a: f64) -> Option<(bool, f64)> {
        use std::f64::consts::{LN_10, TAU};
        if !a.is_finite() {
            return None;
        }
        let exponential = |x: f64| x / LN_10;
        let tail = match self {
            Self::Tanh => Some((false, 4.0_f64.log10() + exponential(-2.0 * a.abs()))),
            Self::Sigmoid => Some((false, exponential(-a.abs()))),
            Self::Softplus | Self::Elu if a < 0.0 => Some((false, exponential(a))),
            Self::Silu if a < -1.0 => Some((true, (-1.0 - a).log10() + exponential(a))),
            Self::Gelu if a < -1.0 => {
                let density = exponential(-0.5 * a * a) - 0.5 * TAU.log10();
                Some((true, (1.0 / a - a).log10() + density))
            }
            _ => None,
        };
        // Where even the exponent is too large, it is zero.
        tail.filter(|(_, log10)| log10.is_finite())
    }

    /// Fills `o` with f(a) and `f_prime` with f′(a), elementwise. All three have one length.
    pub fn evaluate(self, a: &[f64], o: &mut [f64], f_prime: &mut [f64]) {
        // One match outside the loop, so that each loop is over one known function.
        match self {
            Self::Tanh => evaluate_with(tanh, a, o, f_prime),
            Self::Sigmoid => evaluate_with(sigmoid, a, o, f_prime),
            Self::Relu => evaluate_with(relu, a, o, f_prime),
            Self::LeakyRelu => evaluate_with(leaky_relu, a, o, f_prime),
            Self::Identity => evaluate_with(identity, a, o, f_prime),
            Self::Softsign => evaluate_with(softsign, a, o, f_prime),
            Self::Elu => evaluate_with(elu, a, o, f_prime),
            Self::Softplus => evaluate_with(softplus, a, o, f_prime),
            Self::HardTanh => evaluate_with(hard_tanh, a, o, f_prime),
            Self::Gelu => evaluate_with(gelu, a, o, f_prime),
            Self::Silu => evaluate_with(silu, a, o, f_prime),
        }
    }

    fn f_and_derivative(self, a: f64) -> (f64, f64) {
        let (mut o, mut f_prime) = ([0.0], [0.0]);
        self.evaluate(&[a], &mut o, &mut f_prime);
        (o[0], f_prime[0])
    }
}

#[inline]
fn evaluate_with(
    function: impl Fn(f64) -> (f64, f64),
    a: &[f64],
    o: &mut [f64],
    f_prime: &mut [f64],
) {
    for ((&a, o), f_prime) in a.iter().zip(o).zip(f_prime) {
        (*o, *f_prime) = function(a);
    }
}

/// tanh and sech² from one exponential. The derivative is not 1 − tanh², which is 0 from |a| ≈ 19 on:
/// deep saturation is what this program is about, and 4 e^(−2|a|) is still right there.
#[inline]
fn tanh(a: f64) -> (f64, f64) {
    let x = -2.0 * a.abs();
    // 1 − e^x cancels near zero, where expm1 does not.
    let (e, one_minus_e) = if x > -1.0 {
        let m = expm1(x);
        (1.0 + m, -m)
    } else {
        let e = exp(x);
        (e, 1.0 - e)
    };
    let denominator = 1.0 + e;
    (
        (one_minus_e / denominator).copysign(a),
        4.0 * e / (denominator * denominator),
    )
}

#[inline]
fn sigmoid(a: f64) -> (f64, f64) {
    let e = exp(-a.abs());
    let denominator = 1.0 + e;
    let larger = 1.0 / denominator;
    let o = if a < 0.0 { e * larger } else { larger };
    (o, e * larger * larger)
}

#[inline]
fn relu(a: f64) -> (f64, f64) {
    if a > 0.0 {
        (a, 1.0)
    } else if a <= 0.0 {
        (0.0, 0.0)
    } else {
        (a, a)
    }
}

#[inline]
fn leaky_relu(a: f64) -> (f64, f64) {
    if a > 0.0 {
        (a, 1.0)
    } else if a <= 0.0 {
        (LEAKY_SLOPE * a, LEAKY_SLOPE)
    } else {
        (a, a)
    }
}

/// The derivative is 1 whatever the argument, NaN too: a forward pass that has overflowed does not
/// spoil the product of a linear network.
#[inline]
fn identity(a: f64) -> (f64, f64) {
    (a, 1.0)
}

#[inline]
fn softsign(a: f64) -> (f64, f64) {
    if a.is_infinite() {
        return (1.0_f64.copysign(a), 0.0);
    }
    let reciprocal = 1.0 / (1.0 + a.abs());
    (a * reciprocal, reciprocal * reciprocal)
}

#[inline]
fn elu(a: f64) -> (f64, f64) {
    if a > 0.0 {
        (a, 1.0)
    } else {
        (expm1(a), exp(a))
    }
}

#[inline]
fn softplus(a: f64) -> (f64, f64) {
    let above_zero = if a > 0.0 { a } else { 0.0 };
    (above_zero + log1p(exp(-a.abs())), sigmoid(a).0)
}

#[inline]
fn hard_tanh(a: f64) -> (f64, f64) {
    if a.is_nan() {
        (a, a)
    } else if a > -1.0 && a < 1.0 {
        (a, 1.0)
    } else {
        (1.0_f64.copysign(a), 0.0)
    }
}

#[inline]
fn gelu(a: f64) -> (f64, f64) {
    if a.is_infinite() {
        return if a > 0.0 { (a, 1.0) } else { (0.0, 0.0) };
    }
    let distribution = 0.5 * erfc(-a * std::f64::consts::FRAC_1_SQRT_2);
    // 1/√(2π)
    let density = 0.398_942_280_401_432_7 * exp(-0.5 * a * a);
    // A density of exactly zero must win over an a large enough to overflow.
    let slope = if density == 0.0 { 0.0 } else { a * density };
    (a * distribution, distribution + slope)
}

#[inline]
fn silu(a: f64) -> (f64, f64) {
    if a.is_infinite() {
        return if a > 0.0 { (a, 1.0) } else { (0.0, 0.0) };
    }
    let (s, s_prime) = sigmoid(a);
    let slope = if s_prime == 0.0 { 0.0 } else { a * s_prime };
    (a * s, s + slope)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Distance to the nearest point where f′ or f″ jumps, so that differences never straddle one.
    fn distance_to_kink(activation: Activation, a: f64) -> f64 {
        match activation {
            Activation::Relu | Activation::LeakyRelu | Activation::Elu | Activation::Softsign => {
                a.abs()
            }
            Activation::HardTanh => (a.abs() - 1.0).abs(),
            _ => f64::INFINITY,
        }
    }

    proptest! {
        /// Five-point central difference with h = 1e-3: truncation h⁴/30 · f⁽⁵⁾ ≈ 1e-12 and rounding
        /// ε |f| / h ≈ 1e-12 for |a| ≤ 6, so 1e-10 has room and still catches any wrong formula.
        #[test]
        fn derivative_agrees_with_differences(index in 0..Activation::ALL.len(), a in -6.0..6.0_f64) {
            let activation = Activation::ALL[index];
            let h = 1e-3;
            prop_assume!(distance_to_kink(activation, a) > 3.0 * h);
            let f = |x| activation.f(x);
            let difference =
                (f(a - 2.0 * h) - 8.0 * f(a - h) + 8.0 * f(a + h) - f(a + 2.0 * h)) / (12.0 * h);
            prop_assert!((difference - activation.f_prime(a)).abs() < 1e-10,
                "{} at {a}: {difference} against {}", activation.name(), activation.f_prime(a));
        }

        /// γ is a bound; 1e-15 allows for the last bit of GELU's and SiLU's constants.
        #[test]
        fn gamma_bounds_the_derivative(index in 0..Activation::ALL.len(), a in -50.0..50.0_f64) {
            let activation = Activation::ALL[index];
            prop_assert!(activation.f_prime(a).abs() <= activation.gamma() * (1.0 + 1e-15));
        }

        #[test]
        fn every_argument_gives_a_number(index in 0..Activation::ALL.len(), a in proptest::num::f64::ANY) {
            let activation = Activation::ALL[index];
            if !a.is_nan() {
                prop_assert!(!activation.f(a).is_nan() && !activation.f_prime(a).is_nan(),
                    "{} of {a}", activation.name());
            } else {
                prop_assert!(activation.f(a).is_nan());
            }
        }
    }

    #[test]
    fn gamma_is_attained() {
        // Where each derivative is largest; the figures are the design's, to their last digit.
        for (activation, a) in [
            (Activation::Sigmoid, 0.0),
            (Activation::Tanh, 0.0),
            (Activation::Softsign, 0.0),
            (Activation::Gelu, std::f64::consts::SQRT_2),
            (Activation::Silu, 2.399_357_280_515_468),
        ] {
            let relative = activation.f_prime(a) / activation.gamma() - 1.0;
            assert!(relative.abs() < 1e-14, "{}: {relative}", activation.name());
        }
        assert!((Activation::Gelu.gamma() - 1.1289).abs() < 5e-5);
        assert!((Activation::Silu.gamma() - 1.0998).abs() < 5e-5);
    }

    #[test]
    fn tanh_agrees_with_the_library_and_its_derivative_survives_saturation() {
        let mut a = -30.0;
        while a < 30.0 {
            let (o, f_prime) = tanh(a);
            // 2 ulp: one exponential, one sum, one quotient.
            assert!((o - libm::tanh(a)).abs() <= 2.0 * f64::EPSILON * o.abs());
            let cosh = libm::cosh(a);
            assert!((f_prime * cosh * cosh - 1.0).abs() < 8.0 * f64::EPSILON * (1.0 + a.abs()));
            a += 0.037;
        }
        // 4 e^−200, where 1 − tanh² is 0.
        let expected = 4.0 * (-200.0_f64).exp();
        assert!((tanh(100.0).1 / expected - 1.0).abs() < 1e-13);
    }

    /// Where both exist, the tail formulas meet f′ itself.
    #[test]
    fn tails_continue_the_derivative() {
        for (activation, a) in [
            (Activation::Tanh, 300.0),
            (Activation::Tanh, -300.0),
            (Activation::Sigmoid, 600.0),
            (Activation::Softplus, -600.0),
            (Activation::Elu, -600.0),
            (Activation::Silu, -600.0),
            (Activation::Gelu, -36.0),
        ] {
            let (negative, log10) = activation.underflowing_f_prime(a).unwrap();
            let f_prime = activation.f_prime(a);
            assert_eq!(negative, f_prime < 0.0, "{}", activation.name());
            // The next term of GELU's expansion is 2/a⁴ ≈ 1e-6 relative at −36.
            let close = (log10 - f_prime.abs().log10()).abs();
            assert!(close < 1e-6, "{}: {close}", activation.name());
        }
        assert_eq!(Activation::Relu.underflowing_f_prime(-5.0), None);
        assert_eq!(Activation::HardTanh.underflowing_f_prime(5.0), None);
    }

    #[test]
    fn kinks_follow_pytorch() {
        assert_eq!(Activation::Relu.f_prime(0.0), 0.0);
        assert_eq!(Activation::LeakyRelu.f_prime(0.0), 0.01);
        assert_eq!(Activation::Elu.f_prime(0.0), 1.0);
        assert_eq!(Activation::HardTanh.f_prime(1.0), 0.0);
        assert_eq!(Activation::HardTanh.f_prime(-1.0), 0.0);
    }
}
