//! Keeps the memory file up to date while the window is open.

use std::time::Duration;

use web_time::Instant;

use super::last_will::LastWill;
use super::memory::{Memory, MemoryFile};
use crate::training::shown_path;

/// How long after a change it is written: a slider that is dragged shall not write a hundred files.
const DELAY: Duration = Duration::from_secs(2);

/// The memory file, and what is in it.
pub struct Remembered {
    file: MemoryFile,
    saved: Memory,
    /// Something may have changed at this time.
    touched: Option<Instant>,
    /// A failure is told once.
    failed: bool,
}

impl Remembered {
    /// `file`, which holds `memory`.
    pub fn new(file: MemoryFile, memory: &Memory) -> Self {
        Self {
            file,
            saved: memory.clone(),
            touched: None,
            failed: false,
        }
    }

    /// Something may have changed.
    pub fn touch(&mut self) {
        self.touched = Some(Instant::now());
    }

    /// How long until the file should be written; `None` if nothing has changed.
    pub fn due_in(&self) -> Option<Duration> {
        let since = self.touched?.elapsed();
        Some(DELAY.saturating_sub(since))
    }

    /// `memory` is to be written even if the window goes away before it is time.
    pub fn prepare(&self, memory: Memory) {
        if memory == self.saved {
            LastWill::revoke();
        } else {
            LastWill::make(&self.file, memory);
        }
    }

    /// Writes `memory` if it is not what the file has. Returns what there is to tell if that fails.
    /// With `surely` it waits until it is on the disk, which a window that is being used has no time for.
    pub fn save(&mut self, memory: Memory, surely: bool) -> Option<String> {
        self.touched = None;
        if memory == self.saved && !surely {
            return None;
        }
        match self.file.save(&memory, surely) {
            Ok(()) => {
                self.saved = memory;
                LastWill::revoke();
                None
            }
            Err(_) if self.failed => None,
            Err(error) => {
                self.failed = true;
                let path = shown_path(self.file.path());
                Some(format!(
                    "What is to be remembered cannot be written to {path}: {error}"
                ))
            }
        }
    }
}

impl Drop for Remembered {
    fn drop(&mut self) {
        // A window that is closed has written everything; one that is torn down by a panic has not.
        if !std::thread::panicking() {
            LastWill::revoke();
        }
    }
}
