//! What a network is made of, from which the shapes of all its tensors follow.

use super::cells::CellKind;
use super::layout::{LayerShape, Layout, MemoryOrder, Parameter, Tensor, Widths};

/// Cell, widths and what else the shapes of the tensors depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Architecture {
    /// What the layers are made of.
    pub cell: CellKind,
    /// How wide the network is where.
    pub widths: Widths,
    /// Whether the layers and the read-out have biases.
    pub bias: bool,
    /// Whether there is a read-out; without it, the last layer's states are the answers, and K is H.
    pub has_read_out: bool,
    /// The width of a learnt embedding, by which the first layer reads words; without it, it reads them one-hot.
    pub embedding: Option<usize>,
}

impl Architecture {
    /// The lecture's network: one layer of the Elman cell, and one number read out.
    pub fn of_the_lecture(inputs: usize, hidden: usize, bias: bool) -> Self {
        Self {
            cell: CellKind::Elman,
            widths: Widths {
                inputs,
                hidden,
                layers: 1,
                outputs: 1,
            },
            bias,
            has_read_out: true,
            embedding: None,
        }
    }

    /// The tensors: those of the layers from the first to the last, then the read-out's, then the embedding.
    pub fn layout(self) -> Layout {
        let Self {
            cell,
            widths,
            bias,
            has_read_out,
            embedding,
        } = self;
        let mut tensors = Vec::new();
        for layer in 0..widths.layers {
            let inputs = match (layer, embedding) {
                (0, Some(width)) => width,
                (0, None) => widths.inputs,
                _ => widths.hidden,
            };
            tensors.extend(cell.cell().tensors(LayerShape {
                layer,
                layers: widths.layers,
                inputs,
                hidden: widths.hidden,
                bias,
            }));
        }
        if has_read_out {
            tensors.extend(self.read_out());
        }
        tensors.extend(embedding.map(|width| Tensor {
            name: "embedding.weight".into(),
            parameter: Parameter::Embedding,
            layer: 0,
            rows: widths.inputs,
            columns: width,
            order: MemoryOrder::Rows,
        }));
        Layout::new(widths, tensors)
    }

    /// W_o, K × H, and b_o. In a network of the lecture one number is read out by a vector w_o, H long.
    fn read_out(self) -> [Tensor; 2] {
        let Widths {
            hidden,
            layers,
            outputs,
            ..
        } = self.widths;
        let is_the_lectures = self.cell.cell().has_the_lectures_names(layers);
        let (rows, columns) = if is_the_lectures && outputs == 1 {
            (hidden, 1)
        } else {
            (outputs, hidden)
        };
        let biases = if self.bias { outputs } else { 0 };
        let tensor = |parameter: Parameter, name: &'static str, rows, columns| Tensor {
            name: if is_the_lectures {
                parameter.name()
            } else {
                name
            }
            .into(),
            parameter,
            layer: layers - 1,
            rows,
            columns,
            order: MemoryOrder::Rows,
        };
        [
            tensor(Parameter::OutputWeights, "readout.weight", rows, columns),
            tensor(Parameter::OutputBias, "readout.bias", biases, 1),
        ]
    }
}
