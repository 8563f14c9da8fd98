//! A file of numbers, by what it begins with.

use super::json::tensors_of_json;
use super::tensor::{NamedTensor, ReadError};

/// Every tensor in `bytes`, whatever the form of the file.
///
/// # Errors
/// [`ReadError`] says what is wrong, and what would help.
pub fn tensors_of(bytes: &[u8]) -> Result<Vec<NamedTensor>, ReadError> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    match first {
        Some(b'{') => tensors_of_json(text),
        _ => Err(ReadError::new(
            "this is no file of numbers that is known here: JSON is read",
        )),
    }
}
