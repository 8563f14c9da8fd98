//! Changes of the experiment: by a slider, by a field, as a whole, and back again.

use std::path::Path;
use std::sync::Arc;

use egui::Context;

use super::super::comparer::CompareAction;
use super::super::data::DataAction;
use super::super::numbers::NumbersAction;
use super::super::undo::{Restored, State};
use super::{PROGRESS_INTERVAL, ScopeApp};
use crate::export::{Watch, bring_files};
use crate::flow::thousands;
use crate::training::{
    Command, DataSettings, Difference, Experiment, GivenWeights, OutOfRange, Restoration, Setting,
    Trainer, Weight, WeightValues, find_setting,
};

/// Why an experiment was refused, with the name that its setting has on the screen.
fn refused(error: &OutOfRange) -> String {
    let key = error.key();
    let called = find_setting(key).map_or_else(|| key.to_owned(), Setting::called);
    error.to_string().replace(key, &called)
}

impl ScopeApp {
    pub(super) fn set_weight(&mut self, weight: Weight, value: f64) {
        let before = self.state();
        let value = weight.limit().clamp(value);
        // In the experiment this one alone changes: the others are where a reset shall put them, not
        // where training has moved them.
        self.experiment.network.set_weight(weight, value);
        self.send(Command::SetWeight(weight, value));
        let is_size = self
            .latest
            .as_ref()
            .is_some_and(|update| weight.is_size_in(&update.snapshot.moment.network.parameters));
        let shown = if is_size { value.abs() } else { value };
        self.put_weights(&[(weight, shown)]);
        self.note(before);
    }

    /// Shows weights where they were put until the worker has put them there.
    pub(super) fn put_weights(&mut self, weights: &[(Weight, f64)]) {
        if let Some(update) = &self.latest {
            let mut put = self.weights(update);
            for &(weight, value) in weights {
                put = put.with(weight, value);
            }
            self.weights_put = Some((put, self.worker.sent()));
        }
    }

    pub(super) fn edit(&mut self, mut next: Experiment) {
        let lists_words = next.reads_embedding() && next.data.words_are_to_be_read();
        if lists_words || next.has_data_file() && next.data.is_to_be_read() {
            let waker = self.waker();
            self.data.start(next, waker);
            return;
        }
        if next.task.kind != self.experiment.task.kind {
            // What is being read is not wanted any more.
            self.data.cancel();
        }
        let before = self.state();
        // Weights are set by their own action, which may have come in the same frame.
        next.network = next.network.with_weights_of(&self.experiment.network);
        let told = self.latest.as_ref().and_then(|update| {
            let shown = &update.snapshot.probe.batch;
            next.fit_own(&self.experiment, shown)
        });
        match next.clone().check() {
            Ok(checked) => {
                let new_run = self.experiment.needs_new_run(&checked);
                self.experiment = next;
                if new_run {
                    self.name_new_run();
                }
                self.send(Command::Change(Box::new(checked), self.run));
                if new_run {
                    self.stale_before = self.worker.sent();
                }
                self.note(before);
                if let Some(told) = told {
                    self.inform(told);
                }
            }
            Err(error) => self.tell(refused(&error)),
        }
    }

    /// Something with the window of one's own numbers.
    pub(super) fn apply_numbers(&mut self, what: NumbersAction) {
        let numbers = &mut self.view.numbers;
        let shown = self.latest.as_ref().map(|update| &update.snapshot);
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
                if let Ok(next) = numbers.result(&self.experiment) {
                    numbers.used(&next);
                    self.undo.finish();
                    self.edit(next.into());
                }
            }
        }
    }

    /// Something with the window of one's own sequences.
    pub(super) fn apply_data(&mut self, what: DataAction) {
        match what {
            DataAction::Toggle => self.data.show(!self.data.is_open()),
            DataAction::Show => self.data.show(true),
            DataAction::File(path) => {
                self.dialog = None;
                let mut next = self.experiment.clone();
                next.data = DataSettings {
                    path: path.to_string_lossy().into_owned(),
                    held_out: next.data.held_out,
                    vocabulary: next.data.vocabulary,
                    ..DataSettings::default()
                };
                next.follow_data(|_| false);
                self.data.show(true);
                self.edit(next);
            }
            DataAction::Targets(path) => {
                self.dialog = None;
                let refused = self.data.refused();
                let mut next = refused.unwrap_or(&self.experiment).clone();
                next.data.targets = path.to_string_lossy().into_owned();
                self.edit(next);
            }
            DataAction::Words(path) => {
                self.dialog = None;
                let mut next = self.experiment.clone();
                next.data.words = path.to_string_lossy().into_owned();
                self.edit(next);
            }
            DataAction::Cancel => self.data.cancel(),
        }
    }

    /// Whether a file of one's own sequences is being read.
    pub fn is_reading(&self) -> bool {
        self.data.progress().is_some()
    }

    /// Takes in what has been read of a file of one's own sequences.
    pub(super) fn go_on_reading(&mut self, ctx: &Context) {
        if let Some((brought, wanted)) = self.data.take() {
            // What else has been changed meanwhile stays.
            let read = Experiment::from(brought.experiment);
            let mut next = self.experiment.clone();
            next.task.kind = read.task.kind;
            if wanted.data.follows.length {
                next.task.length = read.task.length;
            }
            if read.probe != wanted.probe || wanted.data.path != self.experiment.data.path {
                next.probe = read.probe;
            }
            next.data = read.data;
            if !next.reads_words() {
                next.network.embedding = 0;
            }
            self.asks_label = false;
            match next.clone().check() {
                Ok(_) => {
                    self.undo.finish();
                    self.edit(next);
                    if let Some(notice) = brought.notice {
                        self.tell(notice);
                    }
                }
                Err(error) => self.data.refuse(refused(&error)),
            }
        }
        if self.is_reading() {
            ctx.request_repaint_after(PROGRESS_INTERVAL);
        }
    }

    /// Something with the window of one's own gradient.
    pub(super) fn apply_comparison(&mut self, what: CompareAction) {
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
                self.dialog = None;
            }
            CompareAction::Cancel => comparer.cancel(),
        }
    }

    /// Whether a comparison of one's own gradient has come to its end.
    pub fn is_compared(&self) -> bool {
        self.comparer.progress().is_none() && self.comparer.result().is_some()
    }

    /// Takes in what has come of a comparison, and has a field for every tensor of the network on the screen.
    pub(super) fn go_on_comparing(&mut self, ctx: &Context) {
        self.comparer.go_on();
        let snapshot = self.snapshot().map(Arc::clone);
        if let Some(snapshot) = snapshot.filter(|_| self.comparer.is_open()) {
            self.comparer.fit(&snapshot);
        }
        if self.comparer.progress().is_some() {
            ctx.request_repaint_after(PROGRESS_INTERVAL);
        }
    }

    /// Puts the weights where sliders have moved them into the experiment whose own they are, before the first step, so
    /// that what is saved is what is seen.
    pub(super) fn adopt_weights(&mut self) {
        let Some(update) = self.latest.as_ref().filter(|_| self.is_up_to_date()) else {
            return;
        };
        let moment = &update.snapshot.moment;
        let mut next = self.experiment.clone();
        // Those of a file stay in the file.
        let is_written = next.has_own_weights() && next.network.weights.file().is_none();
        if is_written && moment.step == 0 && !update.running {
            let now = GivenWeights::of(&moment.network.parameters);
            let then = Trainer::new_network(&moment.experiment);
            if then.parameters != moment.network.parameters {
                next.network.weights = now;
                self.edit(next);
            }
        }
    }

    /// The class of the sentence, which nobody needs to be asked for any more.
    pub(super) fn set_label(&mut self, class: usize) {
        self.asks_label = false;
        if self.experiment.probe_class() != class {
            let mut next = self.experiment.clone();
            next.set_probe_class(class);
            self.edit(next);
        }
    }

    /// A new run of `experiment`, weights and all, which is in `file` if it came from one.
    pub(super) fn open(&mut self, experiment: Experiment, file: Option<&Path>) {
        self.data.cancel();
        let before = self.state();
        // A lesson may name files, too.
        let brought = experiment
            .check()
            .and_then(|checked| bring_files(checked, None, &Watch::default()));
        match brought.map(|brought| brought.experiment) {
            Ok(checked) => {
                self.experiment = checked.clone().into();
                self.asks_label = false;
                match file {
                    Some(path) => self.files.opened(path, &self.experiment),
                    None => self.files.close(),
                }
                if self.is_trained() || *checked != before.experiment {
                    self.name_new_run();
                }
                self.send(Command::Begin(Box::new(checked), self.run));
                self.stale_before = self.worker.sent();
                self.run_wanted = Some((false, self.worker.sent()));
                self.undo.finish();
                let after = self.state();
                self.undo.note_run(before, after);
            }
            Err(error) => self.tell(refused(&error)),
        }
    }

    fn name_new_run(&mut self) {
        self.newest_run = self.newest_run.next();
        self.run = self.newest_run;
    }

    /// Whether leaving the run there is would lose anything.
    pub(super) fn is_trained(&self) -> bool {
        self.is_running()
            || !self.is_up_to_date()
            || self
                .latest
                .as_ref()
                .is_some_and(|update| update.snapshot.run.timeline.newest > 0)
    }

    /// Makes the moment that is looked at the present, with the experiment as it was.
    pub(super) fn continue_from_here(&mut self) {
        let Some(update) = self
            .latest
            .as_ref()
            .filter(|it| it.snapshot.run.timeline.is_past)
        else {
            return;
        };
        let then = Experiment::clone(&update.snapshot.moment.experiment);
        let step = update.snapshot.moment.step;
        let before = self.state();
        let back = Arc::clone(&update.snapshot.run.timeline.otherwise);
        self.experiment = then;
        self.asks_label = false;
        self.send(Command::ContinueFrom(step));
        self.note(before);
        if !back.is_empty() {
            // Otherwise it would change behind the back of whoever had changed it.
            let (step, back) = (thousands(step), Difference::in_words(&back));
            self.inform(format!("Continued from step {step}, with {back} as then"));
        }
    }

    /// Goes back or forth to what `undo` or `redo` gave.
    pub(super) fn restore(&mut self, done: &str, restored: Option<Restored>) {
        let Some(restored) = restored else {
            return;
        };
        self.data.cancel();
        // It was accepted before.
        let Ok(checked) = restored.experiment.clone().check() else {
            return;
        };
        let other_run = restored.run != self.run;
        self.experiment = restored.experiment;
        self.asks_label = false;
        self.run = restored.run;
        self.send(Command::Restore(Box::new(Restoration {
            experiment: checked,
            run: restored.run,
            weights: restored.weights.clone(),
        })));
        if other_run {
            self.stale_before = self.worker.sent();
            self.run_wanted = Some((false, self.worker.sent()));
        } else {
            let steps = self.latest.as_ref().map_or(0, |it| it.snapshot.moment.step);
            let drawn = self.experiment.network.weights();
            let put = restored.weights.iter().map(|&(weight, value)| {
                (weight, if steps == 0 { drawn.get(weight) } else { value })
            });
            self.put_weights(&put.collect::<Vec<_>>());
        }
        if let Some(file) = restored.file {
            self.files.set_open(file);
        }
        self.inform(format!("{done}: {}", restored.what));
    }

    /// Goes back to the run `then`, which was left for another one, as one change that can be taken back.
    pub(super) fn go_back_to(&mut self, then: State) {
        let before = self.state();
        self.undo.finish();
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
        let after = self.state();
        self.undo.note_run(before, after);
    }

    /// The experiment and where its weights are.
    pub(super) fn state(&self) -> State {
        State {
            experiment: self.experiment.clone(),
            weights: self.present_weights(),
            file: self.files.open_file(),
            run: self.run,
        }
    }

    /// Where the weights of the present are, also while the past is looked at.
    pub(super) fn present_weights(&self) -> WeightValues {
        match (&self.latest, self.present_weights) {
            (Some(update), _) if !update.snapshot.run.timeline.is_past => self.weights(update),
            (_, Some(weights)) => weights,
            (_, None) => self.experiment.network.weights(),
        }
    }

    /// Notes a change that leads from `before` to now.
    pub(super) fn note(&mut self, before: State) {
        let mut after = self.state();
        // The worker has not put them yet.
        for weight in Weight::ALL {
            let (old, new) = (&before.experiment.network, &after.experiment.network);
            if old.weight(weight) != new.weight(weight) {
                after.weights = after.weights.with(weight, new.weight(weight));
            }
        }
        self.undo.note(before, after, self.grabbed.is_some());
    }
}
