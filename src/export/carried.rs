//! What figures carry with them.

use super::figure;
use super::figure::FigureError;
use crate::scene::Pixels;
use crate::training::Snapshot;

/// What stands before the number of training steps, in the first line of what is carried.
const STEP: &str = "# BPTT Scope, training step ";

/// The training step that a carried text is of, if it says so.
pub fn carried_step(text: &str) -> Option<u64> {
    text.lines().next()?.strip_prefix(STEP)?.trim().parse().ok()
}

/// The experiment of `snapshot` as text, with the training step that is shown: what a figure carries, so that
/// it can be made again.
pub fn figure_metadata(snapshot: &Snapshot) -> String {
    let text = snapshot.moment.experiment.to_text();
    format!("{STEP}{}\n{text}", snapshot.moment.step)
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
