//! The colours on light ground, and the sizes of letters: in one place, for every figure.

use super::drawing::Colour;
use crate::flow::Magnitude;

/// Behind everything.
pub const BACKGROUND: Colour = [255, 255, 255];
/// The measured curve, and text.
pub const MEASURED: Colour = [20, 20, 20];
/// The theoretical bound and other things that are not measured; text beside the matter.
pub const THEORY: Colour = [115, 115, 115];
/// f′ and what comes of it.
pub const F_PRIME: Colour = [0, 128, 84];
/// w_h.
pub const W_H: Colour = [150, 60, 165];
/// w_i.
pub const W_I: Colour = [140, 120, 0];
/// Lines that are only for orientation.
pub const FAINT: Colour = [185, 185, 185];
/// The grid, which is fainter still.
pub const GRID: Colour = [228, 228, 228];
/// Inside of nodes.
pub const NODE: Colour = [248, 248, 248];
/// The cursor.
pub const CURSOR: Colour = [0, 0, 0];
/// The factor that was multiplied in last.
pub const HIGHLIGHT: Colour = [200, 0, 130];
/// What went wrong.
pub const ERROR: Colour = [190, 20, 20];

/// Font size of a figure's title.
pub const TITLE: f64 = 17.0;
/// Font size of names and sentences.
pub const BODY: f64 = 13.0;
/// Font size of legends and of labels on axes.
pub const SMALL: f64 = 11.5;

/// Decades at which the scale of magnitudes ends: six are where float16 has long given up.
pub const DECADES: f64 = 6.0;

/// Blue towards vanishing, neutral at 1, orange to red towards exploding. Blue against orange is told
/// apart with every common kind of colour blindness, and red differs from orange in lightness too.
/// From vanished to exploded, five stops.
pub const STOPS: [Colour; 5] = [
    [14, 56, 168],
    [72, 138, 220],
    [128, 128, 128],
    [222, 132, 16],
    [180, 16, 22],
];

/// The colour of a magnitude of 10^`log10`. Between stops, light is mixed rather than its codes.
pub fn of_log10(log10: f64) -> Colour {
    let place = if log10.is_nan() { 0.0 } else { log10 / DECADES };
    let place = place.clamp(-1.0, 1.0) * 2.0 + 2.0;
    let index = (place.floor() as usize).min(STOPS.len() - 2);
    mixed(STOPS[index], STOPS[index + 1], place - index as f64)
}

/// The colour of a magnitude; what is not finite has the colour of errors.
pub fn of(magnitude: Magnitude) -> Colour {
    match magnitude {
        Magnitude::Finite { log10, .. } => of_log10(log10),
        Magnitude::Zero | Magnitude::Undefined => FAINT,
        Magnitude::Overflow { .. } | Magnitude::Nan => ERROR,
    }
}

/// `share` of the light of `to`, the rest of `from`.
pub fn mixed(from: Colour, to: Colour, share: f64) -> Colour {
    std::array::from_fn(|channel| {
        let (from, to) = (light(from[channel]), light(to[channel]));
        code(from + (to - from) * share)
    })
}

/// The light that a code of sRGB stands for, 0 to 1 (IEC 61966-2-1).
fn light(code: u8) -> f64 {
    let code = f64::from(code) / 255.0;
    if code <= 0.04045 {
        code / 12.92
    } else {
        libm::pow((code + 0.055) / 1.055, 2.4)
    }
}

fn code(light: f64) -> u8 {
    let code = if light <= 0.003_130_8 {
        12.92 * light
    } else {
        1.055 * libm::pow(light, 1.0 / 2.4) - 0.055
    };
    (255.0 * code).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_neutral_and_both_ends_are_far_from_it() {
        assert_eq!(of_log10(0.0), [128, 128, 128]);
        assert_eq!(of_log10(-20.0), STOPS[0]);
        assert_eq!(of_log10(3.0), STOPS[3]);
        assert_eq!(of_log10(f64::INFINITY), STOPS[4]);
        // Half of the light of white is code 188, not 128.
        assert_eq!(mixed([0; 3], [255; 3], 0.5), [188; 3]);
    }

    #[test]
    fn every_code_comes_back() {
        for value in 0..=255 {
            assert_eq!(code(light(value)), value);
        }
    }
}
