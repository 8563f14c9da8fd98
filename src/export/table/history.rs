//! The table of the whole run.

use super::columns::Table;
use crate::training::Snapshot;

/// A row per recorded training step and timestep, as far as the gradients of that step have been computed.
///
/// | column | what it is |
/// | --- | --- |
/// | `step` | training steps made |
/// | `n` | how long the probe was then |
/// | `t` | the timestep: all of up to 512, of more evenly spaced ones |
/// | `gain` | ∂o_n/∂o_t; for H > 1 ‖g_t‖/‖g_n‖ |
pub fn table(snapshot: &Snapshot) -> Table {
    let (mut steps, mut lengths, mut times) = (Vec::new(), Vec::new(), Vec::new());
    let mut gains = Vec::new();
    for row in snapshot.timeline.rows.iter() {
        for t in 1..=row.length {
            let (kept, gain) = row.nearest(t);
            if kept == t {
                steps.push(row.step);
                lengths.push(row.length as u64);
                times.push(t as u64);
                gains.push(gain);
            }
        }
    }
    Table::default()
        .whole("step", steps)
        .whole("n", lengths)
        .whole("t", times)
        .magnitudes("gain", gains)
}
