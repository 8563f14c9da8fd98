//! A network with a sequence that it has read.

use crate::rnn::{Batch, Interrupt, Interrupted, Loss, Network, Pass};

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

    /// Every answer that is asked for: its 1-based timestep, and ∂L/∂z.
    pub fn answers(&self, pass: &Pass) -> Vec<(usize, Vec<f64>)> {
        let outputs = pass.read_outs().len() / self.batch.answers().max(1);
        let all = pass.read_outs().chunks_exact(outputs.max(1));
        let asked = all.zip(self.batch.answer_targets()).enumerate();
        let asked = asked.filter(|(_, (_, y))| !y[0].is_nan());
        asked
            .map(|(place, (z, y))| {
                let mut dz = vec![0.0; z.len()];
                self.loss.write_derivative(z, y, 1.0, &mut dz);
                let t = match self.batch.read_out {
                    crate::rnn::ReadOut::AtTheEnd => self.batch.length,
                    crate::rnn::ReadOut::AtEveryStep => place + 1,
                };
                (t, dz)
            })
            .collect()
    }
}
