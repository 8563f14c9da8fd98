//! Every key of an experiment: its name in files and on the command line, what it takes, and how it is
//! read and written.
//!
//! One table serves experiment files, `--set`, `--axis` and the manual, so that none of them can know a key
//! that another does not.

mod kind;
mod nearest;
mod table;

pub use kind::{Kind, Value};
pub use nearest::nearest;
pub use table::SETTINGS;

use super::experiment::Experiment;

/// One key of an experiment.
pub struct Setting {
    /// Its full name, such as `network.w_h`.
    pub key: &'static str,
    /// What it means, in one line.
    pub meaning: &'static str,
    /// What it takes.
    pub kind: Kind,
    get: fn(&Experiment) -> Value,
    put: fn(&mut Experiment, Value),
}

impl Setting {
    /// The setting called `key`; `None` if there is none.
    pub fn find(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }

    /// Its section in a file, and its name there: `("network", "w_h")`; the section is empty for those that
    /// stand before every section.
    pub fn parts(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').unwrap_or(("", self.key))
    }

    /// Its value in `experiment`.
    pub fn get(&self, experiment: &Experiment) -> Value {
        (self.get)(experiment)
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
        let text = text.trim();
        let bare = || toml::Value::String(text.to_owned());
        let value = match text.parse::<toml::Value>() {
            // A sentence of one number is a sentence.
            Ok(value) if matches!(self.kind, Kind::Text { .. }) && !value.is_str() => bare(),
            Ok(value) => value,
            Err(_) => bare(),
        };
        self.put(experiment, &value)
    }
}

#[cfg(test)]
mod tests;
