//! Singular values by a reduction and a bisection that both end, whatever the numbers are, and that can
//! be interrupted on the way.
//!
//! A matrix of 512 × 512 keeps the usual iterations busy for a good part of a second without a place to
//! stop at, and nothing bounds how often they sweep over the strongly graded matrices that long products
//! are. Here Householder reflections make the matrix bidiagonal (Golub and Kahan, *Calculating the
//! singular values and pseudo-inverse of a matrix*, 1965), and counting singular values below a number
//! finds each of them.

use nalgebra::DMatrix;

use crate::rnn::{Interrupt, Interrupted};

/// Halvings after which a bisection ends: from 10^12 down to the smallest value that is not negligible, and
/// then to its last bit.
const MOST_HALVINGS: usize = 300;

/// Singular values below this are 0: next to entries near 1 they are far below what rounding has left in
/// any product.
const NEGLIGIBLE: f64 = 1e-60;

/// Pivots closer to zero than this are taken for this; it moves a singular value of a matrix whose
/// entries are near 1 by less than 10^−100.
const SMALLEST_PIVOT: f64 = 1e-200;

/// Shorter columns are taken for zero: the squares of what is in them underflow, and a reflection made of
/// such squares would not keep the length of the others.
const SHORTEST: f64 = 1e-140;

/// An upper bidiagonal matrix that has the singular values of the matrix it was made of, to about
/// H ε σ₁ each: orthogonal transformations are backward stable (Golub and Van Loan, *Matrix
/// computations*, 4th ed., § 5.4.8).
#[derive(Clone, Debug)]
pub struct Bidiagonal {
    /// Squares of the diagonal.
    diagonal: Vec<f64>,
    /// Squares of what stands right of the diagonal, one fewer.
    above: Vec<f64>,
}

impl Bidiagonal {
    /// Reduces a square `matrix` of finite entries of which the largest is near 1.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn of(mut matrix: DMatrix<f64>, interrupt: &Interrupt) -> Result<Self, Interrupted> {
        let size = matrix.nrows();
        let mut diagonal = Vec::with_capacity(size);
        let mut above = Vec::with_capacity(size);
        let mut row = vec![0.0; size];
        let mut products = vec![0.0; size];
        for i in 0..size {
            interrupt.check()?;
            // One slice, column after column: the columns from the i-th on.
            let rest = &mut matrix.as_mut_slice()[i * size..];
            let (column, rest) = rest.split_at_mut(size);
            let reflector = &mut column[i..];
            diagonal.push(reflect(reflector).powi(2));
            for other in rest.chunks_exact_mut(size) {
                add_scaled(-dot(reflector, &other[i..]), reflector, &mut other[i..]);
            }
            if rest.is_empty() {
                break;
            }
            let row = &mut row[i + 1..];
            for (value, other) in row.iter_mut().zip(rest.chunks_exact(size)) {
                *value = other[i];
            }
            above.push(reflect(row).powi(2));
            // The part below the i-th row, times the reflection from the right.
            let products = &mut products[i + 1..];
            products.fill(0.0);
            for (&value, other) in row.iter().zip(rest.chunks_exact(size)) {
                add_scaled(value, &other[i + 1..], products);
            }
            for (&value, other) in row.iter().zip(rest.chunks_exact_mut(size)) {
                add_scaled(-value, products, &mut other[i + 1..]);
            }
        }
        Ok(Self { diagonal, above })
    }

    /// σ₁.
    pub fn largest(&self) -> f64 {
        self.singular_value(0, self.bound())
    }

    /// Every singular value, the largest first. One that is below 10^−60 is 0.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn all(&self, interrupt: &Interrupt) -> Result<Vec<f64>, Interrupted> {
        let mut values = Vec::with_capacity(self.diagonal.len());
        let mut high = self.bound();
        for index in 0..self.diagonal.len() {
            interrupt.check()?;
            let value = self.singular_value(index, high);
            // The next one is no larger. A bisection stops next to the value and not on it, hence a
            // little more, and the order has to be kept by hand.
            values.push(values.last().map_or(value, |&last: &f64| value.min(last)));
            high = value * (1.0 + 4.0 * f64::EPSILON);
        }
        Ok(values)
    }

    /// √‖BᵀB‖_∞ ≥ σ₁, and a little for rounding.
    fn bound(&self) -> f64 {
        let mut largest = 0.0_f64;
        let mut left = 0.0;
        let mut previous = 0.0;
        for (i, &d) in self.diagonal.iter().enumerate() {
            let right = (d * self.above.get(i).copied().unwrap_or(0.0)).sqrt();
            largest = largest.max(d + previous + left + right);
            left = right;
            previous = self.above.get(i).copied().unwrap_or(0.0);
        }
        largest.sqrt() * (1.0 + 1e-12)
    }

    /// The singular value that `index` others are above, by bisection between 0 and `high`.
    fn singular_value(&self, index: usize, mut high: f64) -> f64 {
        let at_most = self.diagonal.len() - 1 - index;
        let mut low = 0.0;
        for _ in 0..MOST_HALVINGS {
            if high < NEGLIGIBLE {
                return 0.0;
            }
            let middle = 0.5 * (low + high);
            if self.count_below(middle) > at_most {
                high = middle;
            } else {
                low = middle;
            }
            if high - low <= 2.0 * f64::EPSILON * high {
                break;
            }
        }
        0.5 * (low + high)
    }

    /// How many singular values are below `x`: as many as BᵀB − x² = L D Lᵀ has negative pivots
    /// (Sylvester). The pivots come from B itself, by the differential form of the factorisation, whose
    /// rounding is a change of B's entries by a few ε (Fernando and Parlett, *Accurate singular values
    /// and differential qd algorithms*, 1994).
    fn count_below(&self, x: f64) -> usize {
        let square = x * x;
        let mut count = 0;
        let mut shift = -square;
        let above = self.above.iter().chain([&0.0]);
        for (&d, &e) in self.diagonal.iter().zip(above) {
            let mut pivot = d + shift;
            if pivot.abs() < SMALLEST_PIVOT {
                pivot = -SMALLEST_PIVOT;
            }
            count += usize::from(pivot < 0.0);
            shift = shift / pivot * e - square;
        }
        count
    }
}

/// Makes of `x` the vector v for which (1 − v vᵀ) x has a first entry alone, and returns the size of
/// that entry. v is zero where x as good as is.
fn reflect(x: &mut [f64]) -> f64 {
    let length = dot(x, x).sqrt();
    if length < SHORTEST {
        x.fill(0.0);
        return 0.0;
    }
    // Away from zero, so that nothing cancels: ‖x + sign(x₁)‖x‖ e₁‖² = 2 ‖x‖ (‖x‖ + |x₁|).
    let first = x[0].abs();
    x[0] += length.copysign(x[0]);
    let factor = (length * (length + first)).sqrt().recip();
    x.iter_mut().for_each(|value| *value *= factor);
    length
}

/// `out += factor · x`.
fn add_scaled(factor: f64, x: &[f64], out: &mut [f64]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out += factor * x;
    }
}

/// Eight running sums, so that the additions need not wait for one another.
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (x8, x_rest) = x.as_chunks::<8>();
    let (y8, y_rest) = y.as_chunks::<8>();
    for (x, y) in x8.iter().zip(y8) {
        for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
            *sum += x * y;
        }
    }
    let rest: f64 = x_rest.iter().zip(y_rest).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::rnn::largest_singular_value;

    /// Numbers without a pattern.
    fn scattered(size: usize, seed: f64) -> DMatrix<f64> {
        DMatrix::from_fn(size, size, |i, j| {
            ((i * size + j) as f64 * 12.9898 + seed).sin() * 43.7 % 1.0
        })
    }

    fn values(matrix: &DMatrix<f64>) -> Vec<f64> {
        let interrupt = Interrupt::default();
        let bidiagonal = Bidiagonal::of(matrix.clone(), &interrupt).unwrap();
        let values = bidiagonal.all(&interrupt).unwrap();
        assert_eq!(values[0], bidiagonal.largest());
        assert!(values.windows(2).all(|pair| pair[0] >= pair[1]));
        values
    }

    /// Two other algorithms: the eigenvalues of the Gram matrix for the largest value, nalgebra's
    /// iteration for all. Both are good to H ε σ₁; 1e-13 is five times that at H = 100.
    #[test]
    fn other_algorithms_find_the_same() {
        for size in [1, 2, 3, 7, 8, 20, 100] {
            let matrix = scattered(size, 0.3);
            let found = values(&matrix);
            let array = Array2::from_shape_fn((size, size), |(i, j)| matrix[(i, j)]);
            assert!((found[0] / largest_singular_value(&array) - 1.0).abs() < 1e-13);
            let mut expected = matrix.singular_values().as_slice().to_vec();
            expected.sort_by(|a, b| b.total_cmp(a));
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-13 * found.max(1.0), "{size}");
            }
        }
    }

    /// What an iteration may sweep over for ever: zeros, blocks of equal values, entries at the end of
    /// `f64`, many orders of magnitude in one matrix.
    #[test]
    fn graded_and_degenerate_matrices_end() {
        assert_eq!(values(&DMatrix::zeros(4, 4)), [0.0; 4]);
        // The halving ends within 2 ε of the value.
        let close = |found: f64, expected: f64| (found / expected - 1.0).abs() < 1e-14;
        assert!(close(values(&DMatrix::from_element(1, 1, -0.5))[0], 0.5));
        assert!(
            values(&DMatrix::identity(9, 9))
                .iter()
                .all(|&v| close(v, 1.0))
        );
        let ones = values(&DMatrix::from_element(6, 6, 1.0));
        assert!(close(ones[0], 6.0) && ones[1] < 1e-14);

        let graded = DMatrix::from_fn(12, 12, |i, j| {
            10.0_f64.powi(-29 * i as i32) * scattered(12, 1.0)[(i, j)]
        });
        let norm = graded.row(0).norm();
        assert!(close(values(&graded)[0], norm));
        // Columns whose squares underflow, next to one that counts.
        let mut tiny = DMatrix::from_element(5, 5, 3e-162);
        tiny[(2, 3)] = 1.0;
        assert!(close(values(&tiny)[0], 1.0));
        // A diagonal loses nothing, down to 10^−60.
        let diagonal = DMatrix::from_fn(4, 4, |i, j| {
            if i == j {
                [1e-30, 1.0, 1e-80, 1e-7][i]
            } else {
                0.0
            }
        });
        let found = values(&diagonal);
        assert!(close(found[0], 1.0) && close(found[1], 1e-7) && close(found[2], 1e-30));
        assert_eq!(found[3], 0.0);
    }

    #[test]
    fn a_raised_interrupt_stops_it() {
        let interrupt = Interrupt::default();
        let bidiagonal = Bidiagonal::of(scattered(5, 0.0), &interrupt).unwrap();
        interrupt.raise();
        assert!(Bidiagonal::of(scattered(5, 0.0), &interrupt).is_err());
        assert!(bidiagonal.all(&interrupt).is_err());
    }
}
