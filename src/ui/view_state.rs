//! What a person has chosen to look at.

use super::time_axis::TimeAxis;

/// Which product the middle band shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// P_{n←t}: what the loss sees of step t.
    #[default]
    ToEnd,
    /// P_{t←1}: what step t sees of the first, the lecture's form.
    FromFirst,
}

/// Which magnitude of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// The product itself for H = 1; for more, the gain ‖g_t‖/‖g_n‖.
    #[default]
    Gain,
    /// ‖∂L/∂o_t‖.
    Gradient,
    /// ‖P‖₂, for H > 1.
    Norm,
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
    /// Whether the help window is open.
    pub help_open: bool,
}

impl Default for ViewState {
    fn default() -> Self {
        Self {
            time: TimeAxis::new(1),
            direction: Direction::default(),
            measure: Measure::default(),
            help_open: false,
        }
    }
}
