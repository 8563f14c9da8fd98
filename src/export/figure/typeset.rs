//! Formulas set in the program's own font: fractions, limits, scripts, in units of the font size.

use super::area::Point;
use super::drawing::{Anchor, Colour, Layer, Stroke, Text};
use super::font;

/// How far letters reach above and below the baseline.
const ABOVE: f64 = 0.76;
const BELOW: f64 = 0.24;

/// The height of the middle of `=` and of a fraction bar.
const AXIS: f64 = 0.31;

/// The size of scripts and of limits.
const SCRIPT: f64 = 0.68;

/// The size of ∑ and ∏ and of large brackets.
const LARGE: f64 = 1.55;

/// From where to where ∑ and ∏, and brackets, reach in the font.
const OPERATOR: (f64, f64) = (-0.192, 0.719);
const BRACKET: (f64, f64) = (-0.132, 0.759);

/// Room between an operator and its limits.
const LIMIT_ROOM: f64 = 0.06;

/// Thickness of a fraction bar, and the room on either side of it.
const RULE: f64 = 0.055;
const RULE_ROOM: f64 = 0.1;

/// A formula with its places worked out, in units of the font size; x to the right from its left end and y
/// downwards from its baseline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Formula {
    /// From left to right.
    pub width: f64,
    /// From the baseline upwards.
    pub above: f64,
    /// From the baseline downwards.
    pub below: f64,
    signs: Vec<Signs>,
    rules: Vec<(Point, f64)>,
}

#[derive(Clone, Debug, PartialEq)]
struct Signs {
    at: Point,
    size: f64,
    text: String,
    colour: Option<Colour>,
}

impl Formula {
    /// Letters and signs in a row. Spaces at its ends are room, which SVG would not write.
    pub fn signs(text: &str) -> Self {
        let before = text.len() - text.trim_start().len();
        let signs = Signs {
            at: [font::width(&text[..before], 1.0), 0.0],
            size: 1.0,
            text: text.trim().to_owned(),
            colour: None,
        };
        Self {
            width: font::width(text, 1.0),
            above: ABOVE,
            below: BELOW,
            signs: vec![signs],
            rules: Vec::new(),
        }
    }

    /// `base` with a small `script` below its right end.
    pub fn lowered(base: &str, script: &str) -> Self {
        let script = Self::signs(script).scaled(SCRIPT).moved([0.02, 0.2]);
        Self::signs(base).then(script)
    }

    /// One above the other with a bar between them.
    pub fn fraction(above: Self, below: Self) -> Self {
        let width = above.width.max(below.width) + 0.16;
        let up = -AXIS - 0.5 * RULE - RULE_ROOM - above.below;
        let down = -AXIS + 0.5 * RULE + RULE_ROOM + below.above;
        let centred = |part: &Self| 0.5 * (width - part.width);
        let (left_above, left_below) = (centred(&above), centred(&below));
        let mut formula = Self {
            width,
            rules: vec![([0.0, -AXIS], width)],
            ..Self::default()
        };
        formula.take(above.moved([left_above, up]));
        formula.take(below.moved([left_below, down]));
        formula
    }

    /// A large `sign` with limits below and above it.
    pub fn operator(sign: &str, from: &str, to: &str) -> Self {
        let sign = Self::large(sign, OPERATOR);
        let [from, to] = [from, to].map(|limit| Self::signs(limit).scaled(SCRIPT));
        let width = sign.width.max(from.width).max(to.width);
        let centred = |part: &Self| 0.5 * (width - part.width);
        let down = sign.below + LIMIT_ROOM + from.above;
        let up = -sign.above - LIMIT_ROOM - to.below;
        let mut formula = Self {
            width,
            ..Self::default()
        };
        for (part, y) in [(sign, 0.0), (from, down), (to, up)] {
            let x = centred(&part);
            formula.take(part.moved([x, y]));
        }
        formula
    }

    /// A large bracket, its middle at the height of a fraction bar.
    pub fn bracket(sign: &str) -> Self {
        Self::large(sign, BRACKET)
    }

    /// A large sign that reaches from the first height to the second.
    fn large(sign: &str, (from, to): (f64, f64)) -> Self {
        let down = LARGE * 0.5 * (from + to) - AXIS;
        let large = Self::signs(sign).scaled(LARGE).moved([0.0, down]);
        Self {
            above: LARGE * to - down,
            below: down - LARGE * from,
            ..large
        }
    }

    /// This and, on its right, `next`.
    #[must_use]
    pub fn then(mut self, next: Self) -> Self {
        let x = self.width;
        self.take(next.moved([x, 0.0]));
        self
    }

    /// This and, on its right, letters and signs.
    #[must_use]
    pub fn and(self, text: &str) -> Self {
        self.then(Self::signs(text))
    }

    /// All of `parts` in a row.
    pub fn row(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self::default(), Self::then)
    }

    /// In a colour of its own.
    #[must_use]
    pub fn coloured(mut self, colour: Colour) -> Self {
        for signs in &mut self.signs {
            signs.colour = Some(colour);
        }
        self
    }

    fn scaled(mut self, by: f64) -> Self {
        for signs in &mut self.signs {
            signs.at = signs.at.map(|place| by * place);
            signs.size *= by;
        }
        for (at, width) in &mut self.rules {
            *at = at.map(|place| by * place);
            *width *= by;
        }
        Self {
            width: by * self.width,
            above: by * self.above,
            below: by * self.below,
            ..self
        }
    }

    /// Moved to the right and downwards. Its left end stays where it is, so that it is wider by that.
    fn moved(mut self, [right, down]: Point) -> Self {
        let places = self.signs.iter_mut().map(|signs| &mut signs.at);
        for at in places.chain(self.rules.iter_mut().map(|(at, _)| at)) {
            *at = [at[0] + right, at[1] + down];
        }
        Self {
            width: self.width + right,
            above: self.above - down,
            below: self.below + down,
            ..self
        }
    }

    /// Takes what `other` is made of, where it is.
    fn take(&mut self, other: Self) {
        self.width = self.width.max(other.width);
        self.above = self.above.max(other.above);
        self.below = self.below.max(other.below);
        self.signs.extend(other.signs);
        self.rules.extend(other.rules);
    }

    /// From top to bottom.
    pub fn height(&self) -> f64 {
        self.above + self.below
    }

    /// Draws it with the left end of its baseline at `at`, in letters of `size` points.
    pub fn draw(&self, layer: &mut Layer, at: Point, size: f64, colour: Colour) {
        let place = |[x, y]: Point| [at[0] + size * x, at[1] + size * y];
        for signs in &self.signs {
            let colour = signs.colour.unwrap_or(colour);
            let text = Text::new(
                place(signs.at),
                signs.text.as_str(),
                size * signs.size,
                colour,
            );
            layer.text(text.anchored(Anchor::Start));
        }
        for &([x, y], width) in &self.rules {
            let stroke = Stroke::new(colour, size * RULE);
            layer.line(place([x, y]), place([x + width, y]), stroke);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_as_wide_as_its_parts() {
        let [a, b] = ["∂L", "∂o"].map(Formula::signs);
        let row = Formula::row([a.clone(), b.clone()]);
        assert!((row.width - a.width - b.width).abs() < 1e-12);
        let fraction = Formula::fraction(a.clone(), b);
        assert!(fraction.above > 2.0 * a.above - 0.5 && fraction.below > 0.5);
        assert!(fraction.width >= a.width);
    }

    /// Nothing of a formula is above, below or beside what it says it takes.
    #[test]
    fn every_sign_is_inside() {
        let formula = Formula::fraction(Formula::signs("∂L"), Formula::lowered("∂w", "h"))
            .and(" = ")
            .then(Formula::operator("∏", "t=k+1", "n"))
            .then(Formula::bracket("("))
            .then(Formula::lowered("o", "k−1"));
        let mut layer = Layer::default();
        let size = 20.0;
        formula.draw(&mut layer, [100.0, 200.0], size, [0; 3]);
        let texts = layer.texts();
        assert_eq!(texts.len(), 10);
        for text in texts {
            let right = text.at[0] + font::width(&text.text, text.size);
            assert!(text.at[0] >= 100.0 - 1e-9 && right <= 100.0 + size * formula.width + 1e-9);
            assert!(text.at[1] - 0.7 * text.size >= 200.0 - size * formula.above);
            assert!(text.at[1] <= 200.0 + size * formula.below);
        }
    }
}
