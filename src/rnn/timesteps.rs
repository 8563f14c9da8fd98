//! Which timesteps are taken at a time.

use std::ops::Range;

use super::cell::Layer;
use super::products::CHUNK;

/// The 0-based timesteps of `layer` from the first to the last, some at a time: so many that the product with their
/// inputs is a large one, and so few that its result is still in the cache when it is needed.
pub fn forward(layer: &Layer<'_>) -> impl Iterator<Item = Range<usize>> + use<> {
    let (length, together) = (layer.length, CHUNK.div_ceil(layer.size));
    (0..length)
        .step_by(together)
        .map(move |start| start..length.min(start + together))
}

/// The 0-based timesteps of `layer` from the last to the first, some at a time: the products over time take them as soon
/// as they are there, while they are still in the cache. No range goes across a cut.
pub fn backward(layer: &Layer<'_>) -> impl Iterator<Item = Range<usize>> + use<> {
    backward_by(layer, CHUNK / layer.size.min(CHUNK))
}

/// As [`backward`], so many timesteps at a time.
pub fn backward_by(
    layer: &Layer<'_>,
    together: usize,
) -> impl Iterator<Item = Range<usize>> + use<> {
    let (length, every) = (layer.length, layer.truncate);
    let mut end = length;
    std::iter::from_fn(move || {
        if end == 0 {
            return None;
        }
        let mut start = end.saturating_sub(together);
        if let Some(whole) = (length - end).checked_div(every) {
            // The last cut before `end`.
            start = start.max(length.saturating_sub((whole + 1) * every));
        }
        let range = start..end;
        end = start;
        Some(range)
    })
}
