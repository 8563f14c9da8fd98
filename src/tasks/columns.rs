//! Which columns of a table have the texts, the numbers and the labels.

use csv::ByteRecord;

/// Names that columns of texts usually have.
const TEXTS: [&str; 14] = [
    "text",
    "sentence",
    "review",
    "comment",
    "tweet",
    "content",
    "message",
    "body",
    "phrase",
    "document",
    "reviewtext",
    "review_text",
    "description",
    "title",
];

/// Names that columns of labels or targets usually have.
const LABELS: [&str; 13] = [
    "label",
    "labels",
    "sentiment",
    "class",
    "category",
    "target",
    "targets",
    "y",
    "polarity",
    "rating",
    "stars",
    "airline_sentiment",
    "output",
];

/// Names of columns that say which sequence a row belongs to.
const SEQUENCES: [&str; 9] = [
    "sequence",
    "sequence_id",
    "seq",
    "seq_id",
    "series",
    "series_id",
    "sample",
    "id",
    "group",
];

/// Names of columns that count the timesteps, which are no inputs.
const STEPS: [&str; 5] = ["t", "step", "timestep", "time_step", "time"];

/// The share of cells of a column of numbers that are none: missing ones, and the odd mistake.
const FEW: usize = 20;

/// What a person says of the columns: names, or numbers counted from 1; empty where it is to be found out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// The texts.
    pub text: &'a str,
    /// The labels or targets: one column, or several with commas between them.
    pub label: &'a str,
    /// Which sequence a row of numbers belongs to.
    pub sequence: &'a str,
}

/// Which columns are read, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Columns {
    /// Texts with labels.
    Texts {
        /// The column of the texts.
        text: usize,
        /// That of the labels.
        label: usize,
    },
    /// Numbers, a row for each timestep.
    Numbers {
        /// The columns of the inputs.
        inputs: Vec<usize>,
        /// Those of the targets.
        targets: Vec<usize>,
        /// The column that says which sequence a row belongs to; without it all are one.
        sequence: Option<usize>,
    },
}

/// A cell as text, without the blanks around it.
pub fn cell(record: &ByteRecord, column: usize) -> Option<&str> {
    std::str::from_utf8(record.get(column)?).ok().map(str::trim)
}

/// The number in a cell; NaN for an empty one. Where commas are not between columns one may be in a number, as in `2,5`.
pub fn number(text: &str, has_decimal_commas: bool) -> Option<f64> {
    match text {
        "" => Some(f64::NAN),
        text => text.parse().ok().or_else(|| {
            let may_be = has_decimal_commas && text.matches(',').count() == 1;
            may_be
                .then(|| text.replace(',', ".").parse().ok())
                .flatten()
        }),
    }
}

/// What is known of a column from the first records.
struct Column {
    /// How many of its cells are no numbers.
    others: usize,
    words: usize,
    count: usize,
    /// Different values, as far as there are few.
    values: Vec<String>,
}

impl Column {
    /// Different values of which there is no label any more.
    const MOST_VALUES: usize = 100;

    fn of(records: &[ByteRecord], column: usize, has_decimal_commas: bool) -> Self {
        let mut found = Self {
            others: 0,
            words: 0,
            count: 0,
            values: Vec::new(),
        };
        let cells = records.iter().filter_map(|record| cell(record, column));
        // What is missing says nothing of the others.
        for text in cells.filter(|text| !text.is_empty()) {
            found.count += 1;
            found.others += usize::from(number(text, has_decimal_commas).is_none());
            found.words += text.split_whitespace().count();
            if found.values.len() <= Self::MOST_VALUES && !found.values.iter().any(|it| it == text)
            {
                found.values.push(text.to_owned());
            }
        }
        found
    }

    fn is_of_numbers(&self) -> bool {
        self.count > 0 && self.others * FEW <= self.count
    }

    /// Words of a cell on average.
    fn words(&self) -> f64 {
        self.words as f64 / self.count.max(1) as f64
    }

    /// Whether its values, which are no numbers, come again: names of classes, and no dates.
    fn has_classes(&self) -> bool {
        (2..=Self::MOST_VALUES).contains(&self.values.len()) && self.values.len() < self.count
    }

    fn may_be_a_label(&self) -> bool {
        (2..=Self::MOST_VALUES).contains(&self.values.len()) && self.values.len() * 2 <= self.count
    }
}

/// Whether the first of `records` has the names of the columns.
pub fn has_header(records: &[ByteRecord], has_decimal_commas: bool) -> bool {
    let [first, others @ ..] = records else {
        return false;
    };
    let names = |text: &str| {
        let text = text.to_lowercase();
        let known = [&TEXTS[..], &LABELS, &SEQUENCES, &STEPS];
        known.iter().any(|of| of.contains(&text.as_str()))
    };
    // A label is met again, the name of the column is not.
    (0..first.len()).any(|column| {
        let Some(text) = cell(first, column) else {
            return false;
        };
        if names(text) {
            return true;
        }
        let rest = Column::of(others, column, has_decimal_commas);
        let is_number = number(text, has_decimal_commas).is_some();
        let of_numbers = rest.is_of_numbers() && !is_number;
        let is_unique = rest.may_be_a_label() && !rest.values.iter().any(|it| it == text);
        of_numbers || (is_unique && !is_number)
    })
}

impl Columns {
    /// The columns of `records`, which are called `names`, as `wanted` says and their contents let one guess.
    ///
    /// # Errors
    /// Which one is missing, with those that there are.
    pub fn find(
        names: &[String],
        records: &[ByteRecord],
        wanted: Wanted<'_>,
        has_decimal_commas: bool,
    ) -> Result<Self, String> {
        let columns: Vec<Column> = (0..names.len())
            .map(|column| Column::of(records, column, has_decimal_commas))
            .collect();
        if columns.len() < 2 {
            return Err(format!(
                "there is only one column in it: a text and its label, or inputs and a target, stand in columns with a comma, a tab, a semicolon or a bar between them. Is another delimiter meant?{}",
                one_column_hint(records)
            ));
        }
        let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
        let named = |of: &[&str]| {
            of.iter()
                .find_map(|name| lower.iter().position(|it| it == name))
        };
        let chosen = |key: &'static str, wanted: &str| match wanted {
            "" => Ok(None),
            wanted => place_of(names, wanted)
                .map(Some)
                .ok_or_else(|| no_column(key, wanted, names)),
        };
        let text = chosen("data.text", wanted.text)?;
        let sequence = chosen("data.sequence", wanted.sequence)?;
        let mut labels = Vec::new();
        match place_of(names, wanted.label) {
            Some(place) => labels.push(place),
            None if wanted.label.is_empty() => {}
            None => {
                for part in wanted.label.split(',') {
                    let place = place_of(names, part.trim());
                    labels.push(place.ok_or_else(|| no_column("data.label", part.trim(), names))?);
                }
            }
        }
        let is_free = |column: usize| !labels.contains(&column) && Some(column) != sequence;
        let by_name = named(&TEXTS).filter(|it| is_free(*it) && !columns[*it].is_of_numbers());
        let of_words = || {
            let free =
                (0..columns.len()).filter(|it| is_free(*it) && !columns[*it].is_of_numbers());
            // Of single words the column that has the most of them: the others are labels.
            let longest = free.max_by(|a, b| {
                let [a, b] = [a, b].map(|it| &columns[*it]);
                let words = a.words().total_cmp(&b.words());
                words.then(a.values.len().cmp(&b.values.len()))
            });
            let label = named(&LABELS);
            let others = |text: usize| {
                (0..columns.len()).any(|it| {
                    it != text && Some(it) != label && is_free(it) && columns[it].is_of_numbers()
                })
            };
            // One word beside numbers is the name of a class, or of a sequence.
            longest.filter(|it| {
                columns[*it].words() >= 1.5
                    || (sequence.is_none() && Some(*it) != label && !others(*it))
            })
        };
        let text = text.or(by_name).or_else(of_words);
        match text {
            Some(text) => Self::texts(names, &columns, text, labels, named(&LABELS)),
            None => Self::numbers(&lower, names, &columns, labels, sequence),
        }
    }

    fn texts(
        names: &[String],
        columns: &[Column],
        text: usize,
        labels: Vec<usize>,
        by_name: Option<usize>,
    ) -> Result<Self, String> {
        let guessed = || {
            let others = (0..columns.len()).filter(|it| *it != text);
            let may_be = others.filter(|it| columns[*it].may_be_a_label());
            let by_name = by_name.filter(|it| *it != text);
            by_name.or_else(|| may_be.min_by_key(|it| columns[*it].values.len()))
        };
        let label = match labels.as_slice() {
            [label] => Some(*label),
            [] => guessed().or_else(|| (columns.len() == 2).then(|| 1 - text)),
            _ => return Err("a text has one label: name one column at data.label".to_owned()),
        };
        match label {
            Some(label) if label == text => Err(format!(
                "data.text and data.label are both {}: they are two columns",
                names[label]
            )),
            Some(label) => Ok(Self::Texts { text, label }),
            None => Err(format!(
                "no column has labels, a few values that come again and again: name it at data.label, one of {}",
                names.join(", ")
            )),
        }
    }

    fn numbers(
        lower: &[String],
        names: &[String],
        columns: &[Column],
        mut targets: Vec<usize>,
        sequence: Option<usize>,
    ) -> Result<Self, String> {
        let named = |of: &[&str]| {
            of.iter()
                .find_map(|name| lower.iter().position(|it| it == name))
        };
        if targets.is_empty() {
            targets = (0..lower.len())
                .filter(|it| is_numbered_target(&lower[*it]))
                .collect();
        }
        if targets.is_empty() {
            targets.extend(named(&LABELS));
        }
        let sequence = sequence
            .or_else(|| named(&SEQUENCES))
            .filter(|it| !targets.contains(it));
        // With a class in words beside numbers, which else should it be?
        if targets.is_empty() {
            let other = (0..columns.len()).find(|it| {
                Some(*it) != sequence && columns[*it].has_classes() && !columns[*it].is_of_numbers()
            });
            targets.extend(other);
        }
        if targets.is_empty() {
            return Err(format!(
                "none of its columns is a target: name it at data.label, one of {}",
                names.join(", ")
            ));
        }
        let inputs: Vec<usize> = (0..columns.len())
            .filter(|it| !targets.contains(it) && Some(*it) != sequence)
            // Dates, names and what is empty are no inputs.
            .filter(|it| columns[*it].is_of_numbers() && !STEPS.contains(&lower[*it].as_str()))
            .collect();
        if inputs.is_empty() {
            return Err("there is no column of inputs beside the target".to_owned());
        }
        Ok(Self::Numbers {
            inputs,
            targets,
            sequence,
        })
    }
}

/// `y1`, `y_2`, `target3`
fn is_numbered_target(name: &str) -> bool {
    let stem = name.trim_end_matches(|it: char| it.is_ascii_digit());
    stem.len() < name.len() && matches!(stem.trim_end_matches('_'), "y" | "target" | "output")
}

/// The column that is called `wanted`, or has that number.
fn place_of(names: &[String], wanted: &str) -> Option<usize> {
    let lower = wanted.to_lowercase();
    let exact = names.iter().position(|name| name == wanted);
    let alike = || names.iter().position(|name| name.to_lowercase() == lower);
    let numbered = || {
        let number = wanted.parse::<usize>().ok()?;
        (1..=names.len()).contains(&number).then(|| number - 1)
    };
    exact.or_else(alike).or_else(numbered)
}

fn no_column(key: &str, wanted: &str, names: &[String]) -> String {
    format!(
        "{key}: there is no column {wanted}; there are {}",
        names.join(", ")
    )
}

/// What a file of one column may have been meant to be.
fn one_column_hint(records: &[ByteRecord]) -> String {
    let first = records.first().and_then(|record| cell(record, 0));
    match first.filter(|text| text.starts_with("__label__")) {
        Some(_) => " This looks like fastText's form: put a tab behind each label".to_owned(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(header: &str, rows: &[&str], wanted: Wanted<'_>) -> Result<Columns, String> {
        let names: Vec<String> = header.split(',').map(str::to_owned).collect();
        let records: Vec<ByteRecord> = rows
            .iter()
            .map(|row| row.split(',').collect::<Vec<_>>().into())
            .collect();
        Columns::find(&names, &records, wanted, false)
    }

    const REVIEWS: [&str; 4] = [
        "1,a good film,0.5",
        "2,bad,0.5",
        "3,so so la,0.25",
        "4,it,1",
    ];

    #[test]
    fn columns_are_found_by_their_names_and_by_what_is_in_them() {
        let texts = |text, label| Ok(Columns::Texts { text, label });
        let guess = Wanted::default();
        assert_eq!(
            found("label,text", &["1,a good film", "0,bad"], guess),
            texts(1, 0)
        );
        assert_eq!(
            found(
                "1,2",
                &[
                    "a good film,pos",
                    "bad one,neg",
                    "fine film,pos",
                    "it is,neg"
                ],
                guess
            ),
            texts(0, 1)
        );
        assert_eq!(
            found("PhraseId,Phrase,Sentiment", &REVIEWS, guess),
            texts(1, 2)
        );
        // The name of somebody, letter by letter or word by word, and where it is from.
        assert_eq!(
            found(
                "1,2",
                &[
                    "Smith,English",
                    "Ito,Japanese",
                    "Jones,English",
                    "Abe,Japanese"
                ],
                guess
            ),
            texts(0, 1)
        );
        let chosen = Wanted {
            text: "2",
            label: "phraseid",
            ..guess
        };
        assert_eq!(
            found("PhraseId,Phrase,Sentiment", &REVIEWS, chosen),
            texts(1, 0)
        );
    }

    #[test]
    fn columns_of_numbers_are_inputs_targets_and_sequences() {
        let rows = ["1,0,0.5,1", "1,1,0.25,0", "2,0,3,1"];
        let guess = Wanted::default();
        let numbers = |inputs: &[usize], targets: &[usize], sequence| {
            Ok(Columns::Numbers {
                inputs: inputs.to_vec(),
                targets: targets.to_vec(),
                sequence,
            })
        };
        assert_eq!(
            found("id,t,x,y", &rows, guess),
            numbers(&[2], &[3], Some(0))
        );
        assert_eq!(
            found("a,b,y1,y2", &rows, guess),
            numbers(&[0, 1], &[2, 3], None)
        );
        let both = Wanted {
            label: "c, d",
            ..guess
        };
        assert_eq!(
            found("a,b,c,d", &rows, both),
            numbers(&[0, 1], &[2, 3], None)
        );
        // A date is no input, and no class.
        let dated = ["2020-01-01,2,5", "2020-01-02,3,6", "2020-01-03,4,7"];
        assert!(found("date,open,close", &dated, guess).is_err());
        let chosen = Wanted {
            label: "close",
            ..guess
        };
        assert_eq!(
            found("date,open,close", &dated, chosen),
            numbers(&[1], &[2], None)
        );
        let classes = ["0.5,walk", "0.25,walk", "3,run"];
        assert_eq!(found("x,what", &classes, guess), numbers(&[0], &[1], None));
    }

    #[test]
    fn what_is_missing_is_said_with_what_there_is() {
        let told = |header, rows, wanted| found(header, rows, wanted).unwrap_err();
        let guess = Wanted::default();
        assert!(told("text", &["a good film"], guess).starts_with("there is only one column"));
        assert!(told("x", &["__label__pos good"], guess).contains("fastText"));
        assert_eq!(
            told("a,b", &["1,2", "3,4"], guess),
            "none of its columns is a target: name it at data.label, one of a, b"
        );
        let wrong = Wanted {
            label: "stars",
            ..guess
        };
        assert_eq!(
            told("text,label", &["a b,1", "c d,0"], wrong),
            "data.label: there is no column stars; there are text, label"
        );
    }

    #[test]
    fn a_header_is_told_from_the_first_row() {
        let of = |rows: &[&str]| {
            let records: Vec<ByteRecord> = rows
                .iter()
                .map(|row| row.split(',').collect::<Vec<_>>().into())
                .collect();
            has_header(&records, false)
        };
        assert!(of(&["label,text", "1,a", "0,b"]));
        assert!(of(&["length,width", "1,2", "0,3"]));
        assert!(of(&["mood,what", "pos,a b", "neg,c d", "pos,e", "neg,f"]));
        assert!(!of(&["pos,g h", "pos,a b", "neg,c d", "pos,e", "neg,f"]));
        assert!(!of(&["0.5,1", "1,2", "0,3"]));
        assert!(!of(&["a good film,1"]));
    }
}
