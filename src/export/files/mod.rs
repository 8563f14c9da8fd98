//! Files: opened whatever is in them, and written so that what was there is never damaged.

mod head;
mod open_error;
mod opened;
mod opening;
mod others;
mod part;
mod patient;
mod reading;
mod source;
mod target;
mod tensors;
mod write_aside;

pub use open_error::OpenError;
pub use opened::{Carrier, Opened};
pub use opening::{
    LARGEST_TEXT, experiment_in, is_named_as_a_table, open_alone, open_experiment, read_experiment,
};
pub use others::{FoundModule, bring_files, modules_of, open_model};
pub use part::remove_parts;
pub use patient::{Patience, Patient};
pub use reading::Watch;
pub use source::{Source, holds_experiment};
pub use tensors::open_tensors;
pub use write_aside::{WriteError, check_writable, write_file};
