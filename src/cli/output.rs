//! Where results go: a file, which is written aside, or standard output.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::failure::Failure;
use super::interruption::interruption;
use crate::export::{Patience, Patient, write_file};
use crate::rnn::{Interrupt, Interrupted};

/// The file that a result is to be written to; `None` for standard output, by whichever of its names.
pub fn file(out: Option<&Path>) -> Option<&Path> {
    const STANDARD_OUTPUT: [&str; 4] = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
    out.filter(|path| !STANDARD_OUTPUT.iter().any(|name| path.as_os_str() == *name))
}

/// Writes a result by `write`, until Ctrl-C.
///
/// # Errors
/// [`Failure`] says what the system says, or that it was interrupted.
pub fn write_result(
    out: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let interrupt = &interruption();
    let patience = Patience::Until(interrupt);
    let whole = |out: &mut dyn Write| write(&mut Interruptible { out, interrupt });
    match file(out) {
        Some(path) => write_file(path, true, patience, whole).map_err(Failure::from),
        None => write_to_standard_output(patience, whole).map_err(Failure::from),
    }
    .map_err(Failure::or_interrupted)
}

fn write_to_standard_output(
    patience: Patience<'_>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(Patient::standard_output(patience)?);
    write(&mut out)?;
    out.flush()
}

/// Takes nothing more after an interruption.
struct Interruptible<'a> {
    out: &'a mut dyn Write,
    interrupt: &'a Interrupt,
}

impl Write for Interruptible<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.interrupt
            .check()
            .map_err(|Interrupted| io::Error::other(Interrupted))?;
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interruption_stops_writing_and_is_no_failure_of_the_place() {
        let (mut out, interrupt) = (Vec::new(), Interrupt::default());
        let raised = interrupt.clone();
        let mut writer = Interruptible {
            out: &mut out,
            interrupt: &interrupt,
        };
        writer.write_all(b"begun").unwrap();
        raised.raise();
        let failure = Failure::from(writer.write_all(b"more").unwrap_err()).or_interrupted();
        assert_eq!(failure.status(), 130);
        assert_eq!(failure.to_string(), "interrupted");
        assert_eq!(out, b"begun");
    }
}
