//! Backpropagation through time, wire by wire, right or with mistakes in it.
//!
//! It is written a second time, plainly and in other words than the cells have it, so that a mistake can be put in where
//! people make it; without one it has to give what the cells give, which a test holds.

use super::mistake::{Mistake, SlopeMistake};
use super::setting::Setting;
use crate::flow::reading::Reading;
use crate::rnn::{
    Activation, By, CellKind, Gradients, Network, Node, Parameter, Pass, SIGMA, Slope, Symbol, Wire,
};

/// The gradient of a way of computing it, right or not.
#[derive(Clone, Debug)]
pub struct Computed {
    /// ∂L/∂ of every parameter.
    pub gradients: Gradients,
    /// γ_0 to γ_n, S numbers each.
    pub states: Vec<Vec<f64>>,
    /// The terms of the layers' weights at t = 1..n, whose sums their gradients are; empty unless they are kept.
    pub terms: Vec<Gradients>,
}

/// One way back through a sequence that `network` has read in `pass`.
pub struct Backward<'a> {
    setting: Setting<'a>,
    network: &'a Network,
    pass: &'a Pass,
    mistakes: &'a [Mistake],
    computed: Computed,
    slopes: Vec<Slope>,
}

impl<'a> Backward<'a> {
    /// With `mistakes` in it; of those that are none of the way back itself nothing is done here.
    pub fn new(
        setting: Setting<'a>,
        network: &'a Network,
        pass: &'a Pass,
        mistakes: &'a [Mistake],
    ) -> Self {
        let width = network.s_0.len();
        Self {
            setting,
            network,
            pass,
            mistakes,
            computed: Computed {
                gradients: network.parameters.zeros_like(),
                states: vec![vec![0.0; width]; setting.length() + 1],
                terms: Vec::new(),
            },
            slopes: Vec::new(),
        }
    }

    /// With the terms of every timestep kept, if `are_kept`: n times the parameters.
    pub fn keeping_terms(mut self, are_kept: bool) -> Self {
        if are_kept {
            let none = self.network.parameters.zeros_like();
            self.computed.terms = vec![none; self.setting.length()];
        }
        self
    }

    fn has(&self, mistake: &Mistake) -> bool {
        self.mistakes.contains(mistake)
    }

    /// Goes back from n to 1. `seen` is told after every timestep t what has come together from n to t.
    pub fn run(mut self, mut seen: impl FnMut(usize, &Computed)) -> Computed {
        let mut answers = self.setting.answers(self.pass);
        if self.has(&Mistake::LastLossAlone) {
            answers.drain(..answers.len().saturating_sub(1));
        }
        for (t, dz) in &answers {
            self.add_read_out(*t, dz);
        }
        let limit = self.mistakes.iter().find_map(|it| match it {
            Mistake::EachLossBack(steps) => Some(*steps),
            _ => None,
        });
        let cut = self.mistakes.iter().find_map(|it| match it {
            Mistake::CutEvery(steps) => Some(*steps),
            _ => None,
        });
        if let Some(limit) = limit {
            for (t, dz) in &answers {
                let mut gamma = self.to_state(dz);
                for step in (t.saturating_sub(limit) + 1..=*t).rev() {
                    self.add_gamma(step, &gamma);
                    gamma = self.step(step, &gamma);
                }
            }
            return self.computed;
        }
        if self.has(&Mistake::ElementwiseJacobians) {
            self.run_elementwise(&answers, &mut seen);
            return self.computed;
        }
        let length = self.setting.length();
        let mut gamma = vec![0.0; self.network.s_0.len()];
        for t in (1..=length).rev() {
            if let Some((_, dz)) = answers.iter().find(|(at, _)| *at == t) {
                let put_in = self.to_state(dz);
                if self.has(&Mistake::LossOverwrites) {
                    gamma = put_in;
                } else {
                    add(&mut gamma, &put_in);
                }
            }
            self.add_gamma(t, &gamma);
            gamma = self.step(t, &gamma);
            let is_cut = |every: usize| t > 1 && (length - (t - 1)).is_multiple_of(every);
            if cut.is_some_and(is_cut) {
                gamma.fill(0.0);
            }
            if t == 1 {
                self.add_gamma(0, &gamma);
            }
            seen(t, &self.computed);
        }
        self.computed
    }

    fn add_gamma(&mut self, t: usize, gamma: &[f64]) {
        add(&mut self.computed.states[t], gamma);
    }

    /// What ∂L/∂z puts in at the last layer's h, among all S numbers.
    fn to_state(&self, dz: &[f64]) -> Vec<f64> {
        let parameters = &self.network.parameters;
        let hidden = parameters.hidden();
        let mut state = vec![0.0; self.network.s_0.len()];
        let first = state.len() - self.network.cell.cell().states().len() * hidden;
        let rows = parameters.answering_rows();
        for (dz, row) in dz.iter().zip(rows.chunks_exact(hidden)) {
            for (to, w) in state[first..].iter_mut().zip(row) {
                *to += dz * w;
            }
        }
        state
    }

    fn add_read_out(&mut self, t: usize, dz: &[f64]) {
        let hidden = self.network.parameters.hidden();
        let h = &self.pass.state(t)[..hidden];
        let gradients = &mut self.computed.gradients;
        let rows = gradients.of_mut(Parameter::OutputWeights);
        for (dz, row) in dz.iter().zip(rows.chunks_exact_mut(hidden)) {
            for (sum, h) in row.iter_mut().zip(h) {
                *sum += dz * h;
            }
        }
        add(gradients.of_mut(Parameter::OutputBias), dz);
    }

    /// Adds the terms of step `t` for the gradient `gamma` of s_t, and gives what goes on to s_{t−1}.
    fn step(&mut self, t: usize, gamma: &[f64]) -> Vec<f64> {
        if self.computed.terms.is_empty() {
            return self.bare_step(t, gamma);
        }
        let nothing = self.network.parameters.zeros_like();
        let sums = std::mem::replace(&mut self.computed.gradients, nothing);
        let before = self.bare_step(t, gamma);
        let term = std::mem::replace(&mut self.computed.gradients, sums);
        add(self.computed.gradients.values_mut(), term.values());
        add(self.computed.terms[t - 1].values_mut(), term.values());
        before
    }

    fn bare_step(&mut self, t: usize, gamma: &[f64]) -> Vec<f64> {
        let hidden = self.network.parameters.hidden();
        let parts = self.network.cell.cell().states().len();
        let layers = self.pass.layers().len();
        let mut before = vec![0.0; gamma.len()];
        let mut from_above = vec![0.0; hidden];
        for layer in (0..layers).rev() {
            let of_layer = layer * parts * hidden..(layer + 1) * parts * hidden;
            let mut after = gamma[of_layer.clone()].to_vec();
            if layer + 1 < layers {
                add(&mut after, &from_above);
            }
            let to_before = &mut before[of_layer];
            from_above = self.back_through(t, layer, after, to_before);
        }
        before
    }

    /// One layer: from what comes to the state after the step to the state before, and to what the layer reads.
    fn back_through(
        &mut self,
        t: usize,
        layer: usize,
        mut after: Vec<f64>,
        before: &mut [f64],
    ) -> Vec<f64> {
        let cell = self.network.cell.cell();
        let parameters = &self.network.parameters;
        let hidden = parameters.hidden();
        let ranges = &parameters.layout().layers()[layer];
        let (w_i, w_h) = (
            &parameters.values()[ranges.w_i.clone()],
            &parameters.values()[ranges.w_h.clone()],
        );
        let rows = cell.blocks().len() * hidden;
        let mut read = vec![0.0; w_i.len() / rows];
        let mut within = vec![0.0; (cell.notation().within.len()) * hidden];
        let (mut deltas, mut recurrent_deltas) = (vec![0.0; rows], vec![0.0; rows]);
        let at = |number: usize| number * hidden..(number + 1) * hidden;
        for (number, wire) in cell.wires().iter().enumerate().rev() {
            let to = match wire.to {
                Node::After(part) => after[at(part)].to_vec(),
                Node::Within(node) => within[at(node)].to_vec(),
                Node::Input | Node::Before(_) => continue,
            };
            match wire.by {
                By::Numbers | By::Carry => {
                    if self.is_left_out(*wire) {
                        continue;
                    }
                    let factors = self.factors(t, layer, (number, *wire));
                    let from = match wire.from {
                        Node::Before(part) => &mut before[at(part)],
                        Node::Within(node) => &mut within[at(node)],
                        Node::After(part) => &mut after[at(part)],
                        Node::Input => continue,
                    };
                    for (from, (to, factor)) in from.iter_mut().zip(to.iter().zip(factors)) {
                        *from += to * factor;
                    }
                }
                By::RecurrentWeights(block) => {
                    recurrent_deltas[at(block)].copy_from_slice(&to);
                    if self.is_left_out(*wire) {
                        continue;
                    }
                    let w_h = &w_h[block * hidden * hidden..(block + 1) * hidden * hidden];
                    let from = match wire.from {
                        Node::Before(part) => &mut before[at(part)],
                        Node::Within(node) => &mut within[at(node)],
                        Node::After(_) | Node::Input => continue,
                    };
                    for (row, to) in to.iter().enumerate() {
                        for (column, from) in from.iter_mut().enumerate() {
                            let place = match () {
                                () if self.has(&Mistake::NotTransposed) => column * hidden + row,
                                () if self.has(&Mistake::DiagonalAlone) && row != column => {
                                    continue;
                                }
                                () => row * hidden + column,
                            };
                            *from += w_h[place] * to;
                        }
                    }
                }
                By::InputWeights(block) => {
                    deltas[at(block)].copy_from_slice(&to);
                    for (read, column) in read.iter_mut().zip(w_i.chunks_exact(rows)) {
                        let terms = column[at(block)].iter().zip(&to);
                        *read += terms.map(|(w, to)| w * to).sum::<f64>();
                    }
                }
            }
        }
        self.add_terms(t, layer, [&deltas, &recurrent_deltas], &read);
        read
    }

    /// Whether nothing is sent back along `wire`.
    fn is_left_out(&self, wire: Wire) -> bool {
        self.mistakes.iter().any(|mistake| match mistake {
            Mistake::CarryLeftOut => wire.by == By::Carry,
            Mistake::GateLeftOut(block) => wire.from == Node::Within(*block),
            Mistake::GatesLeftOut => matches!(wire.from, Node::Before(_)) && wire.by != By::Carry,
            _ => false,
        })
    }

    /// What `wire` multiplies by.
    fn factors(&mut self, t: usize, layer: usize, (number, wire): (usize, Wire)) -> Vec<f64> {
        let record = &self.pass.layers()[layer];
        let hidden = self.network.parameters.hidden();
        let mut slopes = std::mem::take(&mut self.slopes);
        record.slopes(self.network.activation, number, t, &mut slopes);
        let mut factors: Vec<f64> = slopes.iter().map(|slope| slope.value()).collect();
        self.slopes = slopes;
        // tanh′(c), between two parts of the state.
        if let (Node::After(part), true) = (wire.from, self.has(&Mistake::CellSlopeLeftOut)) {
            let cells = &record.state(part, t)[..hidden];
            for (factor, c) in factors.iter_mut().zip(cells) {
                *factor /= Activation::Tanh.f_prime(*c);
            }
        }
        let Node::Within(block) = wire.from else {
            return factors;
        };
        if block >= self.network.cell.cell().blocks().len() {
            return factors;
        }
        for mistake in self.mistakes {
            let Mistake::Slope(mistake, of) = mistake else {
                continue;
            };
            if of.is_some_and(|of| of != block) {
                continue;
            }
            let activation = activation_of(self.network, block);
            let gates = record.gate(block, t);
            let is_elman = self.network.cell == CellKind::Elman;
            for (factor, gate) in factors.iter_mut().zip(gates) {
                // Elman's state is f of one number: its factor is f′ and nothing else.
                let f_prime = match is_elman {
                    true => *factor,
                    false => of_squashed(activation, *gate),
                };
                let without = match (is_elman, f_prime) {
                    (true, _) => 1.0,
                    (false, 0.0) => 0.0,
                    (false, f_prime) => *factor / f_prime,
                };
                *factor = match mistake {
                    SlopeMistake::Missing => without,
                    SlopeMistake::Twice => *factor * f_prime,
                    SlopeMistake::OfSquashed => without * activation.f_prime(*gate),
                };
            }
        }
        factors
    }

    /// What a block of W_h is multiplied with at `t`.
    fn recurrent_input(&mut self, t: usize, layer: usize, block: usize) -> Vec<f64> {
        let (cell, hidden) = (self.network.cell.cell(), self.network.parameters.hidden());
        let record = &self.pass.layers()[layer];
        let state_at = match () {
            () if self.has(&Mistake::StateAfter) => t,
            () if self.has(&Mistake::FirstState) => 0,
            () if self.has(&Mistake::StateNotReset) => {
                return record.state(0, t - 1)[..hidden].to_vec();
            }
            () => return record.recurrent_input(block, t)[..hidden].to_vec(),
        };
        let Some(Node::Within(node)) = cell.recurrent_source(block) else {
            return record.state(0, state_at)[..hidden].to_vec();
        };
        // What the cell makes of the state of t − 1, made of the other state.
        let mut input = vec![0.0; hidden];
        for (number, wire) in cell.wires().iter().enumerate() {
            let (Node::Before(part), true) = (wire.from, wire.to == Node::Within(node)) else {
                continue;
            };
            record.slopes(self.network.activation, number, t, &mut self.slopes);
            let terms = self.slopes.iter().zip(record.state(part, state_at));
            for (input, (slope, h)) in input.iter_mut().zip(terms) {
                *input += slope.value() * h;
            }
        }
        input
    }

    /// δ (input of t)ᵀ
    fn add_terms(
        &mut self,
        t: usize,
        layer: usize,
        [deltas, recurrent]: [&[f64]; 2],
        read: &[f64],
    ) {
        let blocks = self.network.cell.cell().blocks().len();
        let inputs: Vec<f64> = (0..blocks)
            .flat_map(|block| self.recurrent_input(t, layer, block))
            .collect();
        let layout = self.network.parameters.layout();
        let ranges = layout.layers()[layer].clone();
        let hidden = layout.widths().hidden;
        let read_at = match self.has(&Mistake::InputBefore) && layer == 0 {
            true => t - 1,
            false => t,
        };
        let rows = deltas.len();
        let is_transposed = self.has(&Mistake::TermTransposed);
        let values = self.computed.gradients.values_mut();
        for (place, (delta, row)) in recurrent
            .iter()
            .zip(values[ranges.w_h].chunks_exact_mut(hidden))
            .enumerate()
        {
            let block = place / hidden * hidden..(place / hidden + 1) * hidden;
            let input = &inputs[block.clone()];
            if is_transposed {
                let h = input[place % hidden];
                for (sum, delta) in row.iter_mut().zip(&recurrent[block]) {
                    *sum += delta * h;
                }
                continue;
            }
            for (sum, h) in row.iter_mut().zip(input) {
                *sum += delta * h;
            }
        }
        let w_i = &mut values[ranges.w_i];
        if read_at > 0 {
            let reading = Reading::of(self.setting.batch, self.pass, layer, read_at);
            for (column, sums) in w_i.chunks_exact_mut(rows).enumerate() {
                let x = match &reading {
                    Reading::Vector(x) => x[column],
                    Reading::Word(word) => f64::from(u8::from(*word == Some(column))),
                };
                if x != 0.0 {
                    for (sum, delta) in sums.iter_mut().zip(deltas) {
                        *sum += delta * x;
                    }
                }
            }
        }
        if !ranges.b_i.is_empty() {
            add(&mut values[ranges.b_i], deltas);
        }
        if !ranges.b_h.is_empty() {
            add(&mut values[ranges.b_h], recurrent);
        }
        if layer == 0
            && let Some((tensor, range)) = layout.tensor(Parameter::Embedding)
            && let crate::rnn::Inputs::Tokens(tokens) = &self.setting.batch.inputs
            && let Some(token) = tokens[t - 1]
        {
            let first = range.start + token as usize * tensor.columns;
            add(&mut values[first..first + tensor.columns], read);
        }
    }

    /// Jacobians multiplied element by element, of a network whose state is f of one number a unit.
    fn run_elementwise(
        &mut self,
        answers: &[(usize, Vec<f64>)],
        seen: &mut impl FnMut(usize, &Computed),
    ) {
        let hidden = self.network.parameters.hidden();
        let length = self.setting.length();
        let Some((_, dz)) = answers.last() else {
            return;
        };
        let put_in = self.to_state(dz);
        let w_h = self.network.parameters.w_h().to_owned();
        let mut product: Option<Vec<f64>> = None;
        for t in (1..=length).rev() {
            let gamma = match &product {
                None => put_in.clone(),
                Some(product) => (0..hidden)
                    .map(|column| {
                        (0..hidden)
                            .map(|row| product[row * hidden + column] * put_in[row])
                            .sum()
                    })
                    .collect(),
            };
            self.add_gamma(t, &gamma);
            self.step(t, &gamma);
            let f_prime = self
                .pass
                .responses()
                .map(|it| it.f_prime(t))
                .unwrap_or_default();
            let step = |row: usize, column: usize| f_prime[row] * w_h[[row, column]];
            let places =
                || (0..hidden).flat_map(|row| (0..hidden).map(move |column| (row, column)));
            product = Some(match &product {
                None => places().map(|(row, column)| step(row, column)).collect(),
                Some(product) => places()
                    .zip(product)
                    .map(|((row, column), product)| product * step(row, column))
                    .collect(),
            });
            seen(t, &self.computed);
        }
    }
}

fn add(sums: &mut [f64], numbers: &[f64]) {
    sums.iter_mut().zip(numbers).for_each(|(sum, x)| *sum += x);
}

/// The activation of a block: f of the Elman cell, else as its line of the cell's equations begins.
pub fn activation_of(network: &Network, block: usize) -> Activation {
    if network.cell == CellKind::Elman {
        return network.activation;
    }
    let equations = network.cell.cell().notation().equations.iter();
    let mut lines = equations.filter(|line| line.of == Symbol::Gate(block));
    match lines.next().and_then(|line| line.is.first()) {
        Some(first) if *first == SIGMA => Activation::Sigmoid,
        _ => Activation::Tanh,
    }
}

/// f′ of what f has made `squashed` of, for σ and tanh.
fn of_squashed(activation: Activation, squashed: f64) -> f64 {
    match activation {
        Activation::Sigmoid => squashed * (1.0 - squashed),
        _ => 1.0 - squashed * squashed,
    }
}
