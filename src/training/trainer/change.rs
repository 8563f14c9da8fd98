//! What is changed by hand in the middle of a run.

use super::setup::{build_task, draw_unit_network};
use super::{Evaluator, Optimizer, Trainer};
use crate::tasks::{Part, Sentiment, TaskKind, tokenise};
use crate::training::{CheckedExperiment, Weight, WeightValues};

/// A matrix smaller than this has lost its shape to underflow, or soon will.
const SMALLEST_SIZE: f64 = 1e-200;

impl Trainer {
    /// Sets one weight by its slider, in the middle of training too.
    pub fn set_weight(&mut self, weight: Weight, value: f64) {
        let spectrum = self.affordable_spectrum();
        let current = WeightValues::of(&self.network.parameters, spectrum).get(weight);
        let slice = weight.slice();
        let is_number = self.network.parameters.slices()[slice].len() == 1;
        if is_number {
            self.network.parameters.slices_mut()[slice][0] = value;
            self.spectrum_is_old |= weight == Weight::Recurrent;
        } else {
            self.scale_weight(weight, current, value);
        }
        self.evaluation_is_old = true;
        // Training may be tried again with it.
        self.divergence = None;
        self.experiment.set_weight(weight, value);
    }

    /// Leaves `weight` alone while its slider is held by hand; `None` when it is let go.
    pub fn grab(&mut self, weight: Option<Weight>) {
        if weight == Some(Weight::Recurrent) && self.spectrum_is_old {
            // What the slider scales must be known, once.
            self.measure_spectrum();
        }
        self.grabbed = weight;
    }

    /// Takes on `next`: at once where the network can stay, as a new run where it cannot. Returns
    /// whether it was a new run.
    pub fn change(&mut self, next: CheckedExperiment) -> bool {
        if self.experiment.needs_new_run(&next) {
            self.begin(next);
            return true;
        }
        self.evaluation_is_old = true;
        self.divergence = None;
        let previous = std::mem::replace(&mut self.experiment, next);
        let next = self.experiment.clone();
        self.network.activation = next.network.activation;
        self.network.o_0.fill(next.network.o_0);
        if previous.training.optimizer != next.training.optimizer {
            let parameters = &self.network.parameters;
            self.optimizer = Optimizer::new(next.training.optimizer, parameters);
        }
        if previous.task != next.task {
            self.task = build_task(&next);
            self.memory = self.task.memory().into();
            self.evaluator = Evaluator::new(self.task.as_ref());
        }
        if previous.task != next.task || previous.probe != next.probe {
            self.place_probe();
        }
        for (weight, before, after) in [
            (Weight::Input, previous.network.w_i, next.network.w_i),
            (Weight::Recurrent, previous.network.w_h, next.network.w_h),
            (Weight::Output, previous.network.w_o, next.network.w_o),
        ] {
            if before != after {
                self.set_weight(weight, after);
            }
        }
        false
    }

    /// Puts the probe of the experiment under the instrument.
    pub(super) fn place_probe(&mut self) {
        let probe = &self.experiment.probe;
        let mut batch = self.task.empty_batch();
        self.words = None;
        self.words_cut = 0;
        if self.experiment.task.kind == TaskKind::Sentiment {
            let task = &self.experiment.task;
            let words = Sentiment::new(task.length, task.padding).sentence(
                &probe.text,
                probe.positive,
                &mut batch,
            );
            self.words_cut = tokenise(&probe.text).len().saturating_sub(task.length);
            self.words = Some(words.into());
        } else {
            self.task
                .fixed(Part::HeldOut, probe.index..probe.index + 1, &mut batch);
        }
        self.input_labels = (0..batch.length)
            .filter_map(|t| Some(self.task.input_label(batch.vector(t, 0)?)))
            .collect();
        self.probe_batch = batch;
    }

    /// Scales a matrix from its size `current` to `value`.
    fn scale_weight(&mut self, weight: Weight, current: f64, value: f64) {
        let slice = weight.slice();
        let has_size = |size: f64| size >= SMALLEST_SIZE && size.is_finite();
        if value < SMALLEST_SIZE && has_size(current) {
            let shape = self.network.parameters.slices()[slice].to_vec();
            self.before_zero[weight.index()] = Some(shape);
        }
        let mut current = current;
        if !has_size(current) {
            self.restore_shape(weight);
            current = WeightValues::of(&self.network.parameters, self.spectrum).get(weight);
            if !has_size(current) {
                return;
            }
        }
        let factor = value / current;
        for number in &mut *self.network.parameters.slices_mut()[slice] {
            *number *= factor;
        }
        if weight == Weight::Recurrent {
            // Known without computing eigenvalues again, which a dragged slider has no time for.
            self.spectrum = self.spectrum.scaled(factor);
        }
    }

    /// A matrix of zeros has no shape left: gives it the one it had before, or the one it is drawn with.
    fn restore_shape(&mut self, weight: Weight) {
        let shape = self.before_zero[weight.index()].take().unwrap_or_else(|| {
            let drawn = draw_unit_network(&self.experiment, self.task.width());
            drawn.parameters.slices()[weight.slice()].to_vec()
        });
        self.network.parameters.slices_mut()[weight.slice()].copy_from_slice(&shape);
        if weight == Weight::Recurrent {
            self.measure_spectrum();
        }
    }
}
