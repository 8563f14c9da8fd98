//! Pictures in which every pixel is a magnitude.

use std::sync::Arc;

use super::area::Area;
use super::drawing::Pixels;
use super::theme::{Colour, Colours};
use crate::flow::Magnitude;
use crate::training::{HistoryRow, Question};

/// Pixels in a row or a column at most: about two for a point, which is what a projector shows.
pub const MOST_PIXELS: usize = 900;

/// Between two marks on a stretch of what is not finite.
const LATTICE: f64 = 30.0;

/// A picture of magnitudes as pixels, rows from the top.
#[derive(Debug, PartialEq)]
pub struct HeatMap {
    /// The pixels.
    pub pixels: Pixels,
    /// The first pixel that is exactly zero, infinite, and not a number.
    first: [Option<(usize, usize)>; 3],
}

/// What a picture was made of: another picture is made of the same only if this is another.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatKey {
    /// Which view it is of.
    pub view: &'static str,
    /// Of which moment: [`crate::training::Snapshot::identity`].
    pub moment: Option<(u64, u64, bool)>,
    /// What was asked about it.
    pub question: Option<Question>,
    /// Or of which run.
    pub rows: Option<SameRows>,
    /// Columns and rows of pixels.
    pub size: (usize, usize),
    /// In which colours.
    pub colours: &'static Colours,
}

impl HeatKey {
    /// Of `size` pixels of a view, whatever it is of.
    pub fn new(view: &'static str, size: (usize, usize), colours: &'static Colours) -> Self {
        Self {
            view,
            moment: None,
            question: None,
            rows: None,
            size,
            colours,
        }
    }
}

/// Rows that are the same as long as they are one object.
#[derive(Clone, Debug)]
pub struct SameRows(pub Arc<Vec<Arc<HistoryRow>>>);

impl PartialEq for SameRows {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// A picture of magnitudes that fills a frame.
#[derive(Clone, Debug)]
pub struct Heat {
    /// The picture.
    pub map: Arc<HeatMap>,
    /// What is not finite in it, at shares of width and height from the upper left corner.
    pub marks: Vec<HeatMark>,
    /// It is of another network than what is shown beside it.
    pub is_faded: bool,
}

/// Two are the same if they are one object: there are too many pixels to compare.
impl PartialEq for Heat {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.map, &other.map)
            && self.marks == other.marks
            && self.is_faded == other.is_faded
    }
}

/// What is not finite in a picture of magnitudes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeatMark {
    /// Where, as shares of width and height from the upper left corner.
    pub at: [f64; 2],
    /// What.
    pub magnitude: Magnitude,
    /// Whether it needs a ground of its own, because it is larger than what it marks.
    pub is_boxed: bool,
}

impl HeatMap {
    /// So many columns and rows of what `value(column, row)` gives, `None` where there is nothing.
    pub fn new(
        (width, height): (usize, usize),
        colours: &Colours,
        value: impl Fn(usize, usize) -> Option<Magnitude>,
    ) -> Self {
        let shades = shades(colours);
        let [red, green, blue] = colours.ground;
        let mut rgba = [red, green, blue, 255].repeat(width * height);
        let mut first = [None; 3];
        for (row, line) in rgba.chunks_exact_mut(4 * width.max(1)).enumerate() {
            for (column, pixel) in line.chunks_exact_mut(4).enumerate() {
                let Some(value) = value(column, row) else {
                    continue;
                };
                pixel[..3].copy_from_slice(&colour_of(value, &shades, colours));
                if let Some(kind) = kind(value) {
                    first[kind].get_or_insert((column, row));
                }
            }
        }
        let pixels = Pixels {
            width,
            height,
            rgba,
        };
        Self { pixels, first }
    }

    /// So many columns and rows of colours: of what is no magnitude.
    pub fn of_colours(
        (width, height): (usize, usize),
        colour: impl Fn(usize, usize) -> Colour,
    ) -> Self {
        let mut rgba = vec![255; 4 * width * height];
        for (place, pixel) in rgba.chunks_exact_mut(4).enumerate() {
            pixel[..3].copy_from_slice(&colour(place % width, place / width));
        }
        let pixels = Pixels {
            width,
            height,
            rgba,
        };
        Self {
            pixels,
            first: [None; 3],
        }
    }

    /// Which outcomes there are that are not finite: zero, overflow, NaN.
    pub fn outcomes(&self) -> [bool; 3] {
        self.first.map(|first| first.is_some())
    }
}

impl Heat {
    /// `map`, which `value` was drawn from, with marks for what is not finite in `area`.
    pub fn new(
        map: Arc<HeatMap>,
        area: Area,
        value: impl Fn(usize, usize) -> Option<Magnitude>,
    ) -> Self {
        let marks = if map.outcomes().contains(&true) {
            marks(&map, area, value)
        } else {
            Vec::new()
        };
        Self {
            map,
            marks,
            is_faded: false,
        }
    }
}

fn marks(
    map: &HeatMap,
    area: Area,
    value: impl Fn(usize, usize) -> Option<Magnitude>,
) -> Vec<HeatMark> {
    let (width, height) = (map.pixels.width, map.pixels.height);
    // No more than one for a pixel, however large it is, and each in the middle of its own.
    let count = |length: f64, pixels: usize| ((length / LATTICE) as usize).clamp(1, pixels.max(1));
    let (across, down) = (count(area.width(), width), count(area.height(), height));
    let pixel = |index: usize, of: usize, pixels: usize| (2 * index + 1) * pixels / (2 * of);
    let share = |index: usize, of: usize| (index as f64 + 0.5) / of as f64;
    let mut marked = [false; 3];
    let mut marks = Vec::new();
    for place in 0..across * down {
        let (x, y) = (place % across, place / across);
        let (column, row) = (pixel(x, across, width), pixel(y, down, height));
        let Some(magnitude) = value(column, row) else {
            continue;
        };
        let Some(kind) = kind(magnitude) else {
            continue;
        };
        marked[kind] = true;
        marks.push(HeatMark {
            at: [share(column, width), share(row, height)],
            magnitude,
            is_boxed: false,
        });
    }
    // A stretch between the places of the lattice has one mark at its first pixel.
    for (first, _) in map.first.iter().zip(marked).filter(|(_, marked)| !marked) {
        let Some((column, row)) = *first else {
            continue;
        };
        if let Some(magnitude) = value(column, row) {
            marks.push(HeatMark {
                at: [share(column, width), share(row, height)],
                magnitude,
                is_boxed: true,
            });
        }
    }
    marks
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

/// Colours from one end of the scale to the other, in steps that nobody sees. An odd number, so that 1 is one of them.
const SHADES: usize = 513;

/// The colours of finite magnitudes, worked out once for all pixels of a picture.
fn shades(colours: &Colours) -> Vec<Colour> {
    let share = |index: usize| index as f64 / (SHADES - 1) as f64;
    let shade = |index| (2.0 * share(index) - 1.0) * colours.decades;
    let indices = 0..SHADES;
    indices
        .map(|index| colours.of_log10(shade(index)))
        .collect()
}

fn colour_of(magnitude: Magnitude, shades: &[Colour], colours: &Colours) -> Colour {
    let Some(log10) = magnitude.log10() else {
        return colours.of_pixel(magnitude).0;
    };
    let share = (0.5 + 0.5 * log10 / colours.decades).clamp(0.0, 1.0);
    let index = (share * (SHADES - 1) as f64).round() as usize;
    shades.get(index).copied().unwrap_or(colours.measured)
}

/// `pixels` places of `count`, each the one under the middle of its pixel.
pub fn sampled(count: usize, pixels: usize) -> Vec<usize> {
    let place = |pixel: usize| (2 * pixel + 1) * count / (2 * pixels);
    (0..pixels).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::super::chart_shapes;
    use super::super::drawing::{Item, Layer};
    use super::super::theme::Theme;
    use super::*;

    fn drawn(value: impl Fn(usize, usize) -> Option<Magnitude>) -> (Layer, Arc<HeatMap>) {
        let colours = Theme::Print.colours();
        let area = Area::new(0.0, 0.0, 400.0, 200.0);
        let map = Arc::new(HeatMap::new((20, 10), colours, &value));
        let heat = Heat::new(Arc::clone(&map), area, value);
        let mut layer = Layer::default();
        chart_shapes::draw_heat(&heat, &mut layer, area, colours);
        (layer, map)
    }

    fn count(layer: &Layer, is: impl Fn(&Item) -> bool) -> usize {
        layer.items.iter().filter(|item| is(item)).count()
    }

    #[test]
    fn every_pixel_has_the_colour_of_its_value() {
        let (layer, map) = drawn(|column, row| match (column, row) {
            (0, 0) => Some(Magnitude::Overflow { negative: true }),
            (1, 0) => Some(Magnitude::Nan),
            (2, 0) => Some(Magnitude::Zero),
            (3, 0) => None,
            _ => Some(Magnitude::ONE),
        });
        let is_map =
            |item: &Item| matches!(item, Item::Image { pixels, .. } if *pixels == map.pixels);
        assert_eq!(count(&layer, is_map), 1);
        let colours = Theme::Print.colours();
        let pixel = |index: usize| &map.pixels.rgba[4 * index..4 * index + 3];
        assert_eq!(pixel(0), colours.measured);
        assert_eq!(pixel(1), colours.not_a_number);
        assert_eq!(pixel(2), colours.ground);
        // One of the shades.
        assert_eq!(pixel(4), colours.of_log10(0.0));
        assert_eq!(map.outcomes(), [true; 3]);
        // Each of the three has a shape even though it is a single pixel; a cross is two lines.
        assert_eq!(
            count(&layer, |item| matches!(item, Item::Polygon { .. })),
            2
        );
        assert_eq!(count(&layer, |item| matches!(item, Item::Line { .. })), 2);
    }

    #[test]
    fn stretches_of_zeros_are_covered_with_triangles() {
        let (layer, map) = drawn(|_, _| Some(Magnitude::Zero));
        let triangles = count(&layer, |item| matches!(item, Item::Polygon { .. }));
        assert_eq!((triangles, map.outcomes()), (13 * 6, [true, false, false]));
    }

    #[test]
    fn samples_are_all_or_evenly_spaced() {
        assert_eq!(sampled(5, 5), [0, 1, 2, 3, 4]);
        assert_eq!(sampled(10, 5), [1, 3, 5, 7, 9]);
        assert_eq!(*sampled(10_000, 900).last().unwrap(), 9994);
    }
}
