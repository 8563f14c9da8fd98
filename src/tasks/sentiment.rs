//! Sentiment: text → 1/0, the lecture's own task.

use std::ops::Range;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{
    Collection, Corpus, Example, KnowingNothing, Padding, Part, Reading, Task, Word, fit, tokenise,
};
use crate::rnn::{Batch, Inputs, Loss};

/// Sentences of the bundled corpus, one-hot word by word, padded or cut to one length.
pub struct Sentiment {
    length: usize,
    padding: Padding,
    corpus: &'static Corpus,
}

impl Sentiment {
    /// The task for sentences of `length` timesteps.
    pub fn new(length: usize, padding: Padding) -> Self {
        Self {
            length,
            padding,
            corpus: Corpus::bundled(),
        }
    }

    fn write(&self, example: &Example, index: usize, batch: &mut Batch) {
        batch.targets[index] = f64::from(example.positive);
        let size = batch.size;
        let (skipped, first) = self.placement(example.words.len());
        if let Inputs::Tokens(tokens) = &mut batch.inputs {
            let words = example.words.iter().skip(skipped).take(self.length);
            for (t, &word) in words.enumerate() {
                tokens[(first + t) * size + index] = Some(word);
            }
        }
    }

    /// How many words are cut from the beginning, and the 0-based timestep of the first one kept: what
    /// [`fit`] does, without building a list.
    fn placement(&self, words: usize) -> (usize, usize) {
        match self.padding {
            Padding::Before => (
                words.saturating_sub(self.length),
                self.length.saturating_sub(words),
            ),
            Padding::After => (0, 0),
        }
    }
}

impl Task for Sentiment {
    fn width(&self) -> usize {
        self.corpus.vocabulary().len()
    }

    fn loss(&self) -> Loss {
        Loss::BinaryCrossEntropy
    }

    /// Of the part that is trained on.
    fn knowing_nothing(&self) -> KnowingNothing {
        let examples = self.corpus.part(Part::Training);
        let positive = examples.iter().filter(|example| example.positive).count();
        KnowingNothing::of_classes(positive as f64 / examples.len() as f64)
    }

    fn empty_batch(&self) -> Batch {
        Batch::tokens()
    }

    fn memory(&self) -> String {
        format!(
            "Remember the words that decide, wherever they stand, to the end of {}",
            super::drawn::steps(self.length)
        )
    }

    fn source(&self) -> &'static str {
        "sentences written for this program; the negations and contrasts follow Socher and others, Recursive deep models for semantic compositionality over a sentiment treebank (2013)"
    }

    fn draw(&self, size: usize, rng: &mut ChaCha8Rng, batch: &mut Batch) {
        batch.reset(self.length, size);
        let examples = self.corpus.part(Part::Training);
        for index in 0..size {
            let example = &examples[rng.random_range(0..examples.len())];
            self.write(example, index, batch);
        }
    }

    fn collection(&self) -> Collection {
        Collection {
            training: self.corpus.part(Part::Training).len(),
            held_out: self.corpus.part(Part::HeldOut).len(),
        }
    }

    fn fixed(&self, part: Part, range: Range<usize>, batch: &mut Batch) {
        batch.reset(self.length, range.len());
        for (index, example) in self.corpus.part(part)[range].iter().enumerate() {
            self.write(example, index, batch);
        }
    }

    fn read(&self, text: &str, positive: bool, batch: &mut Batch) -> Option<Reading> {
        let vocabulary = self.corpus.vocabulary();
        let words: Vec<Word> = tokenise(text)
            .into_iter()
            .map(|text| Word {
                known: vocabulary.knows(&text),
                text,
            })
            .collect();
        let cut = words.len().saturating_sub(self.length);
        let words = fit(&words, self.length, self.padding);
        batch.reset(self.length, 1);
        batch.targets[0] = f64::from(positive);
        if let Inputs::Tokens(tokens) = &mut batch.inputs {
            for (token, word) in tokens.iter_mut().zip(&words) {
                *token = word.as_ref().map(|word| vocabulary.index(&word.text));
            }
        }
        Some(Reading { words, cut })
    }

    fn input_label(&self, _x: &[f64]) -> String {
        // Words are written by whoever has the sentence.
        String::new()
    }

    fn is_correct(&self, z: &[f64], y: &[f64]) -> bool {
        (z[0] > 0.0) == (y[0] > 0.5)
    }

    fn correctness(&self) -> &'static str {
        "ŷ on the right side of ½"
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    /// A sentence typed by the user and the same sentence of the corpus are the same sequence, for
    /// every length and either padding.
    #[test]
    fn a_typed_sentence_is_read_as_the_corpus_is() {
        for padding in Padding::ALL {
            for length in [1, 4, 10, 20] {
                let task = Sentiment::new(length, padding);
                let (mut typed, mut fixed) = (task.empty_batch(), task.empty_batch());
                for index in 0..20 {
                    let example = &task.corpus.part(Part::HeldOut)[index];
                    task.read(&example.text, example.positive, &mut typed);
                    task.fixed(Part::HeldOut, index..index + 1, &mut fixed);
                    assert_eq!(typed, fixed, "{}", example.text);
                }
            }
        }
    }

    #[test]
    fn unknown_words_are_marked_and_share_one_index() {
        let task = Sentiment::new(4, Padding::After);
        let mut batch = task.empty_batch();
        let reading = task
            .read("not a flibbertigibbet", true, &mut batch)
            .unwrap();
        assert_eq!(reading.cut, 0);
        let known: Vec<_> = reading
            .words
            .iter()
            .map(|word| word.as_ref().map(|word| word.known))
            .collect();
        assert_eq!(known, [Some(true), Some(true), Some(false), None]);
        let Inputs::Tokens(tokens) = &batch.inputs else {
            panic!("one-hot words");
        };
        assert_eq!(tokens[2], Some(super::super::Vocabulary::UNKNOWN));
        assert_eq!(tokens[3], None);
    }

    #[test]
    fn batches_are_balanced_draws_of_the_training_part() {
        let task = Sentiment::new(10, Padding::Before);
        let mut batch = task.empty_batch();
        task.draw(2000, &mut ChaCha8Rng::seed_from_u64(1), &mut batch);
        let positive = batch.targets.iter().sum::<f64>();
        // Binomial(2000, ½): five standard deviations are 112.
        assert!((positive - 1000.0).abs() < 112.0);
    }
}
