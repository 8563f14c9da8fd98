//! The spectrum: eigenvalues of W_h against the unit circle, and the singular values of the product
//! P_{n←k} at the cursor.

use super::super::{Look, View};
use super::area::Area;
use super::drawing::{Anchor, Drawing, Layer, Stroke, Text};
use super::frame::{AXIS_NAME, BOTTOM_AXIS, Frame, LEFT_AXIS};
use super::legend::{Entry, LINE, Swatch, header};
use super::sheet::{VIEW, sheet};
use super::ticks::{decades, linear, round_range, round_step};
use super::{shapes, style, ticks};
use crate::flow::thousands;
use crate::flow::{Magnitude, SingularValues, decimal, significant};
use crate::training::{Finding, Snapshot};

/// The figure: eigenvalues on the left, singular values on the right. `finding` is the answer to
/// [`crate::training::Question::SingularValues`].
pub fn drawing(snapshot: &Snapshot, finding: Option<&Finding>, look: &Look) -> Drawing {
    let name = View::Spectrum.name();
    let (mut drawing, area) = sheet(VIEW, name, snapshot, View::Spectrum.meaning());
    let layer = &mut drawing.layer;
    let rest = header(layer, area, name, &sentence(snapshot), &[]);
    let side = rest.height().min(0.48 * rest.width());
    let left = Area {
        right: rest.left + side,
        ..rest
    };
    let right = Area {
        left: left.right + 24.0,
        ..rest
    };
    eigenvalues(layer, left, snapshot);
    let values = match finding {
        Some(Finding::SingularValues(values)) => Some(values),
        _ => None,
    };
    singular_values(layer, right, snapshot, values, look);
    drawing
}

fn sentence(snapshot: &Snapshot) -> String {
    let equals = if snapshot.moment.spectrum_is_old {
        "≈"
    } else {
        "="
    };
    let mut text = format!(
        "ρ(Wₕ) {equals} {}, σ₁(Wₕ) {equals} {}",
        significant(snapshot.moment.spectrum.spectral_radius),
        significant(snapshot.moment.spectrum.sigma_1)
    );
    if let Some(lyapunov) = snapshot.probe.flow.lyapunov(1) {
        text += &format!(
            ", and with f′ the Lyapunov exponent λ = {}",
            significant(lyapunov)
        );
    }
    text
}

/// The complex plane with the unit circle.
fn eigenvalues(layer: &mut Layer, area: Area, snapshot: &Snapshot) {
    let values = snapshot.moment.eigenvalues.as_deref().unwrap_or_default();
    let size = |value: &[f64; 2]| value[0].hypot(value[1]);
    let finite = || values.iter().filter(|value| size(value).is_finite());
    let lost = values.len() - finite().count();
    let inside = finite().filter(|value| size(value) < 1.0).count();
    let mut text = format!(
        "{inside} of {} inside the unit circle",
        thousands(values.len() as u64)
    );
    if lost > 0 {
        text += &format!(", {lost} not finite");
    }
    if values.is_empty() {
        text.clear();
    }
    let rest = header(layer, area, "Eigenvalues of Wₕ", &text, &[]);
    let room = rest.without(LEFT_AXIS, 6.0, 4.0, BOTTOM_AXIS + AXIS_NAME);
    let side = room.width().min(room.height());
    let square = Area {
        right: room.left + side,
        bottom: room.top + side,
        ..room
    };
    let reach = 1.15 * finite().map(size).fold(1.0, f64::max);
    let frame = Frame::new(square, (-reach, reach), (-reach, reach));
    frame.ground(layer);
    frame.left_axis(layer, &linear(-reach, reach, side, 40.0), "");
    frame.bottom_axis(
        layer,
        &linear(-reach, reach, side, 60.0),
        "real part; imaginary part upwards",
        true,
    );
    let faint = Stroke::new(style::FAINT, 1.0);
    frame.level(layer, 0.0, faint);
    frame.upright(layer, 0.0, faint);
    let radius = frame.place_x(1.0) - frame.place_x(0.0);
    layer.circle(
        square.centre(),
        radius,
        None,
        Some(Stroke::new(style::THEORY, 1.3)),
    );
    let edge = Stroke::new(style::BACKGROUND, 0.6);
    for value in finite() {
        let at = frame.place(value[0], value[1]);
        layer.circle(at, 3.4, Some(style::W_H), Some(edge));
    }
    if values.is_empty() {
        shapes::explain(
            layer,
            square,
            "The eigenvalues have not been measured",
            style::THEORY,
        );
    } else if lost == values.len() {
        shapes::explain(layer, square, "No eigenvalue is finite", style::ERROR);
    }
}

/// Singular values of P_{n←k}, largest first, in decades.
fn singular_values(
    layer: &mut Layer,
    area: Area,
    snapshot: &Snapshot,
    values: Option<&SingularValues>,
    look: &Look,
) {
    let n = snapshot.len();
    let k = look.timestep(n);
    let text = format!(
        "of ∂oₙ/∂oₖ, n = {}, k = {}",
        thousands(n as u64),
        thousands(k as u64)
    );
    let Some(values) = values.filter(|values| !values.values.is_empty()) else {
        let rest = header(layer, area, "Singular values", &text, &[]);
        let reason = "The singular values have not been computed for this moment";
        return shapes::explain(layer, rest, reason, style::THEORY);
    };
    let kept = &values.values[..values.trusted.min(values.values.len())];
    let mut entries = vec![Entry::new(
        Swatch::Point,
        style::MEASURED,
        "σ, largest first",
    )];
    entries.extend(Entry::of_outcomes(values.values.iter().copied()));
    let rest = header(layer, area, "Singular values", &text, &entries);
    let room = rest.without(LEFT_AXIS, 6.0, 6.0, BOTTOM_AXIS + AXIS_NAME);
    let logarithms = || kept.iter().copied().filter_map(Magnitude::log10);
    let (low, high) = (
        logarithms().fold(0.0, f64::min),
        logarithms().fold(0.0, f64::max),
    );
    let y = round_range(low, high, 2.0);
    let count = values.values.len() as f64;
    let frame = Frame::new(room, (0.5 - 0.02 * count, count + 0.5 + 0.02 * count), y);
    frame.ground(layer);
    frame.left_axis(layer, &decades(y.0, y.1, room.height()), "");
    let every = round_step(count * 40.0 / room.width()).max(1.0);
    let ticks: Vec<ticks::Tick> = ticks::multiples(1.0, count, every)
        .into_iter()
        .map(|value| ticks::Tick {
            value,
            label: decimal(value, 0),
        })
        .collect();
    frame.bottom_axis(layer, &ticks, "number of the singular value", false);
    frame.level(layer, 0.0, Stroke::new(style::FAINT, 1.2));
    for (index, log10) in (1..)
        .zip(kept)
        .filter_map(|(index, value)| Some((index, value.log10()?)))
    {
        layer.circle(
            frame.place(f64::from(index), log10),
            3.2,
            Some(style::MEASURED),
            None,
        );
    }
    let all = (1..)
        .zip(&values.values)
        .map(|(index, &value)| (f64::from(index), value));
    frame.non_finite_marks(layer, all, style::ERROR);
    remarks(layer, &frame, values);
}

fn remarks(layer: &mut Layer, frame: &Frame, values: &SingularValues) {
    let lost = values.values.iter().skip(values.trusted);
    let lost = lost.filter(|value| value.log10().is_some()).count();
    if lost > 0 {
        let at = [frame.area.right - 6.0, frame.area.bottom - 0.7 * LINE];
        let text = format!("{} lost to rounding", thousands(lost as u64));
        let text = Text::new(at, text, style::SMALL, style::THEORY);
        layer.text(text.anchored(Anchor::End).centred());
    }
    if let Some(first) = values.values.first()
        && values.values.iter().all(|value| value.log10().is_none())
    {
        let text = format!("Every singular value is {first}");
        shapes::explain(layer, frame.area, &text, style::ERROR);
    }
}
