//! The network at one moment.

use std::sync::Arc;

use crate::rnn::{Network, Spectrum};
use crate::training::experiment::CheckedExperiment;
use crate::training::weight::WeightValues;

/// The network after so many steps and changes by hand, and what is measured of it without reading a sequence.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Training steps made: everything here is after so many updates.
    pub step: u64,
    /// How many changes were made by hand since the program began: two moments with the same number differ
    /// by training alone.
    pub edits: u64,
    /// The experiment, with the changes made since it began.
    pub experiment: Arc<CheckedExperiment>,
    /// The network at this moment.
    pub network: Arc<Network>,
    /// Where the sliders of the weights stand now.
    pub weights: WeightValues,
    /// Spectral radius and largest singular value of W_h.
    pub spectrum: Spectrum,
    /// Training has changed W_h since the spectrum was measured: for a large network that happens only
    /// while paused.
    pub spectrum_is_old: bool,
    /// Eigenvalues of W_h as real and imaginary part, if somebody looks at them; as old as the spectrum.
    pub eigenvalues: Option<Arc<[[f64; 2]]>>,
    /// How many numbers are trained.
    pub parameter_count: usize,
}
