//! A pass over a batch: forward through all layers to the read-out, and back by backpropagation through time.

use super::cell::{FromReadOut, Incoming, Layer, LayerGradients, Record, Responses};
use super::cells::CellKind;
use super::layout::{LayerRanges, Parameter};
use super::norms::norm_of_both;
use super::products::{Order, Packed, add_product, dot};
use super::read_out::{ReadOutGradients, read_out, read_out_back};
use super::{Batch, Gradients, Inputs, Interrupt, Interrupted, Network, Objective, ReadOut, Reads};

/// Every intermediate of a pass over a batch, timestep by timestep. The buffers are kept from pass to pass.
#[derive(Debug, Default)]
pub struct Pass {
    length: usize,
    size: usize,
    hidden: usize,
    cell: CellKind,
    layers: Vec<Box<dyn Record>>,
    read_outs: Vec<f64>,
    /// ∂L/∂h_n of the last layer by the read-out, or ∂L/∂h_1 to ∂L/∂h_n.
    from_read_out: Vec<f64>,
    /// ∂L/∂z of one answer.
    dz: Vec<f64>,
    /// ∂L/∂ of what the layer above reads.
    from_above: Vec<f64>,
    /// W_i of the layer above, as the products want it.
    above: Packed,
    /// What the embedding has made of the words, if there is one: E numbers for each timestep of each sequence.
    embedded: Vec<f64>,
    /// ‖γ_0‖ to ‖γ_n‖ over all layers, where there are several.
    norms: Vec<f64>,
}

impl Pass {
    /// Runs `network` over `batch`.
    ///
    /// Token indices and vector widths must fit W_i. A batch without sequences is nothing to do.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised; the contents are then meaningless.
    pub fn forward(
        &mut self,
        network: &Network,
        batch: &Batch,
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted> {
        self.prepare(network, batch);
        if batch.size == 0 {
            return Ok(());
        }
        self.embed(network, batch);
        for place in 0..self.layers.len() {
            let (below, rest) = self.layers.split_at_mut(place);
            let reads = match below.last() {
                Some(below) => states_of(&**below, self.hidden),
                None => first_reads(network, batch, &self.embedded),
            };
            let layer = layer_of(network, batch, place, reads);
            rest[0].forward(&layer, interrupt)?;
        }
        let parameters = &network.parameters;
        let (w_o, b_o) = (parameters.w_o(), parameters.b_o());
        let mut z = std::mem::take(&mut self.read_outs);
        read_out(self.answering(batch), self.hidden, w_o, b_o, &mut z);
        self.read_outs = z;
        Ok(())
    }

    /// Adds ∂L/∂ of every parameter to `gradients`, for the `objective` L over the answers that `batch` asks for, after
    /// [`Self::forward`] has run over it.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised; `gradients` is then meaningless.
    pub fn backward(
        &mut self,
        network: &Network,
        batch: &Batch,
        objective: Objective,
        gradients: &mut Gradients,
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted> {
        if batch.size == 0 {
            return Ok(());
        }
        self.seed(network, batch, objective, gradients);
        interrupt.check()?;
        let layers = self.layers.len();
        for place in (0..layers).rev() {
            let is_last = place + 1 == layers;
            let (below, rest) = self.layers.split_at_mut(place);
            let reads = match below.last() {
                Some(below) => states_of(&**below, self.hidden),
                None => first_reads(network, batch, &self.embedded),
            };
            let layer = Layer {
                truncate: objective.truncate,
                ..layer_of(network, batch, place, reads)
            };
            let incoming = Incoming {
                from_read_out: match batch.read_out {
                    _ if !is_last => FromReadOut::Nothing,
                    ReadOut::AtTheEnd => FromReadOut::AtTheEnd(&self.from_read_out),
                    ReadOut::AtEveryStep => FromReadOut::AtEveryStep(&self.from_read_out),
                },
                from_above: (!is_last).then_some(&self.from_above),
                at_last: of_layer(&batch.last_state_gradients, place, layers),
                weight: objective.weight,
            };
            let ranges = &network.parameters.layout().layers()[place];
            let of_layer = gradients_of(gradients, ranges);
            rest[0].backward(&layer, incoming, of_layer, interrupt)?;
            if place > 0 {
                let mut below = std::mem::take(&mut self.from_above);
                self.write_input_gradients(network, place, &mut below);
                self.from_above = below;
            }
        }
        self.add_embedding_gradient(network, batch, gradients);
        self.measure();
        Ok(())
    }

    /// What the last state adds to the loss where ∂L/∂s_n is given from outside: the sum of both products, as by
    /// [`Loss::Linear`](super::Loss::Linear).
    pub fn last_state_loss(&self, batch: &Batch) -> f64 {
        let all = &batch.last_state_gradients;
        let layers = self.layers.iter().enumerate();
        let parts = layers.flat_map(|(place, layer)| {
            let of_layer = of_layer(all, place, self.layers.len());
            let parts = of_layer.chunks_exact((self.size * self.hidden).max(1));
            parts
                .enumerate()
                .map(move |(part, g)| dot(g, layer.state(part, self.length)))
        });
        parts.sum()
    }

    /// `weight` · ∂L/∂x_t after [`Self::backward`], D numbers for each timestep of each sequence, laid out as the inputs
    /// are; of words, of what the embedding makes of them or of each place of a one-hot vector. It takes as many
    /// multiplications as W_i x_t.
    pub fn input_gradients(&mut self, network: &Network) -> Vec<f64> {
        let mut gradients = Vec::new();
        self.write_input_gradients(network, 0, &mut gradients);
        gradients
    }

    /// Writes ∂L/∂ of what layer number `place` reads.
    fn write_input_gradients(&mut self, network: &Network, place: usize, out: &mut Vec<f64>) {
        let parameters = &network.parameters;
        let w_i = &parameters.values()[parameters.layout().layers()[place].w_i.clone()];
        let rows = network.cell.cell().blocks().len() * self.hidden;
        self.above.pack_transposed(w_i, rows);
        out.clear();
        out.resize(self.length * self.size * w_i.len() / rows, 0.0);
        let deltas = self.layers[place].deltas();
        add_product(deltas, &self.above, Order::Rising, out);
    }

    /// The norms over all layers, where there are several.
    fn measure(&mut self) {
        let [first, others @ ..] = self.layers.as_slice() else {
            return;
        };
        if others.is_empty() {
            return;
        }
        self.norms.clear();
        self.norms.extend_from_slice(first.norms());
        for other in others {
            for (norm, other) in self.norms.iter_mut().zip(other.norms()) {
                *norm = norm_of_both(*norm, *other);
            }
        }
    }

    /// Looks up what stands for each word.
    fn embed(&mut self, network: &Network, batch: &Batch) {
        let layout = network.parameters.layout();
        let (Some((tensor, range)), Inputs::Tokens(tokens)) =
            (layout.tensor(Parameter::Embedding), &batch.inputs)
        else {
            self.embedded.clear();
            return;
        };
        let width = tensor.columns;
        let weights = &network.parameters.values()[range];
        self.embedded.clear();
        self.embedded.resize(tokens.len() * width, 0.0);
        let rows = self.embedded.chunks_exact_mut(width);
        for (row, token) in rows.zip(tokens) {
            if let Some(token) = token {
                row.copy_from_slice(&weights[*token as usize * width..][..width]);
            }
        }
    }

    /// What of the gradient falls on what stands for each word.
    fn add_embedding_gradient(
        &mut self,
        network: &Network,
        batch: &Batch,
        gradients: &mut Gradients,
    ) {
        let layout = network.parameters.layout();
        let (Some((tensor, range)), Inputs::Tokens(tokens)) =
            (layout.tensor(Parameter::Embedding), &batch.inputs)
        else {
            return;
        };
        let width = tensor.columns;
        let mut to_words = std::mem::take(&mut self.from_above);
        self.write_input_gradients(network, 0, &mut to_words);
        let sums = &mut gradients.values_mut()[range];
        for (row, token) in to_words.chunks_exact(width).zip(tokens) {
            if let Some(token) = token {
                let sum = &mut sums[*token as usize * width..][..width];
                sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
            }
        }
        self.from_above = to_words;
    }

    /// n, B, H of the last pass.
    pub fn shape(&self) -> (usize, usize, usize) {
        (self.length, self.size, self.hidden)
    }

    /// What came up in each layer, from the first to the last.
    pub fn layers(&self) -> &[Box<dyn Record>] {
        &self.layers
    }

    /// What came up in the last layer, which is read out.
    ///
    /// # Panics
    /// Before the first pass.
    pub fn top(&self) -> &dyn Record {
        match self.layers.last() {
            Some(record) => &**record,
            None => panic!("nothing has run yet"),
        }
    }

    /// h_t of the last layer for `t` from 0 to n: B rows of H. It is o_t of the Elman cell.
    pub fn state(&self, t: usize) -> &[f64] {
        self.top().state(0, t)
    }

    /// `weight` · ∂L/∂h_t of the last layer for `t` from 0 to n: B rows of H.
    pub fn state_gradient(&self, t: usize) -> &[f64] {
        self.top().state_gradient(0, t)
    }

    /// What the embedding has made of the word of the first sequence at 1-based `t`, if there is an embedding.
    pub fn embedded(&self, t: usize) -> Option<&[f64]> {
        let steps = self.length * self.size;
        if self.embedded.is_empty() {
            return None;
        }
        let width = self.embedded.len() / steps;
        let first = (t - 1) * self.size * width;
        Some(&self.embedded[first..first + width])
    }

    /// `weight` · ∂L/∂h_t of the last layer by the read-out at 1-based `t` alone: B rows of H; nothing where nothing is
    /// read out.
    pub fn from_read_out(&self, t: usize) -> &[f64] {
        let slab = self.size * self.hidden;
        let is_at_the_end = self.from_read_out.len() == slab;
        let first = match is_at_the_end {
            true if t == self.length => 0,
            true => return &[],
            false => (t - 1) * slab,
        };
        &self.from_read_out[first..first + slab]
    }

    /// δ_t = `weight` · ∂L/∂a_t of the last layer for 1-based `t`: B rows of as many numbers as its W_i has rows.
    pub fn delta(&self, t: usize) -> &[f64] {
        self.top().delta(t)
    }

    /// a_t and f′(a_t), if there is one layer whose state is f of one number for each unit.
    pub fn responses(&self) -> Option<Responses<'_>> {
        match self.layers.as_slice() {
            [record] => record.responses(),
            _ => None,
        }
    }

    /// ‖γ_t‖ for t = 0..n at index t: the Euclidean norm over all sequences, units and layers.
    pub fn norms(&self) -> &[f64] {
        match self.layers.as_slice() {
            [record] => record.norms(),
            _ => &self.norms,
        }
    }

    /// z of every answer, K numbers for each: of every sequence, or of every timestep of every sequence.
    pub fn read_outs(&self) -> &[f64] {
        &self.read_outs
    }

    /// The largest n · B · H that it has had room for so far, of each buffer.
    pub fn room(&self) -> usize {
        let rooms = self.layers.iter().map(|record| record.room());
        rooms.max().unwrap_or(0)
    }

    /// Exchanges the memory of γ_0 to γ_n of the last layer, one timestep after the other, for `memory`: to keep them
    /// while the next batch passes.
    pub fn swap_state_gradients(&mut self, memory: &mut Vec<f64>) {
        if let Some(record) = self.layers.last_mut() {
            record.swap_state_gradients(memory);
        }
    }

    fn prepare(&mut self, network: &Network, batch: &Batch) {
        let widths = network.parameters.layout().widths();
        (self.length, self.size, self.hidden) = (batch.length, batch.size, widths.hidden);
        if self.cell != network.cell {
            self.layers.clear();
            self.cell = network.cell;
        }
        self.layers
            .resize_with(widths.layers, || network.cell.cell().record());
        self.read_outs.resize(batch.answers() * widths.outputs, 0.0);
    }

    /// The states of the last layer that are read out, H numbers for each answer.
    fn answering(&self, batch: &Batch) -> &[f64] {
        match batch.read_out {
            ReadOut::AtTheEnd => self.state(self.length),
            ReadOut::AtEveryStep => self.top().outputs(),
        }
    }

    /// The loss's own gradient: ∂L/∂z, and from it ∂L/∂W_o, ∂L/∂b_o and what comes to the states that are read out.
    fn seed(
        &mut self,
        network: &Network,
        batch: &Batch,
        objective: Objective,
        gradients: &mut Gradients,
    ) {
        let mut to_states = std::mem::take(&mut self.from_read_out);
        let mut dz = std::mem::take(&mut self.dz);
        to_states.resize(batch.answers() * self.hidden, 0.0);
        let outputs = network.parameters.layout().widths().outputs;
        dz.resize(outputs, 0.0);
        let w_o = network.parameters.w_o();
        let [w_o_gradients, b_o] =
            gradients.several_mut([Parameter::OutputWeights, Parameter::OutputBias]);
        let rows = self.answering(batch).chunks_exact(self.hidden);
        let rows = rows.zip(to_states.chunks_exact_mut(self.hidden));
        let answers = self.read_outs.chunks_exact(outputs);
        for ((h, states), (z, y)) in rows.zip(answers.zip(batch.answer_targets())) {
            let Objective { loss, weight, .. } = objective;
            loss.write_derivative(z, y, weight, &mut dz);
            let gradients = ReadOutGradients {
                states,
                w_o: &mut *w_o_gradients,
                b_o: &mut *b_o,
            };
            read_out_back(&dz, h, w_o, gradients);
        }
        (self.from_read_out, self.dz) = (to_states, dz);
    }
}

/// What of `all`, which has as many numbers for each of the `layers`, is of number `place`.
fn of_layer(all: &[f64], place: usize, layers: usize) -> &[f64] {
    let each = all.len() / layers;
    &all[place * each..(place + 1) * each]
}

/// What the first layer reads: the batch, or what the embedding has made of its words.
fn first_reads<'a>(network: &Network, batch: &'a Batch, embedded: &'a [f64]) -> Reads<'a> {
    match network.parameters.layout().tensor(Parameter::Embedding) {
        Some((tensor, _)) => Reads::Vectors {
            width: tensor.columns,
            values: embedded,
        },
        None => Reads::from(&batch.inputs),
    }
}

/// h_1 to h_n of a layer, as the one above reads them.
fn states_of(record: &dyn Record, hidden: usize) -> Reads<'_> {
    Reads::Vectors {
        width: hidden,
        values: record.outputs(),
    }
}

/// Layer number `place` of `network`, reading `reads`.
fn layer_of<'a>(network: &'a Network, batch: &Batch, place: usize, reads: Reads<'a>) -> Layer<'a> {
    let layout = network.parameters.layout();
    let hidden = layout.widths().hidden;
    let LayerRanges { w_i, w_h, b_i, b_h } = layout.layers()[place].clone();
    let values = network.parameters.values();
    let width = network.cell.cell().states().len() * hidden;
    Layer {
        length: batch.length,
        size: batch.size,
        hidden,
        activation: network.activation,
        truncate: 0,
        reads,
        initial: &network.s_0[place * width..(place + 1) * width],
        w_i: &values[w_i],
        w_h: &values[w_h],
        b_i: &values[b_i],
        b_h: &values[b_h],
    }
}

/// The gradients of the layer whose numbers are in `ranges`.
fn gradients_of<'a>(gradients: &'a mut Gradients, ranges: &LayerRanges) -> LayerGradients<'a> {
    let LayerRanges { w_i, w_h, b_i, b_h } = ranges.clone();
    let [w_i, w_h, b_i, b_h] = gradients.ranges_mut([w_i, w_h, b_i, b_h]);
    LayerGradients { w_i, w_h, b_i, b_h }
}
