//! Changes of the experiment on a bench: by a slider, by a field, as a whole, and back again.

use std::sync::Arc;

use super::Bench;
use crate::export::{Watch, bring_files};
use crate::flow::thousands;
use crate::training::{
    Alarm, Command, Difference, Experiment, Follow, GivenWeights, OutOfRange, Restoration, Setting,
    Trainer, Weight, find_setting,
};
use crate::ui::files::OpenFile;
use crate::ui::undo::{KEPT, Restored, State, Undo};

/// Why an experiment was refused, with the name that its setting has on the screen.
pub fn refused(error: &OutOfRange) -> String {
    let key = error.key();
    let called = find_setting(key).map_or_else(|| key.to_owned(), Setting::called);
    error.to_string().replace(key, &called)
}

impl Bench {
    /// Puts a weight that has a slider to `value`, while `file` is open.
    pub fn set_weight(&mut self, weight: Weight, value: f64, file: Option<OpenFile>) {
        let before = self.state(file);
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
    fn put_weights(&mut self, weights: &[(Weight, f64)]) {
        if let Some(update) = &self.latest {
            self.weights.put(weights, update, self.runner.sent());
        }
    }

    /// Makes the experiment `next`, while `file` is open; as soon as they are read, if that names files which are not read
    /// yet. What there is to tell of it.
    ///
    /// # Errors
    /// Why it stays as it is.
    pub fn edit(
        &mut self,
        mut next: Experiment,
        file: Option<OpenFile>,
    ) -> Result<Option<String>, String> {
        let lists_words = next.reads_embedding() && next.data.words_are_to_be_read();
        let reads_data = next.has_data_file() && next.data.is_to_be_read();
        if lists_words || reads_data || next.record_is_to_be_read() {
            let waker = self.waker();
            self.data.start(next, waker);
            return Ok(None);
        }
        if next.task.kind != self.experiment.task.kind {
            // What is being read is not wanted any more.
            self.data.cancel();
        }
        let before = self.state(file);
        // Weights are set by their own action, which may have come in the same frame.
        next.network = next.network.with_weights_of(&self.experiment.network);
        let told = self.latest.as_ref().and_then(|update| {
            let shown = &update.snapshot.probe.batch;
            next.fit_own(&self.experiment, shown)
        });
        let checked = next.check().map_err(|error| refused(&error))?;
        let new_run = self.experiment.needs_new_run(&checked);
        // With what the check has made follow from the rest.
        self.experiment = Experiment::clone(&checked);
        let followed = self.followed.get(&self.run).cloned();
        if new_run {
            self.name_new_run();
        }
        match followed {
            // Another part of what is followed.
            Some(follow) if self.experiment.recorded().is_some() => {
                self.keep_followed(follow);
            }
            // A run of one's own has taken its place.
            _ => drop(self.followed.remove(&self.run)),
        }
        self.send(Command::Change(Box::new(checked), self.run));
        if new_run {
            self.stale_before = self.runner.sent();
        }
        self.note(before);
        Ok(told)
    }

    /// The label of the sentence has to be asked for if `next` has another one.
    pub fn ask_label_of(&mut self, next: &Experiment) {
        self.asks_label |= next.probe.text != self.experiment.probe.text;
    }

    /// Nobody needs to be asked for the label of the sentence.
    pub fn knows_label(&mut self) {
        self.asks_label = false;
    }

    /// The experiment with the weights where sliders have moved them, if they are its own: before the first step, so that
    /// what is saved is what is seen.
    pub fn with_weights_adopted(&self) -> Option<Experiment> {
        let update = self.latest.as_ref().filter(|_| self.is_up_to_date())?;
        let moment = &update.snapshot.moment;
        let mut next = self.experiment.clone();
        // Those of a file stay in the file.
        let is_written = next.has_own_weights() && next.network.weights.file().is_none();
        if !is_written || moment.step > 0 || update.running {
            return None;
        }
        let then = Trainer::new_network(&moment.experiment);
        if then.parameters == moment.network.parameters {
            return None;
        }
        next.network.weights = GivenWeights::of(&moment.network.parameters);
        Some(next)
    }

    /// Begins a new run of `experiment`, weights and all.
    ///
    /// # Errors
    /// Why it stays as it is.
    pub fn begin(&mut self, experiment: Experiment) -> Result<(), String> {
        self.data.cancel();
        // A lesson may name files, too.
        let brought = experiment
            .check()
            .and_then(|checked| bring_files(checked, None, &Watch::default()));
        let checked = brought.map_err(|error| refused(&error))?.experiment;
        let is_another = *checked != self.experiment;
        self.experiment = checked.clone().into();
        self.asks_label = false;
        if self.is_trained() || is_another {
            self.name_new_run();
        }
        self.followed.remove(&self.run);
        self.send(Command::Begin(Box::new(checked), self.run));
        self.leave_the_shown();
        Ok(())
    }

    /// Shows the records of a training elsewhere from now on.
    pub fn follow(&mut self, follow: Follow) {
        self.data.cancel();
        self.alarm = follow.alarm;
        self.asks_label = false;
        self.undo.finish();
        self.name_new_run();
        self.keep_followed(follow.clone());
        self.send(Command::Follow(follow, self.run));
        self.leave_the_shown();
    }

    /// Keeps what the present run follows, for going back to it; of no more runs than changes are kept.
    fn keep_followed(&mut self, follow: Follow) {
        self.followed.insert(self.run, follow);
        if self.followed.len() > KEPT {
            self.followed.pop_first();
        }
    }

    /// When to tell of the records that are followed.
    pub fn alarm(&self) -> Alarm {
        self.alarm
    }

    /// Tells of the records that are followed by `alarm` from now on.
    pub fn set_alarm(&mut self, alarm: Alarm) {
        self.alarm = alarm;
        if let Some(follow) = self.followed.get_mut(&self.run) {
            follow.alarm = alarm;
        }
        self.send(Command::SetAlarm(alarm));
    }

    fn name_new_run(&mut self) {
        self.newest_run = self.newest_run.next();
        self.run = self.newest_run;
    }

    /// Makes the moment that is looked at the present, with the experiment as it was, while `file` is open. What there is to
    /// tell of it.
    pub fn continue_from_here(&mut self, file: Option<OpenFile>) -> Option<String> {
        let update = self
            .latest
            .as_ref()
            .filter(|it| it.snapshot.run.timeline.is_past)?;
        let then = Experiment::clone(&update.snapshot.moment.experiment);
        let step = update.snapshot.moment.step;
        let before = self.state(file);
        let back = Arc::clone(&update.snapshot.run.timeline.otherwise);
        self.experiment = then;
        self.asks_label = false;
        self.send(Command::ContinueFrom(step));
        self.note(before);
        // Otherwise it would change behind the back of whoever had changed it.
        (!back.is_empty()).then(|| {
            let (step, back) = (thousands(step), Difference::in_words(&back));
            format!("Continued from step {step}, with {back} as then")
        })
    }

    /// Goes back or forth to `restored`. Whether that could be done.
    pub fn restore(&mut self, restored: &Restored) -> bool {
        self.data.cancel();
        // It was accepted before.
        let Ok(checked) = restored.experiment.clone().check() else {
            return false;
        };
        let other_run = restored.run != self.run;
        let before = self.followed.get(&self.run).cloned();
        self.experiment = restored.experiment.clone();
        self.asks_label = false;
        self.run = restored.run;
        if let Some(follow) = self.followed.get(&self.run).filter(|_| other_run) {
            self.alarm = follow.alarm;
            let is_followed = before.is_some_and(|it| Arc::ptr_eq(&it.source, &follow.source));
            let follow = Command::Follow(follow.clone(), self.run);
            if !is_followed {
                self.send(follow);
            }
            if checked.recorded().is_some() {
                // The part and the sequence that were looked at.
                self.send(Command::Change(Box::new(checked), self.run));
            }
            self.leave_the_shown();
            return true;
        }
        self.send(Command::Restore(Box::new(Restoration {
            experiment: checked,
            run: restored.run,
            weights: restored.weights.clone(),
        })));
        if other_run {
            self.leave_the_shown();
        } else {
            let steps = self.latest.as_ref().map_or(0, |it| it.snapshot.moment.step);
            let drawn = self.experiment.network.weights();
            let put = restored.weights.iter().map(|&(weight, value)| {
                (weight, if steps == 0 { drawn.get(weight) } else { value })
            });
            self.put_weights(&put.collect::<Vec<_>>());
        }
        true
    }

    /// The experiment and where its weights are, while `file` is open.
    pub fn state(&self, file: Option<OpenFile>) -> State {
        State {
            experiment: self.experiment.clone(),
            weights: self.present_weights(),
            file,
            run: self.run,
        }
    }

    /// Notes a change that leads from `before` to now.
    fn note(&mut self, before: State) {
        let mut after = self.state(before.file.clone());
        // The worker has not put them yet.
        for weight in Weight::ALL {
            let (old, new) = (&before.experiment.network, &after.experiment.network);
            if old.weight(weight) != new.weight(weight) {
                after.weights = after.weights.with(weight, new.weight(weight));
            }
        }
        self.undo.note(before, after, self.grabbed.is_some());
    }

    /// Notes a change that led from `before` to a new run, with which `file` is open.
    pub fn note_run(&mut self, before: State, file: Option<OpenFile>) {
        self.undo.finish();
        let after = self.state(file);
        self.undo.note_run(before, after);
    }

    /// What was changed by hand.
    pub fn undo(&self) -> &Undo {
        &self.undo
    }

    /// As [`Self::undo`], to take back and to do again.
    pub fn undo_mut(&mut self) -> &mut Undo {
        &mut self.undo
    }
}
