//! The loss as a function of w_h alone, or of the bias of the gate that carries the state on: the valley that training
//! walks in, and its walls.

use serde::{Deserialize, Serialize};

use super::Progress;
use super::unevenness::{LandscapePoint, Unevenness, worst};
use crate::rnn::{
    Batch, Gradients, Inputs, Interrupt, Interrupted, Loss, Network, Objective, Parameter, Pass,
};

/// Multiplications that all points together may take: about five seconds.
const AFFORDABLE: f64 = 5e9;

/// Most points, for a network of which a hundred are computed in a blink: more than a plot has columns
/// where it is steep.
const MOST_POINTS: f64 = 500.0;

/// Fewest points, whatever they cost: with fewer nothing would be seen.
const FEWEST_POINTS: f64 = 25.0;

/// The share of the points that is evenly spaced; the others go where they are needed.
const EVEN: f64 = 0.4;

/// What an activation and its derivative cost, in multiplications.
const PER_ACTIVATION: f64 = 20.0;

/// What a landscape lies over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LandscapeAxis {
    /// w_h: the weight itself where there is one, otherwise the spectral radius that every block of W_h is scaled to.
    #[default]
    RecurrentWeight,
    /// The bias of the gate that carries the state on, shifted in all units alike: its mean over them.
    ForgetBias,
}

/// The loss along an axis, with the other parameters held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Landscape {
    /// In ascending order of `at`, no two at the same.
    pub points: Vec<LandscapePoint>,
}

impl Landscape {
    /// The mean loss of `network` over `batch` between the ends of `range`, the ends included.
    ///
    /// Over w_h, if that is one number, the axis is the weight. Of several it is the spectral radius, at present
    /// `today` > 0: W_h(ρ) = (ρ / `today`) W_h and ∂L/∂ρ = ⟨∂L/∂W_h(ρ), W_h⟩ / `today`. Over the forget bias, at present
    /// `today` on average, every unit's is shifted by as much, and the derivative is the sum of theirs. `today` itself is
    /// one of the points if it is in the range.
    ///
    /// Two fifths of the points are spaced evenly. Each of the others halves the interval between
    /// whose ends the loss or its slope changes most, so that a cliff is drawn that is much narrower
    /// than the even spacing; what rises and falls again between two even points may be missed. There
    /// are 500 points, fewer (but 25) where they take more than 5·10⁹ multiplications (about
    /// B n (3 H² + 2 D H) each).
    ///
    /// There are no points if an end of the range is not finite, if the batch is empty, if there is no such bias, or, of
    /// several weights, if `today` is not a number above zero: then no factor leads from W_h to another spectral radius.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn of(
        network: &Network,
        batch: &Batch,
        loss: Loss,
        (axis, today): (LandscapeAxis, f64),
        range: (f64, f64),
        interrupt: &Interrupt,
        progress: &Progress,
    ) -> Result<Self, Interrupted> {
        let can_move = match axis {
            LandscapeAxis::RecurrentWeight => {
                let is_number = network.parameters.has_one_recurrent_weight();
                is_number || today.is_finite() && today > 0.0
            }
            LandscapeAxis::ForgetBias => {
                today.is_finite() && network.carrying_biases().next().is_some()
            }
        };
        let ends_finite = range.0.is_finite() && range.1.is_finite();
        if !ends_finite || batch.size * batch.length == 0 || !can_move {
            progress.set(1.0);
            return Ok(Self::default());
        }
        let count = count(network, batch);
        let even = even_grid(range, today, (EVEN * count as f64) as usize);
        let mut survey = Survey::new(network, batch, loss, (axis, today));
        let mut points = Vec::with_capacity(count);
        for at in even {
            points.push(survey.point(at, interrupt)?);
            progress.set(points.len() as f64 / count as f64);
        }
        let unevenness = Unevenness::of(&points);
        let mut gaps: Vec<f64> = points
            .windows(2)
            .map(|pair| unevenness.between(pair[0], pair[1]))
            .collect();
        while points.len() < count {
            let Some(gap) = worst(&gaps) else { break };
            let (left, right) = (points[gap], points[gap + 1]);
            let point = survey.point(f64::midpoint(left.at, right.at), interrupt)?;
            points.insert(gap + 1, point);
            gaps[gap] = unevenness.between(left, point);
            gaps.insert(gap + 1, unevenness.between(point, right));
            progress.set(points.len() as f64 / count as f64);
        }
        progress.set(1.0);
        Ok(Self { points })
    }
}

/// How many points are affordable.
fn count(network: &Network, batch: &Batch) -> usize {
    let (hidden, rows) = (network.parameters.hidden(), network.parameters.rows());
    let inputs = match &batch.inputs {
        Inputs::Dense { width, .. } => *width as f64,
        Inputs::Tokens(_) => 1.0,
    };
    // Forward, backward and the gradient of W_h; W_i forward and its gradient.
    let per_unit = 3.0 * hidden as f64 + 2.0 * inputs + PER_ACTIVATION;
    let per_point = (batch.length * batch.size) as f64 * rows as f64 * per_unit;
    (AFFORDABLE / per_point).clamp(FEWEST_POINTS, MOST_POINTS) as usize
}

/// `count` evenly spaced numbers between the ends of `range`, and `today` if it is there, ascending
/// and each once.
fn even_grid(range: (f64, f64), today: f64, count: usize) -> Vec<f64> {
    let (low, high) = (range.0.min(range.1), range.0.max(range.1));
    let last = count.max(2) - 1;
    let mut grid: Vec<f64> = (0..=last)
        .map(|index| {
            let share = index as f64 / last as f64;
            // Not low + share · (high − low), which may overflow; and the ends are exact.
            low * (1.0 - share) + high * share
        })
        .collect();
    if (low..=high).contains(&today) {
        grid.push(today);
    }
    grid.sort_by(f64::total_cmp);
    // 0 and −0 are one place.
    grid.dedup_by(|a, b| a == b);
    grid
}

/// The passes over the batch at one place after another. Buffers are kept.
struct Survey<'a> {
    /// The network as it is today.
    origin: &'a Network,
    batch: &'a Batch,
    loss: Loss,
    axis: LandscapeAxis,
    today: f64,
    network: Network,
    pass: Pass,
    gradients: Gradients,
}

impl<'a> Survey<'a> {
    fn new(
        origin: &'a Network,
        batch: &'a Batch,
        loss: Loss,
        (axis, today): (LandscapeAxis, f64),
    ) -> Self {
        Self {
            origin,
            batch,
            loss,
            axis,
            today,
            network: origin.clone(),
            pass: Pass::default(),
            gradients: origin.parameters.zeros_like(),
        }
    }

    fn point(&mut self, at: f64, interrupt: &Interrupt) -> Result<LandscapePoint, Interrupted> {
        self.move_to(at);
        let mean = 1.0 / self.batch.size as f64;
        self.pass.forward(&self.network, self.batch, interrupt)?;
        self.gradients.fill(0.0);
        let seed = Objective::mean_of(self.loss, self.batch.size);
        let gradients = &mut self.gradients;
        self.pass
            .backward(&self.network, self.batch, seed, gradients, interrupt)?;
        let outputs = self.origin.parameters.layout().widths().outputs;
        let answers = self.pass.read_outs().chunks_exact(outputs);
        let answers = answers.zip(self.batch.answer_targets());
        let sum: f64 = answers.map(|(z, y)| self.loss.value_of(z, y)).sum();
        Ok(LandscapePoint {
            at,
            loss: (sum + self.pass.last_state_loss(self.batch)) * mean,
            gradient: self.slope(),
        })
    }

    /// Moves the network there.
    fn move_to(&mut self, at: f64) {
        let parameter = Parameter::RecurrentWeights;
        let origin = &self.origin.parameters;
        match self.axis {
            LandscapeAxis::RecurrentWeight => {
                let is_number = origin.has_one_recurrent_weight();
                // Exactly 1 today.
                let factor = at / self.today;
                let moved = self.network.parameters.all_of_mut(parameter).flatten();
                for (moved, weight) in moved.zip(origin.all_of(parameter).flatten()) {
                    *moved = if is_number { at } else { factor * weight };
                }
            }
            LandscapeAxis::ForgetBias => {
                for [beside_input, _] in self.origin.carrying_biases() {
                    let moved = &mut self.network.parameters.values_mut()[beside_input.clone()];
                    let biases = &origin.values()[beside_input];
                    for (moved, bias) in moved.iter_mut().zip(biases) {
                        *moved = bias + (at - self.today);
                    }
                }
            }
        }
    }

    /// The derivative of the loss along the axis, after the passes.
    fn slope(&self) -> f64 {
        let parameter = Parameter::RecurrentWeights;
        match self.axis {
            LandscapeAxis::RecurrentWeight if self.gradients.has_one_recurrent_weight() => {
                self.gradients.of(parameter)[0]
            }
            LandscapeAxis::RecurrentWeight => {
                let gradients = self.gradients.all_of(parameter).flatten();
                gradients
                    .zip(self.origin.parameters.all_of(parameter).flatten())
                    .map(|(gradient, weight)| gradient * (weight / self.today))
                    .sum()
            }
            LandscapeAxis::ForgetBias => {
                let ranges = self.origin.carrying_biases();
                let gradients = ranges.flat_map(|[range, _]| &self.gradients.values()[range]);
                gradients.sum()
            }
        }
    }
}

#[cfg(test)]
mod tests;
