//! An experiment as text: the form of files, of the clipboard and of what figures carry with them.

use std::ops::Range;

use serde::Deserialize;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Value};

use super::experiment::{CheckedExperiment, Experiment};
use super::experiment_reading::{FORMAT_VERSION, FoundValue, Reading, TextError, TextForm};
use super::foreign::{is_visible, shown_reason};
use super::number_table_reading::MOST_NUMBERS;

/// Dots, braces, quotes, equals signs and line ends of a text, which are what its parts are made of. A
/// sentence of 10,000 characters may be all dots, and as many lines again are remarks; each sign may take a
/// kilobyte, a level of a dotted key, so that a text of 1 MB could take half a gigabyte.
const MOST_SIGNS: usize = 30_000;

/// Commas and brackets of a text: of five tables as large as they may be, each number in a row of its own.
const MOST_LISTED: usize = 5 * 3 * MOST_NUMBERS;

impl Experiment {
    /// The text of this experiment: TOML, with every key. Reading it gives the same experiment, to the last
    /// bit, also out of XML, which has no way to write some characters; and a terminal can show it.
    pub fn to_text(&self) -> String {
        // Nothing of an experiment is beyond TOML: a seed that were would not have passed the check.
        let body = with_all_seen(toml::to_string(self).unwrap_or_default());
        format!("version = {FORMAT_VERSION}\n{body}")
    }

    /// The experiment that `text` describes; of two the first. What is left out is as in [`Experiment::default`].
    ///
    /// # Errors
    /// [`TextError`] names the first line that is wrong, the key, what it takes and the nearest known name.
    pub fn from_text(text: &str) -> Result<CheckedExperiment, TextError> {
        Self::both_from_text(text).map(|(first, _)| first)
    }

    /// The experiment that `text` describes, and the one beside it, if it has a section `[beside]`: what is left out there
    /// is as in the first.
    ///
    /// # Errors
    /// As [`Self::from_text`].
    pub fn both_from_text(
        text: &str,
    ) -> Result<(CheckedExperiment, Option<CheckedExperiment>), TextError> {
        // Editors of one system begin files with it.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        check_signs(text)?;
        let table = DeTable::parse(text).map_err(|error| {
            let place = error.span().map_or(0, |span| span.start);
            let what = error.message().replace('\n', ", ");
            TextError::new(
                line_of(text, place),
                format!("this is no TOML: {}", shown_reason(&what)),
            )
        })?;
        let mut reading = Reading::new(TextForm::Toml);
        let mut beside = None;
        for entry in entries(table.get_ref()) {
            match (entry.section, entry.name, entry.value.get_ref()) {
                ("", BESIDE, DeValue::Table(section)) => beside = Some(section),
                ("", BESIDE, _) => reading.problem(entry.place, || {
                    format!("{BESIDE} is a section: write [{BESIDE}], and below it what the other experiment has otherwise")
                }),
                _ => reading.key(entry.section, entry.name, entry.place, &found(entry.value)),
            }
        }
        let other = beside.map(|section| {
            let mut other = reading.beside();
            for entry in entries(section) {
                other.key(entry.section, entry.name, entry.place, &found(entry.value));
            }
            other
        });
        let line = |place| line_of(text, place);
        let first = reading.finish(line)?;
        let other = other.map(|other| other.finish(line)).transpose()?;
        Ok((first, other))
    }
}

/// The section of the experiment beside another.
const BESIDE: &str = "beside";

/// The TOML `body` with an escape for every sign of its texts and keys that is not seen: not every form that carries an
/// experiment has a way to write it.
fn with_all_seen(mut body: String) -> String {
    let is_strange = |text: &str| {
        let is_plain = |char| matches!(char, '\n' | '\t') || is_visible(char);
        !text.chars().all(is_plain)
    };
    if !is_strange(&body) {
        return body;
    }
    let mut texts = Vec::new();
    if let Ok(table) = DeTable::parse(&body) {
        texts_in(table.get_ref(), &mut texts);
    }
    texts.retain(|(_, text)| is_strange(text));
    // From the end on, so that what stands before stays where it is.
    texts.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
    for (place, text) in texts {
        body.replace_range(place, &basic_string(&text));
    }
    body
}

/// The keys and texts of `table`, and where they stand.
fn texts_in(table: &DeTable<'_>, texts: &mut Vec<(Range<usize>, String)>) {
    for (key, value) in table {
        texts.push((key.span(), key.get_ref().to_string()));
        texts_of(value, texts);
    }
}

fn texts_of(value: &Spanned<DeValue<'_>>, texts: &mut Vec<(Range<usize>, String)>) {
    match value.get_ref() {
        DeValue::String(text) => texts.push((value.span(), text.to_string())),
        DeValue::Array(values) => values.iter().for_each(|value| texts_of(value, texts)),
        DeValue::Table(table) => texts_in(table, texts),
        _ => {}
    }
}

/// `text` as TOML on one line, with an escape for everything that is not seen.
pub fn basic_string(text: &str) -> String {
    let mut written = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => written.extend(['\\', char]),
            char if is_visible(char) => written.push(char),
            char => written.push_str(&format!("\\U{:08X}", u32::from(char))),
        }
    }
    written.push('"');
    written
}

/// A key where it stands.
struct Entry<'a> {
    /// Empty before every section.
    section: &'a str,
    name: &'a str,
    place: usize,
    value: &'a Spanned<DeValue<'a>>,
}

/// Every key, in the order of the text; `table` is in that of the alphabet.
fn entries<'a>(table: &'a DeTable<'a>) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        match value.get_ref() {
            DeValue::Table(section) if Reading::is_section(name) => {
                entries.extend(section.iter().map(|(key, value)| Entry {
                    section: name,
                    name: key.get_ref().as_ref(),
                    place: key.span().start,
                    value,
                }));
            }
            _ => entries.push(Entry {
                section: "",
                name,
                place: key.span().start,
                value,
            }),
        }
    }
    entries.sort_by_key(|entry| entry.place);
    entries
}

/// The value without the places of its parts.
fn found(value: &Spanned<DeValue<'_>>) -> FoundValue {
    match value.get_ref() {
        DeValue::String(text) => FoundValue::Value(Value::String(text.clone().into_owned())),
        _ => Value::deserialize(toml::de::ValueDeserializer::from(value.clone()))
            .map_or(FoundValue::Beyond, FoundValue::Value),
    }
}

/// Refuses a text of more parts than an experiment has, before anything is built of it.
fn check_signs(text: &str) -> Result<(), TextError> {
    let is_sign = |byte: &u8| b"={}\"'".contains(byte);
    let is_listed = |byte: &u8| b",[]".contains(byte);
    let (mut signs, mut listed) = (0, 0);
    for (index, line) in text.lines().enumerate() {
        let is_remark = line.trim_start().starts_with('#');
        signs += 1;
        if !is_remark {
            signs += line.bytes().filter(|byte| is_sign(byte)).count() + dots_of_keys(line);
            listed += line.bytes().filter(|byte| is_listed(byte)).count();
        }
        let too_many = match (signs > MOST_SIGNS, listed > MOST_LISTED) {
            (true, _) => Some((
                MOST_SIGNS,
                "line ends, dots, quotes, braces and equals signs",
            )),
            (_, true) => Some((MOST_LISTED, "commas and brackets")),
            _ => None,
        };
        if let Some((most, signs)) = too_many {
            let what = format!("this is no experiment: up to here are more than {most} {signs}");
            return Err(TextError::new(index + 1, what));
        }
    }
    Ok(())
}

/// Dots that may be between the levels of a key: all but those of a number that stands alone, such as `0.5`.
fn dots_of_keys(line: &str) -> usize {
    let words = line.split(|char: char| char.is_whitespace() || ",[]=".contains(char));
    let dots = words.map(|word| match word.parse::<f64>() {
        Ok(_) => 0,
        Err(_) => word.bytes().filter(|byte| *byte == b'.').count(),
    });
    dots.sum()
}

fn line_of(text: &str, place: usize) -> usize {
    1 + text
        .bytes()
        .take(place)
        .filter(|byte| *byte == b'\n')
        .count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::training::Preset;
    use crate::training::foreign::tests::assert_showable;

    fn problem(text: &str) -> String {
        Experiment::from_text(text).unwrap_err().to_string()
    }

    #[test]
    fn an_experiment_survives_as_text() {
        for preset in Preset::ALL {
            let experiment = preset.experiment();
            let text = experiment.to_text();
            assert!(
                text.starts_with(&format!(
                    "version = 2\nseed = {}\n\n[task]\n",
                    experiment.seed
                )),
                "{text}"
            );
            assert_eq!(*Experiment::from_text(&text).unwrap(), experiment);
        }
        let mut strange = Experiment::default();
        strange.probe.text = "“quotes” \"and\" \\ lines\nand\ttabs \u{1} 🎬 = # [x]".to_owned();
        strange.network.w_h = -0.1 - 0.2;
        strange.training.clip_norm = Some(1e-6);
        assert_eq!(*Experiment::from_text(&strange.to_text()).unwrap(), strange);
    }

    /// An SVG has no way to write U+FFFE, and a terminal carries out U+009B.
    #[test]
    fn a_text_of_signs_that_are_not_seen_is_written_as_it_is_by_signs_that_are() {
        let mut strange = Experiment::default();
        strange.probe.text =
            "\u{fffe}\u{ffff}\u{9b}2J\u{202e}\u{e0041} it's \"\\\" e\u{301}\r\n".to_owned();
        let text = strange.to_text();
        assert!(
            text.contains(
                r#"text = "\U0000FFFE\U0000FFFF\U0000009B2J\U0000202E\U000E0041 it's \"\\\" é\U0000000D\U0000000A""#
            ),
            "{text}"
        );
        assert_eq!(*Experiment::from_text(&text).unwrap(), strange);
        // So is every other text, however it would be written otherwise.
        let mut named = Experiment::default();
        named.data.label = "\"a\u{ffff}b\\".to_owned();
        named.data.sequence = "c\n\"\u{fffe}\n'".to_owned();
        named.network.module = "d\u{9b}'\"".to_owned();
        let text = named.to_text();
        assert!(text.contains(r#"label = "\"a\U0000FFFFb\\""#), "{text}");
        assert!(
            text.chars().all(|char| char == '\n' || is_visible(char)),
            "{text}"
        );
        assert_eq!(*Experiment::from_text(&text).unwrap(), named);
        // Sentences of every language stay what they are.
        strange.probe.text = "“not” bad, cafe\u{301} שלום 🎬".to_owned();
        assert!(
            strange
                .to_text()
                .contains(&format!("text = \"{}\"\n", strange.probe.text))
        );
    }

    #[test]
    fn every_key_may_be_left_out_and_keys_may_be_dotted() {
        assert_eq!(*Experiment::from_text("").unwrap(), Experiment::default());
        let dotted =
            Experiment::from_text("\u{feff}network.w_h = 2 # no decimal point\r\n").unwrap();
        assert_eq!(dotted.network.w_h, 2.0);
        assert_eq!(dotted.task, Experiment::default().task);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_the_remedy() {
        assert_eq!(
            problem("seed = 1\n\n[network]\nwh = 0.5\n"),
            "line 4: there is no key network.wh; did you mean network.w_h?"
        );
        assert_eq!(
            problem("[network]\nw_h = 1e300\n"),
            "line 2: network.w_h takes a number from -1000 to 1000, not 1e300"
        );
        assert_eq!(
            problem("[network]\n\nactivation = \"tahn\"\n"),
            "line 3: network.activation takes one of tanh, sigmoid, relu, leaky-relu, identity, softsign, elu, softplus, hard-tanh, gelu, silu, not “tahn”; did you mean “tanh”?"
        );
        assert_eq!(
            problem("[task]\nlength = \"ten\"\n"),
            "line 2: task.length takes a whole number from 1 to 10000, not “ten”"
        );
        assert_eq!(
            problem("task = 3"),
            "line 1: task is a section: write [task], and below it its keys"
        );
        assert_eq!(
            problem("version = 3\n"),
            "line 1: version 3 is newer than this program, which reads up to 2: use a newer program"
        );
        assert_eq!(
            problem("version = \"x\""),
            "line 1: version takes a whole number from 1 to 2"
        );
        assert_eq!(
            problem("[netwrok]\nw_h = 1"),
            "line 1: there is no section [netwrok]; did you mean [network]?"
        );
        assert_eq!(
            problem("\"network.w_h\" = 1"),
            "line 1: write network.w_h without quotes"
        );
        // A file of a newer version is no file with mistakes.
        assert!(
            problem("seed = -1\nversion = 3\n[new]\n").starts_with("line 2: version 3 is newer")
        );
        assert!(problem("\"\" = 1").starts_with("line 1: there is no key ; there are seed"));
        assert!(problem("a\nb").starts_with("line 1: this is no TOML: "));
        assert!(problem("[task]\nlength = 10\nlength = 11").starts_with("line 3: this is no TOML"));
        assert!(problem("[task]\nlength = 99999999999999999999").starts_with("line 2: "));
    }

    #[test]
    fn the_first_of_several_problems_is_told_and_the_others_are_counted() {
        assert_eq!(
            problem("[training]\nbatch = 0\n[network]\nhidden = 0\nzap = 1\n"),
            "line 2: training.batch takes a whole number from 1 to 1024, not 0 (and 2 things more)"
        );
    }

    /// What is pasted comes from anywhere, and a terminal carries out what it is shown.
    #[test]
    fn what_somebody_wrote_is_repeated_on_one_line_and_not_at_length() {
        let told = problem("\"\\u001b[2J\\nx\" = 1");
        assert!(
            told.starts_with("line 1: there is no key \\u{1b}[2J\\nx;"),
            "{told}"
        );
        let long = "k".repeat(100_000);
        for text in [
            format!("{long} = 1"),
            format!("[{long}]"),
            format!("[network]\n{long} = 1"),
            format!("[network]\nactivation = \"\\u001b{long}\""),
        ] {
            let told = problem(&text);
            assert!(told.len() < 800 && told.contains('…'), "{told}");
            assert_showable(&told);
        }
    }

    /// Each takes a hundred times its size as a tree: a level of a dotted key a kilobyte, an empty list fifty bytes.
    #[test]
    fn a_text_of_far_more_parts_than_an_experiment_is_refused_before_it_is_read() {
        for part in ["[1,", "{a=1},", "a.b.c.d.e.f=1\n", "\n", "[[a]]\n", "\"\" "] {
            let text = format!("seed = 1\nx = [{}", part.repeat(1_000_000 / part.len()));
            let before = std::time::Instant::now();
            let told = problem(&text);
            assert!(
                told.contains(": this is no experiment: up to here"),
                "{told}"
            );
            assert!(before.elapsed().as_secs_f64() < 1.0, "{part:?}");
        }
        // What an experiment can be at most: a sentence of dots, each of them escaped, and 10,000 remarks.
        let mut longest = Experiment::default();
        longest.probe.text = ".".repeat(crate::tasks::MAX_CHARACTERS);
        let escaped = longest.to_text().replace("..", "\\U0000002e.");
        let remarks = "# a = [1, 2, 3]. And so on, and so on.\n".repeat(10_000);
        assert_eq!(
            *Experiment::from_text(&(remarks + &escaped)).unwrap(),
            longest
        );
    }

    /// Ten thousand wrong keys, the last of the alphabet first: each is compared with all there are.
    #[test]
    fn many_problems_take_no_time() {
        let lines = (0..9_000)
            .rev()
            .map(|index| format!("network.w{index:0>90}=1\n"));
        let text: String = lines.collect();
        let before = std::time::Instant::now();
        let told = problem(&text);
        assert!(
            told.starts_with("line 1: there is no key network.w0000"),
            "{told}"
        );
        assert!(told.ends_with("(and at least 99 things more)"), "{told}");
        assert!(before.elapsed().as_secs_f64() < 1.0);
    }

    proptest! {
        /// Whatever is pasted is answered, and never with a panic.
        #[test]
        fn no_text_is_too_strange(text in prop_oneof!["\\PC{0,200}", any::<String>()]) {
            if let Err(error) = Experiment::from_text(&text) {
                assert_showable(&error.to_string());
            }
        }

        #[test]
        fn damaged_files_are_answered(cut in 0usize..600, byte in any::<char>()) {
            let mut text = Experiment::default().to_text();
            let place = cut.min(text.len());
            text.insert(place, byte);
            if let Err(error) = Experiment::from_text(&text) {
                prop_assert!(error.line <= text.lines().count() + 1);
                prop_assert!(!error.what.is_empty());
                assert_showable(&error.to_string());
            }
        }

        #[test]
        fn strange_keys_and_values_are_repeated_safely(
            section in any::<String>(),
            name in any::<String>(),
            value in any::<String>(),
        ) {
            let mut table = toml::Table::new();
            let mut inner = toml::Table::new();
            inner.insert(name.clone(), Value::String(value.clone()));
            table.insert(name, Value::String(value));
            table.insert(section, Value::Table(inner.clone()));
            table.insert("network".to_owned(), Value::Table(inner));
            let text = toml::to_string(&table).unwrap();
            if let Err(error) = Experiment::from_text(&text) {
                assert_showable(&error.to_string());
            }
        }
    }
}
