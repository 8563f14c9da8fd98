//! What somebody else has written, as messages repeat it: keys and texts out of files, arguments, the names of
//! files, and what libraries say of them.
//!
//! Every message of this program repeats foreign text through these functions, and passes [`shown_message`] as a whole
//! before it reaches a terminal or the window. A terminal carries out control characters, a bidirectional
//! override turns the rest of the line around, and what nobody sees can be told from nothing: all of it is
//! written out, as `\n`, `\u{1b}` or `\u{202e}`. What is long is cut, so that the remedy behind it is seen.

use std::path::Path;

/// Characters of a key or a text that are repeated: what was meant is recognised by them.
const TEXT: usize = 40;

/// Characters of an argument of the command line: a key and the beginning of its value.
const ARGUMENT: usize = 80;

/// Characters of a path: a folder and a name as long as a person still reads them.
const PATH: usize = 200;

/// Characters of a whole message: a long path, a key and the list of all keys there are stay whole.
const MESSAGE: usize = 1_000;

/// Combining marks that may stand on one letter; no language needs more, and a pile of them covers the lines
/// above.
const MARKS: usize = 2;

/// Whether `char` is a sign that everybody sees, or a mark on one, and no terminal and no XML file takes for something
/// else.
pub(super) fn is_visible(char: char) -> bool {
    is_mark(char) || Escape::default().written(char).chars().eq([char])
}

/// `text` on one line, with everything written out that is not a visible sign or a plain space.
pub fn escaped(text: &str) -> String {
    let mut escape = Escape::default();
    text.chars().map(|char| escape.written(char)).collect()
}

/// The same, as at most 40 characters: for keys and texts.
pub fn shown_text(text: &str) -> String {
    shortened(text, TEXT)
}

/// The same, as at most 80 characters: for arguments.
pub fn shown_argument(text: &str) -> String {
    shortened(text, ARGUMENT)
}

/// The same for what a library says, which repeats parts of what it has read; at most 200 characters.
pub fn shown_reason(text: &str) -> String {
    shortened(text, PATH)
}

/// A path, as at most 200 characters. Of a longer one the middle is left out, for the name is at its end.
pub fn shown_path(path: &Path) -> String {
    /// A third shows where it begins.
    const BEGIN: usize = PATH / 3;
    let text = path.to_string_lossy();
    let whole = shortened(&text, PATH);
    if !whole.ends_with('…') || text.ends_with('…') && text.chars().count() <= PATH {
        return whole;
    }
    let mut room = PATH - BEGIN;
    let end = text
        .char_indices()
        .rev()
        .take_while(|(_, char)| {
            let length = Escape::default().written(*char).chars().count();
            room = room.saturating_sub(length);
            room > 0
        })
        .last()
        .map_or("", |(place, _)| &text[place..]);
    shortened(&text, BEGIN) + &escaped(end)
}

/// A whole message, on one line and of at most 1,000 characters. What the other functions wrote stays as it is.
pub fn shown_message(text: &str) -> String {
    shortened(text, MESSAGE)
}

/// `bytes` in megabytes, rounded up to a tenth: what is too large is never told to be as large as it may be.
pub fn megabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    match tenths % 10 {
        0 => format!("{} MB", tenths / 10),
        tenth => format!("{}.{tenth} MB", tenths / 10),
    }
}

/// `text` escaped, as at most `most` characters, the dots that stand for the rest among them. No escape is cut.
fn shortened(text: &str, most: usize) -> String {
    let mut escape = Escape::default();
    let (mut line, mut length) = (String::new(), 0);
    // How far `line` may stay if dots must follow.
    let mut kept = 0;
    for char in text.chars() {
        let piece = escape.written(char);
        length += piece.chars().count();
        if length > most {
            line.truncate(kept);
            line.push('…');
            break;
        }
        line.push_str(&piece);
        if length < most {
            kept = line.len();
        }
    }
    line
}

/// Writes characters out, one after the other.
struct Escape {
    /// Marks since the last letter.
    marks: usize,
}

impl Default for Escape {
    /// At the beginning, where there is nothing that a mark could stand on.
    fn default() -> Self {
        Self { marks: MARKS }
    }
}

impl Escape {
    fn written(&mut self, char: char) -> String {
        if is_mark(char) {
            self.marks += 1;
            return if self.marks <= MARKS {
                char.to_string()
            } else {
                char.escape_unicode().to_string()
            };
        }
        self.marks = 0;
        match char {
            '"' | '\'' | '\\' => char.to_string(),
            char if is_invisible(char) => char.escape_unicode().to_string(),
            // Control and format characters, separators, and what is no character at all.
            char => char.escape_debug().to_string(),
        }
    }
}

/// Whether `char` is drawn onto the letter before it. The standard library writes such a character out only where
/// it stands first.
fn is_mark(char: char) -> bool {
    if char.is_ascii() || is_invisible(char) {
        return false;
    }
    let is_written_out = |mut escape: std::char::EscapeDebug| escape.next() == Some('\\');
    is_written_out(char.escape_debug())
        && !['x', char]
            .iter()
            .collect::<String>()
            .escape_debug()
            .any(|char| char == '\\')
}

/// Letters, marks and signs that Unicode has nothing drawn for: fillers, joiners, selectors and a blank of Braille.
fn is_invisible(char: char) -> bool {
    matches!(
        char,
        '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Asserts that `message` can be shown on any terminal and in any window.
    pub(crate) fn assert_showable(message: &str) {
        let is_bad = |char: char| {
            char.is_control()
                || matches!(
                    char,
                    '\u{ad}'
                        | '\u{61c}'
                        | '\u{180e}'
                        | '\u{200b}'..='\u{200f}'
                        | '\u{2028}'..='\u{202e}'
                        | '\u{2060}'..='\u{206f}'
                        | '\u{feff}'
                        | '\u{fff9}'..='\u{fffb}'
                        | '\u{e0000}'..='\u{e0fff}'
                )
        };
        assert!(!message.contains(is_bad), "{message:?}");
        let length = message.chars().count();
        assert!(length <= MESSAGE, "{length} characters: {message}");
    }

    #[test]
    fn what_a_terminal_carries_out_or_nobody_sees_is_written_out() {
        for (text, written) in [
            ("a\nb\tc\r", r"a\nb\tc\r"),
            ("\u{1b}[2J", r"\u{1b}[2J"),
            ("\u{9b}31m", r"\u{9b}31m"),
            ("\u{202e}txt.exe", r"\u{202e}txt.exe"),
            ("\u{2066}\u{2069}\u{200e}", r"\u{2066}\u{2069}\u{200e}"),
            ("\u{61c}\u{feff}\u{200b}", r"\u{61c}\u{feff}\u{200b}"),
            ("\u{2028}\u{2029}\u{85}", r"\u{2028}\u{2029}\u{85}"),
            ("\u{3164}\u{fe0f}\u{e0041}", r"\u{3164}\u{fe0f}\u{e0041}"),
            // What people write stays: quotes, other scripts, accents of their own.
            (r#"it's "C:\a" ŷ 🎬"#, r#"it's "C:\a" ŷ 🎬"#),
            ("שלום cafe\u{301}", "שלום cafe\u{301}"),
            ("e\u{301}\u{301}\u{301}", "e\u{301}\u{301}\\u{301}"),
            ("\u{301}e", r"\u{301}e"),
        ] {
            assert_eq!(escaped(text), written, "{text:?}");
        }
    }

    #[test]
    fn what_is_long_is_cut_and_no_escape_is() {
        assert_eq!(shown_text(&"k".repeat(40)), "k".repeat(40));
        assert_eq!(shown_text(&"k".repeat(41)), "k".repeat(39) + "…");
        // Six characters each: six of them and the dots.
        assert_eq!(shown_text(&"\u{1b}".repeat(50)), r"\u{1b}".repeat(6) + "…");
        assert_eq!(
            shown_message(&"m".repeat(30_000_000)).chars().count(),
            MESSAGE
        );
    }

    #[test]
    fn a_long_path_keeps_its_beginning_and_its_name() {
        let long = format!("/begin/{}/name.toml", "folder/".repeat(100));
        let shown = shown_path(Path::new(&long));
        assert!(shown.starts_with("/begin/") && shown.ends_with("/name.toml"));
        assert!(shown.contains('…') && shown.chars().count() <= PATH);
        assert_eq!(shown_path(Path::new("/a/b…")), "/a/b…");
    }

    #[test]
    fn sizes_are_never_told_too_small() {
        for (bytes, text) in [
            (1_000_000, "1 MB"),
            (1_000_001, "1.1 MB"),
            (63_950_001, "64 MB"),
            (1_000_000_000, "1000 MB"),
        ] {
            assert_eq!(megabytes(bytes), text);
        }
    }

    /// Any text, and such as is made to deceive.
    fn texts() -> impl Strategy<Value = String> {
        let strange = proptest::sample::select(
            "\u{1b}\u{9b}\u{202a}\u{202e}\u{2066}\u{2069}\u{200e}\u{200f}\u{61c}\u{feff}\u{200b}\u{200d}\
             \u{2028}\u{2029}\u{85}\u{0}\u{7f}\n\r\u{301}\u{e0020}a \\{}\"…"
                .chars()
                .collect::<Vec<_>>(),
        );
        prop_oneof![
            any::<String>(),
            proptest::collection::vec(strange, 0..1500).prop_map(String::from_iter),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn whatever_is_repeated_is_visible_short_and_stays_so(text in texts()) {
            assert_showable(&shown_message(&text));
            for (written, most) in [
                (shown_text(&text), TEXT),
                (shown_argument(&text), ARGUMENT),
                (shown_path(Path::new(&text)), PATH),
                (shown_message(&text), MESSAGE),
            ] {
                assert_showable(&written);
                prop_assert!(written.chars().count() <= most, "{written}");
                prop_assert_eq!(&shown_message(&written), &written);
            }
            assert!(!escaped(&text).contains(char::is_control));
        }

        #[test]
        fn plain_text_stays_as_it_is(text in "[ -~]{0,40}") {
            prop_assert_eq!(shown_text(&text), text);
        }
    }
}
