//! What a lesson is made of.

use std::path::Path;

use super::condition::Condition;
use super::prose::Prose;
use crate::scene::{Direction, Measure, PhaseAxis, View};
use crate::training::CheckedExperiment;

/// A lesson: a walk through one subject, one idea a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// What it is called.
    pub title: String,
    /// What it is about, in one line; empty if it does not say.
    pub summary: String,
    /// Its steps, one at least.
    pub steps: Vec<Step>,
}

/// One idea.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it is called.
    pub heading: String,
    /// What it says.
    pub text: Prose,
    /// The experiment that it begins with; `None` goes on with the one that is there.
    pub experiment: Option<CheckedExperiment>,
    /// The one beside that, if there is one.
    pub beside: Option<CheckedExperiment>,
    /// Where to look.
    pub look: Pointing,
    /// What the learner is asked to do.
    pub task: Option<Task>,
}

/// Where a step asks to look. What is `None` stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pointing {
    /// The view that it speaks of.
    pub view: Option<View>,
    /// The timestep, from 1.
    pub cursor: Option<usize>,
    /// Which product.
    pub direction: Option<Direction>,
    /// Which magnitude.
    pub measure: Option<Measure>,
    /// What the phase map has upwards.
    pub phase_axis: Option<PhaseAxis>,
}

/// What the learner is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// How it is asked.
    pub text: Prose,
    /// When it is done.
    pub until: Condition,
    /// What is said once it is; empty if nothing is.
    pub then: Prose,
}

/// Whether a file at `path` is called as lessons are: `.md` or `.markdown`.
pub fn is_lesson_name(path: &Path) -> bool {
    let extension = path.extension().and_then(|it| it.to_str());
    let is = |ending: &str| extension.is_some_and(|it| it.eq_ignore_ascii_case(ending));
    is("md") || is("markdown")
}
