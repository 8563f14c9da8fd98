//! Numbers by their names, opened whatever the form of the file.

use super::open_error::OpenError;
use super::source::Source;
use crate::models::{NamedTensor, tensors_of};
use crate::rnn::Interrupt;

/// Every tensor of `source`. It is interrupted as [`Source::open`] is.
///
/// # Errors
/// [`OpenError`] if it cannot be read, is too large, or is damaged: what is wrong and what would help.
pub fn open_tensors(source: &Source, interrupt: &Interrupt) -> Result<Vec<NamedTensor>, OpenError> {
    let bytes = source.bytes(interrupt)?;
    if bytes.is_empty() {
        let empty = crate::models::ReadError::new("there is nothing in it");
        return Err(OpenError::Numbers(source.name().to_owned(), empty));
    }
    let path = match source {
        Source::File(path) => Some(path.as_path()),
        Source::Text { .. } => None,
    };
    tensors_of(&bytes, path).map_err(|error| OpenError::Numbers(source.name().to_owned(), error))
}
