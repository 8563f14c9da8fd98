//! All products at once: the lower triangle of log₁₀ |∂o_j/∂o_k|.

use super::super::{Look, View};
use super::absent::absent;
use super::area::Area;
use super::drawing::{Drawing, Layer, Stroke, Text};
use super::frame::{AXIS_NAME, BOTTOM_AXIS, Frame, LEFT_AXIS};
use super::heat::{Heat, MOST_PIXELS, heat_header, sampled};
use super::sheet::{VIEW, sheet};
use super::{font, style, ticks};
use crate::flow::thousands;
use crate::flow::{Magnitude, Triangle};
use crate::training::{Finding, Snapshot};

/// The figure. `finding` is the answer to [`crate::training::Question::Triangle`]; of one unit it is not
/// needed.
pub fn drawing(snapshot: &Snapshot, finding: Option<&Finding>, look: &Look) -> Drawing {
    match (finding, &snapshot.probe.triangle) {
        (_, Some(triangle)) => of_triangle(snapshot, triangle, look),
        // Of one unit it is made of the flow in no time.
        _ if snapshot.probe.flow.hidden == 1 => {
            of_triangle(snapshot, &Triangle::of_numbers(&snapshot.probe.flow), look)
        }
        (Some(Finding::Triangle(triangle)), _) => of_triangle(snapshot, triangle, look),
        _ => absent(View::Triangle, snapshot, "not computed for this moment"),
    }
}

fn of_triangle(snapshot: &Snapshot, triangle: &Triangle, look: &Look) -> Drawing {
    let name = View::Triangle.name();
    let (mut drawing, area) = sheet(VIEW, name, snapshot, View::Triangle.meaning());
    let layer = &mut drawing.layer;
    let n = triangle.len().max(1);
    let mark = look.mark(n);
    let rows = Rows::of(triangle);
    let heat = Heat {
        width: rows.0.len(),
        height: rows.0.len(),
        value: |column, row| rows.value(column, row),
    };
    let sentence = "row j, column k: what oₖ does to oⱼ";
    let rest = heat_header(layer, area, name, sentence, heat.outcomes());
    let room = rest.without(LEFT_AXIS, 6.0, 0.0, BOTTOM_AXIS + AXIS_NAME);
    let side = room.height().min(room.width());
    let square = Area {
        right: room.left + side,
        bottom: room.top + side,
        ..room
    };
    let frame = Frame::new(square, (0.5, n as f64 + 0.5), (n as f64 + 0.5, 0.5));
    let times = ticks::timesteps(n, side / n as f64);
    frame.left_axis(layer, &times, "timestep j");
    heat.draw(layer, square);
    frame.bottom_axis(layer, &times, "timestep k", false);
    crosshair(layer, &frame, mark);
    readout(layer, square, area.right, &lines(snapshot, triangle, mark));
    drawing
}

/// The values of every row of pixels, from the left as far as the triangle goes.
struct Rows(Vec<Vec<Magnitude>>);

impl Rows {
    fn of(triangle: &Triangle) -> Self {
        let count = triangle.times().len();
        let places = sampled(count, count.clamp(1, MOST_PIXELS));
        let row = |&place: &usize| {
            let values: Vec<Magnitude> = triangle.row(place).collect();
            let columns = places
                .iter()
                .map_while(|&column| values.get(column).copied());
            columns.collect()
        };
        Self(places.iter().map(row).collect())
    }

    fn value(&self, column: usize, row: usize) -> Option<Magnitude> {
        self.0.get(row)?.get(column).copied()
    }
}

/// What the loss sees of the cursor's step is at the foot of its column, what that step sees of the past in
/// its row.
fn crosshair(layer: &mut Layer, frame: &Frame, mark: Option<usize>) {
    let Some(t) = mark else {
        return;
    };
    let [x, y] = frame.place(t as f64, t as f64);
    let corner = vec![[frame.area.left, y], [x, y], [x, frame.area.bottom]];
    layer.polyline(corner.clone(), Stroke::new(style::BACKGROUND, 2.6));
    layer.polyline(corner, Stroke::new(style::CURSOR, 1.2));
}

fn lines(snapshot: &Snapshot, triangle: &Triangle, mark: Option<usize>) -> Vec<String> {
    let (n, one) = (triangle.len(), snapshot.probe.flow.hidden == 1);
    let pair = |j: usize, k: usize| {
        let (j, k) = (triangle.nearest(j), triangle.nearest(k));
        let value = triangle
            .value(j, k)
            .map_or_else(String::new, |value| value.to_string());
        let pair = format!("∂o{}/∂o{}", subscript(j), subscript(k));
        if one {
            format!("{pair} = {value}")
        } else {
            format!("‖{pair}‖₂ = {value}")
        }
    };
    let mut lines = vec![
        "The bottom row is what the loss sees of every step,".to_owned(),
        "the first column the product from step 1 on,".to_owned(),
        "the diagonal is 1.".to_owned(),
        String::new(),
        pair(n, 1),
    ];
    if let Some(t) = mark.filter(|t| (2..n).contains(t)) {
        lines.extend([pair(n, t), pair(t, 1)]);
    }
    let times = triangle.times().len();
    if times < n {
        let (times, n) = (thousands(times as u64), thousands(n as u64));
        lines.extend([String::new(), format!("{times} of {n} timesteps")]);
    }
    lines
}

/// What to read, beside the triangle.
fn readout(layer: &mut Layer, square: Area, right: f64, lines: &[String]) {
    let left = square.right + 24.0;
    for (index, line) in lines.iter().enumerate() {
        let at = [left, square.top + 12.0 + 1.5 * style::BODY * index as f64];
        let line = font::elided(line, style::BODY, right - left);
        layer.text(Text::new(at, line, style::BODY, style::MEASURED));
    }
}

/// A number in small letters below the line.
fn subscript(number: usize) -> String {
    let digits = number.to_string();
    let digits = digits
        .chars()
        .filter_map(|digit| char::from_u32(u32::from('₀') + digit.to_digit(10)?));
    digits.collect()
}
