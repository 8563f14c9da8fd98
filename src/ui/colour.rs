//! The one colour scale for gradient magnitude.

use egui::{Color32, Rgba};

use crate::export::figure::{Colour, style};

pub use style::DECADES;

/// The stops of [`style::STOPS`] for a dark background.
const ON_DARK: [Colour; 5] = [
    [42, 92, 214],
    [112, 172, 240],
    [214, 214, 214],
    [246, 170, 66],
    [226, 52, 44],
];

/// The colour of a magnitude of 10^`log10` on a dark or light background.
pub fn of_log10(log10: f64, dark: bool) -> Color32 {
    let stops = if dark { &ON_DARK } else { &style::STOPS };
    let place = (log10 / DECADES).clamp(-1.0, 1.0) * 2.0 + 2.0;
    let index = (place.floor() as usize).min(stops.len() - 2);
    let share = (place - index as f64) as f32;
    let colour = |[r, g, b]: Colour| Rgba::from(Color32::from_rgb(r, g, b));
    let (from, to) = (colour(stops[index]), colour(stops[index + 1]));
    Color32::from(from * (1.0 - share) + to * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_neutral_and_both_ends_are_far_from_it() {
        for dark in [true, false] {
            let [r, g, b, _] = of_log10(0.0, dark).to_array();
            assert!(r.abs_diff(g) <= 1 && g.abs_diff(b) <= 1, "grey");
            let [r, _, b, _] = of_log10(-20.0, dark).to_array();
            assert!(b > r + 100, "blue");
            let [r, _, b, _] = of_log10(20.0, dark).to_array();
            assert!(r > b + 100, "red");
        }
    }
}
