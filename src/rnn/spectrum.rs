//! What the eigenvalues and singular values of W_h say: how fast its powers grow, and the most it can
//! do in one step.

use libm::{exp, log, sin};
use nalgebra::DMatrix;
use ndarray::{Array1, ArrayRef2, ArrayView2};

use super::eigenvalues::of_matrix;

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
    pub fn of(w_h: &ArrayRef2<f64>) -> Self {
        Self::with_eigenvalues(w_h).0
    }

    /// Both numbers and the [`eigenvalues`] that the first comes from; none if there are none to tell.
    pub fn with_eigenvalues(w_h: &ArrayRef2<f64>) -> (Self, Vec<[f64; 2]>) {
        let values = eigenvalues(w_h);
        let spectrum = Self {
            spectral_radius: values.as_deref().map_or(f64::NAN, largest),
            sigma_1: largest_singular_value(w_h),
        };
        (spectrum, values.unwrap_or_default())
    }

    /// As [`Self::with_eigenvalues`], of several matrices: the largest of both numbers, and all eigenvalues, as many of each
    /// matrix as it has rows; those of one that has none to be told are NaN. None at all if no matrix has any.
    pub fn of_all<'a>(
        matrices: impl IntoIterator<Item = ArrayView2<'a, f64>>,
    ) -> (Self, Vec<[f64; 2]>) {
        let (mut all, mut has_some) = (Vec::new(), false);
        let mut largest: Option<Self> = None;
        for matrix in matrices {
            let (spectrum, eigenvalues) = Self::with_eigenvalues(&matrix);
            has_some |= !eigenvalues.is_empty();
            let unknown = matrix.nrows() - eigenvalues.len();
            all.extend(eigenvalues);
            all.extend(std::iter::repeat_n([f64::NAN; 2], unknown));
            largest = Some(largest.map_or(spectrum, |largest| Self {
                spectral_radius: nan_or_max(largest.spectral_radius, spectrum.spectral_radius),
                sigma_1: nan_or_max(largest.sigma_1, spectrum.sigma_1),
            }));
        }
        let nothing = Self {
            spectral_radius: 0.0,
            sigma_1: 0.0,
        };
        if !has_some {
            all.clear();
        }
        (largest.unwrap_or(nothing), all)
    }

    /// As [`Self::of_all`], in a hundredth of the time and to a few percent: by what a hundred steps of each matrix make of
    /// one vector (the power method, and for σ₁ that of W_hᵀ W_h, which is from below).
    pub fn estimate_of_all<'a>(matrices: impl IntoIterator<Item = ArrayView2<'a, f64>>) -> Self {
        let nothing = Self {
            spectral_radius: 0.0,
            sigma_1: 0.0,
        };
        let estimates = matrices.into_iter().map(|matrix| Self {
            spectral_radius: growth(matrix.nrows(), |x| matrix.dot(x)),
            sigma_1: growth(matrix.nrows(), |x| matrix.t().dot(&matrix.dot(x))).sqrt(),
        });
        estimates.fold(nothing, |largest, one| Self {
            spectral_radius: nan_or_max(largest.spectral_radius, one.spectral_radius),
            sigma_1: nan_or_max(largest.sigma_1, one.sigma_1),
        })
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

/// By how much `step` makes a vector of `size` numbers longer, on average over the last of a hundred times; NaN if that is
/// not finite.
fn growth(size: usize, step: impl Fn(&Array1<f64>) -> Array1<f64>) -> f64 {
    /// Times after which whatever fades has faded, and over which is averaged: a pair of complex eigenvalues turns about.
    const TIMES: [u32; 2] = [50, 50];
    // In no direction that a matrix is likely to have forgotten.
    let mut x = Array1::from_shape_fn(size, |index| 1.0 + 0.3 * sin(1.7 * index as f64));
    let mut logs = 0.0;
    for time in 0..TIMES[0] + TIMES[1] {
        let next = step(&x);
        let ratio = norm_of(&next) / norm_of(&x);
        if ratio == 0.0 {
            return 0.0;
        }
        if time >= TIMES[0] {
            logs += log(ratio);
        }
        let length = norm_of(&next);
        x = next / length;
    }
    exp(logs / f64::from(TIMES[1]))
}

fn norm_of(x: &Array1<f64>) -> f64 {
    super::norm(x.as_slice().unwrap_or_default())
}

/// The larger one; NaN if one of them is.
fn nan_or_max(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else {
        x.max(y)
    }
}

/// Every eigenvalue of W_h as its real and imaginary part, in no particular order. `None` if an entry is not
/// finite or the iteration does not settle.
pub fn eigenvalues(w_h: &ArrayRef2<f64>) -> Option<Vec<[f64; 2]>> {
    let (matrix, scale) = normalised(w_h)?;
    if scale == 0.0 || w_h.len() == 1 {
        return Some(w_h.diag().iter().map(|&weight| [weight, 0.0]).collect());
    }
    let values = of_matrix(matrix)?;
    let scaled = values.into_iter().map(|value| value.map(|x| x * scale));
    Some(scaled.collect())
}

/// ρ(W_h), the size of the largest of the [`eigenvalues`]. NaN if an entry is not finite or the iteration
/// does not settle.
pub fn spectral_radius(w_h: &ArrayRef2<f64>) -> f64 {
    eigenvalues(w_h).map_or(f64::NAN, |values| largest(&values))
}

/// max |λ|
fn largest(eigenvalues: &[[f64; 2]]) -> f64 {
    eigenvalues.iter().fold(0.0_f64, |largest, [re, im]| {
        largest.max(libm::hypot(*re, *im))
    })
}

/// σ₁(W_h) = √λ₁(W_hᵀ W_h). NaN if an entry is not finite.
pub fn largest_singular_value(w_h: &ArrayRef2<f64>) -> f64 {
    match normalised(w_h) {
        None => f64::NAN,
        Some((matrix, scale)) if scale == 0.0 || w_h.len() == 1 => matrix.amax() * scale,
        Some((matrix, scale)) => {
            // The largest singular value is not hurt by squaring, as the small ones would be.
            let gram = matrix.tr_mul(&matrix);
            gram.symmetric_eigenvalues().max().max(0.0).sqrt() * scale
        }
    }
}

/// W_h divided by a power of two near the size of its largest entry, and that power, 0 if all are zero; `None` if
/// an entry is not finite. The iterations never end on NaN, and overflow on entries near 1e300; a power of two
/// leaves every digit as it is.
fn normalised(w_h: &ArrayRef2<f64>) -> Option<(DMatrix<f64>, f64)> {
    let mut largest = 0.0_f64;
    for &weight in w_h {
        if !weight.is_finite() {
            return None;
        }
        largest = largest.max(weight.abs());
    }
    // Down to the smallest whose reciprocal is finite.
    let scale = if largest == 0.0 {
        0.0
    } else {
        libm::exp2(libm::log2(largest).floor().clamp(-1000.0, 1000.0))
    };
    let divisor = if scale == 0.0 { 1.0 } else { scale };
    let matrix = DMatrix::from_fn(w_h.nrows(), w_h.ncols(), |i, j| w_h[[i, j]] / divisor);
    Some((matrix, scale))
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    /// Of orthogonal matrices both numbers are 1, of random ones the radius is known (Girko's circular law).
    #[test]
    fn estimates_are_right_to_a_few_percent() {
        use rand::SeedableRng;
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3);
        for shape in [
            crate::RecurrentInit::Orthogonal,
            crate::RecurrentInit::Gaussian,
        ] {
            let drawn = [1.0, 0.3].map(|size| crate::draw_recurrent(shape, 130, size, &mut rng));
            let of = |index: usize| drawn[index].view();
            let estimate = Spectrum::estimate_of_all([of(0), of(1)]);
            let exact = Spectrum::of_all([of(0), of(1)]).0;
            assert!(
                (estimate.spectral_radius / exact.spectral_radius - 1.0).abs() < 0.05,
                "{estimate:?} {exact:?}"
            );
            assert!(
                (estimate.sigma_1 / exact.sigma_1 - 1.0).abs() < 0.03,
                "{estimate:?} {exact:?}"
            );
            assert!(estimate.sigma_1 <= exact.sigma_1 * (1.0 + 1e-9));
        }
        let zero = ndarray::Array2::zeros((3, 3));
        assert_eq!(Spectrum::estimate_of_all([zero.view()]).sigma_1, 0.0);
    }

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
