//! How wide text is, in the font that comes with the program.

use std::sync::OnceLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// DejaVu Sans Condensed, which has every mathematical sign that is written here.
pub static FONT: &[u8] = include_bytes!("../../assets/fonts/DejaVuSansCondensed.ttf");

/// The same among the fonts of whoever reads a figure.
pub const FAMILY: &str = "DejaVu Sans Condensed, DejaVu Sans, sans-serif";

/// Half the height of capitals, as a share of the font size.
pub const HALF_CAPITAL: f64 = 0.36;

fn font() -> Option<&'static FontRef<'static>> {
    static FONT_REF: OnceLock<Option<FontRef<'static>>> = OnceLock::new();
    FONT_REF
        .get_or_init(|| FontRef::from_index(FONT, 0).ok())
        .as_ref()
}

/// Whether the font has a sign for `character`.
pub fn has(character: char) -> bool {
    font().is_some_and(|font| font.charmap().map(character).is_some())
}

/// Advances of the first characters, up to the mathematical operators, in units of the font: scenes measure hundreds of texts
/// in every frame.
const MEASURED: usize = 0x2400;

/// How many points wide `text` is at the font size `size`. Pairs that are set closer are not accounted for,
/// so it is rather less.
pub fn width(text: &str, size: f64) -> f64 {
    static ADVANCES: OnceLock<Vec<f64>> = OnceLock::new();
    let advances = ADVANCES.get_or_init(|| {
        let character = |code: usize| char::from_u32(code as u32).unwrap_or_default();
        advances_of((0..MEASURED).map(character))
    });
    let advance = |character: char| {
        let measured = advances.get(character as usize).copied();
        measured.unwrap_or_else(|| advances_of([character]).into_iter().sum())
    };
    text.chars().map(advance).sum::<f64>() * size / units()
}

fn units() -> f64 {
    static UNITS: OnceLock<f64> = OnceLock::new();
    *UNITS.get_or_init(|| {
        let metrics = font().map(|font| font.metrics(Size::unscaled(), LocationRef::default()));
        metrics.map_or(1.0, |metrics| f64::from(metrics.units_per_em.max(1)))
    })
}

/// How far each of `characters` moves the next one on, in units of the font.
fn advances_of(characters: impl IntoIterator<Item = char>) -> Vec<f64> {
    let Some(font) = font() else {
        return characters.into_iter().map(|_| 0.55).collect();
    };
    let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
    let charmap = font.charmap();
    let advance = |character: char| {
        let glyph = charmap.map(character).unwrap_or_default();
        f64::from(metrics.advance_width(glyph).unwrap_or_default())
    };
    characters.into_iter().map(advance).collect()
}

/// As much of the beginning of `text` as fits into `room` points, with … where it is cut.
pub fn elided(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for character in text.chars() {
        kept.push(character);
        if width(&kept, size) + width("…", size) > room {
            kept.pop();
            break;
        }
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

/// `text` in lines of at most `room` points, broken between words; a word that is wider is cut.
pub fn wrapped(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = elided(word, size, room);
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size) <= room => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the font's own table, as fontTools reads it: of 2048 units n has 1168, ∏ 1395.
    #[test]
    fn widths_are_those_of_the_font() {
        assert!((width("n", 2048.0) - 1168.0).abs() < 1e-9);
        assert!((width("nn∏", 1024.0) - (1168.0 + 1395.0 / 2.0)).abs() < 1e-9);
    }

    #[test]
    fn cut_and_wrapped_text_fits() {
        let text = "the film was not bad 🎬 and we loved the end";
        for room in [30.0, 80.0, 150.0] {
            let cut = elided(text, 12.0, room);
            assert!(cut.ends_with('…') && width(&cut, 12.0) <= room, "{cut}");
            for line in wrapped(text, 12.0, room) {
                assert!(width(&line, 12.0) <= room, "{line}");
            }
        }
        assert_eq!(elided(text, 12.0, 1e3), text);
        assert_eq!(wrapped(text, 12.0, 150.0).join(" "), text);
        assert_eq!(elided("wide", 12.0, 0.0), "…");
    }

    #[test]
    fn every_sign_of_the_formulas_is_there() {
        for character in "∏∂Σγσρλη‖ŷ₀₁₂ₜₕₙⱼₖᵢ₋⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿᵗᵀ·−′…“”⊙δ∞".chars()
        {
            assert!(has(character), "{character}");
        }
        assert!(!has('🎬'));
    }
}
