//! Labelled sentences in two parts, and the vocabulary of the one that is trained on.

use std::sync::{Arc, OnceLock};

use super::split::{Part, Split};
use super::texts::{LabelledText, Texts};
use super::vocabulary::Vocabulary;

/// Written for this program. One sentence a line: split, label, kind, text, separated by tabs, after
/// one line of column names.
const SENTENCES: &str = include_str!("../../assets/sentiment.tsv");

/// What the labels of the bundled sentences are called.
const LABELS: [&str; 2] = ["negative", "positive"];

/// A word that occurs less often than this in the training part is read as the unknown word, so that
/// the unknown word is met, and learnt, in training.
const MIN_OCCURRENCES: usize = 2;

/// Of fewer sentences than this every word is known: hardly one would occur twice.
const FEW: usize = 200;

/// The sentences in both parts and the vocabulary.
#[derive(Debug)]
pub struct Corpus {
    texts: Arc<Texts>,
    split: Split,
    vocabulary: Vocabulary,
    /// Of every word of the lexicon, its index in the vocabulary.
    indices: Vec<u32>,
}

impl Corpus {
    /// The corpus that comes with the program, read once.
    pub fn bundled() -> &'static Arc<Self> {
        static CORPUS: OnceLock<Arc<Corpus>> = OnceLock::new();
        CORPUS.get_or_init(|| Arc::new(Self::parse(SENTENCES)))
    }

    /// `texts` in the parts of `split`, with at most `most` known words, the most frequent ones.
    pub fn new(texts: Arc<Texts>, split: Split, most: usize) -> Self {
        let least = match texts.len() {
            0..FEW => 1,
            _ => MIN_OCCURRENCES,
        };
        let training = split.part(Part::Training).iter();
        let words = training.flat_map(|&row| texts.get(row as usize).words);
        let (vocabulary, indices) = Vocabulary::of(texts.lexicon(), words.copied(), (least, most));
        Self {
            texts,
            split,
            vocabulary,
            indices,
        }
    }

    /// How many sentences there are in `part`.
    pub fn count(&self, part: Part) -> usize {
        self.split.part(part).len()
    }

    /// Which sentences are in which part.
    pub fn split(&self) -> &Split {
        &self.split
    }

    /// Sentence number `index` of `part`, from 0.
    pub fn sentence(&self, part: Part, index: usize) -> LabelledText<'_> {
        self.texts.get(self.split.part(part)[index] as usize)
    }

    /// Every sentence of `part`.
    pub fn sentences(&self, part: Part) -> impl Iterator<Item = LabelledText<'_>> + Clone {
        let rows = self.split.part(part).iter();
        rows.map(|&row| self.texts.get(row as usize))
    }

    /// The index in the vocabulary of a word of a sentence.
    pub fn index(&self, word: u32) -> u32 {
        let index = self.indices.get(word as usize);
        index.copied().unwrap_or(Vocabulary::UNKNOWN)
    }

    /// What the classes are called, in their order.
    pub fn labels(&self) -> &[String] {
        self.texts.labels()
    }

    /// The words known from the training part.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    fn parse(text: &str) -> Self {
        let mut texts = Texts::default();
        let labels = LABELS.map(str::to_owned).to_vec();
        let mut parts = [Vec::new(), Vec::new()];
        for line in text.lines().skip(1) {
            let mut columns = line.split('\t');
            let (Some(part), Some(label), Some(_kind), Some(sentence)) = (
                columns.next(),
                columns.next(),
                columns.next(),
                columns.next(),
            ) else {
                continue;
            };
            parts[usize::from(part != "train")].push(texts.len() as u32);
            texts.push(sentence, u32::from(label == "1"));
        }
        texts.name_labels(&labels, labels.clone());
        let [training, held_out] = parts;
        Self::new(Arc::new(texts), Split::of(training, held_out), usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::tasks::tokenise;

    #[test]
    fn the_corpus_is_what_it_claims_to_be() {
        let corpus = Corpus::bundled();
        let [training, held_out] = [Part::Training, Part::HeldOut].map(|it| corpus.sentences(it));
        let all = || training.clone().chain(held_out.clone());
        assert!(all().count() >= 600);
        let count = |part| corpus.count(part);
        assert_eq!(
            count(Part::Training),
            4 * count(Part::HeldOut),
            "an 80/20 split"
        );
        for part in [Part::Training, Part::HeldOut] {
            let positive = corpus.sentences(part).map(|example| example.label);
            assert_eq!(2 * positive.sum::<usize>(), count(part), "balanced");
        }
        for example in all() {
            let words = example.words.len();
            assert!((3..=14).contains(&words), "{}", example.text);
            assert_eq!(example.text, example.text.to_lowercase());
        }
        let texts: HashSet<_> = all().map(|example| tokenise(example.text)).collect();
        assert_eq!(texts.len(), all().count(), "no sentence twice");
    }

    #[test]
    fn every_line_is_read_and_a_good_part_is_hard() {
        let lines: Vec<Vec<&str>> = SENTENCES
            .lines()
            .skip(1)
            .map(|line| line.split('\t').collect())
            .collect();
        let corpus = Corpus::bundled();
        let read = corpus.count(Part::Training) + corpus.count(Part::HeldOut);
        assert_eq!(lines.len(), read);
        for line in &lines {
            assert_eq!(line.len(), 4, "{line:?}");
            assert!(matches!(line[0], "train" | "held-out"), "{line:?}");
            assert!(matches!(line[1], "0" | "1"), "{line:?}");
        }
        let hard = lines
            .iter()
            .filter(|line| matches!(line[2], "negation" | "contrast" | "far"))
            .count();
        assert!(2 * hard > read, "{hard} of {read}");
    }

    #[test]
    fn held_out_sentences_are_mostly_of_known_words() {
        let corpus = Corpus::bundled();
        let words = |part| {
            let sentences = corpus.sentences(part);
            let words = sentences.flat_map(|sentence| sentence.words);
            words.map(|&word| corpus.index(word))
        };
        let unknown = |part| words(part).filter(|&word| word == Vocabulary::UNKNOWN);
        let missed = unknown(Part::HeldOut).count();
        assert!(
            10 * missed < words(Part::HeldOut).count(),
            "{missed} unknown"
        );
        assert!(
            unknown(Part::Training).count() > 10,
            "the unknown word must be met in training"
        );
    }
}
