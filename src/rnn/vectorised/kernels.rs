//! Each activation as a kernel. The formulas are those of [`Activation`](crate::rnn::Activation).

use super::elementary::{Exponential, ln_1p, multiply_add, scaled_normal_tail};
use super::{Kernel, Response};
use crate::rnn::activation::LEAKY_SLOPE;

/// `a` where it is below zero (or NaN), else 0: the exponent of a function whose f′ falls off on the left.
#[inline(always)]
fn left_of_zero(a: f64) -> f64 {
    if a > 0.0 { 0.0 } else { a }
}

/// tanh a
pub struct Tanh;

impl Kernel for Tanh {
    // 1 to 4
    const SLOPES_IN_RANGE: usize = 256;

    #[inline(always)]
    fn respond<const FUSED: bool>(a: f64) -> Response {
        let exponent = -2.0 * a.abs();
        let minus_one = Exponential::of::<FUSED>(exponent).minus_one::<FUSED>();
        let reciprocal = 1.0 / (2.0 + minus_one);
        Response {
            o: (minus_one * reciprocal).copysign(a),
            exponent,
            slope: (2.0 * reciprocal) * (2.0 * reciprocal),
        }
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
        let e = Exponential::of::<FUSED>(exponent).value::<FUSED>();
        let larger = 1.0 / (1.0 + e);
        Response {
            o: if a < 0.0 { e * larger } else { larger },
            exponent,
            slope: larger * larger,
        }
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
    Response {
        o: if a.is_nan() { a } else { o },
        exponent: 0.0,
        slope: if a.is_nan() { a } else { slope },
    }
}

/// a
pub struct Identity;

impl Kernel for Identity {
    // 1
    const SLOPES_IN_RANGE: usize = 256;

    #[inline(always)]
    fn respond<const FUSED: bool>(a: f64) -> Response {
        Response {
            o: a,
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
        let reciprocal = 1.0 / (1.0 + a.abs());
        let is_infinite = a.abs() == f64::INFINITY;
        Response {
            o: if is_infinite {
                1.0
            } else {
                a.abs() * reciprocal
            }
            .copysign(a),
            exponent: 0.0,
            slope: reciprocal * reciprocal,
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
        let minus_one = Exponential::of::<FUSED>(exponent).minus_one::<FUSED>();
        Response {
            o: if a > 0.0 { a } else { minus_one },
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
        let e = Exponential::of::<FUSED>(-a.abs()).value::<FUSED>();
        Response {
            o: if a > 0.0 { a } else { 0.0 } + ln_1p::<FUSED>(e),
            exponent: left_of_zero(a),
            slope: 1.0 / (1.0 + e),
        }
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
        Response {
            o: if a.is_nan() { a } else { cut },
            exponent: 0.0,
            slope: if a.is_nan() { a } else { slope },
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
        /// 1/√(2π)
        const DENSITY: f64 = 0.398_942_280_401_432_7;
        let x = if a.abs() > LARGEST { LARGEST } else { a.abs() };
        let square = -0.5 * x * x;
        let e = Exponential::of::<FUSED>(square).value::<FUSED>();
        // What rounding took from the square, which e^ makes up to 708 times as large.
        let lost = if FUSED {
            (-0.5 * x).mul_add(x, -square)
        } else {
            0.0
        };
        let e = multiply_add::<FUSED>(e, lost, e);
        let tail = scaled_normal_tail::<FUSED>(x);
        // Φ(−x) − x φ(x), without the exponential part.
        let slope = multiply_add::<FUSED>(-DENSITY, x, tail);
        Response {
            o: if a < 0.0 {
                -x * (e * tail)
            } else {
                a * (1.0 - e * tail)
            },
            exponent: if a < 0.0 { -0.5 * a * a } else { 0.0 },
            slope: if a < 0.0 { slope } else { 1.0 - e * slope },
        }
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
        let x = if a.abs() > LARGEST { LARGEST } else { a.abs() };
        let e = Exponential::of::<FUSED>(-x).value::<FUSED>();
        let larger = 1.0 / (1.0 + e);
        let smaller = e * larger;
        // f′ = σ(a) (1 + a σ(−a))
        let right = multiply_add::<FUSED>(x, smaller, 1.0);
        let left = multiply_add::<FUSED>(-x, larger, 1.0);
        Response {
            o: if a < 0.0 { -x * smaller } else { a * larger },
            exponent: left_of_zero(a),
            slope: larger * if a < 0.0 { left } else { right },
        }
    }
}
