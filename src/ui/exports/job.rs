//! An export under way, on a thread of its own, so that the window goes on.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use super::super::background::{self, Next, Task};
use super::Export;
use crate::export::WriteError;
use crate::flow::Progress;
use crate::rnn::Interrupt;

/// How an export ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The file is there.
    Written(PathBuf),
    /// It was given up; whatever was there before still is.
    Cancelled,
    /// It failed.
    Failed {
        /// What was to be exported.
        export: Export,
        /// Where.
        path: PathBuf,
        /// Why it could not be.
        problem: String,
    },
}

/// Runs one export at a time.
#[derive(Default)]
pub struct Exporter {
    job: Option<Job>,
}

struct Job {
    export: Export,
    path: PathBuf,
    interrupt: Interrupt,
    progress: Progress,
    outcome: Receiver<Outcome>,
    task: Task,
}

impl Exporter {
    /// Whether one is under way.
    pub fn is_busy(&self) -> bool {
        self.job.is_some()
    }

    /// What is under way, and which share of it is done.
    pub fn progress(&self) -> Option<(Export, f64)> {
        let job = self.job.as_ref()?;
        Some((job.export, job.progress.share()))
    }

    /// Begins an export to `path` by `work`, which is called until it is done; `waker` is called when it ends.
    ///
    /// # Errors
    /// What the system says if it gives no thread.
    pub fn start(
        &mut self,
        export: Export,
        path: &Path,
        mut work: impl FnMut(&Path, &Interrupt, &Progress) -> Result<Next, WriteError> + Send + 'static,
        waker: impl Fn() + Send + 'static,
    ) -> std::io::Result<()> {
        let (interrupt, progress) = (Interrupt::default(), Progress::default());
        let (sender, outcome) = channel();
        let (path, place) = (path.to_owned(), path.to_owned());
        let (raised, share) = (interrupt.clone(), progress.clone());
        let task = background::begin_in_pieces("export", move || {
            let outcome = match work(&path, &raised, &share) {
                Ok(Next::Done) => Outcome::Written(path.clone()),
                _ if raised.check().is_err() => Outcome::Cancelled,
                Ok(next) => return next,
                Err(error) => Outcome::Failed {
                    export,
                    path: path.clone(),
                    problem: error.to_string(),
                },
            };
            let _ = sender.send(outcome);
            waker();
            Next::Done
        })?;
        self.job = Some(Job {
            export,
            path: place,
            interrupt,
            progress,
            outcome,
            task,
        });
        Ok(())
    }

    /// How the export ended, once it has.
    pub fn take_outcome(&mut self) -> Option<Outcome> {
        let job = self.job.as_ref()?;
        let outcome = match job.outcome.try_recv() {
            Err(TryRecvError::Empty) => return None,
            Ok(outcome) => outcome,
            Err(TryRecvError::Disconnected) => Outcome::Failed {
                export: job.export,
                path: job.path.clone(),
                problem: "the export has stopped; this is a defect of the program".to_owned(),
            },
        };
        self.job = None;
        Some(outcome)
    }

    /// Gives up what is under way.
    pub fn cancel(&mut self) {
        if let Some(job) = &self.job {
            job.interrupt.raise();
        }
    }
}

/// Whoever closes the window waits for no export; nothing is left half-written.
impl Drop for Job {
    fn drop(&mut self) {
        self.interrupt.raise();
        self.task.join();
    }
}
