//! An experiment out of a file, and what it was in.

use crate::training::CheckedExperiment;

/// An experiment that was opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The experiment.
    pub experiment: CheckedExperiment,
    /// What carried it, if it was no file of its own, which must not be saved over.
    pub carrier: Option<Carrier>,
}

/// A figure or trace that carries an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carrier {
    /// `picture` or `trace`.
    pub kind: &'static str,
    /// The training step that it shows, if it says so.
    pub step: Option<u64>,
}
