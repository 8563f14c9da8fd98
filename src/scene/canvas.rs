//! What a scene is drawn on: where, how large, in which colours, and how finely.

use super::area::Area;
use super::chart::LEFT_AXIS;
use super::chart_shapes::{AXIS_NAME, BOTTOM_AXIS};
use super::heat::MOST_PIXELS;
use super::limits::NAMES;
use super::scale_span::ScaleSpan;
use super::theme::{Colours, Theme};

/// What a scene is drawn on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Canvas {
    /// All of it.
    pub area: Area,
    /// How many points of the screen one of its own is, everywhere from the screen's corner on: letters, lines and marks
    /// of an enlarged view are larger, too.
    pub magnification: f64,
    /// In which colours.
    pub theme: Theme,
    /// How far their scale of magnitudes reaches; `None` is as far as there is something to see.
    pub span: Option<ScaleSpan>,
    /// Paper or a screen.
    pub medium: Medium,
    /// Room on the right of a frame over time, so that those above and below each other end at one place.
    pub right: f64,
    /// Whether timesteps are labelled below: of several such views above each other only the last is.
    pub is_labelled: bool,
    /// From where to where the axis upwards goes, in decades; `None` is as far as there is something to see.
    pub decades: Option<(f64, f64)>,
}

/// Paper or a screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Medium {
    /// A page of its own: the header stands above the picture, and names have room.
    Page,
    /// A tile of a window, whose row has the header.
    Screen {
        /// Pixels per point of the canvas.
        density: f64,
    },
}

/// A tile as high as this has room for the names of axes.
const ROOMY: f64 = 150.0;

/// Pixels and columns of a page for a point: two can be seen when a slide is projected, and make a small file.
const PAGE_DENSITY: f64 = 2.0;

impl Canvas {
    /// A page.
    pub fn page(area: Area, theme: Theme) -> Self {
        Self {
            area,
            magnification: 1.0,
            theme,
            span: None,
            medium: Medium::Page,
            right: 12.0,
            is_labelled: true,
            decades: None,
        }
    }

    /// A tile of a window with so many pixels per point.
    pub fn screen(area: Area, theme: Theme, density: f64) -> Self {
        Self {
            medium: Medium::Screen { density },
            right: 14.0,
            ..Self::page(area, theme)
        }
    }

    /// The same stretch of the screen with everything in it so many times as large.
    #[must_use]
    pub fn magnified(self, by: f64) -> Self {
        let [left, top, right, bottom] = [
            self.area.left,
            self.area.top,
            self.area.right,
            self.area.bottom,
        ]
        .map(|at| at / by);
        let medium = match self.medium {
            Medium::Page => Medium::Page,
            Medium::Screen { density } => Medium::Screen {
                density: density * by,
            },
        };
        Self {
            area: Area::new(left, top, right, bottom),
            magnification: self.magnification * by,
            medium,
            ..self
        }
    }

    /// Its colours.
    pub fn colours(&self) -> &'static Colours {
        self.theme.colours_over(self.span.unwrap_or_default())
    }

    /// Whether it is a page of its own.
    pub fn is_page(&self) -> bool {
        self.medium == Medium::Page
    }

    /// What there is on a page, or what there is on a screen.
    pub fn by_medium<T>(&self, on_page: T, on_screen: T) -> T {
        if self.is_page() { on_page } else { on_screen }
    }

    /// The name of an axis below a picture where there is room for one, and the room that it takes.
    pub fn axis_name<'a>(&self, name: &'a str) -> (&'a str, f64) {
        if self.is_page() || self.area.height() >= ROOMY {
            (name, AXIS_NAME)
        } else {
            ("", 0.0)
        }
    }

    /// What is told apart in a point: columns narrower than that are drawn as one.
    pub fn density(&self) -> f64 {
        match self.medium {
            Medium::Page => PAGE_DENSITY,
            Medium::Screen { density } => density,
        }
    }

    /// Pixels of a picture for `count` values along `points`.
    pub fn pixels(&self, count: usize, points: f64) -> usize {
        let most = match self.medium {
            Medium::Page => MOST_PIXELS,
            Medium::Screen { density } => ((points * density).round() as usize).min(2048),
        };
        count.clamp(1, most.max(1))
    }

    /// How wide a frame over time is; `has_names` if float limits are named beside it.
    pub fn frame_width(&self, has_names: bool) -> f64 {
        self.area.width() - LEFT_AXIS - self.right_of(has_names)
    }

    /// Room below a frame for the labels of an axis and its name.
    pub fn below(&self) -> f64 {
        BOTTOM_AXIS + self.axis_name("").1
    }

    /// Room on the right of a frame over time.
    pub fn right_of(&self, has_names: bool) -> f64 {
        if has_names && self.is_page() {
            self.right.max(NAMES)
        } else {
            self.right
        }
    }
}
