//! How a table of texts is written: what stands between its columns, whether fields are in quotes, and whether its first
//! line has the names of the columns.

use std::collections::BTreeMap;

use csv::{ByteRecord, ReaderBuilder};
use serde::{Deserialize, Serialize};

/// Records by which a guess is made at most.
const LOOKED_AT: usize = 1000;

/// What stands between two columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delimiter {
    /// Whatever fits the file best.
    #[default]
    Guess,
    /// `,`
    Comma,
    /// A tabulator.
    Tab,
    /// `;`
    Semicolon,
    /// `|`
    Bar,
}

impl Delimiter {
    /// Every one, in the order menus show them.
    pub const ALL: [Self; 5] = [
        Self::Guess,
        Self::Comma,
        Self::Tab,
        Self::Semicolon,
        Self::Bar,
    ];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Guess => "guess",
            Self::Comma => "comma",
            Self::Tab => "tab",
            Self::Semicolon => "semicolon",
            Self::Bar => "bar",
        }
    }

    /// The character itself.
    pub fn byte(self) -> u8 {
        match self {
            Self::Guess | Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Semicolon => b';',
            Self::Bar => b'|',
        }
    }
}

/// Whether something is so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whether {
    /// Whatever fits the file best.
    #[default]
    Guess,
    /// It is.
    Yes,
    /// It is not.
    No,
}

impl Whether {
    /// Every one, in the order menus show them.
    pub const ALL: [Self; 3] = [Self::Guess, Self::Yes, Self::No];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Guess => "guess",
            Self::Yes => "yes",
            Self::No => "no",
        }
    }

    /// Whether it is, and `guess` if that is to be guessed.
    pub fn or(self, guess: impl FnOnce() -> bool) -> bool {
        match self {
            Self::Guess => guess(),
            Self::Yes => true,
            Self::No => false,
        }
    }
}

/// How a table is written, as far as its rows go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// What stands between two columns; never a guess.
    pub delimiter: Delimiter,
    /// Whether fields may be in quotes, within which it and line ends are letters.
    pub quotes: bool,
}

impl Dialect {
    /// A reader of a table that is written so.
    pub fn reader<R: std::io::Read>(self, source: R) -> csv::Reader<R> {
        ReaderBuilder::new()
            .delimiter(self.delimiter.byte())
            .quoting(self.quotes)
            .has_headers(false)
            .flexible(true)
            .from_reader(source)
    }

    /// The records at the beginning of `head`, the last of which may not be whole unless `is_whole`.
    pub fn records(self, head: &[u8], is_whole: bool) -> Vec<ByteRecord> {
        let records = self.reader(head).into_byte_records().take(LOOKED_AT);
        let mut records: Vec<ByteRecord> = records.map_while(Result::ok).collect();
        if !is_whole && records.len() > 1 && records.len() < LOOKED_AT {
            records.pop();
        }
        records
    }

    /// What fits the beginning `head` of a file best, of what is not said by `delimiter` and `quotes`.
    pub fn guess(head: &[u8], is_whole: bool, delimiter: Delimiter, quotes: Whether) -> Self {
        let delimiters: &[Delimiter] = match delimiter {
            Delimiter::Guess => &Delimiter::ALL[1..],
            _ => &[delimiter],
        };
        let quotings: &[bool] = match quotes {
            Whether::Guess => &[true, false],
            Whether::Yes => &[true],
            Whether::No => &[false],
        };
        let mut best = (
            f64::NEG_INFINITY,
            Self {
                delimiter: delimiters[0],
                quotes: quotings[0],
            },
        );
        for &delimiter in delimiters {
            for &quotes in quotings {
                let dialect = Self { delimiter, quotes };
                let fit = dialect.fit(head, is_whole);
                if fit > best.0 {
                    best = (fit, dialect);
                }
            }
        }
        best.1
    }

    /// How well it fits: the share of lines in records of as many columns as most have, and a little more for what
    /// files usually are.
    fn fit(self, head: &[u8], is_whole: bool) -> f64 {
        let records = self.records(head, is_whole);
        if records.is_empty() {
            return f64::NEG_INFINITY;
        }
        let usual = usual_columns(&records);
        if usual < 2 {
            return 0.0;
        }
        let alike = records.iter().filter(|it| it.len() == usual).count();
        // A quote that is never closed makes a few huge records of many lines, the last of which may have no end.
        let lines = |record: &ByteRecord| {
            let breaks = record.as_slice().iter().filter(|byte| **byte == b'\n');
            1 + breaks.count()
        };
        let all = self.reader(head).into_byte_records().take(LOOKED_AT);
        let all = all.map_while(Result::ok);
        let longest = all.map(|record| lines(&record)).max().unwrap_or(1);
        let share = alike as f64 / records.len() as f64;
        // Columns of a table with tabs are hardly ever in quotes, and all others are.
        let is_usual = self.quotes == (self.delimiter != Delimiter::Tab);
        // What is in quotes has its separators there.
        let in_quotes = self.quotes && has_quoted_fields(head, self.delimiter.byte());
        share - 0.001 * longest.min(500) as f64
            + if in_quotes { 0.01 } else { 0.0 }
            + if is_usual { 0.005 } else { 0.0 }
    }
}

/// How many columns most records have.
pub fn usual_columns(records: &[ByteRecord]) -> usize {
    let mut times = BTreeMap::new();
    for record in records {
        *times.entry(record.len()).or_insert(0_usize) += 1;
    }
    let most = times.into_iter().max_by_key(|(_, times)| *times);
    most.map_or(0, |(columns, _)| columns)
}

/// Whether there are fields in quotes from their beginning to their end; where quotes are unusual, whether all are that
/// begin with one.
fn has_quoted_fields(head: &[u8], delimiter: u8) -> bool {
    let (mut whole, mut open) = (0, 0);
    for line in head.split(|byte| *byte == b'\n').take(LOOKED_AT) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        for field in line.split(|byte| *byte == delimiter) {
            match field {
                [b'"', .., b'"'] => whole += 1,
                [b'"', ..] => open += 1,
                _ => {}
            }
        }
    }
    whole > 0 && (delimiter != b'\t' || open == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(text: &str) -> (Delimiter, bool) {
        let guess = Dialect::guess(text.as_bytes(), true, Delimiter::Guess, Whether::Guess);
        (guess.delimiter, guess.quotes)
    }

    #[test]
    fn tables_of_every_kind_are_told_apart() {
        for (text, expected) in [
            (
                "text,label\n\"good, film\",1\nbad,0\n",
                (Delimiter::Comma, true),
            ),
            (
                "1;gut, sehr gut\n0;schlecht\n",
                (Delimiter::Semicolon, true),
            ),
            (
                "1\tgood, very, very good\n0\tbad\n",
                (Delimiter::Tab, false),
            ),
            ("a|b, c|1\nd|e|0\n", (Delimiter::Bar, true)),
            // Quotes that are letters, one of them never closed.
            (
                "pos\t\"good film\nneg\t\"bad\"\npos\tx\n",
                (Delimiter::Tab, false),
            ),
            // A field of two lines, with a quote in it.
            (
                "text,label\n\"a\nb \"\"c\"\"\",1\nd,0\n",
                (Delimiter::Comma, true),
            ),
            ("\"a\tb\"\t1\n\"c\"\t0\n", (Delimiter::Tab, true)),
            ("a,1\n", (Delimiter::Comma, true)),
            ("", (Delimiter::Comma, true)),
        ] {
            assert_eq!(guessed(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_said_is_not_guessed() {
        let text = b"a;b,c\nd;e,f\n";
        let of = |delimiter| Dialect::guess(text, true, delimiter, Whether::No);
        assert_eq!(of(Delimiter::Comma).delimiter, Delimiter::Comma);
        assert_eq!(of(Delimiter::Semicolon).delimiter, Delimiter::Semicolon);
        assert!(!of(Delimiter::Guess).quotes);
    }
}
