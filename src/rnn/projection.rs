//! What the network reads, through W_i, and what of the gradient falls on W_i.
//!
//! W_i is stored column by column, so that, read row after row, its memory is its transpose.

use std::ops::Range;

use super::Reads;
use super::products::{Order, Packed, Transposed, add_product, add_scaled, dot};

/// W_i, as the products want it. The memory is kept from one to the next.
#[derive(Clone, Debug, Default)]
pub struct Projection {
    packed: Packed,
}

impl Projection {
    /// Takes over the weights `w_i`, of `rows` rows.
    pub fn prepare(&mut self, reads: Reads<'_>, w_i: &[f64], rows: usize) {
        if matches!(reads, Reads::Vectors { width, .. } if width * rows > 1) {
            self.packed.pack(w_i, rows);
        }
    }

    /// Fills every row of `a`, `width` numbers each, with the sum of two vectors of biases, either of which may be
    /// empty.
    pub fn begin_with(&self, biases: [&[f64]; 2], width: usize, a: &mut [f64]) {
        match biases {
            [[], []] => a.fill(0.0),
            [[b], []] | [[], [b]] => a.fill(*b),
            [b, []] | [[], b] => {
                let rows = a.chunks_exact_mut(width);
                rows.for_each(|row| row.copy_from_slice(b));
            }
            [one, other] => {
                for row in a.chunks_exact_mut(width) {
                    for (a, (one, other)) in row.iter_mut().zip(one.iter().zip(other)) {
                        *a = one + other;
                    }
                }
            }
        }
    }

    /// Adds W_i x to `a`, for the rows `rows` of what is read; `a` has `hidden` numbers for each.
    pub fn add(
        &self,
        reads: Reads<'_>,
        rows: Range<usize>,
        w_i: &[f64],
        hidden: usize,
        a: &mut [f64],
    ) {
        match reads {
            Reads::Vectors { width: 1, values } if hidden == 1 => {
                add_scaled(w_i[0], &values[rows], a);
            }
            Reads::Vectors { width, values } => {
                let x = &values[rows.start * width..rows.end * width];
                add_product(x, &self.packed, Order::Rising, a);
            }
            Reads::Tokens(tokens) => {
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

/// Adds Σ δ xᵀ to `w_i`, for the rows `rows` of what is read and the `deltas` of `hidden` numbers for each.
pub fn add_input_gradient(
    reads: Reads<'_>,
    rows: Range<usize>,
    deltas: &[f64],
    hidden: usize,
    transposed: &mut Transposed,
    w_i: &mut [f64],
) {
    match reads {
        Reads::Vectors { width: 1, values } if hidden == 1 => w_i[0] += dot(deltas, &values[rows]),
        Reads::Vectors { width, values } => {
            let x = &values[rows.start * width..rows.end * width];
            if hidden == 1 {
                transposed.share(deltas, hidden);
            }
            transposed.add_times_shared(x, width, w_i);
        }
        Reads::Tokens(tokens) => {
            for (delta, token) in deltas.chunks_exact(hidden).zip(&tokens[rows]) {
                if let Some(token) = token {
                    let column = &mut w_i[*token as usize * hidden..][..hidden];
                    column.iter_mut().zip(delta).for_each(|(w, d)| *w += d);
                }
            }
        }
    }
}
