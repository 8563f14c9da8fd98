//! The update that the last training step made: w ← w − η · (what the optimiser makes of the gradient).

use std::ops::Range;

use super::optimizer::{Optimizer, OptimizerKind};
use crate::rnn::{Gradients, Parameter, Parameters, norm};

/// The update of the last training step, of the batch that it was made with.
#[derive(Clone, Debug, PartialEq)]
pub struct LastUpdate {
    /// The rule.
    pub optimizer: OptimizerKind,
    /// η.
    pub learning_rate: f64,
    /// ‖∂L/∂θ‖ over all weights, before clipping.
    pub gradient_norm: f64,
    /// What clipping multiplied every gradient by; 1 where it left them alone.
    pub clip_factor: f64,
    /// What happened to each tensor that has numbers: for a tensor of one number the number itself, otherwise the
    /// Euclidean norm.
    pub tensors: Vec<UpdatedTensor>,
    /// What happened to the input weights of each word of the probe, from timestep 1 to n, where the input is one-hot:
    /// one word's weights are one column of W_i. `None` for padding; empty for an input of numbers.
    pub words: Vec<Option<Updated>>,
}

impl LastUpdate {
    /// What happened to what is for `parameter`, in the first layer that has such a tensor.
    pub fn of(&self, parameter: Parameter) -> Option<Updated> {
        let found = self.tensors.iter().find(|of| of.parameter == parameter);
        found.map(|of| of.updated)
    }
}

/// What an update did to a tensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UpdatedTensor {
    /// What it is for.
    pub parameter: Parameter,
    /// Its layer, from 0; 0 for what is of no layer.
    pub layer: usize,
    /// What happened to it.
    pub updated: Updated,
}

/// What an update did to one number, or to a vector of them, whose norms these are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Updated {
    /// w before.
    pub before: f64,
    /// ∂L/∂w, before clipping.
    pub gradient: f64,
    /// What was multiplied by η and subtracted: the clipped gradient for SGD.
    pub direction: f64,
    /// w after.
    pub after: f64,
    /// Whether these are one number, so that after = before − η · direction.
    pub is_number: bool,
    /// Training left it alone, because it is held.
    pub is_held: bool,
}

/// A step that has just been made, as a trainer has it.
pub(super) struct Made<'a> {
    pub(super) before: &'a Parameters,
    pub(super) after: &'a Parameters,
    /// After clipping.
    pub(super) gradients: &'a Gradients,
    pub(super) optimizer: &'a Optimizer,
    /// The parameters that were held.
    pub(super) held: &'a [Option<Parameter>],
}

impl Made<'_> {
    /// What happened to the numbers in `range` among all, which are of a tensor for `parameter`.
    pub(super) fn updated(
        &self,
        parameter: Parameter,
        range: Range<usize>,
        clip_factor: f64,
    ) -> Option<Updated> {
        let gradients = self.gradients.values().get(range.clone())?;
        if gradients.is_empty() {
            return None;
        }
        let is_held = self.held.contains(&Some(parameter));
        let directions: Vec<f64> = range
            .clone()
            .zip(gradients)
            .map(|(place, &gradient)| match is_held {
                true => 0.0,
                false => self.optimizer.direction(place, gradient),
            })
            .collect();
        Some(Updated {
            before: size(&self.before.values()[range.clone()]),
            gradient: before_clipping(size(gradients), clip_factor),
            direction: size(&directions),
            after: size(&self.after.values()[range]),
            is_number: gradients.len() == 1,
            is_held,
        })
    }
}

/// A gradient of zero was zero whatever it was clipped by, also by a norm of ∞.
fn before_clipping(gradient: f64, clip_factor: f64) -> f64 {
    if gradient == 0.0 {
        gradient
    } else {
        gradient / clip_factor
    }
}

fn size(numbers: &[f64]) -> f64 {
    match numbers {
        [number] => *number,
        _ => norm(numbers),
    }
}
