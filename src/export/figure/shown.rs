//! The quantity that a product band shows.

use super::super::{Direction, Look, Measure};
use crate::flow::{Magnitude, ProductNorms};
use crate::training::{ProductNormsState, Snapshot};

/// The quantity, as chosen, as far as it exists for the network.
pub struct Shown<'a> {
    snapshot: &'a Snapshot,
    direction: Direction,
    measure: Measure,
    last_batch: bool,
}

impl<'a> Shown<'a> {
    /// What `look` chooses of `snapshot`.
    pub fn new(snapshot: &'a Snapshot, look: &Look) -> Self {
        let measure = match look.measure {
            // For H = 1 the norm is the product's absolute value.
            Measure::Norm if snapshot.probe.flow.hidden == 1 => Measure::Gain,
            measure => measure,
        };
        Self {
            snapshot,
            direction: match measure {
                // ∂L/∂o_t is counted from the end by its nature.
                Measure::Gradient => Direction::ToEnd,
                _ => look.direction,
            },
            measure,
            last_batch: look.last_batch,
        }
    }

    /// n.
    pub fn length(&self) -> usize {
        self.snapshot.len()
    }

    /// Which product.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// Which magnitude of it.
    pub fn measure(&self) -> Measure {
        self.measure
    }

    /// Whether it is a gradient, which has units of its own, rather than a share of one.
    pub fn is_gradient(&self) -> bool {
        self.measure == Measure::Gradient
    }

    /// The value at 1-based `t`; `None` where it has not been computed.
    pub fn value(&self, t: usize) -> Option<Magnitude> {
        let step = self.snapshot.probe.flow.steps.get(t.checked_sub(1)?)?;
        match (self.measure, self.direction) {
            (Measure::Gradient, _) => Some(step.dl_do),
            (Measure::Gain, Direction::ToEnd) => Some(step.to_end),
            (Measure::Gain, Direction::FromFirst) => Some(step.from_first),
            (Measure::Norm, direction) => match &self.snapshot.probe.product_norms {
                ProductNormsState::Ready(norms) => match direction {
                    Direction::ToEnd => norms.to_end.get(t - 1).copied(),
                    Direction::FromFirst => norms.from_first.get(t - 1).copied(),
                },
                _ => None,
            },
        }
    }

    /// log₁₀ of the bound at 1-based `t`, in the units of what is shown.
    pub fn bound(&self, t: usize) -> f64 {
        let flow = &self.snapshot.probe.flow;
        match (self.measure, self.direction) {
            (Measure::Gradient, _) => {
                let at_end = flow.steps.last().and_then(|step| step.dl_do.log10());
                at_end.map_or(f64::NAN, |log10| log10 + flow.bound_to_end_log10(t))
            }
            (_, Direction::ToEnd) => flow.bound_to_end_log10(t),
            (_, Direction::FromFirst) => flow.bound_from_first_log10(t),
        }
    }

    /// log₁₀ of the same of the whole batch that the last step was made with, at 1-based `t`; `None` where there is
    /// no such thing, or nobody looks at it.
    pub fn of_last_batch(&self, t: usize) -> Option<f64> {
        if !self.last_batch {
            return None;
        }
        let step = self.snapshot.run.last_batch.get(t.checked_sub(1)?)?;
        let magnitude = match (self.measure, self.direction) {
            (Measure::Gradient, _) => Magnitude::new(step.norm),
            (Measure::Gain, Direction::ToEnd) => step.product,
            _ => return None,
        };
        magnitude.log10()
    }

    /// Whether there is anything of the last batch to draw.
    pub fn has_last_batch(&self) -> bool {
        (1..=self.length()).any(|t| self.of_last_batch(t).is_some())
    }

    /// What it is called, in letters.
    pub fn symbol(&self) -> &'static str {
        let scalar = self.snapshot.probe.flow.hidden == 1;
        match (self.measure, self.direction) {
            (Measure::Gradient, _) if scalar => "∂L/∂oₜ",
            (Measure::Gradient, _) => "‖∂L/∂oₜ‖",
            (Measure::Norm, Direction::ToEnd) => "‖∂oₙ/∂oₜ‖₂",
            (Measure::Norm, Direction::FromFirst) => "‖∂oₜ/∂o₁‖₂",
            (Measure::Gain, Direction::ToEnd) if scalar => "∂oₙ/∂oₜ",
            (Measure::Gain, Direction::FromFirst) if scalar => "∂oₜ/∂o₁",
            (Measure::Gain, Direction::ToEnd) => "‖gₜ‖/‖gₙ‖",
            (Measure::Gain, Direction::FromFirst) => "‖g₁‖/‖gₜ‖",
        }
    }

    /// What it means, in words.
    pub fn meaning(&self) -> &'static str {
        match (self.measure, self.direction) {
            (Measure::Gradient, _) => "the loss's gradient at step t",
            (Measure::Norm, Direction::ToEnd) => "the most that any direction keeps to the end",
            (Measure::Norm, Direction::FromFirst) => {
                "the most that any direction keeps from the first step on"
            }
            (Measure::Gain, Direction::ToEnd) => "what the loss sees of step t",
            (Measure::Gain, Direction::FromFirst) => "the product from step 1 to step t",
        }
    }

    /// What the bound is called.
    pub fn bound_name(&self) -> &'static str {
        match (self.measure, self.direction) {
            (Measure::Gradient, _) => "bound ‖∂L/∂oₙ‖ (γ σ₁)ⁿ⁻ᵗ",
            (_, Direction::ToEnd) => "bound (γ σ₁)ⁿ⁻ᵗ",
            (_, Direction::FromFirst) => "bound (γ σ₁)ᵗ⁻¹",
        }
    }

    /// Why there is nothing to see, if so.
    pub fn absence(&self) -> Option<String> {
        if self.measure == Measure::Norm {
            match &self.snapshot.probe.product_norms {
                ProductNormsState::TooCostly { cost } => {
                    return Some(ProductNorms::too_costly(*cost));
                }
                ProductNormsState::NotAsked => {
                    return Some("‖P‖₂ is being computed".to_owned());
                }
                ProductNormsState::Ready(_) => {}
            }
        }
        let mut values = (1..=self.snapshot.len()).filter_map(|t| self.value(t));
        if values.any(|value| value.log10().is_some()) {
            return None;
        }
        Some(match self.value(self.snapshot.len())? {
            Magnitude::Zero => {
                "Exactly 0 at every step: the loss has no gradient, or w_o is 0".to_owned()
            }
            last => format!("{last} at every step: the forward pass has overflowed"),
        })
    }
}
