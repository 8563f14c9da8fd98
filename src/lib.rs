//! An oscilloscope for the gradient inside a recurrent network.
//!
//! The program is a window ([`ui`]) and a command line ([`cli`]); this library is what both are made of. From
//! an experiment to the product at every timestep:
//!
//! ```
//! use bptt_scope::rnn::Interrupt;
//! use bptt_scope::training::{Experiment, Trainer, Wanted};
//!
//! let experiment = Experiment::from_text("network.w_h = 1.5")?;
//! let mut trainer = Trainer::new(experiment);
//! let never = Interrupt::default();
//! trainer.step(&never);
//! let snapshot = trainer.snapshot(Wanted::default(), &never)?;
//! for (t, step) in (1..).zip(&snapshot.probe.flow.steps) {
//!     println!("{t}  {}  {}", snapshot.input_text(t), step.to_end);
//! }
//! # assert_eq!(snapshot.probe.flow.steps.len(), 10);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `examples/` has this at more length, the gradient flow of weights of your own, and a training run that leaves
//! a trace and a figure. The keys of an experiment are [`training::SETTINGS`]; what a trace holds is told in
//! [`export::trace`].
//!
//! # The house
//!
//! It has six floors, and imports point down only:
//!
//! | floor | module | what it is for | what it must never know |
//! | --- | --- | --- | --- |
//! | 6 | [`ui`], [`cli`] | the window; the same instrument without a window | each other |
//! | 5 | [`export`] | scenes, traces and experiments as bytes: SVG, PNG, CSV, JSON, GIF | who reads it |
//! | 5 | [`lessons`] | walks through the subject: Markdown becomes steps, experiments and tasks | that there is a window |
//! | 5 | [`guide`] | the guide, as the window shows it | that there is a window |
//! | 4 | [`scene`] | what there is to see of a moment, as data: one file a view | files and windows |
//! | 3 | [`training`] | an experiment becomes a network that is trained | that there is a screen |
//! | 2 | [`tasks`] | where sequences and targets come from | the network that reads them |
//! | 2 | [`models`] | numbers of other programs' networks and gradients, read from files | cells and experiments |
//! | 2 | [`flow`] | the gradient at every timestep, as numbers and in words | tasks and training |
//! | 1 | [`glossary`] | what the words on the screen mean | every other module |
//! | 1 | [`rnn`] | the network: forward, backward, loss | what a sequence means |
//!
//! One way leads through it: [`training::Experiment`] → [`training::Trainer`] →
//! [`training::Snapshot`] → [`scene::Scene`] → painters, one for the window and one for figures.

#[cfg(not(target_family = "wasm"))]
pub mod cli;
pub mod export;
pub mod flow;
pub mod glossary;
pub mod guide;
pub mod lessons;
pub mod models;
pub mod scene;
pub mod tasks;
pub mod training;
pub mod ui;

/// The lowest floor, a package of its own.
pub use bptt_scope_rnn as rnn;
