//! The long short-term memory.
//!
//! (Hochreiter and Schmidhuber, *Long short-term memory*, Neural Computation 9, 1997; with forget gates by Gers,
//! Schmidhuber and Cummins, *Learning to forget*, Neural Computation 12, 2000; PyTorch's `nn.LSTM`.)
//!
//! ```text
//! i = σ(a_i)   f = σ(a_f)   g = tanh(a_g)   o = σ(a_o)     a = W_i x_t + b_i + W_h h_{t−1} + b_h
//! c_t = f ⊙ c_{t−1} + i ⊙ g
//! h_t = o ⊙ tanh(c_t)
//! ```
//!
//! Backward, with dh and dc what comes to h_t and to c_t from everywhere:
//!
//! ```text
//! dc   = γ_c + dh ⊙ o ⊙ tanh′(c_t)
//! δ_i  = dc ⊙ g ⊙ i′   δ_f = dc ⊙ c_{t−1} ⊙ f′   δ_g = dc ⊙ i ⊙ g′   δ_o = dh ⊙ tanh(c_t) ⊙ o′
//! γ_c at t − 1 = dc ⊙ f           γ_h at t − 1 = W_hᵀ δ
//! ```

use std::ops::Range;

use super::extent::Extent;
use crate::activation::respond;
use crate::buffers::grow;
use crate::cell::{By, Cell, Incoming, Layer, LayerGradients, Node, Record, Wire};
use crate::layout::{LayerShape, Tensor};
use crate::norms::{norm_of_both, norm_over_batch};
use crate::notation::{Equation, Notation, SIGMA, Symbol, TANH, summed};
use crate::products::{Order, Packed, inlined_product};
use crate::projection::Projection;
use crate::slope::Slope;
use crate::timesteps;
use crate::vectorised::{Loop, Sigmoid, Tanh, run};
use crate::weight_sums::WeightSums;
use crate::{Activation, Interrupt, Interrupted};

/// The LSTM cell.
#[derive(Debug)]
pub struct Lstm;

/// How many gates there are.
const GATES: usize = 4;

/// The parts of the state.
const H: usize = 0;
const C: usize = 1;

/// The gates, in the order of PyTorch's rows.
const I: usize = 0;
const F: usize = 1;
const G: usize = 2;
const O: usize = 3;

const WIRES: [Wire; 14] = [
    Wire::new(Node::Input, Node::Within(I), By::InputWeights(I)),
    Wire::new(Node::Input, Node::Within(F), By::InputWeights(F)),
    Wire::new(Node::Input, Node::Within(G), By::InputWeights(G)),
    Wire::new(Node::Input, Node::Within(O), By::InputWeights(O)),
    Wire::new(Node::Before(H), Node::Within(I), By::RecurrentWeights(I)),
    Wire::new(Node::Before(H), Node::Within(F), By::RecurrentWeights(F)),
    Wire::new(Node::Before(H), Node::Within(G), By::RecurrentWeights(G)),
    Wire::new(Node::Before(H), Node::Within(O), By::RecurrentWeights(O)),
    Wire::new(Node::Within(I), Node::After(C), By::Numbers),
    Wire::new(Node::Within(F), Node::After(C), By::Numbers),
    Wire::new(Node::Within(G), Node::After(C), By::Numbers),
    Wire::new(Node::Before(C), Node::After(C), By::Carry),
    Wire::new(Node::After(C), Node::After(H), By::Numbers),
    Wire::new(Node::Within(O), Node::After(H), By::Numbers),
];

const NOTATION: Notation = Notation {
    equations: &[
        Equation {
            of: Symbol::Gate(I),
            is: &summed(SIGMA, I),
        },
        Equation {
            of: Symbol::Gate(F),
            is: &summed(SIGMA, F),
        },
        Equation {
            of: Symbol::Gate(G),
            is: &summed(TANH, G),
        },
        Equation {
            of: Symbol::Gate(O),
            is: &summed(SIGMA, O),
        },
        Equation {
            of: Symbol::After(C),
            is: &[
                Symbol::Gate(F),
                Symbol::Sign(r"\odot"),
                Symbol::Before(C),
                Symbol::Sign("+"),
                Symbol::Gate(I),
                Symbol::Sign(r"\odot"),
                Symbol::Gate(G),
            ],
        },
        Equation {
            of: Symbol::After(H),
            is: &[
                Symbol::Gate(O),
                Symbol::Sign(r"\odot \tanh("),
                Symbol::After(C),
                Symbol::Sign(")"),
            ],
        },
    ],
    within: &["a_i", "a_f", "a_g", "a_o"],
    slopes: &[
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        r"g_t \odot i_t (1 - i_t)",
        r"c_{t-1} \odot f_t (1 - f_t)",
        r"i_t \odot (1 - g_t^2)",
        "f_t",
        r"o_t \odot \tanh'(c_t)",
        r"\tanh(c_t) \odot o_t (1 - o_t)",
    ],
};

impl Cell for Lstm {
    fn name(&self) -> &'static str {
        "LSTM"
    }

    fn states(&self) -> &'static [&'static str] {
        &["h", "c"]
    }

    fn blocks(&self) -> &'static [&'static str] {
        &["i", "f", "g", "o"]
    }

    fn carrying_gate(&self) -> Option<usize> {
        Some(F)
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

/// A pass through a layer: all the numbers of n timesteps of B sequences of H units. A row of gates is four blocks of H.
#[derive(Debug, Default)]
struct Pass {
    extent: Extent,
    /// i, f, g and o at 1 to n.
    gates: Vec<f64>,
    /// The derivatives of their activations.
    slopes: Vec<f64>,
    /// h_0 to h_n.
    outputs: Vec<f64>,
    /// c_0 to c_n.
    cells: Vec<f64>,
    /// tanh(c_1) to tanh(c_n).
    squashed: Vec<f64>,
    /// tanh′(c_1) to tanh′(c_n).
    squashed_slopes: Vec<f64>,
    projection: Projection,
    forward_weights: Packed,
    /// γ_h at 0 to n, then γ_c at 0 to n.
    state_gradients: Vec<f64>,
    /// δ at 1 to n.
    deltas: Vec<f64>,
    norms: Vec<f64>,
    backward_weights: Packed,
    sums: WeightSums,
}

impl Record for Pass {
    fn forward(&mut self, layer: &Layer<'_>, interrupt: &Interrupt) -> Result<(), Interrupted> {
        self.extent = Extent::of(layer);
        let (slab, hidden) = (self.extent.slab(), self.extent.hidden);
        let count = self.extent.length * slab;
        for of_gates in [&mut self.gates, &mut self.slopes] {
            grow(of_gates, GATES * count);
        }
        for of_states in [&mut self.outputs, &mut self.cells] {
            grow(of_states, count + slab);
        }
        for of_cells in [&mut self.squashed, &mut self.squashed_slopes] {
            grow(of_cells, count);
        }
        let (h_0, c_0) = layer.initial.split_at(hidden);
        for (states, initial) in [(&mut self.outputs, h_0), (&mut self.cells, c_0)] {
            let rows = states[..slab].chunks_exact_mut(hidden);
            rows.for_each(|row| row.copy_from_slice(initial));
        }
        self.projection
            .prepare(layer.reads, layer.w_i, GATES * hidden);
        self.forward_weights.pack_transposed(layer.w_h, hidden);
        for timesteps in timesteps::forward(layer) {
            interrupt.check()?;
            let rows = timesteps.start * self.extent.size..timesteps.end * self.extent.size;
            let (width, numbers) = (GATES * hidden, rows.start * hidden..rows.end * hidden);
            let of_gates = GATES * numbers.start..GATES * numbers.end;
            let a = &mut self.gates[of_gates.clone()];
            self.projection.begin_with([layer.b_i, layer.b_h], width, a);
            self.projection.add(layer.reads, rows, layer.w_i, width, a);
            run(Steps {
                slab,
                hidden,
                recurrent: &self.forward_weights,
                gates: a,
                slopes: &mut self.slopes[of_gates],
                outputs: &mut self.outputs[numbers.start..numbers.end + slab],
                cells: &mut self.cells[numbers.start..numbers.end + slab],
                squashed: &mut self.squashed[numbers.clone()],
                squashed_slopes: &mut self.squashed_slopes[numbers],
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
        grow(&mut self.deltas, GATES * count);
        grow(&mut self.state_gradients, 2 * (count + slab));
        self.norms.resize(length + 1, 0.0);
        let (of_h, of_c) = self.state_gradients[..2 * (count + slab)].split_at_mut(count + slab);
        incoming.from_read_out.seed(of_h, slab);
        incoming.add_at_last(H, &mut of_h[count..]);
        // The read-out does not read c_n.
        of_c[count..].fill(0.0);
        incoming.add_at_last(C, &mut of_c[count..]);
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
            let deltas = &self.deltas[..GATES * count];
            self.sums.add(
                (layer.reads, &self.outputs[..count], self.extent.hidden),
                (deltas, deltas),
                rows,
                &mut gradients,
            );
            if layer.is_cut(start) {
                let (of_h, of_c) = self.state_gradients.split_at_mut(count + slab);
                let numbers = start * slab..(start + 1) * slab;
                incoming
                    .from_read_out
                    .write(start, &mut of_h[numbers.clone()]);
                of_c[numbers].fill(0.0);
            }
        }
        for t in 0..=length {
            let [of_h, of_c] = [H, C].map(|part| norm_over_batch(self.state_gradient(part, t)));
            self.norms[t] = norm_of_both(of_h, of_c);
        }
        Ok(())
    }

    fn outputs(&self) -> &[f64] {
        self.extent.later_states(&self.outputs)
    }

    fn state(&self, part: usize, t: usize) -> &[f64] {
        let states = if part == H {
            &self.outputs
        } else {
            &self.cells
        };
        self.extent.state(states, t)
    }

    fn state_gradient(&self, part: usize, t: usize) -> &[f64] {
        let first = part * (self.extent.length + 1);
        self.extent.state(&self.state_gradients, first + t)
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

    fn gate(&self, block: usize, t: usize) -> &[f64] {
        self.extent.block(&self.gates, GATES, block, t)
    }

    fn slopes(&self, _activation: Activation, place: usize, t: usize, slopes: &mut Vec<Slope>) {
        let [i, f, g, o] = [I, F, G, O].map(|block| self.gate(block, t));
        let [i_slope, f_slope, g_slope, o_slope] =
            [I, F, G, O].map(|block| self.extent.block(&self.slopes, GATES, block, t));
        let [squashed, squashed_slope] =
            [&self.squashed, &self.squashed_slopes].map(|it| self.extent.block(it, 1, 0, t));
        let before = self.state(C, t - 1);
        let wire = WIRES[place];
        slopes.clear();
        slopes.extend((0..self.extent.hidden).map(|unit| {
            Slope::Number(match (wire.from, wire.to) {
                (Node::Within(I), _) => g[unit] * i_slope[unit],
                (Node::Within(F), _) => before[unit] * f_slope[unit],
                (Node::Within(G), _) => i[unit] * g_slope[unit],
                (Node::Within(_), _) => squashed[unit] * o_slope[unit],
                (Node::After(_), _) => o[unit] * squashed_slope[unit],
                _ => f[unit],
            })
        }));
    }

    fn room(&self) -> usize {
        self.cells.capacity()
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
        let with_before = numbers.start..numbers.end + slab;
        let of_gates = GATES * numbers.start..GATES * numbers.end;
        let (of_h, of_c) = self
            .state_gradients
            .split_at_mut((self.extent.length + 1) * slab);
        run(StepsBack::<MORE> {
            slab,
            hidden: self.extent.hidden,
            recurrent: &self.backward_weights,
            gates: &self.gates[of_gates.clone()],
            slopes: &self.slopes[of_gates.clone()],
            cells: &self.cells[with_before.clone()],
            squashed: &self.squashed[numbers.clone()],
            squashed_slopes: &self.squashed_slopes[numbers.clone()],
            from_above: incoming
                .from_above
                .map_or(&[], |above| &above[numbers.clone()]),
            deltas: &mut self.deltas[of_gates],
            of_h: &mut of_h[with_before.clone()],
            of_c: &mut of_c[with_before],
        });
    }
}

/// Some timesteps forward. `gates` holds W_i x_t and the biases before; states begin with those before the timesteps.
struct Steps<'a> {
    slab: usize,
    hidden: usize,
    recurrent: &'a Packed,
    gates: &'a mut [f64],
    slopes: &'a mut [f64],
    outputs: &'a mut [f64],
    cells: &'a mut [f64],
    squashed: &'a mut [f64],
    squashed_slopes: &'a mut [f64],
}

impl Loop for Steps<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let (slab, hidden) = (self.slab, self.hidden);
        let steps = self.gates.chunks_exact_mut(GATES * slab);
        let steps = steps.zip(self.slopes.chunks_exact_mut(GATES * slab));
        for (t, (gates, slopes)) in steps.enumerate() {
            let (h, h_next) = self.outputs[t * slab..(t + 2) * slab].split_at_mut(slab);
            let (c, c_next) = self.cells[t * slab..(t + 2) * slab].split_at_mut(slab);
            let squashed = &mut self.squashed[t * slab..(t + 1) * slab];
            let squashed_slopes = &mut self.squashed_slopes[t * slab..(t + 1) * slab];
            inlined_product::<FUSED, true>(h, self.recurrent, Order::at(t), gates);
            let rows = gates.chunks_exact_mut(GATES * hidden);
            let rows = rows.zip(slopes.chunks_exact_mut(GATES * hidden));
            for (row, (gates, slopes)) in rows.enumerate() {
                let units = row * hidden..(row + 1) * hidden;
                respond::<Sigmoid, FUSED>(&mut gates[..G * hidden], &mut slopes[..G * hidden]);
                respond::<Tanh, FUSED>(
                    &mut gates[G * hidden..O * hidden],
                    &mut slopes[G * hidden..O * hidden],
                );
                respond::<Sigmoid, FUSED>(&mut gates[O * hidden..], &mut slopes[O * hidden..]);
                let (i_f, g_o) = gates.split_at(G * hidden);
                let (i, f) = i_f.split_at(hidden);
                let (g, o) = g_o.split_at(hidden);
                let c_next = &mut c_next[units.clone()];
                let terms = c[units.clone()].iter().zip(i.iter().zip(f.iter().zip(g)));
                for (next, (c, (i, (f, g)))) in c_next.iter_mut().zip(terms) {
                    *next = f * c + i * g;
                }
                let squashed = &mut squashed[units.clone()];
                squashed.copy_from_slice(c_next);
                respond::<Tanh, FUSED>(squashed, &mut squashed_slopes[units.clone()]);
                let products = o.iter().zip(squashed.iter());
                for (h, (o, squashed)) in h_next[units].iter_mut().zip(products) {
                    *h = o * squashed;
                }
            }
        }
    }
}

/// Some timesteps back. With `MORE`, what comes from above is added to γ_h before, and γ_h at t − 1 to what is there.
struct StepsBack<'a, const MORE: bool> {
    slab: usize,
    hidden: usize,
    recurrent: &'a Packed,
    gates: &'a [f64],
    slopes: &'a [f64],
    cells: &'a [f64],
    squashed: &'a [f64],
    squashed_slopes: &'a [f64],
    from_above: &'a [f64],
    deltas: &'a mut [f64],
    of_h: &'a mut [f64],
    of_c: &'a mut [f64],
}

impl<const MORE: bool> Loop for StepsBack<'_, MORE> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let (slab, hidden) = (self.slab, self.hidden);
        let width = GATES * hidden;
        for t in (0..self.squashed.len() / slab).rev() {
            let (h_earlier, of_h) = self.of_h[t * slab..(t + 2) * slab].split_at_mut(slab);
            let (c_earlier, of_c) = self.of_c[t * slab..(t + 2) * slab].split_at_mut(slab);
            let deltas = &mut self.deltas[t * GATES * slab..(t + 1) * GATES * slab];
            let gates = self.gates[t * GATES * slab..].chunks_exact(width);
            let slopes = self.slopes[t * GATES * slab..].chunks_exact(width);
            let rows = deltas.chunks_exact_mut(width).zip(gates.zip(slopes));
            for (row, (deltas, (gates, slopes))) in rows.enumerate() {
                let units = row * hidden..(row + 1) * hidden;
                let at = t * slab + units.start..t * slab + units.end;
                let (i_f, g_o) = gates.split_at(G * hidden);
                let ((i, f), (g, o)) = (i_f.split_at(hidden), g_o.split_at(hidden));
                let (i_f, g_o) = slopes.split_at(G * hidden);
                let ((i_slope, f_slope), (g_slope, o_slope)) =
                    (i_f.split_at(hidden), g_o.split_at(hidden));
                let (i_f, g_o) = deltas.split_at_mut(G * hidden);
                let ((d_i, d_f), (d_g, d_o)) = (i_f.split_at_mut(hidden), g_o.split_at_mut(hidden));
                let of_h = &of_h[units.clone()];
                let above = self.from_above.get(at.clone()).unwrap_or_default();
                let (squashed, squashed_slope) = (
                    &self.squashed[at.clone()],
                    &self.squashed_slopes[at.clone()],
                );
                let before = &self.cells[at];
                let (of_c, c_earlier) = (&of_c[units.clone()], &mut c_earlier[units]);
                for u in 0..hidden {
                    let above = if MORE && !above.is_empty() {
                        above[u]
                    } else {
                        0.0
                    };
                    let dh = of_h[u] + above;
                    let dc = of_c[u] + dh * (o[u] * squashed_slope[u]);
                    d_i[u] = dc * (g[u] * i_slope[u]);
                    d_f[u] = dc * (before[u] * f_slope[u]);
                    d_g[u] = dc * (i[u] * g_slope[u]);
                    d_o[u] = dh * (squashed[u] * o_slope[u]);
                    c_earlier[u] = dc * f[u];
                }
            }
            inlined_product::<FUSED, MORE>(deltas, self.recurrent, Order::at(t), h_earlier);
        }
    }
}
