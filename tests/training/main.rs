//! The trainer, the session and the worker, as the window uses them.

mod changes;
mod divergence;
mod replay;
mod runs;
mod support;
mod trainer;
mod worker;
