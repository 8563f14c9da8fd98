//! Shapes that say what a line cannot, a sentence where there is nothing to draw, and the sizes of letters.

use super::area::{Area, Point};
use super::drawing::{Anchor, Layer, Stroke, Text};
use super::font;
use super::theme::{Colour, Colours};
use crate::flow::Magnitude;

/// Font size of a figure's title.
pub const TITLE: f64 = 17.0;
/// Font size of names and sentences.
pub const BODY: f64 = 13.0;
/// Font size of legends and of labels on axes.
pub const SMALL: f64 = 11.5;

/// A triangle that points down for a positive size and up for a negative one.
pub fn triangle(layer: &mut Layer, [x, y]: Point, size: f64, colour: Colour) {
    let width = size.abs();
    let corners = vec![
        [x - width, y - size * 0.8],
        [x + width, y - size * 0.8],
        [x, y + size * 0.8],
    ];
    layer.polygon(corners, colour);
}

/// A diagonal cross.
fn cross(layer: &mut Layer, [x, y]: Point, size: f64, colour: Colour) {
    let stroke = Stroke::new(colour, 1.8);
    layer.line([x - size, y - size], [x + size, y + size], stroke);
    layer.line([x - size, y + size], [x + size, y - size], stroke);
}

/// The shape of what is not finite about `centre`: a triangle down for an exact zero, up for ∞, a ring for 0/0,
/// a cross for NaN; nothing for a finite number.
pub fn mark(layer: &mut Layer, centre: Point, magnitude: Magnitude, colour: Colour) {
    match magnitude {
        Magnitude::Finite { .. } => {}
        Magnitude::Zero => triangle(layer, centre, 5.0, colour),
        Magnitude::Overflow { .. } => triangle(layer, centre, -5.0, colour),
        Magnitude::Undefined => layer.circle(centre, 3.0, None, Some(Stroke::new(colour, 1.4))),
        Magnitude::Nan => cross(layer, centre, 4.0, colour),
    }
}

/// An arrow whose tip is at `foot`.
pub fn down_arrow(layer: &mut Layer, [x, y]: Point, colour: Colour) {
    let stroke = Stroke::new(colour, 1.2);
    layer.line([x, y - 8.0], [x, y], stroke);
    layer.polyline(vec![[x - 2.5, y - 3.5], [x, y], [x + 2.5, y - 3.5]], stroke);
}

/// A sentence in the middle of an area that has nothing to draw: no picture is blank without a reason.
pub fn explain(layer: &mut Layer, area: Area, sentence: &str, colour: Colour, colours: &Colours) {
    let size = BODY;
    let lines = font::wrapped(sentence, size, (area.width() - 24.0).max(40.0));
    let height = 1.35 * size * lines.len() as f64;
    let width = lines.iter().map(|line| font::width(line, size));
    let widest = width.fold(0.0, f64::max);
    // No grid line shall run through the letters.
    let ground = Area::around(area.centre(), widest + 12.0, height + 8.0);
    layer.rect(ground, Some(colours.ground), None, 3.0);
    for (index, line) in lines.into_iter().enumerate() {
        let y = area.centre()[1] - 0.5 * height + 1.35 * size * (index as f64 + 0.5);
        let text = Text::new([area.centre()[0], y], line, size, colour);
        layer.text(text.centred().anchored(Anchor::Middle));
    }
}
