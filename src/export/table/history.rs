//! The table of the whole run.

use super::columns::Table;
use crate::training::{HistoryRow, Snapshot};

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
    let mut add = |row: &HistoryRow| {
        for t in 1..=row.length {
            let (kept, gain) = row.nearest(t);
            if kept == t {
                steps.push(row.step);
                lengths.push(row.length as u64);
                times.push(t as u64);
                gains.push(gain);
            }
        }
    };
    snapshot.run.timeline.rows.iter().for_each(|row| add(row));
    // The present is recorded when the next step is made; here it is already.
    let newest = snapshot.run.timeline.rows.last().map(|row| row.step);
    if !snapshot.run.timeline.is_past && newest.is_some_and(|newest| newest < snapshot.moment.step)
    {
        let gains_now: Vec<_> = snapshot
            .probe
            .flow
            .steps
            .iter()
            .map(|step| step.to_end)
            .collect();
        add(&HistoryRow::new(snapshot.moment.step, &gains_now));
    }
    Table::default()
        .whole("step", steps)
        .whole("n", lengths)
        .whole("t", times)
        .magnitudes("gain", gains)
}
