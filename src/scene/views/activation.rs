//! f and f′, with the network's operating points on both curves.

use super::super::header::{TIME_SHADES, time_colour};
use super::kit::*;
use crate::flow::{OperatingPoint, SATURATED_BELOW};

/// The view.
pub static VIEW: Definition = Definition {
    name: "f and f′",
    slug: "activation",
    meaning: "The activation and its slope, with the pre-activation of every timestep on both",
    concept: Concept::Activation,
    spoken: "Activation and slope",
    refusal: |experiment| of_the_lecture(experiment, "the curve of f"),
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    ..Definition::EMPTY
};

/// Points of the curves.
const SAMPLES: usize = 401;

/// Points of the curves in the table; an odd number of steps would leave out a = 0.
const TABLE_SAMPLES: usize = 257;

/// Points that are drawn as discs at most; more are small squares.
const FEW: usize = 200;

/// The curves are drawn over at least this much to either side of 0.
const LEAST_REACH: f64 = 3.0;

/// And over at most this much: beyond it every activation is a straight line, and one point far out must
/// not press all others together.
const FARTHEST: f64 = 50.0;

/// Room beside the outermost point.
const ROOM: f64 = 1.08;

/// The curves of f and f′, and what of the plane is to be seen.
struct ActivationCurve {
    /// a, f(a) and f′(a), evenly spaced from one end to the other.
    samples: Vec<[f64; 3]>,
    /// From which a to which.
    x: (f64, f64),
    /// With room for all of both curves.
    y: (f64, f64),
}

impl ActivationCurve {
    /// `count` points of the activation of `snapshot`, with room for its pre-activations as far as they are finite.
    fn of(snapshot: &Snapshot, count: usize) -> Self {
        let activation = snapshot.moment.experiment.network.activation;
        let sizes = finite_points(snapshot).map(|point| point.a.abs());
        let reach = sizes.fold(LEAST_REACH, f64::max).min(FARTHEST) * ROOM;
        let last = count.saturating_sub(1).max(1) as f64;
        let (mut low, mut high) = (0.0_f64, 1.0_f64);
        let sample = |index: usize| {
            let a = reach * (2.0 * index as f64 / last - 1.0);
            let (f, f_prime) = (activation.f(a), activation.f_prime(a));
            low = low.min(f).min(f_prime);
            high = high.max(f).max(f_prime);
            [a, f, f_prime]
        };
        let samples = (0..count).map(sample).collect();
        let beside = 0.06 * (high - low);
        Self {
            samples,
            x: (-reach, reach),
            y: (low - beside, high + beside),
        }
    }

    /// Where `point` is on the curve of f and on that of f′. What is far out lies on the edge.
    fn places(&self, point: &OperatingPoint) -> [[f64; 2]; 2] {
        let a = point.a.clamp(self.x.0, self.x.1);
        let height = |y: f64| if y.is_finite() { y } else { 0.0 };
        [point.o, point.f_prime].map(|y| [a, height(y).clamp(self.y.0, self.y.1)])
    }
}

fn finite_points(snapshot: &Snapshot) -> impl Iterator<Item = &OperatingPoint> {
    let points = snapshot.probe.operating_points.points.iter();
    points.filter(|point| point.a.is_finite())
}

fn header(subject: &Subject<'_>, canvas: &Canvas) -> Header {
    let (snapshot, colours) = (subject.snapshot, canvas.colours());
    let activation = snapshot.moment.experiment.network.activation.name();
    let least = short_decimal(SATURATED_BELOW, 3);
    let saturated = format!(
        "Where f′ is below {least} a unit is saturated, or dead: nine tenths of the gradient end there"
    );
    let short = saturation(subject);
    Header {
        name: VIEW.name,
        sentence: format!("{short}{}", not_drawn(snapshot).unwrap_or_default()),
        short: Some(short),
        meaning: format!("{saturated}. Points go from dark to bright with time"),
        legend: vec![
            Entry::new(Swatch::Line, colours.measured, format!("f = {activation}"))
                .meaning("The activation function: what a pre-activation aₜ becomes")
                .about(Concept::Activation),
            Entry::new(Swatch::Line, colours.f_prime, "f′")
                .meaning("Its slope: what a step leaves of the gradient")
                .about(Concept::Slope),
            Entry::new(Swatch::Dotted, colours.theory, format!("f′ = {least}"))
                .meaning(saturated)
                .about(Concept::Saturation),
        ],
        key: Some(Key::Time(subject.len())),
    }
}

/// `7 of 10 steps have |f′| < 0.1`
fn saturation(subject: &Subject<'_>) -> String {
    let kept = &subject.snapshot.probe.operating_points;
    let what = subject.by_width("steps have", "units in time have");
    format!(
        "{} of {} {what} |f′| < {}",
        thousands(kept.saturated as u64),
        thousands(kept.total as u64),
        short_decimal(SATURATED_BELOW, 3)
    )
}

/// How many points cannot be drawn, if any.
fn not_drawn(snapshot: &Snapshot) -> Option<String> {
    let points = &snapshot.probe.operating_points.points;
    let first = points.iter().find(|point| !point.a.is_finite())?;
    let count = points.len() - finite_points(snapshot).count();
    Some(format!(
        "; {} of {} points are not drawn, the first is {} at t = {}",
        thousands(count as u64),
        thousands(points.len() as u64),
        significant(first.a),
        first.t
    ))
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let curve = ActivationCurve::of(subject.snapshot, SAMPLES);
    let (x, y) = (curve.x, curve.y);
    let area = room.without(LEFT_AXIS, 6.0, canvas.right, canvas.below());
    let colours = canvas.colours();
    let faint = Stroke::new(colours.faint, 1.0);
    let dotted = Stroke::new(colours.theory, 1.0).dashed(1.5, 4.0);
    let line = |name, of: usize, colour| {
        let points = curve.samples.iter();
        let points = points.map(|sample| (sample[0], Some(sample[of])));
        Series::line(name, points, Stroke::new(colour, 1.8))
    };
    let mut series = vec![
        Series::upright(0.0, faint),
        Series::level(0.0, faint),
        Series::level(SATURATED_BELOW, dotted),
        line("f", 1, colours.measured),
        line("f′", 2, colours.f_prime),
    ];
    series.extend(points(subject, canvas, &curve));
    let (name, _) = canvas.axis_name("pre-activation aₜ");
    let right = linear(x.0, x.1, area.width(), 60.0);
    let chart = Chart {
        left: Axis::new(linear(y.0, y.1, area.height(), 34.0), "f, f′"),
        bottom: Some(Axis::new(right, name).with_grid()),
        series,
        hot: if is_few(subject.snapshot) {
            let finite = finite_points(subject.snapshot);
            Hot::Points(finite.flat_map(|point| curve.places(point)).collect())
        } else {
            Hot::Nothing
        },
        ..Chart::new(VIEW.slug, Frame::new(area, x, y))
    };
    Picture::of(chart, description(subject))
}

fn is_few(snapshot: &Snapshot) -> bool {
    snapshot.probe.operating_points.points.len() <= FEW
}

/// Every pre-activation on both curves, in the colour of its timestep; those of the marked one with a ring.
fn points(subject: &Subject<'_>, canvas: &Canvas, curve: &ActivationCurve) -> Vec<Series> {
    let snapshot = subject.snapshot;
    let mut shades: Vec<Vec<[f64; 2]>> = vec![Vec::new(); TIME_SHADES];
    for point in finite_points(snapshot) {
        shades[shade(point.t, subject.len())].extend(curve.places(point));
    }
    let is_few = is_few(snapshot);
    let of_shade = |(shade, points): (usize, Vec<[f64; 2]>)| {
        let colour = time_colour(shade);
        let marker = if is_few {
            Marker::disc(3.4, colour)
        } else {
            Marker::disc(1.9, colour).square()
        };
        Series::points("operating points", points, marker)
    };
    let shades = shades.into_iter().enumerate();
    let shades = shades.filter(|(_, points)| !points.is_empty());
    let mut series: Vec<Series> = shades.map(of_shade).collect();
    let marked = finite_points(snapshot).filter(|point| subject.mark() == Some(point.t));
    let marked = marked.take(FEW).flat_map(|point| curve.places(point));
    let ring = Marker::circle(6.5, Stroke::new(canvas.colours().cursor, 1.4));
    series.push(Series::points("at the cursor", marked.collect(), ring));
    series
}

fn shade(t: usize, length: usize) -> usize {
    let share = (t as f64 - 1.0) / (length.max(2) as f64 - 1.0);
    ((share * (TIME_SHADES - 1) as f64).round().max(0.0) as usize).min(TIME_SHADES - 1)
}

fn description(subject: &Subject<'_>) -> String {
    let cursor = subject.timestep();
    let points = &subject.snapshot.probe.operating_points.points;
    let saturation = saturation(subject);
    match points.iter().find(|point| point.t == cursor) {
        None => saturation,
        Some(point) => format!(
            "{saturation}; at step {cursor} a is {}, f is {} and f′ is {}",
            significant(point.a),
            significant(point.o),
            significant(point.f_prime)
        ),
    }
}

/// Of the operating point that lies at a place of either curve.
fn says(subject: &Subject<'_>, _: usize, at: [f64; 2]) -> Option<String> {
    let snapshot = subject.snapshot;
    let curve = ActivationCurve::of(snapshot, SAMPLES);
    let points = snapshot.probe.operating_points.points.iter();
    let mut here = points
        .zip(units(snapshot))
        .filter(|(point, _)| point.a.is_finite() && curve.places(point).contains(&at));
    let (point, unit) = here.next()?;
    let unit = unit.filter(|_| !subject.is_scalar());
    let unit = unit.map_or_else(String::new, |unit| format!(", unit {unit}"));
    let [a, f, f_prime] = [point.a, point.o, point.f_prime].map(in_full);
    let means = if point.f_prime.abs() < SATURATED_BELOW {
        "saturated, or dead: nine tenths of the gradient end here"
    } else {
        "what this step leaves of the gradient"
    };
    let mut text = format!(
        "{}{unit}\na = {a}: the pre-activation\nf(a) = {f}: the state\nf′(a) = {f_prime}: {means}",
        timestep_in_words(snapshot, point.t)
    );
    match here.count() {
        0 => {}
        more => text += &format!("\nand {more} more at the same place"),
    }
    Some(text)
}

/// The 1-based unit of every point that is kept; `None` where there are so many points that not all are.
fn units(snapshot: &Snapshot) -> impl Iterator<Item = Option<usize>> {
    let kept = &snapshot.probe.operating_points;
    let is_whole = kept.points.len() == kept.total;
    let hidden = snapshot.probe.flow.state_width.max(1);
    // In the order of time, and of units within a timestep.
    (0..kept.points.len()).map(move |index| is_whole.then_some(index % hidden + 1))
}

/// A row per operating point, and then the curve itself.
///
/// | column | what it is |
/// | --- | --- |
/// | `part` | `point`, or `curve`, where `a` is evenly spaced over what the view shows |
/// | `t` | the timestep of a point |
/// | `unit` | its unit from 1 on; empty where there are so many that not all are kept |
/// | `a`, `f`, `f_prime` | a_t, f(a_t) and f′(a_t) |
fn table(subject: &Subject<'_>) -> Table {
    let snapshot = subject.snapshot;
    let points = &snapshot.probe.operating_points.points;
    let curve = ActivationCurve::of(snapshot, TABLE_SAMPLES).samples;
    let of = |get: fn(&OperatingPoint) -> f64, column: usize| {
        let curve = curve.iter().map(move |sample| sample[column]);
        points.iter().map(get).chain(curve)
    };
    let parts = points.iter().map(|_| "point");
    let units = units(snapshot).map(|unit| unit.map(|unit| unit as u64));
    Table::default()
        .texts("part", parts.chain(curve.iter().map(|_| "curve")))
        .whole("t", points.iter().map(|point| point.t as u64))
        .whole("unit", units)
        .numbers("a", of(|point| point.a, 0))
        .numbers("f", of(|point| point.o, 1))
        .numbers("f_prime", of(|point| point.f_prime, 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::testing::{answered, charts, looking_at, moment, points};

    /// On both curves, in the order of time from dark to bright, and each says what it is.
    #[test]
    fn every_operating_point_is_drawn_and_says_what_it_is() {
        for hidden in [1, 5] {
            let snapshot = moment(3, |e| {
                e.network.hidden = hidden;
                e.network.w_i = 2.0;
            });
            let kept = &snapshot.probe.operating_points.points;
            assert_eq!(kept.len(), hidden * snapshot.len());
            answered(
                &VIEW,
                &snapshot,
                Some(looking_at(&snapshot, 4)),
                |subject| {
                    let chart = &charts(&VIEW, subject)[0];
                    let of = |name| -> Vec<[f64; 2]> {
                        points(chart, name).into_iter().map(|(at, _)| at).collect()
                    };
                    let both = |point: &OperatingPoint| {
                        [point.o, point.f_prime].map(|height| [point.a, height])
                    };
                    let expected: Vec<[f64; 2]> = kept.iter().flat_map(both).collect();
                    assert_eq!(of("operating points"), expected);
                    assert_eq!(chart.hot, Hot::Points(expected.clone()));
                    let marked = kept.iter().filter(|point| point.t == 4);
                    let marked: Vec<[f64; 2]> = marked.flat_map(both).collect();
                    assert_eq!(of("at the cursor"), marked);
                    for (index, at) in expected.iter().enumerate().skip(1).step_by(2) {
                        let said = says(subject, 0, *at).unwrap();
                        let point = &kept[index / 2];
                        assert!(said.starts_with(&format!("t = {}", point.t)), "{said}");
                        let unit = format!(", unit {}\n", index / 2 % hidden + 1);
                        assert_eq!(said.contains(&unit), hidden > 1, "{said}");
                        assert!(said.contains(&in_full(point.a)), "{said}");
                        let is_saturated = point.f_prime.abs() < SATURATED_BELOW;
                        assert_eq!(said.contains("saturated"), is_saturated, "{said}");
                    }
                },
            );
        }
    }

    /// As many series as there are colours, of squares that are one shape each.
    #[test]
    fn many_points_are_few_shapes() {
        let snapshot = moment(0, |e| e.task.length = 600);
        answered(&VIEW, &snapshot, None, |subject| {
            let chart = &charts(&VIEW, subject)[0];
            let is_square = |series: &&Series| matches!(series, Series::Points { marker, .. } if marker.is_square);
            let squares = chart.series.iter().filter(is_square);
            assert_eq!(squares.count(), TIME_SHADES);
            assert_eq!(points(chart, "operating points").len(), 2 * 600);
            assert_eq!(chart.hot, Hot::Nothing);
        });
    }
}
