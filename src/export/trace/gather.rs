//! From a snapshot to a trace.

use std::collections::BTreeMap;

use ndarray::ArrayView2;

use super::form::{LayerOfStep, Tensor, Tensors};
use super::numbers::List;
use super::{
    Diverged, Matrices, NotFinite, State, TRACE_SCHEMA, Timestep, Trace, WrittenMagnitude,
};
use crate::flow::{Magnitude, Outcome, Probe, ProductNorms};
use crate::rnn::{Inputs, Interrupt, Interrupted, Network, Parameter, Parameters, Spectrum};
use crate::training::{Experiment, Snapshot};

/// The most numbers that the terms of all timesteps may have together (20 MB of text); what they are
/// products of is always there.
const MOST_TERM_NUMBERS: usize = 1_000_000;

impl Trace {
    /// The trace of `snapshot`. What the snapshot does not keep is computed again from its network and its
    /// probe, in the same way and so with the same bits.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn of(snapshot: &Snapshot, interrupt: &Interrupt) -> Result<Self, Interrupted> {
        let (network, batch) = (&*snapshot.moment.network, &*snapshot.probe.batch);
        let mut probe = Probe::new(&network.parameters);
        probe.run(network, batch, snapshot.probe.loss_function, interrupt)?;
        let is_the_lectures = network.is_the_lectures();
        // Of a one-hot vector every place would have a number.
        let has_inputs = matches!(batch.inputs, Inputs::Dense { .. })
            || network
                .parameters
                .layout()
                .tensor(Parameter::Embedding)
                .is_some();
        let dl_dx = if has_inputs {
            probe.pass.input_gradients(network)
        } else {
            Vec::new()
        };
        let at_start = |part: usize| -> Vec<List> {
            let has_part = !is_the_lectures && part < network.cell.cell().states().len();
            let layers = probe.pass.layers().iter().filter(|_| has_part);
            layers
                .map(|record| List(record.state_gradient(part, 0).to_vec()))
                .collect()
        };
        // Whether the window had the time to measure it must not be seen in the file.
        let spectrum = if snapshot.moment.spectrum_is_old {
            Spectrum::of_all(network.parameters.recurrent_blocks()).0
        } else {
            snapshot.moment.spectrum
        };
        let first = snapshot.first_input();
        let gradients = probe.gradients.values().to_vec();
        let ends = [
            snapshot.probe.loss,
            snapshot.probe.flow.z,
            snapshot.probe.prediction,
        ];
        Ok(Self {
            schema: TRACE_SCHEMA.to_owned(),
            experiment: Experiment::clone(&snapshot.moment.experiment),
            step: snapshot.moment.step,
            diverged: snapshot.run.divergence.as_ref().map(Diverged::from),
            loss: snapshot.probe.loss,
            z: match probe.pass.read_outs() {
                [z] => *z,
                _ => f64::NAN,
            },
            prediction: snapshot.probe.prediction,
            target: snapshot.probe.target,
            state: State::worst(ends.iter().chain(&gradients)),
            verdict: verdict_name(snapshot.probe.verdict.outcome).to_owned(),
            first,
            lyapunov: snapshot.probe.verdict.lyapunov.filter(|it| it.is_finite()),
            half_life: snapshot.probe.verdict.half_life.filter(|it| it.is_finite()),
            spectral_radius: spectrum.spectral_radius,
            sigma_1: spectrum.sigma_1,
            parameters: tensors(network, &network.parameters, true),
            timesteps: timesteps(snapshot, &probe, spectrum, &dl_dx),
            do_n_do_0: Some(snapshot.probe.flow.from_initial_state().into()),
            dl_do_0: if is_the_lectures {
                probe.pass.state_gradient(0).to_vec()
            } else {
                Vec::new()
            },
            dl_dh_0: at_start(0),
            dl_dc_0: at_start(1),
            dl_do_0_log10: snapshot.probe.flow.dl_do_0.log10().unwrap_or(f64::NAN),
            dl_do_0_state: Some(snapshot.probe.flow.dl_do_0.into()),
            gradients: tensors(network, &probe.gradients, false),
        })
    }
}

/// The word for it in files.
pub fn verdict_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Vanishing => "vanishing",
        Outcome::Exploding => "exploding",
        Outcome::Carried => "carried",
        Outcome::Blocked => "blocked",
        Outcome::NotFinite => "not-finite",
    }
}

fn rows(matrix: ArrayView2<'_, f64>) -> Vec<Vec<f64>> {
    matrix.rows().into_iter().map(|row| row.to_vec()).collect()
}

/// The numbers of `parameters`, or of their gradients, by their names; and the states that `network` begins with.
fn tensors(network: &Network, parameters: &Parameters, with_states: bool) -> Tensors {
    let states = if with_states {
        network.s_0.as_slice()
    } else {
        &[]
    };
    let hidden = parameters.hidden();
    let output_rows = || {
        let rows = parameters.w_o().chunks_exact(hidden);
        rows.map(<[f64]>::to_vec).collect()
    };
    if network.is_the_lectures() {
        return Tensors::OfTheLecture(Matrices {
            w_i: rows(parameters.w_i()),
            w_h: rows(parameters.w_h()),
            b: parameters.b().to_vec(),
            w_o: output_rows(),
            b_o: parameters.b_o().to_vec(),
            o_0: states.to_vec(),
        });
    }
    let mut named = BTreeMap::new();
    for (tensor, numbers) in parameters.tensors() {
        if numbers.is_empty() {
            continue;
        }
        let is_vector = matches!(
            tensor.parameter,
            Parameter::HiddenBias | Parameter::RecurrentBias | Parameter::OutputBias
        );
        let written = if is_vector {
            Tensor::Vector(List(numbers.to_vec()))
        } else if tensor.parameter == Parameter::OutputWeights {
            Tensor::Matrix(output_rows().into_iter().map(List).collect())
        } else {
            let matrix = parameters.matrix_of(tensor.parameter, tensor.layer);
            Tensor::Matrix(rows(matrix).into_iter().map(List).collect())
        };
        named.insert(tensor.name.to_string(), written);
    }
    let parts = network.cell.cell().states().len();
    for (part, name) in ["h_0", "c_0"].into_iter().take(parts).enumerate() {
        let layers = states.chunks_exact(parts * hidden);
        let layers: Vec<List> = layers
            .map(|state| List(state[part * hidden..(part + 1) * hidden].to_vec()))
            .collect();
        if !layers.is_empty() {
            named.insert(name.to_owned(), Tensor::Matrix(layers));
        }
    }
    Tensors::ByName(named)
}

/// δ inputᵀ
fn outer(delta: &[f64], input: &[f64]) -> Vec<Vec<f64>> {
    delta
        .iter()
        .map(|delta| input.iter().map(|input| delta * input).collect())
        .collect()
}

fn timesteps(
    snapshot: &Snapshot,
    probe: &Probe,
    spectrum: Spectrum,
    dl_dx: &[f64],
) -> Vec<Timestep> {
    let network = &*snapshot.moment.network;
    let (hidden, pass) = (snapshot.probe.flow.state_width, &probe.pass);
    let responses = pass.responses();
    let norms = (hidden > 1)
        .then(|| ProductNorms::of(network, pass))
        .flatten();
    let width = match &snapshot.probe.batch.inputs {
        Inputs::Dense { width, .. } => *width,
        Inputs::Tokens(_) => 1,
    };
    let is_the_lectures = network.is_the_lectures();
    let with_terms =
        is_the_lectures && snapshot.len() * hidden * (hidden + width) <= MOST_TERM_NUMBERS;
    let mut flow = snapshot.probe.flow.clone();
    if is_the_lectures {
        flow.bound_per_step_log10 = libm::log10(network.activation.gamma() * spectrum.sigma_1);
    }
    let of_lecture = |numbers: &[f64]| match is_the_lectures {
        true => numbers.to_vec(),
        false => Vec::new(),
    };
    let read = dl_dx.len() / snapshot.len();
    let at_end = probe.pass.norms().last().copied().unwrap_or_default();
    let norm = |of: fn(&ProductNorms) -> &Vec<Magnitude>, t: usize| {
        norms.as_ref().map(|norms| of(norms)[t - 1].into())
    };
    (1..=snapshot.len())
        .map(|t| {
            let step = &flow.steps[t - 1];
            let delta = probe.pass.delta(t);
            let (token_id, x) = input(snapshot, t);
            let input = x
                .as_deref()
                .unwrap_or(if token_id.is_some() { &[1.0] } else { &[0.0] });
            let answer = snapshot.probe.answers.iter().find(|answer| answer.t == t);
            // Where the last answer is the only one, it stands at the top.
            let answer = answer.filter(|_| flow.is_asked_at_every_step || !is_the_lectures);
            let mut timestep = Timestep {
                t,
                token: snapshot.word(t).map(|word| word.text.clone()),
                token_id,
                a: responses.map_or_else(Vec::new, |it| it.pre_activation(t).to_vec()),
                o: of_lecture(pass.state(t)),
                loss: answer
                    .map(|answer| answer.loss)
                    .filter(|loss| loss.is_finite()),
                z: answer.map(|answer| List(answer.z.clone())),
                prediction: answer.map(|answer| List(answer.prediction.clone())),
                target: answer.map(|answer| List(answer.target.clone())),
                layers: match is_the_lectures {
                    true => Vec::new(),
                    false => layers(network, probe, t, at_end),
                },
                factors: match is_the_lectures {
                    true => BTreeMap::new(),
                    false => ["direct", "through_gates"]
                        .map(str::to_owned)
                        .into_iter()
                        .zip(step.parts.map(WrittenMagnitude::from))
                        .collect(),
                },
                dl_dx: (read > 0).then(|| List(dl_dx[(t - 1) * read..t * read].to_vec())),
                f_prime: responses.map_or_else(Vec::new, |it| it.f_prime(t).to_vec()),
                factor: step.factor.into(),
                to_end: step.to_end.into(),
                from_first: step.from_first.into(),
                to_end_norm: norm(|norms| &norms.to_end, t),
                from_first_norm: norm(|norms| &norms.from_first, t),
                bound_log10: flow.bound_to_end_log10(t),
                dl_do: of_lecture(probe.pass.state_gradient(t)),
                dl_do_log10: step.dl_do.log10().unwrap_or(f64::NAN),
                dl_do_state: step.dl_do.into(),
                not_finite: NotFinite::default(),
                term_w_h: with_terms.then(|| outer(delta, pass.state(t - 1))),
                term_w_i: with_terms.then(|| outer(delta, input)),
                x,
            };
            timestep.note_what_is_not_finite();
            timestep
        })
        .collect()
}

/// What came up in each layer at 1-based `t`, where ‖γ_n‖ is `at_end`.
fn layers(network: &Network, probe: &Probe, t: usize, at_end: f64) -> Vec<LayerOfStep> {
    let cell = network.cell.cell();
    let has_cells = cell.states().len() > 1;
    let of = |part: usize, numbers: &[f64]| match part == 0 || has_cells {
        true => numbers.to_vec(),
        false => Vec::new(),
    };
    let records = probe.pass.layers().iter();
    records
        .map(|record| LayerOfStep {
            h: of(0, record.state(0, t)),
            c: of(1, record.state(cell.states().len() - 1, t)),
            gates: match cell.carrying_gate() {
                None => BTreeMap::new(),
                Some(_) => (cell.blocks().iter().enumerate())
                    .map(|(block, name)| ((*name).to_owned(), List(record.gate(block, t).to_vec())))
                    .collect(),
            },
            dl_dh: of(0, record.state_gradient(0, t)),
            dl_dc: of(1, record.state_gradient(cell.states().len() - 1, t)),
            gain: Magnitude::new(record.norms()[t])
                .over(Magnitude::new(at_end))
                .into(),
        })
        .collect()
}

/// The column of W_i for text, or the vector for other tasks.
fn input(snapshot: &Snapshot, t: usize) -> (Option<u32>, Option<Vec<f64>>) {
    match &snapshot.probe.batch.inputs {
        Inputs::Tokens(tokens) => (tokens.get(t - 1).copied().flatten(), None),
        Inputs::Dense { .. } => (
            None,
            snapshot.probe.batch.vector(t - 1, 0).map(<[f64]>::to_vec),
        ),
    }
}
