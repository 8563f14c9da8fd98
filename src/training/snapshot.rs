//! What the screen shows of one moment.

use std::sync::Arc;

use super::evaluation::Evaluation;
use super::experiment::CheckedExperiment;
use super::history::StepRecord;
use super::trainer::Divergence;
use super::weight::WeightValues;
use crate::flow::{GradientFlow, ProductNorms, Verdict};
use crate::rnn::Spectrum;
use crate::tasks::Word;

/// Everything there is to see at one moment of a run. It never changes and is shared by [`Arc`];
/// views draw from it alone.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Training steps made.
    pub step: u64,
    /// The experiment, with the changes made since it began.
    pub experiment: CheckedExperiment,
    /// What the task asks to be remembered.
    pub memory: Arc<str>,
    /// Where the task comes from.
    pub source: &'static str,
    /// What counts as right.
    pub correctness: &'static str,
    /// Where the sliders of the weights stand now.
    pub weights: WeightValues,
    /// Spectral radius and largest singular value of W_h.
    pub spectrum: Spectrum,
    /// Training has changed W_h since the spectrum was measured: for a large network that happens only
    /// while paused.
    pub spectrum_is_old: bool,
    /// How many numbers are trained.
    pub parameter_count: usize,
    /// What is written at each timestep of the probe, for tasks that read text; `None` is padding.
    pub words: Option<Arc<[Option<Word>]>>,
    /// How many words of the sentence are cut off because it is longer than n.
    pub words_cut: usize,
    /// How to write the input of each timestep, for tasks that do not read text; otherwise empty.
    pub input_labels: Arc<[String]>,
    /// o_t for t = 0..n: the number for H = 1, otherwise the root mean square over units.
    pub states: Vec<f64>,
    /// ŷ of the probe.
    pub prediction: f64,
    /// y of the probe.
    pub target: f64,
    /// L of the probe.
    pub loss: f64,
    /// The gradient at every timestep of the probe.
    pub flow: GradientFlow,
    /// ‖P‖₂ for H > 1, if somebody looks at it.
    pub product_norms: ProductNormsState,
    /// What becomes of the gradient, in words.
    pub verdict: Verdict,
    /// The past, oldest first.
    pub history: Arc<[StepRecord]>,
    /// Accuracy on fixed sequences, oldest first.
    pub evaluations: Arc<[Evaluation]>,
    /// The network or the task has changed since accuracy was measured last, by training or by hand.
    pub evaluation_is_old: bool,
    /// Why and where training stopped, if it diverged.
    pub divergence: Option<Divergence>,
}

/// Whether ‖P‖₂ is there.
#[derive(Clone, Debug, PartialEq)]
pub enum ProductNormsState {
    /// Nobody asked for it.
    NotAsked,
    /// It would take too long: n · H³ multiplications against the number that is affordable.
    TooCostly {
        /// n · H³.
        cost: f64,
    },
    /// Here it is.
    Ready(ProductNorms),
}

impl Snapshot {
    /// n.
    pub fn len(&self) -> usize {
        self.flow.len()
    }

    /// Whether there is no timestep; there always is one.
    pub fn is_empty(&self) -> bool {
        self.flow.is_empty()
    }

    /// The word at 1-based timestep `t`, if the task reads text and it is not padding.
    pub fn word(&self, t: usize) -> Option<&Word> {
        self.words.as_ref()?.get(t.checked_sub(1)?)?.as_ref()
    }

    /// What to write under the 1-based timestep `t`: its word or input; empty for padding.
    pub fn input_text(&self, t: usize) -> &str {
        match self.word(t) {
            Some(word) => &word.text,
            None => self
                .input_labels
                .get(t.wrapping_sub(1))
                .map_or("", String::as_str),
        }
    }

    /// Whether the timestep `t` (1-based) is padding.
    pub fn is_padding(&self, t: usize) -> bool {
        self.words
            .as_ref()
            .is_some_and(|words| words.get(t.wrapping_sub(1)).is_some_and(Option::is_none))
    }
}
