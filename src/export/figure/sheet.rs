//! What every figure begins with: what was found and in which experiment, in two lines.

use super::area::Area;
use super::drawing::{Drawing, Layer, Text};
use super::{font, style};
use crate::flow::{Outcome, decimal, significant, thousands};
use crate::training::Snapshot;

/// Width and height of a figure of one view.
pub const VIEW: [f64; 2] = [960.0, 540.0];

/// Width and height of the figure of all three bands: a slide.
pub const BANDS: [f64; 2] = [1280.0, 720.0];

/// Around everything.
const MARGIN: f64 = 20.0;

/// An empty figure called `name` with its two lines at the top, and the area that is left for its picture.
/// `says` is what the picture shows, for those who cannot see it; the sentence of the title comes before it.
pub fn sheet(size: [f64; 2], name: &str, snapshot: &Snapshot, says: &str) -> (Drawing, Area) {
    let (sentence, summary) = (finding(snapshot), summary(snapshot));
    let title = format!("BPTT Scope: {name}");
    let mut drawing = Drawing::new(size, title, format!("{sentence}. {summary}. {says}"));
    let area = drawing.area().grown(-MARGIN);
    let wrong =
        snapshot.run.divergence.is_some() || snapshot.probe.verdict.outcome == Outcome::NotFinite;
    let colour = if wrong { style::ERROR } else { style::MEASURED };
    let layer = &mut drawing.layer;
    // A bold letter is a little wider.
    let sentence = font::elided(&sentence, style::TITLE, 0.99 * area.width());
    let at = [area.left, area.top + 14.0];
    layer.text(Text::new(at, sentence, style::TITLE, colour).bold());
    second_line(layer, area, &summary);
    let picture = area.without(0.0, 46.0, 0.0, 0.0);
    (drawing, picture)
}

fn second_line(layer: &mut Layer, area: Area, summary: &str) {
    let summary = font::elided(summary, style::SMALL, area.width());
    let at = [area.left, area.top + 33.0];
    layer.text(Text::new(at, summary, style::SMALL, style::THEORY));
}

/// The verdict and its rate or, if training diverged, that.
pub fn finding(snapshot: &Snapshot) -> String {
    if let Some(divergence) = &snapshot.run.divergence {
        let (headline, cause) = (divergence.headline(), divergence.cause());
        return format!("{headline}. {cause}; {}", divergence.kept());
    }
    let verdict = &snapshot.probe.verdict;
    match &verdict.rate {
        Some(rate) => format!("{} · {rate}", verdict.sentence),
        None => verdict.sentence.clone(),
    }
}

/// The experiment in one line: task, n, H, activation, w_h, training step, and what came of the probe.
pub fn summary(snapshot: &Snapshot) -> String {
    let settings = &snapshot.moment.experiment.network;
    let hidden = snapshot.probe.flow.hidden;
    let mut parts = vec![
        snapshot.moment.experiment.task.kind.name().to_owned(),
        format!("n = {}", thousands(snapshot.len() as u64)),
        format!("H = {hidden}"),
        settings.activation.name().to_owned(),
    ];
    if hidden == 1 {
        parts.push(format!("wₕ = {}", significant(snapshot.moment.weights.w_h)));
    } else {
        let radius = significant(snapshot.moment.spectrum.spectral_radius);
        let sigma_1 = significant(snapshot.moment.spectrum.sigma_1);
        // Measured some steps ago, as a large matrix is while it is trained.
        let is = if snapshot.moment.spectrum_is_old {
            "≈"
        } else {
            "="
        };
        parts.push(format!(
            "spectral radius of Wₕ {is} {radius}, σ₁ {is} {sigma_1}"
        ));
    }
    parts.push(format!("step {}", thousands(snapshot.moment.step)));
    parts.push(format!(
        "ŷ = {}, y = {}, L = {}",
        significant(snapshot.probe.prediction),
        decimal(snapshot.probe.target, 3),
        significant(snapshot.probe.loss)
    ));
    parts.join(" · ")
}
