//! A typed text as a model of a person's own reads it: by the rows of its embedding.

use super::data_settings::InputSource;
use super::experiment::Experiment;
use super::limits::OutOfRange;
use crate::flow::thousands;
use crate::tasks::{Token, Word, tokens_of};

/// Rows that are read at first where nothing of the text is known.
const FIRST_ROWS: usize = 10;

impl Experiment {
    /// Whether the own network reads a text by the rows of its embedding.
    pub fn reads_embedding(&self) -> bool {
        self.is_own_sequence()
            && self.data.inputs == InputSource::Embedding
            && self.has_own_weights()
    }

    /// Whether words stand at the timesteps.
    pub fn shows_words(&self) -> bool {
        self.reads_words() || self.reads_embedding()
    }

    /// The text of `[probe]`, row by row of the embedding.
    pub(super) fn tokens(&self) -> Vec<Token> {
        let rows = self.network.weights.embedding();
        let rows = rows.map_or(0, |embedding| embedding.rows());
        tokens_of(&self.probe.text, self.data.word_list(), rows)
    }

    /// n follows from the text, where it is read by an embedding.
    pub(super) fn follow_text(&mut self) {
        if self.reads_embedding() && !self.data.words_are_to_be_read() {
            self.task.length = self.tokens().len().max(1);
        }
    }

    /// Begins with a text that the embedding has rows for, where it has none for any word of the present one.
    pub(super) fn begin_text(&mut self) {
        let is_known = |token: &Token| token.is_known;
        if !self.reads_embedding()
            || self.data.words_are_to_be_read()
            || self.tokens().iter().any(is_known)
        {
            return;
        }
        let rows = self.network.weights.embedding();
        let rows = rows.map_or(0, |embedding| embedding.rows().min(FIRST_ROWS));
        let first = (0..rows).map(|row| row.to_string());
        if self.data.word_list().is_none() {
            self.probe.text = first.collect::<Vec<_>>().join(" ");
        }
    }

    /// x_1 to x_n, which the rows of the embedding are, an unknown word being zeros; and what stands there.
    pub(super) fn embedded(&self, width: usize) -> (Vec<f64>, Vec<Option<Word>>) {
        let tokens = self.tokens();
        let embedding = self.network.weights.embedding();
        let length = tokens.len().max(1);
        let mut values = vec![0.0; length * width];
        let mut words = vec![None; length];
        let steps = values.chunks_exact_mut(width).zip(&mut words);
        for (token, (x, word)) in tokens.into_iter().zip(steps) {
            let row = token.row.and_then(|row| embedding?.iter().nth(row));
            if let Some(row) = row.filter(|row| row.len() == width) {
                x.copy_from_slice(row);
            }
            *word = Some(Word {
                text: token.text,
                known: token.is_known,
            });
        }
        (values, words)
    }

    /// The root mean square of the numbers that the own network usually reads, by its embedding.
    pub(super) fn usual_size(&self) -> Option<f64> {
        let embedding = self.network.weights.embedding()?;
        let values = embedding.values();
        let squares: f64 = values.iter().map(|x| x * x).sum();
        let size = (squares / values.len() as f64).sqrt();
        (size > 0.0 && size.is_finite()).then_some(size)
    }

    /// Whether there is an embedding to read by.
    pub(super) fn check_embedding(&self) -> Result<(), OutOfRange> {
        if !self.is_own_sequence() || self.data.inputs != InputSource::Embedding {
            return Ok(());
        }
        let Some(embedding) = self.network.weights.embedding() else {
            return Err(OutOfRange::together(
                "data.inputs",
                "data.inputs = embedding, and the network has no embedding that is plain to see: name it, network.tensors = { \"embedding.weight\" = … }, or choose noise or zeros",
            ));
        };
        let (rows, words) = (embedding.rows(), self.data.word_list());
        match words {
            Some(list) if list.len() > rows => Err(OutOfRange::together(
                "data.words",
                format!(
                    "data.words has {} words, and the embedding has {} rows: it is of another model",
                    thousands(list.len() as u64),
                    thousands(rows as u64)
                ),
            )),
            _ => Ok(()),
        }
    }
}
