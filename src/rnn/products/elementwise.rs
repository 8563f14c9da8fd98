//! What is done to two vectors number by number.

use super::tile::WIDTH;
use crate::vectorised::{Loop, multiply_add, run};

/// `out += factor · x`, elementwise.
pub fn add_scaled(factor: f64, x: &[f64], out: &mut [f64]) {
    run(AddScaled { factor, x, out });
}

/// Adds the rows of `x`, each as long as `out`, to `out`. Nothing if `out` is empty.
pub fn add_rows(x: &[f64], out: &mut [f64]) {
    match out {
        [] => {}
        [sum] => *sum += run(Sum(x)),
        out => run(AddRows { x, out }),
    }
}

/// `x · y`, the sum over all elements.
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    run(Dot { x, y })
}

/// As [`dot`], within a [`Loop`].
///
/// Sixteen running sums, so that the additions need not wait for one another. Their number is fixed, for
/// the same bits whatever the processor's vectors are.
#[inline(always)]
pub fn inlined_dot<const FUSED: bool>(x: &[f64], y: &[f64]) -> f64 {
    let mut sums = [0.0; WIDTH];
    let (x, x_rest) = x.as_chunks::<WIDTH>();
    let (y, y_rest) = y.as_chunks::<WIDTH>();
    for (x, y) in x.iter().zip(y) {
        for (sum, (&x, &y)) in sums.iter_mut().zip(x.iter().zip(y)) {
            *sum = multiply_add::<FUSED>(x, y, *sum);
        }
    }
    for (sum, (&x, &y)) in sums.iter_mut().zip(x_rest.iter().zip(y_rest)) {
        *sum = multiply_add::<FUSED>(x, y, *sum);
    }
    sums.iter().sum()
}

struct AddScaled<'a> {
    factor: f64,
    x: &'a [f64],
    out: &'a mut [f64],
}

impl Loop for AddScaled<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for (out, &x) in self.out.iter_mut().zip(self.x) {
            *out = multiply_add::<FUSED>(self.factor, x, *out);
        }
    }
}

struct AddRows<'a> {
    x: &'a [f64],
    out: &'a mut [f64],
}

impl Loop for AddRows<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for row in self.x.chunks_exact(self.out.len()) {
            for (sum, x) in self.out.iter_mut().zip(row) {
                *sum += x;
            }
        }
    }
}

/// With sixteen running sums, as in [`inlined_dot`].
struct Sum<'a>(&'a [f64]);

impl Loop for Sum<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        let mut sums = [0.0; WIDTH];
        let (x, rest) = self.0.as_chunks::<WIDTH>();
        for x in x {
            for (sum, x) in sums.iter_mut().zip(x) {
                *sum += x;
            }
        }
        for (sum, x) in sums.iter_mut().zip(rest) {
            *sum += x;
        }
        sums.iter().sum()
    }
}

struct Dot<'a> {
    x: &'a [f64],
    y: &'a [f64],
}

impl Loop for Dot<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        inlined_dot::<FUSED>(self.x, self.y)
    }
}
