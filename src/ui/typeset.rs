//! Formulas set in TeX's own manner and fonts, drawn with the window's painter.
//!
//! RaTeX turns TeX into a list of glyphs and rules with their places; egui draws the glyphs from the KaTeX
//! fonts, whose metrics the list was made with.

use std::sync::Arc;

use egui::text::{ByteIndex, LayoutJob, LayoutSection, TextFormat};
use egui::{
    Color32, FontData, FontDefinitions, FontFamily, FontId, FontTweak, Painter, Pos2, Rect, Vec2,
};
use ratex_layout::{LayoutOptions, layout, to_display_list};
use ratex_types::{Color, DisplayItem, DisplayList, MathStyle};

/// The fonts that formulas are made of, as RaTeX calls them.
const FONTS: [&str; 7] = [
    "Main-Regular",
    "Main-Bold",
    "Math-Italic",
    "Size1-Regular",
    "Size2-Regular",
    "Size3-Regular",
    "Size4-Regular",
];

/// egui places glyphs to a quarter of a pixel.
const PLACES_PER_PIXEL: f32 = 4.0;

/// Adds the fonts of formulas.
pub fn add_fonts(fonts: &mut FontDefinitions) {
    // Behind them stand the usual letters: a family without any font would be a fault.
    let usual = fonts.families.get(&FontFamily::Proportional).cloned();
    for name in FONTS {
        let mut family = usual.clone().unwrap_or_default();
        if let Some(bytes) = ratex_katex_fonts::ttf_bytes(&format!("KaTeX_{name}.ttf")) {
            // Hinting would move the outlines off the places that were computed for them.
            let tweak = FontTweak {
                hinting: Some(false),
                ..FontTweak::default()
            };
            let data = FontData::from_owned(bytes.into_owned()).tweak(tweak);
            fonts.font_data.insert(name.to_owned(), Arc::new(data));
            family.insert(0, name.to_owned());
        }
        fonts.families.insert(FontFamily::Name(name.into()), family);
    }
}

/// A formula with its places worked out, in units of the font size.
#[derive(Clone)]
pub struct Formula(Arc<DisplayList>);

impl Formula {
    /// Sets `tex` in displayed style, in `colour` where it does not say otherwise. A formula that TeX does
    /// not understand is empty: formulas are written by this program, and a test reads them all.
    pub fn new(tex: &str, colour: Color32) -> Self {
        let nodes = ratex_parser::parse(tex).unwrap_or_else(|error| {
            log::error!("{error} in {tex}");
            Vec::new()
        });
        let [red, green, blue, alpha] = colour
            .to_srgba_unmultiplied()
            .map(|part| f32::from(part) / 255.0);
        let options = LayoutOptions {
            style: MathStyle::Display,
            color: Color::new(red, green, blue, alpha),
            ..LayoutOptions::default()
        };
        Self(Arc::new(to_display_list(&layout(&nodes, &options))))
    }

    /// Width and height in units of the font size.
    pub fn size(&self) -> Vec2 {
        let list = &self.0;
        Vec2::new(list.width as f32, (list.height + list.depth) as f32)
    }

    /// Draws it with its upper left corner at `corner`, in a font of `em` points.
    pub fn paint(&self, painter: &Painter, corner: Pos2, em: f32) {
        let at = |x: f64, y: f64| corner + Vec2::new(x as f32, y as f32) * em;
        for item in &self.0.items {
            match item {
                DisplayItem::GlyphPath {
                    x,
                    y,
                    scale,
                    font,
                    char_code,
                    color,
                } => {
                    let size = *scale as f32 * em;
                    glyph(
                        painter,
                        at(*x, *y),
                        (font, *char_code, size),
                        colour_of(color),
                    );
                }
                DisplayItem::Line {
                    x,
                    y,
                    width,
                    thickness,
                    color,
                    ..
                } => {
                    let (width, thickness) = (*width as f32 * em, *thickness as f32 * em);
                    rule(painter, at(*x, *y), (width, thickness), colour_of(color));
                }
                DisplayItem::Rect {
                    x,
                    y,
                    width,
                    height,
                    color,
                } => {
                    let size = Vec2::new(*width as f32, *height as f32) * em;
                    let rect = Rect::from_min_size(at(*x, *y), size);
                    painter.rect_filled(rect, 2.0, colour_of(color));
                }
                // Braces and stretched brackets, which the formulas of this program do without.
                DisplayItem::Path { .. } => {}
            }
        }
    }
}

fn colour_of(colour: &Color) -> Color32 {
    let part = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    Color32::from_rgba_unmultiplied(
        part(colour.r),
        part(colour.g),
        part(colour.b),
        part(colour.a),
    )
}

/// A fraction bar: `at` is the left end of its middle. A whole number of pixels thick, like every rule.
fn rule(painter: &Painter, at: Pos2, (width, thickness): (f32, f32), colour: Color32) {
    let per_point = painter.ctx().pixels_per_point();
    let whole = |points: f32| (points * per_point).round() / per_point;
    let thickness = whole(thickness).max(1.0 / per_point);
    let top = whole(at.y - 0.5 * thickness);
    let rect = Rect::from_min_size(Pos2::new(at.x, top), Vec2::new(width, thickness));
    painter.rect_filled(rect, 0.0, colour);
}

/// One glyph, `at` being where its baseline begins.
fn glyph(painter: &Painter, at: Pos2, (font, code, size): (&str, u32, f32), colour: Color32) {
    let Some(name) = FONTS.iter().find(|name| **name == font) else {
        return;
    };
    let Some(id) = ratex_font::FontId::parse(font) else {
        return;
    };
    let letter = ratex_font::katex_ttf_glyph_char(id, code);
    let per_point = painter.ctx().pixels_per_point();
    // egui puts a text on whole pixels; the rest goes before its first letter.
    let place = (at.x * per_point * PLACES_PER_PIXEL).round() / PLACES_PER_PIXEL;
    let whole = place.floor();
    let text = letter.to_string();
    let mut job = LayoutJob {
        break_on_newline: false,
        ..LayoutJob::default()
    };
    job.sections.push(LayoutSection {
        leading_space: (place - whole) / per_point,
        byte_range: ByteIndex(0)..ByteIndex(text.len()),
        format: TextFormat {
            font_id: FontId::new(size, FontFamily::Name((*name).into())),
            // The colour comes with the galley, so that one galley serves them all.
            color: Color32::PLACEHOLDER,
            ..TextFormat::default()
        },
    });
    job.text = text;
    let galley = painter.layout_job(job);
    let Some(row) = galley.rows.first() else {
        return;
    };
    let Some(first) = row.glyphs.first() else {
        return;
    };
    let baseline = row.pos.y + first.pos.y;
    let top = (at.y * per_point).round() / per_point - baseline;
    painter.galley(Pos2::new(whole / per_point, top), galley, colour);
}

#[cfg(test)]
impl Formula {
    /// How many glyphs and rules there are, and how many items that cannot be drawn.
    pub fn items(&self) -> (usize, usize) {
        let lost = |item: &&DisplayItem| match item {
            DisplayItem::Path { .. } => true,
            DisplayItem::GlyphPath { font, .. } => !FONTS.contains(&font.as_str()),
            _ => false,
        };
        let lost = self.0.items.iter().filter(lost).count();
        (self.0.items.len() - lost, lost)
    }
}
