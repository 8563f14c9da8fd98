//! Files that are none, arguments that mean nothing, and places that cannot be written: one message each,
//! exit status 2, and nothing lost.

use std::fs;
use std::path::Path;

use super::support::{program, refused, text, written};

#[test]
fn every_kind_of_bad_file_is_named_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let file = |name: &str, bytes: &[u8]| {
        fs::write(at(name), bytes).unwrap();
        at(name)
    };
    let huge = at("huge.toml");
    // A gigabyte of nothing takes no room.
    fs::File::create(&huge)
        .unwrap()
        .set_len(1_000_000_000)
        .unwrap();
    let whole = written(&["experiment"]);
    let cases = [
        (at("missing.toml"), "there is no such file"),
        (
            file("empty.toml", b""),
            "is empty; an experiment has at least one key",
        ),
        (file("binary.toml", &[0, 159, 146, 150]), "is no text"),
        (
            file("latin.toml", b"[probe]\ntext = \"caf\xe9\"\n"),
            "is no text (byte 20 is not UTF-8)",
        ),
        (huge, "is larger than 1 MB"),
        (
            file("long.toml", &vec![b'#'; 1_500_000]),
            "is larger than 1 MB",
        ),
        (file("half.toml", &whole[..whole.len() - 30]), "line "),
        (
            file("keys.toml", b"[network]\nw_j = 1\n"),
            "keys.toml, line 2: there is no key network.w_j; did you mean network.w_",
        ),
        (
            file("range.toml", b"network.w_h = 1e6\n"),
            "range.toml, line 1: network.w_h takes a number from -1000 to 1000, not 1000000.0",
        ),
        (
            file("newer.toml", b"version = 9\n"),
            "version 9 is newer than this program",
        ),
        (
            file("photo.png", b"\x89PNG\r\n\x1a\n and so on"),
            "carries no experiment",
        ),
        (
            file("other.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
            "carries no experiment",
        ),
        (file("other.json", b"{\"a\": 1}"), "carries no experiment"),
        (
            file(
                "loss.csv",
                &written(&["trace", "--view", "loss", "--format", "csv"]),
            ),
            "is a table that carries no experiment",
        ),
    ];
    // A folder may have records of a training; an empty one is nothing to look into.
    for (command, told) in [
        ("trace", "there is no record in "),
        ("check", "it is a folder"),
        ("experiment", "it is a folder"),
    ] {
        let words = refused(&[command, text(folder.path())]);
        assert!(words.contains(told), "{command}: {words}");
    }
    for (path, told) in &cases {
        let name = path.file_name().unwrap().to_str().unwrap();
        for command in ["trace", "check", "experiment"] {
            let words = refused(&[command, text(path)]);
            assert!(
                words.contains(told) && words.contains(name),
                "{command} {name}: {words}"
            );
        }
        // Nor does the window open.
        assert!(refused(&[text(path)]).contains(told));
        assert!(refused(&["sweep", text(path), "--axis", "seed=1"]).contains(told));
    }
}

/// A file that the system does not let anybody read.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_read_is_told() {
    assert!(refused(&["trace", "/proc/self/mem"]).contains("cannot read /proc/self/mem"));
}

#[test]
fn nonsense_behind_set_is_quoted() {
    for (set, told) in [
        ("network.w_h", "write KEY=VALUE"),
        (
            "network.w_h=",
            "network.w_h takes a number from -1000 to 1000, not “”",
        ),
        ("network.w_h=five", "not “five”"),
        ("network.w_h=nan", "takes a number"),
        (
            "network.hidden=2.5",
            "takes a whole number from 1 to 512, not 2.5",
        ),
        ("network.activation=tahn", "did you mean “tanh”?"),
        ("nework.w_h=1", "did you mean network.w_h?"),
        ("=1", "there is no key"),
        (
            "training.batch=99999999999999999999999",
            "takes a whole number",
        ),
    ] {
        let words = refused(&["trace", "--set", set]);
        assert!(words.contains(told) && words.contains(set), "{words}");
    }
    assert!(
        refused(&["trace", "--at", "11"]).contains("--at takes a timestep from 1 to 10, not 11")
    );
    assert!(refused(&["trace", "--at", "3"]).contains("--at goes with --format svg or png"));
    assert!(
        refused(&["trace", "--at", "3", "--format", "json"])
            .contains("--at goes with --format svg or png")
    );
    assert!(
        refused(&["trace", "--view", "terms"])
            .contains("--view goes with --format svg, png or csv")
    );
}

#[test]
fn what_cannot_be_written_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    fs::write(&file, "mine").unwrap();
    let inside = file.join("x.json");
    for path in [
        folder.path().join("no/x.json"),
        folder.path().to_owned(),
        inside,
    ] {
        let words = refused(&["trace", "--format", "json", "--out", text(&path)]);
        assert!(words.contains("cannot write"), "{words}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).unwrap();
    for command in ["trace", "experiment"] {
        let words = refused(&[command, "--out", text(&file)]);
        assert!(words.contains("it is write-protected"), "{words}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

/// Nobody waits for training to hear of it: these steps would take years.
#[test]
fn what_cannot_come_of_it_is_told_before_training() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no/x.json");
    let long = ["trace", "--steps", "1000000000000000"];
    for (more, told) in [
        (vec!["--out", text(&missing)], "there is no folder"),
        (
            vec!["--out", text(folder.path())],
            "this is a folder; name a file",
        ),
        (
            vec![
                "--view",
                "phase-map",
                "--format",
                "svg",
                "--set",
                "network.hidden=2",
            ],
            "the phase map is of one unit: set H to 1",
        ),
        (
            vec!["--out", "figure.svgz"],
            "figure.svgz: the name says no format; end it with .txt, .json, .csv, .svg, .png or .html",
        ),
    ] {
        let words = refused(&[&long[..], &more[..]].concat());
        assert!(words.contains(told), "{words}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_folder_and_a_full_disk_are_told() {
    let words = refused(&["trace", "--format", "json", "--out", "/proc/x.json"]);
    assert!(words.contains("cannot write /proc/x.json"), "{words}");
    let words = refused(&["trace", "--format", "json", "--out", "/dev/full"]);
    assert!(
        words.contains("cannot write /dev/full") && words.contains("No space left"),
        "{words}"
    );
    let words = refused(&["sweep", "--axis", "seed=1:3:3", "--out", "/dev/full"]);
    assert!(words.contains("No space left"), "{words}");
}

/// No room for the new file: the old one is still there, and nothing is left beside it.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_half_way_damages_nothing() {
    for options in ["json", "csv", "csv --view terms --set task.length=300"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trace");
        fs::write(&path, "the old one").unwrap();
        let script = format!(
            "trap '' XFSZ; ulimit -f 8; '{}' trace --set network.hidden=16 --out '{}' --format {options}",
            env!("CARGO_BIN_EXE_bptt-scope"),
            text(&path)
        );
        let output = std::process::Command::new("sh")
            .args(["-c", &script])
            .output()
            .unwrap();
        let words = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(
            words.contains("what was there before is untouched"),
            "{words}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "the old one");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn a_closed_pipe_is_no_failure() {
    use std::process::Stdio;
    for arguments in [
        vec!["trace", "--set", "task.length=5000"],
        vec!["trace", "--format", "json", "--set", "network.hidden=40"],
        vec!["trace", "--format", "svg", "--set", "task.length=300"],
        vec!["trace", "--format", "csv", "--set", "task.length=5000"],
        vec![
            "trace",
            "--format",
            "csv",
            "--view",
            "terms",
            "--set",
            "task.length=5000",
        ],
        #[cfg(target_os = "linux")]
        vec!["trace", "--format", "csv", "--out", "/dev/stdout"],
        vec!["man"],
    ] {
        let mut child = program()
            .args(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Nobody reads at all.
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {words}");
        assert!(words.is_empty(), "{arguments:?}: {words}");
    }
}

/// The names of files on every system.
#[test]
fn existing_files_are_replaced_only_by_whole_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path: &Path = &folder.path().join("e.toml");
    fs::write(path, "seed = 5\n").unwrap();
    // Onto itself.
    written(&["experiment", text(path), "--out", text(path)]);
    let text_of = fs::read_to_string(path).unwrap();
    assert!(text_of.starts_with("version = 2\nseed = 5\n"), "{text_of}");
}
