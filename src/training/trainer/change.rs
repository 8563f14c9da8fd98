//! What is changed by hand in the middle of a run.

use std::sync::Arc;

use super::setup::Drawn;
use super::{Evaluator, Optimizer, Placed, Trainer};
use crate::training::{CheckedExperiment, Weight};

/// A matrix smaller than this has lost its shape to underflow, or soon will.
const SMALLEST_SIZE: f64 = 1e-200;

impl Trainer {
    /// Sets one weight by its slider, in the middle of training too.
    pub fn set_weight(&mut self, weight: Weight, value: f64) {
        if self.step == 0 && self.drawn().is_scaled() {
            self.draw_weight(weight, value);
        } else {
            self.turn_weight(weight, value);
        }
        self.changed_by_hand();
        Arc::make_mut(&mut self.experiment).set_weight(weight, value);
    }

    /// Before the first step a weight is where the experiment puts it.
    fn draw_weight(&mut self, weight: Weight, value: f64) {
        if value != 0.0 {
            self.is_negative[weight.index()] = value < 0.0;
        }
        let drawn = self.drawn();
        drawn.put(weight, value, &mut self.network.parameters);
        if weight == Weight::Recurrent {
            let before = self.experiment.network.w_h;
            self.spectrum = drawn.spectrum(value);
            self.spectrum_is_old = drawn.is_estimated();
            if self.measures_always() || before == 0.0 {
                self.eigenvalues = None;
            } else {
                self.scale_eigenvalues(value / before);
            }
        }
    }

    /// What the network was drawn as.
    pub(super) fn drawn(&mut self) -> Arc<Drawn> {
        let (experiment, task) = (&self.experiment, &self.task);
        let drawn = self
            .drawn
            .get_or_insert_with(|| Arc::new(Drawn::new(experiment, task.as_ref())));
        Arc::clone(drawn)
    }

    /// Turns up or down what training has made of a weight.
    fn turn_weight(&mut self, weight: Weight, value: f64) {
        if weight == Weight::Recurrent && self.network.parameters.rows() > 1 && self.spectrum_is_old
        {
            // What the slider scales must be known.
            self.measure_spectrum();
        }
        let spectrum = self.affordable_spectrum();
        let current = self.measured(spectrum).get(weight);
        let is_turned =
            self.is_negative[weight.index()] && weight.is_size_in(&self.network.parameters);
        let before = if is_turned { -current } else { current };
        self.changes.weight(self.step, weight, before, value);
        let parameter = weight.parameter();
        if self.network.parameters.count_of(parameter) == 1 {
            self.network.parameters.of_mut(parameter).fill(value);
            self.spectrum_is_old |= weight == Weight::Recurrent;
        } else if weight == Weight::Bias {
            for range in self.network.hidden_biases(!self.has_forget_bias()) {
                let biases = &mut self.network.parameters.values_mut()[range];
                biases.iter_mut().for_each(|b| *b += value - current);
            }
        } else {
            self.scale_weight(weight, current, value.abs());
            // A value of the other sign turns the matrix round. Zero has no sign of its own.
            let is_negative = &mut self.is_negative[weight.index()];
            if value != 0.0 && *is_negative != (value < 0.0) {
                *is_negative = value < 0.0;
                self.turn_round(weight);
            }
        }
    }

    /// Reverses the sign of a matrix.
    fn turn_round(&mut self, weight: Weight) {
        let parameters = &mut self.network.parameters;
        for number in parameters.all_of_mut(weight.parameter()).flatten() {
            *number = -*number;
        }
        if weight == Weight::Recurrent {
            self.scale_eigenvalues(-1.0);
        }
    }

    /// Puts `weights` where they are given and takes on `experiment`, whose own weights are where a reset
    /// shall put them: what undoing needs. Returns whether it was a new run.
    pub fn restore(&mut self, experiment: CheckedExperiment, weights: &[(Weight, f64)]) -> bool {
        if self.experiment.needs_new_run(&experiment) {
            self.begin(experiment);
            return true;
        }
        self.change(experiment.clone().with_weights_of(&self.experiment));
        for &(weight, value) in weights {
            // Before the first step a weight is where the experiment has it, wherever training had once moved it.
            let drawn = experiment.network.weight(weight);
            self.set_weight(
                weight,
                match self.step {
                    0 => drawn,
                    // A size says nothing of the sign, which the experiment has.
                    _ if weight.is_size_in(&self.network.parameters) => value.copysign(drawn),
                    _ => value,
                },
            );
        }
        self.experiment = Arc::new(experiment);
        false
    }

    /// Everything measured before is of another network, and training may be tried again with this one.
    fn changed_by_hand(&mut self) {
        self.edits += 1;
        self.evaluation_is_old = true;
        self.divergence = None;
    }

    /// Leaves `weight` alone while its slider is held by hand; `None` when it is let go.
    pub fn grab(&mut self, weight: Option<Weight>) {
        self.grabbed = weight;
    }

    /// Takes on `next`: at once where the network can stay, as a new run where it cannot. Returns
    /// whether it was a new run.
    pub fn change(&mut self, next: CheckedExperiment) -> bool {
        if self.experiment.needs_new_run(&next) {
            self.begin(next);
            return true;
        }
        self.changed_by_hand();
        let previous = std::mem::replace(&mut self.experiment, Arc::new(next));
        let next = Arc::clone(&self.experiment);
        self.changes.experiment(self.step, &previous, &next);
        self.network.activation = next.network.activation;
        match next.probe.state.values() {
            [] => self.network.s_0.fill(next.network.o_0),
            state => self.network.s_0.copy_from_slice(state),
        }
        if previous.training.optimizer != next.training.optimizer {
            // What it remembers of the last step is gone.
            self.made = None;
            let parameters = &self.network.parameters;
            self.optimizer = Optimizer::new(next.training.optimizer, parameters);
        }
        let is_another_task = previous.task != next.task
            || next.is_own_sequence()
                && (previous.probe != next.probe || previous.data != next.data);
        if is_another_task {
            self.task = next.build_task();
            self.memory = self.task.memory().into();
            self.knowing_nothing = self.task.knowing_nothing();
            self.evaluator = Evaluator::new(self.task.as_ref());
        }
        if is_another_task || previous.training != next.training {
            let shape = (next.task.length, next.training.batch);
            let (parameters, empty) = (&self.network.parameters, self.task.empty_batch());
            self.pass
                .save_memory(shape, self.evaluated_at_once(), parameters, empty);
        }
        if is_another_task || previous.probe != next.probe {
            self.placed = Placed::of(&self.experiment, self.task.as_ref());
        }
        for (weight, before, after) in [
            (Weight::Input, previous.network.w_i, next.network.w_i),
            (Weight::Recurrent, previous.network.w_h, next.network.w_h),
            (Weight::Output, previous.network.w_o, next.network.w_o),
            (Weight::Bias, previous.network.b, next.network.b),
        ] {
            if before != after {
                self.set_weight(weight, after);
            }
        }
        false
    }

    /// Scales a matrix from its size `current` to `size`.
    fn scale_weight(&mut self, weight: Weight, current: f64, size: f64) {
        let parameter = weight.parameter();
        let has_size = |size: f64| size >= SMALLEST_SIZE && size.is_finite();
        if size < SMALLEST_SIZE && has_size(current) {
            let layers = self.network.parameters.all_of(parameter);
            let shape = layers.flatten().copied().collect();
            self.before_zero[weight.index()] = Some(shape);
        }
        let mut current = current;
        if !has_size(current) {
            self.restore_shape(weight);
            current = self.measured(self.spectrum).get(weight);
            if !has_size(current) {
                return;
            }
        }
        let factor = size / current;
        for number in self.network.parameters.all_of_mut(parameter).flatten() {
            *number *= factor;
        }
        if weight == Weight::Recurrent {
            // Known without computing eigenvalues again, which a dragged slider has no time for.
            self.spectrum = self.spectrum.scaled(factor);
            self.scale_eigenvalues(factor);
        }
    }

    fn scale_eigenvalues(&mut self, factor: f64) {
        if let Some(eigenvalues) = &mut self.eigenvalues {
            *eigenvalues = eigenvalues
                .iter()
                .map(|value| value.map(|x| x * factor))
                .collect();
        }
    }

    /// A matrix of zeros has no shape left: gives it the one it had before, or the one it is drawn with.
    fn restore_shape(&mut self, weight: Weight) {
        let shape = self.before_zero[weight.index()]
            .take()
            .unwrap_or_else(|| self.drawn().shape(weight));
        let parameters = &mut self.network.parameters;
        let numbers = parameters.all_of_mut(weight.parameter()).flatten();
        numbers
            .zip(shape)
            .for_each(|(number, shape)| *number = shape);
        if weight == Weight::Recurrent {
            self.measure_spectrum();
        }
    }
}
