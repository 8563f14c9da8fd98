//! In what two experiments differ, in words.

use std::fmt;

use super::{SETTINGS, Setting, Value, find_setting};
use crate::training::experiment::Experiment;

/// Differences that are said one by one; of more, only the first is.
const SAID: usize = 3;

/// A setting that one experiment has otherwise than another.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Its full name, such as `network.activation`.
    pub key: &'static str,
    /// What the experiment that is spoken of has.
    pub value: Value,
}

impl Difference {
    /// Everything that `experiment` has otherwise than `other`, in the order of a file.
    pub fn between(experiment: &Experiment, other: &Experiment) -> Vec<Self> {
        // What is found in a record differs where the record does, which is said.
        let is_found = |value: &Value| matches!(value, Value::Table(table) if table.is_found());
        let differs = |setting: &&Setting| {
            let (one, other) = (setting.get(experiment), setting.get(other));
            !(is_found(&one) && is_found(&other)) && one != other
        };
        let differing = SETTINGS.iter().filter(differs);
        let one = |setting: &Setting| Self {
            key: setting.key,
            value: setting.get(experiment),
        };
        differing.map(one).collect()
    }

    /// `activation f = tanh`, `length n = 10 and recurrent weight wₕ = 0.9`, `seed = 7 and 4 more`: in one line, however many there are.
    pub fn in_words(differences: &[Self]) -> String {
        match differences {
            [] => String::new(),
            [one] => one.to_string(),
            [first @ .., last] if differences.len() <= SAID => {
                let first: Vec<String> = first.iter().map(Self::to_string).collect();
                format!("{} and {last}", first.join(", "))
            }
            [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        }
    }
}

/// As it stands beside its slider: name, symbol and value.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match find_setting(self.key) {
            Some(setting) => write!(
                f,
                "{} = {}",
                setting.called(),
                setting.in_words(&self.value)
            ),
            None => f.write_str(self.key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rnn::Activation;

    #[test]
    fn what_differs_is_said_in_one_line() {
        let now = Experiment::default();
        let words = |change: fn(&mut Experiment)| {
            let mut then = Experiment::default();
            change(&mut then);
            Difference::in_words(&Difference::between(&then, &now))
        };
        assert_eq!(words(|_| {}), "");
        assert_eq!(
            words(|e| e.network.activation = Activation::LeakyRelu),
            "activation f = leaky ReLU"
        );
        assert_eq!(
            words(|e| {
                e.task.length = 20;
                e.network.w_h = -0.5;
            }),
            "length n = 20 and recurrent weight wₕ = −0.5"
        );
        assert_eq!(
            words(|e| {
                e.task.length = 20;
                e.network.w_h = 1.5;
                e.training.clip_norm = Some(0.25);
            }),
            "length n = 20, recurrent weight wₕ = 1.5 and clip norm = 0.25"
        );
        assert_eq!(
            words(|e| {
                e.seed = 8;
                e.task.length = 20;
                e.network.w_h = 1.5;
                e.training.hold_w_h = true;
            }),
            "seed = 8 and 3 more"
        );
    }

    /// A sentence is a stranger's text of any length.
    #[test]
    fn a_long_text_is_cut_and_its_line_breaks_are_written() {
        let mut then = Experiment::default();
        then.probe.text = format!("one\ntwo {}", "long ".repeat(100));
        let words = Difference::in_words(&Difference::between(&then, &Experiment::default()));
        assert!(words.starts_with("sentence = one\\ntwo long"), "{words}");
        assert!(words.chars().count() < 60, "{words}");
    }
}
