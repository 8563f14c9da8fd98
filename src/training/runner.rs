//! Where training runs: on a thread of its own or, where there are none, within the frames of whoever looks.

use std::time::Duration;

use super::command::Command;
use super::inline::Inline;
use super::session::Update;
use super::start::Start;
use super::worker::{Worker, WorkerGone};

/// A handle to a session that runs somewhere. Dropping it ends it.
pub enum Runner {
    /// On a thread of its own.
    Thread(Worker),
    /// In time slices.
    Inline(Box<Inline>),
}

impl Runner {
    /// Begins a paused session, on a thread where there are some. `wake` is called whenever there is a new update.
    ///
    /// # Errors
    /// What the system says if it gives no thread, and there are some.
    pub fn start(start: Start, wake: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        if has_threads() {
            Worker::start_with(move || start.wait(), wake).map(Self::Thread)
        } else {
            Ok(Self::inline(start, wake))
        }
    }

    /// As [`Self::start`], without a thread: it runs as often as [`Self::go_on`] is called.
    pub fn inline(start: Start, wake: impl Fn() + 'static) -> Self {
        Self::Inline(Box::new(Inline::new(start, wake)))
    }

    /// Sends a command and cuts short the step under way, which is made again afterwards.
    ///
    /// # Errors
    /// [`WorkerGone`] if training has ended.
    pub fn send(&mut self, command: Command) -> Result<(), WorkerGone> {
        match self {
            Self::Thread(worker) => worker.send(command),
            Self::Inline(inline) => {
                inline.send(command);
                Ok(())
            }
        }
    }

    /// How many commands have been sent, to compare with [`Update::commands_done`].
    pub fn sent(&self) -> u64 {
        match self {
            Self::Thread(worker) => worker.sent(),
            Self::Inline(inline) => inline.sent(),
        }
    }

    /// Whether there is an update that has not been taken.
    pub fn has_update(&self) -> bool {
        match self {
            Self::Thread(worker) => worker.has_update(),
            Self::Inline(inline) => inline.has_update(),
        }
    }

    /// The newest update since the last call, if there is one. Never waits.
    ///
    /// # Errors
    /// [`WorkerGone`] if training has ended.
    pub fn latest(&mut self) -> Result<Option<Update>, WorkerGone> {
        match self {
            Self::Thread(worker) => worker.latest(),
            Self::Inline(inline) => Ok(inline.latest()),
        }
    }

    /// Goes on for about so long, if it is not on a thread; how long until there is more to do, if ever.
    pub fn go_on(&mut self, slice: Duration) -> Option<Duration> {
        match self {
            Self::Thread(_) => None,
            Self::Inline(inline) => inline.go_on(slice),
        }
    }
}

/// Whether this system has threads: a page has none, unless whoever serves it isolates it from all others.
pub fn has_threads() -> bool {
    cfg!(not(target_family = "wasm"))
}
