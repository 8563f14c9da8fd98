//! The gradients of the weights of a layer: sums over time.

use std::ops::Range;

use super::Reads;
use super::cell::LayerGradients;
use super::products::{CHUNK, Transposed, add_rows, dot};
use super::projection::add_input_gradient;

/// Numbers to take at a time in sums over time, where [`CHUNK`] rows are fewer.
const LEAST_NUMBERS: usize = 1024;

/// Adds up ∂L/∂W_i = Σ δ_t x_tᵀ and ∂L/∂W_h = Σ δ_t h_{t−1}ᵀ. The memory is kept.
#[derive(Debug, Default)]
pub struct WeightSums {
    transposed: Transposed,
    /// The columns of δ that belong to a part of W_h.
    of_part: Vec<f64>,
}

/// Rows of W_h that are multiplied with the same numbers.
#[derive(Clone, Copy, Debug)]
pub struct RecurrentPart<'a> {
    /// How many rows of W_h.
    pub rows: usize,
    /// What they are multiplied with, H numbers for each row of δ.
    pub inputs: &'a [f64],
}

impl WeightSums {
    /// Adds the part of the `rows`, each of which is a timestep of a sequence, to the gradients of the weights. What is
    /// read and the states before each row are H = `hidden` numbers wide; both kinds of δ, of what W_i x and of what
    /// W_h h is added to, are whole blocks of H. (They are often the same slice.)
    pub fn add(
        &mut self,
        (reads, states, hidden): (Reads<'_>, &[f64], usize),
        (deltas, recurrent_deltas): (&[f64], &[f64]),
        rows: Range<usize>,
        gradients: &mut LayerGradients<'_>,
    ) {
        let LayerGradients { w_i, w_h, b_i, b_h } = gradients;
        let width = w_h.len() / hidden;
        let is_one = std::ptr::eq(deltas, recurrent_deltas);
        let together = CHUNK.max(LEAST_NUMBERS / hidden);
        let transposed = &mut self.transposed;
        for start in rows.clone().step_by(together) {
            let rows = start..rows.end.min(start + together);
            let numbers = rows.start * width..rows.end * width;
            let previous = &states[rows.start * hidden..rows.end * hidden];
            let recurrent = &recurrent_deltas[numbers.clone()];
            let deltas = &deltas[numbers];
            add_rows(deltas, b_i);
            add_rows(recurrent, b_h);
            if width == 1 {
                w_h[0] += dot(recurrent, previous);
            } else {
                transposed.share(recurrent, width);
                transposed.add_shared_times(previous, hidden, w_h);
                if !is_one {
                    transposed.share(deltas, width);
                }
            }
            add_input_gradient(reads, rows, deltas, width, transposed, w_i);
        }
    }

    /// As [`Self::add`], for a cell of which not all rows of W_h are multiplied with the state before, and which has one
    /// kind of δ. The `parts` of W_h lie one behind the other.
    pub fn add_in_parts(
        &mut self,
        (reads, hidden): (Reads<'_>, usize),
        deltas: &[f64],
        parts: &[RecurrentPart<'_>],
        rows: Range<usize>,
        gradients: &mut LayerGradients<'_>,
    ) {
        let LayerGradients { w_i, w_h, b_i, b_h } = gradients;
        let width = w_h.len() / hidden;
        let together = CHUNK.max(LEAST_NUMBERS / hidden);
        let transposed = &mut self.transposed;
        for start in rows.clone().step_by(together) {
            let rows = start..rows.end.min(start + together);
            let numbers = rows.start * hidden..rows.end * hidden;
            let deltas = &deltas[rows.start * width..rows.end * width];
            add_rows(deltas, b_i);
            add_rows(deltas, b_h);
            let mut first = 0;
            for part in parts {
                let columns = first..first + part.rows;
                self.of_part.clear();
                for row in deltas.chunks_exact(width) {
                    self.of_part.extend_from_slice(&row[columns.clone()]);
                }
                let w_h = &mut w_h[columns.start * hidden..columns.end * hidden];
                transposed.share(&self.of_part, part.rows);
                transposed.add_shared_times(&part.inputs[numbers.clone()], hidden, w_h);
                first = columns.end;
            }
            transposed.share(deltas, width);
            add_input_gradient(reads, rows, deltas, width, transposed, w_i);
        }
    }
}
