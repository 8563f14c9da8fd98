//! What a person has chosen to look at.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::embedded::Embedded;
use super::glossary_state::Glossary;
use super::numbers::Numbers;
use super::player::Player;
use super::presentation::Presentation;
use super::system::is_motion_reduced;
use super::time_axis::TimeAxis;
use super::walk::Walk;
use crate::flow::LandscapeAxis;
use crate::scene::{Alignment, Direction, Look, Measure, PhaseAxis, Reaches, ScaleSpan};
use crate::training::{Snapshot, Weight, WeightValues};

/// The choices that are the screen's alone: no number of the experiment depends on them.
#[derive(Clone, Debug)]
pub struct ViewState {
    /// Visible times and cursor, shared by every view over time.
    pub time: TimeAxis,
    /// The pass that is played, if one is.
    pub player: Player,
    /// Which product.
    pub direction: Direction,
    /// Which magnitude.
    pub measure: Measure,
    /// What the phase map has upwards.
    pub phase_axis: PhaseAxis,
    /// What the landscape lies over.
    pub landscape_axis: LandscapeAxis,
    /// The unit whose gates are looked at, from 0; `None` for the mean over all.
    pub unit: Option<usize>,
    /// The layer that is worked out, from 0; `None` for the last.
    pub layer: Option<usize>,
    /// The moment that is kept for comparison.
    pub frozen: Option<Arc<Snapshot>>,
    /// Where two sequences of different lengths meet.
    pub alignment: Alignment,
    /// Whether what is between two moments is drawn, instead of both.
    pub is_difference: bool,
    /// Whether of two experiments one is shown, because there is no room for both.
    pub one_at_a_time: bool,
    /// How far the slider of each weight reaches; it stays while one is held.
    pub reaches: Reaches,
    /// How far the colours of magnitudes reach. They stay while training runs or something is held.
    pub span: ScaleSpan,
    /// Something is held: pictures keep their axes.
    pub held: bool,
    /// Whether every parameter is being compared with differences.
    pub checking_all: bool,
    /// Whether the controls at the left are shown; `None` if that is as there is room.
    pub panel: Option<bool>,
    /// Whether they are.
    pub has_panel: bool,
    /// What is left of the controls within somebody's page, if it is in one.
    pub embedded: Option<Embedded>,
    /// The presentation that is given, if one is.
    pub presentation: Option<Presentation>,
    /// Whether the help window is open.
    pub help_open: bool,
    /// What it shows: a chapter of the guide, or what there is to see at a glance.
    pub help_chapter: Option<usize>,
    /// What the glossary shows.
    pub glossary: Glossary,
    /// What is typed of a network and a sequence of one's own.
    pub numbers: Numbers,
    /// How held-out sequences are walked through.
    pub walk: Walk,
}

impl ViewState {
    /// Makes room for the weights as they were `chosen` and as they are `now`, unless something is held: a
    /// range that changed under the hand would take the value away with it.
    pub fn hold_reaches(&mut self, held: bool, chosen: WeightValues, now: WeightValues) {
        self.held = held;
        if held {
            return;
        }
        self.reaches = Reaches::of(chosen, now);
    }

    /// Lets the colours of magnitudes take in what there is in `snapshot`, and in that of another experiment, unless
    /// something is held.
    pub fn fit_colours(&mut self, snapshot: &Snapshot, other: Option<&Snapshot>) {
        if !self.held {
            let span = ScaleSpan::fitting(snapshot);
            self.span = other.map_or(span, |other| span.max(ScaleSpan::fitting(other)));
        }
    }

    /// What the slider of `weight` covers; `single` if it is one number, which may be below zero.
    pub fn weight_range(&self, weight: Weight, single: bool) -> RangeInclusive<f64> {
        let (from, to) = self.reaches.range(weight, single);
        from..=to
    }

    /// What is looked at of a moment that stands alone, for whatever is written of it.
    pub fn look(&self) -> Look {
        Look {
            direction: self.direction,
            measure: self.measure,
            phase_axis: self.phase_axis,
            landscape_axis: self.landscape_axis,
            unit: self.unit,
            layer: self.layer,
            reaches: self.reaches,
            last_batch: true,
            is_difference: self.is_difference,
            // At the last timestep nobody has moved it yet.
            cursor: Some(self.time.cursor()).filter(|t| *t < self.time.length()),
            is_pinned: false,
            playing: None,
            pass_speed: self.player.speed(),
            time: None,
        }
    }

    /// What the window itself shows of it: always with the cursor, and as far as the time is in sight.
    pub fn look_here(&self) -> Look {
        Look {
            cursor: Some(self.time.cursor()),
            is_pinned: self.time.is_pinned(),
            // Nobody is asked before something moves.
            playing: self
                .player
                .seen(self.player.is_there() && is_motion_reduced()),
            time: Some(self.time.range()),
            ..self.look()
        }
    }
}

impl Default for ViewState {
    fn default() -> Self {
        Self {
            time: TimeAxis::new(1),
            player: Player::default(),
            direction: Direction::default(),
            measure: Measure::default(),
            phase_axis: PhaseAxis::default(),
            landscape_axis: LandscapeAxis::default(),
            unit: None,
            layer: None,
            frozen: None,
            alignment: Alignment::default(),
            is_difference: false,
            one_at_a_time: false,
            reaches: Reaches::default(),
            span: ScaleSpan::default(),
            held: false,
            checking_all: false,
            panel: None,
            has_panel: true,
            embedded: None,
            presentation: None,
            help_open: false,
            help_chapter: None,
            glossary: Glossary::default(),
            numbers: Numbers::default(),
            walk: Walk::default(),
        }
    }
}
