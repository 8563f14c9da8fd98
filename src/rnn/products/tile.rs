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

impl Line {
    /// A row with these numbers. They are named one by one because an array as a whole is copied, in a page, by a call
    /// into the browser, which takes longer than eight vectors.
    #[inline(always)]
    pub fn of(numbers: &[f64; WIDTH]) -> Self {
        let &[a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = numbers;
        Self([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p])
    }
}

/// Where the sums of a tile go: into rows of `columns` numbers each, from column `first` on. What is beyond the last row or
/// column is left out.
pub struct Target<'a> {
    pub out: &'a mut [f64],
    pub columns: usize,
    pub first: usize,
}

/// `out[r] = Σ_k rows[r][k] · panel[k]`, or adds that to what is there if `ADD`. Every sum runs over k in order, so that a
/// result does not depend on the rows beside it, nor on how wide the processor's vectors are.
#[inline(always)]
pub fn put_rows<const FUSED: bool, const ADD: bool>(
    rows: [&[f64]; ROWS],
    panel: &[Line],
    target: Target<'_>,
) {
    let [a, b, c, d] = rows.map(|row| &row[..panel.len()]);
    let factors = |k: usize| [a[k], b[k], c[k], d[k]];
    put_tile::<FUSED, ADD>(factors, panel, target);
}

/// `out[r] += Σ_k left[k][4 block + r] · right[k]`: four columns of a panel, `block` of them, times all of another with as
/// many rows.
#[inline(always)]
pub fn add_columns<const FUSED: bool>(
    left: &[Line],
    block: usize,
    right: &[Line],
    target: Target<'_>,
) {
    let left = &left[..right.len()];
    let factors = |k: usize| left[k].0.as_chunks::<ROWS>().0[block];
    put_tile::<FUSED, true>(factors, right, target);
}

/// `out = Σ_k row[k] · panels[p][k]`, one panel behind the other, or adds that to what is there if `ADD`: one row and
/// several panels, for as many sums.
#[inline(always)]
pub fn put_row<const FUSED: bool, const ADD: bool, const COUNT: usize>(
    row: &[f64],
    panels: [&[Line]; COUNT],
    out: &mut [f64],
) {
    let out = out.chunks_mut(WIDTH);
    if FUSED {
        let mut sums = [[0.0; WIDTH]; COUNT];
        let panels = panels.map(|panel| &panel[..row.len()]);
        for (k, &left) in row.iter().enumerate() {
            let right = panels.map(|panel| &panel[k].0);
            add_scaled::<FUSED, COUNT, WIDTH>([left; COUNT], right, &mut sums);
        }
        for (sums, out) in sums.iter().zip(out) {
            put::<ADD, WIDTH>(sums, out);
        }
    } else {
        for (panel, out) in panels.into_iter().zip(out) {
            let [sums] = sums_of::<FUSED, 1, WIDTH>(|k| [row[k]], panel, 0);
            put::<ADD, WIDTH>(&sums, out);
        }
    }
}

/// `out[r] = Σ_k factors(k)[r] · panel[k]`, or adds that, as many columns at a time as the registers hold.
#[inline(always)]
fn put_tile<const FUSED: bool, const ADD: bool>(
    factors: impl Fn(usize) -> [f64; ROWS],
    panel: &[Line],
    target: Target<'_>,
) {
    if FUSED {
        put_part::<FUSED, ADD, WIDTH>(factors, panel, 0, target);
    } else {
        let Target {
            out,
            columns,
            first,
        } = target;
        let parts = (columns - first).min(WIDTH).div_ceil(NARROW);
        for part in 0..parts {
            let target = Target {
                out: &mut *out,
                columns,
                first: first + part * NARROW,
            };
            put_part::<FUSED, ADD, NARROW>(&factors, panel, part, target);
        }
    }
}

#[inline(always)]
fn put_part<const FUSED: bool, const ADD: bool, const COLUMNS: usize>(
    factors: impl Fn(usize) -> [f64; ROWS],
    panel: &[Line],
    part: usize,
    target: Target<'_>,
) {
    let sums = sums_of::<FUSED, ROWS, COLUMNS>(factors, panel, part);
    let rows = target.out.chunks_exact_mut(target.columns);
    for (sums, row) in sums.iter().zip(rows) {
        put::<ADD, COLUMNS>(sums, &mut row[target.first..]);
    }
}

/// `Σ_k factors(k)[r] · panel[k]` for columns `part` · `COLUMNS` and the following ones.
#[inline(always)]
fn sums_of<const FUSED: bool, const COUNT: usize, const COLUMNS: usize>(
    factors: impl Fn(usize) -> [f64; COUNT],
    panel: &[Line],
    part: usize,
) -> [[f64; COLUMNS]; COUNT] {
    let mut sums = [[0.0; COLUMNS]; COUNT];
    for (k, right) in panel.iter().enumerate() {
        let right = &right.0.as_chunks::<COLUMNS>().0[part];
        add_scaled::<FUSED, COUNT, COLUMNS>(factors(k), [right; COUNT], &mut sums);
    }
    sums
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

/// Writes `sums` into `out`, or adds them to what is there if `ADD`; what is beyond its end is left out.
#[inline(always)]
fn put<const ADD: bool, const COLUMNS: usize>(sums: &[f64; COLUMNS], out: &mut [f64]) {
    match out.first_chunk_mut::<COLUMNS>() {
        Some(whole) => put_numbers::<ADD>(sums, whole),
        None => put_numbers::<ADD>(sums, out),
    }
}

#[inline(always)]
fn put_numbers<const ADD: bool>(sums: &[f64], out: &mut [f64]) {
    for (out, sum) in out.iter_mut().zip(sums) {
        *out = if ADD { *out + sum } else { *sum };
    }
}
