//! The forward pass, unrolled in time, with everything the backward pass and the screen need.

use std::ops::Range;

use super::activation::inlined_evaluate;
use super::products::{CHUNK, Order, Packed, dot, inlined_product};
use super::projection::Projection;
use super::recurrence::run_one_unit;
use super::vectorised::{Kernel, Sweep};
use super::{Batch, Interrupt, Interrupted, Network, Parameter};

/// Every intermediate of a forward pass over a batch, timestep by timestep. The buffers are kept from
/// pass to pass, and as long as the largest of them, so that a pass allocates only when it grows and a small one
/// between large ones costs nothing more.
#[derive(Clone, Debug, Default)]
pub struct Unrolled {
    length: usize,
    size: usize,
    hidden: usize,
    pre_activations: Vec<f64>,
    states: Vec<f64>,
    derivatives: Vec<f64>,
    read_outs: Vec<f64>,
    projection: Projection,
    /// W_hᵀ, as the products want it.
    recurrent: Packed,
}

impl Unrolled {
    /// Runs `network` over `batch`.
    ///
    /// Token indices and vector widths must fit W_i. A batch without sequences is nothing to do.
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
        if batch.size == 0 {
            return Ok(());
        }
        let w_i = network.parameters.of(Parameter::InputWeights);
        self.projection.prepare(&batch.inputs, w_i, hidden);
        for state in self.states[..batch.size * hidden].chunks_exact_mut(hidden) {
            state
                .iter_mut()
                .zip(&network.o_0)
                .for_each(|(o, &o_0)| *o = o_0);
        }
        if hidden == 1 {
            self.run_one_unit(network, batch, interrupt)?;
        } else {
            self.run_units(network, batch, interrupt)?;
        }
        self.read_out(network);
        Ok(())
    }

    /// n, B, H of the last pass.
    pub fn shape(&self) -> (usize, usize, usize) {
        (self.length, self.size, self.hidden)
    }

    /// The largest n · B · H that it has had room for so far: each of three buffers has so many numbers.
    pub(crate) fn room(&self) -> usize {
        self.pre_activations.capacity()
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

    /// a_1 to a_n and f′ of them, if there is one sequence and one unit: then a timestep is a number.
    pub fn one_number_per_step(&self) -> Option<(&[f64], &[f64])> {
        let numbers = ..self.length;
        (self.size * self.hidden == 1).then(|| {
            let (a, f_prime) = (&self.pre_activations, &self.derivatives);
            (&a[numbers], &f_prime[numbers])
        })
    }

    /// f′(a_1) to f′(a_n), timestep after timestep.
    pub(super) fn f_primes(&self) -> &[f64] {
        &self.derivatives[..self.length * self.size * self.hidden]
    }

    /// o_0 to o_{n−1}, timestep after timestep: what W_h was multiplied with.
    pub(super) fn previous_states(&self) -> &[f64] {
        &self.states[..self.length * self.size * self.hidden]
    }

    /// z of every sequence.
    pub fn read_outs(&self) -> &[f64] {
        &self.read_outs
    }

    /// One product and one round of activations after the other.
    fn run_units(
        &mut self,
        network: &Network,
        batch: &Batch,
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted> {
        let slab = self.size * self.hidden;
        let w_h = network.parameters.of(Parameter::RecurrentWeights);
        self.recurrent.pack_transposed(w_h, self.hidden);
        // The inputs of some timesteps at once, so many that the product is a large one and so few that the
        // result is still in the cache when it is needed.
        let together = CHUNK.div_ceil(self.size);
        for start in (0..self.length).step_by(together) {
            interrupt.check()?;
            let end = self.length.min(start + together);
            self.project_inputs(network, batch, start..end);
            let steps = Steps {
                slab,
                recurrent: &self.recurrent,
                a: &mut self.pre_activations[start * slab..end * slab],
                states: &mut self.states[start * slab..(end + 1) * slab],
                f_primes: &mut self.derivatives[start * slab..end * slab],
            };
            network.activation.sweep(steps);
        }
        Ok(())
    }

    /// A single unit's timesteps in one loop: calling anything for each would take longer than the step.
    fn run_one_unit(
        &mut self,
        network: &Network,
        batch: &Batch,
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted> {
        self.project_inputs(network, batch, 0..self.length);
        let w_h = network.parameters.of(Parameter::RecurrentWeights);
        let count = self.length * self.size;
        run_one_unit(
            network.activation,
            w_h[0],
            self.size,
            &mut self.pre_activations[..count],
            &mut self.states[..count + self.size],
            &mut self.derivatives[..count],
            interrupt,
        )
    }

    fn slab<'a>(&self, values: &'a [f64], index: usize) -> &'a [f64] {
        let slab = self.size * self.hidden;
        &values[index * slab..(index + 1) * slab]
    }

    fn resize(&mut self, length: usize, size: usize, hidden: usize) {
        (self.length, self.size, self.hidden) = (length, size, hidden);
        let count = length * size * hidden;
        grow(&mut self.pre_activations, count);
        grow(&mut self.derivatives, count);
        grow(&mut self.states, count + size * hidden);
        self.read_outs.resize(size, 0.0);
    }

    /// W_i x_t + b for the 0-based `timesteps` at once, into the pre-activations.
    fn project_inputs(&mut self, network: &Network, batch: &Batch, timesteps: Range<usize>) {
        let rows = timesteps.start * self.size..timesteps.end * self.size;
        let (w_i, b) = (
            network.parameters.of(Parameter::InputWeights),
            network.parameters.b(),
        );
        let a = &mut self.pre_activations[rows.start * self.hidden..rows.end * self.hidden];
        match b {
            [] => a.fill(0.0),
            [b] => a.fill(*b),
            b => {
                let rows = a.chunks_exact_mut(b.len());
                rows.for_each(|row| row.copy_from_slice(b));
            }
        }
        let projection = &self.projection;
        projection.add(&batch.inputs, rows, w_i, self.hidden, a);
    }

    /// z = w_o · o_n + b_o
    fn read_out(&mut self, network: &Network) {
        let (w_o, b_o) = (network.parameters.w_o(), network.parameters.b_o());
        let b_o = b_o.iter().sum::<f64>();
        let slab = self.size * self.hidden;
        let states = self.states[self.length * slab..][..slab].chunks_exact(self.hidden);
        for (z, o_n) in self.read_outs.iter_mut().zip(states) {
            *z = b_o + dot(o_n, w_o);
        }
    }
}

/// Makes `buffer` at least `count` numbers long.
pub(super) fn grow(buffer: &mut Vec<f64>, count: usize) {
    if buffer.len() < count {
        // No more than that: a buffer that doubles would have twice what it was counted with.
        buffer.reserve_exact(count - buffer.len());
        buffer.resize(count, 0.0);
    }
}

/// a_t += W_h o_{t−1}, o_t = f(a_t) and f′(a_t) for some timesteps of `slab` numbers each. `states` begins with the
/// state before them. In one loop: for a few units a call takes as long as what it does.
struct Steps<'a> {
    slab: usize,
    recurrent: &'a Packed,
    a: &'a mut [f64],
    states: &'a mut [f64],
    f_primes: &'a mut [f64],
}

impl Sweep for Steps<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel, const FUSED: bool>(self) {
        let slab = self.slab;
        let steps = self.a.chunks_exact_mut(slab);
        for (t, (a, f_prime)) in steps.zip(self.f_primes.chunks_exact_mut(slab)).enumerate() {
            let (before, o) = self.states[t * slab..(t + 2) * slab].split_at_mut(slab);
            inlined_product::<FUSED, true>(before, self.recurrent, Order::at(t), a);
            inlined_evaluate::<K, FUSED>(a, o, f_prime);
        }
    }
}
