//! Each activation as a kernel.
//!
//! Sums and quotients keep what rounding took from them, and add it at the end: so an o is off by what two
//! roundings do, however many operations it takes.

use super::elementary::{
    DENSITY, DENSITY_LOW, Exponential, ShortReciprocal, left_of_zero, multiply_add, product_and,
    reciprocal, scaled_normal_tail, twice_artanh, two_product, two_sum,
};
use super::kernel::{Kernel, Outline, Response};
use super::{outlines, tanh_table};

/// Slope of leaky ReLU left of zero, as in PyTorch.
pub const LEAKY_SLOPE: f64 = 0.01;

/// tanh a
pub struct Tanh;

impl Kernel for Tanh {
    // 1 to 4
    const SLOPES_IN_RANGE: usize = 256;

    /// With e = e^(−2|a|): o = (1 − e)/(1 + e) and f′ = 4e/(1 + e)², which is not 1 − o²: that is 0 from
    /// |a| ≈ 19 on, and deep saturation is what this program is about.
    #[inline(always)]
    fn respond<const FUSED: bool>(a: f64) -> Response {
        let exponent = -2.0 * a.abs();
        let e = Exponential::of::<FUSED>(exponent);
        let (minus_one, minus_one_low) = e.plus::<FUSED>(-1.0);
        // 1 + e = 2 − (1 − e)
        let plus_one = 2.0 + minus_one;
        let plus_one_low = ((2.0 - plus_one) + minus_one) + minus_one_low;
        if !FUSED {
            let reciprocal = ShortReciprocal::of(plus_one, plus_one_low);
            let (fall, square) = mantissa_over_short_square(e, reciprocal);
            return Response {
                o: reciprocal.times(minus_one, minus_one_low).copysign(a),
                f_prime: ((4.0 * fall) * e.scaled) * Exponential::UNSCALE,
                exponent,
                slope: 4.0 * square,
            };
        }
        let (quotient, correction) = reciprocal::<FUSED>(plus_one, plus_one_low);
        // The correction of o does not wait for the division: 1/(1 + e) to 6 % is enough for it.
        let about = multiply_add::<FUSED>(-0.470_6, plus_one, 1.411_8);
        let ratio = minus_one * about;
        let low = multiply_add::<FUSED>(-(about * ratio), plus_one_low, about * minus_one_low);
        let (fall, square) = mantissa_over_square::<FUSED>(e, quotient, correction);
        Response {
            o: product_and::<FUSED>(minus_one, quotient, low).copysign(a),
            f_prime: ((4.0 * fall) * e.scaled) * Exponential::UNSCALE,
            exponent,
            slope: 4.0 * square,
        }
    }

    #[inline(always)]
    fn state<const FUSED: bool>(a: f64) -> f64 {
        tanh_table::tanh::<FUSED>(a)
    }

    #[inline(always)]
    fn outline<const FUSED: bool>(a: f64) -> Outline {
        outlines::tanh::<FUSED>(a)
    }
}

/// e/d² without its power of two, and 1/d², for 1/d = `quotient` (1 + `correction`).
#[inline(always)]
fn mantissa_over_square<const FUSED: bool>(
    e: Exponential,
    quotient: f64,
    correction: f64,
) -> (f64, f64) {
    let (mantissa, low) = e.mantissa();
    let square = quotient * quotient;
    let relative = multiply_add::<FUSED>(
        low,
        Exponential::about_one_over::<FUSED>(mantissa),
        2.0 * correction,
    );
    let corrected = product_and::<FUSED>(quotient, quotient, square * relative);
    (mantissa * corrected, square)
}

/// As [`mantissa_over_square`], where there is no fused multiply-add.
#[inline(always)]
fn mantissa_over_short_square(e: Exponential, reciprocal: ShortReciprocal) -> (f64, f64) {
    let (mantissa, low) = e.mantissa();
    let corrected = reciprocal.square(low * Exponential::about_one_over::<false>(mantissa));
    (mantissa * corrected, reciprocal.square(0.0))
}

/// σ(a) times 2¹²⁸ left of 0, with what rounding took from it, and all that it was made from.
struct Logistic {
    /// e^(−|a|)
    e: Exponential,
    /// 1/(1 + e^(−|a|))
    larger: f64,
    /// What is still to be added to `larger`, relative to it.
    correction: f64,
    /// σ(a), scaled left of 0.
    value: f64,
    /// What rounding took from `value`.
    low: f64,
    /// What to multiply `value` with.
    scale: f64,
}

impl Logistic {
    #[inline(always)]
    fn of<const FUSED: bool>(a: f64) -> Self {
        let e = Exponential::of::<FUSED>(-a.abs());
        let (divisor, divisor_low) = e.plus::<FUSED>(1.0);
        let (larger, correction) = reciprocal::<FUSED>(divisor, divisor_low);
        let (numerator, numerator_low, scale) = Self::numerator(e, a);
        let (value, low) = two_product::<FUSED>(numerator, larger);
        let low = low + multiply_add::<FUSED>(value, correction, numerator_low * larger);
        Self {
            e,
            larger,
            correction,
            value,
            low,
            scale,
        }
    }

    /// σ(a) (1 + e), scaled left of 0, what rounding took from it, and what to multiply it with.
    #[inline(always)]
    fn numerator(e: Exponential, a: f64) -> (f64, f64, f64) {
        let (mantissa, low) = e.mantissa();
        if a < 0.0 {
            (e.scaled * mantissa, e.scaled * low, Exponential::UNSCALE)
        } else {
            (1.0, 0.0, 1.0)
        }
    }

    /// σ(a)
    #[inline(always)]
    fn sigmoid(&self) -> f64 {
        (self.value + self.low) * self.scale
    }
}

/// σ(a)
pub struct Sigmoid;

impl Kernel for Sigmoid {
    // ¼ to 1
    const SLOPES_IN_RANGE: usize = 256;

    #[inline(always)]
    fn respond<const FUSED: bool>(a: f64) -> Response {
        let exponent = -a.abs();
        if !FUSED {
            let e = Exponential::of::<FUSED>(exponent);
            let (divisor, divisor_low) = e.plus::<FUSED>(1.0);
            let reciprocal = ShortReciprocal::of(divisor, divisor_low);
            let (fall, slope) = mantissa_over_short_square(e, reciprocal);
            let (numerator, numerator_low, scale) = Logistic::numerator(e, a);
            return Response {
                o: reciprocal.times(numerator, numerator_low) * scale,
                f_prime: fall * e.power,
                exponent,
                slope,
            };
        }
        let logistic = Logistic::of::<FUSED>(a);
        let (fall, slope) =
            mantissa_over_square::<FUSED>(logistic.e, logistic.larger, logistic.correction);
        Response {
            o: logistic.sigmoid(),
            f_prime: fall * logistic.e.power,
            exponent,
            slope,
        }
    }

    #[inline(always)]
    fn outline<const FUSED: bool>(a: f64) -> Outline {
        outlines::sigmoid::<FUSED>(a)
    }
}

/// max(0, a)
pub struct Relu;

impl Kernel for Relu {
    // 0 or 1
    const SLOPES_IN_RANGE: usize = 256;

    #[inline(always)]
    fn respond<const FUSED: bool>(a: f64) -> Response {
        piecewise(a, 0.0)
    }
}

/// max(0, a) + 0.01 min(0, a)
pub struct LeakyRelu;

impl Kernel for LeakyRelu {
    // 0.01 or 1
    const SLOPES_IN_RANGE: usize = 64;

    #[inline(always)]
    fn respond<const FUSED: bool>(a: f64) -> Response {
        piecewise(a, LEAKY_SLOPE)
    }
}

/// a right of zero, `left` · a left of it. 0 · −∞ is 0.
#[inline(always)]
fn piecewise(a: f64, left: f64) -> Response {
    let scaled = if left == 0.0 { 0.0 } else { left * a };
    let (o, slope) = if a > 0.0 { (a, 1.0) } else { (scaled, left) };
    let slope = if a.is_nan() { a } else { slope };
    Response {
        o: if a.is_nan() { a } else { o },
        f_prime: slope,
        exponent: 0.0,
        slope,
    }
}

/// a. The derivative is 1 whatever the argument, NaN too: a forward pass that has overflowed does not spoil
/// the product of a linear network.
pub struct Identity;

impl Kernel for Identity {
    // 1
    const SLOPES_IN_RANGE: usize = 256;

    #[inline(always)]
    fn respond<const FUSED: bool>(a: f64) -> Response {
        Response {
            o: a,
            f_prime: 1.0,
            exponent: 0.0,
            slope: 1.0,
        }
    }
}

/// a / (1 + |a|)
pub struct Softsign;

impl Kernel for Softsign {
    // Down to the smallest f64.
    const SLOPES_IN_RANGE: usize = 1;

    #[inline(always)]
    fn respond<const FUSED: bool>(a: f64) -> Response {
        /// From here on everything is divided by 2⁵¹², so that no square leaves the range.
        const LARGE: f64 = 2.582_249_878_086_908_6e120; // 2⁴⁰⁰
        const SMALLER: f64 = 7.458_340_731_200_207e-155; // 2⁻⁵¹²
        /// Its square does not leave the range, for what is left and for what is larger than 2⁻⁶⁴.
        const SCALE: f64 = 5.421_010_862_427_522e-20; // 2⁻⁶⁴
        let divisor = 1.0 + a.abs();
        let o = if a.abs() == f64::INFINITY {
            1.0
        } else {
            a.abs() / divisor
        };
        let is_large = a.abs() > LARGE;
        let (one, x) = if is_large {
            (SMALLER, SMALLER * a.abs().min(f64::MAX))
        } else {
            (1.0, a.abs())
        };
        let (sum, low) = two_sum(one, x);
        let sum = SCALE * sum;
        let square = multiply_add::<FUSED>(sum, sum, (2.0 * SCALE) * sum * low);
        let slope = (SCALE * (1.0 / square)) * SCALE;
        let slope = if a.abs() == f64::INFINITY { 0.0 } else { slope };
        Response {
            o: o.copysign(a),
            f_prime: if is_large {
                slope * SMALLER * SMALLER
            } else {
                slope
            },
            exponent: if is_large {
                -1024.0 * std::f64::consts::LN_2
            } else {
                0.0
            },
            slope,
        }
    }
}

/// a right of zero, e^a − 1 left of it
pub struct Elu;

impl Kernel for Elu {
    // 1
    const SLOPES_IN_RANGE: usize = 256;

    #[inline(always)]
    fn respond<const FUSED: bool>(a: f64) -> Response {
        let exponent = left_of_zero(a);
        let e = Exponential::of::<FUSED>(exponent);
        let (minus_one, _) = e.plus::<FUSED>(-1.0);
        let (mantissa, _) = e.mantissa();
        Response {
            o: if a > 0.0 { a } else { minus_one },
            f_prime: mantissa * e.power,
            exponent,
            slope: 1.0,
        }
    }
}

/// ln(1 + e^a)
pub struct Softplus;

impl Kernel for Softplus {
    // ½ to 1
    const SLOPES_IN_RANGE: usize = 256;

    #[inline(always)]
    fn respond<const FUSED: bool>(a: f64) -> Response {
        let logistic = Logistic::of::<FUSED>(a);
        let e = logistic.e;
        // ln(1 + e) = 2 artanh(e / (2 + e))
        let (divisor, divisor_low) = e.plus::<FUSED>(2.0);
        let (quotient, correction) = reciprocal::<FUSED>(divisor, divisor_low);
        let (mantissa, mantissa_low) = e.mantissa();
        let (w, w_low) = two_product::<FUSED>(e.power * mantissa, quotient);
        let from_numerator = (e.power * mantissa_low) * quotient;
        let w_low = w_low + multiply_add::<FUSED>(w, correction, from_numerator);
        Response {
            o: if a > 0.0 { a } else { 0.0 } + twice_artanh::<FUSED>(w, w_low),
            f_prime: logistic.sigmoid(),
            exponent: left_of_zero(a),
            slope: logistic.larger,
        }
    }

    #[inline(always)]
    fn outline<const FUSED: bool>(a: f64) -> Outline {
        outlines::softplus::<FUSED>(a)
    }
}

/// a cut off at −1 and 1
pub struct HardTanh;

impl Kernel for HardTanh {
    // 0 or 1
    const SLOPES_IN_RANGE: usize = 256;

    #[inline(always)]
    fn respond<const FUSED: bool>(a: f64) -> Response {
        let is_inside = a.abs() < 1.0;
        let cut = if is_inside { a } else { 1.0_f64.copysign(a) };
        let slope = if is_inside { 1.0 } else { 0.0 };
        let slope = if a.is_nan() { a } else { slope };
        Response {
            o: if a.is_nan() { a } else { cut },
            f_prime: slope,
            exponent: 0.0,
            slope,
        }
    }
}

/// a Φ(a)
pub struct Gelu;

impl Kernel for Gelu {
    // Up to 0.4 · 2³²; its zero is crossed in steps of 1e-17.
    const SLOPES_IN_RANGE: usize = 8;

    #[inline(always)]
    fn respond<const FUSED: bool>(a: f64) -> Response {
        /// Far beyond it e^(−a²/2) is 0, and log₁₀ of a factor a is nothing beside that of e^(−a²/2).
        const LARGEST: f64 = 4_294_967_296.0;
        let x = if a.abs() > LARGEST { LARGEST } else { a.abs() };
        // e^ makes what rounding takes from the square up to 745 times as large.
        let (square, square_low) = two_product::<FUSED>(-0.5 * x, x);
        let e = Exponential::of_sum::<FUSED>(square, square_low);
        let (mantissa, mantissa_low) = e.mantissa();
        let (tail, tail_low) = scaled_normal_tail::<FUSED>(x);
        // Φ(−x) without the power of two.
        let (smaller, low) = two_product::<FUSED>(mantissa, tail);
        let smaller_low = multiply_add::<FUSED>(
            mantissa,
            tail_low,
            multiply_add::<FUSED>(tail, mantissa_low, low),
        );
        // Φ(−x) − x φ(x), without the exponential part.
        let slope = multiply_add::<FUSED>(-DENSITY, x, tail);
        let slope_low = multiply_add::<FUSED>(-DENSITY_LOW, x, tail_low);
        let fall = multiply_add::<FUSED>(
            mantissa,
            slope,
            multiply_add::<FUSED>(mantissa, slope_low, mantissa_low * slope),
        );
        let left = -x * e.scaled;
        let larger = 1.0 - e.power * smaller;
        let larger_low = (1.0 - larger) - e.power * smaller;
        let larger_low = multiply_add::<FUSED>(-e.power, smaller_low, larger_low);
        let right = product_and::<FUSED>(x, larger, x * larger_low);
        let right = if a > LARGEST { a } else { right };
        Response {
            o: if a < 0.0 {
                product_and::<FUSED>(left, smaller, left * smaller_low) * Exponential::UNSCALE
            } else {
                right
            },
            f_prime: if a < 0.0 {
                (e.scaled * fall) * Exponential::UNSCALE
            } else {
                1.0 - e.power * fall
            },
            exponent: if a < 0.0 { -0.5 * a * a } else { 0.0 },
            slope: if a < 0.0 { slope } else { 1.0 - e.power * fall },
        }
    }

    #[inline(always)]
    fn outline<const FUSED: bool>(a: f64) -> Outline {
        outlines::gelu::<FUSED>(a)
    }
}

/// a σ(a)
pub struct Silu;

impl Kernel for Silu {
    // Up to 2⁶⁴; its zero is crossed in steps of 1e-16.
    const SLOPES_IN_RANGE: usize = 8;

    #[inline(always)]
    fn respond<const FUSED: bool>(a: f64) -> Response {
        /// Far beyond it e^(−|a|) is 0, and log₁₀ of a factor a is nothing beside that of e^(−|a|).
        const LARGEST: f64 = 18_446_744_073_709_551_616.0;
        let x = if a.abs() > LARGEST { LARGEST } else { a.abs() }.copysign(a);
        let logistic = Logistic::of::<FUSED>(x);
        let scale = logistic.scale;
        let o = product_and::<FUSED>(x, logistic.value, x * logistic.low) * scale;
        // f′ = σ(a) (1 + a σ(−a))
        let (mantissa, _) = logistic.e.mantissa();
        let numerator = if a < 0.0 {
            1.0
        } else {
            logistic.e.power * mantissa
        };
        let opposite = numerator * logistic.larger;
        let (product, product_low) = two_product::<FUSED>(x, opposite);
        let product_low = multiply_add::<FUSED>(product, logistic.correction, product_low);
        let (factor, factor_low) = two_sum(1.0, product);
        let factor_low = factor_low + product_low;
        let low = multiply_add::<FUSED>(logistic.value, factor_low, logistic.low * factor);
        Response {
            o: if a > LARGEST { a } else { o },
            f_prime: multiply_add::<FUSED>(logistic.value, factor, low) * scale,
            exponent: left_of_zero(a),
            slope: if a < 0.0 {
                logistic.larger * factor
            } else {
                logistic.value * factor
            },
        }
    }

    #[inline(always)]
    fn outline<const FUSED: bool>(a: f64) -> Outline {
        outlines::silu::<FUSED>(a)
    }
}
