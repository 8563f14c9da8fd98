//! From a sentence to words, and from words to a sequence of one length.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// How much of a pasted text is read; the rest is left out. Ten thousand words are the longest
/// sequence, but a sentence that long is a slip of the clipboard.
pub const MAX_CHARACTERS: usize = 10_000;

/// On which side a short sentence is filled up, and a long one cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Padding {
    /// Padding first, then the words: the last word stands next to the loss. A long sentence loses its
    /// beginning.
    #[default]
    Before,
    /// The words first, then padding, through which the state must survive. A long sentence loses its
    /// end.
    After,
}

impl Padding {
    /// Both, in the order menus show them.
    pub const ALL: [Self; 2] = [Self::Before, Self::After];

    /// The name on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

impl Padding {
    /// Of a sequence of `count` steps that is put on `length` timesteps: how many are cut from its beginning, and the
    /// 0-based timestep of the first one that stays. What [`fit`] does, without building a list.
    pub fn placement(self, count: usize, length: usize) -> (usize, usize) {
        match self {
            Self::Before => (count.saturating_sub(length), length.saturating_sub(count)),
            Self::After => (0, 0),
        }
    }
}

/// What stands at one timestep of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As it is read: lower case, without punctuation.
    pub text: String,
    /// Whether the vocabulary has it.
    pub known: bool,
}

/// A sentence as a task reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What stands at each timestep; `None` is padding.
    pub words: Vec<Option<Word>>,
    /// How many words are cut off because the sentence is too long.
    pub cut: usize,
}

/// The words of a text: lower-cased runs of anything but white space and punctuation. An apostrophe
/// inside a word stays (`isn't`), in its typewriter form. Emoji are words of their own.
pub fn tokenise(text: &str) -> Vec<String> {
    let words = words_in(text).into_iter();
    words.map(|(_, word)| word).collect()
}

/// `text` with `by` wherever it has `word`, which is one of its words as [`tokenise`] gives them. Everything between
/// the words stays as it is.
pub fn with_word_replaced(text: &str, word: &str, by: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = 0;
    for (place, found) in words_in(text) {
        if found == word {
            replaced += &text[rest..place.start];
            replaced += by;
            rest = place.end;
        }
    }
    replaced + &text[rest..]
}

/// The words of a text as [`tokenise`] gives them, each with its place in bytes.
fn words_in(text: &str) -> Vec<(Range<usize>, String)> {
    let mut words = Vec::new();
    let mut word = (0..0, String::new());
    let mut characters = text.char_indices().take(MAX_CHARACTERS).peekable();
    while let Some((start, character)) = characters.next() {
        let end = start + character.len_utf8();
        let apostrophe = matches!(character, '\'' | '’');
        let inside = apostrophe
            && !word.1.is_empty()
            && characters
                .peek()
                .is_some_and(|(_, next)| next.is_alphanumeric());
        if inside {
            word.1.push('\'');
        } else if character.is_alphanumeric() || is_joiner(character) {
            if word.1.is_empty() {
                word.0.start = start;
            }
            word.1.extend(character.to_lowercase());
        } else {
            finish(&mut word, &mut words);
            if is_symbol(character) {
                words.push((start..end, character.to_string()));
            }
            continue;
        }
        word.0.end = end;
    }
    finish(&mut word, &mut words);
    words
}

fn finish(word: &mut (Range<usize>, String), words: &mut Vec<(Range<usize>, String)>) {
    let (place, text) = std::mem::take(word);
    // A word of joiners alone (a stray variation selector) is nothing to read.
    if text.chars().any(char::is_alphanumeric) {
        words.push((place, text));
    }
}

/// Combining marks belong to the letter before them.
fn is_joiner(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{94f}')
}

/// Pictures that people write instead of words.
fn is_symbol(character: char) -> bool {
    matches!(character, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Places `words` on `length` timesteps: `None` is padding.
pub fn fit<T: Clone>(words: &[T], length: usize, padding: Padding) -> Vec<Option<T>> {
    let missing = length.saturating_sub(words.len());
    let pad = std::iter::repeat_n(None, missing);
    match padding {
        Padding::Before => {
            let kept = &words[words.len().saturating_sub(length)..];
            pad.chain(kept.iter().cloned().map(Some)).collect()
        }
        Padding::After => {
            let kept = &words[..words.len().min(length)];
            kept.iter().cloned().map(Some).chain(pad).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_what_a_reader_sees() {
        assert_eq!(
            tokenise("Slow at first, but it ISN’T dull!"),
            ["slow", "at", "first", "but", "it", "isn't", "dull"]
        );
        assert_eq!(
            tokenise("'quoted' --- dash—dash"),
            ["quoted", "dash", "dash"]
        );
        assert_eq!(
            tokenise("good 😀😀 סרט טוב"),
            ["good", "😀", "😀", "סרט", "טוב"]
        );
        assert!(tokenise("  …  ").is_empty());
    }

    #[test]
    fn a_word_is_replaced_wherever_it_stands_and_nothing_else() {
        for (text, word, by, expected) in [
            ("a goood film", "goood", "good", "a good film"),
            ("Goood, so GOOOD!", "goood", "good", "good, so good!"),
            ("goood goodness", "good", "great", "goood goodness"),
            ("it ISN’T sow", "isn't", "is", "it is sow"),
            ("סרט 😀 tov", "tov", "good", "סרט 😀 good"),
            ("", "x", "y", ""),
        ] {
            assert_eq!(with_word_replaced(text, word, by), expected);
        }
    }

    #[test]
    fn the_side_that_is_padded_is_the_side_that_is_cut() {
        let words = ["a", "b", "c"];
        assert_eq!(
            fit(&words, 5, Padding::Before),
            [None, None, Some("a"), Some("b"), Some("c")]
        );
        assert_eq!(
            fit(&words, 4, Padding::After),
            [Some("a"), Some("b"), Some("c"), None]
        );
        assert_eq!(fit(&words, 2, Padding::Before), [Some("b"), Some("c")]);
        assert_eq!(fit(&words, 2, Padding::After), [Some("a"), Some("b")]);
    }

    proptest! {
        #[test]
        fn any_text_becomes_words_without_white_space(text in any::<String>()) {
            for word in tokenise(&text) {
                prop_assert!(!word.is_empty());
                prop_assert!(!word.chars().any(char::is_whitespace));
                let emptied = with_word_replaced(&text, &word, " ");
                if text.chars().count() <= MAX_CHARACTERS {
                    prop_assert!(!tokenise(&emptied).contains(&word));
                }
                let again = tokenise(&word);
                prop_assert_eq!(again, vec![word]);
            }
        }
    }
}
