//! How good the network is on sequences that are the same every time.

use std::collections::VecDeque;
use std::ops::Range;

use crate::rnn::{Batch, Interrupt, Interrupted, Network, Pass};
use crate::tasks::{Part, Task};

/// Evaluations kept. When there are more, every second one goes, and from then on every second one only
/// is kept, so that they stay evenly spread. The newest is always there.
const KEPT: usize = 512;

/// Result on one fixed set of sequences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Share that is right, 0 to 1.
    pub accuracy: f64,
}

/// Results after one training step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation {
    /// After how many training steps.
    pub step: u64,
    /// On the training part, for tasks that have a fixed one.
    pub training: Option<Score>,
    /// On sequences never trained on, for tasks that have some.
    pub held_out: Option<Score>,
}

impl Evaluation {
    /// The share that is right of sequences never trained on, or, for tasks that have none, of those that are.
    pub fn accuracy(&self) -> f64 {
        let score = self.held_out.or(self.training);
        score.map_or(f64::NAN, |score| score.accuracy)
    }
}

/// The evaluations of a run, in bounded memory.
#[derive(Clone, Debug)]
pub struct Evaluations {
    kept: VecDeque<Evaluation>,
    /// One in so many is kept.
    stride: u64,
    /// How many came.
    count: u64,
    /// The newest is here only until the next comes.
    newest_is_passing: bool,
}

impl Default for Evaluations {
    fn default() -> Self {
        Self {
            kept: VecDeque::with_capacity(KEPT),
            stride: 1,
            count: 0,
            newest_is_passing: false,
        }
    }
}

impl Evaluations {
    /// Adds one: the newest or, when somebody went on from a past moment, one between others. Replaces one
    /// of the same step.
    pub fn push(&mut self, evaluation: Evaluation) {
        let place = self
            .kept
            .partition_point(|other| other.step < evaluation.step);
        if place + 1 < self.kept.len()
            || self.last().is_some_and(|last| last.step > evaluation.step)
        {
            match self.kept.get_mut(place) {
                Some(same) if same.step == evaluation.step => *same = evaluation,
                _ => self.kept.insert(place, evaluation),
            }
            return;
        }
        let again = self.last().is_some_and(|last| last.step == evaluation.step);
        if again || self.newest_is_passing {
            self.kept.pop_back();
        }
        if !again {
            self.newest_is_passing = !self.count.is_multiple_of(self.stride);
            self.count += 1;
        }
        self.kept.push_back(evaluation);
        if self.kept.len() >= KEPT && !self.newest_is_passing {
            self.thin();
        }
    }

    fn thin(&mut self) {
        let (mut index, count) = (0, self.kept.len());
        // The odd ones go, but for the newest, which waits for its successor.
        self.kept.retain(|_| {
            index += 1;
            index % 2 == 1 || index == count
        });
        self.stride *= 2;
        self.newest_is_passing = true;
    }

    /// Forgets every evaluation after `step`.
    pub fn forget_after(&mut self, step: u64) {
        while self.kept.pop_back_if(|one| one.step > step).is_some() {
            self.newest_is_passing = false;
        }
    }

    /// The newest.
    pub fn last(&self) -> Option<Evaluation> {
        self.kept.back().copied()
    }

    /// Oldest first.
    pub fn iter(&self) -> impl Iterator<Item = Evaluation> + '_ {
        self.kept.iter().copied()
    }
}

/// The sequences that are evaluated, whose buffers are kept from one evaluation to the next.
pub struct Evaluator {
    batch: Batch,
}

impl Evaluator {
    /// For the sequences of `task`.
    pub fn new(task: &dyn Task) -> Self {
        Self {
            batch: task.empty_batch(),
        }
    }

    /// Runs `network` over the fixed sets of `task`, `at_once` sequences at a time, with the buffers of `pass`.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn evaluate(
        &mut self,
        network: &Network,
        task: &dyn Task,
        (step, at_once): (u64, usize),
        pass: &mut Pass,
        interrupt: &Interrupt,
    ) -> Result<Evaluation, Interrupted> {
        let collection = task.collection();
        let mut score = |part: Part, count: usize| match count {
            0 => Ok(None),
            _ => {
                let all = (0..count, at_once);
                let score = self.score(network, task, part, all, pass, interrupt)?;
                Ok(Some(score))
            }
        };
        Ok(Evaluation {
            step,
            training: score(Part::Training, collection.training)?,
            held_out: score(Part::HeldOut, collection.held_out)?,
        })
    }

    fn score(
        &mut self,
        network: &Network,
        task: &dyn Task,
        part: Part,
        (all, at_once): (Range<usize>, usize),
        pass: &mut Pass,
        interrupt: &Interrupt,
    ) -> Result<Score, Interrupted> {
        let (mut correct, mut count) = (0, 0);
        let mut start = all.start;
        while start < all.end {
            let end = (start + at_once).min(all.end);
            task.fixed(part, start..end, &mut self.batch);
            pass.forward(network, &self.batch, interrupt)?;
            let answers = pass.read_outs().chunks_exact(task.outputs());
            for (z, y) in answers.zip(self.batch.answer_targets()) {
                if !y[0].is_nan() {
                    correct += usize::from(task.is_correct(z, y));
                    count += 1;
                }
            }
            start = end;
        }
        Ok(Score {
            accuracy: correct as f64 / count as f64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evaluations_thin_out_evenly_and_keep_the_newest() {
        let mut evaluations = Evaluations::default();
        let held_out = Some(Score { accuracy: 1.0 });
        for step in 1..=10_000 {
            evaluations.push(Evaluation {
                step,
                training: None,
                held_out,
            });
            assert_eq!(evaluations.last().unwrap().step, step);
        }
        assert!(evaluations.iter().count() <= KEPT);
        let steps: Vec<u64> = evaluations.iter().map(|e| e.step).collect();
        let gaps: Vec<u64> = steps.windows(2).map(|w| w[1] - w[0]).collect();
        assert_eq!(steps[0], 1);
        assert!(gaps[..gaps.len() - 1].iter().all(|&gap| gap == gaps[0]));
    }
}
