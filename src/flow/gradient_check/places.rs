//! Which parameters a check looks at.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::rnn::{Batch, Gradients, Inputs, Parameter, Parameters, Tensor};

/// The entries of W_i that the sequence reads.
pub struct UsedInputs {
    /// Rows of W_i, all its blocks together.
    rows: usize,
    /// Columns that are read; `None` if all are.
    columns: Option<Vec<usize>>,
    count: usize,
}

/// Which entries of W_i `batch` reads.
pub fn used_inputs(parameters: &Parameters, batch: &Batch) -> UsedInputs {
    let layout = parameters.layout();
    let is_embedded = layout.tensor(Parameter::Embedding).is_some();
    let columns = match &batch.inputs {
        Inputs::Tokens(tokens) if !is_embedded => {
            let used: BTreeSet<usize> = tokens.iter().flatten().map(|&t| t as usize).collect();
            Some(used.into_iter().collect::<Vec<_>>())
        }
        _ => None,
    };
    let shape = layout.tensor(Parameter::InputWeights);
    let (rows, width) = shape.map_or((1, 0), |(tensor, _)| (tensor.rows, tensor.columns));
    let width = columns.as_ref().map_or(width, Vec::len);
    UsedInputs {
        rows,
        count: width * rows,
        columns,
    }
}

impl UsedInputs {
    /// Whether the entry at flat `index` is read.
    pub fn contains(&self, index: usize) -> bool {
        let column = index / self.rows;
        let columns = self.columns.as_ref();
        columns.is_none_or(|columns| columns.binary_search(&column).is_ok())
    }

    /// The flat index in W_i of the `number`-th entry that is read.
    fn index(&self, number: usize) -> usize {
        match &self.columns {
            None => number,
            Some(columns) => columns[number / self.rows] * self.rows + number % self.rows,
        }
    }
}

/// The recurrent weight with the largest gradient and up to `count` − 1 more, different ones each
/// `round`. Each is its place among all parameters.
pub fn sample(gradients: &Gradients, used: &UsedInputs, count: usize, round: u64) -> Vec<usize> {
    let values = gradients.values();
    let largest = gradients
        .range(Parameter::RecurrentWeights)
        .max_by(|&a, &b| values[a].abs().total_cmp(&values[b].abs()));
    let mut places = Vec::from_iter(largest);
    // Only the first layer reads the sequence; those above read states, which are never left out.
    let reads_sequence =
        |tensor: &Tensor| tensor.parameter == Parameter::InputWeights && tensor.layer == 0;
    let tensors: Vec<(bool, Range<usize>, usize)> = gradients
        .layout()
        .tensors()
        .map(|(tensor, range)| match reads_sequence(tensor) {
            true => (true, range, used.count),
            false => (false, range, tensor.len()),
        })
        .filter(|(_, _, length)| *length > 0)
        .collect();
    let more = count.saturating_sub(1) as u64;
    for slot in 0..more {
        // Turns are numbered through all rounds, so that each tensor is walked without a gap.
        let turn = round.wrapping_mul(more).wrapping_add(slot);
        let (reads_sequence, range, length) = &tensors[(turn % tensors.len() as u64) as usize];
        let length = *length;
        let number = (turn / tensors.len() as u64 % length as u64) as usize;
        let number = number * spreading_stride(length) % length;
        let index = match reads_sequence {
            true => used.index(number),
            false => number,
        };
        let place = range.start + index;
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// A stride that visits all of `length` places, each far from the last: near the golden section, and
/// without a common divisor.
fn spreading_stride(length: usize) -> usize {
    let golden = (length as f64 * 0.618_033_988_749_895) as usize;
    (golden.max(1)..=length)
        .find(|&stride| greatest_common_divisor(stride, length) == 1)
        .unwrap_or(1)
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}
