//! The range of every number of an experiment, in one place for the check, the controls and the
//! messages.

use std::fmt;

/// The allowed range of one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// The number's key in an experiment, such as `network.w_h`.
    pub key: &'static str,
    /// Smallest allowed value.
    pub min: f64,
    /// Largest allowed value.
    pub max: f64,
}

/// What is outside its range.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OutOfRange {
    /// A number.
    #[error("{limit}, not {value:?}")]
    Number {
        /// What was exceeded.
        limit: Limit,
        /// What was asked for.
        value: f64,
    },
    /// The length of a text.
    #[error("{key} takes a text of at most {most} characters, not {found} of them")]
    Text {
        /// The text's key in an experiment.
        key: &'static str,
        /// How many characters it may have.
        most: usize,
        /// How many it has.
        found: usize,
    },
    /// Keys that do not go together.
    #[error("{what}")]
    Together {
        /// The one that has to change.
        key: &'static str,
        /// What is wrong, and what would help.
        what: String,
    },
}

impl OutOfRange {
    /// What is wrong with `key`, which does not go together with others, and what would help.
    pub fn together(key: &'static str, what: impl Into<String>) -> Self {
        Self::Together {
            key,
            what: what.into(),
        }
    }

    /// The key that is wrong.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Number { limit, .. } => limit.key,
            Self::Text { key, .. } | Self::Together { key, .. } => key,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} takes {} to {}", self.key, self.min, self.max)
    }
}

impl Limit {
    /// `Ok` if `value` is in the range. NaN is not.
    ///
    /// # Errors
    /// [`OutOfRange`] names the range.
    pub fn check(self, value: f64) -> Result<(), OutOfRange> {
        if value >= self.min && value <= self.max {
            Ok(())
        } else {
            Err(OutOfRange::Number { limit: self, value })
        }
    }

    /// The allowed value nearest to `value`; the smallest for NaN.
    pub fn clamp(self, value: f64) -> f64 {
        if value.is_nan() {
            self.min
        } else {
            value.clamp(self.min, self.max)
        }
    }
}

/// Every range.
pub mod limit {
    use super::Limit;

    const fn new(key: &'static str, min: f64, max: f64) -> Limit {
        Limit { key, min, max }
    }

    /// Up to where every program reads a whole number exactly: 2⁵³ − 1.
    pub const SEED: Limit = new("seed", 0.0, 9_007_199_254_740_991.0);
    /// n. A product over ten thousand steps is as far as any plot is read.
    pub const LENGTH: Limit = new("task.length", 1.0, 10_000.0);
    /// H. W_h of 512 × 512 is what one core still trains while one watches.
    pub const HIDDEN: Limit = new("network.hidden", 1.0, 512.0);
    /// Layers. More than eight recurrent ones, one above the other, nobody trains.
    pub const LAYERS: Limit = new("network.layers", 1.0, 8.0);
    /// w_h for H = 1, the spectral radius for more. Everything beyond saturates or overflows alike.
    pub const W_H: Limit = new("network.w_h", -1000.0, 1000.0);
    /// w_i, or the length of one input's column.
    pub const W_I: Limit = new("network.w_i", -1000.0, 1000.0);
    /// w_o, or its length.
    pub const W_O: Limit = new("network.w_o", -1000.0, 1000.0);
    /// b, the bias of a hidden unit.
    pub const B: Limit = new("network.b", -1000.0, 1000.0);
    /// The bias of the gate that carries the state on. At 1000 it is open for good.
    pub const FORGET_BIAS: Limit = new("network.forget_bias", -1000.0, 1000.0);
    /// The width of an embedding; 0 for none.
    pub const EMBEDDING: Limit = new("network.embedding", 0.0, 512.0);
    /// Timesteps between two cuts; 0 for none.
    pub const TRUNCATE: Limit = new("training.truncate", 0.0, 10_000.0);
    /// o_0.
    pub const O_0: Limit = new("network.o_0", -1000.0, 1000.0);
    /// η.
    pub const LEARNING_RATE: Limit = new("training.learning_rate", 0.0, 1000.0);
    /// B.
    pub const BATCH: Limit = new("training.batch", 1.0, 1024.0);
    /// The norm above which gradients are scaled down.
    pub const CLIP_NORM: Limit = new("training.clip_norm", 1e-6, 1e6);
    /// The class of a sentence.
    pub const PROBE_CLASS: Limit = new("probe.class", 0.0, 999.0);
    /// The share of a person's own sequences that is held out: a tenth at least is trained on.
    pub const HELD_OUT: Limit = new("data.held_out", 0.0, 0.9);
    /// Known words. Each has a column of W_i of its own.
    pub const VOCABULARY: Limit = new("data.vocabulary", 1.0, 100_000.0);
    /// Which held-out sequence is the probe.
    pub const PROBE_INDEX: Limit = new("probe.index", 0.0, 1_000_000.0);
}
