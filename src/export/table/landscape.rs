//! The table of the landscape.

use super::columns::Table;
use crate::flow::Landscape;

/// A row per w_h that was tried, ascending.
///
/// | column | what it is |
/// | --- | --- |
/// | `w_h` | the weight; for H > 1 the spectral radius that W_h is scaled to |
/// | `loss` | L of the probe there |
/// | `dl_dw_h` | ∂L/∂w_h there |
pub fn table(landscape: &Landscape) -> Table {
    let points = &landscape.points;
    Table::default()
        .numbers("w_h", points.iter().map(|point| point.w_h))
        .numbers("loss", points.iter().map(|point| point.loss))
        .numbers("dl_dw_h", points.iter().map(|point| point.gradient))
}
