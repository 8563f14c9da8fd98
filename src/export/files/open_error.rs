//! Why nothing could be opened, in words.

use std::io;
use std::path::PathBuf;

use crate::export::figure::DEEPEST;
use crate::export::trace::TraceError;
use crate::models::ReadError;
use crate::training::{TextError, megabytes, shown_message, shown_path, shown_reason};

/// Why nothing could be opened. What it says is one line that can be shown anywhere, whatever the file's name.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The system says no.
    #[error("cannot read {}: {}", shown_path(.0), unread(.1))]
    Unreadable(PathBuf, io::Error),
    /// There is nothing in it.
    #[error("{} is empty; an experiment has at least one key, such as `seed = 7`", shown_path(.0))]
    Empty(PathBuf),
    /// It is far too large.
    #[error("{}{} is larger than {}, and no experiment", shown_path(.path), size_of(*.size), megabytes(*.most))]
    TooLarge {
        /// What was opened.
        path: PathBuf,
        /// Its size in bytes, where that is known without reading it.
        size: Option<u64>,
        /// How large it may be.
        most: u64,
    },
    /// It is no text.
    #[error("{} is no text (byte {} is not UTF-8); an experiment is a text file, or a figure or trace that this program has written", shown_path(.0), .1 + 1)]
    Binary(PathBuf, usize),
    /// It is far too large for the text that it should be.
    #[error("{}{} is larger than {}, and no {what}", shown_path(.path), size_of(Some(*.size)), megabytes(*.most))]
    TooLargeText {
        /// What was opened.
        path: PathBuf,
        /// What it should be, such as `lesson`.
        what: &'static str,
        /// Its size in bytes.
        size: u64,
        /// How large it may be.
        most: u64,
    },
    /// It is not the text that it should be, such as a lesson.
    #[error("{} is no text (byte {} is not UTF-8); a {} is a text file", shown_path(.0), .2 + 1, .1)]
    BinaryText(PathBuf, &'static str, usize),
    /// It is a text, but something is wrong in it.
    #[error("{}, {}", shown_path(.0), .1)]
    Text(PathBuf, TextError),
    /// It is a picture that carries an experiment, but something is wrong in that.
    #[error("the experiment in {}: {}", shown_path(.0), .1)]
    Carried(PathBuf, String),
    /// It is a picture of more elements in each other than are looked into.
    #[error("{} is a picture of more than {DEEPEST} elements in each other, and none of this program", shown_path(.0))]
    Deep(PathBuf),
    /// It is a file of numbers, but something is wrong in it.
    #[error("{}: {}", shown_path(.0), shown_reason(&.1.to_string()))]
    Numbers(PathBuf, ReadError),
    /// It is a model of several recurrent modules, of which none is the obvious one.
    #[error("{}: {}", shown_path(.0), .1)]
    Several(PathBuf, String),
    /// It is a trace of another form.
    #[error("{}: {}", shown_path(.0), .1)]
    Trace(PathBuf, TraceError),
    /// Something that is said in a sentence of its own.
    #[error("{}", shown_message(.0))]
    Told(String),
    /// A figure or trace without an experiment.
    #[error("{} is a {} that carries no experiment; figures and JSON traces of this program do", shown_path(.0), .1)]
    Without(PathBuf, &'static str),
}

fn unread(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => shown_reason(&error.to_string()),
    }
}

/// In brackets behind a name.
fn size_of(size: Option<u64>) -> String {
    size.map_or(String::new(), |size| format!(" ({})", megabytes(size)))
}
