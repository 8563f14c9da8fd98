//! A table as columns, and how it is written as CSV.

use std::io::{self, Write};

use crate::export::{WrittenMagnitude, csv_error, csv_number};
use crate::flow::Magnitude;

/// Named columns of one length.
///
/// As CSV: UTF-8, lines that end with a line feed, one line of names. A number is the shortest one that
/// reads as the same `f64` again (in pandas with `float_precision="round_trip"`), with an exponent where it
/// is far from 1; `inf`, `-inf` and `NaN` are what they say. An empty field is a number that is not known
/// or does not apply.
///
/// A [`Magnitude`] takes three columns: `…_sign` (1, -1, or 0 for an exact zero, 0/0 and NaN), `…_log10`
/// (log₁₀ of the absolute value, empty unless it is finite) and `…_state` (`finite`, `zero`,
/// `undefined` for 0/0, `overflow` or `nan`), because a product over ten thousand steps fits no float.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    columns: Vec<Column>,
}

/// One column, or the three of a magnitude.
#[derive(Clone, Debug, PartialEq)]
struct Column {
    name: &'static str,
    values: Values,
}

#[derive(Clone, Debug, PartialEq)]
enum Values {
    Whole(Vec<Option<u64>>),
    Numbers(Vec<Option<f64>>),
    Magnitudes(Vec<Option<Magnitude>>),
    Texts(Vec<String>),
}

/// What the names of a magnitude's three columns end with.
const OF_MAGNITUDE: [&str; 3] = ["_sign", "_log10", "_state"];

impl Table {
    /// With a column of whole numbers.
    #[must_use]
    pub(super) fn whole<V: Into<Option<u64>>>(
        self,
        name: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.with(name, Values::Whole(values))
    }

    /// With a column of numbers.
    #[must_use]
    pub(super) fn numbers<V: Into<Option<f64>>>(
        self,
        name: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.with(name, Values::Numbers(values))
    }

    /// With three columns for magnitudes.
    #[must_use]
    pub(super) fn magnitudes<V: Into<Option<Magnitude>>>(
        self,
        name: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.with(name, Values::Magnitudes(values))
    }

    /// With a column of text.
    #[must_use]
    pub(super) fn texts<V: Into<String>>(
        self,
        name: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.with(name, Values::Texts(values))
    }

    fn with(mut self, name: &'static str, values: Values) -> Self {
        self.columns.push(Column { name, values });
        self
    }

    /// The names of the columns, from the left.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for Column { name, values } in &self.columns {
            match values {
                Values::Magnitudes(_) => {
                    names.extend(OF_MAGNITUDE.iter().map(|end| format!("{name}{end}")));
                }
                _ => names.push((*name).to_owned()),
            }
        }
        names
    }

    /// How many rows there are below the names. A column that is shorter than another has empty fields at
    /// its end.
    pub fn len(&self) -> usize {
        let lengths = self.columns.iter().map(|column| match &column.values {
            Values::Whole(values) => values.len(),
            Values::Numbers(values) => values.len(),
            Values::Magnitudes(values) => values.len(),
            Values::Texts(values) => values.len(),
        });
        lengths.max().unwrap_or(0)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes it as CSV.
    ///
    /// # Errors
    /// If `to` cannot be written to.
    pub fn write(&self, to: impl Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(self.names()).map_err(csv_error)?;
        let mut fields: Vec<String> = Vec::new();
        for row in 0..self.len() {
            fields.clear();
            for column in &self.columns {
                column.values.write(row, &mut fields);
            }
            writer.write_record(&fields).map_err(csv_error)?;
        }
        writer.flush()
    }

    /// The bytes of the CSV file.
    ///
    /// # Errors
    /// None that memory could have; the signature is that of [`Self::write`].
    pub fn to_csv(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.write(&mut bytes)?;
        Ok(bytes)
    }
}

impl Values {
    /// Appends the fields of `row`.
    fn write(&self, row: usize, fields: &mut Vec<String>) {
        match self {
            Self::Whole(values) => {
                let value = values.get(row).copied().flatten();
                fields.push(value.map_or_else(String::new, |value| value.to_string()));
            }
            Self::Numbers(values) => {
                let value = values.get(row).copied().flatten();
                fields.push(value.map_or_else(String::new, csv_number));
            }
            Self::Magnitudes(values) => {
                let value = values
                    .get(row)
                    .copied()
                    .flatten()
                    .map(WrittenMagnitude::from);
                fields.extend(value.map_or_else(Default::default, WrittenMagnitude::cells));
            }
            Self::Texts(values) => fields.push(values.get(row).cloned().unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields(table: &Table) -> Vec<Vec<String>> {
        let bytes = table.to_csv().unwrap();
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        let names: Vec<String> = reader
            .headers()
            .unwrap()
            .iter()
            .map(str::to_owned)
            .collect();
        assert_eq!(names, table.names());
        let records = reader.records().map(|record| {
            let record = record.unwrap();
            record.iter().map(str::to_owned).collect()
        });
        records.collect()
    }

    #[test]
    fn every_kind_of_column_is_written() {
        let table = Table::default()
            .whole("t", [1, u64::MAX])
            .numbers("a", [Some(0.1), None])
            .magnitudes("p", [Magnitude::new(-1000.0), Magnitude::Zero])
            .texts("word", ["a,b", "c"]);
        let bytes = table.to_csv().unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "t,a,p_sign,p_log10,p_state,word\n\
             1,0.1,-1,3.0,finite,\"a,b\"\n\
             18446744073709551615,,0,,zero,c\n"
        );
    }

    #[test]
    fn what_is_not_finite_is_named() {
        let overflow = Magnitude::Overflow { negative: true };
        let table = Table::default()
            .numbers("a", [f64::INFINITY, f64::NEG_INFINITY, f64::NAN])
            .magnitudes("p", [overflow, Magnitude::Nan, Magnitude::ONE]);
        assert_eq!(
            fields(&table),
            [
                ["inf", "-1", "", "overflow"],
                ["-inf", "0", "", "nan"],
                ["NaN", "1", "0.0", "finite"],
            ]
        );
    }

    #[test]
    fn a_table_without_rows_has_its_names_and_short_columns_end_empty() {
        let table = Table::default()
            .whole("step", [0; 0])
            .numbers("loss", [0.0; 0]);
        assert_eq!(table.to_csv().unwrap(), b"step,loss\n");
        assert!(table.is_empty());
        let uneven = Table::default()
            .whole("step", [1, 2])
            .numbers("loss", [0.5]);
        assert_eq!(fields(&uneven), [["1", "0.5"], ["2", ""]]);
    }

    proptest! {
        #[test]
        fn numbers_come_back_to_the_bit(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            let back: f64 = csv_number(value).parse().unwrap();
            prop_assert!(back.to_bits() == bits || value.is_nan() && back.is_nan());
        }

        #[test]
        fn any_text_comes_back(texts in proptest::collection::vec(any::<String>(), 1..5)) {
            // Two columns: a lone empty field is written as "" and read back all the same.
            let table = Table::default().texts("a", texts.clone()).texts("b", texts.clone());
            for (row, text) in fields(&table).iter().zip(&texts) {
                prop_assert_eq!(&row[0], text);
                prop_assert_eq!(&row[1], text);
            }
        }
    }

    #[test]
    fn hard_text_comes_back() {
        for text in [
            "\"",
            "a\r\nb",
            "",
            "\u{0}\u{1b}",
            "<b>&amp;",
            "🎬 שלום",
            "=1+1",
            " x ",
        ] {
            let table = Table::default().texts("a", [text]).whole("t", [1]);
            assert_eq!(fields(&table), [[text, "1"]]);
        }
    }
}
