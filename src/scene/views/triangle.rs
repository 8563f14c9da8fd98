//! All products at once: the lower triangle of log₁₀ |∂o_j/∂o_k|.

use std::borrow::Cow;
use std::sync::Arc;

use super::kit::*;
use crate::flow::Triangle;

/// The view.
pub static VIEW: Definition = Definition {
    name: "All products",
    slug: "triangle",
    meaning: "Every product between two states at once, as a triangle",
    concept: Concept::Jacobian,
    spoken: "All products",
    wants: |_| Wanted {
        triangle: true,
        ..Wanted::NOTHING
    },
    // Of one unit it is in the snapshot.
    question: |snapshot, _| (snapshot.probe.flow.state_width > 1).then_some(Question::Triangle),
    header,
    picture,
    table,
    says,
    ..Definition::EMPTY
};

/// What is to be read stands beside the triangle if it has so many points.
const LEAST_ROOM: f64 = 90.0;

/// The most timesteps of a table: with more there would be millions of pairs, and no picture shows them.
const MOST_TIMES: usize = 512;

fn header(subject: &Subject<'_>, canvas: &Canvas) -> Header {
    let shown = Shown::of(subject);
    let pair = |shown: &Shown<'_>| shown.pair(subject.len(), subject.timestep());
    Header {
        name: VIEW.name,
        sentence: format!("row j, column k: {}", what_does_what(subject)),
        short: shown.as_ref().map(pair),
        meaning: "The product from the cursor to the end. Hover over the picture for any other, click to put the cursor there".to_owned(),
        legend: Vec::new(),
        key: shown.map(|shown| Key::Magnitudes(shown.map(subject, canvas).outcomes())),
    }
}

/// What an entry of the triangle says, with the letter of a state.
fn what_does_what(subject: &Subject<'_>) -> &'static str {
    subject.by_network("what oₖ does to oⱼ", "what sₖ does to sⱼ")
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let Some(shown) = Shown::of(subject) else {
        return Picture::absent(canvas, room, VIEW.name, subject.absence);
    };
    let n = shown.triangle.len().max(1);
    let room = room.without(LEFT_AXIS, 6.0, 0.0, BOTTOM_AXIS + AXIS_NAME);
    let side = room.height().min(room.width());
    let square = room.upper_left(side);
    let end = n as f64 + 0.5;
    let frame = Frame::new(square, (0.5, end), (end, 0.5));
    let ticks = timesteps(n, side / n as f64);
    let names = canvas.by_medium(["timestep j", "timestep k"], ["j", "k"]);
    let [left, bottom] = names.map(|name| Axis::new(ticks.clone(), name));
    let map = shown.map(subject, canvas);
    let places = shown.places(canvas);
    let value = |column: usize, row: usize| shown.value(&places, column, row);
    let chart = Chart {
        of: [Quantity::Timestep; 2],
        left,
        bottom: Some(bottom),
        heat: Some(Heat::new(map, square, value)),
        series: cross(subject, canvas, end),
        hot: Hot::Cells(places.len(), places.len()),
        ..Chart::new(VIEW.slug, frame)
    };
    let mut parts = vec![Part::Chart(chart)];
    parts.extend(readout(&frame, canvas, || {
        shown.lines(subject, canvas.is_page())
    }));
    Picture {
        parts,
        description: shown.description(subject),
    }
}

/// What the loss sees of the cursor's step is at the foot of its column, what that step sees of the past in its row.
fn cross(subject: &Subject<'_>, canvas: &Canvas, end: f64) -> Vec<Series> {
    let Some(t) = subject.mark().map(|t| t as f64) else {
        return Vec::new();
    };
    let line = |stroke| Series::Line {
        name: "cursor",
        runs: vec![vec![[0.5, t], [t, t], [t, end]]],
        stroke,
    };
    on_every_colour(canvas).map(line).to_vec()
}

/// What to read, beside the triangle.
fn readout(frame: &Frame, canvas: &Canvas, lines: impl FnOnce() -> Vec<String>) -> Option<Part> {
    let square = frame.area;
    let (gap, size) = canvas.by_medium((24.0, BODY), (18.0, SMALL));
    let left = square.right + gap;
    let room = canvas.area.right - left;
    if !canvas.is_page() && room < LEAST_ROOM {
        return None;
    }
    let fitted = |line: String| {
        if line.is_empty() || canvas.is_page() {
            vec![font::elided(&line, size, room)]
        } else {
            font::wrapped(&line, size, room)
        }
    };
    let mut layer = Layer::default();
    for (index, line) in lines().into_iter().flat_map(fitted).enumerate() {
        let at = [left, square.top + 12.0 + 1.5 * size * index as f64];
        layer.text(Text::new(at, line, size, canvas.colours().measured));
    }
    Some(Part::Sketch(Sketch {
        layer,
        beside: Layer::default(),
        frame: *frame,
        of: [Quantity::Value; 2],
        hot: Hot::Nothing,
        cursor: None,
    }))
}

fn says(subject: &Subject<'_>, part: usize, [k, j]: [f64; 2]) -> Option<String> {
    let shown = Shown::of(subject).filter(|_| part == 0)?;
    let [j, k] = [j, k].map(|t| {
        let t = t.round().clamp(1.0, subject.len() as f64);
        shown.triangle.nearest(t as usize)
    });
    let [of, on] = [k, j].map(|t| timestep_in_words(subject.snapshot, t));
    // Nothing is written of the future.
    (k <= j).then(|| {
        format!(
            "{}\nwhat {of} does to {on}",
            shown.pair_by(j, k, magnitude_in_full)
        )
    })
}

/// The triangle that is shown, and of which moment it is.
struct Shown<'a> {
    triangle: Cow<'a, Triangle>,
    of: &'a Snapshot,
}

impl<'a> Shown<'a> {
    /// That of this moment, or the newest that there is of as many units and timesteps.
    fn of(subject: &Subject<'a>) -> Option<Self> {
        let snapshot = subject.snapshot;
        let (triangle, of) = if let Some(triangle) = &snapshot.probe.triangle {
            (Cow::Borrowed(triangle), snapshot)
        } else if subject.is_scalar() {
            // Nobody has looked at it, but of one unit it is made of the flow in no time.
            let triangle = Triangle::of_numbers(&snapshot.probe.flow);
            (Cow::Owned(triangle), snapshot)
        } else {
            let answer = subject.answer_of_this_width()?;
            match answer.finding {
                Finding::Triangle(triangle) if triangle.len() == subject.len() => {
                    (Cow::Borrowed(triangle), answer.of)
                }
                _ => return None,
            }
        };
        Some(Self { triangle, of })
    }

    /// Which timestep of the grid every row and every column of pixels shows.
    fn places(&self, canvas: &Canvas) -> Vec<usize> {
        let count = self.triangle.times().len();
        let side = canvas.area.width().min(canvas.area.height());
        sampled(count, canvas.pixels(count, side))
    }

    fn value(&self, places: &[usize], column: usize, row: usize) -> Option<Magnitude> {
        self.triangle.at(*places.get(row)?, *places.get(column)?)
    }

    fn map(&self, subject: &Subject<'_>, canvas: &Canvas) -> Arc<HeatMap> {
        let places = self.places(canvas);
        let key = HeatKey {
            moment: Some(self.of.identity()),
            ..HeatKey::new(VIEW.slug, (places.len(), places.len()), canvas.colours())
        };
        let memo = subject.memo;
        memo.heat_map(key, |column, row| self.value(&places, column, row))
    }

    /// `∂o₈/∂o₃ = 0.02`
    fn pair(&self, j: usize, k: usize) -> String {
        self.pair_by(j, k, |value| value.to_string())
    }

    fn pair_by(&self, j: usize, k: usize, write: impl Fn(Magnitude) -> String) -> String {
        let (j, k) = (self.triangle.nearest(j), self.triangle.nearest(k));
        let value = self.triangle.value(j, k);
        let value = value.map_or_else(|| "0, the future".to_owned(), write);
        let of_the_lecture = self.of.moment.network.is_the_lectures();
        let state = if of_the_lecture { "o" } else { "s" };
        let pair = format!("∂{state}{}/∂{state}{}", subscript(j), subscript(k));
        if self.of.probe.flow.state_width == 1 {
            format!("{pair} = {value}")
        } else {
            format!("‖{pair}‖₂ = {value}")
        }
    }

    fn lines(&self, subject: &Subject<'_>, is_page: bool) -> Vec<String> {
        let n = self.triangle.len();
        let entry = format!("Row j, column k: {}", what_does_what(subject));
        let what: &[&str] = if is_page {
            &[
                "The bottom row is what the loss sees of every step,",
                "the first column the product from step 1 on,",
                "the diagonal is 1.",
                "",
            ]
        } else {
            &[&entry, ""]
        };
        let mut lines: Vec<String> = what.iter().map(|line| (*line).to_owned()).collect();
        lines.push(self.pair(n, 1));
        if let Some(t) = subject.mark().filter(|t| (2..n).contains(t)) {
            lines.extend([self.pair(n, t), self.pair(t, 1)]);
        }
        let times = self.triangle.times().len();
        if times < n {
            let (times, n) = (thousands(times as u64), thousands(n as u64));
            lines.extend([String::new(), format!("{times} of {n} timesteps")]);
        }
        lines
    }

    fn description(&self, subject: &Subject<'_>) -> String {
        let n = subject.len();
        let first = self.triangle.value(n, 1);
        format!(
            "{n} by {n}; {}; from the first to the last step {}",
            self.pair(n, subject.timestep()),
            first.map_or_else(String::new, |value| value.to_string())
        )
    }
}

/// A row per pair of timesteps 1 ≤ k ≤ j ≤ n: all of them for up to 512 timesteps, of more evenly spaced ones.
///
/// | column | what it is |
/// | --- | --- |
/// | `j`, `k` | the timesteps |
/// | `do_j_do_k` | ∂o_j/∂o_k; for H > 1 ‖∂o_j/∂o_k‖₂ |
fn table(subject: &Subject<'_>) -> Result<Table, NoTable> {
    let shown = Shown::of(subject).ok_or(NoTable::Unanswered(VIEW.name))?;
    let triangle = &shown.triangle;
    let times = triangle.times();
    let kept = places(times.len());
    let (mut js, mut ks, mut products) = (Vec::new(), Vec::new(), Vec::new());
    for &row in &kept {
        for &column in kept.iter().take_while(|&&column| column <= row) {
            js.push(times[row] as u64);
            ks.push(times[column] as u64);
            products.push(triangle.at(row, column));
        }
    }
    Ok(Table::default()
        .whole("j", js)
        .whole("k", ks)
        .magnitudes("do_j_do_k", products))
}

/// At most [`MOST_TIMES`] of the places 0 to `count` − 1, the first and the last among them.
fn places(count: usize) -> Vec<usize> {
    let kept = count.min(MOST_TIMES);
    let intervals = kept.saturating_sub(1).max(1);
    let last = count.saturating_sub(1);
    (0..kept)
        .map(|index| (index * last + intervals / 2) / intervals)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::testing::{answered, assert_pixel, charts, lines, looking_at, moment};

    #[test]
    fn every_product_is_a_pixel_and_says_so() {
        for hidden in [1, 5] {
            let snapshot = moment(0, |e| e.network.hidden = hidden);
            answered(&VIEW, &snapshot, None, |subject| {
                let shown = Shown::of(subject).unwrap();
                let chart = &charts(&VIEW, subject)[0];
                assert_eq!(chart.hot, Hot::Cells(10, 10));
                for (j, k) in (1..=10).flat_map(|j| (1..=10).map(move |k| (j, k))) {
                    let value = shown.triangle.value(j, k);
                    assert_pixel(chart, (k - 1, j - 1), value);
                    assert_eq!(value.is_some(), k <= j);
                    let said = says(subject, 0, [k as f64, j as f64]);
                    let expected = value.map(|value| format!(" = {}\n", magnitude_in_full(value)));
                    assert_eq!(said.is_some(), expected.is_some());
                    let is_said = said
                        .zip(expected)
                        .is_none_or(|(said, it)| said.contains(&it));
                    assert!(is_said, "{j} {k}");
                }
            });
        }
    }

    #[test]
    fn the_cross_goes_from_the_left_over_the_diagonal_to_the_foot() {
        let snapshot = moment(0, |_| {});
        answered(
            &VIEW,
            &snapshot,
            Some(looking_at(&snapshot, 4)),
            |subject| {
                let chart = &charts(&VIEW, subject)[0];
                let (runs, _) = lines(chart, "cursor")[0];
                assert_eq!(runs[0], [[0.5, 4.0], [4.0, 4.0], [4.0, 10.5]]);
            },
        );
    }

    #[test]
    fn the_places_are_all_or_evenly_spaced() {
        assert!(places(0).is_empty());
        assert_eq!(places(1), [0]);
        for count in [2, 511, 512] {
            assert_eq!(places(count), (0..count).collect::<Vec<_>>());
        }
        let thinned = places(10_000);
        assert_eq!((thinned.len(), thinned[0], thinned[511]), (512, 0, 9999));
        // 9999 / 511 = 19.57.
        assert!(
            thinned
                .windows(2)
                .all(|pair| matches!(pair[1] - pair[0], 19 | 20))
        );
    }
}
