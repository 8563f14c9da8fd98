//! A network: its cell, its parameters and the state it starts from.

use std::ops::Range;

use super::cells::CellKind;
use super::layout::Parameter;
use super::{Activation, Parameters};

/// Layers of one cell, one above the other, and a read-out.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// What the layers are made of.
    pub cell: CellKind,
    /// f, of the Elman cell.
    pub activation: Activation,
    /// The weights of the layers and of the read-out.
    pub parameters: Parameters,
    /// s_0, the state before the first timestep: of one layer behind the other, and in each of one part behind the other,
    /// H numbers each. Given, not trained. For one layer of the Elman cell it is o_0.
    pub s_0: Vec<f64>,
}

impl Network {
    /// A network of the Elman cell whose first state is `o_0` in every unit.
    pub fn new(activation: Activation, parameters: Parameters, o_0: f64) -> Self {
        Self::of_cell(CellKind::Elman, activation, parameters, o_0)
    }

    /// Whether it is a network as the lecture has it: one layer of the Elman cell, whatever it reads and answers, but
    /// without an embedding.
    pub fn is_the_lectures(&self) -> bool {
        let layout = self.parameters.layout();
        let layers = layout.widths().layers;
        self.cell.cell().has_the_lectures_names(layers)
            && layout.tensor(Parameter::Embedding).is_none()
    }

    /// The places of the biases of the gate that carries the state on, beside W_i and beside W_h, of every layer: what acts
    /// on a unit is the sum of the two. Nothing for a cell without such a gate, and without biases.
    pub fn carrying_biases(&self) -> impl Iterator<Item = [Range<usize>; 2]> {
        let gate = self.cell.cell().carrying_gate();
        let layout = self.parameters.layout();
        let hidden = layout.widths().hidden;
        let layers = layout.layers().iter();
        layers.filter_map(move |layer| {
            let gate = gate?;
            let block = |of: &Range<usize>| {
                let start = (of.start + gate * hidden).min(of.end);
                start..(start + hidden).min(of.end)
            };
            (!layer.b_i.is_empty()).then(|| [&layer.b_i, &layer.b_h].map(block))
        })
    }

    /// The places of the biases beside W_i of every layer, all of them or without those of the gate that carries the state
    /// on.
    pub fn hidden_biases(&self, with_carrying: bool) -> Vec<Range<usize>> {
        let layers = self.parameters.layout().layers().iter();
        let all = layers.map(|layer| layer.b_i.clone());
        let mut carrying = self.carrying_biases().peekable();
        if with_carrying || carrying.peek().is_none() {
            return all.collect();
        }
        all.zip(carrying)
            .flat_map(|(all, [gate, _])| [all.start..gate.start, gate.end..all.end])
            .collect()
    }

    /// The bias of the gate that carries the state on, the mean over all units: of an LSTM that of the forget gate, of a GRU
    /// that of the update gate. `None` for a cell without such a gate, and without biases.
    pub fn carrying_bias(&self) -> Option<f64> {
        let (mut sum, mut layers) = (0.0, 0);
        for ranges in self.carrying_biases() {
            let biases = ranges
                .into_iter()
                .flat_map(|it| &self.parameters.values()[it]);
            sum += biases.sum::<f64>();
            layers += 1;
        }
        let units = layers * self.parameters.hidden();
        (units > 0).then(|| sum / units as f64)
    }

    /// A network of `cell` whose first state is `s_0` in every part of every unit.
    pub fn of_cell(
        cell: CellKind,
        activation: Activation,
        parameters: Parameters,
        s_0: f64,
    ) -> Self {
        let widths = parameters.layout().widths();
        let parts = cell.cell().states().len();
        Self {
            cell,
            activation,
            s_0: vec![s_0; widths.layers * parts * widths.hidden],
            parameters,
        }
    }
}
