//! The table of the accuracy.

use super::columns::Table;
use crate::training::Snapshot;

/// A row per measurement.
///
/// | column | what it is |
/// | --- | --- |
/// | `part` | `batch`, the sequences of that training step, before its update; `training`, all that are trained on, for tasks that have a fixed set; `held_out`, sequences never trained on |
/// | `step` | for `batch` in which training step, from 1: its network is the one after the step before. For the others, after how many training steps |
/// | `accuracy` | the share that was right, 0 to 1 |
pub fn table(snapshot: &Snapshot) -> Table {
    let batches = snapshot.run.history.iter();
    let batches = batches.map(|record| ("batch", record.step, record.accuracy));
    let fixed = snapshot.run.evaluations.iter().flat_map(|evaluation| {
        let training = evaluation.training.map(|score| ("training", score));
        let scores = training
            .into_iter()
            .chain([("held_out", evaluation.held_out)]);
        scores.map(|(part, score)| (part, evaluation.step, score.accuracy))
    });
    let rows: Vec<_> = batches.chain(fixed).collect();
    Table::default()
        .texts("part", rows.iter().map(|row| row.0))
        .whole("step", rows.iter().map(|row| row.1))
        .numbers("accuracy", rows.iter().map(|row| row.2))
}
