//! Every product ∂o_j/∂o_k, not only those that begin or end with the sequence.

use super::prefix_product::PrefixProduct;
use super::scaled_matrix::ScaledMatrix;
use super::step_matrices::StepMatrices;
use super::{GradientFlow, Magnitude, Progress};
use crate::rnn::{Interrupt, Interrupted, Network, Pass};

/// Multiplications that the norms between the timesteps of the grid may take: about five seconds. They
/// set how fine the grid is. (H = 16: all of 100 timesteps; H = 64: 173 of 1,000.)
const AFFORDABLE: f64 = 4e10;

/// Most timesteps in the grid: as many as a plot of this kind has room for.
const MOST_TIMES: usize = 512;

/// Fewest, whatever they cost (five to ten seconds for H = 512): with fewer there is no shape to be seen.
const FEWEST_TIMES: usize = 12;

/// A largest singular value in units of a matrix product of the same size, whose arithmetic is several
/// times as fast.
const PRODUCTS_PER_NORM: f64 = 8.0;

/// What else a pair of timesteps costs for every unit, in multiplications: the bisection.
const BISECTION_PER_UNIT: f64 = 5_000.0;

/// What a pair costs whatever its size, in multiplications: memory and calls.
const OVERHEAD_PER_PAIR: f64 = 5_000.0;

/// P_{j←k} = ∂o_j/∂o_k for 1 ≤ k ≤ j ≤ n: the number for H = 1, ‖P_{j←k}‖₂ for more.
#[derive(Clone, Debug, PartialEq)]
pub struct Triangle {
    length: usize,
    /// The grid: ascending 1-based timesteps, among them the first and the last.
    times: Vec<usize>,
    products: Products,
}

#[derive(Clone, Debug, PartialEq)]
enum Products {
    /// The product of the first t − 1 factors after J_1, for every t.
    Prefixes(Vec<PrefixProduct>),
    /// Row after row of the lower triangle of the grid.
    Pairs(Vec<Magnitude>),
}

impl Triangle {
    /// The products of the factors of `flow`, which are numbers for H = 1. (For H > 1 they are what
    /// became of the length of the loss's own gradient between o_j and o_k.) Takes O(n), and so does
    /// what it keeps; every timestep is in the grid.
    pub fn of_numbers(flow: &GradientFlow) -> Self {
        let mut prefix = PrefixProduct::default();
        let mut prefixes = Vec::with_capacity(flow.len());
        for (index, step) in flow.steps.iter().enumerate() {
            // The first factor leads from o_0, which is outside the triangle.
            if index > 0 {
                prefix.multiply(step.factor);
            }
            prefixes.push(prefix);
        }
        Self {
            length: flow.len(),
            times: (1..=flow.len()).collect(),
            products: Products::Prefixes(prefixes),
        }
    }

    /// ‖P_{j←k}‖₂ for the first sequence that `pass` ran over, for every pair of a grid of
    /// timesteps: all of them if that is affordable, otherwise evenly spaced ones. Each is right to
    /// about (j − k) H ε relative unless the factors cancel one another.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn of_norms(
        network: &Network,
        pass: &Pass,
        interrupt: &Interrupt,
        progress: &Progress,
    ) -> Result<Self, Interrupted> {
        let (length, _, _) = pass.shape();
        let times = grid(length, count(length, network.s_0.len()));
        Self::of_grid(network, pass, times, interrupt, progress)
    }

    /// Multiplications, give or take a factor of two, that [`Self::of_norms`] makes: 8·10⁹ are about a
    /// second. The part that depends on n, one matrix product per timestep, is not bounded.
    pub fn cost(length: usize, hidden: usize) -> f64 {
        let times = count(length, hidden);
        work_of_blocks(length, times, hidden) + pairs(times) * work_of_pair(hidden)
    }

    fn of_grid(
        network: &Network,
        pass: &Pass,
        times: Vec<usize>,
        interrupt: &Interrupt,
        progress: &Progress,
    ) -> Result<Self, Interrupted> {
        let (length, hidden) = (pass.shape().0, network.s_0.len());
        let mut work = Work {
            done: 0.0,
            whole: work_of_blocks(length, times.len(), hidden)
                + pairs(times.len()) * work_of_pair(hidden),
            progress,
        };
        let steps = StepMatrices::new(network, pass);
        // blocks[i] leads from the i-th timestep of the grid to the next.
        let mut blocks: Vec<ScaledMatrix> = Vec::with_capacity(times.len());
        for pair in times.windows(2) {
            let mut block = steps.step(pair[0] + 1);
            for t in pair[0] + 2..=pair[1] {
                block = steps.step(t).times(&block, interrupt)?;
                work.add(work_of_product(hidden));
            }
            blocks.push(block);
        }
        let mut products = vec![Magnitude::ONE; times.len() * (times.len() + 1) / 2];
        for column in 0..blocks.len() {
            let mut running = blocks[column].clone();
            for row in column + 1..times.len() {
                if row > column + 1 {
                    running = blocks[row - 1].times(&running, interrupt)?;
                }
                products[place(row, column)] = running.norm(interrupt)?;
                work.add(work_of_pair(hidden));
            }
        }
        progress.set(1.0);
        Ok(Self {
            length,
            times,
            products: Products::Pairs(products),
        })
    }

    /// n.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is no timestep at all.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The grid: the 1-based timesteps between which products are known, ascending.
    pub fn times(&self) -> &[usize] {
        &self.times
    }

    /// The timestep of the grid that is nearest to `t`, the earlier of two equally near; 0 if there is
    /// none.
    pub fn nearest(&self, t: usize) -> usize {
        self.times
            .get(self.nearest_index(t))
            .copied()
            .unwrap_or_default()
    }

    /// ∂o_j/∂o_k between the timesteps of the grid that are nearest to 1-based `j` and `k`; `None` unless
    /// 1 ≤ `k` ≤ `j` ≤ n.
    pub fn value(&self, j: usize, k: usize) -> Option<Magnitude> {
        if k < 1 || k > j || j > self.length {
            return None;
        }
        // Nearness keeps the order, so the row is not before the column.
        let (row, column) = (self.nearest_index(j), self.nearest_index(k));
        self.at(row, column)
    }

    /// ∂o_j/∂o_k for the timesteps j and k at the 0-based `row` and `column` of the grid; `None` above the
    /// diagonal and outside of the grid.
    pub fn at(&self, row: usize, column: usize) -> Option<Magnitude> {
        if column > row {
            return None;
        }
        match &self.products {
            Products::Prefixes(prefixes) => Some(prefixes.get(row)?.since(prefixes.get(column)?)),
            Products::Pairs(products) => products.get(place(row, column)).copied(),
        }
    }

    /// ∂o_j/∂o_k for the timestep j at the 0-based `row` of the grid and every k of the grid up to it: the
    /// fastest way to all of them. Nothing where there is no such row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = Magnitude> + '_ {
        let (prefixes, pairs): (&[PrefixProduct], &[Magnitude]) = match &self.products {
            Products::Prefixes(prefixes) => (prefixes.get(..=row).unwrap_or_default(), &[]),
            Products::Pairs(products) => {
                let row = place(row, 0)..=place(row, row);
                (&[], products.get(row).unwrap_or_default())
            }
        };
        let of_numbers = prefixes
            .last()
            .into_iter()
            .flat_map(move |last| prefixes.iter().map(move |earlier| last.since(earlier)));
        of_numbers.chain(pairs.iter().copied())
    }

    fn nearest_index(&self, t: usize) -> usize {
        if self.times.len() == self.length {
            return t.clamp(1, self.length.max(1)) - 1;
        }
        let after = self.times.partition_point(|&time| time < t);
        let Some(before) = after.checked_sub(1) else {
            return 0;
        };
        match self.times.get(after) {
            Some(time) if time - t < t - self.times[before] => after,
            _ => before,
        }
    }
}

/// Work done so far, in multiplications.
struct Work<'a> {
    done: f64,
    whole: f64,
    progress: &'a Progress,
}

impl Work<'_> {
    fn add(&mut self, work: f64) {
        self.done += work;
        self.progress.set(self.done / self.whole);
    }
}

/// Place of a pair in the rows of a lower triangle, from 0.
fn place(row: usize, column: usize) -> usize {
    row * (row + 1) / 2 + column
}

/// How many timesteps the grid has.
fn count(length: usize, hidden: usize) -> usize {
    // g (g − 1) / 2 pairs.
    let affordable = (2.0 * AFFORDABLE / work_of_pair(hidden)).sqrt() + 0.5;
    (affordable as usize)
        .clamp(FEWEST_TIMES, MOST_TIMES)
        .min(length)
}

/// `count` timesteps from 1 to `length`, as evenly spaced as whole numbers can be.
fn grid(length: usize, count: usize) -> Vec<usize> {
    let intervals = count.saturating_sub(1).max(1);
    (0..count)
        .map(|index| 1 + (index * (length - 1) + intervals / 2) / intervals)
        .collect()
}

fn pairs(times: usize) -> f64 {
    times as f64 * (times as f64 - 1.0) / 2.0
}

/// H³.
fn work_of_product(hidden: usize) -> f64 {
    (hidden as f64).powi(3)
}

fn work_of_pair(hidden: usize) -> f64 {
    work_of_product(hidden) * (1.0 + PRODUCTS_PER_NORM)
        + hidden as f64 * BISECTION_PER_UNIT
        + OVERHEAD_PER_PAIR
}

/// The products of the steps between neighbouring timesteps of the grid.
fn work_of_blocks(length: usize, times: usize, hidden: usize) -> f64 {
    (length - times) as f64 * work_of_product(hidden)
}

#[cfg(test)]
mod tests;
