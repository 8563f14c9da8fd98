//! Ctrl-C, and whatever else asks a command to end.

use std::sync::OnceLock;

use crate::export::remove_parts;
use crate::rnn::Interrupt;

use super::failure::INTERRUPTED;
use super::signals::when_asked_to_end;

/// The flag that Ctrl-C raises; a second one ends the program at once. Without signals it is never raised.
pub fn interruption() -> Interrupt {
    static FLAG: OnceLock<Interrupt> = OnceLock::new();
    FLAG.get_or_init(|| {
        let interrupt = Interrupt::default();
        let raised = interrupt.clone();
        let handler = move || {
            if raised.check().is_err() {
                remove_parts();
                std::process::exit(i32::from(INTERRUPTED));
            }
            raised.raise();
        };
        if let Err(error) = when_asked_to_end(handler) {
            log::warn!("Ctrl-C ends the program without its farewell: {error}");
        }
        interrupt
    })
    .clone()
}
