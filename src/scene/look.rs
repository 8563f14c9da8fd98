//! What of a moment is looked at: choices that change no number of the experiment.

use serde::{Deserialize, Serialize};

use super::play::{Playing, Way};
use crate::flow::LandscapeAxis;
use crate::training::{Snapshot, Weight, WeightValues};

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

impl Direction {
    /// The timestep whose factor ∂o_t/∂o_{t−1} the product at the 1-based `cursor` has and its neighbour's has
    /// not: the one that was multiplied in last on the way there, of `length` timesteps. `None` where the
    /// product begins, at n or at 1.
    pub fn just_multiplied(self, cursor: usize, length: usize) -> Option<usize> {
        let t = match self {
            Self::ToEnd => cursor + 1,
            Self::FromFirst => cursor,
        };
        (2..=length).contains(&t).then_some(t)
    }
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
    /// ‖∂L/∂x_t‖.
    Input,
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

/// A kind of choice that some views heed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heed {
    /// [`Look::direction`]
    Direction,
    /// [`Look::measure`] and [`Look::last_batch`]
    Measure,
    /// [`Look::phase_axis`]
    PhaseAxis,
    /// [`Look::landscape_axis`]
    LandscapeAxis,
    /// [`Look::unit`]
    Unit,
    /// [`Look::layer`]
    Layer,
    /// [`Look::playing`] and [`Look::is_pinned`]
    Pass,
}

/// What of a moment is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Look {
    /// Which product.
    pub direction: Direction,
    /// Which magnitude.
    pub measure: Measure,
    /// What the phase map has upwards.
    pub phase_axis: PhaseAxis,
    /// What the landscape lies over.
    pub landscape_axis: LandscapeAxis,
    /// The unit whose gates are looked at and which the worksheet works out, from 0; `None` for the mean over all, and
    /// the first.
    pub unit: Option<usize>,
    /// The layer that the worksheet works out, from 0; `None` for the last.
    pub layer: Option<usize>,
    /// How far axes over weights reach.
    pub reaches: Reaches,
    /// Whether the same of the whole batch that the last step was made with is drawn beside the product, where
    /// there is one.
    pub last_batch: bool,
    /// Whether instead of two moments beside each other that is drawn which is between them: how many decades the one is
    /// above the other.
    pub is_difference: bool,
    /// The 1-based timestep that is looked at, if somebody has chosen one: that one is marked in figures.
    pub cursor: Option<usize>,
    /// Whether it was chosen for good: the way of the gradient to it is marked.
    pub is_pinned: bool,
    /// The pass that is being played, if one is.
    pub playing: Option<Playing>,
    /// How many times as fast as usual passes are played.
    pub pass_speed: f64,
    /// From which time to which the views over time show, if not everything.
    pub time: Option<(f64, f64)>,
}

impl Look {
    /// As the window looks at `snapshot` at first, at its last timestep, without marking it; the probe alone,
    /// without the last batch.
    pub fn of(snapshot: &Snapshot) -> Self {
        let chosen = snapshot.moment.experiment.network.weights();
        Self {
            direction: Direction::default(),
            measure: Measure::default(),
            phase_axis: PhaseAxis::default(),
            landscape_axis: LandscapeAxis::default(),
            unit: None,
            layer: None,
            reaches: Reaches::of(chosen, snapshot.moment.weights),
            last_batch: false,
            is_difference: false,
            cursor: None,
            is_pinned: false,
            playing: None,
            pass_speed: 1.0,
            time: None,
        }
    }

    /// The timestep that is looked at, of `length`: the last unless another was chosen.
    pub fn timestep(&self, length: usize) -> usize {
        let last = length.max(1);
        self.cursor.map_or(last, |cursor| cursor.clamp(1, last))
    }

    /// The timestep, of `length`, whose factor was multiplied in last on the way to the marked one.
    pub fn just_multiplied(&self, length: usize) -> Option<usize> {
        self.direction.just_multiplied(self.mark(length)?, length)
    }

    /// The timestep, of `length`, that figures mark, if one was chosen.
    pub fn mark(&self, length: usize) -> Option<usize> {
        self.cursor.filter(|cursor| (1..=length).contains(cursor))
    }
}

/// Something that can be chosen in the row of a view.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What is written on its button.
    pub text: String,
    /// What a screen reader calls it, if the text is a sign.
    pub name: Option<&'static str>,
    /// What it does or means.
    pub meaning: String,
    /// Whether it is what is shown.
    pub is_chosen: bool,
    /// Why it cannot be chosen, if it cannot; empty if that is plain.
    pub refusal: Option<&'static str>,
    /// What it changes.
    pub change: Change,
}

impl Choice {
    /// One that can be chosen.
    pub fn new(
        text: impl Into<String>,
        meaning: impl Into<String>,
        is_chosen: bool,
        change: Change,
    ) -> Self {
        Self {
            text: text.into(),
            name: None,
            meaning: meaning.into(),
            is_chosen,
            refusal: None,
            change,
        }
    }
}

/// What a choice changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// Which product.
    Direction(Direction),
    /// Which magnitude of it.
    Measure(Measure),
    /// What the phase map has upwards.
    PhaseAxis(PhaseAxis),
    /// What the landscape lies over.
    LandscapeAxis(LandscapeAxis),
    /// Which unit's gates are looked at; `None` for the mean.
    Unit(Option<usize>),
    /// Which layer is worked out.
    Layer(usize),
    /// Which timestep is looked at, by so many.
    MoveCursor(isize),
    /// Play a pass, or rest in it.
    Play(Way),
    /// One timestep farther in a pass.
    StepPass,
    /// How fast passes are played: the next speed.
    PlaySpeed,
    /// Keep this moment for comparison, or drop the one that is kept.
    Freeze,
    /// Draw what is between two moments, or both.
    Difference(bool),
    /// Which recorded step is looked at, or the present.
    LookAt(Option<u64>),
}

/// What axes over weights cover on either side of 0: the first that has room for the value.
const REACHES: [f64; 6] = [3.0, 10.0, 30.0, 100.0, 300.0, 1000.0];

/// How far axes over each weight reach, in the order of [`Weight::ALL`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reaches([f64; Weight::ALL.len()]);

impl Default for Reaches {
    fn default() -> Self {
        Self([REACHES[0]; Weight::ALL.len()])
    }
}

impl Reaches {
    /// With room for the weights as they were `chosen` and as they are `now`.
    pub fn of(chosen: WeightValues, now: WeightValues) -> Self {
        Self(Weight::ALL.map(|weight| {
            let value = chosen.get(weight).abs().max(now.get(weight).abs());
            let reach = REACHES.into_iter().find(|&reach| reach >= value);
            reach.unwrap_or(weight.limit().max)
        }))
    }

    /// From where to where an axis over `weight` goes; `single` if it is one number, which may be below
    /// zero.
    pub fn range(self, weight: Weight, single: bool) -> (f64, f64) {
        let place = Weight::ALL.iter().position(|other| *other == weight);
        let reach = place.map_or(REACHES[0], |place| self.0[place]);
        (if single { -reach } else { 0.0 }, reach)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P_{10←9} has J_10 and P_{10←10} has no factor; P_{1←1} has none and P_{10←1} ends with J_10.
    #[test]
    fn the_factor_multiplied_in_last_is_one_that_the_product_has() {
        let (to_end, from_first) = (Direction::ToEnd, Direction::FromFirst);
        for (cursor, back, forth) in [
            (1, Some(2), None),
            (9, Some(10), Some(9)),
            (10, None, Some(10)),
        ] {
            assert_eq!(to_end.just_multiplied(cursor, 10), back);
            assert_eq!(from_first.just_multiplied(cursor, 10), forth);
        }
        assert_eq!(to_end.just_multiplied(1, 1), None);
        assert_eq!(from_first.just_multiplied(1, 1), None);
    }
}
