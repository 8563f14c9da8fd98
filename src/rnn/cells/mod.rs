//! The cells, each in a file of its own.

mod elman;
mod extent;
mod gru;
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
    /// The gated recurrent unit.
    Gru = gru::Gru;
    /// The long short-term memory, with forget gates.
    Lstm = lstm::Lstm;
}

impl CellKind {
    /// The name people know it by.
    pub fn name(self) -> &'static str {
        self.cell().name()
    }
}
