//! A person's own sequences while their file is read, on a thread of its own.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use super::background;
use crate::export::{Watch, bring_files};
use crate::training::{Brought, Experiment};

/// What is done with the window of one's own sequences.
#[derive(Clone, Debug, PartialEq)]
pub enum DataAction {
    /// Show or hide it.
    Toggle,
    /// Show it.
    Show,
    /// Read the file at a path.
    File(PathBuf),
    /// Read the targets of arrays from the file at a path.
    Targets(PathBuf),
    /// Read the words of an embedding from the file at a path.
    Words(PathBuf),
    /// Give up reading.
    Cancel,
}

/// The window's state.
#[derive(Default)]
pub struct DataReader {
    is_open: bool,
    job: Option<Job>,
    /// Why the file that was asked for last is not read, and what it was to be read for.
    problem: Option<String>,
    refused: Option<Experiment>,
}

struct Job {
    watch: Watch,
    ended: Receiver<Result<Brought, String>>,
    /// What it is read for.
    wanted: Experiment,
}

impl DataReader {
    /// Whether the window is on the screen.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Shows or hides the window.
    pub fn show(&mut self, is_open: bool) {
        self.is_open = is_open;
    }

    /// The share that is read of the file under way, from 0 to 1.
    pub fn progress(&self) -> Option<f64> {
        self.job.as_ref().map(|job| job.watch.progress.share())
    }

    /// Why the file that was asked for last is not read.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// Begins to read the files that `experiment` names, in place of what is being read; `waker` is called when that
    /// ends.
    pub fn start(&mut self, experiment: Experiment, waker: impl FnOnce() + Send + 'static) {
        self.cancel();
        self.problem = None;
        self.refused = None;
        let wanted = experiment.clone();
        let checked = match experiment.check() {
            Ok(checked) => checked,
            Err(error) => {
                self.problem = Some(error.to_string());
                return;
            }
        };
        let watch = Watch::default();
        let watched = watch.clone();
        let (sender, ended) = channel();
        let begun = background::begin("reading", move || {
            let brought = bring_files(checked, None, &watched);
            // Nobody may wait for it any more.
            let _ = sender.send(brought.map_err(|error| error.to_string()));
            waker();
        });
        match begun {
            Ok(_) => {
                self.job = Some(Job {
                    watch,
                    ended,
                    wanted,
                });
            }
            Err(error) => {
                self.problem = Some(format!("the system gives no thread for it ({error})"));
            }
        }
    }

    /// Gives reading up, if it is under way.
    pub fn cancel(&mut self) {
        if let Some(job) = self.job.take() {
            job.watch.interrupt.raise();
        }
    }

    /// The experiment whose files could not be read, for whoever says where the rest of them is.
    pub fn refused(&self) -> Option<&Experiment> {
        self.refused.as_ref()
    }

    /// What has been read and what for, once it has.
    pub fn take(&mut self) -> Option<(Brought, Experiment)> {
        let ended = match self.job.as_ref()?.ended.try_recv() {
            Ok(ended) => ended,
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => Err(
                "the file made the program stumble, which is a defect of the program".to_owned(),
            ),
        };
        let wanted = self.job.take()?.wanted;
        match ended {
            Ok(brought) => Some((brought, wanted)),
            Err(problem) => {
                self.refused = Some(wanted);
                let mut keys = ["data.path: ", "data.words: ", "probe.record: "].iter();
                let problem = keys
                    .find_map(|key| problem.strip_prefix(key))
                    .unwrap_or(&problem);
                self.refuse(problem.to_owned());
                None
            }
        }
    }

    /// Says in the window why what was read cannot be used.
    pub fn refuse(&mut self, problem: String) {
        self.problem = Some(problem);
        self.is_open = true;
    }
}
