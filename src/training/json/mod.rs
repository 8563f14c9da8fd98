//! JSON that comes from anywhere: traces, and what the window remembers.
//!
//! It is read piece by piece and nothing is built of it but what is asked for, so that memory is bounded whatever
//! the size of the file; what is wrong is said with its line and key, as for TOML.

mod experiment;
mod found;
mod source;

pub use experiment::ExperimentSeed;
pub use source::{Json, Watch, json_from, no_json};
