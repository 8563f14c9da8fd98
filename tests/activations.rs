//! The activations against tests/reference/activations.json, which was computed with 60 digits.

use std::collections::HashMap;

use bptt_scope::rnn::Activation;
use bptt_scope::rnn::vectorised::{Kernel, Response, Sweep};

/// a, f(a), its rounding error in units of its last place, f′(a), its rounding error.
type Row = [f64; 5];

fn reference() -> Vec<(Activation, Vec<Row>)> {
    let text = include_str!("reference/activations.json");
    let tables: HashMap<Activation, Vec<Row>> = serde_json::from_str(text).unwrap();
    assert_eq!(tables.len(), Activation::ALL.len());
    tables.into_iter().collect()
}

/// Responds to every argument.
struct Respond<'a> {
    a: &'a [f64],
    /// Whether to go without fused multiply-add, as on a processor that has none.
    plain: bool,
}

impl Sweep for Respond<'_> {
    type Output = Vec<Response>;

    #[inline(always)]
    fn run<K: Kernel, const FUSED: bool>(self) -> Vec<Response> {
        let mut responses = Vec::with_capacity(self.a.len());
        for &a in self.a {
            responses.push(if self.plain {
                K::respond::<false>(a)
            } else {
                K::respond::<FUSED>(a)
            });
        }
        responses
    }
}

/// How many units in the last place `found` is off `exact` + `low` ulp.
fn error(found: f64, exact: f64, low: f64) -> f64 {
    let ulp = exact.abs().next_up() - exact.abs();
    // The quotient is exact, for a subnormal number too.
    ((found - exact) / ulp - low).abs()
}

/// Calls `check` with and without fused multiply-add.
fn for_every_row(check: impl Fn(Activation, &Row, Response)) {
    for (activation, rows) in reference() {
        let a: Vec<f64> = rows.iter().map(|row| row[0]).collect();
        for plain in [false, true] {
            let responses = activation.sweep(Respond { a: &a, plain });
            for (row, response) in rows.iter().zip(responses) {
                check(activation, row, response);
            }
        }
    }
}

/// 2 ulp, subnormal results included; the largest errors found are in the documentation of `vectorised`.
#[test]
fn the_state_is_within_two_units_in_the_last_place() {
    for_every_row(|activation, &[a, exact, low, ..], response| {
        let off = error(response.o, exact, low);
        let name = activation.name();
        assert!(
            off <= 2.0,
            "{name} of {a:?}: {} is {off} ulp off",
            response.o
        );
        let is_tanh_like = matches!(
            activation,
            Activation::Tanh | Activation::Softsign | Activation::Identity | Activation::HardTanh
        );
        if is_tanh_like {
            assert_eq!(
                response.o.is_sign_negative(),
                a.is_sign_negative(),
                "{name} of {a:?}"
            );
        }
    });
}

/// The way to o for loops that wait for it.
#[test]
fn the_state_that_is_waited_for_is_as_good() {
    struct States<'a> {
        a: &'a [f64],
        plain: bool,
    }

    impl Sweep for States<'_> {
        type Output = Vec<f64>;

        #[inline(always)]
        fn run<K: Kernel, const FUSED: bool>(self) -> Vec<f64> {
            let mut states = Vec::with_capacity(self.a.len());
            for &a in self.a {
                states.push(if self.plain {
                    K::state::<false>(a)
                } else {
                    K::state::<FUSED>(a)
                });
            }
            states
        }
    }

    for (activation, rows) in reference() {
        let mut a: Vec<f64> = rows.iter().map(|row| row[0]).collect();
        a.extend([f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 0.0, -0.0]);
        for plain in [false, true] {
            let states = activation.sweep(States { a: &a, plain });
            let responses = activation.sweep(Respond { a: &a, plain });
            let name = activation.name();
            for (row, state) in rows.iter().zip(&states) {
                let off = error(*state, row[1], row[2]);
                assert!(
                    off <= 2.0,
                    "{name} of {:?}: {state} is {off} ulp off",
                    row[0]
                );
            }
            for (place, state) in states.iter().enumerate().skip(rows.len()) {
                let expected = responses[place].o;
                let same = state.to_bits() == expected.to_bits();
                assert!(
                    same || (state.is_nan() && expected.is_nan()),
                    "{name} of {:?}",
                    a[place]
                );
            }
        }
    }
}

/// 3 ulp, but for GELU′ and SiLU′ near the zero where they change their sign: they are the difference of two
/// numbers there, and 4e-16 is 2 ulp of the larger one.
#[test]
fn the_derivative_is_within_three_units_in_the_last_place() {
    for_every_row(|activation, &[a, _, _, exact, low], response| {
        let zero = match activation {
            Activation::Gelu => -0.751_791_524_693_564_5,
            Activation::Silu => -1.278_464_542_761_074,
            _ => f64::INFINITY,
        };
        let off = error(response.f_prime, exact, low);
        let is_good = if (a - zero).abs() < 1.0 {
            (response.f_prime - exact).abs() <= 4e-16
        } else {
            off <= 3.0
        };
        let name = activation.name();
        assert!(
            is_good,
            "{name}′ of {a:?}: {} is {off} ulp off",
            response.f_prime
        );
    });
}

/// An array of any length, whatever its vectors, gives what one number gives, to the bit.
#[test]
fn one_number_gives_the_bits_of_an_array() {
    for (activation, rows) in reference() {
        let mut a: Vec<f64> = rows.iter().map(|row| row[0]).collect();
        a.extend([f64::INFINITY, f64::NEG_INFINITY]);
        let (mut o, mut f_prime) = (vec![0.0; a.len()], vec![0.0; a.len()]);
        activation.evaluate(&a, &mut o, &mut f_prime);
        for ((&a, o), f_prime) in a.iter().zip(o).zip(f_prime) {
            let name = activation.name();
            assert_eq!(activation.f(a).to_bits(), o.to_bits(), "{name} of {a:?}");
            assert_eq!(
                activation.f_prime(a).to_bits(),
                f_prime.to_bits(),
                "{name}′ of {a:?}"
            );
        }
    }
}

/// f and f′ of −∞, ∞, −0, 0 and NaN.
#[test]
fn special_arguments() {
    use Activation::*;
    const NAN: f64 = f64::NAN;
    const INFINITY: f64 = f64::INFINITY;
    let arguments = [-INFINITY, INFINITY, -0.0, 0.0, NAN];
    let ln_2 = std::f64::consts::LN_2;
    let expected = [
        (Tanh, [-1.0, 1.0, 0.0, 0.0, NAN], [0.0, 0.0, 1.0, 1.0, NAN]),
        (
            Sigmoid,
            [0.0, 1.0, 0.5, 0.5, NAN],
            [0.0, 0.0, 0.25, 0.25, NAN],
        ),
        (
            Relu,
            [0.0, INFINITY, 0.0, 0.0, NAN],
            [0.0, 1.0, 0.0, 0.0, NAN],
        ),
        (
            LeakyRelu,
            [-INFINITY, INFINITY, 0.0, 0.0, NAN],
            [0.01, 1.0, 0.01, 0.01, NAN],
        ),
        (Identity, [-INFINITY, INFINITY, 0.0, 0.0, NAN], [1.0; 5]),
        (
            Softsign,
            [-1.0, 1.0, 0.0, 0.0, NAN],
            [0.0, 0.0, 1.0, 1.0, NAN],
        ),
        (
            Elu,
            [-1.0, INFINITY, 0.0, 0.0, NAN],
            [0.0, 1.0, 1.0, 1.0, NAN],
        ),
        (
            Softplus,
            [0.0, INFINITY, ln_2, ln_2, NAN],
            [0.0, 1.0, 0.5, 0.5, NAN],
        ),
        (
            HardTanh,
            [-1.0, 1.0, 0.0, 0.0, NAN],
            [0.0, 0.0, 1.0, 1.0, NAN],
        ),
        (
            Gelu,
            [0.0, INFINITY, 0.0, 0.0, NAN],
            [0.0, 1.0, 0.5, 0.5, NAN],
        ),
        (
            Silu,
            [0.0, INFINITY, 0.0, 0.0, NAN],
            [0.0, 1.0, 0.5, 0.5, NAN],
        ),
    ];
    let is_close = |found: f64, expected: f64| {
        // One unit, for ln 2 and the halves of GELU and SiLU.
        found == expected
            || (found.is_nan() && expected.is_nan())
            || (found - expected).abs() <= f64::EPSILON * expected.abs()
    };
    for (activation, o, f_prime) in expected {
        for plain in [false, true] {
            let found = activation.sweep(Respond {
                a: &arguments,
                plain,
            });
            for (k, found) in found.iter().enumerate() {
                let what = format!("{} of {:?}: {found:?}", activation.name(), arguments[k]);
                assert!(is_close(found.o, o[k]), "{what}");
                assert!(is_close(found.f_prime, f_prime[k]), "{what}");
            }
        }
    }
}
