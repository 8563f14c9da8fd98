//! The table of the reason.

use super::columns::Table;
use super::timesteps;
use crate::flow::{Magnitude, StepFlow};
use crate::training::Snapshot;

/// A row per timestep.
///
/// | column | what it is |
/// | --- | --- |
/// | `f_prime` | f′(a_t); for H > 1 ‖f′ ⊙ g_t‖/‖g_t‖ |
/// | `w_h` | w_h; for H > 1 ‖W_hᵀ δ_t‖/‖δ_t‖ |
/// | `factor` | their product, ∂o_t/∂o_{t−1}; for H > 1 ‖g_{t−1}‖/‖g_t‖ |
pub fn table(snapshot: &Snapshot) -> Table {
    let of = |get: fn(&StepFlow) -> Magnitude| snapshot.probe.flow.steps.iter().map(get);
    timesteps::begun(snapshot, 1..=snapshot.len())
        .magnitudes("f_prime", of(|step| step.f_prime))
        .magnitudes("w_h", of(|step| step.w_h))
        .magnitudes("factor", of(|step| step.factor))
}
