//! Loss.

use super::super::definition::Definition;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Loss",
    slug: "loss",
    meaning: "Loss and gradient norms over training steps",
    spoken: "Loss over steps",
    ..Definition::EMPTY
};
