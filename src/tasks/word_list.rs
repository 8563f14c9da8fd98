//! The words that the rows of an embedding stand for, as a person's own program has listed them.

use std::collections::HashMap;

/// What an unknown word is called in lists of words, the usual names first.
const UNKNOWN: [&str; 6] = ["<unk>", "[unk]", "<UNK>", "[UNK]", "unk", "UNK"];

/// Words by the rows of an embedding, counted from 0.
#[derive(Clone, Debug, Default)]
pub struct WordList {
    rows: HashMap<String, usize>,
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
        let words = match text.trim_start().chars().next() {
            Some('[' | '{') if text.trim_end().ends_with([']', '}']) => of_json(text)?,
            _ => text
                .lines()
                .map(|line| line.trim_end_matches('\r').to_owned())
                .enumerate()
                .map(|(row, word)| (word, row))
                .collect(),
        };
        let len = words.iter().map(|(_, row)| row + 1).max().unwrap_or(0);
        if len == 0 {
            return Err("there is no word in it: it takes one a line, or a JSON list".to_owned());
        }
        let mut rows = HashMap::with_capacity(words.len());
        for (word, row) in words {
            // Of two that are the same the first one is meant.
            rows.entry(word).or_insert(row);
        }
        let unknown = UNKNOWN.iter().find_map(|word| rows.get(*word).copied());
        Ok(Self { rows, len, unknown })
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
        let found = self.rows.get(word).copied();
        found.or_else(|| self.rows.get(&word.to_lowercase()).copied())
    }
}

/// Words and rows of a JSON list or object.
fn of_json(text: &str) -> Result<Vec<(String, usize)>, String> {
    /// Rows that an embedding may have.
    const MOST: u64 = 10_000_000;
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("it is no JSON ({error})"))?;
    match value {
        serde_json::Value::Array(words) => {
            let words = words.into_iter().zip(0..).map(|(word, row)| match word {
                serde_json::Value::String(word) => Ok((word, row)),
                _ => Err(format!("number {} of the list is no word", row + 1)),
            });
            words.collect()
        }
        serde_json::Value::Object(rows) => {
            let rows = rows.into_iter().map(|(word, row)| {
                let row = row.as_u64().filter(|row| *row < MOST);
                row.map(|row| (word, row as usize)).ok_or_else(|| {
                    "the object takes the number of its row for each word, counted from 0"
                        .to_owned()
                })
            });
            rows.collect()
        }
        _ => Err("it takes a list of words, or an object with the row of each".to_owned()),
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
            ("[1]", "number 1 of the list is no word"),
            ("{\"a\": -1}", "the number of its row"),
            ("[\"a\",]", "it is no JSON"),
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
