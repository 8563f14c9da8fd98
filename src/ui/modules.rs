//! The recurrent modules of a model, read on a thread of its own, for whoever chooses one.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use super::background;
use crate::export::{FoundModule, modules_of};
use crate::rnn::Interrupt;

/// What is done with the list of modules.
#[derive(Clone, Debug, PartialEq)]
pub enum ModulesAction {
    /// Show those of the model at a path.
    Show(PathBuf),
    /// Show none any more.
    Close,
    /// Open the one that is called so.
    Choose(String),
}

/// What a model has, or why that is not known.
pub type Found = Result<Vec<FoundModule>, String>;

/// The modules of a model, as far as they are known.
#[derive(Default)]
pub struct Modules {
    path: Option<PathBuf>,
    job: Option<(Interrupt, Receiver<Found>)>,
    found: Option<Found>,
}

impl Modules {
    /// The model whose modules are on the screen.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The modules, or why there are none; `None` while the file is read.
    pub fn found(&self) -> Option<&Found> {
        self.found.as_ref()
    }

    /// Begins to read the model at `path`; `waker` is called when that ends.
    pub fn show(&mut self, path: PathBuf, waker: impl FnOnce() + Send + 'static) {
        self.close();
        let raised = Interrupt::default();
        let (sender, ended) = channel();
        let (from, watched) = (path.clone(), raised.clone());
        let begun = background::begin("modules", move || {
            let found = modules_of(&from, &watched).map_err(|error| error.to_string());
            // Nobody may wait for it any more.
            let _ = sender.send(found);
            waker();
        });
        match begun {
            Ok(_) => self.job = Some((raised, ended)),
            Err(error) => {
                self.found = Some(Err(format!("the system gives no thread for it ({error})")));
            }
        }
        self.path = Some(path);
    }

    /// Shows nothing any more.
    pub fn close(&mut self) {
        if let Some((interrupt, _)) = self.job.take() {
            interrupt.raise();
        }
        self.path = None;
        self.found = None;
    }

    /// Takes in what has been read. Whether it is still being waited for.
    pub fn go_on(&mut self) -> bool {
        let Some((_, ended)) = &self.job else {
            return false;
        };
        let found = match ended.try_recv() {
            Ok(found) => found,
            Err(TryRecvError::Empty) => return true,
            Err(TryRecvError::Disconnected) => Err(
                "the file made the program stumble, which is a defect of the program".to_owned(),
            ),
        };
        self.found = Some(found);
        self.job = None;
        false
    }
}
