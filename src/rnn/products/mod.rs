//! The matrix products of the network, over row-major slices.
//!
//! One code for every size. Beside faer 0.24 (AVX-512, packed), on one core of a Zen 4 at 26 thousand million
//! multiply-adds a second: as fast for 32 rows and more, and two to three times as fast for the single row of
//! a batch of one. It allocates nothing, and every number comes from the same operations in the same order
//! whatever stands beside it: a sequence has the same bits alone, in a batch, and in a part of a batch that
//! runs on another core.

mod packed;
mod tile;

pub use packed::Packed;

use super::vectorised::{Loop, multiply_add, run};
use tile::{Line, ROWS, Sums, WIDTH, add_columns, add_row};

/// Rows that [`Transposed::add_product`] takes at a time: two operands of 64 rows and 512 columns are 512 KB and
/// stay in the second cache, those of a few units in the first.
pub const CHUNK: usize = 64;

/// `out += x · matrix`, for rows of `x` as long as `matrix` has rows and rows of `out` as long as it has
/// columns.
pub fn add_product(x: &[f64], matrix: &Packed, out: &mut [f64]) {
    run(Product::<true> { x, matrix, out });
}

/// As [`add_product`], for `out = x · matrix`.
pub fn product(x: &[f64], matrix: &Packed, out: &mut [f64]) {
    run(Product::<false> { x, matrix, out });
}

/// `out += factor · x`, elementwise.
pub fn add_scaled(factor: f64, x: &[f64], out: &mut [f64]) {
    run(AddScaled { factor, x, out });
}

/// `out = x · y`, elementwise.
pub fn multiply(x: &[f64], y: &[f64], out: &mut [f64]) {
    run(Multiply { x, y, out });
}

/// Adds the rows of `x`, each as long as `out`, to `out`. Nothing if `out` is empty.
pub fn add_rows(x: &[f64], out: &mut [f64]) {
    match out {
        [] => {}
        [sum] => *sum += run(Sum(x)),
        out => run(AddRows { x, out }),
    }
}

/// `x · y`, the sum over all elements.
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    run(Dot { x, y })
}

/// Products `xᵀ · y` over many rows, with the memory that y is packed in, kept from one to the next.
#[derive(Clone, Debug, Default)]
pub struct Transposed {
    right: Packed,
}

impl Transposed {
    /// `out += xᵀ · y` for rows of `x`, `height` numbers each, and as many rows of `y`. `out` has `height` rows
    /// as long as those of `y`.
    pub fn add_product(&mut self, x: &[f64], height: usize, y: &[f64], out: &mut [f64]) {
        let columns = out.len() / height;
        let chunks = x.chunks(CHUNK * height);
        for (x, y) in chunks.zip(y.chunks(CHUNK * columns)) {
            run(TransposedProduct {
                right: &mut self.right,
                x,
                height,
                y,
                out,
            });
        }
    }
}

/// Reads `sums` from the rows of `out` from column `first` on; what is beyond the last row or column is left.
#[inline(always)]
fn load(out: &[f64], columns: usize, first: usize, sums: &mut Sums) {
    for (sum, row) in sums.iter_mut().zip(out.chunks_exact(columns)) {
        match row[first..].first_chunk::<WIDTH>() {
            Some(whole) => *sum = *whole,
            None => sum[..columns - first].copy_from_slice(&row[first..]),
        }
    }
}

/// Writes back what [`load`] has read.
#[inline(always)]
fn store(sums: &Sums, columns: usize, first: usize, out: &mut [f64]) {
    for (sum, row) in sums.iter().zip(out.chunks_exact_mut(columns)) {
        match row[first..].first_chunk_mut::<WIDTH>() {
            Some(whole) => *whole = *sum,
            None => row[first..].copy_from_slice(&sum[..columns - first]),
        }
    }
}

/// A product that is added to what is there already, or takes its place.
struct Product<'a, const ADD: bool> {
    x: &'a [f64],
    matrix: &'a Packed,
    out: &'a mut [f64],
}

impl<const ADD: bool> Loop for Product<'_, ADD> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Self { x, matrix, out } = self;
        let (rows, columns) = (matrix.rows(), matrix.columns());
        let whole = x.len() / (ROWS * rows) * ROWS;
        let (x, x_rest) = x.split_at(whole * rows);
        let (out, out_rest) = out.split_at_mut(whole * columns);
        // One panel after another, each against all rows: it stays in the first cache.
        for (first, panel) in matrix.panels() {
            let blocks = x.chunks_exact(ROWS * rows);
            for (x, out) in blocks.zip(out.chunks_exact_mut(ROWS * columns)) {
                let mut sums = [[0.0; WIDTH]; ROWS];
                if ADD {
                    load(out, columns, first, &mut sums);
                }
                let x: [&[f64]; ROWS] = std::array::from_fn(|r| &x[r * rows..(r + 1) * rows]);
                tile::add_rows::<FUSED>(x, panel, &mut sums);
                store(&sums, columns, first, out);
            }
        }
        for (x, out) in x_rest
            .chunks_exact(rows)
            .zip(out_rest.chunks_exact_mut(columns))
        {
            one_row::<FUSED, ADD>(x, matrix, out);
        }
    }
}

/// A single row: four panels at a time, whose sums do not wait for one another, and then those that are left.
#[inline(always)]
fn one_row<const FUSED: bool, const ADD: bool>(x: &[f64], matrix: &Packed, out: &mut [f64]) {
    let groups = matrix.panels_by(ROWS);
    for (panels, out) in groups.zip(out.chunks_mut(ROWS * WIDTH)) {
        if panels.len() == ROWS * x.len() {
            one_row_of_panels::<FUSED, ADD, ROWS>(x, panels, out);
        } else {
            for (panel, out) in panels.chunks_exact(x.len()).zip(out.chunks_mut(WIDTH)) {
                one_row_of_panels::<FUSED, ADD, 1>(x, panel, out);
            }
        }
    }
}

#[inline(always)]
fn one_row_of_panels<const FUSED: bool, const ADD: bool, const COUNT: usize>(
    x: &[f64],
    panels: &[Line],
    out: &mut [f64],
) {
    let mut sums = [[0.0; WIDTH]; COUNT];
    if ADD {
        load_row(out, &mut sums);
    }
    let panels = std::array::from_fn(|place| &panels[place * x.len()..(place + 1) * x.len()]);
    add_row::<FUSED, COUNT>(x, panels, &mut sums);
    for (sum, out) in sums.iter().zip(out.chunks_mut(WIDTH)) {
        match out.first_chunk_mut::<WIDTH>() {
            Some(whole) => *whole = *sum,
            None => out.copy_from_slice(&sum[..out.len()]),
        }
    }
}

#[inline(always)]
fn load_row(out: &[f64], sums: &mut [[f64; WIDTH]]) {
    for (sum, out) in sums.iter_mut().zip(out.chunks(WIDTH)) {
        match out.first_chunk::<WIDTH>() {
            Some(whole) => *sum = *whole,
            None => sum[..out.len()].copy_from_slice(out),
        }
    }
}

struct TransposedProduct<'a> {
    right: &'a mut Packed,
    x: &'a [f64],
    height: usize,
    y: &'a [f64],
    out: &'a mut [f64],
}

impl Loop for TransposedProduct<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Self {
            right, height, out, ..
        } = self;
        let columns = out.len() / height;
        right.pack(self.y, columns);
        for (first, panel) in right.panels() {
            let blocks = (0..height).step_by(ROWS);
            for (place, out) in blocks.zip(out.chunks_mut(ROWS * columns)) {
                let mut sums = [[0.0; WIDTH]; ROWS];
                load(out, columns, first, &mut sums);
                add_columns::<FUSED>(self.x, height, place, panel, &mut sums);
                store(&sums, columns, first, out);
            }
        }
    }
}

struct AddScaled<'a> {
    factor: f64,
    x: &'a [f64],
    out: &'a mut [f64],
}

impl Loop for AddScaled<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for (out, &x) in self.out.iter_mut().zip(self.x) {
            *out = multiply_add::<FUSED>(self.factor, x, *out);
        }
    }
}

struct Multiply<'a> {
    x: &'a [f64],
    y: &'a [f64],
    out: &'a mut [f64],
}

impl Loop for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for (out, (x, y)) in self.out.iter_mut().zip(self.x.iter().zip(self.y)) {
            *out = x * y;
        }
    }
}

struct AddRows<'a> {
    x: &'a [f64],
    out: &'a mut [f64],
}

impl Loop for AddRows<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for row in self.x.chunks_exact(self.out.len()) {
            for (sum, x) in self.out.iter_mut().zip(row) {
                *sum += x;
            }
        }
    }
}

/// With sixteen running sums, as in [`Dot`].
struct Sum<'a>(&'a [f64]);

impl Loop for Sum<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        let mut sums = [0.0; WIDTH];
        let (x, rest) = self.0.as_chunks::<WIDTH>();
        for x in x {
            for (sum, x) in sums.iter_mut().zip(x) {
                *sum += x;
            }
        }
        for (sum, x) in sums.iter_mut().zip(rest) {
            *sum += x;
        }
        sums.iter().sum()
    }
}

struct Dot<'a> {
    x: &'a [f64],
    y: &'a [f64],
}

impl Loop for Dot<'_> {
    type Output = f64;

    /// Sixteen running sums, so that the additions need not wait for one another. Their number is fixed, for
    /// the same bits whatever the processor's vectors are.
    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        let mut sums = [0.0; WIDTH];
        let (x, x_rest) = self.x.as_chunks::<WIDTH>();
        let (y, y_rest) = self.y.as_chunks::<WIDTH>();
        for (x, y) in x.iter().zip(y) {
            for (sum, (&x, &y)) in sums.iter_mut().zip(x.iter().zip(y)) {
                *sum = multiply_add::<FUSED>(x, y, *sum);
            }
        }
        for (sum, (&x, &y)) in sums.iter_mut().zip(x_rest.iter().zip(y_rest)) {
            *sum = multiply_add::<FUSED>(x, y, *sum);
        }
        sums.iter().sum()
    }
}

#[cfg(test)]
mod tests;
