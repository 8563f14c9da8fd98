//! Norms that neither overflow nor underflow where the result itself does not.

use super::products::dot;

/// Numbers that are taken together, where their order does not matter.
const TOGETHER: usize = 8;

/// √Σ v², scaled so that it neither overflows nor underflows where the result itself does not. NaN if
/// any value is NaN.
pub fn norm(values: &[f64]) -> f64 {
    let largest = largest(values);
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    // The squares together, their sum in order.
    let (whole, rest) = values.as_chunks::<TOGETHER>();
    let mut sum = 0.0;
    for values in whole {
        for square in values.map(|value| (value / largest) * (value / largest)) {
            sum += square;
        }
    }
    for value in rest {
        sum += (value / largest) * (value / largest);
    }
    largest * sum.sqrt()
}

/// The largest of |v|; NaN if any is.
fn largest(values: &[f64]) -> f64 {
    let (whole, rest) = values.as_chunks::<TOGETHER>();
    let mut largest = [0.0_f64; TOGETHER];
    let mut is_nan = false;
    for values in whole {
        for (largest, value) in largest.iter_mut().zip(values) {
            is_nan |= value.is_nan();
            *largest = largest.max(value.abs());
        }
    }
    is_nan |= rest.iter().any(|value| value.is_nan());
    let all = largest
        .into_iter()
        .chain(rest.iter().map(|value| value.abs()));
    if is_nan {
        f64::NAN
    } else {
        all.fold(0.0, f64::max)
    }
}

/// ‖g‖ over sequences and units.
pub fn norm_over_batch(g: &[f64]) -> f64 {
    match g {
        [number] => number.abs(),
        g => root(dot(g, g), g),
    }
}

/// [`norm_over_batch`] of each `slab` of `gammas`, γ_0 to γ_n.
pub fn norms_over_batch(gammas: &[f64], slab: usize, norms: &mut [f64]) {
    for (norm, gamma) in norms.iter_mut().zip(gammas.chunks_exact(slab)) {
        *norm = norm_over_batch(gamma);
    }
}

/// √Σ g² from the `squares`, Σ g², where these neither overflow nor underflow.
pub fn root(squares: f64, g: &[f64]) -> f64 {
    if (1e-250..1e250).contains(&squares) {
        squares.sqrt()
    } else {
        norm(g)
    }
}

/// √(x² + y²), and NaN if one of them is NaN, which for `hypot` is ∞ beside ∞.
pub fn norm_of_both(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else {
        libm::hypot(x, y)
    }
}
