//! The forward pass, unrolled in time, with everything the backward pass and the screen need.

use super::products::{add_product_transposed, add_scaled};
use super::{Batch, Inputs, Interrupt, Interrupted, Network};

/// Every intermediate of a forward pass over a batch, timestep by timestep. The buffers are kept from
/// pass to pass, so that a pass allocates only when it grows.
#[derive(Clone, Debug, Default)]
pub struct Unrolled {
    length: usize,
    size: usize,
    hidden: usize,
    pre_activations: Vec<f64>,
    states: Vec<f64>,
    derivatives: Vec<f64>,
    read_outs: Vec<f64>,
}

impl Unrolled {
    /// Runs `network` over `batch`.
    ///
    /// Token indices and vector widths must fit W_i.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised; the contents are then meaningless.
    pub fn forward(
        &mut self,
        network: &Network,
        batch: &Batch,
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted> {
        let hidden = network.parameters.hidden();
        self.resize(batch.length, batch.size, hidden);
        self.project_inputs(network, batch);
        for state in self.states[..batch.size * hidden].chunks_exact_mut(hidden) {
            state
                .iter_mut()
                .zip(&network.o_0)
                .for_each(|(o, &o_0)| *o = o_0);
        }
        let slab = batch.size * hidden;
        let w_h = network.parameters.w_h.view();
        for t in 0..batch.length {
            interrupt.check()?;
            let (before, after) = self.states.split_at_mut((t + 1) * slab);
            let previous = &before[t * slab..];
            let range = t * slab..(t + 1) * slab;
            // a_t = W_i x_t + b + W_h o_{t−1}; the first two are there already.
            let a = &mut self.pre_activations[range.clone()];
            add_product_transposed(previous, &w_h, a);
            // o_t = f(a_t)
            let f_prime = &mut self.derivatives[range];
            network.activation.evaluate(a, &mut after[..slab], f_prime);
        }
        self.read_out(network);
        Ok(())
    }

    /// n, B, H of the last pass.
    pub fn shape(&self) -> (usize, usize, usize) {
        (self.length, self.size, self.hidden)
    }

    /// a_t for 1-based `t`: B rows of H.
    pub fn pre_activation(&self, t: usize) -> &[f64] {
        self.slab(&self.pre_activations, t - 1)
    }

    /// o_t for `t` from 0 to n: B rows of H.
    pub fn state(&self, t: usize) -> &[f64] {
        self.slab(&self.states, t)
    }

    /// f′(a_t) for 1-based `t`: B rows of H.
    pub fn f_prime(&self, t: usize) -> &[f64] {
        self.slab(&self.derivatives, t - 1)
    }

    /// o_0 to o_{n−1}, timestep after timestep: what W_h was multiplied with.
    pub(super) fn previous_states(&self) -> &[f64] {
        &self.states[..self.length * self.size * self.hidden]
    }

    /// z of every sequence.
    pub fn read_outs(&self) -> &[f64] {
        &self.read_outs
    }

    fn slab<'a>(&self, values: &'a [f64], index: usize) -> &'a [f64] {
        let slab = self.size * self.hidden;
        &values[index * slab..(index + 1) * slab]
    }

    fn resize(&mut self, length: usize, size: usize, hidden: usize) {
        (self.length, self.size, self.hidden) = (length, size, hidden);
        let count = length * size * hidden;
        self.pre_activations.resize(count, 0.0);
        self.derivatives.resize(count, 0.0);
        self.states.resize(count + size * hidden, 0.0);
        self.read_outs.resize(size, 0.0);
    }

    /// W_i x_t + b for every timestep at once, into the pre-activations.
    fn project_inputs(&mut self, network: &Network, batch: &Batch) {
        let parameters = &network.parameters;
        if parameters.has_bias() {
            for row in self.pre_activations.chunks_exact_mut(self.hidden) {
                row.iter_mut().zip(&parameters.b).for_each(|(a, &b)| *a = b);
            }
        } else {
            self.pre_activations.fill(0.0);
        }
        // W_i is stored column by column.
        let w_i = parameters.slices()[0];
        let columns = w_i.chunks_exact(self.hidden);
        match &batch.inputs {
            Inputs::Dense { width, values } => {
                let rows = self.pre_activations.chunks_exact_mut(self.hidden);
                for (row, x) in rows.zip(values.chunks_exact(*width)) {
                    for (&x, column) in x.iter().zip(columns.clone()) {
                        add_scaled(x, column, row);
                    }
                }
            }
            Inputs::Tokens(tokens) => {
                let rows = self.pre_activations.chunks_exact_mut(self.hidden);
                for (row, token) in rows.zip(tokens) {
                    if let Some(token) = token {
                        let start = *token as usize * self.hidden;
                        add_scaled(1.0, &w_i[start..start + self.hidden], row);
                    }
                }
            }
        }
    }

    /// z = w_o · o_n + b_o
    fn read_out(&mut self, network: &Network) {
        let parameters = &network.parameters;
        let b_o = parameters.b_o.iter().sum::<f64>();
        let last = self.length * self.size * self.hidden;
        let states = self.states[last..].chunks_exact(self.hidden);
        for (z, o_n) in self.read_outs.iter_mut().zip(states) {
            *z = b_o
                + o_n
                    .iter()
                    .zip(&parameters.w_o)
                    .map(|(o, w)| o * w)
                    .sum::<f64>();
        }
    }
}
