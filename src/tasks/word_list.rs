//! The words that the rows of an embedding stand for, as a person's own program has listed them.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};

use super::lexicon::Lexicon;

/// The number of the last row at most.
const MOST_ROWS: u32 = 10_000_000;

/// What an unknown word is called in lists of words, the usual names first.
const UNKNOWN: [&str; 6] = ["<unk>", "[unk]", "<UNK>", "[UNK]", "unk", "UNK"];

/// Words by the rows of an embedding, counted from 0.
#[derive(Debug, Default)]
pub struct WordList {
    words: Lexicon,
    /// The row of each word, by its number.
    rows: Vec<u32>,
    /// How many rows there are words for.
    len: usize,
    unknown: Option<usize>,
}

impl WordList {
    /// Of `text`: a line for each row; or JSON, a list of words or an object with the row of each.
    ///
    /// # Errors
    /// What is wrong with it, and what it takes.
    pub fn of_text(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}');
        let mut list = Self::default();
        match text.trim_start().chars().next() {
            Some('[' | '{') if text.trim_end().ends_with([']', '}']) => list.read_json(text)?,
            _ => {
                for (row, word) in (0..).zip(text.lines()) {
                    list.put(word.trim_end_matches('\r'), row);
                }
            }
        }
        if list.len == 0 {
            return Err("there is no word in it: it takes one a line, or a JSON list".to_owned());
        }
        list.unknown = UNKNOWN.iter().find_map(|word| list.written(word));
        Ok(list)
    }

    /// Notes that `row` stands for `word`. Of two words that are the same the first one is meant.
    fn put(&mut self, word: &str, row: u32) {
        self.len = self.len.max(row as usize + 1);
        let number = self.words.number(word) as usize;
        if number == self.rows.len() {
            self.rows.push(row);
        }
    }

    /// The row of `word` as it is written.
    fn written(&self, word: &str) -> Option<usize> {
        let number = self.words.find(word)?;
        self.rows.get(number as usize).map(|row| *row as usize)
    }

    fn read_json(&mut self, text: &str) -> Result<(), String> {
        let mut parser = serde_json::Deserializer::from_str(text);
        parser
            .deserialize_any(&mut *self)
            .and_then(|()| parser.end())
            .map_err(|error| match error.classify() {
                serde_json::error::Category::Data => {
                    let told = error.to_string();
                    let what = told.split(" at line ").next().unwrap_or(&told);
                    format!("line {}: {what}", error.line().max(1))
                }
                _ => format!("line {}: this is no JSON", error.line().max(1)),
            })
    }

    /// How many rows there are words for.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Never: there is at least one word.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The row of `word`, as it is written or in small letters.
    fn row(&self, word: &str) -> Option<usize> {
        let found = self.written(word);
        found.or_else(|| self.written(&word.to_lowercase()))
    }
}

/// A list of words, or an object with the row of each, word by word: no more of it is kept than the words.
impl<'de> Visitor<'de> for &mut WordList {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of words, or an object with the row of each, counted from 0")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut row = 0;
        while let Some(word) = list.next_element::<Cow<'de, str>>()? {
            self.put(&word, row);
            row += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while let Some((word, row)) = rows.next_entry::<Cow<'de, str>, u32>()? {
            if row > MOST_ROWS {
                return Err(A::Error::custom("no embedding has so many rows"));
            }
            self.put(&word, row);
        }
        Ok(())
    }
}

/// What is read at one timestep of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// As it is written.
    pub text: String,
    /// The row that stands for it, if there is one.
    pub row: Option<usize>,
    /// Whether it is known, and not read as the unknown word.
    pub is_known: bool,
}

/// `text` as rows of an embedding that has so many `rows`: words of `list`, letters of it where a word is none but all of its
/// letters are, or numbers of rows, counted from 0.
pub fn tokens_of(text: &str, list: Option<&WordList>, rows: usize) -> Vec<Token> {
    let token = |text: &str, row: Option<usize>, is_known: bool| Token {
        text: text.to_owned(),
        row: row.filter(|row| *row < rows),
        is_known: is_known && row.is_some_and(|row| row < rows),
    };
    let mut tokens = Vec::new();
    for word in text.split_whitespace() {
        let Some(list) = list else {
            let row = word.parse().ok();
            tokens.push(token(word, row, true));
            continue;
        };
        if let Some(row) = list.row(word) {
            tokens.push(token(word, Some(row), true));
            continue;
        }
        let mut buffer = [0; 4];
        let letters = word.chars().map(|letter| {
            let letter: &str = letter.encode_utf8(&mut buffer);
            Some(token(letter, Some(list.row(letter)?), true))
        });
        match letters.collect::<Option<Vec<_>>>() {
            Some(letters) => tokens.extend(letters),
            None => tokens.push(token(word, list.unknown, false)),
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, list: Option<&WordList>) -> Vec<(Option<usize>, bool)> {
        let tokens = tokens_of(text, list, 5).into_iter();
        tokens.map(|token| (token.row, token.is_known)).collect()
    }

    #[test]
    fn words_are_rows_of_lines_or_json() {
        let lines = WordList::of_text("<pad>\n<unk>\nthe\nfilm\nThe\n").unwrap();
        let list = WordList::of_text(r#"["<pad>", "<unk>", "the", "film", "The"]"#).unwrap();
        let object =
            WordList::of_text(r#"{"film": 3, "the": 2, "<unk>": 1, "<pad>": 0, "The": 4}"#)
                .unwrap();
        for list in [&lines, &list, &object] {
            assert_eq!(list.len(), 5);
            assert_eq!(
                rows("The Film the x", Some(list)),
                [
                    (Some(4), true),
                    (Some(3), true),
                    (Some(2), true),
                    (Some(1), false)
                ]
            );
        }
        // A bracket may be a word.
        assert_eq!(WordList::of_text("[\n(\n").unwrap().len(), 2);
        for (text, told) in [
            ("", "there is no word in it"),
            ("[1]", "line 1: invalid type: integer `1`, expected"),
            ("{\"a\": -1}", "line 1: invalid value: integer `-1`"),
            (
                "{\"a\":\n 10000001}",
                "line 2: no embedding has so many rows",
            ),
            ("[\"a\",]", "line 1: this is no JSON"),
        ] {
            assert!(
                WordList::of_text(text).unwrap_err().contains(told),
                "{text}"
            );
        }
    }

    #[test]
    fn without_a_list_numbers_are_rows_and_letters_are_where_they_are_listed() {
        assert_eq!(
            rows("3 0 5 x", None),
            [
                (Some(3), true),
                (Some(0), true),
                (None, false),
                (None, false)
            ]
        );
        let letters = WordList::of_text("a\nb\nc").unwrap();
        let tokens = tokens_of("cab dad", Some(&letters), 3);
        let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
        assert_eq!(words, ["c", "a", "b", "dad"]);
        assert_eq!(tokens[3].row, None);
    }
}
