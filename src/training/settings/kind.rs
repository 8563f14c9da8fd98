//! What a setting takes.

use std::fmt;

use crate::training::foreign::shown_text;
use crate::training::given_weights::GivenWeights;
use crate::training::limits::Limit;
use crate::training::number_table::NumberTable;
use crate::training::number_table_reading::MOST_NUMBERS;
use crate::training::tensor_names::TensorNames;

/// What a setting takes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A whole number in a range.
    Whole(Limit),
    /// A number in a range.
    Number(Limit),
    /// A number in a range, or none: the key is left out, or `"none"`.
    NumberOrNone(Limit),
    /// `true` or `false`.
    Flag,
    /// One of several words.
    Choice(fn() -> Vec<String>),
    /// A text of at most so many characters.
    Text {
        /// How many.
        most: usize,
    },
    /// Rows of numbers, or a list of them.
    Table,
    /// Tables by the names of tensors.
    Weights,
    /// Names in a file by the names of tensors.
    Names,
}

/// What a setting is set to.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Whole(u64),
    /// A number.
    Number(f64),
    /// None at all.
    None,
    /// Yes or no.
    Flag(bool),
    /// A word or a text.
    Text(String),
    /// Rows of numbers.
    Table(NumberTable),
    /// Tables by the names of tensors.
    Weights(GivenWeights),
    /// Names in a file by the names of tensors.
    Names(TensorNames),
}

impl Kind {
    /// Understands `value`.
    ///
    /// # Errors
    /// How to write what was found in place of a right one.
    pub fn read(self, value: &toml::Value) -> Result<Value, String> {
        let found = || Err(describe(value));
        match (self, value) {
            (Self::Whole(limit), toml::Value::Integer(number)) => {
                match (limit.check(*number as f64), u64::try_from(*number)) {
                    (Ok(()), Ok(number)) => Ok(Value::Whole(number)),
                    _ => found(),
                }
            }
            (Self::Number(limit) | Self::NumberOrNone(limit), _)
                if let Some(number) = number(value) =>
            {
                limit.check(number).map_err(|_| describe(value))?;
                Ok(Value::Number(number))
            }
            (Self::NumberOrNone(_), toml::Value::String(word)) if word == "none" => Ok(Value::None),
            (Self::Flag, toml::Value::Boolean(flag)) => Ok(Value::Flag(*flag)),
            (Self::Choice(choices), toml::Value::String(word)) if choices().contains(word) => {
                Ok(Value::Text(word.clone()))
            }
            (Self::Choice(choices), toml::Value::String(word)) => {
                let choices = choices();
                let nearest = super::nearest(word, choices.iter().map(String::as_str));
                let hint = nearest.map_or(String::new(), |it| format!("; did you mean “{it}”?"));
                Err(describe(value) + &hint)
            }
            (Self::Text { most }, toml::Value::String(text)) if text.chars().count() <= most => {
                Ok(Value::Text(text.clone()))
            }
            (Self::Text { .. }, toml::Value::String(text)) => {
                Err(format!("{} of them", text.chars().count()))
            }
            (Self::Table, value) => match NumberTable::of_value(value) {
                Ok(table) if table.values().len() > MOST_NUMBERS => Err(format!(
                    "{} of them: put them into a file",
                    table.values().len()
                )),
                Ok(table) => Ok(Value::Table(table)),
                Err(_) if !value.is_array() => found(),
                Err(what) => Err(format!("this: {what}")),
            },
            (Self::Weights, toml::Value::String(word)) if word == "none" => {
                Ok(Value::Weights(GivenWeights::default()))
            }
            (Self::Weights, toml::Value::String(path)) if !path.is_empty() => {
                Ok(Value::Weights(GivenWeights::in_file(path.clone())))
            }
            (Self::Weights, toml::Value::Table(tensors)) => {
                let tables = tensors.iter().map(|(name, value)| {
                    let name = shown_text(name);
                    let table = NumberTable::of_value(value);
                    table
                        .map(|table| (name.clone(), table))
                        .map_err(|what| format!("this: {name}: {what}"))
                });
                let weights: GivenWeights = tables.collect::<Result<_, String>>()?;
                match weights.count() {
                    count if count > MOST_NUMBERS => {
                        Err(format!("{count} of them: put them into a file"))
                    }
                    _ => Ok(Value::Weights(weights)),
                }
            }
            (Self::Names, toml::Value::Table(names)) => TensorNames::of_section(names)
                .map(Value::Names)
                .map_err(|what| format!("this: {what}")),
            _ => found(),
        }
    }
}

fn number(value: &toml::Value) -> Option<f64> {
    match value {
        toml::Value::Integer(number) => Some(*number as f64),
        toml::Value::Float(number) => Some(*number),
        _ => None,
    }
}

/// `“abc”`, `true`, `1.5`; a long text is cut.
pub fn describe(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => format!("“{}”", shown_text(text)),
        toml::Value::Array(_) => "a list".to_owned(),
        toml::Value::Table(_) => "a section".to_owned(),
        toml::Value::Float(number) => format!("{number:?}"),
        other => other.to_string(),
    }
}

/// Behind “takes”: `a whole number from 1 to 512`, `one of tanh, sigmoid, …`.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(limit) => write!(f, "a whole number from {} to {}", limit.min, limit.max),
            Self::Number(limit) => write!(f, "a number from {} to {}", limit.min, limit.max),
            Self::NumberOrNone(limit) => {
                write!(f, "a number from {} to {}, or none", limit.min, limit.max)
            }
            Self::Flag => f.write_str("true or false"),
            Self::Choice(choices) => write!(f, "one of {}", choices().join(", ")),
            Self::Text { most } => write!(f, "a text of at most {most} characters"),
            Self::Table => write!(
                f,
                "rows of numbers such as [[1, 2], [3, 4]], at most {MOST_NUMBERS} numbers"
            ),
            Self::Weights => write!(
                f,
                "tensors by their names such as {{ w_i = [[5]], w_h = [[4]], w_o = [[1]] }}, at most {MOST_NUMBERS} numbers, or the path of a file, or none"
            ),
            Self::Names => f.write_str(
                "names in the file by the names of tensors such as { weight_hh_l0 = \"decoder/U\" }",
            ),
        }
    }
}

/// As in a file.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => write!(f, "{number}"),
            // The shortest that reads back as the same number.
            Self::Number(number) => write!(f, "{number:?}"),
            Self::None => f.write_str("none"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Text(text) => f.write_str(text),
            Self::Table(table) => f.write_str(&table.to_text()),
            Self::Weights(weights) if let Some(path) = weights.file() => f.write_str(path),
            Self::Weights(weights) => {
                let tensors: Vec<String> = weights
                    .iter()
                    .map(|(name, table)| format!("{} = {}", written_key(name), table.to_text()))
                    .collect();
                write!(f, "{{ {} }}", tensors.join(", "))
            }
            Self::Names(names) => {
                let names: Vec<String> = names
                    .iter()
                    .map(|(name, in_file)| {
                        let in_file = toml::Value::String(in_file.to_owned());
                        format!("{} = {in_file}", written_key(name))
                    })
                    .collect();
                write!(f, "{{ {} }}", names.join(", "))
            }
        }
    }
}

/// `w_h`, or `"readout.weight"`, which has a dot.
fn written_key(name: &str) -> String {
    let is_bare = |char: char| char.is_ascii_alphanumeric() || "_-".contains(char);
    if name.chars().all(is_bare) {
        name.to_owned()
    } else {
        format!("\"{name}\"")
    }
}
