//! The Elman cell of the lecture: a_t = W_i x_t + W_h o_{t−1} + b, o_t = f(a_t).
//!
//! (Elman, *Finding structure in time*, Cognitive Science 14, 1990; PyTorch's `nn.RNN`.) Backward, with g_t = ∂L/∂o_t:
//!
//! ```text
//! δ_t     = f′(a_t) ⊙ g_t
//! g_{t−1} = W_hᵀ δ_t
//! ∂L/∂W_i = Σ δ_t x_tᵀ      ∂L/∂W_h = Σ δ_t o_{t−1}ᵀ      ∂L/∂b = Σ δ_t
//! ```
//!
//! One unit has a way of its own, in which a timestep is a few numbers and nothing is called for it.

use std::ops::Range;

use super::extent::Extent;
use crate::activation::inlined_evaluate;
use crate::buffers::grow;
use crate::cell::{By, Cell, Incoming, Layer, LayerGradients, Node, Record, Responses, Wire};
use crate::layout::{LayerShape, MemoryOrder, Parameter, Tensor};
use crate::norms::{norms_over_batch, root};
use crate::notation::{Equation, Notation, Symbol, summed};
use crate::products::{Order, Packed, dot, inlined_dot, inlined_product};
use crate::projection::Projection;
use crate::slope::{Slope, slopes};
use crate::timesteps;
use crate::vectorised::{Kernel, Loop, Sweep, multiply_add, run};
use crate::weight_sums::WeightSums;
use crate::{Activation, Interrupt, Interrupted};

/// Timesteps of one unit between two looks at the interrupt: below 0.1 ms for a batch of a few dozen sequences.
const STEPS_PER_LOOK: usize = 64;

/// The Elman cell.
#[derive(Debug)]
pub struct Elman;

/// The pre-activation.
const A: Node = Node::Within(0);

/// The place of f′ among the wires.
const F_PRIME: usize = 2;

impl Cell for Elman {
    fn name(&self) -> &'static str {
        "Elman"
    }

    fn states(&self) -> &'static [&'static str] {
        &["o"]
    }

    fn blocks(&self) -> &'static [&'static str] {
        &["o"]
    }

    fn has_the_lectures_names(&self, layers: usize) -> bool {
        layers == 1
    }

    /// One layer has the lecture's three tensors; several have PyTorch's, with both biases, whose sum acts.
    fn tensors(&self, shape: LayerShape) -> Vec<Tensor> {
        if !self.has_the_lectures_names(shape.layers) {
            return Tensor::of_layer(shape, 1);
        }
        let (inputs, hidden) = (shape.inputs, shape.hidden);
        let biases = if shape.bias { hidden } else { 0 };
        let tensor = Tensor::of_the_lecture;
        vec![
            tensor(
                Parameter::InputWeights,
                hidden,
                inputs,
                MemoryOrder::Columns,
            ),
            tensor(
                Parameter::RecurrentWeights,
                hidden,
                hidden,
                MemoryOrder::Rows,
            ),
            tensor(Parameter::HiddenBias, biases, 1, MemoryOrder::Rows),
        ]
    }

    fn wires(&self) -> &'static [Wire] {
        const WIRES: [Wire; 3] = [
            Wire::new(Node::Input, A, By::InputWeights(0)),
            Wire::new(Node::Before(0), A, By::RecurrentWeights(0)),
            Wire::new(A, Node::After(0), By::Numbers),
        ];
        &WIRES
    }

    fn notation(&self) -> Notation {
        const SUM: [Symbol; 7] = summed(Symbol::Activation, 0);
        Notation {
            equations: &[Equation {
                of: Symbol::After(0),
                is: &SUM,
            }],
            within: &["a"],
            slopes: &["", "", "f'(a_t)"],
        }
    }

    fn record(&self) -> Box<dyn Record> {
        Box::new(Pass::default())
    }
}

/// A pass through a layer: all the numbers of n timesteps of B sequences of H units.
#[derive(Debug, Default)]
struct Pass {
    extent: Extent,
    /// a_1 to a_n.
    pre_activations: Vec<f64>,
    /// o_0 to o_n.
    states: Vec<f64>,
    /// f′(a_1) to f′(a_n).
    derivatives: Vec<f64>,
    projection: Projection,
    /// W_hᵀ, as the products want it.
    forward_weights: Packed,
    /// g_0 to g_n.
    state_gradients: Vec<f64>,
    /// δ_1 to δ_n.
    deltas: Vec<f64>,
    /// ‖g_0‖ to ‖g_n‖.
    norms: Vec<f64>,
    /// W_h, as the products want it.
    backward_weights: Packed,
    sums: WeightSums,
}

impl Record for Pass {
    fn forward(&mut self, layer: &Layer<'_>, interrupt: &Interrupt) -> Result<(), Interrupted> {
        let &Layer { size, hidden, .. } = layer;
        self.extent = Extent::of(layer);
        let count = self.extent.count();
        grow(&mut self.pre_activations, count);
        grow(&mut self.derivatives, count);
        grow(&mut self.states, count + size * hidden);
        self.projection.prepare(layer.reads, layer.w_i, hidden);
        for state in self.states[..size * hidden].chunks_exact_mut(hidden) {
            state.copy_from_slice(layer.initial);
        }
        if hidden == 1 {
            self.run_one_unit(layer, interrupt)
        } else {
            self.run_units(layer, interrupt)
        }
    }

    fn backward(
        &mut self,
        layer: &Layer<'_>,
        incoming: Incoming<'_>,
        mut gradients: LayerGradients<'_>,
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted> {
        let (length, size, hidden) = (self.extent.length, self.extent.size, self.extent.hidden);
        let slab = size * hidden;
        grow(&mut self.deltas, length * slab);
        self.norms.resize(length + 1, 0.0);
        grow(&mut self.state_gradients, (length + 1) * slab);
        let g = &mut self.state_gradients[..(length + 1) * slab];
        incoming.from_read_out.seed(g, slab);
        incoming.add_at_last(0, &mut g[length * slab..]);
        interrupt.check()?;
        if hidden == 1 {
            self.run_one_unit_back(layer, incoming);
            self.add_weight_gradients(layer, 0..length, &mut gradients);
            return Ok(());
        }
        self.backward_weights.pack(layer.w_h, hidden);
        let g_n = &self.state_gradients[length * slab..][..slab];
        self.norms[length] = dot(g_n, g_n);
        for timesteps in timesteps::backward(layer) {
            interrupt.check()?;
            let start = timesteps.start;
            self.run_units_back(incoming, timesteps.clone());
            self.add_weight_gradients(layer, timesteps, &mut gradients);
            if layer.is_cut(start) {
                let g = &mut self.state_gradients[start * slab..(start + 1) * slab];
                incoming.from_read_out.write(start, g);
                self.norms[start] = dot(g, g);
            }
        }
        let g = self.state_gradients.chunks_exact(slab);
        for (norm, g) in self.norms.iter_mut().zip(g) {
            *norm = root(*norm, g);
        }
        Ok(())
    }

    fn outputs(&self) -> &[f64] {
        self.extent.later_states(&self.states)
    }

    fn state(&self, _part: usize, t: usize) -> &[f64] {
        self.extent.state(&self.states, t)
    }

    fn state_gradient(&self, _part: usize, t: usize) -> &[f64] {
        self.extent.state(&self.state_gradients, t)
    }

    fn norms(&self) -> &[f64] {
        &self.norms
    }

    fn deltas(&self) -> &[f64] {
        &self.deltas[..self.extent.count()]
    }

    fn delta(&self, t: usize) -> &[f64] {
        self.extent.rows(&self.deltas, 1, t)
    }

    fn gate(&self, _block: usize, t: usize) -> &[f64] {
        &self.state(0, t)[..self.extent.hidden]
    }

    fn slopes(&self, activation: Activation, place: usize, t: usize, out: &mut Vec<Slope>) {
        debug_assert_eq!(place, F_PRIME);
        let (a, f_prime) = (
            self.extent.block(&self.pre_activations, 1, 0, t),
            self.extent.block(&self.derivatives, 1, 0, t),
        );
        out.clear();
        out.extend(slopes(activation, a, f_prime));
    }

    fn responses(&self) -> Option<Responses<'_>> {
        let count = self.extent.count();
        Some(Responses {
            a: &self.pre_activations[..count],
            f_prime: &self.derivatives[..count],
            slab: self.extent.slab(),
        })
    }

    fn room(&self) -> usize {
        self.pre_activations.capacity()
    }

    fn swap_state_gradients(&mut self, memory: &mut Vec<f64>) {
        std::mem::swap(&mut self.state_gradients, memory);
    }
}

impl Pass {
    /// One product and one round of activations after the other.
    fn run_units(&mut self, layer: &Layer<'_>, interrupt: &Interrupt) -> Result<(), Interrupted> {
        let slab = self.extent.slab();
        self.forward_weights
            .pack_transposed(layer.w_h, self.extent.hidden);
        for timesteps in timesteps::forward(layer) {
            interrupt.check()?;
            self.project_inputs(layer, timesteps.clone());
            let numbers = timesteps.start * slab..timesteps.end * slab;
            let steps = Steps {
                slab,
                recurrent: &self.forward_weights,
                a: &mut self.pre_activations[numbers.clone()],
                states: &mut self.states[numbers.start..numbers.end + slab],
                f_primes: &mut self.derivatives[numbers],
            };
            layer.activation.sweep(steps);
        }
        Ok(())
    }

    /// A single unit's timesteps in one loop: calling anything for each would take longer than the step.
    fn run_one_unit(
        &mut self,
        layer: &Layer<'_>,
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted> {
        self.project_inputs(layer, 0..self.extent.length);
        let count = self.extent.count();
        run_one_unit(
            layer.activation,
            layer.w_h[0],
            self.extent.size,
            &mut self.pre_activations[..count],
            &mut self.states[..count + self.extent.size],
            &mut self.derivatives[..count],
            interrupt,
        )
    }

    /// W_i x_t + b for the 0-based `timesteps` at once, into the pre-activations.
    fn project_inputs(&mut self, layer: &Layer<'_>, timesteps: Range<usize>) {
        let rows = timesteps.start * self.extent.size..timesteps.end * self.extent.size;
        let a = &mut self.pre_activations
            [rows.start * self.extent.hidden..rows.end * self.extent.hidden];
        self.projection
            .begin_with([layer.b_i, layer.b_h], self.extent.hidden, a);
        self.projection
            .add(layer.reads, rows, layer.w_i, self.extent.hidden, a);
    }

    /// From g_end to g_start.
    fn run_units_back(&mut self, incoming: Incoming<'_>, Range { start, end }: Range<usize>) {
        let slab = self.extent.slab();
        let back = Back {
            slab,
            f_primes: &self.derivatives[start * slab..end * slab],
            from_above: incoming
                .from_above
                .map_or(&[], |above| &above[start * slab..end * slab]),
            deltas: &mut self.deltas[start * slab..end * slab],
            g: &mut self.state_gradients[start * slab..(end + 1) * slab],
        };
        let (recurrent, squares) = (&self.backward_weights, &mut self.norms[start..end]);
        if incoming.from_read_out.is_at_the_end() {
            run(StepsBack::<false> {
                back,
                recurrent,
                squares,
            });
        } else {
            run(StepsBack::<true> {
                back,
                recurrent,
                squares,
            });
        }
    }

    fn run_one_unit_back(&mut self, layer: &Layer<'_>, incoming: Incoming<'_>) {
        let (size, w_h) = (self.extent.size, layer.w_h[0]);
        for timesteps in timesteps::backward_by(layer, usize::MAX) {
            let start = timesteps.start;
            let numbers = start * size..timesteps.end * size;
            let from_above = incoming.from_above;
            let back = Back {
                slab: size,
                f_primes: &self.derivatives[numbers.clone()],
                from_above: from_above.map_or(&[], |above| &above[numbers.clone()]),
                deltas: &mut self.deltas[numbers.clone()],
                g: &mut self.state_gradients[numbers.start..numbers.end + size],
            };
            if incoming.from_read_out.is_at_the_end() {
                run(OneUnitBack { w_h, back });
            } else {
                run(OneUnitBackWithMore { w_h, back });
            }
            if layer.is_cut(start) {
                let g = &mut self.state_gradients[start * size..(start + 1) * size];
                incoming.from_read_out.write(start, g);
            }
        }
        norms_over_batch(&self.state_gradients, size, &mut self.norms);
    }

    /// ∂L/∂W_h = Σ δ_t o_{t−1}ᵀ, ∂L/∂W_i = Σ δ_t x_tᵀ, ∂L/∂b = Σ δ_t, over some 0-based `timesteps`.
    fn add_weight_gradients(
        &mut self,
        layer: &Layer<'_>,
        timesteps: Range<usize>,
        gradients: &mut LayerGradients<'_>,
    ) {
        let rows = timesteps.start * self.extent.size..timesteps.end * self.extent.size;
        let count = self.extent.count();
        self.sums.add(
            (layer.reads, &self.states[..count], self.extent.hidden),
            (&self.deltas[..count], &self.deltas[..count]),
            rows,
            gradients,
        );
    }
}

/// a_t += W_h o_{t−1}, o_t = f(a_t) and f′(a_t) for some timesteps of `slab` numbers each. `states` begins with the
/// state before them. In one loop: for a few units a call takes as long as what it does.
struct Steps<'a> {
    slab: usize,
    recurrent: &'a Packed,
    a: &'a mut [f64],
    states: &'a mut [f64],
    f_primes: &'a mut [f64],
}

impl Sweep for Steps<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel, const FUSED: bool>(self) {
        let slab = self.slab;
        let steps = self.a.chunks_exact_mut(slab);
        for (t, (a, f_prime)) in steps.zip(self.f_primes.chunks_exact_mut(slab)).enumerate() {
            let (before, o) = self.states[t * slab..(t + 2) * slab].split_at_mut(slab);
            inlined_product::<FUSED, true>(before, self.recurrent, Order::at(t), a);
            inlined_evaluate::<K, FUSED>(a, o, f_prime);
        }
    }
}

/// What the way back through some timesteps of `slab` numbers each needs. `g` begins with the gradient of the state
/// before them; what comes from above is empty where there is no layer above.
struct Back<'a> {
    slab: usize,
    f_primes: &'a [f64],
    from_above: &'a [f64],
    deltas: &'a mut [f64],
    g: &'a mut [f64],
}

/// δ_t = f′(a_t) ⊙ g_t and g_{t−1} = W_hᵀ δ_t, and Σ g_{t−1}². In one loop: for a few units a call takes as long as what
/// it does. With `MORE`, what comes from above is added to g_t before, and g_{t−1} to what is there.
struct StepsBack<'a, const MORE: bool> {
    back: Back<'a>,
    recurrent: &'a Packed,
    squares: &'a mut [f64],
}

impl<const MORE: bool> Loop for StepsBack<'_, MORE> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let slab = self.back.slab;
        let steps = self.back.f_primes.chunks_exact(slab);
        let steps = steps.zip(self.back.deltas.chunks_exact_mut(slab));
        for (t, (f_prime, delta)) in steps.enumerate().rev() {
            let (earlier, g) = self.back.g[t * slab..(t + 2) * slab].split_at_mut(slab);
            for (delta, (f_prime, g)) in delta.iter_mut().zip(f_prime.iter().zip(g.iter())) {
                *delta = f_prime * g;
            }
            if MORE && !self.back.from_above.is_empty() {
                let above = &self.back.from_above[t * slab..(t + 1) * slab];
                for (delta, (f_prime, above)) in delta.iter_mut().zip(f_prime.iter().zip(above)) {
                    *delta += f_prime * above;
                }
            }
            inlined_product::<FUSED, MORE>(delta, self.recurrent, Order::at(t), earlier);
            self.squares[t] = inlined_dot::<FUSED>(earlier, earlier);
        }
    }
}

/// a_t += w_h o_{t−1}, o_t = f(a_t) and f′(a_t) for t = 1..n, for `size` sequences side by side. `a` and
/// `f_prime` hold n · `size` numbers, timestep after timestep; `o` begins with o_0 and holds `size` more.
///
/// A network of one unit is a chain in which every number waits for the one before it.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
fn run_one_unit(
    activation: Activation,
    w_h: f64,
    size: usize,
    a: &mut [f64],
    o: &mut [f64],
    f_prime: &mut [f64],
    interrupt: &Interrupt,
) -> Result<(), Interrupted> {
    let together = STEPS_PER_LOOK * size;
    let mut done = 0;
    for (a, f_prime) in a.chunks_mut(together).zip(f_prime.chunks_mut(together)) {
        interrupt.check()?;
        let o = &mut o[done..done + a.len() + size];
        done += a.len();
        if size == 1 {
            let forward = OneSequence { w_h, a, o, f_prime };
            activation.sweep(forward);
        } else {
            let forward = Sequences {
                w_h,
                size,
                a,
                o,
                f_prime,
            };
            activation.sweep(forward);
        }
    }
    Ok(())
}

struct OneSequence<'a> {
    w_h: f64,
    a: &'a mut [f64],
    o: &'a mut [f64],
    f_prime: &'a mut [f64],
}

impl Sweep for OneSequence<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel, const FUSED: bool>(self) {
        let Some((&mut first, states)) = self.o.split_first_mut() else {
            return;
        };
        let mut previous = first;
        for (a, o) in self.a.iter_mut().zip(states) {
            *a = multiply_add::<FUSED>(self.w_h, previous, *a);
            // What the next timestep waits for comes by the shortest way.
            previous = K::state::<FUSED>(*a);
            *o = previous;
        }
        // Nothing waits for f′, and many are computed at a time.
        for (a, f_prime) in self.a.iter().zip(self.f_prime) {
            *f_prime = K::respond::<FUSED>(*a).f_prime;
        }
    }
}

struct Sequences<'a> {
    w_h: f64,
    size: usize,
    a: &'a mut [f64],
    o: &'a mut [f64],
    f_prime: &'a mut [f64],
}

impl Sweep for Sequences<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel, const FUSED: bool>(self) {
        let size = self.size;
        let mut o = self.o;
        let steps = self.a.chunks_exact_mut(size);
        for (a, f_prime) in steps.zip(self.f_prime.chunks_exact_mut(size)) {
            let (previous, rest) = o.split_at_mut(size);
            let states = previous.iter().zip(rest.iter_mut());
            for ((a, f_prime), (previous, o)) in a.iter_mut().zip(f_prime).zip(states) {
                *a = multiply_add::<FUSED>(self.w_h, *previous, *a);
                let response = K::respond::<FUSED>(*a);
                *o = response.o;
                *f_prime = response.f_prime;
            }
            o = rest;
        }
    }
}

/// δ_t = f′(a_t) g_t and g_{t−1} = w_h δ_t for t = n..1, for `slab` sequences side by side.
struct OneUnitBack<'a> {
    w_h: f64,
    back: Back<'a>,
}

impl Loop for OneUnitBack<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let size = self.back.slab;
        let mut g = self.back.g;
        if size == 1 {
            return one_back(self.w_h, self.back.f_primes, g, self.back.deltas);
        }
        let steps = self.back.f_primes.chunks_exact(size);
        for (f_prime, delta) in steps.zip(self.back.deltas.chunks_exact_mut(size)).rev() {
            let (before, at) = g.split_at_mut(g.len() - size);
            let earlier = before.len() - size;
            let passes = f_prime.iter().zip(at.iter()).zip(delta);
            for (((f_prime, g), delta), previous) in passes.zip(&mut before[earlier..]) {
                *delta = f_prime * g;
                *previous = self.w_h * *delta;
            }
            g = before;
        }
    }
}

/// [`OneUnitBack`] for one sequence: one multiplication from a number to the next, and the rest beside it.
#[inline(always)]
fn one_back(w_h: f64, f_prime: &[f64], g: &mut [f64], delta: &mut [f64]) {
    let Some((&mut last, earlier)) = g.split_last_mut() else {
        return;
    };
    for (factor, f_prime) in earlier.iter_mut().zip(f_prime) {
        *factor = w_h * f_prime;
    }
    let mut at = last;
    for g in earlier.iter_mut().rev() {
        at *= *g;
        *g = at;
    }
    let later = g[1..].iter().zip(f_prime);
    for (delta, (g, f_prime)) in delta.iter_mut().zip(later) {
        *delta = f_prime * g;
    }
}

/// δ_t = f′(a_t) (g_t + what comes from above) and g_{t−1} += w_h δ_t, for `slab` sequences side by side.
struct OneUnitBackWithMore<'a> {
    w_h: f64,
    back: Back<'a>,
}

impl Loop for OneUnitBackWithMore<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Back {
            slab,
            f_primes,
            from_above,
            deltas,
            g,
        } = self.back;
        for place in (0..f_primes.len()).rev() {
            let above = from_above.get(place).copied().unwrap_or(0.0);
            deltas[place] = f_primes[place] * (g[place + slab] + above);
            g[place] += self.w_h * deltas[place];
        }
    }
}
