//! The columns that every table over time begins with.

use super::columns::Table;
use crate::training::Snapshot;

/// Columns `t`, `input` and `input_kind` for the 1-based timesteps `times`.
///
/// | `input_kind` | `input` |
/// | --- | --- |
/// | `word` | a word of the vocabulary |
/// | `unknown` | a word that the vocabulary does not have |
/// | `padding` | empty: there is no word |
/// | `number` | what a task without text puts in, as it is shown |
/// | `none` | empty: nothing is put in |
pub fn begun(snapshot: &Snapshot, times: impl Iterator<Item = usize> + Clone) -> Table {
    labelled(Table::default(), snapshot, times.map(Some))
}

/// `table` with the same columns, empty where there is no timestep.
pub fn labelled(
    table: Table,
    snapshot: &Snapshot,
    times: impl Iterator<Item = Option<usize>> + Clone,
) -> Table {
    let text = |t: usize| snapshot.input_text(t).to_owned();
    table
        .whole("t", times.clone().map(|t| t.map(|t| t as u64)))
        .texts(
            "input",
            times.clone().map(|t| t.map_or_else(String::new, text)),
        )
        .texts(
            "input_kind",
            times.map(|t| t.map_or("", |t| kind(snapshot, t))),
        )
}

fn kind(snapshot: &Snapshot, t: usize) -> &'static str {
    match snapshot.word(t) {
        Some(word) if word.known => "word",
        Some(_) => "unknown",
        None if snapshot.is_padding(t) => "padding",
        None if snapshot.input_text(t).is_empty() => "none",
        None => "number",
    }
}
