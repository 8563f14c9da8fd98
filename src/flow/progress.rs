//! How far a long computation is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Steps that the whole is counted in.
const WHOLE: f64 = 10_000.0;

/// The share of a computation that is done, written by whoever computes and read by whoever waits.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicU32>);

impl Progress {
    /// Says that `share` (0 to 1) is done.
    pub fn set(&self, share: f64) {
        let share = (share.clamp(0.0, 1.0) * WHOLE) as u32;
        self.0.store(share, Ordering::Relaxed);
    }

    /// The share that is done, 0 to 1.
    pub fn share(&self) -> f64 {
        f64::from(self.0.load(Ordering::Relaxed)) / WHOLE
    }
}
