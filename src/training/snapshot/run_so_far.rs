//! The run up to a moment.

use std::sync::Arc;

use super::records::Records;
use super::timeline::Timeline;
use crate::flow::BatchStep;
use crate::tasks::KnowingNothing;
use crate::training::divergence::Divergence;
use crate::training::evaluation::Evaluation;
use crate::training::history::StepRecord;
use crate::training::last_update::LastUpdate;

/// How training went up to a moment, and what its curves are held against. In a moment of the past the curves
/// go on to the newest step.
#[derive(Clone, Debug)]
pub struct RunSoFar {
    /// Where this moment stands in the run.
    pub timeline: Timeline,
    /// The past, oldest first.
    pub history: Arc<[StepRecord]>,
    /// Accuracy on fixed sequences, oldest first.
    pub evaluations: Arc<[Evaluation]>,
    /// The network or the task has changed since accuracy was measured last, by training or by hand.
    pub evaluation_is_old: bool,
    /// What counts as right.
    pub correctness: &'static str,
    /// The loss of a network that answers the same whatever it reads.
    pub knowing_nothing: KnowingNothing,
    /// The gradient of the batch that the last step was made with, from timestep 1 to n; empty before the first
    /// step of a run, and in a moment of the past.
    pub last_batch: Arc<[BatchStep]>,
    /// What the last training step did to the weights, if somebody looks at it, as long as nothing else has changed
    /// them since; `None` before the first step of a run, and in a moment of the past.
    pub last_update: Option<Arc<LastUpdate>>,
    /// Why and where training stopped, if it diverged. The step in which it did is undone, so that everything
    /// else in the snapshot is of the moment before it; only the history has a record of that step too.
    pub divergence: Option<Divergence>,
    /// What is known of the records of a training elsewhere, if one is followed.
    pub records: Option<Records>,
}
