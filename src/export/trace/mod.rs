//! A trace: everything about one moment of a run in plain numbers, for other programs.
//!
//! # The form `bptt-scope.trace/1`
//!
//! One JSON object. Numbers have as many digits as it takes to read back the same `f64`; a number that is
//! infinite or undefined is `null`. Which of the two it was is said by the `state` of every magnitude, by
//! `dl_do_state`, and by the one `state` of loss, prediction and gradients together; the vectors of a timestep
//! say it in `not_finite`. (The CSV of a moment, see [`TRACE_COLUMNS`], writes them as `inf` and `NaN`.) t counts
//! from 1. Matrices are lists of rows.
//!
//! | key | what it holds |
//! | --- | --- |
//! | `schema` | `"bptt-scope.trace/1"` |
//! | `experiment` | the experiment, with the keys of its file |
//! | `step` | training steps made: everything in the file is after so many updates |
//! | `diverged` | `null`, or why training stopped in the step after `step`, see below |
//! | `loss`, `z`, `prediction`, `target`, `state` | L, the read-out z = w_o·o_n + b_o, ŷ (σ(z) for the two classes of a label, z itself for a number) and y of the probe alone, a batch of one; `state` is the worst of loss, z, prediction and gradients |
//! | `verdict`, `first` | `vanishing`, `exploding`, `carried`, `blocked` or `not-finite`, judged by what reaches timestep `first`, the first that is no padding |
//! | `lyapunov`, `half_life` | λ and ln 2 / −λ between `first` and n; `null` where there is no number: both if `first` is n, if the `verdict` is `blocked` (a factor is 0, so that λ is −∞) or `not-finite`; `half_life` also where the gradient does not shrink |
//! | `spectral_radius`, `sigma_1` | of W_h |
//! | `parameters` | `w_i` H×D, `w_h` H×H, `b` H, `w_o` 1×H, `b_o` 1, `o_0` H, which everything here was computed with; an absent bias is `[]` |
//! | `timesteps` | see below |
//! | `do_n_do_0` | P_{n←0} = ∂o_n/∂o_0, what the end sees of the state before the first timestep |
//! | `dl_do_0`, `dl_do_0_log10`, `dl_do_0_state` | ∂L/∂o_0 in plain `f64`, H numbers, and log₁₀ of its norm, which does not underflow |
//! | `gradients` | ∂L/∂ of the parameters in the same shapes, of the probe alone, before clipping |
//!
//! And of each timestep:
//!
//! | key | what it holds |
//! | --- | --- |
//! | `t` | 1 to n |
//! | `token`, `token_id` | the word and its column of W_i, for tasks that read text; `null` for padding. `token_id` counts from 0, as the lists of this file do, and 0 is every word that the network does not know; names of parameters count from 1, so that `token_id` 41 is the column of `w_i[1, 42]` |
//! | `x` | the input, for tasks that do not read text |
//! | `a`, `o`, `f_prime` | H numbers each |
//! | `factor` | J_t = ∂o_t/∂o_{t−1}; for `t` = 1 the factor from o_0 |
//! | `to_end`, `from_first` | P_{n←t} and P_{t←1} |
//! | `bound_log10` | log₁₀ of (γ σ₁)^(n−t), the bound on `to_end` |
//! | `dl_do`, `dl_do_log10`, `dl_do_state` | ∂L/∂o_t in plain `f64`, and log₁₀ and state of its norm in the log domain, where it neither underflows nor overflows |
//! | `not_finite` | only if a number of `a`, `o`, `f_prime` or `dl_do` is `null`: which of `inf`, `-inf` and `nan` it is, by the name of the vector, in its place; `null` there is a number. So `"not_finite": {"dl_do": [null, "inf"]}` belongs to `"dl_do": [0.5, null]` |
//! | `term_w_h`, `term_w_i` | this timestep's summand of the gradients, H×H and H×D; for text only the column `token_id` of the latter, H×1. `null` for long sequences of many units, where δ_t o_{t−1}ᵀ and δ_t x_tᵀ with δ_t = `f_prime` ⊙ `dl_do` give it |
//!
//! A magnitude is `{"sign": 1, "log10": -5.1, "state": "finite"}`, where `state` is `finite`, `zero`,
//! `undefined`, `overflow` or `nan`; `log10` is `null` unless it is finite, and `sign` is 0 for zero, 0/0 and
//! NaN. For H = 1 it is the number itself. For more units `to_end` is the gain ‖g_t‖/‖g_n‖ that the loss's own
//! gradient meets, `factor` is ‖g_{t−1}‖/‖g_t‖, `from_first` is ‖g_1‖/‖g_t‖, `do_n_do_0` is ‖g_0‖/‖g_n‖, and
//! `sign` is 1; ‖P_{n←t}‖₂ and ‖P_{t←1}‖₂ stand beside them as `to_end_norm` and `from_first_norm` unless they
//! would take too long. Where a later step has let nothing through, g_t = 0, such a ratio is 0/0, `undefined`;
//! but the `factor` of a step that lets nothing through whatever arrives (every f′ is 0) is `zero` there, too.
//!
//! And of `diverged`. The step in which training diverged is undone, so that `parameters` and all that is computed
//! with them are those after the `step` before it, the last that were finite.
//!
//! | key | what it holds |
//! | --- | --- |
//! | `step` | in which step, from 1: `step` of the file + 1 |
//! | `what`, `state` | the first parameter that became infinite or undefined, such as `w_h`, and which of the two; `L` if only the loss did; or what the optimiser remembers, such as `mean square of w_h` |
//! | `stage` | where the first number was that was not finite: `forward`, `backward`, in the `term` of a timestep, in the `sum` of the terms, in the `update`, or in the optimiser's `memory` |
//! | `first`, `first_state` | which number that was: `a`, `o`, `z`, `L`, `dl_dz`, `dl_do`, `dl_da` or the parameter whose gradient it belongs to; and which of the two it was |
//! | `t`, `sequence`, `unit` | its timestep, sequence of the batch and unit, each from 1; `null` where there is none, or one alone. Forward `t` is the first timestep, backward the last |
//! | `norm_state`, `clip_norm` | what ‖∂L/∂w‖ was before clipping, and what it was to be clipped to. With a norm of ∞ it is clipping that makes NaN of ∞, as `clip_norm` / ∞ · ∞ |
//!
//! Keys may be added without a new version; none changes its meaning or goes without one.

mod csv;
mod gather;
mod json;
mod magnitude;
mod not_finite;
mod numbers;

use serde::{Deserialize, Serialize};

pub use csv::TRACE_COLUMNS;
pub use gather::verdict_name;
pub use json::{TraceError, check_schema};
pub use magnitude::{State, WrittenMagnitude};
pub use not_finite::{InfOrNan, NotFinite};

use crate::training::{Divergence, Experiment};

/// The name of the form, and its version.
pub const TRACE_SCHEMA: &str = "bptt-scope.trace/1";

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
    pub parameters: Matrices,
    /// Timestep t at index t − 1.
    pub timesteps: Vec<Timestep>,
    /// ∂o_n/∂o_0
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub do_n_do_0: Option<WrittenMagnitude>,
    /// ∂L/∂o_0, H numbers.
    #[serde(default, with = "numbers::list")]
    pub dl_do_0: Vec<f64>,
    /// log₁₀ of its norm
    #[serde(default = "numbers::missing", with = "numbers::one")]
    pub dl_do_0_log10: f64,
    /// Whether that norm is a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dl_do_0_state: Option<State>,
    /// ∂L/∂ of the parameters.
    pub gradients: Matrices,
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
    /// 1×H
    #[serde(with = "numbers::rows")]
    pub w_o: Vec<Vec<f64>>,
    /// 1, or empty
    #[serde(with = "numbers::list")]
    pub b_o: Vec<f64>,
    /// H; nothing is trained here, so the gradients have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "numbers::list")]
    pub o_0: Vec<f64>,
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
    /// The pre-activation, H numbers.
    #[serde(with = "numbers::list")]
    pub a: Vec<f64>,
    /// The hidden state, H numbers.
    #[serde(with = "numbers::list")]
    pub o: Vec<f64>,
    /// f′(a_t), H numbers.
    #[serde(with = "numbers::list")]
    pub f_prime: Vec<f64>,
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
    /// ∂L/∂o_t, H numbers.
    #[serde(with = "numbers::list")]
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
    #[serde(with = "numbers::rows_or_none")]
    pub term_w_h: Option<Vec<Vec<f64>>>,
    /// δ_t x_tᵀ
    #[serde(with = "numbers::rows_or_none")]
    pub term_w_i: Option<Vec<Vec<f64>>>,
}

#[cfg(test)]
mod tests;
