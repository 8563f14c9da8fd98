//! A network: its activation, its parameters and the state it starts from.

use ndarray::Array1;

use super::{Activation, Parameters};

/// A many-to-one Elman network.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// f.
    pub activation: Activation,
    /// W_i, W_h, b, w_o, b_o.
    pub parameters: Parameters,
    /// o_0, the state before the first timestep, H long. Given, not trained.
    pub o_0: Array1<f64>,
}

impl Network {
    /// A network whose first state is `o_0` in every unit.
    pub fn new(activation: Activation, parameters: Parameters, o_0: f64) -> Self {
        let hidden = parameters.hidden();
        Self {
            activation,
            parameters,
            o_0: Array1::from_elem(hidden, o_0),
        }
    }
}
