//! From a snapshot to a trace.

use ndarray::ArrayView2;

use super::{Diverged, Matrices, NotFinite, State, TRACE_SCHEMA, Timestep, Trace};
use crate::flow::{Magnitude, Outcome, Probe, ProductNorms};
use crate::rnn::{Inputs, Interrupt, Interrupted, Parameters, Spectrum};
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
            probe.pass.read_outs()[0],
            snapshot.probe.prediction,
        ];
        Ok(Self {
            schema: TRACE_SCHEMA.to_owned(),
            experiment: Experiment::clone(&snapshot.moment.experiment),
            step: snapshot.moment.step,
            diverged: snapshot.run.divergence.as_ref().map(Diverged::from),
            loss: snapshot.probe.loss,
            z: probe.pass.read_outs()[0],
            prediction: snapshot.probe.prediction,
            target: snapshot.probe.target,
            state: State::worst(ends.iter().chain(&gradients)),
            verdict: verdict_name(snapshot.probe.verdict.outcome).to_owned(),
            first,
            lyapunov: snapshot.probe.verdict.lyapunov.filter(|it| it.is_finite()),
            half_life: snapshot.probe.verdict.half_life.filter(|it| it.is_finite()),
            spectral_radius: spectrum.spectral_radius,
            sigma_1: spectrum.sigma_1,
            parameters: Matrices {
                o_0: network.s_0.clone(),
                ..matrices(&network.parameters)
            },
            timesteps: timesteps(snapshot, &probe, spectrum),
            do_n_do_0: Some(snapshot.probe.flow.from_initial_state().into()),
            dl_do_0: probe.pass.state_gradient(0).to_vec(),
            dl_do_0_log10: snapshot.probe.flow.dl_do_0.log10().unwrap_or(f64::NAN),
            dl_do_0_state: Some(snapshot.probe.flow.dl_do_0.into()),
            gradients: matrices(&probe.gradients),
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

fn matrices(parameters: &Parameters) -> Matrices {
    Matrices {
        w_i: rows(parameters.w_i()),
        w_h: rows(parameters.w_h()),
        b: parameters.b().to_vec(),
        w_o: vec![parameters.w_o().to_vec()],
        b_o: parameters.b_o().to_vec(),
        o_0: Vec::new(),
    }
}

/// δ inputᵀ
fn outer(delta: &[f64], input: &[f64]) -> Vec<Vec<f64>> {
    delta
        .iter()
        .map(|delta| input.iter().map(|input| delta * input).collect())
        .collect()
}

fn timesteps(snapshot: &Snapshot, probe: &Probe, spectrum: Spectrum) -> Vec<Timestep> {
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
    let with_terms = snapshot.len() * hidden * (hidden + width) <= MOST_TERM_NUMBERS;
    let mut flow = snapshot.probe.flow.clone();
    flow.bound_per_step_log10 = libm::log10(network.activation.gamma() * spectrum.sigma_1);
    let norm = |of: fn(&ProductNorms) -> &Vec<Magnitude>, t: usize| {
        norms.as_ref().map(|norms| of(norms)[t - 1].into())
    };
    (1..=snapshot.len())
        .map(|t| {
            let step = &flow.steps[t - 1];
            let delta = probe.pass.delta(t);
            let (token_id, x) = input(snapshot, t);
            let read = x
                .as_deref()
                .unwrap_or(if token_id.is_some() { &[1.0] } else { &[0.0] });
            let mut timestep = Timestep {
                t,
                token: snapshot.word(t).map(|word| word.text.clone()),
                token_id,
                a: responses.map_or_else(Vec::new, |it| it.pre_activation(t).to_vec()),
                o: pass.state(t).to_vec(),
                f_prime: responses.map_or_else(Vec::new, |it| it.f_prime(t).to_vec()),
                factor: step.factor.into(),
                to_end: step.to_end.into(),
                from_first: step.from_first.into(),
                to_end_norm: norm(|norms| &norms.to_end, t),
                from_first_norm: norm(|norms| &norms.from_first, t),
                bound_log10: flow.bound_to_end_log10(t),
                dl_do: probe.pass.state_gradient(t).to_vec(),
                dl_do_log10: step.dl_do.log10().unwrap_or(f64::NAN),
                dl_do_state: step.dl_do.into(),
                not_finite: NotFinite::default(),
                term_w_h: with_terms.then(|| outer(delta, pass.state(t - 1))),
                term_w_i: with_terms.then(|| outer(delta, read)),
                x,
            };
            timestep.note_what_is_not_finite();
            timestep
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
