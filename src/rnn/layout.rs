//! Which tensors the parameters of a network are made of: their names, what they are for, and their shapes.

use std::fmt;
use std::ops::Range;

/// What a tensor is for, whatever the cell. Names are the lecture's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// Input weights.
    InputWeights,
    /// Recurrent weights.
    RecurrentWeights,
    /// Bias of the hidden state.
    HiddenBias,
    /// Read-out weights.
    OutputWeights,
    /// Bias of the read-out.
    OutputBias,
}

impl Parameter {
    /// Everything that a tensor may be for, in the order in which a network of the lecture has them.
    pub const ALL: [Self; 5] = [
        Self::InputWeights,
        Self::RecurrentWeights,
        Self::HiddenBias,
        Self::OutputWeights,
        Self::OutputBias,
    ];

    /// The name in code and files: `w_i`, `w_h`, `b`, `w_o`, `b_o`.
    pub fn name(self) -> &'static str {
        match self {
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
    pub name: &'static str,
    /// What it is for.
    pub parameter: Parameter,
    /// Its rows.
    pub rows: usize,
    /// Its columns.
    pub columns: usize,
    /// How its numbers follow each other.
    pub order: MemoryOrder,
}

impl Tensor {
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

    /// The name of the number at `index` in memory: `w_h[2, 3]`, row and column counted from 1 as in the lecture, and
    /// `w_h` alone where it is the only one. The word of index k, which counts from 0, has the column k + 1 of W_i.
    pub fn name_of(&self, index: usize) -> String {
        let (row, column) = self.place(index);
        match (self.rows, self.columns) {
            (1, 1) => self.name.to_owned(),
            (_, 1) if self.parameter != Parameter::InputWeights => {
                format!("{}[{}]", self.name, row + 1)
            }
            _ => format!("{}[{}, {}]", self.name, row + 1, column + 1),
        }
    }
}

/// The tensors of a network one behind the other, as a cell gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    tensors: Vec<Tensor>,
    /// Where each begins, and where the last one ends.
    starts: Vec<usize>,
    inputs: usize,
    hidden: usize,
}

impl Layout {
    /// `tensors` of a network that reads `inputs` numbers and has `hidden` units.
    pub fn new(inputs: usize, hidden: usize, tensors: Vec<Tensor>) -> Self {
        let mut starts = vec![0];
        let mut end = 0;
        for tensor in &tensors {
            end += tensor.len();
            starts.push(end);
        }
        Self {
            tensors,
            starts,
            inputs,
            hidden,
        }
    }

    /// D, the width of what is read.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// H, the number of units.
    pub fn hidden(&self) -> usize {
        self.hidden
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

    /// The tensor that is for `parameter`, and where its numbers are.
    pub fn tensor(&self, parameter: Parameter) -> Option<(&Tensor, Range<usize>)> {
        self.tensors()
            .find(|(tensor, _)| tensor.parameter == parameter)
    }

    /// The tensor that the number at `place` among all of them belongs to, and its place there.
    pub fn tensor_at(&self, place: usize) -> Option<(&Tensor, usize)> {
        let (tensor, range) = self.tensors().find(|(_, range)| range.contains(&place))?;
        Some((tensor, place - range.start))
    }
}

/// A tensor that does not fit a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{tensor} is {}×{} and has to be {}×{}", found[0], found[1], expected[0], expected[1]
)]
pub struct ShapeError {
    /// Its name.
    pub tensor: &'static str,
    /// Rows and columns that it has to have.
    pub expected: [usize; 2],
    /// Rows and columns that it has.
    pub found: [usize; 2],
}
