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

/// Sends `signal`, such as `-TERM`, to a program that has been started.
#[cfg(unix)]
pub fn send(child: &std::process::Child, signal: &str) {
    let id = child.id().to_string();
    // It may have ended meanwhile, which is for whoever sends it to see.
    Command::new("kill").args([signal, &id]).output().unwrap();
}

/// Whether this process ignores Ctrl-C, and with it every program that it starts.
#[cfg(unix)]
pub fn is_interrupt_ignored() -> bool {
    /// SIGINT
    const INTERRUPT: u32 = 2;
    is_in_signals("self", "SigIgn:", INTERRUPT)
}

/// Whether `signal` is in the `list` (`SigIgn:` or `SigCgt:`) of the signals that a process ignores or catches, as far
/// as the system says: Linux does.
#[cfg(unix)]
pub fn is_in_signals(process: &str, list: &str, signal: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let digits = status.lines().find_map(|line| line.strip_prefix(list));
    // The lowest bit is that of the first signal.
    digits.is_some_and(|it| u64::from_str_radix(it.trim(), 16).unwrap() >> (signal - 1) & 1 == 1)
}
