//! What the network reads, through W_i, and what of the gradient falls on W_i.
//!
//! W_i is stored column by column, so that, read row after row, its memory is its transpose.

use std::ops::Range;

use super::Inputs;
use super::products::{Order, Packed, Transposed, add_product, add_scaled, dot};

/// W_i, as the products want it. The memory is kept from one to the next.
#[derive(Clone, Debug, Default)]
pub struct Projection {
    packed: Packed,
}

impl Projection {
    /// Takes over the weights `w_i` of `hidden` units.
    pub fn prepare(&mut self, inputs: &Inputs, w_i: &[f64], hidden: usize) {
        if matches!(inputs, Inputs::Dense { width, .. } if width * hidden > 1) {
            self.packed.pack(w_i, hidden);
        }
    }

    /// Adds W_i x to `a`, for the rows `rows` of `inputs`; `a` has `hidden` numbers for each.
    pub fn add(
        &self,
        inputs: &Inputs,
        rows: Range<usize>,
        w_i: &[f64],
        hidden: usize,
        a: &mut [f64],
    ) {
        match inputs {
            Inputs::Dense { width: 1, values } if hidden == 1 => {
                add_scaled(w_i[0], &values[rows], a);
            }
            Inputs::Dense { width, values } => {
                let x = &values[rows.start * width..rows.end * width];
                add_product(x, &self.packed, Order::Rising, a);
            }
            Inputs::Tokens(tokens) => {
                for (row, token) in a.chunks_exact_mut(hidden).zip(&tokens[rows]) {
                    if let Some(token) = token {
                        let column = &w_i[*token as usize * hidden..][..hidden];
                        row.iter_mut().zip(column).for_each(|(a, &w)| *a += w);
                    }
                }
            }
        }
    }
}

/// Adds Σ δ xᵀ to `w_i`, for the rows `rows` of `inputs` and the `deltas` of `hidden` numbers for each.
pub fn add_input_gradient(
    inputs: &Inputs,
    rows: Range<usize>,
    deltas: &[f64],
    hidden: usize,
    transposed: &mut Transposed,
    w_i: &mut [f64],
) {
    match inputs {
        Inputs::Dense { width: 1, values } if hidden == 1 => w_i[0] += dot(deltas, &values[rows]),
        Inputs::Dense { width, values } => {
            let x = &values[rows.start * width..rows.end * width];
            if hidden == 1 {
                transposed.share(deltas, hidden);
            }
            transposed.add_times_shared(x, *width, w_i);
        }
        Inputs::Tokens(tokens) => {
            for (delta, token) in deltas.chunks_exact(hidden).zip(&tokens[rows]) {
                if let Some(token) = token {
                    let column = &mut w_i[*token as usize * hidden..][..hidden];
                    column.iter_mut().zip(delta).for_each(|(w, d)| *w += d);
                }
            }
        }
    }
}
