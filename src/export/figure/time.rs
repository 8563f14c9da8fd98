//! The time axis that the bands share: from o_0 to the loss, one column per timestep or per half point.

use super::drawing::{Anchor, Layer, Text};
use super::frame::{AXIS_NAME, BOTTOM_AXIS, Frame};
use super::ticks::{Tick, timesteps};
use super::{font, style};
use crate::training::Snapshot;

/// Room for o_0 before the first timestep, and for ŷ and L after the last.
const BEFORE: f64 = 0.5;
const AFTER: f64 = 1.5;

/// Columns narrower than this many points are drawn as one. Two in a point can be seen when a slide is
/// projected, and make a small file.
const NARROWEST: f64 = 0.5;

/// Timesteps are labelled with their words where they are at least this many points wide.
const WORD_WIDTH: f64 = 15.0;

/// Words are turned where one does not fit otherwise, by so many degrees, and cut to so many points.
const TURN: f64 = -40.0;
const LONGEST_TURNED: f64 = 92.0;

/// The range of times from o_0 to the loss.
pub fn range(length: usize) -> (f64, f64) {
    (-BEFORE, length as f64 + AFTER)
}

/// How many points wide a timestep of `frame` is.
pub fn step_width(frame: &Frame) -> f64 {
    frame.area.width() / (frame.x.1 - frame.x.0)
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
    /// Where it begins and ends. The end of one is exactly the beginning of the next, so that no gap shows
    /// between them.
    pub fn edges(&self, frame: &Frame) -> (f64, f64) {
        (
            frame.place_x(self.first as f64 - 0.5),
            frame.place_x(self.last as f64 + 0.5),
        )
    }
}

/// The columns of timesteps 1 to `length`: each its own or, where they are narrower than half a point, equally
/// wide ones of half a point, for which the timestep of the greatest `weight` stands.
pub fn columns(frame: &Frame, length: usize, weight: impl Fn(usize) -> f64) -> Vec<Column> {
    let most = (length as f64 * step_width(frame) / NARROWEST)
        .floor()
        .max(1.0);
    let count = length.min(most as usize).max(1);
    (0..count)
        .map(|index| {
            let (first, last) = (index * length / count + 1, (index + 1) * length / count);
            let heavier = |best, t| if weight(t) > weight(best) { t } else { best };
            Column {
                t: (first..=last).fold(first, heavier),
                first,
                last,
            }
        })
        .collect()
}

/// The timesteps between which a curve of `value` is to be drawn: all, or of each half point the first, the
/// last, the lowest, the highest, and one where there is no value.
pub fn curve_timesteps(
    frame: &Frame,
    length: usize,
    value: impl Fn(usize) -> Option<f64>,
) -> Vec<usize> {
    let finite = |t: usize| value(t).filter(|value| value.is_finite());
    let mut timesteps = Vec::new();
    for column in columns(frame, length, |_| 0.0) {
        let span = column.first..=column.last;
        let extreme = |sign: f64| {
            let values = span
                .clone()
                .filter_map(|t| finite(t).map(|value| (t, sign * value)));
            values.reduce(|best, other| if other.1 > best.1 { other } else { best })
        };
        let gap = span.clone().find(|&t| finite(t).is_none());
        let mut kept = vec![column.first, column.last];
        kept.extend(
            [extreme(1.0), extreme(-1.0)]
                .into_iter()
                .flatten()
                .map(|at| at.0),
        );
        kept.extend(gap);
        kept.sort_unstable();
        kept.dedup();
        timesteps.extend(kept);
    }
    timesteps
}

/// How the axis below a frame is labelled.
enum Labels {
    /// With numbers, and a name.
    Numbers,
    /// With words side by side.
    Words,
    /// With words one behind the other.
    Turned,
}

fn labels(snapshot: &Snapshot, step_width: f64) -> Labels {
    if snapshot.probe.words.is_none() || step_width < WORD_WIDTH {
        return Labels::Numbers;
    }
    let room = step_width - 4.0;
    let fits = |t| font::width(&label(snapshot, t), style::SMALL) <= room;
    if (1..=snapshot.len()).all(fits) {
        Labels::Words
    } else {
        Labels::Turned
    }
}

/// The word of a timestep, with a question mark if it is unknown.
fn label(snapshot: &Snapshot, t: usize) -> String {
    match snapshot.word(t) {
        Some(word) if word.known => word.text.clone(),
        Some(word) => format!("{}?", word.text),
        None => String::new(),
    }
}

/// How much room [`axis`] needs below a frame whose timesteps are `step_width` points wide.
pub fn axis_height(snapshot: &Snapshot, step_width: f64) -> f64 {
    match labels(snapshot, step_width) {
        Labels::Numbers => BOTTOM_AXIS + AXIS_NAME,
        Labels::Words => BOTTOM_AXIS,
        Labels::Turned => {
            let widths = (1..=snapshot.len())
                .map(|t| font::width(&label(snapshot, t), style::SMALL).min(LONGEST_TURNED));
            let longest = widths.fold(0.0, f64::max);
            12.0 + longest * (-TURN).to_radians().sin() + style::SMALL
        }
    }
}

/// Labels every timestep below `frame`: with its word where the task has words and there is room, otherwise
/// with numbers.
pub fn axis(layer: &mut Layer, frame: &Frame, snapshot: &Snapshot) {
    let kind = labels(snapshot, step_width(frame));
    if matches!(kind, Labels::Numbers) {
        let ticks = timesteps(snapshot.len(), step_width(frame));
        return frame.bottom_axis(layer, &ticks, "timestep t", false);
    }
    let ticks: Vec<Tick> = (1..=snapshot.len())
        .map(|t| Tick {
            value: t as f64,
            label: String::new(),
        })
        .collect();
    frame.bottom_axis(layer, &ticks, "", false);
    for t in 1..=snapshot.len() {
        let unknown = snapshot.word(t).is_some_and(|word| !word.known);
        let colour = if unknown {
            style::ERROR
        } else {
            style::MEASURED
        };
        let x = frame.place_x(t as f64);
        let text = |text, y| Text::new([x, frame.area.bottom + y], text, style::SMALL, colour);
        layer.text(match kind {
            Labels::Turned => {
                let label = font::elided(&label(snapshot, t), style::SMALL, LONGEST_TURNED);
                text(label, 10.0)
                    .centred()
                    .anchored(Anchor::End)
                    .rotated(TURN)
            }
            _ => text(label(snapshot, t), 4.0 + style::SMALL).anchored(Anchor::Middle),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::area::Area;
    use super::*;

    fn frame(length: usize) -> Frame {
        let area = Area::new(60.0, 0.0, 1060.0, 100.0);
        Frame::new(area, range(length), (0.0, 1.0))
    }

    #[test]
    fn columns_are_whole_without_gaps_and_few() {
        for length in [1, 30, 1000, 1998, 2000, 10_000] {
            let frame = frame(length);
            let columns = columns(&frame, length, |t| (t % 7) as f64);
            assert!(columns.len() <= 2001);
            assert_eq!(
                (columns[0].first, columns[columns.len() - 1].last),
                (1, length)
            );
            for pair in columns.windows(2) {
                assert_eq!(pair[0].last + 1, pair[1].first);
                assert_eq!(pair[0].edges(&frame).1, pair[1].edges(&frame).0);
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
        let kept = curve_timesteps(&frame(10_000), 10_000, value);
        for t in [1, 5000, 7001, 8002, 8888, 10_000] {
            assert!(kept.contains(&t), "{t}");
        }
        assert!(kept.len() < 5 * 2001 && kept.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(curve_timesteps(&frame(40), 40, value).len(), 40);
    }
}
