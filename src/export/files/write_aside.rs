//! Writing: aside first and then into place, so that a full disk or a crash never leaves half a file where a
//! whole one was.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Why a file could not be written. What was there before is still there.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {}", .path.display(), reason(.path, .source))]
pub struct WriteError {
    /// Where.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

/// What happened and, where there is one, the remedy.
fn reason(path: &Path, source: &io::Error) -> String {
    let folder = folder_of(path);
    match source.kind() {
        io::ErrorKind::NotFound if !folder.exists() => {
            format!("there is no folder {}", folder.display())
        }
        io::ErrorKind::NotFound => {
            format!("no file can be made in {}", folder.display())
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

fn attempt(
    path: &Path,
    surely: bool,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    // Through links, which stay links.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let before = fs::metadata(&target).ok();
    if before.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "this is a folder; name a file",
        ));
    }
    if before.as_ref().is_some_and(|before| !before.is_file()) {
        let mut out = BufWriter::new(fs::OpenOptions::new().write(true).open(&target)?);
        write(&mut out)?;
        return out.flush();
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bptt-scope-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file, less what the user's mask takes; a file that is there keeps its own.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    // The name of the part says nothing to whoever reads the message.
    let aside = builder
        .tempfile_in(folder_of(&target))
        .map_err(|error| io::Error::from(error.kind()))?;
    let mut out = BufWriter::new(aside);
    write(&mut out)?;
    let aside = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    if let Some(before) = before {
        aside.as_file().set_permissions(before.permissions())?;
    }
    if surely {
        aside.as_file().sync_all()?;
    }
    aside.persist(&target).map_err(|error| error.error)?;
    Ok(())
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
        // A device is written to, not replaced.
        write(Path::new("/dev/null"), "three").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
