//! The program: a process with a window or without one.

#[cfg(all(unix, not(target_os = "macos")))]
mod display;
mod process;
mod window;

fn main() -> std::process::ExitCode {
    process::run()
}
