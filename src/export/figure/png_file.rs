//! The bytes of a PNG file: pixels and texts into it, and the experiment out of it.

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, PixelDimensions, Unit};

use super::xml_reader::Missing;
use crate::scene::Pixels;

/// The keyword of the chunk that holds the experiment.
pub const KEYWORD: &str = "Experiment";

/// Points in an inch, as in CSS: 1280 points are the width of a slide, 13⅓ inches.
const POINTS_PER_INCH: f64 = 96.0;

/// `pixels` as a PNG file with `texts` under their keywords, of `scale` pixels per point.
///
/// # Errors
/// If there are no pixels, or not as many as `pixels` says.
pub fn encoded(
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

/// The metadata of a file that [`png`](super::png()) wrote, of at most `most` bytes, also if they are packed.
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
