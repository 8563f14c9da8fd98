//! One sequence under the instrument: its forward and its backward pass.

use crate::rnn::{
    Backward, Batch, Gradients, Interrupt, Interrupted, Loss, Network, Parameters, Unrolled,
};

/// The passes over the probe, the one sequence whose gradient is shown. Buffers are kept.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Everything of the forward pass.
    pub unrolled: Unrolled,
    /// Everything of the backward pass, in the training arithmetic (plain `f64`).
    pub backward: Backward,
    /// ∂L/∂ of every parameter, of this sequence alone.
    pub gradients: Gradients,
}

impl Probe {
    /// A probe of a network with parameters shaped like `parameters`.
    pub fn new(parameters: &Parameters) -> Self {
        Self {
            unrolled: Unrolled::default(),
            backward: Backward::default(),
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
        self.unrolled.forward(network, batch, interrupt)?;
        self.gradients.fill(0.0);
        self.backward.accumulate(
            network,
            batch,
            &self.unrolled,
            (loss, 1.0),
            &mut self.gradients,
            interrupt,
        )
    }
}
