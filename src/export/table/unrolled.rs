//! The table of the unrolled network.

use super::columns::Table;
use super::timesteps;
use crate::flow::Magnitude;
use crate::training::Snapshot;

/// What is written behind the last timestep.
const ENDS: [&str; 3] = ["prediction", "target", "loss"];

/// A row per state and, behind them, one for each end.
///
/// | column | what it is |
/// | --- | --- |
/// | `part` | `o`, a state, or `prediction`, `target`, `loss` |
/// | `t`, `input`, `input_kind` | the timestep, 0 to n; 0 is before the first input |
/// | `value` | o_t, for H > 1 its root mean square over units; ŷ, y or L |
/// | `to_end` | ∂o_n/∂o_t, the colour of the edge that ends at o_t; the gain for H > 1 |
/// | `dl_do` | ∂L/∂o_t from t = 1 on; its norm for H > 1 |
pub fn table(snapshot: &Snapshot) -> Table {
    let n = snapshot.len();
    let times = (0..=n).map(Some).chain(ENDS.map(|_| None));
    let parts = (0..=n).map(|_| "o").chain(ENDS);
    let ends = [
        snapshot.probe.prediction,
        snapshot.probe.target,
        snapshot.probe.loss,
    ];
    let steps = &snapshot.probe.flow.steps;
    let of = |get: fn(&Snapshot, usize) -> Option<Magnitude>| {
        (0..=n)
            .map(move |t| get(snapshot, t))
            .chain(ENDS.map(|_| None))
    };
    let dl_do = steps.iter().map(|step| Some(step.dl_do));
    timesteps::labelled(Table::default().texts("part", parts), snapshot, times)
        .numbers("value", snapshot.probe.states.iter().copied().chain(ends))
        .magnitudes("to_end", of(to_end))
        .magnitudes("dl_do", std::iter::once(None).chain(dl_do))
}

/// ∂o_n/∂o_t for t = 0..n.
fn to_end(snapshot: &Snapshot, t: usize) -> Option<Magnitude> {
    match t.checked_sub(1) {
        Some(index) => snapshot.probe.flow.steps.get(index).map(|step| step.to_end),
        None if snapshot.is_empty() => None,
        None => Some(snapshot.probe.flow.across_edge(1)),
    }
}
