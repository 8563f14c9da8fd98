//! What was changed by hand in the middle of a run, and after which step, in bounded memory.

use crate::training::{Difference, Experiment, HandChange, SETTINGS, Value, Weight};

/// Changes kept. When there are more, neighbours are put together, so that everything that was ever changed stays, to
/// within a stretch of steps: more marks than these no picture can tell apart.
const MOST: usize = 256;

/// Two sizes of a matrix that are nearer to each other than this are one, measured twice.
const ROUNDING: f64 = 1e-12;

/// Everything that was changed by hand in a run, in the order of its steps.
#[derive(Default)]
pub struct Changes {
    noted: Vec<Noted>,
    /// What was changed since the last step. It counts from when the next one is made: whoever goes elsewhere in the
    /// run instead leaves it behind.
    pending: Option<Noted>,
}

/// What was changed after one step, or between two.
#[derive(Clone)]
struct Noted {
    /// After this step, and no later than after the other.
    between: (u64, u64),
    settings: Vec<Setting>,
}

/// A setting that was changed, however often.
#[derive(Clone)]
struct Setting {
    key: &'static str,
    before: Value,
    after: Value,
}

impl Changes {
    /// Notes that after `step` the experiment `before` became `after`. Weights are noted by [`Self::weight`]: an
    /// experiment says where they begin, not where training has moved them.
    pub fn experiment(&mut self, step: u64, before: &Experiment, after: &Experiment) {
        let of_weight = |key: &str| Weight::ALL.iter().any(|weight| weight.key() == key);
        for setting in SETTINGS.iter().filter(|setting| !of_weight(setting.key)) {
            let (before, after) = (setting.get(before), setting.get(after));
            if before != after {
                self.note(step, setting.key, before, after);
            }
        }
    }

    /// Notes that after `step` a weight was put from one value to another.
    pub fn weight(&mut self, step: u64, weight: Weight, before: f64, after: f64) {
        let [before, after] = [before, after].map(Value::Number);
        self.note(step, weight.key(), before, after);
    }

    fn note(&mut self, step: u64, key: &'static str, before: Value, after: Value) {
        // Before the first step nothing is in the middle of anything.
        if step == 0 {
            return;
        }
        let mut noted = self.pending.take().unwrap_or_else(|| Noted {
            between: (step, step),
            settings: Vec::new(),
        });
        noted.add(Setting { key, before, after });
        // There and back is no change.
        self.pending = Some(noted).filter(|noted| !noted.settings.is_empty());
    }

    /// The step after `step` is made: what was changed counts, and whatever was changed later belongs to another
    /// future.
    pub fn settle(&mut self, step: u64) {
        self.noted.retain(|noted| noted.between.0 <= step);
        if let Some(last) = self.noted.last_mut() {
            last.between.1 = last.between.1.min(step);
        }
        let Some(pending) = self.pending.take() else {
            return;
        };
        if let Some(mut last) = self.noted.pop_if(|last| last.between.1 == step) {
            last.append(pending);
            self.noted
                .extend(Some(last).filter(|last| !last.settings.is_empty()));
        } else {
            self.make_room();
            self.noted.push(pending);
        }
    }

    /// Leaves behind what was changed since the last step.
    pub fn discard(&mut self) {
        self.pending = None;
    }

    /// Puts every two neighbours together if there is no room for another.
    fn make_room(&mut self) {
        if self.noted.len() < MOST {
            return;
        }
        let mut all = std::mem::take(&mut self.noted).into_iter();
        while let Some(mut first) = all.next() {
            if let Some(second) = all.next() {
                first.append(second);
            }
            if !first.settings.is_empty() {
                self.noted.push(first);
            }
        }
    }

    /// About how much memory they take, in bytes.
    pub fn bytes(&self) -> usize {
        let text = |value: &Value| match value {
            Value::Text(text) => text.len(),
            _ => 0,
        };
        let of =
            |setting: &Setting| size_of::<Setting>() + text(&setting.before) + text(&setting.after);
        let settings = self.noted.iter().flat_map(|noted| &noted.settings);
        settings.map(of).sum::<usize>() + self.noted.len() * size_of::<Noted>()
    }

    /// All of them, for those who look.
    pub fn shown(&self) -> Vec<HandChange> {
        let difference = |setting: &Setting| Difference {
            key: setting.key,
            value: setting.after.clone(),
        };
        let shown = |noted: &Noted| HandChange {
            between: noted.between,
            what: noted.settings.iter().map(difference).collect(),
        };
        let Some(pending) = &self.pending else {
            return self.noted.iter().map(shown).collect();
        };
        // Those after it were made before somebody went back.
        let step = pending.between.0;
        let until = self.noted.partition_point(|noted| noted.between.0 <= step);
        let (earlier, later) = self.noted.split_at(until);
        let mut all = earlier.to_vec();
        match all.last_mut().filter(|last| last.between.1 >= step) {
            Some(last) => last.append(pending.clone()),
            None => all.push(pending.clone()),
        }
        all.extend_from_slice(later);
        all.retain(|noted| !noted.settings.is_empty());
        all.iter().map(shown).collect()
    }
}

impl Noted {
    /// Adds all of `later`, and reaches as far.
    fn append(&mut self, later: Self) {
        self.between.1 = self.between.1.max(later.between.1);
        for setting in later.settings {
            self.add(setting);
        }
    }

    /// Adds what came after all that is here.
    fn add(&mut self, later: Setting) {
        let is_same = |one: &Setting| one.key == later.key;
        match self.settings.iter().position(is_same) {
            Some(place) => {
                self.settings[place].after = later.after;
                if is_as_before(&self.settings[place]) {
                    self.settings.remove(place);
                }
            }
            None if is_as_before(&later) => {}
            None => self.settings.push(later),
        }
    }
}

fn is_as_before(setting: &Setting) -> bool {
    match (&setting.before, &setting.after) {
        (Value::Number(before), Value::Number(after)) => {
            (before - after).abs() <= ROUNDING * before.abs().max(after.abs())
        }
        (before, after) => before == after,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_much_is_changed_it_takes_bounded_memory_and_the_newest_are_whole() {
        let mut changes = Changes::default();
        for step in 1..=10_000 {
            changes.weight(step, Weight::Recurrent, step as f64, step as f64 + 1.0);
            changes.settle(step);
        }
        let shown = changes.shown();
        assert!(shown.len() <= MOST && shown.len() >= MOST / 2);
        assert!(changes.bytes() < 100_000);
        let mut end = 0;
        for change in &shown {
            assert_eq!(change.between.0, end + 1, "nothing is left out");
            end = change.between.1;
            assert_eq!(change.what[0].value, Value::Number(end as f64 + 1.0));
        }
        assert_eq!(end, 10_000);
        let last = shown.last().unwrap().between;
        assert_eq!(last.0, last.1);
    }
}
