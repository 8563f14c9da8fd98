//! An experiment as text: the form of files, of the clipboard and of what figures carry with them.

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Value};

use super::experiment::{CheckedExperiment, Experiment};
use super::settings::{SETTINGS, Setting, nearest, nearest_key, shown};

/// The newest version of the form. Files of older ones open.
///
/// * 1: the first.
pub const FORMAT_VERSION: i64 = 1;

/// Why a text is no experiment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {}", self.problem())]
pub struct TextError {
    /// Where, counted from 1.
    pub line: usize,
    /// What is wrong there and what would be right.
    pub what: String,
    /// How much else is wrong further on.
    pub others: usize,
}

fn more(others: usize) -> String {
    match others {
        0 => String::new(),
        1 => " (and one thing more)".to_owned(),
        others => format!(" (and {others} things more)"),
    }
}

impl TextError {
    /// What is wrong, for a text of which no line can be seen.
    pub fn problem(&self) -> String {
        format!("{}{}", self.what, more(self.others))
    }
}

impl Experiment {
    /// The text of this experiment: TOML, with every key. Reading it gives the same experiment, to the last
    /// bit.
    pub fn to_text(&self) -> String {
        // Nothing of an experiment is beyond TOML: a seed that were would not have passed the check.
        let body = toml::to_string(self).unwrap_or_default();
        format!("version = {FORMAT_VERSION}\n{body}")
    }

    /// The experiment that `text` describes. What is left out is as in [`Experiment::default`].
    ///
    /// # Errors
    /// [`TextError`] names the first line that is wrong, the key, what it takes and the nearest known name.
    pub fn from_text(text: &str) -> Result<CheckedExperiment, TextError> {
        // Editors of one system begin files with it.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let table = DeTable::parse(text).map_err(|error| {
            let place = error.span().map_or(0, |span| span.start);
            syntax_error(text, place, error.message())
        })?;
        let mut reading = Reading::default();
        reading.top(table.get_ref());
        reading.finish(text)
    }
}

fn syntax_error(text: &str, place: usize, message: &str) -> TextError {
    TextError {
        line: line_of(text, place),
        what: format!("this is no TOML: {}", message.replace('\n', ", ")),
        others: 0,
    }
}

fn line_of(text: &str, place: usize) -> usize {
    1 + text
        .bytes()
        .take(place)
        .filter(|byte| *byte == b'\n')
        .count()
}

/// What has been read so far, and what was wrong with it.
#[derive(Default)]
struct Reading {
    experiment: Experiment,
    /// Place in the text, and what is wrong there.
    problems: Vec<(usize, String)>,
    /// The same of a version that this program does not know, which explains everything else.
    newer: Option<(usize, String)>,
}

impl Reading {
    fn top(&mut self, table: &DeTable<'_>) {
        let is_section = |name: &str| {
            !name.is_empty() && SETTINGS.iter().any(|setting| setting.parts().0 == name)
        };
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match value.get_ref() {
                _ if name == "version" => self.version(value),
                DeValue::Table(section) if is_section(name) => {
                    for (key, value) in section {
                        let full = format!("{name}.{}", key.get_ref());
                        self.setting(&full, key.span().start, value);
                    }
                }
                _ if is_section(name) => {
                    let what =
                        format!("{name} is a section: write [{name}], and below it its keys");
                    self.problems.push((key.span().start, what));
                }
                DeValue::Table(_) => {
                    self.problems
                        .push((key.span().start, unknown_section(name)));
                }
                // `"network.w_h" = 1`, which is a key of another kind than `network.w_h = 1`.
                _ if name.contains('.') && Setting::find(name).is_some() => {
                    let what = format!("write {name} without quotes");
                    self.problems.push((key.span().start, what));
                }
                _ => self.setting(name, key.span().start, value),
            }
        }
    }

    fn version(&mut self, value: &Spanned<DeValue<'_>>) {
        let place = value.span().start;
        match plain(value) {
            Some(Value::Integer(version)) if (1..=FORMAT_VERSION).contains(&version) => {}
            Some(Value::Integer(version)) if version > FORMAT_VERSION => {
                let what = format!(
                    "version {version} is newer than this program, which reads up to {FORMAT_VERSION}: use a newer program"
                );
                self.newer = Some((place, what));
            }
            _ => {
                let what = format!("version takes a whole number from 1 to {FORMAT_VERSION}");
                self.problems.push((place, what));
            }
        }
    }

    fn setting(&mut self, key: &str, place: usize, value: &Spanned<DeValue<'_>>) {
        let Some(setting) = Setting::find(key) else {
            self.problems.push((place, unknown_key(key)));
            return;
        };
        let problem = match plain(value) {
            Some(value) => setting.put(&mut self.experiment, &value).err(),
            None => Some(format!("{key} takes {}", setting.kind)),
        };
        if let Some(problem) = problem {
            self.problems.push((place, problem));
        }
    }

    fn finish(mut self, text: &str) -> Result<CheckedExperiment, TextError> {
        if let Some(newer) = self.newer {
            self.problems = vec![newer];
        }
        // The table is in the order of the alphabet.
        self.problems.sort_by_key(|(place, _)| *place);
        let others = self.problems.len().saturating_sub(1);
        match self.problems.into_iter().next() {
            Some((place, what)) => Err(TextError {
                line: line_of(text, place),
                what,
                others,
            }),
            // Each was in its range.
            None => self.experiment.check().map_err(|error| TextError {
                line: 1,
                what: error.to_string(),
                others: 0,
            }),
        }
    }
}

/// What is said of a key that does not exist.
pub fn unknown_key(key: &str) -> String {
    let nearest = nearest_key(key, SETTINGS.iter().map(|setting| setting.key));
    let key = shown(key);
    match nearest {
        Some(nearest) => format!("there is no key {key}; did you mean {nearest}?"),
        None => {
            let known: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
            format!("there is no key {key}; there are {}", known.join(", "))
        }
    }
}

/// What is said of a section that does not exist.
fn unknown_section(name: &str) -> String {
    let mut sections: Vec<_> = SETTINGS.iter().map(|setting| setting.parts().0).collect();
    sections.retain(|section| !section.is_empty());
    sections.dedup();
    let nearest = nearest(name, sections.iter().copied());
    let name = shown(name);
    match nearest {
        Some(nearest) => format!("there is no section [{name}]; did you mean [{nearest}]?"),
        None => format!(
            "there is no section [{name}]; there are [{}]",
            sections.join("], [")
        ),
    }
}

/// The value without the places of its parts; `None` for a number that fits nowhere.
fn plain(value: &Spanned<DeValue<'_>>) -> Option<Value> {
    use serde::Deserialize;
    Value::deserialize(toml::de::ValueDeserializer::from(value.clone())).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::training::Preset;

    fn problem(text: &str) -> String {
        Experiment::from_text(text).unwrap_err().to_string()
    }

    #[test]
    fn an_experiment_survives_as_text() {
        for preset in Preset::ALL {
            let experiment = preset.experiment();
            let text = experiment.to_text();
            assert!(
                text.starts_with("version = 1\nseed = 7\n\n[task]\n"),
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
            problem("version = 2\n"),
            "line 1: version 2 is newer than this program, which reads up to 1: use a newer program"
        );
        assert_eq!(
            problem("version = \"x\""),
            "line 1: version takes a whole number from 1 to 1"
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
            problem("seed = -1\nversion = 2\n[new]\n").starts_with("line 2: version 2 is newer")
        );
        assert!(problem("\"\" = 1").starts_with("line 1: there is no key ; there are seed, "));
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
            assert!(!told.contains(char::is_control), "{told}");
        }
    }

    proptest! {
        /// Whatever is pasted is answered, and never with a panic.
        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,200}") {
            let _ = Experiment::from_text(&text);
        }

        #[test]
        fn damaged_files_are_answered(cut in 0usize..600, byte in any::<char>()) {
            let mut text = Experiment::default().to_text();
            let place = cut.min(text.len());
            text.insert(place, byte);
            if let Err(error) = Experiment::from_text(&text) {
                prop_assert!(error.line <= text.lines().count() + 1);
                prop_assert!(!error.what.is_empty());
            }
        }
    }
}
