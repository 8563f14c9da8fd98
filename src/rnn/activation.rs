//! The activation functions f, their derivatives f′ and γ = sup |f′|.

use serde::{Deserialize, Serialize};

use super::vectorised::{self, Kernel, Sweep, sweep_with};

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

    /// Whether f never falls: whoever has the larger pre-activation has the larger state, or the same.
    pub fn is_monotone(self) -> bool {
        !matches!(self, Self::Gelu | Self::Silu)
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
    /// tanh′ = 4 e^(−2|a|), σ′ = e^(−|a|), softplus′ and ELU′ = e^a, SiLU′ = (1 + a) e^a, softsign′ =
    /// (1 + |a|)^−2 and GELU′ = φ(a) (a + R(a)), R(a) = Φ(a)/φ(a) Mills’ ratio, each to the last bit where f′ is
    /// below 10^−280. (σ′ and its like leave out a factor of 1 + e^−|a|, GELU's series ends with a term of
    /// 10^−19.)
    pub fn underflowing_f_prime(self, a: f64) -> Option<(bool, f64)> {
        use std::f64::consts::{LN_10, TAU};
        if !a.is_finite() {
            return None;
        }
        let exponential = |x: f64| x / LN_10;
        let tail = match self {
            Self::Tanh => Some((false, libm::log10(4.0) + exponential(-2.0 * a.abs()))),
            Self::Sigmoid => Some((false, exponential(-a.abs()))),
            Self::Softplus | Self::Elu if a < 0.0 => Some((false, exponential(a))),
            Self::Silu if a < -1.0 => Some((true, libm::log10(-1.0 - a) + exponential(a))),
            Self::Gelu if a < -MILLS_FROM => {
                let density = exponential(-0.5 * a * a) - 0.5 * libm::log10(TAU);
                Some((true, libm::log10(-a - mills_ratio(-a)) + density))
            }
            Self::Softsign => Some((false, -2.0 * libm::log10(1.0 + a.abs()))),
            _ => None,
        };
        // Where even the exponent is too large, it is zero.
        tail.filter(|(_, log10)| log10.is_finite())
    }

    /// Fills `o` with f(a) and `f_prime` with f′(a), elementwise. All three have one length.
    ///
    /// Both are good to a few units in the last place; [`vectorised`](super::vectorised) says to how many.
    pub fn evaluate(self, a: &[f64], o: &mut [f64], f_prime: &mut [f64]) {
        self.sweep(Evaluate { a, o, f_prime });
    }

    /// Runs `loop_` with this activation and the best instructions that the processor has.
    pub fn sweep<S: Sweep>(self, loop_: S) -> S::Output {
        match self {
            Self::Tanh => sweep_with::<vectorised::Tanh, S>(loop_),
            Self::Sigmoid => sweep_with::<vectorised::Sigmoid, S>(loop_),
            Self::Relu => sweep_with::<vectorised::Relu, S>(loop_),
            Self::LeakyRelu => sweep_with::<vectorised::LeakyRelu, S>(loop_),
            Self::Identity => sweep_with::<vectorised::Identity, S>(loop_),
            Self::Softsign => sweep_with::<vectorised::Softsign, S>(loop_),
            Self::Elu => sweep_with::<vectorised::Elu, S>(loop_),
            Self::Softplus => sweep_with::<vectorised::Softplus, S>(loop_),
            Self::HardTanh => sweep_with::<vectorised::HardTanh, S>(loop_),
            Self::Gelu => sweep_with::<vectorised::Gelu, S>(loop_),
            Self::Silu => sweep_with::<vectorised::Silu, S>(loop_),
        }
    }

    fn f_and_derivative(self, a: f64) -> (f64, f64) {
        let (mut o, mut f_prime) = ([0.0], [0.0]);
        self.evaluate(&[a], &mut o, &mut f_prime);
        (o[0], f_prime[0])
    }
}

/// Where the series of [`mills_ratio`] is good to the last bit.
const MILLS_FROM: f64 = 20.0;

/// Φ(−x) / φ(x) for x ≥ [`MILLS_FROM`], by its asymptotic series 1/x − 1/x³ + 3/x⁵ − 15/x⁷ + … (Abramowitz and
/// Stegun, 26.2.12). The error is less than the first term left out, 2·10⁹/x²¹ of 1/x.
fn mills_ratio(x: f64) -> f64 {
    let square = x * x;
    // From the last term inwards: 1 − 1/x² (1 − 3/x² (1 − 5/x² (…))).
    let sum = (0..10)
        .rev()
        .fold(1.0, |rest, k| 1.0 - f64::from(2 * k + 1) / square * rest);
    sum / x
}

/// The loop of [`Activation::evaluate`].
struct Evaluate<'a> {
    a: &'a [f64],
    o: &'a mut [f64],
    f_prime: &'a mut [f64],
}

impl Sweep for Evaluate<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel, const FUSED: bool>(self) {
        inlined_evaluate::<K, FUSED>(self.a, self.o, self.f_prime);
    }
}

/// [`Activation::evaluate`] within a [`Sweep`].
#[inline(always)]
pub(super) fn inlined_evaluate<K: Kernel, const FUSED: bool>(
    a: &[f64],
    o: &mut [f64],
    f_prime: &mut [f64],
) {
    for ((&a, o), f_prime) in a.iter().zip(o).zip(f_prime) {
        let response = K::respond::<FUSED>(a);
        (*o, *f_prime) = (response.o, response.f_prime);
    }
}

/// Replaces pre-activations by what the kernel makes of them, and writes its slopes, within a [`Sweep`].
#[inline(always)]
pub(super) fn respond<K: Kernel, const FUSED: bool>(a: &mut [f64], slopes: &mut [f64]) {
    for (a, slope) in a.iter_mut().zip(slopes) {
        let response = K::respond::<FUSED>(*a);
        (*a, *slope) = (response.o, response.f_prime);
    }
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
            let (o, f_prime) = Activation::Tanh.f_and_derivative(a);
            // 2 ulp: one exponential, one sum, one quotient.
            assert!((o - libm::tanh(a)).abs() <= 2.0 * f64::EPSILON * o.abs());
            let cosh = libm::cosh(a);
            assert!((f_prime * cosh * cosh - 1.0).abs() < 8.0 * f64::EPSILON * (1.0 + a.abs()));
            a += 0.037;
        }
        // 4 e^−200, where 1 − tanh² is 0.
        let expected = 4.0 * (-200.0_f64).exp();
        assert!((Activation::Tanh.f_prime(100.0) / expected - 1.0).abs() < 1e-13);
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
            (Activation::Softsign, 1e140),
        ] {
            let (negative, log10) = activation.underflowing_f_prime(a).unwrap();
            let f_prime = activation.f_prime(a);
            assert_eq!(negative, f_prime < 0.0, "{}", activation.name());
            // 280 decades are good to 280 ε, and f′ to 3 units in the last place.
            let close = (log10 - f_prime.abs().log10()).abs();
            assert!(close < 2e-13, "{}: {close}", activation.name());
        }
        // Φ(a) + a φ(a) from 60 digits, where f′ has lost its digits or is zero.
        for (a, expected) in [
            (-20.5, -90.344_496_286_350_65),
            (-36.0, -280.265_946_681_665_65),
            (-38.0, -312.380_222_925_856_3),
            (-40.0, -346.232_886_814_927_2),
            (-100.0, -2_169.871_542_877_716),
            (-1e4, -21_714_720.494_252_53),
        ] {
            let (negative, log10) = Activation::Gelu.underflowing_f_prime(a).unwrap();
            assert!(
                negative && (log10 / expected - 1.0).abs() < 4.0 * f64::EPSILON,
                "{a}"
            );
        }
        // Softsign′ = (1 + |a|)^−2 is below the smallest f64 from a = 10^162 on, and never zero.
        let (negative, log10) = Activation::Softsign.underflowing_f_prime(-1e200).unwrap();
        assert!(!negative && (log10 + 400.0).abs() < 1e-12);
        assert_eq!(Activation::Relu.underflowing_f_prime(-5.0), None);
        assert_eq!(Activation::HardTanh.underflowing_f_prime(5.0), None);
    }

    #[test]
    fn what_is_monotone_never_falls_and_the_others_do() {
        for activation in Activation::ALL {
            let places = (-10_000..=10_000).map(|place| f64::from(place) * 1e-3);
            let falls = places.into_iter().any(|a| activation.f_prime(a) < 0.0);
            assert_eq!(activation.is_monotone(), !falls, "{}", activation.name());
        }
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
