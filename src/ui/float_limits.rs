//! Lines where a float format gives up: "in float32 this gradient is zero from here on".

use egui::{Align2, FontId, Pos2, Rangef, Shape, Ui};
use egui_plot::PlotTransform;

use super::theme::Palette;
use crate::flow::{FLOAT_LIMITS, FloatLimit};

/// Draws the lines, with a name wherever one fits between two of them. `first` and `last` are log₁₀ of the
/// curve's two ends, away from which the names are put.
pub fn draw(
    ui: &Ui,
    transform: &PlotTransform,
    (first, last): (Option<f64>, Option<f64>),
    palette: &Palette,
) {
    let frame = *transform.frame();
    let painter = ui.painter_at(frame);
    let lines = limit_lines(transform);
    let one = transform.position_from_point_y(0.0);
    for (height, text) in &lines {
        let line = [
            Pos2::new(frame.left(), *height),
            Pos2::new(frame.right(), *height),
        ];
        painter.extend(Shape::dotted_line(&line, palette.theory, 6.0, 0.8));
        // Above the line or below it, where no other line runs through the letters.
        let free = |range: Rangef| {
            let others = lines.iter().map(|(other, _)| *other).chain([one]);
            range.min >= frame.top()
                && range.max <= frame.bottom()
                && others
                    .filter(|other| other != height)
                    .all(|other| !range.expand(1.0).contains(other))
        };
        let above = if free(Rangef::new(height - 15.0, height - 2.0)) {
            true
        } else if free(Rangef::new(height + 2.0, height + 15.0)) {
            false
        } else {
            continue;
        };
        // On the side where the curve is farther away.
        let distance = |log10: Option<f64>| {
            log10.map_or(0.0, |log10| {
                (transform.position_from_point_y(log10) - height).abs()
            })
        };
        let left = distance(first) >= distance(last);
        let (x, y) = if left {
            (frame.left() + 8.0, if above { -1.0 } else { 1.0 })
        } else {
            (frame.right() - 8.0, if above { -1.0 } else { 1.0 })
        };
        let anchor = match (left, above) {
            (true, true) => Align2::LEFT_BOTTOM,
            (true, false) => Align2::LEFT_TOP,
            (false, true) => Align2::RIGHT_BOTTOM,
            (false, false) => Align2::RIGHT_TOP,
        };
        let font = FontId::proportional(11.0);
        painter.text(Pos2::new(x, height + y), anchor, text, font, palette.theory);
    }
}

/// The visible limits as heights and names; formats whose lines coincide share one.
fn limit_lines(transform: &PlotTransform) -> Vec<(f32, String)> {
    let range = transform.bounds().range_y();
    let mut lines = Vec::new();
    for (kind, log10_of) in [
        (
            "0 below",
            (|limit| limit.smallest_log10) as fn(&FloatLimit) -> f64,
        ),
        ("∞ above", |limit| limit.largest_log10),
    ] {
        let mut last: Option<(f32, String)> = None;
        for limit in &FLOAT_LIMITS {
            let log10 = log10_of(limit);
            if !range.contains(&log10) {
                continue;
            }
            let height = transform.position_from_point_y(log10);
            last = match last.take() {
                Some((other, names)) if (other - height).abs() < 2.0 => {
                    Some((other, format!("{names}, {}", limit.name)))
                }
                previous => {
                    lines.extend(previous.map(|(at, names)| (at, format!("{names} {kind}"))));
                    Some((height, limit.name.to_owned()))
                }
            };
        }
        lines.extend(last.map(|(at, names)| (at, format!("{names} {kind}"))));
    }
    lines
}
