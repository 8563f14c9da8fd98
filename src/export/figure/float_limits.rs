//! Lines where a float format gives up, with their names beside the plot, where no curve is.

use super::drawing::{Layer, Stroke, Text};
use super::frame::Frame;
use super::style;
use crate::flow::{FLOAT_LIMITS, FloatLimit};

/// Room for the names on the right of a frame.
pub const NAMES: f64 = 138.0;

/// Font size of the names, and the height of a line of them.
const SIZE: f64 = 10.5;
const LINE: f64 = 12.5;

/// Draws the lines inside of `frame`, and their names on its right.
pub fn draw(layer: &mut Layer, frame: &Frame) {
    let lines = lines(frame);
    let heights: Vec<f64> = lines.iter().map(|(height, _)| *height).collect();
    let names = spread(&heights, frame.area.top, frame.area.bottom);
    for ((height, name), at) in lines.into_iter().zip(names) {
        let (left, right) = (frame.area.left, frame.area.right);
        let stroke = Stroke::new(style::THEORY, 0.9);
        layer.line([left, height], [right, height], stroke.dashed(1.2, 4.0));
        let leader = [[right, height], [right + 4.0, height], [right + 10.0, at]];
        layer.polyline(leader.to_vec(), Stroke::new(style::FAINT, 0.8));
        layer.text(Text::new([right + 13.0, at], name, SIZE, style::THEORY).centred());
    }
}

/// The limits in sight as heights and names, from the top; formats whose lines coincide share one.
fn lines(frame: &Frame) -> Vec<(f64, String)> {
    let mut lines = Vec::new();
    for (kind, log10_of) in [
        (
            "0 below",
            (|limit| limit.smallest_log10) as fn(&FloatLimit) -> f64,
        ),
        ("∞ above", |limit| limit.largest_log10),
    ] {
        let mut together: Vec<(f64, Vec<&str>)> = Vec::new();
        for limit in &FLOAT_LIMITS {
            let log10 = log10_of(limit);
            if !(frame.y.0..=frame.y.1).contains(&log10) {
                continue;
            }
            let height = frame.place_y(log10);
            match together.last_mut() {
                Some((other, names)) if (*other - height).abs() < 2.0 => names.push(limit.name),
                _ => together.push((height, vec![limit.name])),
            }
        }
        let named =
            |(height, names): (f64, Vec<&str>)| (height, format!("{} {kind}", joined(&names)));
        lines.extend(together.into_iter().map(named));
    }
    lines.sort_by(|a, b| a.0.total_cmp(&b.0));
    lines
}

/// One name, two with a comma, or the first and the last of more.
fn joined(names: &[&str]) -> String {
    match names {
        [first, _, .., last] => format!("{first} to {last}"),
        names => names.join(", "),
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

#[cfg(test)]
mod tests {
    use super::super::area::Area;
    use super::super::font;
    use super::*;

    #[test]
    fn names_neither_overlap_nor_leave_their_room() {
        let area = Area::new(60.0, 100.0, 800.0, 300.0);
        for range in [(-350.0, 320.0), (-60.0, 5.0), (-5000.0, 300.0), (-9.0, 1.0)] {
            let frame = Frame::new(area, (0.0, 1.0), range);
            let mut layer = Layer::default();
            draw(&mut layer, &frame);
            let texts = layer.texts();
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
        assert!(lines(&out_of_sight).is_empty());
    }
}
