//! The program: a process, or a page of a browser.

#[cfg(target_family = "wasm")]
mod between_frames;
#[cfg(all(unix, not(target_os = "macos")))]
mod display;
#[cfg(target_family = "wasm")]
mod page;
#[cfg(not(target_family = "wasm"))]
mod process;
#[cfg(not(target_family = "wasm"))]
mod window;

#[cfg(not(target_family = "wasm"))]
fn main() -> std::process::ExitCode {
    process::run()
}

#[cfg(target_family = "wasm")]
fn main() {
    page::open();
}
