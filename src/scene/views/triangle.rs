//! All products.

use super::super::definition::Definition;

/// The view.
pub static VIEW: Definition = Definition {
    name: "All products",
    slug: "triangle",
    meaning: "Every product ∂oⱼ/∂oₖ at once, as a triangle",
    spoken: "All products",
    ..Definition::EMPTY
};
