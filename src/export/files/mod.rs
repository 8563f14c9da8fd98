//! Files: opened whatever is in them, and written so that what was there is never damaged.

mod head;
mod open_error;
mod opened;
mod opening;
mod others;
#[cfg(not(target_family = "wasm"))]
mod part;
mod patience;
#[cfg(not(target_family = "wasm"))]
mod patient;
mod reading;
mod records;
mod shelf;
mod source;
#[cfg(not(target_family = "wasm"))]
mod target;
mod tensors;
#[cfg(not(target_family = "wasm"))]
mod write_aside;
#[cfg(target_family = "wasm")]
mod write_down;

pub use open_error::OpenError;
pub use opened::{Carrier, Opened};
pub use opening::{
    LARGEST_TEXT, experiment_in, is_named_as_a_table, open_alone, open_experiment, read_experiment,
};
pub use others::{FoundModule, bring_files, modules_of, open_model};
#[cfg(not(target_family = "wasm"))]
pub use part::remove_parts;
pub use patience::Patience;
#[cfg(not(target_family = "wasm"))]
pub use patient::Patient;
pub use reading::Watch;
pub use records::{RecordFile, followed, open_record, records_in, run_name, runs_in};
pub use shelf::{put_file, take_written};
pub use source::{Source, holds_experiment};
pub use tensors::open_tensors;
#[cfg(not(target_family = "wasm"))]
pub use write_aside::{WriteError, check_writable, write_file};
#[cfg(target_family = "wasm")]
pub use write_down::{WriteError, check_writable, write_file};
