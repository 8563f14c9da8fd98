//! The house holds: imports point down, and only the window knows egui.

mod imports;

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The code of a file, without its comments.
fn code(path: &Path) -> String {
    fs::read_to_string(path)
        .unwrap()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect()
}

fn floor(name: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name);
    let files = sources(&folder);
    assert!(!files.is_empty(), "{name} has files");
    files
}

#[test]
fn no_floor_names_one_above_it() {
    const ABOVE_TRAINING: [&str; 6] = ["scene", "export", "lessons", "guide", "cli", "ui"];
    let lowest = [&["flow", "tasks", "training"][..], &ABOVE_TRAINING].concat();
    let second = |other| [&[other, "training"][..], &ABOVE_TRAINING].concat();
    let with_models = |of: Vec<&'static str>| [&["models"][..], &of].concat();
    let of_flow = with_models(second("tasks"));
    let of_tasks = with_models(second("flow"));
    let of_models = [&["flow"][..], &second("tasks")].concat();
    let lowest = with_models(lowest);
    // The floor of the network is a package of its own, which could not name one.
    let all = [&["rnn", "glossary"], &lowest[..]].concat();
    let forbidden: [(&str, &[&str]); 11] = [
        ("glossary", &all),
        ("flow", &of_flow),
        ("tasks", &of_tasks),
        ("models", &of_models),
        ("training", &ABOVE_TRAINING),
        ("scene", &["export", "lessons", "guide", "cli", "ui"]),
        ("export", &["lessons", "guide", "cli", "ui"]),
        ("lessons", &["export", "guide", "cli", "ui"]),
        ("guide", &["export", "cli", "ui"]),
        ("cli", &["ui"]),
        ("ui", &["cli"]),
    ];
    for (name, above) in forbidden {
        for path in floor(name) {
            let code = code(&path);
            for other in above {
                assert!(
                    !code.contains(&format!("crate::{other}")),
                    "{} names {other}",
                    path.display()
                );
            }
            // The network is named as a floor like the others.
            assert!(!code.contains("bptt_scope_rnn"), "{}", path.display());
            // A list of floors would slip past the names above.
            assert!(!code.contains("crate::{"), "{}", path.display());
        }
    }
}

#[test]
fn only_the_window_knows_egui_and_nothing_below_training_a_clock_or_a_thread() {
    let without_a_window = [
        "rnn", "glossary", "flow", "tasks", "models", "training", "scene", "lessons", "guide",
        "export", "cli",
    ];
    for name in without_a_window {
        for path in floor(name) {
            let code = code(&path);
            for word in ["egui", "eframe"] {
                assert!(!code.contains(word), "{} names {word}", path.display());
            }
        }
    }
    // What there is to see of a moment is read from no file and no clock either.
    for name in [
        "rnn", "glossary", "flow", "tasks", "models", "scene", "lessons", "guide",
    ] {
        for path in floor(name) {
            let code = code(&path);
            for word in ["std::fs", "std::thread", "Instant", "SystemTime", "StdRng"] {
                assert!(!code.contains(word), "{} names {word}", path.display());
            }
            // The invariant of the floor allows it there, by name.
            let shares_work =
                path.ends_with("flow/phase_map.rs") || path.ends_with("flow/phase_map/tests.rs");
            assert!(
                shares_work || !code.contains("rayon"),
                "{} names rayon",
                path.display()
            );
        }
    }
}

#[test]
fn the_instrument_draws_with_no_unsafe_code_and_leaves_nothing_unfinished() {
    let all = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    for path in all {
        let code = code(&path);
        for word in ["unsafe ", "todo!", "unimplemented!", "dbg!"] {
            assert!(!code.contains(word), "{} has {word}", path.display());
        }
    }
}

/// Two files that need each other are one, or a third stands below them.
#[test]
fn no_files_take_from_each_other_in_a_circle() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&source).into_iter().map(|path| {
        let below = path.strip_prefix(&source).unwrap();
        let name = below.to_str().unwrap().replace('\\', "/");
        (name, code(&path))
    });
    let circles = imports::House::new(files).circles();
    assert!(circles.is_empty(), "{circles:#?}");
}
