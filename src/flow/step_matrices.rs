//! The step factors J_t as matrices.

use nalgebra::DMatrix;

use super::levels::{from_log10, raised, within_level};
use super::scaled_matrix::ScaledMatrix;
use super::slopes::{Slope, slopes};
use crate::rnn::{Network, Unrolled};

/// J_t = ∂o_t/∂o_{t−1} of the first sequence that a network ran over.
pub struct StepMatrices<'a> {
    network: &'a Network,
    unrolled: &'a Unrolled,
    w_h: DMatrix<f64>,
}

impl<'a> StepMatrices<'a> {
    /// The factors of `network` after `unrolled` has run.
    pub fn new(network: &'a Network, unrolled: &'a Unrolled) -> Self {
        let w_h = &network.parameters.w_h();
        Self {
            network,
            unrolled,
            w_h: DMatrix::from_fn(w_h.nrows(), w_h.ncols(), |i, j| w_h[[i, j]]),
        }
    }

    /// J_t = diag(f′(a_t)) W_h for 1-based `t`.
    pub fn step(&self, t: usize) -> ScaledMatrix {
        let hidden = self.w_h.nrows();
        let a = &self.unrolled.pre_activation(t)[..hidden];
        let f_prime = &self.unrolled.f_prime(t)[..hidden];
        let mut matrix = self.w_h.clone();
        let mut levels = vec![0; hidden];
        let of_units = slopes(self.network.activation, a, f_prime);
        for ((mut row, level), slope) in matrix.row_iter_mut().zip(&mut levels).zip(of_units) {
            let factor = match slope {
                Slope::Number(number) => number,
                Slope::Tail { negative, log10 } => {
                    // Both within a level, so that neither their product underflows nor a large weight's overflows.
                    let (_, of_row) = within_level(row.amax(), 0);
                    row.apply(|weight| *weight = raised(*weight, -of_row));
                    let (size, of_tail) = from_log10(negative, log10);
                    *level = of_row + of_tail;
                    size
                }
            };
            row *= factor;
        }
        ScaledMatrix::of_rows(matrix, levels)
    }
}
