//! From one held-out sequence to the next.

use super::super::walk::{WhichSequences, next_of, right_sequences};
use super::ScopeApp;
use crate::flow::{counted, thousands};
use crate::training::{Question, Topic};

impl ScopeApp {
    /// Which held-out sequences are walked through from now on.
    pub(super) fn choose_sequences(&mut self, which: WhichSequences) {
        self.view.walk.which = which;
        self.view.walk.wanted = None;
        if which != WhichSequences::All {
            self.find_right_sequences();
        }
    }

    /// The held-out sequence that is `by` farther: after a sentence of the corpus the next one, after one that was typed the
    /// first.
    pub(super) fn step_example(&mut self, by: isize) {
        let which = self.view.walk.which;
        if which == WhichSequences::All {
            return self.step_among_all(by);
        }
        let found = self.known_right().map(|right| {
            let next = next_of(right, which, self.present_sequence(), by);
            (next, right.len())
        });
        match found {
            Some((Some(index), _)) => {
                self.view.walk.wanted = None;
                self.show_sequence(index);
            }
            Some((None, count)) => {
                self.view.walk.wanted = None;
                self.tell(format!(
                    "none of the {} held-out sequences is answered {}",
                    counted(count),
                    which.name()
                ));
            }
            None => {
                self.view.walk.wanted = Some(by);
                self.find_right_sequences();
            }
        }
    }

    /// Goes on as soon as it is known which sequences are right.
    pub(super) fn go_on_walking(&mut self) {
        let Some(by) = self.view.walk.wanted else {
            return;
        };
        if self.known_right().is_some() {
            self.step_example(by);
        } else if self
            .bench
            .findings()
            .progress(Topic::RightSequences)
            .is_none()
        {
            // The network has changed meanwhile: of this one nothing is known yet.
            self.find_right_sequences();
        }
    }

    /// How many held-out sequences there are of those that are walked through: `289 of 1,066 are wrong at step 300`.
    pub(super) fn walk_in_words(&self) -> Option<String> {
        let which = self.view.walk.which;
        if which == WhichSequences::All {
            return None;
        }
        let Some(right) = self.known_right() else {
            let share = self.bench.findings().progress(Topic::RightSequences)?;
            return Some(format!("reading them: {} %", (100.0 * share).round()));
        };
        let count = right.iter().filter(|it| which.has(**it)).count();
        let step = self
            .bench
            .findings()
            .study(Topic::RightSequences)?
            .subject
            .moment
            .step;
        Some(format!(
            "{} of {} are {} at step {}",
            counted(count),
            counted(right.len()),
            which.name(),
            thousands(step)
        ))
    }

    fn find_right_sequences(&mut self) {
        if self.known_right().is_none() {
            self.bench.ask(Question::RightSequences, false);
        }
    }

    /// Which held-out sequences are answered right, if it is known of this network.
    fn known_right(&self) -> Option<&[bool]> {
        let study = self.bench.findings().study(Topic::RightSequences)?;
        let snapshot = self.snapshot()?;
        right_sequences(study, self.bench.experiment(), snapshot, self.is_running())
    }

    /// The number of the sequence that is shown, if it is a held-out one.
    fn present_sequence(&self) -> Option<usize> {
        match self.bench.experiment().shown_sentence() {
            Some((_, index)) => index,
            None => Some(self.bench.experiment().probe.index),
        }
    }

    fn step_among_all(&mut self, by: isize) {
        let index = match self.bench.experiment().shown_sentence() {
            // Of drawn sequences there are as many as one likes.
            None => self
                .bench
                .experiment()
                .probe
                .index
                .saturating_add_signed(by),
            Some((_, None)) => 0,
            Some((count, Some(present))) => {
                (present as isize + by).rem_euclid(count.max(1) as isize) as usize
            }
        };
        self.show_sequence(index);
    }

    fn show_sequence(&mut self, index: usize) {
        self.bench.knows_label();
        let mut next = self.bench.experiment().clone();
        if next.reads_words() {
            next.show_sentence(index);
        } else {
            next.probe.index = index;
        }
        self.edit(next);
    }
}
