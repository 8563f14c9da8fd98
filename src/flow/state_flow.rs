//! The gradient at every timestep of any network, whatever is asked of it.

use super::step_flow::{StepFlow, fill_from_first, loss_gradient};
use super::walk::Walk;
use super::weight_gradient::{bilinear, input_projection, norm_or_number};
use super::{Magnitude, Probe, Term, WeightGradient};
use crate::rnn::{
    Batch, Interrupt, Interrupted, Linearised, Loss, Network, Parameter, Parameters, ReadOut,
    StepBack, norm,
};

/// What is known of one sequence: see [`GradientFlow`](super::GradientFlow), whose parts these are.
pub struct StateFlow {
    pub steps: Vec<StepFlow>,
    pub z: f64,
    pub dl_dz: Magnitude,
    pub dl_ds_0: Magnitude,
    pub w_h: WeightGradient,
    pub w_i: WeightGradient,
}

impl StateFlow {
    /// Of the sequence `batch` after `probe` has run over it.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn of(
        network: &Network,
        batch: &Batch,
        probe: &Probe,
        loss: Loss,
        interrupt: &Interrupt,
    ) -> Result<Self, Interrupted> {
        let end = End::of(network, batch, probe, loss);
        let linearised = Linearised::new(network, &probe.pass);
        let sums = Sums::of(network, probe);
        let mut walk = Walk::new(network, &probe.pass, &end.direction);
        let mut whole = Gathered::new(linearised.width());
        whole.add(&end.direction, end.size);
        let mut back = StepBack::default();
        let mut steps = Vec::with_capacity(linearised.len());
        for t in (1..=linearised.len()).rev() {
            interrupt.check()?;
            let to_end = walk.product();
            let gains = walk.step_back(t);
            let dl_ds = whole.size();
            linearised.back(t, &whole.direction, &mut back);
            let [term_w_i, term_w_h] = sums.terms(network, batch, probe, t, &back);
            steps.push(StepFlow {
                parts: gains.parts,
                factor: gains.factor,
                to_end,
                from_first: Magnitude::ONE,
                dl_do: dl_ds,
                term_w_h: Term {
                    magnitude: dl_ds.size().times(term_w_h.magnitude),
                    ..term_w_h
                },
                term_w_i: Term {
                    magnitude: dl_ds.size().times(term_w_i.magnitude),
                    ..term_w_i
                },
            });
            whole.step_back(&back);
            if t > 1 && batch.read_out == ReadOut::AtEveryStep {
                let from_read_out = top_state(network, probe.pass.from_read_out(t - 1));
                whole.add(&from_read_out, Magnitude::ONE);
            }
        }
        steps.reverse();
        fill_from_first(&mut steps);
        Ok(Self {
            steps,
            z: end.z,
            dl_dz: end.dl_dz,
            dl_ds_0: whole.size(),
            w_h: sums.w_h,
            w_i: sums.w_i,
        })
    }
}

/// ∂L/∂x_t of the sequence `batch`, timestep t at index t − 1, after `probe` has run over it, in the log domain: its norm, or
/// the number where x_t is one; of words that are embedded ∂L/∂ of what the embedding has made of them.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
pub fn input_gradients(
    network: &Network,
    batch: &Batch,
    probe: &Probe,
    loss: Loss,
    interrupt: &Interrupt,
) -> Result<Vec<Magnitude>, Interrupted> {
    let end = End::of(network, batch, probe, loss);
    let linearised = Linearised::new(network, &probe.pass);
    let mut whole = Gathered::new(linearised.width());
    whole.add(&end.direction, end.size);
    let mut back = StepBack::default();
    back.wants_input = true;
    let mut gradients = vec![Magnitude::Zero; linearised.len()];
    for t in (1..=linearised.len()).rev() {
        interrupt.check()?;
        linearised.back(t, &whole.direction, &mut back);
        gradients[t - 1] = whole.size().size().times(norm_or_number(&back.input));
        whole.step_back(&back);
        if t > 1 && batch.read_out == ReadOut::AtEveryStep {
            let from_read_out = top_state(network, probe.pass.from_read_out(t - 1));
            whole.add(&from_read_out, Magnitude::ONE);
        }
    }
    Ok(gradients)
}

/// The gradient of the last answer's loss.
struct End {
    /// z of it; of several numbers their norm.
    z: f64,
    dl_dz: Magnitude,
    /// ∂L/∂s_n but for its size: S numbers.
    direction: Vec<f64>,
    /// What `direction` is to be multiplied by.
    size: Magnitude,
}

impl End {
    fn of(network: &Network, batch: &Batch, probe: &Probe, loss: Loss) -> Self {
        let outputs = network.parameters.layout().widths().outputs;
        let answers = probe.pass.read_outs().chunks_exact(outputs);
        let last = answers.zip(batch.answer_targets()).last();
        let (z, y) = last.unwrap_or((&[], &[]));
        match (z, y) {
            // The direction is that of w_o even where ∂L/∂z is too small for a number.
            (&[z], &[y]) if !y.is_nan() => Self {
                z,
                dl_dz: loss_gradient(loss, z, y),
                direction: top_state(network, network.parameters.w_o()),
                size: loss_gradient(loss, z, y),
            },
            _ => {
                let mut dz = vec![0.0; z.len()];
                loss.write_derivative(z, y, 1.0, &mut dz);
                let length = probe.pass.shape().0;
                Self {
                    z: norm(z),
                    dl_dz: Magnitude::new(norm(&dz)),
                    direction: top_state(network, probe.pass.from_read_out(length)),
                    size: Magnitude::ONE,
                }
            }
        }
    }
}

/// `h`, numbers of the first part of the last layer, among all S of the state.
fn top_state(network: &Network, h: &[f64]) -> Vec<f64> {
    let mut state = vec![0.0; network.s_0.len()];
    let of_layer = network.cell.cell().states().len() * network.parameters.hidden();
    let first = state.len() - of_layer;
    let numbers = state[first..].iter_mut().zip(h);
    numbers.for_each(|(state, h)| *state = *h);
    state
}

/// γ_t of everything after, as a direction of length 1 and its size: the sum of gradients that may be any number of
/// decades apart.
struct Gathered {
    direction: Vec<f64>,
    /// log₁₀ of the size; −∞ for nothing.
    log10: f64,
}

impl Gathered {
    fn new(width: usize) -> Self {
        Self {
            direction: vec![0.0; width],
            log10: f64::NEG_INFINITY,
        }
    }

    /// The size; for one number the number itself.
    fn size(&self) -> Magnitude {
        match (self.direction.as_slice(), self.log10) {
            (_, f64::NEG_INFINITY) => Magnitude::Zero,
            (numbers, _) if numbers.iter().any(|number| number.is_nan()) => Magnitude::Nan,
            (_, log10) if !log10.is_finite() => Magnitude::new(log10),
            (numbers, log10) => Magnitude::Finite {
                negative: matches!(numbers, [number] if *number < 0.0),
                log10,
            },
        }
    }

    /// Adds `size` times `vector`.
    fn add(&mut self, vector: &[f64], size: Magnitude) {
        let sign = if size.is_negative() { -1.0 } else { 1.0 };
        let length = norm(vector);
        let Some(log10) = Magnitude::new(length).times(size).log10() else {
            if size != Magnitude::Zero && length != 0.0 {
                // Infinite or NaN: so is the sum.
                self.direction.fill(f64::NAN);
                self.log10 = f64::NAN;
            }
            return;
        };
        // In units of the larger one.
        let unit = self.log10.max(log10);
        let (ours, theirs) = (
            libm::pow(10.0, self.log10 - unit),
            sign * libm::pow(10.0, log10 - unit) / length,
        );
        for (direction, vector) in self.direction.iter_mut().zip(vector) {
            *direction = *direction * ours + vector * theirs;
        }
        self.log10 = unit;
        self.normalise();
    }

    /// Goes on to what the step has left.
    fn step_back(&mut self, back: &StepBack) {
        let ways = back.carried.iter().zip(&back.through_gates);
        for (direction, (carried, gates)) in self.direction.iter_mut().zip(ways) {
            *direction = carried + gates;
        }
        self.normalise();
    }

    fn normalise(&mut self) {
        let length = norm(&self.direction);
        if length == 0.0 {
            self.log10 = f64::NEG_INFINITY;
            return;
        }
        self.direction
            .iter_mut()
            .for_each(|number| *number /= length);
        self.log10 += libm::log10(length);
    }
}

/// ∂L/∂W_h and ∂L/∂W_i of all layers together, as training has them.
struct Sums {
    w_h: WeightGradient,
    w_i: WeightGradient,
    /// The gradients divided by the size of each of the two, so that products with them do not underflow long before the
    /// shares do.
    along: [Parameters; 2],
    lengths: [f64; 2],
}

impl Sums {
    fn of(network: &Network, probe: &Probe) -> Self {
        let sum = |parameter: Parameter| {
            let numbers: Vec<f64> = probe
                .gradients
                .all_of(parameter)
                .flatten()
                .copied()
                .collect();
            WeightGradient::of(&numbers)
        };
        let [w_i, w_h] = [Parameter::InputWeights, Parameter::RecurrentWeights].map(sum);
        debug_assert_eq!(network.parameters.count(), probe.gradients.count());
        let lengths = [w_i, w_h].map(|sum| sum.magnitude.value().abs());
        let along = lengths.map(|length| {
            let mut along = probe.gradients.clone();
            along
                .values_mut()
                .iter_mut()
                .for_each(|number| *number /= length);
            along
        });
        Self {
            w_h,
            w_i,
            along,
            lengths,
        }
    }

    /// The terms of ∂L/∂W_i and of ∂L/∂W_h at 1-based `t`: their shares, and their sizes for a gradient of size 1 at s_t,
    /// which left `back` behind.
    fn terms(
        &self,
        network: &Network,
        batch: &Batch,
        probe: &Probe,
        t: usize,
        back: &StepBack,
    ) -> [Term; 2] {
        let pass = &probe.pass;
        let mut shares = [0.0; 2];
        let (mut of_w_i, mut of_w_h) = (Vec::new(), Vec::new());
        for (layer, record) in pass.layers().iter().enumerate() {
            let before = record.state(0, t - 1);
            let of = |place: usize, parameter| self.along[place].matrix_of(parameter, layer);
            let along_w_i = of(0, Parameter::InputWeights);
            let along_w_h = of(1, Parameter::RecurrentWeights);
            shares[1] += bilinear(record.recurrent_delta(t), along_w_h, before);
            let size = match layer.checked_sub(1) {
                Some(below) => {
                    let below = pass.layers()[below].state(0, t);
                    shares[0] += bilinear(record.delta(t), along_w_i, below);
                    norm_or_number(below)
                }
                None => match pass.embedded(t) {
                    Some(embedded) => {
                        shares[0] += bilinear(record.delta(t), along_w_i, embedded);
                        norm_or_number(embedded)
                    }
                    None => {
                        shares[0] += input_projection(record.delta(t), along_w_i, batch, t);
                        match batch.vector(t - 1, 0) {
                            Some(&[x]) => Magnitude::new(x),
                            _ => Magnitude::new(batch.input_norm(t - 1, 0)),
                        }
                    }
                },
            };
            of_w_i.push(norm_or_number(&back.deltas[layer]).times(size));
            let delta = norm_or_number(&back.recurrent_deltas[layer]);
            of_w_h.push(delta.times(norm_or_number(before)));
        }
        let term = |place: usize, sizes: Vec<Magnitude>, sum: WeightGradient| {
            let magnitude = match sizes.as_slice() {
                // A single weight's term is a number with its sign.
                [size] if sum.is_number => *size,
                sizes => {
                    let numbers: Vec<f64> = sizes.iter().map(|size| size.value()).collect();
                    Magnitude::new(norm(&numbers))
                }
            };
            Term {
                magnitude,
                share: shares[place] / self.lengths[place],
            }
        };
        debug_assert_eq!(network.parameters.layout().layers().len(), of_w_h.len());
        [term(0, of_w_i, self.w_i), term(1, of_w_h, self.w_h)]
    }
}
