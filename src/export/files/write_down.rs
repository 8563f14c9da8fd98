//! Writing in a page: whole, in memory, and then as a download.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::patience::Patience;
use super::shelf;
use crate::training::shown_path;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}", shown_path(.path))]
pub struct WriteError {
    /// What it was to be called.
    pub path: PathBuf,
    /// Why not.
    pub source: io::Error,
}

/// Whether [`write_file`] could begin to write to `path`: in a page it always can.
///
/// # Errors
/// None.
pub fn check_writable(_path: &Path) -> Result<(), WriteError> {
    Ok(())
}

/// Writes a file called `path` by `write`, and has it downloaded.
///
/// # Errors
/// [`WriteError`] says what `write` says. Then nothing is downloaded.
pub fn write_file(
    path: &Path,
    _surely: bool,
    _patience: Patience<'_>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    let mut bytes = Vec::new();
    write(&mut bytes).map_err(|source| WriteError {
        path: path.to_owned(),
        source,
    })?;
    shelf::write(path, bytes);
    Ok(())
}
