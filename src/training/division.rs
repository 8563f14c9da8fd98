//! How a batch is divided into parts: by its shape alone, whatever the machine.

use std::ops::Range;

/// Numbers per buffer of a pass (n · B · H): 32 MB each, or one sequence if that is more.
const NUMBERS_PER_PART: usize = 4_000_000;

/// Numbers in the buffers of all lanes together: 1 GB, or one lane's if that is more. With 10,000 timesteps of 512
/// units a lane has 205 MB.
const NUMBERS_IN_LANES: usize = 128_000_000;

/// Buffers of a pass that have n · B · H numbers: a_t, o_t, f′(a_t), ∂L/∂o_t and ∂L/∂a_t.
const BUFFERS: usize = 5;

/// Numbers of ∂L/∂o_t (n · B · H) that are kept for a whole batch: 32 MB.
const NUMBERS_KEPT: usize = 4_000_000;

/// Numbers of all the gradients together that wait for being added up: 64 MB, or one if that is more.
const NUMBERS_IN_SUMS: usize = 8_000_000;

/// Sequences by which a part grows: with fewer, the products wait for memory.
pub const SEQUENCES_PER_PART: usize = 8;

/// The least work of a part, in multiply-adds: about half a millisecond. To wake another core takes up to 0.1 ms,
/// and batches of less than a millisecond in all were measured to be no faster on two cores than on one.
const WORK_PER_PART: usize = 12_000_000;

/// What an activation and everything else that is done for each number costs, in multiply-adds.
const WORK_PER_NUMBER: usize = 100;

/// How many times more work than parameters a part must have: its gradient is filled with zeros and added to the
/// others', which is a few accesses to memory for each.
const WORK_PER_PARAMETER: usize = 100;

/// A batch in parts, and their gradients in sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Division {
    /// Sequences of each part but the last.
    sequences_per_part: usize,
    /// How many parts there are.
    pub parts: usize,
    /// Consecutive parts whose gradients are added to the same sum, one after the other.
    pub parts_per_sum: usize,
    /// How many sums there are. Each can be computed on its own core.
    pub sums: usize,
    /// How many cores can work on them at a time in the memory that there is for it.
    pub lanes: usize,
    /// Whether ∂L/∂o_t of all sequences is small enough to be kept.
    pub keeps_state_gradients: bool,
}

impl Division {
    /// Divides `size` sequences of `length` timesteps, for a network that has `hidden` [rows](crate::rnn::Parameters::rows), H for one layer of the Elman cell, with `parameters` numbers in
    /// all. Parts have as few sequences as are worth a core, and no more than fit the memory.
    pub fn of((length, size, hidden): (usize, usize, usize), parameters: usize) -> Self {
        let numbers = length.saturating_mul(hidden).max(1);
        let work = numbers.saturating_mul(3 * hidden + WORK_PER_NUMBER);
        let worth_it = WORK_PER_PART
            .max(parameters.saturating_mul(WORK_PER_PARAMETER))
            .div_ceil(work)
            .next_multiple_of(SEQUENCES_PER_PART);
        let sequences_per_part = worth_it
            .min(sequences_in_memory(length, hidden))
            .clamp(1, size.max(1));
        let parts = size.div_ceil(sequences_per_part);
        let most_sums = (NUMBERS_IN_SUMS / parameters.max(1)).max(1);
        let parts_per_sum = parts.div_ceil(most_sums).max(1);
        let sums = parts.div_ceil(parts_per_sum);
        let numbers_per_lane = BUFFERS * numbers.saturating_mul(sequences_per_part);
        Self {
            sequences_per_part,
            parts,
            parts_per_sum,
            sums,
            lanes: (NUMBERS_IN_LANES / numbers_per_lane).max(1).min(sums),
            keeps_state_gradients: numbers.saturating_mul(size) <= NUMBERS_KEPT,
        }
    }

    /// The most sequences that a part has.
    pub fn sequences_per_part(self) -> usize {
        self.sequences_per_part
    }

    /// The sequences of every part, of `size` in all.
    pub fn ranges(self, size: usize) -> impl Iterator<Item = Range<usize>> {
        (0..self.parts).map(move |place| {
            let first = place * self.sequences_per_part;
            first..size.min(first + self.sequences_per_part)
        })
    }
}

/// How many sequences of `length` timesteps of `hidden` units can run together; at least one.
pub fn sequences_in_memory(length: usize, hidden: usize) -> usize {
    (NUMBERS_PER_PART / length.saturating_mul(hidden).max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_worth_a_core_and_fits_the_memory() {
        let per_part = |shape, parameters| Division::of(shape, parameters).sequences_per_part;
        // The usual experiment: 16 sequences of 10 timesteps are not worth dividing.
        assert_eq!(per_part((10, 16, 1), 5), 16);
        assert_eq!(per_part((100, 32, 64), 5_249), 8);
        assert_eq!(per_part((100, 32, 256), 70_145), 8);
        assert_eq!(per_part((10_000, 64, 512), 263_681), 1);
        assert_eq!(per_part((1, 1, 1), 5), 1);
        // A gradient of a million numbers is not added up for eight sequences.
        assert_eq!(per_part((10, 1_024, 512), 1_500_000), 24);
    }

    #[test]
    fn gradients_that_wait_take_a_bounded_memory() {
        // The largest experiment: every sequence fills the memory alone.
        let division = Division::of((10_000, 1_024, 512), 263_681);
        assert_eq!(division.parts, 1_024);
        assert!(division.sums * 263_681 <= NUMBERS_IN_SUMS);
        assert!(division.sums * division.parts_per_sum >= division.parts);
        assert!(!division.keeps_state_gradients);
        let division = Division::of((10, 1_024, 512), 10_000_000);
        assert_eq!(division.sums, 1);
        assert!(Division::of((100, 32, 256), 70_145).keeps_state_gradients);
    }

    /// A machine of a hundred cores computes thirty gradients of the largest experiment side by side: 6 GB.
    #[test]
    fn passes_side_by_side_take_a_bounded_memory() {
        let bytes = |division: Division, numbers: usize| {
            division.lanes * division.sequences_per_part * BUFFERS * numbers * size_of::<f64>()
        };
        for (length, batch, hidden) in [(10_000, 1_024, 512), (1_000, 1_024, 512), (10_000, 64, 64)]
        {
            let division = Division::of((length, batch, hidden), hidden * (hidden + 3));
            assert!(division.lanes >= 5, "{division:?}");
            assert!(
                bytes(division, length * hidden) <= 1_024_000_000,
                "{division:?}"
            );
        }
        // Whatever is usual has a core for each sum.
        let division = Division::of((100, 128, 64), 5_249);
        assert_eq!((division.lanes, division.sums), (16, 16));
        assert_eq!(Division::of((10_000, 1, 512), 263_681).lanes, 1);
    }

    #[test]
    fn every_sequence_is_in_one_part() {
        for (length, size, hidden) in [(10, 16, 1), (50, 90, 40), (10_000, 17, 1), (100, 1, 64)] {
            let division = Division::of((length, size, hidden), hidden * hidden);
            let sequences = division.ranges(size).flatten();
            assert!(sequences.eq(0..size));
            let sums = division.parts.div_ceil(division.parts_per_sum);
            assert_eq!(division.sums, sums);
        }
    }
}
