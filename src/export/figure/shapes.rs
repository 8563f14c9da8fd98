//! Shapes that say what a line cannot, and a sentence where there is nothing to draw.

use super::area::{Area, Point};
use super::drawing::{Anchor, Colour, Layer, Stroke, Text};
use super::{font, style};
use crate::flow::{Magnitude, power_of_ten};

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
pub fn cross(layer: &mut Layer, [x, y]: Point, size: f64, colour: Colour) {
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

/// A sentence in the middle of an area that has nothing to draw: no picture is blank without a reason.
pub fn explain(layer: &mut Layer, area: Area, sentence: &str, colour: Colour) {
    let size = style::BODY;
    let lines = font::wrapped(sentence, size, (area.width() - 24.0).max(40.0));
    let height = 1.35 * size * lines.len() as f64;
    let width = lines.iter().map(|line| font::width(line, size));
    let widest = width.fold(0.0, f64::max);
    // No grid line shall run through the letters.
    let ground = Area::around(area.centre(), widest + 12.0, height + 8.0);
    layer.rect(ground, Some(style::BACKGROUND), None, 3.0);
    for (index, line) in lines.into_iter().enumerate() {
        let y = area.centre()[1] - 0.5 * height + 1.35 * size * (index as f64 + 0.5);
        let text = Text::new([area.centre()[0], y], line, size, colour);
        layer.text(text.centred().anchored(Anchor::Middle));
    }
}

/// How wide [`colour_key`] is.
pub const KEY_WIDTH: f64 = 148.0;

/// The scale of magnitudes with its ends, from `left` on around the height `y`.
pub fn colour_key(layer: &mut Layer, left: f64, y: f64) {
    let decades = style::DECADES as i64;
    let end = |x: f64, exponent: i64| {
        let text = power_of_ten(exponent);
        Text::new([x, y], text, style::SMALL, style::MEASURED).centred()
    };
    layer.text(end(left + 30.0, -decades).anchored(Anchor::End));
    let bar = Area::new(left + 34.0, y - 5.0, left + KEY_WIDTH - 30.0, y + 5.0);
    let shades = 84;
    for shade in 0..shades {
        let edge = |index: usize| bar.left + bar.width() * index as f64 / shades as f64;
        let share = (shade as f64 + 0.5) / shades as f64;
        let colour = style::of_log10((2.0 * share - 1.0) * style::DECADES);
        // Each reaches under the next, so that no seam shows between them.
        let right = edge((shade + 2).min(shades));
        layer.fill(Area::new(edge(shade), bar.top, right, bar.bottom), colour);
    }
    layer.text(end(bar.right + 4.0, decades));
}
