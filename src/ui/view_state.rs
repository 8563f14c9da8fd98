//! What a person has chosen to look at.

use serde::{Deserialize, Serialize};

use super::time_axis::TimeAxis;

/// Which product the middle band shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// P_{n←t}: what the loss sees of step t.
    #[default]
    ToEnd,
    /// P_{t←1}: what step t sees of the first, the lecture's form.
    FromFirst,
}

/// Which magnitude of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// The product itself for H = 1; for more, the gain ‖g_t‖/‖g_n‖.
    #[default]
    Gain,
    /// ‖∂L/∂o_t‖.
    Gradient,
    /// ‖P‖₂, for H > 1.
    Norm,
}

/// What a phase map has upwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PhaseAxis {
    /// The sequence length.
    #[default]
    Length,
    /// The input weight.
    InputWeight,
}

/// The choices that are the screen's alone: no number of the experiment depends on them.
#[derive(Clone, Debug)]
pub struct ViewState {
    /// Visible times and cursor, shared by every view over time.
    pub time: TimeAxis,
    /// Which product.
    pub direction: Direction,
    /// Which magnitude.
    pub measure: Measure,
    /// What the phase map has upwards.
    pub phase_axis: PhaseAxis,
    /// Whether every parameter is being compared with differences.
    pub checking_all: bool,
    /// Whether the help window is open.
    pub help_open: bool,
}

impl Default for ViewState {
    fn default() -> Self {
        Self {
            time: TimeAxis::new(1),
            direction: Direction::default(),
            measure: Measure::default(),
            phase_axis: PhaseAxis::default(),
            checking_all: false,
            help_open: false,
        }
    }
}
