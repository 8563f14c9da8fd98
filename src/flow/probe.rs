//! One sequence under the instrument: its forward and its backward pass.

use crate::rnn::{
    Batch, Gradients, Interrupt, Interrupted, Loss, Network, Objective, Parameters, Pass,
};

/// The passes over the probe, the one sequence whose gradient is shown. Buffers are kept.
#[derive(Debug)]
pub struct Probe {
    /// Everything of the passes, in the training arithmetic (plain `f64`).
    pub pass: Pass,
    /// ∂L/∂ of every parameter, of this sequence alone.
    pub gradients: Gradients,
}

impl Probe {
    /// A probe of a network with parameters shaped like `parameters`.
    pub fn new(parameters: &Parameters) -> Self {
        Self {
            pass: Pass::default(),
            gradients: parameters.zeros_like(),
        }
    }

    /// Runs forward and backward over `batch`, which holds one sequence.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised; the contents are then meaningless.
    pub fn run(
        &mut self,
        network: &Network,
        batch: &Batch,
        loss: Loss,
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted> {
        self.pass.forward(network, batch, interrupt)?;
        self.gradients.fill(0.0);
        let objective = Objective::sum_of(loss);
        self.pass
            .backward(network, batch, objective, &mut self.gradients, interrupt)
    }
}
