//! A key and the values that it takes: one axis of a grid, or what experiments beside each other differ in.

use std::fmt::{self, Write};

use toml::Value;

use super::failure::Failure;
use super::input::setting_and_rest;
use crate::training::{Experiment, Kind, Setting, shown_argument};

/// More values than this along one axis are a slip of the keyboard.
const MOST_VALUES: u64 = 10_000_000;

/// A key and the values that it takes.
pub struct Axis {
    /// Which key.
    pub setting: &'static Setting,
    values: Values,
    /// The option that it was given to.
    option: &'static str,
}

impl Axis {
    /// Understands what was given to `option`: `KEY=FROM:TO:COUNT`, `KEY=FROM:TO:COUNT:log`, `KEY=A,B,C` and `KEY=["a, b", "c"]`. Whether the
    /// key takes these values is another question, which [`Self::check`] answers.
    ///
    /// # Errors
    /// [`Failure`] quotes the argument and says how to write it.
    pub fn parse(option: &'static str, text: &str) -> Result<Self, Failure> {
        let (setting, values) = setting_and_rest(option, text)?;
        let wrong = |problem: &str| wrong(option, text, problem);
        let values = Values::parse(setting, values.trim()).map_err(|it| wrong(&it))?;
        if values.len() == 0 {
            return Err(wrong("there is no value"));
        }
        Ok(Self {
            setting,
            values,
            option,
        })
    }

    /// Whether each value is one that the key takes. `text` is what the axis was parsed from.
    ///
    /// # Errors
    /// [`Failure`] quotes the argument and the first value that is none.
    pub fn check(&self, text: &str) -> Result<(), Failure> {
        let mut experiment = Experiment::default();
        let mut put = |index| self.put(&mut experiment, index);
        let last = self.len() - 1;
        let all_are_taken = match &self.values {
            // What lies between is taken if the ends are; whole numbers may not be whole there.
            Values::Range(range) if !range.is_whole => put(0).and_then(|()| put(last)),
            _ => (0..=last).try_for_each(put),
        };
        all_are_taken.map_err(|problem| wrong(self.option, text, &problem))
    }

    /// How many values there are.
    pub fn len(&self) -> u64 {
        self.values.len()
    }

    /// Sets the key in `experiment` to the value with this `index`, from 0.
    ///
    /// # Errors
    /// What the key takes instead. None if [`Self::check`] had none.
    pub fn put(&self, experiment: &mut Experiment, index: u64) -> Result<(), String> {
        self.setting.put(experiment, &self.values.at(index)?)
    }

    /// Writes the key and its values, by which one axis is told from another: `\nKEY=[VALUE, VALUE]`.
    ///
    /// # Errors
    /// What `out` says.
    pub fn describe(&self, out: &mut impl Write) -> fmt::Result {
        write!(out, "\n{}=[", self.setting.key)?;
        for index in 0..self.len() {
            let comma = if index == 0 { "" } else { ", " };
            let value = self.values.at(index).map_err(|_| fmt::Error)?;
            write!(out, "{comma}{value:?}")?;
        }
        out.write_str("]")
    }
}

fn wrong(option: &str, text: &str, problem: &str) -> Failure {
    Failure::Argument(format!("{option} {}: {problem}", shown_argument(text)))
}

/// The values of an axis. Those of a range are computed when they are wanted: ten million would take 200 MB.
enum Values {
    List(Vec<Value>),
    Range(Range),
}

impl Values {
    fn parse(setting: &Setting, text: &str) -> Result<Self, String> {
        let is_of_many = matches!(setting.kind, Kind::Table | Kind::Weights | Kind::Names);
        if is_of_many || setting.key == "network.module" {
            return Err(format!(
                "{} is no axis: a sweep goes over numbers and words",
                setting.key
            ));
        }
        let is_whole = matches!(setting.kind, Kind::Whole(_));
        let takes_numbers =
            is_whole || matches!(setting.kind, Kind::Number(_) | Kind::NumberOrNone(_));
        if takes_numbers && text.contains(':') {
            return Range::parse(text, is_whole).map(Self::Range);
        }
        setting.values_of(text).map(Self::List)
    }

    fn len(&self) -> u64 {
        match self {
            Self::List(values) => values.len() as u64,
            Self::Range(range) => range.count,
        }
    }

    fn at(&self, index: u64) -> Result<Value, String> {
        match self {
            Self::List(values) => Ok(values[index as usize].clone()),
            Self::Range(range) => range.at(index),
        }
    }
}

/// `FROM:TO:COUNT` and `FROM:TO:COUNT:log`. Both ends are taken exactly.
struct Range {
    from: f64,
    to: f64,
    count: u64,
    is_logarithmic: bool,
    is_whole: bool,
}

impl Range {
    fn parse(text: &str, is_whole: bool) -> Result<Self, String> {
        let how = || "write FROM:TO:COUNT, such as 0.5:1.5:11, or FROM:TO:COUNT:log".to_owned();
        let parts: Vec<&str> = text.split(':').map(str::trim).collect();
        let (ends, is_logarithmic) = match parts.as_slice() {
            [from, to, count] => ((from, to, count), false),
            [from, to, count, "log"] => ((from, to, count), true),
            _ => return Err(how()),
        };
        let (Ok(from), Ok(to), Ok(count)) = (ends.0.parse(), ends.1.parse(), ends.2.parse()) else {
            return Err(how());
        };
        let (from, to, count): (f64, f64, u64) = (from, to, count);
        if !from.is_finite() || !to.is_finite() {
            return Err(how());
        }
        if count == 0 || count > MOST_VALUES {
            return Err(format!("COUNT takes 1 to {MOST_VALUES}, not {count}"));
        }
        if is_logarithmic && from * to <= 0.0 {
            return Err("equal factors need both ends above 0, or both below".to_owned());
        }
        Ok(Self {
            from,
            to,
            count,
            is_logarithmic,
            is_whole,
        })
    }

    fn at(&self, index: u64) -> Result<Value, String> {
        let number = self.number(index);
        if !self.is_whole {
            return Ok(Value::Float(number));
        }
        // Equal factors are roots, which are rounded.
        const ROUNDING: f64 = 1e-9;
        let nearest = number.round();
        if (number - nearest).abs() > ROUNDING * nearest.abs() {
            return Err(format!(
                "{number:?} is no whole number: choose COUNT so that the steps are whole, or write a list"
            ));
        }
        Ok(Value::Integer(nearest as i64))
    }

    fn number(&self, index: u64) -> f64 {
        let Self {
            from, to, count, ..
        } = *self;
        if index + 1 == count && count > 1 {
            return to;
        }
        let (index, steps) = (index as f64, (count.max(2) - 1) as f64);
        let number = if self.is_logarithmic {
            // Of libm, so that every machine takes the same steps.
            from * libm::pow(to / from, index / steps)
        } else {
            // Divided last, so that whole steps are whole numbers.
            from + (to - from) * index / steps
        };
        // Rounding may lead beyond an end, and that beyond what the key takes.
        number.clamp(from.min(to), from.max(to))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::training::foreign::tests::assert_showable;

    proptest! {
        /// Whatever stands behind `--axis`: an answer that any terminal can show.
        #[test]
        fn strange_arguments_are_repeated_safely(
            key in proptest::sample::select(vec![
                "", "network.w_h=", "network.w_h=1:", "probe.text=[", "task.kind=", "seed=1e308:1:",
            ]),
            rest in prop_oneof![any::<String>(), "[0-9:.e,\\[\\]-]{0,12}"],
        ) {
            let text = format!("{key}{rest}");
            // Not the ranges of ten million values.
            prop_assume!(!text.split(':').skip(1).any(|part| part.trim().len() > 4));
            if let Err(failure) = Axis::parse("--axis", &text).and_then(|axis| axis.check(&text)) {
                assert_showable(&failure.to_string());
            }
        }
    }

    fn values(text: &str) -> String {
        let values = || -> Result<String, Failure> {
            let axis = Axis::parse("--axis", text)?;
            axis.check(text)?;
            let value = |index| axis.values.at(index).unwrap().to_string();
            Ok((0..axis.len()).map(value).collect::<Vec<_>>().join(" "))
        };
        values().unwrap_or_else(|failure| failure.to_string())
    }

    #[test]
    fn ranges_and_lists() {
        assert_eq!(values("network.w_h=0.5:1.5:3"), "0.5 1.0 1.5");
        assert_eq!(values("network.w_h=2:-2:5"), "2.0 1.0 0.0 -1.0 -2.0");
        assert_eq!(values("network.w_h=0.1:0.3:3"), "0.1 0.2 0.3");
        assert_eq!(values("network.w_h=0.7:9:1"), "0.7");
        assert_eq!(values("task.length=1:10:4"), "1 4 7 10");
        assert_eq!(
            values("training.learning_rate=0.001:10:5:log"),
            "0.001 0.01 0.1 1.0 10.0"
        );
        assert_eq!(
            values("training.batch=1:1024:11:log"),
            "1 2 4 8 16 32 64 128 256 512 1024"
        );
        assert_eq!(values("task.length=10:10000:4:log"), "10 100 1000 10000");
        assert_eq!(values("network.activation=tanh, relu"), "\"tanh\" \"relu\"");
        assert_eq!(values("training.clip_norm=none,1"), "\"none\" 1");
        assert_eq!(values("network.bias=true,false"), "true false");
        assert_eq!(values("probe.text=[\"a, b\", \"c\"]"), "\"a, b\" \"c\"");
        assert_eq!(values("probe.text=1,two"), "\"1\" \"two\"");
        assert_eq!(values("probe.text=1,2"), "\"1\" \"2\"");
        assert_eq!(
            values("probe.text=\"not bad\",good"),
            "\"not bad\" \"good\""
        );
        assert_eq!(
            values("probe.text=\"not bad, really\""),
            "\"not bad, really\""
        );
        assert_eq!(values("probe.text=\"a, b\", \"c\""), "\"a, b\" \"c\"");
        assert_eq!(values("network.w_h=.5, 1., 2"), "0.5 1.0 2");
    }

    proptest! {
        /// The ends alone are checked, so everything between them has to lie there.
        #[test]
        fn a_range_of_numbers_stays_between_its_ends(
            from in -1000.0_f64..1000.0, to in -1000.0_f64..1000.0, count in 2_u64..1_000_000, share in 0.0..1.0,
        ) {
            for ending in ["", ":log"] {
                let text = format!("network.w_h={from:?}:{to:?}:{count}{ending}");
                let Ok(axis) = Axis::parse("--axis", &text) else {
                    continue;
                };
                axis.check(&text).unwrap();
                let mut experiment = Experiment::default();
                axis.put(&mut experiment, (share * count as f64) as u64).unwrap();
                let w_h = experiment.network.w_h;
                prop_assert!((from.min(to)..=from.max(to)).contains(&w_h), "{text}: {w_h:?}");
            }
        }
    }

    #[test]
    fn nonsense_is_quoted_with_the_remedy() {
        for (text, told) in [
            ("network.w_h", "write KEY=VALUE"),
            (
                "network.w=1",
                "there is no key network.w; did you mean network.w_",
            ),
            ("network.w_h=", "there is no value"),
            ("network.w_h=1:2", "write FROM:TO:COUNT"),
            ("network.w_h=1:2:x", "write FROM:TO:COUNT"),
            ("network.w_h=1:inf:3", "write FROM:TO:COUNT"),
            ("network.w_h=1:2:0", "COUNT takes 1 to 10000000, not 0"),
            (
                "network.w_h=1:2000:3",
                "network.w_h takes a number from -1000 to 1000",
            ),
            (
                "network.w_h=-1:1:3:log",
                "equal factors need both ends above 0",
            ),
            ("task.length=1:10:3", "5.5 is no whole number"),
            ("network.activation=tanh,rely", "did you mean “relu”?"),
            ("probe.text=[1", "this list is no TOML"),
            ("probe.text=\"a, b\",c", "this list is no TOML"),
        ] {
            let message = values(text);
            assert!(
                message.starts_with(&format!("--axis {text}: ")),
                "{message}"
            );
            assert!(message.contains(told), "{message}");
        }
    }
}
