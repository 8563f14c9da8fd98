//! The table of the spectrum.

use super::super::Look;
use super::columns::Table;
use crate::flow::SingularValues;
use crate::training::Snapshot;

/// A row per eigenvalue of W_h, as far as they have been measured, and one per singular value of
/// ∂o_n/∂o_k, where k is the cursor's timestep.
///
/// | column | what it is |
/// | --- | --- |
/// | `kind` | `eigenvalue` or `singular_value` |
/// | `index` | its number, from 1 on |
/// | `re`, `im` | the parts of an eigenvalue |
/// | `n`, `k` | between which timesteps the product of a singular value is |
/// | `sigma` | a singular value |
/// | `trusted` | 1 if it means something, 0 if it is lost to rounding |
pub fn table(snapshot: &Snapshot, values: &SingularValues, look: &Look) -> Table {
    let eigenvalues = snapshot.moment.eigenvalues.as_deref().unwrap_or_default();
    let (first, second) = (eigenvalues.len(), values.values.len());
    let behind = |count: usize| std::iter::repeat_n(None, count);
    let kinds = std::iter::repeat_n("eigenvalue", first);
    let n = snapshot.len() as u64;
    let k = look.timestep(snapshot.len()) as u64;
    let indices = (1..=first).chain(1..=second).map(|index| index as u64);
    let sigmas = values.values.iter().copied().map(Some);
    let trusted = (0..second).map(|index| Some(u64::from(index < values.trusted)));
    Table::default()
        .texts(
            "kind",
            kinds.chain(std::iter::repeat_n("singular_value", second)),
        )
        .whole("index", indices)
        .numbers("re", eigenvalues.iter().map(|value| value[0]))
        .numbers("im", eigenvalues.iter().map(|value| value[1]))
        .whole(
            "n",
            behind(first).chain(std::iter::repeat_n(Some(n), second)),
        )
        .whole(
            "k",
            behind(first).chain(std::iter::repeat_n(Some(k), second)),
        )
        .magnitudes("sigma", std::iter::repeat_n(None, first).chain(sigmas))
        .whole("trusted", behind(first).chain(trusted))
}
