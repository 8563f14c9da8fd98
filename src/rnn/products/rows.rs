//! Rows times a packed matrix.

use super::packed::{Order, Packed};
use super::tile::{Line, ROWS, Target, put_row, put_rows};
use crate::vectorised::{Loop, run};

/// Panels that a single row is multiplied with at a time. With [`WIDTH`] that makes as many sums as a multiply-add
/// takes cycles, and a matrix of 64 units is gone through in halves, of which one is in the cache.
const PANELS: usize = 2;

/// `out += x · matrix`, for rows of `x` as long as `matrix` has rows and rows of `out` as long as it has
/// columns. The `order` does not change a bit.
pub fn add_product(x: &[f64], matrix: &Packed, order: Order, out: &mut [f64]) {
    run(AddProduct {
        x,
        matrix,
        order,
        out,
    });
}

/// As [`add_product`], for `out = x · matrix` unless `ADD`, within a [`Loop`].
// Where all of the program is compiled for the same instructions, one copy will do for every cell and activation.
#[cfg_attr(target_family = "wasm", inline(never))]
#[cfg_attr(not(target_family = "wasm"), inline(always))]
pub fn inlined_product<const FUSED: bool, const ADD: bool>(
    x: &[f64],
    matrix: &Packed,
    order: Order,
    out: &mut [f64],
) {
    let (rows, columns) = (matrix.rows(), matrix.columns());
    let whole = x.len() / (ROWS * rows) * ROWS;
    let (x, x_rest) = x.split_at(whole * rows);
    let (out, out_rest) = out.split_at_mut(whole * columns);
    if whole > 0 {
        // One panel after another, each against all rows: it stays in the first cache.
        for place in matrix.places(1, order) {
            let (first, panel) = matrix.group(place, 1);
            let blocks = x.chunks_exact(ROWS * rows);
            for (x, out) in blocks.zip(out.chunks_exact_mut(ROWS * columns)) {
                let x: [&[f64]; ROWS] = std::array::from_fn(|r| &x[r * rows..(r + 1) * rows]);
                let target = Target {
                    out,
                    columns,
                    first,
                };
                put_rows::<FUSED, ADD>(x, panel, target);
            }
        }
    }
    let rest = x_rest.chunks_exact(rows);
    for (x, out) in rest.zip(out_rest.chunks_exact_mut(columns)) {
        one_row::<FUSED, ADD>(x, matrix, order, out);
    }
}

#[inline(always)]
fn one_row<const FUSED: bool, const ADD: bool>(
    x: &[f64],
    matrix: &Packed,
    order: Order,
    out: &mut [f64],
) {
    for place in matrix.places(PANELS, order) {
        let (first, panels) = matrix.group(place, PANELS);
        let out = &mut out[first..];
        if panels.len() == PANELS * x.len() {
            one_row_of_panels::<FUSED, ADD, PANELS>(x, panels, out);
        } else {
            one_row_of_panels::<FUSED, ADD, 1>(x, panels, out);
        }
    }
}

#[inline(always)]
fn one_row_of_panels<const FUSED: bool, const ADD: bool, const COUNT: usize>(
    x: &[f64],
    panels: &[Line],
    out: &mut [f64],
) {
    let panels = std::array::from_fn(|place| &panels[place * x.len()..(place + 1) * x.len()]);
    put_row::<FUSED, ADD, COUNT>(x, panels, out);
}

struct AddProduct<'a> {
    x: &'a [f64],
    matrix: &'a Packed,
    order: Order,
    out: &'a mut [f64],
}

impl Loop for AddProduct<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        inlined_product::<FUSED, true>(self.x, self.matrix, self.order, self.out);
    }
}
