//! A matrix laid out for products with it: in panels of sixteen columns, row after row.

use super::tile::{Line, WIDTH};

/// A matrix in panels, of which the last is filled up with zeros. The memory is kept from one matrix to the
/// next.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    rows: usize,
    columns: usize,
    panels: Vec<Line>,
}

impl Packed {
    /// Packs the matrix that `values` holds row after row, `columns` numbers each.
    #[inline(always)]
    pub fn pack(&mut self, values: &[f64], columns: usize) {
        self.resize(values.len() / columns, columns);
        let first_columns = (0..columns).step_by(WIDTH);
        for (panel, first) in self.panels.chunks_exact_mut(self.rows).zip(first_columns) {
            for (packed, row) in panel.iter_mut().zip(values.chunks_exact(columns)) {
                match row[first..].first_chunk() {
                    Some(whole) => packed.0 = *whole,
                    None => packed.0[..columns - first].copy_from_slice(&row[first..]),
                }
            }
        }
    }

    /// Packs the transpose of the square matrix that `values` holds row after row, `size` numbers each.
    pub fn pack_transposed(&mut self, values: &[f64], size: usize) {
        self.resize(size, size);
        let panels = self.panels.chunks_exact_mut(size);
        for (panel, rows) in panels.zip(values.chunks(WIDTH * size)) {
            for (column, row) in rows.chunks_exact(size).enumerate() {
                for (packed, &value) in panel.iter_mut().zip(row) {
                    packed.0[column] = value;
                }
            }
        }
    }

    /// How many rows the matrix has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns the matrix has.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The panels with the column at which each begins.
    pub fn panels(&self) -> impl Iterator<Item = (usize, &[Line])> {
        let panels = self.panels.chunks_exact(self.rows).enumerate();
        panels.map(|(place, panel)| (place * WIDTH, panel))
    }

    /// The panels, `count` at a time and fewer at the end.
    pub fn panels_by(&self, count: usize) -> impl Iterator<Item = &[Line]> {
        self.panels.chunks(count * self.rows)
    }

    fn resize(&mut self, rows: usize, columns: usize) {
        let count = columns.div_ceil(WIDTH) * rows;
        // What is beyond the last column must be zero, whatever was there.
        if (rows, columns) != (self.rows, self.columns) {
            self.panels.clear();
        }
        self.panels.resize(count, Line([0.0; WIDTH]));
        (self.rows, self.columns) = (rows, columns);
    }
}
