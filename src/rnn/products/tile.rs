//! The innermost loop of every matrix product: a few rows times a panel of columns, kept in registers.

use crate::rnn::vectorised::multiply_add;

/// Columns of a panel: two AVX-512 registers, four of AVX2.
pub const WIDTH: usize = 16;

/// Rows of a tile. With [`WIDTH`] it makes eight AVX-512 sums that do not wait for one another; with more rows
/// or columns the compiler no longer keeps them in registers (measured: 4 × 16 reaches the processor's peak,
/// 8 × 16 and 4 × 32 a half or less).
pub const ROWS: usize = 4;

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
    let mut local = *sums;
    let [a, b, c, d] = rows.map(|row| &row[..panel.len()]);
    for (k, right) in panel.iter().enumerate() {
        add_scaled::<FUSED, ROWS>([a[k], b[k], c[k], d[k]], [right; ROWS], &mut local);
    }
    *sums = local;
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
    let mut local = *sums;
    for (left, right) in left.iter().zip(right) {
        let (blocks, _) = left.0.as_chunks::<ROWS>();
        add_scaled::<FUSED, ROWS>(blocks[block], [right; ROWS], &mut local);
    }
    *sums = local;
}

/// `sums[p] += Σ_k row[k] · panels[p][k]`: one row and several panels, for as many sums.
#[inline(always)]
pub fn add_row<const FUSED: bool, const COUNT: usize>(
    row: &[f64],
    panels: [&[Line]; COUNT],
    sums: &mut [[f64; WIDTH]; COUNT],
) {
    let mut local = *sums;
    let panels = panels.map(|panel| &panel[..row.len()]);
    for (k, &left) in row.iter().enumerate() {
        add_scaled::<FUSED, COUNT>([left; COUNT], panels.map(|panel| &panel[k]), &mut local);
    }
    *sums = local;
}

#[inline(always)]
fn add_scaled<const FUSED: bool, const COUNT: usize>(
    left: [f64; COUNT],
    right: [&Line; COUNT],
    sums: &mut [[f64; WIDTH]; COUNT],
) {
    for (sum, (left, right)) in sums.iter_mut().zip(left.into_iter().zip(right)) {
        for (sum, &right) in sum.iter_mut().zip(&right.0) {
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
