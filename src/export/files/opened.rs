//! An experiment out of a file, and what it was in.

use crate::training::CheckedExperiment;

/// An experiment that was opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The experiment.
    pub experiment: CheckedExperiment,
    /// The one beside it, if it came with one.
    pub beside: Option<CheckedExperiment>,
    /// What carried it, if it was no file of its own, which must not be saved over.
    pub carrier: Option<Carrier>,
    /// What else to tell, such as that a file it names has changed.
    pub notice: Option<String>,
}

impl Opened {
    /// An experiment out of a file of its own, with the one `beside` it.
    pub fn alone(experiment: CheckedExperiment, beside: Option<CheckedExperiment>) -> Self {
        Self {
            experiment,
            beside,
            carrier: None,
            notice: None,
        }
    }
}

/// A figure or trace that carries an experiment, a model or sequences that are a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carrier {
    /// `picture`, `trace`, `model` or `sequences`.
    pub kind: &'static str,
    /// The training step that it shows, if it says so.
    pub step: Option<u64>,
}
