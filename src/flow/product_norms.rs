//! ‖P_{n←k}‖₂ and ‖P_{j←1}‖₂: the most that any direction keeps.

use nalgebra::DMatrix;
use ndarray::Array2;

use super::{LogProduct, Magnitude};
use crate::rnn::{Network, Unrolled, largest_singular_value};

/// The largest singular value of every product of step factors that begins at the first or ends at the
/// last timestep. For H = 1 it is the product's absolute value.
#[derive(Clone, Debug, PartialEq)]
pub struct ProductNorms {
    /// ‖P_{n←t}‖₂ for t = 1..n, at index t − 1.
    pub to_end: Vec<Magnitude>,
    /// ‖P_{t←1}‖₂ for t = 1..n, at index t − 1.
    pub from_first: Vec<Magnitude>,
}

impl ProductNorms {
    /// Multiplications (n · H³) above which the norms are not computed: about half a second. Each step
    /// needs a matrix product and a singular value decomposition.
    pub const AFFORDABLE: f64 = 3e7;

    /// n · H³, to be compared with [`Self::AFFORDABLE`].
    pub fn cost(length: usize, hidden: usize) -> f64 {
        length as f64 * (hidden as f64).powi(3)
    }

    /// The norms for the first sequence that `unrolled` ran over, or `None` if they cost too much.
    pub fn of(network: &Network, unrolled: &Unrolled) -> Option<Self> {
        let (length, size, hidden) = unrolled.shape();
        if size != 1 || Self::cost(length, hidden) > Self::AFFORDABLE {
            return None;
        }
        let w_h = &network.parameters.w_h;
        let w_h = DMatrix::from_fn(hidden, hidden, |i, j| w_h[[i, j]]);
        // J_t = diag(f′(a_t)) W_h
        let jacobian = |t: usize| {
            let f_prime = unrolled.f_prime(t);
            let mut jacobian = w_h.clone();
            for (mut row, &f_prime) in jacobian.row_iter_mut().zip(f_prime) {
                row *= f_prime;
            }
            jacobian
        };

        let mut to_end = vec![Magnitude::ONE; length];
        let mut running = ScaledMatrix::identity(hidden);
        for t in (2..=length).rev() {
            running.replace(|matrix| matrix * jacobian(t));
            to_end[t - 2] = running.norm();
        }
        let mut from_first = vec![Magnitude::ONE; length];
        let mut running = ScaledMatrix::identity(hidden);
        for t in 2..=length {
            running.replace(|matrix| jacobian(t) * matrix);
            from_first[t - 1] = running.norm();
        }
        Some(Self { to_end, from_first })
    }
}

/// A matrix whose largest entry is kept at 1, and the scale taken out of it.
struct ScaledMatrix {
    matrix: DMatrix<f64>,
    scale: LogProduct,
}

impl ScaledMatrix {
    fn identity(size: usize) -> Self {
        Self {
            matrix: DMatrix::identity(size, size),
            scale: LogProduct::default(),
        }
    }

    fn replace(&mut self, next: impl FnOnce(&DMatrix<f64>) -> DMatrix<f64>) {
        self.matrix = next(&self.matrix);
        let largest = self.matrix.amax();
        let broken = self.matrix.iter().any(|value| value.is_nan());
        let scale = if broken { f64::NAN } else { largest };
        self.scale.multiply(Magnitude::new(scale));
        if scale > 0.0 && scale.is_finite() {
            self.matrix /= scale;
        }
    }

    fn norm(&self) -> Magnitude {
        let scale = self.scale.product();
        if scale.log10().is_none() {
            return scale;
        }
        let matrix = &self.matrix;
        let shape = (matrix.nrows(), matrix.ncols());
        let array = Array2::from_shape_fn(shape, |(i, j)| matrix[(i, j)]);
        scale.times(Magnitude::new(largest_singular_value(&array)))
    }
}
