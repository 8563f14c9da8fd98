//! Floor 5: an experiment and what there is to see of it, as text and pictures.
//!
//! **Architecture invariant.** What is written here is a snapshot, and what was found out about it:
//! nothing is trained and nothing is computed a second time in another way. This floor knows neither the
//! window nor the command line, which both write through it and so write the same bytes.

mod animation;
mod artefact;
mod batch;
mod carried;
mod csv_form;
pub mod figure;
mod files;
mod palette;
mod several;
mod sight;
mod table;
#[cfg(test)]
pub(crate) mod testing;
mod text_page;
pub mod trace;
mod written_magnitude;

pub use animation::{Animation, FilmFrames};
pub use artefact::Artefact;
pub use batch::WrittenBatch;
pub use carried::{figure_metadata, picture_png};
pub use csv_form::{csv_error, csv_number};
pub use files::{
    Carrier, FoundModule, LARGEST_TEXT, OpenError, Opened, Patience, RecordFile, Source, Watch,
    WriteError, bring_files, check_writable, experiment_in, followed, holds_experiment,
    is_named_as_a_table, modules_of, open_alone, open_experiment, open_model, open_record,
    open_tensors, put_file, read_experiment, records_in, run_name, runs_in, take_written,
    write_file,
};
#[cfg(not(target_family = "wasm"))]
pub use files::{Patient, remove_parts};
pub use several::{COMPARISON_SCHEMA, MOST_TOGETHER, Several};
pub use sight::Sight;
pub use table::write_table;
pub use trace::{TRACE_SCHEMA, Trace, TraceError, WrittenMagnitude, verdict_name};
