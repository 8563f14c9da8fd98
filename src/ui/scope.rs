//! What there is to draw: one moment, and how a person looks at it.

use std::sync::Arc;

use egui::Color32;

use super::painter::Textures;
use super::theme::color32;
use super::view_state::ViewState;
use crate::scene::{Colour, Colours, Memo, Theme};
use crate::training::{Findings, Snapshot, Weight};

/// Everything that the window may look at: one moment, what a person has chosen to look at, and the colours.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The moment.
    pub snapshot: &'a Arc<Snapshot>,
    /// What has been found out about it, or about moments before it.
    pub findings: &'a Findings,
    /// What is looked at.
    pub view: &'a ViewState,
    /// Dark or light.
    pub theme: Theme,
    /// The pictures that were drawn before.
    pub pictures: &'a Pictures,
}

/// Pictures of magnitudes, which are drawn again only when they are others.
#[derive(Default)]
pub struct Pictures {
    /// Their pixels.
    pub memo: Memo,
    /// The same on the graphics card.
    pub textures: Textures,
}

impl Pictures {
    /// Gives up those that were not drawn since the last call: a texture as large as its tile is for a view that
    /// is looked at. To be called once a frame, when everything is drawn.
    pub fn forget_unused(&self) {
        self.memo.forget_unused();
        self.textures.forget_unused();
    }
}

impl Scope<'_> {
    /// One of the colours of the theme.
    pub fn colour(&self, of: impl FnOnce(&Colours) -> Colour) -> Color32 {
        color32(of(self.theme.colours()))
    }

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
