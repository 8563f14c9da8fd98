//! Formula.

use super::super::definition::Definition;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Formula",
    slug: "formula",
    meaning: "∂L/∂wₕ as a sum and ∏ f′(aₜ)·wₕ as a product, with the numbers of the cursor's timestep",
    spoken: "Formula",
    ..Definition::EMPTY
};
