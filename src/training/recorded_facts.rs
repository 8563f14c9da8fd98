//! What a record of a training elsewhere says besides its numbers.

use std::sync::Arc;

use crate::models::Record;

/// What a record says besides its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedFacts {
    /// What the module is called.
    pub module: String,
    /// Training steps that were made before.
    pub step: u64,
    /// The loss of the batch, if it was told.
    pub loss: Option<f64>,
    /// The norm of the gradient before clipping, if it was told.
    pub gradient_norm: Option<f64>,
    /// What the module computed with, in the framework's word: `float32`, `bfloat16`.
    pub dtype: String,
    /// How many sequences there are.
    pub sequences: usize,
    /// The names of its parts, where there are several.
    pub parts: Vec<String>,
}

impl RecordedFacts {
    /// Those of `record`.
    pub fn of(record: &Record) -> Self {
        Self {
            module: record.module.clone(),
            step: record.step,
            loss: record.loss,
            gradient_norm: record.gradient_norm,
            dtype: record.dtype.clone(),
            sequences: record.sequences,
            parts: record.parts(),
        }
    }

    /// The part that is shown if none is chosen: the last layer, forward.
    pub fn usual_part(&self) -> &str {
        let place = self.parts.len().checked_sub(2);
        place.map_or("", |place| &self.parts[place])
    }
}

/// The facts of the record that has been read. They are no setting themselves: the path says whose they are.
#[derive(Clone, Debug, Default)]
pub struct ReadFacts(Option<Arc<RecordedFacts>>);

impl ReadFacts {
    /// Those of `record`.
    pub fn of(record: &Record) -> Self {
        Self(Some(Arc::new(RecordedFacts::of(record))))
    }

    /// Them, if they have been read.
    pub fn get(&self) -> Option<&RecordedFacts> {
        self.0.as_deref()
    }
}

impl PartialEq for ReadFacts {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
