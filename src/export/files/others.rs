//! What an experiment has in other files: the weights of a model, and a person's own sequences. Either is opened as an
//! experiment, too.

use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::open_error::OpenError;
use super::opened::{Carrier, Opened};
use super::reading::{Interruptible, Measured, PIECE, Watch, regular_file};
use super::records::open_record;
use super::tensors::open_tensors;
use crate::models::{FileForm, NamedTensor, ReadError, Record, modules_in, tensors_of};
use crate::rnn::Interrupt;
use crate::tasks::{Dataset, TableError, WordList, read_table};
use crate::training::{
    Brought, BroughtData, CheckedExperiment, DataSettings, Experiment, GivenWeights, ModelChoice,
    ModelRefusal, OtherFiles, OutOfRange, RecordedFacts, dataset_of_arrays, may_be_sequences,
    shown_message, shown_path, trouble_in,
};

/// Bytes of a file of sequences at most: it is kept in memory, whole.
const LARGEST_DATA: u64 = 1_000_000_000;

/// Bytes of a list of words at most.
const LARGEST_WORDS: u64 = 100_000_000;

/// Bytes that tell what a file is.
const BEGINNING: u64 = 64;

/// Whether a file that begins with `head` is one of numbers in a form of other programs, and no text.
pub fn may_be_a_model(head: &[u8]) -> bool {
    FileForm::begins(head)
}

/// The model, or the sequences, in the file at `path`, which has these tensors; sequences only if it `is_file`, and can be
/// read again.
///
/// # Errors
/// [`OpenError`] if there is no recurrent module in it, or several.
pub fn opened_model(
    path: &Path,
    tensors: &[NamedTensor],
    choice: ModelChoice<'_>,
    is_file: bool,
) -> Result<Opened, OpenError> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if is_file && !choice.is_made() && modules_in(tensors).is_empty() && may_be_sequences(tensors) {
        return opened_data(path, &Watch::default());
    }
    let experiment =
        Experiment::of_model(&absolute.to_string_lossy(), tensors, choice).map_err(|refusal| {
            match refusal {
                ModelRefusal::Several(what) => {
                    OpenError::Several(path.to_owned(), shown_message(&what))
                }
                ModelRefusal::Other(what) => {
                    OpenError::Numbers(path.to_owned(), ReadError::new(what))
                }
            }
        })?;
    let trouble = trouble_in(tensors, choice);
    Ok(Opened {
        carrier: Some(Carrier {
            kind: "model",
            step: None,
        }),
        notice: trouble.map(|trouble| format!("{}: {trouble}", shown_path(path))),
        ..Opened::alone(experiment, None)
    })
}

/// The network of the model at `path` that is meant, as an experiment.
///
/// # Errors
/// [`OpenError`] if it cannot be read, or there is no such module in it.
pub fn open_model(
    path: &Path,
    choice: ModelChoice<'_>,
    interrupt: &Interrupt,
) -> Result<Opened, OpenError> {
    let tensors = open_tensors(path, interrupt)?;
    opened_model(path, &tensors, choice, true)
}

/// A recurrent module of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundModule {
    /// What it is called, for `network.module`.
    pub name: String,
    /// Its cell, layers and sizes, and how they are known.
    pub words: String,
    /// What of it cannot be used, if anything.
    pub trouble: Option<String>,
    /// Whether any of it can.
    pub is_usable: bool,
}

/// Every recurrent module of the model at `path`.
///
/// # Errors
/// [`OpenError`] if it cannot be read.
pub fn modules_of(path: &Path, interrupt: &Interrupt) -> Result<Vec<FoundModule>, OpenError> {
    let tensors = open_tensors(path, interrupt)?;
    let modules = modules_in(&tensors).into_iter();
    Ok(modules
        .map(|module| FoundModule {
            words: module.in_words(),
            is_usable: !module.layers.is_empty(),
            trouble: module.trouble,
            name: module.name,
        })
        .collect())
}

/// The sequences in the file at `path` as an experiment: "these, and a network that can learn them".
///
/// # Errors
/// [`OpenError`] names the line and the remedy.
pub fn opened_data(path: &Path, watch: &Watch) -> Result<Opened, OpenError> {
    let experiment = Experiment::of_data(&path.to_string_lossy());
    let told = |error: OutOfRange| {
        let what = error.to_string();
        let what = what.strip_prefix("data.path: ").unwrap_or(&what);
        OpenError::Told(what.to_owned())
    };
    let checked = experiment.check().map_err(told)?;
    let brought = bring_files(checked, None, watch).map_err(told)?;
    Ok(Opened {
        carrier: Some(Carrier {
            kind: "sequences",
            step: None,
        }),
        ..Opened::alone(brought.experiment, None)
    })
}

/// `experiment` with what is in the files that it names, whose paths are relative to `folder`.
///
/// # Errors
/// [`OutOfRange`] if they cannot be read, or do not fit.
pub fn bring_files(
    experiment: CheckedExperiment,
    folder: Option<&Path>,
    watch: &Watch,
) -> Result<Brought, OutOfRange> {
    experiment.brought(&mut Door { folder, watch })
}

/// Reads the files that an experiment names.
struct Door<'a> {
    folder: Option<&'a Path>,
    watch: &'a Watch,
}

impl Door<'_> {
    /// The file that is called `path`, from wherever one looks.
    fn absolute(&self, path: &str) -> PathBuf {
        let path = match self.folder {
            Some(folder) => folder.join(path),
            None => PathBuf::from(path),
        };
        std::path::absolute(&path).unwrap_or(path)
    }
}

impl OtherFiles for Door<'_> {
    fn weights(&mut self, path: &str, choice: ModelChoice<'_>) -> Result<GivenWeights, String> {
        let path = self.absolute(path);
        let tensors =
            open_tensors(&path, &self.watch.interrupt).map_err(|error| error.to_string())?;
        let weights = GivenWeights::of_model(&tensors, choice)?;
        Ok(weights.from_file(path.to_string_lossy().into_owned()))
    }

    fn data(&mut self, data: &DataSettings) -> Result<BroughtData, String> {
        let path = self.absolute(&data.path);
        let targets = (!data.targets.is_empty()).then(|| self.absolute(&data.targets));
        let (dataset, hash) = open_data(&path, targets.as_deref(), data, self.watch)?;
        Ok(BroughtData {
            dataset,
            hash,
            path: path.to_string_lossy().into_owned(),
            targets: targets.map_or_else(String::new, |it| it.to_string_lossy().into_owned()),
        })
    }

    fn words(&mut self, path: &str) -> Result<(String, WordList), String> {
        let path = self.absolute(path);
        let list = open_words(&path, self.watch)?;
        Ok((path.to_string_lossy().into_owned(), list))
    }

    fn record(&mut self, path: &str) -> Result<(String, Record), String> {
        let path = self.absolute(path);
        let record = open_record(&path, &self.watch.interrupt).map_err(|it| it.to_string())?;
        Ok((path.to_string_lossy().into_owned(), record))
    }
}

/// The record in the file at `path`, whose `bytes` are one, as an experiment.
///
/// # Errors
/// [`OpenError`] if it does not fit.
pub fn opened_record(path: &Path, record: &Record) -> Result<Opened, OpenError> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let experiment = Experiment::of_record(&absolute.to_string_lossy(), record, ("", 0))
        .map_err(|what| OpenError::Numbers(path.to_owned(), ReadError::new(what)))?;
    Ok(Opened {
        carrier: Some(Carrier {
            kind: "record",
            step: Some(record.step),
        }),
        notice: record_notice(record),
        ..Opened::alone(experiment, None)
    })
}

/// What to tell of a record of which a part is shown.
fn record_notice(record: &Record) -> Option<String> {
    let facts = RecordedFacts::of(record);
    let shown = facts.usual_part();
    let others = facts.parts.iter().map(String::as_str);
    let others: Vec<&str> = others.filter(|part| *part != shown).collect();
    (!others.is_empty()).then(|| {
        format!(
            "The module reads in both directions, and “{shown}” is shown: network.module chooses {}",
            others.join(", ")
        )
    })
}

/// The words that the file at `path` lists.
fn open_words(path: &Path, watch: &Watch) -> Result<WordList, String> {
    let in_it = |what: String| format!("{}: {what}", shown_path(path));
    let (file, size) = regular_file(path).map_err(|error| error.to_string())?;
    if size > LARGEST_WORDS {
        return Err(in_it(format!(
            "it is larger than {} MB, and no list of words",
            LARGEST_WORDS / 1_000_000
        )));
    }
    let mut bytes = Vec::new();
    let mut source = Interruptible {
        source: file,
        interrupt: &watch.interrupt,
    };
    let unreadable = |error| OpenError::Unreadable(path.to_owned(), error).to_string();
    source.read_to_end(&mut bytes).map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to() + 1;
        in_it(format!("byte {place} is no UTF-8: save it as UTF-8"))
    })?;
    WordList::of_text(&text).map_err(|what| in_it(shown_message(&what)))
}

/// The sequences in the file at `path`, with targets from another one if it is given, and SHA-256 of the first.
fn open_data(
    path: &Path,
    targets: Option<&Path>,
    data: &DataSettings,
    watch: &Watch,
) -> Result<(Dataset, String), String> {
    let told = |error: OpenError| error.to_string();
    let interrupt = &watch.interrupt;
    let in_it = |what: String| format!("{}: {what}", shown_path(path));
    let (file, size) = regular_file(path).map_err(told)?;
    if size > LARGEST_DATA {
        return Err(in_it(format!(
            "it is larger than {} MB: take a part of it",
            LARGEST_DATA / 1_000_000
        )));
    }
    let mut source = Hashing {
        source: Interruptible {
            source: Measured::new(file, size, &watch.progress),
            interrupt,
        },
        hash: Sha256::new(),
    };
    let unreadable = |error| OpenError::Unreadable(path.to_owned(), error).to_string();
    let mut head = Vec::new();
    source
        .by_ref()
        .take(BEGINNING)
        .read_to_end(&mut head)
        .map_err(unreadable)?;
    let is_of_numbers = may_be_a_model(&head);
    let mut whole = head.as_slice().chain(source.by_ref());
    let dataset = if is_of_numbers {
        let mut bytes = Vec::new();
        whole.read_to_end(&mut bytes).map_err(unreadable)?;
        let tensors = tensors_of(&bytes, Some(path)).map_err(|error| in_it(error.to_string()))?;
        drop(bytes);
        let others = targets
            .map(|path| open_tensors(path, interrupt))
            .transpose();
        dataset_of_arrays(&tensors, others.map_err(told)?.as_deref()).map_err(in_it)?
    } else if let Some(targets) = targets {
        return Err(format!(
            "data.targets is for arrays, and {} is a table: its targets are the columns data.label, so leave out {}",
            shown_path(path),
            shown_path(targets)
        ));
    } else {
        let source = std::io::BufReader::with_capacity(PIECE, whole);
        read_table(source, data.table_options()).map_err(|error| match error {
            TableError::Io(error) => unreadable(error),
            error => {
                let what = shown_message(&error.to_string());
                match error {
                    TableError::Line { .. } => format!("{}, {what}", shown_path(path)),
                    _ => in_it(what),
                }
            }
        })?
    };
    // What stands behind the last row that matters is a part of it.
    std::io::copy(&mut source, &mut std::io::sink()).map_err(unreadable)?;
    Ok((dataset, hexadecimal(&source.hash.finalize())))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sums up what is read.
struct Hashing<R> {
    source: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}
