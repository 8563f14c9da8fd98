//! A file that is written aside, until it takes its place.
//!
//! A program that is killed leaves its part behind. Nobody can clean up then, so whoever writes the same file next
//! takes it away. A part is locked while its writer lives, and the lock ends with the process, however that ends: a
//! part that can be locked is nobody's any more. Where the system cannot lock files, nothing is taken away.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tempfile::NamedTempFile;

use super::target::folder_of;

/// How the names of all parts end.
const SUFFIX: &str = ".part";

/// Letters and digits between, which are drawn.
const DRAWN: usize = 6;

/// A new file in the folder of the one that it is to become. It is removed when this is dropped.
#[derive(Debug)]
pub struct Part {
    file: NamedTempFile,
    known: Known,
}

impl Part {
    /// For the file at `target`. What earlier writers of that file have left is taken away first, for it may be what
    /// fills the disk.
    ///
    /// # Errors
    /// What the system says.
    pub fn beside(target: &Path) -> io::Result<Self> {
        let prefix = prefix(target);
        remove_leftovers(folder_of(target), &prefix);
        loop {
            let file = create(folder_of(target), &prefix)?;
            if is_locked_by_us(file.as_file(), file.path()) {
                let known = Known::new(file.path());
                return Ok(Self { file, known });
            }
        }
    }

    /// What is written to.
    pub fn file(&self) -> &File {
        self.file.as_file()
    }

    /// Puts it into the place of the file at `target`.
    ///
    /// # Errors
    /// What the system says. Then it is removed, and what was at `target` before is still there.
    pub fn persist(self, target: &Path) -> io::Result<()> {
        let Self { file, known } = self;
        file.persist(target).map_err(|error| error.error)?;
        drop(known);
        Ok(())
    }
}

/// What the parts of the file at `target` begin with: its name, so that whoever finds one knows what it is of.
fn prefix(target: &Path) -> String {
    /// Bytes of a name, of which systems take 255 in all.
    const LONGEST: usize = 150;
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let name = &name[..name.floor_char_boundary(LONGEST)];
    format!(".{name}.bptt-scope-")
}

fn create(folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // As any new file, less what the user's mask takes; a file that is there keeps its own.
        options.mode(0o666);
    }
    // Opened here, because the library names the part in its errors, which says nothing to whoever reads them.
    tempfile::Builder::new()
        .prefix(prefix)
        .suffix(SUFFIX)
        .rand_bytes(DRAWN)
        .make_in(folder, |path| options.open(path))
}

/// Locks the new `file` at `path`. Whoever takes leftovers away may have come between: then it is not ours.
fn is_locked_by_us(file: &File, path: &Path) -> bool {
    match file.try_lock() {
        Ok(()) => path.exists(),
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(error)) => {
            log::debug!("{}: no lock: {error}", path.display());
            true
        }
    }
}

/// Removes the parts in `folder` that begin with `prefix` and whose writers are no more.
fn remove_leftovers(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if !is_part(&name.to_string_lossy(), prefix)
            || !entry.file_type().is_ok_and(|it| it.is_file())
        {
            continue;
        }
        // Locked until it is gone, so that its writer cannot begin meanwhile.
        if let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether this is the `name` of a part: nothing but what was drawn stands between begin and end.
fn is_part(name: &str, prefix: &str) -> bool {
    let drawn = name
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_suffix(SUFFIX));
    drawn.is_some_and(|it| it.len() == DRAWN && it.chars().all(|char| char.is_ascii_alphanumeric()))
}

/// The parts of this process.
static PARTS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A part that [`remove_parts`] knows of while this lives.
#[derive(Debug)]
struct Known(PathBuf);

impl Known {
    fn new(path: &Path) -> Self {
        if let Ok(mut parts) = PARTS.lock() {
            parts.push(path.to_owned());
        }
        Self(path.to_owned())
    }
}

impl Drop for Known {
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

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_the_dead_have_left_is_taken_away_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.txt");
        let living = Part::beside(&target).unwrap();
        let dead = [
            ".a.txt.bptt-scope-AAAAAA.part",
            ".a.txt.bptt-scope-BBBBBB.part",
        ];
        let others = [
            ".b.txt.bptt-scope-AAAAAA.part",
            "a.txt.bptt-scope-CCCCCC.part",
            ".a.txt.bptt-scope-notes",
            ".a.txt.bptt-scope-notes.part",
            ".a.txt.bptt-scope-my-own.part",
        ];
        for name in dead.iter().chain(&others) {
            fs::write(folder.path().join(name), "left").unwrap();
        }
        let next = Part::beside(&target).unwrap();
        assert!(living.file.path().exists() && next.file.path().exists());
        next.persist(&target).unwrap();
        drop(living);
        let mut left = others.map(str::to_owned).to_vec();
        left.push("a.txt".to_owned());
        left.sort();
        assert_eq!(names(folder.path()), left);
    }

    /// One that is gone, or that somebody else holds, is not written to.
    #[test]
    fn a_part_that_was_taken_for_a_leftover_is_not_ours() {
        let folder = tempfile::tempdir().unwrap();
        let file = create(folder.path(), ".a.bptt-scope-").unwrap();
        let other = File::open(file.path()).unwrap();
        other.try_lock().unwrap();
        assert!(!is_locked_by_us(file.as_file(), file.path()));
        drop(other);
        assert!(is_locked_by_us(file.as_file(), file.path()));
        fs::remove_file(file.path()).unwrap();
        assert!(!is_locked_by_us(file.as_file(), file.path()));
    }

    #[test]
    fn the_longest_name_has_a_part() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("é".repeat(127));
        let part = Part::beside(&target).unwrap();
        part.persist(&target).unwrap();
        assert_eq!(names(folder.path()).len(), 1);
    }

    #[test]
    fn what_is_written_aside_can_be_removed_on_the_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let part = Part::beside(&folder.path().join("a.txt")).unwrap();
        let path = part.file.path().to_owned();
        let is_known = |path: &Path| PARTS.lock().unwrap().iter().any(|part| part == path);
        assert!(is_known(&path));
        drop(part);
        assert!(!is_known(&path) && !path.exists());
    }
}
