//! Numbers as a person writes them down: a list, or rows of the same length.

use std::sync::Arc;

use serde::de::{Deserializer, Error as _};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// A table of numbers that stands in an experiment: a list or a matrix, row by row. NaN stands for what is left out.
#[derive(Clone, Debug, Default)]
pub struct NumberTable {
    columns: usize,
    /// Shared, because experiments are copied in every frame.
    values: Arc<[f64]>,
    /// Whether it is written as one list, without rows.
    is_list: bool,
    /// Where it is found, if it is not written down in the experiment itself.
    source: Option<Arc<str>>,
}

/// To the last bit, so that what is left out is the same as what is left out.
impl PartialEq for NumberTable {
    fn eq(&self, other: &Self) -> bool {
        fn bits(table: &NumberTable) -> impl Iterator<Item = u64> {
            table.values.iter().map(|value| value.to_bits())
        }
        (self.columns, self.is_list) == (other.columns, other.is_list)
            && (Arc::ptr_eq(&self.values, &other.values) || bits(self).eq(bits(other)))
    }
}

impl NumberTable {
    /// One list.
    pub fn list(values: Vec<f64>) -> Self {
        if values.is_empty() {
            return Self::default();
        }
        Self {
            columns: values.len(),
            values: values.into(),
            is_list: true,
            source: None,
        }
    }

    /// Rows one behind the other.
    ///
    /// # Errors
    /// Which row, counted from 1, is of another length than the first.
    pub fn of_rows(rows: &[Vec<f64>]) -> Result<Self, String> {
        let columns = rows.first().map_or(0, Vec::len);
        if columns == 0 && rows.iter().all(Vec::is_empty) {
            return Ok(Self::default());
        }
        for (row, number) in rows.iter().zip(1..) {
            if row.len() != columns {
                return Err(format!(
                    "row {number} has {} and row 1 has {columns}: every row takes as many",
                    numbers(row.len())
                ));
            }
        }
        Ok(Self {
            columns,
            values: rows.concat().into(),
            is_list: false,
            source: None,
        })
    }

    /// So many rows of `columns` numbers as there are in `values`, row by row.
    pub fn of_values(columns: usize, values: Vec<f64>) -> Self {
        if values.is_empty() {
            return Self::default();
        }
        Self {
            columns,
            values: values.into(),
            is_list: false,
            source: None,
        }
    }

    /// This as it is found in `source`, where it need not be written down.
    #[must_use]
    pub fn found_in(self, source: &str) -> Self {
        Self {
            source: Some(source.into()),
            ..self
        }
    }

    /// Whether it was found in `source`.
    pub fn is_found_in(&self, source: &str) -> bool {
        self.source.as_deref() == Some(source)
    }

    /// Whether it was found anywhere, and is not written down.
    pub fn is_found(&self) -> bool {
        self.source.is_some()
    }

    /// Whether there is nothing to write down.
    pub fn is_unwritten(&self) -> bool {
        self.is_empty() || self.is_found()
    }

    /// How many rows there are; a list is one row.
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.columns).unwrap_or(0)
    }

    /// How many numbers a row has.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Every number, row by row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// As [`Self::values`], to write to.
    pub fn values_mut(&mut self) -> &mut [f64] {
        self.source = None;
        Arc::make_mut(&mut self.values)
    }

    /// Every row.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[f64]> + DoubleEndedIterator + Clone {
        self.values.chunks_exact(self.columns.max(1))
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether it is written as one list, without rows.
    pub fn is_list(&self) -> bool {
        self.is_list
    }

    /// This with `rows` rows: rows of `fill` are added at the end, or the last ones taken away.
    #[must_use]
    pub fn with_rows(mut self, rows: usize, fill: f64) -> Self {
        let mut values = self.values.to_vec();
        values.resize(rows * self.columns, fill);
        self.values = values.into();
        self.source = None;
        self
    }

    /// The row and the column, counted from 1, of the first number that `is_wrong`.
    pub fn find(&self, is_wrong: impl Fn(f64) -> bool) -> Option<[usize; 2]> {
        let place = self.values.iter().position(|&value| is_wrong(value))?;
        Some([place / self.columns + 1, place % self.columns + 1])
    }

    /// Its size in words: `3 rows of 2`, `a list of 3`.
    pub fn size_in_words(&self) -> String {
        match self.is_list {
            true => format!("a list of {}", self.values.len()),
            false if self.rows() == 1 => format!("1 row of {}", self.columns),
            false => format!("{} rows of {}", self.rows(), self.columns),
        }
    }

    /// What stands in a text of TOML or JSON; JSON's `null` is given as NaN.
    ///
    /// # Errors
    /// What is wrong with it, with the row.
    pub fn of_value(value: &toml::Value) -> Result<Self, String> {
        if let Some(number) = number(value) {
            return Ok(Self::list(vec![number]));
        }
        let toml::Value::Array(list) = value else {
            return Err("this is no list of numbers".to_owned());
        };
        let as_numbers =
            |list: &[toml::Value]| -> Option<Vec<f64>> { list.iter().map(number).collect() };
        if let Some(values) = as_numbers(list) {
            return Ok(Self::list(values));
        }
        let mut rows = Vec::with_capacity(list.len());
        for (row, place) in list.iter().zip(1..) {
            let found = match row {
                toml::Value::Array(row) => as_numbers(row),
                _ => None,
            };
            rows.push(found.ok_or_else(|| format!("row {place} is no list of numbers"))?);
        }
        Self::of_rows(&rows)
    }

    /// As it stands in a file: `[1.0, 2.0]` or `[[1.0, 2.0], [3.0, 4.0]]`.
    pub fn to_text(&self) -> String {
        let list = |row: &[f64]| {
            let numbers: Vec<String> = row.iter().map(|value| written(*value)).collect();
            format!("[{}]", numbers.join(", "))
        };
        if self.is_list {
            return list(&self.values);
        }
        let rows: Vec<String> = self.iter().map(list).collect();
        format!("[{}]", rows.join(", "))
    }

    /// A row in each line, its numbers apart by spaces, every column as wide as its widest number.
    pub fn to_lines(&self) -> String {
        let written: Vec<String> = self.values.iter().map(|value| shortest(*value)).collect();
        let wide = written.iter().map(String::len).max().unwrap_or(0);
        let rows = written.chunks(self.columns.max(1));
        let lines: Vec<String> = rows
            .map(|row| {
                let row: Vec<String> = row
                    .iter()
                    .map(|number| format!("{number:>wide$}"))
                    .collect();
                row.join("  ")
            })
            .collect();
        lines.join("\n")
    }
}

/// `one number`, `3 numbers`.
fn numbers(count: usize) -> String {
    match count {
        1 => "one number".to_owned(),
        _ => format!("{count} numbers"),
    }
}

fn number(value: &toml::Value) -> Option<f64> {
    match value {
        toml::Value::Integer(number) => Some(*number as f64),
        toml::Value::Float(number) => Some(*number),
        _ => None,
    }
}

/// As TOML writes it.
fn written(value: f64) -> String {
    match value {
        value if value.is_nan() => "nan".to_owned(),
        value if value.is_infinite() => if value < 0.0 { "-inf" } else { "inf" }.to_owned(),
        value => format!("{value:?}"),
    }
}

/// The shortest that reads back as the same number, without `.0`.
fn shortest(value: f64) -> String {
    let written = written(value);
    written.strip_suffix(".0").unwrap_or(&written).to_owned()
}

impl Serialize for NumberTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.is_list {
            true => self.values.serialize(serializer),
            false => self.iter().collect::<Vec<_>>().serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for NumberTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            List(Vec<Option<f64>>),
            Rows(Vec<Vec<Option<f64>>>),
        }
        let numbers = |list: Vec<Option<f64>>| -> Vec<f64> {
            let list = list.into_iter();
            list.map(|number| number.unwrap_or(f64::NAN)).collect()
        };
        match Written::deserialize(deserializer)? {
            Written::List(list) => Ok(Self::list(numbers(list))),
            Written::Rows(rows) => {
                let rows: Vec<Vec<f64>> = rows.into_iter().map(numbers).collect();
                Self::of_rows(&rows).map_err(D::Error::custom)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_to_the_last_bit() {
        for table in [
            NumberTable::list(vec![7.0, -0.1 - 0.2, f64::NAN]),
            NumberTable::of_rows(&[vec![1.0, 2.5], vec![f64::NAN, 1e-300]]).unwrap(),
            NumberTable::of_rows(&[vec![5.0]]).unwrap(),
            NumberTable::list(Vec::new()),
        ] {
            let value: toml::Value = table.to_text().parse().unwrap();
            assert_eq!(NumberTable::of_value(&value).unwrap(), table);
            let json = serde_json::to_string(&table).unwrap();
            assert_eq!(serde_json::from_str::<NumberTable>(&json).unwrap(), table);
        }
    }

    #[test]
    fn rows_of_different_lengths_are_refused_by_number() {
        let value: toml::Value = "[[1, 2], [3]]".parse().unwrap();
        assert_eq!(
            NumberTable::of_value(&value).unwrap_err(),
            "row 2 has one number and row 1 has 2: every row takes as many"
        );
        let value: toml::Value = "[[1, 2], 3]".parse().unwrap();
        assert_eq!(
            NumberTable::of_value(&value).unwrap_err(),
            "row 2 is no list of numbers"
        );
    }

    #[test]
    fn lines_have_columns_below_each_other() {
        let table = NumberTable::of_rows(&[vec![1.0, -0.25], vec![10.0, 3.0]]).unwrap();
        assert_eq!(table.to_lines(), "    1  -0.25\n   10      3");
        assert_eq!(table.size_in_words(), "2 rows of 2");
    }
}
