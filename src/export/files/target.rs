//! Where a file is really written to: what its name leads to, and what is there already.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What this program, and not the system, says against a place, with the remedy.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(&'static str);

fn refused(kind: io::ErrorKind, reason: &'static str) -> io::Error {
    io::Error::new(kind, Refused(reason))
}

/// The folder that the file at `path` is in.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// What `path` leads to: through links, which stay links, also if what they lead to is not there yet.
///
/// # Errors
/// If the links lead in a circle.
pub fn target_of(path: &Path) -> io::Result<PathBuf> {
    /// More than any system follows.
    const MOST_LINKS: usize = 40;
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        if is_open_file(&target) {
            return Err(refused(
                io::ErrorKind::InvalidInput,
                "somebody has this file open to write to it, and would lose it; name the file itself",
            ));
        }
        if let Ok(target) = fs::canonicalize(&target) {
            return Ok(target);
        }
        // A pipe, which has a place but no name.
        if fs::metadata(&target).is_ok() {
            return Ok(target);
        }
        match fs::read_link(&target) {
            Ok(next) => target = folder_of(&target).join(next),
            Err(_) => return Ok(target),
        }
    }
    Err(refused(
        io::ErrorKind::InvalidInput,
        "it is a link in a circle of links; name a file",
    ))
}

/// Whether `path` is a number of a file that is open, such as `/dev/fd/5`, and that a regular one. Another file in its
/// place would leave whoever has it open with one that has no name.
fn is_open_file(path: &Path) -> bool {
    let folder = folder_of(path);
    let is_number =
        folder.ends_with("fd") && (folder.starts_with("/dev") || folder.starts_with("/proc"));
    let is_name = ["/dev/stdout", "/dev/stderr"]
        .iter()
        .any(|name| path == Path::new(name));
    (is_number || is_name) && fs::metadata(path).is_ok_and(|it| it.is_file())
}

/// What is at `target` already, if anything.
///
/// # Errors
/// If it must not be written over.
pub fn before(target: &Path) -> io::Result<Option<fs::Metadata>> {
    match fs::metadata(target) {
        Err(_) => Ok(None),
        Ok(before) if before.is_dir() => Err(refused(
            io::ErrorKind::IsADirectory,
            "this is a folder; name a file",
        )),
        // Putting another file into its place would not ask.
        Ok(before) if before.is_file() && before.permissions().readonly() => Err(refused(
            io::ErrorKind::PermissionDenied,
            "it is write-protected; name another file, or allow writing to it",
        )),
        Ok(before) => Ok(Some(before)),
    }
}
