//! What the window remembers from one start to the next.

use serde::Serialize;

use super::arrangement::Arrangement;
use super::remembered_lesson::RememberedLesson;
use crate::scene::{Alignment, Direction, Measure, PhaseAxis};
use crate::training::{Experiment, Preset};

/// The version of the file's form. A file of another is set aside like a damaged one.
pub const VERSION: u32 = 1;

/// Everything that is remembered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Memory {
    /// The version of the form.
    pub version: u32,
    /// The experiment as last chosen.
    pub experiment: Experiment,
    /// The one beside it, if there were two.
    pub beside: Option<Experiment>,
    /// How the views are arranged.
    pub arrangement: Arrangement,
    /// Dark rather than light; `None` for as the system has it.
    pub dark: Option<bool>,
    /// By how much the whole window is zoomed.
    pub zoom: f32,
    /// Width and height of the window's inside, in points.
    pub size: [f32; 2],
    /// Which product the product plot shows.
    pub direction: Direction,
    /// Which magnitude of it.
    pub measure: Measure,
    /// What the phase map has upwards.
    pub phase_axis: PhaseAxis,
    /// Where two sequences of different lengths meet.
    pub alignment: Alignment,
    /// Whether the controls at the left are shown; `None` if that is as there is room.
    pub panel: Option<bool>,
    /// Files that were open lately, newest first.
    pub recent: Vec<String>,
    /// The folder that was used last.
    pub folder: Option<String>,
    /// The file that was open.
    pub file: Option<String>,
    /// Whether lessons were offered, as the first start does.
    pub lessons_offered: bool,
    /// The lesson that was walked last.
    pub lesson: Option<RememberedLesson>,
}

/// What the very first start finds: an experiment that learns when Run is pressed.
impl Default for Memory {
    fn default() -> Self {
        Self {
            version: VERSION,
            experiment: Preset::FIRST.experiment(),
            beside: None,
            arrangement: Arrangement::default(),
            dark: None,
            zoom: 1.0,
            size: [1280.0, 800.0],
            direction: Direction::default(),
            measure: Measure::default(),
            phase_axis: PhaseAxis::default(),
            alignment: Alignment::default(),
            panel: None,
            recent: Vec::new(),
            folder: None,
            file: None,
            lessons_offered: false,
            lesson: None,
        }
    }
}
