//! A magnitude as traces, tables and sweeps write it: sign, logarithm and which of the five outcomes it is.

use serde::{Deserialize, Serialize};

use super::csv_form::csv_number;
use crate::flow::Magnitude;

/// What kind of number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// A number other than zero.
    Finite,
    /// Exactly zero.
    Zero,
    /// 0/0: nothing arrives that could be compared with what leaves.
    Undefined,
    /// Infinite.
    Overflow,
    /// Not a number.
    Nan,
}

impl State {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Finite => "finite",
            Self::Zero => "zero",
            Self::Overflow => "overflow",
            Self::Undefined => "undefined",
            Self::Nan => "nan",
        }
    }

    /// Of numbers that are there or not: zero counts as finite.
    pub(in crate::export) fn worst<'a>(values: impl IntoIterator<Item = &'a f64>) -> Self {
        let state = |value: &f64| match value {
            value if value.is_nan() => Self::Nan,
            value if value.is_infinite() => Self::Overflow,
            _ => Self::Finite,
        };
        values.into_iter().map(state).max().unwrap_or(Self::Finite)
    }
}

impl From<Magnitude> for State {
    fn from(magnitude: Magnitude) -> Self {
        match magnitude {
            Magnitude::Finite { .. } => Self::Finite,
            Magnitude::Zero => Self::Zero,
            Magnitude::Overflow { .. } => Self::Overflow,
            Magnitude::Undefined => Self::Undefined,
            Magnitude::Nan => Self::Nan,
        }
    }
}

/// A magnitude as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WrittenMagnitude {
    /// −1, 1, or 0 where there is none.
    pub sign: i8,
    /// log₁₀ of the absolute value, if it is finite and not zero.
    pub log10: Option<f64>,
    /// What kind of number it is.
    pub state: State,
}

impl From<Magnitude> for WrittenMagnitude {
    fn from(magnitude: Magnitude) -> Self {
        let state = State::from(magnitude);
        let sign = match state {
            State::Zero | State::Undefined | State::Nan => 0,
            _ if magnitude.is_negative() => -1,
            _ => 1,
        };
        Self {
            sign,
            log10: magnitude.log10(),
            state,
        }
    }
}

impl From<WrittenMagnitude> for Magnitude {
    fn from(written: WrittenMagnitude) -> Self {
        let negative = written.sign < 0;
        match (written.state, written.log10) {
            (State::Finite, Some(log10)) => Self::Finite { negative, log10 },
            (State::Zero, _) => Self::Zero,
            (State::Overflow, _) => Self::Overflow { negative },
            (State::Undefined, _) => Self::Undefined,
            (State::Nan | State::Finite, _) => Self::Nan,
        }
    }
}

impl WrittenMagnitude {
    /// Its three fields in a row of CSV: sign (-1, 1, or 0 where there is none), log₁₀ (empty unless it is finite)
    /// and state.
    pub fn cells(self) -> [String; 3] {
        [
            self.sign.to_string(),
            self.log10.map_or(String::new(), csv_number),
            self.state.name().to_owned(),
        ]
    }
}
