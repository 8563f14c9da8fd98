//! The contract of a cell: what one layer of a recurrent network has to be able to do, whatever goes on inside.
//!
//! A cell says which tensors it has, runs a layer forward and backward over a batch, keeps everything that came up on
//! the way in a record of its own, and says how a step answers to small changes: as wires between its numbers, from
//! which everybody else makes products with J_t, its transpose or J_t itself.

use std::fmt;
use std::ops::Range;

use super::layout::{LayerShape, Tensor};
use super::notation::Notation;
use super::slope::Slope;
use super::{Activation, Interrupt, Interrupted, Reads};

/// A kind of layer. Implemented once for every cell, in a file of its own.
pub trait Cell: Sync {
    /// The name people know it by.
    fn name(&self) -> &'static str;

    /// The parts of the state that a step hands to the next one, H numbers each. The first is what the layer above and
    /// the read-out see.
    fn states(&self) -> &'static [&'static str];

    /// The blocks of H rows that W_i and W_h consist of, in the order in which they lie there.
    fn blocks(&self) -> &'static [&'static str];

    /// The block whose gate says how much of the state is carried on, for a cell that has one: whose bias
    /// `network.forget_bias` is, and the product of which over time is what a unit remembers.
    fn carrying_gate(&self) -> Option<usize> {
        None
    }

    /// Names and shapes of the tensors of a layer, in the order in which they lie in memory.
    fn tensors(&self, shape: LayerShape) -> Vec<Tensor>;

    /// Whether a network of so many `layers` has the names of the lecture (`w_i`, `w_o`), rather than PyTorch's
    /// (`weight_ih_l0`, `readout.weight`).
    fn has_the_lectures_names(&self, layers: usize) -> bool;

    /// How a small change runs through a step, in the order in which it does.
    fn wires(&self) -> &'static [Wire];

    /// Where what block `block` of W_h is multiplied with comes from: the state before the step, or a number that comes up
    /// in between.
    fn recurrent_source(&self, block: usize) -> Option<Node> {
        let mut wires = self.wires().iter();
        let wire = wires.find(|wire| wire.by == By::RecurrentWeights(block));
        wire.map(|wire| wire.from)
    }

    /// The blocks of W_h, as many at a time as are multiplied with the same numbers.
    fn recurrent_groups(&self) -> Vec<Range<usize>> {
        let mut groups: Vec<Range<usize>> = Vec::new();
        for block in 0..self.blocks().len() {
            let source = self.recurrent_source(block);
            match groups.last_mut() {
                Some(group) if self.recurrent_source(group.start) == source => group.end += 1,
                _ => groups.push(block..block + 1),
            }
        }
        groups
    }

    /// How its equations are written.
    fn notation(&self) -> Notation;

    /// An empty record of passes through a layer of this cell.
    fn record(&self) -> Box<dyn Record>;
}

/// A layer and what it reads.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    /// n.
    pub length: usize,
    /// B.
    pub size: usize,
    /// H.
    pub hidden: usize,
    /// f, for the cell that has a choice of it.
    pub activation: Activation,
    /// Every so many timesteps, counted from the end, the way back through time is cut; 0 for never.
    pub truncate: usize,
    /// What it reads: the batch, or the states of the layer below.
    pub reads: Reads<'a>,
    /// The state before the first timestep, one part behind the other: the same for every sequence.
    pub initial: &'a [f64],
    /// W_i, blocks of H rows, column by column.
    pub w_i: &'a [f64],
    /// W_h, blocks of H rows, row by row.
    pub w_h: &'a [f64],
    /// The biases that are added to W_i x, or empty.
    pub b_i: &'a [f64],
    /// The biases that are added to W_h h, for a cell that has them apart, or empty.
    pub b_h: &'a [f64],
}

impl Layer<'_> {
    /// Whether no gradient comes to s_t from later timesteps, `t` from 0 to n, because the way back is cut there. What
    /// comes to s_0 is not cut off: nothing is before it.
    pub fn is_cut(&self, t: usize) -> bool {
        self.truncate > 0
            && t > 0
            && t < self.length
            && (self.length - t).is_multiple_of(self.truncate)
    }
}

/// Where the gradient of a layer's weights is added to, in the order of memory of [`Layer`].
#[derive(Debug)]
pub struct LayerGradients<'a> {
    /// ∂L/∂W_i.
    pub w_i: &'a mut [f64],
    /// ∂L/∂W_h.
    pub w_h: &'a mut [f64],
    /// ∂L/∂ of the biases beside W_i.
    pub b_i: &'a mut [f64],
    /// ∂L/∂ of the biases beside W_h.
    pub b_h: &'a mut [f64],
}

/// What of the gradient comes into a layer from outside, B rows of H at a time.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// ∂L/∂h_t by the read-outs. It is a part of γ_t.
    pub from_read_out: FromReadOut<'a>,
    /// ∂L/∂h_t by the layer above for t = 1..n, if there is one. It is no part of γ_t: at its own timestep the layer
    /// above has read h_t before the next step starts from it.
    pub from_above: Option<&'a [f64]>,
    /// ∂L/∂s_n by whoever is handed the last state, one part behind the other; or empty. It is a part of γ_n.
    pub at_last: &'a [f64],
    /// What that is multiplied by.
    pub weight: f64,
}

impl Incoming<'_> {
    /// Adds what comes to part `part` of the last state to that part of γ_n.
    pub fn add_at_last(&self, part: usize, gamma: &mut [f64]) {
        let parts = self.at_last.chunks_exact(gamma.len());
        for at_last in parts.skip(part).take(1) {
            let pairs = gamma.iter_mut().zip(at_last);
            pairs.for_each(|(gamma, g)| *gamma += self.weight * g);
        }
    }
}

/// What of the gradient comes from the read-outs.
#[derive(Clone, Copy, Debug)]
pub enum FromReadOut<'a> {
    /// Nothing: they read another layer.
    Nothing,
    /// ∂L/∂h_n.
    AtTheEnd(&'a [f64]),
    /// ∂L/∂h_1 to ∂L/∂h_n, one timestep after the other.
    AtEveryStep(&'a [f64]),
}

impl FromReadOut<'_> {
    /// Whether there is something for the last timestep alone.
    pub fn is_at_the_end(self) -> bool {
        matches!(self, Self::AtTheEnd(_))
    }

    /// Writes it to its places among γ_0 to γ_n, `slab` numbers each. Where it is at the end alone, the others are left as
    /// they are: they will be overwritten; otherwise what comes from later timesteps is added to it.
    pub fn seed(self, gamma: &mut [f64], slab: usize) {
        let length = gamma.len() / slab - 1;
        match self {
            Self::AtTheEnd(at_end) => gamma[length * slab..].copy_from_slice(at_end),
            Self::Nothing => gamma.fill(0.0),
            Self::AtEveryStep(every) => {
                gamma[..slab].fill(0.0);
                gamma[slab..].copy_from_slice(every);
            }
        }
    }

    /// Writes what comes from the read-outs alone to γ_t, `t` from 0 to n: what is left there of it at a cut.
    pub fn write(self, t: usize, gamma: &mut [f64]) {
        match self {
            Self::AtEveryStep(every) if t > 0 => {
                let slab = gamma.len();
                gamma.copy_from_slice(&every[(t - 1) * slab..t * slab]);
            }
            _ => gamma.fill(0.0),
        }
    }
}

/// Every intermediate of a pass through a layer. The buffers are kept from pass to pass, and as long as the largest of
/// them, so that a pass allocates only when it grows and a small one between large ones costs nothing more.
pub trait Record: fmt::Debug + Send + Sync {
    /// Runs `layer` forward.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised; the contents are then meaningless.
    fn forward(&mut self, layer: &Layer<'_>, interrupt: &Interrupt) -> Result<(), Interrupted>;

    /// Runs `layer` backward, after it has run forward, and adds to the `gradients` of its weights.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised; contents and `gradients` are then meaningless.
    fn backward(
        &mut self,
        layer: &Layer<'_>,
        incoming: Incoming<'_>,
        gradients: LayerGradients<'_>,
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted>;

    /// h_1 to h_n, B rows of H at a time: what the layer above reads.
    fn outputs(&self) -> &[f64];

    /// Part `part` of the state at `t` from 0 to n: B rows of H.
    fn state(&self, part: usize, t: usize) -> &[f64];

    /// ∂L/∂ of part `part` of the state at `t` from 0 to n: B rows of H. It is γ_t: of everything that starts from
    /// that state.
    fn state_gradient(&self, part: usize, t: usize) -> &[f64];

    /// ‖γ_t‖ for t = 0..n at index t: the Euclidean norm over all sequences, units and parts.
    fn norms(&self) -> &[f64];

    /// ∂L/∂ of what W_i x_t is added to, for t = 1..n: n · B rows of as many numbers as W_i has rows.
    fn deltas(&self) -> &[f64];

    /// ∂L/∂ of what W_i x_t is added to, for 1-based `t`: B rows of as many numbers as W_i has rows.
    fn delta(&self, t: usize) -> &[f64];

    /// What the rows of block `block` of W_h are multiplied with at 1-based `t`: B rows of H.
    fn recurrent_input(&self, _block: usize, t: usize) -> &[f64] {
        self.state(0, t - 1)
    }

    /// As [`Self::delta`], of what W_h h_{t−1} is added to.
    fn recurrent_delta(&self, t: usize) -> &[f64] {
        self.delta(t)
    }

    /// Number `block` of the cell's [`blocks`](Cell::blocks) as it acts at 1-based `t`, after its activation: H numbers,
    /// of the first sequence.
    fn gate(&self, block: usize, t: usize) -> &[f64];

    /// What the wire at `place` of the cell's [`wires`](Cell::wires), which is one of numbers, multiplies a change by
    /// at 1-based `t`, for the units of the first sequence.
    fn slopes(&self, activation: Activation, place: usize, t: usize, slopes: &mut Vec<Slope>);

    /// a_t and f′(a_t), if the state of a unit is f of one number.
    fn responses(&self) -> Option<Responses<'_>> {
        None
    }

    /// The largest n · B · H that there has been room for so far.
    fn room(&self) -> usize;

    /// Exchanges the memory of γ_0 to γ_n for `memory`: to keep them while the next batch passes.
    fn swap_state_gradients(&mut self, memory: &mut Vec<f64>);
}

/// a_t and f′(a_t) of a pass through a layer whose units have one pre-activation each.
#[derive(Clone, Copy, Debug)]
pub struct Responses<'a> {
    /// a_1 to a_n, B rows of H at a time.
    pub a: &'a [f64],
    /// f′ of them.
    pub f_prime: &'a [f64],
    /// B · H.
    pub slab: usize,
}

impl<'a> Responses<'a> {
    /// a_t for 1-based `t`: B rows of H.
    pub fn pre_activation(&self, t: usize) -> &'a [f64] {
        &self.a[(t - 1) * self.slab..t * self.slab]
    }

    /// f′(a_t) for 1-based `t`: B rows of H.
    pub fn f_prime(&self, t: usize) -> &'a [f64] {
        &self.f_prime[(t - 1) * self.slab..t * self.slab]
    }
}

/// A place in a step where H numbers lie side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    /// What the layer reads at this timestep, as many numbers as that are.
    Input,
    /// A part of the state before the step.
    Before(usize),
    /// A number that comes up in between; as many as a cell likes.
    Within(usize),
    /// A part of the state after the step.
    After(usize),
}

/// One way from a number of a step to another: a change of the one is multiplied and added to the change of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wire {
    /// Where the change comes from.
    pub from: Node,
    /// Where it goes.
    pub to: Node,
    /// What it is multiplied by.
    pub by: By,
}

impl Wire {
    /// From `from` to `to`.
    pub const fn new(from: Node, to: Node, by: By) -> Self {
        Self { from, to, by }
    }
}

/// What a wire multiplies by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A block of H rows of W_i.
    InputWeights(usize),
    /// A block of H rows of W_h.
    RecurrentWeights(usize),
    /// A number for each unit, which depends on the pass.
    Numbers,
    /// As [`Self::Numbers`], for the direct way from a state to itself: what a gated cell carries on.
    Carry,
}
