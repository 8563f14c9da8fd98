//! Which tasks there are.

use serde::{Deserialize, Serialize};

use super::drawn::Drawn;
use super::sentence::Padding;
use super::task::Task;
use super::text::Text;
use super::{
    adding, constant, copy, latch, multiplication, parity, prefix_parity, temporal_order,
    temporal_order_4,
};

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
    /// Multiply the two marked numbers.
    Multiplication,
    /// Which of two symbols came first?
    TemporalOrder,
    /// Which of two symbols came first, and which after it?
    #[serde(rename = "temporal-order-4")]
    TemporalOrder4,
    /// Is the number of ones odd?
    Parity,
    /// Is the number of ones so far odd?
    PrefixParity,
    /// Say again what was read.
    Copy,
    /// No input at all.
    Constant,
    /// A person's own sequences.
    Data,
}

impl TaskKind {
    /// Every task, in the order menus show them.
    pub const ALL: [Self; 11] = [
        Self::Sentiment,
        Self::Latch,
        Self::Adding,
        Self::Multiplication,
        Self::TemporalOrder,
        Self::TemporalOrder4,
        Self::Parity,
        Self::PrefixParity,
        Self::Copy,
        Self::Constant,
        Self::Data,
    ];

    /// Every task that brings its own sequences.
    pub const BUILT_IN: [Self; 10] = [
        Self::Sentiment,
        Self::Latch,
        Self::Adding,
        Self::Multiplication,
        Self::TemporalOrder,
        Self::TemporalOrder4,
        Self::Parity,
        Self::PrefixParity,
        Self::Copy,
        Self::Constant,
    ];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sentiment => "sentiment",
            Self::Latch => "latch",
            Self::Adding => "adding",
            Self::Multiplication => "multiplication",
            Self::TemporalOrder => "temporal order",
            Self::TemporalOrder4 => "temporal order, four classes",
            Self::Parity => "parity",
            Self::PrefixParity => "prefix parity",
            Self::Copy => "copy",
            Self::Constant => "constant",
            Self::Data => "your own",
        }
    }

    /// The task, for sequences of `length` timesteps; `None` for a person's own, which are not known here.
    pub fn build(self, length: usize, padding: Padding) -> Option<Box<dyn Task>> {
        Some(match self {
            Self::Data => return None,
            Self::Sentiment => Box::new(Text::bundled(length, padding)),
            Self::Latch => Box::new(Drawn::new(latch::Latch, length)),
            Self::Adding => Box::new(Drawn::new(adding::Adding, length)),
            Self::TemporalOrder => Box::new(Drawn::new(temporal_order::TemporalOrder, length)),
            Self::Multiplication => Box::new(Drawn::new(multiplication::Multiplication, length)),
            Self::TemporalOrder4 => Box::new(Drawn::new(temporal_order_4::TemporalOrder4, length)),
            Self::Parity => Box::new(Drawn::new(parity::Parity, length)),
            Self::PrefixParity => Box::new(Drawn::new(prefix_parity::PrefixParity, length)),
            Self::Copy => Box::new(Drawn::new(copy::Copy, length)),
            Self::Constant => Box::new(Drawn::new(constant::Constant, length)),
        })
    }
}
