//! The gated recurrent unit.
//!
//! (Cho, van Merriënboer, Gulcehre, Bahdanau, Bougares, Schwenk and Bengio, *Learning phrase representations using RNN
//! encoder–decoder*, 2014; PyTorch's `nn.GRU`, which resets after the product with W_h.)
//!
//! ```text
//! r = σ(W_ir x_t + b_ir + W_hr h_{t−1} + b_hr)     z likewise
//! q = W_hn h_{t−1} + b_hn
//! n = tanh(W_in x_t + b_in + r ⊙ q)
//! h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}
//! ```
//!
//! Backward, with dh what comes to h_t from everywhere:
//!
//! ```text
//! δ_n = dh ⊙ (1 − z) ⊙ n′   δ_r = δ_n ⊙ q ⊙ r′   δ_z = dh ⊙ (h_{t−1} − n) ⊙ z′
//! δ_q = δ_n ⊙ r             γ at t − 1 = dh ⊙ z + W_hᵀ (δ_r, δ_z, δ_q)
//! ```

use std::ops::Range;

use super::extent::Extent;
use crate::activation::respond;
use crate::buffers::grow;
use crate::cell::{By, Cell, Incoming, Layer, LayerGradients, Node, Record, Wire};
use crate::layout::{LayerShape, Tensor};
use crate::norms::norms_over_batch;
use crate::notation::{Equation, Notation, SIGMA, Symbol, TANH, summed};
use crate::products::{Order, Packed, inlined_product};
use crate::projection::Projection;
use crate::slope::Slope;
use crate::timesteps;
use crate::vectorised::{Loop, Sigmoid, Tanh, run};
use crate::weight_sums::WeightSums;
use crate::{Activation, Interrupt, Interrupted};

/// The GRU cell.
#[derive(Debug)]
pub struct Gru;

/// How many gates there are, with the candidate.
pub(super) const GATES: usize = 3;

/// The blocks, by name.
pub(super) const BLOCKS: [&str; GATES] = ["r", "z", "n"];

/// The state.
pub(super) const H: usize = 0;

/// The gates, in the order of PyTorch's rows; and what is between them: what the candidate gets from the state before it
/// is reset.
pub(super) const R: usize = 0;
pub(super) const Z: usize = 1;
pub(super) const N: usize = 2;
pub(super) const Q: usize = 3;

const WIRES: [Wire; 11] = [
    Wire::new(Node::Input, Node::Within(R), By::InputWeights(R)),
    Wire::new(Node::Input, Node::Within(Z), By::InputWeights(Z)),
    Wire::new(Node::Input, Node::Within(N), By::InputWeights(N)),
    Wire::new(Node::Before(H), Node::Within(R), By::RecurrentWeights(R)),
    Wire::new(Node::Before(H), Node::Within(Z), By::RecurrentWeights(Z)),
    Wire::new(Node::Before(H), Node::Within(Q), By::RecurrentWeights(N)),
    Wire::new(Node::Within(R), Node::Within(N), By::Numbers),
    Wire::new(Node::Within(Q), Node::Within(N), By::Numbers),
    Wire::new(Node::Within(Z), Node::After(H), By::Numbers),
    Wire::new(Node::Within(N), Node::After(H), By::Numbers),
    Wire::new(Node::Before(H), Node::After(H), By::Carry),
];

/// What the reset gate multiplies.
const RESET: Symbol = Symbol::RecurrentSum(N, "q");

/// How the new state comes of the old one and the candidate.
pub(super) const NEW_STATE: Equation = Equation {
    of: Symbol::After(H),
    is: &[
        Symbol::Sign("(1 -"),
        Symbol::Gate(Z),
        Symbol::Sign(r") \odot"),
        Symbol::Gate(N),
        Symbol::Sign("+"),
        Symbol::Gate(Z),
        Symbol::Sign(r"\odot"),
        Symbol::Before(H),
    ],
};

/// What a change of z, of n and of h_{t−1} is multiplied by on its way to h_t.
pub(super) const BY_Z: &str = r"(h_{t-1} - n_t) \odot z_t (1 - z_t)";
pub(super) const BY_N: &str = r"(1 - z_t) \odot (1 - n_t^2)";
pub(super) const BY_CARRY: &str = "z_t";

const NOTATION: Notation = Notation {
    equations: &[
        Equation {
            of: Symbol::Gate(R),
            is: &summed(SIGMA, R),
        },
        Equation {
            of: Symbol::Gate(Z),
            is: &summed(SIGMA, Z),
        },
        Equation {
            of: RESET,
            is: &[Symbol::Recurrent(N), Symbol::RecurrentBias(N)],
        },
        Equation {
            of: Symbol::Gate(N),
            is: &[
                TANH,
                Symbol::Input(N),
                Symbol::InputBias(N),
                Symbol::Sign("+"),
                Symbol::Gate(R),
                Symbol::Sign(r"\odot"),
                RESET,
                Symbol::Sign(")"),
            ],
        },
        NEW_STATE,
    ],
    within: &["a_r", "a_z", "a_n", "q"],
    slopes: &[
        "",
        "",
        "",
        "",
        "",
        "",
        r"q_t \odot r_t (1 - r_t)",
        "r_t",
        BY_Z,
        BY_N,
        BY_CARRY,
    ],
};

impl Cell for Gru {
    fn name(&self) -> &'static str {
        "GRU"
    }

    fn states(&self) -> &'static [&'static str] {
        &["h"]
    }

    fn blocks(&self) -> &'static [&'static str] {
        &BLOCKS
    }

    fn carrying_gate(&self) -> Option<usize> {
        Some(Z)
    }

    fn has_the_lectures_names(&self, _layers: usize) -> bool {
        false
    }

    fn tensors(&self, shape: LayerShape) -> Vec<Tensor> {
        Tensor::of_layer(shape, GATES)
    }

    fn wires(&self) -> &'static [Wire] {
        &WIRES
    }

    fn notation(&self) -> Notation {
        NOTATION
    }

    fn record(&self) -> Box<dyn Record> {
        Box::new(Pass::default())
    }
}

/// A pass through a layer: all the numbers of n timesteps of B sequences of H units. A row of gates is three blocks of H.
#[derive(Debug, Default)]
struct Pass {
    extent: Extent,
    /// r, z and n at 1 to n.
    gates: Vec<f64>,
    /// The derivatives of their activations.
    slopes: Vec<f64>,
    /// W_h h_{t−1} + b_h; of its three blocks the last is q.
    recurrent: Vec<f64>,
    /// h_0 to h_n.
    outputs: Vec<f64>,
    projection: Projection,
    forward_weights: Packed,
    /// γ at 0 to n.
    state_gradients: Vec<f64>,
    /// δ_r, δ_z and δ_n at 1 to n.
    deltas: Vec<f64>,
    /// δ_r, δ_z and δ_q at 1 to n.
    recurrent_deltas: Vec<f64>,
    norms: Vec<f64>,
    backward_weights: Packed,
    sums: WeightSums,
}

impl Record for Pass {
    fn forward(&mut self, layer: &Layer<'_>, interrupt: &Interrupt) -> Result<(), Interrupted> {
        self.extent = Extent::of(layer);
        let (slab, hidden) = (self.extent.slab(), self.extent.hidden);
        let count = self.extent.length * slab;
        for of_gates in [&mut self.gates, &mut self.slopes, &mut self.recurrent] {
            grow(of_gates, GATES * count);
        }
        grow(&mut self.outputs, count + slab);
        self.extent.begin(&mut self.outputs, layer.initial);
        let width = GATES * hidden;
        self.projection.prepare(layer.reads, layer.w_i, width);
        self.forward_weights.pack_transposed(layer.w_h, hidden);
        for timesteps in timesteps::forward(layer) {
            interrupt.check()?;
            let rows = timesteps.start * self.extent.size..timesteps.end * self.extent.size;
            let numbers = rows.start * hidden..rows.end * hidden;
            let of_gates = GATES * numbers.start..GATES * numbers.end;
            let a = &mut self.gates[of_gates.clone()];
            let recurrent = &mut self.recurrent[of_gates.clone()];
            let projection = &self.projection;
            projection.begin_with([layer.b_i, &[]], width, a);
            projection.begin_with([layer.b_h, &[]], width, recurrent);
            projection.add(layer.reads, rows, layer.w_i, width, a);
            run(Steps {
                slab,
                hidden,
                weights: &self.forward_weights,
                gates: a,
                recurrent,
                slopes: &mut self.slopes[of_gates],
                outputs: &mut self.outputs[numbers.start..numbers.end + slab],
            });
        }
        Ok(())
    }

    fn backward(
        &mut self,
        layer: &Layer<'_>,
        incoming: Incoming<'_>,
        mut gradients: LayerGradients<'_>,
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted> {
        let (slab, length) = (self.extent.slab(), self.extent.length);
        let count = length * slab;
        for of_gates in [&mut self.deltas, &mut self.recurrent_deltas] {
            grow(of_gates, GATES * count);
        }
        grow(&mut self.state_gradients, count + slab);
        self.norms.resize(length + 1, 0.0);
        let gamma = &mut self.state_gradients[..count + slab];
        incoming.from_read_out.seed(gamma, slab);
        incoming.add_at_last(0, &mut gamma[length * slab..]);
        self.backward_weights.pack(layer.w_h, self.extent.hidden);
        for timesteps in timesteps::backward(layer) {
            interrupt.check()?;
            let start = timesteps.start;
            if incoming.from_read_out.is_at_the_end() {
                self.steps_back::<false>(incoming, timesteps.clone());
            } else {
                self.steps_back::<true>(incoming, timesteps.clone());
            }
            let rows = start * self.extent.size..timesteps.end * self.extent.size;
            self.sums.add(
                (layer.reads, &self.outputs[..count], self.extent.hidden),
                (
                    &self.deltas[..GATES * count],
                    &self.recurrent_deltas[..GATES * count],
                ),
                rows,
                &mut gradients,
            );
            if layer.is_cut(start) {
                let gamma = &mut self.state_gradients[start * slab..(start + 1) * slab];
                incoming.from_read_out.write(start, gamma);
            }
        }
        norms_over_batch(&self.state_gradients, slab, &mut self.norms);
        Ok(())
    }

    fn outputs(&self) -> &[f64] {
        self.extent.later_states(&self.outputs)
    }

    fn state(&self, _part: usize, t: usize) -> &[f64] {
        self.extent.state(&self.outputs, t)
    }

    fn state_gradient(&self, _part: usize, t: usize) -> &[f64] {
        self.extent.state(&self.state_gradients, t)
    }

    fn norms(&self) -> &[f64] {
        &self.norms
    }

    fn deltas(&self) -> &[f64] {
        &self.deltas[..GATES * self.extent.count()]
    }

    fn delta(&self, t: usize) -> &[f64] {
        self.extent.rows(&self.deltas, GATES, t)
    }

    fn recurrent_delta(&self, t: usize) -> &[f64] {
        self.extent.rows(&self.recurrent_deltas, GATES, t)
    }

    fn gate(&self, block: usize, t: usize) -> &[f64] {
        self.extent.block(&self.gates, GATES, block, t)
    }

    fn slopes(&self, _activation: Activation, place: usize, t: usize, slopes: &mut Vec<Slope>) {
        let h = &self.state(H, t - 1)[..self.extent.hidden];
        let [r, z, n] = [R, Z, N].map(|block| self.gate(block, t));
        let [r_slope, z_slope, n_slope] =
            [R, Z, N].map(|block| self.extent.block(&self.slopes, GATES, block, t));
        let q = self.extent.block(&self.recurrent, GATES, N, t);
        let wire = WIRES[place];
        slopes.clear();
        slopes.extend((0..self.extent.hidden).map(|unit| {
            Slope::Number(match (wire.from, wire.to) {
                (Node::Within(R), _) => q[unit] * r_slope[unit],
                (Node::Within(Q), _) => r[unit],
                (Node::Within(Z), _) => (h[unit] - n[unit]) * z_slope[unit],
                (Node::Within(_), _) => (1.0 - z[unit]) * n_slope[unit],
                _ => z[unit],
            })
        }));
    }

    fn room(&self) -> usize {
        self.outputs.capacity()
    }

    fn swap_state_gradients(&mut self, memory: &mut Vec<f64>) {
        std::mem::swap(&mut self.state_gradients, memory);
    }
}

impl Pass {
    /// From γ at the end of some 0-based `timesteps` to γ at their start.
    fn steps_back<const MORE: bool>(&mut self, incoming: Incoming<'_>, timesteps: Range<usize>) {
        let slab = self.extent.slab();
        let numbers = timesteps.start * slab..timesteps.end * slab;
        let of_gates = GATES * numbers.start..GATES * numbers.end;
        run(StepsBack::<MORE> {
            slab,
            hidden: self.extent.hidden,
            weights: &self.backward_weights,
            gates: &self.gates[of_gates.clone()],
            slopes: &self.slopes[of_gates.clone()],
            recurrent: &self.recurrent[of_gates.clone()],
            before: &self.outputs[numbers.clone()],
            from_above: incoming
                .from_above
                .map_or(&[], |above| &above[numbers.clone()]),
            deltas: &mut self.deltas[of_gates.clone()],
            recurrent_deltas: &mut self.recurrent_deltas[of_gates],
            gamma: &mut self.state_gradients[numbers.start..numbers.end + slab],
        });
    }
}

/// Some timesteps forward. `gates` holds W_i x_t and its biases before, `recurrent` its biases alone; the states begin
/// with those before the timesteps.
struct Steps<'a> {
    slab: usize,
    hidden: usize,
    weights: &'a Packed,
    gates: &'a mut [f64],
    recurrent: &'a mut [f64],
    slopes: &'a mut [f64],
    outputs: &'a mut [f64],
}

impl Loop for Steps<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let (slab, hidden) = (self.slab, self.hidden);
        let width = GATES * hidden;
        let steps = self.gates.chunks_exact_mut(GATES * slab);
        let steps = steps.zip(self.slopes.chunks_exact_mut(GATES * slab));
        let steps = steps.zip(self.recurrent.chunks_exact_mut(GATES * slab));
        for (t, ((gates, slopes), recurrent)) in steps.enumerate() {
            let (h, h_next) = self.outputs[t * slab..(t + 2) * slab].split_at_mut(slab);
            inlined_product::<FUSED, true>(h, self.weights, Order::at(t), recurrent);
            let rows = gates.chunks_exact_mut(width);
            let rows = rows.zip(slopes.chunks_exact_mut(width));
            let rows = rows.zip(recurrent.chunks_exact(width));
            let states = h.chunks_exact(hidden).zip(h_next.chunks_exact_mut(hidden));
            for (((gates, slopes), recurrent), (h, h_next)) in rows.zip(states) {
                let (r_z, n) = gates.split_at_mut(N * hidden);
                let (r_z_slopes, n_slopes) = slopes.split_at_mut(N * hidden);
                let (of_r_z, q) = recurrent.split_at(N * hidden);
                for (a, recurrent) in r_z.iter_mut().zip(of_r_z) {
                    *a += recurrent;
                }
                respond::<Sigmoid, FUSED>(r_z, r_z_slopes);
                let (r, z) = r_z.split_at(hidden);
                for (a, (r, q)) in n.iter_mut().zip(r.iter().zip(q)) {
                    *a += r * q;
                }
                respond::<Tanh, FUSED>(n, n_slopes);
                blend([h, z, n], h_next);
            }
        }
    }
}

/// Some timesteps back. With `MORE`, what comes from above is added to γ before, and γ at t − 1 to what is there.
struct StepsBack<'a, const MORE: bool> {
    slab: usize,
    hidden: usize,
    weights: &'a Packed,
    gates: &'a [f64],
    slopes: &'a [f64],
    recurrent: &'a [f64],
    before: &'a [f64],
    from_above: &'a [f64],
    deltas: &'a mut [f64],
    recurrent_deltas: &'a mut [f64],
    gamma: &'a mut [f64],
}

impl<const MORE: bool> Loop for StepsBack<'_, MORE> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let (slab, hidden) = (self.slab, self.hidden);
        let width = GATES * hidden;
        for t in (0..self.before.len() / slab).rev() {
            let (earlier, gamma) = self.gamma[t * slab..(t + 2) * slab].split_at_mut(slab);
            let of_step = t * GATES * slab..(t + 1) * GATES * slab;
            let recurrent_deltas = &mut self.recurrent_deltas[of_step.clone()];
            let rows = self.deltas[of_step.clone()].chunks_exact_mut(width);
            let rows = rows.zip(recurrent_deltas.chunks_exact_mut(width));
            let gates = self.gates[of_step.clone()].chunks_exact(width);
            let gates = gates.zip(self.slopes[of_step.clone()].chunks_exact(width));
            let gates = gates.zip(self.recurrent[of_step].chunks_exact(width));
            // Below, what goes on by the direct way waits for the product.
            for (row, ((deltas, of_h), ((gates, slopes), recurrent))) in rows.zip(gates).enumerate()
            {
                let units = row * hidden..(row + 1) * hidden;
                let at = t * slab + units.start..t * slab + units.end;
                let above = self.from_above.get(at.clone()).unwrap_or_default();
                let (h, gamma) = (&self.before[at], &gamma[units]);
                let (r, z_n) = gates.split_at(hidden);
                let (z, n) = z_n.split_at(hidden);
                let (r_slope, z_n) = slopes.split_at(hidden);
                let (z_slope, n_slope) = z_n.split_at(hidden);
                let q = &recurrent[N * hidden..];
                let (d_r, d_z_n) = deltas.split_at_mut(hidden);
                let (d_z, d_n) = d_z_n.split_at_mut(hidden);
                let d_q = &mut of_h[N * hidden..];
                for u in 0..hidden {
                    let above = if MORE && !above.is_empty() {
                        above[u]
                    } else {
                        0.0
                    };
                    let dh = gamma[u] + above;
                    let d = dh * ((1.0 - z[u]) * n_slope[u]);
                    d_n[u] = d;
                    d_q[u] = d * r[u];
                    d_r[u] = d * (q[u] * r_slope[u]);
                    d_z[u] = dh * ((h[u] - n[u]) * z_slope[u]);
                }
                of_h[..N * hidden].copy_from_slice(&deltas[..N * hidden]);
            }
            let deltas = &self.recurrent_deltas[t * GATES * slab..(t + 1) * GATES * slab];
            inlined_product::<FUSED, MORE>(deltas, self.weights, Order::at(t), earlier);
            let above = self.from_above.get(t * slab..(t + 1) * slab);
            let gates = &self.gates[t * GATES * slab..(t + 1) * GATES * slab];
            carry(gamma, above, (gates, hidden), earlier);
        }
    }
}

/// h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}.
#[inline(always)]
pub(super) fn blend([h, z, n]: [&[f64]; 3], h_next: &mut [f64]) {
    let terms = h.iter().zip(z.iter().zip(n));
    for (next, (h, (z, n))) in h_next.iter_mut().zip(terms) {
        *next = (1.0 - z) * n + z * h;
    }
}

/// Adds to γ at t − 1, `earlier`, what goes on by the direct way of γ at t and of what comes from above there. A row of
/// `gates` is three blocks of H, as many units.
#[inline(always)]
pub(super) fn carry(
    gamma: &[f64],
    above: Option<&[f64]>,
    (gates, hidden): (&[f64], usize),
    earlier: &mut [f64],
) {
    let rows = gates.chunks_exact(GATES * hidden);
    let rows = rows.zip(earlier.chunks_exact_mut(hidden));
    for (row, (gates, earlier)) in rows.enumerate() {
        let z = &gates[Z * hidden..N * hidden];
        let units = row * hidden..(row + 1) * hidden;
        for (earlier, (gamma, z)) in earlier.iter_mut().zip(gamma[units.clone()].iter().zip(z)) {
            *earlier += gamma * z;
        }
        if let Some(above) = above {
            for (earlier, (above, z)) in earlier.iter_mut().zip(above[units].iter().zip(z)) {
                *earlier += above * z;
            }
        }
    }
}
