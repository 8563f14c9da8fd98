//! Which parameters a check looks at.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::rnn::{Batch, Gradients, Inputs, Parameter, Parameters};

/// The entries of W_i that the sequence reads.
pub struct UsedInputs {
    hidden: usize,
    /// Columns that are read; `None` if all are.
    columns: Option<Vec<usize>>,
    count: usize,
}

/// Which entries of W_i `batch` reads.
pub fn used_inputs(parameters: &Parameters, batch: &Batch) -> UsedInputs {
    let columns = match &batch.inputs {
        Inputs::Dense { .. } => None,
        Inputs::Tokens(tokens) => {
            let used: BTreeSet<usize> = tokens.iter().flatten().map(|&t| t as usize).collect();
            Some(used.into_iter().collect::<Vec<_>>())
        }
    };
    let hidden = parameters.hidden();
    let width = columns.as_ref().map_or(parameters.inputs(), Vec::len);
    UsedInputs {
        hidden,
        count: width * hidden,
        columns,
    }
}

impl UsedInputs {
    /// Whether the entry at flat `index` is read.
    pub fn contains(&self, index: usize) -> bool {
        let column = index / self.hidden;
        let columns = self.columns.as_ref();
        columns.is_none_or(|columns| columns.binary_search(&column).is_ok())
    }

    /// The flat index in W_i of the `number`-th entry that is read.
    fn index(&self, number: usize) -> usize {
        match &self.columns {
            None => number,
            Some(columns) => columns[number / self.hidden] * self.hidden + number % self.hidden,
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
    let tensors: Vec<(Parameter, Range<usize>, usize)> = gradients
        .layout()
        .tensors()
        .map(|(tensor, range)| match tensor.parameter {
            Parameter::InputWeights => (tensor.parameter, range, used.count),
            _ => (tensor.parameter, range, tensor.len()),
        })
        .filter(|(_, _, length)| *length > 0)
        .collect();
    let more = count.saturating_sub(1) as u64;
    for slot in 0..more {
        // Turns are numbered through all rounds, so that each tensor is walked without a gap.
        let turn = round.wrapping_mul(more).wrapping_add(slot);
        let (parameter, range, length) = &tensors[(turn % tensors.len() as u64) as usize];
        let length = *length;
        let number = (turn / tensors.len() as u64 % length as u64) as usize;
        let number = number * spreading_stride(length) % length;
        let index = match parameter {
            Parameter::InputWeights => used.index(number),
            _ => number,
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
