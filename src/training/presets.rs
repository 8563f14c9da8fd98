//! Experiments worth beginning with.

use super::experiment::Experiment;
use crate::rnn::Activation;
use crate::tasks::TaskKind;

/// A named experiment.
#[derive(Clone, Copy)]
pub struct Preset {
    /// What it is called.
    pub name: &'static str,
    /// What there is to see.
    pub meaning: &'static str,
    change: fn(&mut Experiment),
}

impl Preset {
    /// Every one, in the order menus show them.
    pub const ALL: [Self; 7] = [
        Self {
            name: "Ten words",
            meaning: "The lecture's network: ten words, one unit, tanh",
            change: |_| {},
        },
        Self {
            name: "Vanishing",
            meaning: "A sigmoid over fifty steps: each takes at least three quarters of the gradient",
            change: |e| {
                e.task.kind = TaskKind::Latch;
                e.task.length = 50;
                e.network.activation = Activation::Sigmoid;
            },
        },
        Self {
            name: "Exploding",
            meaning: "A linear network with wₕ = 1.3 over fifty steps: 49 factors make the gradient 383,022 times as large",
            change: |e| {
                e.task.kind = TaskKind::Adding;
                e.task.length = 50;
                e.network.activation = Activation::Identity;
                e.network.w_h = 1.3;
                e.training.learning_rate = 1e-3;
                e.training.clip_norm = Some(1.0);
            },
        },
        Self {
            name: "Dead ReLU",
            meaning: "One step whose pre-activation is negative blocks the gradient altogether",
            change: |e| {
                e.network.activation = Activation::Relu;
                e.network.w_h = 1.1;
            },
        },
        Self {
            name: "Sixteen units",
            meaning: "The same sentence read by sixteen units with orthogonal Wₕ, which learn it",
            change: |e| {
                e.task.length = 14;
                e.network.hidden = 16;
                e.training.optimizer = super::OptimizerKind::Adam;
                e.training.learning_rate = 0.005;
            },
        },
        Self {
            name: "Figure 6, on the wall",
            meaning: "Pascanu, Mikolov and Bengio (2013): at b = −2.6123 the loss over wₕ has a cliff at 5, and ∂L/∂wₕ is −542",
            change: |e| figure_6(e, -2.6123),
        },
        Self {
            name: "Figure 6, beside it",
            meaning: "Pascanu, Mikolov and Bengio (2013): at b = −2.5, a little away from the wall, nothing is left of the gradient",
            change: |e| figure_6(e, -2.5),
        },
    ];

    /// The experiment.
    pub fn experiment(self) -> Experiment {
        let mut experiment = Experiment::default();
        (self.change)(&mut experiment);
        experiment
    }
}

/// a_t = w σ(a_{t−1}) + b from a_0 = 0.5 over 50 steps, with the loss (σ(a_50) − 0.7)². The state of this
/// program is o_t = σ(a_t), so it begins at σ(0.5).
fn figure_6(e: &mut Experiment, b: f64) {
    e.task.kind = TaskKind::Constant;
    e.task.length = 50;
    e.network.activation = Activation::Sigmoid;
    e.network.w_h = 5.0;
    e.network.o_0 = Activation::Sigmoid.f(0.5);
    e.network.bias = true;
    e.network.b = b;
    e.training.learning_rate = 1e-3;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Outcome;
    use crate::rnn::Interrupt;
    use crate::training::{Snapshot, Trainer, Wanted};

    fn first(name: &str) -> Snapshot {
        let preset = Preset::ALL.into_iter().find(|preset| preset.name == name);
        let experiment = preset.unwrap().experiment().check().unwrap();
        let never = Interrupt::default();
        Trainer::new(experiment)
            .snapshot(Wanted::default(), &never)
            .unwrap()
    }

    #[test]
    fn every_preset_is_in_range_and_shows_what_it_is_called() {
        for preset in Preset::ALL {
            assert!(preset.experiment().check().is_ok(), "{}", preset.name);
        }
        for (name, outcome) in [
            ("Ten words", Outcome::Vanishing),
            ("Vanishing", Outcome::Vanishing),
            ("Exploding", Outcome::Exploding),
            ("Dead ReLU", Outcome::Blocked),
        ] {
            assert_eq!(first(name).probe.verdict.outcome, outcome, "{name}");
        }
    }

    /// The published figures, to the digits that the design gives.
    #[test]
    fn figure_6_is_the_published_one() {
        for (name, loss, gradient) in [
            ("Figure 6, on the wall", 0.00856304, -542.315),
            ("Figure 6, beside it", 0.0240889, 0.0863117),
        ] {
            let snapshot = first(name);
            assert!((snapshot.probe.loss / loss - 1.0).abs() < 1e-5, "{name}");
            let found = snapshot.probe.flow.w_h.magnitude.value();
            assert!((found / gradient - 1.0).abs() < 1e-5, "{name}: {found}");
        }
    }
}
