//! A gradient of somebody else's, tensor by tensor, beside the network that it is of.

use crate::flow::{GivenPlace, GivenTensor, Precision, Setting, may_be_kept};
use crate::models::{Exactness, NamedTensor, parameter_called};
use crate::rnn::{Network, Parameter};

use super::foreign::shown_text;

/// What of a gradient can be compared, and what cannot.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// What can.
    pub given: Vec<GivenTensor>,
    /// What cannot, a sentence each.
    pub left_out: Vec<String>,
}

/// How rows and columns of a matrix lie in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turned {
    No,
    Yes,
}

impl Comparison {
    /// Of `tensors` what belongs to the network and to the sequence of `setting`.
    pub fn of(tensors: &[NamedTensor], setting: Setting<'_>) -> Self {
        let (network, length) = (setting.network, setting.length());
        let mut comparison = Self::default();
        // A trace of this program has a section of its own for gradients, beside the parameters.
        let is_trace = tensors.iter().any(|it| it.name.starts_with("gradients."));
        // Whoever multiplies rows of states by weights has every matrix the other way round: of square ones that is not seen.
        let turned = tensors.iter().any(|tensor| {
            let place = place_of(&tensor.name, network);
            place.is_some_and(|place| lies(tensor, place, network, length) == Some(Turned::Yes))
        });
        for tensor in tensors {
            let is_of_trace = tensor.name.starts_with("gradients.")
                || tensor.name.starts_with("timesteps.dl_d")
                || tensor.name.starts_with("dl_d");
            let is_of_another_form = ["log10", "dl_dx"]
                .iter()
                .any(|end| tensor.name.ends_with(end));
            if is_trace && (!is_of_trace || is_of_another_form) {
                continue;
            }
            let Some(place) = place_of(&tensor.name, network) else {
                let text = format!(
                    "{}: there is nothing of that name",
                    shown_text(&tensor.name)
                );
                comparison.left_out.push(text);
                continue;
            };
            let fitted = match place {
                GivenPlace::Terms(..) if !may_be_kept(setting) => {
                    Err("its terms are too many to be compared: give their sum".to_owned())
                }
                _ => fitted(tensor, place, network, (length, turned)),
            };
            match fitted {
                Ok(given) => comparison.given.push(given),
                Err(what) => {
                    let name = shown_text(&tensor.name);
                    comparison.left_out.push(format!("{name}: {what}"));
                }
            }
        }
        comparison
    }
}

/// The name without what people put around it: `rnn.weight_hh_l0.grad`, `dW_h`, `grad_w_h`, `dL/dw_h`.
fn plain(name: &str) -> String {
    let mut name = name.to_lowercase().replace("dl/d", "").replace("∂l/∂", "");
    for end in [".grad", "_grad", ".gradient", "_gradient"] {
        if let Some(rest) = name.strip_suffix(end) {
            name = rest.to_owned();
        }
    }
    for begin in ["gradients.", "timesteps.", "grad_", "grad.", "dl_d", "d_"] {
        if let Some(rest) = name.strip_prefix(begin) {
            name = rest.to_owned();
        }
    }
    // Modules stand in front of a parameter's own name, which may be two words.
    let words: Vec<&str> = name.split('.').collect();
    match words.as_slice() {
        [.., module, last] if ["weight", "bias"].contains(last) => format!("{module}.{last}"),
        [.., last] => (*last).to_owned(),
        [] => name,
    }
}

/// `name` without the word that says that it is of the terms of a sum: `w_h_terms`, `terms.w_h`, `dW_hh_per_step`.
fn without_terms(name: &str) -> Option<String> {
    let name = name.to_lowercase();
    for word in ["terms", "term", "per_step", "by_step"] {
        for between in ["_", "."] {
            let end = format!("{between}{word}");
            let begin = format!("{word}{between}");
            let rest = name.strip_suffix(&end).or(name.strip_prefix(&begin));
            if let Some(rest) = rest {
                return Some(rest.to_owned());
            }
        }
    }
    None
}

/// What a tensor called `name` may be.
fn place_of(name: &str, network: &Network) -> Option<GivenPlace> {
    let Some(of) = without_terms(name) else {
        return place_of_whole(name, network);
    };
    match place_of_whole(&of, network)? {
        GivenPlace::Parameter(parameter, layer)
            if !parameter.is_of_read_out() && parameter != Parameter::Embedding =>
        {
            Some(GivenPlace::Terms(parameter, layer))
        }
        _ => None,
    }
}

/// What a tensor called `name` may be, which is not of terms.
fn place_of_whole(name: &str, network: &Network) -> Option<GivenPlace> {
    use GivenPlace::{FirstState, Parameter as Of, States};
    let plain = plain(name);
    let layout = network.parameters.layout();
    let own = layout
        .tensors()
        .find(|(tensor, _)| tensor.name.to_lowercase() == plain);
    if let Some((tensor, _)) = own {
        return Some(Of(tensor.parameter, tensor.layer));
    }
    let states = network.cell.cell().states().len();
    let short = plain.strip_prefix('d').unwrap_or(&plain);
    let known = |word: &str| {
        let input = [
            "w_i", "wi", "wxh", "w_xh", "wx", "w_x", "wax", "w_ih", "wih", "w_in", "win", "u",
            "kernel",
        ];
        let recurrent = [
            "w_h",
            "wh",
            "whh",
            "w_hh",
            "waa",
            "w_rec",
            "wrec",
            "w",
            "recurrent_kernel",
        ];
        let bias = ["b", "bh", "b_h", "ba", "b_ih", "bias"];
        let output = [
            "w_o",
            "wo",
            "why",
            "w_hy",
            "w_y",
            "wy",
            "wya",
            "w_out",
            "wout",
            "v",
            "fc.weight",
            "linear.weight",
            "out.weight",
            "output.weight",
            "readout.weight",
            "decoder.weight",
            "head.weight",
            "classifier.weight",
        ];
        let output_bias = [
            "b_o",
            "bo",
            "by",
            "b_y",
            "b_out",
            "bout",
            "c",
            "fc.bias",
            "linear.bias",
            "out.bias",
            "output.bias",
            "readout.bias",
            "decoder.bias",
            "head.bias",
            "classifier.bias",
        ];
        let found = |names: &[&str]| names.contains(&word);
        match () {
            () if found(&input) => Some(Of(Parameter::InputWeights, 0)),
            () if found(&recurrent) => Some(Of(Parameter::RecurrentWeights, 0)),
            () if found(&bias) => Some(Of(Parameter::HiddenBias, 0)),
            () if found(&output) => Some(Of(Parameter::OutputWeights, 0)),
            () if found(&output_bias) && (word != "c" || states == 1) => {
                Some(Of(Parameter::OutputBias, 0))
            }
            () if word == "embedding.weight" => Some(Of(Parameter::Embedding, 0)),
            () if ["o", "h", "hs", "hidden", "state", "states", "s"].contains(&word) => {
                Some(States(0))
            }
            () if ["c", "cs", "cell", "cells"].contains(&word) && states > 1 => Some(States(1)),
            () if ["o_0", "h_0", "h0", "o0", "s_0", "ds_0"].contains(&word) => Some(FirstState(0)),
            () if ["c_0", "c0"].contains(&word) && states > 1 => Some(FirstState(1)),
            () => None,
        }
    };
    if let Some(place) = known(&plain).or_else(|| known(short)) {
        return Some(place);
    }
    let named = parameter_called(&plain).or_else(|| parameter_called(&format!("{plain}_l0")));
    let (parameter, layer) = named?;
    let parameter = match parameter {
        // Of one bias that stands for PyTorch's two, both have the same gradient.
        Parameter::RecurrentBias if layout.tensor(Parameter::RecurrentBias).is_none() => {
            Parameter::HiddenBias
        }
        parameter => parameter,
    };
    Some(Of(parameter, layer))
}

/// The sizes of what is at `place`.
fn takes(place: GivenPlace, network: &Network, length: usize) -> Result<Vec<usize>, String> {
    let sizes = place.sizes(network, length);
    sizes.ok_or_else(|| "the network has no such tensor".to_owned())
}

/// Whether `place` is of matrices, of which rows and columns may be exchanged.
fn is_of_matrices(place: GivenPlace) -> bool {
    matches!(place, GivenPlace::Parameter(..) | GivenPlace::Terms(..))
}

/// Whether `tensor` has the shape of what is at `place`, or that shape turned; dimensions of 1 (a batch of one, a layer of
/// one) are passed over.
fn lies(
    tensor: &NamedTensor,
    place: GivenPlace,
    network: &Network,
    length: usize,
) -> Option<Turned> {
    let takes = takes(place, network, length).ok()?;
    let without_ones = |sizes: &[usize]| -> Vec<usize> {
        let sizes = sizes.iter().copied();
        sizes.filter(|size| *size != 1).collect()
    };
    let sizes = without_ones(&tensor.shape);
    let mut turned = takes.clone();
    let last = turned.len() - 1;
    turned.swap(last - 1, last);
    // Terms may be written as a row for each timestep.
    let in_rows = [takes[0], takes[1..].iter().product()];
    match () {
        () if sizes == without_ones(&takes) => Some(Turned::No),
        () if sizes == without_ones(&turned) && is_of_matrices(place) => Some(Turned::Yes),
        () if sizes == without_ones(&in_rows) => Some(Turned::No),
        () => None,
    }
}

/// `tensor` as it belongs at `place`.
fn fitted(
    tensor: &NamedTensor,
    place: GivenPlace,
    network: &Network,
    (length, are_turned): (usize, bool),
) -> Result<GivenTensor, String> {
    let takes = takes(place, network, length)?;
    let (rows, columns) = (takes[takes.len() - 2], takes[takes.len() - 1]);
    let is_square = rows == columns && is_of_matrices(place);
    let how = match lies(tensor, place, network, length) {
        Some(_) if is_square && (are_turned || tensor.name.contains("kernel")) => Turned::Yes,
        Some(how) => how,
        None => {
            return Err(format!(
                "it is {}, and {} is taken here",
                tensor.shape_in_words(),
                takes
                    .iter()
                    .map(usize::to_string)
                    .collect::<Vec<_>>()
                    .join(" × ")
            ));
        }
    };
    let values = match how {
        Turned::No => tensor.values.clone(),
        Turned::Yes => {
            let matrices = tensor.values.chunks_exact((rows * columns).max(1));
            let turned = matrices.flat_map(|matrix| {
                (0..rows).flat_map(move |row| {
                    (0..columns).map(move |column| matrix[column * rows + row])
                })
            });
            turned.collect()
        }
    };
    Ok(GivenTensor {
        name: shown_text(&tensor.name),
        place,
        precision: match tensor.exactness {
            Exactness::Double if !values.iter().all(|x| f64::from(*x as f32) == *x) => {
                Precision::DOUBLE
            }
            Exactness::Double | Exactness::Single => Precision::SINGLE,
            Exactness::Half => Precision {
                unit: 1.0 / 2048.0,
                decimal: 0.0,
            },
            Exactness::Written => Precision::of_written(&values),
        },
        values,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rnn::{Activation, Batch, Loss, Parameters};

    fn tensor(name: &str, shape: &[usize]) -> NamedTensor {
        let count = shape.iter().product();
        NamedTensor {
            name: name.to_owned(),
            shape: shape.to_vec(),
            values: (0..count).map(|index: usize| index as f64 + 0.5).collect(),
            exactness: Exactness::Double,
        }
    }

    #[test]
    fn names_of_many_programs_are_understood() {
        let network = Network::new(Activation::Tanh, Parameters::zeros(3, 2, true), 0.0);
        let place = |name: &str| place_of(name, &network);
        let of = |parameter| Some(GivenPlace::Parameter(parameter, 0));
        for name in [
            "w_h",
            "dW_h",
            "Whh",
            "dWhh",
            "rnn.weight_hh_l0.grad",
            "grad_w_h",
            "gradients.w_h",
            "dL/dw_h",
            "W_hh.grad",
        ] {
            assert_eq!(place(name), of(Parameter::RecurrentWeights), "{name}");
        }
        for name in ["w_i", "dWxh", "weight_ih_l0", "model.rnn.weight_ih_l0.grad"] {
            assert_eq!(place(name), of(Parameter::InputWeights), "{name}");
        }
        for name in ["b", "dbh", "bias_ih_l0", "bias_hh_l0"] {
            assert_eq!(place(name), of(Parameter::HiddenBias), "{name}");
        }
        for name in ["w_o", "dWhy", "fc.weight", "model.fc.weight.grad"] {
            assert_eq!(place(name), of(Parameter::OutputWeights), "{name}");
        }
        for name in ["dl_do", "dh", "timesteps.dl_do", "h.grad"] {
            assert_eq!(place(name), Some(GivenPlace::States(0)), "{name}");
        }
        for name in ["w_h_terms", "terms.w_h", "term_w_h", "dWhh_per_step"] {
            let terms = GivenPlace::Terms(Parameter::RecurrentWeights, 0);
            assert_eq!(place(name), Some(terms), "{name}");
        }
        assert_eq!(place("terms.w_o"), None);
        assert_eq!(place("terms.dh"), None);
        assert_eq!(place("momentum"), None);
    }

    fn compared(tensors: &[NamedTensor], network: &Network, length: usize) -> Comparison {
        let mut batch = Batch::dense(network.parameters.layout().widths().inputs);
        batch.reset(length, 1);
        let setting = Setting {
            network,
            batch: &batch,
            loss: Loss::SquaredError,
        };
        Comparison::of(tensors, setting)
    }

    #[test]
    fn a_matrix_that_lies_the_other_way_round_is_turned_and_others_are_named() {
        let network = Network::new(Activation::Tanh, Parameters::zeros(3, 2, true), 0.0);
        let tensors = [
            tensor("w_i", &[3, 2]),
            tensor("dh", &[5, 1, 2]),
            tensor("w_h", &[3, 3]),
            tensor("loss_scale", &[]),
        ];
        let found = compared(&tensors, &network, 5);
        assert_eq!(found.given.len(), 2);
        assert_eq!(found.given[0].values, [0.5, 2.5, 4.5, 1.5, 3.5, 5.5]);
        // Whoever has one matrix the other way round has them all so, square ones, too.
        let tensors = [tensor("w_i", &[3, 2]), tensor("w_h", &[2, 2])];
        let turned = compared(&tensors, &network, 5);
        assert_eq!(turned.given[1].values, [0.5, 2.5, 1.5, 3.5]);
        let tensors = [tensor("w_i", &[2, 3]), tensor("w_h", &[2, 2])];
        let as_it_lies = compared(&tensors, &network, 5);
        assert_eq!(as_it_lies.given[1].values, [0.5, 1.5, 2.5, 3.5]);
        assert_eq!(
            found.left_out,
            [
                "w_h: it is 3 × 3, and 2 × 2 is taken here",
                "loss_scale: there is nothing of that name"
            ]
        );
    }
}
