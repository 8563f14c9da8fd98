//! A network in training: the synchronous, deterministic heart.

use std::sync::Arc;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::clipping::clip;
use super::evaluation::{Evaluation, Evaluations, Evaluator};
use super::experiment::CheckedExperiment;
use super::history::{History, StepRecord};
use super::limits::limit;
use super::optimizer::Optimizer;
use super::snapshot::{ProductNormsState, Snapshot};
use super::weight::{Weight, WeightValues};
use crate::flow::{GradientFlow, Probe, ProductNorms, Verdict};
use crate::rnn::{
    Backward, Batch, Gradients, Interrupt, Interrupted, Network, Parameters, RecurrentInit,
    Spectrum, Unrolled, draw_input_weights, draw_output_weights, draw_recurrent,
    largest_singular_value,
};
use crate::tasks::{Part, Sentiment, Task, TaskKind, Word};

/// Streams of the seeded generator, one for each purpose, so that drawing more for one leaves the
/// others as they are.
const STREAM_PARAMETERS: u64 = 0;
const STREAM_BATCHES: u64 = 1;

/// Numbers per buffer of a pass (n · B · H): 32 MB each. A larger batch is run in parts, whose
/// gradients are added.
const NUMBERS_PER_PASS: usize = 4_000_000;

/// Up to this hidden size the spectrum of W_h is measured for every snapshot, in about 9 ms; above, only
/// while paused, so that a run and a dragged slider never wait for eigenvalues.
const LARGEST_MEASURED_ALWAYS: usize = 128;

/// The share of the time that evaluating may take, as a divisor: an evaluation of N sequences is due
/// every N / B · this / 3 steps, because its forward pass is about a third of a step.
const EVALUATION_SHARE: usize = 10;

/// Training stopped because a number was no longer finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Divergence {
    /// In which training step, counted from 1.
    pub step: u64,
    /// The first parameter that became infinite or NaN, such as `w_h`; `L` if only the loss did.
    pub what: String,
    /// What it became.
    pub value: f64,
}

/// What a training step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stepped {
    /// One update was made.
    Done,
    /// It was interrupted; nothing has changed.
    Interrupted,
    /// The network has diverged, in this step or before; the last finite state is kept.
    Diverged,
}

/// Owns everything that changes in a run.
pub struct Trainer {
    experiment: CheckedExperiment,
    task: Box<dyn Task>,
    network: Network,
    optimizer: Optimizer,
    rng: ChaCha8Rng,
    step: u64,
    history: History,
    evaluations: Evaluations,
    divergence: Option<Divergence>,
    /// W_h's spectrum as last measured.
    spectrum: Spectrum,
    /// W_h has been changed by training since.
    spectrum_is_old: bool,
    /// The parameters before a slider took one of the matrices to zero, which loses its shape.
    before_zero: Option<Parameters>,
    pass: PassBuffers,
    evaluator: Evaluator,
    probe: Probe,
    probe_batch: Batch,
    words: Option<Arc<[Option<Word>]>>,
    input_labels: Arc<[String]>,
    memory: Arc<str>,
}

/// What a training step writes to, kept from step to step.
struct PassBuffers {
    batch: Batch,
    unrolled: Unrolled,
    backward: Backward,
    gradients: Gradients,
    last_finite: Parameters,
}

impl Trainer {
    /// A new run of `experiment`, before its first step.
    pub fn new(experiment: CheckedExperiment) -> Self {
        let task = build_task(&experiment);
        let network = draw_network(&experiment, task.width());
        let parameters = &network.parameters;
        let mut rng = ChaCha8Rng::seed_from_u64(experiment.seed);
        rng.set_stream(STREAM_BATCHES);
        let mut trainer = Self {
            optimizer: Optimizer::new(experiment.training.optimizer, parameters),
            rng,
            step: 0,
            history: History::default(),
            evaluations: Evaluations::default(),
            divergence: None,
            spectrum: initial_spectrum(&experiment, parameters),
            spectrum_is_old: false,
            before_zero: None,
            pass: PassBuffers {
                batch: task.empty_batch(),
                unrolled: Unrolled::default(),
                backward: Backward::default(),
                gradients: parameters.zeros_like(),
                last_finite: parameters.clone(),
            },
            evaluator: Evaluator::new(task.as_ref()),
            probe: Probe::new(parameters),
            probe_batch: task.empty_batch(),
            words: None,
            input_labels: Arc::default(),
            memory: task.memory().into(),
            experiment,
            task,
            network,
        };
        trainer.place_probe();
        trainer
    }

    /// The experiment, with the changes made since it began.
    pub fn experiment(&self) -> &CheckedExperiment {
        &self.experiment
    }

    /// The network as it is now.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Training steps made.
    pub fn steps_done(&self) -> u64 {
        self.step
    }

    /// Why training stopped, if it diverged.
    pub fn divergence(&self) -> Option<&Divergence> {
        self.divergence.as_ref()
    }

    /// The newest step, if there is one.
    pub fn last_record(&self) -> Option<StepRecord> {
        self.history.last()
    }

    /// The newest evaluation, if there is one.
    pub fn last_evaluation(&self) -> Option<Evaluation> {
        self.evaluations.last()
    }

    /// One update: a batch forward and backward, clipping, the optimiser. Allocates nothing once the
    /// buffers have grown to the batch.
    pub fn step(&mut self, interrupt: &Interrupt) -> Stepped {
        if self.divergence.is_some() {
            return Stepped::Diverged;
        }
        let rng = self.rng.clone();
        let Ok((loss, accuracy)) = self.accumulate_gradients(interrupt) else {
            // The same batch is drawn again next time: an interruption leaves no trace.
            self.rng = rng;
            return Stepped::Interrupted;
        };
        let training = self.experiment.training;
        if training.hold_w_h {
            self.pass.gradients.w_h.fill(0.0);
        }
        let (gradient_norm, clipped_norm) = clip(&mut self.pass.gradients, training.clip_norm);
        self.pass.last_finite.copy_from(&self.network.parameters);
        self.optimizer.update(
            &mut self.network.parameters,
            &self.pass.gradients,
            training.learning_rate,
        );
        if training.hold_w_h {
            // Momentum gathered before the hold would still move it.
            let held = &self.pass.last_finite.w_h;
            self.network.parameters.w_h.assign(held);
        } else {
            self.spectrum_is_old = true;
        }
        self.step += 1;
        self.history.push(StepRecord {
            step: self.step,
            loss,
            accuracy,
            gradient_norm,
            clipped_norm,
        });
        if self.find_divergence(loss) {
            self.network.parameters.copy_from(&self.pass.last_finite);
            return Stepped::Diverged;
        }
        Stepped::Done
    }

    /// Whether accuracy on the fixed sequences should be measured before the next step.
    pub fn is_evaluation_due(&self) -> bool {
        self.step > 0 && self.step.is_multiple_of(self.evaluation_interval()) && self.is_stale()
    }

    /// Whether training has gone on since accuracy was measured last.
    pub fn is_stale(&self) -> bool {
        self.evaluations
            .last()
            .is_none_or(|last| last.step != self.step)
    }

    /// Measures accuracy on the fixed sequences. Changes nothing of the training.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn evaluate(&mut self, interrupt: &Interrupt) -> Result<(), Interrupted> {
        let at_once = self.sequences_per_pass(64);
        let evaluation = self.evaluator.evaluate(
            &self.network,
            self.task.as_ref(),
            (self.step, at_once),
            interrupt,
        )?;
        self.evaluations.push(evaluation);
        Ok(())
    }

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
        self.experiment.set_weight(weight, value);
    }

    /// Takes on `next`: at once where the network can stay, as a new run where it cannot. Returns
    /// whether it was a new run.
    pub fn change(&mut self, next: CheckedExperiment) -> bool {
        if self.experiment.needs_new_run(&next) {
            *self = Self::new(next);
            return true;
        }
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

    /// Back to step 0 of the experiment as it is now.
    pub fn reset(&mut self) {
        *self = Self::new(self.experiment.clone());
    }

    /// Everything there is to see now, as part of run `run`; with ‖P‖₂ if `product_norms`.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn snapshot(
        &mut self,
        run: u64,
        product_norms: bool,
        interrupt: &Interrupt,
    ) -> Result<Snapshot, Interrupted> {
        let loss = self.task.loss();
        let spectrum = self.affordable_spectrum();
        let batch = &self.probe_batch;
        self.probe.run(&self.network, batch, loss, interrupt)?;
        let flow = GradientFlow::of(&self.network, batch, &self.probe, loss, spectrum, interrupt)?;
        let unrolled = &self.probe.unrolled;
        let (length, _, hidden) = unrolled.shape();
        let (z, y) = (unrolled.read_outs()[0], batch.targets[0]);
        let words = self.words.clone();
        Ok(Snapshot {
            run,
            step: self.step,
            experiment: self.experiment.clone(),
            memory: Arc::clone(&self.memory),
            source: self.task.source(),
            correctness: self.task.correctness(),
            weights: WeightValues::of(&self.network.parameters, spectrum),
            spectrum,
            spectrum_is_old: self.spectrum_is_old,
            parameter_count: self.network.parameters.count(),
            pre_activations: (1..=length)
                .map(|t| number_or_rms(unrolled.pre_activation(t)))
                .collect(),
            states: (0..=length)
                .map(|t| number_or_rms(unrolled.state(t)))
                .collect(),
            read_out: z,
            prediction: loss.prediction(z),
            target: y,
            loss: loss.value(z, y),
            correct: self.task.is_correct(z, y),
            product_norms: if product_norms && hidden > 1 {
                match ProductNorms::of(&self.network, unrolled) {
                    Some(norms) => ProductNormsState::Ready(norms),
                    None => ProductNormsState::TooCostly {
                        cost: ProductNorms::cost(length, hidden),
                    },
                }
            } else {
                ProductNormsState::NotAsked
            },
            verdict: verdict(&flow, words.as_deref()),
            flow,
            words,
            input_labels: Arc::clone(&self.input_labels),
            history: self.history.records().collect(),
            evaluations: self.evaluations.iter().collect(),
            divergence: self.divergence.clone(),
        })
    }

    /// Whether the spectrum on screen is older than W_h, because measuring it takes too long to be done
    /// at every snapshot of a run.
    pub fn is_spectrum_old(&self) -> bool {
        self.spectrum_is_old
    }

    /// Measures the spectrum of W_h as it is now. Takes about a second for 512 units.
    pub fn measure_spectrum(&mut self) {
        self.spectrum = Spectrum::of(&self.network.parameters.w_h);
        self.spectrum_is_old = false;
    }

    /// The spectrum of W_h as it is now, or for a large network the one last measured.
    fn affordable_spectrum(&mut self) -> Spectrum {
        if self.spectrum_is_old && self.experiment.network.hidden <= LARGEST_MEASURED_ALWAYS {
            self.measure_spectrum();
        }
        self.spectrum
    }

    /// Scales a matrix from its size `current` to `value`.
    fn scale_weight(&mut self, weight: Weight, current: f64, value: f64) {
        let slice = weight.slice();
        if value == 0.0 && current != 0.0 {
            self.before_zero = Some(self.network.parameters.clone());
        }
        let mut current = current;
        if !(current > 0.0 && current.is_finite()) {
            // A matrix of zeros has no shape left: take the one it had, or the one it began with.
            let shape = self
                .before_zero
                .take()
                .unwrap_or_else(|| draw_network(&self.experiment, self.task.width()).parameters);
            self.network.parameters.slices_mut()[slice].copy_from_slice(shape.slices()[slice]);
            if weight == Weight::Recurrent {
                self.measure_spectrum();
            }
            let spectrum = self.spectrum;
            current = WeightValues::of(&self.network.parameters, spectrum).get(weight);
            if !(current > 0.0 && current.is_finite()) {
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

    /// Draws a batch and leaves the gradient of its mean loss in the buffers. Returns mean loss and
    /// accuracy.
    fn accumulate_gradients(&mut self, interrupt: &Interrupt) -> Result<(f64, f64), Interrupted> {
        let size = self.experiment.training.batch;
        let at_once = self.sequences_per_pass(size);
        let weight = 1.0 / size as f64;
        let loss = self.task.loss();
        let (mut total_loss, mut correct, mut done) = (0.0, 0, 0);
        let pass = &mut self.pass;
        pass.gradients.fill(0.0);
        while done < size {
            let part = at_once.min(size - done);
            self.task.draw(part, &mut self.rng, &mut pass.batch);
            pass.unrolled
                .forward(&self.network, &pass.batch, interrupt)?;
            pass.backward.accumulate(
                &self.network,
                &pass.batch,
                &pass.unrolled,
                (loss, weight),
                &mut pass.gradients,
                interrupt,
            )?;
            for (&z, &y) in pass.unrolled.read_outs().iter().zip(&pass.batch.targets) {
                total_loss += loss.value(z, y);
                correct += usize::from(self.task.is_correct(z, y));
            }
            done += part;
        }
        Ok((total_loss * weight, correct as f64 * weight))
    }

    fn sequences_per_pass(&self, wanted: usize) -> usize {
        let per_sequence = self.experiment.task.length * self.experiment.network.hidden;
        (NUMBERS_PER_PASS / per_sequence).clamp(1, wanted)
    }

    fn evaluation_interval(&self) -> u64 {
        let collection = self.task.collection();
        let sequences = collection.training + collection.held_out;
        let batch = self.experiment.training.batch;
        (sequences * EVALUATION_SHARE).div_ceil(3 * batch).max(1) as u64
    }

    fn find_divergence(&mut self, loss: f64) -> bool {
        let parameters = &self.network.parameters;
        let (what, value) = match parameters.first_non_finite() {
            Some((parameter, index)) => {
                let slice = crate::rnn::Parameter::ALL
                    .iter()
                    .position(|&other| other == parameter)
                    .unwrap_or_default();
                (
                    parameters.name_of(parameter, index),
                    parameters.slices()[slice][index],
                )
            }
            None if !loss.is_finite() => ("L".to_owned(), loss),
            None => return false,
        };
        self.divergence = Some(Divergence {
            step: self.step,
            what,
            value,
        });
        true
    }

    fn place_probe(&mut self) {
        let probe = &self.experiment.probe;
        let mut batch = self.task.empty_batch();
        self.words = None;
        if self.experiment.task.kind == TaskKind::Sentiment {
            let task = &self.experiment.task;
            let words = Sentiment::new(task.length, task.padding).sentence(
                &probe.text,
                probe.positive,
                &mut batch,
            );
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
}

fn build_task(experiment: &CheckedExperiment) -> Box<dyn Task> {
    let task = experiment.task;
    task.kind.build(task.length, task.padding)
}

/// The network of `experiment` before training, for inputs of `width`.
fn draw_network(experiment: &CheckedExperiment, width: usize) -> Network {
    let settings = &experiment.network;
    let mut rng = ChaCha8Rng::seed_from_u64(experiment.seed);
    rng.set_stream(STREAM_PARAMETERS);
    let hidden = settings.hidden;
    let mut parameters = Parameters::zeros(width, hidden, settings.bias);
    parameters.w_h = draw_recurrent(settings.recurrent, hidden, settings.w_h, &mut rng);
    parameters.w_o = draw_output_weights(hidden, settings.w_o, &mut rng);
    parameters.w_i = draw_input_weights(width, hidden, settings.w_i, &mut rng);
    debug_assert!(limit::HIDDEN.check(hidden as f64).is_ok());
    Network::new(settings.activation, parameters, settings.o_0)
}

/// The spectrum of a W_h that has just been drawn, whose spectral radius is known and, unless it is
/// Gaussian, σ₁ too.
fn initial_spectrum(experiment: &CheckedExperiment, parameters: &Parameters) -> Spectrum {
    let settings = &experiment.network;
    let spectral_radius = settings.w_h.abs();
    let gaussian = settings.hidden > 1 && settings.recurrent == RecurrentInit::Gaussian;
    Spectrum {
        spectral_radius,
        sigma_1: if gaussian {
            largest_singular_value(&parameters.w_h)
        } else {
            spectral_radius
        },
    }
}

fn number_or_rms(values: &[f64]) -> f64 {
    match values {
        [number] => *number,
        _ => crate::rnn::norm(values) / (values.len() as f64).sqrt(),
    }
}

fn verdict(flow: &GradientFlow, words: Option<&[Option<Word>]>) -> Verdict {
    let word = |t: usize| words.and_then(|words| words.get(t - 1)?.as_ref());
    let first = (1..=flow.len()).find(|&t| word(t).is_some()).unwrap_or(1);
    Verdict::of(flow, first, |t| {
        word(t).map(|word| format!("“{}”", word.text))
    })
}
