//! What the screen shows of one moment.

mod moment;
mod reading;
mod records;
mod run_so_far;
mod timeline;

pub use moment::Moment;
pub use reading::{Answer, ProductNormsState, Reading};
pub use records::{Records, Runs};
pub use run_so_far::RunSoFar;
pub use timeline::{HandChange, Timeline};

use crate::flow::UnitPlace;
use crate::tasks::Word;

/// Everything there is to see at one moment of a run. It never changes and is shared by [`Arc`](std::sync::Arc);
/// views draw from it alone.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The network as it is at this moment.
    pub moment: Moment,
    /// What the probe shows of it.
    pub probe: Reading,
    /// The run up to it.
    pub run: RunSoFar,
}

impl Snapshot {
    /// Whether `self` and `other` show one moment, however often it was published.
    pub fn is_same_moment(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }

    /// What tells moments apart: nothing of a network changes but by a step or by hand.
    pub fn identity(&self) -> (u64, u64, bool) {
        (
            self.moment.edits,
            self.moment.step,
            self.run.timeline.is_past,
        )
    }

    /// n.
    pub fn len(&self) -> usize {
        self.probe.flow.len()
    }

    /// Whether there is no timestep; there always is one.
    pub fn is_empty(&self) -> bool {
        self.probe.flow.is_empty()
    }

    /// The first timestep, from 1, that is no padding: how far back a gradient is of use.
    pub fn first_input(&self) -> usize {
        (1..=self.len()).find(|&t| !self.is_padding(t)).unwrap_or(1)
    }

    /// The word at 1-based timestep `t`, if the task reads text and it is not padding.
    pub fn word(&self, t: usize) -> Option<&Word> {
        self.probe.words.as_ref()?.get(t.checked_sub(1)?)?.as_ref()
    }

    /// What to write under the 1-based timestep `t`: its word or input; empty for padding.
    pub fn input_text(&self, t: usize) -> &str {
        match self.word(t) {
            Some(word) => &word.text,
            None => self
                .probe
                .input_labels
                .get(t.wrapping_sub(1))
                .map_or("", String::as_str),
        }
    }

    /// Whether the timestep `t` (1-based) is padding.
    pub fn is_padding(&self, t: usize) -> bool {
        self.probe
            .words
            .as_ref()
            .is_some_and(|words| words.get(t.wrapping_sub(1)).is_some_and(Option::is_none))
    }
}

/// What only some views need of a snapshot, and what is left out while nobody looks at them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// ‖P‖₂ of every product.
    pub product_norms: bool,
    /// The eigenvalues of W_h.
    pub eigenvalues: bool,
    /// Every product ∂o_j/∂o_k, for H = 1.
    pub triangle: bool,
    /// The picture of the whole run.
    pub history: bool,
    /// What is added up in the forward pass, of which unit where the network is not the lecture's, and the update of the
    /// last step.
    pub worksheet: Option<UnitPlace>,
    /// How far the gates are open.
    pub gates: bool,
    /// ∂L/∂x_t.
    pub inputs: bool,
}

impl Wanted {
    /// Nothing.
    pub const NOTHING: Self = Self {
        product_norms: false,
        eigenvalues: false,
        triangle: false,
        history: false,
        worksheet: None,
        gates: false,
        inputs: false,
    };

    /// What is wanted here or in `other`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            product_norms: self.product_norms || other.product_norms,
            eigenvalues: self.eigenvalues || other.eigenvalues,
            triangle: self.triangle || other.triangle,
            history: self.history || other.history,
            worksheet: self.worksheet.or(other.worksheet),
            gates: self.gates || other.gates,
            inputs: self.inputs || other.inputs,
        }
    }
}
