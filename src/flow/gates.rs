//! The gates of a gated cell over time, and how long each unit remembers.

use super::LogProduct;
use super::Magnitude;
use crate::rnn::{Network, Pass};

/// A gate below this is closed, and one above 1 minus this is open: saturated at one of its ends (Karpathy, Johnson and
/// Fei-Fei, *Visualizing and understanding recurrent networks*, 2015). The candidate, which runs from −1 to 1, is saturated
/// beyond 1 minus this.
pub const SATURATED_WITHIN: f64 = 0.1;

/// Numbers of single units that are kept at most: 8 MB. For more there are the means alone.
const MOST_NUMBERS: usize = 1_000_000;

/// The gates of every layer that one sequence went through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gates {
    /// Layer after layer.
    pub layers: Vec<LayerGates>,
}

/// The gates of one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerGates {
    /// Each gate, in the order of the cell's blocks.
    pub gates: Vec<GateFlow>,
    /// For each unit how many steps back until half is left of what is carried on, ln 2 / −(mean ln of the gate that
    /// carries the state on): 0 if the gate was ever closed entirely, ∞ if it was always open entirely.
    pub half_lives: Vec<f64>,
}

/// One gate over time.
#[derive(Clone, Debug, PartialEq)]
pub struct GateFlow {
    /// Its name, as the cell has it.
    pub name: &'static str,
    /// Whether it runs from −1 to 1 instead of from 0 to 1: the candidate.
    pub is_signed: bool,
    /// Timestep t at index t − 1: its mean over the units.
    pub mean: Vec<f64>,
    /// Which share of the units is saturated at its lower end: closed, or near −1.
    pub low: Vec<f64>,
    /// Which share is saturated at its upper end: open, or near 1.
    pub high: Vec<f64>,
    /// H numbers for each timestep, if they are few enough to be kept.
    pub units: Option<Vec<f64>>,
}

impl Gates {
    /// Of the first sequence that `network` has read in `pass`; `None` for a cell without gates.
    pub fn of(network: &Network, pass: &Pass) -> Option<Self> {
        let cell = network.cell.cell();
        let carrying = cell.carrying_gate()?;
        let (length, _, hidden) = pass.shape();
        let all = pass.layers().len() * cell.blocks().len() * length * hidden;
        let layers = pass.layers().iter().map(|record| {
            let gates = cell.blocks().iter().enumerate().map(|(block, name)| {
                let mut gate = GateFlow {
                    name,
                    is_signed: (1..=length)
                        .any(|t| record.gate(block, t).iter().any(|&it| it < 0.0)),
                    mean: Vec::with_capacity(length),
                    low: Vec::with_capacity(length),
                    high: Vec::with_capacity(length),
                    units: (all <= MOST_NUMBERS).then(|| Vec::with_capacity(length * hidden)),
                };
                for t in 1..=length {
                    gate.push(record.gate(block, t));
                }
                gate
            });
            let half_lives = (0..hidden).map(|unit| {
                let mut product = LogProduct::default();
                for t in 1..=length {
                    product.multiply(Magnitude::new(record.gate(carrying, t)[unit]));
                }
                half_life(product.product(), length)
            });
            LayerGates {
                gates: gates.collect(),
                half_lives: half_lives.collect(),
            }
        });
        Some(Self {
            layers: layers.collect(),
        })
    }
}

impl GateFlow {
    fn push(&mut self, units: &[f64]) {
        let count = units.len() as f64;
        let lower_end = if self.is_signed { -1.0 } else { 0.0 };
        let low = units
            .iter()
            .filter(|&&it| it < lower_end + SATURATED_WITHIN);
        let high = units.iter().filter(|&&it| it > 1.0 - SATURATED_WITHIN);
        self.low.push(low.count() as f64 / count);
        self.high.push(high.count() as f64 / count);
        self.mean.push(units.iter().sum::<f64>() / count);
        if let Some(all) = &mut self.units {
            all.extend_from_slice(units);
        }
    }

    /// At 1-based `t`: the mean over the units, or the number of one of them, from 0; NaN if it was not kept.
    pub fn value(&self, t: usize, unit: Option<usize>) -> f64 {
        let Some(unit) = unit else {
            return self.mean[t - 1];
        };
        let hidden = self
            .units
            .as_ref()
            .map_or(0, |units| units.len() / self.mean.len());
        let units = self.units.as_ref().filter(|_| unit < hidden);
        units.map_or(f64::NAN, |units| units[(t - 1) * hidden + unit])
    }
}

/// How many steps it takes until half is left, where `product` is left after `length`.
fn half_life(product: Magnitude, length: usize) -> f64 {
    match product {
        Magnitude::Zero => 0.0,
        Magnitude::Finite { log10, .. } if log10 < 0.0 => {
            -std::f64::consts::LOG10_2 * length as f64 / log10
        }
        Magnitude::Finite { .. } => f64::INFINITY,
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rnn::{
        Activation, Architecture, Batch, CellKind, Interrupt, Parameter, Parameters, Widths,
    };

    fn gates(cell: CellKind, bias: f64) -> Gates {
        let mut parameters = Parameters::zeros_of(Architecture {
            cell,
            widths: Widths {
                inputs: 1,
                hidden: 3,
                layers: 1,
                outputs: 1,
            },
            bias: true,
            has_read_out: true,
            embedding: None,
        });
        let block = cell.cell().carrying_gate().unwrap();
        parameters.of_mut(Parameter::HiddenBias)[3 * block..3 * block + 3].fill(bias);
        let network = Network::of_cell(cell, Activation::Tanh, parameters, 0.5);
        let mut batch = Batch::dense(1);
        batch.reset(101, 1);
        let mut pass = Pass::default();
        pass.forward(&network, &batch, &Interrupt::default())
            .unwrap();
        Gates::of(&network, &pass).unwrap()
    }

    /// With weights of zero every gate is σ of its bias: ln 2 / −ln σ(1) is 2.21 steps.
    #[test]
    fn half_lives_are_those_of_the_bias() {
        for cell in [CellKind::Lstm, CellKind::Gru, CellKind::GruResetBefore] {
            for (bias, is_open) in [(-3.0, false), (0.0, false), (1.0, false), (5.0, true)] {
                let gates = gates(cell, bias);
                let layer = &gates.layers[0];
                let sigma = 1.0 / (1.0 + f64::exp(-bias));
                let expected = std::f64::consts::LN_2 / -sigma.ln();
                for half_life in &layer.half_lives {
                    assert!((half_life / expected - 1.0).abs() < 1e-12);
                }
                let gate = &layer.gates[cell.cell().carrying_gate().unwrap()];
                assert!((gate.value(7, None) - sigma).abs() < 1e-15);
                assert_eq!(gate.value(7, Some(2)), gate.value(7, None));
                assert!(gate.value(7, Some(3)).is_nan());
                let [low, high] = [gate.low[6], gate.high[6]];
                assert_eq!([low, high], [f64::from(bias == -3.0), f64::from(is_open)]);
            }
        }
    }

    #[test]
    fn the_elman_cell_has_no_gates() {
        let network = Network::new(Activation::Tanh, Parameters::zeros(1, 2, false), 0.0);
        let mut batch = Batch::dense(1);
        batch.reset(3, 1);
        let mut pass = Pass::default();
        pass.forward(&network, &batch, &Interrupt::default())
            .unwrap();
        assert_eq!(Gates::of(&network, &pass), None);
    }
}
