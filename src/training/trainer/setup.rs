//! A run before its first step: the task, the network, and what is known of it.

use std::ops::Range;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::rnn::{
    Architecture, Initialise, Network, Parameter, Parameters, RecurrentInit, Spectrum, Widths,
    draw_as_pytorch, draw_embedding, draw_input_weights, draw_output_weights, draw_recurrent,
    largest_singular_value,
};
use crate::tasks::Task;
use crate::training::{CheckedExperiment, NetworkSettings, Weight};

/// Up to this hidden size the spectrum of W_h is measured for every snapshot, in about 9 ms; above, only
/// while paused, so that a run and a dragged slider never wait for eigenvalues.
const LARGEST_MEASURED_ALWAYS: usize = 128;

/// Whether W_h is so small that its spectrum is measured for every snapshot.
pub(super) fn measures_always(parameters: &Parameters) -> bool {
    let blocks = parameters.recurrent_blocks().count();
    blocks * parameters.hidden().pow(3) <= LARGEST_MEASURED_ALWAYS.pow(3)
}

/// Streams of the seeded generator, one for each purpose, so that drawing more for one leaves the
/// others as they are.
const STREAM_PARAMETERS: u64 = 0;
pub(super) const STREAM_BATCHES: u64 = 1;

/// The network of an experiment with weights of size 1: its shapes, which the settings scale. Whatever moves
/// a weight before the first step scales from here, so that a slider that was dragged to 1.2 and a file that
/// says 1.2 begin with the same bits.
#[derive(Clone)]
pub struct Drawn {
    parameters: Parameters,
    spectrum: Spectrum,
    /// Whether the spectrum is known to a few percent only.
    is_estimated: bool,
    /// Whether the experiment says how large the weights are.
    is_scaled: bool,
    /// s_0, if it is given number by number.
    state: Vec<f64>,
    /// The bias of the gate that carries the state on, and its rows.
    forget_bias: Option<(f64, Range<usize>)>,
}

impl Drawn {
    /// Drawn with the seed of `experiment`, for `task`.
    pub fn new(experiment: &CheckedExperiment, task: &dyn Task) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(experiment.seed);
        rng.set_stream(STREAM_PARAMETERS);
        let settings = &experiment.network;
        let mut parameters = Parameters::zeros_of(Architecture {
            cell: settings.cell,
            widths: Widths {
                inputs: task.width(),
                hidden: settings.hidden,
                layers: settings.layers,
                outputs: task.outputs(),
            },
            bias: settings.bias,
            has_read_out: experiment.has_read_out(),
            embedding: (settings.embedding > 0).then_some(settings.embedding),
        });
        match settings.initialise {
            _ if experiment.has_own_weights() => settings.weights.put(&mut parameters),
            Initialise::Scaled => draw_scaled(settings, &mut parameters, &mut rng),
            Initialise::Pytorch => {
                let embedding = parameters.range(Parameter::Embedding);
                let others = ..parameters.count() - embedding.len();
                let numbers = &mut parameters.values_mut()[others];
                draw_as_pytorch(numbers, settings.hidden, &mut rng);
                if parameters.count_of(Parameter::RecurrentBias) == 0 {
                    // One bias stands for PyTorch's two, whose sum acts.
                    let mut others = vec![0.0; parameters.count_of(Parameter::HiddenBias)];
                    draw_as_pytorch(&mut others, settings.hidden, &mut rng);
                    let biases = parameters.of_mut(Parameter::HiddenBias).iter_mut();
                    biases.zip(others).for_each(|(b, other)| *b += other);
                }
            }
        }
        if !experiment.has_own_weights() {
            draw_embedding(parameters.of_mut(Parameter::Embedding), &mut rng);
        }
        let is_gaussian = settings.hidden > 1 && settings.recurrent == RecurrentInit::Gaussian;
        let is_scaled = settings.initialise == Initialise::Scaled && !experiment.has_own_weights();
        let is_estimated = !is_scaled && !measures_always(&parameters);
        let spectrum = if is_estimated {
            // What is seen first must not wait for it: it is measured when nothing else is to be done.
            Spectrum::estimate_of_all(parameters.recurrent_blocks())
        } else if !is_scaled {
            Spectrum::of_all(parameters.recurrent_blocks()).0
        } else {
            let norms = parameters
                .recurrent_blocks()
                .map(|block| largest_singular_value(&block));
            Spectrum {
                spectral_radius: 1.0,
                // Every other shape is orthogonal.
                sigma_1: if is_gaussian {
                    norms.fold(0.0, f64::max)
                } else {
                    1.0
                },
            }
        };
        Self {
            parameters,
            spectrum,
            is_estimated,
            is_scaled,
            state: experiment.probe.state.values().to_vec(),
            forget_bias: settings
                .forget_bias
                .zip(settings.cell.cell().carrying_gate())
                .map(|(bias, gate)| (bias, gate * settings.hidden..(gate + 1) * settings.hidden)),
        }
    }

    /// The network of `settings` before training.
    pub fn network(&self, settings: &NetworkSettings) -> Network {
        let mut parameters = self.parameters.clone();
        for weight in Weight::ALL {
            self.put(weight, settings.weight(weight), &mut parameters);
        }
        let mut network =
            Network::of_cell(settings.cell, settings.activation, parameters, settings.o_0);
        if !self.state.is_empty() {
            network.s_0.copy_from_slice(&self.state);
        }
        network
    }

    /// Whether the spectrum is known to a few percent only, since measuring it takes seconds.
    pub fn is_estimated(&self) -> bool {
        self.is_estimated
    }

    /// Whether the experiment says how large the weights are; otherwise they are as they were drawn.
    pub fn is_scaled(&self) -> bool {
        self.is_scaled
    }

    /// Puts `weight` where it is for a setting of `value`.
    pub fn put(&self, weight: Weight, value: f64, parameters: &mut Parameters) {
        let factor = if self.is_scaled() { value } else { 1.0 };
        let drawn = self.parameters.all_of(weight.parameter());
        for (numbers, drawn) in parameters.all_of_mut(weight.parameter()).zip(drawn) {
            for (to, drawn) in numbers.iter_mut().zip(drawn) {
                *to = factor * drawn;
            }
        }
        if let (Weight::Bias, Some((bias, rows))) = (weight, &self.forget_bias) {
            for biases in parameters.all_of_mut(Parameter::HiddenBias) {
                biases[rows.clone()].fill(*bias);
            }
            // What acts is the sum of both.
            for biases in parameters.all_of_mut(Parameter::RecurrentBias) {
                biases[rows.clone()].fill(0.0);
            }
        }
    }

    /// The spectrum of W_h for a setting of `w_h`.
    pub fn spectrum(&self, w_h: f64) -> Spectrum {
        let factor = if self.is_scaled() { w_h } else { 1.0 };
        self.spectrum.scaled(factor)
    }

    /// The numbers of `weight` at size 1, layer after layer.
    pub fn shape(&self, weight: Weight) -> Vec<f64> {
        let layers = self.parameters.all_of(weight.parameter());
        layers.flatten().copied().collect()
    }
}

/// Draws every matrix at size 1, block by block for a gated cell, and sets every bias to 1: those beside W_h to 0, where
/// a cell has them apart.
fn draw_scaled(settings: &NetworkSettings, parameters: &mut Parameters, rng: &mut ChaCha8Rng) {
    let hidden = settings.hidden;
    let layers = parameters.layout().layers().to_vec();
    for ranges in &layers {
        let blocks = &mut parameters.values_mut()[ranges.w_h.clone()];
        for block in blocks.chunks_exact_mut(hidden * hidden) {
            let drawn = draw_recurrent(settings.recurrent, hidden, 1.0, rng);
            let numbers = block.iter_mut().zip(&drawn);
            numbers.for_each(|(number, drawn)| *number = *drawn);
        }
    }
    for row in parameters
        .of_mut(Parameter::OutputWeights)
        .chunks_exact_mut(hidden)
    {
        row.copy_from_slice(&draw_output_weights(hidden, 1.0, rng));
    }
    for ranges in &layers {
        let rows = ranges.w_h.len() / hidden;
        let columns = &mut parameters.values_mut()[ranges.w_i.clone()];
        let inputs = columns.len() / rows;
        for block in 0..rows / hidden {
            let drawn = draw_input_weights(inputs, hidden, 1.0, rng);
            for (column, drawn) in columns.chunks_exact_mut(rows).zip(drawn.columns()) {
                let numbers = column[block * hidden..].iter_mut().zip(drawn);
                numbers.for_each(|(number, drawn)| *number = *drawn);
            }
        }
    }
    for biases in parameters.all_of_mut(Parameter::HiddenBias) {
        biases.fill(1.0);
    }
}
