//! The weights of a model that somebody else has trained, as an experiment takes them.

use super::data_settings::InputSource;
use super::experiment::{CheckedExperiment, Experiment};
use super::foreign::shown_text;
use super::given_weights::GivenWeights;
use super::number_table::NumberTable;
use crate::models::{
    NamedTensor, RecurrentModule, as_pytorch, modules_in, read_out_numbers, read_out_of,
};
use crate::tasks::TaskKind;

/// Timesteps that a model is shown with at first.
const FIRST_LENGTH: usize = 50;

/// Modules that are named in a message.
const MOST_NAMES: usize = 8;

impl GivenWeights {
    /// Those of the recurrent module of `tensors` that is called `module`, or of the only one; with what reads out its
    /// state, where that is plain to see.
    ///
    /// # Errors
    /// That there is none, or several, or that it cannot be used, and what would help.
    pub fn of_model(tensors: &[NamedTensor], module: &str) -> Result<Self, String> {
        let modules = modules_in(tensors);
        let module = pick(&modules, module)?;
        if let (Some(trouble), true) = (&module.trouble, module.layers.is_empty()) {
            return Err(format!("{}: {trouble}", shown_text(&module.name)));
        }
        let mut weights = Self::default();
        for (name, rows, columns, values) in as_pytorch(tensors, module) {
            let table = match columns {
                1 if name.starts_with("bias") => NumberTable::list(values),
                _ => NumberTable::of_values(columns, values),
            };
            debug_assert_eq!(table.values().len(), rows * columns);
            weights.insert(&name, table);
        }
        if let Some(places) = read_out_of(tensors, module) {
            let (rows, values, bias) = read_out_numbers(tensors, module, places);
            weights.insert(
                "readout.weight",
                NumberTable::of_values(module.hidden, values),
            );
            if bias.len() == rows {
                weights.insert("readout.bias", NumberTable::list(bias));
            }
        }
        Ok(weights)
    }
}

/// The module called `name`, or the only one that can be used.
fn pick<'a>(modules: &'a [RecurrentModule], name: &str) -> Result<&'a RecurrentModule, String> {
    let names = || {
        let all = modules.iter().map(|module| shown_text(&module.name));
        let mut first = all.take(MOST_NAMES).collect::<Vec<_>>().join(", ");
        if modules.len() > MOST_NAMES {
            first += &format!(" and {} more", modules.len() - MOST_NAMES);
        }
        first
    };
    if !name.is_empty() {
        let found = modules.iter().find(|module| module.name == name);
        return found.ok_or_else(|| match modules {
            [] => "there is no recurrent module in it".to_owned(),
            _ => format!(
                "there is no module {} in it; there are {}",
                shown_text(name),
                names()
            ),
        });
    }
    let usable: Vec<_> = modules.iter().filter(|it| !it.layers.is_empty()).collect();
    let forward: Vec<_> = usable.iter().filter(|it| !it.is_reverse).collect();
    match (usable.as_slice(), modules) {
        ([module], _) => Ok(module),
        // Of two directions the usual one.
        _ if let [module] = forward.as_slice() => Ok(module),
        ([], [module, ..]) => Ok(module),
        ([], []) => Err("there is no recurrent module in it: no tensors called weight_ih and weight_hh, kernel and recurrent_kernel, and none of their shapes".to_owned()),
        _ => Err(format!("there are several recurrent modules in it: set network.module to one of {}", names())),
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
        module: &str,
    ) -> Result<CheckedExperiment, ModelRefusal> {
        let mut experiment = Self::default();
        experiment.task.kind = TaskKind::Data;
        experiment.task.length = FIRST_LENGTH;
        experiment.training.batch = 1;
        experiment.data.inputs = InputSource::Noise;
        module.clone_into(&mut experiment.network.module);
        let weights = GivenWeights::of_model(tensors, module).map_err(|what| {
            match module.is_empty() && usable(&modules_in(tensors)) > 1 {
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

/// What of the module called `module`, or of the only one, cannot be used, where the rest can.
pub fn trouble_in(tensors: &[NamedTensor], module: &str) -> Option<String> {
    let modules = modules_in(tensors);
    let module = pick(&modules, module).ok()?;
    module.trouble.clone().filter(|_| !module.layers.is_empty())
}
