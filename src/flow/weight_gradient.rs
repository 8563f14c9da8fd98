//! A weight's gradient and its summands, one for each timestep.

use ndarray::{Array2, ArrayView1, ArrayView2};

use super::Magnitude;
use crate::rnn::norm;

/// One summand of a weight gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// The number itself for one weight; the Frobenius norm of the matrix for more.
    pub magnitude: Magnitude,
    /// ⟨term, sum⟩ / ‖sum‖²: the part of the sum that comes from this timestep. All shares together
    /// are 1; one is negative where its term pulls against the sum. NaN if the sum is zero or not
    /// finite.
    pub share: f64,
}

/// The gradient of one weight or of a matrix of weights, of which [`Term`]s are the summands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightGradient {
    /// The number for one weight, otherwise the Frobenius norm.
    pub magnitude: Magnitude,
    /// Whether it is one weight. Then the terms add up to `magnitude`; those of a matrix are matrices of their
    /// own, and what is said of them and of their sum is their size.
    pub is_number: bool,
}

impl WeightGradient {
    /// Of the gradient's numbers.
    pub(super) fn of(numbers: &[f64]) -> Self {
        Self {
            magnitude: norm_or_number(numbers),
            is_number: numbers.len() == 1,
        }
    }
}

/// The number itself where there is one only, otherwise the norm.
pub fn norm_or_number(values: &[f64]) -> Magnitude {
    match values {
        [number] => Magnitude::new(*number),
        _ => Magnitude::new(norm(values)),
    }
}

/// [`bilinear`] of many pairs, for which each number of `gradient` is read once.
pub fn bilinear_at_once<'a>(
    deltas: impl Iterator<Item = &'a [f64]>,
    gradient: ArrayView2<'_, f64>,
    os: &[&[f64]],
) -> Vec<f64> {
    let mut columns = Array2::zeros((gradient.ncols(), os.len()));
    for (mut column, o) in columns.columns_mut().into_iter().zip(os) {
        column.assign(&ArrayView1::from(*o));
    }
    let products = gradient.dot(&columns);
    let pairs = deltas.zip(products.columns());
    pairs
        .map(|(delta, product)| ArrayView1::from(delta).dot(&product))
        .collect()
}

/// δᵀ G o = ⟨δ oᵀ, G⟩.
pub fn bilinear(delta: &[f64], gradient: ArrayView2<'_, f64>, o: &[f64]) -> f64 {
    let o = ArrayView1::from(o);
    delta
        .iter()
        .zip(gradient.rows())
        .map(|(delta, row)| delta * row.dot(&o))
        .sum()
}
