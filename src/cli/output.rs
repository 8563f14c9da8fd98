//! Where results go: a file, which is written aside, or standard output.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::failure::Failure;
use crate::export::write_file;

/// Writes a result by `write`.
///
/// # Errors
/// [`Failure`] says what the system says.
pub fn write_result(
    out: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    match out {
        Some(path) if path.as_os_str() != "-" => Ok(write_file(path, true, write)?),
        _ => {
            let mut out = BufWriter::new(io::stdout().lock());
            write(&mut out)?;
            Ok(out.flush()?)
        }
    }
}
