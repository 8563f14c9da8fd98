//! Labelled sentences with a fixed split, and the vocabulary of the training part.

use std::collections::HashMap;
use std::sync::OnceLock;

use strsim::damerau_levenshtein;

use super::tokenise;

/// Written for this program. One sentence a line: split, label, kind, text, separated by tabs, after
/// one line of column names.
const SENTENCES: &str = include_str!("../../assets/sentiment.tsv");

/// A word that occurs less often than this in the training part is read as the unknown word, so that
/// the unknown word is met, and learnt, in training.
const MIN_OCCURRENCES: usize = 2;

/// Which part of the fixed split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Four fifths, seen in training.
    Training,
    /// One fifth, never trained on.
    HeldOut,
}

/// One labelled sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// As it was written.
    pub text: String,
    /// Whether the label is 1, positive.
    pub positive: bool,
    /// Index of every word in the vocabulary.
    pub words: Vec<u32>,
}

/// The sentences in both parts and the vocabulary.
#[derive(Debug)]
pub struct Corpus {
    training: Vec<Example>,
    held_out: Vec<Example>,
    vocabulary: Vocabulary,
}

/// Index of every known word, from 0: 0 is the unknown word, the others follow in the order in which they had
/// occurred often enough. The word of index k has the column of W_i that names such as `w_i[1, k + 1]` give, which
/// count from 1.
#[derive(Debug)]
pub struct Vocabulary {
    indices: HashMap<String, u32>,
    /// In the order of the alphabet.
    words: Vec<String>,
}

impl Vocabulary {
    /// The index under which every unknown word is read.
    pub const UNKNOWN: u32 = 0;

    /// How many words there are, the unknown one included: the input width D.
    pub fn len(&self) -> usize {
        self.indices.len() + 1
    }

    /// Never: the unknown word is always there.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The index of a tokenised word.
    pub fn index(&self, word: &str) -> u32 {
        self.indices.get(word).copied().unwrap_or(Self::UNKNOWN)
    }

    /// The known words in the order of their indices, the first of which is 1.
    pub fn in_order(&self) -> Vec<&str> {
        let words = self.indices.iter();
        let mut found: Vec<(u32, &str)> =
            words.map(|(word, &index)| (index, word.as_str())).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, word)| word).collect()
    }

    /// Whether the word is known.
    pub fn knows(&self, word: &str) -> bool {
        self.indices.contains_key(word)
    }

    /// The known words that have `part` in them, in the order of the alphabet: first those that begin with it. All of
    /// them if `part` is empty. Capitals count as small letters.
    pub fn containing(&self, part: &str) -> Vec<&str> {
        let part = part.trim().to_lowercase();
        let words = self.words.iter().map(String::as_str);
        let mut found: Vec<&str> = words.filter(|word| word.contains(&part)).collect();
        // In the order of the alphabet they are already.
        found.sort_by_key(|word| !word.starts_with(&part));
        found
    }

    /// Up to `most` known words that somebody who wrote the tokenised `word` may have meant, the nearest first:
    /// those that are a few slips away (letters left out, put in, exchanged or in the wrong order, at most one in
    /// three), or that it is the beginning of. Empty if none is near.
    pub fn nearest(&self, word: &str, most: usize) -> Vec<&str> {
        /// No known word is nearly as long, and distances take their time.
        const LONGEST: usize = 40;
        let letters = word.chars().count();
        if letters > LONGEST {
            return Vec::new();
        }
        let enough = (letters / 3).max(1);
        let distance = |known: &str| {
            let begins = letters > 2 && known.starts_with(word);
            if begins {
                1
            } else {
                damerau_levenshtein(word, known)
            }
        };
        let words = self.words.iter().map(String::as_str);
        let mut near: Vec<(usize, &str)> = words
            .map(|known| (distance(known), known))
            // Of a word of one or two letters nothing would be left.
            .filter(|&(distance, _)| distance <= enough && distance < letters)
            .collect();
        near.sort_unstable();
        near.truncate(most);
        near.into_iter().map(|(_, known)| known).collect()
    }

    /// All words of `texts` that occur often enough, in the order in which they first had: a word takes its place
    /// where it stands for the [`MIN_OCCURRENCES`]th time.
    fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut occurrences: HashMap<String, usize> = HashMap::new();
        let mut order = Vec::new();
        for word in texts.flat_map(tokenise) {
            let count = occurrences.entry(word.clone()).or_default();
            *count += 1;
            if *count == MIN_OCCURRENCES {
                order.push(word);
            }
        }
        let mut words = order.clone();
        words.sort_unstable();
        let indices = order.into_iter().zip(Self::UNKNOWN + 1..).collect();
        Self { indices, words }
    }
}

impl Corpus {
    /// The corpus that comes with the program, read once.
    pub fn bundled() -> &'static Self {
        static CORPUS: OnceLock<Corpus> = OnceLock::new();
        CORPUS.get_or_init(|| Self::parse(SENTENCES))
    }

    /// The sentences of one part.
    pub fn part(&self, part: Part) -> &[Example] {
        match part {
            Part::Training => &self.training,
            Part::HeldOut => &self.held_out,
        }
    }

    /// The words known from the training part.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    fn parse(text: &str) -> Self {
        let rows = || {
            text.lines().skip(1).filter_map(|line| {
                let mut columns = line.split('\t');
                let part = match columns.next()? {
                    "train" => Part::Training,
                    _ => Part::HeldOut,
                };
                let positive = columns.next()? == "1";
                let _kind = columns.next()?;
                Some((part, positive, columns.next()?))
            })
        };
        let vocabulary = Vocabulary::of(
            rows()
                .filter(|(part, ..)| *part == Part::Training)
                .map(|(.., text)| text),
        );
        let examples = |wanted: Part| {
            rows()
                .filter(|(part, ..)| *part == wanted)
                .map(|(_, positive, text)| Example {
                    text: text.to_owned(),
                    positive,
                    words: tokenise(text)
                        .iter()
                        .map(|word| vocabulary.index(word))
                        .collect(),
                })
                .collect()
        };
        Self {
            training: examples(Part::Training),
            held_out: examples(Part::HeldOut),
            vocabulary,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_corpus_is_what_it_claims_to_be() {
        let corpus = Corpus::bundled();
        let (training, held_out) = (corpus.part(Part::Training), corpus.part(Part::HeldOut));
        let all = || training.iter().chain(held_out);
        assert!(all().count() >= 600);
        assert_eq!(training.len(), 4 * held_out.len(), "an 80/20 split");
        for part in [training, held_out] {
            let positive = part.iter().filter(|example| example.positive).count();
            assert_eq!(2 * positive, part.len(), "balanced");
        }
        for example in all() {
            let words = example.words.len();
            assert!((3..=14).contains(&words), "{}", example.text);
            assert_eq!(example.text, example.text.to_lowercase());
        }
        let texts: HashSet<_> = all().map(|example| tokenise(&example.text)).collect();
        assert_eq!(texts.len(), all().count(), "no sentence twice");
    }

    #[test]
    fn words_are_in_the_order_in_which_they_became_common() {
        let texts = ["once first second", "second third first third"];
        let vocabulary = Vocabulary::of(texts.into_iter());
        let indices = ["second", "first", "third", "once"].map(|word| vocabulary.index(word));
        assert_eq!(indices, [1, 2, 3, Vocabulary::UNKNOWN]);
        assert_eq!(vocabulary.len(), 4);
        assert_eq!(vocabulary.in_order(), ["second", "first", "third"]);
    }

    #[test]
    fn the_nearest_words_are_those_that_were_meant() {
        let vocabulary = Corpus::bundled().vocabulary();
        for (word, meant) in [
            ("goood", "good"),
            ("flim", "film"),
            ("films", "film"),
            ("borring", "boring"),
            ("isnt", "isn't"),
            ("delicios", "delicious"),
            ("wonderfull", "wonderful"),
            ("excelent", "excellent"),
        ] {
            assert!(!vocabulary.knows(word), "{word}");
            assert_eq!(vocabulary.nearest(word, 3).first(), Some(&meant), "{word}");
        }
        for word in ["flibbertigibbet", "x", "😀", "qzx", &"film".repeat(1000)] {
            assert!(vocabulary.nearest(word, 3).is_empty(), "{word}");
        }
        assert!(vocabulary.nearest("bor", 2).len() <= 2);
        // Each is what it says: near, and known.
        for near in vocabulary.nearest("hoted", 9) {
            assert!(vocabulary.knows(near) && damerau_levenshtein("hoted", near) <= 1);
        }
    }

    #[test]
    fn words_are_found_by_a_part_of_them() {
        let vocabulary = Corpus::bundled().vocabulary();
        let all = vocabulary.containing("");
        assert_eq!(all.len(), vocabulary.len() - 1, "all but the unknown word");
        assert!(all.is_sorted());
        let found = vocabulary.containing(" BOR");
        assert!(found.contains(&"boring") && found[0].starts_with("bor"));
        assert!(found.iter().all(|word| word.contains("bor")));
        assert!(vocabulary.containing("qzx").is_empty());
    }

    #[test]
    fn every_line_is_read_and_a_good_part_is_hard() {
        let lines: Vec<Vec<&str>> = SENTENCES
            .lines()
            .skip(1)
            .map(|line| line.split('\t').collect())
            .collect();
        let corpus = Corpus::bundled();
        let read = corpus.training.len() + corpus.held_out.len();
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
        let words = || corpus.held_out.iter().flat_map(|example| &example.words);
        let unknown = words().filter(|&&word| word == Vocabulary::UNKNOWN).count();
        assert!(10 * unknown < words().count(), "{unknown} unknown");
        let trained = corpus.training.iter().flat_map(|example| &example.words);
        assert!(
            trained.filter(|&&word| word == Vocabulary::UNKNOWN).count() > 10,
            "the unknown word must be met in training"
        );
    }
}
