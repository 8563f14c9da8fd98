//! The keys of a trace.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::not_finite::{NotFinite, kinds};
use super::numbers::{self, List};
use crate::export::written_magnitude::{State, WrittenMagnitude};
use crate::training::{Divergence, Experiment};

/// The name of the form, and its version.
pub const TRACE_SCHEMA: &str = "bptt-scope.trace/2";

/// The name of the form before: traces of it are read, too.
pub const FORMER_SCHEMA: &str = "bptt-scope.trace/1";

/// Everything about one moment of a run in plain numbers; the fields are the keys of the form that the
/// module describes. A number that is `null` there is NaN here, but for what `not_finite` says is infinite.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trace {
    /// [`TRACE_SCHEMA`]
    pub schema: String,
    /// The experiment, with the changes made since it began.
    pub experiment: Experiment,
    /// Training steps made.
    pub step: u64,
    /// Why training stopped in the step after `step`, if it diverged.
    #[serde(default)]
    pub diverged: Option<Diverged>,
    /// L of the probe.
    #[serde(with = "numbers::one")]
    pub loss: f64,
    /// z of the probe.
    #[serde(default = "numbers::missing", with = "numbers::one")]
    pub z: f64,
    /// ŷ of the probe.
    #[serde(with = "numbers::one")]
    pub prediction: f64,
    /// y of the probe.
    pub target: f64,
    /// The worst of loss, prediction and gradients.
    pub state: State,
    /// What becomes of the gradient, in one word.
    pub verdict: String,
    /// The timestep, from 1, that the verdict is about.
    pub first: usize,
    /// λ between it and n.
    pub lyapunov: Option<f64>,
    /// ln 2 / −λ, if the gradient shrinks.
    pub half_life: Option<f64>,
    /// ρ(W_h)
    #[serde(with = "numbers::one")]
    pub spectral_radius: f64,
    /// σ₁(W_h)
    #[serde(with = "numbers::one")]
    pub sigma_1: f64,
    /// The parameters that everything was computed with.
    pub parameters: Tensors,
    /// Timestep t at index t − 1.
    pub timesteps: Vec<Timestep>,
    /// ∂o_n/∂o_0
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub do_n_do_0: Option<WrittenMagnitude>,
    /// ∂L/∂o_0, H numbers, of a network of the lecture.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "numbers::list")]
    pub dl_do_0: Vec<f64>,
    /// ∂L/∂h_0 of any other network, H numbers for each layer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dl_dh_0: Vec<List>,
    /// ∂L/∂c_0 of an LSTM, H numbers for each layer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dl_dc_0: Vec<List>,
    /// log₁₀ of its norm
    #[serde(default = "numbers::missing", with = "numbers::one")]
    pub dl_do_0_log10: f64,
    /// Whether that norm is a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dl_do_0_state: Option<State>,
    /// ∂L/∂ of the parameters.
    pub gradients: Tensors,
}

/// Why training stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diverged {
    /// In which step, from 1.
    pub step: u64,
    /// The first parameter that was not finite any more; `L` if only the loss was not.
    pub what: String,
    /// Whether it overflowed or was undefined.
    pub state: State,
    /// Where the first number was that was not finite; `None` in traces that do not say it yet.
    #[serde(default)]
    pub stage: Option<String>,
    /// Which number that was.
    #[serde(default)]
    pub first: Option<String>,
    /// Whether it overflowed or was undefined.
    #[serde(default)]
    pub first_state: Option<State>,
    /// Its timestep, from 1.
    #[serde(default)]
    pub t: Option<usize>,
    /// Its sequence, from 1.
    #[serde(default)]
    pub sequence: Option<usize>,
    /// Its unit, from 1.
    #[serde(default)]
    pub unit: Option<usize>,
    /// What ‖∂L/∂w‖ was before clipping.
    #[serde(default)]
    pub norm_state: Option<State>,
    /// What it was to be clipped to.
    #[serde(default)]
    pub clip_norm: Option<f64>,
}

impl From<&Divergence> for Diverged {
    fn from(divergence: &Divergence) -> Self {
        let origin = &divergence.origin;
        Self {
            step: divergence.step,
            what: divergence.what.clone(),
            state: State::worst([&divergence.value]),
            stage: Some(origin.stage.name().to_owned()),
            first: Some(origin.what.clone()),
            first_state: Some(State::worst([&origin.value])),
            t: origin.t,
            sequence: origin.sequence,
            unit: origin.unit,
            norm_state: Some(State::worst([&divergence.gradient_norm])),
            clip_norm: divergence.clip_norm,
        }
    }
}

/// Parameters or gradients: those of a network of the lecture by its names, those of any other by PyTorch's.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Tensors {
    /// Of a network of the lecture.
    OfTheLecture(Matrices),
    /// Of any other: matrices as lists of rows, vectors as lists, by their names.
    ByName(BTreeMap<String, Tensor>),
}

impl Tensors {
    /// Those of a network of the lecture.
    pub fn of_the_lecture(&self) -> Option<&Matrices> {
        match self {
            Self::OfTheLecture(matrices) => Some(matrices),
            Self::ByName(_) => None,
        }
    }
}

/// The numbers of a tensor, rows first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Tensor {
    /// A vector.
    Vector(List),
    /// A matrix.
    Matrix(Vec<List>),
}

/// Parameters or gradients, rows first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Matrices {
    /// H×D
    #[serde(with = "numbers::rows")]
    pub w_i: Vec<Vec<f64>>,
    /// H×H
    #[serde(with = "numbers::rows")]
    pub w_h: Vec<Vec<f64>>,
    /// H, or empty
    #[serde(with = "numbers::list")]
    pub b: Vec<f64>,
    /// K×H
    #[serde(with = "numbers::rows")]
    pub w_o: Vec<Vec<f64>>,
    /// K, or empty
    #[serde(with = "numbers::list")]
    pub b_o: Vec<f64>,
    /// H; nothing is trained here, so the gradients have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "numbers::list")]
    pub o_0: Vec<f64>,
}

/// What came up in one layer at one timestep.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LayerOfStep {
    /// The state that the layer above and the read-out see, H numbers.
    #[serde(with = "numbers::list")]
    pub h: Vec<f64>,
    /// The cell state of an LSTM, H numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "numbers::list")]
    pub c: Vec<f64>,
    /// The gates by their names, H numbers each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gates: BTreeMap<String, List>,
    /// ∂L/∂h_t of everything that starts from this state, H numbers.
    #[serde(with = "numbers::list")]
    pub dl_dh: Vec<f64>,
    /// ∂L/∂c_t, H numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "numbers::list")]
    pub dl_dc: Vec<f64>,
    /// ‖γ_t‖ of this layer over ‖γ_n‖ of all.
    pub gain: WrittenMagnitude,
}

/// One timestep.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Timestep {
    /// From 1.
    pub t: usize,
    /// The word.
    pub token: Option<String>,
    /// Its column of W_i, from 0.
    pub token_id: Option<u32>,
    /// The input, D numbers.
    pub x: Option<Vec<f64>>,
    /// L of this timestep's answer, if one is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<f64>,
    /// z of it, K numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub z: Option<List>,
    /// ŷ of it, K numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prediction: Option<List>,
    /// y of it: of classes the number of the right one, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<List>,
    /// The pre-activation, H numbers, of a network of the lecture.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "numbers::list")]
    pub a: Vec<f64>,
    /// The hidden state, H numbers, of a network of the lecture.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "numbers::list")]
    pub o: Vec<f64>,
    /// f′(a_t), H numbers, of a network of the lecture.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "numbers::list")]
    pub f_prime: Vec<f64>,
    /// The layers from the first to the last, of any other network.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<LayerOfStep>,
    /// What `factor` is made of, of any other network: `direct` and `through_gates`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub factors: BTreeMap<String, WrittenMagnitude>,
    /// ∂L/∂x_t, D numbers; of words that are embedded E numbers, and none of one-hot words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dl_dx: Option<List>,
    /// ∂o_t/∂o_{t−1}
    pub factor: WrittenMagnitude,
    /// ∂o_n/∂o_t
    pub to_end: WrittenMagnitude,
    /// ∂o_t/∂o_1
    pub from_first: WrittenMagnitude,
    /// ‖P_{n←t}‖₂, for more than one unit
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_end_norm: Option<WrittenMagnitude>,
    /// ‖P_{t←1}‖₂, for more than one unit
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_first_norm: Option<WrittenMagnitude>,
    /// log₁₀ of the bound on `to_end`
    #[serde(with = "numbers::one")]
    pub bound_log10: f64,
    /// ∂L/∂o_t, H numbers, of a network of the lecture.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "numbers::list")]
    pub dl_do: Vec<f64>,
    /// log₁₀ of its norm
    #[serde(with = "numbers::one")]
    pub dl_do_log10: f64,
    /// Whether that norm is a number.
    pub dl_do_state: State,
    /// Which numbers of the vectors here are infinite or undefined.
    #[serde(default, skip_serializing_if = "NotFinite::is_empty")]
    pub not_finite: NotFinite,
    /// δ_t o_{t−1}ᵀ
    #[serde(default, with = "numbers::rows_or_none")]
    pub term_w_h: Option<Vec<Vec<f64>>>,
    /// δ_t x_tᵀ
    #[serde(default, with = "numbers::rows_or_none")]
    pub term_w_i: Option<Vec<Vec<f64>>>,
}

impl Timestep {
    /// Notes which numbers of its vectors are not finite.
    pub(super) fn note_what_is_not_finite(&mut self) {
        self.not_finite = NotFinite {
            a: kinds(&self.a),
            o: kinds(&self.o),
            f_prime: kinds(&self.f_prime),
            dl_do: kinds(&self.dl_do),
        };
    }

    /// Puts what was noted in the place of the NaN that it was read as.
    pub(super) fn restore(&mut self) {
        let noted = &self.not_finite;
        for (values, kinds) in [
            (&mut self.a, &noted.a),
            (&mut self.o, &noted.o),
            (&mut self.f_prime, &noted.f_prime),
            (&mut self.dl_do, &noted.dl_do),
        ] {
            for (value, kind) in values.iter_mut().zip(kinds) {
                if let Some(kind) = kind {
                    *value = kind.value();
                }
            }
        }
    }
}
