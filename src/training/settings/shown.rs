//! What somebody has written, as messages repeat it.

/// `text` on one line: what a terminal would carry out, such as line breaks, is written as in a string.
pub fn escaped(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '"' | '\'' | '\\' => line.push(char),
            char => line.extend(char.escape_debug()),
        }
    }
    line
}

/// The same, cut where it becomes long.
pub fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let cut: String = text.chars().take(MOST).collect();
    let dots = if cut.len() == text.len() { "" } else { "…" };
    escaped(&cut) + dots
}
