//! The one number by which each weight matrix, and the bias, is turned up and down.

use super::limits::{Limit, limit};
use crate::rnn::{Network, Parameter, Parameters, Spectrum, norm};

/// A weight that has a slider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// w_i: the weight itself where there is one only, otherwise the root-mean-square length of a
    /// column of W_i.
    Input,
    /// w_h: the weight itself for H = 1, otherwise the spectral radius of W_h. For this and the other
    /// matrices of several numbers, a value below zero in an experiment turns the sign of every number round.
    Recurrent,
    /// w_o: the weight itself for H = 1, otherwise the length of w_o.
    Output,
    /// b: the bias itself for H = 1, otherwise the mean over the units and the gates, but for the one that has
    /// `network.forget_bias`; moving it shifts them all.
    Bias,
}

/// Where the sliders stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightValues {
    /// w_i.
    pub w_i: f64,
    /// w_h.
    pub w_h: f64,
    /// w_o.
    pub w_o: f64,
    /// b; 0 for a network without biases.
    pub b: f64,
}

impl WeightValues {
    /// The values of `network`, whose W_h has the given `spectrum`; with a forget bias of its own b is of the other gates.
    pub fn of(network: &Network, has_forget_bias: bool, spectrum: Spectrum) -> Self {
        let parameters = &network.parameters;
        let number_or = |values: &[f64], length: f64| match values {
            [number] => *number,
            _ => length,
        };
        let [w_h, w_o] = [Parameter::RecurrentWeights, Parameter::OutputWeights]
            .map(|parameter| parameters.of(parameter));
        let hidden = parameters.hidden();
        // Of several blocks, layers or read-outs the root mean square.
        let blocks = w_h.len() / (hidden * hidden);
        let lengths: Vec<f64> = parameters
            .all_of(Parameter::InputWeights)
            .map(|w_i| {
                let inputs = w_i.len() / (blocks * hidden);
                number_or(w_i, norm(w_i) / (inputs as f64).sqrt())
            })
            .collect();
        let w_i = match lengths.as_slice() {
            [length] if blocks == 1 => *length,
            lengths => norm(lengths) / ((lengths.len() * blocks) as f64).sqrt(),
        };
        let outputs = w_o.len() / hidden;
        let length = match outputs {
            1 => norm(w_o),
            _ => norm(w_o) / (outputs as f64).sqrt(),
        };
        let ranges = network.hidden_biases(!has_forget_bias);
        let count: usize = ranges.iter().map(|range| range.len()).sum();
        let biases = ranges.into_iter().flat_map(|it| &parameters.values()[it]);
        Self {
            w_i,
            w_h: if parameters.count_of(Parameter::RecurrentWeights) == 1 {
                w_h[0]
            } else {
                spectrum.spectral_radius
            },
            w_o: number_or(w_o, length),
            b: biases.sum::<f64>() / count.max(1) as f64,
        }
    }

    /// These as the sizes of `parameters`' matrices: an experiment's value below zero turns the sign of a
    /// matrix of several numbers, whose size is above zero all the same.
    #[must_use]
    pub fn as_sizes_of(self, parameters: &Parameters) -> Self {
        let size = |weight: Weight| {
            let value = self.get(weight);
            if weight.is_size_in(parameters) {
                value.abs()
            } else {
                value
            }
        };
        Self {
            w_i: size(Weight::Input),
            w_h: size(Weight::Recurrent),
            w_o: size(Weight::Output),
            b: size(Weight::Bias),
        }
    }

    /// These with one of them replaced.
    #[must_use]
    pub fn with(mut self, weight: Weight, value: f64) -> Self {
        match weight {
            Weight::Input => self.w_i = value,
            Weight::Recurrent => self.w_h = value,
            Weight::Output => self.w_o = value,
            Weight::Bias => self.b = value,
        }
        self
    }

    /// One of them.
    pub fn get(self, weight: Weight) -> f64 {
        match weight {
            Weight::Input => self.w_i,
            Weight::Recurrent => self.w_h,
            Weight::Output => self.w_o,
            Weight::Bias => self.b,
        }
    }
}

impl Weight {
    /// Every one, in the order of their sliders.
    pub const ALL: [Self; 4] = [Self::Input, Self::Recurrent, Self::Output, Self::Bias];

    /// Its key in an experiment.
    pub fn key(self) -> &'static str {
        match self {
            Self::Input => "network.w_i",
            Self::Recurrent => "network.w_h",
            Self::Output => "network.w_o",
            Self::Bias => "network.b",
        }
    }

    /// Its range.
    pub fn limit(self) -> Limit {
        match self {
            Self::Input => limit::W_I,
            Self::Recurrent => limit::W_H,
            Self::Output => limit::W_O,
            Self::Bias => limit::B,
        }
    }

    /// Whether its value is the size of several numbers of `parameters`, which is not below zero.
    pub fn is_size_in(self, parameters: &Parameters) -> bool {
        self != Self::Bias && parameters.count_of(self.parameter()) > 1
    }

    /// The weight's place among those that have a slider.
    pub(super) fn index(self) -> usize {
        match self {
            Self::Input => 0,
            Self::Recurrent => 1,
            Self::Output => 2,
            Self::Bias => 3,
        }
    }

    /// Which parameters it sets.
    pub fn parameter(self) -> Parameter {
        match self {
            Self::Input => Parameter::InputWeights,
            Self::Recurrent => Parameter::RecurrentWeights,
            Self::Output => Parameter::OutputWeights,
            Self::Bias => Parameter::HiddenBias,
        }
    }
}
