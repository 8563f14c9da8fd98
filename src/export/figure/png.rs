//! A drawing as PNG: the same SVG, drawn with the program's own font alone, so that it is the same file on
//! every machine.

use std::sync::{Arc, OnceLock};

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, PixelDimensions, Unit};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Error, Options, Tree};

use super::drawing::{Drawing, Item, Layer, Pixels};
use super::font::{FONT, has};
use super::svg::svg;
use super::xml_reader::Missing;

/// Pixels per point of a figure as PNG: the three bands fill a screen of 2560 × 1440.
pub const PNG_SCALE: f32 = 2.0;

/// The keyword of the chunk that holds the experiment.
const KEYWORD: &str = "Experiment";

/// Points in an inch, as in CSS: 1280 points are the width of a slide, 13⅓ inches.
const POINTS_PER_INCH: f64 = 96.0;

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

/// `drawing` as a PNG file of `scale` pixels per point on white, with `metadata`, the text of its experiment.
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

/// `drawing` as pixels, `scale` of them per point, on white.
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
    pixmap.fill(Color::WHITE);
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

/// The metadata of a file that [`png()`] wrote, of at most `most` bytes, also if they are packed.
///
/// Only the chunk that holds it is read, and no pixel, profile or other text is unpacked.
///
/// # Errors
/// [`Missing`] says why there is none, as in another file.
pub fn experiment_of_png(png: &[u8], most: usize) -> Result<String, Missing> {
    // It may stand behind the pixels if another program has written the file anew.
    let is_ours = |chunk: &&[u8]| {
        chunk[4..8] == *b"iTXt"
            && chunk[8..]
                .strip_prefix(KEYWORD.as_bytes())
                .is_some_and(|rest| rest.first() == Some(&0))
    };
    let chunk = chunks(png).find(is_ours).ok_or(Missing::Absent)?;
    // Packed it is smaller, and its keyword and the frame of the chunk are not counted.
    if chunk.len() > most + 200 {
        return Err(Missing::Large);
    }
    let alone = [SIGNATURE, GREY_PIXEL, chunk, NO_PIXELS].concat();
    let reader = Decoder::new(std::io::Cursor::new(alone)).read_info();
    let reader = reader.map_err(|_| Missing::Absent)?;
    let text = reader.info().utf8_text.first().ok_or(Missing::Absent)?;
    let mut text = text.clone();
    text.decompress_text_with_limit(most)
        .map_err(|_| Missing::Large)?;
    text.get_text().map_err(|_| Missing::Absent)
}

/// What every PNG begins with.
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The chunk IHDR of a picture of one grey pixel.
const GREY_PIXEL: &[u8] = b"\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55";

/// An empty chunk IDAT.
const NO_PIXELS: &[u8] = b"\0\0\0\0IDAT\x35\xaf\x06\x1e";

/// The chunks of a PNG file, each with its length, name and checksum, as far as they are whole.
fn chunks(png: &[u8]) -> impl Iterator<Item = &[u8]> {
    /// Length, name and checksum.
    const FRAME: usize = 12;
    let mut rest = png.strip_prefix(SIGNATURE).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = u32::from_be_bytes(*rest.first_chunk()?) as usize;
        let (chunk, behind) = rest.split_at_checked(length.checked_add(FRAME)?)?;
        rest = behind;
        Some(chunk)
    })
}

/// `pixels` as a PNG file with `texts` under their keywords, of `scale` pixels per point.
///
/// # Errors
/// If there are no pixels, or not as many as `pixels` says.
pub(super) fn encoded(
    pixels: &Pixels,
    texts: &[(&str, &str)],
    scale: Option<f64>,
) -> Result<Vec<u8>, png::EncodingError> {
    let opaque = pixels.rgba.chunks_exact(4).all(|pixel| pixel[3] == 255);
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, pixels.width as u32, pixels.height as u32);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_color(if opaque {
        ColorType::Rgb
    } else {
        ColorType::Rgba
    });
    encoder.set_compression(Compression::Balanced);
    encoder.set_pixel_dims(scale.map(|scale| {
        let per_metre = (scale * POINTS_PER_INCH / 0.0254).round() as u32;
        PixelDimensions {
            xppu: per_metre,
            yppu: per_metre,
            unit: Unit::Meter,
        }
    }));
    for (keyword, text) in texts {
        // A zero byte would end the text.
        let text = text.replace('\0', "\u{fffd}");
        encoder.add_itxt_chunk((*keyword).to_owned(), text)?;
    }
    let mut writer = encoder.write_header()?;
    if opaque {
        let rgb: Vec<u8> = pixels
            .rgba
            .chunks_exact(4)
            .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
            .collect();
        writer.write_image_data(&rgb)?;
    } else {
        writer.write_image_data(&pixels.rgba)?;
    }
    writer.finish()?;
    Ok(file)
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

/// Writes � for what the font has no sign for, and nothing for what only joins or selects such signs.
fn use_own_signs(layer: &mut Layer) {
    for item in &mut layer.items {
        match item {
            Item::Text(text) => {
                let own = text.text.chars().filter_map(|character| match character {
                    character if has(character) => Some(character),
                    '\u{200b}'..='\u{200f}'
                    | '\u{fe00}'..='\u{fe0f}'
                    | '\u{1f3fb}'..='\u{1f3ff}' => None,
                    _ => Some('\u{fffd}'),
                });
                text.text = own.collect();
            }
            Item::Clip { layer, .. } => use_own_signs(layer),
            _ => {}
        }
    }
}
