//! Where a float format gives up: lines, and their names beside a chart or in it.

use super::chart::{Limits, Series};
use super::drawing::{Layer, Stroke, Text};
use super::frame::Frame;
use super::theme::Colours;
use crate::flow::{FLOAT_LIMITS, FloatLimit};

/// Room for the names on the right of a frame.
pub const NAMES: f64 = 138.0;

/// Font size of the names, and the height of a line of them.
const SIZE: f64 = 10.5;
const LINE: f64 = 12.5;

/// The limits in sight, from the top; formats whose lines coincide share one. `ends` are the heights of the curve
/// at its two ends.
pub fn float_limits(frame: &Frame, ends: [Option<f64>; 2]) -> Series {
    type LimitOf = fn(&FloatLimit) -> f64;
    let kinds: [(&str, LimitOf); 2] = [
        ("0 below", |limit| limit.smallest_log10),
        ("∞ above", |limit| limit.largest_log10),
    ];
    let mut lines = Vec::new();
    for (kind, log10_of) in kinds {
        let mut together: Vec<(f64, Vec<&str>)> = Vec::new();
        for limit in &FLOAT_LIMITS {
            let log10 = log10_of(limit);
            if !frame.shows_y(log10) {
                continue;
            }
            let height = frame.place_y(log10);
            match together.last_mut() {
                Some((other, names)) if (frame.place_y(*other) - height).abs() < 2.0 => {
                    names.push(limit.name);
                }
                _ => together.push((log10, vec![limit.name])),
            }
        }
        let named =
            |(log10, names): (f64, Vec<&str>)| (log10, format!("{} {kind}", joined(&names)));
        lines.extend(together.into_iter().map(named));
    }
    lines.sort_by(|a, b| b.0.total_cmp(&a.0));
    Series::Limits(Limits { lines, ends })
}

/// One name, two with a comma, or the first and the last of more.
fn joined(names: &[&str]) -> String {
    match names {
        [first, _, .., last] => format!("{first} to {last}"),
        names => names.join(", "),
    }
}

/// How the lines are drawn.
pub fn stroke(colours: &Colours) -> Stroke {
    Stroke::new(colours.theory, 0.9).dashed(1.2, 4.0)
}

/// The lines inside of `frame`, and their names on its right, where no curve is.
pub fn draw_beside(layer: &mut Layer, frame: &Frame, limits: &Limits, colours: &Colours) {
    let heights: Vec<f64> = limits
        .lines
        .iter()
        .map(|(y, _)| frame.place_y(*y))
        .collect();
    let names = spread(&heights, frame.area.top, frame.area.bottom);
    let (left, right) = (frame.area.left, frame.area.right);
    for (((_, name), at), height) in limits.lines.iter().zip(names).zip(heights) {
        layer.line([left, height], [right, height], stroke(colours));
        let leader = [[right, height], [right + 4.0, height], [right + 10.0, at]];
        layer.polyline(leader.to_vec(), Stroke::new(colours.faint, 0.8));
        let text = Text::new([right + 13.0, at], name.as_str(), SIZE, colours.theory);
        layer.text(text.centred());
    }
}

/// Heights near `heights`, which are in order, that are a line apart from each other; inside of `top` and
/// `bottom` if there is room.
fn spread(heights: &[f64], top: f64, bottom: f64) -> Vec<f64> {
    let mut places: Vec<f64> = heights.to_vec();
    let mut least = top;
    for place in &mut places {
        *place = place.max(least);
        least = *place + LINE;
    }
    let mut most = bottom;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - LINE;
    }
    places
}

/// The lines, with every name inside of the frame that no other line runs through, on the side where the curve is
/// farther away.
pub fn draw_inside(layer: &mut Layer, frame: &Frame, limits: &Limits, colours: &Colours) {
    let area = frame.area;
    let heights: Vec<f64> = limits
        .lines
        .iter()
        .map(|(y, _)| frame.place_y(*y))
        .collect();
    for (height, (_, name)) in heights.iter().zip(&limits.lines) {
        layer.line([area.left, *height], [area.right, *height], stroke(colours));
        let others = || heights.iter().copied().chain([frame.place_y(0.0)]);
        let is_free = |top: f64, bottom: f64| {
            top >= area.top
                && bottom <= area.bottom
                && others()
                    .filter(|other| other != height)
                    .all(|other| !(top - 1.0..=bottom + 1.0).contains(&other))
        };
        let middle = if is_free(height - 15.0, height - 2.0) {
            height - 8.0
        } else if is_free(height + 2.0, height + 15.0) {
            height + 8.0
        } else {
            continue;
        };
        let distance =
            |end: Option<f64>| end.map_or(0.0, |log10| (frame.place_y(log10) - height).abs());
        let is_left = distance(limits.ends[0]) >= distance(limits.ends[1]);
        let (x, anchor) = if is_left {
            (area.left + 8.0, super::drawing::Anchor::Start)
        } else {
            (area.right - 8.0, super::drawing::Anchor::End)
        };
        let text = Text::new([x, middle], name.as_str(), SIZE, colours.theory);
        layer.text(text.centred().anchored(anchor));
    }
}
#[cfg(test)]
mod tests {
    use super::super::area::Area;
    use super::super::font;
    use super::super::theme::Theme;
    use super::*;

    #[test]
    fn names_neither_overlap_nor_leave_their_room() {
        let area = Area::new(60.0, 100.0, 800.0, 300.0);
        for range in [(-350.0, 320.0), (-60.0, 5.0), (-5000.0, 300.0), (-9.0, 1.0)] {
            let frame = Frame::new(area, (0.0, 1.0), range);
            let mut layer = Layer::default();
            let Series::Limits(limits) = float_limits(&frame, [None; 2]) else {
                panic!("limits");
            };
            draw_beside(&mut layer, &frame, &limits, Theme::Print.colours());
            let texts: Vec<&Text> = layer.texts().collect();
            assert!(!texts.is_empty());
            for pair in texts.windows(2) {
                assert!(pair[1].at[1] - pair[0].at[1] >= LINE - 1e-9);
            }
            for text in texts {
                assert!(
                    font::width(&text.text, SIZE) + 13.0 <= NAMES,
                    "{}",
                    text.text
                );
                assert!((100.0..=300.0).contains(&text.at[1]));
            }
        }
        let out_of_sight = Frame::new(area, (0.0, 1.0), (-2.0, 0.5));
        let none = Series::Limits(Limits::default());
        assert_eq!(float_limits(&out_of_sight, [None; 2]), none);
    }
}
