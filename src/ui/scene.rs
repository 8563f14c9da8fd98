//! What a view draws from.

use std::sync::Arc;

use super::theme::Palette;
use super::view_state::ViewState;
use crate::training::{Findings, Snapshot, Weight};

/// Everything that a view may look at: one moment, what a person has chosen to look at, and the colours.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The moment.
    pub snapshot: &'a Arc<Snapshot>,
    /// What has been found out about it, or about moments before it.
    pub findings: &'a Findings,
    /// What is looked at.
    pub view: &'a ViewState,
    /// The colours.
    pub palette: &'a Palette,
}

impl Scene<'_> {
    /// A place on an axis over `weight`, as a value of the experiment: the axis over a matrix has its size, and
    /// its sign stays.
    pub fn setting(&self, weight: Weight, place: f64) -> f64 {
        if weight.is_size_in(&self.snapshot.moment.network.parameters) {
            place.copysign(self.snapshot.moment.experiment.network.weight(weight))
        } else {
            place
        }
    }
}
