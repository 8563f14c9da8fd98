//! A drawing as PNG: the same SVG, drawn with the program's own font alone, so that it is the same file on
//! every machine.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Error, Options, Tree};

use super::png_file::{KEYWORD, encoded};
use super::svg::svg;
use crate::scene::{Drawing, FONT, Item, Layer, Pixels, has};

/// Pixels per point of a figure as PNG: the three bands fill a screen of 2560 × 1440.
pub const PNG_SCALE: f32 = 2.0;

/// Pixels that a picture may have: 16,384 × 8,192 take half a gigabyte.
const MOST_PIXELS: f64 = 134_217_728.0;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum FigureError {
    /// The scale is zero, below zero, not a number, or makes a picture of more pixels than memory has
    /// room for.
    #[error("a picture of {width} × {height} pixels cannot be drawn")]
    Size {
        /// Pixels in a row.
        width: f64,
        /// Rows.
        height: f64,
    },
    /// The SVG was not understood.
    #[error("the figure cannot be drawn")]
    Svg(#[from] Error),
    /// The pixels could not be written as PNG.
    #[error("the figure cannot be written as PNG")]
    Png(#[from] png::EncodingError),
}

/// `drawing` as a PNG file of `scale` pixels per point, with `metadata`, the text of its experiment.
///
/// What the program's font has no sign for is drawn as �; in the SVG it stays what it is.
///
/// # Errors
/// [`FigureError`] if the picture would have no pixels, or too many.
pub fn png(drawing: &Drawing, metadata: &str, scale: f32) -> Result<Vec<u8>, FigureError> {
    let pixels = pixels(drawing, scale)?;
    let texts = [("Software", "BPTT Scope"), (KEYWORD, metadata)];
    Ok(encoded(&pixels, &texts, Some(f64::from(scale)))?)
}

/// `pixels` as a PNG file with `metadata`, the text of an experiment.
///
/// # Errors
/// [`FigureError`] if there are no pixels, or not as many as `pixels` says.
pub fn picture_png(pixels: &Pixels, metadata: &str) -> Result<Vec<u8>, FigureError> {
    let texts = [("Software", "BPTT Scope"), (KEYWORD, metadata)];
    Ok(encoded(pixels, &texts, None)?)
}

/// `drawing` as pixels, `scale` of them per point.
///
/// # Errors
/// [`FigureError`] if the picture would have no pixels, or too many.
pub fn pixels(drawing: &Drawing, scale: f32) -> Result<Pixels, FigureError> {
    let [width, height] = drawing.size.map(|side| (side * f64::from(scale)).round());
    let error = FigureError::Size { width, height };
    if !(width >= 1.0 && height >= 1.0 && width * height <= MOST_PIXELS) {
        return Err(error);
    }
    let Some(mut pixmap) = Pixmap::new(width as u32, height as u32) else {
        return Err(error);
    };
    let [red, green, blue] = drawing.theme.colours().sheet;
    pixmap.fill(Color::from_rgba8(red, green, blue, 255));
    let mut drawing = drawing.clone();
    use_own_signs(&mut drawing.layer);
    let options = Options {
        fontdb: fonts(),
        font_family: "DejaVu Sans".to_owned(),
        ..Options::default()
    };
    let tree = Tree::from_str(&svg(&drawing, ""), &options)?;
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixmap.as_mut(),
    );
    // On a background without holes premultiplied colours are the colours themselves.
    Ok(Pixels {
        width: pixmap.width() as usize,
        height: pixmap.height() as usize,
        rgba: pixmap.take(),
    })
}

/// The one font, and none of the machine's.
fn fonts() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    let load = || {
        let mut fonts = Database::new();
        fonts.load_font_data(FONT.to_vec());
        Arc::new(fonts)
    };
    FONTS.get_or_init(load).clone()
}

/// Writes � for what the font has no sign for, and nothing for what only joins or selects such signs. What is only
/// said is left out.
fn use_own_signs(layer: &mut Layer) {
    layer.items.retain(|item| !matches!(item, Item::Hot { .. }));
    for item in &mut layer.items {
        let Item::Text(text) = item else { continue };
        let own = text.text.chars().filter_map(|character| match character {
            character if has(character) => Some(character),
            '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' => None,
            _ => Some('\u{fffd}'),
        });
        text.text = own.collect();
    }
}
