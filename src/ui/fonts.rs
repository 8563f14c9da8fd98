//! Letters for real mathematics.

use std::sync::Arc;

use egui::{Context, FontData, FontDefinitions, FontFamily};

/// Has every sign of the formulas (subscripts such as ₜ and ₕ, ∏, ∂, ‖) in one design, and Greek,
/// Cyrillic, Hebrew and Arabic letters for whatever is typed. egui's own fonts stay behind it.
const DEJAVU: &[u8] = include_bytes!("../../assets/fonts/DejaVuSansCondensed.ttf");

/// Makes `ctx` write in it.
pub fn install(ctx: &Context) {
    let name = "DejaVu Sans Condensed";
    let mut fonts = FontDefinitions::default();
    fonts
        .font_data
        .insert(name.to_owned(), Arc::new(FontData::from_static(DEJAVU)));
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
    super::typeset::add_fonts(&mut fonts);
    ctx.set_fonts(fonts);
}
