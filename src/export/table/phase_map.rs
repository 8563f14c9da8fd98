//! The table of the phase map.

use super::super::{Look, PhaseAxis};
use super::columns::Table;
use crate::flow::PhaseMap;
use crate::training::Snapshot;

/// A row per pixel, from the foot of the map and from its left.
///
/// | column | what it is |
/// | --- | --- |
/// | `w_h` | the recurrent weight |
/// | `n` or `w_i` | the sequence length or the input weight, as the view's axis is chosen |
/// | `do_n_do_1` | \|∂o_n/∂o_1\|, its logarithm to 7 digits; its sign is not known and given as 1 |
pub fn table(snapshot: &Snapshot, map: &PhaseMap, look: &Look) -> Table {
    let pixels = || (0..map.height).flat_map(|row| (0..map.width).map(move |column| (column, row)));
    let table = Table::default().numbers("w_h", pixels().map(|(column, _)| map.w_h[column]));
    let table = match look.phase_axis {
        PhaseAxis::Length => table.whole("n", pixels().map(|(_, row)| map.rows[row] as u64)),
        PhaseAxis::InputWeight => {
            // Of one input weight the rows are its values; of several they are what all are multiplied by.
            let single = snapshot.moment.network.parameters.w_i.len() == 1;
            let unit = if single {
                1.0
            } else {
                snapshot.moment.weights.w_i
            };
            table.numbers("w_i", pixels().map(|(_, row)| map.rows[row] * unit))
        }
    };
    let values = pixels().map(|(column, row)| map.outcome(column, row));
    table.magnitudes("do_n_do_1", values)
}
