//! Backpropagation through time, with ∂L/∂o_t and its norm kept for every timestep.

use std::ops::Range;

use super::products::{
    CHUNK, Order, Packed, Transposed, add_rows, dot, inlined_dot, inlined_product,
};
use super::projection::add_input_gradient;
use super::recurrence::run_one_unit_back;
use super::unrolled::grow;
use super::vectorised::{Loop, run};
use super::{Batch, Gradients, Interrupt, Interrupted, Loss, Network, Parameter, Unrolled, norm};

/// Numbers to take at a time in sums over time, where [`CHUNK`] rows are fewer.
const LEAST_NUMBERS: usize = 1024;

/// Every intermediate of a backward pass. The buffers are kept from pass to pass, and as long as the largest of them.
#[derive(Clone, Debug, Default)]
pub struct Backward {
    length: usize,
    size: usize,
    hidden: usize,
    /// g_0 to g_n.
    state_gradients: Vec<f64>,
    /// δ_1 to δ_n.
    deltas: Vec<f64>,
    /// ‖g_0‖ to ‖g_n‖.
    norms: Vec<f64>,
    /// W_h, as the products want it.
    recurrent: Packed,
    transposed: Transposed,
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
        if size == 0 {
            self.norms.fill(0.0);
            return Ok(());
        }
        self.seed(network, batch, unrolled, (loss, weight), gradients);
        interrupt.check()?;
        if hidden == 1 {
            self.run_one_unit(network, unrolled);
            self.add_weight_gradients(batch, unrolled, 0..length, gradients);
            return Ok(());
        }
        let w_h = network.parameters.of(Parameter::RecurrentWeights);
        self.recurrent.pack(w_h, hidden);
        // The products over time take some timesteps at once, as soon as these are there: then they are still
        // in the cache.
        let together = CHUNK / size.min(CHUNK);
        let g_n = self.state_gradient(length);
        self.norms[length] = dot(g_n, g_n);
        let mut end = length;
        while end > 0 {
            interrupt.check()?;
            let start = end.saturating_sub(together);
            self.run_units(unrolled, start..end);
            self.add_weight_gradients(batch, unrolled, start..end, gradients);
            end = start;
        }
        let g = self.state_gradients.chunks_exact(size * hidden);
        for (norm, g) in self.norms.iter_mut().zip(g) {
            *norm = root(*norm, g);
        }
        Ok(())
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

    /// ‖g_t‖ for t = 0..n at index t: the Euclidean norm over all sequences and units.
    pub fn norms(&self) -> &[f64] {
        &self.norms
    }

    /// Exchanges the memory of g_0 to g_n, one timestep after the other, for `memory`: to keep them while the next
    /// batch passes.
    pub fn swap_state_gradients(&mut self, memory: &mut Vec<f64>) {
        std::mem::swap(&mut self.state_gradients, memory);
    }

    fn resize(&mut self, length: usize, size: usize, hidden: usize) {
        (self.length, self.size, self.hidden) = (length, size, hidden);
        grow(&mut self.deltas, length * size * hidden);
        self.norms.resize(length + 1, 0.0);
        grow(&mut self.state_gradients, (length + 1) * size * hidden);
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
        let slab = size * hidden;
        let g_n = self.state_gradients[length * slab..][..slab].chunks_exact_mut(hidden);
        let o_n = unrolled.state(length).chunks_exact(hidden);
        let ends = unrolled.read_outs().iter().zip(&batch.targets);
        for ((g_n, o_n), (&z, &y)) in g_n.zip(o_n).zip(ends) {
            let dz = weight * loss.derivative(z, y);
            for (g, &w_o) in g_n.iter_mut().zip(network.parameters.w_o()) {
                *g = dz * w_o;
            }
            for (gradient, &o) in gradients.w_o_mut().iter_mut().zip(o_n) {
                *gradient += dz * o;
            }
            for gradient in gradients.b_o_mut() {
                *gradient += dz;
            }
        }
    }

    /// From g_end to g_start.
    fn run_units(&mut self, unrolled: &Unrolled, Range { start, end }: Range<usize>) {
        let slab = self.size * self.hidden;
        run(StepsBack {
            slab,
            f_primes: &unrolled.f_primes()[start * slab..end * slab],
            recurrent: &self.recurrent,
            deltas: &mut self.deltas[start * slab..end * slab],
            g: &mut self.state_gradients[start * slab..(end + 1) * slab],
            squares: &mut self.norms[start..end],
        });
    }

    fn run_one_unit(&mut self, network: &Network, unrolled: &Unrolled) {
        let w_h = network.parameters.of(Parameter::RecurrentWeights);
        let f_prime = unrolled.f_primes();
        let g = &mut self.state_gradients[..f_prime.len() + self.size];
        let deltas = &mut self.deltas[..f_prime.len()];
        run_one_unit_back(w_h[0], self.size, f_prime, g, deltas);
        let g = self.state_gradients.chunks_exact(self.size);
        for (norm, g) in self.norms.iter_mut().zip(g) {
            *norm = norm_over_batch(g);
        }
    }

    /// ∂L/∂W_h = Σ δ_t o_{t−1}ᵀ, ∂L/∂W_i = Σ δ_t x_tᵀ, ∂L/∂b = Σ δ_t, over some 0-based `timesteps`.
    fn add_weight_gradients(
        &mut self,
        batch: &Batch,
        unrolled: &Unrolled,
        timesteps: Range<usize>,
        gradients: &mut Gradients,
    ) {
        let hidden = self.hidden;
        let rows = timesteps.start * self.size..timesteps.end * self.size;
        let [w_i, w_h, b] = gradients.several_mut([
            Parameter::InputWeights,
            Parameter::RecurrentWeights,
            Parameter::HiddenBias,
        ]);
        let together = CHUNK.max(LEAST_NUMBERS / hidden);
        for start in rows.clone().step_by(together) {
            let rows = start..rows.end.min(start + together);
            let numbers = rows.start * hidden..rows.end * hidden;
            let deltas = &self.deltas[numbers.clone()];
            let previous = &unrolled.previous_states()[numbers];
            let transposed = &mut self.transposed;
            add_rows(deltas, b);
            if hidden == 1 {
                w_h[0] += dot(deltas, previous);
            } else {
                transposed.share(deltas, hidden);
                transposed.add_shared_times(previous, hidden, w_h);
            }
            add_input_gradient(&batch.inputs, rows, deltas, hidden, transposed, w_i);
        }
    }
}

/// δ_t = f′(a_t) ⊙ g_t and g_{t−1} = W_hᵀ δ_t for some timesteps of `slab` numbers each, and Σ g_{t−1}². In one loop: for a few units a call takes as long as what it does.
struct StepsBack<'a> {
    slab: usize,
    f_primes: &'a [f64],
    recurrent: &'a Packed,
    deltas: &'a mut [f64],
    g: &'a mut [f64],
    squares: &'a mut [f64],
}

impl Loop for StepsBack<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let slab = self.slab;
        let steps = self.f_primes.chunks_exact(slab);
        let steps = steps.zip(self.deltas.chunks_exact_mut(slab));
        for (t, (f_prime, delta)) in steps.enumerate().rev() {
            let (earlier, g) = self.g[t * slab..(t + 2) * slab].split_at_mut(slab);
            for (delta, (f_prime, g)) in delta.iter_mut().zip(f_prime.iter().zip(g.iter())) {
                *delta = f_prime * g;
            }
            inlined_product::<FUSED, false>(delta, self.recurrent, Order::at(t), earlier);
            self.squares[t] = inlined_dot::<FUSED>(earlier, earlier);
        }
    }
}

/// ‖g‖ over sequences and units.
fn norm_over_batch(g: &[f64]) -> f64 {
    match g {
        [number] => number.abs(),
        g => root(dot(g, g), g),
    }
}

/// √Σ g² from the `squares`, Σ g², where these neither overflow nor underflow.
fn root(squares: f64, g: &[f64]) -> f64 {
    if (1e-250..1e250).contains(&squares) {
        squares.sqrt()
    } else {
        norm(g)
    }
}
