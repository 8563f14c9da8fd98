//! Unrolled network.

use super::super::definition::Definition;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Unrolled network",
    slug: "unrolled",
    meaning: "The network unrolled in time, its edges coloured by the gradient that crosses them",
    spoken: "Unrolled network",
    ..Definition::EMPTY
};
