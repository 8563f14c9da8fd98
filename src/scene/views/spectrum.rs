//! Spectrum.

use super::super::definition::Definition;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Spectrum",
    slug: "spectrum",
    meaning: "Eigenvalues of Wₕ against the unit circle, and singular values of the product",
    spoken: "Spectrum",
    ..Definition::EMPTY
};
