//! What a person has chosen to look at.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::time_axis::TimeAxis;
use crate::training::{Weight, WeightValues};

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
    /// How far the slider of each weight reaches, in the order of [`Weight::ALL`]; it stays while one is held.
    pub reaches: [f64; Weight::ALL.len()],
    /// Something is held: pictures keep their axes.
    pub held: bool,
    /// Whether every parameter is being compared with differences.
    pub checking_all: bool,
    /// Whether the help window is open.
    pub help_open: bool,
}

/// What the sliders of weights cover on either side of 0: the first that has room for the value.
const REACHES: [f64; 6] = [3.0, 10.0, 30.0, 100.0, 300.0, 1000.0];

impl ViewState {
    /// Makes room for the weights as they were `chosen` and as they are `now`, unless something is held: a
    /// range that changed under the hand would take the value away with it.
    pub fn hold_reaches(&mut self, held: bool, chosen: WeightValues, now: WeightValues) {
        self.held = held;
        if held {
            return;
        }
        self.reaches = Weight::ALL.map(|weight| {
            let value = chosen.get(weight).abs().max(now.get(weight).abs());
            let reach = REACHES.into_iter().find(|&reach| reach >= value);
            reach.unwrap_or(weight.limit().max)
        });
    }

    /// What the slider of `weight` covers; `single` if it is one number, which may be below zero.
    pub fn weight_range(&self, weight: Weight, single: bool) -> RangeInclusive<f64> {
        let place = Weight::ALL.iter().position(|other| *other == weight);
        let reach = place.map_or(REACHES[0], |place| self.reaches[place]);
        if single { -reach..=reach } else { 0.0..=reach }
    }
}

impl Default for ViewState {
    fn default() -> Self {
        Self {
            time: TimeAxis::new(1),
            direction: Direction::default(),
            measure: Measure::default(),
            phase_axis: PhaseAxis::default(),
            reaches: [REACHES[0]; Weight::ALL.len()],
            held: false,
            checking_all: false,
            help_open: false,
        }
    }
}
