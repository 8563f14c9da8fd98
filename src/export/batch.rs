//! The batch that a training step was made with, so that the step can be made again elsewhere.
//!
//! # The form `bptt-scope.batch/1`
//!
//! One JSON object. t and sequences are places in lists, from 0.
//!
//! | key | what it holds |
//! | --- | --- |
//! | `schema` | `"bptt-scope.batch/1"` |
//! | `step` | which training step it was, from 1 |
//! | `x` | n×B×D numbers; `null` where the task reads words |
//! | `token_ids` | n×B places of words in the vocabulary, `null` for padding; `null` where the task reads numbers. `bptt-scope experiment --vocabulary` has the words in their order |
//! | `targets` | B answers, or n×B where the task asks at every step: a number, or `null` where nothing is asked |
//! | `z` | B×K read-outs, or n×B×K, of the network before the step |
//!
//! The loss of the step is the sum over answers, divided by B.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use crate::rnn::{Batch, Inputs, ReadOut};
use crate::training::Trainer;

/// The name of the form, and its version.
const BATCH_SCHEMA: &str = "bptt-scope.batch/1";

/// A batch in plain numbers.
#[derive(Debug, Serialize)]
pub struct WrittenBatch {
    schema: &'static str,
    step: u64,
    x: Option<Vec<Vec<Vec<f64>>>>,
    token_ids: Option<Vec<Vec<Option<u32>>>>,
    targets: Rows<Option<f64>>,
    z: Rows<Vec<Option<f64>>>,
}

/// One for each sequence, or for each timestep and sequence.
#[derive(Debug)]
struct Rows<T> {
    is_at_every_step: bool,
    /// Timestep after timestep; at the end there is one.
    steps: Vec<Vec<T>>,
}

impl<T: Serialize> Serialize for Rows<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.steps.as_slice() {
            [at_the_end] if !self.is_at_every_step => at_the_end.serialize(serializer),
            steps => steps.serialize(serializer),
        }
    }
}

impl WrittenBatch {
    /// The batch that the last step of `trainer` was made with.
    pub fn of(trainer: &Trainer) -> Self {
        let mut written = Self {
            schema: BATCH_SCHEMA,
            step: trainer.steps_done(),
            x: None,
            token_ids: None,
            targets: Rows::new(trainer),
            z: Rows::new(trainer),
        };
        for (batch, z) in trainer.last_batch() {
            written.add(batch, z);
        }
        written
    }

    /// Adds the sequences of a part, in front of which all earlier parts were added.
    fn add(&mut self, batch: &Batch, z: &[f64]) {
        let size = batch.size;
        match &batch.inputs {
            Inputs::Dense { width, values } => {
                let rows = values.chunks_exact(*width).map(<[f64]>::to_vec);
                extend_steps(self.x.get_or_insert_default(), rows, size);
            }
            Inputs::Tokens(tokens) => {
                let rows = tokens.iter().copied();
                extend_steps(self.token_ids.get_or_insert_default(), rows, size);
            }
        }
        let number = |value: &f64| value.is_finite().then_some(*value);
        let targets = batch.targets.iter().map(number);
        let outputs = z.len() / batch.answers().max(1);
        let rows = z.chunks_exact(outputs.max(1));
        let z = rows.map(|row| row.iter().map(number).collect());
        extend_steps(&mut self.targets.steps, targets, size);
        extend_steps(&mut self.z.steps, z, size);
    }

    /// Writes it as JSON.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        serde_json::to_writer(&mut out, self)?;
        out.write_all(b"\n")
    }
}

impl<T> Rows<T> {
    /// None yet.
    fn new(trainer: &Trainer) -> Self {
        let mut parts = trainer.last_batch();
        Self {
            is_at_every_step: parts.any(|(batch, _)| batch.read_out == ReadOut::AtEveryStep),
            steps: Vec::new(),
        }
    }
}

/// Adds `size` of `rows` to each timestep.
fn extend_steps<T>(steps: &mut Vec<Vec<T>>, rows: impl Iterator<Item = T>, size: usize) {
    for (place, row) in rows.enumerate() {
        let t = place / size;
        if steps.len() <= t {
            steps.push(Vec::new());
        }
        steps[t].push(row);
    }
}
