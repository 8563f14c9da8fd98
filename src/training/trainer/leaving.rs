//! Leaving a run for another one, and coming back to it.

use std::collections::VecDeque;

use super::by_hand::Changes;
use super::past::{Moment, Past};
use super::{Divergence, Trainer};
use crate::flow::BatchFlow;
use crate::rnn::Spectrum;
use crate::training::evaluation::{Evaluation, Evaluations};
use crate::training::history::{History, StepRecord};
use crate::training::{CheckedExperiment, Weight};

/// Bytes that the runs which were left may take in all. The usual network of one unit has about 4 kB per
/// moment, so that this is enough for some runs with all that was recorded of them, and for more than
/// three hundred without.
const MEMORY: usize = 64 << 20;

/// Which run of a session it is. Whoever begins a run gives it a number, to ask for it again by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunNumber(u64);

impl RunNumber {
    /// The number after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A run that was left for another one: where it stood, and what can be gone back to in it.
pub struct LeftRun {
    moment: Moment,
    /// What was recorded; `None` once memory was short.
    past: Option<Past>,
    history: History,
    evaluations: Evaluations,
    changes: Changes,
    divergence: Option<Divergence>,
    spectrum: Spectrum,
    before_zero: [Option<Vec<f64>>; Weight::ALL.len()],
    is_negative: [bool; Weight::ALL.len()],
    evaluation_is_old: bool,
    /// The gradient of its last batch.
    flow: BatchFlow,
}

impl Trainer {
    /// Whether a step was made in this run that it, or what it has recorded, still knows of.
    pub fn is_trained(&self) -> bool {
        self.step > 0 || self.recorded_steps().next().is_some()
    }

    /// A new run of `experiment`. The hand on a slider stays where it is. Returns the run that was left, to be
    /// come back to by [`Self::return_to`].
    pub fn begin(&mut self, experiment: CheckedExperiment) -> LeftRun {
        self.leave_for(Self::new(experiment))
    }

    /// Goes on with a run that was left: its parameters, its optimiser and its batches are to the last bit where
    /// they were. Returns the run that was left for it.
    pub fn return_to(&mut self, run: LeftRun) -> LeftRun {
        let LeftRun {
            moment,
            past,
            history,
            evaluations,
            changes,
            divergence,
            spectrum,
            before_zero,
            is_negative,
            evaluation_is_old,
            flow,
        } = run;
        let mut then = Self::of_moment(&moment, spectrum, None);
        then.past = past.unwrap_or_else(|| Past::new(&moment.parameters, &moment.optimizer));
        then.history = history;
        then.evaluations = evaluations;
        then.changes = changes;
        then.divergence = divergence;
        then.before_zero = before_zero;
        then.is_negative = is_negative;
        then.evaluation_is_old = evaluation_is_old;
        then.pass.show(flow);
        self.leave_for(then)
    }

    fn leave_for(&mut self, mut next: Self) -> LeftRun {
        next.grabbed = self.grabbed;
        next.edits = self.edits + 1;
        LeftRun::of(std::mem::replace(self, next))
    }
}

impl LeftRun {
    fn of(mut trainer: Trainer) -> Self {
        let moment = trainer.present().keep();
        let flow = trainer.pass.take_flow();
        let mut past = trainer.past;
        past.save_memory();
        Self {
            moment,
            past: Some(past),
            history: trainer.history,
            evaluations: trainer.evaluations,
            changes: trainer.changes,
            divergence: trainer.divergence,
            spectrum: trainer.spectrum,
            before_zero: trainer.before_zero,
            is_negative: trainer.is_negative,
            evaluation_is_old: trainer.evaluation_is_old,
            flow,
        }
    }

    fn past_bytes(&self) -> usize {
        self.past.as_ref().map_or(0, Past::bytes)
    }

    /// About how much memory it takes.
    fn bytes(&self) -> usize {
        let curves = self.history.records().count() * size_of::<StepRecord>()
            + self.evaluations.iter().count() * size_of::<Evaluation>();
        let shapes: usize = self.before_zero.iter().flatten().map(Vec::len).sum();
        // A norm, a factor and a product for each timestep.
        let numbers = shapes + 3 * self.flow.len();
        self.moment.bytes()
            + self.past_bytes()
            + self.changes.bytes()
            + curves
            + numbers * size_of::<f64>()
    }
}

/// The runs of a session that were left and can be come back to, in bounded memory.
#[derive(Default)]
pub struct LeftRuns {
    /// In the order in which they were left, each with the numbers that it was given.
    runs: VecDeque<(Vec<RunNumber>, LeftRun)>,
}

impl LeftRuns {
    /// Keeps `run` under each of `numbers`. When there is too much, the oldest lose first what was recorded of them, and
    /// then themselves; where `run` itself stood is kept in any case.
    pub fn keep(&mut self, numbers: Vec<RunNumber>, run: LeftRun) {
        self.runs.push_back((numbers, run));
        let mut bytes: usize = self.runs.iter().map(|(_, run)| run.bytes()).sum();
        for (_, run) in &mut self.runs {
            if bytes <= MEMORY {
                return;
            }
            bytes -= run.past_bytes();
            run.past = None;
        }
        while bytes > MEMORY && self.runs.len() > 1 {
            let oldest = self.runs.pop_front();
            bytes -= oldest.map_or(0, |(_, run)| run.bytes());
        }
    }

    /// The run called `number`, with all its numbers, if it is still there; it is here no more then.
    pub fn take(&mut self, number: RunNumber) -> Option<(Vec<RunNumber>, LeftRun)> {
        let is_wanted = |(numbers, _): &(Vec<RunNumber>, LeftRun)| numbers.contains(&number);
        let place = self.runs.iter().position(is_wanted)?;
        self.runs.remove(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rnn::Interrupt;
    use crate::tasks::TaskKind;
    use crate::training::{Experiment, OptimizerKind};

    fn trained(hidden: usize, optimizer: OptimizerKind, steps: u64) -> LeftRun {
        let mut experiment = Experiment::default();
        experiment.task.kind = TaskKind::Latch;
        experiment.network.hidden = hidden;
        experiment.training.batch = 1;
        experiment.training.optimizer = optimizer;
        let mut trainer = Trainer::new(experiment.check().unwrap());
        for _ in 0..steps {
            trainer.step(&Interrupt::default());
        }
        trainer.begin(CheckedExperiment::default())
    }

    /// However many runs are left, they take no more than they may; the newest is whole.
    #[test]
    fn many_runs_take_bounded_memory_and_the_newest_stays_whole() {
        let mut left = LeftRuns::default();
        let mut number = RunNumber::default();
        for _ in 0..40 {
            number = number.next();
            left.keep(vec![number], trained(64, OptimizerKind::Sgd, 120));
        }
        let bytes: usize = left.runs.iter().map(|(_, run)| run.bytes()).sum();
        assert!(bytes <= MEMORY, "{bytes}");
        let (_, newest) = left.take(number).unwrap();
        assert_eq!(newest.moment.step, 120);
        assert_eq!(newest.past.unwrap().moments().count(), 120);
        assert!(left.take(number).is_none());
        // The oldest of these has lost its recorded steps, but not itself.
        let (_, oldest) = left.take(RunNumber::default().next()).unwrap();
        assert!(oldest.past.is_none());
        assert_eq!(oldest.moment.step, 120);
        assert_eq!(oldest.history.records().count(), 120);
    }

    /// A run larger than all that is allowed keeps where it stood.
    #[test]
    fn a_run_too_large_to_keep_whole_keeps_where_it_stood() {
        let mut left = LeftRuns::default();
        let number = RunNumber::default();
        // Ten moments of 6 MB, and where it stood.
        left.keep(vec![number], trained(512, OptimizerKind::Adam, 14));
        let (_, run) = left.take(number).unwrap();
        assert_eq!((run.moment.step, run.past.is_none()), (14, true));
    }
}
