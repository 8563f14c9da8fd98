//! The file in which the window keeps what it remembers.

use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use super::memory::Memory;
use super::memory_text::{LARGEST, read_memory};
use super::system;
use crate::training::{megabytes, shown_path, shown_reason};

/// The file.
#[derive(Clone, Debug)]
pub struct MemoryFile {
    path: PathBuf,
    /// What is there must not be written over, because it could not be taken over.
    is_kept: bool,
}

impl MemoryFile {
    /// Where this system keeps such files; `None` if it has no such place.
    pub fn usual() -> Option<Self> {
        let folder = system::data_folder()?;
        Some(Self::at(folder.join("bptt-scope").join("memory.json")))
    }

    /// The file at `path`.
    pub fn at(path: PathBuf) -> Self {
        Self {
            path,
            is_kept: false,
        }
    }

    /// What was remembered, and what there is to tell of it. A file that cannot be understood is set
    /// aside under another name; one that cannot be read or moved is left alone, and then this program
    /// writes none. Without one everything is as at first.
    pub fn load(&mut self) -> (Memory, Option<String>) {
        let understood = match store::open(&self.path) {
            Ok((size, _)) if size > LARGEST => Err(format!(
                "it is {} large, and at most {} is read",
                megabytes(size),
                megabytes(LARGEST)
            )),
            Ok((_, file)) => read_memory(BufReader::new(file)).map_err(|error| error.to_string()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return (Memory::default(), None);
            }
            Err(error) => {
                let path = shown_path(&self.path);
                let text = format!("What was remembered cannot be read from {path}: {error}");
                self.is_kept = true;
                return (Memory::default(), Some(text));
            }
        };
        match understood {
            Ok(memory) => (memory, None),
            Err(reason) => (Memory::default(), Some(self.set_aside(&reason))),
        }
    }

    /// Writes `memory`: aside first and then into place, so that a full disk damages nothing.
    ///
    /// With `surely` it waits until the disk has it.
    ///
    /// # Errors
    /// What the system says.
    pub fn save(&self, memory: &Memory, surely: bool) -> io::Result<()> {
        if self.is_kept {
            return Ok(());
        }
        let text = serde_json::to_string_pretty(memory)?;
        store::write(&self.path, &text, surely)
    }

    /// What is said of what should be in it after `error`: it “cannot be written to …”.
    pub(super) fn cannot_be_written(&self, error: &io::Error) -> String {
        format!("cannot be written to {}: {error}", shown_path(&self.path))
    }

    /// Whether nothing is written, because what is there could not be taken over.
    pub(super) fn is_left_alone(&self) -> bool {
        self.is_kept
    }

    /// From now on nothing is written.
    pub(super) fn leave_alone(&mut self) {
        self.is_kept = true;
    }

    /// The file's place.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn set_aside(&mut self, reason: &str) -> String {
        let name = |number: usize| match number {
            1 => self.path.with_extension("damaged.json"),
            number => self.path.with_extension(format!("damaged-{number}.json")),
        };
        let mut number = 1;
        while store::exists(&name(number)) {
            number += 1;
        }
        let aside = name(number);
        match store::rename(&self.path, &aside) {
            Ok(()) => format!(
                "What was remembered could not be understood ({reason}); the file is kept as {}",
                shown_path(&aside)
            ),
            Err(error) => {
                self.is_kept = true;
                format!(
                    "What was remembered could not be understood ({reason}), and {} cannot be moved: {}",
                    shown_path(&self.path),
                    shown_reason(&error.to_string())
                )
            }
        }
    }
}

/// The disk.
#[cfg(not(target_family = "wasm"))]
mod store {
    use std::fs::{self, File};
    use std::io;
    use std::path::Path;

    use crate::export::{Patience, write_file};

    /// The file at `path` and its size in bytes. It must be a regular one: nothing else can keep the window waiting.
    pub fn open(path: &Path) -> io::Result<(u64, File)> {
        let metadata = fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is no file"));
        }
        Ok((metadata.len(), File::open(path)?))
    }

    pub fn write(path: &Path, text: &str, surely: bool) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let written = write_file(path, surely, Patience::None, |out| {
            out.write_all(text.as_bytes())
        });
        written.map_err(|error| error.source)
    }

    pub fn exists(path: &Path) -> bool {
        path.exists()
    }

    pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }
}

/// What a page may keep with a person's browser, by names.
#[cfg(target_family = "wasm")]
mod store {
    use std::io::{self, Cursor};
    use std::path::Path;

    fn storage() -> io::Result<web_sys::Storage> {
        let refused = || io::Error::other("this browser lets pages keep nothing");
        let window = web_sys::window().ok_or_else(refused)?;
        window.local_storage().ok().flatten().ok_or_else(refused)
    }

    fn name(path: &Path) -> String {
        path.to_string_lossy().into_owned()
    }

    pub fn open(path: &Path) -> io::Result<(u64, Cursor<Vec<u8>>)> {
        let found = storage()?.get_item(&name(path)).ok().flatten();
        let text = found.ok_or(io::ErrorKind::NotFound)?;
        Ok((text.len() as u64, Cursor::new(text.into_bytes())))
    }

    pub fn write(path: &Path, text: &str, _surely: bool) -> io::Result<()> {
        let full = |_| io::Error::other("this browser keeps no more for this page");
        storage()?.set_item(&name(path), text).map_err(full)
    }

    pub fn exists(path: &Path) -> bool {
        open(path).is_ok()
    }

    pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
        let (_, text) = open(from)?;
        let text = String::from_utf8_lossy(text.get_ref()).into_owned();
        write(to, &text, true)?;
        let refused = |_| io::Error::other("this browser removes nothing");
        storage()?.remove_item(&name(from)).map_err(refused)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use super::*;

    fn temporary(name: &str) -> MemoryFile {
        let folder = std::env::temp_dir().join(format!("bptt-scope-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        MemoryFile::at(folder.join("memory.json"))
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let mut file = temporary("saved");
        assert_eq!(file.load(), (Memory::default(), None));
        let mut memory = Memory::default();
        memory.experiment.network.w_h = 0.1 + 0.2;
        memory.experiment.training.clip_norm = Some(0.3);
        memory.dark = Some(false);
        memory.size = [1333.0, 777.0];
        file.save(&memory, true).unwrap();
        assert_eq!(file.load(), (memory, None));
        fs::remove_dir_all(file.path().parent().unwrap()).unwrap();
    }

    #[test]
    fn whatever_is_damaged_is_set_aside_and_told() {
        let mut file = temporary("damaged");
        fs::create_dir_all(file.path().parent().unwrap()).unwrap();
        let whole = serde_json::to_string(&Memory::default()).unwrap();
        let far = whole.replace(r#""w_h":0.9"#, r#""w_h":1e300"#);
        assert_ne!(far, whole);
        for text in [
            String::new(),
            "\u{0}\u{1}binary".to_owned(),
            whole[..whole.len() / 2].to_owned(),
            whole.replace(r#""version":1"#, r#""version":2"#),
            whole.replace(r#""zoom":1.0"#, r#""zoom":null"#),
            whole.replace("unrolled", "unheard-of"),
            "[".repeat(100_000),
            far,
        ] {
            fs::write(file.path(), &text).unwrap();
            let (memory, notice) = file.load();
            assert_eq!(memory, Memory::default());
            let notice = notice.expect("something to tell");
            assert!(notice.contains("memory.damaged"), "{notice}");
            assert!(!file.path().exists());
        }
        // None of them has taken the place of another.
        let kept = fs::read_dir(file.path().parent().unwrap()).unwrap();
        assert_eq!(kept.count(), 8);
        fs::remove_dir_all(file.path().parent().unwrap()).unwrap();
    }

    /// A list of 64 MB took 0.9 GB, a text of 10 MB 2.3 GB.
    #[test]
    fn what_is_larger_than_anything_remembered_is_set_aside_unread() {
        let mut file = temporary("large");
        fs::create_dir_all(file.path().parent().unwrap()).unwrap();
        // Of nothing, which takes no room.
        File::create(file.path())
            .unwrap()
            .set_len(64_000_000)
            .unwrap();
        let (memory, notice) = file.load();
        assert_eq!(memory, Memory::default());
        let notice = notice.unwrap();
        assert!(
            notice.contains("(it is 64 MB large, and at most 1 MB is read)"),
            "{notice}"
        );
        assert!(!file.path().exists());
        fs::remove_dir_all(file.path().parent().unwrap()).unwrap();
    }

    #[test]
    fn a_window_of_no_size_is_opened_at_one_that_can_be_used() {
        let mut file = temporary("sized");
        let memory = Memory {
            size: [0.0, 1e9],
            zoom: 40.0,
            ..Memory::default()
        };
        file.save(&memory, true).unwrap();
        let (found, notice) = file.load();
        assert_eq!(
            (found.size, found.zoom, notice),
            ([400.0, 20_000.0], 5.0, None)
        );
        fs::remove_dir_all(file.path().parent().unwrap()).unwrap();
    }

    /// A file that cannot be read is nobody's to write over.
    #[test]
    fn what_cannot_be_read_is_left_alone() {
        let mut file = temporary("folder");
        fs::create_dir_all(file.path().join("inside")).unwrap();
        assert!(file.load().1.is_some());
        assert!(file.save(&Memory::default(), true).is_ok());
        assert!(file.path().join("inside").exists());
        fs::remove_dir_all(file.path().parent().unwrap()).unwrap();
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error_and_no_panic() {
        let mut file = temporary("blocked");
        let folder = file.path().parent().unwrap().to_owned();
        fs::create_dir_all(folder.parent().unwrap()).unwrap();
        fs::write(&folder, "a file where the folder should be").unwrap();
        assert!(file.save(&Memory::default(), true).is_err());
        assert!(file.load().1.is_some());
        fs::remove_file(folder).unwrap();
    }
}
