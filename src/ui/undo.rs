//! What was changed by hand, to be taken back and done again.

use std::time::Duration;

use web_time::Instant;

use super::files::OpenFile;
use crate::training::{Experiment, RunNumber, Setting, Weight, WeightValues, find_setting};

/// Changes kept.
pub const KEPT: usize = 200;

/// Changes of the same thing that follow each other faster than this are one: the letters of a word, the
/// way of a slider.
const TOGETHER: Duration = Duration::from_millis(800);

/// An experiment and where its weights stood, which training may have moved.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// As chosen by hand.
    pub experiment: Experiment,
    /// As they were.
    pub weights: WeightValues,
    /// The file that it was opened from or saved to.
    pub file: Option<OpenFile>,
    /// The run that it belongs to.
    pub run: RunNumber,
}

impl State {
    fn is_as(&self, other: &Self) -> bool {
        self.experiment == other.experiment && self.file == other.file && self.run == other.run
    }
}

/// One change.
#[derive(Clone, Debug)]
struct Change {
    /// The keys of an experiment that it changed, such as `network.w_h`.
    keys: Vec<String>,
    before: State,
    after: State,
    at: Instant,
    frame: u64,
    /// Nothing that comes later may be joined to it.
    finished: bool,
}

/// What going back or forth needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Restored {
    /// The experiment to take on.
    pub experiment: Experiment,
    /// Where to put the weights that the change had moved; training has the others.
    pub weights: Vec<(Weight, f64)>,
    /// The run to go on with.
    pub run: RunNumber,
    /// The file that is open then, if the change opened or closed one.
    pub file: Option<Option<OpenFile>>,
    /// What is taken back or done again, in words.
    pub what: String,
}

/// Changes that can be taken back, and those that can be done again.
#[derive(Clone, Debug, Default)]
pub struct Undo {
    done: Vec<Change>,
    undone: Vec<Change>,
    frame: u64,
}

impl Undo {
    /// Everything noted until the next call was done at once, by one click.
    pub fn begin_frame(&mut self) {
        self.frame += 1;
    }

    /// Notes a change; `held` if a slider or a picture is held meanwhile. What was undone before can be done
    /// again no more.
    pub fn note(&mut self, before: State, after: State, held: bool) {
        if before.is_as(&after) {
            return;
        }
        let keys = changed_keys(&before.experiment, &after.experiment);
        self.undone.clear();
        let at = Instant::now();
        let frame = self.frame;
        if let Some(last) = self.done.last_mut()
            && !last.finished
            && last.is_joined_by(&keys, (held, at, frame))
        {
            for key in keys {
                if !last.keys.contains(&key) {
                    last.keys.push(key);
                }
            }
            last.frame = frame;
            last.after = after;
            last.at = at;
            if last.after.is_as(&last.before) {
                // There and back: nothing to take back.
                self.done.pop();
            }
            return;
        }
        self.push(Change {
            keys,
            before,
            after,
            at,
            frame,
            finished: false,
        });
    }

    /// Notes a change that began a new run, weights and all. Nothing is joined to it.
    pub fn note_run(&mut self, before: State, after: State) {
        self.finish();
        if before.is_as(&after) {
            return;
        }
        let keys = changed_keys(&before.experiment, &after.experiment);
        self.undone.clear();
        self.push(Change {
            keys,
            before,
            after,
            at: Instant::now(),
            frame: self.frame,
            finished: true,
        });
    }

    fn push(&mut self, change: Change) {
        if self.done.len() == KEPT {
            self.done.remove(0);
        }
        self.done.push(change);
    }

    /// The hand has let go: what comes next is another change.
    pub fn finish(&mut self) {
        if let Some(last) = self.done.last_mut() {
            last.finished = true;
        }
    }

    /// What would be taken back, in words.
    pub fn next_undo(&self) -> Option<String> {
        self.done.last().map(Change::what)
    }

    /// What would be done again, in words.
    pub fn next_redo(&self) -> Option<String> {
        self.undone.last().map(Change::what)
    }

    /// Takes back the last change.
    pub fn undo(&mut self) -> Option<Restored> {
        let mut change = self.done.pop()?;
        change.finished = true;
        let restored = change.restored(&change.before);
        self.undone.push(change);
        Some(restored)
    }

    /// Does again what was taken back last.
    pub fn redo(&mut self) -> Option<Restored> {
        let change = self.undone.pop()?;
        let restored = change.restored(&change.after);
        self.done.push(change);
        Some(restored)
    }
}

impl Change {
    /// Whether a further change of `keys` belongs to it.
    fn is_joined_by(&self, keys: &[String], (held, at, frame): (bool, Instant, u64)) -> bool {
        let same = keys.iter().all(|key| self.keys.contains(key));
        let soon = at.saturating_duration_since(self.at) < TOGETHER;
        frame == self.frame || (same && (held || soon))
    }

    /// What it changed, as it is called beside the sliders.
    fn what(&self) -> String {
        let called = |key: &String| find_setting(key).map_or(key.clone(), Setting::called);
        let names: Vec<String> = self.keys.iter().map(called).collect();
        match names.as_slice() {
            [one] => one.clone(),
            [one, other] => format!("{one} and {other}"),
            [one, rest @ ..] => format!("{one} and {} more", rest.len()),
            [] if self.before.file != self.after.file => "the file".to_owned(),
            [] => "the new run".to_owned(),
        }
    }

    fn restored(&self, state: &State) -> Restored {
        let moved = |weight: &Weight| self.keys.iter().any(|key| *key == weight.key());
        Restored {
            experiment: state.experiment.clone(),
            weights: Weight::ALL
                .into_iter()
                .filter(moved)
                .map(|weight| (weight, state.weights.get(weight)))
                .collect(),
            run: state.run,
            file: (self.before.file != self.after.file).then(|| state.file.clone()),
            what: self.what(),
        }
    }
}

/// The keys at which two experiments differ.
fn changed_keys(before: &Experiment, after: &Experiment) -> Vec<String> {
    let json = |experiment| serde_json::to_value(experiment).unwrap_or_default();
    let mut keys = Vec::new();
    collect_changes("", &json(before), &json(after), &mut keys);
    keys
}

fn collect_changes(
    path: &str,
    before: &serde_json::Value,
    after: &serde_json::Value,
    keys: &mut Vec<String>,
) {
    match (before.as_object(), after.as_object()) {
        (Some(before), Some(after)) => {
            for (key, value) in before {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                let other = after.get(key).unwrap_or(&serde_json::Value::Null);
                collect_changes(&path, value, other, keys);
            }
        }
        _ if before != after => keys.push(path.to_owned()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(change: impl FnOnce(&mut Experiment)) -> State {
        let mut experiment = Experiment::default();
        change(&mut experiment);
        State {
            file: None,
            run: RunNumber::default(),
            weights: WeightValues {
                w_i: 0.5,
                w_h: experiment.network.w_h,
                w_o: 1.0,
                b: 0.0,
            },
            experiment,
        }
    }

    #[test]
    fn changes_are_taken_back_and_done_again_in_order() {
        let mut undo = Undo::default();
        let (a, b, c) = (
            state(|_| {}),
            state(|e| e.network.w_h = 1.5),
            state(|e| {
                e.network.w_h = 1.5;
                e.task.length = 20;
            }),
        );
        undo.note(a.clone(), b.clone(), false);
        undo.begin_frame();
        undo.note(b.clone(), c.clone(), false);
        undo.note(c.clone(), c.clone(), false);
        assert_eq!(undo.next_undo().as_deref(), Some("length n"));
        let restored = undo.undo().unwrap();
        assert_eq!(
            (restored.experiment, restored.weights),
            (b.experiment, vec![])
        );
        let restored = undo.undo().unwrap();
        assert_eq!(restored.experiment, a.experiment);
        assert_eq!(restored.weights, [(Weight::Recurrent, 0.9)]);
        assert_eq!(undo.undo(), None);
        assert_eq!(undo.redo().unwrap().weights, [(Weight::Recurrent, 1.5)]);
        assert_eq!(undo.redo().unwrap().experiment, c.experiment);
        assert_eq!(undo.redo(), None);
        undo.undo();
        undo.begin_frame();
        undo.note(a.clone(), state(|e| e.seed = 8), false);
        assert_eq!(undo.next_redo(), None);
    }

    /// A click in the phase map sets two numbers.
    #[test]
    fn what_is_done_at_once_is_one_change() {
        let mut undo = Undo::default();
        let (a, b) = (state(|_| {}), state(|e| e.network.w_h = 2.0));
        let c = state(|e| {
            e.network.w_h = 2.0;
            e.task.length = 30;
        });
        undo.begin_frame();
        undo.note(a.clone(), b.clone(), false);
        undo.note(b, c, false);
        assert_eq!(
            undo.next_undo().as_deref(),
            Some("recurrent weight wₕ and length n")
        );
        assert_eq!(undo.undo().unwrap().experiment, a.experiment);
        assert_eq!(undo.undo(), None);
    }

    /// What was trained is in the run that was left, not in the one that looks like it.
    #[test]
    fn there_and_back_through_new_runs_can_be_taken_back() {
        let mut undo = Undo::default();
        let first = RunNumber::default();
        let in_run = |hidden, run| State {
            run,
            ..state(|e| e.network.hidden = hidden)
        };
        let (a, b) = (in_run(1, first), in_run(2, first.next()));
        let c = in_run(1, first.next().next());
        undo.begin_frame();
        undo.note(a, b.clone(), true);
        undo.begin_frame();
        undo.note(b, c, true);
        assert_eq!(undo.undo().unwrap().run, first);
        assert_eq!(undo.redo().unwrap().run, first.next().next());
    }

    #[test]
    fn there_and_back_at_once_is_no_change() {
        let mut undo = Undo::default();
        let (off, on) = (state(|_| {}), state(|e| e.training.hold_w_h = true));
        undo.note(off.clone(), on.clone(), false);
        undo.note(on, off, false);
        assert_eq!(undo.undo(), None);
    }

    #[test]
    fn one_drag_is_one_change_and_two_are_two() {
        let mut undo = Undo::default();
        let at = |w_h: f64| state(|e| e.network.w_h = w_h);
        for step in 0..10 {
            undo.begin_frame();
            undo.note(at(f64::from(step)), at(f64::from(step + 1)), true);
        }
        undo.finish();
        undo.begin_frame();
        undo.note(at(10.0), at(11.0), true);
        assert_eq!(undo.undo().unwrap().weights, [(Weight::Recurrent, 10.0)]);
        assert_eq!(undo.undo().unwrap().weights, [(Weight::Recurrent, 0.0)]);
        assert_eq!(undo.undo(), None);
    }
}
