//! Models: opened as the experiment "this network", and as the weights that an experiment names.

use std::path::{Path, PathBuf};

use super::open_error::OpenError;
use super::opened::{Carrier, Opened};
use super::tensors::open_tensors;
use crate::models::{FileForm, NamedTensor, ReadError};
use crate::rnn::Interrupt;
use crate::training::{CheckedExperiment, Experiment, GivenWeights, OutOfRange};

/// Whether a file that begins with `head` is one of numbers in a form of other programs, and no text.
pub fn may_be_a_model(head: &[u8]) -> bool {
    FileForm::begins(head)
}

/// The model in the file at `path`, which has these tensors.
///
/// # Errors
/// [`OpenError`] if there is no recurrent module in it, or several.
pub fn opened_model(
    path: &Path,
    tensors: &[NamedTensor],
    module: &str,
) -> Result<Opened, OpenError> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let experiment = Experiment::of_model(&absolute.to_string_lossy(), tensors, module)
        .map_err(|what| OpenError::Numbers(path.to_owned(), ReadError::new(what)))?;
    Ok(Opened {
        experiment,
        carrier: Some(Carrier {
            kind: "model",
            step: None,
        }),
    })
}

/// The recurrent module `module` of the model at `path`, or the only one, as an experiment.
///
/// # Errors
/// [`OpenError`] if it cannot be read, or there is no such module in it.
pub fn open_model(path: &Path, module: &str, interrupt: &Interrupt) -> Result<Opened, OpenError> {
    let tensors = open_tensors(path, interrupt)?;
    opened_model(path, &tensors, module)
}

/// `experiment` with the weights that it names, whose path is relative to `folder`.
///
/// # Errors
/// [`OutOfRange`] if they cannot be read, or do not fit.
pub fn bring_weights(
    experiment: CheckedExperiment,
    folder: Option<&Path>,
    interrupt: &Interrupt,
) -> Result<CheckedExperiment, OutOfRange> {
    experiment.brought(|path, module| {
        let path = PathBuf::from(path);
        let path = match folder {
            Some(folder) => folder.join(path),
            None => path,
        };
        let path = std::path::absolute(&path).unwrap_or(path);
        let tensors = open_tensors(&path, interrupt).map_err(|error| error.to_string())?;
        let weights = GivenWeights::of_model(&tensors, module)?;
        Ok(weights.from_file(path.to_string_lossy().into_owned()))
    })
}
