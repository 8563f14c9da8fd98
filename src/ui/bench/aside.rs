//! What a person brings along: sequences and words out of files, and a gradient that their own code has computed.

use std::sync::Arc;

use super::Bench;
use super::editing::refused;
use crate::training::{DataSettings, Experiment};
use crate::ui::comparer::{CompareAction, Comparer};
use crate::ui::data::{DataAction, DataReader};

impl Bench {
    /// One's own sequences, while they are read.
    pub fn data(&self) -> &DataReader {
        &self.data
    }

    /// Something with the window of one's own sequences; what the experiment is to become for it, if anything.
    pub fn apply_data(&mut self, what: DataAction) -> Option<Experiment> {
        let mut next = self.experiment.clone();
        match what {
            DataAction::Toggle => self.data.show(!self.data.is_open()),
            DataAction::Show => self.data.show(true),
            DataAction::Cancel => self.data.cancel(),
            DataAction::File(path) => {
                next.data = DataSettings {
                    path: path.to_string_lossy().into_owned(),
                    held_out: next.data.held_out,
                    vocabulary: next.data.vocabulary,
                    ..DataSettings::default()
                };
                next.follow_data(|_| false);
                self.data.show(true);
                return Some(next);
            }
            DataAction::Targets(path) => {
                if let Some(refused) = self.data.refused() {
                    next = refused.clone();
                }
                next.data.targets = path.to_string_lossy().into_owned();
                return Some(next);
            }
            DataAction::Words(path) => {
                next.data.words = path.to_string_lossy().into_owned();
                return Some(next);
            }
        }
        None
    }

    /// Whether a file of one's own sequences is being read.
    pub fn is_reading(&self) -> bool {
        self.data.progress().is_some()
    }

    /// What the experiment is to become now that its files have been read, and what there is to tell of them. It is a change
    /// of its own.
    pub fn take_read(&mut self) -> Option<(Experiment, Option<String>)> {
        let (brought, wanted) = self.data.take()?;
        // What else has been changed meanwhile stays.
        let read = Experiment::from(brought.experiment);
        let is_recorded = read.recorded().is_some();
        let mut next = self.experiment.clone();
        next.task.kind = read.task.kind;
        if wanted.data.follows.length {
            next.task.length = read.task.length;
        }
        if read.probe != wanted.probe || wanted.data.path != self.experiment.data.path {
            next.probe = read.probe;
        }
        if is_recorded {
            // Another part of it is another network.
            (next.network, next.task) = (read.network, read.task);
        }
        next.data = read.data;
        if !next.reads_words() {
            next.network.embedding = 0;
        }
        self.asks_label = false;
        match next.clone().check() {
            Ok(_) => {
                self.undo.finish();
                Some((next, brought.notice))
            }
            Err(error) => {
                self.data.refuse(refused(&error));
                None
            }
        }
    }

    /// One's own gradient beside the right one.
    pub fn comparer(&self) -> &Comparer {
        &self.comparer
    }

    /// Something with the window of one's own gradient.
    pub fn apply_comparison(&mut self, what: CompareAction) {
        let Some(snapshot) = self.snapshot().map(Arc::clone) else {
            return;
        };
        let waker = self.waker();
        let comparer = &mut self.comparer;
        match what {
            CompareAction::Toggle => {
                comparer.fit(&snapshot);
                comparer.toggle();
            }
            CompareAction::Type(index, text) => comparer.write(index, text),
            CompareAction::Typed => comparer.compare_typed(&snapshot, waker),
            CompareAction::File(path) => {
                comparer.fit(&snapshot);
                comparer.compare_file(path, &snapshot, waker);
            }
            CompareAction::Cancel => comparer.cancel(),
        }
    }

    /// Takes in what has come of a comparison, and has a field for every tensor of the network on the screen. Whether one is
    /// under way.
    pub fn go_on_comparing(&mut self) -> bool {
        self.comparer.go_on();
        let snapshot = self.snapshot().map(Arc::clone);
        if let Some(snapshot) = snapshot.filter(|_| self.comparer.is_open()) {
            self.comparer.fit(&snapshot);
        }
        self.comparer.progress().is_some()
    }
}
