//! Which network of a model is meant: by the name of a module, by the names of tensors, or because there is one only.

use super::foreign::shown_text;
use super::settings::nearest;
use super::tensor_names::TensorNames;
use crate::models::{
    Member, NamedTensor, RecurrentModule, embedding_of, may_embed, may_read_out, module_of_members,
    modules_in, parameter_called, read_out_bias, read_out_of,
};
use crate::rnn::Parameter;

/// Modules, or tensors, that are named in a message.
const MOST_NAMES: usize = 8;

/// Which network of a model is meant.
#[derive(Clone, Copy, Debug)]
pub struct ModelChoice<'a> {
    /// The recurrent module; empty for the only one.
    pub module: &'a str,
    /// What its tensors are called, where that cannot be guessed.
    pub tensors: &'a TensorNames,
}

/// Where the parts of the network that is meant are in the list of a file.
pub struct ChosenModel {
    /// The recurrent module.
    pub module: RecurrentModule,
    /// What reads out its state, and the bias of that.
    pub read_out: Option<(usize, Option<usize>)>,
    /// What stands for the words that it reads.
    pub embedding: Option<usize>,
}

impl ModelChoice<'_> {
    /// Whether anything is said.
    pub fn is_made(self) -> bool {
        !self.module.is_empty() || !self.tensors.is_empty()
    }

    /// Finds it among `tensors`.
    ///
    /// # Errors
    /// That there is none, or several, or that it cannot be used, and what would help.
    pub fn find(self, tensors: &[NamedTensor]) -> Result<ChosenModel, String> {
        let named = self.named(tensors)?;
        let place_of = |parameter: Parameter| {
            let mut named = named.iter();
            let found = named.find(|(_, of, layer)| (*of, *layer) == (parameter, 0));
            found.map(|(place, ..)| *place)
        };
        let module = match place_of(Parameter::RecurrentWeights) {
            Some(_) => self.put_together(tensors, &named)?,
            None => pick(&modules_in(tensors), self.module)?.clone(),
        };
        let words = |place: usize| {
            let tensor = &tensors[place];
            format!(
                "{} is {}",
                shown_text(&tensor.name),
                tensor.shape_in_words()
            )
        };
        let read_out = match place_of(Parameter::OutputWeights) {
            Some(place) if !may_read_out(&tensors[place], &module) => {
                return Err(format!(
                    "{}, and a read-out of this module has rows of H = {}",
                    words(place),
                    module.hidden
                ));
            }
            Some(place) => {
                let bias = place_of(Parameter::OutputBias);
                let bias = bias.or_else(|| read_out_bias(tensors, &module, place));
                Some((place, bias))
            }
            None => read_out_of(tensors, &module),
        };
        let embedding = match place_of(Parameter::Embedding) {
            Some(place) if !may_embed(&tensors[place], &module) => {
                return Err(format!(
                    "{}, and an embedding of this module has rows of D = {}",
                    words(place),
                    module.inputs
                ));
            }
            None => embedding_of(tensors, &module),
            named => named,
        };
        Ok(ChosenModel {
            module,
            read_out,
            embedding,
        })
    }

    /// The places of the tensors that are named.
    fn named(self, tensors: &[NamedTensor]) -> Result<Vec<Member>, String> {
        let named = self.tensors.iter().map(|(name, in_file)| {
            let Some((parameter, layer)) = parameter_called(name) else {
                return Err(format!("there is no tensor {}", shown_text(name)));
            };
            let place = tensors.iter().position(|tensor| tensor.name == in_file);
            let place = place.ok_or_else(|| {
                let names = || tensors.iter().map(|tensor| tensor.name.as_str());
                let hint = match nearest(in_file, names()) {
                    Some(nearest) => format!("did you mean {}?", shown_text(nearest)),
                    None => format!("there are {}", listed(names())),
                };
                format!(
                    "network.tensors: {name} is said to be {}, and there is no such tensor in it; {hint}",
                    shown_text(in_file)
                )
            })?;
            Ok((place, parameter, layer))
        });
        named.collect()
    }

    /// The module that the tensors are which are named.
    fn put_together(
        self,
        tensors: &[NamedTensor],
        named: &[Member],
    ) -> Result<RecurrentModule, String> {
        let is_of_layer = |(_, parameter, _): &&Member| {
            !parameter.is_of_read_out() && *parameter != Parameter::Embedding
        };
        let members: Vec<Member> = named.iter().filter(is_of_layer).copied().collect();
        let found = module_of_members(tensors, self.module, members.clone());
        found.filter(|module| !module.layers.is_empty()).ok_or_else(|| {
            let sizes = members.iter().map(|(place, parameter, layer)| {
                let tensor = &tensors[*place];
                let of_layer = match layer {
                    0 => String::new(),
                    _ => format!(" of layer {layer}"),
                };
                format!("{parameter}{of_layer} is {}", tensor.shape_in_words())
            });
            format!(
                "network.tensors are no recurrent module: W_h has 1, 3 or 4 blocks of H rows of H, and W_i as many rows, or both are turned; {}",
                sizes.collect::<Vec<_>>().join(", ")
            )
        })
    }
}

/// The first names, and how many more there are.
fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let count = names.len();
    let first: Vec<String> = names.take(MOST_NAMES).map(shown_text).collect();
    let more = match count.saturating_sub(MOST_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    first.join(", ") + &more
}

/// The module called `name`, or the only one that can be used.
fn pick<'a>(modules: &'a [RecurrentModule], name: &str) -> Result<&'a RecurrentModule, String> {
    let names = || listed(modules.iter().map(|module| module.name.as_str()));
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
