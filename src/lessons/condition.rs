//! When a task is done: comparisons of what can be observed, such as `step >= 20 and activation == sigmoid`.

use super::quantity::{Found, Observed, Quantity};

/// When a task is done: all of its comparisons hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    parts: Vec<Comparison>,
}

#[derive(Clone, Debug, PartialEq)]
struct Comparison {
    quantity: Quantity,
    relation: Relation,
    wanted: Found,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    AtLeast,
    AtMost,
    Equal,
    Unequal,
    Above,
    Below,
}

/// How relations are written. Those of two signs stand before those that they begin with.
const RELATIONS: [(&str, Relation); 6] = [
    (">=", Relation::AtLeast),
    ("<=", Relation::AtMost),
    ("==", Relation::Equal),
    ("!=", Relation::Unequal),
    (">", Relation::Above),
    ("<", Relation::Below),
];

/// Between the comparisons of a condition.
const AND: &str = " and ";

/// How near a number is to one that it equals, in parts of it.
const EQUAL: f64 = 1e-9;

impl Condition {
    /// Understands `text`: comparisons with `and` between them.
    ///
    /// # Errors
    /// What is wrong and what would be right.
    pub fn read(text: &str) -> Result<Self, String> {
        let parts = text.split(AND).map(Comparison::read);
        Ok(Self {
            parts: parts.collect::<Result<_, _>>()?,
        })
    }

    /// Whether it holds of what is `observed`; `None` while that cannot be said, such as of an accuracy that has not
    /// been measured yet.
    pub fn holds(&self, observed: &Observed<'_>) -> Option<bool> {
        let mut all = Some(true);
        for part in &self.parts {
            match part.holds(observed) {
                Some(false) => return Some(false),
                Some(true) => {}
                None => all = None,
            }
        }
        all
    }
}

impl Comparison {
    fn read(text: &str) -> Result<Self, String> {
        let found = RELATIONS
            .iter()
            .filter_map(|(sign, relation)| Some((text.find(sign)?, sign.len(), *relation)))
            .min_by_key(|(place, length, _)| (*place, std::cmp::Reverse(*length)));
        let Some((place, length, relation)) = found else {
            return Err(format!(
                "a condition compares, such as step >= 20 or activation == sigmoid, with one of {}",
                RELATIONS.map(|(sign, _)| sign).join(" ")
            ));
        };
        let (name, value) = (text[..place].trim(), text[place + length..].trim());
        let quantity = Quantity::find(name)?;
        let wanted = quantity.value(value)?;
        let is_number = matches!(wanted, Found::Number(_));
        if !is_number && !matches!(relation, Relation::Equal | Relation::Unequal) {
            return Err(format!("{name} is no number: compare it with == or !="));
        }
        Ok(Self {
            quantity,
            relation,
            wanted,
        })
    }

    fn holds(&self, observed: &Observed<'_>) -> Option<bool> {
        let found = self.quantity.observe(observed)?;
        Some(match (found, &self.wanted) {
            (Found::Number(found), Found::Number(wanted)) => self.compares(found, *wanted),
            // Several views are in sight at once.
            (Found::Words(found), Found::Words(wanted)) => {
                let is_there = wanted.iter().all(|word| found.contains(word));
                is_there == (self.relation == Relation::Equal)
            }
            // A clip norm that is none is no number.
            (Found::Number(_), Found::Words(_)) | (Found::Words(_), Found::Number(_)) => {
                self.relation == Relation::Unequal
            }
        })
    }

    fn compares(&self, found: f64, wanted: f64) -> bool {
        let is_equal = (found - wanted).abs() <= EQUAL * wanted.abs().max(1.0);
        match self.relation {
            Relation::AtLeast => found >= wanted || is_equal,
            Relation::AtMost => found <= wanted || is_equal,
            Relation::Equal => is_equal,
            Relation::Unequal => !is_equal,
            Relation::Above => found > wanted,
            Relation::Below => found < wanted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rnn::Interrupt;
    use crate::scene::{Look, View};
    use crate::training::{Experiment, Trainer, Wanted};

    fn holds(text: &str, experiment: &str, steps: usize) -> Option<bool> {
        let never = Interrupt::default();
        let mut trainer = Trainer::new(Experiment::from_text(experiment).unwrap());
        for _ in 0..steps {
            trainer.step(&never);
        }
        let snapshot = trainer.snapshot(Wanted::NOTHING, &never).unwrap();
        let look = Look {
            cursor: Some(3),
            ..Look::of(&snapshot)
        };
        let observed = Observed {
            snapshot: &snapshot,
            look: &look,
            in_sight: &[View::PRODUCT, View::LOSS],
        };
        Condition::read(text).unwrap().holds(&observed)
    }

    #[test]
    fn conditions_are_of_what_the_screen_shows() {
        for (text, experiment, steps, expected) in [
            ("step >= 2", "", 2, true),
            ("step > 2", "", 2, false),
            ("step == 2 and cursor == 3", "", 2, true),
            ("step == 2 and cursor == 4", "", 2, false),
            (
                "activation == sigmoid",
                "network.activation = \"sigmoid\"",
                0,
                true,
            ),
            (
                "activation != sigmoid",
                "network.activation = \"sigmoid\"",
                0,
                false,
            ),
            ("network.w_h >= 1.2", "network.w_h = 1.2", 0, true),
            // Training has moved it.
            ("w_h == 0.9", "", 5, false),
            ("w_h == 0.9", "", 0, true),
            ("length < 10", "task.length = 9", 0, true),
            ("clip_norm == none", "", 0, true),
            ("clip_norm <= 1", "", 0, false),
            ("clip_norm != none", "training.clip_norm = 1", 0, true),
            ("clip_norm <= 1", "training.clip_norm = 1", 0, true),
            ("bias == true", "network.bias = true", 0, true),
            ("view == product", "", 0, true),
            ("view == landscape", "", 0, false),
            ("view != landscape", "", 0, true),
            ("direction == to-end", "", 0, true),
            ("direction == from-first", "", 0, false),
            ("diverged == false", "", 0, true),
            ("reached < 0.011 and reached > 0.01", "", 0, true),
            ("loss <= 0.975", "", 0, true),
            ("prediction > 0.5", "", 0, false),
            (
                "sigma_1 > 0.9",
                "network.hidden = 4\nnetwork.recurrent = \"gaussian\"",
                0,
                true,
            ),
            ("product == 1", "task.length = 3", 0, true),
        ] {
            assert_eq!(holds(text, experiment, steps), Some(expected), "{text}");
        }
        // Nobody has measured it yet.
        assert_eq!(holds("accuracy >= 0.9", "", 0), None);
        assert_eq!(holds("accuracy >= 0.9 and step == 1", "", 0), Some(false));
    }

    #[test]
    fn what_is_no_condition_is_answered_with_the_remedy() {
        for (text, expected) in [
            ("", "a condition compares, such as step >= 20"),
            (
                "stpe >= 2",
                "there is no stpe to be observed; did you mean step?",
            ),
            (
                "actvation == tanh",
                "there is no actvation to be observed; did you mean activation?",
            ),
            ("activation == tahn", "network.activation takes one of"),
            (
                "activation >= tanh",
                "activation is no number: compare it with == or !=",
            ),
            (
                "w_h >= 5000",
                "network.w_h takes a number from -1000 to 1000, not 5000",
            ),
            ("step >= soon", "step takes a number, not “soon”"),
            (
                "view == prodcut",
                "there is no view called prodcut; did you mean product?",
            ),
            (
                "direction == back",
                "direction takes one of to-end, from-first, not “back”",
            ),
            ("step = 3", "a condition compares"),
            (
                "qqqqqqqqqq == 1",
                "there is no qqqqqqqqqq to be observed; there are step, loss",
            ),
        ] {
            let problem = Condition::read(text).unwrap_err();
            assert!(problem.starts_with(expected), "{text}: {problem}");
        }
    }
}
