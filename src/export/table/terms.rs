//! The table of the terms.

use super::columns::Table;
use super::timesteps;
use crate::flow::{Magnitude, Term};
use crate::training::Snapshot;

/// A row per timestep, and one for the sums.
///
/// | column | what it is |
/// | --- | --- |
/// | `part` | `term`, or `sum` in the last row, which has no timestep |
/// | `term_w_h` | δ_t o_{t−1}ᵀ, a term of ∂L/∂W_h; its Frobenius norm for H > 1 |
/// | `share_w_h` | which part of the sum it is; NaN if the sum is zero or not finite |
/// | `term_w_i`, `share_w_i` | the same of δ_t x_tᵀ, a term of ∂L/∂W_i |
pub fn table(snapshot: &Snapshot) -> Table {
    let flow = &snapshot.flow;
    let n = snapshot.len();
    let parts = (0..n).map(|_| "term").chain(["sum"]);
    let times = (1..=n).map(Some).chain([None]);
    let w_h = || flow.steps.iter().map(|step| step.term_w_h);
    let w_i = || flow.steps.iter().map(|step| step.term_w_i);
    timesteps::labelled(Table::default().texts("part", parts), snapshot, times)
        .magnitudes("term_w_h", magnitudes(w_h(), flow.sum_w_h))
        .numbers("share_w_h", w_h().map(|term| term.share))
        .magnitudes("term_w_i", magnitudes(w_i(), flow.sum_w_i))
        .numbers("share_w_i", w_i().map(|term| term.share))
}

fn magnitudes(
    terms: impl Iterator<Item = Term>,
    sum: Magnitude,
) -> impl Iterator<Item = Magnitude> {
    terms.map(|term| term.magnitude).chain([sum])
}
