//! Pipes, full devices, signals and limits: where results go when something is in their way.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::{CWD, Mode, mkfifoat};

use super::support::{is_in_signals, program, send, text, written};

/// What a scheduler waits before it kills what does not end.
const GRACE: Duration = Duration::from_secs(10);

const TRACE: [&str; 3] = ["trace", "--format", "json"];
const SWEEP: [&str; 3] = ["sweep", "--axis", "network.w_h=0.5:1.5:400"];

fn pipe_in(folder: &Path) -> PathBuf {
    let path = folder.join("pipe");
    mkfifoat(CWD, &path, Mode::RWXU).unwrap();
    path
}

fn begin(command: &mut Command) -> Child {
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// How a program ends, which must be soon.
fn end_of(mut child: Child) -> Output {
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > GRACE {
            child.kill().unwrap();
            let output = child.wait_with_output().unwrap();
            panic!("it does not end: {}", words(&output));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.wait_with_output().unwrap()
}

fn words(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Waits until the program has begun to catch signals.
fn wait_for_signals(child: &Child) {
    /// SIGTERM
    const TERMINATE: u32 = 15;
    let id = child.id().to_string();
    let has_handler = || is_in_signals(&id, "SigCgt:", TERMINATE);
    let begun = Instant::now();
    while !has_handler() && begun.elapsed() < GRACE {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_pipe_without_a_reader_is_waited_for_until_the_first_signal() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = pipe_in(folder.path());
    for command in [TRACE, SWEEP] {
        let child = begin(program().args(command).args(["--out", text(&pipe)]));
        wait_for_signals(&child);
        std::thread::sleep(Duration::from_millis(200));
        send(&child, "-TERM");
        let output = end_of(child);
        assert_eq!(output.status.code(), Some(130), "{}", words(&output));
        assert!(words(&output).starts_with("bptt-scope: interrupted"));
    }
}

#[test]
fn a_pipe_gets_what_standard_output_gets() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = pipe_in(folder.path());
    for command in [TRACE, SWEEP] {
        let whole = written(&command);
        let child = begin(program().args(command).args(["--out", text(&pipe)]));
        let mut got = Vec::new();
        File::open(&pipe).unwrap().read_to_end(&mut got).unwrap();
        assert!(got == whole, "{command:?}");
        let output = end_of(child);
        assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    }
}

#[test]
fn a_reader_that_leaves_a_pipe_ends_it_in_peace() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = pipe_in(folder.path());
    let long = ["sweep", "--axis", "seed=1:100000:100000"];
    let child = begin(program().args(long).args(["--out", text(&pipe)]));
    let mut line = String::new();
    let mut reader = BufReader::new(File::open(&pipe).unwrap());
    reader.read_line(&mut line).unwrap();
    assert!(line.starts_with("schema,sweep,point,seed,"), "{line}");
    drop(reader);
    let output = end_of(child);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    assert_eq!(words(&output), "");
}

/// A pipe takes 64 kB, and whoever writes more waits for a reader.
#[test]
fn one_signal_ends_whoever_waits_for_a_reader_that_takes_nothing() {
    for command in [
        &["sweep", "--axis", "seed=1:100000:100000"][..],
        &["trace", "--format", "csv", "--set", "task.length=1000"][..],
    ] {
        let child = begin(program().args(command));
        wait_for_signals(&child);
        std::thread::sleep(Duration::from_millis(500));
        send(&child, "-TERM");
        let output = end_of(child);
        assert_eq!(output.status.code(), Some(130), "{}", words(&output));
        assert!(words(&output).starts_with("bptt-scope: interrupted"));
    }
}

#[test]
fn what_cannot_be_written_is_told_and_has_its_status() {
    let full = || File::options().write(true).open("/dev/full").unwrap();
    for command in [
        &TRACE[..],
        &SWEEP[..],
        &["trace", "--view", "product", "--format", "svg"][..],
        &["check"][..],
        &["experiment"][..],
        &["experiment", "--keys"][..],
        &["completions", "bash"][..],
        &["man"][..],
        &["--help"][..],
        &["trace", "--help"][..],
        &["--version"][..],
        &["help", "sweep"][..],
    ] {
        let output = program()
            .args(command)
            .stdout(full())
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        assert_eq!(
            words(&output),
            "bptt-scope: cannot write the result: No space left on device (os error 28)\n",
            "{command:?}"
        );
    }
    // And where nobody can be told, the status is the same as always.
    for (command, status) in [
        (&["trace", "--set", "nonsense"][..], 2),
        (&["--nonsense"][..], 2),
        (&["trace", "no-such-file"][..], 2),
        (&[][..], 2),
        (&TRACE[..], 0),
        (&SWEEP[..], 0),
    ] {
        let output = program()
            .args(command)
            .env("RUST_LOG", "debug")
            .stdout(Stdio::null())
            .stderr(full())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(status), "{command:?}");
    }
}

/// `nohup`, and whoever starts a program with signals that it is not to hear.
#[test]
fn a_signal_that_was_ignored_stays_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.csv");
    let arguments = [
        "sweep",
        "--axis",
        "seed=1:8:8",
        "--jobs",
        "1",
        "--steps",
        "3000",
    ];
    let whole = written(&arguments);
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' HUP INT TERM; exec \"$@\"", "-"])
        .arg(env!("CARGO_BIN_EXE_bptt-scope"))
        .args(arguments)
        .args(["--out", text(&path)]);
    let mut child = begin(&mut shell);
    let begun = Instant::now();
    while fs::read(&path).is_ok_and(|it| it.is_empty()) || !path.exists() {
        assert!(begun.elapsed() < GRACE);
        std::thread::sleep(Duration::from_millis(5));
    }
    let mut sent = 0;
    for signal in ["-HUP", "-INT", "-TERM"] {
        if child.try_wait().unwrap().is_none() {
            send(&child, signal);
            sent += 1;
        }
    }
    assert_eq!(sent, 3, "the signals came too late to show anything");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    assert!(fs::read(&path).unwrap() == whole);
}

/// The names in a folder that end in `.part`.
fn parts(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".part"))
        .collect()
}

/// Begins a trace that takes long to write, and kills or stops it, by `signal`, while it is at it: its part is there.
fn caught_writing(path: &Path, signal: &str) -> Child {
    // Half of a matrix of 1,200² is some 20 MB in text.
    let long = ["trace", "--set", "task.length=1200", "--view", "triangle"];
    let folder = path.parent().unwrap();
    let has_begun = || {
        let sizes = parts(folder)
            .into_iter()
            .map(|name| fs::metadata(folder.join(name)));
        sizes.flatten().any(|it| it.len() > 0)
    };
    // On a busy machine this thread may come too late.
    for _ in 0..20 {
        let mut child = begin(
            program()
                .args(long)
                .args(["--format", "csv", "--out", text(path)]),
        );
        while child.try_wait().unwrap().is_none() && !has_begun() {
            std::thread::sleep(Duration::from_millis(1));
        }
        send(&child, signal);
        let is_caught = match signal {
            "-KILL" => child.wait().unwrap().code().is_none(),
            _ => is_stopped(&mut child),
        };
        if is_caught && has_begun() {
            return child;
        }
        let _ = child.kill();
        child.wait().unwrap();
    }
    panic!("it is never caught writing");
}

/// Waits until a program that was told to stop has stopped; one that has ended before has not.
fn is_stopped(child: &mut Child) -> bool {
    let status = format!("/proc/{}/status", child.id());
    while child.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(&status).unwrap_or_default();
        let state = status.lines().find_map(|line| line.strip_prefix("State:"));
        if state.is_some_and(|state| state.trim().starts_with('T')) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    false
}

#[test]
fn what_a_killed_run_has_left_goes_with_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace.csv");
    caught_writing(&path, "-KILL").wait().unwrap();
    assert_eq!(parts(folder.path()).len(), 1);
    // Another file's writer has nothing to do with it.
    let other = folder.path().join("other.csv");
    written(&["trace", "--out", text(&other)]);
    assert_eq!(parts(folder.path()).len(), 1);
    written(&["trace", "--out", text(&path)]);
    assert_eq!(parts(folder.path()), Vec::<String>::new());
    assert!(fs::read(&path).unwrap() == fs::read(&other).unwrap());
}

#[test]
fn a_run_that_is_still_writing_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace.csv");
    let slow = caught_writing(&path, "-STOP");
    written(&["trace", "--out", text(&path)]);
    assert_eq!(parts(folder.path()).len(), 1);
    send(&slow, "-CONT");
    let output = slow.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    assert_eq!(parts(folder.path()), Vec::<String>::new());
    assert!(fs::metadata(&path).unwrap().len() > 1_000_000);
}

#[test]
fn a_limit_on_the_size_of_files_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace.json");
    fs::write(&path, "whole").unwrap();
    for command in [TRACE, SWEEP] {
        let mut shell = Command::new("sh");
        // In units of 512 bytes.
        shell
            .args(["-c", "ulimit -f 4; exec \"$@\"", "-"])
            .arg(env!("CARGO_BIN_EXE_bptt-scope"))
            .args(command);
        let out = match command {
            TRACE => path.clone(),
            _ => folder.path().join("sweep.csv"),
        };
        let output = end_of(begin(shell.args(["--out", text(&out)])));
        assert_eq!(output.status.code(), Some(2), "{}", words(&output));
        assert!(
            words(&output).contains("File too large"),
            "{}",
            words(&output)
        );
        assert_eq!(words(&output).lines().count(), 1);
    }
    assert_eq!(fs::read(&path).unwrap(), b"whole");
    assert_eq!(parts(folder.path()), Vec::<String>::new());
    // The rows that fit are whole, or are completed by the same command.
    let sweep = folder.path().join("sweep.csv");
    let again: Vec<_> = SWEEP.into_iter().chain(["--out", text(&sweep)]).collect();
    written(&again);
    assert!(fs::read(&sweep).unwrap() == written(&SWEEP));
}

/// A shell that has redirected standard output goes on writing there.
#[test]
fn standard_output_by_its_name_in_the_file_system_is_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.csv");
    for command in [&["trace", "--format", "csv"][..], &SWEEP[..]] {
        fs::write(&log, "precious\n").unwrap();
        let status = program()
            .args(command)
            .args(["--out", "/dev/stdout"])
            .stdout(File::options().append(true).open(&log).unwrap())
            .status();
        assert_eq!(status.unwrap().code(), Some(0));
        let whole = [b"precious\n", &written(command)[..]].concat();
        assert!(fs::read(&log).unwrap() == whole, "{command:?}");
    }
}
