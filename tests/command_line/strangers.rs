//! What strangers have written, in files, in names and in arguments, and what of it reaches the terminal: nothing
//! that a terminal would carry out, nothing that nobody sees, and no more than a few lines.

use std::fs;

use super::support::{refused, run, text};

/// Erases the screen, turns the line around, is not seen, and begins another line.
const STRANGE: &str = "\u{1b}[2J\u{9b}1m\u{202e}\u{2066}\u{200b}\u{feff}\u{2028}\n\r\u{7}";

/// The same as it is told.
const TOLD: &str = r"\u{1b}[2J\u{9b}1m\u{202e}\u{2066}\u{200b}\u{feff}\u{2028}\n\r\u{7}";

fn assert_safe(words: &str) {
    let is_bad = |char: char| {
        char != '\n' && char.is_control()
            || matches!(
                char,
                '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            )
    };
    assert!(!words.contains(is_bad), "{words:?}");
    assert!(words.chars().count() < 1_100, "{words}");
}

#[test]
fn keys_and_texts_out_of_files_are_written_out_and_cut() {
    let folder = tempfile::tempdir().unwrap();
    let long = "k".repeat(900_000);
    for strange in [STRANGE, &long] {
        let json = |text: &str| serde_json::to_string(text).unwrap();
        let toml = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let (in_json, in_toml) = (json(strange), toml(strange));
        let schema = "\"schema\": \"bptt-scope.trace/1\", \"step\": 0";
        for (name, content) in [
            ("key.toml", format!("{in_toml} = 1")),
            ("section.toml", format!("[{in_toml}]")),
            ("value.toml", format!("network.activation = {in_toml}")),
            ("no.toml", format!("seed = {}", strange.trim_end())),
            ("raw.toml", strange.to_owned()),
            (
                "key.json",
                format!("{{{schema}, \"experiment\": {{{in_json}: 1}}}}"),
            ),
            (
                "section.json",
                format!("{{{schema}, \"experiment\": {{{in_json}: {{}}}}}}"),
            ),
            (
                "inner.json",
                format!("{{{schema}, \"experiment\": {{\"task\": {{{in_json}: 1}}}}}}"),
            ),
            (
                "value.json",
                format!("{{{schema}, \"experiment\": {{\"task\": {{\"kind\": {in_json}}}}}}}"),
            ),
            (
                "schema.json",
                format!("{{\"schema\": {in_json}, \"experiment\": {{}}}}"),
            ),
            ("raw.json", format!("{{{strange}")),
            (
                "carried.svg",
                format!(
                    "<e:experiment xmlns:e='urn:bptt-scope:experiment'><![CDATA[{in_toml} = 1]]></e:experiment>"
                ),
            ),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, content).unwrap();
            let words = refused(&["experiment", text(&path)]);
            assert_safe(&words);
            // No word of the language that this is written in.
            assert!(
                !words.contains("u64") && !words.contains("expected one of"),
                "{words}"
            );
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_of_files_are_written_out_and_cut() {
    let folder = tempfile::tempdir().unwrap();
    let name = STRANGE.to_owned() + "name";
    let path = folder.path().join(format!("{name}.toml"));
    fs::write(&path, "seed = -1").unwrap();
    let missing = folder.path().join(format!("{name}.none"));
    let inside = folder.path().join(format!("no {name}/x.json"));
    let csv = folder.path().join(format!("{name}.csv"));
    fs::write(&csv, "not a sweep").unwrap();
    for arguments in [
        vec!["experiment", text(&path)],
        vec![text(&path)],
        vec!["experiment", text(&missing)],
        vec!["trace", "--out", text(&inside)],
        vec!["trace", "--out", text(&missing)],
        vec!["sweep", "--axis", "seed=1", "--out", text(&inside)],
        vec!["sweep", "--axis", "seed=1", "--out", text(&csv)],
    ] {
        let words = refused(&arguments);
        assert_safe(&words);
        assert!(words.contains(&format!("{TOLD}name")), "{words}");
    }
    let long = "x".repeat(100_000);
    assert_safe(&refused(&["experiment", &long]));
}

#[test]
fn arguments_are_written_out_and_cut() {
    let long = "x".repeat(100_000);
    for strange in [STRANGE, &long] {
        let value = format!("network.w_h={strange}");
        let list = format!("task.kind=latch,{strange}");
        let range = format!("network.w_h=1:2:{strange}");
        for arguments in [
            vec!["trace", "--set", strange],
            vec!["trace", "--set", &value],
            vec!["sweep", "--axis", strange],
            vec!["sweep", "--axis", &value],
            vec!["sweep", "--axis", &list],
            vec!["sweep", "--axis", &range],
            vec!["sweep", "--axis", "seed=1", "--shard", strange],
            vec![
                "sweep",
                "--axis",
                "probe.text=a",
                "--set",
                "probe.text=b",
                "--set",
                strange,
            ],
        ] {
            assert_safe(&refused(&arguments));
        }
        // These are answered by the parser of arguments, on several lines.
        for arguments in [
            vec!["trace", "--steps", strange],
            vec!["trace", "--view", strange],
            vec!["trace", "--format", strange],
            vec!["sweep", "--axis", "seed=1", "--jobs", strange],
            vec!["trace", "one", strange],
            vec!["help", strange],
        ] {
            let output = run(&arguments);
            assert_eq!(output.status.code(), Some(2));
            let words = String::from_utf8(output.stderr).unwrap();
            assert_safe(&words);
        }
    }
}
