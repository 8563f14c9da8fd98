//! Where things go on a figure: points and upright rectangles, in points from the top left.

/// x to the right and y downwards.
pub type Point = [f64; 2];

/// An upright rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// The least x.
    pub left: f64,
    /// The least y.
    pub top: f64,
    /// The greatest x.
    pub right: f64,
    /// The greatest y.
    pub bottom: f64,
}

impl Area {
    /// Between four edges.
    pub const fn new(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self {
            left,
            top,
            right,
            bottom,
        }
    }

    /// From one corner to the one opposite it, whichever they are.
    pub fn between(a: Point, b: Point) -> Self {
        Self {
            left: a[0].min(b[0]),
            top: a[1].min(b[1]),
            right: a[0].max(b[0]),
            bottom: a[1].max(b[1]),
        }
    }

    /// Around a centre.
    pub fn around(centre: Point, width: f64, height: f64) -> Self {
        Self {
            left: centre[0] - 0.5 * width,
            top: centre[1] - 0.5 * height,
            right: centre[0] + 0.5 * width,
            bottom: centre[1] + 0.5 * height,
        }
    }

    /// From left to right.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// From top to bottom.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// The middle.
    pub fn centre(&self) -> Point {
        [
            0.5 * (self.left + self.right),
            0.5 * (self.top + self.bottom),
        ]
    }

    /// Every edge moved outwards by `by`; inwards if that is below zero.
    #[must_use]
    pub fn grown(&self, by: f64) -> Self {
        Self {
            left: self.left - by,
            top: self.top - by,
            right: self.right + by,
            bottom: self.bottom + by,
        }
    }

    /// Without margins on the left, at the top, on the right and at the bottom.
    #[must_use]
    pub fn without(&self, left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self {
            left: self.left + left,
            top: self.top + top,
            right: self.right - right,
            bottom: self.bottom - bottom,
        }
    }

    /// A square of so many points in its upper left corner.
    #[must_use]
    pub fn upper_left(&self, side: f64) -> Self {
        Self::new(self.left, self.top, self.left + side, self.top + side)
    }

    /// Whether `point` is inside or on the edge.
    pub fn contains(&self, point: Point) -> bool {
        (self.left..=self.right).contains(&point[0]) && (self.top..=self.bottom).contains(&point[1])
    }

    /// The part of the straight line from `a` to `b` that is inside; `None` if it misses. (Liang and
    /// Barsky, *A new concept and method for line clipping*, ACM Transactions on Graphics 3, 1984.)
    pub fn part_inside(&self, a: Point, b: Point) -> Option<[Point; 2]> {
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let (mut from, mut to) = (0.0_f64, 1.0_f64);
        for (step, room) in [
            (-dx, a[0] - self.left),
            (dx, self.right - a[0]),
            (-dy, a[1] - self.top),
            (dy, self.bottom - a[1]),
        ] {
            // Not a number, or beside an edge that it runs along.
            if step.is_nan() || room.is_nan() || (step == 0.0 && room < 0.0) {
                return None;
            }
            let share = room / step;
            if step < 0.0 {
                from = from.max(share);
            } else if step > 0.0 {
                to = to.min(share);
            }
        }
        if self.left > self.right || self.top > self.bottom {
            return None;
        }
        // Rounding must not take a far end out again.
        let at = |share: f64| {
            [
                (a[0] + share * dx).clamp(self.left, self.right),
                (a[1] + share * dy).clamp(self.top, self.bottom),
            ]
        };
        let end = if to == 1.0 { b } else { at(to) };
        (from <= to).then(|| [if from == 0.0 { a } else { at(from) }, end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_it_leaves() {
        let area = Area::new(0.0, 0.0, 10.0, 10.0);
        assert_eq!(
            area.part_inside([-5.0, 5.0], [15.0, 5.0]),
            Some([[0.0, 5.0], [10.0, 5.0]])
        );
        assert_eq!(
            area.part_inside([1.0, 2.0], [3.0, 4.0]),
            Some([[1.0, 2.0], [3.0, 4.0]])
        );
        // Its upper end is far away, as those of steep curves are.
        let steep = area.part_inside([5.0, 5.0], [5.0, -1e300]);
        assert_eq!(steep, Some([[5.0, 5.0], [5.0, 0.0]]));
        assert_eq!(area.part_inside([-5.0, -1.0], [15.0, -1.0]), None);
        assert_eq!(area.part_inside([0.0, f64::NAN], [1.0, 1.0]), None);
    }
}
