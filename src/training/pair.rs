//! Two experiments in one text: one whole, and of the other what it has otherwise.

use std::path::Path;

use super::experiment::Experiment;
use super::experiment_text::basic_string;
use super::settings::{Difference, Value};

/// An experiment, and the one beside it, if there is one: what a file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The experiment.
    pub first: Experiment,
    /// The one beside it.
    pub beside: Option<Experiment>,
}

impl Pair {
    /// One alone.
    pub fn alone(first: Experiment) -> Self {
        Self {
            first,
            beside: None,
        }
    }

    /// Both as they are written to a file at `path`: other files that they name are named from its folder.
    #[must_use]
    pub fn named_beside(&self, path: &Path) -> Self {
        let folder = std::path::absolute(path);
        let Some(folder) = folder.as_deref().ok().and_then(Path::parent) else {
            return self.clone();
        };
        Self {
            first: self.first.named_from(folder),
            beside: self.beside.as_ref().map(|it| it.named_from(folder)),
        }
    }

    /// The text of both: that of the first, as [`Experiment::to_text`], and below `[beside]` every key that the other has
    /// otherwise. [`Experiment::both_from_text`] reads it.
    pub fn to_text(&self) -> String {
        let mut text = self.first.to_text();
        if let Some(beside) = &self.beside {
            text += "\n[beside]\n";
            text += &differing(beside, &self.first);
        }
        text
    }

    /// The text of both without what is as in [`Experiment::default`]; where something would follow from what is left out, as
    /// [`Self::to_text`].
    pub fn to_short_text(&self) -> String {
        let mut text = differing(&self.first, &Experiment::default());
        if let Some(beside) = &self.beside {
            text += "[beside]\n";
            text += &differing(beside, &self.first);
        }
        let read = Experiment::both_from_text(&text);
        let is_the_same = read.is_ok_and(|(first, beside)| {
            *first == self.first && beside.map(Experiment::from) == self.beside
        });
        if is_the_same { text } else { self.to_text() }
    }
}

/// Every key that `experiment` has otherwise than `other`, a line each.
fn differing(experiment: &Experiment, other: &Experiment) -> String {
    let lines = Difference::between(experiment, other).into_iter();
    let lines = lines.map(|it| format!("{} = {}\n", it.key, written(&it.value)));
    lines.collect()
}

/// `value` as TOML on one line.
fn written(value: &Value) -> String {
    match value {
        Value::None => "\"none\"".to_owned(),
        Value::Text(text) => basic_string(text),
        Value::Weights(weights) if weights.is_absent() => "\"none\"".to_owned(),
        Value::Weights(weights) if let Some(path) = weights.file() => basic_string(path),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rnn::CellKind;
    use crate::training::Preset;

    /// Every preset beside every other one is read as it was written, and so is what is strange.
    #[test]
    fn two_experiments_survive_as_one_text() {
        let mut all: Vec<Experiment> = Preset::ALL.map(Preset::experiment).into();
        let mut strange = Experiment::default();
        strange.probe.text = "“quotes” \"and\" \\ \u{1}\n🎬 = # [x]\u{9b}".to_owned();
        strange.network.w_h = -0.1 - 0.2;
        strange.training.clip_norm = Some(1e-6);
        strange.network.forget_bias = Some(-2.0);
        strange.network.cell = CellKind::Lstm;
        strange.network.bias = true;
        all.push(strange);
        let text = "[network]\nweights = { w_i = [[5]], w_h = [[4]], w_o = [[1]] }\n[probe]\ninputs = [[1.0], [2.0]]\ntargets = [[1.0]]\n";
        let own = Experiment::from(Experiment::from_text(text).unwrap());
        all.push(own.clone());
        for first in &all {
            for beside in &all {
                let [first, beside] = [first, beside].map(|it| {
                    let checked = it.clone().check().unwrap();
                    Experiment::from(checked)
                });
                let pair = Pair {
                    first: first.clone(),
                    beside: Some(beside.clone()),
                };
                let text = pair.to_text();
                let (one, other) = Experiment::both_from_text(&text).unwrap();
                assert_eq!(*one, first);
                assert_eq!(*other.unwrap(), beside, "{text}");
                let short = pair.to_short_text();
                let (one, other) = Experiment::both_from_text(&short).unwrap();
                assert_eq!((&*one, &*other.unwrap()), (&first, &beside), "{short}");
                assert!(short.len() <= text.len());
            }
        }
        let alone = Pair::alone(own);
        assert_eq!(
            Experiment::both_from_text(&alone.to_text()).unwrap().1,
            None
        );
    }

    #[test]
    fn what_is_wrong_with_the_other_one_is_named_too() {
        let problem = |text: &str| Experiment::both_from_text(text).unwrap_err().to_string();
        assert_eq!(
            problem("seed = 1\n[beside]\nnetwork.cel = \"lstm\"\n"),
            "line 3: there is no key network.cel; did you mean network.cell?"
        );
        assert_eq!(
            problem("beside = 3"),
            "line 1: beside is a section: write [beside], and below it what the other experiment has otherwise"
        );
        assert_eq!(
            problem("[beside.network]\nw_h = 1e300"),
            "line 2: network.w_h takes a number from -1000 to 1000, not 1e300"
        );
        let text = "network.w_h = 0.5\n[beside.network]\nw_h = 1.5\n[beside]\nseed = 3";
        let (first, other) = Experiment::both_from_text(text).unwrap();
        let other = other.unwrap();
        assert_eq!((first.network.w_h, other.network.w_h), (0.5, 1.5));
        assert_eq!((first.seed, other.seed), (7, 3));
        // Whoever takes one takes the first.
        assert_eq!(Experiment::from_text(text).unwrap().network.w_h, 0.5);
    }
}
