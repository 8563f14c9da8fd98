//! What one sequence shows of the network that reads it.

use std::sync::Arc;

use crate::flow::{
    ForwardSums, Gates, GradientFlow, Magnitude, OperatingPoints, ProductNorms, Triangle, Verdict,
    WorkedUnit, as_chosen, significant, thousands,
};
use crate::rnn::{Batch, Loss};
use crate::tasks::Word;
use crate::training::SeedDirection;

/// The network reading the probe, a sequence of n timesteps that is held fixed while it trains: what is read,
/// what comes of it, and the gradient that flows back.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The probe, as a batch of one.
    pub batch: Arc<Batch>,
    /// What z is compared with y by.
    pub loss_function: Loss,
    /// Where nothing is asked at all, along which direction the gradient begins at the last state.
    pub begins: Option<SeedDirection>,
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
    /// One unit number by number, if somebody looks at it and the network is not the lecture's.
    pub worked: Option<Arc<WorkedUnit>>,
    /// Every answer that is asked for, in the order of time.
    pub answers: Vec<Answer>,
    /// ŷ of the last answer; of several classes what the network gives to the right one.
    pub prediction: f64,
    /// y of the last answer; of several classes the number of the right one, from 0.
    pub target: f64,
    /// L of the probe, over all its answers.
    pub loss: f64,
    /// Whether the last answer counts as right; [`RunSoFar::correctness`](super::RunSoFar::correctness) says what does.
    pub is_right: bool,
    /// The gradient at every timestep of the probe.
    pub flow: GradientFlow,
    /// Where on the curve of f the units work.
    pub operating_points: OperatingPoints,
    /// ∂L/∂x_t, timestep t at index t − 1, if somebody looks at it: the number where x_t and the state are one, otherwise the
    /// norm; otherwise empty.
    pub dl_dx: Vec<Magnitude>,
    /// What truncation takes of this sequence's gradient: ‖what is cut off‖/‖the whole‖; `None` without truncation.
    pub cut_off: Option<f64>,
    /// How far the gates are open, if somebody looks at it and the cell has any.
    pub gates: Option<Arc<Gates>>,
    /// What is left of the gradient in each layer, timestep t at index t − 1: ‖γ_t‖ of the layer over ‖γ_n‖ of all, as
    /// training has it; empty for one layer.
    pub layer_gains: Vec<Vec<Magnitude>>,
    /// ‖P‖₂ for H > 1, if somebody looks at it.
    pub product_norms: ProductNormsState,
    /// Every product ∂o_j/∂o_k for H = 1, if somebody looks at them; for more units they take longer and
    /// are asked for as a [`crate::training::Question`].
    pub triangle: Option<Triangle>,
    /// What becomes of the gradient, in words.
    pub verdict: Verdict,
}

impl Reading {
    /// Whether the gradient is put in, in the place of a loss.
    pub fn is_put_in(&self) -> bool {
        self.loss_function == Loss::Linear
    }

    /// What came of the last answer: `ŷ = 0.7, y = 1, L = 0.36`, or where a gradient is put in.
    pub fn outcome_in_words(&self) -> String {
        let loss = significant(self.loss);
        if let Some(direction) = self.begins {
            let along = direction.in_words();
            return format!("no loss: the gradient begins at the last state, {along}");
        }
        if self.is_put_in() {
            let states = match self.answers.len() {
                1 => "1 state".to_owned(),
                count => format!("{} states", thousands(count as u64)),
            };
            return format!("a gradient is put in from outside at {states}, Σ g·h = {loss}");
        }
        format!(
            "ŷ = {}, y = {}, L = {loss}",
            significant(self.prediction),
            self.target_in_words()
        )
    }

    /// y of the last answer: the name of its class, if it has one.
    pub fn target_in_words(&self) -> String {
        let classes = self
            .answers
            .last()
            .and_then(|answer| answer.classes.as_ref());
        classes.map_or_else(|| as_chosen(self.target), |[_, right]| right.clone())
    }
}

/// What the network answers at one timestep that asks for an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Which timestep, from 1.
    pub t: usize,
    /// z, K numbers.
    pub z: Vec<f64>,
    /// ŷ: one number for two classes, K for K classes or K numbers.
    pub prediction: Vec<f64>,
    /// y: of several classes the number of the right one, from 0.
    pub target: Vec<f64>,
    /// L of this answer.
    pub loss: f64,
    /// Whether it counts as right.
    pub is_right: bool,
    /// What the network says and what would be right, for a task with named classes, such as `X–Y` and `Y–X`.
    pub classes: Option<[String; 2]>,
}

impl Answer {
    /// ŷ as one number; of several classes what the network gives to the right one.
    pub fn likelihood(&self) -> f64 {
        let place = match (self.prediction.len(), self.target.as_slice()) {
            (1, _) | (_, []) => 0,
            (_, [class]) => *class as usize,
            _ => 0,
        };
        self.prediction.get(place).copied().unwrap_or(f64::NAN)
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
