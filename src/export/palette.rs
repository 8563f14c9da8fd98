//! The 256 colours of an animation: those that figures are drawn in, and what lies between them and the paper
//! at the edges of letters and lines.

use std::collections::HashMap;

use crate::scene::{Colour, Theme, mixed};

/// Greys, from black to white.
const GREYS: usize = 52;

/// Steps of the scale of magnitudes.
const SCALE: usize = 97;

/// Steps of the scale that are there in lighter shades too.
const SHADED: usize = 29;

/// How much paper is in a shade.
const SHADES: [f64; 2] = [0.4, 0.75];

/// The colours of an animation, and the nearest of them to any colour.
pub struct Palette {
    colours: Vec<Colour>,
    nearest: HashMap<Colour, u8>,
}

impl Palette {
    /// The colours that figures are drawn in.
    pub fn of_figures() -> Self {
        let grey = |index: usize| [(255 * index / (GREYS - 1)) as u8; 3];
        let mut colours: Vec<Colour> = (0..GREYS).map(grey).collect();
        let print = Theme::Print.colours();
        let on_scale = |index: usize, count: usize| {
            let share = index as f64 / (count - 1) as f64;
            print.of_log10((2.0 * share - 1.0) * print.decades)
        };
        colours.extend((0..SCALE).map(|index| on_scale(index, SCALE)));
        let named = [
            print.f_prime,
            print.w_h,
            print.w_i,
            print.highlight,
            print.error,
        ];
        colours.extend(named);
        let shaded: Vec<Colour> = (0..SHADED)
            .map(|index| on_scale(index, SHADED))
            .chain(named)
            .collect();
        for shade in SHADES {
            let light = |colour: &Colour| mixed(*colour, print.sheet, shade);
            colours.extend(shaded.iter().map(light));
        }
        Self {
            colours,
            nearest: HashMap::new(),
        }
    }

    /// The colours one behind the other, as a file has them.
    pub fn bytes(&self) -> Vec<u8> {
        self.colours.concat()
    }

    /// The colours of `rgba`, row after row, as places in the palette.
    pub fn places(&mut self, rgba: &[u8]) -> Vec<u8> {
        rgba.chunks_exact(4)
            .map(|pixel| self.place([pixel[0], pixel[1], pixel[2]]))
            .collect()
    }

    fn place(&mut self, colour: Colour) -> u8 {
        let colours = &self.colours;
        *self.nearest.entry(colour).or_insert_with(|| {
            let distance = |other: &Colour| -> u32 {
                let parts = colour.iter().zip(other);
                parts.map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum()
            };
            let nearest = (0..colours.len()).min_by_key(|&index| distance(&colours[index]));
            nearest.unwrap_or_default() as u8
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_figures_are_drawn_in_is_there_exactly() {
        let print = Theme::Print.colours();
        let mut palette = Palette::of_figures();
        assert!(palette.colours.len() <= 256);
        for colour in [
            print.sheet,
            print.f_prime,
            print.w_h,
            print.error,
            print.of_log10(-6.0),
            print.of_log10(0.0),
            print.of_log10(6.0),
        ] {
            let place = palette.place(colour);
            assert_eq!(palette.colours[usize::from(place)], colour);
        }
    }

    #[test]
    fn nothing_on_the_scale_is_far_from_its_colour() {
        let print = Theme::Print.colours();
        let mut palette = Palette::of_figures();
        for index in -600..=600 {
            let colour = print.of_log10(f64::from(index) / 100.0);
            let place = palette.place(colour);
            let found = palette.colours[usize::from(place)];
            let farthest = colour.iter().zip(found).map(|(a, b)| a.abs_diff(b)).max();
            // Half a step of the scale: up to 8 of 255 where little light makes much of a code.
            assert!(farthest <= Some(8), "{colour:?} {found:?}");
        }
    }
}
