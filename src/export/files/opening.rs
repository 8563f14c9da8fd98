//! Opening: an experiment from its own file, or from a figure or a trace that carries one.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::export::carried::carried_step;
use crate::export::figure::{experiment_of_png, experiment_of_svg};
use crate::training::{CheckedExperiment, Experiment, TextError};

/// An experiment with the longest sentence is a tenth of this.
const LARGEST_TEXT: u64 = 1_000_000;

/// Figures and traces may be larger; what is larger still would keep a window waiting.
const LARGEST: u64 = 64_000_000;

/// What a PNG begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// An experiment that was opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The experiment.
    pub experiment: CheckedExperiment,
    /// What carried it, if it was no file of its own, which must not be saved over.
    pub carrier: Option<Carrier>,
}

/// A figure or trace that carries an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carrier {
    /// `picture` or `trace`.
    pub kind: &'static str,
    /// The training step that it shows, if it says so.
    pub step: Option<u64>,
}

/// Why nothing could be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The system says no.
    #[error("cannot read {}: {}", .0.display(), unread(.1))]
    Unreadable(PathBuf, io::Error),
    /// There is nothing in it.
    #[error("{} is empty; an experiment has at least one key, such as `seed = 7`", .0.display())]
    Empty(PathBuf),
    /// It is far too large.
    #[error("{} is larger than {} MB, and no experiment", .0.display(), .1 / 1_000_000)]
    TooLarge(PathBuf, u64),
    /// It is no text.
    #[error("{} is no text (byte {} is not UTF-8); an experiment is a text file, or a figure or trace that this program has written", .0.display(), .1 + 1)]
    Binary(PathBuf, usize),
    /// It is a text, but something is wrong in it.
    #[error("{}, {}", .0.display(), .1)]
    Text(PathBuf, TextError),
    /// A figure or trace without an experiment.
    #[error("{} is a {} that carries no experiment; figures and JSON traces of this program do", .0.display(), .1)]
    Without(PathBuf, &'static str),
}

fn unread(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// Opens the file at `path`, which must be a regular one: nothing else can keep whoever waits waiting.
///
/// # Errors
/// [`OpenError`] names the file, the line if there is one, and the remedy.
pub fn open_experiment(path: &Path) -> Result<Opened, OpenError> {
    let unreadable = |error| OpenError::Unreadable(path.to_owned(), error);
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(unreadable(io::ErrorKind::IsADirectory.into()));
    }
    if !metadata.is_file() {
        return Err(unreadable(io::Error::other("it is no file")));
    }
    if metadata.len() > LARGEST {
        return Err(OpenError::TooLarge(path.to_owned(), LARGEST));
    }
    let mut file = File::open(path).map_err(unreadable)?;
    read_experiment(path, &mut file)
}

/// Reads an experiment from `source`, which `name` is told to be in messages.
///
/// # Errors
/// As [`open_experiment`].
pub fn read_experiment(name: &Path, mut source: impl Read) -> Result<Opened, OpenError> {
    let unreadable = |error| OpenError::Unreadable(name.to_owned(), error);
    let mut bytes = Vec::new();
    let mut head = source.by_ref().take(LARGEST_TEXT + 1);
    head.read_to_end(&mut bytes).map_err(unreadable)?;
    let begins = bytes.trim_ascii_start();
    let may_be_large =
        begins.starts_with(PNG) || begins.starts_with(b"<") || begins.starts_with(b"{");
    if may_be_large {
        let mut rest = source.take(LARGEST);
        rest.read_to_end(&mut bytes).map_err(unreadable)?;
    }
    let limit = if may_be_large { LARGEST } else { LARGEST_TEXT };
    if bytes.len() as u64 > limit {
        return Err(OpenError::TooLarge(name.to_owned(), limit));
    }
    experiment_in(name, &bytes)
}

/// The experiment in `bytes`, which `name` is told to be in messages.
///
/// # Errors
/// As [`open_experiment`].
pub fn experiment_in(name: &Path, bytes: &[u8]) -> Result<Opened, OpenError> {
    let own = || name.to_owned();
    if bytes.starts_with(PNG) {
        return carried(name, "picture", experiment_of_png(bytes));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => text,
        Ok(text) => {
            let place = text.find('\0').unwrap_or_default();
            return Err(OpenError::Binary(own(), place));
        }
        Err(error) => return Err(OpenError::Binary(own(), error.valid_up_to())),
    };
    let begins = text.trim_start_matches('\u{feff}').trim_start();
    match begins.chars().next() {
        None => Err(OpenError::Empty(own())),
        Some('<') => carried(name, "picture", experiment_of_svg(text)),
        Some('{') => carried_by_trace(name, text),
        Some(_) if begins.starts_with("schema,") => Err(OpenError::Without(own(), "table")),
        Some(_) => match Experiment::from_text(text) {
            Ok(experiment) => Ok(Opened {
                experiment,
                carrier: None,
            }),
            Err(error) => Err(OpenError::Text(own(), error)),
        },
    }
}

/// The experiment whose `text` a file called `name` carries.
fn carried(name: &Path, kind: &'static str, text: Option<String>) -> Result<Opened, OpenError> {
    let text = text.ok_or_else(|| OpenError::Without(name.to_owned(), kind))?;
    let experiment = Experiment::from_text(&text);
    Ok(Opened {
        experiment: experiment.map_err(|error| OpenError::Text(name.to_owned(), error))?,
        carrier: Some(Carrier {
            kind,
            step: carried_step(&text),
        }),
    })
}

fn carried_by_trace(name: &Path, text: &str) -> Result<Opened, OpenError> {
    #[derive(Deserialize)]
    struct Trace {
        experiment: Experiment,
        step: u64,
    }
    let trace: Trace =
        serde_json::from_str(text).map_err(|_| OpenError::Without(name.to_owned(), "JSON file"))?;
    let mut opened = carried(name, "trace", Some(trace.experiment.to_text()))?;
    opened.carrier = Some(Carrier {
        kind: "trace",
        step: Some(trace.step),
    });
    Ok(opened)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bytes: &[u8]) -> String {
        experiment_in(Path::new("e.toml"), bytes)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn whatever_is_in_a_file_is_answered_with_its_name() {
        assert!(told(b"").starts_with("e.toml is empty"));
        assert!(told(b" \n\n").starts_with("e.toml is empty"));
        assert!(told(&[0, 1, 2, 3]).starts_with("e.toml is no text (byte 1 "));
        assert!(told(b"seed = 1\n# \xff").starts_with("e.toml is no text (byte 12 "));
        assert!(told(b"seed = ").starts_with("e.toml, line 1: this is no TOML"));
        assert!(told(b"[network]\nw_h = 1e9").starts_with("e.toml, line 2: network.w_h takes"));
        assert!(told(b"<svg></svg>").contains("a picture that carries no experiment"));
        assert!(told(b"{}").contains("a JSON file that carries no experiment"));
        assert!(told(b"schema,step\n").contains("a table that carries no experiment"));
        assert!(told(b"\x89PNG\r\n\x1a\nhalf").contains("a picture that carries no experiment"));
    }

    #[test]
    fn endless_sources_are_given_up() {
        let error = read_experiment(Path::new("zeros"), &mut io::repeat(b'a')).unwrap_err();
        assert_eq!(
            error.to_string(),
            "zeros is larger than 1 MB, and no experiment"
        );
    }

    #[test]
    fn folders_missing_files_and_huge_ones_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let told = |path: &Path| open_experiment(path).unwrap_err().to_string();
        assert!(told(folder.path()).ends_with("it is a folder"));
        assert!(told(&folder.path().join("no.toml")).ends_with("there is no such file"));
        let huge = folder.path().join("huge.toml");
        // A gigabyte of nothing takes no room.
        File::create(&huge).unwrap().set_len(1_000_000_000).unwrap();
        assert!(told(&huge).ends_with("is larger than 64 MB, and no experiment"));
        #[cfg(unix)]
        assert!(told(Path::new("/dev/null")).ends_with("it is no file"));
    }
}
