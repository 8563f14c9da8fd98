//! The innermost loop of every matrix product: a few rows times a panel of columns, kept in registers.

use crate::vectorised::multiply_add;

/// Columns of a panel: two AVX-512 registers, four of AVX2.
pub const WIDTH: usize = 16;

/// Rows of a tile. With [`WIDTH`] it makes eight AVX-512 sums that do not wait for one another; with more rows
/// or columns the compiler no longer keeps them in registers (measured: 4 × 16 reaches the processor's peak,
/// 8 × 16 and 4 × 32 a half or less).
pub const ROWS: usize = 4;

/// Columns that are summed up at a time where there is no fused multiply-add: such a processor, and a page, has sixteen
/// registers of two numbers, and [`ROWS`] times [`WIDTH`] sums are twice as many.
const NARROW: usize = 4;

/// One row of a panel, on a boundary of the cache's lines: a vector that straddles one is loaded twice.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
pub struct Line(pub [f64; WIDTH]);

/// The sums of a tile.
pub type Sums = [[f64; WIDTH]; ROWS];

/// `sums[r] += Σ_k rows[r][k] · panel[k]`. Every sum runs over k in order, so that a result does not depend
/// on the rows beside it, nor on how wide the processor's vectors are.
#[inline(always)]
pub fn add_rows<const FUSED: bool>(rows: [&[f64]; ROWS], panel: &[Line], sums: &mut Sums) {
    let [a, b, c, d] = rows.map(|row| &row[..panel.len()]);
    let factors = |k: usize| [a[k], b[k], c[k], d[k]];
    add_tile::<FUSED>(factors, panel, sums);
}

/// `sums[r] += Σ_k left[k][4 block + r] · right[k]`: four columns of a panel, `block` of them, times all of
/// another with as many rows.
#[inline(always)]
pub fn add_columns<const FUSED: bool>(
    left: &[Line],
    block: usize,
    right: &[Line],
    sums: &mut Sums,
) {
    let left = &left[..right.len()];
    let factors = |k: usize| left[k].0.as_chunks::<ROWS>().0[block];
    add_tile::<FUSED>(factors, right, sums);
}

/// `sums[p] += Σ_k row[k] · panels[p][k]`: one row and several panels, for as many sums.
#[inline(always)]
pub fn add_row<const FUSED: bool, const COUNT: usize>(
    row: &[f64],
    panels: [&[Line]; COUNT],
    sums: &mut [[f64; WIDTH]; COUNT],
) {
    if FUSED {
        let mut local = *sums;
        let panels = panels.map(|panel| &panel[..row.len()]);
        for (k, &left) in row.iter().enumerate() {
            let right = panels.map(|panel| &panel[k].0);
            add_scaled::<FUSED, COUNT, WIDTH>([left; COUNT], right, &mut local);
        }
        *sums = local;
    } else {
        for (panel, sum) in panels.into_iter().zip(sums) {
            add::<FUSED, 1, WIDTH>(|k| [row[k]], panel, std::array::from_mut(sum), 0);
        }
    }
}

/// `sums[r] += Σ_k factors(k)[r] · panel[k]`, as many columns at a time as the registers hold.
#[inline(always)]
fn add_tile<const FUSED: bool>(
    factors: impl Fn(usize) -> [f64; ROWS],
    panel: &[Line],
    sums: &mut Sums,
) {
    if FUSED {
        add::<FUSED, ROWS, WIDTH>(factors, panel, sums, 0);
    } else {
        for part in 0..WIDTH / NARROW {
            add::<FUSED, ROWS, NARROW>(&factors, panel, sums, part);
        }
    }
}

/// `sums[r] += Σ_k factors(k)[r] · panel[k]` for columns `part` · `COLUMNS` and the following ones.
#[inline(always)]
fn add<const FUSED: bool, const COUNT: usize, const COLUMNS: usize>(
    factors: impl Fn(usize) -> [f64; COUNT],
    panel: &[Line],
    sums: &mut [[f64; WIDTH]; COUNT],
    part: usize,
) {
    let mut local = sums.map(|sum| sum.as_chunks::<COLUMNS>().0[part]);
    for (k, right) in panel.iter().enumerate() {
        let right = &right.0.as_chunks::<COLUMNS>().0[part];
        add_scaled::<FUSED, COUNT, COLUMNS>(factors(k), [right; COUNT], &mut local);
    }
    for (sum, local) in sums.iter_mut().zip(local) {
        sum.as_chunks_mut::<COLUMNS>().0[part] = local;
    }
}

#[inline(always)]
fn add_scaled<const FUSED: bool, const COUNT: usize, const COLUMNS: usize>(
    left: [f64; COUNT],
    right: [&[f64; COLUMNS]; COUNT],
    sums: &mut [[f64; COLUMNS]; COUNT],
) {
    for (sum, (left, right)) in sums.iter_mut().zip(left.into_iter().zip(right)) {
        for (sum, &right) in sum.iter_mut().zip(right) {
            *sum = multiply_add::<FUSED>(left, right, *sum);
        }
    }
}

/// Writes `sums` into the rows of `out` from column `first` on, or adds them to what is there if `ADD`; what is
/// beyond the last row or column is left out.
#[inline(always)]
pub fn put<const ADD: bool>(sums: &Sums, columns: usize, first: usize, out: &mut [f64]) {
    for (sum, row) in sums.iter().zip(out.chunks_exact_mut(columns)) {
        put_row::<ADD>(sum, &mut row[first..]);
    }
}

/// As [`put`], for one row.
#[inline(always)]
pub fn put_row<const ADD: bool>(sum: &[f64; WIDTH], out: &mut [f64]) {
    match out.first_chunk_mut::<WIDTH>() {
        Some(whole) => put_numbers::<ADD>(sum, whole),
        None => put_numbers::<ADD>(sum, out),
    }
}

#[inline(always)]
fn put_numbers<const ADD: bool>(sum: &[f64], out: &mut [f64]) {
    for (out, sum) in out.iter_mut().zip(sum) {
        *out = if ADD { *out + sum } else { *sum };
    }
}
