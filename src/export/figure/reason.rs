//! Band (c): why. One bar per timestep splits the factor into f′ and w_h.

use super::super::{Look, factor_in_words};
use super::area::Area;
use super::band::Band;
use super::drawing::{Layer, Stroke};
use super::frame::Frame;
use super::legend::{Entry, Swatch, header};
use super::ticks::{decades, round_range};
use super::{style, time};
use crate::flow::{Magnitude, StepFlow};
use crate::training::Snapshot;

/// Bars narrower than this stand side by side, and have no mark for the factor.
const SPACED_STEP_WIDTH: f64 = 6.0;

/// Draws the band, whose axis goes upwards over the decades `y`.
pub fn draw(layer: &mut Layer, band: &Band, y: (f64, f64), snapshot: &Snapshot, look: &Look) {
    let (length, steps) = (snapshot.len(), &snapshot.probe.flow.steps);
    let mark = look.mark(length);
    let last = look.just_multiplied(length);
    let sentence = match mark {
        Some(cursor) => factor_in_words(snapshot, look.direction, cursor),
        None => "the factor ∂oₜ/∂oₜ₋₁ of every step, and who made it".to_owned(),
    };
    let spaced = band.step_width(length) > SPACED_STEP_WIDTH;
    let entries = legend(snapshot, spaced);
    let rest = header(layer, band.area, "Reason", &sentence, &entries);
    let area = band.frame_area(rest, snapshot);
    let frame = Frame::new(area, time::range(length), y);
    frame.ground(layer);
    frame.left_axis(layer, &decades(frame.y.0, frame.y.1, area.height()), "");
    bars(layer, &frame, steps);
    frame.level(layer, 0.0, Stroke::new(style::THEORY, 1.0));
    band.cursor(layer, &frame, mark);
    if let Some((t, step)) = last.and_then(|t| Some((t, steps.get(t - 1)?))) {
        just_multiplied(layer, &frame, t, step);
    }
    let factors = (1..)
        .zip(steps)
        .map(|(t, step)| (f64::from(t), step.factor));
    frame.non_finite_marks(layer, factors, style::ERROR);
    if band.axis {
        time::axis(layer, &frame, snapshot);
    }
}

fn legend(snapshot: &Snapshot, spaced: bool) -> Vec<Entry> {
    let (f_prime, w_h) = if snapshot.probe.flow.hidden == 1 {
        ("f′(aₜ)", "wₕ")
    } else {
        ("‖f′⊙gₜ‖/‖gₜ‖", "‖Wₕᵀδₜ‖/‖δₜ‖")
    };
    let mut entries = vec![
        Entry::new(Swatch::Bar, style::F_PRIME, f_prime),
        Entry::new(Swatch::Bar, style::W_H, w_h),
    ];
    if spaced {
        entries.push(Entry::new(Swatch::Line, style::MEASURED, "both"));
    }
    let factors = snapshot.probe.flow.steps.iter().map(|step| step.factor);
    entries.extend(Entry::of_outcomes(factors));
    entries
}

/// The visible decades: every bar, and 1.
pub fn y_range(steps: &[StepFlow]) -> (f64, f64) {
    let extents = steps.iter().map(extent);
    let (low, high) = extents.fold((0.0_f64, 0.0_f64), |(low, high), (below, above)| {
        (low.min(below), high.max(above))
    });
    round_range(low, high, 0.5)
}

/// How far the stacked bars of one step reach below and above 1.
fn extent(step: &StepFlow) -> (f64, f64) {
    let part = |magnitude: Magnitude| magnitude.log10().unwrap_or(0.0);
    let (a, b) = (part(step.f_prime), part(step.w_h));
    (a.min(0.0) + b.min(0.0), a.max(0.0) + b.max(0.0))
}

/// Two stacked bars and a mark per timestep. Where timesteps are narrower than half a point, the one that
/// reaches farthest stands for the others.
fn bars(layer: &mut Layer, frame: &Frame, steps: &[StepFlow]) {
    let step_width = time::step_width(frame);
    let spaced = step_width > SPACED_STEP_WIDTH;
    let gap = if spaced { 0.14 * step_width } else { 0.0 };
    let reach = |t: usize| {
        let (below, above) = extent(&steps[t - 1]);
        above - below
    };
    let (mut w_h, mut f_prime, mut marks) = (Vec::new(), Vec::new(), Vec::new());
    for column in time::columns(frame, steps.len(), reach) {
        let Some(step) = steps.get(column.t - 1) else {
            continue;
        };
        let (left, right) = column.edges(frame);
        let (mut below, mut above) = (0.0, 0.0);
        for (part, areas) in [(step.w_h, &mut w_h), (step.f_prime, &mut f_prime)] {
            let Some(log10) = part.log10() else { continue };
            let base = if log10 < 0.0 { &mut below } else { &mut above };
            let from = [left + gap, frame.place_y(*base)];
            *base += log10;
            areas.push(Area::between(from, [right - gap, frame.place_y(*base)]));
        }
        if let Some(log10) = step.factor.log10().filter(|_| spaced) {
            let height = frame.place_y(log10);
            marks.push([[left + 0.5 * gap, height], [right - 0.5 * gap, height]]);
        }
    }
    layer.bars(w_h, style::W_H);
    layer.bars(f_prime, style::F_PRIME);
    for [from, to] in marks {
        layer.line(from, to, Stroke::new(style::MEASURED, 2.0));
    }
}

/// A frame around the bar that was multiplied in when the cursor came to where it is.
fn just_multiplied(layer: &mut Layer, frame: &Frame, t: usize, step: &StepFlow) {
    let (below, above) = extent(step);
    let half = (0.5 * time::step_width(frame)).max(1.5);
    let x = frame.place_x(t as f64);
    // Around the shape at the foot where there is no bar that says it.
    let (top, bottom) = match step.factor {
        Magnitude::Zero | Magnitude::Undefined => (frame.area.bottom - 12.0, frame.area.bottom),
        _ => (frame.place_y(above), frame.place_y(below)),
    };
    let bar = Area::new(x - 0.8 * half, top, x + 0.8 * half, bottom);
    layer.outline(bar.grown(2.0), Stroke::new(style::HIGHLIGHT, 2.0));
}
