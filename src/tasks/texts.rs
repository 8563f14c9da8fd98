//! Many texts with their labels, kept as compactly as a large file asks for.

use super::lexicon::Lexicon;
use super::sentence::{MAX_CHARACTERS, tokenise};

/// Texts, their words and their labels, in the order of the file.
#[derive(Debug, Default)]
pub struct Texts {
    letters: String,
    /// Every word of every text, by its number in the lexicon.
    words: Vec<u32>,
    rows: Vec<Row>,
    lexicon: Lexicon,
    labels: Vec<String>,
}

/// Where a text ends, of which the next one begins.
#[derive(Clone, Copy, Debug)]
struct Row {
    letters: usize,
    words: usize,
    label: u32,
}

/// A text as it stands among others.
#[derive(Clone, Copy, Debug)]
pub struct LabelledText<'a> {
    /// As it was written, of which the first 10,000 characters are kept.
    pub text: &'a str,
    /// The place of its label among [`Texts::labels`].
    pub label: usize,
    /// Its words by their numbers in the lexicon.
    pub words: &'a [u32],
}

impl Texts {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds `text`, whose label is number `label`. Returns whether it was too long to be kept whole.
    pub fn push(&mut self, text: &str, label: u32) -> bool {
        let end = text
            .char_indices()
            .nth(MAX_CHARACTERS)
            .map_or(text.len(), |(end, _)| end);
        // A sentence is one line wherever it is shown.
        let kept = &text[..end].replace(['\n', '\r', '\t'], " ");
        self.letters.push_str(kept);
        for word in tokenise(kept) {
            self.words.push(self.lexicon.number(&word));
        }
        self.rows.push(Row {
            letters: self.letters.len(),
            words: self.words.len(),
            label,
        });
        end < text.len()
    }

    /// What the labels are called, in the order of their numbers: those of rows are put into the order of `labels`, which
    /// has all of `found`, the names in the order of the numbers so far.
    pub fn name_labels(&mut self, found: &[String], labels: Vec<String>) {
        let places: Vec<u32> = found
            .iter()
            .map(|name| {
                let place = labels.iter().position(|label| label == name);
                place.unwrap_or_default() as u32
            })
            .collect();
        for row in &mut self.rows {
            row.label = places[row.label as usize];
        }
        self.labels = labels;
    }

    /// What the labels are called; the place of one is the class.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Every different word.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// Text number `index` of the file, from 0.
    pub fn get(&self, index: usize) -> LabelledText<'_> {
        let before = match index {
            0 => Row {
                letters: 0,
                words: 0,
                label: 0,
            },
            _ => self.rows[index - 1],
        };
        let row = self.rows[index];
        LabelledText {
            text: &self.letters[before.letters..row.letters],
            label: row.label as usize,
            words: &self.words[before.words..row.words],
        }
    }

    /// How many words each text has.
    pub fn lengths(&self) -> impl Iterator<Item = usize> + '_ {
        let starts = std::iter::once(0).chain(self.rows.iter().map(|row| row.words));
        self.rows
            .iter()
            .zip(starts)
            .map(|(row, start)| row.words - start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back_with_its_words_and_its_label() {
        let mut texts = Texts::default();
        assert!(!texts.push("A good film", 0));
        assert!(!texts.push("", 1));
        assert!(texts.push(&"bad ".repeat(5000), 1));
        texts.name_labels(
            &["pos".to_owned(), "neg".to_owned()],
            vec!["neg".to_owned(), "pos".to_owned()],
        );
        let first = texts.get(0);
        assert_eq!((first.text, first.label), ("A good film", 1));
        let words: Vec<&str> = first
            .words
            .iter()
            .map(|&word| texts.lexicon().word(word))
            .collect();
        assert_eq!(words, ["a", "good", "film"]);
        assert_eq!(texts.get(2).text.len(), MAX_CHARACTERS);
        assert_eq!(texts.get(2).label, 0);
        assert_eq!(texts.lengths().collect::<Vec<_>>(), [3, 0, 2500]);
    }
}
