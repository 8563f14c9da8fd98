//! What tensors of a recurrent network are called, in the lecture and in PyTorch.

use crate::rnn::Parameter;

/// Layers that a network may have.
pub const MOST_LAYERS: usize = 100;

/// Names that are known, for whoever misspells one.
pub const KNOWN_NAMES: [&str; 13] = [
    "w_i",
    "w_h",
    "b",
    "b_h",
    "w_o",
    "b_o",
    "weight_ih_l0",
    "weight_hh_l0",
    "bias_ih_l0",
    "bias_hh_l0",
    "readout.weight",
    "readout.bias",
    "embedding.weight",
];

/// What the tensor called `name` is for, and of which layer, counted from 0.
pub fn parameter_called(name: &str) -> Option<(Parameter, usize)> {
    let place = match name {
        "w_i" => (Parameter::InputWeights, 0),
        "w_h" => (Parameter::RecurrentWeights, 0),
        "b" => (Parameter::HiddenBias, 0),
        "b_h" => (Parameter::RecurrentBias, 0),
        "w_o" | "readout.weight" => (Parameter::OutputWeights, 0),
        "b_o" | "readout.bias" => (Parameter::OutputBias, 0),
        "embedding.weight" => (Parameter::Embedding, 0),
        _ => {
            let (kind, layer) = name.rsplit_once("_l")?;
            let layer = layer.parse().ok().filter(|layer| *layer < MOST_LAYERS)?;
            let parameter = match kind {
                "weight_ih" => Parameter::InputWeights,
                "weight_hh" => Parameter::RecurrentWeights,
                "bias_ih" => Parameter::HiddenBias,
                "bias_hh" => Parameter::RecurrentBias,
                _ => return None,
            };
            (parameter, layer)
        }
    };
    Some(place)
}
