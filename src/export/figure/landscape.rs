//! The landscape over w_h: the loss and its gradient across the slider's range, everything else fixed.

use super::super::View;
use super::absent::absent;
use super::area::Area;
use super::drawing::{Drawing, Layer, Stroke};
use super::frame::{AXIS_NAME, BOTTOM_AXIS, Frame, LEFT_AXIS};
use super::legend::{Entry, Swatch, header};
use super::sheet::{VIEW, sheet};
use super::ticks::{Tick, decades, linear, round_range};
use super::{shapes, style};
use crate::flow::{Landscape, LandscapePoint, Magnitude, significant};
use crate::training::{Finding, Snapshot};

/// A loss that reaches so many times its usual height is drawn in decades.
const UNEVEN: f64 = 1e3;

/// Between the two plots.
const GAP: f64 = 12.0;

/// The figure. `finding` is the answer to [`crate::training::Question::Landscape`].
pub fn drawing(snapshot: &Snapshot, finding: Option<&Finding>) -> Drawing {
    match finding {
        Some(Finding::Landscape(landscape)) => match landscape.points.as_slice() {
            [first, .., last] => of_landscape(snapshot, landscape, (first.w_h, last.w_h)),
            _ => {
                let radius = significant(snapshot.moment.weights.w_h);
                let reason = format!(
                    "the spectral radius of Wₕ is {radius}, so that it has no shape to be scaled"
                );
                absent(View::Landscape, snapshot, &reason)
            }
        },
        _ => absent(View::Landscape, snapshot, "not computed for this moment"),
    }
}

fn of_landscape(snapshot: &Snapshot, landscape: &Landscape, x: (f64, f64)) -> Drawing {
    let name = View::Landscape.name();
    let (mut drawing, area) = sheet(VIEW, name, snapshot, View::Landscape.meaning());
    let layer = &mut drawing.layer;
    let points = &landscape.points;
    let sentence = sentence(snapshot, points);
    let rest = header(layer, area, name, &sentence, &legend(points));
    let room = rest.without(LEFT_AXIS + AXIS_NAME, 6.0, 16.0, BOTTOM_AXIS + AXIS_NAME);
    let middle = room.centre()[1];
    let upper = Area {
        bottom: middle - 0.5 * GAP,
        ..room
    };
    let lower = Area {
        top: middle + 0.5 * GAP,
        ..room
    };
    let ticks = linear(x.0, x.1, room.width(), 60.0);
    loss_plot(layer, upper, snapshot, points, (x, &ticks));
    gradient_plot(layer, lower, snapshot, points, (x, &ticks));
    drawing
}

/// The values today.
fn sentence(snapshot: &Snapshot, points: &[LandscapePoint]) -> String {
    let today = snapshot.moment.weights.w_h;
    let gradient = if snapshot.probe.flow.hidden == 1 {
        Some(snapshot.probe.flow.w_h.magnitude.value())
    } else {
        let point = points.iter().find(|point| point.w_h == today);
        point.map(|point| point.gradient)
    };
    let gradient = gradient.map_or_else(String::new, |gradient| {
        format!(" and ∂L/∂wₕ = {}", significant(gradient))
    });
    let loss = significant(snapshot.probe.loss);
    format!("at wₕ = {} L = {loss}{gradient}", significant(today))
}

fn legend(points: &[LandscapePoint]) -> Vec<Entry> {
    let mut entries = vec![
        Entry::new(Swatch::Line, style::MEASURED, "L of the probe"),
        Entry::new(Swatch::Line, style::W_H, "∂L/∂wₕ above zero"),
        Entry::new(Swatch::Dashed, style::W_H, "below zero"),
        Entry::new(Swatch::Dotted, style::THEORY, "wₕ here"),
    ];
    let values = points.iter().flat_map(|point| [point.loss, point.gradient]);
    entries.extend(Entry::of_outcomes(values.map(Magnitude::new)));
    entries
}

/// How the loss is laid over the height of its plot.
pub struct LossScale {
    /// Whether in decades: the loss of a linear network reaches 10¹⁰⁰ at the end of the slider.
    pub logarithmic: bool,
    /// From where to where, in decades if in decades.
    pub range: (f64, f64),
}

impl LossScale {
    /// With room for every finite loss.
    pub fn of(points: &[LandscapePoint]) -> Self {
        let losses = points.iter().map(|point| point.loss);
        let mut losses: Vec<f64> = losses.filter(|loss| loss.is_finite()).collect();
        losses.sort_by(f64::total_cmp);
        let (low, high) = match losses.as_slice() {
            [] => (0.0, 1.0),
            [low, .., high] => (*low, *high),
            [one] => (*one, *one),
        };
        // By the middle one: a minimum that touches zero must not turn a cliff into decades.
        let middle = losses.get(losses.len() / 2).copied().unwrap_or(1.0);
        let logarithmic = low > 0.0 && high / middle > UNEVEN;
        let range = if logarithmic {
            round_range(low.log10(), high.log10(), 1.0)
        } else {
            round_range(low, high, (1e-6 * high.abs()).max(1e-300))
        };
        Self { logarithmic, range }
    }

    /// The height of a loss: itself, or its log₁₀.
    pub fn height(&self, loss: f64) -> f64 {
        if self.logarithmic { loss.log10() } else { loss }
    }
}

fn loss_plot(
    layer: &mut Layer,
    area: Area,
    snapshot: &Snapshot,
    points: &[LandscapePoint],
    (x, ticks): ((f64, f64), &[Tick]),
) {
    let scale = LossScale::of(points);
    let y = scale.range;
    let frame = Frame::new(area, x, y);
    frame.ground(layer);
    let up = if scale.logarithmic {
        decades(y.0, y.1, area.height())
    } else {
        linear(y.0, y.1, area.height(), 30.0)
    };
    frame.left_axis(layer, &up, "loss L");
    upright_grid(layer, &frame, ticks);
    today(layer, &frame, snapshot);
    let curve = points
        .iter()
        .map(|point| (point.w_h, Some(scale.height(point.loss))));
    frame.curve(layer, curve, Stroke::new(style::MEASURED, 1.8));
    let values = points
        .iter()
        .map(|point| (point.w_h, Magnitude::new(point.loss)));
    // A loss of zero has a place of its own unless the axis is one of decades.
    let values = values.filter(|(_, loss)| scale.logarithmic || *loss != Magnitude::Zero);
    frame.non_finite_marks(layer, values, style::ERROR);
    if points.iter().all(|point| !point.loss.is_finite()) {
        shapes::explain(
            layer,
            area,
            "L is finite nowhere in this range",
            style::ERROR,
        );
    }
    let height = scale.height(snapshot.probe.loss);
    if height.is_finite() && (x.0..=x.1).contains(&snapshot.moment.weights.w_h) {
        let at = frame.place(snapshot.moment.weights.w_h, height.clamp(y.0, y.1));
        let edge = Stroke::new(style::CURSOR, 1.4);
        layer.circle(at, 5.0, Some(style::W_H), Some(edge));
    }
}

fn gradient_plot(
    layer: &mut Layer,
    area: Area,
    snapshot: &Snapshot,
    points: &[LandscapePoint],
    (x, ticks): ((f64, f64), &[Tick]),
) {
    let value = |point: &LandscapePoint| Magnitude::new(point.gradient).log10();
    let mut values: Vec<f64> = points.iter().filter_map(value).collect();
    values.sort_by(f64::total_cmp);
    let y = match values.as_slice() {
        [] => (-1.0, 1.0),
        // Where the gradient changes its sign it dips to zero, as far as nobody needs to see.
        [.., high] => round_range(values[values.len() / 20], *high, 1.0),
    };
    let frame = Frame::new(area, x, y);
    frame.ground(layer);
    frame.left_axis(layer, &decades(y.0, y.1, area.height()), "|∂L/∂wₕ|");
    let name = if snapshot.probe.flow.hidden == 1 {
        "wₕ"
    } else {
        "wₕ, the spectral radius that Wₕ is scaled to"
    };
    frame.bottom_axis(layer, ticks, name, true);
    today(layer, &frame, snapshot);
    let solid = Stroke::new(style::W_H, 1.8);
    for (negative, stroke) in [(false, solid), (true, solid.dashed(5.0, 3.0))] {
        let curve = points.iter().map(|point| {
            let shown = (point.gradient < 0.0) == negative;
            (point.w_h, value(point).filter(|_| shown))
        });
        frame.curve(layer, curve, stroke);
    }
    let values = points
        .iter()
        .map(|point| (point.w_h, Magnitude::new(point.gradient)));
    frame.non_finite_marks(layer, values, style::ERROR);
    if points.iter().all(|point| value(point).is_none()) {
        let text = format!("∂L/∂wₕ is {} throughout", significant(points[0].gradient));
        shapes::explain(layer, area, &text, style::ERROR);
    }
}

/// Lines at `ticks` that are labelled in the plot below.
fn upright_grid(layer: &mut Layer, frame: &Frame, ticks: &[Tick]) {
    for tick in ticks {
        frame.upright(layer, tick.value, Stroke::new(style::GRID, 0.8));
    }
}

/// The line of today's w_h.
fn today(layer: &mut Layer, frame: &Frame, snapshot: &Snapshot) {
    let stroke = Stroke::new(style::THEORY, 1.2).dashed(1.5, 3.0);
    frame.upright(layer, snapshot.moment.weights.w_h, stroke);
}
