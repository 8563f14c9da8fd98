//! What is remembered of a lesson from one start to the next.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::training::Experiment;

/// What is remembered of a walk from one start to the next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RememberedLesson {
    /// The name of a lesson of the course, or the path of a file.
    pub lesson: String,
    /// Whether it is a path.
    pub is_file: bool,
    /// The step, from 1.
    pub step: usize,
    /// Whether the panel was open.
    pub open: bool,
    /// The experiment from before the lesson.
    pub before: Option<Experiment>,
}

impl RememberedLesson {
    /// The file that the lesson is in, if its panel was open.
    pub fn open_file(&self) -> Option<&Path> {
        (self.is_file && self.open).then(|| Path::new(&self.lesson))
    }
}
