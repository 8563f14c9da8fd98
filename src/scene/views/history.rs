//! History.

use super::super::definition::Definition;

/// The view.
pub static VIEW: Definition = Definition {
    name: "History",
    slug: "history",
    meaning: "The gradient of every timestep over the whole run, and a way back to any recorded step",
    spoken: "History of the run",
    ..Definition::EMPTY
};
