//! A flag by which long arithmetic is told to stop between two timesteps.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The pass was abandoned half-way; its buffers hold nothing of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// Raised by whoever waits, or by itself when its time is over; looked at by the passes once per timestep.
///
/// A step of a large network takes seconds, and pausing must not: the step is given up and done
/// again later from the same state, so that being interrupted leaves no trace in the numbers.
#[derive(Clone, Default)]
pub struct Interrupt(Arc<Flag>);

#[derive(Default)]
struct Flag {
    raised: AtomicBool,
    /// Says that the time is over, and how many timesteps have passed since it was asked.
    over: Option<(IsOver, AtomicU32)>,
}

type IsOver = Box<dyn Fn() -> bool + Send + Sync>;

/// Timesteps between two questions whether the time is over: a clock takes longer than the timestep of a small network.
const ASKED_EVERY: u32 = 64;

impl Interrupt {
    /// One that raises itself as soon as `is_over` says that its time is over. It is asked every so many timesteps.
    pub fn once(is_over: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(Flag {
            raised: AtomicBool::new(false),
            over: Some((Box::new(is_over), AtomicU32::new(0))),
        }))
    }

    /// Asks the pass under way to stop.
    pub fn raise(&self) {
        self.0.raised.store(true, Ordering::SeqCst);
    }

    /// Takes the request back, before the next pass.
    pub fn clear(&self) {
        // A swap, so that no command sent before the flag was raised can be overlooked after this.
        self.0.raised.swap(false, Ordering::SeqCst);
    }

    /// `Err` when the pass has been asked to stop.
    #[inline]
    pub fn check(&self) -> Result<(), Interrupted> {
        // Relaxed is enough here: a pass that sees the flag one timestep late is as good.
        if self.0.raised.load(Ordering::Relaxed) {
            return Err(Interrupted);
        }
        match &self.0.over {
            None => Ok(()),
            Some((is_over, asked)) => self.ask(is_over, asked),
        }
    }

    #[cold]
    fn ask(&self, is_over: &IsOver, asked: &AtomicU32) -> Result<(), Interrupted> {
        let is_asked = asked
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(ASKED_EVERY);
        if is_asked && is_over() {
            self.raise();
            return Err(Interrupted);
        }
        Ok(())
    }
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let raised = self.0.raised.load(Ordering::Relaxed);
        f.debug_tuple("Interrupt").field(&raised).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupt_is_raised_by_hand_or_once_its_time_is_over() {
        let interrupt = Interrupt::default();
        assert_eq!(interrupt.check(), Ok(()));
        interrupt.clone().raise();
        assert_eq!(interrupt.check(), Err(Interrupted));
        interrupt.clear();
        assert_eq!(interrupt.check(), Ok(()));
        let over = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&over);
        let timed = Interrupt::once(move || asked.load(Ordering::Relaxed));
        assert!((0..1000).all(|_| timed.check().is_ok()));
        over.store(true, Ordering::Relaxed);
        let late = (0..1000).position(|_| timed.check().is_err());
        assert!(late.is_some_and(|late| late <= ASKED_EVERY as usize));
        assert!(timed.check().is_err(), "it stays raised");
        over.store(false, Ordering::Relaxed);
        timed.clear();
        assert_eq!(timed.check(), Ok(()));
    }
}
