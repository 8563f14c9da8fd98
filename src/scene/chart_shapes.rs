//! A chart as shapes: its axes and whatever of its series is no plain curve, the same for every painter.

use super::area::{Area, Point};
use super::chart::{Axis, Chart, Marker, Series};
use super::drawing::{Anchor, Layer, Stroke, Text};
use super::frame::{Frame, Runs, lines_inside};
use super::heat::Heat;
use super::shapes::{self, SMALL};
use super::theme::{Colour, Colours};
use super::{font, limits};
use crate::flow::Magnitude;

/// Room for the labels of the axis at the bottom.
pub const BOTTOM_AXIS: f64 = 18.0;

/// Room for the name of an axis, beside its labels.
pub const AXIS_NAME: f64 = 16.0;

/// How much is seen of a picture that is not of what is shown beside it.
pub const FADED: f64 = 0.43;

/// What is said of such a picture stands in so much of its top.
const FADED_TOP: f64 = 56.0;

/// Marks nearer than this to each other cannot be told apart.
const MARK_ROOM: f64 = 9.0;

/// Arrows nearer than this to each other cannot be told apart.
const ARROW_ROOM: f64 = 6.0;

impl Chart {
    /// All of it as shapes.
    pub fn draw(&self, layer: &mut Layer, colours: &Colours) {
        self.draw_ground(layer, colours);
        if let Some(heat) = &self.heat {
            draw_heat(heat, layer, self.frame.area, colours);
        }
        self.draw_grid(layer, colours);
        for series in &self.series {
            series.draw(layer, &self.frame, colours);
        }
        self.draw_over(layer, colours);
    }

    /// What lies under its picture or its series: the ground and the axis on the left.
    pub fn draw_ground(&self, layer: &mut Layer, colours: &Colours) {
        if self.heat.is_none() {
            let edge = Stroke::new(colours.faint, 0.8);
            layer.rect(self.frame.area, Some(colours.ground), Some(edge), 0.0);
        }
        self.left.draw_left(layer, &self.frame, colours);
    }

    /// The axis below, if lines go up from it or a picture ends at it.
    pub fn draw_grid(&self, layer: &mut Layer, colours: &Colours) {
        if let Some(bottom) = self.bottom.as_ref().filter(|_| self.is_axis_under()) {
            draw_bottom(bottom, layer, &self.frame, colours);
        }
    }

    /// What is said in words, and the axis below if it has small marks alone.
    pub fn draw_over(&self, layer: &mut Layer, colours: &Colours) {
        if let Some(remark) = &self.remark {
            let (text, colour) = (&remark.text, remark.colour);
            let is_faded = self.heat.as_ref().is_some_and(|heat| heat.is_faded);
            let mut area = self.frame.area;
            if is_faded {
                area.bottom = area.bottom.min(area.top + FADED_TOP);
            }
            shapes::explain(layer, area, text, colour, colours);
        }
        if let Some(bottom) = self.bottom.as_ref().filter(|_| !self.is_axis_under()) {
            draw_bottom(bottom, layer, &self.frame, colours);
        }
    }

    fn is_axis_under(&self) -> bool {
        self.heat.is_some() || self.bottom.as_ref().is_some_and(|axis| axis.has_grid)
    }
}

/// A frame that is lower than this has no name on the left, unless all of it has room.
const LOWEST: f64 = 44.0;

impl Axis {
    /// Marks on the left with lines across the chart, and the name, turned.
    fn draw_left(&self, layer: &mut Layer, frame: &Frame, colours: &Colours) {
        let (left, right) = (frame.area.left, frame.area.right);
        let mut widest = 0.0_f64;
        for tick in &self.ticks {
            let y = frame.place_y(tick.value);
            layer.line([left, y], [right, y], Stroke::new(colours.grid, 0.8));
            let (at, label) = ([left - 5.0, y], tick.label.as_str());
            let text = Text::new(at, label, SMALL, colours.measured);
            layer.text(text.anchored(Anchor::End).centred());
            widest = widest.max(font::width(&tick.label, SMALL));
        }
        let height = frame.area.height();
        let is_cut = height < LOWEST && font::width(&self.name, SMALL) > height + 20.0;
        if 10.0 + widest + SMALL > self.room || is_cut {
            return;
        }
        let at = [left - 10.0 - widest - 0.5 * SMALL, frame.area.centre()[1]];
        let name = font::elided(&self.name, SMALL, height + 20.0);
        let text = Text::new(at, name, SMALL, colours.measured);
        layer.text(text.anchored(Anchor::Middle).centred().rotated(-90.0));
    }
}

/// Marks at the bottom, and the name below.
pub fn draw_bottom(axis: &Axis, layer: &mut Layer, frame: &Frame, colours: &Colours) {
    let (top, bottom) = (frame.area.top, frame.area.bottom);
    for tick in &axis.ticks {
        let x = frame.place_x(tick.value);
        let (from, colour) = if axis.has_grid {
            (top, colours.grid)
        } else {
            (bottom - 4.0, colours.faint)
        };
        layer.line([x, from], [x, bottom], Stroke::new(colour, 0.8));
    }
    for tick in &axis.ticks {
        let x = frame.place_x(tick.value);
        let colour = if tick.is_odd {
            colours.error
        } else {
            colours.measured
        };
        let text = |y| Text::new([x, bottom + y], tick.label.as_str(), SMALL, colour);
        layer.text(if axis.turn == 0.0 {
            text(4.0 + SMALL).anchored(Anchor::Middle)
        } else {
            let turned = text(10.0).centred().anchored(Anchor::End);
            turned.rotated(axis.turn)
        });
    }
    let at = [frame.area.centre()[0], bottom + BOTTOM_AXIS + 0.85 * SMALL];
    let name = font::elided(&axis.name, SMALL, frame.area.width() + 60.0);
    let text = Text::new(at, name, SMALL, colours.measured);
    layer.text(text.anchored(Anchor::Middle));
}

/// A picture of magnitudes, and the shapes upon it, in all of `area`. What is not finite has a colour of its own and,
/// so that nobody needs colours, shapes upon it.
pub fn draw_heat(heat: &Heat, layer: &mut Layer, area: Area, colours: &Colours) {
    let opacity = if heat.is_faded { FADED } else { 1.0 };
    layer.faded_image(area, heat.map.pixels.clone(), opacity);
    draw_heat_marks(heat, layer, area, colours);
}

/// The shapes upon a picture of magnitudes, and an edge around it.
pub fn draw_heat_marks(heat: &Heat, layer: &mut Layer, area: Area, colours: &Colours) {
    for mark in &heat.marks {
        let at = [
            area.left + mark.at[0] * area.width(),
            area.top + mark.at[1] * area.height(),
        ];
        let (ground, ink) = colours.of_pixel(mark.magnitude);
        if mark.is_boxed {
            layer.rect(Area::around(at, 15.0, 13.0), Some(ground), None, 2.0);
        }
        shapes::mark(layer, at, mark.magnitude, ink);
    }
    layer.outline(area, Stroke::new(colours.faint, 0.8));
}

impl Series {
    /// Its shapes in `frame`.
    pub fn draw(&self, layer: &mut Layer, frame: &Frame, colours: &Colours) {
        let area = frame.area;
        match self {
            Self::Line { runs, stroke, .. } => curve(layer, frame, runs, *stroke),
            Self::Points { points, marker, .. } => {
                marker.draw(layer, points.iter().map(|&[x, y]| frame.place(x, y)));
            }
            Self::Bars { bars, colour, .. } => {
                let corners =
                    |[x, y]: &[(f64, f64); 2]| [frame.place(x.0, y.0), frame.place(x.1, y.1)];
                let areas = bars.iter().map(corners).map(|[a, b]| Area::between(a, b));
                layer.bars(areas.collect(), *colour);
            }
            Self::Level { y, stroke } => {
                if frame.shows_y(*y) {
                    let y = frame.place_y(*y);
                    layer.line([area.left, y], [area.right, y], *stroke);
                }
            }
            Self::Upright { x, stroke } => {
                if frame.shows_x(*x) {
                    let x = frame.place_x(*x);
                    layer.line([x, area.top], [x, area.bottom], *stroke);
                }
            }
            Self::Limits(limits) => limits::draw_beside(layer, frame, limits, colours),
            Self::NotFinite {
                values,
                colour,
                inwards,
            } => not_finite(layer, &frame.inwards(*inwards), values, *colour),
            Self::Below {
                xs,
                colour,
                inwards,
            } => {
                let foot = frame.inwards(*inwards).area.bottom - 2.0;
                for x in spaced(frame, xs.iter().copied(), ARROW_ROOM) {
                    shapes::down_arrow(layer, [x, foot], *colour);
                }
            }
            Self::Around {
                x,
                half_width,
                y,
                colour,
            } => around(layer, frame, (*x, *half_width), *y, *colour),
            Self::Circle { radius, stroke } => {
                let radius = frame.place_x(*radius) - frame.place_x(0.0);
                layer.circle(frame.place(0.0, 0.0), radius, None, Some(*stroke));
            }
            Self::Corner { text, colour } => {
                let at = [area.right - 6.0, area.bottom - 0.7 * super::header::LINE];
                let text = Text::new(at, text.as_str(), SMALL, *colour);
                layer.text(text.anchored(Anchor::End).centred());
            }
        }
    }
}

impl Marker {
    fn draw(&self, layer: &mut Layer, places: impl Iterator<Item = Point>) {
        let square = |at| Area::around(at, 2.0 * self.radius, 2.0 * self.radius);
        match (self.is_square, self.fill, self.edge) {
            // One shape, however many there are: a file of them stays small.
            (true, Some(fill), None) => layer.bars(places.map(square).collect(), fill),
            (true, fill, edge) => places.for_each(|at| layer.rect(square(at), fill, edge, 0.0)),
            (false, fill, edge) => places.for_each(|at| layer.circle(at, self.radius, fill, edge)),
        }
    }
}

/// A curve, cut where it leaves the frame. A value alone between two gaps is a dot.
fn curve(layer: &mut Layer, frame: &Frame, runs: &Runs, stroke: Stroke) {
    // A line of full width shows at the very edge.
    let area = frame.area.grown(0.5 * stroke.width);
    for run in runs {
        let places: Vec<_> = run.iter().map(|&[x, y]| frame.place(x, y)).collect();
        if let [place] = places[..] {
            if area.contains(place) {
                layer.circle(place, stroke.width.max(1.2), Some(stroke.colour), None);
            }
            continue;
        }
        for line in lines_inside(&places, area) {
            layer.polyline(line, stroke);
        }
    }
}

fn not_finite(layer: &mut Layer, frame: &Frame, values: &[(f64, Magnitude)], colour: Colour) {
    let area = frame.area;
    let mut last = [f64::NEG_INFINITY; 4];
    for &(x, magnitude) in values {
        let (kind, y) = match magnitude {
            Magnitude::Finite { .. } => continue,
            Magnitude::Zero => (0, area.bottom - 6.0),
            Magnitude::Overflow { .. } => (1, area.top + 6.0),
            Magnitude::Nan => (2, area.centre()[1]),
            Magnitude::Undefined => (3, area.bottom - 6.0),
        };
        let x = frame.place_x(x);
        // No more than can be told apart.
        if x - last[kind] < MARK_ROOM || !(area.left..=area.right).contains(&x) {
            continue;
        }
        last[kind] = x;
        shapes::mark(layer, [x, y], magnitude, colour);
    }
}

/// Those places of `xs`, which ascend, that are in sight and `room` points apart.
fn spaced(frame: &Frame, xs: impl Iterator<Item = f64>, room: f64) -> impl Iterator<Item = f64> {
    let frame = *frame;
    let mut last = f64::NEG_INFINITY;
    xs.filter_map(move |x| {
        let at = frame.place_x(x);
        let is_shown = frame.shows_x(x) && at - last >= room;
        if is_shown {
            last = at;
        }
        is_shown.then_some(at)
    })
}

fn around(
    layer: &mut Layer,
    frame: &Frame,
    (x, half_width): (f64, f64),
    y: Option<(f64, f64)>,
    colour: Colour,
) {
    let area = frame.area;
    // However narrow a bar is, its frame can be seen.
    let half = (half_width * frame.unit_width()).max(1.2);
    let x = frame.place_x(x);
    let (top, bottom) = match y {
        Some((below, above)) => (frame.place_y(above), frame.place_y(below)),
        None => (area.bottom - 12.0, area.bottom),
    };
    let bar = Area::new(x - half, top, x + half, bottom);
    layer.outline(bar.grown(2.0), Stroke::new(colour, 2.0));
}
