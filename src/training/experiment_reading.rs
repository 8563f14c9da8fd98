//! An experiment out of keys and values, whatever the form of the text that they stand in: one place decides
//! what is right and says what is wrong, for TOML and for JSON.

use std::collections::{BTreeMap, BTreeSet};

use toml::Value;

use super::experiment::{CheckedExperiment, Experiment};
use super::foreign::shown_text;
use super::settings::{Kind, SETTINGS, Setting, find_setting, nearest, nearest_key};

/// The newest version of the form. Files of older ones open.
///
/// * 1: the first.
pub const FORMAT_VERSION: i64 = 2;

/// Problems after which the rest is not looked at: nobody mends more at once, and each takes its time.
const MOST_PROBLEMS: usize = 100;

/// Why a text is no experiment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {}", self.problem())]
pub struct TextError {
    /// Where, counted from 1.
    pub line: usize,
    /// What is wrong there and what would be right.
    pub what: String,
    /// How much else is wrong further on; of 99 or more only the first 99 are counted.
    pub others: usize,
}

impl TextError {
    /// One thing that is wrong in `line`.
    pub fn new(line: usize, what: impl Into<String>) -> Self {
        Self {
            line,
            what: what.into(),
            others: 0,
        }
    }

    /// What is wrong, for a text of which no line can be seen.
    pub fn problem(&self) -> String {
        format!("{}{}", self.what, more(self.others))
    }
}

fn more(others: usize) -> String {
    const MOST: usize = MOST_PROBLEMS - 1;
    match others {
        0 => String::new(),
        1 => " (and one thing more)".to_owned(),
        MOST.. => format!(" (and at least {MOST} things more)"),
        others => format!(" (and {others} things more)"),
    }
}

/// The form of the text that keys stand in, for what is said of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextForm {
    /// Files, the clipboard, and what figures carry.
    Toml,
    /// Traces, and what the window remembers.
    Json,
}

/// What stands behind a key.
#[derive(Clone, Debug, PartialEq)]
pub enum FoundValue {
    /// A value.
    Value(Value),
    /// JSON's `null`.
    Nothing,
    /// A number that fits nowhere, or a list or a section of more than anything here takes.
    Beyond,
}

impl FoundValue {
    /// It in words, for behind “not”.
    pub fn described(&self) -> String {
        match self {
            Self::Value(value) => super::settings::describe(value),
            Self::Nothing => "null".to_owned(),
            Self::Beyond => "anything that large".to_owned(),
        }
    }
}

/// What has been read so far, and what was wrong with it.
pub struct Reading {
    form: TextForm,
    experiment: Experiment,
    /// Each key with its place in the text.
    seen: BTreeMap<&'static str, usize>,
    /// Keys of the experiment that this one is beside.
    inherited: BTreeSet<&'static str>,
    /// Place in the text, and what is wrong there.
    first: Option<(usize, String)>,
    problems: usize,
    /// The same of a version that this program does not know, which explains everything else.
    newer: Option<(usize, String)>,
}

impl Reading {
    /// Nothing so far, of a text of `form`.
    pub fn new(form: TextForm) -> Self {
        Self {
            form,
            experiment: Experiment::default(),
            seen: BTreeMap::new(),
            inherited: BTreeSet::new(),
            first: None,
            problems: 0,
            newer: None,
        }
    }

    /// One beside it that is as this one is so far, but for what is taken in from now on.
    pub fn beside(&self) -> Self {
        let seen = self.seen.keys().copied();
        Self {
            experiment: self.experiment.clone(),
            inherited: seen.chain(self.inherited.iter().copied()).collect(),
            ..Self::new(self.form)
        }
    }

    /// Whether `name` is that of a section, whose keys are read one by one.
    pub fn is_section(name: &str) -> bool {
        !name.is_empty() && SETTINGS.iter().any(|setting| setting.parts().0 == name)
    }

    /// Takes in the key `name` of `section`, which is empty before every section, at `place` in the text. Keys
    /// come in the order of the text.
    pub fn key(&mut self, section: &str, name: &str, place: usize, found: &FoundValue) {
        if !section.is_empty() {
            return self.setting(&format!("{section}.{name}"), place, found);
        }
        let is_json = self.form == TextForm::Json;
        match found {
            _ if name == "version" => self.version(place, found),
            _ if Self::is_section(name) => self.problem(place, || {
                if is_json {
                    format!("{name} is a section: write \"{name}\": {{ and its keys }}")
                } else {
                    format!("{name} is a section: write [{name}], and below it its keys")
                }
            }),
            FoundValue::Value(Value::Table(_)) if find_setting(name).is_none() => {
                self.problem(place, || unknown_section(name));
            }
            // `"network.w_h" = 1`, which is a key of another kind than `network.w_h = 1`.
            _ if name.contains('.') && find_setting(name).is_some() => self.problem(place, || {
                let (section, key) = name.split_once('.').unwrap_or(("", name));
                if is_json {
                    format!("write {name} as the key {key} of the section {section}")
                } else {
                    format!("write {name} without quotes")
                }
            }),
            _ => self.setting(name, place, found),
        }
    }

    /// Notes `what` is wrong at `place`.
    pub fn problem(&mut self, place: usize, what: impl FnOnce() -> String) {
        self.problems += 1;
        if self.first.is_none() {
            self.first = Some((place, what()));
        }
    }

    /// The experiment, if nothing was wrong; `line` is that of a place.
    ///
    /// # Errors
    /// The first thing that is wrong, or the version of a newer program.
    pub fn finish(self, line: impl Fn(usize) -> usize) -> Result<CheckedExperiment, TextError> {
        if let Some((place, what)) = self.newer {
            return Err(TextError::new(line(place), what));
        }
        match self.first {
            Some((place, what)) => Err(TextError {
                line: line(place),
                what,
                others: self.problems - 1,
            }),
            // Each was in its range; they may not go together.
            None => self.followed().check().map_err(|error| {
                let place = self.seen.get(error.key()).copied();
                TextError::new(place.map_or(1, line), error.to_string())
            }),
        }
    }

    /// The experiment, with what follows of a person's own numbers and is not written down.
    fn followed(&self) -> Experiment {
        let mut experiment = self.experiment.clone();
        let is_given = |key: &str| self.seen.contains_key(key) || self.inherited.contains(key);
        experiment.follow_own(is_given);
        experiment.follow_data(is_given);
        experiment
    }

    fn version(&mut self, place: usize, found: &FoundValue) {
        match found {
            FoundValue::Value(Value::Integer(version))
                if (1..=FORMAT_VERSION).contains(version) => {}
            FoundValue::Value(Value::Integer(version)) if *version > FORMAT_VERSION => {
                let what = format!(
                    "version {version} is newer than this program, which reads up to {FORMAT_VERSION}: use a newer program"
                );
                self.newer = Some((place, what));
            }
            _ => self.problem(place, || {
                format!("version takes a whole number from 1 to {FORMAT_VERSION}")
            }),
        }
    }

    fn setting(&mut self, key: &str, place: usize, found: &FoundValue) {
        if self.problems >= MOST_PROBLEMS {
            return;
        }
        let Some(setting) = find_setting(key) else {
            return self.problem(place, || unknown_key(key));
        };
        if self.seen.insert(setting.key, place).is_some() {
            return self.problem(place, || format!("{key} stands here a second time"));
        }
        let takes_none = matches!(setting.kind, Kind::NumberOrNone(_));
        let problem = match found {
            FoundValue::Value(value) => setting.put(&mut self.experiment, value).err(),
            FoundValue::Nothing if takes_none => {
                let none = Value::String("none".to_owned());
                setting.put(&mut self.experiment, &none).err()
            }
            FoundValue::Nothing => Some(format!("{key} takes {}, not null", setting.kind)),
            FoundValue::Beyond => Some(format!("{key} takes {}", setting.kind)),
        };
        if let Some(problem) = problem {
            self.problem(place, || problem);
        }
    }
}

/// What is said of a key that does not exist: the nearest that does, or those of its section.
pub fn unknown_key(key: &str) -> String {
    let nearest = nearest_key(key, SETTINGS.iter().map(|setting| setting.key));
    let section = key.split_once('.').map_or("", |(section, _)| section);
    let key = shown_text(key);
    if let Some(nearest) = nearest {
        return format!("there is no key {key}; did you mean {nearest}?");
    }
    let known = SETTINGS.iter().map(Setting::parts);
    let known: Vec<_> = known
        .filter(|(of, _)| *of == section)
        .map(|(_, name)| name)
        .collect();
    match (section, known.as_slice()) {
        (_, []) => format!(
            "there is no key {key}; there are the sections {}",
            sections().join(", ")
        ),
        ("", known) => format!(
            "there is no key {key}; there are {} and the sections {}",
            known.join(", "),
            sections().join(", ")
        ),
        (section, known) => format!(
            "there is no key {key}; [{section}] has {}",
            known.join(", ")
        ),
    }
}

/// Every section.
fn sections() -> Vec<&'static str> {
    let mut sections: Vec<_> = SETTINGS.iter().map(|setting| setting.parts().0).collect();
    sections.retain(|section| !section.is_empty());
    sections.dedup();
    sections
}

/// What is said of a section that does not exist.
fn unknown_section(name: &str) -> String {
    let sections = sections();
    let nearest = nearest(name, sections.iter().copied());
    let name = shown_text(name);
    match nearest {
        Some(nearest) => format!("there is no section [{name}]; did you mean [{nearest}]?"),
        None => format!(
            "there is no section [{name}]; there are [{}]",
            sections.join("], [")
        ),
    }
}
