//! f and f′.

use super::super::definition::Definition;

/// The view.
pub static VIEW: Definition = Definition {
    name: "f and f′",
    slug: "activation",
    meaning: "The activation and its slope, with the pre-activation of every timestep on both",
    spoken: "Activation and slope",
    ..Definition::EMPTY
};
