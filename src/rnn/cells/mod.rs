//! The cells, each in a file of its own.

mod elman;
mod extent;
mod gru;
mod gru_reset_before;
mod lstm;

use serde::{Deserialize, Serialize};

use super::cell::Cell;

/// Makes the list of cells: a line for each, with its name, its key in files and where it is.
macro_rules! cells {
    ($($(#[$about:meta])* $name:ident = $cell:expr;)*) => {
        /// Which cell the layers of a network are made of.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum CellKind {
            $($(#[$about])* $name,)*
        }

        impl CellKind {
            /// Every cell, in the order menus show them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// What the cell can do.
            pub fn cell(self) -> &'static dyn Cell {
                match self {
                    $(Self::$name => &$cell,)*
                }
            }
        }
    };
}

cells! {
    /// The lecture's: o_t = f(W_i x_t + W_h o_{t−1} + b).
    #[default]
    Elman = elman::Elman;
    /// The gated recurrent unit, which resets after the product with W_h.
    Gru = gru::Gru;
    /// The gated recurrent unit as it was first written, which resets the state before the product with W_h.
    GruResetBefore = gru_reset_before::GruResetBefore;
    /// The long short-term memory, with forget gates.
    Lstm = lstm::Lstm;
}

impl CellKind {
    /// The name people know it by.
    pub fn name(self) -> &'static str {
        self.cell().name()
    }

    /// The name without what tells it from its like.
    pub fn short_name(self) -> &'static str {
        let name = self.name();
        name.split_once(',').map_or(name, |(name, _)| name)
    }

    /// The cell with the same tensors that resets on the other side of the product with W_h, for one that resets.
    pub fn with_the_other_reset(self) -> Option<Self> {
        match self {
            Self::Gru => Some(Self::GruResetBefore),
            Self::GruResetBefore => Some(Self::Gru),
            Self::Elman | Self::Lstm => None,
        }
    }
}
