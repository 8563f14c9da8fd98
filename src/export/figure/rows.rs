//! What the unrolled network has in common as nodes and as a strip: the names of its rows, and its edges.

use super::area::Point;
use super::drawing::{Anchor, Colour, Layer, Stroke, Text};
use super::frame::Frame;
use super::style;
use crate::flow::Magnitude;

/// The name of a row, left of the frame.
pub fn row_name(layer: &mut Layer, frame: &Frame, y: f64, name: &str, colour: Colour) {
    let at: Point = [frame.area.left - 6.0, y];
    let text = Text::new(at, name, style::SMALL, colour);
    layer.text(text.anchored(Anchor::End).centred());
}

/// The width of an edge: thin where the gradient has vanished, thick where it has exploded.
pub fn edge(magnitude: Magnitude) -> Stroke {
    let width = match magnitude.log10() {
        Some(log10) => 3.0 + 3.0 * (log10 / style::DECADES).clamp(-0.75, 1.0),
        None => 1.5,
    };
    Stroke::new(style::of(magnitude), width)
}
