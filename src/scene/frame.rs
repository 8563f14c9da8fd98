//! From values to places: a stretch of the plane, and where it is.

use super::area::{Area, Point};

/// A stretch of the plane, and the area that it fills. y grows upwards, unless its range falls. For axes of decades
/// the values are logarithms.
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

    /// Which x and y are at `point`.
    pub fn values(&self, point: Point) -> [f64; 2] {
        let along = (point[0] - self.area.left) / self.area.width();
        let up = (self.area.bottom - point[1]) / self.area.height();
        [
            self.x.0 + along * (self.x.1 - self.x.0),
            self.y.0 + up * (self.y.1 - self.y.0),
        ]
    }

    /// How many points wide a unit of x is: a timestep, on an axis of time.
    pub fn unit_width(&self) -> f64 {
        self.area.width() / (self.x.1 - self.x.0)
    }

    /// Whether `x` is in sight.
    pub fn shows_x(&self, x: f64) -> bool {
        is_within(x, self.x)
    }

    /// Whether `y` is in sight.
    pub fn shows_y(&self, y: f64) -> bool {
        is_within(y, self.y)
    }

    /// The same without `by` points at its top and as many at its bottom.
    #[must_use]
    pub fn inwards(&self, by: f64) -> Self {
        Self {
            area: self.area.without(0.0, by, 0.0, by),
            ..*self
        }
    }
}

/// Whether `value` is in a range, which may fall.
fn is_within(value: f64, (from, to): (f64, f64)) -> bool {
    (from.min(to)..=from.max(to)).contains(&value)
}

/// 0 at the beginning of a range and 1 at its end.
fn share(value: f64, (from, to): (f64, f64)) -> f64 {
    if to == from {
        return 0.5;
    }
    // Far enough outside that the slope of a steep curve is right, and within what can be computed with.
    ((value - from) / (to - from)).clamp(-1e6, 1e6)
}

/// A line in pieces, as x and y of each point.
pub type Runs = Vec<Vec<[f64; 2]>>;

/// Splits a curve where it has no finite value.
pub fn finite_runs(points: impl IntoIterator<Item = (f64, Option<f64>)>) -> Runs {
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
pub fn lines_inside(places: &[Point], area: Area) -> Vec<Vec<Point>> {
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
    use super::*;

    #[test]
    fn values_have_their_places_and_places_their_values() {
        let area = Area::new(50.0, 10.0, 150.0, 60.0);
        let frame = Frame::new(area, (0.0, 10.0), (-5.0, 0.0));
        assert_eq!(frame.place(0.0, -5.0), [50.0, 60.0]);
        assert_eq!(frame.place(10.0, 0.0), [150.0, 10.0]);
        assert_eq!(frame.place(5.0, -2.5), [100.0, 35.0]);
        assert_eq!(frame.values([100.0, 35.0]), [5.0, -2.5]);
        let flat = Frame::new(area, (1.0, 1.0), (2.0, 2.0));
        assert_eq!(flat.place(1.0, 2.0), [100.0, 35.0]);
        // Downwards, as the timesteps of a triangle are counted.
        let fallen = Frame::new(area, (0.0, 1.0), (10.5, 0.5));
        assert_eq!(fallen.place_y(0.5), 10.0);
        assert_eq!(fallen.values([50.0, 60.0]), [0.0, 10.5]);
        assert!(fallen.shows_y(3.0) && !fallen.shows_y(11.0));
    }
}
