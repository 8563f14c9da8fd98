//! Writing: aside first and then into place, so that a full disk or a crash never leaves half a file where a
//! whole one was.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::part::Part;
use super::patience::Patience;
use super::patient::Patient;
use super::target::{Refused, before, folder_of, target_of};
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

/// What happened and, where there is one, the remedy.
fn reason(path: &Path, source: &io::Error) -> String {
    // Links lead somewhere else.
    let target = match target_of(path) {
        Ok(target) => target,
        Err(refused) => return refused.to_string(),
    };
    let folder = folder_of(&target);
    let is_device = fs::metadata(&target).is_ok_and(|it| !it.is_file());
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
        io::ErrorKind::StorageFull | io::ErrorKind::FileTooLarge if !is_device => {
            format!("{source}; what was there before is untouched")
        }
        _ => source.to_string(),
    }
}

/// Writes the file at `path` by `write`. With `surely` it waits until the disk has it.
///
/// What is no regular file, such as `/dev/null` or a pipe, is written to directly, with `patience` for whoever reads.
///
/// # Errors
/// [`WriteError`] says what the system says. The file is then as it was.
pub fn write_file(
    path: &Path,
    surely: bool,
    patience: Patience<'_>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    attempt(path, surely, patience, write).map_err(|source| WriteError {
        path: path.to_owned(),
        source,
    })
}

/// Whether [`write_file`] could begin to write to `path`, found out before long work whose result is meant for
/// it. What killed runs have left of it is taken away, and nothing else is changed.
///
/// # Errors
/// As [`write_file`].
pub fn check_writable(path: &Path) -> Result<(), WriteError> {
    let begin = || {
        let target = target_of(path)?;
        match before(&target)? {
            Some(before) if !before.is_file() => Ok(()),
            _ => Part::beside(&target).map(drop),
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
    patience: Patience<'_>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let target = target_of(path)?;
    let before = before(&target)?;
    if before.as_ref().is_some_and(|before| !before.is_file()) {
        let mut out = BufWriter::new(Patient::open(&target, patience)?);
        write(&mut out)?;
        return out.flush();
    }
    let part = Part::beside(&target)?;
    // Not to the part by its name, which would stand in every message.
    let mut out = BufWriter::new(part.file());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    if let Some(before) = before {
        part.file().set_permissions(before.permissions())?;
    }
    if surely {
        part.file().sync_all()?;
    }
    part.persist(&target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) -> Result<(), WriteError> {
        write_file(path, false, Patience::None, |out| {
            out.write_all(text.as_bytes())
        })
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
        let error = write_file(&path, true, Patience::None, |out| {
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

    /// Whatever a shell has redirected there would be gone.
    #[cfg(target_os = "linux")]
    #[test]
    fn an_open_file_is_not_replaced_by_its_number() {
        use std::os::fd::AsRawFd;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.txt");
        write(&path, "precious").unwrap();
        let open = fs::File::options().append(true).open(&path).unwrap();
        for names in ["/dev/fd", "/proc/self/fd"] {
            let number = Path::new(names).join(open.as_raw_fd().to_string());
            let message = write(&number, "x").unwrap_err().to_string();
            assert!(message.ends_with("name the file itself"), "{message}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_in_a_circle_or_nowhere_are_told_and_left() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        symlink("b", at("a")).unwrap();
        symlink("a", at("b")).unwrap();
        symlink(at("gone/c.txt"), at("c.txt")).unwrap();
        for error in [write(&at("a"), "x"), check_writable(&at("a"))] {
            let message = error.unwrap_err().to_string();
            assert!(
                message.ends_with("a: it is a link in a circle of links; name a file"),
                "{message}"
            );
        }
        let message = write(&at("c.txt"), "x").unwrap_err().to_string();
        let gone = shown_path(&at("gone"));
        assert!(
            message.ends_with(&format!("c.txt: there is no folder {gone}")),
            "{message}"
        );
        for name in ["a", "b", "c.txt"] {
            assert!(fs::symlink_metadata(at(name)).unwrap().is_symlink());
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }
}
