//! Ctrl-C, and whatever else asks a command to end.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::export::remove_parts;
use crate::rnn::Interrupt;

use super::failure::INTERRUPTED;
use super::signals::when_asked_to_end;

/// Signals that come together have one cause: a terminal that is closed sends two, and so does a service that is ended.
const ONE_CAUSE: Duration = Duration::from_millis(500);

/// The flag that Ctrl-C raises; a second one, half a second later or more, ends the program at once. Without signals it
/// is never raised.
pub fn interruption() -> Interrupt {
    static FLAG: OnceLock<Interrupt> = OnceLock::new();
    FLAG.get_or_init(|| {
        let interrupt = Interrupt::default();
        let raised = interrupt.clone();
        let mut first: Option<Instant> = None;
        let handler = move || {
            let asked = *first.get_or_insert_with(Instant::now);
            raised.raise();
            if asked.elapsed() >= ONE_CAUSE {
                remove_parts();
                std::process::exit(i32::from(INTERRUPTED));
            }
        };
        if let Err(error) = when_asked_to_end(handler) {
            log::warn!("Ctrl-C ends the program without its farewell: {error}");
        }
        interrupt
    })
    .clone()
}
