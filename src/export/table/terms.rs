//! The table of the terms.

use super::columns::Table;
use super::timesteps;
use crate::flow::{Magnitude, Term, WeightGradient};
use crate::training::Snapshot;

/// A row per timestep, and two for what they add up to.
///
/// | column | what it is |
/// | --- | --- |
/// | `part` | `term`; in the two last rows, which have no timestep, `sum` and `norm` |
/// | `term_w_h` | δ_t o_{t−1}ᵀ, a term of ∂L/∂W_h; its Frobenius norm for H > 1 |
/// | `share_w_h` | ⟨term, ∂L/∂W_h⟩ / ‖∂L/∂W_h‖², which part of the sum it is: all together are 1, one is below 0 if its term pulls against the sum, and above 1 if others pull back; NaN if the sum is zero or not finite |
/// | `term_w_i`, `share_w_i` | the same of δ_t x_tᵀ, a term of ∂L/∂W_i |
///
/// The row `sum` has what the numbers above it add up to, where the gradient is a single number; where it has
/// several (H > 1, or a weight for each word or input), it is empty, because they are not parts of one number.
/// The row `norm` has the Frobenius norm of the gradient.
pub fn table(snapshot: &Snapshot) -> Table {
    let flow = &snapshot.probe.flow;
    let n = snapshot.len();
    let parts = (0..n).map(|_| "term").chain(["sum", "norm"]);
    let times = (1..=n).map(Some).chain([None, None]);
    let w_h = || flow.steps.iter().map(|step| step.term_w_h);
    let w_i = || flow.steps.iter().map(|step| step.term_w_i);
    timesteps::labelled(Table::default().texts("part", parts), snapshot, times)
        .magnitudes("term_w_h", magnitudes(w_h(), flow.w_h))
        .numbers("share_w_h", w_h().map(|term| term.share))
        .magnitudes("term_w_i", magnitudes(w_i(), flow.w_i))
        .numbers("share_w_i", w_i().map(|term| term.share))
}

fn magnitudes(
    terms: impl Iterator<Item = Term>,
    gradient: WeightGradient,
) -> impl Iterator<Item = Option<Magnitude>> {
    let sum = gradient.is_number.then_some(gradient.magnitude);
    let norm = Some(gradient.magnitude.size());
    terms.map(|term| Some(term.magnitude)).chain([sum, norm])
}
