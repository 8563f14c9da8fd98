//! How the weights of a new network are drawn.

use nalgebra::DMatrix;
use ndarray::{Array2, ShapeBuilder};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use serde::{Deserialize, Serialize};

use super::{norm, spectral_radius};

/// The shape of a new W_h of more than one unit; its size is the spectral radius it is scaled to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecurrentInit {
    /// A random orthogonal matrix (Saxe, McClelland and Ganguli, 2014): every singular value is the
    /// spectral radius, no direction is lost or favoured.
    #[default]
    Orthogonal,
    /// Independent normal entries: σ₁ is about twice the spectral radius.
    Gaussian,
    /// The identity (Le, Jaitly and Hinton, 2015): every unit remembers itself alone.
    Identity,
}

impl RecurrentInit {
    /// Every way, in the order menus show them.
    pub const ALL: [Self; 3] = [Self::Orthogonal, Self::Gaussian, Self::Identity];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Orthogonal => "orthogonal",
            Self::Gaussian => "Gaussian",
            Self::Identity => "identity",
        }
    }
}

/// How large the weights of a new network are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Initialise {
    /// Scaled to the sizes that are chosen.
    #[default]
    Scaled,
    /// As PyTorch does it: every weight and every bias of a layer and of the read-out even between ±1/√H, an embedding
    /// normal with a deviation of 1.
    Pytorch,
}

impl Initialise {
    /// Every way, in the order menus show them.
    pub const ALL: [Self; 2] = [Self::Scaled, Self::Pytorch];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scaled => "scaled",
            Self::Pytorch => "PyTorch's default",
        }
    }
}

/// Fills `numbers` evenly between ±1/√H.
pub fn draw_as_pytorch(numbers: &mut [f64], hidden: usize, rng: &mut ChaCha8Rng) {
    let bound = 1.0 / (hidden as f64).sqrt();
    for number in numbers {
        *number = rng.random_range(-bound..=bound);
    }
}

/// Fills `numbers` with normal ones of deviation 1: what stands for the words of an embedding at first.
pub fn draw_embedding(numbers: &mut [f64], rng: &mut ChaCha8Rng) {
    for number in numbers {
        *number = rng.sample(StandardNormal);
    }
}

/// W_h, H × H, of spectral radius `radius`. For H = 1 it is `radius` itself, sign and all.
pub fn draw_recurrent(
    init: RecurrentInit,
    hidden: usize,
    radius: f64,
    rng: &mut ChaCha8Rng,
) -> Array2<f64> {
    if hidden == 1 {
        return Array2::from_elem((1, 1), radius);
    }
    let mut w_h = match init {
        RecurrentInit::Identity => Array2::eye(hidden),
        RecurrentInit::Gaussian => draw_normal(hidden, hidden, rng),
        RecurrentInit::Orthogonal => draw_orthogonal(hidden, rng),
    };
    let drawn = match init {
        RecurrentInit::Gaussian => spectral_radius(&w_h),
        RecurrentInit::Orthogonal | RecurrentInit::Identity => 1.0,
    };
    w_h *= radius / drawn;
    w_h
}

/// W_i, H × D. `scale` is the weight itself where there is one only; otherwise it is the
/// root-mean-square length of a column, that is, of what one word or one unit of input adds to a.
pub fn draw_input_weights(
    inputs: usize,
    hidden: usize,
    scale: f64,
    rng: &mut ChaCha8Rng,
) -> Array2<f64> {
    let mut w_i = Array2::zeros((hidden, inputs).f());
    if hidden == 1 && inputs == 1 {
        w_i.fill(scale);
        return w_i;
    }
    for weight in w_i.iter_mut() {
        *weight = rng.sample(StandardNormal);
    }
    let length = norm(w_i.as_slice_memory_order().unwrap_or_default()) / (inputs as f64).sqrt();
    w_i *= scale / length;
    w_i
}

/// w_o, H long. `scale` is the weight itself for H = 1, otherwise the Euclidean length.
pub fn draw_output_weights(hidden: usize, scale: f64, rng: &mut ChaCha8Rng) -> Vec<f64> {
    if hidden == 1 {
        return vec![scale];
    }
    let mut w_o: Vec<f64> = (0..hidden).map(|_| rng.sample(StandardNormal)).collect();
    let factor = scale / norm(&w_o);
    w_o.iter_mut().for_each(|weight| *weight *= factor);
    w_o
}

fn draw_normal(rows: usize, columns: usize, rng: &mut ChaCha8Rng) -> Array2<f64> {
    Array2::from_shape_simple_fn((rows, columns), || rng.sample(StandardNormal))
}

/// Uniform over the orthogonal group: the Q of a normal matrix, its columns signed so that R has a
/// positive diagonal (Mezzadri, *How to generate random matrices from the classical compact groups*,
/// 2007).
fn draw_orthogonal(size: usize, rng: &mut ChaCha8Rng) -> Array2<f64> {
    let normal = DMatrix::from_fn(size, size, |_, _| rng.sample::<f64, _>(StandardNormal));
    let (mut q, r) = normal.qr().unpack();
    for (j, mut column) in q.column_iter_mut().enumerate() {
        if r[(j, j)] < 0.0 {
            column.neg_mut();
        }
    }
    Array2::from_shape_fn((size, size), |(i, j)| q[(i, j)])
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::largest_singular_value;

    fn rng() -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(3)
    }

    #[test]
    fn every_shape_has_the_spectral_radius_asked_for() {
        for init in RecurrentInit::ALL {
            for hidden in [1, 2, 5, 32] {
                let w_h = draw_recurrent(init, hidden, 0.9, &mut rng());
                // Eigenvalues of a well-conditioned 32 × 32 matrix are good to about 1e-13.
                assert!(
                    (spectral_radius(&w_h) - 0.9).abs() < 1e-11,
                    "{init:?}, H = {hidden}"
                );
            }
        }
    }

    #[test]
    fn an_orthogonal_matrix_keeps_every_length() {
        let w_h = draw_recurrent(RecurrentInit::Orthogonal, 17, 1.0, &mut rng());
        let distance = (w_h.t().dot(&w_h) - Array2::<f64>::eye(17))
            .iter()
            .fold(0.0_f64, |worst, &x| worst.max(x.abs()));
        assert!(distance < 1e-13);
        let gaussian = draw_recurrent(RecurrentInit::Gaussian, 64, 1.0, &mut rng());
        // The semicircle and circular laws put σ₁ / ρ near 2; ±0.4 is several deviations at H = 64.
        assert!((largest_singular_value(&gaussian) - 2.0).abs() < 0.4);
    }

    #[test]
    fn scales_are_weights_for_one_and_lengths_for_many() {
        assert_eq!(draw_input_weights(1, 1, -0.5, &mut rng())[[0, 0]], -0.5);
        assert_eq!(draw_output_weights(1, -2.0, &mut rng())[0], -2.0);
        let w_i = draw_input_weights(40, 3, 0.8, &mut rng());
        let mean_square = w_i.iter().map(|w| w * w).sum::<f64>() / 40.0;
        assert!((mean_square.sqrt() - 0.8).abs() < 1e-14);
        let w_o = draw_output_weights(9, 2.0, &mut rng());
        assert!((norm(&w_o) - 2.0).abs() < 1e-14);
    }
}
