//! The gated recurrent unit that resets the state before the product with W_h.
//!
//! (As it was first written: Cho, van Merriënboer, Gulcehre, Bahdanau, Bougares, Schwenk and Bengio, *Learning phrase
//! representations using RNN encoder–decoder*, 2014, equation 8, whose z opens for the old state as it does here; Keras's
//! `GRU(reset_after=False)`. The plain GRU resets after the product.)
//!
//! ```text
//! r = σ(W_ir x_t + b_ir + W_hr h_{t−1} + b_hr)     z likewise
//! q = r ⊙ h_{t−1}
//! n = tanh(W_in x_t + b_in + W_hn q + b_hn)
//! h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}
//! ```
//!
//! Backward, with dh what comes to h_t from everywhere:
//!
//! ```text
//! δ_n = dh ⊙ (1 − z) ⊙ n′   δ_z = dh ⊙ (h_{t−1} − n) ⊙ z′
//! dq  = W_hnᵀ δ_n           δ_r = dq ⊙ h_{t−1} ⊙ r′
//! γ at t − 1 = dh ⊙ z + dq ⊙ r + W_hrᵀ δ_r + W_hzᵀ δ_z
//! ∂L/∂W_hn = Σ δ_n qᵀ       of the other rows of W_h: Σ δ h_{t−1}ᵀ
//! ```
//!
//! The product with W_hn waits for r, forward and back, so that a step takes two products where the other cells take one.

use std::ops::Range;

use super::extent::Extent;
use super::gru::{BLOCKS, BY_CARRY, BY_N, BY_Z, GATES, H, N, NEW_STATE, Q, R, Z, blend, carry};
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
use crate::weight_sums::{RecurrentPart, WeightSums};
use crate::{Activation, Interrupt, Interrupted};

/// The GRU cell that resets before the product.
#[derive(Debug)]
pub struct GruResetBefore;

/// How many gates there are beside the candidate: r and z, which the state itself is multiplied for.
const OF_STATE: usize = 2;

/// Every number is complete before it is read, in this order and in its reverse.
const WIRES: [Wire; 11] = [
    Wire::new(Node::Input, Node::Within(R), By::InputWeights(R)),
    Wire::new(Node::Input, Node::Within(Z), By::InputWeights(Z)),
    Wire::new(Node::Input, Node::Within(N), By::InputWeights(N)),
    Wire::new(Node::Before(H), Node::Within(R), By::RecurrentWeights(R)),
    Wire::new(Node::Before(H), Node::Within(Z), By::RecurrentWeights(Z)),
    Wire::new(Node::Before(H), Node::Within(Q), By::Numbers),
    Wire::new(Node::Within(R), Node::Within(Q), By::Numbers),
    Wire::new(Node::Within(Q), Node::Within(N), By::RecurrentWeights(N)),
    Wire::new(Node::Within(Z), Node::After(H), By::Numbers),
    Wire::new(Node::Within(N), Node::After(H), By::Numbers),
    Wire::new(Node::Before(H), Node::After(H), By::Carry),
];

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
            of: Symbol::RecurrentInput(N, "q"),
            is: &[Symbol::Gate(R), Symbol::Sign(r"\odot"), Symbol::Before(H)],
        },
        Equation {
            of: Symbol::Gate(N),
            is: &summed(TANH, N),
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
        "r_t",
        r"h_{t-1} \odot r_t (1 - r_t)",
        "",
        BY_Z,
        BY_N,
        BY_CARRY,
    ],
};

impl Cell for GruResetBefore {
    fn name(&self) -> &'static str {
        "GRU, reset before"
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

/// W_h in two parts, as the products want it: of r and z, and of n.
#[derive(Debug, Default)]
struct Parts {
    of_state: Packed,
    of_reset: Packed,
}

impl Parts {
    /// For products with rows on their left: W_hᵀ.
    fn pack_transposed(&mut self, w_h: &[f64], hidden: usize) {
        let (of_state, of_reset) = w_h.split_at(OF_STATE * hidden * hidden);
        self.of_state.pack_transposed(of_state, hidden);
        self.of_reset.pack_transposed(of_reset, hidden);
    }

    /// For the way back: W_h.
    fn pack(&mut self, w_h: &[f64], hidden: usize) {
        let (of_state, of_reset) = w_h.split_at(OF_STATE * hidden * hidden);
        self.of_state.pack(of_state, hidden);
        self.of_reset.pack(of_reset, hidden);
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
    /// q at 1 to n.
    reset: Vec<f64>,
    /// h_0 to h_n.
    outputs: Vec<f64>,
    projection: Projection,
    forward_weights: Parts,
    /// γ at 0 to n.
    state_gradients: Vec<f64>,
    /// δ_r, δ_z and δ_n at 1 to n.
    deltas: Vec<f64>,
    norms: Vec<f64>,
    backward_weights: Parts,
    sums: WeightSums,
    /// What goes into the products of one timestep and comes out of them, side by side as they want it.
    of_step: Vec<f64>,
}

impl Record for Pass {
    fn forward(&mut self, layer: &Layer<'_>, interrupt: &Interrupt) -> Result<(), Interrupted> {
        self.extent = Extent::of(layer);
        let (slab, hidden) = (self.extent.slab(), self.extent.hidden);
        let count = self.extent.length * slab;
        for of_gates in [&mut self.gates, &mut self.slopes] {
            grow(of_gates, GATES * count);
        }
        grow(&mut self.reset, count);
        grow(&mut self.outputs, count + slab);
        grow(&mut self.of_step, OF_STATE * slab);
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
            self.projection.begin_with([layer.b_i, layer.b_h], width, a);
            self.projection.add(layer.reads, rows, layer.w_i, width, a);
            run(Steps {
                slab,
                hidden,
                weights: &self.forward_weights,
                gates: a,
                slopes: &mut self.slopes[of_gates],
                reset: &mut self.reset[numbers.clone()],
                outputs: &mut self.outputs[numbers.start..numbers.end + slab],
                sums: &mut self.of_step[..OF_STATE * slab],
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
        let (slab, hidden) = (self.extent.slab(), self.extent.hidden);
        let (length, count) = (self.extent.length, self.extent.count());
        grow(&mut self.deltas, GATES * count);
        grow(&mut self.state_gradients, count + slab);
        grow(&mut self.of_step, (GATES + 1) * slab);
        self.norms.resize(length + 1, 0.0);
        let gamma = &mut self.state_gradients[..count + slab];
        incoming.from_read_out.seed(gamma, slab);
        incoming.add_at_last(0, &mut gamma[length * slab..]);
        self.backward_weights.pack(layer.w_h, hidden);
        for timesteps in timesteps::backward(layer) {
            interrupt.check()?;
            let start = timesteps.start;
            if incoming.from_read_out.is_at_the_end() {
                self.steps_back::<false>(incoming, timesteps.clone());
            } else {
                self.steps_back::<true>(incoming, timesteps.clone());
            }
            let rows = start * self.extent.size..timesteps.end * self.extent.size;
            let parts = [
                RecurrentPart {
                    rows: OF_STATE * hidden,
                    inputs: &self.outputs[..count],
                },
                RecurrentPart {
                    rows: hidden,
                    inputs: &self.reset[..count],
                },
            ];
            self.sums.add_in_parts(
                (layer.reads, hidden),
                &self.deltas[..GATES * count],
                &parts,
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

    fn recurrent_input(&self, block: usize, t: usize) -> &[f64] {
        match block {
            N => self.extent.rows(&self.reset, 1, t),
            _ => self.state(H, t - 1),
        }
    }

    fn gate(&self, block: usize, t: usize) -> &[f64] {
        self.extent.block(&self.gates, GATES, block, t)
    }

    fn slopes(&self, _activation: Activation, place: usize, t: usize, slopes: &mut Vec<Slope>) {
        let h = &self.state(H, t - 1)[..self.extent.hidden];
        let [r, z, n] = [R, Z, N].map(|block| self.gate(block, t));
        let [r_slope, z_slope, n_slope] =
            [R, Z, N].map(|block| self.extent.block(&self.slopes, GATES, block, t));
        let wire = WIRES[place];
        slopes.clear();
        slopes.extend((0..self.extent.hidden).map(|unit| {
            Slope::Number(match (wire.from, wire.to) {
                (Node::Within(R), _) => h[unit] * r_slope[unit],
                (Node::Within(Z), _) => (h[unit] - n[unit]) * z_slope[unit],
                (Node::Within(_), _) => (1.0 - z[unit]) * n_slope[unit],
                (_, Node::Within(Q)) => r[unit],
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
        let (of_state, rest) = self.of_step.split_at_mut(OF_STATE * slab);
        let (of_n, rest) = rest.split_at_mut(slab);
        run(StepsBack::<MORE> {
            slab,
            hidden: self.extent.hidden,
            weights: &self.backward_weights,
            gates: &self.gates[of_gates.clone()],
            slopes: &self.slopes[of_gates.clone()],
            before: &self.outputs[numbers.clone()],
            from_above: incoming
                .from_above
                .map_or(&[], |above| &above[numbers.clone()]),
            deltas: &mut self.deltas[of_gates],
            gamma: &mut self.state_gradients[numbers.start..numbers.end + slab],
            of_state,
            of_n,
            of_q: &mut rest[..slab],
        });
    }
}

/// Some timesteps forward. `gates` holds W_i x_t and the biases before; the states begin with those before the timesteps.
/// There is room in `sums` for the products with W_h of one timestep.
struct Steps<'a> {
    slab: usize,
    hidden: usize,
    weights: &'a Parts,
    gates: &'a mut [f64],
    slopes: &'a mut [f64],
    reset: &'a mut [f64],
    outputs: &'a mut [f64],
    sums: &'a mut [f64],
}

impl Loop for Steps<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let (slab, hidden) = (self.slab, self.hidden);
        let width = GATES * hidden;
        let steps = self.gates.chunks_exact_mut(GATES * slab);
        let steps = steps.zip(self.slopes.chunks_exact_mut(GATES * slab));
        let steps = steps.zip(self.reset.chunks_exact_mut(slab));
        for (t, ((gates, slopes), reset)) in steps.enumerate() {
            let (h, h_next) = self.outputs[t * slab..(t + 2) * slab].split_at_mut(slab);
            let of_state = &self.weights.of_state;
            inlined_product::<FUSED, false>(h, of_state, Order::at(t), self.sums);
            let rows = gates.chunks_exact_mut(width);
            let rows = rows.zip(slopes.chunks_exact_mut(width));
            let rows = rows.zip(self.sums.chunks_exact(OF_STATE * hidden));
            let states = h.chunks_exact(hidden).zip(reset.chunks_exact_mut(hidden));
            for (((gates, slopes), sums), (h, reset)) in rows.zip(states) {
                let r_z = &mut gates[..OF_STATE * hidden];
                for (a, sum) in r_z.iter_mut().zip(sums) {
                    *a += sum;
                }
                respond::<Sigmoid, FUSED>(r_z, &mut slopes[..OF_STATE * hidden]);
                for (q, (r, h)) in reset.iter_mut().zip(r_z.iter().zip(h)) {
                    *q = r * h;
                }
            }
            let sums = &mut self.sums[..slab];
            inlined_product::<FUSED, false>(reset, &self.weights.of_reset, Order::at(t), sums);
            let rows = gates.chunks_exact_mut(width);
            let rows = rows.zip(slopes.chunks_exact_mut(width));
            let rows = rows.zip(sums.chunks_exact(hidden));
            let states = h.chunks_exact(hidden).zip(h_next.chunks_exact_mut(hidden));
            for (((gates, slopes), sums), (h, h_next)) in rows.zip(states) {
                let (r_z, n) = gates.split_at_mut(N * hidden);
                for (a, sum) in n.iter_mut().zip(sums) {
                    *a += sum;
                }
                respond::<Tanh, FUSED>(n, &mut slopes[N * hidden..]);
                blend([h, &r_z[Z * hidden..], n], h_next);
            }
        }
    }
}

/// Some timesteps back. With `MORE`, what comes from above is added to γ before, and γ at t − 1 to what is there. There is
/// room for δ_r and δ_z, for δ_n and for dq of one timestep.
struct StepsBack<'a, const MORE: bool> {
    slab: usize,
    hidden: usize,
    weights: &'a Parts,
    gates: &'a [f64],
    slopes: &'a [f64],
    before: &'a [f64],
    from_above: &'a [f64],
    deltas: &'a mut [f64],
    gamma: &'a mut [f64],
    of_state: &'a mut [f64],
    of_n: &'a mut [f64],
    of_q: &'a mut [f64],
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
            let (gates, slopes) = (&self.gates[of_step.clone()], &self.slopes[of_step.clone()]);
            let before = &self.before[t * slab..(t + 1) * slab];
            let above = self.from_above.get(t * slab..(t + 1) * slab);
            let deltas = &mut self.deltas[of_step];
            let rows = gates.chunks_exact(width).zip(slopes.chunks_exact(width));
            let rows = rows.zip(deltas.chunks_exact_mut(width));
            for (row, ((gates, slopes), deltas)) in rows.enumerate() {
                let units = row * hidden..(row + 1) * hidden;
                let above = above.map_or(&[][..], |above| &above[units.clone()]);
                let (h, gamma) = (&before[units.clone()], &gamma[units.clone()]);
                let (z, n) = gates[Z * hidden..].split_at(hidden);
                let (z_slope, n_slope) = slopes[Z * hidden..].split_at(hidden);
                let (d_z, d_n) = deltas[Z * hidden..].split_at_mut(hidden);
                for u in 0..hidden {
                    let above = if MORE && !above.is_empty() {
                        above[u]
                    } else {
                        0.0
                    };
                    let dh = gamma[u] + above;
                    d_n[u] = dh * ((1.0 - z[u]) * n_slope[u]);
                    d_z[u] = dh * ((h[u] - n[u]) * z_slope[u]);
                }
                self.of_n[units].copy_from_slice(d_n);
            }
            let of_reset = &self.weights.of_reset;
            inlined_product::<FUSED, false>(self.of_n, of_reset, Order::at(t), self.of_q);
            let rows = slopes
                .chunks_exact(width)
                .zip(deltas.chunks_exact_mut(width));
            let rows = rows.zip(self.of_state.chunks_exact_mut(OF_STATE * hidden));
            for (row, ((slopes, deltas), of_state)) in rows.enumerate() {
                let units = row * hidden..(row + 1) * hidden;
                let terms = before[units.clone()].iter().zip(&slopes[..hidden]);
                let terms = self.of_q[units].iter().zip(terms);
                for (d_r, (d_q, (h, r_slope))) in deltas.iter_mut().zip(terms) {
                    *d_r = d_q * (h * r_slope);
                }
                of_state.copy_from_slice(&deltas[..OF_STATE * hidden]);
            }
            let of_state = &self.weights.of_state;
            inlined_product::<FUSED, MORE>(self.of_state, of_state, Order::at(t), earlier);
            let rows = gates
                .chunks_exact(width)
                .zip(self.of_q.chunks_exact(hidden));
            for ((gates, d_q), earlier) in rows.zip(earlier.chunks_exact_mut(hidden)) {
                for (earlier, (d_q, r)) in earlier.iter_mut().zip(d_q.iter().zip(gates)) {
                    *earlier += d_q * r;
                }
            }
            carry(gamma, above, (gates, hidden), earlier);
        }
    }
}
