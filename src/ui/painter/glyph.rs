//! Signs of formulas, which egui draws from the KaTeX fonts, whose metrics their places were computed with.

use std::sync::Arc;

use egui::text::{ByteIndex, LayoutJob, LayoutSection, TextFormat};
use egui::{Color32, FontData, FontDefinitions, FontFamily, FontId, FontTweak, Pos2, Shape, Ui};

use super::super::theme::color32;
use super::places::Lens;
use crate::scene::{FORMULA_FONTS, Glyph};

/// egui places glyphs to a quarter of a pixel.
const PLACES_PER_PIXEL: f32 = 4.0;

/// Adds the fonts of formulas.
pub fn add_fonts(fonts: &mut FontDefinitions) {
    // Behind them stand the usual letters: a family without any font would be a fault.
    let usual = fonts.families.get(&FontFamily::Proportional).cloned();
    for (name, bytes) in FORMULA_FONTS {
        let mut family = usual.clone().unwrap_or_default();
        // Hinting would move the outlines off the places that were computed for them.
        let tweak = FontTweak {
            hinting: Some(false),
            ..FontTweak::default()
        };
        let data = FontData::from_static(bytes).tweak(tweak);
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
        family.insert(0, name.to_owned());
        fonts.families.insert(FontFamily::Name(name.into()), family);
    }
}

/// One sign on the screen.
pub fn shape(ui: &Ui, glyph: &Glyph, lens: Lens) -> Option<Shape> {
    let (at, size) = (lens.position(glyph.at), lens.length(glyph.size));
    let per_point = ui.ctx().pixels_per_point();
    // egui puts a text on whole pixels; the rest goes before its first letter.
    let place = (at.x * per_point * PLACES_PER_PIXEL).round() / PLACES_PER_PIXEL;
    let whole = place.floor();
    let text = glyph.sign.to_string();
    let mut job = LayoutJob {
        break_on_newline: false,
        ..LayoutJob::default()
    };
    job.sections.push(LayoutSection {
        leading_space: (place - whole) / per_point,
        byte_range: ByteIndex(0)..ByteIndex(text.len()),
        format: TextFormat {
            font_id: FontId::new(size, FontFamily::Name(glyph.font.into())),
            // The colour comes with the galley, so that one galley serves them all.
            color: Color32::PLACEHOLDER,
            ..TextFormat::default()
        },
    });
    job.text = text;
    let galley = ui.painter().layout_job(job);
    let row = galley.rows.first()?;
    let first = row.glyphs.first()?;
    let baseline = row.pos.y + first.pos.y;
    let top = (at.y * per_point).round() / per_point - baseline;
    let corner = Pos2::new(whole / per_point, top);
    Some(Shape::galley(corner, galley, color32(glyph.colour)))
}
