//! The weights of a model that somebody else has trained, as an experiment takes them.

use super::data_settings::InputSource;
use super::experiment::{CheckedExperiment, Experiment};
use super::foreign::shown_text;
use super::given_weights::GivenWeights;
use super::model_choice::ModelChoice;
use super::number_table::NumberTable;
use crate::models::{
    Convention, NamedTensor, RecurrentModule, as_pytorch, modules_in, parameter_called,
    read_out_numbers,
};
use crate::tasks::TaskKind;

/// Timesteps that a model is shown with at first.
const FIRST_LENGTH: usize = 50;

impl GivenWeights {
    /// Those of the network of `tensors` that is meant; with what reads out its state and what stands for words, where
    /// these are plain to see.
    ///
    /// # Errors
    /// That there is none, or several, or that it cannot be used, and what would help.
    pub fn of_model(tensors: &[NamedTensor], choice: ModelChoice<'_>) -> Result<Self, String> {
        if let Some(weights) = Self::of_trace(tensors).filter(|_| !choice.is_made()) {
            return Ok(weights);
        }
        let chosen = choice.find(tensors)?;
        let module = &chosen.module;
        if let (Some(trouble), true) = (&module.trouble, module.layers.is_empty()) {
            return Err(format!("{}: {trouble}", shown_text(&module.name)));
        }
        let mut weights = Self::default();
        if module.convention == Convention::Keras {
            // What PyTorch's shapes leave open, Keras's tell.
            weights.set_cell(module.cell);
        }
        for (name, rows, columns, values) in as_pytorch(tensors, module) {
            let table = match columns {
                1 if name.starts_with("bias") => NumberTable::list(values),
                _ => NumberTable::of_values(columns, values),
            };
            debug_assert_eq!(table.values().len(), rows * columns);
            weights.insert(&name, table);
        }
        if let Some(places) = chosen.read_out {
            let (rows, values, bias) = read_out_numbers(tensors, module, places);
            weights.insert(
                "readout.weight",
                NumberTable::of_values(module.hidden, values),
            );
            if bias.len() == rows {
                weights.insert("readout.bias", NumberTable::list(bias));
            }
        }
        if let Some(place) = chosen.embedding {
            let rows = tensors[place].values.clone();
            weights.insert(
                "embedding.weight",
                NumberTable::of_values(module.inputs, rows),
            );
        }
        Ok(weights)
    }
}

impl GivenWeights {
    /// Those that a trace of this program has, if it is one. It has a section for the parameters and one for their gradients.
    fn of_trace(tensors: &[NamedTensor]) -> Option<Self> {
        let has = |section: &str| tensors.iter().any(|it| it.name.starts_with(section));
        if !has("parameters.") || !has("gradients.") {
            return None;
        }
        let mut weights = Self::default();
        for tensor in tensors {
            let name = tensor.name.strip_prefix("parameters.");
            let Some(name) = name.filter(|name| parameter_called(name).is_some()) else {
                continue;
            };
            let values = tensor.values.clone();
            let table = match tensor.shape.as_slice() {
                &[_, columns] => NumberTable::of_values(columns, values),
                _ => NumberTable::list(values),
            };
            weights.insert(name, table);
        }
        Some(weights)
    }
}

impl Experiment {
    /// The network of a model in the file at `path`, whose tensors are `tensors`: it reads noise, and nothing is asked of it.
    ///
    /// # Errors
    /// [`ModelRefusal`]: as [`GivenWeights::of_model`], or what is out of range.
    pub fn of_model(
        path: &str,
        tensors: &[NamedTensor],
        choice: ModelChoice<'_>,
    ) -> Result<CheckedExperiment, ModelRefusal> {
        let mut experiment = Self::default();
        experiment.task.kind = TaskKind::Data;
        experiment.task.length = FIRST_LENGTH;
        experiment.training.batch = 1;
        experiment.data.inputs = InputSource::Noise;
        choice.module.clone_into(&mut experiment.network.module);
        experiment.network.tensors = choice.tensors.clone();
        let weights = GivenWeights::of_model(tensors, choice).map_err(|what| {
            match choice.module.is_empty() && usable(&modules_in(tensors)) > 1 {
                true => ModelRefusal::Several(what),
                false => ModelRefusal::Other(what),
            }
        })?;
        experiment.network.weights = weights.from_file(path.to_owned());
        experiment.follow_own(|key| !key.starts_with("network."));
        experiment
            .check()
            .map_err(|error| ModelRefusal::Other(error.to_string()))
    }
}

/// Why a model is no experiment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelRefusal {
    /// It has several recurrent modules that can be used: one is to be chosen.
    Several(String),
    /// Anything else.
    Other(String),
}

fn usable(modules: &[RecurrentModule]) -> usize {
    let modules = modules.iter().filter(|module| !module.layers.is_empty());
    modules.count()
}

/// What of the network that is meant cannot be used, where the rest can.
pub fn trouble_in(tensors: &[NamedTensor], choice: ModelChoice<'_>) -> Option<String> {
    let module = choice.find(tensors).ok()?.module;
    module.trouble.filter(|_| !module.layers.is_empty())
}
