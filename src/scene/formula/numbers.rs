//! The numbers of one timestep: everything between the input of timestep j and the update of the weights.

use super::super::subject::Subject;
use crate::flow::{ForwardSums, GradientFlow, Magnitude, StepFlow, WorkedStep, WorkedUnit};
use crate::rnn::{Inputs, Loss, Parameter, norm};
use crate::training::{LastUpdate, Snapshot, Updated};

/// The numbers of the 1-based timestep j of n. For H = 1 they are numbers; what has several for more units, or one for
/// each word, is its Euclidean norm.
pub struct Numbers<'a> {
    /// The moment.
    pub snapshot: &'a Snapshot,
    /// j.
    pub j: usize,
    /// What the gradient does at step j.
    pub step: &'a StepFlow,
    /// What is added up in a_j, if the snapshot has it.
    pub forward: Option<ForwardSums>,
    /// b and b_o, of a network that has them.
    pub biases: Option<[Magnitude; 2]>,
    /// o_{j−1} and o_n.
    pub state_before: Magnitude,
    pub last_state: Magnitude,
    /// w_h and w_o.
    pub w_h: Magnitude,
    pub w_o: Magnitude,
    /// ∂L/∂ŷ, ∂L/∂z and ∂ŷ/∂o_n.
    pub dl_dy: Magnitude,
    pub dl_dz: Magnitude,
    pub dy_do_n: Magnitude,
    /// ∂ŷ/∂o_j.
    pub dy_do: Magnitude,
    /// ∂o_j/∂w_i and ∂o_j/∂w_h with o_{j−1} held fixed: f′(a_j) x_j and f′(a_j) o_{j−1}.
    pub do_dw_i: Magnitude,
    pub do_dw_h: Magnitude,
    /// ∂L/∂w_o.
    pub dl_dw_o: Magnitude,
    /// The unit that is worked out, and its timestep j, in a network that is not the lecture's.
    pub worked: Option<(&'a WorkedUnit, WorkedStep<'a>)>,
    /// K.
    pub outputs: usize,
    /// Whether one number is asked for, at the end.
    pub is_one_answer: bool,
}

impl<'a> Numbers<'a> {
    /// Those of the timestep that is looked at; `None` for a sequence without timesteps.
    pub fn of(subject: &Subject<'a>) -> Option<Self> {
        let (snapshot, j) = (subject.snapshot, subject.timestep());
        let (probe, parameters) = (&snapshot.probe, &snapshot.moment.network.parameters);
        let flow = &probe.flow;
        let step = flow.steps.get(j.checked_sub(1)?)?;
        let size = |values: &[f64]| match values {
            [number] => Magnitude::new(*number),
            _ => Magnitude::new(norm(values)),
        };
        let [w_h, b, w_o, b_o] = [
            Parameter::RecurrentWeights,
            Parameter::HiddenBias,
            Parameter::OutputWeights,
            Parameter::OutputBias,
        ]
        .map(|parameter| size(parameters.of(parameter)));
        // What is known of several units is their root mean square.
        let from_rms = (parameters.hidden() as f64).sqrt();
        let state = |t: usize| match t.checked_sub(1).and_then(|index| probe.forward.get(index)) {
            Some(sums) => sums.state,
            None => Magnitude::new(from_rms * probe.states.get(t).copied().unwrap_or(f64::NAN)),
        };
        let (state_before, last_state) = (state(j - 1), state(snapshot.len()));
        let (loss, y) = (probe.loss_function, probe.target);
        let worked = probe.worked.as_deref();
        let worked = worked.and_then(|unit| Some((unit, unit.step(j)?)));
        let outputs = parameters.layout().widths().outputs;
        let is_one_answer = outputs == 1
            && !flow.is_asked_at_every_step
            && parameters.has_read_out()
            && loss != Loss::Linear;
        let of_one = |value: fn(Loss, f64, f64) -> f64| match is_one_answer {
            true => Magnitude::new(value(loss, flow.z, y)),
            false => Magnitude::Undefined,
        };
        let dy_do_n = of_one(|loss, z, _| loss.prediction_derivative(z)).times(w_o);
        let input = snapshot.probe.batch.input_norm(j - 1, 0);
        let input = match probe.batch.vector(j - 1, 0) {
            Some([number]) => *number,
            _ => input,
        };
        // f′ is told of the last answer's gradient; what falls on a weight comes of that of all.
        let direct = |factor: Magnitude, term: Magnitude| match flow.is_asked_at_every_step {
            false => step.f_prime().times(factor),
            true => term.over(step.dl_do),
        };
        Some(Self {
            snapshot,
            j,
            step,
            forward: probe.forward.get(j - 1).copied(),
            biases: parameters.has_bias().then_some([b, b_o]),
            state_before,
            last_state,
            w_h,
            w_o,
            dl_dy: of_one(Loss::derivative_by_prediction),
            dl_dz: flow.dl_dz,
            dy_do_n,
            dy_do: dy_do_n.times(step.to_end),
            do_dw_i: direct(Magnitude::new(input), step.term_w_i.magnitude),
            do_dw_h: direct(state_before, step.term_w_h.magnitude),
            dl_dw_o: flow.dl_dz.times(last_state),
            worked,
            outputs,
            is_one_answer,
        })
    }

    /// Whether the network is the lecture's.
    pub fn is_the_lectures(&self) -> bool {
        self.snapshot.moment.network.is_the_lectures()
    }

    /// What the whole state is called: o in a network of the lecture, h where it has one part, else s.
    pub fn state_letter(&self) -> &'static str {
        let network = &self.snapshot.moment.network;
        let is_one_part = network.s_0.len() == network.parameters.hidden();
        match (self.is_the_lectures(), is_one_part) {
            (true, _) => "o",
            (false, true) => "h",
            (false, false) => "s",
        }
    }

    /// What is read out is called: o in a network of the lecture, else h.
    pub fn read_letter(&self) -> &'static str {
        if self.is_the_lectures() { "o" } else { "h" }
    }

    /// n.
    pub fn n(&self) -> usize {
        self.snapshot.len()
    }

    /// The whole flow.
    pub fn flow(&self) -> &'a GradientFlow {
        &self.snapshot.probe.flow
    }

    /// Whether there is one unit.
    pub fn is_scalar(&self) -> bool {
        self.flow().state_width == 1
    }

    /// Whether an input is the number of a word, which has a column of W_i to itself.
    pub fn has_words(&self) -> bool {
        matches!(self.snapshot.probe.batch.inputs, Inputs::Tokens(_))
    }

    /// The update of the last step, and of it what happened to w_i (where words are read: to the weights of the word
    /// at j), w_h, b, w_o and b_o. A weight that there is not, or of which nothing is known, is left out.
    pub fn updates(&self) -> Option<(&'a LastUpdate, Vec<(Parameter, Updated)>)> {
        let update: &LastUpdate = self.snapshot.run.last_update.as_deref()?;
        let of = |parameter: Parameter| match parameter {
            Parameter::InputWeights if self.has_words() => *update.words.get(self.j - 1)?,
            _ => update.of(parameter),
        };
        if let Some((unit, _)) = self.worked {
            let of_layer = update
                .tensors
                .iter()
                .filter(|of| of.layer == unit.layer || of.parameter.is_of_read_out());
            let updated = of_layer.map(|of| (of.parameter, of.updated));
            return Some((update, updated.collect()));
        }
        let tensors = Parameter::OF_THE_LECTURE.into_iter();
        let updated = tensors.filter_map(|parameter| Some((parameter, of(parameter)?)));
        Some((update, updated.collect()))
    }
}
