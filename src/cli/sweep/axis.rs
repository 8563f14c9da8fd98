//! One axis of a grid: a key and the values that it takes.

use toml::Value;

use crate::cli::failure::Failure;
use crate::cli::input::setting_and_rest;
use crate::training::{Experiment, Kind, Setting, shown_argument};

/// More values than this along one axis are a slip of the keyboard.
const MOST_VALUES: u64 = 10_000_000;

/// A key and the values that it takes.
pub struct Axis {
    /// Which key.
    pub setting: &'static Setting,
    /// The values, each in its range.
    pub values: Vec<Value>,
}

impl Axis {
    /// Understands `KEY=FROM:TO:COUNT`, `KEY=FROM:TO:COUNT:log`, `KEY=A,B,C` and `KEY=["a, b", "c"]`.
    ///
    /// # Errors
    /// [`Failure`] quotes the argument and says how to write it.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let (setting, values) = setting_and_rest("--axis", text)?;
        let wrong = |problem: String| {
            Failure::Argument(format!("--axis {}: {problem}", shown_argument(text)))
        };
        let values = values_of(setting, values.trim()).map_err(wrong)?;
        if values.is_empty() {
            return Err(wrong("there is no value".to_owned()));
        }
        let mut experiment = Experiment::default();
        for value in &values {
            setting.put(&mut experiment, value).map_err(wrong)?;
        }
        Ok(Self { setting, values })
    }
}

fn values_of(setting: &Setting, text: &str) -> Result<Vec<Value>, String> {
    let takes_numbers = matches!(
        setting.kind,
        Kind::Whole(_) | Kind::Number(_) | Kind::NumberOrNone(_)
    );
    if takes_numbers && text.contains(':') {
        return range(text, matches!(setting.kind, Kind::Whole(_)));
    }
    setting.values_of(text)
}

/// `FROM:TO:COUNT` and `FROM:TO:COUNT:log`. Both ends are taken exactly.
fn range(text: &str, whole: bool) -> Result<Vec<Value>, String> {
    let how = || "write FROM:TO:COUNT, such as 0.5:1.5:11, or FROM:TO:COUNT:log".to_owned();
    let parts: Vec<&str> = text.split(':').map(str::trim).collect();
    let (ends, logarithmic) = match parts.as_slice() {
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
    if logarithmic && from * to <= 0.0 {
        return Err("equal factors need both ends above 0, or both below".to_owned());
    }
    let number = |index: u64| {
        if index + 1 == count && count > 1 {
            return to;
        }
        let (index, steps) = (index as f64, (count.max(2) - 1) as f64);
        if logarithmic {
            // Of libm, so that every machine takes the same steps.
            from * libm::pow(to / from, index / steps)
        } else {
            // Divided last, so that whole steps are whole numbers.
            from + (to - from) * index / steps
        }
    };
    (0..count)
        .map(|index| value(number(index), whole))
        .collect()
}

fn value(number: f64, whole: bool) -> Result<Value, String> {
    if !whole {
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
            if let Err(failure) = Axis::parse(&text) {
                assert_showable(&failure.to_string());
            }
        }
    }

    fn values(text: &str) -> String {
        match Axis::parse(text) {
            Ok(axis) => {
                let values: Vec<_> = axis.values.iter().map(Value::to_string).collect();
                values.join(" ")
            }
            Err(failure) => failure.to_string(),
        }
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
