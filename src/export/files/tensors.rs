//! Numbers by their names, opened whatever the form of the file.

use std::path::Path;

use super::open_error::OpenError;
use super::reading::bytes_of;
use crate::models::{NamedTensor, ReadError, tensors_of};
use crate::rnn::Interrupt;

/// Every tensor of the file at `path`. It is interrupted soon after `interrupt` is raised.
///
/// # Errors
/// [`OpenError`] if it cannot be read, is too large, or is damaged: what is wrong and what would help.
pub fn open_tensors(path: &Path, interrupt: &Interrupt) -> Result<Vec<NamedTensor>, OpenError> {
    let bytes = bytes_of(path, interrupt)?;
    let refused = |error: ReadError| OpenError::Numbers(path.to_owned(), error);
    if bytes.is_empty() {
        return Err(refused(ReadError::new("there is nothing in it")));
    }
    tensors_of(&bytes, Some(path)).map_err(refused)
}
