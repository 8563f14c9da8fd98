//! A network with a sequence that it has read.

use crate::rnn::{Answered, Batch, Interrupt, Interrupted, Loss, Network, Pass, answered};

/// What a gradient is of: a network, one sequence, and the loss of its answers.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The network.
    pub network: &'a Network,
    /// One sequence and its targets.
    pub batch: &'a Batch,
    /// What answers are compared with targets by.
    pub loss: Loss,
}

impl Setting<'_> {
    /// n.
    pub fn length(&self) -> usize {
        self.batch.length
    }

    /// The forward pass of `network`, which may be another one of the same shape.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn read_by(&self, network: &Network, interrupt: &Interrupt) -> Result<Pass, Interrupted> {
        let mut pass = Pass::default();
        pass.forward(network, self.batch, interrupt)?;
        Ok(pass)
    }

    /// How many answers are asked for.
    pub fn asked(&self) -> usize {
        let targets = self.batch.answer_targets();
        targets.filter(|y| !y[0].is_nan()).count()
    }

    /// Every answer that is asked for: its 1-based timestep, and ∂L/∂z.
    pub fn answers(&self, pass: &Pass) -> Vec<(usize, Vec<f64>)> {
        answered(self.batch, pass)
            .map(|Answered { t, z, y, .. }| {
                let mut dz = vec![0.0; z.len()];
                self.loss.write_derivative(z, y, 1.0, &mut dz);
                (t, dz)
            })
            .collect()
    }
}
