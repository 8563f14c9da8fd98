//! The numbers behind a view, as columns.

use std::borrow::Cow;

use crate::flow::Magnitude;
use crate::training::Snapshot;

/// Named columns of one length. What is missing in one is not known or does not apply.
///
/// A [`Magnitude`] is written in three columns, whose names end with `_sign`, `_log10` and `_state`, because a product
/// over ten thousand steps fits no float.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    columns: Vec<TableColumn>,
}

/// One column, or the three of a magnitude.
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    /// What its name begins with.
    pub name: Cow<'static, str>,
    /// What is in it.
    pub values: Values,
}

/// What is in a column, from the top.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Whole numbers.
    Whole(Vec<Option<u64>>),
    /// Numbers.
    Numbers(Vec<Option<f64>>),
    /// Magnitudes.
    Magnitudes(Vec<Option<Magnitude>>),
    /// Text.
    Texts(Vec<String>),
}

/// Why there is no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTable {
    /// The view draws the answer to a question, and there is none.
    #[error("{0} has not been computed for this moment")]
    Unanswered(&'static str),
    /// The phase map is of one unit, and the network has more.
    #[error("the phase map is of one unit: set H to 1")]
    OfOneUnit,
    /// The view is of one layer of the Elman cell, and the network is another.
    #[error("{0} is of one layer of the Elman cell: set the cell to Elman and the layers to 1")]
    OfElman(&'static str),
    /// The view writes out what each word adds, and the network reads words by an embedding.
    #[error("{0} is of words that are read one-hot: set the embedding to 0")]
    OfOneHot(&'static str),
    /// The view is of gates, and the cell has none.
    #[error("the Elman cell has no gates: set the cell to LSTM or GRU")]
    OfGates,
    /// The view is of words, and numbers are read.
    #[error("numbers are read here: choose the task sentiment, or a file of texts of your own")]
    OfWords,
    /// The view is of several layers, and there is one.
    #[error("there is one layer: set the layers to 2 or more")]
    OfLayers,
}

/// What the names of a magnitude's three columns end with.
const OF_MAGNITUDE: [&str; 3] = ["_sign", "_log10", "_state"];

impl Table {
    /// With a column of whole numbers.
    #[must_use]
    pub fn whole<V: Into<Option<u64>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.with(name, Values::Whole(values))
    }

    /// With a column of numbers.
    #[must_use]
    pub fn numbers<V: Into<Option<f64>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.with(name, Values::Numbers(values))
    }

    /// With three columns for magnitudes.
    #[must_use]
    pub fn magnitudes<V: Into<Option<Magnitude>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.with(name, Values::Magnitudes(values))
    }

    /// With a column of text.
    #[must_use]
    pub fn texts<V: Into<String>>(
        self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.with(name, Values::Texts(values))
    }

    fn with(mut self, name: impl Into<Cow<'static, str>>, values: Values) -> Self {
        let name = name.into();
        self.columns.push(TableColumn { name, values });
        self
    }

    /// The names of the columns, from the left.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for TableColumn { name, values } in &self.columns {
            match values {
                Values::Magnitudes(_) => {
                    names.extend(OF_MAGNITUDE.iter().map(|end| format!("{name}{end}")));
                }
                _ => names.push(name.clone().into_owned()),
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

    /// The columns, from the left.
    pub fn columns(&self) -> &[TableColumn] {
        &self.columns
    }
}

/// # Timesteps
///
/// Columns `t`, `input` and `input_kind`, which every table over time begins with:
///
/// | `input_kind` | `input` |
/// | --- | --- |
/// | `word` | a word of the vocabulary |
/// | `unknown` | a word that the vocabulary does not have |
/// | `padding` | empty: there is no word |
/// | `number` | what a task without text puts in, as it is shown |
/// | `none` | empty: nothing is put in |
impl Table {
    /// The columns of the 1-based timesteps `times`.
    pub fn of_timesteps(snapshot: &Snapshot, times: impl Iterator<Item = usize> + Clone) -> Self {
        Self::default().timesteps(snapshot, times.map(Some))
    }

    /// With the columns of timesteps, empty where there is none.
    #[must_use]
    pub fn timesteps(
        self,
        snapshot: &Snapshot,
        times: impl Iterator<Item = Option<usize>> + Clone,
    ) -> Self {
        let text = |t: usize| snapshot.input_text(t).to_owned();
        let inputs = times.clone().map(|t| t.map_or_else(String::new, text));
        let kinds = times
            .clone()
            .map(|t| t.map_or("", |t| input_kind(snapshot, t)));
        self.whole("t", times.map(|t| t.map(|t| t as u64)))
            .texts("input", inputs)
            .texts("input_kind", kinds)
    }
}

fn input_kind(snapshot: &Snapshot, t: usize) -> &'static str {
    match snapshot.word(t) {
        Some(word) if word.known => "word",
        Some(_) => "unknown",
        None if snapshot.is_padding(t) => "padding",
        None if snapshot.input_text(t).is_empty() => "none",
        None => "number",
    }
}
