//! The signals that ask the program to end.

use std::io;

pub use system::when_asked_to_end;

#[cfg(unix)]
mod system {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;
    use std::sync::mpsc::channel;
    use std::thread;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXCPU, SIGXFSZ};
    use signal_hook::flag;
    use signal_hook::iterator::Signals;

    use super::*;

    /// Calls `handle` on a thread of its own whenever the program is asked to end: by Ctrl-C, by a terminal that is
    /// closed, by the system, or because its time is up. A signal that was ignored when the program began, as `nohup` has it, stays ignored where
    /// the system says without unsafe code which those are: on Linux.
    ///
    /// A file that grows beyond what is allowed then fails to be written, instead of ending the program.
    ///
    /// # Errors
    /// What the system says.
    pub fn when_asked_to_end(mut handle: impl FnMut() + Send + 'static) -> io::Result<()> {
        let ignored = Ignored::now();
        let (sender, begun) = channel();
        // The thread comes first: a signal that nobody listens to would be lost.
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                let asking = [SIGHUP, SIGINT, SIGTERM, SIGXCPU];
                let asking = asking.into_iter().filter(|it| !ignored.has(*it));
                match Signals::new(asking) {
                    Ok(mut signals) => {
                        let _ = sender.send(Ok(()));
                        let mut is_time_up = false;
                        for signal in signals.forever() {
                            // It comes again with every second of the processor.
                            if signal == SIGXCPU && std::mem::replace(&mut is_time_up, true) {
                                continue;
                            }
                            handle();
                        }
                    }
                    Err(error) => {
                        let _ = sender.send(Err(error));
                    }
                }
            })?;
        begun.recv().map_err(io::Error::other)??;
        if !ignored.has(SIGXFSZ) {
            // Nobody looks at it: what is left is the error of the write.
            if let Err(error) = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false))) {
                log::debug!("a file that is too large ends the program: {error}");
            }
        }
        Ok(())
    }

    /// Signals that are ignored, the first in the lowest bit.
    #[derive(Clone, Copy)]
    pub(super) struct Ignored(u64);

    impl Ignored {
        /// Those of this process, where the system says it without unsafe code: Linux does.
        fn now() -> Self {
            let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
            Self::of(&status)
        }

        /// Those that stand in the `status` of a process as Linux writes it.
        pub(super) fn of(status: &str) -> Self {
            let digits = status
                .lines()
                .find_map(|line| line.strip_prefix("SigIgn:"))
                .unwrap_or_default();
            Self(u64::from_str_radix(digits.trim(), 16).unwrap_or(0))
        }

        pub(super) fn has(self, signal: i32) -> bool {
            self.0 >> (signal - 1) & 1 == 1
        }
    }
}

#[cfg(not(unix))]
mod system {
    use super::*;

    /// Calls `handle` on a thread of its own whenever the program is asked to end.
    ///
    /// # Errors
    /// What the system says. Then it ends the program.
    pub fn when_asked_to_end(handle: impl FnMut() + Send + 'static) -> io::Result<()> {
        ctrlc::set_handler(handle).map_err(io::Error::other)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGXFSZ};

    use super::system::Ignored;

    /// Signal n is bit n − 1: 0x1001 is SIGHUP (1) and SIGPIPE (13).
    #[test]
    fn the_signals_that_are_ignored_are_read_off() {
        let ignored =
            Ignored::of("Name:\tx\nSigBlk:\t0000000000000002\nSigIgn:\t0000000000001001\n");
        assert!(ignored.has(SIGHUP) && ignored.has(SIGPIPE));
        assert!(![SIGINT, SIGTERM, SIGXFSZ].iter().any(|it| ignored.has(*it)));
        assert!(!Ignored::of("").has(SIGHUP));
    }
}
