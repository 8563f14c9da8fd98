//! The program as it is started from a terminal.

mod bad_input;
mod check;
mod looking;
mod records;
mod several;
mod strangers;
#[cfg(target_os = "linux")]
mod streams;
mod support;
mod sweep;
mod trace;
mod usage;
