//! Opening: an experiment from its own file, or from a figure or a trace that carries one.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use super::head::Head;
use crate::export::carried::carried_step;
use crate::export::figure::{experiment_of_png, experiment_of_svg};
use crate::export::trace::{TraceError, check_schema};
use crate::training::{CheckedExperiment, Experiment, TextError};

/// An experiment with the longest sentence is a tenth of this.
const LARGEST_TEXT: u64 = 1_000_000;

/// Figures may be larger, and of traces the head; what is larger still would keep a window waiting.
const LARGEST: u64 = 64_000_000;

/// What editors of one system begin files with.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

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
    /// It is a text that carries an experiment, but something is wrong in that.
    #[error("the experiment in {}: {}", .0.display(), .1)]
    Carried(PathBuf, String),
    /// It is a trace of another form.
    #[error("{}: {}", .0.display(), .1)]
    Trace(PathBuf, TraceError),
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
    let begins = begin_of(&bytes);
    if begins.starts_with(b"{") {
        // As long as it may be: it is read only as far as its head goes.
        return carried_by_trace(name, begins.chain(BufReader::new(source.take(LARGEST))));
    }
    let may_be_large = begins.starts_with(PNG) || begins.starts_with(b"<");
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

/// `bytes` from the first that is no blank.
fn begin_of(bytes: &[u8]) -> &[u8] {
    bytes
        .strip_prefix(BYTE_ORDER_MARK)
        .unwrap_or(bytes)
        .trim_ascii_start()
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
        Some('{') => carried_by_trace(name, begins.as_bytes()),
        Some(_) if begins_like_a_table(begins) => Err(OpenError::Without(own(), "table")),
        Some(_) => match Experiment::from_text(text) {
            Ok(experiment) => Ok(Opened {
                experiment,
                carrier: None,
            }),
            Err(error) => Err(OpenError::Text(own(), error)),
        },
    }
}

/// Whether the first line of `text` has the names of columns, or values: no line of an experiment has commas and
/// no `=` but a remark.
fn begins_like_a_table(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    line.contains(',') && !line.contains('=') && !line.starts_with('#')
}

/// The experiment whose `text` a file called `name` carries.
fn carried(name: &Path, kind: &'static str, text: Option<String>) -> Result<Opened, OpenError> {
    let text = text.ok_or_else(|| OpenError::Without(name.to_owned(), kind))?;
    let experiment = Experiment::from_text(&text);
    Ok(Opened {
        // No line is told: the text is nowhere to be seen.
        experiment: experiment
            .map_err(|error| OpenError::Carried(name.to_owned(), error.problem()))?,
        carrier: Some(Carrier {
            kind,
            step: carried_step(&text),
        }),
    })
}

fn carried_by_trace(name: &Path, source: impl Read) -> Result<Opened, OpenError> {
    let head = Head::read(source);
    let Some(experiment) = head.experiment else {
        return Err(OpenError::Without(name.to_owned(), "JSON file"));
    };
    check_schema(head.schema).map_err(|error| OpenError::Trace(name.to_owned(), error))?;
    let wrong = |problem: String| OpenError::Carried(name.to_owned(), problem);
    let experiment: Experiment =
        serde_json::from_value(experiment).map_err(|error| wrong(error.to_string()))?;
    Ok(Opened {
        experiment: experiment
            .check()
            .map_err(|error| wrong(error.to_string()))?,
        carrier: Some(Carrier {
            kind: "trace",
            step: head.step,
        }),
    })
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
        assert!(told(b"step,loss\n0,0.7\n").contains("a table that carries no experiment"));
        assert!(told(b"# a, b\nseed = ").contains("line 2: this is no TOML"));
        assert!(told(b"\x89PNG\r\n\x1a\nhalf").contains("a picture that carries no experiment"));
    }

    #[test]
    fn what_is_wrong_with_an_experiment_that_is_carried_is_told_without_a_line() {
        let schema = r#""schema": "bptt-scope.trace/1", "step": 3"#;
        for (json, expected) in [
            (
                r#"{"experiment": {"network": {"w_j": 1}}, SCHEMA}"#,
                "the experiment in e.toml: unknown field `w_j`, expected one of ",
            ),
            (
                r#"{SCHEMA, "experiment": {"network": {"w_h": 1e9}}}"#,
                "the experiment in e.toml: network.w_h takes -1000 to 1000, not 1000000000",
            ),
            (
                r#"{"experiment": {}, "step": 3}"#,
                "e.toml: its schema is missing, and this program reads bptt-scope.trace/1",
            ),
            (
                r#"{"experiment": {}, "schema": "bptt-scope.trace/2", "step": 3}"#,
                "e.toml: its schema is bptt-scope.trace/2, and this program reads bptt-scope.trace/1",
            ),
            (
                r#"{SCHEMA}"#,
                "e.toml is a JSON file that carries no experiment",
            ),
        ] {
            let message = told(json.replace("SCHEMA", schema).as_bytes());
            assert!(message.starts_with(expected), "{message}");
        }
        let svg = "<svg><metadata>network.w_h = 1e9</metadata></svg>";
        assert!(!told(svg.as_bytes()).contains("line"));
    }

    #[test]
    fn a_trace_opens_however_long_it_is_and_wherever_its_keys_are() {
        let name = Path::new("long.json");
        let trace = "\u{feff}{\"experiment\": {\"seed\": 5}, \"a\": [[1], {\"step\": 2}], \
            \"schema\": \"bptt-scope.trace/1\", \"step\": 7, \"timesteps\": [";
        let endless = trace.as_bytes().chain(io::repeat(b' '));
        let opened = read_experiment(name, endless).unwrap();
        assert_eq!(opened.experiment.seed, 5);
        let carrier = opened.carrier.unwrap();
        assert_eq!((carrier.kind, carrier.step), ("trace", Some(7)));
        assert_eq!(experiment_in(name, trace.as_bytes()).unwrap(), opened);
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
        assert!(told(&huge).ends_with("is larger than 1 MB, and no experiment"));
        #[cfg(unix)]
        assert!(told(Path::new("/dev/null")).ends_with("it is no file"));
    }
}
