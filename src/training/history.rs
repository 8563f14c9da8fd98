//! What training has been doing, in bounded memory.

use std::collections::VecDeque;

use super::recorded_facts::RecordedFacts;

/// Steps kept one by one: about what a plot a thousand pixels wide can tell apart.
const RECENT: usize = 1024;

/// Groups of older steps. When there are more, neighbours are merged, so that every group is of one
/// size and the whole past stays on the plot. Even, because groups are merged in pairs.
const OLDER: usize = 1024;

/// One training step, or several older ones merged. Loss, accuracy and norms were measured on the batch of the step
/// and before its update: by the network as it was after the step before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepRecord {
    /// The step (of a group, the last one), counted from 1.
    pub step: u64,
    /// Mean loss over the batch; over a group, its mean.
    pub loss: f64,
    /// Share of the batch that was right; over a group, its mean.
    pub accuracy: f64,
    /// Norm of the gradient before clipping; over a group, its largest, because a single spike is what
    /// clipping is for.
    pub gradient_norm: f64,
    /// Norm of the gradient after clipping; over a group, its largest.
    pub clipped_norm: f64,
}

impl StepRecord {
    /// What a training elsewhere has told of the moment of a record, if anything.
    pub fn of_recorded(recorded: &RecordedFacts) -> Option<Self> {
        let (loss, norm) = (recorded.loss, recorded.gradient_norm);
        (loss.is_some() || norm.is_some()).then(|| Self {
            step: recorded.step,
            loss: loss.unwrap_or(f64::NAN),
            accuracy: f64::NAN,
            gradient_norm: norm.unwrap_or(f64::NAN),
            clipped_norm: norm.unwrap_or(f64::NAN),
        })
    }

    /// Two neighbouring records of `weight` and `other_weight` steps as one.
    fn merged(self, weight: u64, other: Self, other_weight: u64) -> Self {
        let share = other_weight as f64 / (weight + other_weight) as f64;
        let mean = |a: f64, b: f64| a + (b - a) * share;
        Self {
            step: other.step,
            loss: mean(self.loss, other.loss),
            accuracy: mean(self.accuracy, other.accuracy),
            gradient_norm: largest(self.gradient_norm, other.gradient_norm),
            clipped_norm: largest(self.clipped_norm, other.clipped_norm),
        }
    }
}

/// The larger of two, and NaN if either is: a spike into NaN must not be merged away.
fn largest(a: f64, b: f64) -> f64 {
    if a.is_nan() || a > b { a } else { b }
}

/// The whole past of a run: recent steps one by one, older ones in groups of one size.
#[derive(Clone, Debug)]
pub struct History {
    older: Vec<StepRecord>,
    /// Steps per group of `older`.
    group: u64,
    /// The group that is being filled, and how many steps it has.
    pending: Option<(StepRecord, u64)>,
    recent: VecDeque<StepRecord>,
}

impl Default for History {
    fn default() -> Self {
        Self {
            older: Vec::with_capacity(OLDER),
            group: 1,
            pending: None,
            recent: VecDeque::with_capacity(RECENT),
        }
    }
}

impl History {
    /// Adds the newest step. Allocates nothing.
    pub fn push(&mut self, record: StepRecord) {
        if self.recent.len() == RECENT
            && let Some(oldest) = self.recent.pop_front()
        {
            self.push_older(oldest);
        }
        self.recent.push_back(record);
    }

    /// Every record, oldest first.
    pub fn records(&self) -> impl Iterator<Item = StepRecord> + '_ {
        let pending = self.pending.map(|(record, _)| record);
        self.older
            .iter()
            .copied()
            .chain(pending)
            .chain(self.recent.iter().copied())
    }

    /// The newest step.
    pub fn last(&self) -> Option<StepRecord> {
        self.recent.back().copied()
    }

    /// Forgets every step after `step`, and a group of older ones that reaches beyond it.
    pub fn forget_after(&mut self, step: u64) {
        while self
            .recent
            .pop_back_if(|record| record.step > step)
            .is_some()
        {}
        if self.recent.is_empty() {
            self.pending = self.pending.filter(|(record, _)| record.step <= step);
            while self.older.pop_if(|record| record.step > step).is_some() {}
        }
    }

    fn push_older(&mut self, record: StepRecord) {
        let (group, count) = match self.pending {
            Some((group, count)) => (group.merged(count, record, 1), count + 1),
            None => (record, 1),
        };
        if count < self.group {
            self.pending = Some((group, count));
            return;
        }
        self.pending = None;
        if self.older.len() == OLDER {
            for index in 0..OLDER / 2 {
                let (a, b) = (self.older[2 * index], self.older[2 * index + 1]);
                self.older[index] = a.merged(1, b, 1);
            }
            self.older.truncate(OLDER / 2);
            self.group *= 2;
            // A full group of the old size is half of one of the new size.
            self.pending = Some((group, count));
        } else {
            self.older.push(group);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(step: u64) -> StepRecord {
        StepRecord {
            step,
            loss: step as f64,
            accuracy: 0.5,
            gradient_norm: if step == 777 { 1e6 } else { 1.0 },
            clipped_norm: 1.0,
        }
    }

    #[test]
    fn recent_steps_are_whole_older_ones_evenly_merged_and_memory_is_bounded() {
        let mut history = History::default();
        let count = 1_000_000;
        for step in 1..=count {
            history.push(record(step));
        }
        let records: Vec<_> = history.records().collect();
        assert!(records.len() <= OLDER + RECENT + 1);
        assert_eq!(history.older.capacity(), OLDER);
        assert_eq!(history.recent.capacity(), RECENT);
        let steps: Vec<u64> = records.iter().map(|record| record.step).collect();
        assert!(steps.is_sorted());
        assert_eq!(*steps.last().unwrap(), count);
        assert!(
            steps[steps.len() - RECENT..]
                .windows(2)
                .all(|w| w[1] - w[0] == 1)
        );
        let older = &steps[..history.older.len()];
        assert!(older.windows(2).all(|w| w[1] - w[0] == history.group));
        // Means of means of equal groups are means: the first group covers 1..=group.
        let expected = (1 + history.group) as f64 / 2.0;
        assert!((records[0].loss / expected - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_comes_after_a_step_can_be_forgotten() {
        for kept in [0, 5, 1_000, 2_500, 9_000, 10_000] {
            let mut history = History::default();
            for step in 1..=10_000 {
                history.push(record(step));
            }
            history.forget_after(kept);
            let last = history.records().last().map_or(0, |record| record.step);
            assert!(
                last <= kept && last + 2 * history.group > kept,
                "{kept}: {last}"
            );
            history.push(record(kept + 1));
            let steps: Vec<u64> = history.records().map(|record| record.step).collect();
            assert!(steps.is_sorted() && steps.last() == Some(&(kept + 1)));
        }
    }

    #[test]
    fn a_spike_is_never_thinned_away() {
        let mut history = History::default();
        for step in 1..=200_000 {
            history.push(record(step));
        }
        let spike = history
            .records()
            .map(|r| r.gradient_norm)
            .fold(0.0, f64::max);
        assert_eq!(spike, 1e6);
    }
}
