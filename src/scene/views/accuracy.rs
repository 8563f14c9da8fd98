//! Accuracy.

use super::super::definition::Definition;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Accuracy",
    slug: "accuracy",
    meaning: "Accuracy over training steps",
    spoken: "Accuracy over steps",
    ..Definition::EMPTY
};
