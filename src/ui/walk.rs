//! From one held-out sequence to the next: all of them, or those that the network answers right or wrong.

use crate::training::{Experiment, Finding, Snapshot, Study};

/// Which held-out sequences are walked through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhichSequences {
    /// All of them.
    #[default]
    All,
    /// Those that are answered right.
    Right,
    /// Those that are answered wrong.
    Wrong,
}

impl WhichSequences {
    /// Every one, in the order menus show them.
    pub const ALL: [Self; 3] = [Self::All, Self::Right, Self::Wrong];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Right => "right",
            Self::Wrong => "wrong",
        }
    }

    /// Whether a sequence is among them that is answered right or not.
    pub fn has(self, is_right: bool) -> bool {
        match self {
            Self::All => true,
            Self::Right => is_right,
            Self::Wrong => !is_right,
        }
    }
}

/// How far one has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Which sequences are walked through.
    pub which: WhichSequences,
    /// By how many of them to go on, once it is known which they are.
    pub wanted: Option<isize>,
}

/// What `study` has found, if it is of the same sequences as those of `experiment`; of the network of `snapshot`, unless
/// that is being trained and any moment will do.
pub fn right_sequences<'a>(
    study: &'a Study,
    experiment: &Experiment,
    snapshot: &Snapshot,
    is_running: bool,
) -> Option<&'a [bool]> {
    let Finding::RightSequences(right) = &study.finding else {
        return None;
    };
    let then = &study.subject.moment;
    let is_same_network =
        is_running || then.network.parameters == snapshot.moment.network.parameters;
    let is_same = !then.experiment.needs_new_run(experiment)
        && then.experiment.task == experiment.task
        && is_same_network;
    is_same.then_some(right)
}

/// The sequence `by` of those that `which` has after number `current` of `right`, around the end; before it if `by` is
/// below zero. `None` if there is none.
pub fn next_of(
    right: &[bool],
    which: WhichSequences,
    current: Option<usize>,
    by: isize,
) -> Option<usize> {
    let places: Vec<usize> = (0..right.len())
        .filter(|it| which.has(right[*it]))
        .collect();
    let count = places.len() as isize;
    if count == 0 {
        return None;
    }
    // Before the first of them whoever is nowhere begins.
    let here = match current {
        None => match by > 0 {
            true => -1,
            false => 0,
        },
        Some(current) => {
            let after = places.partition_point(|place| *place < current);
            match places.get(after) == Some(&current) {
                true => after as isize,
                // Between two of them.
                false if by > 0 => after as isize - 1,
                false => after as isize,
            }
        }
    };
    Some(places[(here + by).rem_euclid(count) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_are_wrong_are_walked_through_in_both_directions() {
        let right = [true, false, true, true, false];
        let next = |current, by| next_of(&right, WhichSequences::Wrong, current, by);
        assert_eq!(next(None, 1), Some(1));
        assert_eq!(next(None, -1), Some(4));
        assert_eq!(next(Some(1), 1), Some(4));
        assert_eq!(next(Some(4), 1), Some(1));
        assert_eq!(next(Some(2), 1), Some(4));
        assert_eq!(next(Some(2), -1), Some(1));
        assert_eq!(next(Some(0), -1), Some(4));
        let of = |which, current, by| next_of(&right, which, Some(current), by);
        assert_eq!(of(WhichSequences::All, 4, 1), Some(0));
        assert_eq!(of(WhichSequences::Right, 0, -1), Some(3));
        assert_eq!(next_of(&[true], WhichSequences::Wrong, None, 1), None);
    }
}
