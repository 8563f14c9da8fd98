//! How good the network is on sequences that are the same every time.

use std::collections::VecDeque;

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

/// Evaluates some sequences at a time. Its buffers are kept from one evaluation to the next.
pub struct Evaluator {
    batch: Batch,
    /// What is known so far, if the last evaluation has not come to its end.
    begun: Option<Begun>,
}

/// An evaluation that has not come to its end.
#[derive(Clone, Copy, Default)]
struct Begun {
    /// After how many training steps and changes by hand: of another network it has to be begun anew.
    moment: (u64, u64),
    /// How many sequences of all have been looked at, those of the training part first.
    done: usize,
    training: Count,
    held_out: Count,
}

/// How many answers were right, of how many.
#[derive(Clone, Copy, Default)]
struct Count {
    correct: usize,
    asked: usize,
}

impl Count {
    /// The score of a set of `sequences`, if there are any.
    fn score(self, sequences: usize) -> Option<Score> {
        (sequences > 0).then(|| Score {
            accuracy: self.correct as f64 / self.asked as f64,
        })
    }
}

impl Evaluator {
    /// For the sequences of `task`.
    pub fn new(task: &dyn Task) -> Self {
        Self {
            batch: task.empty_batch(),
            begun: None,
        }
    }

    /// Runs `network` over the next sequences of the fixed sets of `task`, `at_once` at most, with the buffers of `pass`.
    /// The evaluation, if these were the last. At another `moment`, steps and changes by hand, it begins with the first.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised: then the same sequences are the next.
    pub fn evaluate_some(
        &mut self,
        network: &Network,
        task: &dyn Task,
        (moment, at_once): ((u64, u64), usize),
        pass: &mut Pass,
        interrupt: &Interrupt,
    ) -> Result<Option<Evaluation>, Interrupted> {
        let collection = task.collection();
        let all = collection.training + collection.held_out;
        let same = self.begun.take().filter(|begun| begun.moment == moment);
        let begun = self.begun.insert(same.unwrap_or(Begun {
            moment,
            ..Begun::default()
        }));
        if begun.done < all {
            let (part, count, start, end) = match begun.done.checked_sub(collection.training) {
                None => {
                    let end = collection.training;
                    (Part::Training, &mut begun.training, begun.done, end)
                }
                Some(start) => {
                    let end = collection.held_out;
                    (Part::HeldOut, &mut begun.held_out, start, end)
                }
            };
            let end = (start + at_once).min(end);
            task.fixed(part, start..end, &mut self.batch);
            pass.forward(network, &self.batch, interrupt)?;
            let answers = pass.read_outs().chunks_exact(task.outputs());
            for (z, y) in answers.zip(self.batch.answer_targets()) {
                if !y[0].is_nan() {
                    count.correct += usize::from(task.is_correct(z, y));
                    count.asked += 1;
                }
            }
            begun.done += end - start;
        }
        if begun.done < all {
            return Ok(None);
        }
        let evaluation = Evaluation {
            step: moment.0,
            training: begun.training.score(collection.training),
            held_out: begun.held_out.score(collection.held_out),
        };
        self.begun = None;
        Ok(Some(evaluation))
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
