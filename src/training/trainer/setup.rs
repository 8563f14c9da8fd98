//! A run before its first step: the task, the network, and what is known of it.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::rnn::{
    Network, Parameters, RecurrentInit, Spectrum, draw_input_weights, draw_output_weights,
    draw_recurrent, largest_singular_value,
};
use crate::tasks::Task;
use crate::training::{CheckedExperiment, NetworkSettings};

/// Streams of the seeded generator, one for each purpose, so that drawing more for one leaves the
/// others as they are.
const STREAM_PARAMETERS: u64 = 0;
pub(super) const STREAM_BATCHES: u64 = 1;

/// The task that `experiment` names.
pub(super) fn build_task(experiment: &CheckedExperiment) -> Box<dyn Task> {
    let task = experiment.task;
    task.kind.build(task.length, task.padding)
}

/// The network of `experiment` before training, for inputs of `width`.
pub(super) fn draw_network(experiment: &CheckedExperiment, width: usize) -> Network {
    draw(experiment, width, experiment.network)
}

/// The same with weights of size 1: the shapes alone.
pub(super) fn draw_unit_network(experiment: &CheckedExperiment, width: usize) -> Network {
    let unit = NetworkSettings {
        w_i: 1.0,
        w_h: 1.0,
        w_o: 1.0,
        ..experiment.network
    };
    draw(experiment, width, unit)
}

fn draw(experiment: &CheckedExperiment, width: usize, settings: NetworkSettings) -> Network {
    let mut rng = ChaCha8Rng::seed_from_u64(experiment.seed);
    rng.set_stream(STREAM_PARAMETERS);
    let hidden = settings.hidden;
    let mut parameters = Parameters::zeros(width, hidden, settings.bias);
    parameters.w_h = draw_recurrent(settings.recurrent, hidden, settings.w_h, &mut rng);
    parameters.w_o = draw_output_weights(hidden, settings.w_o, &mut rng);
    parameters.w_i = draw_input_weights(width, hidden, settings.w_i, &mut rng);
    parameters.b.fill(settings.b);
    Network::new(settings.activation, parameters, settings.o_0)
}

/// The spectrum of a W_h that has just been drawn, whose spectral radius is known and, unless it is
/// Gaussian, σ₁ too.
pub(super) fn initial_spectrum(
    experiment: &CheckedExperiment,
    parameters: &Parameters,
) -> Spectrum {
    let settings = &experiment.network;
    let spectral_radius = settings.w_h.abs();
    let gaussian = settings.hidden > 1 && settings.recurrent == RecurrentInit::Gaussian;
    Spectrum {
        spectral_radius,
        sigma_1: if gaussian {
            largest_singular_value(&parameters.w_h)
        } else {
            spectral_radius
        },
    }
}
