//! Numbers in a form that has neither ∞ nor NaN: they are written as `null`, and read as NaN.

fn written(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

fn read(value: Option<f64>) -> f64 {
    value.unwrap_or(f64::NAN)
}

/// Of a key that a trace written by an earlier program has not.
pub fn missing() -> f64 {
    f64::NAN
}

/// A list, as a part of something else.
#[derive(Clone, Debug, PartialEq)]
pub struct List(pub Vec<f64>);

impl serde::Serialize for List {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        list::serialize(&self.0, serializer)
    }
}

impl<'de> serde::Deserialize<'de> for List {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        list::deserialize(deserializer).map(Self)
    }
}

/// One number.
pub mod one {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        super::written(*value).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Option::deserialize(deserializer).map(super::read)
    }
}

/// A list.
pub mod list {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(|value| super::written(*value)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
        let values: Vec<Option<f64>> = Vec::deserialize(deserializer)?;
        Ok(values.into_iter().map(super::read).collect())
    }
}

/// A matrix.
pub mod rows {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// A row on its way out.
    struct Row<'a>(&'a [f64]);

    impl Serialize for Row<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            super::list::serialize(self.0, serializer)
        }
    }

    pub fn serialize<S: Serializer>(rows: &[Vec<f64>], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(rows.iter().map(|row| Row(row)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Vec<f64>>, D::Error> {
        let rows: Vec<Vec<Option<f64>>> = Vec::deserialize(deserializer)?;
        let row = |row: Vec<Option<f64>>| row.into_iter().map(super::read).collect();
        Ok(rows.into_iter().map(row).collect())
    }
}

/// A matrix that may be left out.
pub mod rows_or_none {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(
        rows: &Option<Vec<Vec<f64>>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match rows {
            Some(rows) => super::rows::serialize(rows, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<Vec<f64>>>, D::Error> {
        let rows: Option<Vec<Vec<Option<f64>>>> = Option::deserialize(deserializer)?;
        let row = |row: Vec<Option<f64>>| row.into_iter().map(super::read).collect();
        Ok(rows.map(|rows| rows.into_iter().map(row).collect()))
    }
}
