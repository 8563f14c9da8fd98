//! The table of the loss.

use super::columns::Table;
use crate::training::{Snapshot, StepRecord};

/// A row per training step, measured on its batch before its update, so by the network as it was after the step
/// before; a step that diverged and was undone has one too. Older steps are merged into groups of one size, and a group stands at its last.
///
/// | column | what it is |
/// | --- | --- |
/// | `step` | the training step, from 1 on |
/// | `loss` | the mean loss of its batch; of a group the mean |
/// | `gradient_norm` | the norm of the gradient before clipping; of a group the largest |
/// | `clipped_norm` | the norm after it; of a group the largest |
/// | `knowing_nothing` | the least mean loss of a network that answers the same whatever it reads, the same in every row |
pub fn table(snapshot: &Snapshot) -> Table {
    let of = |get: fn(&StepRecord) -> f64| snapshot.run.history.iter().map(get);
    let of_task = snapshot
        .run
        .history
        .iter()
        .map(|_| snapshot.run.knowing_nothing.loss);
    Table::default()
        .whole(
            "step",
            snapshot.run.history.iter().map(|record| record.step),
        )
        .numbers("loss", of(|record| record.loss))
        .numbers("gradient_norm", of(|record| record.gradient_norm))
        .numbers("clipped_norm", of(|record| record.clipped_norm))
        .numbers("knowing_nothing", of_task)
}
