//! Text that may stand in an XML file.

/// `text` as the content of an element or of an attribute in double quotes. What XML 1.0 has no way to
/// write (section 2.2: control characters, U+FFFE and U+FFFF) becomes �.
pub fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            // A reader would make a line feed or a space of them.
            '\r' => written.push_str("&#13;"),
            '\n' | '\t' => written.push(character),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => written.push('\u{fffd}'),
            _ => written.push(character),
        }
    }
    written
}

/// A coordinate to a hundredth of a point, as short as it can be; 0 for what is not a number.
pub fn coordinate(value: f64) -> String {
    // Far outside of every figure, and within what a renderer's f32 can hold.
    let rounded = (value.clamp(-1e6, 1e6) * 100.0).round() / 100.0;
    if rounded == 0.0 || rounded.is_nan() {
        return "0".to_owned();
    }
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short_and_finite() {
        for (value, text) in [
            (12.0, "12"),
            (0.126, "0.13"),
            (-0.004, "0"),
            (1.0 / 3.0, "0.33"),
            (f64::NAN, "0"),
            (f64::INFINITY, "1000000"),
        ] {
            assert_eq!(coordinate(value), text);
        }
    }
}
