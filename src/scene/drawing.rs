//! A picture as data: a size, what it shows in words, and shapes one above the other.

use super::area::{Area, Point};
use super::theme::{Colour, Theme};

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// Width and height in points; 1280 × 720 fill a slide.
    pub size: [f64; 2],
    /// What it is called.
    pub title: String,
    /// What there is to see, for those who cannot.
    pub description: String,
    /// What it is drawn on.
    pub theme: Theme,
    /// The shapes.
    pub layer: Layer,
}

impl Drawing {
    /// An empty one.
    pub fn new(
        size: [f64; 2],
        title: impl Into<String>,
        description: impl Into<String>,
        theme: Theme,
    ) -> Self {
        Self {
            size,
            title: title.into(),
            description: description.into(),
            theme,
            layer: Layer::default(),
        }
    }

    /// All of it.
    pub fn area(&self) -> Area {
        Area::new(0.0, 0.0, self.size[0], self.size[1])
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub colour: Colour,
    /// Its width in points.
    pub width: f64,
    /// Lengths of dash and gap in points; `None` is a continuous line.
    pub dash: Option<[f64; 2]>,
}

impl Stroke {
    /// A continuous line.
    pub const fn new(colour: Colour, width: f64) -> Self {
        Self {
            colour,
            width,
            dash: None,
        }
    }

    /// Of dashes `dash` long with a `gap` between them.
    #[must_use]
    pub const fn dashed(self, dash: f64, gap: f64) -> Self {
        Self {
            dash: Some([dash, gap]),
            ..self
        }
    }
}

/// Which part of a text stands at its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Where reading begins.
    Start,
    /// The middle.
    Middle,
    /// Where reading ends.
    End,
}

/// One line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Where its anchor stands: on the baseline, or at half the height of capitals if `centred`.
    pub at: Point,
    /// What is written.
    pub text: String,
    /// Font size in points.
    pub size: f64,
    /// Which part of it stands at `at`.
    pub anchor: Anchor,
    /// Whether `at` is at half height rather than on the baseline.
    pub centred: bool,
    /// Whether it is bold.
    pub bold: bool,
    /// Its colour.
    pub colour: Colour,
    /// Turned about `at`, in degrees clockwise.
    pub rotation: f64,
}

impl Text {
    /// On the baseline that begins at `at`.
    pub fn new(at: Point, text: impl Into<String>, size: f64, colour: Colour) -> Self {
        Self {
            at,
            text: text.into(),
            size,
            anchor: Anchor::Start,
            centred: false,
            bold: false,
            colour,
            rotation: 0.0,
        }
    }

    /// With another part of it at its point.
    #[must_use]
    pub fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    /// With its point at half its height.
    #[must_use]
    pub fn centred(self) -> Self {
        Self {
            centred: true,
            ..self
        }
    }

    /// Bold.
    #[must_use]
    pub fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// Turned by so many degrees clockwise.
    #[must_use]
    pub fn rotated(self, rotation: f64) -> Self {
        Self { rotation, ..self }
    }
}

/// One sign of a formula, in one of the fonts that formulas are set in.
#[derive(Clone, Debug, PartialEq)]
pub struct Glyph {
    /// Where its baseline begins.
    pub at: Point,
    /// Which sign.
    pub sign: char,
    /// The name of its font: `Math-Italic`.
    pub font: &'static str,
    /// Font size in points.
    pub size: f64,
    /// Its colour.
    pub colour: Colour,
}

/// A picture of pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Pixels {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Red, green, blue and opacity of every pixel, row after row from the top: 4 · width · height bytes.
    pub rgba: Vec<u8>,
}

impl Pixels {
    /// The opaque picture whose pixel in `column` and `row` is `colour(column, row)`.
    pub fn new(width: usize, height: usize, colour: impl Fn(usize, usize) -> Colour) -> Self {
        let places = (0..height).flat_map(|row| (0..width).map(move |column| (column, row)));
        let rgba = places.flat_map(|(column, row)| {
            let [red, green, blue] = colour(column, row);
            [red, green, blue, 255]
        });
        Self {
            width,
            height,
            rgba: rgba.collect(),
        }
    }
}

/// One shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A line through points.
    Line {
        /// The points, in order.
        points: Vec<Point>,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// An upright rectangle.
    Rect {
        /// Where.
        area: Area,
        /// What is inside.
        fill: Option<Colour>,
        /// Its edge.
        stroke: Option<Stroke>,
        /// The radius of its corners.
        corner: f64,
    },
    /// Many upright rectangles of one colour, between which no seam shows.
    Bars {
        /// Where.
        areas: Vec<Area>,
        /// What is inside.
        fill: Colour,
    },
    /// A closed shape.
    Polygon {
        /// Its corners.
        points: Vec<Point>,
        /// What is inside.
        fill: Option<Colour>,
        /// Its edge.
        stroke: Option<Stroke>,
    },
    /// A circle.
    Circle {
        /// Where.
        centre: Point,
        /// How large.
        radius: f64,
        /// What is inside.
        fill: Option<Colour>,
        /// Its edge.
        stroke: Option<Stroke>,
    },
    /// A line of text.
    Text(Text),
    /// A picture of pixels, each a rectangle of its own however large it is drawn.
    Image {
        /// Where.
        area: Area,
        /// The pixels.
        pixels: Pixels,
        /// How much of them is seen, from 0 to 1.
        opacity: f64,
    },
    /// One sign of a formula.
    Glyph(Glyph),
    /// A place that says something to whoever points at it, and shows nothing.
    Hot {
        /// Where.
        area: Area,
        /// What it says.
        text: String,
    },
}

/// Shapes, each above the one before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    /// The shapes.
    pub items: Vec<Item>,
}

impl Layer {
    /// A straight line.
    pub fn line(&mut self, from: Point, to: Point, stroke: Stroke) {
        self.polyline(vec![from, to], stroke);
    }

    /// A line through points.
    pub fn polyline(&mut self, points: Vec<Point>, stroke: Stroke) {
        self.items.push(Item::Line { points, stroke });
    }

    /// A filled rectangle.
    pub fn fill(&mut self, area: Area, fill: Colour) {
        self.rect(area, Some(fill), None, 0.0);
    }

    /// The edge of a rectangle.
    pub fn outline(&mut self, area: Area, stroke: Stroke) {
        self.rect(area, None, Some(stroke), 0.0);
    }

    /// A rectangle with corners of the radius `corner`.
    pub fn rect(&mut self, area: Area, fill: Option<Colour>, stroke: Option<Stroke>, corner: f64) {
        self.items.push(Item::Rect {
            area,
            fill,
            stroke,
            corner,
        });
    }

    /// Many filled rectangles of one colour.
    pub fn bars(&mut self, areas: Vec<Area>, fill: Colour) {
        if !areas.is_empty() {
            self.items.push(Item::Bars { areas, fill });
        }
    }

    /// A filled closed shape.
    pub fn polygon(&mut self, points: Vec<Point>, fill: Colour) {
        self.items.push(Item::Polygon {
            points,
            fill: Some(fill),
            stroke: None,
        });
    }

    /// A circle.
    pub fn circle(
        &mut self,
        centre: Point,
        radius: f64,
        fill: Option<Colour>,
        stroke: Option<Stroke>,
    ) {
        self.items.push(Item::Circle {
            centre,
            radius,
            fill,
            stroke,
        });
    }

    /// A line of text.
    pub fn text(&mut self, text: Text) {
        if !text.text.is_empty() {
            self.items.push(Item::Text(text));
        }
    }

    /// A picture of pixels.
    pub fn image(&mut self, area: Area, pixels: Pixels) {
        self.faded_image(area, pixels, 1.0);
    }

    /// A picture of pixels of which `opacity`, from 0 to 1, is seen.
    pub fn faded_image(&mut self, area: Area, pixels: Pixels, opacity: f64) {
        self.items.push(Item::Image {
            area,
            pixels,
            opacity,
        });
    }

    /// What `area` says to whoever points at it.
    pub fn hot(&mut self, area: Area, text: String) {
        self.items.push(Item::Hot { area, text });
    }

    /// Every line of text, in the order they are drawn.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        self.items.iter().filter_map(|item| match item {
            Item::Text(text) => Some(text),
            _ => None,
        })
    }
}
