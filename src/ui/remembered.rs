//! Keeps the memory file up to date while the window is open.

use std::time::Duration;

use web_time::Instant;

use super::last_will::LastWill;
use super::memory::Memory;
use super::memory_file::MemoryFile;

/// How long after the last change it is written: a slider that is dragged shall not write a hundred files.
const DELAY: Duration = Duration::from_secs(2);

/// How long after the first change it is written at the latest, however many others follow: so much is lost if the
/// program is killed.
const LONGEST: Duration = Duration::from_secs(5);

/// The memory file, and what is in it.
pub struct Remembered {
    file: MemoryFile,
    saved: Memory,
    /// When something may have changed, first and last, since it was written.
    touched: Option<Touched>,
    /// A failure is told once.
    failed: bool,
}

/// When something may have changed.
#[derive(Clone, Copy)]
struct Touched {
    first: Instant,
    last: Instant,
}

impl Touched {
    /// How long until it should be written, at the time `now`.
    fn due_in(self, now: Instant) -> Duration {
        let left =
            |limit: Duration, since| limit.saturating_sub(now.saturating_duration_since(since));
        left(DELAY, self.last).min(left(LONGEST, self.first))
    }
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
        let last = Instant::now();
        let first = self.touched.map_or(last, |touched| touched.first);
        self.touched = Some(Touched { first, last });
    }

    /// As [`Self::touch`], but for what is seen in every frame until it is written.
    pub fn touch_once(&mut self) {
        if self.touched.is_none() {
            self.touch();
        }
    }

    /// Whether the window has another `zoom` or `size` than the file.
    pub fn differs_in_look(&self, zoom: f32, size: [f32; 2]) -> bool {
        !self.failed && (self.saved.zoom, self.saved.size) != (zoom, size)
    }

    /// How long until the file should be written; `None` if nothing has changed.
    pub fn due_in(&self) -> Option<Duration> {
        Some(self.touched?.due_in(Instant::now()))
    }

    /// `memory` is to be written even if the window goes away before it is time.
    pub fn prepare(&self, memory: Memory) {
        if memory == self.saved {
            LastWill::revoke();
        } else {
            LastWill::make(&self.file, memory);
        }
    }

    /// Writes `memory` if it is not what the file has. Returns what there is to tell if that fails, once: that it
    /// “cannot be written to …”.
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
                Some(self.file.cannot_be_written(&error))
            }
        }
    }

    /// Writes `memory` and waits until it is on the disk. Returns what there is to tell if that fails, also if a failure
    /// was told before.
    pub fn save_in_the_end(&mut self, memory: Memory) -> Option<String> {
        self.failed = false;
        self.save(memory, true)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A change every second for half a minute: each starts the wait of two seconds anew, and five seconds after the
    /// first it is over.
    #[test]
    fn a_hand_that_never_rests_is_written_down_all_the_same() {
        let start = Instant::now();
        let after = |seconds: u64| start + Duration::from_secs(seconds);
        let (mut touched, mut written) = (None::<Touched>, 0);
        for second in 0..30 {
            let first = touched.map_or(after(second), |touched| touched.first);
            let last = after(second);
            let now = Touched { first, last };
            assert!(now.due_in(last) <= DELAY);
            touched = if now.due_in(last).is_zero() {
                written += 1;
                None
            } else {
                Some(now)
            };
        }
        assert_eq!(written, 5);
        let once = Touched {
            first: start,
            last: start,
        };
        assert_eq!(once.due_in(start), DELAY);
        assert_eq!(once.due_in(after(1)), Duration::from_secs(1));
        assert_eq!(once.due_in(after(2)), Duration::ZERO);
    }
}
