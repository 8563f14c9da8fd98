//! What is said when the program is started in a way that it was not meant to be, and its help.

use std::path::Path;
use std::process::Command;

use super::support::{refused, run, written};

/// On other systems a window can always be opened, or the answer is the system's own.
#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn without_a_display_one_sentence_names_the_headless_command() {
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.contains("bptt-scope trace"), "{message}");
    assert!(!message.contains("panicked") && !message.contains(".rs"));
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn an_unreachable_display_is_told_in_one_sentence_too() {
    let output = Command::new(env!("CARGO_BIN_EXE_bptt-scope"))
        .env("DISPLAY", ":4711")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.contains("bptt-scope trace"), "{message}");
    assert!(!message.contains(".rs"), "{message}");
}

#[test]
fn the_headless_command_shows_the_same_numbers() {
    let output = run(&["trace", "--steps", "20"]);
    assert_eq!(output.status.code(), Some(0));
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("Step 20,") && table.contains("of the gradient reaches"));
    assert!(output.stderr.is_empty());
    let again = run(&["trace", "--steps", "20"]);
    assert_eq!(
        table.as_bytes(),
        again.stdout,
        "the same seed, the same bytes"
    );
}

#[test]
fn bad_arguments_are_named() {
    let output = run(&["trace", "--steps", "many"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("many"));
    assert_eq!(run(&["--version"]).status.code(), Some(0));
}

#[test]
fn a_slip_in_a_command_is_seen() {
    assert_eq!(
        refused(&["trrace"]),
        "bptt-scope: there is no file trrace; did you mean the command trace?"
    );
    for file in ["my.trace", "some/trace"] {
        assert!(!refused(&[file]).contains("command"), "{file}");
    }
    assert!(refused(&["-"]).contains("`bptt-scope trace -` reads that"));
    assert!(refused(&["nothing-like-it.toml"]).contains("there is no such file"));
}

/// Every one is run, in a folder with the files that they name.
#[cfg(unix)]
#[test]
fn help_has_examples_that_work() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("experiment.toml"), written(&["experiment"])).unwrap();
    std::fs::write(at("figure.svg"), written(&["trace", "--format", "svg"])).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (file, name) in [
        (
            "examples/small_networks/explicit-differentiation.toml",
            "exercise.toml",
        ),
        ("tests/models/halves.safetensors", "model.safetensors"),
        ("tests/models/arrays.npz", "model.npz"),
        ("tests/models/checkpoint.pt", "checkpoint.pt"),
    ] {
        std::fs::copy(source.join(file), at(name)).unwrap();
    }
    std::fs::create_dir_all(at("runs/a")).unwrap();
    let record = source.join("tests/recorder/records/lstm.safetensors");
    std::fs::copy(record, at("runs/a/step-000001200.safetensors")).unwrap();
    std::fs::write(at("mine.json"), r#"{"w_i": 11, "w_h": 66, "b": 5}"#).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_bptt-scope"));
    let path = std::env::join_paths([
        program.parent().unwrap(),
        Path::new("/usr/bin"),
        Path::new("/bin"),
    ]);
    let mut ran = 0;
    for command in ["trace", "sweep", "check", "inspect", "experiment"] {
        let help = String::from_utf8(written(&[command, "--help"])).unwrap();
        let examples = help.split("Examples:").nth(1).expect("examples");
        for line in examples
            .lines()
            .filter(|line| line.starts_with("  bptt-scope "))
        {
            // What it does stands behind it.
            let line = line.trim();
            let example = line.split("   ").next().unwrap();
            let output = Command::new("sh")
                .args(["-c", example])
                .current_dir(&folder)
                .env("PATH", path.as_ref().unwrap())
                .output()
                .unwrap();
            let words = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{example}: {words}");
            assert!(words.is_empty(), "{example}: {words}");
            ran += 1;
        }
    }
    assert_eq!(ran, 30);
}

#[test]
fn completions_and_manual_come_from_the_same_definitions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = String::from_utf8(written(&["completions", shell])).unwrap();
        assert!(
            script.contains("shard") && script.contains("experiment"),
            "{shell}"
        );
    }
    let manual = String::from_utf8(written(&["man"])).unwrap();
    for word in [
        ".TH bptt",
        "\\-\\-shard",
        "\\-\\-axis",
        "SLURM",
        "Exit status",
    ] {
        assert!(manual.contains(word), "{word}");
    }
}

#[test]
fn every_key_is_listed_with_what_it_takes() {
    let keys = String::from_utf8(written(&["experiment", "--keys"])).unwrap();
    assert!(keys.contains("network.w_h = 0.9\n"));
    assert!(keys.contains("takes a whole number from 1 to 10000"));
    assert_eq!(
        keys.lines().count(),
        2 * bptt_scope::training::SETTINGS.len()
    );
    let set = "probe.text=\"two\\nlines\"";
    let keys = String::from_utf8(written(&["experiment", "--keys", "--set", set])).unwrap();
    assert!(keys.contains("probe.text = two\\nlines\n"), "{keys}");
    assert_eq!(
        keys.lines().count(),
        2 * bptt_scope::training::SETTINGS.len()
    );
}

/// The words in order are the columns of W_i: what a trace says of a word that is read stands in the column of its
/// index.
#[test]
fn the_vocabulary_has_a_word_for_every_column_of_w_i() {
    let words = String::from_utf8(written(&["experiment", "--vocabulary"])).unwrap();
    let lines: Vec<(usize, &str)> = words
        .lines()
        .map(|line| line.split_once('\t').unwrap())
        .map(|(index, word)| (index.parse().unwrap(), word))
        .collect();
    assert!(
        lines
            .iter()
            .enumerate()
            .all(|(place, (index, _))| place == *index)
    );
    assert_eq!(lines[0].1, "(unknown)");
    let json = written(&["trace", "--format", "json", "--set", "probe.text=film"]);
    let trace = bptt_scope::export::trace::Trace::from_json(&String::from_utf8(json).unwrap());
    let trace = trace.unwrap();
    let w_i = &trace.parameters.of_the_lecture().unwrap().w_i;
    assert_eq!(w_i[0].len(), lines.len());
    let (index, _) = lines.iter().find(|(_, word)| *word == "film").unwrap();
    let json = written(&[
        "trace",
        "--format",
        "json",
        "--set",
        "probe.text=film",
        "--set",
        "task.length=1",
    ]);
    let trace = bptt_scope::export::trace::Trace::from_json(&String::from_utf8(json).unwrap());
    let trace = trace.unwrap();
    // a_1 = W_i x_1, and o_0 is 0.
    assert_eq!(
        trace.timesteps[0].a[0],
        trace.parameters.of_the_lecture().unwrap().w_i[0][*index]
    );
    let refused = refused(&["experiment", "--vocabulary", "--set", "task.kind=latch"]);
    assert!(
        refused.contains("only task.kind = sentiment and a file of texts have words"),
        "{refused}"
    );
}
