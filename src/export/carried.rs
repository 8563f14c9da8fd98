//! What figures carry with them.

use super::figure;
use super::figure::FigureError;
use crate::scene::Pixels;
use crate::training::{Experiment, Pair, Snapshot};

/// What stands before the number of training steps, in the first line of what is carried.
const STEP: &str = "# BPTT Scope, training step ";

/// The training step that a carried text is of, if it says so.
pub fn carried_step(text: &str) -> Option<u64> {
    text.lines().next()?.strip_prefix(STEP)?.trim().parse().ok()
}

/// The experiment of `snapshot` as text, with the one `beside` it, and the training step that is shown: what a figure
/// carries, so that it can be made again.
pub fn figure_metadata(snapshot: &Snapshot, beside: Option<&Snapshot>) -> String {
    let experiment = |it: &Snapshot| Experiment::clone(&it.moment.experiment);
    let pair = Pair {
        first: experiment(snapshot),
        beside: beside.map(experiment),
    };
    format!("{STEP}{}\n{}", snapshot.moment.step, pair.to_text())
}

/// What a figure of several `moments` carries: the experiment of the first, and of two both.
pub fn figure_metadata_of(moments: &[&Snapshot]) -> String {
    match moments {
        [] => String::new(),
        [first, second] => figure_metadata(first, Some(second)),
        [first, ..] => figure_metadata(first, None),
    }
}

/// A picture of `size` (width, height) as PNG, which carries the text of its experiment. `rgba` are its pixels,
/// row after row.
///
/// # Errors
/// [`FigureError`] if there are not as many pixels as `size` says.
pub fn picture_png(
    [width, height]: [usize; 2],
    rgba: Vec<u8>,
    experiment: &str,
) -> Result<Vec<u8>, FigureError> {
    let pixels = Pixels {
        width,
        height,
        rgba,
    };
    figure::picture_png(&pixels, experiment)
}
