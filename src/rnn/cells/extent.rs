//! Where the numbers of a record lie.

use crate::cell::Layer;

/// How many timesteps, sequences and units a pass has: B rows of H at every timestep, or of several blocks of H.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extent {
    /// n.
    pub length: usize,
    /// B.
    pub size: usize,
    /// H.
    pub hidden: usize,
}

impl Extent {
    /// That of a pass through `layer`.
    pub fn of(layer: &Layer<'_>) -> Self {
        Self {
            length: layer.length,
            size: layer.size,
            hidden: layer.hidden,
        }
    }

    /// B · H.
    pub fn slab(self) -> usize {
        self.size * self.hidden
    }

    /// n · B · H.
    pub fn count(self) -> usize {
        self.length * self.slab()
    }

    /// Writes `initial`, H numbers, to every sequence of the states at 0.
    pub fn begin(self, states: &mut [f64], initial: &[f64]) {
        let rows = states[..self.slab()].chunks_exact_mut(self.hidden);
        rows.for_each(|row| row.copy_from_slice(initial));
    }

    /// Of states at 0 to n, those at `t`.
    pub fn state(self, states: &[f64], t: usize) -> &[f64] {
        &states[t * self.slab()..(t + 1) * self.slab()]
    }

    /// Of states at 0 to n, those at 1 to n.
    pub fn later_states(self, states: &[f64]) -> &[f64] {
        &states[self.slab()..self.slab() + self.count()]
    }

    /// Of rows of so many `blocks` at 1 to n, those at 1-based `t`.
    pub fn rows(self, rows: &[f64], blocks: usize, t: usize) -> &[f64] {
        let width = blocks * self.slab();
        &rows[(t - 1) * width..t * width]
    }

    /// Of rows of so many `blocks` at 1 to n, one block of the first sequence at 1-based `t`.
    pub fn block(self, rows: &[f64], blocks: usize, block: usize, t: usize) -> &[f64] {
        &self.rows(rows, blocks, t)[block * self.hidden..][..self.hidden]
    }
}
