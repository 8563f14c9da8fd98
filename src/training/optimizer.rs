//! The rules that turn a gradient into an update.

use serde::{Deserialize, Serialize};

use crate::rnn::{Gradients, Parameters};

/// Momentum's share of the velocity that is kept.
const MOMENTUM: f64 = 0.9;
/// RMSProp's share of the mean square that is kept (PyTorch's default).
const RMSPROP_ALPHA: f64 = 0.99;
/// Adam's two shares, and the number that keeps a division from zero (Kingma and Ba, 2015).
const ADAM_BETA_1: f64 = 0.9;
const ADAM_BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// Which rule. Constants are PyTorch's defaults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OptimizerKind {
    /// θ ← θ − η g
    #[default]
    Sgd,
    /// v ← 0.9 v + g, θ ← θ − η v
    Momentum,
    /// s ← 0.99 s + 0.01 g², θ ← θ − η g / (√s + 10⁻⁸)
    Rmsprop,
    /// RMSProp with momentum, both corrected for their start at zero.
    Adam,
}

impl OptimizerKind {
    /// Every rule, in the order menus show them.
    pub const ALL: [Self; 4] = [Self::Sgd, Self::Momentum, Self::Rmsprop, Self::Adam];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sgd => "SGD",
            Self::Momentum => "momentum",
            Self::Rmsprop => "RMSProp",
            Self::Adam => "Adam",
        }
    }
}

/// A rule and what it remembers.
#[derive(Clone, Debug)]
pub struct Optimizer {
    kind: OptimizerKind,
    /// v, or Adam's first moment; empty for rules that have none.
    first: Vec<f64>,
    /// Mean of squares; empty for rules that have none.
    second: Vec<f64>,
    updates: i32,
}

/// Something that an optimiser remembers and that is not finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BrokenAverage {
    /// What it is called.
    pub name: &'static str,
    /// Of which number, by its place among all [`Parameters::values`].
    pub place: usize,
    /// What it is.
    pub value: f64,
}

impl Optimizer {
    /// A rule that has seen nothing yet, for parameters shaped like `parameters`.
    pub fn new(kind: OptimizerKind, parameters: &Parameters) -> Self {
        let zeros = |wanted: bool| vec![0.0; if wanted { parameters.count() } else { 0 }];
        let (first, second) = match kind {
            OptimizerKind::Sgd => (false, false),
            OptimizerKind::Momentum => (true, false),
            OptimizerKind::Rmsprop => (false, true),
            OptimizerKind::Adam => (true, true),
        };
        Self {
            kind,
            first: zeros(first),
            second: zeros(second),
            updates: 0,
        }
    }

    /// Takes on all that `other` remembers. Allocates nothing if it is of the same kind and shape.
    pub fn copy_from(&mut self, other: &Self) {
        self.kind = other.kind;
        self.first.clone_from(&other.first);
        self.second.clone_from(&other.second);
        self.updates = other.updates;
    }

    /// How many numbers it remembers.
    pub fn count(&self) -> usize {
        self.first.len() + self.second.len()
    }

    /// The first number that it remembers and that is not finite.
    pub fn first_non_finite(&self) -> Option<BrokenAverage> {
        let averages = [("velocity", &self.first), ("mean square", &self.second)];
        averages.into_iter().find_map(|(name, values)| {
            let place = values.iter().position(|value| !value.is_finite())?;
            Some(BrokenAverage {
                name,
                place,
                value: values[place],
            })
        })
    }

    /// What the last update multiplied the learning rate with, for the parameter at `place` among all
    /// [`Parameters::values`], whose gradient was `gradient`: the gradient itself for SGD, the velocity for momentum,
    /// and a quotient for RMSProp and Adam.
    pub fn direction(&self, place: usize, gradient: f64) -> f64 {
        let first = self.first.get(place).copied().unwrap_or_default();
        let second = self.second.get(place).copied().unwrap_or_default();
        match self.kind {
            OptimizerKind::Sgd => gradient,
            OptimizerKind::Momentum => first,
            OptimizerKind::Rmsprop => gradient / (second.sqrt() + EPSILON),
            OptimizerKind::Adam => {
                let bias_1 = 1.0 - ADAM_BETA_1.powi(self.updates);
                let bias_2 = 1.0 - ADAM_BETA_2.powi(self.updates);
                (first / bias_1) / ((second / bias_2).sqrt() + EPSILON)
            }
        }
    }

    /// Moves `parameters` against `gradients` with rate `learning_rate`.
    pub fn update(
        &mut self,
        parameters: &mut Parameters,
        gradients: &Gradients,
        learning_rate: f64,
    ) {
        self.updates = self.updates.saturating_add(1);
        // Adam's corrections of moments that began at zero.
        let bias_1 = 1.0 - ADAM_BETA_1.powi(self.updates);
        let bias_2 = 1.0 - ADAM_BETA_2.powi(self.updates);
        let numbers = parameters.values_mut().iter_mut().zip(gradients.values());
        let (first, second) = (&mut self.first, &mut self.second);
        match self.kind {
            OptimizerKind::Sgd => numbers.for_each(|(w, g)| *w -= learning_rate * g),
            OptimizerKind::Momentum => numbers.zip(first).for_each(|((w, g), v)| {
                *v = MOMENTUM * *v + g;
                *w -= learning_rate * *v;
            }),
            OptimizerKind::Rmsprop => numbers.zip(second).for_each(|((w, g), s)| {
                *s = RMSPROP_ALPHA * *s + (1.0 - RMSPROP_ALPHA) * g * g;
                *w -= learning_rate * g / (s.sqrt() + EPSILON);
            }),
            OptimizerKind::Adam => {
                numbers.zip(first).zip(second).for_each(|(((w, g), m), s)| {
                    *m = ADAM_BETA_1 * *m + (1.0 - ADAM_BETA_1) * g;
                    *s = ADAM_BETA_2 * *s + (1.0 - ADAM_BETA_2) * g * g;
                    *w -= learning_rate * (*m / bias_1) / ((*s / bias_2).sqrt() + EPSILON);
                });
            }
        }
    }
}
