//! Backpropagation through time, with ∂L/∂o_t kept for every timestep.

use super::products::{add_outer_products, add_scaled, product};
use super::{Batch, Gradients, Inputs, Interrupt, Interrupted, Loss, Network, Unrolled};

/// Multiplications of a weight gradient done between two looks at the interrupt: about 10 ms.
const MULTIPLICATIONS_PER_LOOK: usize = 100_000_000;

/// Every intermediate of a backward pass. The buffers are kept from pass to pass.
#[derive(Clone, Debug, Default)]
pub struct Backward {
    size: usize,
    hidden: usize,
    /// g_0 to g_n.
    state_gradients: Vec<f64>,
    /// δ_1 to δ_n.
    deltas: Vec<f64>,
}

impl Backward {
    /// Adds `weight` · ∂L/∂ of every parameter to `gradients`, for L summed over the sequences of
    /// `batch`, after `unrolled` has run forward over it. A `weight` of 1/B gives the mean.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised; `gradients` is then meaningless.
    pub fn accumulate(
        &mut self,
        network: &Network,
        batch: &Batch,
        unrolled: &Unrolled,
        (loss, weight): (Loss, f64),
        gradients: &mut Gradients,
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted> {
        let (length, size, hidden) = unrolled.shape();
        self.resize(length, size, hidden);
        self.seed(network, batch, unrolled, (loss, weight), gradients);
        let slab = size * hidden;
        let w_h = network.parameters.w_h.view();
        for t in (1..=length).rev() {
            interrupt.check()?;
            let (before, at) = self.state_gradients.split_at_mut(t * slab);
            let delta = &mut self.deltas[(t - 1) * slab..t * slab];
            // δ_t = f′(a_t) ⊙ g_t
            let factors = unrolled.f_prime(t).iter().zip(&at[..slab]);
            for (delta, (f_prime, g)) in delta.iter_mut().zip(factors) {
                *delta = f_prime * g;
            }
            // g_{t−1} = W_hᵀ δ_t
            product(delta, &w_h, &mut before[(t - 1) * slab..]);
        }
        self.add_weight_gradients(batch, unrolled, gradients, interrupt)
    }

    /// g_t = `weight` · ∂L/∂o_t for `t` from 0 to n: B rows of H.
    pub fn state_gradient(&self, t: usize) -> &[f64] {
        let slab = self.size * self.hidden;
        &self.state_gradients[t * slab..(t + 1) * slab]
    }

    /// δ_t = `weight` · ∂L/∂a_t for 1-based `t`: B rows of H.
    pub fn delta(&self, t: usize) -> &[f64] {
        let slab = self.size * self.hidden;
        &self.deltas[(t - 1) * slab..t * slab]
    }

    fn resize(&mut self, length: usize, size: usize, hidden: usize) {
        (self.size, self.hidden) = (size, hidden);
        self.deltas.resize(length * size * hidden, 0.0);
        self.state_gradients
            .resize((length + 1) * size * hidden, 0.0);
    }

    /// The loss's own gradient: ∂L/∂z, from it ∂L/∂w_o, ∂L/∂b_o and g_n = ∂L/∂z · w_o.
    fn seed(
        &mut self,
        network: &Network,
        batch: &Batch,
        unrolled: &Unrolled,
        (loss, weight): (Loss, f64),
        gradients: &mut Gradients,
    ) {
        let (length, size, hidden) = unrolled.shape();
        let last = length * size * hidden;
        let g_n = self.state_gradients[last..].chunks_exact_mut(hidden);
        let o_n = unrolled.state(length).chunks_exact(hidden);
        let ends = unrolled.read_outs().iter().zip(&batch.targets);
        for ((g_n, o_n), (&z, &y)) in g_n.zip(o_n).zip(ends) {
            let dz = weight * loss.derivative(z, y);
            for (g, &w_o) in g_n.iter_mut().zip(&network.parameters.w_o) {
                *g = dz * w_o;
            }
            for (gradient, &o) in gradients.w_o.iter_mut().zip(o_n) {
                *gradient += dz * o;
            }
            for gradient in &mut gradients.b_o {
                *gradient += dz;
            }
        }
    }

    /// ∂L/∂W_h = Σ δ_t o_{t−1}ᵀ, ∂L/∂W_i = Σ δ_t x_tᵀ, ∂L/∂b = Σ δ_t, each as one product over time.
    fn add_weight_gradients(
        &self,
        batch: &Batch,
        unrolled: &Unrolled,
        gradients: &mut Gradients,
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted> {
        let hidden = self.hidden;
        let mut w_h = gradients.w_h.view_mut();
        let rows = (MULTIPLICATIONS_PER_LOOK / (hidden * hidden)).max(1) * hidden;
        let previous = unrolled.previous_states();
        for (deltas, states) in self.deltas.chunks(rows).zip(previous.chunks(rows)) {
            interrupt.check()?;
            add_outer_products(deltas, states, &mut w_h);
        }
        let deltas = self.deltas.chunks_exact(hidden);
        // W_i is stored column by column.
        let w_i = &mut *gradients.slices_mut()[0];
        match &batch.inputs {
            Inputs::Dense { width, values } => {
                for (delta, x) in deltas.zip(values.chunks_exact(*width)) {
                    for (&x, column) in x.iter().zip(w_i.chunks_exact_mut(hidden)) {
                        add_scaled(x, delta, column);
                    }
                }
            }
            Inputs::Tokens(tokens) => {
                for (delta, token) in deltas.zip(tokens) {
                    if let Some(token) = token {
                        let start = *token as usize * hidden;
                        add_scaled(1.0, delta, &mut w_i[start..start + hidden]);
                    }
                }
            }
        }
        if !gradients.b.is_empty() {
            for delta in self.deltas.chunks_exact(hidden) {
                gradients.b.iter_mut().zip(delta).for_each(|(g, d)| *g += d);
            }
        }
        Ok(())
    }
}
