//! Every key of an experiment: its name in files and on the command line, what it takes, and how it is
//! read and written.
//!
//! One table serves experiment files, `--set`, `--axis` and the manual, so that none of them can know a key
//! that another does not.

mod difference;
mod kind;
mod nearest;
mod setting;
mod table;

pub use difference::Difference;
pub(super) use kind::describe;
pub use kind::{Kind, Value};
pub use nearest::{nearest, nearest_key};
pub use setting::Setting;
pub use table::{SETTINGS, find_setting};

#[cfg(test)]
mod tests;
