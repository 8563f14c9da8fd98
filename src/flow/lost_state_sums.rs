//! As [`LostSums`](super::lost_sums::LostSums), of any network and any answers.

use ndarray::{Array2, Axis};

use super::reading::Reading;
use super::whole_loss::WholeLoss;
use super::{Magnitude, Probe, WeightGradient};
use crate::rnn::{Batch, Interrupt, Interrupted, Loss, Network, Parameter, StepBack, norm};

/// ∂L/∂W_i and ∂L/∂W_h of all layers, each with the share that every timestep has of it.
pub type SumsAndShares = [(WeightGradient, Vec<f64>); 2];

/// The sequence whose sums are lost.
#[derive(Clone, Copy)]
pub struct LostStateSums<'a> {
    pub network: &'a Network,
    pub batch: &'a Batch,
    pub probe: &'a Probe,
    pub loss: Loss,
}

impl LostStateSums<'_> {
    /// The sums, made of terms that are all divided by the size of the largest γ_t, whose `sizes` are known, timestep t at
    /// index t − 1; `None` if none of them is a number other than zero. It takes two walks back.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn find(
        self,
        sizes: &[Magnitude],
        interrupt: &Interrupt,
    ) -> Result<Option<SumsAndShares>, Interrupted> {
        let logarithms = sizes.iter().filter_map(|size| size.log10());
        let Some(scale) = logarithms.reduce(f64::max) else {
            return Ok(None);
        };
        let factors: Vec<f64> = sizes
            .iter()
            .map(|size| {
                size.log10()
                    .map_or(0.0, |log10| libm::pow(10.0, log10 - scale))
            })
            .collect();
        let layers = self.probe.pass.layers().len();
        let hidden = self.network.parameters.hidden();
        let groups = self.network.cell.cell().recurrent_groups();
        let zeros = |parameter| -> Vec<Array2<f64>> {
            let of_layer = |layer| {
                let gradients = &self.probe.gradients;
                Array2::zeros(gradients.matrix_of(parameter, layer).raw_dim())
            };
            (0..layers).map(of_layer).collect()
        };
        let mut w_i = zeros(Parameter::InputWeights);
        let mut w_h = zeros(Parameter::RecurrentWeights);
        self.walk(interrupt, |t, back| {
            for layer in 0..layers {
                let (factor, read) = (factors[t - 1], self.reading(layer, t));
                read.add_outer(factor, &back.deltas[layer], w_i[layer].view_mut());
                for blocks in &groups {
                    let rows = blocks.start * hidden..blocks.end * hidden;
                    let delta = &back.recurrent_deltas[layer][rows.clone()];
                    let sum = w_h[layer].slice_axis_mut(Axis(0), rows.into());
                    let input = self.recurrent_input(layer, blocks.start, t);
                    input.add_outer(factor, delta, sum);
                }
            }
        })?;
        let [of_w_i, of_w_h] = [&w_i, &w_h].map(|sum| Lost::of(sum, scale));
        let mut shares = [vec![0.0; factors.len()], vec![0.0; factors.len()]];
        self.walk(interrupt, |t, back| {
            for layer in 0..layers {
                let read = self.reading(layer, t);
                shares[0][t - 1] += read.bilinear(&back.deltas[layer], w_i[layer].view());
                for blocks in &groups {
                    let rows = blocks.start * hidden..blocks.end * hidden;
                    let delta = &back.recurrent_deltas[layer][rows.clone()];
                    let sum = w_h[layer].slice_axis(Axis(0), rows.into());
                    let input = self.recurrent_input(layer, blocks.start, t);
                    shares[1][t - 1] += input.bilinear(delta, sum);
                }
            }
        })?;
        let [shares_w_i, shares_w_h] = shares;
        Ok(Some([
            of_w_i.with_shares(shares_w_i, &factors),
            of_w_h.with_shares(shares_w_h, &factors),
        ]))
    }

    /// From t = n to 1, with what a gradient of length 1 along γ_t leaves behind in each step.
    fn walk(
        self,
        interrupt: &Interrupt,
        mut each: impl FnMut(usize, &StepBack),
    ) -> Result<(), Interrupted> {
        let mut whole = WholeLoss::new(self.network, self.batch, self.probe, self.loss);
        for t in (1..=self.batch.length).rev() {
            interrupt.check()?;
            each(t, whole.step_back(t));
            whole.go_on(t);
        }
        Ok(())
    }

    /// What W_i of a layer is multiplied with at 1-based `t`.
    fn reading(&self, layer: usize, t: usize) -> Reading<'_> {
        Reading::of(self.batch, &self.probe.pass, layer, t)
    }

    /// What a block of W_h of a layer is multiplied with at 1-based `t`.
    fn recurrent_input(&self, layer: usize, block: usize, t: usize) -> Reading<'_> {
        Reading::Vector(self.probe.pass.layers()[layer].recurrent_input(block, t))
    }
}

/// A sum that is divided by a power of ten.
struct Lost {
    gradient: WeightGradient,
    length: f64,
}

impl Lost {
    fn of(sum: &[Array2<f64>], scale: f64) -> Self {
        let numbers: Vec<f64> = sum.iter().flatten().copied().collect();
        let scaled = WeightGradient::of(&numbers);
        let scale = Magnitude::Finite {
            negative: false,
            log10: scale,
        };
        Self {
            gradient: WeightGradient {
                magnitude: scaled.magnitude.times(scale),
                ..scaled
            },
            length: norm(&numbers),
        }
    }

    /// With the products of what each timestep leaves and the sum.
    fn with_shares(self, products: Vec<f64>, factors: &[f64]) -> (WeightGradient, Vec<f64>) {
        let shares = products.into_iter().zip(factors);
        let shares = shares.map(|(product, factor)| product / self.length * (factor / self.length));
        (self.gradient, shares.collect())
    }
}
