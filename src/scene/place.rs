//! Moments beside each other: which is which, and where timesteps of different sequences meet.

use serde::{Deserialize, Serialize};

use super::look::Direction;
use crate::training::Snapshot;

/// Which of two experiments beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The one that was there first.
    First,
    /// The one that was put beside it.
    Second,
}

impl Place {
    /// What it is called.
    pub fn letter(self) -> &'static str {
        match self {
            Self::First => "A",
            Self::Second => "B",
        }
    }

    /// The one beside it.
    pub fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }

    /// The first and the second of two, of which `own` is shown and `other`, which is at this place, is beside it.
    pub fn in_order<T>(self, own: T, other: T) -> (T, T) {
        match self {
            Self::First => (other, own),
            Self::Second => (own, other),
        }
    }
}

/// Where two sequences of different lengths meet on one time axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alignment {
    /// Their last timesteps stand above each other: the gradient comes from there.
    #[default]
    End,
    /// Their first timesteps do.
    Start,
}

impl Alignment {
    /// By how many timesteps a sequence of `length` begins later than one of `other` that it is aligned with; less than 0
    /// if it begins earlier.
    pub fn shift(self, length: usize, other: usize) -> isize {
        match self {
            Self::End => other as isize - length as isize,
            Self::Start => 0,
        }
    }

    /// The other way.
    pub fn other(self) -> Self {
        match self {
            Self::End => Self::Start,
            Self::Start => Self::End,
        }
    }
}

/// A moment beside the one that is shown.
#[derive(Clone, Copy, Debug)]
pub struct Ghost<'a> {
    /// The moment.
    pub snapshot: &'a Snapshot,
    /// Which.
    pub of: GhostOf,
}

/// Which moment is beside the one that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GhostOf {
    /// One that was kept.
    Kept,
    /// That of another experiment, as it is now.
    Other {
        /// Which of the two experiments it is.
        place: Place,
        /// Where the two sequences meet.
        alignment: Alignment,
    },
}

impl<'a> Ghost<'a> {
    /// A moment that was kept.
    pub fn kept(snapshot: &'a Snapshot) -> Self {
        Self {
            snapshot,
            of: GhostOf::Kept,
        }
    }

    /// How many timesteps later than those of `shown` its own stand: counted from the end, where the gradient comes from, or
    /// from the first.
    pub fn shift(&self, shown: &Snapshot, direction: Direction) -> isize {
        let alignment = match self.of {
            GhostOf::Other { alignment, .. } => alignment,
            GhostOf::Kept => match direction {
                Direction::ToEnd => Alignment::End,
                Direction::FromFirst => Alignment::Start,
            },
        };
        alignment.shift(self.snapshot.len(), shown.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_or_beginnings_meet() {
        assert_eq!(Alignment::End.shift(3, 14), 11);
        assert_eq!(Alignment::End.shift(14, 3), -11);
        assert_eq!(Alignment::Start.shift(3, 14), 0);
    }
}
