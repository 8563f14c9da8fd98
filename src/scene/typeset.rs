//! Formulas set in TeX's own manner and fonts: where every sign and every fraction bar of one goes.
//!
//! RaTeX turns TeX into a list of glyphs and rules with their places. Painters draw the glyphs from the KaTeX fonts,
//! whose metrics the list was made with.

use ratex_layout::{LayoutOptions, layout, to_display_list};
use ratex_types::{Color, DisplayItem, DisplayList, MathStyle};

use super::area::{Area, Point};
use super::drawing::{Glyph, Item, Layer};
use super::theme::Colour;

macro_rules! font {
    ($name:literal) => {
        (
            $name,
            include_bytes!(concat!("../../assets/fonts/katex/KaTeX_", $name, ".ttf")),
        )
    };
}

/// The fonts that formulas are made of, by the names that a [`Glyph`] has for them, as TrueType files.
pub static FORMULA_FONTS: [(&str, &[u8]); 11] = [
    font!("Main-Regular"),
    font!("Main-Bold"),
    font!("Math-Italic"),
    font!("Math-BoldItalic"),
    font!("AMS-Regular"),
    font!("Caligraphic-Regular"),
    font!("SansSerif-Regular"),
    font!("Size1-Regular"),
    font!("Size2-Regular"),
    font!("Size3-Regular"),
    font!("Size4-Regular"),
];

/// The font with that name, as a TrueType file.
pub fn formula_font(name: &str) -> Option<&'static [u8]> {
    let found = FORMULA_FONTS.iter().find(|(font, _)| *font == name);
    found.map(|(_, bytes)| *bytes)
}

/// How large and how spread out a formula is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FormulaStyle {
    /// On a line of its own, with the limits of a sum above and below it.
    Displayed,
    /// Among words, as flat as it goes.
    InText,
}

/// A formula with its places worked out, in units of the font size.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// From its left end to its right.
    pub width: f64,
    /// How far it reaches above its baseline.
    pub height: f64,
    /// How far it reaches below its baseline.
    pub depth: f64,
    /// Things in it that cannot be drawn: none in the formulas of this program.
    pub lost: usize,
    /// Places are from its upper left corner.
    glyphs: Vec<Glyph>,
    rules: Vec<(Area, Colour)>,
}

impl Formula {
    /// Sets `tex` in displayed style, in `colour` where it does not say otherwise. A formula that TeX does not
    /// understand is empty: formulas are written by this program, and a test reads them all.
    pub fn new(tex: &str, colour: Colour) -> Self {
        Self::in_style(tex, colour, FormulaStyle::Displayed).unwrap_or_else(|error| {
            log::error!("{error} in {tex}");
            Self {
                width: 0.0,
                height: 0.0,
                depth: 0.0,
                // All of it: whoever counts what is lost finds it.
                lost: 1,
                glyphs: Vec::new(),
                rules: Vec::new(),
            }
        })
    }

    /// Sets `tex` in the given style, in `colour` where it does not say otherwise.
    ///
    /// # Errors
    /// What TeX does not understand, in the words of its parser.
    pub fn in_style(tex: &str, colour: Colour, style: FormulaStyle) -> Result<Self, String> {
        let nodes = ratex_parser::parse(tex).map_err(|error| error.message)?;
        let [red, green, blue] = colour.map(|part| f32::from(part) / 255.0);
        let options = LayoutOptions {
            style: match style {
                FormulaStyle::Displayed => MathStyle::Display,
                FormulaStyle::InText => MathStyle::Text,
            },
            color: Color::new(red, green, blue, 1.0),
            ..LayoutOptions::default()
        };
        Ok(Self::of(&to_display_list(&layout(&nodes, &options))))
    }

    fn of(list: &DisplayList) -> Self {
        let mut formula = Self {
            width: list.width,
            height: list.height,
            depth: list.depth,
            lost: 0,
            glyphs: Vec::new(),
            rules: Vec::new(),
        };
        for item in &list.items {
            if formula.take(item).is_none() {
                formula.lost += 1;
            }
        }
        formula
    }

    /// `None` for what cannot be drawn: braces, stretched brackets, and signs of other fonts.
    fn take(&mut self, item: &DisplayItem) -> Option<()> {
        match item {
            DisplayItem::GlyphPath {
                x,
                y,
                scale,
                font,
                char_code,
                color,
            } => self.glyphs.push(Glyph {
                at: [*x, *y],
                sign: ratex_font::katex_ttf_glyph_char(
                    ratex_font::FontId::parse(font)?,
                    *char_code,
                ),
                font: FORMULA_FONTS.iter().find(|(name, _)| name == font)?.0,
                size: *scale,
                colour: colour_of(color),
            }),
            // Its y is that of its middle.
            DisplayItem::Line {
                x,
                y,
                width,
                thickness,
                color,
                ..
            } => {
                let (top, bottom) = (y - 0.5 * thickness, y + 0.5 * thickness);
                let area = Area::new(*x, top, x + width, bottom);
                self.rules.push((area, colour_of(color)));
            }
            DisplayItem::Rect {
                x,
                y,
                width,
                height,
                color,
            } => {
                let area = Area::new(*x, *y, x + width, y + height);
                self.rules.push((area, colour_of(color)));
            }
            DisplayItem::Path { .. } => return None,
        }
        Some(())
    }

    /// From top to bottom.
    pub fn total_height(&self) -> f64 {
        self.height + self.depth
    }

    /// Draws it with its upper left corner at `corner`, in letters of `size` points.
    pub fn draw(&self, layer: &mut Layer, corner: Point, size: f64) {
        let place = |[x, y]: Point| [corner[0] + size * x, corner[1] + size * y];
        let glyphs = self.glyphs.iter().map(|glyph| {
            Item::Glyph(Glyph {
                at: place(glyph.at),
                size: size * glyph.size,
                ..*glyph
            })
        });
        layer.items.extend(glyphs);
        for (area, colour) in &self.rules {
            let corners = [[area.left, area.top], [area.right, area.bottom]].map(place);
            layer.fill(Area::between(corners[0], corners[1]), *colour);
        }
    }
}

fn colour_of(colour: &Color) -> Colour {
    [colour.r, colour.g, colour.b].map(|part| (part.clamp(0.0, 1.0) * 255.0).round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INK: Colour = [20, 40, 60];

    fn drawn(tex: &str, corner: Point, size: f64) -> (Formula, Layer) {
        let formula = Formula::new(tex, INK);
        let mut layer = Layer::default();
        formula.draw(&mut layer, corner, size);
        (formula, layer)
    }

    /// The sizes are those of TeX: a numerator and a denominator of one sign each are as large as other signs in
    /// displayed style, a script is 0.7 times as large, and ∑ comes from the font of large operators.
    #[test]
    fn signs_have_the_places_sizes_and_colours_that_tex_gives_them() {
        let (formula, layer) = drawn(
            r"\frac{a}{b_h}\sum \textcolor{#ff0080}{w}",
            [100.0, 50.0],
            20.0,
        );
        let glyphs: Vec<&Glyph> = layer
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Glyph(glyph) => Some(glyph),
                _ => None,
            })
            .collect();
        let find = |sign: char| *glyphs.iter().find(|glyph| glyph.sign == sign).unwrap();
        let [a, b, h, sum, w] = ['a', 'b', 'h', '∑', 'w'].map(find);
        assert_eq!((a.font, a.size, a.colour), ("Math-Italic", 20.0, INK));
        assert!((h.size - 14.0).abs() < 1e-9 && h.at[0] > b.at[0] && h.at[1] > b.at[1]);
        assert_eq!(sum.font, "Size2-Regular");
        assert_eq!(w.colour, [255, 0, 128]);
        let Some(Item::Rect { area, fill, .. }) = layer.items.last() else {
            panic!("there is a fraction bar");
        };
        assert_eq!(*fill, Some(INK));
        assert!(a.at[1] < area.top && area.bottom < b.at[1]);
        // The bar of a fraction is 0.04 times as thick as the letters are large.
        assert!((area.height() - 0.04 * 20.0).abs() < 1e-9);
        let right = 100.0 + 20.0 * formula.width;
        let bottom = 50.0 + 20.0 * formula.total_height();
        for glyph in &glyphs {
            let [x, y] = glyph.at;
            assert!((100.0..right).contains(&x), "{glyph:?}");
            assert!((50.0..=bottom).contains(&y), "{glyph:?} {bottom}");
        }
        assert_eq!((glyphs.len(), formula.lost), (5, 0));
    }

    #[test]
    fn what_cannot_be_drawn_is_counted() {
        assert!(Formula::new(r"\overbrace{x+y}", INK).lost > 0);
        assert_eq!(Formula::new(r"\nonsense", INK).width, 0.0);
        let usual = r"\mathcal{L}, \boldsymbol{h} \in \mathbb{R}^n, \mathbf{W}^{\mathsf T}, \hat y";
        assert_eq!(Formula::new(usual, INK).lost, 0);
    }

    #[test]
    fn every_font_is_there() {
        for (name, bytes) in FORMULA_FONTS {
            assert!(skrifa::FontRef::from_index(bytes, 0).is_ok(), "{name}");
            assert_eq!(formula_font(name), Some(bytes));
        }
        assert!(formula_font("Helvetica").is_none());
    }
}
