//! Files, read until somebody gives them up.

#[cfg(not(target_family = "wasm"))]
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::open_error::OpenError;
use crate::flow::Progress;
use crate::rnn::Interrupt;

/// Bytes that are read at once, between two looks at whether it was given up.
pub const PIECE: usize = 256 * 1024;

/// Bytes of a file of numbers at most.
const LARGEST_NUMBERS: u64 = 4_000_000_000;

/// The file of a page at `path`, and its size in bytes.
#[cfg(target_family = "wasm")]
pub fn regular_file(path: &Path) -> Result<(io::Cursor<std::sync::Arc<[u8]>>, u64), OpenError> {
    let missing = || OpenError::Unreadable(path.to_owned(), io::ErrorKind::NotFound.into());
    let bytes = super::shelf::file_at(path).ok_or_else(missing)?;
    let size = bytes.len() as u64;
    Ok((io::Cursor::new(bytes), size))
}

/// The file at `path` and its size in bytes, if it is a regular one.
#[cfg(not(target_family = "wasm"))]
pub fn regular_file(path: &Path) -> Result<(File, u64), OpenError> {
    let unreadable = |error| OpenError::Unreadable(path.to_owned(), error);
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(unreadable(io::ErrorKind::IsADirectory.into()));
    }
    if !metadata.is_file() {
        return Err(unreadable(io::Error::other("it is no file")));
    }
    let file = File::open(path).map_err(unreadable)?;
    Ok((file, metadata.len()))
}

/// What somebody who waits may do and see: give it up, and how far it is.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// Gives it up.
    pub interrupt: Interrupt,
    /// The share that is read.
    pub progress: Progress,
}

/// Tells how much of something of a known size has been read.
pub struct Measured<'a, R> {
    source: R,
    read: u64,
    size: u64,
    progress: &'a Progress,
}

impl<'a, R: Read> Measured<'a, R> {
    /// Of `source`, of `size` bytes, tells `progress`.
    pub fn new(source: R, size: u64, progress: &'a Progress) -> Self {
        Self {
            source,
            read: 0,
            size,
            progress,
        }
    }
}

impl<R: Read> Read for Measured<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.read += count as u64;
        self.progress
            .set(self.read as f64 / self.size.max(1) as f64);
        Ok(count)
    }
}

/// Gives nothing more after an interruption.
pub struct Interruptible<'a, R> {
    /// What is read.
    pub source: R,
    /// Who may give it up.
    pub interrupt: &'a Interrupt,
}

impl<R: Read> Read for Interruptible<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupt.check().map_err(io::Error::other)?;
        let most = buffer.len().min(PIECE);
        self.source.read(&mut buffer[..most])
    }
}

/// All bytes of the file of numbers at `path`. It is interrupted soon after `interrupt` is raised.
///
/// # Errors
/// [`OpenError`] if it cannot be read, or is larger than 4 GB.
pub fn bytes_of(path: &Path, interrupt: &Interrupt) -> Result<Vec<u8>, OpenError> {
    let (file, size) = regular_file(path)?;
    if size > LARGEST_NUMBERS {
        return Err(OpenError::TooLargeText {
            path: path.to_owned(),
            what: "file of numbers that is read",
            size,
            most: LARGEST_NUMBERS,
        });
    }
    let mut bytes = Vec::new();
    let source = Interruptible {
        source: file,
        interrupt,
    };
    source
        .take(LARGEST_NUMBERS)
        .read_to_end(&mut bytes)
        .map_err(|error| OpenError::Unreadable(path.to_owned(), error))?;
    Ok(bytes)
}
