//! The time axis that views share: from o_0 to the loss, one column per timestep or per pixel.

use super::area::Area;
use super::canvas::Canvas;
use super::chart::LEFT_AXIS;
use super::chart::{Axis, Chart, Quantity};
use super::chart_shapes::BOTTOM_AXIS;
use super::font;
use super::frame::Frame;
use super::hot::Hot;
use super::look::Look;
use super::shapes::SMALL;
use super::ticks::{Tick, whole};
use crate::flow::Magnitude;
use crate::training::Snapshot;

/// Room for o_0 before the first timestep, and for ŷ and L after the last.
const BEFORE: f64 = 0.5;
const AFTER: f64 = 1.5;

/// Timesteps are labelled with their words where they are at least this many points wide.
const WORD_WIDTH: f64 = 15.0;

/// And on a screen, where words are cut instead of turned.
const CUT_WORD_WIDTH: f64 = 26.0;

/// Words are turned where one does not fit otherwise, by so many degrees, and cut to so many points.
const TURN: f64 = -40.0;
const LONGEST_TURNED: f64 = 92.0;

/// All times from o_0 to the loss of a sequence of `length` timesteps.
pub fn whole_range(length: usize) -> (f64, f64) {
    (-BEFORE, length as f64 + AFTER)
}

/// A stretch of time and the points that it fills.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeSpan {
    /// n.
    pub length: usize,
    /// From which time to which.
    pub range: (f64, f64),
    /// How many points wide that is.
    pub width: f64,
    /// Columns that are told apart in a point.
    density: f64,
}

/// Neighbouring timesteps that are drawn as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The one that stands for all.
    pub t: usize,
    /// The first of them, from 1 on.
    pub first: usize,
    /// The last of them.
    pub last: usize,
}

impl Column {
    /// From which time to which. The end of one is exactly the beginning of the next, so that no gap shows between
    /// them.
    pub fn edges(&self) -> (f64, f64) {
        (self.first as f64 - 0.5, self.last as f64 + 0.5)
    }
}

impl TimeSpan {
    /// What `look` shows of `snapshot` in a frame of `canvas`; `has_names` if float limits are named beside it.
    pub fn new(snapshot: &Snapshot, look: &Look, canvas: &Canvas, has_names: bool) -> Self {
        let length = snapshot.len();
        Self {
            length,
            range: look.time.unwrap_or_else(|| whole_range(length)),
            width: canvas.frame_width(has_names).max(1.0),
            density: canvas.density(),
        }
    }

    /// The same stretch of time for a sequence of `length` whose timesteps stand `shift` later.
    pub fn of_other(&self, length: usize, shift: isize) -> Self {
        let shift = shift as f64;
        Self {
            length,
            range: (self.range.0 - shift, self.range.1 - shift),
            ..*self
        }
    }

    /// How many points wide a timestep is.
    pub fn step_width(&self) -> f64 {
        self.width / (self.range.1 - self.range.0)
    }

    /// Every timestep that is in sight, 1 to n.
    pub fn visible(&self) -> std::ops::RangeInclusive<usize> {
        let first = self.range.0.floor().max(1.0) as usize;
        let last = (self.range.1.ceil().max(1.0) as usize).min(self.length);
        first.min(self.length)..=last
    }

    /// The columns of the timesteps in sight: each its own or, where they are too narrow to be told apart, equally
    /// wide ones, for which the timestep of the greatest `weight` stands.
    pub fn columns(&self, weight: impl Fn(usize) -> f64) -> Vec<Column> {
        let visible = self.visible();
        let (before, length) = (visible.start() - 1, visible.count());
        let most = (length as f64 * self.step_width() * self.density).floor();
        let count = length.min(most.max(1.0) as usize).max(1);
        (0..count)
            .map(|index| {
                let first = before + index * length / count + 1;
                let last = before + (index + 1) * length / count;
                let heavier = |best, t| if weight(t) > weight(best) { t } else { best };
                let t = if first == last {
                    first
                } else {
                    (first..=last).fold(first, heavier)
                };
                Column { t, first, last }
            })
            .collect()
    }

    /// The timesteps between which a curve of `value` is to be drawn: all, or of each column the first, the last,
    /// the lowest, the highest, and one where there is no value.
    pub fn curve(&self, value: impl Fn(usize) -> Option<f64>) -> Vec<(f64, Option<f64>)> {
        let mut points = Vec::new();
        for column in self.columns(|_| 0.0) {
            if column.first == column.last {
                points.push((column.first as f64, value(column.first)));
                continue;
            }
            let finite = |t: usize| value(t).filter(|value| value.is_finite());
            let mut kept = vec![column.first, column.last];
            let (mut low, mut high) = (None::<(usize, f64)>, None::<(usize, f64)>);
            let mut gap = None;
            for t in column.first..=column.last {
                let Some(value) = finite(t) else {
                    gap.get_or_insert(t);
                    continue;
                };
                if low.is_none_or(|(_, lowest)| value < lowest) {
                    low = Some((t, value));
                }
                if high.is_none_or(|(_, highest)| value > highest) {
                    high = Some((t, value));
                }
            }
            kept.extend([low, high].into_iter().flatten().map(|(t, _)| t));
            kept.extend(gap);
            kept.sort_unstable();
            kept.dedup();
            points.extend(kept.into_iter().map(|t| (t as f64, value(t))));
        }
        points
    }

    /// The times in sight and what there is of `value` at each.
    pub fn values(
        &self,
        value: impl Fn(usize) -> Option<Magnitude> + Clone,
    ) -> impl Iterator<Item = (f64, Magnitude)> + Clone {
        let visible = self.visible();
        visible.filter_map(move |t| Some((t as f64, value(t)?)))
    }

    /// Every timestep in sight can be pointed at.
    pub fn hot(&self) -> Hot {
        let visible = self.visible();
        Hot::Steps(*visible.start(), *visible.end())
    }

    /// An empty chart of the decades `y` over time, in what is left of a canvas below its header.
    pub fn chart(
        &self,
        name: &'static str,
        snapshot: &Snapshot,
        canvas: &Canvas,
        room: Area,
        y: (f64, f64),
    ) -> Chart {
        let (frame, bottom) = self.frame(snapshot, canvas, room, y);
        Chart {
            of: [Quantity::Timestep, Quantity::Value],
            left: Axis::decades(&frame),
            bottom,
            hot: self.hot(),
            ..Chart::new(name, frame)
        }
    }

    /// A frame in what is left of a canvas below its header, and the axis of timesteps below it.
    pub fn frame(
        &self,
        snapshot: &Snapshot,
        canvas: &Canvas,
        room: Area,
        y: (f64, f64),
    ) -> (Frame, Option<Axis>) {
        let axis = canvas.is_labelled.then(|| self.axis(snapshot, canvas));
        let below = axis.as_ref().map_or(0.0, |axis| axis.height);
        let right = canvas.area.width() - LEFT_AXIS - self.width;
        let area = room.without(LEFT_AXIS, 0.0, right, below);
        (Frame::new(area, self.range, y), axis.map(|it| it.axis))
    }

    /// Every timestep with its word where the task has words and there is room, otherwise with numbers.
    fn axis(&self, snapshot: &Snapshot, canvas: &Canvas) -> MeasuredAxis {
        let step_width = self.step_width();
        let has_words = snapshot.probe.words.is_some();
        let least = canvas.by_medium(WORD_WIDTH, CUT_WORD_WIDTH);
        if !has_words || step_width < least {
            return self.numbers(canvas);
        }
        let room = step_width - 4.0;
        if !canvas.is_page() {
            return MeasuredAxis {
                axis: self.words(snapshot, room, 0.0),
                height: BOTTOM_AXIS,
            };
        }
        let widest = (1..=self.length)
            .map(|t| font::width(&label(snapshot, t), SMALL))
            .fold(0.0, f64::max);
        if widest <= room {
            let axis = self.words(snapshot, room, 0.0);
            let height = BOTTOM_AXIS;
            return MeasuredAxis { axis, height };
        }
        let axis = self.words(snapshot, LONGEST_TURNED, TURN);
        let longest = widest.min(LONGEST_TURNED);
        let height = 12.0 + longest * (-TURN).to_radians().sin() + SMALL;
        MeasuredAxis { axis, height }
    }

    fn numbers(&self, canvas: &Canvas) -> MeasuredAxis {
        let step_width = self.step_width();
        let visible = self.visible();
        let (first, last) = (*visible.start() as f64, *visible.end() as f64);
        let mut ticks = whole(first, last, 44.0 / step_width);
        ticks.retain(|tick| (self.range.0..=self.range.1).contains(&tick.value));
        // The row of a tile has no room for a name.
        let (name, room) = canvas.axis_name("timestep t");
        MeasuredAxis {
            axis: Axis::new(ticks, name),
            height: BOTTOM_AXIS + room,
        }
    }

    fn words(&self, snapshot: &Snapshot, room: f64, turn: f64) -> Axis {
        let tick = |t: usize| {
            let word = snapshot.word(t);
            Tick {
                is_odd: word.is_some_and(|word| !word.known),
                ..Tick::new(t as f64, font::elided(&label(snapshot, t), SMALL, room))
            }
        };
        let in_sight = |t: &usize| (self.range.0..=self.range.1).contains(&(*t as f64));
        let ticks = self.visible().filter(in_sight).map(tick).collect();
        Axis {
            turn,
            ..Axis::new(ticks, "")
        }
    }
}

/// An axis and how much room it needs below a frame.
struct MeasuredAxis {
    axis: Axis,
    height: f64,
}

/// The word of a timestep, with a question mark if it is unknown.
fn label(snapshot: &Snapshot, t: usize) -> String {
    match snapshot.word(t) {
        Some(word) if word.known => word.text.clone(),
        Some(word) => format!("{}?", word.text),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(length: usize) -> TimeSpan {
        TimeSpan {
            length,
            range: whole_range(length),
            width: 1000.0,
            density: 2.0,
        }
    }

    #[test]
    fn columns_are_whole_without_gaps_and_few() {
        for length in [1, 30, 1000, 1998, 2000, 10_000] {
            let columns = span(length).columns(|t| (t % 7) as f64);
            assert!(columns.len() <= 2001);
            assert_eq!(
                (columns[0].first, columns[columns.len() - 1].last),
                (1, length)
            );
            for pair in columns.windows(2) {
                assert_eq!(pair[0].last + 1, pair[1].first);
                assert_eq!(pair[0].edges().1, pair[1].edges().0);
            }
            for column in columns {
                let most = (column.first..=column.last).map(|t| t % 7).max();
                assert_eq!(Some(column.t % 7), most);
            }
        }
    }

    #[test]
    fn a_thinned_curve_keeps_its_extremes_and_its_gaps() {
        let value = |t: usize| match t {
            5000 => Some(9.0),
            7001 => Some(-9.0),
            8002 => None,
            8888 => Some(f64::NAN),
            t => Some((t as f64).sin()),
        };
        let kept = span(10_000).curve(value);
        for t in [1, 5000, 7001, 8002, 8888, 10_000] {
            assert!(kept.iter().any(|(x, _)| *x == f64::from(t)), "{t}");
        }
        assert!(kept.len() < 5 * 2001 && kept.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(span(40).curve(value).len(), 40);
    }

    /// A window that shows a part of the time has columns for that part alone.
    #[test]
    fn what_is_out_of_sight_has_no_column() {
        let zoomed = TimeSpan {
            range: (100.2, 140.7),
            ..span(10_000)
        };
        assert_eq!(zoomed.visible(), 100..=141);
        let columns = zoomed.columns(|_| 0.0);
        assert_eq!((columns[0].t, columns.len()), (100, 42));
    }
}
