//! The numbers behind every view as CSV, which can be drawn again without this program.
//!
//! UTF-8, lines that end with a line feed, one line of names. A number is the shortest one that reads as the same
//! `f64` again (in pandas with `float_precision="round_trip"`), with an exponent where it is far from 1; `inf`, `-inf`
//! and `NaN` are what they say. An empty field is a number that is not known or does not apply. A magnitude takes three
//! fields: `…_sign` (1, -1, or 0 for an exact zero, 0/0 and NaN), `…_log10` (log₁₀ of the absolute value, empty unless
//! it is finite) and `…_state` (`finite`, `zero`, `undefined` for 0/0, `overflow` or `nan`).
//!
//! **Architecture invariant.** A table has the numbers of its snapshot and its finding to the last bit, and
//! its columns depend on the view alone (and the phase map's on the axis that was chosen).

use std::io::{self, Write};

use super::{WrittenMagnitude, csv_error, csv_number};
use crate::scene::{Table, Values};

/// Writes `table` as CSV.
///
/// # Errors
/// If `to` cannot be written to.
pub fn write_table(table: &Table, to: impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(table.names()).map_err(csv_error)?;
    for fields in rows_of(table) {
        writer.write_record(&fields).map_err(csv_error)?;
    }
    writer.flush()
}

/// The fields of every row of `table`.
pub fn rows_of(table: &Table) -> impl Iterator<Item = Vec<String>> {
    (0..table.len()).map(|row| {
        let mut fields = Vec::new();
        for column in table.columns() {
            append_fields(&column.values, row, &mut fields);
        }
        fields
    })
}

/// The fields of `row`: one, or the three of a magnitude.
fn append_fields(values: &Values, row: usize, fields: &mut Vec<String>) {
    match values {
        Values::Whole(values) => {
            let value = values.get(row).copied().flatten();
            fields.push(value.map_or_else(String::new, |value| value.to_string()));
        }
        Values::Numbers(values) => {
            let value = values.get(row).copied().flatten();
            fields.push(value.map_or_else(String::new, csv_number));
        }
        Values::Magnitudes(values) => {
            let value = values.get(row).copied().flatten();
            let value = value.map(WrittenMagnitude::from);
            fields.extend(value.map_or_else(Default::default, WrittenMagnitude::cells));
        }
        Values::Texts(values) => fields.push(values.get(row).cloned().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests;
