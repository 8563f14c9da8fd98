//! How long whoever writes may be kept waiting.

use std::io;

use crate::rnn::Interrupt;

/// How long somebody who writes may be kept waiting by whoever reads.
#[derive(Clone, Copy, Debug)]
pub enum Patience<'a> {
    /// Not at all: for a thread that draws a window.
    None,
    /// Until it is interrupted.
    Until(&'a Interrupt),
}

impl Patience<'_> {
    /// Whether there is any left; `refusal` says in one sentence what there is none for.
    ///
    /// # Errors
    /// [`crate::rnn::Interrupted`] as the inner error, or `refusal`.
    pub fn check(self, refusal: &'static str) -> io::Result<()> {
        match self {
            Self::None => Err(io::Error::new(io::ErrorKind::WouldBlock, refusal)),
            Self::Until(interrupt) => interrupt.check().map_err(io::Error::other),
        }
    }
}
