//! Landscape.

use super::super::definition::Definition;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Landscape",
    slug: "landscape",
    meaning: "The loss and its gradient over wₕ, all other parameters fixed",
    spoken: "Landscape over w_h",
    ..Definition::EMPTY
};
