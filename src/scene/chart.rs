//! A chart as data: a frame with its axes, series in the values of those axes, and what can be pointed at.

use super::drawing::Stroke;
use super::frame::{Frame, Runs};
use super::heat::Heat;
use super::hot::Hot;
use super::theme::Colour;
use super::ticks::{Tick, decades};
use crate::flow::Magnitude;
use crate::training::Weight;

/// Room for the axis on the left, wide enough for `10⁻¹⁰⁰⁰⁰`, so that every band begins at the same place.
pub const LEFT_AXIS: f64 = 58.0;

/// A frame, what is in it from the bottom to the top, and its axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Its name among the charts of a scene.
    pub name: &'static str,
    /// From values to places.
    pub frame: Frame,
    /// What its axes are of: x and y.
    pub of: [Quantity; 2],
    /// The axis on its left.
    pub left: Axis,
    /// The axis below it; `None` if the chart below has the same.
    pub bottom: Option<Axis>,
    /// A picture of magnitudes under everything else, instead of a plain ground.
    pub heat: Option<Heat>,
    /// What is drawn, each above the one before.
    pub series: Vec<Series>,
    /// What the series cannot say.
    pub remark: Option<Remark>,
    /// What can be pointed at.
    pub hot: Hot,
}

impl Chart {
    /// One with nothing in it.
    pub fn new(name: &'static str, frame: Frame) -> Self {
        Self {
            name,
            frame,
            of: [Quantity::Value; 2],
            left: Axis::default(),
            bottom: None,
            heat: None,
            series: Vec::new(),
            remark: None,
            hot: Hot::Nothing,
        }
    }
}

/// What an axis is of: what somebody who drags along it changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quantity {
    /// Numbers that are only looked at.
    #[default]
    Value,
    /// Timesteps of the probe.
    Timestep,
    /// Words, wherever they stand: which timestep is meant, the places that can be pointed at say.
    Word,
    /// Training steps.
    Step,
    /// A weight, or the size of a matrix.
    Weight(Weight),
    /// The length of the sequence.
    Length,
}

/// An axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Its marks.
    pub ticks: Vec<Tick>,
    /// What it is called; may be empty.
    pub name: String,
    /// Whether lines go through the chart at its marks.
    pub has_grid: bool,
    /// By how many degrees clockwise its labels are turned.
    pub turn: f64,
    /// Of an axis on the left, how many points there are for labels and name: without room the name is left out.
    pub room: f64,
}

impl Default for Axis {
    fn default() -> Self {
        Self {
            ticks: Vec::new(),
            name: String::new(),
            has_grid: false,
            turn: 0.0,
            room: LEFT_AXIS,
        }
    }
}

impl Axis {
    /// Upright labels at `ticks`, and a `name`.
    pub fn new(ticks: Vec<Tick>, name: impl Into<String>) -> Self {
        Self {
            ticks,
            name: name.into(),
            ..Self::default()
        }
    }

    /// One without a name for the decades upwards in `frame`.
    pub fn decades(frame: &Frame) -> Self {
        Self::new(decades(frame.y.0, frame.y.1, frame.area.height()), "")
    }

    /// With another name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..self
        }
    }

    /// With more or less room on the left.
    #[must_use]
    pub fn with_room(self, room: f64) -> Self {
        Self { room, ..self }
    }

    /// With lines through the chart at its marks.
    #[must_use]
    pub fn with_grid(self) -> Self {
        Self {
            has_grid: true,
            ..self
        }
    }
}

/// Something that is drawn in a chart, in the values of its axes.
#[derive(Clone, Debug, PartialEq)]
pub enum Series {
    /// A curve, in pieces.
    Line {
        /// What it is.
        name: &'static str,
        /// The pieces; one of a single point is a dot.
        runs: Runs,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// Points.
    Points {
        /// What they are.
        name: &'static str,
        /// Where.
        points: Vec<[f64; 2]>,
        /// How they are drawn.
        marker: Marker,
    },
    /// Upright rectangles of one colour.
    Bars {
        /// What they are.
        name: &'static str,
        /// From which x to which, and from which y to which.
        bars: Vec<[(f64, f64); 2]>,
        /// Their colour.
        colour: Colour,
    },
    /// A line across the whole frame.
    Level {
        /// Its height.
        y: f64,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// A line up the whole frame.
    Upright {
        /// Where.
        x: f64,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// Lines across the whole frame that have names.
    Limits(Limits),
    /// What a curve cannot show: a triangle at the foot where the value is exactly zero, a ring there for 0/0, a
    /// triangle at the top for ∞, a cross in the middle for NaN.
    NotFinite {
        /// Where, and what.
        values: Vec<(f64, Magnitude)>,
        /// Their colour.
        colour: Colour,
        /// How many points they are moved inwards, so that those of several series are seen.
        inwards: f64,
    },
    /// Arrows at the foot, for values that are below the axis.
    Below {
        /// Where.
        xs: Vec<f64>,
        /// Their colour.
        colour: Colour,
        /// How many points they are moved inwards.
        inwards: f64,
    },
    /// A frame around a bar, or around the shape at the foot that stands for it.
    Around {
        /// The middle of the bar.
        x: f64,
        /// Half of its width, in units of x.
        half_width: f64,
        /// From which height to which; `None` is the foot.
        y: Option<(f64, f64)>,
        /// Its colour.
        colour: Colour,
    },
    /// A circle about the origin of axes that have one scale.
    Circle {
        /// Its radius.
        radius: f64,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// A word in the lower right corner.
    Corner {
        /// What is written.
        text: String,
        /// Its colour.
        colour: Colour,
    },
}

impl Series {
    /// A curve, split where it has no finite value.
    pub fn line(
        name: &'static str,
        points: impl IntoIterator<Item = (f64, Option<f64>)>,
        stroke: Stroke,
    ) -> Self {
        let runs = super::frame::finite_runs(points);
        Self::Line { name, runs, stroke }
    }

    /// Points, which are so drawn.
    pub fn points(name: &'static str, points: Vec<[f64; 2]>, marker: Marker) -> Self {
        Self::Points {
            name,
            points,
            marker,
        }
    }

    /// A line across the whole frame.
    pub fn level(y: f64, stroke: Stroke) -> Self {
        Self::Level { y, stroke }
    }

    /// A line up the whole frame.
    pub fn upright(x: f64, stroke: Stroke) -> Self {
        Self::Upright { x, stroke }
    }

    /// The shapes of those of `values` that are not finite.
    pub fn not_finite(
        values: impl IntoIterator<Item = (f64, Magnitude)>,
        colour: Colour,
        inwards: f64,
    ) -> Self {
        let values = values.into_iter();
        let values = values
            .filter(|(_, value)| value.log10().is_none())
            .collect();
        Self::NotFinite {
            values,
            colour,
            inwards,
        }
    }
}

/// Lines across a frame that have names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Heights and names, from the top.
    pub lines: Vec<(f64, String)>,
    /// Heights of the curve at its two ends, which names inside of the frame keep away from.
    pub ends: [Option<f64>; 2],
}

/// How points are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Marker {
    /// Squares instead of circles.
    pub is_square: bool,
    /// Half of its width in points.
    pub radius: f64,
    /// What is inside.
    pub fill: Option<Colour>,
    /// Its edge.
    pub edge: Option<Stroke>,
}

impl Marker {
    /// Discs.
    pub const fn disc(radius: f64, fill: Colour) -> Self {
        Self {
            is_square: false,
            radius,
            fill: Some(fill),
            edge: None,
        }
    }

    /// Circles.
    pub const fn circle(radius: f64, edge: Stroke) -> Self {
        Self {
            is_square: false,
            radius,
            fill: None,
            edge: Some(edge),
        }
    }

    /// Squares instead.
    #[must_use]
    pub const fn square(self) -> Self {
        Self {
            is_square: true,
            ..self
        }
    }

    /// With another edge.
    #[must_use]
    pub const fn edged(self, edge: Stroke) -> Self {
        Self {
            edge: Some(edge),
            ..self
        }
    }
}

/// A sentence in the middle of a chart that has nothing to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Remark {
    /// What it says.
    pub text: String,
    /// Its colour.
    pub colour: Colour,
}

impl Remark {
    /// A `text` in a `colour`.
    pub fn new(text: impl Into<String>, colour: Colour) -> Self {
        Self {
            text: text.into(),
            colour,
        }
    }
}
