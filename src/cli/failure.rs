//! How a command ends when it cannot be carried out.

use std::io;

use crate::export::{OpenError, WriteError};
use crate::rnn::Interrupted;
use crate::training::shown_message;

/// Done.
pub const DONE: u8 = 0;
/// The check failed, or the run diverged.
pub const FAILED: u8 = 1;
/// Bad arguments or bad input.
pub const UNUSABLE: u8 = 2;
/// Interrupted by Ctrl-C, as shells count it.
pub const INTERRUPTED: u8 = 130;

/// Why a command could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Something on the command line makes no sense.
    #[error("{0}")]
    Argument(String),
    /// The experiment cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The result cannot be written to a file.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The result cannot be written to standard output.
    #[error("{}", said(.0))]
    Output(#[from] io::Error),
    /// Ctrl-C.
    #[error("interrupted{0}")]
    Interrupted(String),
}

/// What the system says, or what this program says in its place.
fn said(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::Other => error.to_string(),
        _ => format!("cannot write the result: {error}"),
    }
}

impl Failure {
    /// The interruption that a failure to write comes of, if it comes of one.
    #[must_use]
    pub fn or_interrupted(self) -> Self {
        let inner = match &self {
            Self::Output(error) | Self::Write(WriteError { source: error, .. }) => error.get_ref(),
            _ => None,
        };
        if inner.is_some_and(|error| error.is::<Interrupted>()) {
            return Self::Interrupted(String::new());
        }
        self
    }

    /// The exit status that says so.
    pub fn status(&self) -> u8 {
        match self {
            // `| head` has seen enough, and that is no failure.
            Self::Output(error) | Self::Write(WriteError { source: error, .. })
                if error.kind() == io::ErrorKind::BrokenPipe =>
            {
                DONE
            }
            Self::Interrupted(_) => INTERRUPTED,
            _ => UNUSABLE,
        }
    }

    /// What there is to say on standard error, if anything: one line that any terminal can show.
    pub fn message(&self) -> Option<String> {
        (self.status() != DONE).then(|| shown_message(&self.to_string()))
    }
}
