//! The guide says what the program does: every command in it is carried out here, what it prints must stand below it, and every
//! picture is what the command above it writes. `UPDATE_SNAPSHOTS=1 cargo test --test guide` writes both anew.
//!
//! In a page of `docs/src` a block of TOML or JSON is the file that the text before it names last, as `mine.json`. Commands are
//! the lines of blocks `sh` that begin with `bptt-scope` and one of [`COMMANDS`]; a block `text` below one is what it prints,
//! and a picture is a file that was written by a command of the same page. The picture of the window is written by the test of its pictures.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// What needs no window and no end.
const COMMANDS: [&str; 4] = ["trace", "check", "inspect", "sweep"];

/// What a reader has of their own: the name of it in the guide, and a file of these tests that stands for it.
const OWN: [(&str, &str); 3] = [
    ("model.pt", "tests/models/checkpoint.pt"),
    (
        "runs/a/step-000001200.safetensors",
        "tests/recorder/records/lstm.safetensors",
    ),
    (
        "runs/a/step-000001300.safetensors",
        "tests/recorder/records/gru-packed.safetensors",
    ),
];

/// The picture that another test writes.
const OF_THE_WINDOW: &str = "pictures/window.png";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Something in a page that is carried out or compared.
#[derive(Debug, PartialEq)]
enum Part {
    /// A file, by its name.
    File(String, String),
    /// The commands of a block, a line each.
    Commands(Vec<String>),
    /// What the last of them prints, and where that stands in the page.
    Printed(String, std::ops::Range<usize>),
    /// A picture, by its path.
    Picture(String),
}

fn parts_of(page: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut named, mut block): (String, Option<(String, String)>) = Default::default();
    for (event, range) in Parser::new_ext(page, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Code(text) => named = text.into_string(),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(kind))) => {
                block = Some((kind.into_string(), String::new()));
            }
            Event::Text(text) => {
                if let Some((_, code)) = &mut block {
                    code.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                let Some((kind, text)) = block.take() else {
                    continue;
                };
                match kind.as_str() {
                    "toml" | "json" if named.ends_with(&format!(".{kind}")) => {
                        parts.push(Part::File(named.clone(), text));
                    }
                    "sh" => {
                        let lines = text.lines().map(|line| {
                            let comment = line.find("  #").unwrap_or(line.len());
                            line[..comment].trim().to_owned()
                        });
                        let is_one = |line: &String| {
                            let mut words = line.split_whitespace();
                            words.next() == Some("bptt-scope")
                                && words.next().is_some_and(|word| COMMANDS.contains(&word))
                        };
                        parts.push(Part::Commands(lines.filter(is_one).collect()));
                    }
                    "text" => parts.push(Part::Printed(text, range)),
                    _ => {}
                }
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                parts.push(Part::Picture(dest_url.into_string()));
            }
            _ => {}
        }
    }
    parts
}

/// Carries out a command in `folder`, and says what it prints. Its numbers are those of a machine without fused
/// multiply-add, which every machine can compute.
fn printed_by(command: &str, folder: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_bptt-scope"))
        .args(command.split_whitespace().skip(1))
        .arg("--no-fma")
        .current_dir(folder)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    // A gradient that is wrong ends with 1.
    let expected = [0, i32::from(command.contains(" --against "))];
    let status = output.status.code().unwrap();
    assert!(expected.contains(&status), "{command}: {status} {words}");
    assert!(words.is_empty(), "{command}: {words}");
    String::from_utf8(output.stdout).unwrap()
}

fn pages() -> Vec<PathBuf> {
    let folder = fs::read_dir(root().join("docs/src")).unwrap();
    let files = folder.map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|it| it == "md"))
        .collect();
    pages.sort();
    pages
}

/// Carries out what is in a page, and answers with the page as it should be, and the pictures that are in it.
fn carried_out(page: &str, update: bool) -> (String, BTreeSet<String>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, file) in OWN {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(root().join(file), path).unwrap();
    }
    let parts = parts_of(page);
    for part in &parts {
        if let Part::File(name, text) = part {
            fs::write(folder.path().join(name), text).unwrap();
        }
    }
    let (mut right, mut pictures) = (page.to_owned(), BTreeSet::new());
    let mut printed = String::new();
    // What stands behind is written first, so that places before it stay.
    let mut corrections = Vec::new();
    for part in parts {
        match part {
            Part::File(..) => {}
            Part::Commands(lines) => {
                let all = lines.iter().map(|line| printed_by(line, folder.path()));
                printed = all.collect();
            }
            Part::Printed(_, range) => corrections.push((range, printed.clone())),
            Part::Picture(path) if path == OF_THE_WINDOW => {
                pictures.insert(path);
            }
            Part::Picture(path) => {
                let name = Path::new(&path).file_name().unwrap();
                let drawn = fs::read(folder.path().join(name));
                let drawn = drawn.unwrap_or_else(|_| panic!("no command writes {path}"));
                let kept = root().join("docs/src").join(&path);
                if update {
                    fs::write(&kept, &drawn).unwrap();
                }
                let kept = fs::read(kept).unwrap_or_default();
                assert!(kept == drawn, "{path} is out of date");
                pictures.insert(path);
            }
        }
    }
    for (range, printed) in corrections.into_iter().rev() {
        right.replace_range(range, &format!("```text\n{}\n```", printed.trim_end()));
    }
    (right, pictures)
}

#[test]
fn every_command_of_the_guide_prints_and_draws_what_stands_below_it() {
    let update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let mut pictures = BTreeSet::new();
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        // The lists of examples need files that nobody has.
        if path.ends_with("command-line.md") {
            continue;
        }
        let (right, found) = carried_out(&page, update);
        pictures.extend(found);
        if update {
            fs::write(&path, &right).unwrap();
        } else {
            assert_eq!(page, right, "{} is out of date", path.display());
        }
    }
    let kept = fs::read_dir(root().join("docs/src/pictures")).unwrap();
    let kept: BTreeSet<String> = kept
        .map(|entry| format!("pictures/{}", entry.unwrap().file_name().display()))
        .collect();
    assert_eq!(
        kept, pictures,
        "every picture is in a page, and there is every one"
    );
}

#[test]
fn what_is_wrong_in_a_page_is_seen() {
    let (right, _) = carried_out(
        "```sh\nbptt-scope trace\n```\n\n```text\nnothing\n```\n",
        false,
    );
    assert!(
        right.contains("do_n/do_t") && !right.contains("nothing"),
        "{right}"
    );
}

/// A link leads to a page that is there, or to another host.
#[test]
fn every_link_leads_somewhere() {
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        for event in Parser::new(&page) {
            if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event {
                let is_elsewhere = dest_url.starts_with("https://");
                let file = dest_url.split('#').next().unwrap_or_default();
                assert!(
                    is_elsewhere || root().join("docs/src").join(file).exists(),
                    "{} of {}",
                    dest_url,
                    path.display()
                );
            }
        }
    }
}

/// What the guide says of the keys of an experiment is what there is.
#[test]
fn the_guide_lists_every_key() {
    let page = fs::read_to_string(root().join("docs/src/experiment.md")).unwrap();
    for setting in &bptt_scope::training::SETTINGS {
        let row = format!("| `{}` |", setting.key);
        assert!(page.contains(&row), "{}", setting.key);
    }
}
