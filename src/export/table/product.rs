//! The table of the product.

use super::columns::Table;
use super::timesteps;
use crate::flow::{Magnitude, StepFlow};
use crate::training::{ProductNormsState, Snapshot};

/// A row per timestep.
///
/// | column | what it is |
/// | --- | --- |
/// | `to_end` | ∂o_n/∂o_t; for H > 1 the gain ‖g_t‖/‖g_n‖ |
/// | `from_first` | ∂o_t/∂o_1; for H > 1 the gain ‖g_1‖/‖g_t‖ |
/// | `dl_do` | ∂L/∂o_t; its norm for H > 1 |
/// | `norm_to_end`, `norm_from_first` | ‖∂o_n/∂o_t‖₂ and ‖∂o_t/∂o_1‖₂ for H > 1; empty unless they have been computed |
/// | `last_batch_to_end` | ‖∂L/∂o_t‖/‖∂L/∂o_n‖ over all sequences and units of the batch that the last step was made with; empty before the first step and in the past |
/// | `last_batch_dl_do` | ‖∂L/∂o_t‖ of that batch, for L its mean, as training itself had it |
/// | `bound_to_end_log10`, `bound_from_first_log10` | log₁₀ of the bounds (γ σ₁)^(n−t) and (γ σ₁)^(t−1) |
pub fn table(snapshot: &Snapshot) -> Table {
    let flow = &snapshot.probe.flow;
    let (times, batch) = (1..=snapshot.len(), &snapshot.run.last_batch);
    let of = |get: fn(&StepFlow) -> Magnitude| flow.steps.iter().map(get);
    let (to_end, from_first): (&[Magnitude], &[Magnitude]) = match &snapshot.probe.product_norms {
        ProductNormsState::Ready(norms) => (&norms.to_end, &norms.from_first),
        _ => (&[], &[]),
    };
    timesteps::begun(snapshot, times.clone())
        .magnitudes("to_end", of(|step| step.to_end))
        .magnitudes("from_first", of(|step| step.from_first))
        .magnitudes("dl_do", of(|step| step.dl_do))
        .magnitudes("norm_to_end", to_end.iter().copied())
        .magnitudes("norm_from_first", from_first.iter().copied())
        .magnitudes("last_batch_to_end", batch.iter().map(|step| step.product))
        .magnitudes(
            "last_batch_dl_do",
            batch.iter().map(|step| Magnitude::new(step.norm)),
        )
        .numbers(
            "bound_to_end_log10",
            times.clone().map(|t| flow.bound_to_end_log10(t)),
        )
        .numbers(
            "bound_from_first_log10",
            times.map(|t| flow.bound_from_first_log10(t)),
        )
}
