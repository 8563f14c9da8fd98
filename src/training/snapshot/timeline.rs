//! The steps that can be gone back to.

use std::sync::Arc;

use crate::flow::thousands;
use crate::training::history_row::HistoryRow;
use crate::training::settings::Difference;

/// Something that was changed by hand in the middle of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct HandChange {
    /// After this step, and no later than after the other: the same step twice, unless so much was changed that
    /// neighbours had to be put together.
    pub between: (u64, u64),
    /// What was changed, each with what it became.
    pub what: Arc<[Difference]>,
}

impl HandChange {
    /// `changed by hand after step 12: recurrent weight wₕ = 1.5`
    pub fn in_words(&self) -> String {
        let what = Difference::in_words(&self.what);
        match self.between {
            (first, last) if first == last => {
                format!("changed by hand after step {}: {what}", thousands(first))
            }
            (first, last) => format!(
                "changed by hand after steps {} to {}, in the end to {what}",
                thousands(first),
                thousands(last)
            ),
        }
    }
}

/// Where a moment stands in its run.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// The newest step of the run.
    pub newest: u64,
    /// This is not the newest moment: somebody looks back.
    pub is_past: bool,
    /// The steps that can be gone back to, oldest first.
    pub recorded: Arc<[u64]>,
    /// What going back brings with it, where it is not as now. Of the present: what the steps beyond it had
    /// otherwise, which were made before somebody reset the run, or went on from the past, and then changed the
    /// experiment by hand. Of a past moment: what it has otherwise than the present.
    pub otherwise: Arc<[Difference]>,
    /// What was changed by hand in the run, in the order of its steps, also after the moment that is shown.
    pub changes: Arc<[HandChange]>,
    /// The probe's gradient after each of them, as far as it has been computed; empty while nobody looks
    /// at it.
    pub rows: Arc<Vec<Arc<HistoryRow>>>,
}

impl Timeline {
    /// Whether the steps that can be gone back to, from this one on, are of the run as it was before the
    /// experiment was changed by hand: a picture of them is not of the network that is shown.
    pub fn is_of_another(&self) -> bool {
        !self.is_past && !self.otherwise.is_empty()
    }

    /// The recorded step before `step`; `step` itself if there is none.
    pub fn before(&self, step: u64) -> u64 {
        let place = self.recorded.partition_point(|&recorded| recorded < step);
        place
            .checked_sub(1)
            .map_or(step, |place| self.recorded[place])
    }

    /// The recorded step after `step`; `None` is the present.
    pub fn after(&self, step: u64) -> Option<u64> {
        let place = self.recorded.partition_point(|&recorded| recorded <= step);
        self.recorded.get(place).copied()
    }

    /// The recorded step nearest to `step`, or the newest.
    pub fn nearest(&self, step: u64) -> u64 {
        self.recorded
            .iter()
            .copied()
            .chain([self.newest])
            .min_by_key(|recorded| recorded.abs_diff(step))
            .unwrap_or(self.newest)
    }
}
