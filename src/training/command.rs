//! What a session is asked to do.

use std::sync::mpsc::Sender;

use super::experiment::CheckedExperiment;
use super::film::FilmRequest;
use super::followed::{Alarm, Follow};
use super::snapshot::Wanted;
use super::trainer::{RunNumber, Trainer};
use super::weight::Weight;

/// How fast to train.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// So many steps per second, at most.
    PerSecond(f64),
    /// As fast as it goes.
    Unlimited,
}

/// What a session is asked to do.
#[derive(Clone, Debug)]
pub enum Command {
    /// Take on this experiment: at once where the network can stay; where it cannot, as a new run, which gets this
    /// number.
    Change(Box<CheckedExperiment>, RunNumber),
    /// Set one weight by its slider.
    SetWeight(Weight, f64),
    /// A slider is held by hand, or none is: training leaves that weight alone meanwhile.
    Grab(Option<Weight>),
    /// One training step.
    Step,
    /// Train until told otherwise.
    Run,
    /// Stop training.
    Pause,
    /// Back to step 0.
    Reset,
    /// How fast to train.
    SetSpeed(Speed),
    /// What is wanted in snapshots besides what always is.
    Want(Wanted),
    /// Go back, or forth again, to what was before: what undoing needs.
    Restore(Box<Restoration>),
    /// Show the recorded moment nearest to this step, or the present again. Training pauses.
    LookAt(Option<u64>),
    /// Make the recorded moment of this step the present.
    ContinueFrom(u64),
    /// Send moments of the run, one after the other, beside whatever else is done.
    Film(FilmRequest),
    /// Send another run that stands where this one stands, or at the recorded step nearest to the one that is named.
    Copy(Option<u64>, Sender<Box<Trainer>>),
    /// A new run of this experiment, whatever ran before. It gets this number; if that is the number of the run
    /// which is left, nobody wants to come back to it.
    Begin(Box<CheckedExperiment>, RunNumber),
    /// Follow the records of a training elsewhere, as a run of this number.
    Follow(Follow, RunNumber),
    /// Tell of the records that are followed by this from now on.
    SetAlarm(Alarm),
}

/// What is to be as it was.
#[derive(Clone, Debug)]
pub struct Restoration {
    /// The experiment.
    pub experiment: CheckedExperiment,
    /// The run. One that was left goes on where it stood, with the weights that it had; if it is there no more, or
    /// no step was ever made in it, it begins anew.
    pub run: RunNumber,
    /// Where to put weights of the present run that were moved by hand.
    pub weights: Vec<(Weight, f64)>,
}

impl Command {
    /// Whether nothing is lost if `self` alone is carried out in place of `earlier` and `self`: a
    /// dragged slider sends more values than a heavy network can follow.
    pub fn supersedes(&self, earlier: &Self) -> bool {
        match (earlier, self) {
            (Self::Change(..), Self::Change(..))
            | (Self::SetSpeed(_), Self::SetSpeed(_))
            | (Self::Reset, Self::Reset)
            | (Self::Want(_), Self::Want(_))
            | (Self::LookAt(_), Self::LookAt(_)) => true,
            (Self::SetWeight(earlier, _), Self::SetWeight(weight, _)) => earlier == weight,
            _ => false,
        }
    }

    /// Whether it leaves the run as it is, or concerns the moment that is looked at.
    pub(super) fn only_looks(&self) -> bool {
        matches!(
            self,
            Self::LookAt(_)
                | Self::ContinueFrom(_)
                | Self::Want(_)
                | Self::SetSpeed(_)
                | Self::Grab(None)
                | Self::Film(_)
                | Self::Copy(..)
                | Self::SetAlarm(_)
        )
    }
}
