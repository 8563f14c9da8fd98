//! ‖P_{n←k}‖₂ and ‖P_{j←1}‖₂: the most that any direction keeps.

use nalgebra::DMatrix;
use ndarray::Array2;

use super::slopes::scaled_slopes;
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
        // J_t = diag(f′(a_t)) W_h, and log₁₀ of a factor taken out of it.
        let jacobian = |t: usize| {
            let (a, f_prime) = (unrolled.pre_activation(t), unrolled.f_prime(t));
            let (scale, slopes) = scaled_slopes(network.activation, a, f_prime);
            let mut jacobian = w_h.clone();
            for (mut row, slope) in jacobian.row_iter_mut().zip(slopes) {
                row *= slope;
            }
            (jacobian, scale)
        };

        let mut to_end = vec![Magnitude::ONE; length];
        let mut running = ScaledMatrix::identity(hidden);
        for t in (2..=length).rev() {
            let (jacobian, scale) = jacobian(t);
            running.replace(&running.matrix * jacobian, scale);
            to_end[t - 2] = running.norm();
        }
        let mut from_first = vec![Magnitude::ONE; length];
        let mut running = ScaledMatrix::identity(hidden);
        for t in 2..=length {
            let (jacobian, scale) = jacobian(t);
            running.replace(jacobian * &running.matrix, scale);
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

    /// Takes on 10^`log10` · `matrix` in place of its matrix.
    fn replace(&mut self, matrix: DMatrix<f64>, log10: f64) {
        self.matrix = matrix;
        self.scale.multiply(Magnitude::Finite {
            negative: false,
            log10,
        });
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
