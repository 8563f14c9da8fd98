//! ∂L/∂W_h and ∂L/∂W_i where the training arithmetic has lost them to underflow, although their terms are known.

use ndarray::{Array2, ShapeBuilder};

use super::reading::Reading;
use super::walk::Walk;
use super::weight_gradient::bilinear;
use super::{Magnitude, Probe, WeightGradient};
use crate::rnn::{Batch, Interrupt, Interrupted, Network, norm};

/// Terms of this log₁₀ are near the end of `f64`, where digits of their sum are lost.
const SMALLEST_LOG10: f64 = -280.0;

/// Whether the training arithmetic has lost a sum, because every term is near the end of `f64` or beyond it. A sum
/// of larger terms is as good as theirs, also where they cancel and it is exactly 0.
pub fn is_lost(gradient: WeightGradient, terms: impl Iterator<Item = Magnitude>) -> bool {
    let largest = terms.filter_map(Magnitude::log10).reduce(f64::max);
    gradient.magnitude.is_finite() && largest.is_some_and(|largest| largest < SMALLEST_LOG10)
}

/// Both sums, made of terms that are all divided by the size of the largest δ_t.
pub struct LostSums {
    /// log₁₀ of what they are divided by.
    scale: f64,
    /// δ_1 to δ_n, one behind the other.
    deltas: Vec<f64>,
    w_h: Array2<f64>,
    w_i: Array2<f64>,
}

impl LostSums {
    /// Of the sequence `batch` that `probe` has run over, where δ_1 to δ_n have the sizes `deltas`; `None` if none
    /// of them is a number other than zero.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn of(
        network: &Network,
        batch: &Batch,
        probe: &Probe,
        deltas: impl Iterator<Item = Magnitude>,
        interrupt: &Interrupt,
    ) -> Result<Option<Self>, Interrupted> {
        let (hidden, inputs) = (network.parameters.hidden(), network.parameters.inputs());
        let sizes: Vec<Magnitude> = deltas.collect();
        let logarithms = sizes.iter().filter_map(|size| size.log10());
        let Some(scale) = logarithms.reduce(f64::max) else {
            return Ok(None);
        };
        let mut sums = Self {
            scale,
            deltas: vec![0.0; sizes.len() * hidden],
            w_h: Array2::zeros((hidden, hidden)),
            w_i: Array2::zeros((hidden, inputs).f()),
        };
        let mut walk = Walk::new(network, &probe.pass, network.parameters.w_o());
        for (index, size) in sizes.into_iter().enumerate().rev() {
            let t = index + 1;
            interrupt.check()?;
            let by_f_prime = walk.through_activation(t);
            let delta = &mut sums.deltas[(t - 1) * hidden..t * hidden];
            if let Magnitude::Finite { negative, log10 } = size {
                let size = libm::pow(10.0, log10 - scale);
                walk.write_direction(if negative { -size } else { size }, delta);
            }
            walk.through_weights(by_f_prime);
            let delta = &sums.deltas[(t - 1) * hidden..t * hidden];
            let before = Reading::Vector(probe.pass.state(t - 1));
            before.add_outer(1.0, delta, sums.w_h.view_mut());
            let read = Reading::of(batch, &probe.pass, 0, t);
            read.add_outer(1.0, delta, sums.w_i.view_mut());
        }
        Ok(Some(sums))
    }

    /// ∂L/∂W_h and the share that each timestep of the sequence `probe` has of it.
    pub fn w_h(&self, probe: &Probe) -> (WeightGradient, Vec<f64>) {
        self.sum(&self.w_h, |delta, along, t| {
            bilinear(delta, along.view(), probe.pass.state(t - 1))
        })
    }

    /// ∂L/∂W_i and the share that each timestep of the sequence `batch`, which `probe` has run over, has of it.
    pub fn w_i(&self, batch: &Batch, probe: &Probe) -> (WeightGradient, Vec<f64>) {
        self.sum(&self.w_i, |delta, along, t| {
            Reading::of(batch, &probe.pass, 0, t).bilinear(delta, along.view())
        })
    }

    fn sum(
        &self,
        gradient: &Array2<f64>,
        project: impl Fn(&[f64], &Array2<f64>, usize) -> f64,
    ) -> (WeightGradient, Vec<f64>) {
        let numbers = gradient.as_slice_memory_order().unwrap_or(&[]);
        let scaled = WeightGradient::of(numbers);
        let length = norm(numbers);
        let along = gradient / length;
        let deltas = self.deltas.chunks_exact(gradient.nrows());
        let shares = (1..)
            .zip(deltas)
            .map(|(t, delta)| project(delta, &along, t) / length)
            .collect();
        let scale = Magnitude::Finite {
            negative: false,
            log10: self.scale,
        };
        let sum = WeightGradient {
            magnitude: scaled.magnitude.times(scale),
            ..scaled
        };
        (sum, shares)
    }
}
