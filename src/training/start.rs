//! What a run begins with.

use std::sync::mpsc::{Receiver, TryRecvError};

use super::experiment::CheckedExperiment;
use super::trainer::Trainer;

/// What a run begins with.
pub enum Start {
    /// An experiment before its first step.
    New(Box<CheckedExperiment>),
    /// A run that comes from another one; if that has ended meanwhile, the experiment before its first step.
    Copy(Receiver<Box<Trainer>>, Box<CheckedExperiment>),
}

impl Start {
    /// The run, as soon as it is there.
    pub fn wait(self) -> Trainer {
        match self {
            Self::New(experiment) => Trainer::new(*experiment),
            Self::Copy(from, experiment) => match from.recv() {
                Ok(trainer) => *trainer,
                Err(_) => Trainer::new(*experiment),
            },
        }
    }

    /// The run, if it is there.
    ///
    /// # Errors
    /// Itself, to be asked again.
    pub fn take(self) -> Result<Trainer, Self> {
        match self {
            Self::Copy(from, experiment) => match from.try_recv() {
                Ok(trainer) => Ok(*trainer),
                Err(TryRecvError::Empty) => Err(Self::Copy(from, experiment)),
                Err(TryRecvError::Disconnected) => Ok(Trainer::new(*experiment)),
            },
            Self::New(_) => Ok(self.wait()),
        }
    }
}
