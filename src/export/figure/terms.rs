//! The terms of ∂L/∂w_h and ∂L/∂w_i, timestep by timestep, and their sums: a healthy sum whose long-range
//! terms are dead.

use super::super::{Look, View};
use super::area::{Area, Point};
use super::band::Band;
use super::drawing::{Colour, Drawing, Layer, Stroke};
use super::frame::Frame;
use super::legend::{Entry, Swatch, header};
use super::sheet::{VIEW, sheet};
use super::ticks::{decades, round_range};
use super::{shapes, style, time};
use crate::flow::{Magnitude, StepFlow, WeightGradient, against_in_words, thousands};
use crate::training::Snapshot;

/// Decades below the larger sum that are shown at most: terms below contribute nothing that a float64
/// could hold beside it, so the axis ends there and they lie on its floor.
const DEEPEST: f64 = 18.0;

/// Terms are marks where one timestep is at least this wide, otherwise a line.
const MARKED_STEP_WIDTH: f64 = 5.0;

/// Arrows nearer than this to each other cannot be told apart.
const ARROW_ROOM: f64 = 6.0;

/// Room on the right of the frame.
const RIGHT: f64 = 12.0;

/// One of the two sums.
struct Sum {
    symbol: &'static str,
    term_symbol: &'static str,
    term: fn(&StepFlow) -> Magnitude,
    total: WeightGradient,
    colour: Colour,
    swatch: Swatch,
    /// The dashes of the line of the sum, and what they are in the legend.
    dash: ([f64; 2], Swatch),
    /// How far its shapes for what is not finite are moved inwards, so that those of both are seen.
    inwards: f64,
}

fn sums(snapshot: &Snapshot) -> [Sum; 2] {
    let flow = &snapshot.probe.flow;
    // The norm of a product of two vectors is the product of their norms.
    let pick = |number, norm| if flow.hidden == 1 { number } else { norm };
    [
        Sum {
            symbol: flow.w_h_symbol(),
            term_symbol: pick("δₜ·oₜ₋₁", "‖δₜ‖·‖oₜ₋₁‖"),
            term: |step| step.term_w_h.magnitude,
            total: flow.w_h,
            colour: style::W_H,
            swatch: Swatch::Point,
            dash: ([9.0, 5.0], Swatch::Dashed),
            inwards: 0.0,
        },
        Sum {
            symbol: flow.w_i_symbol(),
            term_symbol: pick("δₜ·xₜ", "‖δₜ‖·‖xₜ‖"),
            term: |step| step.term_w_i.magnitude,
            total: flow.w_i,
            colour: style::W_I,
            swatch: Swatch::Square,
            dash: ([1.5, 3.0], Swatch::Dotted),
            inwards: 11.0,
        },
    ]
}

/// The figure.
pub fn drawing(snapshot: &Snapshot, look: &Look) -> Drawing {
    let name = View::Terms.name();
    let (mut drawing, area) = sheet(VIEW, name, snapshot, View::Terms.meaning());
    let (layer, steps) = (&mut drawing.layer, &snapshot.probe.flow.steps);
    let sums = sums(snapshot);
    let band = Band {
        area,
        right: RIGHT,
        axis: true,
    };
    let y = y_range(steps, &sums);
    // Terms too small for the axis are marked at its foot.
    let floor = y.0 + 0.04 * (y.1 - y.0);
    let marked = band.step_width(snapshot.len()) >= MARKED_STEP_WIDTH;
    let mark = look.mark(snapshot.len());
    let entries = legend(steps, &sums, floor, marked);
    let rest = header(
        layer,
        area,
        name,
        &sentence(snapshot, &sums, mark),
        &entries,
    );
    let frame = Frame::new(
        band.frame_area(rest.without(0.0, 4.0, 0.0, 0.0), snapshot),
        time::range(snapshot.len()),
        y,
    );
    frame.ground(layer);
    frame.left_axis(layer, &decades(y.0, y.1, frame.area.height()), "");
    band.cursor(layer, &frame, mark);
    for sum in &sums {
        if let Some(total) = sum.total.magnitude.log10() {
            let [dash, gap] = sum.dash.0;
            let stroke = Stroke::new(sum.colour, 1.6).dashed(dash, gap);
            frame.level(layer, total, stroke);
        }
        if marked {
            marks(layer, &frame, steps, sum, floor);
        } else {
            curve(layer, &frame, steps, sum, floor);
        }
        at_the_edges(layer, &frame, steps, sum, floor);
    }
    if sums.iter().all(|sum| sum.total.magnitude.log10().is_none()) {
        let text = format!(
            "{} is {}, {} is {}",
            sums[0].symbol, sums[0].total.magnitude, sums[1].symbol, sums[1].total.magnitude
        );
        shapes::explain(layer, frame.area, &text, style::ERROR);
    }
    time::axis(layer, &frame, snapshot);
    drawing
}

fn sentence(snapshot: &Snapshot, sums: &[Sum; 2], mark: Option<usize>) -> String {
    let n = snapshot.len();
    let of = thousands(n as u64);
    let mut text = match snapshot.probe.flow.steps_that_count {
        Some(1) => format!(
            "the last of {of} steps alone makes up {} to within a tenth",
            sums[0].symbol
        ),
        Some(count) => format!(
            "the last {} of {of} steps make up {} to within a tenth",
            thousands(count as u64),
            sums[0].symbol
        ),
        None => format!("{} is {}", sums[0].symbol, sums[0].total.magnitude),
    };
    if let Some(against) = against_in_words(&snapshot.probe.flow) {
        text += &format!("; {against}");
    }
    if let Some(t) = mark
        && let Some(step) = snapshot.probe.flow.steps.get(t - 1)
    {
        let [w_h, w_i] = [&sums[0], &sums[1]].map(|sum| (sum.term)(step));
        text += &format!("; the terms of t = {t} are {w_h} and {w_i}");
    }
    text
}

fn legend(steps: &[StepFlow], sums: &[Sum; 2], floor: f64, marked: bool) -> Vec<Entry> {
    let mut entries: Vec<Entry> = sums
        .iter()
        .flat_map(|sum| {
            let swatch = if marked { sum.swatch } else { Swatch::Line };
            let term = Entry::new(swatch, sum.colour, sum.term_symbol);
            let total = Entry::new(sum.dash.1, sum.colour, sum_entry(sum));
            [term, total]
        })
        .collect();
    let terms = || {
        sums.iter()
            .flat_map(|sum| steps.iter().map(|step| (sum.term)(step)))
    };
    if marked && terms().any(|term| term.is_negative() && term.log10().is_some()) {
        entries.push(Entry::new(
            Swatch::Ring,
            style::MEASURED,
            "hollow: below zero",
        ));
    }
    if terms().any(|term| is_below(term, floor)) {
        entries.push(Entry::new(
            Swatch::Minus,
            style::THEORY,
            "arrows at the foot: below the axis",
        ));
    }
    // In the colour of neither sum.
    entries.extend(Entry::of_outcomes(terms()).into_iter().map(|entry| Entry {
        colour: style::THEORY,
        ..entry
    }));
    entries
}

/// What the line across is: a norm is not called a sum.
fn sum_entry(sum: &Sum) -> String {
    if sum.total.is_number {
        format!("their sum {}", sum.symbol)
    } else {
        format!("{}, the norm of their sum", sum.symbol)
    }
}

fn is_below(term: Magnitude, floor: f64) -> bool {
    term.log10().is_some_and(|log10| log10 < floor)
}

fn marks(layer: &mut Layer, frame: &Frame, steps: &[StepFlow], sum: &Sum, floor: f64) {
    for (t, step) in (1..).zip(steps) {
        let term = (sum.term)(step);
        let Some(log10) = term.log10().filter(|&log10| log10 >= floor) else {
            continue;
        };
        let fill = if term.is_negative() {
            style::BACKGROUND
        } else {
            sum.colour
        };
        let edge = Some(Stroke::new(sum.colour, 1.4));
        let at = frame.place(f64::from(t), log10);
        if sum.swatch == Swatch::Square {
            layer.rect(Area::around(at, 6.5, 6.5), Some(fill), edge, 0.0);
        } else {
            layer.circle(at, 3.8, Some(fill), edge);
        }
    }
}

fn curve(layer: &mut Layer, frame: &Frame, steps: &[StepFlow], sum: &Sum, floor: f64) {
    let value = |t: usize| {
        let term = steps.get(t - 1).map(sum.term);
        term.and_then(Magnitude::log10)
            .filter(|&log10| log10 >= floor)
    };
    let timesteps = time::curve_timesteps(frame, steps.len(), value);
    let points = timesteps.iter().map(|&t| (t as f64, value(t)));
    frame.curve(layer, points, Stroke::new(sum.colour, 1.2));
}

/// Shapes for terms that are exactly zero or not finite, and arrows for those that are below the axis.
fn at_the_edges(layer: &mut Layer, frame: &Frame, steps: &[StepFlow], sum: &Sum, floor: f64) {
    let terms = || {
        (1..)
            .zip(steps)
            .map(|(t, step)| (f64::from(t), (sum.term)(step)))
    };
    let inner = Frame {
        area: frame.area.without(0.0, sum.inwards, 0.0, sum.inwards),
        ..*frame
    };
    inner.non_finite_marks(layer, terms(), sum.colour);
    let mut last = f64::NEG_INFINITY;
    for (t, term) in terms() {
        let x = frame.place_x(t);
        if is_below(term, floor) && x - last >= ARROW_ROOM {
            last = x;
            down_arrow(layer, [x, inner.area.bottom - 2.0], sum.colour);
        }
    }
}

/// An arrow whose tip is at `foot`.
fn down_arrow(layer: &mut Layer, [x, y]: Point, colour: Colour) {
    let stroke = Stroke::new(colour, 1.2);
    layer.line([x, y - 8.0], [x, y], stroke);
    layer.polyline(vec![[x - 2.5, y - 3.5], [x, y], [x + 2.5, y - 3.5]], stroke);
}

fn y_range(steps: &[StepFlow], sums: &[Sum; 2]) -> (f64, f64) {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for sum in sums {
        let terms = steps.iter().map(sum.term);
        for log10 in terms
            .chain([sum.total.magnitude])
            .filter_map(Magnitude::log10)
        {
            low = low.min(log10);
            high = high.max(log10);
        }
    }
    if low > high {
        return (-2.0, 1.0);
    }
    round_range(low.max(high - DEEPEST), high, 2.0)
}
