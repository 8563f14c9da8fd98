//! An oscilloscope for the gradient inside a recurrent network.
//!
//! The house has five floors, and imports point down only:
//!
//! | floor | module | what it is for | what it must never know |
//! | --- | --- | --- | --- |
//! | 5 | [`ui`], [`cli`] | the window; the same instrument without a window | each other |
//! | 4 | [`export`] | an experiment and what there is to see of it, as text and pictures | who reads it |
//! | 3 | [`training`] | an experiment becomes a network that is trained | that there is a screen |
//! | 2 | [`tasks`] | where sequences and targets come from | the network that reads them |
//! | 2 | [`flow`] | the gradient at every timestep, as numbers and in words | tasks and training |
//! | 1 | [`rnn`] | the network: forward, backward, loss | what a sequence means |
//!
//! One way leads through it: [`training::Experiment`] → [`training::Trainer`] →
//! [`training::Snapshot`] → views, which only draw.

pub mod cli;
pub mod export;
pub mod flow;
pub mod rnn;
pub mod tasks;
pub mod training;
pub mod ui;
