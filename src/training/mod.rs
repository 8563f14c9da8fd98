//! Floor 3: an experiment becomes a network that is trained.
//!
//! [`Experiment`] is what a user chooses, checked once at the door. [`Trainer`] owns everything that
//! changes; its `step` is synchronous and deterministic. [`Session`] says when to step and publishes
//! [`Snapshot`]s; [`Runner`] runs a session, on a thread of its own ([`Worker`])
//! or in time slices. What takes longer than a frame to find
//! out about a moment is asked as a [`Question`], which the [`Analyst`] answers on another thread.
//!
//! **Architecture invariant.** Nothing here knows that there is a screen: a waker callback is all that a
//! worker is given. Randomness comes from `ChaCha8Rng` alone, whose stream is documented as portable,
//! seeded by the experiment; the clock is asked by [`Session`] and [`Analyst`] alone and decides only
//! *when* something is computed, never what comes of it.

mod analyst;
mod batch_pass;
mod bringing;
mod clipping;
mod command;
mod comparison;
mod data_arrays;
mod data_settings;
mod divergence;
mod division;
mod evaluation;
mod experiment;
mod experiment_reading;
mod experiment_text;
mod film;
mod followed;
pub(crate) mod foreign;
mod given_weights;
mod history;
mod history_row;
mod inline;
pub mod json;
mod last_update;
mod limits;
mod memory;
mod model_choice;
mod model_weights;
mod number_table;
mod number_table_reading;
mod optimizer;
mod own;
mod own_data;
mod own_editing;
mod own_text;
mod pair;
mod presets;
mod record_summary;
mod recorded;
mod recorded_facts;
mod runner;
mod sentences;
mod session;
mod settings;
mod small_networks;
mod snapshot;
mod start;
mod study;
mod tensor_names;
mod trainer;
mod unlearnable;
mod weight;
mod worker;

pub use analyst::{Analyst, Findings};
pub use batch_pass::BatchPass;
pub use bringing::{Brought, OtherFiles};
pub use clipping::clip;
pub use command::{Command, Restoration, Speed};
pub use comparison::Comparison;
pub use data_arrays::{dataset_of_arrays, may_be_sequences};
pub use data_settings::{DataSettings, InputSource, LossChoice, SeedDirection};
pub use divergence::{Divergence, Origin, Stage};
pub use evaluation::{Evaluation, Score};
pub use experiment::{
    CheckedExperiment, Experiment, NetworkSettings, ProbeSettings, TaskSettings, TrainingSettings,
};
pub use experiment_reading::{FORMAT_VERSION, FoundValue, TextError, unknown_key};
pub use film::{FilmFrame, FilmRequest};
pub use followed::{Alarm, Follow, Listed, RecordSource};
pub use foreign::{
    escaped, megabytes, shown_argument, shown_message, shown_path, shown_reason, shown_text,
};
pub use given_weights::{GivenShape, GivenWeights};
pub use history::{History, StepRecord};
pub use history_row::HistoryRow;
pub use last_update::{LastUpdate, Updated, UpdatedTensor};
pub use limits::{Limit, OutOfRange, limit};
pub use memory::Size;
pub use model_choice::{ChosenModel, ModelChoice};
pub use model_weights::{ModelRefusal, trouble_in};
pub use number_table::NumberTable;
pub use number_table_reading::MOST_NUMBERS;
pub use optimizer::{Optimizer, OptimizerKind};
pub use own_data::{BroughtData, dataset_in_words};
pub use own_editing::OwnNumbers;
pub use pair::Pair;
pub use presets::Preset;
pub use record_summary::{NoSummary, NotFinite, RecordSummary, format_called};
pub use recorded::RecordedSequence;
pub use recorded_facts::{ReadFacts, RecordedFacts};
pub use runner::{Runner, has_threads};
pub use session::{Next, Session, Update};
pub use settings::{Difference, Kind, SETTINGS, Setting, Value, find_setting, nearest};
pub use small_networks::SmallNetwork;
pub use snapshot::{
    Answer, HandChange, Moment, ProductNormsState, Reading, Records, RunSoFar, Runs, Snapshot,
    Timeline, Wanted,
};
pub use start::Start;
pub use study::{
    Finding, OtherAxis, PhaseAxes, Question, Study, Topic, answer, is_answered_without_asking,
};
pub use tensor_names::TensorNames;
pub use trainer::{LeftRun, RunNumber, Stepped, Trainer};
pub use unlearnable::Unlearnable;
pub use weight::{Weight, WeightValues};
pub use worker::{Worker, WorkerGone};
