//! One training step in the picture of the whole run.

use crate::flow::Magnitude;

/// Timesteps kept of a row: about what a picture can tell apart.
const KEPT: usize = 512;

/// The probe's gradient after one training step, timestep by timestep.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryRow {
    /// Training steps made.
    pub step: u64,
    /// n, how long the probe was then.
    pub length: usize,
    /// The gain ‖g_t‖/‖g_n‖ at timesteps that are evenly spaced from 1 to n.
    gains: Vec<Magnitude>,
}

impl HistoryRow {
    /// The row of a step whose gains from timestep 1 to n are `gains`.
    pub fn new(step: u64, gains: &[Magnitude]) -> Self {
        let length = gains.len();
        let kept = length.min(KEPT);
        let gains = (0..kept).map(|place| gains[timestep(place, kept, length) - 1]);
        Self {
            step,
            length,
            gains: gains.collect(),
        }
    }

    /// The gain at the kept timestep nearest to the 1-based `t`, and which one that is.
    pub fn nearest(&self, t: usize) -> (usize, Magnitude) {
        let kept = self.gains.len();
        let share = (t.clamp(1, self.length) - 1) as f64 / (self.length.max(2) - 1) as f64;
        let place = (share * (kept - 1) as f64).round() as usize;
        (timestep(place, kept, self.length), self.gains[place])
    }
}

/// The 1-based timestep of the kept one at `place`.
fn timestep(place: usize, kept: usize, length: usize) -> usize {
    if kept < 2 {
        return length;
    }
    1 + (place * (length - 1) + (kept - 1) / 2) / (kept - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(length: usize) -> HistoryRow {
        let gains: Vec<Magnitude> = (1..=length).map(|t| Magnitude::new(t as f64)).collect();
        HistoryRow::new(3, &gains)
    }

    #[test]
    fn short_sequences_are_kept_whole_and_long_ones_evenly() {
        for length in [1, 2, 10, 511, 512] {
            let row = row(length);
            for t in 1..=length {
                assert_eq!(row.nearest(t), (t, Magnitude::new(t as f64)));
            }
        }
        let row = row(10_000);
        assert_eq!(row.gains.len(), KEPT);
        assert_eq!(row.nearest(1).0, 1);
        assert_eq!(row.nearest(10_000).0, 10_000);
        for t in (1..=10_000).step_by(37) {
            let (nearest, gain) = row.nearest(t);
            assert!(nearest.abs_diff(t) <= 10_000 / KEPT, "{t}: {nearest}");
            assert_eq!(gain, Magnitude::new(nearest as f64));
        }
    }
}
