//! The records of a training elsewhere that is followed.

use std::path::PathBuf;

/// What is known of the records of a training.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// The run that is followed, and those beside it.
    pub runs: Runs,
    /// How many have been looked into, of how many.
    pub known: usize,
    /// How many there are.
    pub count: usize,
    /// The newest that cannot be read, and why, or why none can be seen.
    pub trouble: Option<String>,
    /// The first record that there is to be told of, and what.
    pub alarm: Option<(u64, String)>,
}

/// The runs, or ranks of one, that there are side by side, and which of them is followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    /// The folder that was named.
    pub folder: PathBuf,
    /// The folder of the one that is followed, from there; `.` for that itself, and nothing if it has not begun yet.
    pub followed: String,
    /// Those of all of them.
    pub all: Vec<String>,
}
