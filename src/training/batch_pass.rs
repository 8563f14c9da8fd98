//! A batch forward and backward: in parts that run side by side, where that pays.

use std::ops::Range;

use rayon::prelude::*;

use crate::flow::BatchFlow;
use crate::rnn::{
    Backward, Batch, Gradients, Interrupt, Interrupted, Loss, Network, Parameters, Unrolled,
};

/// Numbers per buffer of a pass (n · B · H): 32 MB each, or one sequence if that is more.
const NUMBERS_PER_PART: usize = 4_000_000;

/// Sequences by which a part grows: with fewer, the products wait for memory.
const SEQUENCES_PER_PART: usize = 8;

/// The least work of a part, in multiply-adds: about half a millisecond. To wake another core takes up to 0.1 ms,
/// and batches of less than a millisecond in all were measured to be no faster on two cores than on one.
const WORK_PER_PART: usize = 12_000_000;

/// What an activation and everything else that is done for each number costs, in multiply-adds.
const WORK_PER_NUMBER: usize = 100;

/// The passes over a batch, and what came of them. Buffers are kept from one to the next.
///
/// The batch is divided by its shape alone, and the parts are added up in their order: the results are the
/// same bits on one core and on many.
pub struct BatchPass {
    parts: Vec<Part>,
    lanes: Vec<Lane>,
    used: usize,
    flow: BatchFlow,
    cores: Option<usize>,
}

/// Some sequences of the batch, and what came of them.
struct Part {
    batch: Batch,
    gradients: Gradients,
    read_outs: Vec<f64>,
    norms: Vec<f64>,
}

/// What one core works with.
#[derive(Default)]
struct Lane {
    unrolled: Unrolled,
    backward: Backward,
}

impl BatchPass {
    /// Passes over batches like `empty`, through networks with parameters like `parameters`.
    pub fn new(empty: Batch, parameters: &Parameters) -> Self {
        Self {
            parts: vec![Part::new(empty, parameters)],
            lanes: vec![Lane::default()],
            used: 0,
            flow: BatchFlow::default(),
            cores: None,
        }
    }

    /// How many cores to use at most. Without it, all that there are.
    pub fn use_cores(&mut self, cores: usize) {
        self.cores = Some(cores.max(1));
    }

    /// Runs `network` forward and backward over a batch of `size` sequences of `length` timesteps, for the
    /// mean of `loss`. `draw` is called for consecutive ranges of the sequences to fill a batch with them,
    /// which still holds what it was filled with last.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised; the results are then meaningless.
    pub fn run(
        &mut self,
        network: &Network,
        (length, size): (usize, usize),
        loss: Loss,
        mut draw: impl FnMut(Range<usize>, &mut Batch),
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted> {
        let together = sequences_per_part(length, size, network.parameters.hidden());
        self.prepare(size.div_ceil(together), &network.parameters);
        let parts = &mut self.parts[..self.used];
        for (place, part) in parts.iter_mut().enumerate() {
            let first = place * together;
            draw(first..size.min(first + together), &mut part.batch);
        }
        let seed = (loss, 1.0 / size as f64);
        if self.lanes.len() == 1 {
            self.lanes[0].run(network, parts, seed, interrupt)?;
        } else {
            let per_lane = parts.len().div_ceil(self.lanes.len());
            self.lanes
                .par_iter_mut()
                .zip(parts.par_chunks_mut(per_lane))
                .try_for_each(|(lane, parts)| lane.run(network, parts, seed, interrupt))?;
        }
        self.add_up();
        self.measure(network);
        Ok(())
    }

    /// ∂L/∂ of every parameter, for the mean loss of the batch.
    pub fn gradients(&self) -> &Gradients {
        &self.parts[0].gradients
    }

    /// As [`Self::gradients`], to change before an update.
    pub fn gradients_mut(&mut self) -> &mut Gradients {
        &mut self.parts[0].gradients
    }

    /// z and y of every sequence.
    pub fn ends(&self) -> impl Iterator<Item = (f64, f64)> {
        self.parts[..self.used].iter().flat_map(|part| {
            let ends = part.read_outs.iter().zip(&part.batch.targets);
            ends.map(|(&z, &y)| (z, y))
        })
    }

    /// The gradient of the batch at every timestep.
    pub fn flow(&self) -> &BatchFlow {
        &self.flow
    }

    /// Makes room for `count` parts and for as many lanes as there are cores for them.
    fn prepare(&mut self, count: usize, parameters: &Parameters) {
        while self.parts.len() < count {
            let mut empty = self.parts[0].batch.clone();
            empty.reset(0, 0);
            self.parts.push(Part::new(empty, parameters));
        }
        self.used = count;
        let lanes = match (count, self.cores) {
            (1, _) => 1,
            (_, Some(cores)) => cores.min(count),
            (_, None) => rayon::current_num_threads().min(count),
        };
        self.lanes.resize_with(lanes, Lane::default);
    }

    /// Adds everything to the first part.
    fn add_up(&mut self) {
        let Some((sum, others)) = self.parts[..self.used].split_first_mut() else {
            return;
        };
        for other in others {
            sum.gradients.add(&other.gradients);
            for (norm, other) in sum.norms.iter_mut().zip(&other.norms) {
                *norm = norm.hypot(*other);
            }
        }
    }

    fn measure(&mut self, network: &Network) {
        let (unrolled, norms) = (&self.lanes[0].unrolled, &self.parts[0].norms);
        match unrolled.one_number_per_step() {
            Some((a, f_prime)) if self.used == 1 => {
                self.flow.measure_one(network, a, f_prime, norms);
            }
            _ => self.flow.measure(norms),
        }
    }
}

impl Part {
    fn new(empty: Batch, parameters: &Parameters) -> Self {
        Self {
            batch: empty,
            gradients: parameters.zeros_like(),
            read_outs: Vec::new(),
            norms: Vec::new(),
        }
    }
}

impl Lane {
    fn run(
        &mut self,
        network: &Network,
        parts: &mut [Part],
        seed: (Loss, f64),
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted> {
        for part in parts {
            self.unrolled.forward(network, &part.batch, interrupt)?;
            part.gradients.fill(0.0);
            self.backward.accumulate(
                network,
                &part.batch,
                &self.unrolled,
                seed,
                &mut part.gradients,
                interrupt,
            )?;
            part.read_outs.clear();
            part.read_outs.extend_from_slice(self.unrolled.read_outs());
            part.norms.clear();
            part.norms.extend_from_slice(self.backward.norms());
        }
        Ok(())
    }
}

/// How many sequences make a part: as few as are worth a core, and no more than fit the memory.
pub fn sequences_per_part(length: usize, size: usize, hidden: usize) -> usize {
    let numbers = length * hidden;
    let work = numbers * (3 * hidden + WORK_PER_NUMBER);
    let worth_it = WORK_PER_PART
        .div_ceil(work)
        .next_multiple_of(SEQUENCES_PER_PART);
    worth_it.min(NUMBERS_PER_PART / numbers).clamp(1, size)
}

#[cfg(test)]
mod tests;
