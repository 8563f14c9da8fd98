//! What stands above a picture: its name, what it says, and what its signs mean. It stands beside the data and
//! never over it.

use super::area::{Area, Point};
use super::drawing::{Anchor, Layer, Stroke, Text};
use super::font;
use super::shapes::{self, BODY, SMALL};
use super::theme::{Colour, Colours};
use crate::flow::{Magnitude, power_of_ten, thousands};
use crate::glossary::Concept;

/// What stands above a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Header {
    /// What it is called.
    pub name: &'static str,
    /// What it says of this moment.
    pub sentence: String,
    /// What the row of a tile says instead, which has little room and a cursor.
    pub short: Option<String>,
    /// What the sentence means, for whoever asks.
    pub meaning: String,
    /// What its signs mean.
    pub legend: Vec<Entry>,
    /// What its colours mean.
    pub key: Option<Key>,
}

/// What the colours of a picture mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Key {
    /// Magnitudes, and on pixels those outcomes that there are: zero, ∞, NaN.
    Magnitudes([bool; 3]),
    /// Timesteps, from 1 to this one.
    Time(usize),
}

/// What stands for something in a legend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Swatch {
    /// A continuous line.
    Line,
    /// A broad line.
    Broad,
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
    /// The shape of what is not finite.
    Outcome(Magnitude),
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
    /// The same where there is less room.
    pub short: Option<String>,
    /// What that is, for whoever asks.
    pub meaning: String,
    /// What the glossary has of it.
    pub concept: Option<Concept>,
}

impl Entry {
    /// What `swatch` in `colour` means.
    pub fn new(swatch: Swatch, colour: Colour, text: impl Into<String>) -> Self {
        Self {
            swatch,
            colour,
            text: text.into(),
            short: None,
            meaning: String::new(),
            concept: None,
        }
    }

    /// With fewer words where there is less room.
    #[must_use]
    pub fn short(mut self, short: impl Into<String>) -> Self {
        self.short = Some(short.into());
        self
    }

    /// With what that is, for whoever asks.
    #[must_use]
    pub fn meaning(mut self, meaning: impl Into<String>) -> Self {
        self.meaning = meaning.into();
        self
    }

    /// With what the glossary has of it.
    #[must_use]
    pub fn about(mut self, concept: Concept) -> Self {
        self.concept = Some(concept);
        self
    }

    /// What the shapes of those outcomes mean that are among `magnitudes` and not finite, in one colour.
    pub fn of_outcomes(
        magnitudes: impl IntoIterator<Item = Magnitude>,
        colour: Colour,
    ) -> Vec<Self> {
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
        let outcomes = [
            (
                Magnitude::Zero,
                "exactly 0",
                "Exactly zero: nothing at all gets through",
            ),
            (INFINITE, "∞", "Too large for any number"),
            (
                Magnitude::Undefined,
                "0/0: nothing arrives",
                "Nothing arrives here that could be compared with what leaves",
            ),
            (
                Magnitude::Nan,
                "NaN",
                "Not a number: something before it has overflowed",
            ),
        ];
        let outcomes = outcomes.into_iter().zip(found).filter(|(_, found)| *found);
        outcomes
            .map(|((outcome, text, meaning), _)| {
                let concept = match outcome {
                    Magnitude::Zero => Concept::Blocked,
                    _ => Concept::NotFinite,
                };
                Self::new(Swatch::Outcome(outcome), colour, text)
                    .meaning(meaning)
                    .about(concept)
            })
            .collect()
    }

    fn width(&self) -> f64 {
        SIGN + 5.0 + font::width(&self.text, SMALL)
    }

    /// One entry whose sign begins at `x`, in at most `room` points.
    fn draw(&self, layer: &mut Layer, [x, y]: Point, room: f64, colours: &Colours) {
        self.swatch.draw(layer, [x, y], self.colour, colours);
        let at = [x + SIGN + 5.0, y];
        let text = font::elided(&self.text, SMALL, room - SIGN - 5.0);
        layer.text(Text::new(at, text, SMALL, colours.measured).centred());
    }
}

const INFINITE: Magnitude = Magnitude::Overflow { negative: false };

impl Swatch {
    /// Draws it to the right of `x` and about `y`, [`SIGN`] points wide.
    pub fn draw(self, layer: &mut Layer, [x, y]: Point, colour: Colour, colours: &Colours) {
        let middle = [x + 0.5 * SIGN, y];
        let (from, to) = ([x, y], [x + SIGN, y]);
        let stroke = Stroke::new(colour, 2.0);
        match self {
            Self::Line => layer.line(from, to, stroke),
            Self::Broad => layer.line(from, to, Stroke::new(colour, 5.0)),
            Self::Dashed => layer.line(from, to, stroke.dashed(5.0, 3.0)),
            Self::Dotted => layer.line(from, to, stroke.dashed(1.5, 3.0)),
            Self::Bar => layer.fill(Area::around(middle, 11.0, 11.0), colour),
            Self::Point => layer.circle(middle, 3.5, Some(colour), None),
            Self::Ring => {
                let edge = Stroke::new(colour, 1.2);
                layer.circle(middle, 3.5, Some(colours.ground), Some(edge));
            }
            Self::Square => layer.fill(Area::around(middle, 6.5, 6.5), colour),
            Self::Outcome(outcome) => shapes::mark(layer, middle, outcome, colour),
            Self::Minus => layer.line([x + 5.0, y], [x + SIGN - 5.0, y], stroke),
        }
    }
}

/// Height of one line of a header.
pub const LINE: f64 = 19.0;

/// Width of a sign.
pub const SIGN: f64 = 18.0;

/// Between two entries.
const GAP: f64 = 16.0;

impl Header {
    /// Draws it into the top of `area`: the key on the right, the bold name, the sentence beside it and the legend
    /// in one line if they fit, otherwise the legend in lines of its own. Returns what is left of `area` below.
    pub fn draw(&self, layer: &mut Layer, area: Area, colours: &Colours) -> Area {
        if let Some(key) = self.key {
            key.draw(layer, [area.right, area.top + 0.5 * LINE], colours);
        }
        let right = area.right - self.key.map_or(0.0, Key::width);
        let y = self.draw_texts(layer, Area { right, ..area }, colours);
        area.without(0.0, y + 0.5 * LINE + 2.0 - area.top, 0.0, 0.0)
    }

    /// Returns the height of the last line.
    fn draw_texts(&self, layer: &mut Layer, area: Area, colours: &Colours) -> f64 {
        let mut y = area.top + 0.5 * LINE;
        let mut x = area.left;
        let name = font::elided(self.name, BODY, area.width());
        let name_width = font::width(&name, BODY);
        let text = Text::new([x, y], name, BODY, colours.measured);
        layer.text(text.bold().centred());
        x += name_width + GAP;
        if !self.sentence.is_empty() && x + 40.0 < area.right {
            let sentence = font::elided(&self.sentence, SMALL, area.right - x);
            let width = font::width(&sentence, SMALL);
            layer.text(Text::new([x, y], sentence, SMALL, colours.measured).centred());
            x += width + GAP;
        }
        let together: f64 = self.legend.iter().map(|entry| entry.width() + GAP).sum();
        if !self.legend.is_empty() && x + together - GAP > area.right {
            (x, y) = (area.left, y + LINE);
        }
        for entry in &self.legend {
            if x > area.left && x + entry.width() > area.right {
                (x, y) = (area.left, y + LINE);
            }
            entry.draw(layer, [x, y], area.right - x, colours);
            x += entry.width() + GAP;
        }
        y
    }
}

/// How wide the scale of magnitudes is with its ends, and the colours of time with theirs.
const MAGNITUDES_WIDTH: f64 = 148.0;
const TIME_WIDTH: f64 = 150.0;

/// Between the key and what stands left of it.
const KEY_GAP: f64 = 12.0;

/// The swatch of an outcome on pixels, and the room between two.
const PIXEL: [f64; 2] = [20.0, 13.0];
const PIXEL_GAP: f64 = 14.0;

/// Colours that time is told apart by.
pub const TIME_SHADES: usize = 32;

impl Key {
    /// How much room it takes, with the gap before it.
    pub fn width(self) -> f64 {
        match self {
            Self::Magnitudes(outcomes) => {
                let outcomes = shown_outcomes(outcomes);
                let width =
                    |(_, text): (_, &str)| PIXEL_GAP + font::width(text, SMALL) + 5.0 + PIXEL[0];
                let gap = if outcomes.clone().next().is_some() {
                    PIXEL_GAP
                } else {
                    KEY_GAP
                };
                MAGNITUDES_WIDTH + outcomes.map(width).sum::<f64>() + gap
            }
            Self::Time(_) => TIME_WIDTH + KEY_GAP,
        }
    }

    /// What it means, in words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Magnitudes(_) => {
                "How much of the loss's gradient is left there: grey all of it, blue less, orange to red more. The ends take in what is there, and stay while training runs. A dashed edge is exactly 0, a minus sign reverses it, a triangle is ∞, a cross is not a number"
            }
            Self::Time(_) => "Points go from dark to bright with time",
        }
    }

    /// Draws it so that it ends at `right`.
    pub fn draw(self, layer: &mut Layer, right: Point, colours: &Colours) {
        match self {
            Self::Magnitudes(outcomes) => {
                let left = [right[0] - MAGNITUDES_WIDTH, right[1]];
                draw_magnitudes(layer, left, colours);
                draw_outcomes(layer, left, outcomes, colours);
            }
            Self::Time(length) => {
                let left = [right[0] - TIME_WIDTH, right[1]];
                draw_time(layer, left, length, colours);
            }
        }
    }
}

/// Those outcomes that there are, and what they are called, from the left.
fn shown_outcomes(
    outcomes: [bool; 3],
) -> impl DoubleEndedIterator<Item = (Magnitude, &'static str)> + Clone {
    let kinds = [
        (Magnitude::Zero, "exactly 0"),
        (INFINITE, "∞"),
        (Magnitude::Nan, "NaN"),
    ];
    let entries = kinds.into_iter().zip(outcomes);
    entries.filter(|(_, there)| *there).map(|(kind, _)| kind)
}

/// The scale of magnitudes with its ends, from `left` on.
fn draw_magnitudes(layer: &mut Layer, [left, y]: Point, colours: &Colours) {
    let decades = colours.decades as i64;
    let end = |x: f64, exponent: i64| {
        let text = power_of_ten(exponent);
        Text::new([x, y], text, SMALL, colours.measured).centred()
    };
    layer.text(end(left + 30.0, -decades).anchored(Anchor::End));
    let right = left + MAGNITUDES_WIDTH - 30.0;
    let bar = Area::new(left + 34.0, y - 5.0, right, y + 5.0);
    shaded(layer, bar, 84, |shade| {
        let share = (shade as f64 + 0.5) / 84.0;
        colours.of_log10((2.0 * share - 1.0) * colours.decades)
    });
    layer.text(end(bar.right + 4.0, decades));
}

/// Those outcomes that there are, so that they end left of `right`.
fn draw_outcomes(layer: &mut Layer, right: Point, outcomes: [bool; 3], colours: &Colours) {
    let [mut left, y] = right;
    for (magnitude, text) in shown_outcomes(outcomes).rev() {
        left -= PIXEL_GAP + font::width(text, SMALL);
        layer.text(Text::new([left, y], text, SMALL, colours.measured).centred());
        left -= 5.0 + PIXEL[0];
        let centre = [left + 0.5 * PIXEL[0], y];
        let (ground, ink) = colours.of_pixel(magnitude);
        let edge = Stroke::new(colours.faint, 0.8);
        let area = Area::around(centre, PIXEL[0], PIXEL[1]);
        layer.rect(area, Some(ground), Some(edge), 0.0);
        shapes::mark(layer, centre, magnitude, ink);
    }
}

/// The colours of time with their ends, from `left` on.
fn draw_time(layer: &mut Layer, [left, y]: Point, length: usize, colours: &Colours) {
    let text = |text: String, x: f64| Text::new([x, y], text, SMALL, colours.measured).centred();
    let end = thousands(length as u64);
    let right = left + TIME_WIDTH - font::width(&end, SMALL) - 5.0;
    let bar = Area::new(left + 36.0, y - 5.0, right, y + 5.0);
    layer.text(text("t = 1".to_owned(), bar.left - 5.0).anchored(Anchor::End));
    shaded(layer, bar, TIME_SHADES, time_colour);
    layer.text(text(end, bar.right + 5.0));
}

/// A bar of `count` colours from left to right.
fn shaded(layer: &mut Layer, bar: Area, count: usize, colour: impl Fn(usize) -> Colour) {
    for index in 0..count {
        let edge = |index: usize| bar.left + bar.width() * index as f64 / count as f64;
        // Each reaches under the next, so that no seam shows between them.
        let right = edge((index + 2).min(count));
        layer.fill(
            Area::new(edge(index), bar.top, right, bar.bottom),
            colour(index),
        );
    }
}

/// The colour of a share of time, of [`TIME_SHADES`], from dark to bright.
pub fn time_colour(shade: usize) -> Colour {
    // Without its two ends: the bright one is lost on a light ground.
    let share = shade as f64 / (TIME_SHADES - 1) as f64;
    let colour = colorous::PLASMA.eval_continuous(0.05 + 0.75 * share);
    [colour.r, colour.g, colour.b]
}
