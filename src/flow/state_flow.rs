//! The gradient at every timestep of any network, whatever is asked of it.

use std::ops::Range;

use ndarray::Axis;

use super::lost_state_sums::LostStateSums;
use super::lost_sums::is_lost;
use super::reading::Reading;
use super::step_flow::{StepFlow, fill_from_first};
use super::walk::Walk;
use super::weight_gradient::{bilinear_at_once, norm_or_number};
use super::whole_loss::WholeLoss;
use super::{Magnitude, Probe, Term, WeightGradient};
use crate::rnn::{
    Batch, Interrupt, Interrupted, Loss, Network, Parameter, Parameters, ReadOut, StepBack, norm,
};

/// Timesteps that are taken together.
const AT_ONCE: usize = 64;

/// What is known of one sequence: see [`GradientFlow`](super::GradientFlow), whose parts these are.
pub struct StateFlow {
    pub steps: Vec<StepFlow>,
    pub z: f64,
    pub dl_dz: Magnitude,
    pub dl_ds_0: Magnitude,
    pub w_h: WeightGradient,
    pub w_i: WeightGradient,
}

impl StateFlow {
    /// Of the sequence `batch` after `probe` has run over it.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn of(
        network: &Network,
        batch: &Batch,
        probe: &Probe,
        loss: Loss,
        interrupt: &Interrupt,
    ) -> Result<Self, Interrupted> {
        let sums = Sums::of(network, probe);
        let mut whole = WholeLoss::new(network, batch, probe, loss);
        let (z, dl_dz) = (whole.z, whole.dl_dz);
        let mut walk = Walk::new(network, &probe.pass, &whole.at_end);
        let shares = sums.shares(batch, probe);
        // With one answer at the end the two ways are one: a step of a large network is a sweep over all of its weights.
        let is_one_way = batch.read_out == ReadOut::AtTheEnd && walk.may_go_along(whole.size());
        let mut steps = Vec::with_capacity(batch.length);
        for t in (1..=batch.length).rev() {
            interrupt.check()?;
            let to_end = walk.product();
            let dl_ds = whole.size();
            let back = whole.step_back(t);
            let gains = match is_one_way {
                true => walk.go_along(back),
                false => walk.step_back(t),
            };
            let [term_w_i, term_w_h] = sums.terms(batch, probe, (t, shares[t - 1]), back);
            steps.push(StepFlow {
                ways: gains.ways,
                parts: gains.parts,
                factor: gains.factor,
                to_end,
                from_first: Magnitude::ONE,
                dl_do: dl_ds,
                term_w_h: Term {
                    magnitude: dl_ds.size().times(term_w_h.magnitude),
                    ..term_w_h
                },
                term_w_i: Term {
                    magnitude: dl_ds.size().times(term_w_i.magnitude),
                    ..term_w_i
                },
            });
            whole.go_on(t);
        }
        steps.reverse();
        fill_from_first(&mut steps);
        let (mut w_i, mut w_h) = (sums.w_i, sums.w_h);
        let terms = |of: fn(&StepFlow) -> Term| steps.iter().map(move |step| of(step).magnitude);
        let lost = [
            is_lost(w_i, terms(|step| step.term_w_i)),
            is_lost(w_h, terms(|step| step.term_w_h)),
        ];
        if lost.contains(&true) {
            let sizes: Vec<Magnitude> = steps.iter().map(|step| step.dl_do).collect();
            let lost_sums = LostStateSums {
                network,
                batch,
                probe,
                loss,
            };
            if let Some([of_w_i, of_w_h]) = lost_sums.find(&sizes, interrupt)? {
                if lost[0] {
                    w_i = of_w_i.0;
                    for (step, share) in steps.iter_mut().zip(of_w_i.1) {
                        step.term_w_i.share = share;
                    }
                }
                if lost[1] {
                    w_h = of_w_h.0;
                    for (step, share) in steps.iter_mut().zip(of_w_h.1) {
                        step.term_w_h.share = share;
                    }
                }
            }
        }
        Ok(Self {
            steps,
            z,
            dl_dz,
            dl_ds_0: whole.size(),
            w_h,
            w_i,
        })
    }
}

/// ∂L/∂W_h and ∂L/∂W_i of all layers together, as training has them.
struct Sums {
    w_h: WeightGradient,
    w_i: WeightGradient,
    /// The gradients divided by the size of each of the two, so that products with them do not underflow long before the
    /// shares do.
    along: [Parameters; 2],
    lengths: [f64; 2],
    /// The blocks of W_h, as many at a time as are multiplied with the same numbers.
    groups: Vec<Range<usize>>,
}

impl Sums {
    fn of(network: &Network, probe: &Probe) -> Self {
        let sum = |parameter: Parameter| {
            let numbers: Vec<f64> = probe
                .gradients
                .all_of(parameter)
                .flatten()
                .copied()
                .collect();
            WeightGradient::of(&numbers)
        };
        let [w_i, w_h] = [Parameter::InputWeights, Parameter::RecurrentWeights].map(sum);
        debug_assert_eq!(network.parameters.count(), probe.gradients.count());
        let lengths = [w_i, w_h].map(|sum| sum.magnitude.value().abs());
        let along = lengths.map(|length| {
            let mut along = probe.gradients.clone();
            along
                .values_mut()
                .iter_mut()
                .for_each(|number| *number /= length);
            along
        });
        Self {
            w_h,
            w_i,
            along,
            lengths,
            groups: network.cell.cell().recurrent_groups(),
        }
    }

    /// ⟨term, sum⟩ of ∂L/∂W_i and of ∂L/∂W_h, divided by the size of the sum, for each timestep: many at once, since a product
    /// of matrices reads each weight once for all of them.
    fn shares(&self, batch: &Batch, probe: &Probe) -> Vec<[f64; 2]> {
        let pass = &probe.pass;
        let (_, _, hidden) = pass.shape();
        let mut shares = vec![[0.0; 2]; batch.length];
        for (layer, record) in pass.layers().iter().enumerate() {
            let of = |place: usize, parameter| self.along[place].matrix_of(parameter, layer);
            let along_w_i = of(0, Parameter::InputWeights);
            let along_w_h = of(1, Parameter::RecurrentWeights);
            for (chunk, shares) in shares.chunks_mut(AT_ONCE).enumerate() {
                let first = chunk * AT_ONCE + 1;
                let steps = first..first + shares.len();
                let readings = steps.clone().map(|t| Reading::of(batch, pass, layer, t));
                let readings: Vec<Reading<'_>> = readings.collect();
                let vectors: Option<Vec<&[f64]>> = readings.iter().map(Reading::vector).collect();
                let mut deltas = steps.clone().map(|t| record.delta(t));
                let of_w_i: Vec<f64> = match vectors {
                    Some(vectors) => bilinear_at_once(deltas, along_w_i, &vectors),
                    None => readings
                        .iter()
                        .filter_map(|read| Some(read.bilinear(deltas.next()?, along_w_i)))
                        .collect(),
                };
                for (share, of_w_i) in shares.iter_mut().zip(&of_w_i) {
                    share[0] += of_w_i;
                }
                for blocks in &self.groups {
                    let rows = blocks.start * hidden..blocks.end * hidden;
                    let inputs = steps.clone();
                    let inputs = inputs.map(|t| record.recurrent_input(blocks.start, t));
                    let inputs: Vec<&[f64]> = inputs.collect();
                    let deltas = steps.clone();
                    let deltas = deltas.map(|t| &record.recurrent_delta(t)[rows.clone()]);
                    let along_w_h = along_w_h.slice_axis(Axis(0), rows.clone().into());
                    let of_w_h = bilinear_at_once(deltas, along_w_h, &inputs);
                    for (share, of_w_h) in shares.iter_mut().zip(&of_w_h) {
                        share[1] += of_w_h;
                    }
                }
            }
        }
        shares
    }

    /// The terms of ∂L/∂W_i and of ∂L/∂W_h at 1-based `t`: their sizes for a gradient of size 1 at s_t, which left `back`
    /// behind, and their `shares`.
    fn terms(
        &self,
        batch: &Batch,
        probe: &Probe,
        (t, shares): (usize, [f64; 2]),
        back: &StepBack,
    ) -> [Term; 2] {
        let pass = &probe.pass;
        let (_, _, hidden) = pass.shape();
        let (mut of_w_i, mut of_w_h) = (Vec::new(), Vec::new());
        for (layer, record) in pass.layers().iter().enumerate() {
            let size = Reading::of(batch, pass, layer, t).size();
            of_w_i.push(norm_or_number(&back.deltas[layer]).times(size));
            // The norm of a product of two vectors is that of the one times that of the other.
            of_w_h.extend(self.groups.iter().map(|blocks| {
                let rows = blocks.start * hidden..blocks.end * hidden;
                let delta = norm_or_number(&back.recurrent_deltas[layer][rows]);
                delta.times(norm_or_number(record.recurrent_input(blocks.start, t)))
            }));
        }
        let term = |place: usize, sizes: Vec<Magnitude>, sum: WeightGradient| {
            let magnitude = match sizes.as_slice() {
                // A single weight's term is a number with its sign.
                [size] if sum.is_number => *size,
                sizes => {
                    let numbers: Vec<f64> = sizes.iter().map(|size| size.value()).collect();
                    Magnitude::new(norm(&numbers))
                }
            };
            Term {
                magnitude,
                share: shares[place] / self.lengths[place],
            }
        };
        [term(0, of_w_i, self.w_i), term(1, of_w_h, self.w_h)]
    }
}
