//! The signs of formulas as outlines: each is defined once in a file, and placed wherever it stands.
//!
//! A figure is read on machines that do not have the fonts of formulas, and so it carries their shapes.

use std::collections::BTreeSet;
use std::fmt::Write;

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, MetadataProvider};

use super::xml::coordinate;
use crate::scene::{Glyph, Item, Layer, formula_font};

/// Units of an outline that are one font size.
const UNITS: f32 = 1000.0;

/// The outline of `sign` in the font of formulas called `font`, as the data of an SVG path whose origin is where the
/// baseline begins: 1000 units are one font size, y is downwards. `None` if there is nothing to draw.
pub fn outline(font: &str, sign: char) -> Option<String> {
    let font = FontRef::from_index(formula_font(font)?, 0).ok()?;
    let glyph = font.outline_glyphs().get(font.charmap().map(sign)?)?;
    let metrics = font.metrics(Size::unscaled(), LocationRef::default());
    let mut pen = Pen {
        path: String::new(),
        scale: UNITS / f32::from(metrics.units_per_em.max(1)),
    };
    let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
    glyph.draw(settings, &mut pen).ok()?;
    Some(pen.path).filter(|path| !path.is_empty())
}

/// Writes SVG's letters for what a pen does.
struct Pen {
    path: String,
    scale: f32,
}

impl Pen {
    fn add(&mut self, letter: char, points: &[[f32; 2]]) {
        self.path.push(letter);
        for (index, [x, y]) in points.iter().enumerate() {
            let gap = if index == 0 { "" } else { " " };
            let [x, y] = [x * self.scale, -y * self.scale].map(|at| coordinate(f64::from(at)));
            // Writing to a string does not fail.
            let _ = write!(self.path, "{gap}{x} {y}");
        }
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.add('M', &[[x, y]]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.add('L', &[[x, y]]);
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        self.add('Q', &[[cx0, cy0], [x, y]]);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.add('C', &[[cx0, cy0], [cx1, cy1], [x, y]]);
    }

    fn close(&mut self) {
        self.path.push('z');
    }
}

/// What a file calls the outline of a sign.
fn name(font: &str, sign: char) -> String {
    format!("{font}-{:x}", u32::from(sign))
}

/// The outlines of all signs of formulas in `layer`, each once, as one line of SVG; empty if there are none.
pub fn defs(layer: &Layer) -> String {
    let signs = layer.items.iter().filter_map(|item| match item {
        Item::Glyph(glyph) => Some((glyph.font, glyph.sign)),
        _ => None,
    });
    let mut paths = String::new();
    for (font, sign) in signs.collect::<BTreeSet<_>>() {
        if let Some(path) = outline(font, sign) {
            let _ = write!(paths, "<path id=\"{}\" d=\"{path}\"/>", name(font, sign));
        }
    }
    if paths.is_empty() {
        return paths;
    }
    format!("<defs>{paths}</defs>")
}

/// `glyph` in its place, by the outline that [`defs`] has written; empty if it has none.
pub fn placed(glyph: &Glyph) -> String {
    if outline(glyph.font, glyph.sign).is_none() {
        return String::new();
    }
    let [x, y] = glyph.at.map(coordinate);
    // To a thousandth of a point in a font of 36.
    let scale = (glyph.size / f64::from(UNITS) * 1e5).round() / 1e5;
    let [red, green, blue] = glyph.colour;
    format!(
        "<use xlink:href=\"#{}\" transform=\"translate({x} {y}) scale({scale})\" \
         fill=\"#{red:02x}{green:02x}{blue:02x}\"/>",
        name(glyph.font, glyph.sign)
    )
}

#[cfg(test)]
mod tests {
    use resvg::tiny_skia::{Pixmap, Transform};
    use resvg::usvg::{Options, Tree};

    use super::*;
    use crate::scene::Formula;

    /// A file of 400 × 100 points with `tex` in it, in letters of 20 points.
    fn file(tex: &str) -> (Layer, String) {
        let mut layer = Layer::default();
        Formula::new(tex, [200, 0, 0]).draw(&mut layer, [30.0, 20.0], 20.0);
        let signs = layer.items.iter().filter_map(|item| match item {
            Item::Glyph(glyph) => Some(placed(glyph)),
            _ => None,
        });
        let signs: String = signs.collect();
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
             width=\"400\" height=\"100\">{}{signs}</svg>",
            defs(&layer)
        );
        (layer, svg)
    }

    /// The left, upper, right and lower end of what is drawn, in points.
    fn ink(svg: &str) -> Option<[f64; 4]> {
        const SCALE: u32 = 4;
        let tree = Tree::from_str(svg, &Options::default()).unwrap();
        let mut pixmap = Pixmap::new(400 * SCALE, 100 * SCALE).unwrap();
        let scale = Transform::from_scale(SCALE as f32, SCALE as f32);
        resvg::render(&tree, scale, &mut pixmap.as_mut());
        let mut ends: Option<[u32; 4]> = None;
        for (index, pixel) in pixmap.pixels().iter().enumerate() {
            if pixel.alpha() > 128 {
                assert!(pixel.red() > 0 && pixel.green() == 0, "it has its colour");
                let (x, y) = (index as u32 % pixmap.width(), index as u32 / pixmap.width());
                let old = ends.unwrap_or([x, y, x, y]);
                ends = Some([old[0].min(x), old[1].min(y), old[2].max(x), old[3].max(y)]);
            }
        }
        ends.map(|ends| ends.map(|end| f64::from(end) / f64::from(SCALE)))
    }

    /// Against the font's own table `glyf`: the outline of the digit 1 in KaTeX_Main-Regular reaches from 83 to 427
    /// units to the right and from 0 to 666 upwards.
    #[test]
    fn ink_is_where_the_formula_has_its_sign() {
        let (layer, svg) = file("1");
        let Some(Item::Glyph(glyph)) = layer.items.first() else {
            panic!("there is a sign");
        };
        assert_eq!((glyph.font, glyph.sign), ("Main-Regular", '1'));
        let [x, y] = glyph.at;
        let expected = [x + 1.66, y - 13.32, x + 8.54, y];
        let found = ink(&svg).unwrap();
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                (found - expected).abs() <= 0.5,
                "{found} instead of {expected}"
            );
        }
    }

    #[test]
    fn all_of_a_formula_is_drawn_and_every_outline_is_written_once() {
        let tex = r"\frac{\partial L}{\partial w_h} = \Bigl( \prod_{t=2}^{9} f'(a_t)\,w_h \Bigr) 10^{-7} \cdots \infty";
        let (layer, svg) = file(tex);
        let formula = Formula::new(tex, [0; 3]);
        let [left, top, right, bottom] = ink(&svg).unwrap();
        assert!((30.0..34.0).contains(&left) && (20.0..26.0).contains(&top));
        let end = 30.0 + 20.0 * formula.width;
        assert!(right < end && right > end - 3.0, "{right} of {end}");
        assert!(bottom <= 20.0 + 20.0 * formula.total_height());
        assert_eq!(svg.matches("id=\"Math-Italic-77\"").count(), 1, "w");
        assert_eq!(svg.matches("#Math-Italic-77\"").count(), 2, "w");
        let signs = layer
            .items
            .iter()
            .filter(|item| matches!(item, Item::Glyph(_)));
        assert_eq!(svg.matches("<use ").count(), signs.count());
    }

    #[test]
    fn what_has_no_outline_is_not_written() {
        assert_eq!(outline("Helvetica", 'a'), None);
        assert_eq!(outline("Main-Regular", ' '), None);
        assert_eq!(outline("Main-Regular", '\u{e000}'), None);
        assert_eq!(defs(&Layer::default()), "");
    }
}
