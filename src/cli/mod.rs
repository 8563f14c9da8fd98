//! Floor 5: the same instrument without a window.
//!
//! **Architecture invariant.** The command line is the window's twin: it makes the same
//! [`crate::training::Trainer`] and prints the same [`crate::training::Snapshot`]. Results go to the
//! writer it is given, words to whoever called; it opens no window and asks nothing.

mod trace;

pub use trace::{TraceError, TraceOutcome, trace};
