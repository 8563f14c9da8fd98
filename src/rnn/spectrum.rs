//! What the eigenvalues and singular values of W_h say: how fast its powers grow, and the most it can
//! do in one step.

use nalgebra::{DMatrix, Schur};
use ndarray::Array2;

/// QR sweeps allowed per eigenvalue; two or three are usual.
const SWEEPS_PER_EIGENVALUE: usize = 100;

/// The two numbers that bound what W_h does to a gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spectrum {
    /// ρ(W_h) = max |eigenvalue|: the growth per step of W_hᵗ in the long run. |w_h| for H = 1.
    pub spectral_radius: f64,
    /// σ₁(W_h), the largest singular value: the most that one step can stretch any vector. |w_h| for
    /// H = 1.
    pub sigma_1: f64,
}

impl Spectrum {
    /// Both numbers for W_h. They are NaN if an entry is not finite.
    pub fn of(w_h: &Array2<f64>) -> Self {
        Self {
            spectral_radius: spectral_radius(w_h),
            sigma_1: largest_singular_value(w_h),
        }
    }

    /// Both numbers of `factor · W_h`.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            spectral_radius: self.spectral_radius * factor.abs(),
            sigma_1: self.sigma_1 * factor.abs(),
        }
    }
}

/// ρ(W_h), by the real Schur form. NaN if an entry is not finite or the iteration does not settle.
pub fn spectral_radius(w_h: &Array2<f64>) -> f64 {
    scaled(w_h, |matrix| {
        let sweeps = SWEEPS_PER_EIGENVALUE * matrix.nrows();
        Schur::try_new(matrix, f64::EPSILON, sweeps).map_or(f64::NAN, |schur| {
            schur
                .complex_eigenvalues()
                .iter()
                .fold(0.0_f64, |largest, value| {
                    largest.max(value.re.hypot(value.im))
                })
        })
    })
}

/// σ₁(W_h) = √λ₁(W_hᵀ W_h). NaN if an entry is not finite.
pub fn largest_singular_value(w_h: &Array2<f64>) -> f64 {
    scaled(w_h, |matrix| {
        // The largest singular value is not hurt by squaring, as the small ones would be.
        let gram = matrix.tr_mul(&matrix);
        gram.symmetric_eigenvalues().max().max(0.0).sqrt()
    })
}

/// A size of W_h, `of` it divided by its largest entry; |w_h| for a single number, NaN if an entry is not
/// finite. The iterations never end on NaN, and overflow on entries near 1e300.
fn scaled(w_h: &Array2<f64>, of: impl FnOnce(DMatrix<f64>) -> f64) -> f64 {
    let mut scale = 0.0_f64;
    for &weight in w_h {
        if !weight.is_finite() {
            return f64::NAN;
        }
        scale = scale.max(weight.abs());
    }
    if w_h.len() == 1 || scale == 0.0 {
        return scale;
    }
    let matrix = DMatrix::from_fn(w_h.nrows(), w_h.ncols(), |i, j| w_h[[i, j]] / scale);
    of(matrix) * scale
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    /// The published example in which σ₁ > 1 and the gradient vanishes all the same: half of a matrix
    /// whose spectral radius is 1.2552 and σ₁ 2.6594.
    #[test]
    fn the_published_matrix_has_its_published_spectrum() {
        let w_h: Array2<f64> = array![
            [1.78862847, 0.43650985, 0.09649747],
            [-1.8634927, -0.2773882, -0.35475898],
            [-0.08274148, -0.62700068, -0.04381817]
        ] * 0.5;
        let spectrum = Spectrum::of(&w_h);
        // The design gives four digits.
        assert!((spectrum.sigma_1 - 1.3297).abs() < 5e-5);
        assert!((spectrum.spectral_radius - 0.6276).abs() < 5e-5);
    }

    #[test]
    fn complex_pairs_defective_and_extreme_matrices() {
        let rotation = array![[0.0, -2.0], [2.0, 0.0]];
        assert!((spectral_radius(&rotation) - 2.0).abs() < 1e-15);
        let nilpotent = array![[0.0, 1.0], [0.0, 0.0]];
        assert_eq!(spectral_radius(&nilpotent), 0.0);
        assert_eq!(largest_singular_value(&nilpotent), 1.0);
        assert_eq!(spectral_radius(&Array2::zeros((3, 3))), 0.0);
        assert!((spectral_radius(&(&rotation * 1e300)) / 2e300 - 1.0).abs() < 1e-15);
        assert!(spectral_radius(&array![[f64::NAN, 0.0], [0.0, 1.0]]).is_nan());
        assert!(largest_singular_value(&array![[f64::INFINITY]]).is_nan());
        assert_eq!(spectral_radius(&array![[-3.0]]), 3.0);
    }
}
