//! The gradient of the whole loss on its way back through time, whatever the network and whatever is asked of it.

use super::step_flow::loss_gradient;
use super::weight_gradient::norm_or_number;
use super::{Magnitude, Probe};
use crate::rnn::{
    Batch, Interrupt, Interrupted, Linearised, Loss, Network, Pass, ReadOut, StepBack, norm,
};

/// γ_t of everything after, from t = n on.
pub struct WholeLoss<'a> {
    network: &'a Network,
    batch: &'a Batch,
    probe: &'a Probe,
    linearised: Linearised<'a>,
    gathered: Gathered,
    /// What the last step has left behind, of a gradient of length 1 at its end.
    pub back: StepBack,
    /// z of the last answer; of several numbers their norm.
    pub z: f64,
    /// ∂L/∂z of the last answer.
    pub dl_dz: Magnitude,
    /// ∂L/∂s_n but for its size, also where the loss sends nothing: S numbers.
    pub at_end: Vec<f64>,
}

impl<'a> WholeLoss<'a> {
    /// At s_n, of the sequence `batch` after `probe` has run over it.
    pub fn new(network: &'a Network, batch: &'a Batch, probe: &'a Probe, loss: Loss) -> Self {
        let end = End::of(network, batch, &probe.pass, loss);
        let linearised = Linearised::new(network, &probe.pass);
        let mut gathered = Gathered::new(linearised.width());
        gathered.add(&end.direction, end.size);
        Self {
            network,
            batch,
            probe,
            linearised,
            gathered,
            back: StepBack::default(),
            z: end.z,
            dl_dz: end.dl_dz,
            at_end: end.direction,
        }
    }

    /// The direction of γ_t, of length 1; for one number its sign.
    pub fn direction(&self) -> &[f64] {
        &self.gathered.direction
    }

    /// ‖γ_t‖; for one number the number itself.
    pub fn size(&self) -> Magnitude {
        self.gathered.size()
    }

    /// Carries the direction of γ_t through step `t`, from 1 to n.
    pub fn step_back(&mut self, t: usize) -> &StepBack {
        let direction = &self.gathered.direction;
        self.linearised.back(t, direction, &mut self.back);
        &self.back
    }

    /// Goes on to γ_{t−1}, after [`Self::step_back`].
    pub fn go_on(&mut self, t: usize) {
        self.gathered.step_back(&self.back);
        if t > 1 && self.batch.read_out == ReadOut::AtEveryStep {
            let from_read_out = self.probe.pass.from_read_out(t - 1);
            let from_read_out = top_state(self.network, from_read_out);
            self.gathered.add(&from_read_out, Magnitude::ONE);
        }
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
    let mut whole = WholeLoss::new(network, batch, probe, loss);
    whole.back.wants_input = true;
    let mut gradients = vec![Magnitude::Zero; batch.length];
    for t in (1..=batch.length).rev() {
        interrupt.check()?;
        let size = whole.size().size();
        gradients[t - 1] = size.times(norm_or_number(&whole.step_back(t).input));
        whole.go_on(t);
    }
    Ok(gradients)
}

/// The gradient of the last answer's loss, and of whoever is handed the last state.
pub struct End {
    /// z of it; of several numbers their norm.
    z: f64,
    dl_dz: Magnitude,
    /// ∂L/∂s_n but for its size: S numbers.
    pub direction: Vec<f64>,
    /// What `direction` is to be multiplied by.
    size: Magnitude,
}

impl End {
    /// After `network` has read the sequence `batch` in `pass`.
    pub fn of(network: &Network, batch: &Batch, pass: &Pass, loss: Loss) -> Self {
        let outputs = network.parameters.layout().widths().outputs;
        let answers = pass.read_outs().chunks_exact(outputs);
        let last = answers.zip(batch.answer_targets()).last();
        let (z, y) = last.unwrap_or((&[], &[]));
        let at_last = batch.last_state_gradients.as_slice();
        match (z, y) {
            // The direction is that of w_o even where ∂L/∂z is too small for a number.
            (&[z], &[y]) if !y.is_nan() && at_last.is_empty() => Self {
                z,
                dl_dz: loss_gradient(loss, z, y),
                direction: top_state(network, &network.parameters.answering_rows()),
                size: loss_gradient(loss, z, y),
            },
            _ => {
                let mut dz = vec![0.0; z.len()];
                loss.write_derivative(z, y, 1.0, &mut dz);
                let w_o = network.parameters.answering_rows();
                let mut to_state = vec![0.0; network.parameters.hidden()];
                for (dz, row) in dz.iter().zip(w_o.chunks_exact(to_state.len())) {
                    let sums = to_state.iter_mut().zip(row);
                    sums.for_each(|(sum, w)| *sum += dz * w);
                }
                let mut direction = top_state(network, &to_state);
                let handed_on = direction.iter_mut().zip(at_last);
                handed_on.for_each(|(sum, g)| *sum += g);
                // What is sent at all, be it by the answer or by whoever is handed the last state.
                dz.extend_from_slice(at_last);
                Self {
                    z: norm(z),
                    dl_dz: Magnitude::new(norm(&dz)),
                    direction,
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
        if self.log10 == f64::NEG_INFINITY {
            // As a walk sets out, to the last bit: with one answer the two go the same way.
            for (direction, vector) in self.direction.iter_mut().zip(vector) {
                *direction = sign * vector / length;
            }
            self.log10 = log10;
            return;
        }
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
