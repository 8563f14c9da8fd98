//! Changes of the experiment: what the bench makes of them, and what is told of it.

use std::path::Path;

use egui::Context;

use super::super::comparer::CompareAction;
use super::super::data::DataAction;
use super::super::numbers::NumbersAction;
use super::super::undo::{Restored, State};
use super::{PROGRESS_INTERVAL, ScopeApp};
use crate::training::{Experiment, Pair, Weight};

impl ScopeApp {
    pub(super) fn set_weight(&mut self, weight: Weight, value: f64) {
        let file = self.files.open_file();
        self.bench.set_weight(weight, value, file);
    }

    pub(super) fn edit(&mut self, next: Experiment) {
        match self.bench.edit(next, self.files.open_file()) {
            Ok(Some(told)) => self.inform(told),
            Ok(None) => {}
            Err(problem) => self.tell(problem),
        }
    }

    /// Something with the window of one's own numbers.
    pub(super) fn apply_numbers(&mut self, what: NumbersAction) {
        let numbers = &mut self.view.numbers;
        let shown = self.bench.snapshot();
        match what {
            NumbersAction::Toggle | NumbersAction::Show => {
                let opens = what == NumbersAction::Show || !numbers.is_open();
                if let Some(snapshot) = shown.filter(|_| opens && !numbers.is_open()) {
                    // What was typed and not used is still there.
                    if numbers.is_empty() || !numbers.is_typed() {
                        numbers.take_over(snapshot);
                    }
                }
                numbers.show(opens);
            }
            NumbersAction::Type(index, text) => numbers.write(index, text),
            NumbersAction::Choose(cell, layers) => numbers.choose(cell, layers),
            NumbersAction::TakeOver => {
                if let Some(snapshot) = shown {
                    numbers.take_over(snapshot);
                }
            }
            NumbersAction::Use => {
                if let Ok(next) = numbers.result(self.bench.experiment()) {
                    numbers.used(&next);
                    self.bench.undo_mut().finish();
                    self.edit(next.into());
                }
            }
        }
    }

    /// Something with the window of one's own sequences.
    pub(super) fn apply_data(&mut self, what: DataAction) {
        let was_asked_for = matches!(
            what,
            DataAction::File(_) | DataAction::Targets(_) | DataAction::Words(_)
        );
        if was_asked_for {
            self.dialog = None;
        }
        if let Some(next) = self.bench.apply_data(what) {
            self.edit(next);
        }
    }

    /// Whether a file of one's own sequences is being read.
    pub fn is_reading(&self) -> bool {
        self.bench.is_reading()
    }

    /// Takes in what has been read of a file of one's own sequences.
    pub(super) fn go_on_reading(&mut self, ctx: &Context) {
        if let Some((next, notice)) = self.bench.take_read() {
            self.edit(next);
            if let Some(notice) = notice {
                self.tell(notice);
            }
        }
        if self.is_reading() {
            ctx.request_repaint_after(PROGRESS_INTERVAL);
        }
    }

    /// Something with the window of one's own gradient.
    pub(super) fn apply_comparison(&mut self, what: CompareAction) {
        if matches!(what, CompareAction::File(_)) {
            self.dialog = None;
        }
        self.bench.apply_comparison(what);
    }

    /// Whether a comparison of one's own gradient has come to its end.
    pub fn is_compared(&self) -> bool {
        let comparer = self.bench.comparer();
        comparer.progress().is_none() && comparer.result().is_some()
    }

    /// Takes in what has come of a comparison.
    pub(super) fn go_on_comparing(&mut self, ctx: &Context) {
        if self.bench.go_on_comparing() {
            ctx.request_repaint_after(PROGRESS_INTERVAL);
        }
    }

    /// Puts the weights where sliders have moved them into the experiment whose own they are.
    pub(super) fn adopt_weights(&mut self) {
        if let Some(next) = self.bench.with_weights_adopted() {
            self.edit(next);
        }
    }

    /// The class of the sentence, which nobody needs to be asked for any more.
    pub(super) fn set_label(&mut self, class: usize) {
        self.bench.knows_label();
        let experiment = self.bench.experiment();
        if experiment.probe_class() != class {
            let mut next = experiment.clone();
            next.set_probe_class(class);
            self.edit(next);
        }
    }

    /// A new run of `experiment`, weights and all, which is in `file` if it came from one.
    pub(super) fn open(&mut self, experiment: Experiment, file: Option<&Path>) {
        let before = self.state();
        match self.bench.begin(experiment) {
            Ok(()) => {
                match file {
                    Some(path) => {
                        let pair = Pair::alone(self.bench.experiment().clone());
                        self.files.opened(path, pair);
                    }
                    None => self.files.close(),
                }
                self.bench.note_run(before, self.files.open_file());
            }
            Err(problem) => self.tell(problem),
        }
    }

    /// Makes the moment that is looked at the present, with the experiment as it was.
    pub(super) fn continue_from_here(&mut self) {
        if let Some(told) = self.bench.continue_from_here(self.files.open_file()) {
            self.inform(told);
        }
    }

    /// Goes back or forth to what `undo` or `redo` gave.
    pub(super) fn restore(&mut self, done: &str, restored: Option<Restored>) {
        let Some(restored) = restored.filter(|restored| self.bench.restore(restored)) else {
            return;
        };
        if let Some(file) = restored.file {
            self.files.set_open(file);
        }
        self.inform(format!("{done}: {}", restored.what));
    }

    /// Goes back to the run `then`, which was left for another one, as one change that can be taken back.
    pub(super) fn go_back_to(&mut self, then: State) {
        let before = self.state();
        self.bench.undo_mut().finish();
        let weights = Weight::ALL.map(|weight| (weight, then.weights.get(weight)));
        self.restore(
            "Brought back",
            Some(Restored {
                experiment: then.experiment,
                weights: weights.to_vec(),
                run: then.run,
                file: Some(then.file),
                what: "what you had before the lesson".to_owned(),
            }),
        );
        self.bench.note_run(before, self.files.open_file());
    }

    /// The experiment, where its weights are, and the file that is open.
    pub(super) fn state(&self) -> State {
        self.bench.state(self.files.open_file())
    }
}
