//! One parameter after another: differences of the loss, and what they say of its gradient.

use super::super::differences::{Difference, Steps, Value, derivative};
use super::super::{Probe, Progress};
use super::noise::{back_from_z, noise_of_read_out, noise_of_states};
use super::outcome::{CheckScope, Comparison, GradientCheck, TOLERANCE};
use super::places::{sample, used_inputs};
use crate::rnn::{
    Activation, Batch, Gradients, Interrupt, Interrupted, Loss, Network, Parameter, Pass, norm,
};

/// Differences are compared with only where their own error, relative to the gradient, is below this:
/// so much below the tolerance that it is never they who break it.
const ACCURATE: f64 = TOLERANCE / 4.0;

/// The largest step, relative to max(1, |θ|).
const LARGEST_STEP: f64 = 0.0625;

/// The smallest step, relative to max(1, |θ|): below it too few digits of the step are left.
const SMALLEST_STEP: f64 = 1e-9;

/// How far the read-out may move by one step if BPTT is right, relative to its own scale. It keeps the
/// steps of an exploding gradient within the narrow range over which the loss has that slope at all.
const MOVE: f64 = 0.1;

/// Noise of the differences, relative to the loss over max(1, |θ|), below which a gradient that is lost
/// in it is called negligible: it would take a change of the parameter by a million times itself (or
/// 1) to change the loss as much as it is.
const NEGLIGIBLE: f64 = 1e-6;

/// A disagreement of so many times what rounding can explain is one, however few digits of the
/// difference are good.
const REFUTED: f64 = 1000.0;

/// What all comparisons of one check share.
pub struct Bench<'a> {
    network: &'a Network,
    batch: &'a Batch,
    /// The pass at the parameters themselves.
    pass: &'a Pass,
    loss: Loss,
    /// What the network answers, and what that costs.
    answers: Answers,
    /// How far z goes when the last state goes as far as states do.
    scale_of_z: f64,
    /// ∂z/∂ of every parameter.
    gradients_of_z: Gradients,
    /// How far z may be from the true one because of the rounding of the states.
    noise_of_states: f64,
    /// The same because of the rounding of the read-out: all there is between two z after the same
    /// states.
    noise_of_read_out: f64,
}

impl<'a> Bench<'a> {
    /// Prepares the comparison with what `probe` found.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn new(
        network: &'a Network,
        batch: &'a Batch,
        probe: &'a Probe,
        loss: Loss,
        interrupt: &Interrupt,
    ) -> Result<Self, Interrupted> {
        let pass = &probe.pass;
        let answers = Answers::of(network, batch, pass, loss);
        let (back, gradients_of_z) = back_from_z(network, batch, interrupt)?;
        let w_o = network.parameters.answering_rows();
        Ok(Self {
            network,
            batch,
            pass,
            loss,
            scale_of_z: 1.0 + answers.largest_z + w_o.iter().map(|w| w.abs()).sum::<f64>(),
            answers,
            gradients_of_z,
            noise_of_states: noise_of_states(network, batch, &back),
            noise_of_read_out: noise_of_read_out(network, pass),
        })
    }

    /// Compares `gradients` with differences.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn check(
        &self,
        gradients: &Gradients,
        scope: CheckScope,
        interrupt: &Interrupt,
        progress: &Progress,
    ) -> Result<GradientCheck, Interrupted> {
        let parameters = &self.network.parameters;
        let used = used_inputs(parameters, self.batch);
        let places = match scope {
            CheckScope::All => (0..parameters.count()).collect(),
            CheckScope::Sample { count, round } => sample(gradients, &used, count, round),
        };
        let mut moved = Moved {
            network: self.network.clone(),
            pass: Pass::default(),
        };
        let mut check = GradientCheck {
            total: parameters.count(),
            ..GradientCheck::default()
        };
        let inputs = parameters.range(Parameter::InputWeights);
        for (done, &place) in places.iter().enumerate() {
            interrupt.check()?;
            progress.set(done as f64 / places.len() as f64);
            let bptt = gradients.values()[place];
            let unused = inputs.contains(&place) && !used.contains(place - inputs.start);
            let comparison = if unused {
                without_influence(bptt)
            } else {
                self.compare(bptt, place, &mut moved, interrupt)?
            };
            check.count(comparison, || parameters.name_of(place));
        }
        progress.set(1.0);
        Ok(check)
    }

    fn compare(
        &self,
        bptt: f64,
        place: usize,
        moved: &mut Moved,
        interrupt: &Interrupt,
    ) -> Result<Comparison, Interrupted> {
        let parameters = &self.network.parameters;
        let theta = parameters.values()[place];
        // A gradient that has overflowed is shown as such wherever gradients are; it is not a formula
        // that differences could refute. Nor is a ∂L/∂z that is all rounding.
        if !(bptt.is_finite() && self.answers.loss.is_finite() && self.slope_is_exact()) {
            return Ok(Comparison::Undecided);
        }
        let tensor = parameters.layout().tensor_at(place);
        let noise_of_z = if tensor.is_some_and(|(it, _)| it.parameter.is_of_read_out()) {
            self.noise_of_read_out
        } else {
            self.noise_of_read_out + self.noise_of_states
        };
        let difference = derivative(
            (theta, self.answers.loss),
            self.steps(bptt, theta, place),
            |theta| {
                moved.network.parameters.values_mut()[place] = theta;
                self.loss_of(moved, noise_of_z, interrupt)
            },
        );
        moved.network.parameters.values_mut()[place] = theta;
        Ok(match difference? {
            Some(difference) => self.judge(bptt, theta, difference),
            None => Comparison::Undecided,
        })
    }

    fn judge(&self, bptt: f64, theta: f64, found: Difference) -> Comparison {
        let difference = found.value;
        if bptt == 0.0 && difference == 0.0 && found.change == 0.0 {
            return Comparison::Negligible;
        }
        let size = bptt.abs().max(difference.abs());
        // Either so exact that the digits can be compared, or far apart beyond any doubt.
        let exact = found.error() <= ACCURATE * size && found.has_converged(ACCURATE);
        let refuted =
            found.change <= found.noise && (bptt - difference).abs() > REFUTED * found.noise;
        if exact || refuted {
            return Comparison::Compared { bptt, difference };
        }
        let lost = size <= found.noise && found.change <= found.noise;
        let small = found.noise * theta.abs().max(1.0) <= NEGLIGIBLE * self.answers.loss.abs();
        if lost && small {
            Comparison::Negligible
        } else {
            Comparison::Undecided
        }
    }

    fn steps(&self, bptt: f64, theta: f64, place: usize) -> Steps {
        let scale = theta.abs().max(1.0);
        // ∂z/∂θ if BPTT is right. 0/0 counts as 0.
        let slope_of_z = self.gradients_of_z.values()[place].abs();
        let slope_of_z = slope_of_z.max((bptt / self.answers.slope).abs());
        let largest = (LARGEST_STEP * scale).min(MOVE * self.scale_of_z / slope_of_z);
        Steps {
            largest: power_of_two_below(largest),
            smallest: SMALLEST_STEP * scale,
            expected: bptt.abs(),
            accurate: ACCURATE,
        }
    }

    /// Whether enough digits of ∂L/∂z, a difference of ŷ and y, survive the subtraction. Every gradient
    /// has ∂L/∂z as a factor.
    fn slope_is_exact(&self) -> bool {
        let Answers {
            loss,
            slope,
            size_of_difference,
            ..
        } = self.answers;
        slope == 0.0 && loss == 0.0
            || 2.0 * f64::EPSILON * size_of_difference <= ACCURATE * slope.abs()
    }

    /// L of the moved network, unless it is not finite or a pre-activation has crossed a kink of f.
    fn loss_of(
        &self,
        moved: &mut Moved,
        noise_of_z: f64,
        interrupt: &Interrupt,
    ) -> Result<Option<Value>, Interrupted> {
        let Moved { network, pass } = moved;
        pass.forward(network, self.batch, interrupt)?;
        let answers = Answers::of(network, self.batch, pass, self.loss);
        let value = answers.loss;
        // The loss may be much larger and steeper here than it is at the parameters themselves.
        let noise =
            2.0 * f64::EPSILON * value.abs() + noise_of_z * answers.slopes + f64::MIN_POSITIVE;
        // Not known is as bad as can be.
        let noise = if noise.is_nan() { f64::INFINITY } else { noise };
        if !value.is_finite() {
            return Ok(None);
        }
        Ok(self.movement(pass).map(|movement| Value {
            value,
            noise,
            movement,
        }))
    }

    /// The most that a number has moved on whose scale the network bends: a pre-activation, where f bends on a scale of
    /// 1 and unbounded states on a scale of their own, or a gate or a state of another cell. `None` if a pre-activation
    /// has crossed a kink of f, or if one of the numbers is not finite.
    fn movement(&self, pass: &Pass) -> Option<f64> {
        let activation = self.network.activation;
        let kinks = has_kinks(activation);
        let cell = self.network.cell.cell();
        let mut most = 0.0_f64;
        let mut move_by = |moved: &[f64], centre: &[f64]| {
            for (&a, &b) in moved.iter().zip(centre) {
                let moved = (a - b).abs() / b.abs().max(1.0);
                if moved.is_nan() {
                    return false;
                }
                most = most.max(moved);
            }
            true
        };
        for (moved, centre) in pass.layers().iter().zip(self.pass.layers()) {
            let responses = moved.responses().zip(centre.responses());
            for t in 1..=self.batch.length {
                if let Some((moved, centre)) = &responses {
                    let (moved, centre) = (moved.pre_activation(t), centre.pre_activation(t));
                    let crosses = |(&a, &b)| piece(activation, a) != piece(activation, b);
                    if kinks && moved.iter().zip(centre).any(crosses) || !move_by(moved, centre) {
                        return None;
                    }
                    continue;
                }
                let gates = (0..cell.blocks().len())
                    .map(|block| (moved.gate(block, t), centre.gate(block, t)));
                let states = (0..cell.states().len())
                    .map(|part| (moved.state(part, t), centre.state(part, t)));
                for (moved, centre) in gates.chain(states) {
                    if !move_by(moved, centre) {
                        return None;
                    }
                }
            }
        }
        Some(most)
    }
}

/// What a network answers, and what that costs.
#[derive(Clone, Copy, Debug)]
struct Answers {
    /// L of all answers.
    loss: f64,
    /// ∂L/∂z of the only number that is read out; of several the norm.
    slope: f64,
    /// Σ |∂L/∂z| over all of them.
    slopes: f64,
    /// The largest of |z|.
    largest_z: f64,
    /// |ŷ| + |y|, of whose difference ∂L/∂z is made: the largest of all.
    size_of_difference: f64,
}

impl Answers {
    fn of(network: &Network, batch: &Batch, pass: &Pass, loss: Loss) -> Self {
        let outputs = network.parameters.layout().widths().outputs;
        let (mut dz, mut prediction) = (vec![0.0; outputs], vec![0.0; outputs]);
        let mut all = Vec::with_capacity(pass.read_outs().len());
        let (mut value, mut largest_z, mut size) = (pass.last_state_loss(batch), 0.0_f64, 0.0_f64);
        let answers = pass.read_outs().chunks_exact(outputs);
        for (z, y) in answers.zip(batch.answer_targets()) {
            if y[0].is_nan() {
                continue;
            }
            value += loss.value_of(z, y);
            loss.write_derivative(z, y, 1.0, &mut dz);
            loss.write_prediction(z, &mut prediction);
            all.extend_from_slice(&dz);
            largest_z = z.iter().fold(largest_z, |most, z| most.max(z.abs()));
            for (place, prediction) in prediction.iter().enumerate() {
                // The target of a class is 1, or 0 for the others.
                let y = match loss {
                    Loss::CrossEntropy => f64::from(u8::from(place == y[0] as usize)),
                    _ => y[place],
                };
                size = size.max(prediction.abs() + y.abs());
            }
        }
        Self {
            loss: value,
            slope: match all.as_slice() {
                [slope] => *slope,
                slopes => norm(slopes),
            },
            slopes: all.iter().map(|slope| slope.abs()).sum(),
            largest_z,
            size_of_difference: size,
        }
    }
}

/// The network that is moved about, and the buffers of its passes.
struct Moved {
    network: Network,
    pass: Pass,
}

/// A parameter that L does not depend on: the difference is exactly zero.
fn without_influence(bptt: f64) -> Comparison {
    if bptt == 0.0 {
        Comparison::Negligible
    } else if bptt.is_finite() {
        Comparison::Compared {
            bptt,
            difference: 0.0,
        }
    } else {
        Comparison::Undecided
    }
}

/// Whether f or one of its first two derivatives jumps somewhere: f″ of softsign and of ELU does at 0,
/// and the jump is no smaller a nuisance to differences for being a soft one.
fn has_kinks(activation: Activation) -> bool {
    use Activation::{Elu, HardTanh, LeakyRelu, Relu, Softsign};
    matches!(activation, Relu | LeakyRelu | Elu | HardTanh | Softsign)
}

/// Which of the smooth pieces of f `a` is on.
fn piece(activation: Activation, a: f64) -> u8 {
    match activation {
        Activation::HardTanh => u8::from(a > -1.0) + u8::from(a >= 1.0),
        _ => u8::from(a > 0.0),
    }
}

fn power_of_two_below(x: f64) -> f64 {
    // The exponent bits alone.
    f64::from_bits(x.to_bits() & 0x7FF0_0000_0000_0000)
}
