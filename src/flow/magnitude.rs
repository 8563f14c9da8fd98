//! Numbers as sign and log₁₀, because a product over ten thousand steps fits no float.
//!
//! Logarithms and powers are libm's here and wherever else they go into a number that is written: those of the system
//! have other last bits on another system, or on the same one a year later.

/// A number that may be far outside the range of `f64`.
///
/// Four outcomes of the arithmetic are kept apart: a finite number, an exact zero (a dead ReLU), an overflow
/// (∞), and NaN. A ratio of two gradients has a fifth, [`Undefined`](Self::Undefined): 0/0, where nothing
/// arrives that could be compared with what leaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Magnitude {
    /// ± 10^`log10`, with `log10` finite.
    Finite {
        /// Whether the number is below zero.
        negative: bool,
        /// log₁₀ of the absolute value.
        log10: f64,
    },
    /// Exactly zero.
    Zero,
    /// Infinite: some `f64` of the training arithmetic overflowed.
    Overflow {
        /// Whether it is −∞.
        negative: bool,
    },
    /// 0/0: what a step does to a gradient that is exactly zero already. Nothing is wrong with the
    /// arithmetic, there is just nothing to be seen.
    Undefined,
    /// Not a number.
    Nan,
}

impl Magnitude {
    /// The number 1.
    pub const ONE: Self = Self::Finite {
        negative: false,
        log10: 0.0,
    };

    /// The magnitude of an ordinary number.
    pub fn new(value: f64) -> Self {
        let negative = value < 0.0;
        if value.is_nan() {
            Self::Nan
        } else if value == 0.0 {
            Self::Zero
        } else if value.is_infinite() {
            Self::Overflow { negative }
        } else {
            Self::Finite {
                negative,
                log10: libm::log10(value.abs()),
            }
        }
    }

    /// The number from zero up whose log₁₀ is `log10`: zero for −∞.
    pub fn from_log10(log10: f64) -> Self {
        match log10 {
            f64::NEG_INFINITY => Self::Zero,
            f64::INFINITY => Self::Overflow { negative: false },
            log10 if log10.is_nan() => Self::Nan,
            log10 => Self::Finite {
                negative: false,
                log10,
            },
        }
    }

    /// log₁₀ of the absolute value of a finite, non-zero number; `None` for the other outcomes.
    pub fn log10(self) -> Option<f64> {
        match self {
            Self::Finite { log10, .. } => Some(log10),
            _ => None,
        }
    }

    /// Whether it is a number, zero among them.
    pub fn is_finite(self) -> bool {
        matches!(self, Self::Finite { .. } | Self::Zero)
    }

    /// Whether the number is below zero.
    pub fn is_negative(self) -> bool {
        matches!(
            self,
            Self::Finite { negative: true, .. } | Self::Overflow { negative: true }
        )
    }

    /// The absolute value.
    #[must_use]
    pub fn size(self) -> Self {
        match self {
            Self::Finite { log10, .. } => Self::Finite {
                negative: false,
                log10,
            },
            Self::Overflow { .. } => Self::Overflow { negative: false },
            other => other,
        }
    }

    /// The number as `f64`: zero or infinite where it does not fit.
    pub fn value(self) -> f64 {
        match self {
            Self::Finite { negative, log10 } => signed(negative, libm::pow(10.0, log10)),
            Self::Zero => 0.0,
            Self::Overflow { negative } => signed(negative, f64::INFINITY),
            Self::Undefined | Self::Nan => f64::NAN,
        }
    }

    /// The quotient of two numbers; undefined where `other` is 0, and NaN where it is not finite.
    #[must_use]
    pub fn over(self, other: Self) -> Self {
        match other {
            Self::Finite { negative, log10 } => self.times(Self::Finite {
                negative,
                log10: -log10,
            }),
            // Nothing set out: nothing can be said of what arrives.
            Self::Zero => Self::Undefined,
            Self::Overflow { .. } | Self::Undefined | Self::Nan => Self::Nan,
        }
    }

    /// The sum of two numbers, also where each of them is far below or above what `f64` holds.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        match (self, other) {
            (
                Self::Finite { negative, log10 },
                Self::Finite {
                    negative: other_is_negative,
                    log10: other,
                },
            ) => {
                // In units of the larger one.
                let unit = log10.max(other);
                let sum = signed(negative, libm::pow(10.0, log10 - unit))
                    + signed(other_is_negative, libm::pow(10.0, other - unit));
                Self::new(sum).times(Self::Finite {
                    negative: false,
                    log10: unit,
                })
            }
            (Self::Zero, only) | (only, Self::Zero) => only,
            (one @ Self::Overflow { .. }, Self::Finite { .. })
            | (Self::Finite { .. }, one @ Self::Overflow { .. }) => one,
            (one, other) => Self::new(one.value() + other.value()),
        }
    }

    /// The product of two numbers. 0 · ∞ is NaN, as in floating point. A zero times what is
    /// undefined is zero: a step that lets nothing through does so whatever arrives.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let negative = self.is_negative() != other.is_negative();
        match (self, other) {
            (Self::Finite { log10: a, .. }, Self::Finite { log10: b, .. }) => Self::Finite {
                negative,
                log10: a + b,
            },
            (Self::Nan, _)
            | (_, Self::Nan)
            | (Self::Zero, Self::Overflow { .. })
            | (Self::Overflow { .. }, Self::Zero) => Self::Nan,
            (Self::Zero, _) | (_, Self::Zero) => Self::Zero,
            (Self::Undefined, _) | (_, Self::Undefined) => Self::Undefined,
            (Self::Overflow { .. }, _) | (_, Self::Overflow { .. }) => Self::Overflow { negative },
        }
    }
}

fn signed(negative: bool, value: f64) -> f64 {
    if negative { -value } else { value }
}

/// A running product of many numbers. The logarithms are summed with Neumaier's compensation, so that
/// ten thousand factors cost no more accuracy than one.
#[derive(Clone, Copy, Debug)]
pub struct LogProduct {
    /// Everything but the logarithm: sign, zero, overflow, NaN. `log10` is not used.
    outcome: Magnitude,
    sum: f64,
    compensation: f64,
}

impl Default for LogProduct {
    fn default() -> Self {
        Self {
            outcome: Magnitude::ONE,
            sum: 0.0,
            compensation: 0.0,
        }
    }
}

impl LogProduct {
    /// Multiplies by one more factor.
    pub fn multiply(&mut self, factor: Magnitude) {
        if let Some(log10) = factor.log10() {
            let sum = self.sum + log10;
            self.compensation += if self.sum.abs() >= log10.abs() {
                (self.sum - sum) + log10
            } else {
                (log10 - sum) + self.sum
            };
            self.sum = sum;
        }
        self.outcome = self.outcome.times(match factor {
            Magnitude::Finite { negative, .. } => Magnitude::Finite {
                negative,
                log10: 0.0,
            },
            other => other,
        });
    }

    /// The product so far.
    pub fn product(&self) -> Magnitude {
        match self.outcome {
            Magnitude::Finite { negative, .. } => Magnitude::Finite {
                negative,
                log10: self.sum + self.compensation,
            },
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Beyond what `f64` holds, and where the two are alike but for their sign.
    #[test]
    fn a_sum_keeps_what_a_number_would_lose() {
        let ten_to = |log10: f64, negative| Magnitude::Finite { negative, log10 };
        for (one, other, expected) in [
            (
                ten_to(-400.0, false),
                ten_to(-400.0, false),
                ten_to(-400.0 + 2.0_f64.log10(), false),
            ),
            (
                ten_to(-400.0, false),
                ten_to(-401.0, true),
                ten_to(-400.0 + 0.9_f64.log10(), false),
            ),
            (
                ten_to(500.0, true),
                ten_to(-500.0, false),
                ten_to(500.0, true),
            ),
            (ten_to(-400.0, false), ten_to(-400.0, true), Magnitude::Zero),
            (Magnitude::Zero, ten_to(-9.0, true), ten_to(-9.0, true)),
        ] {
            for sum in [one.plus(other), other.plus(one)] {
                match (sum.log10(), expected.log10()) {
                    // Logarithms near 500 have 13 digits behind them.
                    (Some(sum), Some(expected)) => assert!((sum - expected).abs() < 1e-12),
                    _ => assert_eq!(sum, expected),
                }
                assert_eq!(sum.is_negative(), expected.is_negative());
            }
        }
        let infinite = Magnitude::new(f64::INFINITY);
        assert_eq!(infinite.plus(ten_to(3.0, true)), infinite);
        assert_eq!(
            infinite.plus(Magnitude::new(f64::NEG_INFINITY)),
            Magnitude::Nan
        );
    }

    proptest! {
        #[test]
        fn round_trip_and_product(a in proptest::num::f64::NORMAL, b in proptest::num::f64::NORMAL) {
            let back = Magnitude::new(a).value();
            // log₁₀ of a number near 1e±308 has 3 digits before the point, so 10^log10 is good to
            // about 308 · ln 10 · ε / 2 ≈ 8e-14; at the very end of the range it may round to ∞ or 0.
            prop_assert!((back / a - 1.0).abs() < 4e-13 || a.abs() > 1e307);
            let product = a * b;
            if product.is_normal() {
                let found = Magnitude::new(a).times(Magnitude::new(b));
                prop_assert!((found.log10().unwrap() - product.abs().log10()).abs() < 2e-13);
                prop_assert_eq!(found.is_negative(), product < 0.0);
            }
        }
    }

    #[test]
    fn the_four_outcomes_multiply_like_floats() {
        let samples = [2.0, -3.0, 0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
        for a in samples {
            for b in samples {
                let found = Magnitude::new(a).times(Magnitude::new(b)).value();
                let expected = a * b;
                assert!(
                    (found.is_nan() && expected.is_nan())
                        || found == expected
                        || (found / expected - 1.0).abs() < 1e-14,
                    "{a} · {b}: {found}"
                );
            }
        }
    }

    #[test]
    fn zero_wins_over_the_undefined_and_the_undefined_over_numbers() {
        let (zero, undefined) = (Magnitude::Zero, Magnitude::Undefined);
        for (a, b, product) in [
            (zero, undefined, zero),
            (Magnitude::new(-2.0), undefined, undefined),
            (Magnitude::new(f64::INFINITY), undefined, undefined),
            (Magnitude::Nan, undefined, Magnitude::Nan),
            (undefined, undefined, undefined),
        ] {
            assert_eq!(a.times(b), product);
            assert_eq!(b.times(a), product);
            let mut running = LogProduct::default();
            running.multiply(a);
            running.multiply(b);
            assert_eq!(running.product(), product);
        }
        assert!(undefined.value().is_nan() && undefined.log10().is_none());
    }

    #[test]
    fn ten_thousand_factors_lose_nothing() {
        let mut product = LogProduct::default();
        for _ in 0..9_999 {
            product.multiply(Magnitude::new(-0.3));
        }
        let expected = 9_999.0 * 0.3_f64.log10();
        let found = product.product();
        assert!(found.is_negative());
        assert!((found.log10().unwrap() / expected - 1.0).abs() < 1e-15);
        product.multiply(Magnitude::Zero);
        assert_eq!(product.product(), Magnitude::Zero);
    }
}
