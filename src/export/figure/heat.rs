//! Pictures in which every pixel is a magnitude, and what their colours and shapes mean.

use super::area::{Area, Point};
use super::drawing::{Colour, Layer, Pixels, Stroke, Text};
use super::legend::{LINE, header};
use super::{font, shapes, style};
use crate::flow::Magnitude;

/// Pixels in a row or a column at most: about two for a point, which is what a projector shows.
pub const MOST_PIXELS: usize = 900;

/// Between two marks on a stretch of what is not finite.
const LATTICE: f64 = 30.0;

/// Of no magnitude.
const PALE: Colour = [255, 238, 140];

/// A swatch of the legend.
const SWATCH: [f64; 2] = [20.0, 13.0];

/// Between two entries of the legend.
const GAP: f64 = 14.0;

/// A picture of magnitudes: `width` × `height` pixels whose values `value(column, row)` gives, rows from the
/// top; `None` where there is nothing.
pub struct Heat<F> {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The value of a pixel.
    pub value: F,
}

impl<F: Fn(usize, usize) -> Option<Magnitude>> Heat<F> {
    /// Draws it into all of `area`. What is not finite has a colour of its own and, so that nobody needs
    /// colours, shapes upon it.
    pub fn draw(&self, layer: &mut Layer, area: Area) {
        let shades = Shades::new();
        let colour = |column, row| {
            let value = (self.value)(column, row);
            value.map_or(style::BACKGROUND, |value| shades.of(value))
        };
        layer.image(area, Pixels::new(self.width, self.height, colour));
        self.marks(layer, area);
        layer.outline(area, Stroke::new(style::FAINT, 0.8));
    }

    /// Which outcomes there are that are not finite: zero, overflow, NaN.
    pub fn outcomes(&self) -> [bool; 3] {
        let mut found = [false; 3];
        for (column, row) in self.places() {
            if let Some(kind) = (self.value)(column, row).and_then(kind) {
                found[kind] = true;
            }
        }
        found
    }

    fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        let width = self.width;
        (0..self.height).flat_map(move |row| (0..width).map(move |column| (column, row)))
    }

    fn marks(&self, layer: &mut Layer, area: Area) {
        let mut marked = [false; 3];
        let count = |length: f64| ((length / LATTICE) as usize).max(1);
        let (across, down) = (count(area.width()), count(area.height()));
        let pixel = |index: usize, of: usize, pixels: usize| (2 * index + 1) * pixels / (2 * of);
        for place in 0..across * down {
            let (x, y) = (place % across, place / across);
            let (column, row) = (pixel(x, across, self.width), pixel(y, down, self.height));
            let Some(value) = (self.value)(column, row) else {
                continue;
            };
            let Some(kind) = kind(value) else { continue };
            marked[kind] = true;
            let share = |index: usize, of: usize| (index as f64 + 0.5) / of as f64;
            let at = [
                area.left + share(x, across) * area.width(),
                area.top + share(y, down) * area.height(),
            ];
            shapes::mark(layer, at, value, ink(value));
        }
        // A stretch between the places of the lattice has one mark at its first pixel.
        for (column, row) in self.places() {
            let Some(value) = (self.value)(column, row) else {
                continue;
            };
            let Some(kind) = kind(value).filter(|&kind| !marked[kind]) else {
                continue;
            };
            marked[kind] = true;
            let at = [
                area.left + (column as f64 + 0.5) * area.width() / self.width as f64,
                area.top + (row as f64 + 0.5) * area.height() / self.height as f64,
            ];
            let box_around = Area::around(at, 15.0, 13.0);
            layer.rect(box_around, Some(ground(value)), None, 2.0);
            shapes::mark(layer, at, value, ink(value));
        }
    }
}

/// The colours of finite magnitudes, worked out once for many pixels.
struct Shades(Vec<Colour>);

/// Colours between the two ends of the scale: steps that nobody sees.
const SHADES: usize = 512;

impl Shades {
    fn new() -> Self {
        let share = |index: usize| index as f64 / (SHADES - 1) as f64;
        let shade = |index| style::of_log10((2.0 * share(index) - 1.0) * style::DECADES);
        Self((0..SHADES).map(shade).collect())
    }

    fn of(&self, magnitude: Magnitude) -> Colour {
        let Some(log10) = magnitude.log10() else {
            return ground(magnitude);
        };
        let share = (0.5 + 0.5 * log10 / style::DECADES).clamp(0.0, 1.0);
        let index = (share * (SHADES - 1) as f64).round() as usize;
        self.0.get(index).copied().unwrap_or(style::MEASURED)
    }
}

fn kind(magnitude: Magnitude) -> Option<usize> {
    match magnitude {
        // There is nothing to be seen of what does not arrive.
        Magnitude::Finite { .. } | Magnitude::Undefined => None,
        Magnitude::Zero => Some(0),
        Magnitude::Overflow { .. } => Some(1),
        Magnitude::Nan => Some(2),
    }
}

/// The colour of a pixel: an exact zero is white, ∞ black, and what is not a number pale yellow, because the
/// colour of errors is that of explosions.
fn ground(magnitude: Magnitude) -> Colour {
    match magnitude {
        Magnitude::Finite { log10, .. } => style::of_log10(log10),
        Magnitude::Zero | Magnitude::Undefined => style::BACKGROUND,
        Magnitude::Overflow { .. } => style::MEASURED,
        Magnitude::Nan => PALE,
    }
}

/// The colour of a shape on such a pixel.
fn ink(magnitude: Magnitude) -> Colour {
    match magnitude {
        Magnitude::Overflow { .. } => style::BACKGROUND,
        _ => style::ERROR,
    }
}

/// The row above such a picture: its name, a sentence, and on the right the scale and those `outcomes` that
/// there are. Returns what is left of `area` below.
pub fn heat_header(
    layer: &mut Layer,
    area: Area,
    name: &str,
    sentence: &str,
    outcomes: [bool; 3],
) -> Area {
    let y = area.top + 0.5 * LINE;
    let mut left = area.right - shapes::KEY_WIDTH;
    shapes::colour_key(layer, left, y);
    let kinds = [
        (Magnitude::Zero, "exactly 0"),
        (Magnitude::Overflow { negative: false }, "∞"),
        (Magnitude::Nan, "NaN"),
    ];
    let entries = kinds.into_iter().zip(outcomes).filter(|(_, there)| *there);
    for ((magnitude, text), _) in entries.rev() {
        left -= GAP + font::width(text, style::SMALL);
        layer.text(Text::new([left, y], text, style::SMALL, style::MEASURED).centred());
        left -= 5.0 + SWATCH[0];
        swatch(layer, [left + 0.5 * SWATCH[0], y], magnitude);
    }
    let beside = Area {
        right: left - GAP,
        ..area
    };
    let rest = header(layer, beside, name, sentence, &[]);
    Area {
        right: area.right,
        ..rest
    }
}

fn swatch(layer: &mut Layer, centre: Point, magnitude: Magnitude) {
    let area = Area::around(centre, SWATCH[0], SWATCH[1]);
    let edge = Stroke::new(style::FAINT, 0.8);
    layer.rect(area, Some(ground(magnitude)), Some(edge), 0.0);
    shapes::mark(layer, centre, magnitude, ink(magnitude));
}

/// `pixels` places of `count`, each the one under the middle of its pixel.
pub fn sampled(count: usize, pixels: usize) -> Vec<usize> {
    let place = |pixel: usize| (2 * pixel + 1) * count / (2 * pixels);
    (0..pixels).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::super::drawing::Item;
    use super::*;

    fn drawn(value: impl Fn(usize, usize) -> Option<Magnitude>) -> (Layer, [bool; 3]) {
        let heat = Heat {
            width: 20,
            height: 10,
            value,
        };
        let mut layer = Layer::default();
        heat.draw(&mut layer, Area::new(0.0, 0.0, 400.0, 200.0));
        (layer, heat.outcomes())
    }

    #[test]
    fn every_pixel_has_the_colour_of_its_value() {
        let (layer, outcomes) = drawn(|column, row| match (column, row) {
            (0, 0) => Some(Magnitude::Overflow { negative: true }),
            (1, 0) => Some(Magnitude::Nan),
            (2, 0) => Some(Magnitude::Zero),
            (3, 0) => None,
            _ => Some(Magnitude::ONE),
        });
        let Item::Image { pixels, .. } = &layer.items[0] else {
            panic!("an image first");
        };
        let pixel = |index: usize| &pixels.rgba[4 * index..4 * index + 3];
        assert_eq!(pixel(0), style::MEASURED);
        assert_eq!(pixel(1), PALE);
        assert_eq!(pixel(2), style::BACKGROUND);
        // The scale is drawn in 512 steps, and each channel has 127 of them at most between two stops.
        for (found, exact) in pixel(4).iter().zip(style::of_log10(0.0)) {
            assert!(found.abs_diff(exact) <= 1);
        }
        assert_eq!((pixels.width, pixels.height), (20, 10));
        assert_eq!(outcomes, [true; 3]);
        // Each of the three has a shape even though it is a single pixel; a cross is two lines.
        let polygons = layer
            .items
            .iter()
            .filter(|item| matches!(item, Item::Polygon { .. }));
        let lines = layer
            .items
            .iter()
            .filter(|item| matches!(item, Item::Line { .. }));
        assert_eq!((polygons.count(), lines.count()), (2, 2));
    }

    #[test]
    fn stretches_of_zeros_are_covered_with_triangles() {
        let (layer, outcomes) = drawn(|_, _| Some(Magnitude::Zero));
        let polygons = layer
            .items
            .iter()
            .filter(|item| matches!(item, Item::Polygon { .. }));
        assert_eq!(polygons.count(), 13 * 6);
        assert_eq!(outcomes, [true, false, false]);
    }

    #[test]
    fn samples_are_all_or_evenly_spaced() {
        assert_eq!(sampled(5, 5), [0, 1, 2, 3, 4]);
        assert_eq!(sampled(10, 5), [1, 3, 5, 7, 9]);
        assert_eq!(*sampled(10_000, 900).last().unwrap(), 9994);
    }
}
