//! What the screen shows of one moment.

use std::sync::Arc;

use super::divergence::Divergence;
use super::evaluation::Evaluation;
use super::experiment::CheckedExperiment;
use super::history::StepRecord;
use super::history_row::HistoryRow;
use super::settings::Difference;
use super::weight::WeightValues;
use crate::flow::{BatchStep, GradientFlow, OperatingPoints, ProductNorms, Triangle, Verdict};
use crate::rnn::{Batch, Loss, Network, Spectrum};
use crate::tasks::{KnowingNothing, Word};

/// Everything there is to see at one moment of a run. It never changes and is shared by [`Arc`];
/// views draw from it alone.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Training steps made: everything here is after so many updates.
    pub step: u64,
    /// The experiment, with the changes made since it began.
    pub experiment: Arc<CheckedExperiment>,
    /// How many changes were made by hand since the program began: two moments with the same number differ
    /// by training alone.
    pub edits: u64,
    /// The network at this moment.
    pub network: Arc<Network>,
    /// The probe, as a batch of one.
    pub batch: Arc<Batch>,
    /// What z is compared with y by.
    pub loss_function: Loss,
    /// What the task asks to be remembered.
    pub memory: Arc<str>,
    /// Where the task comes from.
    pub source: &'static str,
    /// What counts as right.
    pub correctness: &'static str,
    /// The loss of a network that answers the same whatever it reads.
    pub knowing_nothing: KnowingNothing,
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
    /// The gradient of the batch that the last step was made with, from timestep 1 to n; empty before the first
    /// step of a run, and in a moment of the past.
    pub last_batch: Arc<[BatchStep]>,
    /// Where on the curve of f the units work.
    pub operating_points: OperatingPoints,
    /// ‖P‖₂ for H > 1, if somebody looks at it.
    pub product_norms: ProductNormsState,
    /// Every product ∂o_j/∂o_k for H = 1, if somebody looks at them; for more units they take longer and
    /// are asked for as a [`super::Question`].
    pub triangle: Option<Triangle>,
    /// What becomes of the gradient, in words.
    pub verdict: Verdict,
    /// Where this moment stands in the run.
    pub timeline: Timeline,
    /// The past, oldest first.
    pub history: Arc<[StepRecord]>,
    /// Accuracy on fixed sequences, oldest first.
    pub evaluations: Arc<[Evaluation]>,
    /// The network or the task has changed since accuracy was measured last, by training or by hand.
    pub evaluation_is_old: bool,
    /// Why and where training stopped, if it diverged. The step in which it did is undone, so that everything
    /// else here is of the moment before it; only the history has a record of that step too.
    pub divergence: Option<Divergence>,
}

/// What only some views need of a snapshot, and what is left out while nobody looks at them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// ‖P‖₂ of every product.
    pub product_norms: bool,
    /// The eigenvalues of W_h.
    pub eigenvalues: bool,
    /// Every product ∂o_j/∂o_k, for H = 1.
    pub triangle: bool,
    /// The picture of the whole run.
    pub history: bool,
}

impl Wanted {
    /// What is wanted here or in `other`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            product_norms: self.product_norms || other.product_norms,
            eigenvalues: self.eigenvalues || other.eigenvalues,
            triangle: self.triangle || other.triangle,
            history: self.history || other.history,
        }
    }
}

/// Where a moment stands in its run.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// The newest step of the run.
    pub newest: u64,
    /// This is not the newest moment: somebody looks back.
    pub is_past: bool,
    /// The steps that can be gone back to, oldest first.
    pub recorded: Arc<[u64]>,
    /// What going back brings with it, where it is not as now. Of the present: what the steps beyond it had
    /// otherwise, which were made before somebody reset the run, or went on from the past, and then changed the
    /// experiment by hand. Of a past moment: what it has otherwise than the present.
    pub otherwise: Arc<[Difference]>,
    /// The probe's gradient after each of them, as far as it has been computed; empty while nobody looks
    /// at it.
    pub rows: Arc<Vec<Arc<HistoryRow>>>,
}

impl Timeline {
    /// Whether the steps that can be gone back to, from this one on, are of the run as it was before the
    /// experiment was changed by hand: a picture of them is not of the network that is shown.
    pub fn is_of_another(&self) -> bool {
        !self.is_past && !self.otherwise.is_empty()
    }

    /// The recorded step before `step`; `step` itself if there is none.
    pub fn before(&self, step: u64) -> u64 {
        let place = self.recorded.partition_point(|&recorded| recorded < step);
        place
            .checked_sub(1)
            .map_or(step, |place| self.recorded[place])
    }

    /// The recorded step after `step`; `None` is the present.
    pub fn after(&self, step: u64) -> Option<u64> {
        let place = self.recorded.partition_point(|&recorded| recorded <= step);
        self.recorded.get(place).copied()
    }

    /// The recorded step nearest to `step`, or the newest.
    pub fn nearest(&self, step: u64) -> u64 {
        self.recorded
            .iter()
            .copied()
            .chain([self.newest])
            .min_by_key(|recorded| recorded.abs_diff(step))
            .unwrap_or(self.newest)
    }
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
    /// Whether `self` and `other` show one moment, however often it was published.
    pub fn is_same_moment(&self, other: &Self) -> bool {
        self.moment() == other.moment()
    }

    /// What tells moments apart: nothing of a network changes but by a step or by hand.
    pub fn moment(&self) -> (u64, u64, bool) {
        (self.edits, self.step, self.timeline.is_past)
    }

    /// n.
    pub fn len(&self) -> usize {
        self.flow.len()
    }

    /// Whether there is no timestep; there always is one.
    pub fn is_empty(&self) -> bool {
        self.flow.is_empty()
    }

    /// The first timestep, from 1, that is no padding: how far back a gradient is of use.
    pub fn first_input(&self) -> usize {
        (1..=self.len()).find(|&t| !self.is_padding(t)).unwrap_or(1)
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
