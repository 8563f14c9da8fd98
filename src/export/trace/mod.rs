//! A trace: everything about one moment of a run in plain numbers, for other programs.
//!
//! # The form `bptt-scope.trace/2`
//!
//! One JSON object. Numbers have as many digits as it takes to read back the same `f64`; a number that is
//! infinite or undefined is `null`. Which of the two it was is said by the `state` of every magnitude, by
//! `dl_do_state`, and by the one `state` of loss, prediction and gradients together; the vectors of a timestep
//! say it in `not_finite`. (The CSV of a moment, see [`TRACE_COLUMNS`], writes them as `inf` and `NaN`.) t counts
//! from 1. Matrices are lists of rows.
//!
//! | key | what it holds |
//! | --- | --- |
//! | `schema` | `"bptt-scope.trace/2"`; a trace of the form before, `…/1`, is read as well |
//! | `experiment` | the experiment, with the keys of its file |
//! | `step` | training steps made: everything in the file is after so many updates |
//! | `diverged` | `null`, or why training stopped in the step after `step`, see below |
//! | `loss`, `z`, `prediction`, `target`, `state` | L, the read-out z = w_o·o_n + b_o, ŷ (σ(z) for the two classes of a label, z itself for a number) and y of the probe alone, a batch of one; `state` is the worst of loss, z, prediction and gradients |
//! | `verdict`, `first` | `vanishing`, `exploding`, `carried`, `blocked` or `not-finite`, judged by what reaches timestep `first`, the first that is no padding |
//! | `lyapunov`, `half_life` | λ and ln 2 / −λ between `first` and n; `null` where there is no number: both if `first` is n, if the `verdict` is `blocked` (a factor is 0, so that λ is −∞) or `not-finite`; `half_life` also where the gradient does not shrink |
//! | `spectral_radius`, `sigma_1` | of W_h |
//! | `parameters` | what everything here was computed with. Of a network of the lecture (one layer of the Elman cell, without an embedding): `w_i` H×D, `w_h` H×H, `b` H, `w_o` K×H, `b_o` K, `o_0` H; an absent bias is `[]`. Of any other network by PyTorch's names and in its shapes and its order of gates: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, `weight_ih_l1`, …, `readout.weight` K×H, `readout.bias`, `embedding.weight`, `h_0` and `c_0` (layers×H); an absent bias is left out |
//! | `timesteps` | see below |
//! | `do_n_do_0` | P_{n←0} = ∂o_n/∂o_0, what the end sees of the state before the first timestep |
//! | `dl_do_0`, `dl_do_0_log10`, `dl_do_0_state` | ∂L/∂o_0 in plain `f64`, H numbers, and log₁₀ of its norm, which does not underflow; of a network that is not the lecture's the norm is that of ∂L/∂s_0, and `dl_dh_0` and `dl_dc_0` (layers×H) stand in place of `dl_do_0` |
//! | `gradients` | ∂L/∂ of the parameters in the same shapes, of the probe alone, before clipping |
//!
//! And of each timestep:
//!
//! | key | what it holds |
//! | --- | --- |
//! | `t` | 1 to n |
//! | `token`, `token_id` | the word and its column of W_i, for tasks that read text; `null` for padding. `token_id` counts from 0, as the lists of this file do, and 0 is every word that the network does not know; names of parameters count from 1, so that `token_id` 41 is the column of `w_i[1, 42]` |
//! | `x` | the input, for tasks that do not read text |
//! | `a`, `o`, `f_prime` | H numbers each, of a network of the lecture |
//! | `loss`, `z`, `prediction`, `target` | only where the timestep asks for an answer and it is not the only one: L, and K numbers of z and ŷ; `target` is the number of a class, from 0, or K numbers |
//! | `layers` | of a network that is not the lecture's, a list: of each layer `h`, for an LSTM `c`, the `gates` by their names (H numbers each: `r`, `z`, `n` or `i`, `f`, `g`, `o`), `dl_dh` and `dl_dc` (∂L/∂ of the state of everything that starts from it: of the next timestep and of this timestep's answer; not of the layer above at the same timestep, nor of h from c), and `gain`, ‖γ_t‖ of this layer over ‖γ_n‖ of all |
//! | `factors` | of such a network: `direct` and `through_gates`, what comes to s_{t−1} by the direct way and through W_h, as shares of ‖γ_t‖ |
//! | `dl_dx` | ∂L/∂x_t, D numbers; of embedded words ∂L/∂ of their embedding; not there for one-hot words |
//! | `factor` | J_t = ∂o_t/∂o_{t−1}; for `t` = 1 the factor from o_0 |
//! | `to_end`, `from_first` | P_{n←t} and P_{t←1} |
//! | `bound_log10` | log₁₀ of (γ σ₁)^(n−t), the bound on `to_end`; `null` for a network that has none |
//! | `dl_do`, `dl_do_log10`, `dl_do_state` | ∂L/∂o_t in plain `f64` (for other networks in `layers`), and log₁₀ and state of its norm in the log domain, where it neither underflows nor overflows |
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
mod form;
mod gather;
mod json;
mod not_finite;
mod numbers;

pub use csv::TRACE_COLUMNS;
pub use form::{Diverged, LayerOfStep, Matrices, TRACE_SCHEMA, Tensor, Tensors, Timestep, Trace};
pub use gather::verdict_name;
pub use json::{TraceError, check_schema};
pub use not_finite::{InfOrNan, NotFinite};
pub use numbers::List;

pub use super::written_magnitude::{State, WrittenMagnitude};

#[cfg(test)]
mod tests;
