//! Writing: aside first and then into place, so that a full disk or a crash never leaves half a file where a
//! whole one was.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tempfile::NamedTempFile;

use crate::training::shown_path;

/// Why a file could not be written. What was there before is still there.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {}", shown_path(.path), reason(.path, .source))]
pub struct WriteError {
    /// Where.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

/// What this program, and not the system, says against a place, with the remedy.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(&'static str);

/// What happened and, where there is one, the remedy.
fn reason(path: &Path, source: &io::Error) -> String {
    let folder = folder_of(path);
    match source.kind() {
        _ if source.get_ref().is_some_and(|it| it.is::<Refused>()) => source.to_string(),
        io::ErrorKind::NotFound if !folder.exists() => {
            format!("there is no folder {}", shown_path(folder))
        }
        io::ErrorKind::NotFound => {
            format!("no file can be made in {}", shown_path(folder))
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            format!("{source}; choose another folder")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::FileTooLarge => {
            format!("{source}; what was there before is untouched")
        }
        _ => source.to_string(),
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Writes the file at `path` by `write`. With `surely` it waits until the disk has it.
///
/// What is no regular file, such as `/dev/null` or a pipe, is written to directly.
///
/// # Errors
/// [`WriteError`] says what the system says. The file is then as it was.
pub fn write_file(
    path: &Path,
    surely: bool,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    attempt(path, surely, write).map_err(|source| WriteError {
        path: path.to_owned(),
        source,
    })
}

/// Whether [`write_file`] could begin to write to `path`, found out before long work whose result is meant for
/// it. Nothing is changed.
///
/// # Errors
/// As [`write_file`].
pub fn check_writable(path: &Path) -> Result<(), WriteError> {
    let begin = || {
        let target = target_of(path);
        match before(&target)? {
            Some(before) if !before.is_file() => Ok(()),
            _ => aside(&target).map(drop),
        }
    };
    begin().map_err(|source| WriteError {
        path: path.to_owned(),
        source,
    })
}

fn attempt(
    path: &Path,
    surely: bool,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let target = target_of(path);
    let before = before(&target)?;
    if before.as_ref().is_some_and(|before| !before.is_file()) {
        let mut out = BufWriter::new(fs::OpenOptions::new().write(true).open(&target)?);
        write(&mut out)?;
        return out.flush();
    }
    let aside = aside(&target)?;
    let _part = Part::new(aside.path());
    // Not to the part by its name, which would stand in every message.
    let mut out = BufWriter::new(aside.as_file());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    if let Some(before) = before {
        aside.as_file().set_permissions(before.permissions())?;
    }
    if surely {
        aside.as_file().sync_all()?;
    }
    aside.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// What `path` leads to: through links, which stay links, also if what they lead to is not there yet.
fn target_of(path: &Path) -> PathBuf {
    /// A chain of more links is a circle.
    const MOST_LINKS: usize = 40;
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        if let Ok(target) = fs::canonicalize(&target) {
            return target;
        }
        // A pipe, which has a place but no name.
        if fs::metadata(&target).is_ok() {
            return target;
        }
        match fs::read_link(&target) {
            Ok(next) => target = folder_of(&target).join(next),
            Err(_) => return target,
        }
    }
    path.to_owned()
}

/// What is at `target` already, if anything, unless it must not be written over.
fn before(target: &Path) -> io::Result<Option<fs::Metadata>> {
    let refused = |kind, why| Err(io::Error::new(kind, Refused(why)));
    match fs::metadata(target) {
        Err(_) => Ok(None),
        Ok(before) if before.is_dir() => {
            refused(io::ErrorKind::IsADirectory, "this is a folder; name a file")
        }
        // Putting another file into its place would not ask.
        Ok(before) if before.is_file() && before.permissions().readonly() => refused(
            io::ErrorKind::PermissionDenied,
            "it is write-protected; name another file, or allow writing to it",
        ),
        Ok(before) => Ok(Some(before)),
    }
}

/// A new file in the folder of `target`.
fn aside(target: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bptt-scope-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file, less what the user's mask takes; a file that is there keeps its own.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    // The name of the part says nothing to whoever reads the message.
    builder
        .tempfile_in(folder_of(target))
        .map_err(|error| io::Error::from(error.kind()))
}

/// The files that are being written aside.
static PARTS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file that is being written aside, known to [`remove_parts`] while this lives.
struct Part(PathBuf);

impl Part {
    fn new(path: &Path) -> Self {
        if let Ok(mut parts) = PARTS.lock() {
            parts.push(path.to_owned());
        }
        Self(path.to_owned())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Ok(mut parts) = PARTS.lock() {
            parts.retain(|part| *part != self.0);
        }
    }
}

/// Removes what is being written aside, for whoever ends the program at once.
pub fn remove_parts() {
    if let Ok(parts) = PARTS.lock() {
        for part in &*parts {
            let _ = fs::remove_file(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) -> Result<(), WriteError> {
        write_file(path, false, |out| out.write_all(text.as_bytes()))
    }

    #[test]
    fn a_file_is_written_and_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        write(&path, "one").unwrap();
        write(&path, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing is left aside"
        );
    }

    #[test]
    fn a_failure_half_way_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        write(&path, "one").unwrap();
        let error = write_file(&path, true, |out| {
            out.write_all(b"tw")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        let message = error.unwrap_err().to_string();
        assert!(
            message.contains("a.txt") && message.contains("untouched"),
            "{message}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn folders_that_are_none_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let message = write(&folder.path().join("no/a.txt"), "x")
            .unwrap_err()
            .to_string();
        assert!(message.contains("there is no folder"), "{message}");
        let message = write(folder.path(), "x").unwrap_err().to_string();
        assert!(
            message.ends_with("this is a folder; name a file"),
            "{message}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_links_and_permissions_stay_what_they_were() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.txt"), folder.path().join("link"));
        write(&path, "one").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        // Readable for others, whatever the mask takes from them.
        assert_ne!(mode(&path) & 0o200, 0);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write(&link, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(mode(&path), 0o640);
        // Also before there is what they lead to.
        let (later, ahead) = (folder.path().join("later.txt"), folder.path().join("ahead"));
        std::os::unix::fs::symlink("later.txt", &ahead).unwrap();
        write(&ahead, "three").unwrap();
        assert_eq!(fs::read_to_string(&later).unwrap(), "three");
        assert!(fs::symlink_metadata(&ahead).unwrap().is_symlink());
        // A device is written to, not replaced.
        write(Path::new("/dev/null"), "three").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn a_write_protected_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        write(&path, "one").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        for error in [write(&path, "two"), check_writable(&path)] {
            let message = error.unwrap_err().to_string();
            assert!(
                message.ends_with(
                    "a.txt: it is write-protected; name another file, or allow writing to it"
                ),
                "{message}"
            );
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn whether_a_place_can_be_written_is_known_beforehand() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        assert!(check_writable(&path).is_ok());
        assert!(check_writable(folder.path()).is_err());
        assert!(check_writable(&folder.path().join("no/a.txt")).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_written_aside_can_be_removed_on_the_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let aside = aside(&folder.path().join("a.txt")).unwrap();
        let known = |path: &Path| PARTS.lock().unwrap().iter().any(|part| part == path);
        let part = Part::new(aside.path());
        assert!(known(aside.path()));
        drop(part);
        assert!(!known(aside.path()));
    }
}
