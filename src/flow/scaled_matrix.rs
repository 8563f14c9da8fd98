//! Products of matrices that neither underflow nor overflow.

use nalgebra::DMatrix;

use super::bidiagonal::Bidiagonal;
use super::levels::{SMALLEST, add, from_above, lowered, raised, size_of, within_level};
use super::{LogProduct, Magnitude};
use crate::rnn::products::{Order, Packed, add_product};
use crate::rnn::{Interrupt, Interrupted};

/// Multiplications of a matrix product done between two looks at the interrupt: about 5 ms.
const MULTIPLICATIONS_PER_LOOK: usize = 50_000_000;

/// A matrix whose largest entry is kept near 1, and the scale taken out of it. Rows and columns that are far smaller
/// have a level of their own, so that they are still there when the larger ones have met a zero.
///
/// An entry that is more than 10^308 times smaller than the largest of its row and of its column is lost.
#[derive(Clone, Debug)]
pub struct ScaledMatrix {
    matrix: DMatrix<f64>,
    /// `None` where all of them are 0, as in most networks.
    levels: Option<Levels>,
    scale: LogProduct,
}

/// The entry in row i and column j is to be multiplied by 2^(480 (`rows[i]` + `columns[j]`)), which is 1 at most.
#[derive(Clone, Debug)]
struct Levels {
    rows: Vec<i64>,
    columns: Vec<i64>,
}

impl Levels {
    /// Those of a matrix without small rows or columns.
    fn flat(matrix: &DMatrix<f64>) -> Self {
        Self {
            rows: vec![0; matrix.nrows()],
            columns: vec![0; matrix.ncols()],
        }
    }

    fn of(&self, (i, j): (usize, usize)) -> i64 {
        self.rows[i] + self.columns[j]
    }
}

impl ScaledMatrix {
    /// The unit matrix.
    pub fn identity(size: usize) -> Self {
        Self {
            matrix: DMatrix::identity(size, size),
            levels: None,
            scale: LogProduct::default(),
        }
    }

    /// `matrix`, whose rows have these levels.
    pub fn of_rows(matrix: DMatrix<f64>, rows: Vec<i64>) -> Self {
        let columns = vec![0; matrix.ncols()];
        let has_levels = rows.iter().any(|&level| level != 0);
        let levels = has_levels.then_some(Levels { rows, columns });
        Self::new(matrix, levels, LogProduct::default())
    }

    /// `matrix` with its `levels`, times `scale`.
    fn new(mut matrix: DMatrix<f64>, levels: Option<Levels>, mut scale: LogProduct) -> Self {
        let levels = match levels {
            None if !has_small_lines(&matrix) => None,
            levels => {
                let (levels, top) = settled(&mut matrix, levels);
                scale.multiply(size_of(top));
                levels
            }
        };
        let largest = match &levels {
            None => largest_or_nan(&matrix, |_| true),
            Some(levels) => {
                let rows = matrix.nrows();
                largest_or_nan(&matrix, |place| {
                    levels.of((place % rows, place / rows)) == 0
                })
            }
        };
        // Next to larger numbers of lower levels the largest of the highest may be too small to divide them by.
        let largest = match levels {
            Some(_) if largest > 0.0 => largest.max(SMALLEST),
            _ => largest,
        };
        scale.multiply(Magnitude::new(largest));
        if largest > 0.0 && largest.is_finite() {
            matrix /= largest;
        }
        Self {
            matrix,
            levels,
            scale,
        }
    }

    /// `self` · `right`.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn times(&self, right: &Self, interrupt: &Interrupt) -> Result<Self, Interrupted> {
        let mut scale = LogProduct::default();
        scale.multiply(self.scale.product());
        scale.multiply(right.scale.product());
        if self.levels.is_none() && right.levels.is_none() {
            let product = product(&self.matrix, &right.matrix, interrupt)?;
            return Ok(Self::new(product, None, scale));
        }
        let (left, right_levels) = (self.levels(), right.levels());
        let inner = |k: usize| left.columns[k] + right_levels.rows[k];
        let size = self.matrix.nrows();
        let mut sums = DMatrix::from_element(size, size, (0.0, 0));
        for level in from_above((0..size).map(inner)) {
            let mut of_level = self.matrix.clone();
            for (k, mut column) in of_level.column_iter_mut().enumerate() {
                if inner(k) != level {
                    column.fill(0.0);
                }
            }
            let part = product(&of_level, &right.matrix, interrupt)?;
            sums.zip_apply(&part, |sum, value| add(sum, value, level));
        }
        let (matrix, levels) = gathered(&sums, left.rows, right_levels.columns);
        Ok(Self::new(matrix, Some(levels), scale))
    }

    fn levels(&self) -> Levels {
        let levels = self.levels.clone();
        levels.unwrap_or_else(|| Levels::flat(&self.matrix))
    }

    /// Its entries, of which the largest is 1, and what they are to be multiplied by; those too small beside the largest
    /// are 0.
    fn entries(&self) -> (DMatrix<f64>, Magnitude) {
        let scale = self.scale.product();
        let Some(levels) = &self.levels else {
            return (self.matrix.clone(), scale);
        };
        let entries = DMatrix::from_fn(self.matrix.nrows(), self.matrix.ncols(), |i, j| {
            lowered(self.matrix[(i, j)], levels.of((i, j)), 0)
        });
        let largest = largest(&entries);
        if largest == 0.0 {
            return (entries, scale);
        }
        (entries / largest, scale.times(Magnitude::new(largest)))
    }

    /// σ₁, to about H ε relative.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn norm(&self, interrupt: &Interrupt) -> Result<Magnitude, Interrupted> {
        let (entries, scale) = self.entries();
        if scale.log10().is_none() {
            return Ok(scale);
        }
        let bidiagonal = Bidiagonal::of(entries, interrupt)?;
        Ok(scale.times(Magnitude::new(bidiagonal.largest())))
    }

    /// Every singular value, the largest first, each to about H ε σ₁; they are all alike where the
    /// matrix is zero, infinite or NaN.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn singular_values(&self, interrupt: &Interrupt) -> Result<Vec<Magnitude>, Interrupted> {
        let (entries, scale) = self.entries();
        if scale.log10().is_none() {
            return Ok(vec![scale; self.matrix.nrows()]);
        }
        let values = Bidiagonal::of(entries, interrupt)?.all(interrupt)?;
        Ok(values
            .into_iter()
            .map(|value| scale.times(Magnitude::new(value)))
            .collect())
    }
}

/// `left` · `right`.
fn product(
    left: &DMatrix<f64>,
    right: &DMatrix<f64>,
    interrupt: &Interrupt,
) -> Result<DMatrix<f64>, Interrupted> {
    let size = left.nrows();
    let mut product = DMatrix::zeros(size, size);
    // Column after column is the transpose row after row, and (A B)ᵀ = Bᵀ Aᵀ.
    let mut packed = Packed::default();
    packed.pack(left.as_slice(), size);
    let columns = (MULTIPLICATIONS_PER_LOOK / (size * size)).clamp(1, size);
    for first in (0..size).step_by(columns) {
        interrupt.check()?;
        let numbers = first * size..size.min(first + columns) * size;
        let part = &right.as_slice()[numbers.clone()];
        let out = &mut product.as_mut_slice()[numbers];
        add_product(part, &packed, Order::Rising, out);
    }
    Ok(product)
}

/// The size of the largest entry of a row or a column.
fn largest<'a>(line: impl IntoIterator<Item = &'a f64>) -> f64 {
    line.into_iter()
        .fold(0.0, |largest, value| largest.max(value.abs()))
}

/// The size of the largest of those entries that `count` by their place in memory; NaN if any is.
fn largest_or_nan(matrix: &DMatrix<f64>, counts: impl Fn(usize) -> bool) -> f64 {
    let mut largest = 0.0_f64;
    for (place, value) in matrix.as_slice().iter().enumerate() {
        if value.is_nan() {
            return f64::NAN;
        }
        if counts(place) {
            largest = largest.max(value.abs());
        }
    }
    largest
}

/// Whether a row or a column is so small beside the others that its next product may be lost.
fn has_small_lines(matrix: &DMatrix<f64>) -> bool {
    let whole = largest(matrix);
    let is_small = |size: f64| size > 0.0 && size < SMALLEST * whole;
    // Mostly there is no small entry at all, and one look in the order of memory tells that.
    let mut entries = matrix.as_slice().iter();
    if !entries.any(|value| is_small(value.abs())) {
        return false;
    }
    whole.is_finite()
        && (matrix.row_iter().any(|row| is_small(largest(row.iter())))
            || matrix
                .column_iter()
                .any(|column| is_small(largest(column.iter()))))
}

/// Moves levels until the largest entry of every row and of every column is within one, and until the highest
/// is 0, by as much as is returned; no levels where all of them are 0.
fn settled(matrix: &mut DMatrix<f64>, levels: Option<Levels>) -> (Option<Levels>, i64) {
    let mut levels = levels.unwrap_or_else(|| Levels::flat(matrix));
    for (mut row, level) in matrix.row_iter_mut().zip(&mut levels.rows) {
        let (_, moved) = within_level(largest(&row), 0);
        row.apply(|value| *value = raised(*value, -moved));
        *level += moved;
    }
    for (mut column, level) in matrix.column_iter_mut().zip(&mut levels.columns) {
        let (_, moved) = within_level(largest(&column), 0);
        column.apply(|value| *value = raised(*value, -moved));
        *level += moved;
    }
    let places = || (0..matrix.nrows()).flat_map(|i| (0..matrix.ncols()).map(move |j| (i, j)));
    let there = |place: &(usize, usize)| matrix[*place] != 0.0;
    let top = places().filter(there).map(|place| levels.of(place)).max();
    let Some(top) = top else {
        return (None, 0);
    };
    levels.rows.iter_mut().for_each(|level| *level -= top);
    let is_flat = places().filter(there).all(|place| levels.of(place) == 0);
    ((!is_flat).then_some(levels), top)
}

/// Entries with a level each, as a matrix with levels of its rows and columns, which are on top of the levels
/// `rows` and `columns`.
fn gathered(
    entries: &DMatrix<(f64, i64)>,
    rows: Vec<i64>,
    columns: Vec<i64>,
) -> (DMatrix<f64>, Levels) {
    let of_rows: Vec<i64> = (0..entries.nrows())
        .map(|i| {
            let there = entries
                .row(i)
                .into_iter()
                .filter(|(value, _)| *value != 0.0);
            there.map(|(_, level)| *level).max().unwrap_or(0)
        })
        .collect();
    let of_columns: Vec<i64> = (0..entries.ncols())
        .map(|j| {
            let column = entries.column(j);
            let there = column
                .iter()
                .zip(&of_rows)
                .filter(|((value, _), _)| *value != 0.0);
            there
                .map(|((_, level), row)| level - row)
                .max()
                .unwrap_or(0)
        })
        .collect();
    let matrix = DMatrix::from_fn(entries.nrows(), entries.ncols(), |i, j| {
        let (value, level) = entries[(i, j)];
        lowered(value, level, of_rows[i] + of_columns[j])
    });
    let sum = |a: Vec<i64>, b: Vec<i64>| a.into_iter().zip(b).map(|(a, b)| a + b).collect();
    let levels = Levels {
        rows: sum(rows, of_rows),
        columns: sum(columns, of_columns),
    };
    (matrix, levels)
}
