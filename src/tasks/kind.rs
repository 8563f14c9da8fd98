//! Which tasks there are.

use serde::{Deserialize, Serialize};

use super::drawn::Drawn;
use super::sentence::Padding;
use super::sentiment::Sentiment;
use super::task::Task;
use super::{adding, constant, latch, parity, temporal_order};

/// Which task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskKind {
    /// Text → 1/0.
    #[default]
    Sentiment,
    /// Which of two values came first of all?
    Latch,
    /// Add the two marked numbers.
    Adding,
    /// Which of two symbols came first?
    TemporalOrder,
    /// Is the number of ones odd?
    Parity,
    /// No input at all.
    Constant,
}

impl TaskKind {
    /// Every task, in the order menus show them.
    pub const ALL: [Self; 6] = [
        Self::Sentiment,
        Self::Latch,
        Self::Adding,
        Self::TemporalOrder,
        Self::Parity,
        Self::Constant,
    ];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sentiment => "sentiment",
            Self::Latch => "latch",
            Self::Adding => "adding",
            Self::TemporalOrder => "temporal order",
            Self::Parity => "parity",
            Self::Constant => "constant",
        }
    }

    /// The task, for sequences of `length` timesteps.
    pub fn build(self, length: usize, padding: Padding) -> Box<dyn Task> {
        match self {
            Self::Sentiment => Box::new(Sentiment::new(length, padding)),
            Self::Latch => Box::new(Drawn::new(latch::Latch, length)),
            Self::Adding => Box::new(Drawn::new(adding::Adding, length)),
            Self::TemporalOrder => Box::new(Drawn::new(temporal_order::TemporalOrder, length)),
            Self::Parity => Box::new(Drawn::new(parity::Parity, length)),
            Self::Constant => Box::new(Drawn::new(constant::Constant, length)),
        }
    }
}
