//! Phase map.

use super::super::definition::Definition;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Phase map",
    slug: "phase-map",
    meaning: "What is left of the gradient over wₕ and the length, or wₕ and the input weight",
    spoken: "Phase map",
    ..Definition::EMPTY
};
