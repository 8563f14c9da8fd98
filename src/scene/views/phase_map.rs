//! The phase map: log₁₀ |∂o_n/∂o_1| of one unit over w_h and the length or the input weight.

use std::sync::Arc;

use super::kit::*;
use crate::flow::PhaseMap;
use crate::training::{OtherAxis, PhaseAxes};

/// The view.
pub static VIEW: Definition = Definition {
    name: "Phase map",
    slug: "phase-map",
    meaning: "What is left of the gradient over wₕ and the length, or wₕ and the input weight",
    concept: Concept::Vanishing,
    spoken: "Phase map",
    // The map is of one unit.
    question: |snapshot, look| {
        let is_single = snapshot.probe.flow.state_width == 1;
        is_single.then(|| Question::PhaseMap(phase_axes(snapshot, look)))
    },
    refusal: |experiment| {
        let is_one_unit = experiment.network.hidden == 1;
        of_the_lecture(experiment, "the phase map")
            .or_else(|| (!is_one_unit).then_some(NoTable::OfOneUnit))
    },
    heeds: &[Heed::PhaseAxis],
    header,
    picture,
    table,
    says,
    choices,
    ..Definition::EMPTY
};

/// Lengths that the map may reach up to: the first that leaves room above the probe's.
const LONGEST: [usize; 8] = [50, 100, 200, 500, 1000, 2000, 5000, 10_000];

fn phase_axes(snapshot: &Snapshot, look: &Look) -> PhaseAxes {
    let other = match look.phase_axis {
        PhaseAxis::Length => OtherAxis::Length(longest(snapshot.len())),
        PhaseAxis::InputWeight => {
            let single = snapshot.moment.network.parameters.w_i().len() == 1;
            let (from, to) = look.reaches.range(Weight::Input, single);
            OtherAxis::InputWeight(from, to)
        }
    };
    PhaseAxes {
        w_h: look.reaches.range(Weight::Recurrent, true),
        other,
    }
}

fn longest(length: usize) -> usize {
    let room = |longest: &usize| *longest * 4 >= length * 5;
    LONGEST.into_iter().find(room).unwrap_or(10_000)
}

fn header(subject: &Subject<'_>, canvas: &Canvas) -> Header {
    let mut header = Header {
        name: VIEW.name,
        ..Header::default()
    };
    if let Some(here) = here(subject) {
        let here = format!("∂oₙ/∂o₁ = {here}");
        header.sentence = format!("log₁₀ |∂oₙ/∂o₁|; at the ring, here and now, {here}");
        header.short = Some(here);
        header.meaning = "Here and now: at the ring. Click anywhere to go there".to_owned();
    }
    header.key =
        Shown::of(subject).map(|shown| Key::Magnitudes(shown.map(subject, canvas).outcomes()));
    header
}

/// ∂o_n/∂o_1 of this moment.
fn here(subject: &Subject<'_>) -> Option<Magnitude> {
    let first = subject.step(1).filter(|_| subject.is_scalar());
    first.map(|step| step.to_end)
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    if !subject.is_scalar() {
        let reason = "it is of one unit: set H to 1";
        return Picture::absent(canvas, room, VIEW.name, reason);
    }
    let Some(shown) = Shown::of(subject) else {
        return Picture::absent(canvas, room, VIEW.name, subject.absence);
    };
    let (map, snapshot) = (shown.map, subject.snapshot);
    let here = significant(snapshot.moment.weights.w_h);
    let (left, left_name, bottom_name) = if canvas.is_page() {
        let name = shown.other(["sequence length n", "input weight wᵢ"]);
        (LEFT_AXIS + AXIS_NAME, name, format!("wₕ, here {here}"))
    } else {
        (LEFT_AXIS, shown.other(["n", "wᵢ"]), "wₕ".to_owned())
    };
    let area = room.without(left, 6.0, 20.0, BOTTOM_AXIS + AXIS_NAME);
    let (x, y) = (
        widened(shown.axes.w_h, map.width),
        widened(shown.ends(), map.height),
    );
    let frame = Frame::new(area, x, y);
    let up = linear(frame.y.0, frame.y.1, area.height(), 40.0);
    let right = linear(frame.x.0, frame.x.1, area.width(), 60.0);
    let value = |column, row| shown.pixel(column, row);
    let chart = Chart {
        of: [
            Quantity::Weight(Weight::Recurrent),
            shown.other([Quantity::Length, Quantity::Weight(Weight::Input)]),
        ],
        left: Axis::new(up, left_name).with_room(left),
        bottom: Some(Axis::new(right, bottom_name)),
        heat: Some(Heat::new(shown.map(subject, canvas), area, value)),
        series: ring(&shown, subject, canvas, &frame),
        hot: Hot::Cells(map.width, map.height),
        ..Chart::new(VIEW.slug, frame)
    };
    let here = self::here(subject).map_or_else(String::new, |here| here.to_string());
    let description = format!("{} by {}, here {here}", map.width, map.height);
    Picture::of(chart, description)
}

/// The range of an axis whose outermost pixels have their middles at the ends of `range`.
fn widened((from, to): (f64, f64), pixels: usize) -> (f64, f64) {
    let half = 0.5 * (to - from) / pixels.saturating_sub(1).max(1) as f64;
    (from - half, to + half)
}

/// Here and now, if it is in sight.
fn ring(shown: &Shown<'_>, subject: &Subject<'_>, canvas: &Canvas, frame: &Frame) -> Vec<Series> {
    let weights = subject.snapshot.moment.weights;
    let here = [
        weights.w_h,
        shown.other([subject.len() as f64, weights.w_i]),
    ];
    if !frame.shows_x(here[0]) || !frame.shows_y(here[1]) {
        return Vec::new();
    }
    let colours = canvas.colours();
    // Dark within bright: seen on every colour.
    let rings = [(colours.ground, 4.0), (colours.cursor, 1.6)].map(|(colour, width)| {
        let marker = Marker::circle(6.0, Stroke::new(colour, width));
        Series::points("here and now", vec![here], marker)
    });
    rings.to_vec()
}

fn says(subject: &Subject<'_>, _: usize, [w_h, other]: [f64; 2]) -> Option<String> {
    let shown = Shown::of(subject)?;
    let map = shown.map;
    let nearest = |value: f64, (from, to): (f64, f64), count: usize| {
        let share = ((value - from) / (to - from)).clamp(0.0, 1.0);
        (share * (count - 1) as f64).round() as usize
    };
    let column = nearest(w_h, shown.axes.w_h, map.width);
    let row = nearest(other, shown.ends(), map.height);
    let value = magnitude_in_full(map.outcome(column, row));
    let there = match shown.axes.other {
        OtherAxis::Length(_) => decimal(map.rows[row], 0),
        OtherAxis::InputWeight(from, to) => {
            let share = row as f64 / map.height.saturating_sub(1).max(1) as f64;
            decimal(from * (1.0 - share) + to * share, 3)
        }
    };
    Some(format!(
        "wₕ = {}, {} = {there}\n|∂oₙ/∂o₁| = {value}: what the last state would see of the first",
        decimal(map.w_h[column], 3),
        shown.other(["n", "wᵢ"])
    ))
}

/// What is upwards.
fn choices(subject: &Subject<'_>) -> Vec<Vec<Choice>> {
    let axes = [
        (
            PhaseAxis::Length,
            "wₕ × n",
            "wₕ to the right, sequence length upwards. Beyond the probe's length its inputs begin again",
        ),
        (
            PhaseAxis::InputWeight,
            "wₕ × wᵢ",
            "wₕ to the right, input weight upwards, at the probe's length",
        ),
    ];
    let axes = axes.map(|(axis, text, meaning)| {
        let is_chosen = subject.look.phase_axis == axis;
        Choice::new(text, meaning, is_chosen, Change::PhaseAxis(axis))
    });
    vec![axes.to_vec()]
}

/// The map that is shown. In a window it may be of an earlier moment, and then keeps the axes that it had.
struct Shown<'a> {
    map: &'a PhaseMap,
    axes: PhaseAxes,
    of: &'a Snapshot,
}

impl<'a> Shown<'a> {
    fn of(subject: &Subject<'a>) -> Option<Self> {
        let Answer {
            question,
            of,
            finding,
        } = subject.answer_of_this_width()?;
        match (question, finding) {
            (Question::PhaseMap(axes), Finding::PhaseMap(map)) if map.width * map.height > 0 => {
                Some(Self { map, axes, of })
            }
            _ => None,
        }
    }

    /// The one for lengths or the one for input weights, by what is upwards.
    fn other<T>(&self, [length, input_weight]: [T; 2]) -> T {
        match self.axes.other {
            OtherAxis::Length(_) => length,
            OtherAxis::InputWeight(..) => input_weight,
        }
    }

    /// The ends of the axis upwards: the middles of its first and last row.
    fn ends(&self) -> (f64, f64) {
        match self.axes.other {
            OtherAxis::Length(largest) => (1.0, largest as f64),
            OtherAxis::InputWeight(low, high) => (low, high),
        }
    }

    /// The first row of the map is at its foot.
    fn pixel(&self, column: usize, row: usize) -> Option<Magnitude> {
        Some(self.map.outcome(column, self.map.height - 1 - row))
    }

    fn map(&self, subject: &Subject<'_>, canvas: &Canvas) -> Arc<HeatMap> {
        let key = HeatKey {
            moment: Some(self.of.identity()),
            question: Some(Question::PhaseMap(self.axes)),
            ..HeatKey::new(
                VIEW.slug,
                (self.map.width, self.map.height),
                canvas.colours(),
            )
        };
        let memo = subject.memo;
        memo.heat_map(key, |column, row| self.pixel(column, row))
    }
}

/// A row per pixel, from the foot of the map and from its left.
///
/// | column | what it is |
/// | --- | --- |
/// | `w_h` | the recurrent weight |
/// | `n` or `w_i` | the sequence length or the input weight, as the view's axis is chosen |
/// | `do_n_do_1` | \|∂o_n/∂o_1\|, its logarithm to 7 digits; its sign is not known and given as 1 |
fn table(subject: &Subject<'_>) -> Result<Table, NoTable> {
    if !subject.is_scalar() {
        return Err(NoTable::OfOneUnit);
    }
    let shown = Shown::of(subject).ok_or(NoTable::Unanswered(VIEW.name))?;
    let map = shown.map;
    let pixels = || (0..map.height).flat_map(|row| (0..map.width).map(move |column| (column, row)));
    let table = Table::default().numbers("w_h", pixels().map(|(column, _)| map.w_h[column]));
    let table = match shown.axes.other {
        OtherAxis::Length(_) => table.whole("n", pixels().map(|(_, row)| map.rows[row] as u64)),
        OtherAxis::InputWeight(..) => {
            // Of one input weight the rows are its values; of several they are what all are multiplied by.
            let moment = &shown.of.moment;
            let single = moment.network.parameters.w_i().len() == 1;
            let unit = if single { 1.0 } else { moment.weights.w_i };
            table.numbers("w_i", pixels().map(|(_, row)| map.rows[row] * unit))
        }
    };
    let values = pixels().map(|(column, row)| map.outcome(column, row));
    Ok(table.magnitudes("do_n_do_1", values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::testing::{answered, assert_pixel, charts, moment, page};

    #[test]
    fn the_first_row_is_at_the_foot() {
        let snapshot = moment(0, |_| {});
        answered(&VIEW, &snapshot, None, |subject| {
            let shown = Shown::of(subject).unwrap();
            let chart = &charts(&VIEW, subject)[0];
            assert_eq!(chart.hot, Hot::Cells(256, 50));
            for (column, row) in [(0, 0), (200, 3), (30, 49)] {
                let value = shown.map.outcome(column, row);
                assert_pixel(chart, (column, 49 - row), Some(value));
                // The middle of that pixel says it, too.
                let (_, width) = chart.frame.x;
                let x = -width + 2.0 * width * (column as f64 + 0.5) / 256.0;
                let said = says(subject, 0, [x, row as f64 + 1.0]).unwrap();
                let expected =
                    format!("n = {}\n|∂oₙ/∂o₁| = {}:", row + 1, magnitude_in_full(value));
                assert!(said.contains(&expected), "{said}");
            }
        });
    }

    #[test]
    fn of_many_units_there_is_none() {
        let snapshot = moment(0, |e| e.network.hidden = 3);
        answered(&VIEW, &snapshot, None, |subject| {
            assert!(picture(subject, &page(), page().area).is_absent());
            assert_eq!(table(subject), Err(NoTable::OfOneUnit));
        });
    }
}
