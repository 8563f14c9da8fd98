//! The program as a page of a browser: the window of the library on its canvas.

#[cfg(target_family = "wasm")]
mod between_frames;
#[cfg(target_family = "wasm")]
mod page;

#[cfg(target_family = "wasm")]
fn main() {
    page::open();
}

#[cfg(not(target_family = "wasm"))]
fn main() {
    eprintln!("This is a page of a browser: web/build builds it, and web/serve shows it.");
}
