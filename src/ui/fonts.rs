//! Letters for real mathematics.

use std::sync::Arc;

use egui::{Context, FontData, FontDefinitions, FontFamily};

use crate::scene::FONT;

/// Width and largest height of the atlas of glyphs in pixels, on a screen of so many pixels per point.
///
/// Without a limit it is as wide and as high as the graphics card allows, and every zoom and every size of a
/// formula adds its glyphs: 256 MB, and as much again on the card, before it is cleared. With 2048 that is 16 MB.
/// It must hold the glyphs of one frame; those of very large letters need more.
pub fn atlas_side(pixels_per_point: f32) -> usize {
    if pixels_per_point <= 2.0 { 2048 } else { 4096 }
}

/// Makes `ctx` write in DejaVu, which has every sign of the formulas (subscripts such as ₜ and ₕ, ∏, ∂, ‖) in one design,
/// and Greek, Cyrillic, Hebrew and Arabic letters for whatever is typed. egui's own fonts stay behind it.
pub fn install(ctx: &Context) {
    let name = "DejaVu Sans Condensed";
    let mut fonts = of_egui();
    fonts
        .font_data
        .insert(name.to_owned(), Arc::new(FontData::from_static(FONT)));
    fonts
        .families
        .entry(FontFamily::Proportional)
        .or_default()
        .insert(0, name.to_owned());
    fonts
        .families
        .entry(FontFamily::Monospace)
        .or_default()
        .push(name.to_owned());
    super::painter::add_fonts(&mut fonts);
    ctx.set_fonts(fonts);
}

/// Those that come with egui.
#[cfg(not(target_family = "wasm"))]
fn of_egui() -> FontDefinitions {
    FontDefinitions::default()
}

/// Signs that DejaVu has not, out of a font that comes with egui: a page has to load what it writes in, and needs no more.
#[cfg(target_family = "wasm")]
const ICONS: &[u8] = include_bytes!("../../assets/fonts/icons.ttf");

/// Of those that come with egui what DejaVu has not.
#[cfg(target_family = "wasm")]
fn of_egui() -> FontDefinitions {
    use epaint_default_fonts::EGUI_ICONS;

    let mut fonts = FontDefinitions::empty();
    for (name, bytes) in [("icons", ICONS), ("egui-icons", EGUI_ICONS)] {
        let data = Arc::new(FontData::from_static(bytes));
        fonts.font_data.insert(name.to_owned(), data);
        for family in [FontFamily::Proportional, FontFamily::Monospace] {
            let names = fonts.families.entry(family).or_default();
            names.push(name.to_owned());
        }
    }
    fonts
}
