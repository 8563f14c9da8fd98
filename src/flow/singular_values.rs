//! What P_{n←k} does in every direction, not only in the one that keeps most.

use super::Magnitude;
use super::scaled_matrix::ScaledMatrix;
use super::step_matrices::StepMatrices;
use crate::rnn::{Interrupt, Interrupted, Network, Pass};

/// The singular values of P_{n←k} = ∂o_n/∂o_k: the gradient is carried back by each of them in a
/// direction of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct SingularValues {
    /// σ₁ ≥ σ₂ ≥ … ≥ σ_H. Where the product is infinite or NaN every one of them is.
    pub values: Vec<Magnitude>,
    /// How many of the first values mean something.
    ///
    /// An entry of the product is a sum of H numbers, each right to ε of the largest one: rounding adds
    /// a matrix of a norm of about H ε σ₁, and every singular value moves by at most that norm (Weyl).
    /// Whatever is below is this rounding. The directions drift apart by a constant factor per step, so
    /// that in long products few values, and often σ₁ alone, are left above it.
    pub trusted: usize,
}

/// The singular values of P_{n←k} for the first sequence that `pass` ran over; `k` from 0 (then they
/// are those of ∂o_n/∂o_0) to n. A later `k` counts as n, whose product is the unit matrix. For H = 1 the
/// only one is the absolute value of the product.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
pub fn singular_values(
    network: &Network,
    pass: &Pass,
    k: usize,
    interrupt: &Interrupt,
) -> Result<SingularValues, Interrupted> {
    let (length, _, _) = pass.shape();
    let steps = StepMatrices::new(network, pass);
    let size = steps.size();
    let mut product = ScaledMatrix::identity(size);
    for before in (k..length).rev() {
        product = product.times(&steps.step(before + 1), interrupt)?;
    }
    let values = product.singular_values(interrupt)?;
    let trusted = match values.first() {
        Some(&Magnitude::Finite { log10, .. }) => {
            let lost = log10 + libm::log10(size as f64 * f64::EPSILON);
            values
                .iter()
                .filter(|value| value.log10().is_some_and(|log10| log10 > lost))
                .count()
        }
        // Exactly zero, every one.
        Some(Magnitude::Zero) => size,
        _ => 0,
    };
    Ok(SingularValues { values, trusted })
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use ndarray::array;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::flow::ProductNorms;
    use crate::rnn::{Activation, Batch, Parameters, RecurrentInit, draw_recurrent};

    fn run(activation: Activation, w_h: Array2<f64>, length: usize) -> (Network, Pass) {
        let mut parameters = Parameters::zeros(1, w_h.nrows(), false);
        parameters.w_h_mut().assign(&w_h);
        let network = Network::new(activation, parameters, 0.3);
        let mut batch = Batch::dense(1);
        batch.reset(length, 1);
        let mut pass = Pass::default();
        pass.forward(&network, &batch, &Interrupt::default())
            .unwrap();
        (network, pass)
    }

    fn found(network: &Network, pass: &Pass, k: usize) -> SingularValues {
        singular_values(network, pass, k, &Interrupt::default()).unwrap()
    }

    fn log10s(values: &SingularValues) -> Vec<f64> {
        values.values.iter().map(|v| v.log10().unwrap()).collect()
    }

    /// A multiple ρ of an orthogonal matrix stretches every direction by ρ, whatever the length. 99
    /// products of 6 × 6 matrices lose less than 99 · 6 ε ≈ 1e-13 relative.
    #[test]
    fn an_orthogonal_network_has_one_singular_value() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let w_h = draw_recurrent(RecurrentInit::Orthogonal, 6, 0.5, &mut rng);
        let (network, pass) = run(Activation::Identity, w_h, 100);
        for k in [0, 1, 40, 99, 100, 101] {
            let expected = 100_usize.saturating_sub(k) as f64 * 0.5_f64.log10();
            let values = found(&network, &pass, k);
            assert_eq!(values.trusted, 6);
            assert!(log10s(&values).iter().all(|v| (v - expected).abs() < 1e-13));
        }
    }

    /// The powers of a diagonal's entries, in descending order of their sizes, as long as they are
    /// trusted: 0.3^m is below 3 ε from m = 30 on, 1/3^m from m = 32 on.
    #[test]
    fn a_diagonal_network_has_its_powers() {
        let w_h = array![[1.0, 0.0, 0.0], [0.0, -3.0, 0.0], [0.0, 0.0, 0.9]];
        let (network, pass) = run(Activation::Identity, w_h, 60);
        for (steps, trusted) in [(1, 3), (10, 3), (29, 3), (30, 2), (31, 2), (32, 1), (59, 1)] {
            let values = found(&network, &pass, 60 - steps);
            assert_eq!(values.trusted, trusted, "{steps}");
            let expected = [3.0_f64, 1.0, 0.9].map(|v| steps as f64 * v.log10());
            for (found, expected) in log10s(&values).iter().zip(expected).take(trusted) {
                assert!((found - expected).abs() < 1e-13);
            }
        }
    }

    /// The published matrix with σ₁ = 1.3297 (four digits): the product of the singular values of a power
    /// is the power of |det|, the sum of their squares the squared Frobenius norm.
    #[test]
    fn the_published_matrix_vanishes_in_every_direction() {
        let w_h = array![
            [1.78862847, 0.43650985, 0.09649747],
            [-1.8634927, -0.2773882, -0.35475898],
            [-0.08274148, -0.62700068, -0.04381817]
        ] * 0.5;
        let determinant = w_h[[0, 0]] * (w_h[[1, 1]] * w_h[[2, 2]] - w_h[[1, 2]] * w_h[[2, 1]])
            - w_h[[0, 1]] * (w_h[[1, 0]] * w_h[[2, 2]] - w_h[[1, 2]] * w_h[[2, 0]])
            + w_h[[0, 2]] * (w_h[[1, 0]] * w_h[[2, 1]] - w_h[[1, 1]] * w_h[[2, 0]]);
        let (network, pass) = run(Activation::Identity, w_h.clone(), 21);
        let mut power = w_h.clone();
        for steps in 1..=20 {
            let values = found(&network, &pass, 21 - steps);
            let numbers: Vec<f64> = values.values.iter().map(|v| v.value()).collect();
            if steps == 1 {
                assert!((numbers[0] - 1.3297).abs() < 5e-5);
            }
            let frobenius: f64 = power.iter().map(|v| v * v).sum();
            let squares: f64 = numbers.iter().map(|v| v * v).sum();
            assert!((squares / frobenius - 1.0).abs() < 1e-12);
            if values.trusted == 3 {
                // The smallest is right to 3 ε σ₁ only.
                let tolerance = 1e-14 * numbers[0] / numbers[2];
                let product: f64 = numbers.iter().product();
                let expected = determinant.abs().powi(steps as i32);
                assert!(
                    (product / expected - 1.0).abs() < tolerance + 1e-13,
                    "{steps}"
                );
            }
            power = power.dot(&w_h);
        }
        assert_eq!(found(&network, &pass, 20).trusted, 3);
    }

    #[test]
    fn the_first_is_the_norm_and_broken_products_are_named() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let w_h = draw_recurrent(RecurrentInit::Gaussian, 7, 1.4, &mut rng);
        let (network, pass) = run(Activation::Tanh, w_h, 30);
        let norms = ProductNorms::of(&network, &pass).unwrap();
        for k in 1..=30 {
            let (found, norm) = (found(&network, &pass, k).values[0], norms.to_end[k - 1]);
            // The same products, but the bisection does not know the unit matrix.
            assert!((found.log10().unwrap() - norm.log10().unwrap()).abs() < 1e-14);
        }

        let (network, pass) = run(Activation::Tanh, array![[-0.5]], 3);
        let product = 0.25
            * pass.responses().unwrap().f_prime(2)[0]
            * pass.responses().unwrap().f_prime(3)[0];
        let values = found(&network, &pass, 1);
        assert!((values.values[0].value() / product - 1.0).abs() < 1e-14);
        assert_eq!((values.values.len(), values.trusted), (1, 1));

        let (network, pass) = run(Activation::Tanh, Array2::zeros((2, 2)), 3);
        let values = found(&network, &pass, 1);
        assert_eq!(
            (values.values, values.trusted),
            (vec![Magnitude::Zero; 2], 2)
        );
        for broken in [f64::NAN, f64::INFINITY] {
            let (network, pass) = run(Activation::Tanh, Array2::from_elem((2, 2), broken), 3);
            let values = found(&network, &pass, 1);
            assert_eq!(
                (values.values, values.trusted),
                (vec![Magnitude::Nan; 2], 0)
            );
        }
    }

    #[test]
    fn a_raised_interrupt_stops_it() {
        let (network, pass) = run(Activation::Tanh, Array2::eye(4), 3);
        let interrupt = Interrupt::default();
        interrupt.raise();
        assert!(singular_values(&network, &pass, 1, &interrupt).is_err());
    }
}
