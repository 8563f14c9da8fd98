//! What every figure begins with: what was found and in which experiment, in two lines.

use super::super::sight::Sight;
use crate::flow::{Outcome, significant, thousands};
use crate::rnn::CellKind;
use crate::scene::{Area, Colour, Drawing, SMALL, TITLE, Text, Theme, elided};
use crate::training::Snapshot;

/// Width and height of a figure of one view.
pub const VIEW: [f64; 2] = [960.0, 540.0];

/// Width and height of the figure of all three bands: a slide.
pub const BANDS: [f64; 2] = [1280.0, 720.0];

/// Around everything.
const MARGIN: f64 = 20.0;

/// An empty figure called `name` with its two lines at the top, and the area that is left for its picture.
/// `says` is what the picture shows, for those who cannot see it; the sentence of the title comes before it.
pub fn sheet(size: [f64; 2], name: &str, sight: &Sight<'_>, says: &str) -> (Drawing, Area) {
    let snapshot = sight.snapshot;
    let (sentence, summary) = (finding(snapshot), summary(snapshot));
    let title = format!("BPTT Scope: {name}");
    let colours = sight.theme.colours();
    let is_wrong =
        snapshot.run.divergence.is_some() || snapshot.probe.verdict.outcome == Outcome::NotFinite;
    let colour = if is_wrong {
        colours.error
    } else {
        colours.measured
    };
    let lines = [sentence.as_str(), summary.as_str()];
    let drawing = headed((size, sight.theme), &title, lines, colour, says);
    let picture = picture_area(drawing.area());
    (drawing, picture)
}

/// An empty figure with two lines at the top, the first in a `colour`.
pub fn headed(
    (size, theme): ([f64; 2], Theme),
    title: &str,
    [sentence, summary]: [&str; 2],
    colour: Colour,
    says: &str,
) -> Drawing {
    let description = format!("{sentence}. {summary}. {says}");
    let mut drawing = Drawing::new(size, title, description, theme);
    let area = drawing.area().grown(-MARGIN);
    // A bold letter is a little wider.
    let sentence = elided(sentence, TITLE, 0.99 * area.width());
    let at = [area.left, area.top + 14.0];
    let layer = &mut drawing.layer;
    layer.text(Text::new(at, sentence, TITLE, colour).bold());
    let summary = elided(summary, SMALL, area.width());
    let at = [area.left, area.top + 33.0];
    layer.text(Text::new(at, summary, SMALL, theme.colours().theory));
    drawing
}

/// What the two lines leave of the area of a figure.
pub fn picture_area(figure: Area) -> Area {
    figure.grown(-MARGIN).without(0.0, 46.0, 0.0, 0.0)
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
    let (hidden, layers) = (settings.hidden, settings.layers);
    let cell = match settings.cell {
        CellKind::Elman => settings.activation.name(),
        cell => cell.name(),
    };
    let mut parts = vec![
        snapshot.moment.experiment.task.kind.name().to_owned(),
        format!("n = {}", thousands(snapshot.len() as u64)),
        format!("H = {hidden}"),
        cell.to_owned(),
    ];
    if layers > 1 {
        parts.push(format!("{layers} layers"));
    }
    if snapshot.moment.network.parameters.rows() == 1 {
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
    parts.push(snapshot.probe.outcome_in_words());
    parts.join(" · ")
}
