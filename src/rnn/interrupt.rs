//! A flag by which long arithmetic is told to stop between two timesteps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The pass was abandoned half-way; its buffers hold nothing of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// Raised by whoever waits, looked at by the passes once per timestep.
///
/// A step of a large network takes seconds, and pausing must not: the step is given up and done
/// again later from the same state, so that being interrupted leaves no trace in the numbers.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Asks the pass under way to stop.
    pub fn raise(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Takes the request back, before the next pass.
    pub fn clear(&self) {
        // A swap, so that no command sent before the flag was raised can be overlooked after this.
        self.0.swap(false, Ordering::SeqCst);
    }

    /// `Err` when the pass has been asked to stop.
    #[inline]
    pub fn check(&self) -> Result<(), Interrupted> {
        // Relaxed is enough here: a pass that sees the flag one timestep late is as good.
        if self.0.load(Ordering::Relaxed) {
            Err(Interrupted)
        } else {
            Ok(())
        }
    }
}
