//! A batch forward and backward: in parts that run side by side, where that pays.

mod search;

use std::ops::Range;

use rayon::prelude::*;

use super::division::Division;
use crate::flow::{BatchFlow, Probe};
use crate::rnn::{
    Batch, Gradients, Interrupt, Interrupted, Network, Objective, Parameters, Pass, Responses,
    norm_of_both,
};

/// How many times larger than needed buffers may be. A slider that is moved a little needs no others.
const SPARE_ROOM: usize = 4;

/// Numbers per buffer that are kept in any case: half a megabyte.
const KEPT_ROOM: usize = 65_536;

/// The passes over a batch, and what came of them. Buffers are kept from one to the next.
///
/// The batch is divided by its shape alone, and the parts are added up in their order: the results are the
/// same bits on one core and on many.
pub struct BatchPass {
    parts: Vec<Part>,
    /// The gradient of as many consecutive parts as the division says.
    sums: Vec<Gradients>,
    lanes: Vec<Lane>,
    division: Division,
    hidden: usize,
    flow: BatchFlow,
    cores: Option<usize>,
}

/// Some sequences of the batch, and what came of them.
struct Part {
    batch: Batch,
    read_outs: Vec<f64>,
    /// ‖g_0‖ to ‖g_n‖.
    norms: Vec<f64>,
    /// g_0 to g_n, if they are kept.
    state_gradients: Vec<f64>,
}

/// What one core works with.
#[derive(Default)]
struct Lane {
    pass: Pass,
}

impl BatchPass {
    /// Passes over batches like `empty`, through networks with parameters like `parameters`.
    pub fn new(empty: Batch, parameters: &Parameters) -> Self {
        Self {
            parts: vec![Part::new(empty)],
            sums: vec![parameters.zeros_like()],
            lanes: vec![Lane::default()],
            division: Division::default(),
            hidden: parameters.hidden(),
            flow: BatchFlow::default(),
            cores: None,
        }
    }

    /// How many cores to use at most. Without it, all that there are.
    pub fn use_cores(&mut self, cores: usize) {
        self.cores = Some(cores.max(1));
    }

    /// Runs `network` forward and backward over a batch of `size` sequences of `length` timesteps, at least one of
    /// each, for the mean of the `objective`. `draw` is called for consecutive ranges of the sequences to fill a batch with
    /// them, which still holds what it was filled with last.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised; the results are then meaningless.
    pub fn run(
        &mut self,
        network: &Network,
        (length, size): (usize, usize),
        objective: Objective,
        mut draw: impl FnMut(Range<usize>, &mut Batch),
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted> {
        self.prepare((length, size), &network.parameters);
        let division = self.division;
        let parts = &mut self.parts[..division.parts];
        for (range, part) in division.ranges(size).zip(parts.iter_mut()) {
            draw(range, &mut part.batch);
        }
        let task = LaneTask {
            network,
            objective: Objective {
                weight: 1.0 / size as f64,
                ..objective
            },
            division,
            interrupt,
        };
        let sums = &mut self.sums[..division.sums];
        if self.lanes.len() == 1 {
            self.lanes[0].run(&task, sums, parts)?;
        } else {
            let sums_per_lane = division.sums.div_ceil(self.lanes.len());
            let parts_per_lane = sums_per_lane * division.parts_per_sum;
            self.lanes
                .par_iter_mut()
                .zip(sums.par_chunks_mut(sums_per_lane))
                .zip(parts.par_chunks_mut(parts_per_lane))
                .try_for_each(|((lane, sums), parts)| lane.run(&task, sums, parts))?;
        }
        self.add_up();
        self.measure(network);
        Ok(())
    }

    /// ∂L/∂ of every parameter, for the mean loss of the batch.
    pub fn gradients(&self) -> &Gradients {
        &self.sums[0]
    }

    /// As [`Self::gradients`], to change before an update.
    pub fn gradients_mut(&mut self) -> &mut Gradients {
        &mut self.sums[0]
    }

    /// ∂L/∂o_t for the mean loss of the batch and `t` from 0 to n: H numbers for one sequence after the other, in
    /// slices of some sequences each. `None` for a batch whose n · B · H is more than four million: keeping it
    /// would take more than 32 MB.
    pub fn state_gradient(&self, t: usize) -> Option<impl Iterator<Item = &[f64]>> {
        self.division.keeps_state_gradients.then(|| {
            self.parts[..self.division.parts].iter().map(move |part| {
                let slab = part.batch.size * self.hidden;
                &part.state_gradients[t * slab..(t + 1) * slab]
            })
        })
    }

    /// Exchanges the buffers of its first lane for those of `probe`: one of the two is at work at a time, and large
    /// buffers are there once.
    pub(crate) fn exchange_buffers(&mut self, probe: &mut Probe) {
        std::mem::swap(&mut self.lanes[0].pass, &mut probe.pass);
    }

    /// Exchanges the buffers of all lanes for those of `other`.
    pub(crate) fn exchange_lanes(&mut self, other: &mut Self) {
        std::mem::swap(&mut self.lanes, &mut other.lanes);
    }

    /// The buffers of a forward pass, for whatever else runs forward between two batches.
    pub(crate) fn pass_mut(&mut self) -> &mut Pass {
        &mut self.lanes[0].pass
    }

    /// Gives the buffers back if they have far more room than batches of `size` sequences of `length` timesteps need,
    /// and forward passes of `others` in between, through networks with `parameters`. `empty` is a batch without
    /// sequences. What was shown of the last batch stays.
    pub(crate) fn save_memory(
        &mut self,
        (length, size): (usize, usize),
        others: usize,
        parameters: &Parameters,
        empty: Batch,
    ) {
        let rows = parameters.rows();
        let division = Division::of((length, size, rows), parameters.count());
        let sequences = division.sequences_per_part().max(others);
        let allowed = KEPT_ROOM.max(SPARE_ROOM * length * parameters.hidden() * sequences);
        let mut rooms = self.lanes.iter().map(|lane| lane.pass.room());
        if rooms.any(|room| room > allowed) || self.parts.len() > SPARE_ROOM * division.parts {
            *self = Self {
                flow: self.take_flow(),
                cores: self.cores,
                ..Self::new(empty, parameters)
            };
        }
    }

    /// The sequences of the batch, some at a time, and what was read out for them.
    pub fn parts(&self) -> impl Iterator<Item = (&Batch, &[f64])> {
        let parts = self.parts[..self.division.parts].iter();
        parts.map(|part| (&part.batch, part.read_outs.as_slice()))
    }

    /// z, K numbers, and y of every answer that was asked for, part after part; a y that is NaN was not asked for.
    pub fn answers(&self) -> impl Iterator<Item = (&[f64], &[f64])> {
        self.parts[..self.division.parts].iter().flat_map(|part| {
            let outputs = part.read_outs.len() / part.batch.answers();
            let answers = part.read_outs.chunks_exact(outputs);
            answers.zip(part.batch.answer_targets())
        })
    }

    /// The gradient of the batch at every timestep.
    pub fn flow(&self) -> &BatchFlow {
        &self.flow
    }

    /// Takes that gradient away, to be shown again by [`Self::show`].
    pub fn take_flow(&mut self) -> BatchFlow {
        std::mem::take(&mut self.flow)
    }

    /// Shows the gradient of a batch of before until the next one passes.
    pub fn show(&mut self, flow: BatchFlow) {
        self.flow = flow;
    }

    /// Divides the batch, and makes room for its parts and for as many lanes as there are cores for them.
    fn prepare(&mut self, (length, size): (usize, usize), parameters: &Parameters) {
        self.hidden = parameters.hidden();
        self.division = Division::of((length, size, parameters.rows()), parameters.count());
        while self.parts.len() < self.division.parts {
            let mut empty = self.parts[0].batch.clone();
            empty.reset(0, 0);
            self.parts.push(Part::new(empty));
        }
        let sums = self.division.sums;
        while self.sums.len() < sums {
            self.sums.push(parameters.zeros_like());
        }
        let cores = match (sums, self.cores) {
            // Without asking for a pool of threads.
            (1, _) => 1,
            (_, Some(cores)) => cores,
            (_, None) => rayon::current_num_threads(),
        };
        self.lanes
            .resize_with(cores.min(self.division.lanes), Lane::default);
    }

    /// Adds everything to the first sum and the first part.
    fn add_up(&mut self) {
        let sums = self.sums[..self.division.sums].split_first_mut();
        if let Some((sum, others)) = sums {
            others.iter().for_each(|other| sum.add(other));
        }
        let parts = self.parts[..self.division.parts].split_first_mut();
        if let Some((first, others)) = parts {
            for other in others {
                for (norm, other) in first.norms.iter_mut().zip(&other.norms) {
                    *norm = norm_of_both(*norm, *other);
                }
            }
        }
    }

    fn measure(&mut self, network: &Network) {
        let (pass, norms) = (&self.lanes[0].pass, &self.parts[0].norms);
        match pass.responses() {
            Some(Responses {
                a,
                f_prime,
                slab: 1,
            }) if self.division.parts == 1 => {
                self.flow.measure_one(network, a, f_prime, norms);
            }
            _ => self.flow.measure(norms),
        }
    }
}

impl Part {
    fn new(empty: Batch) -> Self {
        Self {
            batch: empty,
            read_outs: Vec::new(),
            norms: Vec::new(),
            state_gradients: Vec::new(),
        }
    }
}

/// What every lane does to its parts.
struct LaneTask<'a> {
    network: &'a Network,
    objective: Objective,
    division: Division,
    interrupt: &'a Interrupt,
}

impl Lane {
    /// Passes over `parts`, and puts the gradients of consecutive ones into `sums`.
    fn run(
        &mut self,
        task: &LaneTask<'_>,
        sums: &mut [Gradients],
        parts: &mut [Part],
    ) -> Result<(), Interrupted> {
        let groups = parts.chunks_mut(task.division.parts_per_sum);
        for (sum, parts) in sums.iter_mut().zip(groups) {
            sum.fill(0.0);
            for part in parts {
                self.run_part(task, sum, part)?;
            }
        }
        Ok(())
    }

    fn run_part(
        &mut self,
        task: &LaneTask<'_>,
        sum: &mut Gradients,
        part: &mut Part,
    ) -> Result<(), Interrupted> {
        let &LaneTask {
            network,
            objective,
            interrupt,
            division,
        } = task;
        let pass = &mut self.pass;
        pass.forward(network, &part.batch, interrupt)?;
        if division.keeps_state_gradients {
            pass.swap_state_gradients(&mut part.state_gradients);
        }
        let done = pass.backward(network, &part.batch, objective, sum, interrupt);
        if division.keeps_state_gradients {
            pass.swap_state_gradients(&mut part.state_gradients);
        }
        done?;
        part.read_outs.clear();
        part.read_outs.extend_from_slice(pass.read_outs());
        part.norms.clear();
        part.norms.extend_from_slice(pass.norms());
        Ok(())
    }
}

#[cfg(test)]
mod tests;
