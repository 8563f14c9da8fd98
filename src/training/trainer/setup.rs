//! A run before its first step: the task, the network, and what is known of it.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::rnn::{
    Network, Parameters, RecurrentInit, Spectrum, draw_input_weights, draw_output_weights,
    draw_recurrent, largest_singular_value,
};
use crate::tasks::Task;
use crate::training::{CheckedExperiment, NetworkSettings, Weight};

/// Streams of the seeded generator, one for each purpose, so that drawing more for one leaves the
/// others as they are.
const STREAM_PARAMETERS: u64 = 0;
pub(super) const STREAM_BATCHES: u64 = 1;

/// The task that `experiment` names.
pub(super) fn build_task(experiment: &CheckedExperiment) -> Box<dyn Task> {
    let task = experiment.task;
    task.kind.build(task.length, task.padding)
}

/// The network of an experiment with weights of size 1: its shapes, which the settings scale. Whatever moves
/// a weight before the first step scales from here, so that a slider that was dragged to 1.2 and a file that
/// says 1.2 begin with the same bits.
#[derive(Clone)]
pub struct Drawn {
    parameters: Parameters,
    spectrum: Spectrum,
}

impl Drawn {
    /// Drawn with the seed of `experiment`, for inputs of `width`.
    pub fn new(experiment: &CheckedExperiment, width: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(experiment.seed);
        rng.set_stream(STREAM_PARAMETERS);
        let settings = &experiment.network;
        let hidden = settings.hidden;
        let mut parameters = Parameters::zeros(width, hidden, settings.bias);
        parameters
            .w_h_mut()
            .assign(&draw_recurrent(settings.recurrent, hidden, 1.0, &mut rng));
        parameters
            .w_o_mut()
            .copy_from_slice(&draw_output_weights(hidden, 1.0, &mut rng));
        parameters
            .w_i_mut()
            .assign(&draw_input_weights(width, hidden, 1.0, &mut rng));
        parameters.b_mut().fill(1.0);
        let gaussian = hidden > 1 && settings.recurrent == RecurrentInit::Gaussian;
        let spectrum = Spectrum {
            spectral_radius: 1.0,
            // Every other shape is orthogonal.
            sigma_1: if gaussian {
                largest_singular_value(&parameters.w_h())
            } else {
                1.0
            },
        };
        Self {
            parameters,
            spectrum,
        }
    }

    /// The network of `settings` before training.
    pub fn network(&self, settings: &NetworkSettings) -> Network {
        let mut parameters = self.parameters.clone();
        for weight in Weight::ALL {
            self.put(weight, settings.weight(weight), &mut parameters);
        }
        Network::new(settings.activation, parameters, settings.o_0)
    }

    /// Puts `weight` where it is for a setting of `value`.
    pub fn put(&self, weight: Weight, value: f64, parameters: &mut Parameters) {
        let drawn = self.parameters.of(weight.parameter());
        for (to, drawn) in parameters.of_mut(weight.parameter()).iter_mut().zip(drawn) {
            *to = value * drawn;
        }
    }

    /// The spectrum of W_h for a setting of `w_h`.
    pub fn spectrum(&self, w_h: f64) -> Spectrum {
        self.spectrum.scaled(w_h)
    }

    /// The numbers of `weight` at size 1.
    pub fn shape(&self, weight: Weight) -> &[f64] {
        self.parameters.of(weight.parameter())
    }
}
