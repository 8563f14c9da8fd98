//! The row above a picture: its name, what it says, and what its signs mean. It stands beside the data and
//! never over it.

use super::area::Area;
use super::drawing::{Colour, Layer, Stroke, Text};
use super::{font, shapes, style};
use crate::flow::Magnitude;

/// What stands for something in a legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swatch {
    /// A continuous line.
    Line,
    /// A dashed line.
    Dashed,
    /// A dotted line.
    Dotted,
    /// A bar.
    Bar,
    /// A filled point.
    Point,
    /// A hollow point.
    Ring,
    /// A filled square.
    Square,
    /// A triangle that points down: exactly zero.
    Zero,
    /// A triangle that points up: ∞.
    Overflow,
    /// A cross: not a number.
    Nan,
    /// A small ring: 0/0.
    Undefined,
    /// A minus sign.
    Minus,
}

/// One entry of a legend.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its sign.
    pub swatch: Swatch,
    /// The colour of the sign.
    pub colour: Colour,
    /// What it means.
    pub text: String,
}

impl Entry {
    /// What `swatch` in `colour` means.
    pub fn new(swatch: Swatch, colour: Colour, text: impl Into<String>) -> Self {
        Self {
            swatch,
            colour,
            text: text.into(),
        }
    }

    /// What the shapes of those outcomes mean that are among `magnitudes` and not finite.
    pub fn of_outcomes(magnitudes: impl IntoIterator<Item = Magnitude>) -> Vec<Self> {
        let mut found = [false; 4];
        for magnitude in magnitudes {
            match magnitude {
                Magnitude::Finite { .. } => {}
                Magnitude::Zero => found[0] = true,
                Magnitude::Overflow { .. } => found[1] = true,
                Magnitude::Undefined => found[2] = true,
                Magnitude::Nan => found[3] = true,
            }
        }
        let entries = [
            (Swatch::Zero, "exactly 0"),
            (Swatch::Overflow, "∞"),
            (Swatch::Undefined, "0/0: nothing arrives"),
            (Swatch::Nan, "NaN"),
        ];
        let entries = entries.into_iter().zip(found).filter(|(_, found)| *found);
        entries
            .map(|((swatch, text), _)| Self::new(swatch, style::ERROR, text))
            .collect()
    }

    fn width(&self) -> f64 {
        SIGN + 5.0 + font::width(&self.text, style::SMALL)
    }
}

/// Height of one line of a header.
pub const LINE: f64 = 19.0;

/// Width of a sign.
const SIGN: f64 = 18.0;

/// Between two entries.
const GAP: f64 = 16.0;

/// Writes the bold `name`, the `sentence` beside it and the legend into the top of `area`: in one line if
/// they fit, otherwise the legend in lines of its own. Returns what is left of `area` below.
pub fn header(
    layer: &mut Layer,
    area: Area,
    name: &str,
    sentence: &str,
    entries: &[Entry],
) -> Area {
    let mut y = area.top + 0.5 * LINE;
    let mut x = area.left;
    let name = font::elided(name, style::BODY, area.width());
    let name_width = font::width(&name, style::BODY);
    let text = Text::new([x, y], name, style::BODY, style::MEASURED);
    layer.text(text.bold().centred());
    x += name_width + GAP;
    if !sentence.is_empty() && x + 40.0 < area.right {
        let sentence = font::elided(sentence, style::SMALL, area.right - x);
        let width = font::width(&sentence, style::SMALL);
        layer.text(Text::new([x, y], sentence, style::SMALL, style::MEASURED).centred());
        x += width + GAP;
    }
    let together: f64 = entries.iter().map(|entry| entry.width() + GAP).sum();
    if !entries.is_empty() && x + together - GAP > area.right {
        (x, y) = (area.left, y + LINE);
    }
    for entry in entries {
        if x > area.left && x + entry.width() > area.right {
            (x, y) = (area.left, y + LINE);
        }
        written(layer, entry, [x, y], area.right - x);
        x += entry.width() + GAP;
    }
    area.without(0.0, y + 0.5 * LINE + 2.0 - area.top, 0.0, 0.0)
}

/// One entry whose sign begins at `x`, in at most `room` points.
fn written(layer: &mut Layer, entry: &Entry, [x, y]: [f64; 2], room: f64) {
    let (middle, colour) = ([x + 0.5 * SIGN, y], entry.colour);
    let ends = ([x, y], [x + SIGN, y]);
    let stroke = Stroke::new(colour, 2.0);
    match entry.swatch {
        Swatch::Line => layer.line(ends.0, ends.1, stroke),
        Swatch::Dashed => layer.line(ends.0, ends.1, stroke.dashed(5.0, 3.0)),
        Swatch::Dotted => layer.line(ends.0, ends.1, stroke.dashed(1.5, 3.0)),
        Swatch::Bar => layer.fill(Area::around(middle, 11.0, 11.0), colour),
        Swatch::Point => layer.circle(middle, 3.5, Some(colour), None),
        Swatch::Ring => layer.circle(
            middle,
            3.5,
            Some(style::BACKGROUND),
            Some(Stroke::new(colour, 1.2)),
        ),
        Swatch::Square => layer.fill(Area::around(middle, 6.5, 6.5), colour),
        Swatch::Zero => shapes::triangle(layer, middle, 5.0, colour),
        Swatch::Overflow => shapes::triangle(layer, middle, -5.0, colour),
        Swatch::Undefined => shapes::mark(layer, middle, Magnitude::Undefined, colour),
        Swatch::Nan => shapes::cross(layer, middle, 4.0, colour),
        Swatch::Minus => layer.line([x + 5.0, y], [x + SIGN - 5.0, y], stroke),
    }
    let at = [x + SIGN + 5.0, y];
    let text = font::elided(&entry.text, style::SMALL, room - SIGN - 5.0);
    layer.text(Text::new(at, text, style::SMALL, style::MEASURED).centred());
}
