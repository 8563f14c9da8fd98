//! Text → its class: the lecture's own task, for the bundled sentences and for a person's own.

use std::ops::Range;
use std::sync::Arc;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::drawn::{largest, steps};
use super::{
    Collection, Corpus, KnowingNothing, Padding, Part, Reading, Task, Word, fit, tokenise,
};
use crate::rnn::{Batch, Inputs, Loss};

/// Sentences, one-hot word by word, padded or cut to one length.
pub struct Text {
    length: usize,
    padding: Padding,
    corpus: Arc<Corpus>,
    loss: Loss,
}

impl Text {
    /// The bundled sentences, text → 1/0, in `length` timesteps.
    pub fn bundled(length: usize, padding: Padding) -> Self {
        let corpus = Arc::clone(Corpus::bundled());
        Self::new(corpus, Loss::BinaryCrossEntropy, length, padding)
    }

    /// The sentences of `corpus` in `length` timesteps, whose classes are compared by `loss`: a cross-entropy.
    pub fn new(corpus: Arc<Corpus>, loss: Loss, length: usize, padding: Padding) -> Self {
        Self {
            length,
            padding,
            corpus,
            loss,
        }
    }

    fn is_bundled(&self) -> bool {
        Arc::ptr_eq(&self.corpus, Corpus::bundled())
    }

    fn write(&self, part: Part, number: usize, index: usize, batch: &mut Batch) {
        let sentence = self.corpus.sentence(part, number);
        batch.targets[index] = sentence.label as f64;
        let size = batch.size;
        let (skipped, first) = self.padding.placement(sentence.words.len(), self.length);
        if let Inputs::Tokens(tokens) = &mut batch.inputs {
            let words = sentence.words.iter().skip(skipped).take(self.length);
            for (t, &word) in words.enumerate() {
                tokens[(first + t) * size + index] = Some(self.corpus.index(word));
            }
        }
    }
}

impl Task for Text {
    fn width(&self) -> usize {
        self.corpus.vocabulary().len()
    }

    fn loss(&self) -> Loss {
        self.loss
    }

    fn outputs(&self) -> usize {
        match self.loss {
            Loss::CrossEntropy => self.corpus.labels().len(),
            _ => 1,
        }
    }

    fn class_name(&self, class: usize) -> String {
        match self.loss {
            Loss::CrossEntropy => self.corpus.labels()[class].clone(),
            _ => String::new(),
        }
    }

    /// Of the part that is trained on.
    fn knowing_nothing(&self) -> KnowingNothing {
        let mut counts = vec![0_usize; self.corpus.labels().len()];
        for sentence in self.corpus.sentences(Part::Training) {
            counts[sentence.label] += 1;
        }
        let count = self.corpus.count(Part::Training) as f64;
        match counts.as_slice() {
            [_, positive] => KnowingNothing::of_classes(*positive as f64 / count),
            counts => KnowingNothing::of_many_classes(counts),
        }
    }

    fn empty_batch(&self) -> Batch {
        Batch::tokens()
    }

    fn memory(&self) -> String {
        format!(
            "Remember the words that decide, wherever they stand, to the end of {}",
            steps(self.length)
        )
    }

    fn source(&self) -> &'static str {
        match self.is_bundled() {
            true => {
                "sentences written for this program; the negations and contrasts follow Socher and others, Recursive deep models for semantic compositionality over a sentiment treebank (2013)"
            }
            false => "your own file",
        }
    }

    fn draw(&self, size: usize, rng: &mut ChaCha8Rng, batch: &mut Batch) {
        batch.reset(self.length, size);
        let count = self.corpus.count(Part::Training);
        for index in 0..size {
            let number = rng.random_range(0..count);
            self.write(Part::Training, number, index, batch);
        }
    }

    fn collection(&self) -> Collection {
        Collection::of(self.corpus.split())
    }

    fn fixed(&self, part: Part, range: Range<usize>, batch: &mut Batch) {
        batch.reset(self.length, range.len());
        for (index, number) in range.enumerate() {
            self.write(part, number, index, batch);
        }
    }

    fn read(&self, text: &str, class: usize, batch: &mut Batch) -> Option<Reading> {
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
        batch.targets[0] = class as f64;
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
        match self.loss {
            Loss::CrossEntropy => largest(z) == Some(y[0] as usize),
            _ => (z[0] > 0.0) == (y[0] > 0.5),
        }
    }

    fn correctness(&self) -> &'static str {
        match self.loss {
            Loss::CrossEntropy => "the class of the sentence has the largest ŷ",
            _ => "ŷ on the right side of ½",
        }
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
                let task = Text::bundled(length, padding);
                let (mut typed, mut fixed) = (task.empty_batch(), task.empty_batch());
                for index in 0..20 {
                    let example = task.corpus.sentence(Part::HeldOut, index);
                    task.read(example.text, example.label, &mut typed);
                    task.fixed(Part::HeldOut, index..index + 1, &mut fixed);
                    assert_eq!(typed, fixed, "{}", example.text);
                }
            }
        }
    }

    #[test]
    fn unknown_words_are_marked_and_share_one_index() {
        let task = Text::bundled(4, Padding::After);
        let mut batch = task.empty_batch();
        let reading = task.read("not a flibbertigibbet", 1, &mut batch).unwrap();
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
        let task = Text::bundled(10, Padding::Before);
        let mut batch = task.empty_batch();
        task.draw(2000, &mut ChaCha8Rng::seed_from_u64(1), &mut batch);
        let positive = batch.targets.iter().sum::<f64>();
        // Binomial(2000, ½): five standard deviations are 112.
        assert!((positive - 1000.0).abs() < 112.0);
    }
}
