//! The step factors J_t as matrices, and products of them that neither underflow nor overflow.

use nalgebra::DMatrix;

use super::bidiagonal::Bidiagonal;
use super::slopes::scaled_slopes;
use super::{LogProduct, Magnitude};
use crate::rnn::products::{Order, Packed, add_product};
use crate::rnn::{Interrupt, Interrupted, Network, Unrolled};

/// Multiplications of a matrix product done between two looks at the interrupt: about 5 ms.
const MULTIPLICATIONS_PER_LOOK: usize = 50_000_000;

/// J_t = ∂o_t/∂o_{t−1} of the first sequence that a network ran over.
pub struct StepMatrices<'a> {
    network: &'a Network,
    unrolled: &'a Unrolled,
    w_h: DMatrix<f64>,
}

impl<'a> StepMatrices<'a> {
    /// The factors of `network` after `unrolled` has run.
    pub fn new(network: &'a Network, unrolled: &'a Unrolled) -> Self {
        let w_h = &network.parameters.w_h;
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
        let (log10, slopes) = scaled_slopes(self.network.activation, a, f_prime);
        let mut matrix = self.w_h.clone();
        for (mut row, slope) in matrix.row_iter_mut().zip(slopes) {
            row *= slope;
        }
        let scale = Magnitude::Finite {
            negative: false,
            log10,
        };
        ScaledMatrix::new(matrix, [scale])
    }
}

/// A matrix whose largest entry is kept at 1, and the scale taken out of it.
///
/// Entries that are more than 10^308 times smaller than the largest are lost; that is far below the
/// rounding of the largest.
#[derive(Clone, Debug)]
pub struct ScaledMatrix {
    matrix: DMatrix<f64>,
    scale: LogProduct,
}

impl ScaledMatrix {
    /// The unit matrix.
    pub fn identity(size: usize) -> Self {
        Self {
            matrix: DMatrix::identity(size, size),
            scale: LogProduct::default(),
        }
    }

    /// `matrix` times every one of `scales`.
    fn new(mut matrix: DMatrix<f64>, scales: impl IntoIterator<Item = Magnitude>) -> Self {
        let mut scale = LogProduct::default();
        scales.into_iter().for_each(|factor| scale.multiply(factor));
        let mut largest = 0.0_f64;
        for value in &matrix {
            if value.is_nan() {
                largest = f64::NAN;
                break;
            }
            largest = largest.max(value.abs());
        }
        scale.multiply(Magnitude::new(largest));
        if largest > 0.0 && largest.is_finite() {
            matrix /= largest;
        }
        Self { matrix, scale }
    }

    /// `self` · `right`.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn times(&self, right: &Self, interrupt: &Interrupt) -> Result<Self, Interrupted> {
        let size = self.matrix.nrows();
        let mut product = DMatrix::zeros(size, size);
        // Column after column is the transpose row after row, and (A B)ᵀ = Bᵀ Aᵀ.
        let mut left = Packed::default();
        left.pack(self.matrix.as_slice(), size);
        let columns = (MULTIPLICATIONS_PER_LOOK / (size * size)).clamp(1, size);
        for first in (0..size).step_by(columns) {
            interrupt.check()?;
            let numbers = first * size..size.min(first + columns) * size;
            let part = &right.matrix.as_slice()[numbers.clone()];
            let out = &mut product.as_mut_slice()[numbers];
            add_product(part, &left, Order::Rising, out);
        }
        Ok(Self::new(
            product,
            [self.scale.product(), right.scale.product()],
        ))
    }

    /// σ₁, to about H ε relative.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn norm(&self, interrupt: &Interrupt) -> Result<Magnitude, Interrupted> {
        let scale = self.scale.product();
        if scale.log10().is_none() {
            return Ok(scale);
        }
        let bidiagonal = Bidiagonal::of(self.matrix.clone(), interrupt)?;
        Ok(scale.times(Magnitude::new(bidiagonal.largest())))
    }

    /// Every singular value, the largest first, each to about H ε σ₁; they are all alike where the
    /// matrix is zero, infinite or NaN.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn singular_values(&self, interrupt: &Interrupt) -> Result<Vec<Magnitude>, Interrupted> {
        let scale = self.scale.product();
        if scale.log10().is_none() {
            return Ok(vec![scale; self.matrix.nrows()]);
        }
        let values = Bidiagonal::of(self.matrix.clone(), interrupt)?.all(interrupt)?;
        Ok(values
            .into_iter()
            .map(|value| scale.times(Magnitude::new(value)))
            .collect())
    }
}
