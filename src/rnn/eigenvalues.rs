//! Eigenvalues of a real matrix, by an iteration that settles on every one.
//!
//! The matrices that training makes of the identity, c·I and a little besides, have eigenvalues that agree to
//! the last bits, and what rounding leaves beside the diagonal is as large as what tells them apart. The Schur
//! iteration of the linear algebra library (nalgebra 0.35) goes round in circles there, and on permutations:
//! it has no exceptional shifts. Another library (faer 0.24) would add more than a minute of compiling to a
//! first build. So this is the algorithm of EISPACK and LAPACK: balance (Parlett and Reinsch, 1969), reduction to
//! Hessenberg form by the library, and the double-shift QR iteration (Martin, Peters and Wilkinson, *The QR
//! algorithm for real Hessenberg matrices*, 1970), for eigenvalues alone.

use nalgebra::{DMatrix, Hessenberg};

/// Sweeps for one eigenvalue or pair before the iteration is given up; two or three are usual.
const MOST_SWEEPS: u32 = 80;

/// After so many sweeps without success the shifts are replaced by others, every time.
const SWEEPS_PER_SHIFT: u32 = 10;

/// After so many, an entry beside the diagonal counts as zero if it is twice as large as it might have been for
/// each sweep before. That is backward stable still: a matrix which differs by so many units in the last place of
/// its largest entries has these eigenvalues exactly.
const STRICT_SWEEPS: u32 = 20;

/// An entry beside the diagonal below this counts as zero whatever stands there: next to a largest entry near 1 it
/// is, and what it is divided by would overflow.
const SMALLEST: f64 = f64::MIN_POSITIVE / f64::EPSILON;

/// Units in the last place that an entry may have at most to be taken for zero.
const MOST_ULPS: f64 = 1024.0;

/// Every eigenvalue of a square matrix of finite entries as its real and imaginary part, those of a complex pair
/// one behind the other, in no particular order otherwise; `None` if the iteration does not settle, which no
/// matrix is known to do.
///
/// They are those of a matrix within a few ε‖A‖ of the given one: a number of good conditioning is right to that,
/// one that is k-fold and defective to its k-th root.
pub fn of_matrix(mut matrix: DMatrix<f64>) -> Option<Vec<[f64; 2]>> {
    let size = matrix.nrows();
    let core = isolate(&mut matrix);
    let on_diagonal = (0..size).filter(|i| !core.contains(i));
    let mut values: Vec<[f64; 2]> = on_diagonal.map(|i| [matrix[(i, i)], 0.0]).collect();
    if core.len() == 1 {
        values.push([matrix[(core.start, core.start)], 0.0]);
    } else if core.len() > 1 {
        let mut core = matrix
            .view((core.start, core.start), (core.len(), core.len()))
            .into_owned();
        balance(&mut core);
        values.extend(Iteration::new(Hessenberg::new(core).unpack_h()).run()?);
    }
    Some(values)
}

/// Exchanges rows and columns alike until eigenvalues that can be read off stand on the diagonal, above and below
/// the part whose range is returned: those of rows (or columns) that are zero beside it. A triangular matrix is
/// done with that, and exactly, where iterations would see a Jordan block and lose half of the digits.
fn isolate(matrix: &mut DMatrix<f64>) -> std::ops::Range<usize> {
    let (mut start, mut end) = (0, matrix.nrows());
    let is_zero = |matrix: &DMatrix<f64>, (i, j): (usize, usize)| i == j || matrix[(i, j)] == 0.0;
    while let Some(row) = (start..end)
        .rev()
        .find(|&i| (start..end).all(|j| is_zero(matrix, (i, j))))
    {
        end -= 1;
        matrix.swap_rows(row, end);
        matrix.swap_columns(row, end);
    }
    while let Some(column) = (start..end).find(|&j| (start..end).all(|i| is_zero(matrix, (i, j)))) {
        matrix.swap_rows(column, start);
        matrix.swap_columns(column, start);
        start += 1;
    }
    start..end
}

/// Scales rows and columns by powers of two, which costs no digit, until each row is about as large as its column:
/// in a graded matrix rounding is then small against the small entries, too.
fn balance(matrix: &mut DMatrix<f64>) {
    let size = matrix.nrows();
    let mut settled = false;
    while !settled {
        settled = true;
        for i in 0..size {
            let beside = |j: &usize| *j != i;
            let sums = |entry: &dyn Fn(usize) -> f64| -> f64 {
                (0..size).filter(beside).map(|j| entry(j).abs()).sum()
            };
            let mut column = sums(&|j| matrix[(j, i)]);
            let row = sums(&|j| matrix[(i, j)]);
            let before = column + row;
            let mut factor = 1.0;
            while column < row / 2.0 && factor < 1e150 {
                factor *= 2.0;
                column *= 4.0;
            }
            while column >= row * 2.0 && factor > 1e-150 {
                factor /= 2.0;
                column /= 4.0;
            }
            if (column + row) / factor < 0.95 * before {
                settled = false;
                matrix.row_mut(i).scale_mut(1.0 / factor);
                matrix.column_mut(i).scale_mut(factor);
            }
        }
    }
}

/// The double-shift QR iteration on a Hessenberg matrix.
struct Iteration {
    /// Row by row.
    rows: Vec<Vec<f64>>,
    /// What exceptional shifts have taken from the diagonal.
    shifted: f64,
    /// Stands for the sum of two diagonal entries where both are zero.
    norm: f64,
    values: Vec<[f64; 2]>,
}

/// The sum, product and first guess that a sweep takes its two shifts from.
#[derive(Clone, Copy)]
struct Shifts {
    x: f64,
    y: f64,
    w: f64,
}

impl Iteration {
    fn new(matrix: DMatrix<f64>) -> Self {
        let rows: Vec<Vec<f64>> = (0..matrix.nrows())
            .map(|i| matrix.row(i).iter().copied().collect())
            .collect();
        Self {
            norm: rows.iter().flatten().map(|value| value.abs()).sum(),
            values: Vec::with_capacity(rows.len()),
            shifted: 0.0,
            rows,
        }
    }

    fn run(mut self) -> Option<Vec<[f64; 2]>> {
        let mut end = self.rows.len();
        let mut sweeps = 0;
        while end > 0 {
            let last = end - 1;
            let first = self.first_of_block(last, sweeps);
            match last - first {
                0 => {
                    self.values
                        .push([self.rows[last][last] + self.shifted, 0.0]);
                    end -= 1;
                    sweeps = 0;
                }
                1 => {
                    self.push_pair(last);
                    end -= 2;
                    sweeps = 0;
                }
                _ if sweeps == MOST_SWEEPS => return None,
                _ => {
                    sweeps += 1;
                    let shifts = self.shifts(last, sweeps);
                    self.sweep(first, last, shifts);
                }
            }
        }
        Some(self.values)
    }

    /// The first row of the block that ends with the row `last` and that no zero beside the diagonal divides.
    fn first_of_block(&mut self, last: usize, sweeps: u32) -> usize {
        let ulps = 2.0_f64.powi(sweeps.saturating_sub(STRICT_SWEEPS) as i32);
        let negligible = f64::EPSILON * ulps.min(MOST_ULPS);
        for i in (1..=last).rev() {
            let mut beside = self.rows[i - 1][i - 1].abs() + self.rows[i][i].abs();
            if beside == 0.0 {
                beside = self.norm;
            }
            if self.rows[i][i - 1].abs() <= (negligible * beside).max(SMALLEST) {
                self.rows[i][i - 1] = 0.0;
                return i;
            }
        }
        0
    }

    /// The eigenvalues of the 2 × 2 block that ends with the row `last`.
    fn push_pair(&mut self, last: usize) {
        let before = last - 1;
        let (x, y) = (self.rows[last][last], self.rows[before][before]);
        let w = self.rows[last][before] * self.rows[before][last];
        let p = 0.5 * (y - x);
        let q = p * p + w;
        let root = q.abs().sqrt();
        let x = x + self.shifted;
        if q < 0.0 {
            self.values.extend([[x + p, root], [x + p, -root]]);
        } else {
            // The root that does not cancel, and the other one from their product.
            let far = p + root.copysign(p);
            let near = if far == 0.0 { x } else { x - w / far };
            self.values.extend([[x + far, 0.0], [near, 0.0]]);
        }
    }

    /// The two shifts of a sweep: the eigenvalues of the last 2 × 2 block, and something else now and then, which
    /// breaks the circles that these may lead in.
    fn shifts(&mut self, last: usize, sweeps: u32) -> Shifts {
        let before = last - 1;
        if sweeps.is_multiple_of(SWEEPS_PER_SHIFT) {
            let shift = self.rows[last][last];
            self.shifted += shift;
            for i in 0..=last {
                self.rows[i][i] -= shift;
            }
            let size = self.rows[last][before].abs() + self.rows[before][before - 1].abs();
            return Shifts {
                x: 0.75 * size,
                y: 0.75 * size,
                w: -0.4375 * size * size,
            };
        }
        Shifts {
            x: self.rows[last][last],
            y: self.rows[before][before],
            w: self.rows[last][before] * self.rows[before][last],
        }
    }

    /// One double QR step on the block from row `first` to `last`.
    fn sweep(&mut self, first: usize, last: usize, shifts: Shifts) {
        let (start, mut reflected) = self.start_of_sweep(first, last, shifts);
        for i in start + 2..=last {
            self.rows[i][i - 2] = 0.0;
            if i > start + 2 {
                self.rows[i][i - 3] = 0.0;
            }
        }
        for k in start..last {
            let three = k + 1 < last;
            let mut size = 1.0;
            if k > start {
                let column = |row: usize| self.rows[row][k - 1];
                reflected = [
                    column(k),
                    column(k + 1),
                    if three { column(k + 2) } else { 0.0 },
                ];
                size = reflected.iter().map(|value| value.abs()).sum();
                if size == 0.0 {
                    continue;
                }
                reflected = reflected.map(|value| value / size);
            }
            let [p, q, r] = reflected;
            let length = (p * p + q * q + r * r).sqrt().copysign(p);
            if length == 0.0 {
                continue;
            }
            if k > start {
                self.rows[k][k - 1] = -length * size;
            } else if first < start {
                self.rows[k][k - 1] = -self.rows[k][k - 1];
            }
            let p = p + length;
            let reflection = Reflection {
                left: [p / length, q / length, r / length],
                right: [q / p, r / p],
                three,
            };
            self.reflect_rows(k, last, &reflection);
            self.reflect_columns(k, first..last.min(k + 3) + 1, &reflection);
        }
    }

    /// Where in the block the sweep can begin, because two entries beside the diagonal are small together, and the
    /// first column of the product of the shifted matrices from there.
    fn start_of_sweep(&self, first: usize, last: usize, shifts: Shifts) -> (usize, [f64; 3]) {
        let h = |i: usize, j: usize| self.rows[i][j];
        let mut m = last - 2;
        loop {
            let z = h(m, m);
            let (r, s) = (shifts.x - z, shifts.y - z);
            let column = [
                (r * s - shifts.w) / h(m + 1, m) + h(m, m + 1),
                h(m + 1, m + 1) - z - r - s,
                h(m + 2, m + 1),
            ];
            let size: f64 = column.iter().map(|value| value.abs()).sum();
            let [p, q, r] = column.map(|value| if size > 0.0 { value / size } else { 0.0 });
            if m == first {
                return (m, [p, q, r]);
            }
            let diagonal = h(m - 1, m - 1).abs() + z.abs() + h(m + 1, m + 1).abs();
            let small = h(m, m - 1).abs() * (q.abs() + r.abs());
            if small <= f64::EPSILON * p.abs() * diagonal {
                return (m, [p, q, r]);
            }
            m -= 1;
        }
    }

    /// Applies it to two or three rows from `k` on, up to the column `last`.
    fn reflect_rows(&mut self, k: usize, last: usize, reflection: &Reflection) {
        let Reflection { left, right, three } = *reflection;
        let (upper, lower) = self.rows.split_at_mut(k + 1);
        let (middle, lower) = lower.split_at_mut(1);
        let a = &mut upper[k][k..=last];
        let b = &mut middle[0][k..=last];
        if three {
            let c = &mut lower[0][k..=last];
            for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
                let p = *a + right[0] * *b + right[1] * *c;
                *a -= p * left[0];
                *b -= p * left[1];
                *c -= p * left[2];
            }
        } else {
            for (a, b) in a.iter_mut().zip(b) {
                let p = *a + right[0] * *b;
                *a -= p * left[0];
                *b -= p * left[1];
            }
        }
    }

    /// Applies it to two or three columns from `k` on, in the given `rows`.
    fn reflect_columns(&mut self, k: usize, rows: std::ops::Range<usize>, reflection: &Reflection) {
        let Reflection { left, right, three } = *reflection;
        for row in &mut self.rows[rows] {
            let third = if three { left[2] * row[k + 2] } else { 0.0 };
            let p = left[0] * row[k] + left[1] * row[k + 1] + third;
            row[k] -= p;
            row[k + 1] -= p * right[0];
            if three {
                row[k + 2] -= p * right[1];
            }
        }
    }
}

/// A Householder reflection of two or three entries, I − `left` · (1, `right`)ᵀ.
struct Reflection {
    left: [f64; 3],
    right: [f64; 2],
    three: bool,
}
