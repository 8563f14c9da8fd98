//! What a scene is of: a moment, what was found out about it, and what of it is looked at.

use super::look::Look;
use super::memo::Memo;
use super::place::Ghost;
use crate::flow::{GivenTerms, StepFlow};
use crate::training::{Finding, Question, Snapshot};

/// What a scene is of.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The moment.
    pub snapshot: &'a Snapshot,
    /// What was found out about it, or about a moment before it, if the view asks something.
    pub answer: Option<Answer<'a>>,
    /// What is looked at.
    pub look: &'a Look,
    /// Why there is no answer yet: `not computed for this moment`.
    pub absence: &'a str,
    /// What was drawn before and may be drawn again.
    pub memo: &'a Memo,
    /// A moment beside this one: one that was kept, or that of another experiment.
    pub ghost: Option<Ghost<'a>>,
    /// The terms of a gradient that somebody else has computed for this moment: they are drawn beside the right ones.
    pub yours: Option<&'a GivenTerms>,
}

/// The answer to a question.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// What was asked.
    pub question: Question,
    /// Of which moment.
    pub of: &'a Snapshot,
    /// What was found.
    pub finding: &'a Finding,
}

impl<'a> Subject<'a> {
    /// n.
    pub fn len(&self) -> usize {
        self.snapshot.len()
    }

    /// Whether there is no timestep; there always is one.
    pub fn is_empty(&self) -> bool {
        self.snapshot.is_empty()
    }

    /// Whether the network has one hidden unit, whose product is a number.
    pub fn is_scalar(&self) -> bool {
        self.snapshot.probe.flow.state_width == 1
    }

    /// What is said of a network of one hidden unit, or of one of several.
    pub fn by_width<T>(&self, of_one: T, of_many: T) -> T {
        if self.is_scalar() { of_one } else { of_many }
    }

    /// What the states are called that are read out: o in a network of the lecture, h in any other.
    pub fn letter(&self) -> &'static str {
        self.by_network("o", "h")
    }

    /// Whose gradient is followed back: where there are several answers, that of the last one alone.
    pub fn whose(&self) -> &'static str {
        if self.snapshot.probe.flow.is_asked_at_every_step {
            "the last answer's"
        } else {
            "the loss's"
        }
    }

    /// What is said of a network of the lecture, or of any other.
    pub fn by_network<T>(&self, of_the_lecture: T, of_any_other: T) -> T {
        if self.snapshot.moment.network.is_the_lectures() {
            of_the_lecture
        } else {
            of_any_other
        }
    }

    /// What the gradient does at the 1-based timestep `t`.
    pub fn step(&self, t: usize) -> Option<&'a StepFlow> {
        self.snapshot.probe.flow.steps.get(t.checked_sub(1)?)
    }

    /// The 1-based timestep that is looked at: the last unless another was chosen.
    pub fn timestep(&self) -> usize {
        self.look.timestep(self.len())
    }

    /// The 1-based timestep that is marked, if one was chosen.
    pub fn mark(&self) -> Option<usize> {
        self.look.mark(self.len())
    }

    /// The timestep whose factor was multiplied in last on the way to the marked one.
    pub fn just_multiplied(&self) -> Option<usize> {
        self.look.just_multiplied(self.len())
    }

    /// The answer, if it is of a network as wide as the one that is shown.
    pub fn answer_of_this_width(&self) -> Option<Answer<'a>> {
        let hidden = |snapshot: &Snapshot| snapshot.probe.flow.state_width;
        self.answer
            .filter(|answer| hidden(answer.of) == hidden(self.snapshot))
    }

    /// Whether the answer is of the moment that is shown.
    pub fn is_answered_now(&self) -> bool {
        self.answer
            .is_some_and(|answer| answer.of.is_same_moment(self.snapshot))
    }
}
