//! One unit's way through every step, number by number: what a worksheet is written with.

use ndarray::ArrayView2;

use super::reading::Reading;
use super::weight_gradient::norm_or_number;
use super::whole_loss::WholeLoss;
use super::{Magnitude, Probe};
use crate::rnn::{Batch, By, Cell, Interrupt, Interrupted, Loss, Network, Parameter, Slope};

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
    counts: Counts,
    /// The numbers of one step behind those of the other, in the order of [`WorkedStep`].
    numbers: Vec<f64>,
    /// The magnitudes of one step behind those of the other, in the order of [`WorkedStep`].
    magnitudes: Vec<Magnitude>,
}

/// One timestep t of it. What is of a block stands in the order of the cell's blocks, what is of a part of the state in
/// that of its parts, what is of a wire or of a number in between in the order of the cell's wires.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorkedStep<'a> {
    /// W_i x_t, block by block.
    pub input: &'a [f64],
    /// W_h times what it is multiplied with, block by block.
    pub recurrent: &'a [f64],
    /// What each block of W_h is multiplied with, of this unit: h_{t−1}, unless the cell says otherwise.
    pub recurrent_inputs: &'a [f64],
    /// The blocks after their activation.
    pub gates: &'a [f64],
    /// The parts of s_{t−1}.
    pub before: &'a [f64],
    /// The parts of s_t.
    pub after: &'a [f64],
    /// What each wire multiplies by, where that is a number for the unit; otherwise 0.
    pub slopes: &'a [f64],
    /// γ_t, part by part: what comes from the steps after and from the read-outs.
    pub arriving: &'a [Magnitude],
    /// The same with what comes by the ways within the step and from the layer above.
    pub of_after: &'a [Magnitude],
    /// ∂L/∂ of the numbers in between.
    pub of_within: &'a [Magnitude],
    /// What goes on to s_{t−1} by the direct way, part by part.
    pub carried: &'a [Magnitude],
    /// What goes on to s_{t−1} by all other ways, part by part.
    pub through_gates: &'a [Magnitude],
    /// The norm of what the layer reads at t; the number where that is one.
    pub read: Magnitude,
    /// The norm of what each block of W_h is multiplied with; the number of one unit.
    pub recurrent_sizes: &'a [Magnitude],
}

/// How many numbers of each kind a cell has.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Counts {
    blocks: usize,
    parts: usize,
    wires: usize,
    within: usize,
}

impl Counts {
    fn of(cell: &dyn Cell) -> Self {
        Self {
            blocks: cell.blocks().len(),
            parts: cell.states().len(),
            wires: cell.wires().len(),
            within: cell.notation().within.len(),
        }
    }

    /// Of a step, in `numbers`.
    fn numbers(self) -> usize {
        4 * self.blocks + 2 * self.parts + self.wires
    }

    /// Of a step, in `magnitudes`.
    fn magnitudes(self) -> usize {
        4 * self.parts + self.within + 1 + self.blocks
    }
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
        let counts = Counts::of(network.cell.cell());
        let (hidden, parts) = (widths.hidden, counts.parts);
        let of_layer = layer * parts * hidden..(layer + 1) * parts * hidden;
        let mut numbers = Vec::with_capacity(batch.length * counts.numbers());
        let mut magnitudes = vec![Magnitude::Zero; batch.length * counts.magnitudes()];
        let mut whole = WholeLoss::new(network, batch, probe, loss);
        whole.back.watched = Some(layer);
        let steps = magnitudes.chunks_exact_mut(counts.magnitudes());
        for (index, of_step) in steps.enumerate().rev() {
            interrupt.check()?;
            let t = index + 1;
            let size = whole.size().size();
            let of_unit = |numbers: &[f64], out: &mut [Magnitude]| {
                let units = numbers.chunks_exact(hidden).map(|of| of[unit]);
                for (out, number) in out.iter_mut().zip(units) {
                    *out = size.times(Magnitude::new(number));
                }
            };
            let (arriving, rest) = of_step.split_at_mut(parts);
            of_unit(&whole.direction()[of_layer.clone()], arriving);
            let back = whole.step_back(t);
            let (of_after, rest) = rest.split_at_mut(parts);
            of_unit(&back.watched_after, of_after);
            let (of_within, rest) = rest.split_at_mut(counts.within);
            of_unit(&back.watched_within, of_within);
            let (carried, rest) = rest.split_at_mut(parts);
            of_unit(&back.carried[of_layer.clone()], carried);
            let (through_gates, rest) = rest.split_at_mut(parts);
            of_unit(&back.through_gates[of_layer.clone()], through_gates);
            forward.write_sizes(t, rest);
            whole.go_on(t);
        }
        let mut slopes = Vec::new();
        for t in 1..=batch.length {
            interrupt.check()?;
            forward.write(t, &mut slopes, &mut numbers);
        }
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
            counts,
            numbers,
            magnitudes,
        })
    }

    /// The 1-based timestep `t`.
    pub fn step(&self, t: usize) -> Option<WorkedStep<'_>> {
        let (index, counts) = (t.checked_sub(1)?, self.counts);
        let numbers = self.numbers.chunks_exact(counts.numbers()).nth(index)?;
        let (input, numbers) = numbers.split_at(counts.blocks);
        let (recurrent, numbers) = numbers.split_at(counts.blocks);
        let (recurrent_inputs, numbers) = numbers.split_at(counts.blocks);
        let (gates, numbers) = numbers.split_at(counts.blocks);
        let (before, numbers) = numbers.split_at(counts.parts);
        let (after, slopes) = numbers.split_at(counts.parts);
        let steps = self.magnitudes.chunks_exact(counts.magnitudes());
        let (arriving, rest) = steps.into_iter().nth(index)?.split_at(counts.parts);
        let (of_after, rest) = rest.split_at(counts.parts);
        let (of_within, rest) = rest.split_at(counts.within);
        let (carried, rest) = rest.split_at(counts.parts);
        let (through_gates, sizes) = rest.split_at(counts.parts);
        let (&read, recurrent_sizes) = sizes.split_first()?;
        Some(WorkedStep {
            input,
            recurrent,
            recurrent_inputs,
            gates,
            before,
            after,
            slopes,
            arriving,
            of_after,
            of_within,
            carried,
            through_gates,
            read,
            recurrent_sizes,
        })
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
    /// The numbers of a step, in the order of [`WorkedStep`].
    fn write(&self, t: usize, slopes: &mut Vec<Slope>, out: &mut Vec<f64>) {
        let cell = self.network.cell.cell();
        let record = &*self.probe.pass.layers()[self.layer];
        let blocks = 0..cell.blocks().len();
        match self.reading(t) {
            Reading::Vector(x) => self.write_products(Parameter::InputWeights, |_| x, out),
            Reading::Word(word) => {
                let w_i = self.weights(Parameter::InputWeights);
                let hidden = self.network.parameters.hidden();
                let rows = blocks.clone().map(|block| block * hidden + self.unit);
                out.extend(rows.map(|row| word.map_or(0.0, |word| w_i[[row, word]])));
            }
        }
        let input_of = |block: usize| record.recurrent_input(block, t);
        self.write_products(Parameter::RecurrentWeights, input_of, out);
        out.extend(blocks.clone().map(|block| input_of(block)[self.unit]));
        out.extend(blocks.map(|block| record.gate(block, t)[self.unit]));
        for t in [t - 1, t] {
            let parts = 0..cell.states().len();
            out.extend(parts.map(|part| record.state(part, t)[self.unit]));
        }
        out.extend(cell.wires().iter().enumerate().map(|(place, wire)| {
            if !matches!(wire.by, By::Numbers | By::Carry) {
                return 0.0;
            }
            record.slopes(self.network.activation, place, t, slopes);
            slopes[self.unit].value()
        }));
    }

    /// The size of what is read, and of what each block of W_h is multiplied with.
    fn write_sizes(&self, t: usize, out: &mut [Magnitude]) {
        let record = &*self.probe.pass.layers()[self.layer];
        let inputs = (0..).map(|block| norm_or_number(record.recurrent_input(block, t)));
        let sizes = std::iter::once(self.reading(t).size()).chain(inputs);
        out.iter_mut()
            .zip(sizes)
            .for_each(|(out, size)| *out = size);
    }

    fn reading(&self, t: usize) -> Reading<'_> {
        Reading::of(self.batch, &self.probe.pass, self.layer, t)
    }

    fn weights(&self, parameter: Parameter) -> ArrayView2<'_, f64> {
        self.network.parameters.matrix_of(parameter, self.layer)
    }

    /// The rows of the unit, one in each block, times what that block is multiplied with.
    fn write_products<'x>(
        &self,
        parameter: Parameter,
        x: impl Fn(usize) -> &'x [f64],
        out: &mut Vec<f64>,
    ) {
        let weights = self.weights(parameter);
        let hidden = self.network.parameters.hidden();
        let rows = weights.rows().into_iter().skip(self.unit).step_by(hidden);
        let products = rows.enumerate().map(|(block, row)| {
            let terms = row.iter().zip(x(block));
            terms.map(|(w, x)| w * x).sum::<f64>()
        });
        out.extend(products);
    }
}
