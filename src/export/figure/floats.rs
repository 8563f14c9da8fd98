//! Float glasses: the backward pass as narrower floating-point formats carry it, beside the exact one.

use super::super::{Look, View};
use super::absent::absent;
use super::band::Band;
use super::drawing::{Colour, Drawing, Layer, Stroke};
use super::frame::Frame;
use super::legend::{Entry, Swatch, header};
use super::sheet::{VIEW, sheet};
use super::ticks::{decades, round_range};
use super::{shapes, style, time};
use crate::flow::{FloatFormat, Magnitude, RoundedFlow};
use crate::training::{Finding, Snapshot};

/// Room on the right of the frame.
const RIGHT: f64 = 12.0;

/// How the curve of a format is drawn: each is seen beside and upon the others without colour too.
struct Style {
    colour: Colour,
    swatch: Swatch,
    stroke: Stroke,
    /// How far its shapes for what is not finite are moved inwards, so that those of all are seen.
    inwards: f64,
}

fn style_of(format: FloatFormat) -> Style {
    let (colour, swatch, inwards) = match format {
        FloatFormat::Float16 => (style::W_H, Swatch::Dashed, 0.0),
        FloatFormat::Bfloat16 => (style::W_I, Swatch::Dotted, 11.0),
        FloatFormat::Float32 => (style::F_PRIME, Swatch::Line, 22.0),
    };
    let stroke = match format {
        FloatFormat::Float16 => Stroke::new(colour, 2.2).dashed(9.0, 6.0),
        FloatFormat::Bfloat16 => Stroke::new(colour, 2.6).dashed(2.0, 4.5),
        FloatFormat::Float32 => Stroke::new(colour, 1.4),
    };
    Style {
        colour,
        swatch,
        stroke,
        inwards,
    }
}

/// The figure. `finding` is the answer to [`crate::training::Question::RoundedFlows`].
pub fn drawing(snapshot: &Snapshot, finding: Option<&Finding>, look: &Look) -> Drawing {
    let Some(Finding::RoundedFlows(flows)) = finding else {
        return absent(View::Floats, snapshot, "not computed for this moment");
    };
    let name = View::Floats.name();
    let (mut drawing, area) = sheet(VIEW, name, snapshot, View::Floats.meaning());
    let (layer, n) = (&mut drawing.layer, snapshot.len());
    let band = Band {
        area,
        right: RIGHT,
        axis: true,
    };
    let mark = look.mark(n);
    let sentence = sentence(snapshot, flows, mark);
    let rest = header(layer, area, name, &sentence, &legend(flows));
    let y = y_range(snapshot, flows);
    let frame = Frame::new(
        band.frame_area(rest.without(0.0, 4.0, 0.0, 0.0), snapshot),
        time::range(n),
        y,
    );
    frame.ground(layer);
    frame.left_axis(layer, &decades(y.0, y.1, frame.area.height()), "");
    band.cursor(layer, &frame, mark);
    let exact = |t: usize| snapshot.probe.flow.steps.get(t - 1).map(|step| step.dl_do);
    curve(layer, &frame, n, Stroke::new(style::MEASURED, 3.2), exact);
    for flow in flows {
        let style = style_of(flow.format);
        curve(layer, &frame, n, style.stroke, |t| {
            flow.dl_do.get(t - 1).copied()
        });
        let inner = Frame {
            area: frame.area.without(0.0, style.inwards, 0.0, style.inwards),
            ..frame
        };
        let values = (1..)
            .zip(&flow.dl_do)
            .map(|(t, &value)| (f64::from(t), value));
        inner.non_finite_marks(layer, values, style.colour);
    }
    let last = snapshot.probe.flow.steps.last().map(|step| step.dl_do);
    if let Some(last) =
        last.filter(|_| (1..=n).all(|t| exact(t).and_then(Magnitude::log10).is_none()))
    {
        let text = format!("∂L/∂oₜ is {last} at every step");
        shapes::explain(layer, frame.area, &text, style::ERROR);
    }
    time::axis(layer, &frame, snapshot);
    drawing
}

fn sentence(snapshot: &Snapshot, flows: &[RoundedFlow], mark: Option<usize>) -> String {
    let symbol = if snapshot.probe.flow.hidden == 1 {
        "∂L/∂oₜ"
    } else {
        "‖∂L/∂oₜ‖"
    };
    let Some((t, step)) = mark.and_then(|t| Some((t, snapshot.probe.flow.steps.get(t - 1)?)))
    else {
        return format!(
            "{symbol} with every product and every sum rounded to a format, without loss scaling"
        );
    };
    let rounded = flows.iter().filter_map(|flow| {
        let value = flow.dl_do.get(t - 1)?;
        Some(format!(", {value} in {}", flow.format.name()))
    });
    format!(
        "{symbol} at t = {t} is {}{}",
        step.dl_do,
        rounded.collect::<String>()
    )
}

fn legend(flows: &[RoundedFlow]) -> Vec<Entry> {
    let mut entries = vec![Entry::new(Swatch::Line, style::MEASURED, "exact")];
    entries.extend(flows.iter().map(|flow| {
        let style = style_of(flow.format);
        Entry::new(style.swatch, style.colour, outcome(flow))
    }));
    let values = flows.iter().flat_map(|flow| flow.dl_do.iter().copied());
    // In the colour of no format.
    entries.extend(Entry::of_outcomes(values).into_iter().map(|entry| Entry {
        colour: style::THEORY,
        ..entry
    }));
    entries
}

/// `float16 0 from t = 3`
fn outcome(flow: &RoundedFlow) -> String {
    let name = flow.format.name();
    let off = flow.worst_in_words().unwrap_or_default();
    match (flow.zero_from, flow.overflow_from, flow.worst) {
        (_, Some(t), _) => format!("{name}: ∞ or NaN from t = {t} on back"),
        (Some(t), ..) => format!("{name}: 0 from t = {t} on back"),
        (None, None, Some((t, _))) => format!("{name}: off by {off} at most, at t = {t}"),
        (None, None, None) => name.to_owned(),
    }
}

fn curve(
    layer: &mut Layer,
    frame: &Frame,
    length: usize,
    stroke: Stroke,
    value: impl Fn(usize) -> Option<Magnitude>,
) {
    let value = |t: usize| value(t).and_then(Magnitude::log10);
    let timesteps = time::curve_timesteps(frame, length, value);
    frame.curve(
        layer,
        timesteps.iter().map(|&t| (t as f64, value(t))),
        stroke,
    );
}

fn y_range(snapshot: &Snapshot, flows: &[RoundedFlow]) -> (f64, f64) {
    let exact = snapshot.probe.flow.steps.iter().map(|step| step.dl_do);
    let rounded = flows.iter().flat_map(|flow| flow.dl_do.iter().copied());
    let values = exact.chain(rounded).filter_map(Magnitude::log10);
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    if low > high {
        return (-2.0, 1.0);
    }
    round_range(low, high, 2.0)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{finding, moment};
    use super::super::drawing::Item;
    use super::*;

    #[test]
    fn every_format_has_a_curve_and_its_outcome() {
        let snapshot = moment(0, |e| {
            e.task.length = 60;
            e.network.w_h = 0.4;
        });
        let look = Look::of(&snapshot);
        let found = finding(View::Floats, &snapshot, &look);
        let drawing = drawing(&snapshot, found.as_ref(), &look);
        let Some(Finding::RoundedFlows(flows)) = found else {
            panic!("no flows");
        };
        let texts = drawing.layer.texts();
        for flow in flows {
            let colour = style_of(flow.format).colour;
            let is_curve = |item: &&Item| matches!(item, Item::Line { points, stroke } if stroke.colour == colour && points.len() > 2);
            assert_eq!(drawing.layer.items.iter().filter(is_curve).count(), 1);
            assert!(texts.iter().any(|text| text.text == outcome(&flow)));
        }
        // 0.4 per step falls below 2⁻²⁵, where float16 rounds to zero, within 60 steps.
        assert!(
            texts
                .iter()
                .any(|text| text.text.starts_with("float16: 0 from t = "))
        );
    }
}
