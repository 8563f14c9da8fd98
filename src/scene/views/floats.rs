//! Float formats.

use super::super::definition::Definition;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Float formats",
    slug: "floats",
    meaning: "The backward pass as float16, bfloat16 and float32 carry it, beside the exact one",
    spoken: "Float formats",
    ..Definition::EMPTY
};
