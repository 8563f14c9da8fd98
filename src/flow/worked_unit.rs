//! One unit's way through every step, number by number: what a worksheet is written with.

use ndarray::ArrayView2;

use super::weight_gradient::norm_or_number;
use super::whole_loss::WholeLoss;
use super::{Magnitude, Probe};
use crate::rnn::{
    Batch, By, Inputs, Interrupt, Interrupted, Loss, Network, Node, Parameter, Slope,
};

/// Which unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnitPlace {
    /// Its layer, from 0; the last one unless said.
    pub layer: Option<usize>,
    /// Its place in the layer, from 0.
    pub unit: usize,
}

/// Everything that comes up in one unit of one layer when a sequence goes through it and the gradient of the loss back.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkedUnit {
    /// The layer, from 0.
    pub layer: usize,
    /// The unit, from 0.
    pub unit: usize,
    /// What is added to W_i x_t, block by block; empty without biases.
    pub input_biases: Vec<f64>,
    /// What is added to W_h h_{t−1}, block by block; empty without biases.
    pub recurrent_biases: Vec<f64>,
    steps: Vec<WorkedStep>,
}

/// One timestep t of it. What is of a block stands in the order of the cell's blocks, what is of a part of the state in
/// that of its parts, what is of a wire or of a number in between in the order of the cell's wires.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkedStep {
    /// W_i x_t, block by block.
    pub input: Box<[f64]>,
    /// W_h h_{t−1}, block by block.
    pub recurrent: Box<[f64]>,
    /// The blocks after their activation.
    pub gates: Box<[f64]>,
    /// The parts of s_{t−1}.
    pub before: Box<[f64]>,
    /// The parts of s_t.
    pub after: Box<[f64]>,
    /// What each wire multiplies by, where that is a number for the unit; otherwise 0.
    pub slopes: Box<[f64]>,
    /// γ_t, part by part: what comes from the steps after and from the read-outs.
    pub arriving: Box<[Magnitude]>,
    /// The same with what comes by the ways within the step and from the layer above.
    pub of_after: Box<[Magnitude]>,
    /// ∂L/∂ of the numbers in between.
    pub of_within: Box<[Magnitude]>,
    /// What goes on to s_{t−1} by the direct way, part by part.
    pub carried: Box<[Magnitude]>,
    /// What goes on to s_{t−1} by all other ways, part by part.
    pub through_gates: Box<[Magnitude]>,
    /// The norm of what the layer reads at t; the number where that is one.
    pub read: Magnitude,
    /// The norm of h_{t−1}; the number of one unit.
    pub state: Magnitude,
}

impl WorkedUnit {
    /// Of the sequence `batch` after `probe` has run over it. A `place` that is not in the network is taken for the
    /// nearest that is. It costs as much as the gradient flow of the sequence.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn of(
        network: &Network,
        batch: &Batch,
        probe: &Probe,
        loss: Loss,
        place: UnitPlace,
        interrupt: &Interrupt,
    ) -> Result<Self, Interrupted> {
        let parameters = &network.parameters;
        let widths = parameters.layout().widths();
        let last = widths.layers - 1;
        let layer = place.layer.unwrap_or(last).min(last);
        let unit = place.unit.min(widths.hidden - 1);
        let forward = Forward {
            network,
            batch,
            probe,
            layer,
            unit,
        };
        let mut whole = WholeLoss::new(network, batch, probe, loss);
        whole.back.watched = Some(layer);
        let mut steps = Vec::with_capacity(batch.length);
        let (hidden, parts) = (widths.hidden, network.cell.cell().states().len());
        for t in (1..=batch.length).rev() {
            interrupt.check()?;
            let mut step = forward.step(t);
            let size = whole.size().size();
            let gamma = whole.direction().to_vec();
            let back = whole.step_back(t);
            let units = |numbers: &[f64]| -> Box<[Magnitude]> {
                let units = numbers.chunks_exact(hidden);
                units
                    .map(|of| size.times(Magnitude::new(of[unit])))
                    .collect()
            };
            let of_layer = layer * parts * hidden..(layer + 1) * parts * hidden;
            step.arriving = units(&gamma[of_layer.clone()]);
            step.of_after = units(&back.watched_after);
            step.of_within = units(&back.watched_within);
            step.carried = units(&back.carried[of_layer.clone()]);
            step.through_gates = units(&back.through_gates[of_layer]);
            steps.push(step);
            whole.go_on(t);
        }
        steps.reverse();
        let biases = |parameter| -> Vec<f64> {
            let found = parameters.layout().tensor_of(parameter, layer);
            let numbers = found.map_or(&[][..], |(_, range)| &parameters.values()[range]);
            let blocks = numbers.chunks_exact(hidden);
            blocks.map(|block| block[unit]).collect()
        };
        Ok(Self {
            layer,
            unit,
            input_biases: biases(Parameter::HiddenBias),
            recurrent_biases: biases(Parameter::RecurrentBias),
            steps,
        })
    }

    /// The 1-based timestep `t`.
    pub fn step(&self, t: usize) -> Option<&WorkedStep> {
        self.steps.get(t.checked_sub(1)?)
    }
}

/// What is known before the gradient comes.
struct Forward<'a> {
    network: &'a Network,
    batch: &'a Batch,
    probe: &'a Probe,
    layer: usize,
    unit: usize,
}

impl Forward<'_> {
    fn step(&self, t: usize) -> WorkedStep {
        let cell = self.network.cell.cell();
        let record = &*self.probe.pass.layers()[self.layer];
        let before = record.state(0, t - 1);
        let hidden = before.len();
        let part = |part: usize, t: usize| record.state(part, t)[self.unit];
        let parts = 0..cell.states().len();
        let mut slopes: Vec<Slope> = Vec::new();
        let of_wires = cell.wires().iter().enumerate().map(|(place, wire)| {
            let is_of_numbers = matches!(wire.by, By::Numbers | By::Carry);
            if !is_of_numbers || wire.from == Node::Input {
                return 0.0;
            }
            record.slopes(self.network.activation, place, t, &mut slopes);
            slopes[self.unit].value()
        });
        let slopes_of_unit = of_wires.collect();
        let (input, read) = self.reading(t, hidden);
        WorkedStep {
            input,
            recurrent: self.products(Parameter::RecurrentWeights, before),
            gates: (0..cell.blocks().len())
                .map(|block| record.gate(block, t)[self.unit])
                .collect(),
            before: parts.clone().map(|it| part(it, t - 1)).collect(),
            after: parts.map(|it| part(it, t)).collect(),
            slopes: slopes_of_unit,
            read,
            state: norm_or_number(before),
            arriving: Box::default(),
            of_after: Box::default(),
            of_within: Box::default(),
            carried: Box::default(),
            through_gates: Box::default(),
        }
    }

    /// W_i x_t, and the size of x_t.
    fn reading(&self, t: usize, hidden: usize) -> (Box<[f64]>, Magnitude) {
        let pass = &self.probe.pass;
        let products = |x: &[f64]| {
            let products = self.products(Parameter::InputWeights, x);
            (products, norm_or_number(x))
        };
        if let Some(below) = self.layer.checked_sub(1) {
            return products(pass.layers()[below].state(0, t));
        }
        if let Some(embedded) = pass.embedded(t) {
            return products(embedded);
        }
        match &self.batch.inputs {
            Inputs::Dense { .. } => products(self.batch.vector(t - 1, 0).unwrap_or_default()),
            Inputs::Tokens(tokens) => {
                let w_i = self.weights(Parameter::InputWeights);
                let blocks = w_i.nrows() / hidden;
                let column = tokens[t - 1].map(|word| word as usize);
                let of = |block: usize| {
                    column.map_or(0.0, |word| w_i[[block * hidden + self.unit, word]])
                };
                let size = if column.is_some() {
                    Magnitude::ONE
                } else {
                    Magnitude::Zero
                };
                ((0..blocks).map(of).collect(), size)
            }
        }
    }

    fn weights(&self, parameter: Parameter) -> ArrayView2<'_, f64> {
        self.network.parameters.matrix_of(parameter, self.layer)
    }

    /// The rows of the unit, one in each block, times `x`.
    fn products(&self, parameter: Parameter, x: &[f64]) -> Box<[f64]> {
        let weights = self.weights(parameter);
        let hidden = self.network.parameters.hidden();
        let rows = weights.rows().into_iter().skip(self.unit).step_by(hidden);
        rows.map(|row| row.iter().zip(x).map(|(w, x)| w * x).sum())
            .collect()
    }
}
