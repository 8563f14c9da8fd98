//! Sequences out of a table: texts with labels, or numbers with a row for each timestep.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read};
use std::sync::Arc;

use csv::ByteRecord;

use super::columns::{Columns, Wanted, cell, has_header, number};
use super::dataset::{Content, Dataset, Summary};
use super::dialect::{Delimiter, Dialect, Whether, usual_columns};
use super::sequences::{Sequences, ask_for_whole_rows};
use super::texts::Texts;
use crate::rnn::ReadOut;

/// Bytes by which it is guessed how a table is written.
const HEAD: u64 = 1_000_000;

/// Bytes of a row at most: a longer one is a quote that is never closed.
const LONGEST_ROW: usize = 1_000_000;

/// Rows of a table at most: of each something is kept, and training on a part of so many is as good.
const MOST_ROWS: usize = 10_000_000;

/// Different labels at most: more are no classes.
const MOST_LABELS: usize = 1_000;

/// The largest number that is no typing error.
const LARGEST: f64 = 1e100;

/// How a table is to be read; what is left to be guessed is found out.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableOptions<'a> {
    /// What stands between two columns.
    pub delimiter: Delimiter,
    /// Whether the first line has the names of the columns.
    pub header: Whether,
    /// Whether fields may be in quotes.
    pub quotes: Whether,
    /// Which columns are read.
    pub columns: Wanted<'a>,
}

/// Why a table cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The system says so, or it was interrupted.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Something in a line, counted from 1.
    #[error("line {line}: {what}")]
    Line {
        /// Which line.
        line: u64,
        /// What is wrong, and what would help.
        what: String,
    },
    /// Something with all of it.
    #[error("{0}")]
    Whole(String),
}

impl TableError {
    fn whole(what: impl Into<String>) -> Self {
        Self::Whole(what.into())
    }
}

/// The sequences in the table that `source` gives.
///
/// # Errors
/// [`TableError`] names the line, and what would help.
pub fn read_table(mut source: impl Read, options: TableOptions<'_>) -> Result<Dataset, TableError> {
    let mut head = Vec::new();
    source.by_ref().take(HEAD).read_to_end(&mut head)?;
    let is_whole = (head.len() as u64) < HEAD;
    let begins = without_mark(&head)?;
    if begins.trim_ascii().is_empty() {
        return Err(TableError::whole("there is nothing in it"));
    }
    let dialect = Dialect::guess(begins, is_whole, options.delimiter, options.quotes);
    let records = dialect.records(begins, is_whole);
    let has_decimal_commas = dialect.delimiter != Delimiter::Comma;
    let header = options
        .header
        .or(|| has_header(&records, has_decimal_commas));
    let width = usual_columns(&records);
    let names = names(records.first().filter(|_| header), width);
    let rows = records.get(usize::from(header)..).unwrap_or_default();
    let columns = Columns::find(&names, rows, options.columns, has_decimal_commas)
        .map_err(TableError::Whole)?;
    let mut summary = Summary {
        dialect: Some(dialect),
        header,
        columns: names,
        ..Summary::default()
    };
    let all = dialect.reader(Lines::new(begins.chain(source)));
    let all = Rows {
        records: all,
        skips: header,
        width,
        count: 0,
    };
    let content = match columns {
        Columns::Texts { text, label } => texts(all, (text, label), &mut summary)?,
        Columns::Numbers {
            inputs,
            targets,
            sequence,
        } => {
            let columns = NumberColumns {
                is_of_classes: (targets.len() != 1).then_some(false),
                inputs,
                targets,
                sequence,
                has_decimal_commas,
            };
            numbers(all, columns, &mut summary)?
        }
    };
    Ok(Dataset::new(content, summary))
}

/// `head` without what editors of one system begin files with, if it is text.
fn without_mark(head: &[u8]) -> Result<&[u8], TableError> {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Err(TableError::whole(
            "it is in UTF-16: save it as UTF-8, which spreadsheets offer as “CSV UTF-8”",
        ));
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    match text.iter().position(|byte| *byte == 0) {
        Some(place) => Err(TableError::whole(format!(
            "it is no text: byte {} is 0. A table of texts or numbers is CSV or TSV",
            place + 1
        ))),
        None => Ok(text),
    }
}

/// What the columns are called.
fn names(header: Option<&ByteRecord>, width: usize) -> Vec<String> {
    let name = |column: usize| {
        let name = header.and_then(|header| cell(header, column));
        let name = name.filter(|name| !name.is_empty());
        name.map_or_else(|| (column + 1).to_string(), str::to_owned)
    };
    (0..width).map(name).collect()
}

/// Ends every line with a line feed alone, the last one too, so that they can be counted.
struct Lines<R> {
    source: R,
    /// A carriage return has been read, and not what follows it.
    is_open: bool,
    /// The last byte that was given.
    last: u8,
    is_done: bool,
}

impl<R: Read> Lines<R> {
    fn new(source: R) -> Self {
        Self {
            source,
            is_open: false,
            last: b'\n',
            is_done: false,
        }
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Room for a carriage return that was held back.
        let [_, _, ..] = buffer else {
            return Ok(0);
        };
        while !self.is_done {
            let most = buffer.len() - 1;
            let mut read = vec![0; most.min(64 * 1024)];
            let count = self.source.read(&mut read)?;
            let mut written = 0;
            let mut put = |byte: u8, written: &mut usize| {
                buffer[*written] = byte;
                *written += 1;
                self.last = byte;
            };
            if count == 0 {
                self.is_done = true;
                let is_open = std::mem::take(&mut self.is_open);
                if is_open || self.last != b'\n' {
                    buffer[0] = b'\n';
                    self.last = b'\n';
                    return Ok(1);
                }
                return Ok(0);
            }
            for &byte in &read[..count] {
                if std::mem::take(&mut self.is_open) && byte != b'\n' {
                    // Alone it ended a line in another age.
                    put(b'\n', &mut written);
                }
                match byte {
                    b'\r' => self.is_open = true,
                    byte => put(byte, &mut written),
                }
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

/// The rows of a table, one by one.
struct Rows<R> {
    records: csv::Reader<R>,
    /// Whether the first one has the names of the columns.
    skips: bool,
    /// How many columns a row has.
    width: usize,
    count: usize,
}

impl<R: Read> Rows<R> {
    /// Reads the next row of as many columns as there should be into `record`, and returns its line.
    fn next(
        &mut self,
        record: &mut ByteRecord,
        summary: &mut Summary,
    ) -> Result<Option<u64>, TableError> {
        loop {
            let more = self.records.read_byte_record(record).map_err(|error| {
                let what = error.to_string();
                match error.into_kind() {
                    csv::ErrorKind::Io(error) => TableError::Io(error),
                    _ => TableError::whole(what),
                }
            })?;
            if !more {
                return Ok(None);
            }
            // Behind the record, since empty lines before it are passed over; it may have several itself.
            let breaks = record.as_slice().iter().filter(|byte| **byte == b'\n');
            let behind = self.records.position().line();
            let line = behind.saturating_sub(1 + breaks.count() as u64).max(1);
            if std::mem::take(&mut self.skips) {
                continue;
            }
            if record.as_slice().len() > LONGEST_ROW {
                // A quote that is not closed has the last line end, too.
                let is_open = record.as_slice().ends_with(b"\n");
                return Err(TableError::Line {
                    line: line + u64::from(is_open),
                    what: format!(
                        "a row of {} bytes begins here: is a quote not closed? Where quotes are letters like others, set data.quotes = no",
                        record.as_slice().len()
                    ),
                });
            }
            self.count += 1;
            if self.count > MOST_ROWS {
                return Err(TableError::Line {
                    line,
                    what: format!("it has more than {MOST_ROWS} rows: take a part of them"),
                });
            }
            if record.len() != self.width {
                let (found, width) = (record.len(), self.width);
                summary.skip(line, || match found > width {
                    true => format!(
                        "{found} columns, and {width} in other rows: a text with the delimiter in it needs quotes"
                    ),
                    false => format!("{found} columns, and {width} in other rows"),
                });
                continue;
            }
            return Ok(Some(line));
        }
    }
}

/// Labels by their numbers, in the order in which they are met.
#[derive(Default)]
struct Labels {
    numbers: HashMap<String, u32>,
    names: Vec<String>,
    counts: Vec<usize>,
    first_lines: Vec<u64>,
}

impl Labels {
    /// The number of the label `name`, which stands in `line`.
    fn number(&mut self, name: &str, line: u64, column: &str) -> Result<u32, TableError> {
        // A name is shown in many places, also in a terminal.
        let name = &name.replace(char::is_control, " ");
        if let Some(number) = self.numbers.get(name) {
            self.counts[*number as usize] += 1;
            return Ok(*number);
        }
        if self.names.len() >= MOST_LABELS {
            return Err(TableError::Line {
                line,
                what: format!(
                    "up to here are more than {MOST_LABELS} different labels in the column {column}: is it another one? Name it at data.label"
                ),
            });
        }
        let number = self.names.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        self.counts.push(1);
        self.first_lines.push(line);
        Ok(number)
    }

    /// The labels of those `targets`, numbers of labels, that there are, in the order of their classes, which the targets are
    /// the numbers of from now on.
    fn of_targets(
        mut self,
        targets: &mut [f64],
        summary: &mut Summary,
    ) -> Result<Vec<String>, TableError> {
        self.counts.fill(0);
        for y in targets.iter().filter(|y| !y.is_nan()) {
            self.counts[*y as usize] += 1;
        }
        let order = self.in_order(summary);
        if let [only] = order.as_slice() {
            return Err(TableError::whole(format!(
                "every target is {only}: there is nothing to tell apart"
            )));
        }
        for y in targets.iter_mut().filter(|y| !y.is_nan()) {
            let name = &self.names[*y as usize];
            *y = order.iter().position(|it| it == name).unwrap_or(0) as f64;
        }
        Ok(order)
    }

    /// The labels in the order of their classes: of numbers, or of the alphabet. `summary` is told of them.
    fn in_order(&self, summary: &mut Summary) -> Vec<String> {
        // One that was in a row that is left out alone is none.
        let mut order: Vec<usize> = (0..self.names.len()).collect();
        order.retain(|place| self.counts[*place] > 0);
        let value = |place: &usize| self.names[*place].parse::<f64>();
        if order.iter().all(|place| value(place).is_ok()) {
            let value = |place: &usize| value(place).unwrap_or(0.0);
            order.sort_by(|a, b| value(a).total_cmp(&value(b)));
        } else {
            order.sort_by(|a, b| self.names[*a].cmp(&self.names[*b]));
        }
        let of = |place: &usize| (self.names[*place].clone(), self.counts[*place]);
        summary.classes = order.iter().map(of).collect();
        summary.first_lines = order.iter().map(|place| self.first_lines[*place]).collect();
        order
            .into_iter()
            .map(|place| self.names[place].clone())
            .collect()
    }
}

/// Nothing is left of a table, or less than half of it.
fn check_left(read: usize, summary: &Summary) -> Result<(), TableError> {
    let first = summary.skipped.first();
    match first {
        Some(first) if read < summary.skipped_count => Err(TableError::Line {
            line: first.line,
            what: match read {
                0 => format!("{}; nothing else can be read", first.why),
                read => format!(
                    "{}; {} of {} rows cannot be read",
                    first.why,
                    summary.skipped_count,
                    read + summary.skipped_count
                ),
            },
        }),
        None if read == 0 => Err(TableError::whole(
            "it has no rows but the names of its columns",
        )),
        _ => Ok(()),
    }
}

fn texts<R: Read>(
    mut rows: Rows<R>,
    (text, label): (usize, usize),
    summary: &mut Summary,
) -> Result<Content, TableError> {
    let column = |column: usize| summary.columns[column].clone();
    let [text_name, label_name] = [text, label].map(column);
    let (mut texts, mut labels) = (Texts::default(), Labels::default());
    let mut record = ByteRecord::new();
    while let Some(line) = rows.next(&mut record, summary)? {
        let (Some(text), Some(label)) = (cell(&record, text), cell(&record, label)) else {
            summary.skip(line, || {
                "it is not in UTF-8: save the file as UTF-8".to_owned()
            });
            continue;
        };
        if label.is_empty() {
            summary.skip(line, || "it has no label".to_owned());
            continue;
        }
        if !text.chars().any(char::is_alphanumeric) {
            summary.skip(line, || "it has no words".to_owned());
            continue;
        }
        let number = labels.number(label, line, &label_name)?;
        if texts.push(text, number) {
            summary.cut(line);
        }
    }
    check_left(texts.len(), summary)?;
    let order = labels.in_order(summary);
    if let [only] = order.as_slice() {
        return Err(TableError::whole(format!(
            "all its {} texts have the label {only} in the column {label_name}: there is nothing to tell apart",
            texts.len()
        )));
    }
    summary.used = vec![("text", text_name), ("label", label_name)];
    summary.measure(texts.lengths());
    texts.name_labels(&labels.names, order);
    summary.words = texts.lexicon().len();
    Ok(Content::Texts(Arc::new(texts)))
}

/// The columns of a table of numbers.
struct NumberColumns {
    inputs: Vec<usize>,
    targets: Vec<usize>,
    sequence: Option<usize>,
    /// Whether the targets are the names of classes, once one is known.
    is_of_classes: Option<bool>,
    /// Whether numbers may have commas.
    has_decimal_commas: bool,
}

/// A sequence as far as it has been read.
#[derive(Default)]
struct Open {
    name: String,
    values: Vec<f64>,
    targets: Vec<f64>,
    /// The first row that cannot be read.
    broken: Option<(u64, String)>,
}

impl NumberColumns {
    /// Takes the row `record` in `line` into `open`.
    fn take(
        &mut self,
        record: &ByteRecord,
        line: u64,
        open: &mut Open,
        labels: &mut Labels,
        names: &[String],
    ) -> Result<(), TableError> {
        let mut trouble = None;
        let has_decimal_commas = self.has_decimal_commas;
        let mut read = |column: usize, may_miss: bool| {
            let text = cell(record, column).unwrap_or("\u{fffd}");
            let found =
                number(text, has_decimal_commas).filter(|it| (it.abs() <= LARGEST) || it.is_nan());
            match found {
                Some(number) if may_miss || !number.is_nan() => number,
                _ => {
                    trouble.get_or_insert_with(|| match text {
                        "" => format!("nothing stands in the column {}", names[column]),
                        text => format!("“{text}” in the column {} is no number", names[column]),
                    });
                    f64::NAN
                }
            }
        };
        for &column in &self.inputs {
            open.values.push(read(column, false));
        }
        for &column in &self.targets {
            let text = cell(record, column).unwrap_or_default();
            if self.is_of_classes.is_none() && !text.is_empty() {
                self.is_of_classes = Some(number(text, has_decimal_commas).is_none());
            }
            open.targets.push(match (self.is_of_classes, text) {
                (_, "") => f64::NAN,
                (Some(true), name) => labels.number(name, line, &names[column])?.into(),
                _ => read(column, true),
            });
        }
        if let Some(trouble) = trouble {
            open.broken.get_or_insert((line, trouble));
        }
        Ok(())
    }
}

/// Sequences that are whole, each with targets at every step.
#[derive(Default)]
struct Closed {
    values: Vec<f64>,
    targets: Vec<f64>,
    ends: Vec<usize>,
}

impl Closed {
    fn close(&mut self, open: &mut Open, width: usize, summary: &mut Summary) {
        let read = std::mem::take(open);
        if let Some((line, why)) = read.broken {
            let name = read.name;
            summary.skip(line, || match name.as_str() {
                "" => why,
                name => format!("{why}: the sequence {name} is left out"),
            });
            return;
        }
        if read.values.is_empty() {
            return;
        }
        self.values.extend(read.values);
        self.targets.extend(read.targets);
        self.ends.push(self.values.len() / width);
    }

    /// The last row of every sequence, if nothing else is asked: no other row has a target, or all rows of a sequence
    /// have the same one.
    fn asked_at_the_end(&self, width: usize) -> Option<Vec<f64>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let rows =
            |start: usize, end: usize| self.targets[start * width..end * width].chunks(width);
        let mut sequences = starts.clone().zip(&self.ends);
        let is_longer = starts.zip(&self.ends).any(|(start, end)| end - start > 1);
        let is_missing = |row: &[f64]| row.iter().all(|y| y.is_nan());
        let last_alone = |start: usize, end: usize| {
            let before = end - 1;
            rows(start, before).all(is_missing) && !rows(before, end).any(is_missing)
        };
        let is_constant = |start: usize, end: usize| {
            let first = rows(start, start + 1).next();
            first
                .is_some_and(|first| !is_missing(first) && rows(start, end).all(|row| row == first))
        };
        let is_one = sequences
            .clone()
            .all(|(start, &end)| last_alone(start, end))
            || (self.ends.len() > 1 && sequences.all(|(start, &end)| is_constant(start, end)));
        (is_one && is_longer).then(|| {
            let last = self.ends.iter().flat_map(|&end| rows(end - 1, end));
            last.flatten().copied().collect()
        })
    }
}

fn numbers<R: Read>(
    mut rows: Rows<R>,
    mut columns: NumberColumns,
    summary: &mut Summary,
) -> Result<Content, TableError> {
    let names = summary.columns.clone();
    let (width, target_width) = (columns.inputs.len(), columns.targets.len());
    let mut labels = Labels::default();
    let (mut open, mut closed) = (Open::default(), Closed::default());
    let mut seen = HashSet::new();
    let mut record = ByteRecord::new();
    while let Some(line) = rows.next(&mut record, summary)? {
        if let Some(column) = columns.sequence {
            let name = cell(&record, column).unwrap_or_default();
            if open.name != name || seen.is_empty() {
                closed.close(&mut open, width, summary);
                if !seen.insert(name.to_owned()) {
                    return Err(TableError::Line {
                        line,
                        what: format!(
                            "the sequence {name} goes on here, after another had begun: sort the rows by the column {}",
                            names[column]
                        ),
                    });
                }
                name.clone_into(&mut open.name);
            }
        }
        columns.take(&record, line, &mut open, &mut labels, &names)?;
    }
    closed.close(&mut open, width, summary);
    check_left(closed.values.len() / width, summary)?;
    let mut targets = closed.asked_at_the_end(target_width);
    let read_out = match targets {
        Some(_) => ReadOut::AtTheEnd,
        None => ReadOut::AtEveryStep,
    };
    let mut targets = targets.take().unwrap_or(closed.targets);
    if targets.iter().all(|y| y.is_nan()) {
        return Err(TableError::whole(
            "nothing is asked: every target is missing",
        ));
    }
    ask_for_whole_rows(&mut targets, target_width);
    let order = match columns.is_of_classes {
        Some(true) => labels.of_targets(&mut targets, summary)?,
        _ => Vec::new(),
    };
    let called = |columns: &[usize]| {
        let names: Vec<&str> = columns.iter().map(|it| names[*it].as_str()).collect();
        names.join(", ")
    };
    summary.used = vec![
        ("inputs", called(&columns.inputs)),
        ("targets", called(&columns.targets)),
    ];
    if let Some(column) = columns.sequence {
        summary.used.push(("sequence", names[column].clone()));
    }
    let sequences = Sequences {
        width,
        values: closed.values,
        ends: closed.ends,
        read_out,
        target_width,
        targets,
        labels: order,
    };
    summary.measure(sequences.lengths());
    Ok(Content::Sequences(Arc::new(sequences)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tasks::{Part, Split};

    fn read(text: &str) -> Result<Dataset, String> {
        read_as(text.as_bytes(), TableOptions::default())
    }

    fn read_as(text: &[u8], options: TableOptions<'_>) -> Result<Dataset, String> {
        read_table(text, options).map_err(|error| error.to_string())
    }

    fn texts_of(dataset: &Dataset) -> Arc<Texts> {
        match dataset.content() {
            Content::Texts(texts) => Arc::clone(texts),
            Content::Sequences(_) => panic!("texts"),
        }
    }

    fn sequences_of(dataset: &Dataset) -> Arc<Sequences> {
        match dataset.content() {
            Content::Sequences(sequences) => Arc::clone(sequences),
            Content::Texts(_) => panic!("numbers"),
        }
    }

    #[test]
    fn texts_come_with_their_labels_whatever_the_table_looks_like() {
        for table in [
            "text,label\n\"good, film\",pos\nbad,neg\n\"a\nb\",pos\n",
            "label\ttext\npos\tgood, film\nneg\tbad\npos\ta b\n",
            "\u{feff}pos;good, film\r\nneg;bad\r\npos;a b\r\n",
        ] {
            let dataset = read(table).unwrap();
            let texts = texts_of(&dataset);
            assert_eq!(texts.labels(), ["neg", "pos"], "{table}");
            let found: Vec<_> = (0..3)
                .map(|index| (texts.get(index).words.len(), texts.get(index).label))
                .collect();
            assert_eq!(found, [(2, 1), (1, 0), (2, 1)], "{table}");
            assert_eq!(dataset.summary().skipped_count, 0);
        }
    }

    #[test]
    fn labels_of_numbers_are_in_the_order_of_numbers() {
        let dataset = read("label,text\n10,a b\n9,c d\n-1,e\n10,f\n").unwrap();
        assert_eq!(texts_of(&dataset).labels(), ["-1", "9", "10"]);
        let classes = &dataset.summary().classes;
        assert_eq!(classes[2], ("10".to_owned(), 2));
        assert_eq!(dataset.summary().first_lines, [4, 3, 2]);
    }

    #[test]
    fn rows_that_cannot_be_read_are_told_by_their_lines() {
        let table = b"label,text\n1,good\n0,bad, very\n,none\n1,...\n0,\xff\xfe\n1,fine\n0,poor\n1,a\n0,b\n1,c\n";
        let dataset = read_as(table, TableOptions::default()).unwrap();
        assert_eq!(dataset.len(), 6);
        let told: Vec<(u64, &str)> = dataset
            .summary()
            .skipped
            .iter()
            .map(|row| (row.line, row.why.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (
                    3,
                    "3 columns, and 2 in other rows: a text with the delimiter in it needs quotes"
                ),
                (4, "it has no label"),
                (5, "it has no words"),
                (6, "it is not in UTF-8: save the file as UTF-8"),
            ]
        );
    }

    #[test]
    fn lines_are_those_of_an_editor_whatever_they_end_with() {
        let plain = "text,label\n\n\"a\nb\",1\nc d,0\n,1\ne,0\nf,1\ng,0";
        for table in [
            plain.to_owned(),
            plain.replace('\n', "\r\n"),
            plain.replace('\n', "\r"),
        ] {
            let dataset = read(&table).unwrap();
            assert_eq!(dataset.len(), 5, "{table:?}");
            assert_eq!(dataset.summary().skipped[0].line, 6, "{table:?}");
            assert_eq!(dataset.summary().first_lines, [5, 3], "{table:?}");
            assert_eq!(texts_of(&dataset).get(0).text, "a b");
        }
    }

    #[test]
    fn numbers_may_have_commas_where_columns_have_none() {
        let found = sequences_of(&read("x;y\n1,5;2\n-0,25;1e3\n").unwrap());
        assert_eq!(found.values, [1.5, -0.25]);
        assert_eq!(found.targets, [2.0, 1000.0]);
    }

    /// A target that comes after everything that is looked at to guess.
    #[test]
    fn a_late_target_is_what_it_is() {
        let rows = "1,\n".repeat(1500);
        let found = sequences_of(&read(&format!("x,y\n{rows}2,7.5\n")).unwrap());
        assert_eq!(
            (found.read_out, found.targets.as_slice()),
            (ReadOut::AtTheEnd, &[7.5][..])
        );
        assert!(found.labels.is_empty());
    }

    #[test]
    fn classes_are_counted_by_what_is_asked_and_one_alone_is_none() {
        let many = |name: &str, what: &str| format!("{name},1,{what}\n").repeat(20);
        let table = format!(
            "id,x,what\n{}{}c,oh,stop\n",
            many("a", "run"),
            many("b", "go")
        );
        let dataset = read(&table).unwrap();
        let counts = [("go".to_owned(), 1), ("run".to_owned(), 1)];
        assert_eq!(dataset.summary().classes, counts);
        assert_eq!(sequences_of(&dataset).targets, [1.0, 0.0]);
        let options = TableOptions {
            columns: Wanted {
                label: "what",
                ..Wanted::default()
            },
            ..TableOptions::default()
        };
        let one = format!("id,x,what\n{}{}", many("a", "run"), many("b", "run"));
        let one = read_as(one.as_bytes(), options).unwrap_err();
        assert!(one.contains("nothing to tell apart"), "{one}");
    }

    #[test]
    fn what_is_no_number_in_a_few_rows_at_the_end_costs_those_rows() {
        let rows = "1,2\n".repeat(50);
        let dataset = read(&format!("x,y\n{rows}source: somebody\nin 2020\n")).unwrap();
        assert_eq!(sequences_of(&dataset).ends, [50]);
        assert_eq!(dataset.summary().skipped_count, 2);
    }

    #[test]
    fn what_cannot_be_used_is_said_with_the_remedy() {
        for (table, told) in [
            ("", "there is nothing in it"),
            (
                "text,label\n",
                "it has no rows but the names of its columns",
            ),
            (
                "text,label\na b,1\nc d,1\n",
                "all its 2 texts have the label 1 in the column label: there is nothing to tell apart",
            ),
            ("only\none\ncolumn\n", "there is only one column in it"),
            ("a\0b,1\n", "it is no text: byte 2 is 0"),
            (
                "id,x,y\n1,2,3\n2,2,3\n1,2,3\n",
                "line 4: the sequence 1 goes on here, after another had begun: sort the rows by the column id",
            ),
            (
                "x,y\n1,2\n1,3\n1,3\n1,3\n1,3\n1,3\n1,3\n1,3\n1,3\n1,3\n1,3\n1,3\n1,3\n1,3\n1,3\n1,3\n1,3\n1,3\n1,3\n1,3\n1,3\nabc,3\n",
                "line 23: “abc” in the column x is no number; nothing else can be read",
            ),
            ("x,y\n1,\n2,\n", "nothing is asked: every target is missing"),
        ] {
            let found = read(table).err().unwrap_or_else(|| panic!("{table}"));
            assert!(found.starts_with(told), "{table}: {found}");
        }
        let utf16 = read_as(b"\xff\xfea\0,\0", TableOptions::default()).unwrap_err();
        assert!(utf16.starts_with("it is in UTF-16: save it as UTF-8"));
    }

    /// A quote that is never closed makes a row of all that follows.
    #[test]
    fn a_row_of_a_megabyte_is_told_where_it_begins() {
        let mut table = "label,text\n1,good film\n0,\"bad film\n".to_owned();
        table += &"1,good film\n".repeat(100_000);
        let quoted = TableOptions {
            quotes: Whether::Yes,
            ..TableOptions::default()
        };
        let told = read_as(table.as_bytes(), quoted).unwrap_err();
        assert!(
            told.starts_with("line 3: a row of ") && told.contains("set data.quotes = no"),
            "{told}"
        );
        // Left to guess, quotes are letters here.
        assert_eq!(read(&table).unwrap().len(), 100_002);
    }

    #[test]
    fn rows_of_numbers_are_timesteps() {
        use ReadOut::{AtEveryStep, AtTheEnd};
        for (table, read_out, ends, targets) in [
            ("x,y\n1,0.5\n2,1\n", AtEveryStep, &[2][..], &[0.5, 1.0][..]),
            ("x,y\n1,\n2,\n3,7\n", AtTheEnd, &[3], &[7.0]),
            (
                "id,x,y\na,1,0\na,2,0\nb,3,1\n",
                AtTheEnd,
                &[2, 3],
                &[0.0, 1.0],
            ),
            (
                "id,x,y\na,1,0\na,2,1\nb,3,1\n",
                AtEveryStep,
                &[2, 3],
                &[0.0, 1.0, 1.0],
            ),
            (
                "id,x,what\na,1,run\na,2,run\nb,3,go\n",
                AtTheEnd,
                &[2, 3],
                &[1.0, 0.0],
            ),
        ] {
            let found = sequences_of(&read(table).unwrap());
            assert_eq!(found.read_out, read_out, "{table}");
            assert_eq!(found.ends, ends, "{table}");
            assert_eq!(found.targets, targets, "{table}");
            assert_eq!(found.width, 1);
        }
    }

    #[test]
    fn a_sequence_with_a_broken_row_is_left_out_and_the_others_stay() {
        let table = "id,x,y\na,1,0\na,,0\nb,2,1\nc,3,0\nd,3,0\nd,4,0\nd,5,0\ne,1,1\n";
        let dataset = read(table).unwrap();
        assert_eq!(sequences_of(&dataset).ends, [1, 2, 5, 6]);
        let skipped = &dataset.summary().skipped[0];
        assert_eq!(skipped.line, 3);
        assert_eq!(
            skipped.why,
            "nothing stands in the column x: the sequence a is left out"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Whatever the bytes: sequences that are whole, or one message.
        #[test]
        fn any_bytes_are_answered(
            begin in proptest::sample::select(vec!["", "text,label\n", "x\ty\n", "id;x;y\n", "\"a\",1\n"]),
            rows in proptest::collection::vec("[a-c0-2,\t;\"\n. é]{0,12}", 0..40),
            bytes in any::<Vec<u8>>(),
        ) {
            let mut table = begin.as_bytes().to_vec();
            table.extend(rows.join("\n").bytes());
            table.extend(&bytes[..bytes.len().min(4)]);
            if let Ok(dataset) = read_as(&table, TableOptions::default()) {
                prop_assert!(!dataset.is_empty());
                let split = Split::drawn(dataset.len(), 0.1, 1);
                prop_assert!(!split.part(Part::Training).is_empty());
                if let Content::Sequences(sequences) = dataset.content() {
                    let last = sequences.ends.last().copied();
                    prop_assert_eq!(last, Some(sequences.values.len() / sequences.width));
                    prop_assert!(sequences.values.iter().all(|x| x.is_finite()));
                }
            }
        }
    }
}
