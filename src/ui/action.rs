//! Everything a person can do, as values.

use std::path::PathBuf;

use crate::training::{Alarm, Experiment, Question, Speed, Topic, Weight};

use super::arrangement::Arrangement;
use super::comparer::CompareAction;
use super::data::DataAction;
use super::exports::Export;
use super::files::Purpose;
use super::glossary_state::GlossaryAction;
use super::modules::ModulesAction;
use super::numbers::NumbersAction;
use super::tutor::LessonAction;
use super::walk::WhichSequences;
use crate::flow::LandscapeAxis;
use crate::scene::{Direction, Measure, PhaseAxis, View, Way};

/// One thing a person has done. Widgets return these; [`super::ScopeApp`] applies them in one place.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// One training step.
    Step,
    /// Run if paused, pause if running.
    ToggleRun,
    /// Back to step 0 with the same seed.
    Reset,
    /// Another seed, from step 0.
    NewSeed,
    /// How fast to train.
    SetSpeed(Speed),
    /// The experiment with something changed by hand.
    Edit(Box<Experiment>),
    /// Another sequence length.
    SetLength(usize),
    /// A weight set by its slider.
    SetWeight(Weight, f64),
    /// The slider of this weight is held, or none is.
    Grab(Option<Weight>),
    /// A whole experiment, as a new run.
    Open(Box<Experiment>),
    /// Take back the last change of the experiment.
    Undo,
    /// Do again what was taken back.
    Redo,
    /// Show the recorded moment nearest to this step, or the present again.
    LookAt(Option<u64>),
    /// Make the moment that is looked at the present.
    ContinueFromHere,
    /// The label of the sentence: its class, counted from 0.
    SetLabel(usize),
    /// Another held-out sentence or sequence as the probe, so many farther.
    StepExample(isize),
    /// Which held-out sequences that walks through.
    ChooseSequences(WhichSequences),
    /// The cursor to a timestep, counted from 1, unless another is pinned.
    SetCursor(usize),
    /// A timestep, counted from 1, for good; the one that is pinned is let go.
    Pin(usize),
    /// The cursor follows the pointer again.
    Unpin,
    /// Play a pass, or rest in it.
    Play(Way),
    /// One timestep farther in a pass.
    StepPass,
    /// The next speed of passes.
    PlaySpeed,
    /// End the pass that is played.
    StopPass,
    /// The cursor by so many timesteps.
    MoveCursor(isize),
    /// Zoom the time axis by a factor around a time.
    Zoom {
        /// Above 1 shows less.
        factor: f64,
        /// The time that stays where it is.
        around: f64,
    },
    /// Move the visible time range by so many timesteps.
    Pan(f64),
    /// Show every timestep.
    ShowAll,
    /// To the end or from the first.
    SetDirection(Direction),
    /// Which magnitude the product plot shows.
    SetMeasure(Measure),
    /// What the phase map has upwards.
    SetPhaseAxis(PhaseAxis),
    /// What the landscape lies over.
    SetLandscapeAxis(LandscapeAxis),
    /// Which unit's gates are looked at; `None` for the mean over all.
    SetUnit(Option<usize>),
    /// Which layer is worked out.
    SetLayer(usize),
    /// Keep the moment that is shown for comparison, or drop the one that is kept.
    Freeze,
    /// Draw what is between two moments, or both.
    SetDifference(bool),
    /// Find this out about the moment that is shown.
    Study(Question),
    /// Give up what is being found out.
    CancelStudy(Topic),
    /// Fill the middle with a view, or bring it back to its place.
    Enlarge(View),
    /// Bring a view into sight, from behind others.
    Reveal(View),
    /// Arrange the views so.
    Arrange(Box<Arrangement>),
    /// Show the controls at the left, or hide them.
    TogglePanel,
    /// Begin a presentation, or end it.
    Present,
    /// The worksheet beside what is presented, or without a presentation into sight.
    Worksheet,
    /// Dark to light and back.
    ToggleTheme,
    /// Show or hide the help window.
    ToggleHelp,
    /// Show this chapter of the guide in the help window, by its place in [`CHAPTERS`](crate::guide::CHAPTERS), or what there
    /// is to see at a glance.
    ShowChapter(Option<usize>),
    /// Something with the window of one's own gradient.
    Compare(CompareAction),
    /// Something with the experiment beside this one.
    Beside(BesideAction),
    /// Something with the window of one's own sequences.
    Data(DataAction),
    /// Something with the list of a model's modules.
    Modules(ModulesAction),
    /// Something with the window of one's own numbers.
    Numbers(NumbersAction),
    /// Something with the glossary.
    Glossary(GlossaryAction),
    /// Ask for a file.
    Ask(Purpose),
    /// The experiment in a file, as a new run.
    OpenFile(PathBuf),
    /// Follow this run, one of those in this folder, in the place of what is shown.
    WatchRun(PathBuf, String),
    /// Follow the records that a training elsewhere writes into this folder.
    Watch(PathBuf),
    /// When to tell of what is followed.
    SetAlarm(Alarm),
    /// The experiment in a text that was pasted, as a new run.
    OpenText(String),
    /// Give up what is being opened.
    CancelOpening,
    /// Save the experiment to the file that is open, or ask for one.
    Save,
    /// Save the experiment to a file.
    SaveFile(PathBuf),
    /// The experiment as text to the clipboard.
    CopyExperiment,
    /// A link to what is on the screen to the clipboard.
    CopyLink,
    /// Forget which files were open lately.
    ForgetRecent,
    /// Write something for others.
    Export(Export, PathBuf),
    /// Give up the export under way.
    CancelExport,
    /// Something with lessons.
    Lesson(LessonAction),
    /// Something to tell.
    Tell(String),
}

/// What is done with the second of two experiments.
#[derive(Clone, Debug, PartialEq)]
pub enum BesideAction {
    /// Put a copy of this one beside it, or take the other one away, or bring back the one that was taken away.
    Toggle,
    /// Work on the other one from now on.
    Choose,
    /// Put this beside it, in the place of what is there.
    With(Comparand),
    /// Run, step and reset both together, or each alone.
    Together,
    /// Let the two sequences meet at the other end.
    Align,
    /// Have this setting as the other one has it.
    Take(&'static str),
    /// Do this with the other one.
    Other(Box<Action>),
}

/// What can be put beside an experiment.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparand {
    /// A copy that stands where it stands, or at the past moment that is looked at.
    Copy,
    /// The same before its first step.
    Start,
    /// What is in a file, which is asked for.
    File,
    /// Another one, at its beginning.
    Experiment(Box<Experiment>),
}

impl BesideAction {
    /// `action`, done with the other experiment.
    pub fn of_other(action: Action) -> Action {
        Action::Beside(Self::Other(Box::new(action)))
    }
}
