//! A session on a thread of its own.

use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::command::Command;
use super::experiment::CheckedExperiment;
use super::session::{Next, Session, Update};
use super::trainer::Trainer;
use crate::rnn::Interrupt;

/// A thread beside the window has ended, which it does only by a fault of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a part of the program has stopped; please start it again and report what you did")]
pub struct WorkerGone;

/// A handle to the training thread. Dropping it ends the thread.
pub struct Worker {
    commands: Option<Sender<Command>>,
    latest: Arc<Mutex<Option<Update>>>,
    interrupt: Interrupt,
    thread: Option<JoinHandle<()>>,
    sent: u64,
}

impl Worker {
    /// Starts a paused session. `wake` is called from the thread whenever there is a new update.
    ///
    /// # Errors
    /// What the system says if it gives no thread.
    pub fn start(
        experiment: CheckedExperiment,
        wake: impl Fn() + Send + 'static,
    ) -> std::io::Result<Self> {
        Self::start_with(|| Trainer::new(experiment), wake)
    }

    /// As [`Self::start`], with the run that `begin` gives, which is waited for on the new thread.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_with(
        begin: impl FnOnce() -> Trainer + Send + 'static,
        wake: impl Fn() + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let wake = WakeOnDrop(wake);
        let latest = Arc::new(Mutex::new(None));
        let interrupt = Interrupt::default();
        let outbox = Arc::clone(&latest);
        let flag = interrupt.clone();
        let thread = std::thread::Builder::new()
            .name("training".to_owned())
            .spawn(move || {
                // As a whole, so that it is dropped with the thread.
                let wake = wake;
                let session = Session::of(begin(), flag.clone());
                serve(session, &receiver, &flag, |update| {
                    *outbox.lock().unwrap_or_else(PoisonError::into_inner) = Some(update);
                    (wake.0)();
                });
            })?;
        Ok(Self {
            commands: Some(sender),
            latest,
            interrupt,
            thread: Some(thread),
            sent: 0,
        })
    }

    /// Sends a command and cuts short the step under way, which is made again afterwards.
    ///
    /// # Errors
    /// [`WorkerGone`] if the thread has ended.
    pub fn send(&mut self, command: Command) -> Result<(), WorkerGone> {
        let commands = self.commands.as_ref().ok_or(WorkerGone)?;
        let can_wait = matches!(command, Command::Step);
        commands.send(command).map_err(|_| WorkerGone)?;
        self.sent += 1;
        // In this order: a flag raised before its command is there could be taken back unheeded. A step
        // that is asked for during a step is simply the next.
        if !can_wait {
            self.interrupt.raise();
        }
        Ok(())
    }

    /// How many commands have been sent, to compare with [`Update::commands_done`].
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// Whether there is an update that has not been taken.
    pub fn has_update(&self) -> bool {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest.is_some()
    }

    /// The newest update since the last call, if there is one. Never waits for the thread.
    ///
    /// # Errors
    /// [`WorkerGone`] if the thread has ended.
    pub fn latest(&self) -> Result<Option<Update>, WorkerGone> {
        let update = self
            .latest
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match &self.thread {
            Some(thread) if thread.is_finished() && update.is_none() => Err(WorkerGone),
            _ => Ok(update),
        }
    }
}

/// Wakes whoever looks once more when the thread ends, however it ends: a fault must be seen.
struct WakeOnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for WakeOnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.commands = None;
        self.interrupt.raise();
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by its own message already.
            let _ = thread.join();
        }
    }
}

/// Works, sleeps and obeys until the other end of `commands` is gone.
fn serve(
    mut session: Session,
    commands: &Receiver<Command>,
    interrupt: &Interrupt,
    publish: impl Fn(Update),
) {
    let mut queue = VecDeque::new();
    loop {
        interrupt.clear();
        loop {
            match commands.try_recv() {
                Ok(command) => queue.push_back(command),
                Err(mpsc::TryRecvError::Empty) => break,
                Err(mpsc::TryRecvError::Disconnected) => return,
            }
        }
        while let Some(command) = queue.pop_front() {
            match queue.front() {
                Some(next) if next.supersedes(&command) => session.skip(),
                _ => session.command(command),
            }
        }
        let (update, next) = session.work();
        if let Some(update) = update {
            publish(update);
        }
        let received = match next {
            Next::Work => continue,
            Next::Wait(duration) => commands.recv_timeout(duration),
            Next::Sleep => commands.recv().map_err(RecvTimeoutError::from),
        };
        match received {
            // More may have come with it: they are looked at together.
            Ok(command) => queue.push_back(command),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
