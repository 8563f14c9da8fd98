//! A network in training: the synchronous, deterministic heart.
//!
//! Here is what a step does; `setup` makes a new run, `change` carries out what is changed by hand in
//! the middle of one and `by_hand` remembers it, `look` makes a snapshot, `replay` goes back to moments that `past` has kept, and `leaving`
//! goes from one run to another and back.

mod by_hand;
mod change;
mod leaving;
mod look;
mod past;
mod placing;
mod replay;
mod row_maker;
mod setup;

use std::ops::Range;
use std::sync::Arc;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::batch_pass::BatchPass;
use super::clipping::clip;
use super::divergence::{Divergence, Origin, Stage};
use super::division::{SEQUENCES_PER_PART, sequences_in_memory};
use super::evaluation::{Evaluation, Evaluations, Evaluator};
use super::experiment::CheckedExperiment;
use super::history::{History, StepRecord};
use super::optimizer::Optimizer;
use super::weight::Weight;
use crate::flow::Probe;
use crate::rnn::{
    Batch, Interrupt, Interrupted, Network, Objective, Parameter, Parameters, Spectrum,
};
use crate::tasks::{KnowingNothing, Task};
use by_hand::Changes;
pub use leaving::{LeftRun, LeftRuns, RunNumber};
use past::Past;
use placing::Placed;
use row_maker::RowMaker;
use setup::{Drawn, STREAM_BATCHES};

/// Sequences that are evaluated together, if they fit the memory.
const EVALUATED_AT_ONCE: usize = 64;

/// Numbers per buffer (n times sequences times H) that are evaluated together, 8 MB, where that is more sequences than
/// make good products.
const NUMBERS_EVALUATED: usize = 1_000_000;

/// The share of the time that evaluating may take, as a divisor: an evaluation of N sequences is due
/// every N / B · this / 3 steps, because its forward pass is about a third of a step.
const EVALUATION_SHARE: usize = 10;

/// Up to this norm the square of every gradient fits `f64`, and so does everything that optimisers remember.
const SQUARES_FIT: f64 = 1e150;

/// What a training step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stepped {
    /// One update was made.
    Done,
    /// It was interrupted; nothing has changed.
    Interrupted,
    /// The network has diverged, in this step or before. The step in which it did is undone: the run stands as it
    /// did after the step before, and the generator of batches with it.
    Diverged,
}

/// Owns everything that changes in a run.
pub struct Trainer {
    experiment: Arc<CheckedExperiment>,
    task: Box<dyn Task>,
    network: Network,
    /// What the network was drawn as; `None` until somebody needs it.
    drawn: Option<Arc<Drawn>>,
    optimizer: Optimizer,
    rng: ChaCha8Rng,
    step: u64,
    history: History,
    evaluations: Evaluations,
    past: Past,
    rows: RowMaker,
    /// How many changes were made by hand.
    edits: u64,
    /// Which they were, in the middle of the run.
    changes: Changes,
    divergence: Option<Divergence>,
    /// The network or the task has changed since accuracy was measured last.
    evaluation_is_old: bool,
    /// The weight whose slider is held by hand.
    grabbed: Option<Weight>,
    /// W_h's spectrum as last measured.
    spectrum: Spectrum,
    /// W_h has been changed by training since.
    spectrum_is_old: bool,
    /// Eigenvalues of W_h, if they were measured with it.
    eigenvalues: Option<Arc<[[f64; 2]]>>,
    /// Whether the experiment has turned the sign of each matrix round, that of each weight last known.
    is_negative: [bool; Weight::ALL.len()],
    /// What a matrix was before a slider took it to zero, which loses its shape; one for each weight.
    before_zero: [Option<Vec<f64>>; Weight::ALL.len()],
    pass: BatchPass,
    /// The parameters before the last step.
    last_finite: Parameters,
    /// The last step, if it was made to its end.
    made: Option<MadeStep>,
    evaluator: Evaluator,
    probe: Probe,
    placed: Placed,
    memory: Arc<str>,
    /// Of the task, whose sequences may be a million.
    knowing_nothing: KnowingNothing,
}

/// What is known of a step only while it is made.
struct MadeStep {
    /// [`Trainer::edits`] then: what is changed by hand later is another network.
    edits: u64,
    learning_rate: f64,
    gradient_norm: f64,
    clip_factor: f64,
    /// The parameters that were held.
    held: [Option<Parameter>; Weight::ALL.len()],
}

impl Trainer {
    /// A new run of `experiment`, before its first step.
    pub fn new(experiment: CheckedExperiment) -> Self {
        let drawn = Drawn::new(&experiment, experiment.build_task().as_ref());
        let network = drawn.network(&experiment.network);
        let spectrum = drawn.spectrum(experiment.network.w_h);
        let mut trainer = Self::with_network(Arc::new(experiment), network, spectrum);
        trainer.spectrum_is_old = drawn.is_estimated();
        trainer.drawn = Some(Arc::new(drawn));
        trainer
    }

    /// The network that a run of `experiment` begins with.
    pub fn new_network(experiment: &CheckedExperiment) -> Network {
        let drawn = Drawn::new(experiment, experiment.build_task().as_ref());
        drawn.network(&experiment.network)
    }

    /// As [`Self::new`], with a network that is there already and its `spectrum`.
    fn with_network(
        experiment: Arc<CheckedExperiment>,
        network: Network,
        spectrum: Spectrum,
    ) -> Self {
        let task = experiment.build_task();
        let parameters = &network.parameters;
        let optimizer = Optimizer::new(experiment.training.optimizer, parameters);
        let mut rng = ChaCha8Rng::seed_from_u64(experiment.seed);
        rng.set_stream(STREAM_BATCHES);
        let recorded = experiment.recorded();
        let mut history = History::default();
        if let Some(record) = recorded.and_then(StepRecord::of_recorded) {
            history.push(record);
        }
        Self {
            rng,
            step: recorded.map_or(0, |recorded| recorded.step),
            history,
            evaluations: Evaluations::default(),
            past: Past::new(parameters, &optimizer),
            optimizer,
            rows: RowMaker::default(),
            edits: 0,
            changes: Changes::default(),
            divergence: None,
            evaluation_is_old: true,
            grabbed: None,
            spectrum,
            spectrum_is_old: false,
            eigenvalues: None,
            is_negative: Weight::ALL.map(|weight| experiment.network.weight(weight) < 0.0),
            before_zero: [const { None }; Weight::ALL.len()],
            drawn: None,
            pass: BatchPass::new(task.empty_batch(), parameters),
            last_finite: parameters.clone(),
            made: None,
            evaluator: Evaluator::new(task.as_ref()),
            probe: Probe::new(parameters),
            placed: Placed::of(&experiment, task.as_ref()),
            memory: task.memory().into(),
            knowing_nothing: task.knowing_nothing(),
            experiment,
            task,
            network,
        }
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

    /// The batch that the last step was made with, some sequences at a time, each with what was read out for it: K numbers
    /// for each answer.
    pub fn last_batch(&self) -> impl Iterator<Item = (&Batch, &[f64])> {
        self.pass.parts()
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
        self.record_present();
        // Its gradient is about to be overwritten.
        self.made = None;
        let rng = self.rng.clone();
        let Ok((loss, accuracy)) = self.accumulate_gradients(interrupt) else {
            // The same batch is drawn again next time: an interruption leaves no trace.
            self.rng = rng;
            return Stepped::Interrupted;
        };
        let training = self.experiment.training;
        let held = self.held();
        for parameter in held.into_iter().flatten() {
            let gradients = self.pass.gradients_mut();
            gradients
                .all_of_mut(parameter)
                .for_each(|numbers| numbers.fill(0.0));
        }
        let (gradient_norm, clipped_norm) = clip(self.pass.gradients_mut(), training.clip_norm);
        self.last_finite.copy_from(&self.network.parameters);
        self.optimizer.update(
            &mut self.network.parameters,
            self.pass.gradients(),
            training.learning_rate,
        );
        for parameter in held.into_iter().flatten() {
            // Momentum gathered before the hold would still move it.
            let before = self.last_finite.all_of(parameter);
            let now = self.network.parameters.all_of_mut(parameter);
            now.zip(before)
                .for_each(|(now, before)| now.copy_from_slice(before));
        }
        let record = StepRecord {
            step: self.step + 1,
            loss,
            accuracy,
            gradient_norm,
            clipped_norm,
        };
        if let Some(broken) = self.first_broken(&record) {
            // As if it had not been made: the same batch would be drawn again.
            self.rng = rng;
            return self.diverge(broken, record, interrupt);
        }
        self.made = Some(MadeStep {
            edits: self.edits,
            learning_rate: training.learning_rate,
            gradient_norm,
            clip_factor: if clipped_norm == gradient_norm {
                1.0
            } else {
                clipped_norm / gradient_norm
            },
            held,
        });
        self.spectrum_is_old |= !self.is_held(Weight::Recurrent);
        self.step += 1;
        self.evaluation_is_old = true;
        self.history.push(record);
        Stepped::Done
    }

    /// Lets a step use at most `cores` cores; without it, all that there are. What comes of it is the same.
    pub fn use_cores(&mut self, cores: usize) {
        self.pass.use_cores(cores);
    }

    /// Whether accuracy on the fixed sequences should be measured before the next step.
    pub fn is_evaluation_due(&self) -> bool {
        self.step > 0
            && self.step.is_multiple_of(self.evaluation_interval())
            && self.evaluation_is_old
    }

    /// Whether the network or the task has changed since accuracy was measured last.
    pub fn is_evaluation_old(&self) -> bool {
        self.evaluation_is_old
    }

    /// Measures accuracy on the fixed sequences. Changes nothing of the training.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn evaluate(&mut self, interrupt: &Interrupt) -> Result<(), Interrupted> {
        while !self.evaluate_some(interrupt)? {}
        Ok(())
    }

    /// A piece of [`Self::evaluate`]; whether it was the last. A step or a change by hand in between has it begin anew, and
    /// nothing else.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn evaluate_some(&mut self, interrupt: &Interrupt) -> Result<bool, Interrupted> {
        let at_once = self.evaluated_at_once();
        let evaluation = self.evaluator.evaluate_some(
            &self.network,
            self.task.as_ref(),
            ((self.step, self.edits), at_once),
            self.pass.pass_mut(),
            interrupt,
        )?;
        let Some(evaluation) = evaluation else {
            return Ok(false);
        };
        self.evaluations.push(evaluation);
        self.evaluation_is_old = false;
        Ok(true)
    }

    /// Back to step 0 of the experiment as it is now. The hand on a slider stays where it is, and what was
    /// trained can still be gone back to until the next step.
    pub fn reset(&mut self) {
        let experiment = CheckedExperiment::clone(&self.experiment);
        self.replace(Self::new(experiment));
    }

    /// Whether training leaves a weight alone: held for good, or by the hand on its slider.
    fn is_held(&self, weight: Weight) -> bool {
        self.grabbed == Some(weight)
            || (weight == Weight::Recurrent && self.experiment.training.hold_w_h)
    }

    /// The parameters that training leaves alone.
    fn held(&self) -> [Option<Parameter>; Weight::ALL.len()] {
        Weight::ALL.map(|weight| self.is_held(weight).then(|| weight.parameter()))
    }

    /// What a step descends: the task's loss, with the gradient cut where the experiment says.
    fn objective(&self) -> Objective {
        Objective::sum_of(self.task.loss()).truncated(self.experiment.training.truncate)
    }

    /// Draws a batch and leaves the gradient of its mean loss in the buffers. Returns mean loss and
    /// accuracy.
    fn accumulate_gradients(&mut self, interrupt: &Interrupt) -> Result<(f64, f64), Interrupted> {
        let size = self.experiment.training.batch;
        let shape = (self.experiment.task.length, size);
        let (loss, objective) = (self.task.loss(), self.objective());
        let draw = |range: Range<usize>, batch: &mut Batch| {
            self.task.draw(range.len(), &mut self.rng, batch);
        };
        self.pass
            .run(&self.network, shape, objective, draw, interrupt)?;
        let (mut total_loss, mut correct) = (0.0, 0);
        let mut asked = 0;
        for (z, y) in self.pass.answers() {
            if y[0].is_nan() {
                continue;
            }
            total_loss += loss.value_of(z, y);
            correct += usize::from(self.task.is_correct(z, y));
            asked += 1;
        }
        let weight = 1.0 / size as f64;
        Ok((total_loss * weight, correct as f64 * (1.0 / asked as f64)))
    }

    /// How many sequences are evaluated together.
    fn evaluated_at_once(&self) -> usize {
        let (length, rows) = (self.experiment.task.length, self.network.parameters.rows());
        let small = NUMBERS_EVALUATED / (length * rows);
        EVALUATED_AT_ONCE
            .min(small.max(SEQUENCES_PER_PART))
            .min(sequences_in_memory(length, rows))
    }

    fn evaluation_interval(&self) -> u64 {
        let collection = self.task.collection();
        let sequences = collection.training + collection.held_out;
        let batch = self.experiment.training.batch;
        (sequences * EVALUATION_SHARE).div_ceil(3 * batch).max(1) as u64
    }

    /// What this step has made infinite or NaN, if anything: a parameter, the loss, or what the optimiser remembers.
    fn first_broken(&self, record: &StepRecord) -> Option<Broken> {
        let parameters = &self.network.parameters;
        if let Some(place) = parameters.first_non_finite() {
            return Some(Broken {
                what: parameters.name_of(place),
                value: parameters.values()[place],
                stage: Stage::Update,
            });
        }
        if !record.loss.is_finite() {
            return Some(Broken {
                what: "L".to_owned(),
                value: record.loss,
                stage: Stage::Sum,
            });
        }
        if record.clipped_norm < SQUARES_FIT {
            return None;
        }
        let average = self.optimizer.first_non_finite()?;
        let of = parameters.name_of(average.place);
        Some(Broken {
            what: format!("{} of {of}", average.name),
            value: average.value,
            stage: Stage::Memory,
        })
    }

    /// Undoes the step that `record` is of, whose generator of batches is back already, and finds out where the
    /// first number was that was not finite.
    fn diverge(&mut self, broken: Broken, record: StepRecord, interrupt: &Interrupt) -> Stepped {
        self.network.parameters.copy_from(&self.last_finite);
        // Recorded when the step began.
        if let Some(moment) = self.past.moments().next_back() {
            self.optimizer.copy_from(&moment.optimizer);
        }
        let training = self.experiment.training;
        let objective = self.objective();
        let held: Vec<Parameter> = self.held().into_iter().flatten().collect();
        let found = self
            .pass
            .first_not_finite(&self.network, objective, &held, interrupt);
        let Ok(found) = found else {
            return Stepped::Interrupted;
        };
        let Broken { what, value, stage } = broken;
        let origin = found.unwrap_or_else(|| Origin::beyond_time(stage, what.clone(), value));
        self.divergence = Some(Divergence {
            step: record.step,
            what,
            value,
            gradient_norm: record.gradient_norm,
            clip_norm: training.clip_norm,
            origin,
        });
        self.history.push(record);
        Stepped::Diverged
    }
}

/// What a step has made infinite or NaN.
struct Broken {
    what: String,
    value: f64,
    /// Where it broke, if everything before it was finite.
    stage: Stage,
}
