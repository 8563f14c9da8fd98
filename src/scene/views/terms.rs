//! The terms of ∂L/∂w_h and ∂L/∂w_i, and their sums: a healthy sum whose long-range terms are dead.

use super::kit::*;
use crate::flow::{Pulls, Term, WeightGradient};

/// How far yours stand beside the right ones, in timesteps.
const BESIDE: f64 = 0.3;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Terms",
    slug: "terms",
    meaning: "The gradients of the recurrent and the input weights as sums of one term per timestep",
    concept: Concept::Term,
    spoken: "Terms of the gradient",
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    draws_both: true,
    ..Definition::EMPTY
};

/// Decades below the larger sum that are shown at most: terms below contribute nothing that a float64
/// could hold beside it, so the axis ends there and they lie on its floor.
const DEEPEST: f64 = 18.0;

/// Terms are marks where one timestep is at least this wide, otherwise a line.
const MARKED_STEP_WIDTH: f64 = 5.0;

/// One of the two sums.
struct Sum<'a> {
    name: &'static str,
    symbol: &'static str,
    term_symbol: &'static str,
    term: fn(&StepFlow) -> Term,
    steps: &'a [StepFlow],
    /// The terms that somebody else has computed, or none.
    yours: &'a [Magnitude],
    total: WeightGradient,
    colour: fn(&Colours) -> Colour,
    /// Its terms are squares.
    is_square: bool,
    /// The dashes of the line of the sum, and what they are in the legend.
    dash: ([f64; 2], Swatch),
    /// How far its shapes for what is not finite are moved inwards, so that those of both are seen.
    inwards: f64,
}

fn sums<'a>(subject: &Subject<'a>) -> [Sum<'a>; 2] {
    let flow = &subject.snapshot.probe.flow;
    // The norm of a product of two vectors is the product of their norms.
    let pick = |number, norm| subject.by_width(number, norm);
    [
        Sum {
            name: "terms of w_h",
            symbol: flow.w_h_symbol(),
            term_symbol: subject.by_network(
                pick("δₜ·oₜ₋₁", "‖δₜ‖·‖oₜ₋₁‖"),
                pick("δₜ·hₜ₋₁", "‖δₜ‖·‖hₜ₋₁‖"),
            ),
            term: |step| step.term_w_h,
            steps: &flow.steps,
            yours: subject.yours.map_or(&[], |yours| &yours.w_h),
            total: flow.w_h,
            colour: |colours| colours.w_h,
            is_square: false,
            dash: ([9.0, 5.0], Swatch::Dashed),
            inwards: 0.0,
        },
        Sum {
            name: "terms of w_i",
            symbol: flow.w_i_symbol(),
            term_symbol: pick("δₜ·xₜ", "‖δₜ‖·‖xₜ‖"),
            term: |step| step.term_w_i,
            steps: &flow.steps,
            yours: subject.yours.map_or(&[], |yours| &yours.w_i),
            total: flow.w_i,
            colour: |colours| colours.w_i,
            is_square: true,
            dash: ([1.5, 3.0], Swatch::Dotted),
            inwards: 11.0,
        },
    ]
}

impl Sum<'_> {
    fn value(&self, t: usize) -> Option<Magnitude> {
        let step = self.steps.get(t.checked_sub(1)?)?;
        Some((self.term)(step).magnitude)
    }

    /// Yours of 1-based `t`.
    fn yours(&self, t: usize) -> Option<Magnitude> {
        self.yours.get(t.checked_sub(1)?).copied()
    }

    /// Time and value of every term of yours in sight.
    fn values_of_yours(&self, span: &TimeSpan) -> impl Iterator<Item = (f64, Magnitude)> + Clone {
        span.values(|t| self.yours(t))
    }

    /// What the terms are of all the pull.
    fn pulls(&self) -> Option<Pulls> {
        Pulls::of(self.steps.iter().map(self.term), self.total)
    }

    /// Time and value of every term in sight.
    fn values(&self, span: &TimeSpan) -> impl Iterator<Item = (f64, Magnitude)> + Clone {
        span.values(|t| self.value(t))
    }
}

/// What is in sight of both sums.
struct Shown<'a> {
    sums: [Sum<'a>; 2],
    /// log₁₀ of the terms of the moment beside this one, over the time of this one.
    ghosts: [Vec<(f64, Option<f64>)>; 2],
    span: TimeSpan,
    y: (f64, f64),
    /// Terms below it are marked at the foot.
    floor: f64,
    is_marked: bool,
}

impl<'a> Shown<'a> {
    fn new(subject: &Subject<'a>, canvas: &Canvas) -> Self {
        let span = span(subject, canvas);
        let sums = sums(subject);
        let ghosts = std::array::from_fn(|index| {
            subject.ghost_curve(&span, Direction::ToEnd, |ghost, t| {
                let sums = self::sums(ghost);
                sums[index].value(t)?.log10()
            })
        });
        let y = y_range(&sums, &ghosts, &span);
        Self {
            sums,
            ghosts,
            span,
            y,
            floor: y.0 + 0.04 * (y.1 - y.0),
            is_marked: span.step_width() >= MARKED_STEP_WIDTH,
        }
    }

    fn values(&self) -> impl Iterator<Item = Magnitude> {
        let sums = self.sums.iter();
        sums.flat_map(|sum| {
            let all = sum
                .values(&self.span)
                .chain(sum.values_of_yours(&self.span));
            all.map(|(_, value)| value)
        })
    }

    fn has_yours(&self) -> bool {
        self.sums.iter().any(|sum| !sum.yours.is_empty())
    }

    fn is_below(&self, term: Magnitude) -> bool {
        term.log10().is_some_and(|log10| log10 < self.floor)
    }
}

fn y_range(
    sums: &[Sum<'_>; 2],
    ghosts: &[Vec<(f64, Option<f64>)>; 2],
    span: &TimeSpan,
) -> (f64, f64) {
    let ghosts = ghosts.iter().flatten().filter_map(|(_, value)| *value);
    let terms = sums
        .iter()
        .flat_map(|sum| sum.values(span).chain(sum.values_of_yours(span)));
    let totals = sums.iter().map(|sum| sum.total.magnitude);
    let values = terms.map(|(_, value)| value).chain(totals);
    match ends(values.filter_map(Magnitude::log10).chain(ghosts)) {
        Some((low, high)) => round_range(low.max(high - DEEPEST), high, 2.0),
        None => (-2.0, 1.0),
    }
}

fn header(subject: &Subject<'_>, canvas: &Canvas) -> Header {
    let flow = &subject.snapshot.probe.flow;
    let balance = balance(subject);
    let [w_h, _] = sums(subject).map(|sum| sum.symbol);
    let (mut short, mut meaning) = (Vec::new(), Vec::new());
    if let Some(count) = flow.steps_that_count {
        short.push(format!("last {count} of {} steps count", subject.len()));
        meaning.push(format!(
            "So many of the last steps make up {w_h} to within a tenth. What lies before them teaches the network nothing, however healthy the sum looks"
        ));
    }
    if let Some(balance) = balance.clone() {
        short.push(balance);
        meaning.push(format!(
            "The terms of {w_h} pull both ways, and take away from each other: the sum may be far smaller than its largest term"
        ));
    }
    Header {
        name: VIEW.name,
        sentence: sentence(subject, balance),
        short: Some(short.join("; ")).filter(|short| !short.is_empty()),
        meaning: meaning.join("\n"),
        legend: {
            let mut legend = legend(&Shown::new(subject, canvas), canvas);
            legend.extend(ghost_entry(subject, canvas));
            legend
        },
        key: None,
    }
}

/// What pulls which way on ∂L/∂w_h, where both ways are.
fn balance(subject: &Subject<'_>) -> Option<String> {
    Pulls::of_w_h(&subject.snapshot.probe.flow)?.balance_in_words()
}

fn sentence(subject: &Subject<'_>, balance: Option<String>) -> String {
    let flow = &subject.snapshot.probe.flow;
    let sums = sums(subject);
    let (symbol, of) = (sums[0].symbol, thousands(subject.len() as u64));
    let mut text = match flow.steps_that_count {
        Some(1) => format!("the last of {of} steps alone makes up {symbol} to within a tenth"),
        Some(count) => format!(
            "the last {} of {of} steps make up {symbol} to within a tenth",
            thousands(count as u64)
        ),
        None => format!("{symbol} is {}", sums[0].total.magnitude),
    };
    if let Some(balance) = balance {
        text += &format!("; {balance}");
    }
    if let Some(t) = subject.mark()
        && let [Some(w_h), Some(w_i)] = sums.map(|sum| sum.value(t))
    {
        text += &format!("; the terms of t = {t} are {w_h} and {w_i}", t = counted(t));
        let yours = self::sums(subject).map(|sum| sum.yours(t));
        let yours: Vec<String> = yours.iter().flatten().map(Magnitude::to_string).collect();
        if !yours.is_empty() {
            text += &format!(", yours {}", yours.join(" and "));
        }
    }
    text
}

fn legend(shown: &Shown<'_>, canvas: &Canvas) -> Vec<Entry> {
    let colours = canvas.colours();
    let mut entries = Vec::new();
    for sum in &shown.sums {
        let colour = (sum.colour)(colours);
        let swatch = match (shown.is_marked, sum.is_square) {
            (false, _) => Swatch::Line,
            (true, false) => Swatch::Point,
            (true, true) => Swatch::Square,
        };
        let term = Entry::new(swatch, colour, sum.term_symbol);
        entries.push(
            term.meaning("The terms, one for every timestep")
                .about(Concept::Term),
        );
        // A norm is not called a sum.
        let (text, meaning) = if sum.total.is_number {
            (
                format!("their sum {}", sum.symbol),
                "The line is their sum, the gradient itself",
            )
        } else {
            (
                format!("{}, the norm of their sum", sum.symbol),
                "The line is the norm of their sum, a matrix with a number for each weight",
            )
        };
        let total = Entry::new(sum.dash.1, colour, text).short(sum.symbol);
        entries.push(total.meaning(meaning).about(Concept::Gradient));
    }
    if shown.has_yours() {
        let swatch = if shown.is_marked {
            Swatch::Point
        } else {
            Swatch::Line
        };
        let yours = Entry::new(swatch, colours.error, "yours, beside the right ones");
        entries.push(yours.short("yours").meaning(
            "The terms of the gradient that you have compared: those that you gave, or those that come of the mistake it was found to have",
        ));
    }
    if shown.is_marked && shown.values().any(is_hollow) {
        let ring = Entry::new(Swatch::Ring, colours.measured, "hollow: below zero");
        entries.push(
            ring.short("below zero")
                .meaning("Hollow marks are negative terms"),
        );
    }
    if shown.values().any(|term| shown.is_below(term)) {
        let text = "arrows at the foot: below the axis";
        let arrows = Entry::new(Swatch::Minus, colours.theory, text).short("arrows: below");
        entries.push(arrows.meaning(
            "An arrow at the foot is a term below the axis, too small for a float64 to hold beside the largest",
        ));
    }
    // In the colour of neither sum.
    entries.extend(Entry::of_outcomes(shown.values(), colours.theory));
    entries
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let shown = Shown::new(subject, canvas);
    let (span, y) = (&shown.span, shown.y);
    let room = room.without(0.0, 4.0, 0.0, 0.0);
    let colours = canvas.colours();
    let mut series = Vec::from_iter(cursor(subject, canvas));
    for (sum, ghost) in shown.sums.iter().zip(&shown.ghosts) {
        if !ghost.is_empty() {
            let in_sight = |value: f64| (value >= shown.floor).then_some(value);
            let curve = ghost
                .iter()
                .map(|&(t, value)| (t, value.and_then(in_sight)));
            let stroke = ghost_stroke(subject, canvas, Some((sum.colour)(colours)));
            series.push(Series::line("frozen", curve, stroke));
        }
    }
    for sum in &shown.sums {
        series.extend(of_sum(sum, &shown, canvas));
        series.extend(of_yours(sum, &shown, canvas));
    }
    let [w_h, w_i] = &shown.sums;
    let nothing = [w_h, w_i].map(|sum| format!("{} is {}", sum.symbol, sum.total.magnitude));
    let nothing = nothing.join(", ");
    let is_nothing = [w_h, w_i].map(|sum| sum.total.magnitude.log10()) == [None; 2];
    let chart = span.chart(VIEW.slug, subject.snapshot, canvas, room, y);
    let chart = Chart {
        series,
        left: chart.left.named("term of step t"),
        remark: is_nothing.then(|| Remark::new(nothing, colours.error)),
        ..chart
    };
    Picture::of(chart, description(subject))
}

/// Its line, its terms, shapes for those that are exactly zero or not finite, and arrows for those below the axis.
fn of_sum(sum: &Sum<'_>, shown: &Shown<'_>, canvas: &Canvas) -> Vec<Series> {
    let (name, span, colour) = (sum.name, &shown.span, (sum.colour)(canvas.colours()));
    let [dash, gap] = sum.dash.0;
    let stroke = Stroke::new(colour, 1.6).dashed(dash, gap);
    let level = sum.total.magnitude.log10();
    let mut series = Vec::from_iter(level.map(|y| Series::level(y, stroke)));
    let terms = || sum.values(span);
    if shown.is_marked {
        let marker = if sum.is_square {
            Marker::disc(3.25, colour).square()
        } else {
            Marker::disc(3.8, colour)
        };
        let marker = marker.edged(Stroke::new(colour, 1.4));
        let in_sight = terms().filter(|(_, term)| !shown.is_below(*term));
        series.extend(signed_points([name; 2], in_sight, marker, canvas));
    } else {
        let in_sight = |t: usize| sum.value(t).filter(|term| !shown.is_below(*term));
        let points = span.curve(|t| in_sight(t).and_then(Magnitude::log10));
        series.push(Series::line(name, points, Stroke::new(colour, 1.2)));
    }
    series.push(Series::not_finite(terms(), colour, sum.inwards));
    let below = terms().filter(|(_, term)| shown.is_below(*term));
    series.push(Series::Below {
        xs: below.map(|(t, _)| t).collect(),
        colour,
        inwards: sum.inwards,
    });
    series
}

/// Yours in the same shapes, each a little to the right of the right one.
fn of_yours(sum: &Sum<'_>, shown: &Shown<'_>, canvas: &Canvas) -> Vec<Series> {
    if sum.yours.is_empty() {
        return Vec::new();
    }
    let (span, colour) = (&shown.span, canvas.colours().error);
    let beside = |(t, value): (f64, Magnitude)| (t + BESIDE, value);
    let terms = || sum.values_of_yours(span).map(beside);
    let in_sight = terms().filter(|(_, term)| !shown.is_below(*term));
    let mut series = if shown.is_marked {
        let marker = Marker::disc(2.8, colour).edged(Stroke::new(colour, 1.4));
        let marker = if sum.is_square {
            marker.square()
        } else {
            marker
        };
        Vec::from(signed_points(["yours"; 2], in_sight, marker, canvas))
    } else {
        let yours = |t: usize| sum.yours(t).filter(|term| !shown.is_below(*term));
        let points = span.curve(|t| yours(t).and_then(Magnitude::log10));
        let [dash, gap] = sum.dash.0;
        let stroke = Stroke::new(colour, 1.2).dashed(dash, gap);
        vec![Series::line("yours", points, stroke)]
    };
    let inwards = sum.inwards + 5.0;
    series.push(Series::not_finite(terms(), colour, inwards));
    let below = terms().filter(|(_, term)| shown.is_below(*term));
    series.push(Series::Below {
        xs: below.map(|(t, _)| t).collect(),
        colour,
        inwards,
    });
    series
}

fn description(subject: &Subject<'_>) -> String {
    let cursor = subject.timestep();
    let parts = sums(subject).map(|sum| {
        let total = format!("{} is {}", sum.symbol, sum.total.magnitude);
        let yours = sum
            .yours(cursor)
            .map_or_else(String::new, |yours| format!(", and yours {yours}"));
        sum.value(cursor).map_or(total.clone(), |term| {
            format!(
                "{total}, its term at step {cursor} is {term}{yours}",
                cursor = counted(cursor)
            )
        })
    });
    parts.join("; ")
}

fn says(subject: &Subject<'_>, _: usize, [t, _]: [f64; 2]) -> Option<String> {
    let t = t as usize;
    let step = subject.step(t)?;
    let mut text = timestep_in_words(subject.snapshot, t);
    for sum in sums(subject) {
        let term = (sum.term)(step);
        text += &format!(
            "\n{} = {}: the term of this step",
            sum.term_symbol,
            magnitude_in_full(term.magnitude)
        );
        if let Some(pulls) = sum.pulls() {
            text += &format!(" of {}, {}", sum.symbol, pulls.share_in_words(t));
        }
        if let Some(yours) = sum.yours(t) {
            text += &format!("\nyours: {}", magnitude_in_full(yours));
        }
    }
    Some(text)
}

/// A row per timestep, and two for what they add up to.
///
/// | column | what it is |
/// | --- | --- |
/// | `part` | `term`; in the two last rows, which have no timestep, `sum` and `norm` |
/// | `term_w_h` | δ_t o_{t−1}ᵀ, a term of ∂L/∂W_h; its Frobenius norm for H > 1 |
/// | `share_w_h` | ⟨term, ∂L/∂W_h⟩ / ‖∂L/∂W_h‖², which part of the sum it is: all together are 1, one is below 0 if its term pulls against the sum, and above 1 if others pull back; NaN if the sum is zero or not finite |
/// | `term_w_i`, `share_w_i` | the same of δ_t x_tᵀ, a term of ∂L/∂W_i |
/// | `yours_w_h`, `yours_w_i` | the terms of a gradient of somebody else's, where one was compared |
///
/// The row `sum` has what the numbers above it add up to, where the gradient is a single number; where it has
/// several (H > 1, or a weight for each word or input), it is empty, because they are not parts of one number.
/// The row `norm` has the Frobenius norm of the gradient.
fn table(subject: &Subject<'_>) -> Table {
    let n = subject.len();
    let parts = (0..n).map(|_| "term").chain(["sum", "norm"]);
    let times = (1..=n).map(Some).chain([None, None]);
    let [w_h, w_i] = sums(subject);
    let shares = |sum: &Sum<'_>| -> Vec<f64> {
        sum.steps
            .iter()
            .map(|step| (sum.term)(step).share)
            .collect()
    };
    let table = Table::default()
        .texts("part", parts)
        .timesteps(subject.snapshot, times)
        .magnitudes("term_w_h", magnitudes(&w_h))
        .numbers("share_w_h", shares(&w_h))
        .magnitudes("term_w_i", magnitudes(&w_i))
        .numbers("share_w_i", shares(&w_i));
    let yours = [("yours_w_h", &w_h), ("yours_w_i", &w_i)];
    let yours = yours.into_iter().filter(|(_, sum)| !sum.yours.is_empty());
    yours.fold(table, |table, (name, sum)| {
        let terms = sum.yours.iter().copied().map(Some);
        table.magnitudes(name, terms.chain([None; 2]))
    })
}

fn magnitudes(sum: &Sum<'_>) -> impl Iterator<Item = Option<Magnitude>> {
    let total = sum.total;
    let together = total.is_number.then_some(total.magnitude);
    let ends = [together, Some(total.magnitude.size())];
    let term = |step| Some((sum.term)(step).magnitude);
    sum.steps.iter().map(term).chain(ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::GivenTerms;
    use crate::scene::testing::{answered, charts, marks, moment, page, points};

    /// As a mark, as an arrow where it is below the axis, or as the shape of an outcome: each of them explained.
    #[test]
    fn every_term_is_somewhere() {
        for (w_h, hidden) in [(0.9, 1), (-0.9, 1), (0.05, 1), (0.0, 1), (0.9, 3)] {
            let snapshot = moment(3, |e| {
                e.task.length = 30;
                e.network.w_h = w_h;
                e.network.hidden = hidden;
            });
            answered(&VIEW, &snapshot, None, |subject| {
                let chart = &charts(&VIEW, subject)[0];
                let arrows = chart.series.iter().map(|series| match series {
                    Series::Below { xs, .. } => xs.len(),
                    _ => 0,
                });
                let arrows = arrows.sum::<usize>();
                let (points, zeros) = (points(chart, ""), marks(chart).len());
                assert_eq!(points.len() + zeros + arrows, 2 * snapshot.len(), "{w_h}");
                let ground = Some(page().colours().ground);
                for ([t, height], marker) in &points {
                    let step = subject.step(*t as usize).unwrap();
                    let term = if marker.is_square {
                        step.term_w_i
                    } else {
                        step.term_w_h
                    };
                    assert_eq!(Some(*height), term.magnitude.log10());
                    assert_eq!(marker.fill == ground, term.magnitude.is_negative());
                }
                let legend = header(subject, &page()).legend;
                let has = |start: &str| legend.iter().any(|entry| entry.text.starts_with(start));
                assert_eq!(has("arrows"), arrows > 0, "{w_h}");
                assert_eq!(has("exactly 0"), zeros > 0, "{w_h}");
                let is_hollow = points.iter().any(|(_, marker)| marker.fill == ground);
                assert_eq!(has("hollow"), is_hollow, "{w_h}");
                let said = says(subject, 0, [30.0, 0.0]).unwrap();
                let symbol = subject.by_width("∂L/∂wₕ", "‖∂L/∂Wₕ‖");
                let share = Pulls::of_w_h(&snapshot.probe.flow).map(|it| it.share_in_words(30));
                let share = share.map(|share| format!("of {symbol}, {share}\n"));
                assert_eq!(share.is_some(), w_h != 0.0 || hidden == 1, "{w_h}");
                assert!(said.contains(&share.unwrap_or_default()), "{said}");
            });
        }
    }

    /// Each beside the right one, of its own colour, and explained; in words and in the table, too.
    #[test]
    fn a_gradient_of_somebody_elses_stands_beside_the_right_one() {
        let snapshot = moment(0, |e| {
            e.task.length = 10;
            e.network.w_h = 0.9;
        });
        let steps = &snapshot.probe.flow.steps;
        let cut = |t: usize, term: Term| match t {
            0..7 => Magnitude::Zero,
            _ => term.magnitude,
        };
        let steps = || steps.iter().enumerate();
        let yours = GivenTerms {
            w_h: steps().map(|(t, step)| cut(t, step.term_w_h)).collect(),
            w_i: Vec::new(),
        };
        answered(&VIEW, &snapshot, None, |subject| {
            let subject = &Subject {
                yours: Some(&yours),
                ..*subject
            };
            let chart = &charts(&VIEW, subject)[0];
            let shown = points(chart, "yours");
            assert_eq!(shown.len(), 3);
            for ([x, height], _) in shown {
                let step = subject.step((x - BESIDE).round() as usize).unwrap();
                assert_eq!(Some(height), step.term_w_h.magnitude.log10());
            }
            let legend = header(subject, &page()).legend;
            let is_explained = |entry: &Entry| entry.text.starts_with("yours");
            assert!(legend.iter().any(is_explained));
            assert!(says(subject, 0, [3.0, 0.0]).unwrap().contains("yours: 0"));
            assert!(description(subject).contains("and yours"));
            let has_column = |name: &String| name.starts_with("yours_w_h");
            assert!(table(subject).names().iter().any(has_column));
        });
        answered(&VIEW, &snapshot, None, |subject| {
            assert!(
                !table(subject)
                    .names()
                    .iter()
                    .any(|name| name.starts_with("yours"))
            );
        });
    }
}
