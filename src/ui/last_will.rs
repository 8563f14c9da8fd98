//! What is written when the window's thread ends before it was time to write it.
//!
//! The display may go away from under a window. Then the windowing library panics, or the display's own library
//! ends the program from within C, where no `drop` of the window is ever run. What does run is the destructor of
//! the thread's own values, and so what is still to be written is kept in one of them.

use std::cell::RefCell;

use super::memory::Memory;
use super::memory_file::MemoryFile;

thread_local! {
    static LAST_WILL: RefCell<Option<LastWill>> = const { RefCell::new(None) };
}

/// What the memory file does not have yet. It is written when the thread ends, however it ends: a crash of this
/// program's own making has to [`revoke`](Self::revoke) it, for what led to it should not lead to it again.
pub struct LastWill {
    file: MemoryFile,
    memory: Memory,
}

impl LastWill {
    /// From now on `memory` is what `file` is to have in the end.
    pub(super) fn make(file: &MemoryFile, memory: Memory) {
        Self::revoke();
        let file = file.clone();
        LAST_WILL.set(Some(Self { file, memory }));
    }

    /// Writes what is still to be written, and waits until the disk has it.
    ///
    /// # Errors
    /// What is to be said of it: that it “cannot be written to …”, and why.
    pub fn carry_out() -> Result<(), String> {
        // Where the thread's own values are gone already, this one was written when it went.
        let Ok(Some(mut will)) = LAST_WILL.try_with(RefCell::take) else {
            return Ok(());
        };
        if will.file.is_left_alone() {
            return Err("is not saved, because what was there could not be read".to_owned());
        }
        let saved = will.file.save(&will.memory, true);
        let told = saved.map_err(|error| will.file.cannot_be_written(&error));
        // It was tried.
        will.file.leave_alone();
        told
    }

    /// Nothing is to be written any more.
    pub fn revoke() {
        if let Some(mut will) = LAST_WILL.take() {
            will.file.leave_alone();
        }
    }
}

impl Drop for LastWill {
    fn drop(&mut self) {
        // There is nobody left to tell.
        let _ = self.file.save(&self.memory, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn temporary(name: &str) -> (tempfile::TempDir, MemoryFile) {
        let folder = tempfile::tempdir().unwrap();
        let file = MemoryFile::at(folder.path().join(name));
        (folder, file)
    }

    fn memory(size: f32) -> Memory {
        Memory {
            size: [size, 700.0],
            ..Memory::default()
        }
    }

    #[test]
    fn the_end_of_a_thread_writes_what_was_not_written() {
        let (_folder, mut file) = temporary("memory.json");
        let last = file.clone();
        let thread = std::thread::spawn(move || {
            LastWill::make(&last, memory(1100.0));
            LastWill::make(&last, memory(1200.0));
            assert!(!last.path().exists());
        });
        thread.join().unwrap();
        assert_eq!(file.load(), (memory(1200.0), None));
    }

    #[test]
    fn a_will_is_carried_out_once_and_a_revoked_one_never() {
        let (_folder, mut file) = temporary("memory.json");
        let last = file.clone();
        let thread = std::thread::spawn(move || {
            LastWill::make(&last, memory(1100.0));
            LastWill::revoke();
            LastWill::carry_out().unwrap();
            assert!(!last.path().exists());
            LastWill::make(&last, memory(1300.0));
            LastWill::carry_out().unwrap();
            assert!(last.path().exists());
            std::fs::remove_file(last.path()).unwrap();
        });
        thread.join().unwrap();
        assert_eq!(file.load(), (Memory::default(), None));
    }

    #[test]
    fn a_will_that_cannot_be_carried_out_is_told() {
        let (folder, _) = temporary("memory.json");
        let blocked = folder.path().join("blocked");
        std::fs::write(&blocked, "a file where the folder should be").unwrap();
        let file = MemoryFile::at(blocked.join("memory.json"));
        let thread = std::thread::spawn(move || {
            LastWill::make(&file, memory(1100.0));
            LastWill::carry_out().unwrap_err()
        });
        let told = thread.join().unwrap();
        assert!(told.starts_with("cannot be written to "), "{told}");
        // What could not be read is not written over, and that is no saving either.
        let mut unread = MemoryFile::at(folder.path().to_owned());
        assert!(unread.load().1.is_some());
        let thread = std::thread::spawn(move || {
            LastWill::make(&unread, memory(1100.0));
            LastWill::carry_out().unwrap_err()
        });
        assert!(thread.join().unwrap().starts_with("is not saved"));
    }
}
