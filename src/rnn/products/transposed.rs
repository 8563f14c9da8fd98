//! Products `xᵀ · y` over many rows: sums over time.

use super::packed::Packed;
use super::tile::{ROWS, Target, WIDTH, add_columns};
use crate::vectorised::{Loop, run};

/// Rows to take at a time: two operands of 64 rows and 512 columns are 512 KB and stay in the second cache, those
/// of a few units in the first.
pub const CHUNK: usize = 64;

/// Products of one operand, packed once, with several. The memory is kept.
#[derive(Clone, Debug, Default)]
pub struct Transposed {
    shared: Packed,
    other: Packed,
}

impl Transposed {
    /// Takes over the rows of `shared`, `columns` numbers each; about [`CHUNK`] of them.
    pub fn share(&mut self, shared: &[f64], columns: usize) {
        run(Pack {
            packed: &mut self.shared,
            values: shared,
            columns,
        });
    }

    /// `out += sharedᵀ · y`, for as many rows of `y` as there are of what is shared, `columns` numbers each.
    pub fn add_shared_times(&mut self, y: &[f64], columns: usize, out: &mut [f64]) {
        run(Pack {
            packed: &mut self.other,
            values: y,
            columns,
        });
        run(AddTransposed {
            left: &self.shared,
            right: &self.other,
            out,
        });
    }

    /// `out += xᵀ · shared`, for as many rows of `x` as there are of what is shared, `columns` numbers each.
    pub fn add_times_shared(&mut self, x: &[f64], columns: usize, out: &mut [f64]) {
        run(Pack {
            packed: &mut self.other,
            values: x,
            columns,
        });
        run(AddTransposed {
            left: &self.other,
            right: &self.shared,
            out,
        });
    }
}

struct Pack<'a> {
    packed: &'a mut Packed,
    values: &'a [f64],
    columns: usize,
}

impl Loop for Pack<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        self.packed.pack(self.values, self.columns);
    }
}

/// Both are packed, though the left one is read number by number: numbers a power of two apart would fall on a few
/// lines of the cache and drive each other out.
struct AddTransposed<'a> {
    left: &'a Packed,
    right: &'a Packed,
    out: &'a mut [f64],
}

impl Loop for AddTransposed<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let columns = self.right.columns();
        for (first, right) in self.right.panels() {
            let out = self.out.chunks_mut(WIDTH * columns);
            for ((_, left), out) in self.left.panels().zip(out) {
                for (block, out) in out.chunks_mut(ROWS * columns).enumerate() {
                    let target = Target {
                        out,
                        columns,
                        first,
                    };
                    add_columns::<FUSED>(left, block, right, target);
                }
            }
        }
    }
}
