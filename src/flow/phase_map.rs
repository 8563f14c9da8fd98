//! The phase portrait: log₁₀ |∂o_n/∂o_1| of the scalar network for many w_h at once.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::phase_lanes::{LANES, LaneWeights, PhaseInputs, run};
use super::{Magnitude, Progress};
use crate::rnn::{Interrupt, Interrupted};

/// Evenly spaced values. Either end may be the larger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// The first value.
    pub from: f64,
    /// The last value.
    pub to: f64,
}

impl Span {
    /// `count` values; the first is exactly `from`, the last exactly `to`. One value is `from`.
    pub fn values(self, count: usize) -> Vec<f64> {
        let last = count.saturating_sub(1).max(1) as f64;
        let value = |index| {
            let share = index as f64 / last;
            // Not from + share (to − from): it may miss `to`, and overflow.
            self.from * (1.0 - share) + self.to * share
        };
        (0..count).map(value).collect()
    }
}

/// The columns and rows of a [`PhaseMap`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhaseGrid {
    /// The values of w_h, from the left column to the right one.
    pub w_h: Span,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// A picture of log₁₀ |∂o_n/∂o_1|, a product of n − 1 factors f′(a_t) w_h, over w_h and either n or the
/// input weight.
#[derive(Clone, Debug, PartialEq)]
pub struct PhaseMap {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// w_h of every column.
    pub w_h: Vec<f64>,
    /// What every row stands for: n, or the scale of the input.
    pub rows: Vec<f64>,
    /// log₁₀ of the absolute value, row after row, as `f32`: to 6e-8 of itself, and held to ±3.4e38. −∞ is
    /// a derivative of exactly zero, ∞ one that overflowed, NaN one that is not a number. See
    /// [`Self::outcome`].
    pub log10: Vec<f32>,
}

impl PhaseMap {
    /// A row for every length: `grid.height` lengths from 1 to `largest`, rounded to whole numbers, one
    /// row per length if `grid.height` is `largest`.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn by_length(
        inputs: &PhaseInputs,
        grid: PhaseGrid,
        largest: usize,
        interrupt: &Interrupt,
        progress: &Progress,
    ) -> Result<Self, Interrupted> {
        let span = Span {
            from: 1.0,
            to: largest.max(1) as f64,
        };
        let rows: Vec<f64> = span.values(grid.height).iter().map(|n| n.round()).collect();
        let lengths: Vec<usize> = rows.iter().map(|&length| length as usize).collect();
        let mut map = Self::empty(grid, rows);
        let columns = columns(&map.w_h);
        let done = Done::new(progress, columns.len());
        // One run over time gives a whole column, so columns are what can be computed apart.
        let blocks: Vec<Vec<f32>> = columns
            .par_iter()
            .map(|(range, weights)| {
                let mut block = Vec::with_capacity(lengths.len() * range.len());
                run(inputs, 1.0, weights, &lengths, interrupt, &mut |log10| {
                    block.extend(log10[..range.len()].iter().copied().map(to_f32));
                })?;
                done.one_more();
                Ok(block)
            })
            .collect::<Result<_, Interrupted>>()?;
        for ((range, _), block) in columns.iter().zip(&blocks) {
            let rows = map.log10.chunks_exact_mut(grid.width);
            for (row, values) in rows.zip(block.chunks_exact(range.len())) {
                row[range.clone()].copy_from_slice(values);
            }
        }
        Ok(map)
    }

    /// A row for every scale of the input, at the length `length`.
    ///
    /// The input of a row is `inputs.input` times its scale. For rows that stand for values of w_i, give
    /// values of w_i divided by the one that `inputs.input` was made with; or make `inputs.input` with a
    /// w_i of 1, which also does for a w_i of 0, and give the values themselves.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn by_input_scale(
        inputs: &PhaseInputs,
        grid: PhaseGrid,
        scale: Span,
        length: usize,
        interrupt: &Interrupt,
        progress: &Progress,
    ) -> Result<Self, Interrupted> {
        let mut map = Self::empty(grid, scale.values(grid.height));
        if map.log10.is_empty() {
            return Ok(map);
        }
        let columns = columns(&map.w_h);
        let done = Done::new(progress, grid.height);
        map.log10
            .par_chunks_exact_mut(grid.width)
            .zip(&map.rows)
            .try_for_each(|(row, &scale)| {
                for (range, weights) in &columns {
                    let pixels = &mut row[range.clone()];
                    run(inputs, scale, weights, &[length], interrupt, &mut |log10| {
                        for (pixel, &log10) in pixels.iter_mut().zip(log10) {
                            *pixel = to_f32(log10);
                        }
                    })?;
                }
                done.one_more();
                Ok(())
            })?;
        Ok(map)
    }

    /// What is known of |∂o_n/∂o_1| at a pixel; its sign is not. Panics outside of the picture.
    pub fn outcome(&self, column: usize, row: usize) -> Magnitude {
        assert!(column < self.width);
        match self.log10[row * self.width + column] {
            f32::NEG_INFINITY => Magnitude::Zero,
            f32::INFINITY => Magnitude::Overflow { negative: false },
            log10 if log10.is_nan() => Magnitude::Nan,
            log10 => Magnitude::Finite {
                negative: false,
                log10: f64::from(log10),
            },
        }
    }

    fn empty(grid: PhaseGrid, rows: Vec<f64>) -> Self {
        Self {
            width: grid.width,
            height: grid.height,
            w_h: grid.w_h.values(grid.width),
            rows,
            log10: vec![0.0; grid.width * grid.height],
        }
    }
}

/// The columns in blocks that are computed side by side.
fn columns(w_h: &[f64]) -> Vec<(Range<usize>, LaneWeights)> {
    let starts = (0..w_h.len()).step_by(LANES);
    starts
        .map(|start| {
            let range = start..w_h.len().min(start + LANES);
            let weights = LaneWeights::new(&w_h[range.clone()]);
            (range, weights)
        })
        .collect()
}

/// A finite number stays finite: ±∞ mean something else.
fn to_f32(log10: f64) -> f32 {
    if log10.is_finite() {
        log10.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32
    } else {
        log10 as f32
    }
}

/// Counts the parts that are done, whoever does them.
struct Done<'a> {
    progress: &'a Progress,
    count: AtomicUsize,
    whole: usize,
}

impl<'a> Done<'a> {
    fn new(progress: &'a Progress, whole: usize) -> Self {
        Self {
            progress,
            count: AtomicUsize::new(0),
            whole,
        }
    }

    fn one_more(&self) {
        let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        self.progress.set(count as f64 / self.whole as f64);
    }
}

#[cfg(test)]
mod tests;
