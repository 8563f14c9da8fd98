//! What is added up at every timestep of the forward pass: a_t = W_i x_t + W_h o_{t−1} + b.

use ndarray::linalg::general_mat_vec_mul;
use ndarray::{Array1, ArrayView1};

use super::Magnitude;
use super::weight_gradient::norm_or_number;
use crate::rnn::{Batch, Inputs, Network, Pass};

/// The sums of one timestep: for H = 1 the numbers themselves, for more units the Euclidean norms of the vectors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForwardSums {
    /// W_i x_t, what the input brings.
    pub input: Magnitude,
    /// W_h o_{t−1}, what the state before brings.
    pub recurrent: Magnitude,
    /// a_t, the two of them and the bias together.
    pub pre_activation: Magnitude,
    /// o_t = f(a_t).
    pub state: Magnitude,
}

impl ForwardSums {
    /// Those of every timestep of `batch`, which is one sequence, after `network` has read it in `pass`; none for a
    /// network that is not the lecture's. Costs about as much as reading it: n · H · (H + D) multiplications.
    pub fn of(network: &Network, batch: &Batch, pass: &Pass) -> Vec<Self> {
        let (length, _, hidden) = pass.shape();
        let Some(responses) = pass.responses().filter(|_| network.is_the_lectures()) else {
            return Vec::new();
        };
        let parameters = &network.parameters;
        let mut product = Array1::zeros(hidden);
        (1..=length)
            .map(|t| {
                let input = match &batch.inputs {
                    Inputs::Tokens(tokens) => match tokens[t - 1] {
                        Some(word) => column_size(parameters.w_i().column(word as usize)),
                        None => Magnitude::Zero,
                    },
                    Inputs::Dense { .. } => {
                        let x = ArrayView1::from(batch.vector(t - 1, 0).unwrap_or_default());
                        general_mat_vec_mul(1.0, &parameters.w_i(), &x, 0.0, &mut product);
                        column_size(product.view())
                    }
                };
                let before = ArrayView1::from(pass.state(t - 1));
                general_mat_vec_mul(1.0, &parameters.w_h(), &before, 0.0, &mut product);
                Self {
                    input,
                    recurrent: column_size(product.view()),
                    pre_activation: norm_or_number(responses.pre_activation(t)),
                    state: norm_or_number(pass.state(t)),
                }
            })
            .collect()
    }
}

fn column_size(column: ArrayView1<'_, f64>) -> Magnitude {
    match column.as_slice() {
        Some(numbers) => norm_or_number(numbers),
        None => norm_or_number(&column.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rnn::{Activation, CellKind, Interrupt, Parameters};

    fn read(network: &Network, batch: &Batch) -> Vec<ForwardSums> {
        let mut pass = Pass::default();
        let never = Interrupt::default();
        pass.forward(network, batch, &never).unwrap();
        ForwardSums::of(network, batch, &pass)
    }

    /// By hand: a_1 = 3 · 0.5 + 0.25 · 2 − 1 = 1, o_1 = 1, a_2 = −2 · 0.5 + 1 · 2 − 1 = 0.
    #[test]
    fn one_unit_adds_numbers() {
        let mut parameters = Parameters::zeros(1, 1, true);
        parameters.w_i_mut().fill(0.5);
        parameters.w_h_mut().fill(2.0);
        parameters.b_mut().fill(-1.0);
        let network = Network {
            parameters,
            activation: Activation::Identity,
            s_0: vec![0.25],
            cell: CellKind::Elman,
        };
        let mut batch = Batch::dense(1);
        batch.reset(2, 1);
        batch.inputs = Inputs::Dense {
            width: 1,
            values: vec![3.0, -2.0],
        };
        let sums = read(&network, &batch);
        let numbers = |sums: &ForwardSums| {
            [sums.input, sums.recurrent, sums.pre_activation, sums.state].map(Magnitude::value)
        };
        assert_eq!(numbers(&sums[0]), [1.5, 0.5, 1.0, 1.0]);
        assert_eq!(numbers(&sums[1]), [-1.0, 2.0, 0.0, 0.0]);
    }

    /// By hand, for two units and a word: W_i's second column is (3, 4), so its norm is 5; W_h doubles (0.6, 0.8),
    /// whose norm is 1. Padding brings nothing.
    #[test]
    fn several_units_have_norms() {
        let mut parameters = Parameters::zeros(2, 2, false);
        parameters
            .w_i_mut()
            .column_mut(1)
            .assign(&ndarray::arr1(&[3.0, 4.0]));
        parameters.w_h_mut().diag_mut().fill(2.0);
        let network = Network {
            parameters,
            activation: Activation::Identity,
            s_0: vec![0.6, 0.8],
            cell: CellKind::Elman,
        };
        let mut batch = Batch::tokens();
        batch.reset(2, 1);
        batch.inputs = Inputs::Tokens(vec![Some(1), None]);
        let sums = read(&network, &batch);
        // A magnitude has gone through its logarithm.
        assert!((sums[0].input.value() - 5.0).abs() < 1e-14);
        assert!((sums[0].recurrent.value() - 2.0).abs() < 1e-14);
        assert_eq!(sums[1].input, Magnitude::Zero);
        // (3 + 1.2, 4 + 1.6), doubled by the step after it.
        let first = f64::hypot(4.2, 5.6);
        assert!((sums[0].state.value() - first).abs() < 1e-14);
        assert!((sums[1].pre_activation.value() - 2.0 * first).abs() < 1e-14);
    }
}
