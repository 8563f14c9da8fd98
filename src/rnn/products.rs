//! The matrix products of the network, over row-major slices.

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};

/// Below this many multiplications a plain loop beats the blocked product, whose packing costs more
/// than it saves.
const SMALL: usize = 4096;

/// Up to this hidden size a weight gradient is summed by plain loops, for the same reason.
const SMALL_OUTER: usize = 16;

/// `out += x · wᵀ` for `x` and `out` of `rows` × H and a square `w` of H × H: W_h o for every row.
pub fn add_product_transposed(x: &[f64], w: &ArrayView2<'_, f64>, out: &mut [f64]) {
    let hidden = w.nrows();
    let rows = x.len() / hidden;
    match w.as_slice() {
        Some(w) if rows * hidden * hidden <= SMALL || rows == 1 => {
            for (x, out) in x.chunks_exact(hidden).zip(out.chunks_exact_mut(hidden)) {
                for (w, out) in w.chunks_exact(hidden).zip(out) {
                    *out += dot(w, x);
                }
            }
        }
        _ => multiply(view(x, hidden), w.t(), out, hidden),
    }
}

/// `out = x · w` for `x` and `out` of `rows` × H and a square `w` of H × H: W_hᵀ δ for every row.
pub fn product(x: &[f64], w: &ArrayView2<'_, f64>, out: &mut [f64]) {
    let hidden = w.nrows();
    let rows = x.len() / hidden;
    out.fill(0.0);
    match w.as_slice() {
        Some(w) if rows * hidden * hidden <= SMALL || rows == 1 => {
            for (x, out) in x.chunks_exact(hidden).zip(out.chunks_exact_mut(hidden)) {
                for (&x, w) in x.iter().zip(w.chunks_exact(hidden)) {
                    add_scaled(x, w, out);
                }
            }
        }
        _ => multiply(view(x, hidden), *w, out, hidden),
    }
}

/// `out += xᵀ · y` for `x` and `y` of `rows` × H and a square `out` of H × H: a recurrent weight gradient,
/// summed over rows.
pub fn add_outer_products(x: &[f64], y: &[f64], out: &mut ArrayViewMut2<'_, f64>) {
    let hidden = out.nrows();
    match out.as_slice_mut() {
        Some(out) if hidden <= SMALL_OUTER => {
            for (x, y) in x.chunks_exact(hidden).zip(y.chunks_exact(hidden)) {
                for (&x, out) in x.iter().zip(out.chunks_exact_mut(hidden)) {
                    add_scaled(x, y, out);
                }
            }
        }
        _ => general_mat_mul(1.0, &view(x, hidden).t(), &view(y, hidden), 1.0, out),
    }
}

/// `out += factor · x`, elementwise.
pub fn add_scaled(factor: f64, x: &[f64], out: &mut [f64]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out += factor * x;
    }
}

/// Four running sums, so that the additions need not wait for one another.
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (x4, x_rest) = x.as_chunks::<4>();
    let (y4, y_rest) = y.as_chunks::<4>();
    for (x, y) in x4.iter().zip(y4) {
        for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
            *sum += x * y;
        }
    }
    let rest: f64 = x_rest.iter().zip(y_rest).map(|(x, y)| x * y).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

fn view(values: &[f64], width: usize) -> ArrayView2<'_, f64> {
    // The callers' slices are whole rows, so the shape always fits.
    ArrayView2::from_shape((values.len() / width, width), values)
        .unwrap_or_else(|_| unreachable!("a slice of whole rows"))
}

fn multiply(x: ArrayView2<'_, f64>, w: ArrayView2<'_, f64>, out: &mut [f64], width: usize) {
    let rows = out.len() / width;
    let mut out = ArrayViewMut2::from_shape((rows, width), out)
        .unwrap_or_else(|_| unreachable!("a slice of whole rows"));
    general_mat_mul(1.0, &x, &w, 1.0, &mut out);
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    fn numbers(count: usize, phase: f64) -> Vec<f64> {
        (0..count).map(|i| (i as f64 * 0.7 + phase).sin()).collect()
    }

    /// Small and large shapes take different ways and must agree with ndarray's own product; 1e-12
    /// allows for a different order of at most 512 additions of numbers of size 1.
    #[test]
    fn both_ways_agree_with_the_plain_product() {
        for (rows, hidden) in [
            (1, 1),
            (3, 2),
            (5, 7),
            (16, 16),
            (16, 33),
            (2, 100),
            (1, 130),
        ] {
            let x = numbers(rows * hidden, 0.1);
            let w =
                Array2::from_shape_vec((hidden, hidden), numbers(hidden * hidden, 1.3)).unwrap();
            let x_array = Array2::from_shape_vec((rows, hidden), x.clone()).unwrap();
            let close = |found: &[f64], expected: &Array2<f64>| {
                found
                    .iter()
                    .zip(expected)
                    .all(|(a, b)| (a - b).abs() < 1e-12)
            };

            let mut out = vec![1.0; rows * hidden];
            add_product_transposed(&x, &w.view(), &mut out);
            assert!(close(&out, &(x_array.dot(&w.t()) + 1.0)));

            product(&x, &w.view(), &mut out);
            assert!(close(&out, &x_array.dot(&w)));

            let y = numbers(rows * hidden, 2.0);
            let mut outer = Array2::ones((hidden, hidden));
            add_outer_products(&x, &y, &mut outer.view_mut());
            let y_array = Array2::from_shape_vec((rows, hidden), y).unwrap();
            let expected = x_array.t().dot(&y_array) + 1.0;
            assert!(close(outer.as_slice().unwrap(), &expected));
        }
    }
}
