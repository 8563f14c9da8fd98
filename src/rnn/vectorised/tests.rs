//! What the phase map needs of the kernels: that `exponent` and `slope` are f′, and stay in range.
//!
//! f and f′ themselves are tested in tests/activations.rs, against 60 digits.

use super::{Kernel, Outline, Response, Sweep, mantissa_and_exponent};
use crate::Activation;
use proptest::prelude::*;

/// Responds to every number of an array.
struct Evaluate<'a> {
    a: &'a [f64],
    /// Whether to go without fused multiply-add, as on a processor that has none.
    plain: bool,
}

impl Sweep for Evaluate<'_> {
    type Output = Vec<Response>;

    #[inline(always)]
    fn run<K: Kernel, const FUSED: bool>(self) -> Vec<Response> {
        let mut responses = Vec::with_capacity(self.a.len());
        for &a in self.a {
            responses.push(if self.plain {
                outlined(K::respond::<false>(a), K::outline::<false>(a))
            } else {
                outlined(K::respond::<FUSED>(a), K::outline::<FUSED>(a))
            });
        }
        responses
    }
}

/// o, exponent and slope of the outline beside the f′ of the whole response.
fn outlined(response: Response, outline: Outline) -> Response {
    Response {
        o: outline.o,
        f_prime: response.f_prime,
        exponent: outline.exponent,
        slope: outline.slope,
    }
}

/// Both signs of every size that `f64` has, and more where the functions bend.
fn arguments() -> Vec<f64> {
    let sizes = (-1074..1024).map(|k| 1.37 * 2.0_f64.powi(k));
    let grid = (0..6_000).map(|k| f64::from(k) * 0.007_3);
    let deep = (0..1_500).map(|k| 40.0 + f64::from(k) * 0.53);
    let positive: Vec<f64> = sizes.chain(grid).chain(deep).collect();
    positive.iter().flat_map(|&a| [a, -a]).collect()
}

/// Calls `check` for every activation and argument, with and without fused multiply-add.
fn for_every_response(arguments: &[f64], check: impl Fn(Activation, f64, Response)) {
    for activation in Activation::ALL {
        for plain in [false, true] {
            let a = arguments;
            let responses = activation.sweep(Evaluate { a, plain });
            for (&a, response) in arguments.iter().zip(responses) {
                check(activation, a, response);
            }
        }
    }
}

#[test]
fn exponent_and_slope_are_the_derivative() {
    for_every_response(&arguments(), |activation, a, response| {
        let name = activation.name();
        let expected = response.f_prime;
        if expected.abs() > 1e-280 && response.exponent.abs() < 600.0 {
            let found = response.exponent.exp() * response.slope;
            // Rounding the exponent to ε/2 of itself is as much of f′.
            let relative = f64::EPSILON * (8.0 + response.exponent.abs());
            // GELU′ and SiLU′ are the difference of two numbers below 1.13 each.
            let is_difference = matches!(activation, Activation::Gelu | Activation::Silu);
            let absolute = if is_difference {
                4.0 * f64::EPSILON
            } else {
                0.0
            };
            assert!(
                (found - expected).abs() <= relative * expected.abs() + absolute,
                "{name}′ of {a}: {found} for {expected}"
            );
        } else if let Some((negative, log10)) = activation.underflowing_f_prime(a) {
            let found = response.exponent + response.slope.abs().ln();
            let expected = log10 * std::f64::consts::LN_10;
            let tolerance = 4.0 * f64::EPSILON * expected.abs();
            assert!(
                (found - expected).abs() <= tolerance,
                "ln {name}′ of {a}: {found} for {expected}"
            );
            assert_eq!(response.slope < 0.0, negative, "{name}′ of {a}");
        } else if expected == 0.0 {
            assert_eq!(
                response.exponent.exp() * response.slope,
                0.0,
                "{name}′ of {a}"
            );
        } else {
            // What is left is softsign beyond 1e140: f′ = 1/a², for a² close to the end of f64 with few
            // digits, but the same ones.
            assert_eq!(activation, Activation::Softsign);
            assert_eq!(response.slope, expected, "{name}′ of {a}");
        }
    });
}

/// What pictures are drawn by is f to 8 ulp, but for GELU left of 0, where it is off by a² ε.
#[test]
fn the_state_of_an_outline_is_that_of_the_activation() {
    for_every_response(&arguments(), |activation, a, response| {
        let expected = activation.f(a);
        let relative = match activation {
            Activation::Gelu if a < 0.0 => (8.0 + a * a).min(1_600.0) * f64::EPSILON,
            _ => 8.0 * f64::EPSILON,
        };
        // Where e^x is subnormal it has fewer digits.
        let absolute = 3e-305;
        assert!(
            (response.o - expected).abs() <= relative * expected.abs() + absolute,
            "{} of {a}: {} for {expected}",
            activation.name(),
            response.o
        );
    });
}

proptest! {
    #[test]
    fn every_argument_gives_a_number(a in proptest::num::f64::ANY) {
        for_every_response(&[a], |activation, a, response| {
            let found = response.exponent.exp() * response.slope;
            assert_eq!(response.o.is_nan(), a.is_nan(), "{} of {a}", activation.name());
            assert!(!found.is_nan() || a.is_nan(), "{}′ of {a}", activation.name());
            assert!(!response.f_prime.is_nan() || a.is_nan(), "{}′ of {a}", activation.name());
            assert!(response.exponent <= 0.0 || a.is_nan());
        });
    }

    #[test]
    fn mantissa_and_exponent_are_the_number(value in proptest::num::f64::ANY) {
        let (mantissa, k) = mantissa_and_exponent(value);
        if value.is_nan() {
            prop_assert!(mantissa.is_nan() && k == 0.0);
        } else if value == 0.0 || value.is_infinite() {
            prop_assert!(mantissa == value && k == 0.0);
        } else {
            prop_assert!((1.0..2.0).contains(&mantissa.abs()));
            // In two halves, neither of which leaves the range; both products are exact.
            let half = (k / 2.0).trunc();
            let first = mantissa * 2.0_f64.powi(half as i32);
            prop_assert_eq!(first * 2.0_f64.powi((k - half) as i32), value);
        }
    }
}

/// The bounds that keep products in range, [`Kernel::SLOPES_IN_RANGE`].
#[test]
fn slopes_keep_to_their_range() {
    struct Range<'a>(&'a [f64]);

    impl Sweep for Range<'_> {
        type Output = ();

        fn run<K: Kernel, const FUSED: bool>(self) {
            for &a in self.0 {
                let slope = K::outline::<FUSED>(a).slope.abs();
                let product = slope.powi(K::SLOPES_IN_RANGE as i32);
                assert!(
                    slope == 0.0 || K::SLOPES_IN_RANGE == 1 || product.is_normal(),
                    "{a}: {slope}"
                );
            }
        }
    }

    for activation in Activation::ALL {
        activation.sweep(Range(&arguments()));
    }
}
