//! One key of an experiment: its name, what it takes, and how it is read and written.

use super::kind::{Kind, Value};
use crate::flow::{in_full, thousands};
use crate::training::experiment::Experiment;
use crate::training::foreign::shown_text;
use crate::training::number_table::NumberTable;

/// Numbers of a table that are shown one by one.
const SHOWN: usize = 6;

/// One key of an experiment.
pub struct Setting {
    /// Its full name, such as `network.w_h`.
    pub key: &'static str,
    /// What it is called on the screen, such as `recurrent weight`.
    pub name: &'static str,
    /// Its symbol in mathematics, such as `wₕ`; empty if it has none.
    pub symbol: &'static str,
    /// What it means, in one line.
    pub meaning: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What a value is called on the screen, if otherwise than in files.
    pub(super) shown: fn(&Value) -> Option<&'static str>,
    /// Reads it.
    pub(super) get: fn(&Experiment) -> Value,
    /// Writes a value that the kind has accepted.
    pub(super) put: fn(&mut Experiment, Value),
}

impl Setting {
    /// Its section in a file, and its name there: `("network", "w_h")`; the section is empty for those that
    /// stand before every section.
    pub fn parts(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').unwrap_or(("", self.key))
    }

    /// What it is called on the screen, with its symbol beside it: `recurrent weight wₕ`.
    pub fn called(&self) -> String {
        format!("{} {}", self.name, self.symbol)
            .trim_end()
            .to_owned()
    }

    /// `value` as it is shown on the screen: `leaky ReLU`, `on`, `−0.5`.
    pub fn in_words(&self, value: &Value) -> String {
        match (value, (self.shown)(value)) {
            (_, Some(word)) => word.to_owned(),
            (Value::Whole(number), _) if self.key == "seed" => number.to_string(),
            (Value::Whole(number), _) => thousands(*number),
            (Value::Number(number), _) => in_full(*number),
            (Value::None, _) => "none".to_owned(),
            (Value::Flag(flag), _) => flag.to_string(),
            (Value::Text(text), _) => shown_text(text),
            (Value::Table(table), _) => match table.values() {
                [] => "none".to_owned(),
                [..] if table.values().len() <= SHOWN => shown_text(&table.to_text()),
                [..] => table.size_in_words(),
            },
            (Value::Names(names), _) if names.is_empty() => "none".to_owned(),
            (value @ Value::Names(_), _) => shown_text(&value.to_string()),
            (Value::Weights(weights), _) if let Some(path) = weights.file() => shown_text(path),
            (Value::Weights(weights), _) => match weights.count() {
                0 => "drawn".to_owned(),
                1 => "1 number of your own".to_owned(),
                count => format!("{} numbers of your own", thousands(count as u64)),
            },
        }
    }

    /// Its value in `experiment`.
    pub fn get(&self, experiment: &Experiment) -> Value {
        (self.get)(experiment)
    }

    /// Has it in `to` as it is in `from`.
    pub fn copy(&self, from: &Experiment, to: &mut Experiment) {
        (self.put)(to, (self.get)(from));
    }

    /// Sets it in `experiment` from a TOML value.
    ///
    /// # Errors
    /// What it takes instead, in one sentence beginning with the key.
    pub fn put(&self, experiment: &mut Experiment, value: &toml::Value) -> Result<(), String> {
        let value = self
            .kind
            .read(value)
            .map_err(|found| format!("{} takes {}, not {found}", self.key, self.kind))?;
        (self.put)(experiment, value);
        Ok(())
    }

    /// Sets it in `experiment` from text as it is written behind `--set KEY=`: a TOML value, or a bare word.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub fn put_text(&self, experiment: &mut Experiment, text: &str) -> Result<(), String> {
        self.put(experiment, &self.value_of(text))
    }

    /// The value that is written as `text`: a TOML value, a number as other programs write it, or a bare word.
    fn value_of(&self, text: &str) -> toml::Value {
        let text = text.trim();
        // As Python, numpy or a spreadsheet writes them.
        if let Kind::Table = self.kind
            && let Ok(table) = NumberTable::from_text(text)
            && let Ok(value) = table.to_text().parse()
        {
            return value;
        }
        let takes_numbers = matches!(self.kind, Kind::Number(_) | Kind::NumberOrNone(_));
        match text.parse::<toml::Value>() {
            Ok(value) if self.may_be(&value) => value,
            // TOML has no `.5` and no `5.`
            Err(_) if takes_numbers && let Some(number) = finite(text) => {
                toml::Value::Float(number)
            }
            _ => toml::Value::String(text.to_owned()),
        }
    }

    /// The values that are written as `text`, one behind the other with commas between them: a list as in TOML,
    /// with or without its brackets, or bare words.
    ///
    /// # Errors
    /// How to write what cannot be told apart.
    pub fn values_of(&self, text: &str) -> Result<Vec<toml::Value>, String> {
        const HOW: &str = "this list is no TOML: write [\"one text\", \"another, with a comma\"]";
        let text = text.trim();
        if text.starts_with('[') {
            return list(text).ok_or_else(|| HOW.to_owned());
        }
        let listed = list(&format!("[{text}]"));
        if let Some(values) = listed.filter(|values| values.iter().all(|it| self.may_be(it))) {
            return Ok(values);
        }
        let words = text.split(',').filter(|word| !word.trim().is_empty());
        let values = words.map(|word| match self.value_of(word) {
            // A comma within quotes.
            toml::Value::String(half) if half.starts_with('"') => Err(HOW.to_owned()),
            value => Ok(value),
        });
        values.collect()
    }

    /// Whether `value` is no bare word: a sentence of one number is a sentence.
    fn may_be(&self, value: &toml::Value) -> bool {
        value.is_str() || !matches!(self.kind, Kind::Text { .. })
    }
}

fn list(text: &str) -> Option<Vec<toml::Value>> {
    match text.parse() {
        Ok(toml::Value::Array(values)) => Some(values),
        _ => None,
    }
}

fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}
