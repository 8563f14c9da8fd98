//! The probe of an experiment, put under the instrument.

use std::sync::Arc;

use crate::rnn::Batch;
use crate::tasks::{Part, Task, Word};
use crate::training::CheckedExperiment;

/// The one sequence whose gradient is shown, and what is written at its timesteps.
#[derive(Clone)]
pub struct Placed {
    /// The sequence, as a batch of one.
    pub batch: Arc<Batch>,
    /// What is written at each timestep, for tasks that read text.
    pub words: Option<Arc<[Option<Word>]>>,
    /// How many words are cut off.
    pub words_cut: usize,
    /// How to write the input of each timestep, for tasks that do not read text.
    pub input_labels: Arc<[String]>,
}

impl Placed {
    /// The probe of `experiment`, whose task is `task`.
    pub fn of(experiment: &CheckedExperiment, task: &dyn Task) -> Self {
        let probe = &experiment.probe;
        let mut batch = task.empty_batch();
        let reading = task.read(&probe.text, experiment.probe_class(), &mut batch);
        if reading.is_none() {
            task.fixed(Part::HeldOut, probe.index..probe.index + 1, &mut batch);
        }
        experiment.put_own(&mut batch);
        let input_labels = (0..batch.length)
            .filter_map(|t| Some(task.input_label(batch.vector(t, 0)?)))
            .collect();
        Self {
            batch: Arc::new(batch),
            words_cut: reading.as_ref().map_or(0, |reading| reading.cut),
            words: reading.map(|reading| reading.words.into()),
            input_labels,
        }
    }
}
