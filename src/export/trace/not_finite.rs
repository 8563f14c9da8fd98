//! Which numbers of a vector are infinite or undefined, in a form that has neither ∞ nor NaN.

use serde::{Deserialize, Serialize};

/// Which numbers of a timestep's vectors are infinite or undefined: for a vector in which one is, a list as long as
/// the vector.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NotFinite {
    /// The pre-activation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub a: Vec<Option<InfOrNan>>,
    /// The hidden state.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub o: Vec<Option<InfOrNan>>,
    /// f′(a_t)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub f_prime: Vec<Option<InfOrNan>>,
    /// ∂L/∂o_t
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dl_do: Vec<Option<InfOrNan>>,
}

/// What a number is that is not finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InfOrNan {
    /// ∞
    #[serde(rename = "inf")]
    Infinite,
    /// −∞
    #[serde(rename = "-inf")]
    MinusInfinite,
    /// Undefined.
    #[serde(rename = "nan")]
    Nan,
}

impl InfOrNan {
    fn of(value: f64) -> Option<Self> {
        if value.is_finite() {
            None
        } else if value.is_nan() {
            Some(Self::Nan)
        } else if value > 0.0 {
            Some(Self::Infinite)
        } else {
            Some(Self::MinusInfinite)
        }
    }

    /// The number itself.
    pub fn value(self) -> f64 {
        match self {
            Self::Infinite => f64::INFINITY,
            Self::MinusInfinite => f64::NEG_INFINITY,
            Self::Nan => f64::NAN,
        }
    }
}

impl NotFinite {
    /// Whether every number is finite.
    pub fn is_empty(&self) -> bool {
        [&self.a, &self.o, &self.f_prime, &self.dl_do]
            .iter()
            .all(|kinds| kinds.is_empty())
    }
}

/// Nothing if all of `values` are finite.
pub fn kinds(values: &[f64]) -> Vec<Option<InfOrNan>> {
    if values.iter().all(|value| value.is_finite()) {
        Vec::new()
    } else {
        values.iter().copied().map(InfOrNan::of).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::export::Trace;
    use crate::rnn::{Activation, Interrupt};
    use crate::tasks::TaskKind;
    use crate::training::{Experiment, Trainer, Wanted};

    /// A linear chain of 3^t overflows at t = 647 or a little after, and its gradient on the way back.
    #[test]
    fn what_is_null_is_named_and_read_back() {
        let mut experiment = Experiment::default();
        experiment.task.kind = TaskKind::Adding;
        experiment.task.length = 1_000;
        experiment.network.activation = Activation::Identity;
        experiment.network.w_h = 3.0;
        let never = Interrupt::default();
        let mut trainer = Trainer::new(experiment.check().unwrap());
        let snapshot = trainer.snapshot(Wanted::default(), &never).unwrap();
        let trace = Trace::of(&snapshot, &never).unwrap();
        let json = trace.to_json();
        let read = Trace::from_json(&json).unwrap();
        assert_eq!(read.to_json(), json);
        let mut found = [false; 2];
        for (made, read) in trace.timesteps.iter().zip(&read.timesteps) {
            let pairs = [
                (&made.a, &read.a),
                (&made.o, &read.o),
                (&made.dl_do, &read.dl_do),
            ];
            for (made, read) in pairs {
                assert!(made[0] == read[0] || made[0].is_nan() && read[0].is_nan());
                found[0] |= made[0].is_infinite();
            }
            // What is a number is not named, whatever stands beside it.
            if made.o[0].is_finite() {
                assert!(read.not_finite.a.is_empty() && read.not_finite.o.is_empty());
                found[1] = true;
            }
        }
        assert_eq!(found, [true; 2]);
        assert!(
            json.contains("\"not_finite\": {\"a\": [\"-inf\"], \"o\": [\"-inf\"]")
                || json.contains("\"not_finite\": {\"a\": [\"inf\"], \"o\": [\"inf\"]")
        );
    }
}
