//! The activations with as few operations as pictures need: o to about 5 ulp, and f′ as an exponential part and
//! the rest.
//!
//! A phase map takes millions of them; the two last bits of o would take twice the time and move no pixel.

use super::elementary::{
    DENSITY, Exponential, left_of_zero, ln_1p, multiply_add, scaled_normal_tail,
};
use super::kernel::Outline;

/// e^x for x ≤ 0 without what rounding took from it.
#[inline(always)]
fn exponential<const FUSED: bool>(x: f64) -> f64 {
    let e = Exponential::of::<FUSED>(x);
    multiply_add::<FUSED>(e.power, e.rest, e.power)
}

/// tanh a
#[inline(always)]
pub fn tanh<const FUSED: bool>(a: f64) -> Outline {
    let exponent = -2.0 * a.abs();
    let e = Exponential::of::<FUSED>(exponent);
    let minus_one = multiply_add::<FUSED>(e.power, e.rest, e.power - 1.0);
    let reciprocal = 1.0 / (2.0 + minus_one);
    Outline {
        o: (minus_one * reciprocal).copysign(a),
        exponent,
        slope: (2.0 * reciprocal) * (2.0 * reciprocal),
    }
}

/// σ(a)
#[inline(always)]
pub fn sigmoid<const FUSED: bool>(a: f64) -> Outline {
    let exponent = -a.abs();
    let e = exponential::<FUSED>(exponent);
    let larger = 1.0 / (1.0 + e);
    Outline {
        o: if a < 0.0 { e * larger } else { larger },
        exponent,
        slope: larger * larger,
    }
}

/// ln(1 + e^a)
#[inline(always)]
pub fn softplus<const FUSED: bool>(a: f64) -> Outline {
    let e = exponential::<FUSED>(-a.abs());
    Outline {
        o: if a > 0.0 { a } else { 0.0 } + ln_1p::<FUSED>(e),
        exponent: left_of_zero(a),
        slope: 1.0 / (1.0 + e),
    }
}

/// a Φ(a)
#[inline(always)]
pub fn gelu<const FUSED: bool>(a: f64) -> Outline {
    /// Far beyond it e^(−a²/2) is 0, and log₁₀ of a factor a is nothing beside that of e^(−a²/2).
    const LARGEST: f64 = 4_294_967_296.0;
    let x = if a.abs() > LARGEST { LARGEST } else { a.abs() };
    let e = exponential::<FUSED>(-0.5 * x * x);
    let (tail, _) = scaled_normal_tail::<FUSED>(x);
    // Φ(−x) − x φ(x), without the exponential part.
    let slope = multiply_add::<FUSED>(-DENSITY, x, tail);
    Outline {
        o: if a < 0.0 {
            -x * (e * tail)
        } else {
            a * (1.0 - e * tail)
        },
        exponent: if a < 0.0 { -0.5 * a * a } else { 0.0 },
        slope: if a < 0.0 { slope } else { 1.0 - e * slope },
    }
}

/// a σ(a)
#[inline(always)]
pub fn silu<const FUSED: bool>(a: f64) -> Outline {
    /// Far beyond it e^(−|a|) is 0, and log₁₀ of a factor a is nothing beside that of e^(−|a|).
    const LARGEST: f64 = 18_446_744_073_709_551_616.0;
    let x = if a.abs() > LARGEST { LARGEST } else { a.abs() };
    let e = exponential::<FUSED>(-x);
    let larger = 1.0 / (1.0 + e);
    let smaller = e * larger;
    // f′ = σ(a) (1 + a σ(−a))
    let right = multiply_add::<FUSED>(x, smaller, 1.0);
    let left = multiply_add::<FUSED>(-x, larger, 1.0);
    Outline {
        o: if a < 0.0 { -x * smaller } else { a * larger },
        exponent: left_of_zero(a),
        slope: larger * if a < 0.0 { left } else { right },
    }
}
