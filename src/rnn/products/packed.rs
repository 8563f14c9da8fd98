//! A matrix laid out for products with it: in panels of sixteen columns, row after row.

use super::tile::{Line, WIDTH};

/// In which order a product goes through its matrix. Alternating from one timestep to the next, a product begins
/// with what the last one has ended with: where a matrix is as large as the first cache, that much of it is
/// still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// From the first column to the last.
    Rising,
    /// From the last column to the first.
    Falling,
}

impl Order {
    /// The order at timestep `t`.
    pub fn at(t: usize) -> Self {
        if t.is_multiple_of(2) {
            Self::Rising
        } else {
            Self::Falling
        }
    }
}

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
        let (panels, rows) = (&mut self.panels, self.rows);
        for (place, row) in values.chunks_exact(columns).enumerate() {
            let (whole, rest) = row.as_chunks::<WIDTH>();
            for (panel, values) in whole.iter().enumerate() {
                panels[panel * rows + place] = Line::of(values);
            }
            if !rest.is_empty() {
                panels[whole.len() * rows + place].0[..rest.len()].copy_from_slice(rest);
            }
        }
    }

    /// Packs the transpose of the matrix that `values` holds row after row, `columns` numbers each.
    pub fn pack_transposed(&mut self, values: &[f64], columns: usize) {
        self.resize(columns, values.len() / columns);
        let panels = self.panels.chunks_exact_mut(columns);
        for (panel, rows) in panels.zip(values.chunks(WIDTH * columns)) {
            for (column, row) in rows.chunks_exact(columns).enumerate() {
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

    /// The places of all groups of `count` panels, in an order.
    #[inline(always)]
    pub fn places(&self, count: usize, order: Order) -> impl Iterator<Item = usize> {
        let last = self.columns.div_ceil(count * WIDTH) - 1;
        (0..=last).map(move |place| match order {
            Order::Rising => place,
            Order::Falling => last - place,
        })
    }

    /// `count` panels, or as many as are left at the end, and the column at which they begin.
    #[inline(always)]
    pub fn group(&self, place: usize, count: usize) -> (usize, &[Line]) {
        let first = place * count * self.rows;
        let last = self.panels.len().min(first + count * self.rows);
        (place * count * WIDTH, &self.panels[first..last])
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
