//! Which number of a batch was the first that was not finite.

use super::{BatchPass, Lane};
use crate::rnn::{
    Answered, Batch, Inputs, Interrupt, Interrupted, Network, Objective, Parameter, Pass, Tensor,
    answered,
};
use crate::training::divergence::{Origin, Stage};

impl BatchPass {
    /// Passes once more over the batch that was drawn last, through `network`, and finds the first number that is
    /// not finite: forward from timestep 1 to n, then backward from n to 1, then in the terms of the gradient, then
    /// in its sums. `None` if all of them are finite. Numbers that come to nothing are passed over: a pre-activation
    /// of ∞ that tanh makes 1, or the gradient of a tensor that is `held`.
    ///
    /// Takes about two steps' time, and what came of the batch stays as it was.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised; the results are then meaningless.
    pub fn first_not_finite(
        &mut self,
        network: &Network,
        objective: Objective,
        held: &[Parameter],
        interrupt: &Interrupt,
    ) -> Result<Option<Origin>, Interrupted> {
        let parts = self.parts[..self.division.parts].iter();
        let size = parts.map(|part| part.batch.size).sum();
        let length = self.parts[0].batch.length;
        // The gradient may have been clipped since: again, from the batch as it lies there.
        self.run(network, (length, size), objective, |_, _| {}, interrupt)?;
        let mut search = Search {
            network,
            objective: Objective {
                weight: 1.0 / size as f64,
                ..objective
            },
            size,
            broken: self.broken(held),
            found: None,
        };
        let mut scratch = network.parameters.zeros_like();
        let ranges = self.division.ranges(size);
        for (range, part) in ranges.zip(&self.parts) {
            let Lane { pass } = &mut self.lanes[0];
            pass.forward(network, &part.batch, interrupt)?;
            search.forward(&part.batch, pass, range.start);
            if search.is_past(Stage::Forward) {
                continue;
            }
            let objective = search.objective;
            pass.backward(network, &part.batch, objective, &mut scratch, interrupt)?;
            search.backward(&part.batch, pass, range.start);
            search.terms(&part.batch, pass, range.start);
        }
        let answers = self.answers();
        let total: f64 = answers.map(|(z, y)| objective.loss.value_of(z, y)).sum();
        Ok(search.found.map(|(_, origin)| origin).or_else(|| {
            let (what, value) = match search.broken.first() {
                Some(&place) => (
                    network.parameters.name_of(place),
                    self.gradients().values()[place],
                ),
                None if !total.is_finite() => ("L".to_owned(), total),
                None => return None,
            };
            Some(Origin::beyond_time(Stage::Sum, what, value))
        }))
    }

    /// The first number of each trained tensor's gradient that is not finite, by its place among all.
    fn broken(&self, held: &[Parameter]) -> Vec<usize> {
        let values = self.gradients().values();
        let tensors = self.gradients().layout().tensors();
        tensors
            .filter(|(tensor, _)| !held.contains(&tensor.parameter))
            .filter_map(|(_, mut range)| range.find(|&place| !values[place].is_finite()))
            .collect()
    }
}

/// When in a step a number comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    stage: Stage,
    /// How many timesteps that part of the step has gone through by then.
    gone: usize,
    /// Which of the numbers of a timestep it is.
    place: usize,
}

fn moment(stage: Stage, gone: usize, place: usize) -> Moment {
    Moment { stage, gone, place }
}

/// What is looked for, and the earliest that was found.
struct Search<'a> {
    network: &'a Network,
    objective: Objective,
    /// Sequences in all.
    size: usize,
    /// The first number of each tensor's gradient that is not finite, by its place among all.
    broken: Vec<usize>,
    found: Option<(Moment, Origin)>,
}

/// A number and where it is.
struct Number<'a> {
    what: &'a str,
    value: f64,
    /// From 1.
    t: usize,
    /// From 0, in the whole batch.
    sequence: usize,
    /// From 0, if it is of one of several.
    unit: Option<usize>,
}

impl Search<'_> {
    /// Whether something was found in `stage` or before it, so that what comes after it does not matter.
    fn is_past(&self, stage: Stage) -> bool {
        self.found
            .as_ref()
            .is_some_and(|(found, _)| found.stage <= stage)
    }

    /// Keeps `number` if it comes before what was found.
    fn keep(&mut self, moment: Moment, number: Number<'_>) {
        if self
            .found
            .as_ref()
            .is_some_and(|(found, _)| *found <= moment)
        {
            return;
        }
        let origin = Origin {
            stage: moment.stage,
            what: number.what.to_owned(),
            value: number.value,
            t: Some(number.t),
            sequence: (self.size > 1).then_some(number.sequence + 1),
            unit: number.unit.map(|unit| unit + 1),
        };
        self.found = Some((moment, origin));
    }

    /// The place of the first number of `values` that is not finite, as sequence and unit.
    fn first(&self, values: &[f64]) -> Option<(usize, Option<usize>)> {
        let hidden = self.network.parameters.hidden();
        let place = values.iter().position(|value| !value.is_finite())?;
        Some((place / hidden, (hidden > 1).then_some(place % hidden)))
    }

    /// a_t and o_t from the first timestep on, then z and L. `first` is the number of the part's first sequence.
    fn forward(&mut self, batch: &Batch, pass: &Pass, first: usize) {
        let (length, _, hidden) = pass.shape();
        for t in 1..=length {
            let o = pass.state(t);
            if let Some((sequence, unit)) = self.first(o) {
                let place = sequence * hidden + unit.unwrap_or(0);
                let a = pass
                    .responses()
                    .map_or(0.0, |it| it.pre_activation(t)[place]);
                // f passes on what it got.
                let (what, value) = if a.is_finite() {
                    ("o", o[place])
                } else {
                    ("a", a)
                };
                let number = Number {
                    what,
                    value,
                    t,
                    sequence: first + sequence,
                    unit,
                };
                return self.keep(moment(Stage::Forward, t, 0), number);
            }
        }
        for answer in answered(batch, pass) {
            let loss = self.objective.loss.value_of(answer.z, answer.y);
            let z = answer.z.iter().copied();
            let broken = z.map(|z| (1, "z", z)).chain([(2, "L", loss)]);
            if let Some((place, what, value)) = broken.into_iter().find(|it| !it.2.is_finite()) {
                let number = Number {
                    what,
                    value,
                    t: answer.t,
                    sequence: first + answer.sequence,
                    unit: None,
                };
                self.keep(moment(Stage::Forward, answer.t, place), number);
            }
        }
    }

    /// ∂L/∂z, then ∂L/∂o_t and ∂L/∂a_t from the last timestep to the first.
    fn backward(&mut self, batch: &Batch, pass: &Pass, first: usize) {
        let (length, _, hidden) = pass.shape();
        for answer in answered(batch, pass) {
            let dz = self.dl_dz(&answer);
            if let Some(&value) = dz.iter().find(|value| !value.is_finite()) {
                let number = Number {
                    what: "dl_dz",
                    value,
                    t: answer.t,
                    sequence: first + answer.sequence,
                    unit: None,
                };
                return self.keep(moment(Stage::Backward, 0, 0), number);
            }
        }
        for t in (1..=length).rev() {
            let gradients = [("dl_do", pass.state_gradient(t)), ("dl_da", pass.delta(t))];
            for (place, (what, values)) in gradients.into_iter().enumerate() {
                if let Some((sequence, unit)) = self.first(values) {
                    let number = Number {
                        what,
                        value: values[sequence * hidden + unit.unwrap_or(0)],
                        t,
                        sequence: first + sequence,
                        unit,
                    };
                    return self.keep(moment(Stage::Backward, length - t, 1 + place), number);
                }
            }
        }
    }

    /// What every timestep adds to the gradients that are not finite, from the last timestep to the first.
    fn terms(&mut self, batch: &Batch, pass: &Pass, first: usize) {
        if self.is_past(Stage::Backward) {
            return;
        }
        for broken in self.broken.clone() {
            self.terms_of(broken, batch, pass, first);
        }
    }

    fn terms_of(&mut self, place: usize, batch: &Batch, pass: &Pass, first: usize) {
        let (length, size, hidden) = pass.shape();
        let Some((tensor, index)) = self.network.parameters.layout().tensor_at(place) else {
            return;
        };
        let parameter = tensor.parameter;
        let record = &pass.layers()[tensor.layer];
        let layout = self.network.parameters.layout();
        let is_embedded = layout.tensor(Parameter::Embedding).is_some();
        let rows = record.delta(1).len() / size;
        if parameter.is_of_read_out() {
            return self.terms_of_read_out(tensor, index, batch, pass, first);
        }
        let (unit, other) = tensor.place(index);
        for t in (1..=length).rev() {
            for sequence in 0..size {
                let delta = || record.delta(t)[sequence * rows + unit];
                let recurrent_delta = || record.recurrent_delta(t)[sequence * rows + unit];
                let value = match parameter {
                    Parameter::InputWeights => match tensor.layer.checked_sub(1) {
                        None if is_embedded => continue,
                        None => delta() * input(batch, t, sequence, other),
                        Some(below) => {
                            let below = &pass.layers()[below];
                            delta() * below.state(0, t)[sequence * hidden + other]
                        }
                    },
                    Parameter::RecurrentWeights => {
                        let input = record.recurrent_input(unit / hidden, t);
                        recurrent_delta() * input[sequence * hidden + other]
                    }
                    Parameter::HiddenBias => delta(),
                    Parameter::RecurrentBias => recurrent_delta(),
                    // What it makes of a word goes on through W_i, whose terms are looked at by themselves; and those of
                    // the read-out are told apart above.
                    Parameter::Embedding | Parameter::OutputWeights | Parameter::OutputBias => {
                        continue;
                    }
                };
                if !value.is_finite() {
                    let name = tensor.name_of(index);
                    let number = Number {
                        what: &name,
                        value,
                        t,
                        sequence: first + sequence,
                        unit: None,
                    };
                    return self.keep(moment(Stage::Term, length - t, 1), number);
                }
            }
        }
    }

    /// What every answer adds to the number at `index` of `tensor`, which is of the read-out and not finite.
    fn terms_of_read_out(
        &mut self,
        tensor: &Tensor,
        index: usize,
        batch: &Batch,
        pass: &Pass,
        first: usize,
    ) {
        let (length, _, hidden) = pass.shape();
        for answer in answered(batch, pass) {
            let dz = self.dl_dz(&answer);
            let value = match tensor.parameter {
                // Row by row, also the vector of one answer.
                Parameter::OutputWeights => {
                    let state = &pass.state(answer.t)[answer.sequence * hidden..];
                    dz[index / hidden] * state[index % hidden]
                }
                _ => dz[index],
            };
            if !value.is_finite() {
                let name = tensor.name_of(index);
                let number = Number {
                    what: &name,
                    value,
                    t: answer.t,
                    sequence: first + answer.sequence,
                    unit: None,
                };
                // It is there before the way back begins.
                return self.keep(moment(Stage::Term, length - answer.t, 0), number);
            }
        }
    }

    /// ∂L/∂z of an answer, for the mean loss.
    fn dl_dz(&self, answer: &Answered<'_>) -> Vec<f64> {
        let Objective { loss, weight, .. } = self.objective;
        let mut dz = vec![0.0; answer.z.len()];
        loss.write_derivative(answer.z, answer.y, weight, &mut dz);
        dz
    }
}

/// The number `column` of x_t of a sequence.
fn input(batch: &Batch, t: usize, sequence: usize, column: usize) -> f64 {
    match &batch.inputs {
        Inputs::Dense { width, values } => {
            values[((t - 1) * batch.size + sequence) * width + column]
        }
        Inputs::Tokens(tokens) => {
            let token = tokens[(t - 1) * batch.size + sequence];
            f64::from(u8::from(
                token.is_some_and(|token| token as usize == column),
            ))
        }
    }
}
