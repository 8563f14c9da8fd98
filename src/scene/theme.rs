//! The colours of a scene: dark, light or for print.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::scale_span::ScaleSpan;
use crate::flow::Magnitude;

/// Red, green and blue, as a screen has them (sRGB).
pub type Colour = [u8; 3];

/// What a scene is drawn on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// A dark screen.
    Dark,
    /// A light screen.
    Light,
    /// White paper.
    #[default]
    Print,
}

/// The colours of a theme. Curves and bars are of one lightness and far from the blue–orange scale of magnitudes,
/// so that nobody reads a magnitude into them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colours {
    /// Behind everything.
    pub sheet: Colour,
    /// Inside of a plot.
    pub ground: Colour,
    /// The measured curve, and text.
    pub measured: Colour,
    /// The theoretical bound and other things that are not measured; text beside the matter.
    pub theory: Colour,
    /// f′ and what comes of it.
    pub f_prime: Colour,
    /// w_h.
    pub w_h: Colour,
    /// w_i.
    pub w_i: Colour,
    /// The direct way along which a gated cell carries its state on.
    pub carry: Colour,
    /// Lines that are only for orientation.
    pub faint: Colour,
    /// The grid, which is fainter still.
    pub grid: Colour,
    /// Inside of nodes.
    pub node: Colour,
    /// The cursor.
    pub cursor: Colour,
    /// The factor that was multiplied in last.
    pub highlight: Colour,
    /// What went wrong.
    pub error: Colour,
    /// The ground of what is not a number, because the colour of errors is that of explosions.
    pub not_a_number: Colour,
    /// The scale of magnitudes, from vanished to exploded. Blue against orange is told apart with every common
    /// kind of colour blindness, and red differs from orange in lightness too; so do 1, a hundredth and a millionth.
    pub stops: [Colour; 5],
    /// How many decades below and above 1 that scale ends.
    pub decades: f64,
}

const PRINT: Colours = Colours {
    sheet: [255, 255, 255],
    ground: [255, 255, 255],
    measured: [20, 20, 20],
    theory: [115, 115, 115],
    f_prime: [0, 128, 84],
    w_h: [150, 60, 165],
    w_i: [140, 120, 0],
    carry: [0, 132, 150],
    faint: [185, 185, 185],
    grid: [228, 228, 228],
    node: [248, 248, 248],
    cursor: [0, 0, 0],
    highlight: [200, 0, 130],
    error: [190, 20, 20],
    not_a_number: [255, 238, 140],
    stops: [
        [92, 160, 240],
        [36, 96, 204],
        [44, 44, 44],
        [216, 122, 10],
        [184, 16, 22],
    ],
    decades: ScaleSpan::Six.decades(),
};

/// Of the paper only the sheet is another: a plot stands out from the window around it.
const LIGHT: Colours = Colours {
    sheet: [248, 248, 248],
    ..PRINT
};

const DARK: Colours = Colours {
    sheet: [27, 27, 27],
    ground: [10, 10, 10],
    measured: [240, 240, 240],
    theory: [150, 150, 150],
    f_prime: [60, 190, 130],
    w_h: [210, 130, 220],
    w_i: [220, 205, 90],
    carry: [90, 205, 220],
    faint: [90, 90, 90],
    grid: [48, 48, 48],
    node: [38, 38, 38],
    cursor: [255, 255, 255],
    highlight: [255, 214, 64],
    error: [255, 110, 100],
    not_a_number: [255, 238, 140],
    stops: [
        [42, 92, 214],
        [96, 156, 236],
        [236, 236, 236],
        [246, 170, 66],
        [226, 52, 44],
    ],
    decades: ScaleSpan::Six.decades(),
};

/// Every theme over every span.
static SCHEMES: [[Colours; ScaleSpan::ALL.len()]; Theme::ALL.len()] =
    [every_span(DARK), every_span(LIGHT), every_span(PRINT)];

const fn every_span(colours: Colours) -> [Colours; ScaleSpan::ALL.len()] {
    [
        Colours {
            decades: ScaleSpan::Two.decades(),
            ..colours
        },
        Colours {
            decades: ScaleSpan::Four.decades(),
            ..colours
        },
        Colours {
            decades: ScaleSpan::Six.decades(),
            ..colours
        },
    ]
}

impl Theme {
    /// Every theme.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::Print];

    /// Its colours, for what is no scene: with the widest scale of magnitudes.
    pub const fn colours(self) -> &'static Colours {
        self.colours_over(ScaleSpan::Six)
    }

    /// Its colours, with a scale of magnitudes that reaches as far as `span`.
    pub const fn colours_over(self, span: ScaleSpan) -> &'static Colours {
        &SCHEMES[self as usize][span as usize]
    }
}

impl Colours {
    /// The colour of a magnitude of 10^`log10`. Between stops, light is mixed rather than its codes.
    pub fn of_log10(&self, log10: f64) -> Colour {
        let place = if log10.is_nan() {
            0.0
        } else {
            log10 / self.decades
        };
        let place = place.clamp(-1.0, 1.0) * 2.0 + 2.0;
        let index = (place.floor() as usize).min(self.stops.len() - 2);
        mixed(
            self.stops[index],
            self.stops[index + 1],
            place - index as f64,
        )
    }

    /// The colour of a magnitude; what is not finite has the colour of errors.
    pub fn of(&self, magnitude: Magnitude) -> Colour {
        match magnitude {
            Magnitude::Finite { log10, .. } => self.of_log10(log10),
            Magnitude::Zero | Magnitude::Undefined => self.faint,
            Magnitude::Overflow { .. } | Magnitude::Nan => self.error,
        }
    }

    /// The colour of a pixel of a picture of magnitudes, and of a shape upon it: an exact zero is the ground, ∞ the
    /// colour of text, and what is not a number pale yellow.
    pub fn of_pixel(&self, magnitude: Magnitude) -> (Colour, Colour) {
        match magnitude {
            Magnitude::Finite { log10, .. } => (self.of_log10(log10), self.error),
            Magnitude::Zero | Magnitude::Undefined => (self.ground, self.error),
            Magnitude::Overflow { .. } => (self.measured, self.ground),
            Magnitude::Nan => (self.not_a_number, PRINT.error),
        }
    }
}

/// `share` of the light of `to`, the rest of `from`.
pub fn mixed(from: Colour, to: Colour, share: f64) -> Colour {
    std::array::from_fn(|channel| {
        let (from, to) = (light(from[channel]), light(to[channel]));
        code(from + (to - from) * share)
    })
}

/// Black or white, whichever is read better on `ground` (WCAG's contrast of both).
pub fn ink_on(ground: Colour) -> Colour {
    let [red, green, blue] = ground.map(light);
    let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    // Where both have the same contrast: (L + 0.05)² = 1.05 · 0.05.
    match luminance > 0.179 {
        true => [0, 0, 0],
        false => [255, 255, 255],
    }
}

/// The light that every code of sRGB stands for, 0 to 1 (IEC 61966-2-1), and the light from which on each code but the
/// first is the nearest.
struct Codes {
    light: [f64; 256],
    from: [f64; 255],
}

fn codes() -> &'static Codes {
    static CODES: OnceLock<Codes> = OnceLock::new();
    let light = |code: f64| {
        let code = code / 255.0;
        if code <= 0.04045 {
            code / 12.92
        } else {
            libm::pow((code + 0.055) / 1.055, 2.4)
        }
    };
    CODES.get_or_init(|| Codes {
        light: std::array::from_fn(|code| light(code as f64)),
        from: std::array::from_fn(|code| light(code as f64 + 0.5)),
    })
}

fn light(code: u8) -> f64 {
    codes().light[usize::from(code)]
}

/// A picture has thousands of colours: a code is looked up rather than computed.
fn code(light: f64) -> u8 {
    codes().from.partition_point(|&from| from <= light) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_neutral_and_both_ends_are_far_from_it() {
        for theme in Theme::ALL {
            let colours = theme.colours();
            let [r, g, b] = colours.of_log10(0.0);
            assert!(r.abs_diff(g) <= 1 && g.abs_diff(b) <= 1, "grey");
            assert_eq!(colours.of_log10(f64::NAN), colours.of_log10(0.0));
            let [r, _, b] = colours.of_log10(-20.0);
            assert!(b > r + 100, "blue");
            let [r, _, b] = colours.of_log10(20.0);
            assert!(r > b + 100, "red");
        }
    }

    /// Whoever sees no hues tells a hundredth and a millionth from 1 by their lightness (WCAG's contrast of the two).
    #[test]
    fn a_hundredth_differs_from_1_in_lightness() {
        let luminance = |[red, green, blue]: Colour| {
            0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue)
        };
        for theme in Theme::ALL {
            for span in ScaleSpan::ALL {
                let colours = theme.colours_over(span);
                let of = |log10| luminance(colours.of_log10(log10)) + 0.05;
                for far in [-2.0, -6.0] {
                    let contrast = of(0.0) / of(far);
                    let contrast = contrast.max(1.0 / contrast);
                    assert!(contrast > 1.5, "{theme:?} {span:?} {far}: {contrast}");
                }
            }
        }
    }

    #[test]
    fn every_code_comes_back() {
        for value in 0..=255 {
            assert_eq!(code(light(value)), value);
        }
        // Half of the light of white is code 188, not 128.
        assert_eq!(mixed([0; 3], [255; 3], 0.5), [188; 3]);
        assert_eq!((code(-1.0), code(2.0)), (0, 255));
    }

    #[test]
    fn letters_are_read_on_every_colour() {
        assert_eq!(ink_on([255, 255, 255]), [0, 0, 0]);
        assert_eq!(ink_on([10, 10, 10]), [255, 255, 255]);
        assert_eq!(ink_on([246, 170, 66]), [0, 0, 0]);
        assert_eq!(ink_on([36, 96, 204]), [255, 255, 255]);
    }
}
