//! What can be pointed at: the places of a picture that have something to say.

use super::area::{Area, Point};
use super::frame::Frame;

/// Nothing farther than this from a point is taken for it, in points.
const REACH: f64 = 12.0;

/// Columns narrower than this are not told apart in a figure.
const LEAST_COLUMN: f64 = 8.0;

/// Points of a figure that say something, at most, and cells of a picture side by side: a file of more is read by
/// nobody.
const MOST_AREAS: usize = 400;
const MOST_CELLS: usize = 24;

/// The places of a picture that have something to say, in the values of its axes. What they say, the view knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Hot {
    /// None.
    #[default]
    Nothing,
    /// Every whole number from the first to the second, over the whole height.
    Steps(usize, usize),
    /// These x, ascending, over the whole height.
    Columns(Vec<f64>),
    /// These points.
    Points(Vec<[f64; 2]>),
    /// Everywhere; so many cells side by side and one above the other.
    Cells(usize, usize),
    /// Areas, each with what stands for it.
    Areas(Vec<(Area, [f64; 2])>),
}

impl Hot {
    /// What is meant by whoever points at `at`.
    pub fn meant(&self, frame: &Frame, at: Point) -> Option<[f64; 2]> {
        if let Self::Areas(areas) = self {
            if !frame.area.contains(at) {
                return None;
            }
            let found = areas.iter().rev().find(|(area, _)| area.contains(at));
            return found.map(|(_, meant)| *meant);
        }
        if !frame.area.contains(at) {
            return None;
        }
        let [x, y] = frame.values(at);
        match self {
            Self::Nothing | Self::Areas(_) => None,
            Self::Steps(first, last) => {
                let (first, last) = (*first as f64, *last as f64);
                (first <= last).then(|| [x.round().clamp(first, last), y])
            }
            Self::Columns(xs) => nearest(xs, x).map(|x| [x, y]),
            Self::Points(points) => {
                let distance = |point: &[f64; 2]| {
                    let [x, y] = frame.place(point[0], point[1]);
                    (x - at[0]).hypot(y - at[1])
                };
                let near = points.iter().filter(|point| distance(point) <= REACH);
                near.min_by(|a, b| distance(a).total_cmp(&distance(b)))
                    .copied()
            }
            Self::Cells(..) => Some([x, y]),
        }
    }

    /// Areas that say something in a file: of places that are too many to be told apart, some.
    pub fn areas(&self, frame: &Frame) -> Vec<(Area, [f64; 2])> {
        let area = frame.area;
        let column = |from: f64, to: f64| Area {
            left: frame.place_x(from).max(area.left),
            right: frame.place_x(to).min(area.right),
            ..area
        };
        match self {
            Self::Nothing => Vec::new(),
            Self::Steps(first, last) => {
                let xs: Vec<f64> = (*first..=*last).map(|t| t as f64).collect();
                columns(frame, &xs, column)
            }
            Self::Columns(xs) => columns(frame, xs, column),
            Self::Points(points) => {
                let of = |point: &[f64; 2]| {
                    let at = frame.place(point[0], point[1]);
                    (Area::around(at, REACH, REACH), *point)
                };
                let every = points.len().div_ceil(MOST_AREAS).max(1);
                points.iter().step_by(every).map(of).collect()
            }
            Self::Cells(across, down) => {
                let [across, down] = [*across, *down].map(|count| count.clamp(1, MOST_CELLS));
                let (width, height) = (area.width() / across as f64, area.height() / down as f64);
                let of = |index: usize| {
                    let (column, row) = ((index % across) as f64, (index / across) as f64);
                    let corner = [area.left + column * width, area.top + row * height];
                    let cell = Area::between(corner, [corner[0] + width, corner[1] + height]);
                    (cell, frame.values(cell.centre()))
                };
                (0..across * down).map(of).collect()
            }
            Self::Areas(areas) => areas.clone(),
        }
    }
}

/// A column for each of `xs` or, where they are too narrow to be told apart, for the middle one of neighbours.
fn columns(frame: &Frame, xs: &[f64], column: impl Fn(f64, f64) -> Area) -> Vec<(Area, [f64; 2])> {
    let most = (frame.area.width() / LEAST_COLUMN).max(1.0) as usize;
    let every = xs.len().div_ceil(most).max(1);
    let groups: Vec<&[f64]> = xs.chunks(every).collect();
    let middle = |a: f64, b: f64| 0.5 * (a + b);
    let of = |(index, group): (usize, &&[f64])| {
        let (first, last) = (group.first()?, group.last()?);
        let before = index
            .checked_sub(1)
            .and_then(|index| groups.get(index)?.last());
        let after = groups.get(index + 1).and_then(|group| group.first());
        let from = before.map_or_else(
            || after.map_or(frame.x.0, |after| first - 0.5 * (after - last)),
            |before| middle(*before, *first),
        );
        let to = after.map_or_else(
            || before.map_or(frame.x.1, |before| last + 0.5 * (first - before)),
            |after| middle(*last, *after),
        );
        Some((column(from, to), [group[group.len() / 2], 0.0]))
    };
    groups.iter().enumerate().filter_map(of).collect()
}

/// The nearest of `xs`, which ascend, to `x`.
fn nearest(xs: &[f64], x: f64) -> Option<f64> {
    let after = xs.partition_point(|&other| other < x);
    let candidates = [after.checked_sub(1), Some(after)];
    let candidates = candidates
        .into_iter()
        .flatten()
        .filter_map(|index| xs.get(index));
    candidates
        .min_by(|a, b| (*a - x).abs().total_cmp(&(*b - x).abs()))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pointed_at_is_the_nearest() {
        let frame = Frame::new(Area::new(0.0, 0.0, 100.0, 50.0), (0.5, 10.5), (0.0, 1.0));
        assert_eq!(
            Hot::Steps(1, 10).meant(&frame, [26.0, 50.0]),
            Some([3.0, 0.0])
        );
        assert_eq!(Hot::Steps(1, 10).meant(&frame, [26.0, 51.0]), None);
        assert_eq!(Hot::Steps(1, 10).areas(&frame).len(), 10);
        let columns = Hot::Columns(vec![1.0, 4.0, 9.0]);
        assert_eq!(columns.meant(&frame, [100.0, 25.0]), Some([9.0, 0.5]));
        assert_eq!(columns.meant(&frame, [10.0, 25.0]), Some([1.0, 0.5]));
        let areas = columns.areas(&frame);
        assert_eq!((areas[1].0.left, areas[1].0.right), (20.0, 60.0));
        let points = Hot::Points(vec![[1.0, 0.0], [2.0, 1.0]]);
        assert_eq!(points.meant(&frame, [14.0, 3.0]), Some([2.0, 1.0]));
        assert_eq!(points.meant(&frame, [90.0, 3.0]), None);
        assert_eq!(Hot::Cells(2, 2).areas(&frame)[3].1, [8.0, 0.25]);
        assert_eq!(
            Hot::Cells(900, 900).areas(&frame).len(),
            MOST_CELLS * MOST_CELLS
        );
        let long = Frame {
            x: (0.0, 10_000.0),
            ..frame
        };
        // Eight points wide, and what its middle one says.
        let areas = Hot::Steps(1, 10_000).areas(&long);
        assert_eq!((areas.len(), areas[0].1), (12, [418.0, 0.0]));
        assert!(
            areas
                .windows(2)
                .all(|pair| pair[0].0.right == pair[1].0.left)
        );
    }
}
