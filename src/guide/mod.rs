//! Floor 5: the guide, as the window shows it.
//!
//! Its chapters are the Markdown files of `docs/src`, which a browser shows as a book (`mdbook serve docs`). Here they are
//! text alone: the pictures are left to the book, because the window draws what they show, and tables become lists, which
//! find room in a window of any width.
//!
//! **Architecture invariant.** A page is data: nothing here draws it or reads a file.

mod chapter;
mod page;

pub use chapter::{CHAPTERS, Chapter};
pub use page::{Page, Section};
