//! Terms.

use super::super::definition::Definition;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Terms",
    slug: "terms",
    meaning: "∂L/∂wₕ and ∂L/∂wᵢ as sums of one term per timestep",
    spoken: "Terms of the gradient",
    ..Definition::EMPTY
};
