//! Floor 4: an experiment and what there is to see of it, as text and pictures.
//!
//! **Architecture invariant.** What is written here is a snapshot, and what was found out about it:
//! nothing is trained and nothing is computed a second time in another way. This floor knows neither the
//! window nor the command line, which both write through it and so write the same bytes.

mod look;
mod questions;
pub mod trace;
mod view;

pub use look::{Direction, Look, Measure, PhaseAxis, Reaches};
pub use questions::question;
pub use trace::{TRACE_SCHEMA, Trace, TraceError};
pub use view::View;
