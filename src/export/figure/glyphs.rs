//! (being written elsewhere)
use crate::scene::{Glyph, Layer};
pub fn defs(_: &Layer) -> String {
    String::new()
}
pub fn placed(_: &Glyph) -> String {
    String::new()
}
