//! Starting the program.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The program, without a display.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bptt-scope"));
    command
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .stdin(Stdio::null());
    command
}

/// What comes of `arguments`.
pub fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

/// What `arguments` write to standard output, which must succeed and say nothing else.
pub fn written(arguments: &[&str]) -> Vec<u8> {
    let output = run(arguments);
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {words}");
    assert!(words.is_empty(), "{arguments:?}: {words}");
    output.stdout
}

/// The one line that `arguments` are refused with.
pub fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {words}");
    assert!(output.stdout.is_empty(), "{arguments:?} wrote something");
    assert_eq!(words.lines().count(), 1, "{words}");
    assert!(words.starts_with("bptt-scope: "), "{words}");
    assert!(!words.contains("panicked"), "{words}");
    words.trim_end().to_owned()
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
