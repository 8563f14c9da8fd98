//! What one sequence shows of the network that reads it.

use std::sync::Arc;

use crate::flow::{ForwardSums, GradientFlow, OperatingPoints, ProductNorms, Triangle, Verdict};
use crate::rnn::{Batch, Loss};
use crate::tasks::Word;

/// The network reading the probe, a sequence of n timesteps that is held fixed while it trains: what is read,
/// what comes of it, and the gradient that flows back.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The probe, as a batch of one.
    pub batch: Arc<Batch>,
    /// What z is compared with y by.
    pub loss_function: Loss,
    /// What the task asks to be remembered.
    pub memory: Arc<str>,
    /// Where the task comes from.
    pub source: &'static str,
    /// What is written at each timestep of the probe, for tasks that read text; `None` is padding.
    pub words: Option<Arc<[Option<Word>]>>,
    /// How many words of the sentence are cut off because it is longer than n.
    pub words_cut: usize,
    /// How to write the input of each timestep, for tasks that do not read text; otherwise empty.
    pub input_labels: Arc<[String]>,
    /// o_t for t = 0..=n, so n + 1 of them: the number for H = 1, otherwise the root mean square over units.
    pub states: Vec<f64>,
    /// What is added up in a_1 to a_n, if somebody looks at it; otherwise empty.
    pub forward: Vec<ForwardSums>,
    /// ŷ of the probe.
    pub prediction: f64,
    /// y of the probe.
    pub target: f64,
    /// L of the probe.
    pub loss: f64,
    /// Whether ŷ counts as right; [`RunSoFar::correctness`](super::RunSoFar::correctness) says what does.
    pub is_right: bool,
    /// The gradient at every timestep of the probe.
    pub flow: GradientFlow,
    /// Where on the curve of f the units work.
    pub operating_points: OperatingPoints,
    /// ‖P‖₂ for H > 1, if somebody looks at it.
    pub product_norms: ProductNormsState,
    /// Every product ∂o_j/∂o_k for H = 1, if somebody looks at them; for more units they take longer and
    /// are asked for as a [`crate::training::Question`].
    pub triangle: Option<Triangle>,
    /// What becomes of the gradient, in words.
    pub verdict: Verdict,
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
