//! The table of the float formats.

use super::columns::Table;
use super::timesteps;
use crate::flow::{FloatFormat, RoundedFlow};
use crate::training::Snapshot;

/// A row per timestep.
///
/// | column | what it is |
/// | --- | --- |
/// | `dl_do` | ∂L/∂o_t; its norm for H > 1 |
/// | `dl_do_float16`, `dl_do_bfloat16`, `dl_do_float32` | the same as that format carries it back |
pub fn table(snapshot: &Snapshot, flows: &[RoundedFlow]) -> Table {
    let exact = snapshot.probe.flow.steps.iter().map(|step| step.dl_do);
    let table = timesteps::begun(snapshot, 1..=snapshot.len()).magnitudes("dl_do", exact);
    FloatFormat::ALL.into_iter().fold(table, |table, format| {
        let flow = flows.iter().find(|flow| flow.format == format);
        let values = flow.map_or(&[][..], |flow| &flow.dl_do);
        table.magnitudes(name(format), values.iter().copied())
    })
}

fn name(format: FloatFormat) -> &'static str {
    match format {
        FloatFormat::Float16 => "dl_do_float16",
        FloatFormat::Bfloat16 => "dl_do_bfloat16",
        FloatFormat::Float32 => "dl_do_float32",
    }
}
