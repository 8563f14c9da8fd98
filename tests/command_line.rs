//! The program as it is started from a terminal.

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bptt-scope"))
        .args(arguments)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .output()
        .unwrap()
}

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
    assert_eq!(run(&["trrace"]).status.code(), Some(2));
    assert_eq!(run(&["--version"]).status.code(), Some(0));
}
