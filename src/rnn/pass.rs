//! A pass over a batch: forward through all layers to the read-out, and back by backpropagation through time.

use super::cell::{FromReadOut, Incoming, Layer, LayerGradients, Record, Responses};
use super::cells::CellKind;
use super::layout::{LayerRanges, Parameter};
use super::products::{Order, Packed, add_product};
use super::read_out::{ReadOutGradients, read_out, read_out_back};
use super::{Batch, Gradients, Interrupt, Interrupted, Loss, Network, Reads};

/// Every intermediate of a pass over a batch, timestep by timestep. The buffers are kept from pass to pass.
#[derive(Debug, Default)]
pub struct Pass {
    length: usize,
    size: usize,
    hidden: usize,
    cell: CellKind,
    layers: Vec<Box<dyn Record>>,
    read_outs: Vec<f64>,
    /// ∂L/∂h_n of the last layer by the read-out.
    from_read_out: Vec<f64>,
    /// ∂L/∂ of what the layer above reads.
    from_above: Vec<f64>,
    /// W_i of the layer above, as the products want it.
    above: Packed,
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
        for place in 0..self.layers.len() {
            let (below, rest) = self.layers.split_at_mut(place);
            let reads = match below.last() {
                Some(below) => states_of(&**below, self.hidden),
                None => Reads::from(&batch.inputs),
            };
            let layer = layer_of(network, batch, (place, reads));
            rest[0].forward(&layer, interrupt)?;
        }
        let parameters = &network.parameters;
        let (w_o, b_o) = (parameters.w_o(), parameters.b_o());
        let mut z = std::mem::take(&mut self.read_outs);
        read_out(self.state(self.length), self.hidden, w_o, b_o, &mut z);
        self.read_outs = z;
        Ok(())
    }

    /// Adds `weight` · ∂L/∂ of every parameter to `gradients`, for L summed over the sequences of
    /// `batch`, after [`Self::forward`] has run over it. A `weight` of 1/B gives the mean.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised; `gradients` is then meaningless.
    pub fn backward(
        &mut self,
        network: &Network,
        batch: &Batch,
        (loss, weight): (Loss, f64),
        gradients: &mut Gradients,
        interrupt: &Interrupt,
    ) -> Result<(), Interrupted> {
        if batch.size == 0 {
            return Ok(());
        }
        self.seed(network, batch, (loss, weight), gradients);
        interrupt.check()?;
        for place in (0..self.layers.len()).rev() {
            let is_last = place + 1 == self.layers.len();
            let (below, rest) = self.layers.split_at_mut(place);
            let reads = match below.last() {
                Some(below) => states_of(&**below, self.hidden),
                None => Reads::from(&batch.inputs),
            };
            let layer = layer_of(network, batch, (place, reads));
            let incoming = Incoming {
                from_read_out: if is_last {
                    FromReadOut::AtTheEnd(&self.from_read_out)
                } else {
                    FromReadOut::Nothing
                },
                from_above: (!is_last).then_some(&self.from_above),
            };
            let ranges = &network.parameters.layout().layers()[place];
            let of_layer = gradients_of(gradients, ranges);
            rest[0].backward(&layer, incoming, of_layer, interrupt)?;
            if place > 0 {
                let rows = layer.w_i.len() / self.hidden;
                self.above.pack_transposed(layer.w_i, rows);
                self.from_above.clear();
                self.from_above.resize(self.count(), 0.0);
                let deltas = self.layers[place].deltas();
                add_product(deltas, &self.above, Order::Rising, &mut self.from_above);
            }
        }
        Ok(())
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
        self.top().norms()
    }

    /// z of every sequence.
    pub fn read_outs(&self) -> &[f64] {
        &self.read_outs
    }

    /// The largest n · B · H that it has had room for so far, of each buffer.
    pub(crate) fn room(&self) -> usize {
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
        self.read_outs.resize(batch.size * widths.outputs, 0.0);
    }

    /// n · B · H.
    fn count(&self) -> usize {
        self.length * self.size * self.hidden
    }

    /// The loss's own gradient: ∂L/∂z, and from it ∂L/∂W_o, ∂L/∂b_o and ∂L/∂h_n.
    fn seed(
        &mut self,
        network: &Network,
        batch: &Batch,
        (loss, weight): (Loss, f64),
        gradients: &mut Gradients,
    ) {
        let slab = self.size * self.hidden;
        let mut g_n = std::mem::take(&mut self.from_read_out);
        g_n.resize(slab, 0.0);
        let w_o = network.parameters.w_o();
        let [w_o_gradients, b_o] =
            gradients.several_mut([Parameter::OutputWeights, Parameter::OutputBias]);
        let rows = self.state(self.length).chunks_exact(self.hidden);
        let rows = rows.zip(g_n.chunks_exact_mut(self.hidden));
        for ((h, states), (&z, &y)) in rows.zip(self.read_outs.iter().zip(&batch.targets)) {
            let dz = weight * loss.derivative(z, y);
            let gradients = ReadOutGradients {
                states,
                w_o: &mut *w_o_gradients,
                b_o: &mut *b_o,
            };
            read_out_back(&[dz], h, w_o, gradients);
        }
        self.from_read_out = g_n;
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
fn layer_of<'a>(
    network: &'a Network,
    batch: &Batch,
    (place, reads): (usize, Reads<'a>),
) -> Layer<'a> {
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
