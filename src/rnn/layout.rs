//! Which tensors the parameters of a network are made of: their names, what they are for, and their shapes.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// What a tensor is for, whatever the cell. Names are the lecture's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// Input weights.
    InputWeights,
    /// Recurrent weights.
    RecurrentWeights,
    /// Bias of the hidden state; where a cell has two, the one beside the input weights.
    HiddenBias,
    /// Bias beside the recurrent weights, for cells that have it apart.
    RecurrentBias,
    /// Read-out weights.
    OutputWeights,
    /// Bias of the read-out.
    OutputBias,
    /// What stands for each word, learnt.
    Embedding,
}

impl Parameter {
    /// What the tensors of a network of the lecture are for, in their order.
    pub const OF_THE_LECTURE: [Self; 5] = [
        Self::InputWeights,
        Self::RecurrentWeights,
        Self::HiddenBias,
        Self::OutputWeights,
        Self::OutputBias,
    ];

    /// The name: `w_i`, `w_h`, `b`, `w_o` and `b_o` as in the lecture, `b_h` and `embedding` for what it does not have.
    pub fn name(self) -> &'static str {
        match self {
            Self::Embedding => "embedding",
            Self::RecurrentBias => "b_h",
            Self::InputWeights => "w_i",
            Self::RecurrentWeights => "w_h",
            Self::HiddenBias => "b",
            Self::OutputWeights => "w_o",
            Self::OutputBias => "b_o",
        }
    }

    /// Whether it belongs to the read-out, which no gradient through time passes.
    pub fn is_of_read_out(self) -> bool {
        matches!(self, Self::OutputWeights | Self::OutputBias)
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// In which order the numbers of a matrix follow each other in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryOrder {
    /// Row by row.
    Rows,
    /// Column by column, so that the column of one word is in one piece.
    Columns,
}

/// One tensor: a matrix, or a vector, which is a matrix of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Its name in code and files.
    pub name: Cow<'static, str>,
    /// What it is for.
    pub parameter: Parameter,
    /// Which layer it belongs to, from 0; the read-out counts as the last one and the embedding as the first.
    pub layer: usize,
    /// Its rows.
    pub rows: usize,
    /// Its columns.
    pub columns: usize,
    /// How its numbers follow each other.
    pub order: MemoryOrder,
}

impl Tensor {
    /// A tensor of a network of one layer, by the lecture's name.
    pub fn of_the_lecture(
        parameter: Parameter,
        rows: usize,
        columns: usize,
        order: MemoryOrder,
    ) -> Self {
        Self {
            name: Cow::Borrowed(parameter.name()),
            parameter,
            layer: 0,
            rows,
            columns,
            order,
        }
    }

    /// The four tensors of a layer whose weights consist of so many `blocks` of H rows, by PyTorch's names.
    pub fn of_layer(shape: LayerShape, blocks: usize) -> Vec<Self> {
        let rows = blocks * shape.hidden;
        let biases = if shape.bias { rows } else { 0 };
        let tensor = |name: &str, parameter, rows, columns, order| Self {
            name: format!("{name}_l{}", shape.layer).into(),
            parameter,
            layer: shape.layer,
            rows,
            columns,
            order,
        };
        vec![
            tensor(
                "weight_ih",
                Parameter::InputWeights,
                rows,
                shape.inputs,
                MemoryOrder::Columns,
            ),
            tensor(
                "weight_hh",
                Parameter::RecurrentWeights,
                rows,
                shape.hidden,
                MemoryOrder::Rows,
            ),
            tensor(
                "bias_ih",
                Parameter::HiddenBias,
                biases,
                1,
                MemoryOrder::Rows,
            ),
            tensor(
                "bias_hh",
                Parameter::RecurrentBias,
                biases,
                1,
                MemoryOrder::Rows,
            ),
        ]
    }

    /// How many numbers it has.
    pub fn len(&self) -> usize {
        self.rows * self.columns
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Row and column of the number at `index` in memory, from 0.
    pub fn place(&self, index: usize) -> (usize, usize) {
        match self.order {
            MemoryOrder::Rows => (index / self.columns, index % self.columns),
            MemoryOrder::Columns => (index % self.rows, index / self.rows),
        }
    }

    /// Whether it is a matrix between a layer and what it reads, also where that has one column.
    fn is_of_a_layers_weights(&self) -> bool {
        matches!(
            self.parameter,
            Parameter::InputWeights | Parameter::RecurrentWeights
        )
    }

    /// The name of the number at `index` in memory: `w_h[2, 3]`, row and column counted from 1 as in the lecture, and
    /// `w_h` alone where it is the only one. The word of index k, which counts from 0, has the column k + 1 of W_i.
    pub fn name_of(&self, index: usize) -> String {
        let (row, column) = self.place(index);
        match (self.rows, self.columns) {
            (1, 1) => self.name.clone().into_owned(),
            (_, 1) if !self.is_of_a_layers_weights() => format!("{}[{}]", self.name, row + 1),
            _ => format!("{}[{}, {}]", self.name, row + 1, column + 1),
        }
    }
}

/// What the tensors of a layer depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerShape {
    /// Which layer, from 0.
    pub layer: usize,
    /// How many layers the network has.
    pub layers: usize,
    /// How many numbers the layer reads at a time.
    pub inputs: usize,
    /// H.
    pub hidden: usize,
    /// Whether there are biases.
    pub bias: bool,
}

/// How wide a network is where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Widths {
    /// D, the width of what is read; for words, how many there are.
    pub inputs: usize,
    /// H, the number of units of each layer.
    pub hidden: usize,
    /// How many layers there are.
    pub layers: usize,
    /// K, how many numbers are read out.
    pub outputs: usize,
}

/// The tensors of a network one behind the other, as its cell gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    tensors: Vec<Tensor>,
    /// Where each begins, and where the last one ends.
    starts: Vec<usize>,
    widths: Widths,
    layers: Vec<LayerRanges>,
}

/// Where the numbers of a layer are among all; empty where it has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerRanges {
    /// W_i.
    pub w_i: Range<usize>,
    /// W_h.
    pub w_h: Range<usize>,
    /// The biases beside W_i.
    pub b_i: Range<usize>,
    /// The biases beside W_h.
    pub b_h: Range<usize>,
}

impl Layout {
    /// `tensors` of a network that is so wide.
    pub fn new(widths: Widths, tensors: Vec<Tensor>) -> Self {
        let mut starts = vec![0];
        let mut end = 0;
        for tensor in &tensors {
            end += tensor.len();
            starts.push(end);
        }
        let mut layout = Self {
            tensors,
            starts,
            widths,
            layers: Vec::new(),
        };
        let range = |parameter, layer| {
            let found = layout.tensor_of(parameter, layer);
            found.map_or(0..0, |(_, range)| range)
        };
        let layers = (0..widths.layers).map(|layer| LayerRanges {
            w_i: range(Parameter::InputWeights, layer),
            w_h: range(Parameter::RecurrentWeights, layer),
            b_i: range(Parameter::HiddenBias, layer),
            b_h: range(Parameter::RecurrentBias, layer),
        });
        layout.layers = layers.collect();
        layout
    }

    /// How wide the network is where.
    pub fn widths(&self) -> Widths {
        self.widths
    }

    /// Where the numbers of each layer are, from the first layer to the last.
    pub fn layers(&self) -> &[LayerRanges] {
        &self.layers
    }

    /// How many numbers there are.
    pub fn count(&self) -> usize {
        self.starts.last().copied().unwrap_or_default()
    }

    /// Every tensor, with where its numbers are among all of them.
    pub fn tensors(&self) -> impl ExactSizeIterator<Item = (&Tensor, Range<usize>)> {
        let ranges = self.starts.windows(2).map(|pair| pair[0]..pair[1]);
        self.tensors.iter().zip(ranges)
    }

    /// The tensor that is for `parameter`, the one of the first layer where every layer has one, and where its numbers
    /// are.
    pub fn tensor(&self, parameter: Parameter) -> Option<(&Tensor, Range<usize>)> {
        self.tensors()
            .find(|(tensor, _)| tensor.parameter == parameter)
    }

    /// As [`Self::tensor`], of the layer `layer`, counted from 0.
    pub fn tensor_of(&self, parameter: Parameter, layer: usize) -> Option<(&Tensor, Range<usize>)> {
        self.tensors()
            .find(|(tensor, _)| (tensor.parameter, tensor.layer) == (parameter, layer))
    }

    /// The tensor that the number at `place` among all of them belongs to, and its place there.
    pub fn tensor_at(&self, place: usize) -> Option<(&Tensor, usize)> {
        let (tensor, range) = self.tensors().find(|(_, range)| range.contains(&place))?;
        Some((tensor, place - range.start))
    }
}

/// A tensor that does not fit a layout.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{tensor} is {}×{} and has to be {}×{}", found[0], found[1], expected[0], expected[1]
)]
pub struct ShapeError {
    /// Its name.
    pub tensor: Cow<'static, str>,
    /// Rows and columns that it has to have.
    pub expected: [usize; 2],
    /// Rows and columns that it has.
    pub found: [usize; 2],
}
