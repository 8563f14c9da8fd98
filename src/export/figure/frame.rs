//! The frame of a plot: from values to places, axes, curves, and shapes for what is not finite.

use super::area::{Area, Point};
use super::drawing::{Anchor, Colour, Layer, Stroke, Text};
use super::ticks::Tick;
use super::{font, shapes, style};
use crate::flow::Magnitude;

/// Room for the axis on the left, wide enough for `10⁻¹⁰⁰⁰⁰`, so that every band begins at the same place.
pub const LEFT_AXIS: f64 = 58.0;

/// Room for the labels of the axis at the bottom.
pub const BOTTOM_AXIS: f64 = 18.0;

/// Room for the name of an axis, beside its labels.
pub const AXIS_NAME: f64 = 16.0;

/// Marks nearer than this to each other cannot be told apart.
const MARK_ROOM: f64 = 9.0;

/// A stretch of the plane, and where it is on the figure. y grows upwards. For axes of decades the values
/// are logarithms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Where.
    pub area: Area,
    /// From the left edge to the right.
    pub x: (f64, f64),
    /// From the bottom edge to the top.
    pub y: (f64, f64),
}

impl Frame {
    /// The ranges `x` and `y` over `area`.
    pub fn new(area: Area, x: (f64, f64), y: (f64, f64)) -> Self {
        Self { area, x, y }
    }

    /// Where `x` is.
    pub fn place_x(&self, x: f64) -> f64 {
        self.area.left + share(x, self.x) * self.area.width()
    }

    /// Where `y` is.
    pub fn place_y(&self, y: f64) -> f64 {
        self.area.bottom - share(y, self.y) * self.area.height()
    }

    /// Where both are.
    pub fn place(&self, x: f64, y: f64) -> Point {
        [self.place_x(x), self.place_y(y)]
    }

    /// White ground and a thin edge.
    pub fn ground(&self, layer: &mut Layer) {
        let edge = Stroke::new(style::FAINT, 0.8);
        layer.rect(self.area, Some(style::BACKGROUND), Some(edge), 0.0);
    }

    /// Ticks on the left with lines across the plot, and the `name` of the axis, turned, if it has one.
    pub fn left_axis(&self, layer: &mut Layer, ticks: &[Tick], name: &str) {
        let (left, right) = (self.area.left, self.area.right);
        let mut widest = 0.0_f64;
        for tick in ticks {
            let y = self.place_y(tick.value);
            layer.line([left, y], [right, y], Stroke::new(style::GRID, 0.8));
            let text = Text::new(
                [left - 5.0, y],
                tick.label.as_str(),
                style::SMALL,
                style::MEASURED,
            );
            layer.text(text.anchored(Anchor::End).centred());
            widest = widest.max(font::width(&tick.label, style::SMALL));
        }
        let at = [
            left - 10.0 - widest - 0.5 * style::SMALL,
            self.area.centre()[1],
        ];
        let name = font::elided(name, style::SMALL, self.area.height() + 20.0);
        let text = Text::new(at, name, style::SMALL, style::MEASURED);
        layer.text(text.anchored(Anchor::Middle).centred().rotated(-90.0));
    }

    /// Ticks at the bottom with lines up through the plot if `grid`, and the `name` of the axis below, if it
    /// has one.
    pub fn bottom_axis(&self, layer: &mut Layer, ticks: &[Tick], name: &str, grid: bool) {
        let (top, bottom) = (self.area.top, self.area.bottom);
        for tick in ticks {
            let x = self.place_x(tick.value);
            let (from, colour) = if grid {
                (top, style::GRID)
            } else {
                (bottom - 4.0, style::FAINT)
            };
            layer.line([x, from], [x, bottom], Stroke::new(colour, 0.8));
            let at = [x, bottom + 4.0 + style::SMALL];
            let text = Text::new(at, tick.label.as_str(), style::SMALL, style::MEASURED);
            layer.text(text.anchored(Anchor::Middle));
        }
        let at = [
            self.area.centre()[0],
            bottom + BOTTOM_AXIS + 0.85 * style::SMALL,
        ];
        let text = Text::new(at, name, style::SMALL, style::MEASURED);
        layer.text(text.anchored(Anchor::Middle));
    }

    /// A line through `points`, split where there is no value and cut where it leaves the frame. A value
    /// alone between two gaps is a dot.
    pub fn curve(
        &self,
        layer: &mut Layer,
        points: impl IntoIterator<Item = (f64, Option<f64>)>,
        stroke: Stroke,
    ) {
        // A line of full width shows at the very edge.
        let area = self.area.grown(0.5 * stroke.width);
        for run in finite_runs(points) {
            let places: Vec<Point> = run.iter().map(|&[x, y]| self.place(x, y)).collect();
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

    /// A straight line across the whole frame at the height `y`, if that is in sight.
    pub fn level(&self, layer: &mut Layer, y: f64, stroke: Stroke) {
        if (self.y.0..=self.y.1).contains(&y) {
            let y = self.place_y(y);
            layer.line([self.area.left, y], [self.area.right, y], stroke);
        }
    }

    /// A straight line up the whole frame at `x`, if that is in sight.
    pub fn upright(&self, layer: &mut Layer, x: f64, stroke: Stroke) {
        if (self.x.0..=self.x.1).contains(&x) {
            let x = self.place_x(x);
            layer.line([x, self.area.top], [x, self.area.bottom], stroke);
        }
    }

    /// What a curve cannot show: a triangle at the bottom where the value is exactly zero, one at the top
    /// where it is infinite, a cross in the middle where it is not a number. No more than can be told apart.
    pub fn non_finite_marks(
        &self,
        layer: &mut Layer,
        values: impl IntoIterator<Item = (f64, Magnitude)>,
        colour: Colour,
    ) {
        let mut last = [f64::NEG_INFINITY; 4];
        for (x, magnitude) in values {
            let (kind, y) = match magnitude {
                Magnitude::Finite { .. } => continue,
                Magnitude::Zero => (0, self.area.bottom - 6.0),
                Magnitude::Overflow { .. } => (1, self.area.top + 6.0),
                Magnitude::Nan => (2, self.area.centre()[1]),
                Magnitude::Undefined => (3, self.area.bottom - 6.0),
            };
            let x = self.place_x(x);
            if x - last[kind] < MARK_ROOM || !(self.area.left..=self.area.right).contains(&x) {
                continue;
            }
            last[kind] = x;
            shapes::mark(layer, [x, y], magnitude, colour);
        }
    }
}

/// 0 at the beginning of `range` and 1 at its end.
fn share(value: f64, (from, to): (f64, f64)) -> f64 {
    if to == from {
        return 0.5;
    }
    // Far enough outside that the slope of a steep curve is right, and within what can be computed with.
    ((value - from) / (to - from)).clamp(-1e6, 1e6)
}

/// Splits a curve where it has no finite value.
pub fn finite_runs(points: impl IntoIterator<Item = (f64, Option<f64>)>) -> Vec<Vec<[f64; 2]>> {
    let mut runs = Vec::new();
    let mut run = Vec::new();
    for (x, y) in points {
        match y {
            Some(y) if y.is_finite() => run.push([x, y]),
            _ if run.is_empty() => {}
            _ => runs.push(std::mem::take(&mut run)),
        }
    }
    if !run.is_empty() {
        runs.push(run);
    }
    runs
}

/// The parts of the line through `places` that are inside `area`.
fn lines_inside(places: &[Point], area: Area) -> Vec<Vec<Point>> {
    let mut lines: Vec<Vec<Point>> = Vec::new();
    for pair in places.windows(2) {
        let Some([from, to]) = area.part_inside(pair[0], pair[1]) else {
            continue;
        };
        match lines.last_mut() {
            Some(line) if line.last() == Some(&from) => line.push(to),
            _ => lines.push(vec![from, to]),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::drawing::Item;
    use super::*;

    fn frame() -> Frame {
        Frame::new(Area::new(50.0, 10.0, 150.0, 60.0), (0.0, 10.0), (-5.0, 0.0))
    }

    #[test]
    fn values_have_their_places() {
        assert_eq!(frame().place(0.0, -5.0), [50.0, 60.0]);
        assert_eq!(frame().place(10.0, 0.0), [150.0, 10.0]);
        assert_eq!(frame().place(5.0, -2.5), [100.0, 35.0]);
        let flat = Frame::new(frame().area, (1.0, 1.0), (2.0, 2.0));
        assert_eq!(flat.place(1.0, 2.0), [100.0, 35.0]);
    }

    #[test]
    fn a_gap_splits_a_curve_and_drops_no_neighbour() {
        let values = [Some(-1.0), Some(-2.0), None, Some(f64::NAN), Some(-3.0)];
        let mut layer = Layer::default();
        let points = values.iter().enumerate().map(|(i, &y)| (i as f64, y));
        frame().curve(&mut layer, points, Stroke::new([0; 3], 2.0));
        let [Item::Line { points, .. }, Item::Circle { centre, .. }] = &layer.items[..] else {
            panic!("a line and a dot, not {layer:?}");
        };
        assert_eq!(points[..], [[50.0, 20.0], [60.0, 30.0]]);
        assert_eq!(*centre, [90.0, 40.0]);
    }

    #[test]
    fn a_curve_stays_in_its_frame() {
        let mut layer = Layer::default();
        let values = [0.0, -1e300, -3.0, 1e300, -4.0, f64::MAX, f64::MIN];
        let points = values.iter().enumerate().map(|(i, &y)| (i as f64, Some(y)));
        let stroke = Stroke::new([0; 3], 2.0);
        frame().curve(&mut layer, points, stroke);
        assert!(!layer.items.is_empty());
        // Rounding at the edge itself.
        let area = frame().area.grown(1.0 + 1e-9);
        for item in &layer.items {
            let Item::Line { points, .. } = item else {
                panic!("only lines, not {item:?}");
            };
            assert!(
                points.iter().all(|&point| area.contains(point)),
                "{points:?}"
            );
        }
    }

    #[test]
    fn each_outcome_has_its_shape_and_its_height() {
        let mut layer = Layer::default();
        let overflow = Magnitude::Overflow { negative: true };
        let values = [
            (1.0, Magnitude::Zero),
            (1.1, Magnitude::Zero),
            (3.0, overflow),
            (5.0, Magnitude::Nan),
            (7.0, Magnitude::ONE),
        ];
        frame().non_finite_marks(&mut layer, values, style::ERROR);
        // The second zero is too near to the first, and a finite number has no mark; a cross is two lines.
        let kinds: Vec<_> = layer
            .items
            .iter()
            .map(|item| match item {
                Item::Polygon { points, .. } => ("triangle", points[2][1] > points[0][1]),
                Item::Line { .. } => ("line", false),
                _ => ("other", false),
            })
            .collect();
        assert_eq!(
            kinds,
            [
                ("triangle", true),
                ("triangle", false),
                ("line", false),
                ("line", false)
            ]
        );
    }
}
