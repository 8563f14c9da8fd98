//! Where no loss says in which direction a gradient begins: the direction of which most arrives at the beginning.

use crate::rnn::{Interrupt, Interrupted, Linearised, Network, Pass, StepBack, norm};

/// Rounds of the power iteration at most. Singular values of a long product are far apart, and two or three are enough; those
/// of a short one take little time.
const ROUNDS: usize = 60;

/// How near 1 the cosine of the angle between two rounds is in the end.
const CLOSE: f64 = 1e-14;

/// The direction of all of `hidden` units alike, of size 1.
pub fn mean_direction(hidden: usize) -> Vec<f64> {
    vec![1.0 / (hidden as f64).sqrt(); hidden]
}

/// The direction v, ‖v‖ = 1, of ∂L/∂h_n of the last layer for which ‖∂s_n/∂s_1ᵀ v‖ is largest: the first left singular vector of
/// the rows of P_{n←1} that belong to that h. Found by power iteration, forward through all steps and back, each step
/// divided by its size, so that a product far beyond the range of numbers has one, too. `None` where nothing arrives, or
/// something is not finite.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
pub fn worst_direction(
    network: &Network,
    pass: &Pass,
    interrupt: &Interrupt,
) -> Result<Option<Vec<f64>>, Interrupted> {
    let linearised = Linearised::new(network, pass);
    let (length, width) = (linearised.len(), linearised.width());
    let hidden = network.parameters.hidden();
    let first = width - network.cell.cell().states().len() * hidden;
    let of_last_layer = first..first + hidden;
    let mut direction = mean_direction(hidden);
    let mut step = StepBack::default();
    for _ in 0..ROUNDS {
        let mut gamma = vec![0.0; width];
        gamma[of_last_layer.clone()].copy_from_slice(&direction);
        for t in (2..=length).rev() {
            interrupt.check()?;
            linearised.back(t, &gamma, &mut step);
            let both = step.carried.iter().zip(&step.through_gates);
            for (gamma, (carried, through)) in gamma.iter_mut().zip(both) {
                *gamma = carried + through;
            }
            if !made_unit(&mut gamma) {
                return Ok(None);
            }
        }
        let mut change = gamma;
        for t in 2..=length {
            interrupt.check()?;
            change = linearised.forth(t, &change);
            if !made_unit(&mut change) {
                return Ok(None);
            }
        }
        let mut next = change[of_last_layer.clone()].to_vec();
        if !made_unit(&mut next) {
            return Ok(None);
        }
        let cosine: f64 = next.iter().zip(&direction).map(|(a, b)| a * b).sum();
        direction = next;
        if cosine > 1.0 - CLOSE {
            break;
        }
    }
    // Of the two directions of that line the one that is more like all units alike.
    if direction.iter().sum::<f64>() < 0.0 {
        direction.iter_mut().for_each(|x| *x = -*x);
    }
    Ok(Some(direction))
}

/// Divides `numbers` by their norm; whether that can be done.
fn made_unit(numbers: &mut [f64]) -> bool {
    let size = norm(numbers);
    let can = size > 0.0 && size.is_finite();
    if can {
        numbers.iter_mut().for_each(|number| *number /= size);
    }
    can
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::rnn::{Activation, Architecture, Batch, CellKind, Inputs, Parameters, Widths};

    /// Against the singular value decomposition of the whole product.
    #[test]
    fn it_is_the_first_left_singular_vector_of_the_product() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        for &cell in CellKind::ALL {
            for (layers, length) in [(1, 2), (1, 6), (2, 4)] {
                let mut parameters = Parameters::zeros_of(Architecture {
                    cell,
                    widths: Widths {
                        inputs: 2,
                        hidden: 4,
                        layers,
                        outputs: 1,
                    },
                    bias: true,
                    has_read_out: true,
                    embedding: None,
                });
                for number in parameters.values_mut() {
                    *number = rng.random_range(-0.9..0.9);
                }
                let network = Network::of_cell(cell, Activation::Tanh, parameters, 0.1);
                let mut batch = Batch::dense(2);
                batch.reset(length, 1);
                if let Inputs::Dense { values, .. } = &mut batch.inputs {
                    values
                        .iter_mut()
                        .for_each(|x| *x = rng.random_range(-1.0..1.0));
                }
                let never = Interrupt::default();
                let mut pass = Pass::default();
                pass.forward(&network, &batch, &never).unwrap();
                let found = worst_direction(&network, &pass, &never).unwrap().unwrap();
                let linearised = Linearised::new(&network, &pass);
                let width = linearised.width();
                let mut product = nalgebra::DMatrix::<f64>::zeros(width, width);
                for place in 0..width {
                    let mut change = vec![0.0; width];
                    change[place] = 1.0;
                    for t in 2..=length {
                        change = linearised.forth(t, &change);
                    }
                    product.column_mut(place).copy_from_slice(&change);
                }
                let first = width - cell.cell().states().len() * 4;
                let svd = product.rows(first, 4).into_owned().svd(false, false);
                let sigma = svd.singular_values.max();
                // Where two singular values are nearly the same, the iteration ends with a mixture of their directions, along
                // which as good as as much arrives: after 60 rounds to one in a thousand at the worst.
                let arrives: Vec<f64> = (0..width)
                    .map(|column| {
                        (0..4)
                            .map(|row| product[(first + row, column)] * found[row])
                            .sum()
                    })
                    .collect();
                assert!((norm(&arrives) / sigma - 1.0).abs() < 1e-3, "{cell:?}");
            }
        }
    }

    #[test]
    fn where_nothing_arrives_there_is_none() {
        let network = Network::new(Activation::Tanh, Parameters::zeros(1, 3, true), 0.0);
        let mut batch = Batch::dense(1);
        batch.reset(4, 1);
        let never = Interrupt::default();
        let mut pass = Pass::default();
        pass.forward(&network, &batch, &never).unwrap();
        assert_eq!(worst_direction(&network, &pass, &never), Ok(None));
    }
}
