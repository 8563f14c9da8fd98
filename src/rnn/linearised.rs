//! A pass as small changes see it: every step a linear map, whatever the cell.

use super::cell::{By, Node, Record, Responses, Wire};
use super::layout::LayerRanges;
use super::slope::{Slope, slopes};
use super::vectorised::{Loop, run};
use super::{Activation, Network, Pass};

/// The steps of the first sequence that a network has read, made linear around what came up there: J_t = ∂s_t/∂s_{t−1},
/// the state being that of all layers, one part of H numbers behind the other.
#[derive(Clone, Copy, Debug)]
pub struct Linearised<'a> {
    network: &'a Network,
    pass: &'a Pass,
}

/// Steps that consist of two factors, one after the other: J_t = diag(f′(a_t)) W_h.
#[derive(Clone, Copy, Debug)]
pub struct Chain<'a> {
    activation: Activation,
    responses: Responses<'a>,
    hidden: usize,
    /// W_h, row by row.
    pub w_h: &'a [f64],
}

impl<'a> Chain<'a> {
    /// H.
    pub fn hidden(&self) -> usize {
        self.hidden
    }

    /// f′(a_t) of every unit, for 1-based `t`.
    pub fn slopes(&self, t: usize) -> impl Iterator<Item = Slope> + Clone + use<'a> {
        let a = &self.responses.pre_activation(t)[..self.hidden];
        let f_prime = &self.responses.f_prime(t)[..self.hidden];
        slopes(self.activation, a, f_prime)
    }
}

/// What a gradient leaves behind on its way back through one step. The memory is kept from step to step.
#[derive(Clone, Debug, Default)]
pub struct StepBack {
    /// What comes to s_{t−1} by the direct way, along the wires that carry a state on: S numbers.
    pub carried: Vec<f64>,
    /// What comes to s_{t−1} by all other ways: S numbers. The gradient there is the sum of the two.
    pub through_gates: Vec<f64>,
    /// For each layer, what falls on the numbers that W_i x is added to, block by block.
    pub deltas: Vec<Vec<f64>>,
    /// As `deltas`, where W_h h is added.
    pub recurrent_deltas: Vec<Vec<f64>>,
    /// What comes to x_t, or to what the embedding has made of it, if [`Self::wants_input`] is set; otherwise empty.
    pub input: Vec<f64>,
    /// Whether what comes to x_t is computed, too: it costs as many multiplications as W_i has weights.
    pub wants_input: bool,
    /// The layer of which [`Self::watched_after`] and [`Self::watched_within`] are.
    pub watched: Option<usize>,
    /// What comes to the state after the step from everywhere, by the ways within the step, too: its parts one behind the
    /// other.
    pub watched_after: Vec<f64>,
    /// What falls on the numbers in between, H for each of them.
    pub watched_within: Vec<f64>,
    after: Vec<f64>,
    within: Vec<f64>,
    to: Vec<f64>,
    slopes: Vec<Slope>,
}

impl<'a> Linearised<'a> {
    /// Around what came up in `pass` when `network` read the first sequence of a batch.
    pub fn new(network: &'a Network, pass: &'a Pass) -> Self {
        Self { network, pass }
    }

    /// n.
    pub fn len(&self) -> usize {
        self.pass.shape().0
    }

    /// Whether there is no step at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// S, how many numbers the state has.
    pub fn width(&self) -> usize {
        self.network.s_0.len()
    }

    /// The two factors of every step, if that is what the steps consist of: for one layer of the Elman cell.
    pub fn chain(&self) -> Option<Chain<'a>> {
        let responses = self.pass.responses()?;
        let parameters = &self.network.parameters;
        Some(Chain {
            activation: self.network.activation,
            responses,
            hidden: parameters.hidden(),
            w_h: &parameters.values()[parameters.layout().layers()[0].w_h.clone()],
        })
    }

    /// γᵀ J_t for 1-based `t`: carries the gradient `gamma` of s_t, S numbers, back to s_{t−1}.
    pub fn back(&self, t: usize, gamma: &[f64], step: &mut StepBack) {
        self.rounded_back(t, gamma, step, |number| number);
    }

    /// As [`Self::back`], with every weight, every product and every sum rounded by `round`.
    pub fn rounded_back(
        &self,
        t: usize,
        gamma: &[f64],
        step: &mut StepBack,
        round: impl Fn(f64) -> f64 + Copy,
    ) {
        let cell = self.network.cell.cell();
        let layout = self.network.parameters.layout();
        let hidden = layout.widths().hidden;
        let of_layer = cell.states().len() * hidden;
        step.carried.clear();
        step.carried.resize(gamma.len(), 0.0);
        step.through_gates.clear();
        step.through_gates.resize(gamma.len(), 0.0);
        step.deltas.resize_with(layout.layers().len(), Vec::new);
        step.recurrent_deltas
            .resize_with(layout.layers().len(), Vec::new);
        // Nothing reads the last layer within the step.
        step.input.clear();
        let records = self.pass.layers().iter().zip(layout.layers()).enumerate();
        for (place, (record, ranges)) in records.rev() {
            step.after.clear();
            step.after
                .extend_from_slice(&gamma[place * of_layer..(place + 1) * of_layer]);
            for (after, input) in step.after.iter_mut().zip(&step.input) {
                *after = round(*after + input);
            }
            self.back_through_layer((t, place), (&**record, ranges), step, round);
            if step.watched == Some(place) {
                step.watched_after.clone_from(&step.after);
                step.watched_within.clone_from(&step.within);
            }
        }
    }

    /// From what has been gathered in `after` to the state before, the input and everything in between.
    fn back_through_layer(
        &self,
        (t, place): (usize, usize),
        (record, ranges): (&dyn Record, &LayerRanges),
        step: &mut StepBack,
        round: impl Fn(f64) -> f64 + Copy,
    ) {
        let cell = self.network.cell.cell();
        let values = self.network.parameters.values();
        let (w_i, w_h) = (&values[ranges.w_i.clone()], &values[ranges.w_h.clone()]);
        let hidden = self.network.parameters.hidden();
        let rows = cell.blocks().len() * hidden;
        let first = place * cell.states().len() * hidden;
        step.within.clear();
        step.within.resize(within(cell.wires()) * hidden, 0.0);
        for deltas in [&mut step.deltas[place], &mut step.recurrent_deltas[place]] {
            deltas.clear();
            deltas.resize(rows, 0.0);
        }
        step.input.clear();
        if place > 0 || step.wants_input {
            step.input.resize(w_i.len() / rows, 0.0);
        }
        for (number, wire) in cell.wires().iter().enumerate().rev() {
            let to = match wire.to {
                Node::After(part) => &step.after[part * hidden..(part + 1) * hidden],
                Node::Within(node) => &step.within[node * hidden..(node + 1) * hidden],
                Node::Input | Node::Before(_) => continue,
            };
            step.to.clear();
            step.to.extend_from_slice(to);
            let to = &step.to;
            let from = match (wire.from, wire.by) {
                (Node::Before(part), By::Carry) => {
                    &mut step.carried[first + part * hidden..first + (part + 1) * hidden]
                }
                (Node::Before(part), _) => {
                    &mut step.through_gates[first + part * hidden..first + (part + 1) * hidden]
                }
                (Node::Within(node), _) => &mut step.within[node * hidden..(node + 1) * hidden],
                (Node::After(part), _) => &mut step.after[part * hidden..(part + 1) * hidden],
                (Node::Input, _) => step.input.as_mut_slice(),
            };
            match wire.by {
                By::Numbers | By::Carry => {
                    record.slopes(self.network.activation, number, t, &mut step.slopes);
                    let products = to.iter().zip(&step.slopes);
                    for (from, (to, slope)) in from.iter_mut().zip(products) {
                        *from = round(*from + round(round(slope.value()) * to));
                    }
                }
                By::RecurrentWeights(block) => {
                    let block = block * hidden..(block + 1) * hidden;
                    step.recurrent_deltas[place][block.clone()].copy_from_slice(to);
                    run(AddTransposed {
                        to,
                        rows: &w_h[block.start * hidden..block.end * hidden],
                        from,
                        round,
                    });
                }
                By::InputWeights(block) => {
                    let block = block * hidden..(block + 1) * hidden;
                    step.deltas[place][block.clone()].copy_from_slice(to);
                    for (from, column) in from.iter_mut().zip(w_i.chunks_exact(rows)) {
                        let terms = column[block.clone()].iter().zip(to);
                        *from =
                            terms.fold(*from, |sum, (w, to)| round(sum + round(round(*w) * to)));
                    }
                }
            }
        }
    }

    /// J_t · `change` for 1-based `t`: what becomes of a small change of s_{t−1}, S numbers, in s_t.
    pub fn forth(&self, t: usize, change: &[f64]) -> Vec<f64> {
        let cell = self.network.cell.cell();
        let layout = self.network.parameters.layout();
        let hidden = layout.widths().hidden;
        let rows = cell.blocks().len() * hidden;
        let of_layer = cell.states().len() * hidden;
        let values = self.network.parameters.values();
        let mut result = vec![0.0; change.len()];
        let mut input: Vec<f64> = Vec::new();
        let (mut scratch, mut from) = (Vec::new(), Vec::new());
        let (mut inner, mut after) = (Vec::new(), Vec::new());
        let records = self.pass.layers().iter().zip(layout.layers()).enumerate();
        for (place, (record, ranges)) in records {
            let (w_i, w_h) = (&values[ranges.w_i.clone()], &values[ranges.w_h.clone()]);
            let before = &change[place * of_layer..(place + 1) * of_layer];
            inner.clear();
            inner.resize(within(cell.wires()) * hidden, 0.0);
            after.clear();
            after.resize(of_layer, 0.0);
            for (number, wire) in cell.wires().iter().enumerate() {
                from.clear();
                from.extend_from_slice(match wire.from {
                    Node::Before(part) => &before[part * hidden..(part + 1) * hidden],
                    Node::Within(node) => &inner[node * hidden..(node + 1) * hidden],
                    Node::After(part) => &after[part * hidden..(part + 1) * hidden],
                    Node::Input => &input,
                });
                let to = match wire.to {
                    Node::Within(node) => &mut inner[node * hidden..(node + 1) * hidden],
                    Node::After(part) => &mut after[part * hidden..(part + 1) * hidden],
                    Node::Input | Node::Before(_) => continue,
                };
                match wire.by {
                    By::Numbers | By::Carry => {
                        record.slopes(self.network.activation, number, t, &mut scratch);
                        for (to, (from, slope)) in to.iter_mut().zip(from.iter().zip(&scratch)) {
                            *to += slope.value() * from;
                        }
                    }
                    By::RecurrentWeights(block) => {
                        let block = &w_h[block * hidden * hidden..(block + 1) * hidden * hidden];
                        for (to, row) in to.iter_mut().zip(block.chunks_exact(hidden)) {
                            *to += row.iter().zip(&from).map(|(w, x)| w * x).sum::<f64>();
                        }
                    }
                    By::InputWeights(block) => {
                        // Nothing changes of what the first layer reads.
                        for (from, column) in from.iter().zip(w_i.chunks_exact(rows)) {
                            let column = &column[block * hidden..(block + 1) * hidden];
                            for (to, w) in to.iter_mut().zip(column) {
                                *to += w * from;
                            }
                        }
                    }
                }
            }
            input.clear();
            input.extend_from_slice(&after[..hidden]);
            result[place * of_layer..(place + 1) * of_layer].copy_from_slice(&after);
        }
        result
    }
}

/// How many nodes there are within a step.
fn within(wires: &[Wire]) -> usize {
    let nodes = wires.iter().flat_map(|wire| [wire.from, wire.to]);
    let numbers = nodes.filter_map(|node| match node {
        Node::Within(number) => Some(number + 1),
        _ => None,
    });
    numbers.max().unwrap_or(0)
}

/// `from` += the matrix of `rows`, each as long as it, transposed, times `to`, everything rounded.
struct AddTransposed<'a, R> {
    to: &'a [f64],
    rows: &'a [f64],
    from: &'a mut [f64],
    round: R,
}

impl<R: Fn(f64) -> f64 + Copy> Loop for AddTransposed<'_, R> {
    type Output = ();

    /// The product and the sum are rounded one after the other on every processor, row after row; four rows at a time, so that
    /// what is added to is taken and put back less often.
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let round = self.round;
        let width = self.from.len();
        let (fours, rest) = self.to.as_chunks::<4>();
        let (of_fours, of_rest) = self.rows.split_at(4 * width * fours.len());
        for (to, rows) in fours.iter().zip(of_fours.chunks_exact(4 * width)) {
            let row = |place: usize| &rows[place * width..(place + 1) * width];
            let [a, b, c, d] = [row(0), row(1), row(2), row(3)];
            for (place, from) in self.from.iter_mut().enumerate() {
                let mut sum = *from;
                for (to, row) in to.iter().zip([a, b, c, d]) {
                    sum = round(sum + round(round(row[place]) * to));
                }
                *from = sum;
            }
        }
        for (&to, row) in rest.iter().zip(of_rest.chunks_exact(width)) {
            for (from, &weight) in self.from.iter_mut().zip(row) {
                *from = round(*from + round(round(weight) * to));
            }
        }
    }
}
