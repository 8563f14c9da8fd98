//! The lesson that is walked: which it is, how far it has come, and what was there before it.

use std::path::PathBuf;
use std::sync::Arc;

use super::arrangement::Arrangement;
use super::remembered_lesson::RememberedLesson;
use super::undo::State;
use crate::export::{Watch, bring_files};
use crate::lessons::{COURSE, Lesson, Observed, Step};
use crate::scene::{Direction, Measure, PhaseAxis};
use crate::training::Experiment;

/// What a person does with lessons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LessonAction {
    /// Begin the lesson at this place of the course, from 0.
    Begin(usize),
    /// Go on with the lesson that was closed.
    Resume,
    /// To the next step, or behind the last one to the next lesson of the course.
    Next,
    /// To the step before.
    Back,
    /// Put the panel away; everything else stays as it is.
    Close,
    /// Put the panel away, and bring back what was there before the lesson.
    Return,
    /// Decline the lessons that the first start offers.
    Decline,
}

/// Where a lesson comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The course, at this place from 0.
    Course(usize),
    /// A person's own file.
    File(PathBuf),
}

/// How far a task is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TaskState {
    /// It has not been seen undone: what holds when a step is entered was not done by the learner.
    #[default]
    New,
    /// It is to be done.
    Open,
    /// It is done.
    Done,
}

/// A walk through a lesson.
pub struct Walk {
    /// Where the lesson comes from.
    pub origin: Origin,
    /// The lesson.
    pub lesson: Arc<Lesson>,
    /// The step that is shown, from 0.
    step: usize,
    tasks: Vec<TaskState>,
}

impl Walk {
    /// The step that is shown, from 0.
    pub fn place(&self) -> usize {
        self.step
    }

    /// The step that is shown.
    pub fn step(&self) -> Option<&Step> {
        self.lesson.steps.get(self.step)
    }

    /// How far the task of the step at `place` is.
    pub fn task(&self, place: usize) -> TaskState {
        self.tasks.get(place).copied().unwrap_or_default()
    }

    /// The lesson of the course behind this one.
    pub fn next_lesson(&self) -> Option<usize> {
        match self.origin {
            Origin::Course(place) => Some(place + 1).filter(|next| *next < COURSE.len()),
            Origin::File(_) => None,
        }
    }
}

/// What there was before a lesson changed it.
#[derive(Clone)]
pub struct Before {
    /// The experiment.
    pub experiment: Experiment,
    /// What else there was; of an earlier start of the program only the experiment is known.
    pub screen: Option<Box<BeforeScreen>>,
}

/// What there was on the screen before a lesson.
#[derive(Clone)]
pub struct BeforeScreen {
    /// The run, the weights and the file.
    pub state: State,
    /// Whether it had been trained, so that it is more than its experiment.
    pub is_trained: bool,
    /// How the views were arranged.
    pub arrangement: Arrangement,
    /// The timestep that was looked at.
    pub cursor: usize,
    /// Which product was shown.
    pub direction: Direction,
    /// Which magnitude of it.
    pub measure: Measure,
    /// What the phase map had upwards.
    pub phase_axis: PhaseAxis,
}

/// The lesson that is walked, if one is.
#[derive(Default)]
pub struct Tutor {
    walk: Option<Walk>,
    is_open: bool,
    before: Option<Before>,
    /// Lessons are offered, on the first start.
    is_offering: bool,
}

impl Tutor {
    /// As the last time left it: with the lesson of the course that `remembered` names, or without any; `offers`
    /// on the first start. A lesson of a file comes once that is read.
    pub fn new(remembered: Option<&RememberedLesson>, offers: bool) -> Self {
        let mut tutor = Self {
            is_offering: offers,
            ..Self::default()
        };
        let Some(remembered) = remembered else {
            return tutor;
        };
        // Whoever wrote the file may have written anything.
        let before = remembered.before.clone().and_then(|it| {
            let checked = it.check().ok()?;
            bring_files(checked, None, &Watch::default())
                .ok()
                .map(|it| it.experiment)
        });
        tutor.before = before.map(|experiment| Before {
            experiment: experiment.into(),
            screen: None,
        });
        let place = COURSE.iter().position(|it| it.slug == remembered.lesson);
        if let Some(place) = place.filter(|_| !remembered.is_file) {
            tutor.begin(Origin::Course(place), COURSE[place].lesson());
            tutor.resume_at(remembered.step);
            tutor.is_open = remembered.open;
        }
        tutor
    }

    /// The walk whose panel is open.
    pub fn open_walk(&self) -> Option<&Walk> {
        self.walk.as_ref().filter(|_| self.is_open)
    }

    /// The walk that can be gone on with, because its panel was closed.
    pub fn closed_walk(&self) -> Option<&Walk> {
        self.walk.as_ref().filter(|_| !self.is_open)
    }

    /// What there was before the lesson, unless it was brought back already.
    pub fn before(&self) -> Option<&Before> {
        self.before.as_ref()
    }

    /// Whether lessons are offered.
    pub fn is_offering(&self) -> bool {
        self.is_offering
    }

    /// Nothing is offered any more.
    pub fn decline(&mut self) {
        self.is_offering = false;
    }

    /// Begins to walk `lesson` at its first step.
    pub fn begin(&mut self, origin: Origin, lesson: Arc<Lesson>) {
        self.is_offering = false;
        self.is_open = true;
        self.walk = Some(Walk {
            origin,
            tasks: vec![TaskState::New; lesson.steps.len()],
            lesson,
            step: 0,
        });
    }

    /// Goes to `step`, from 1, as the last time left it: what holds there now was done then.
    pub fn resume_at(&mut self, step: usize) {
        if let Some(walk) = &mut self.walk {
            let last = walk.lesson.steps.len().max(1);
            walk.step = step.clamp(1, last) - 1;
            if let Some(task) = walk.tasks.get_mut(walk.step) {
                *task = TaskState::Open;
            }
        }
    }

    /// Keeps what there was before the lesson.
    pub fn keep(&mut self, before: Before) {
        self.before = Some(before);
    }

    /// Gives back what there was before the lesson, and closes it.
    pub fn take_before(&mut self) -> Option<Before> {
        self.is_open = false;
        self.before.take()
    }

    /// Puts the panel away, or opens it again.
    pub fn set_open(&mut self, is_open: bool) {
        self.is_open = is_open;
    }

    /// Goes one step on or back, and returns whether there was one.
    pub fn walk_on(&mut self, forward: bool) -> bool {
        let Some(walk) = &mut self.walk else {
            return false;
        };
        let next = if forward {
            Some(walk.step + 1).filter(|next| *next < walk.lesson.steps.len())
        } else {
            walk.step.checked_sub(1)
        };
        if let Some(next) = next {
            walk.step = next;
            if let Some(task) = walk.tasks.get_mut(next)
                && *task == TaskState::Open
            {
                *task = TaskState::New;
            }
        }
        next.is_some()
    }

    /// Notices whether the task of the step that is shown is done.
    pub fn notice(&mut self, observed: &Observed<'_>) {
        let Some(walk) = self.walk.as_mut().filter(|_| self.is_open) else {
            return;
        };
        let step = walk.lesson.steps.get(walk.step);
        let (Some(task), Some(state)) = (
            step.and_then(|step| step.task.as_ref()),
            walk.tasks.get_mut(walk.step),
        ) else {
            return;
        };
        *state = match (*state, task.until.holds(observed)) {
            (TaskState::New, Some(false)) => TaskState::Open,
            (TaskState::Open, Some(true)) => TaskState::Done,
            (state, _) => state,
        };
    }

    /// What the next start shall find.
    pub fn to_remember(&self) -> Option<RememberedLesson> {
        let walk = self.walk.as_ref()?;
        let (lesson, is_file) = match &walk.origin {
            Origin::Course(place) => (COURSE.get(*place)?.slug.to_owned(), false),
            Origin::File(path) => (path.to_str()?.to_owned(), true),
        };
        Some(RememberedLesson {
            lesson,
            is_file,
            step: walk.step + 1,
            open: self.is_open,
            before: self.before.as_ref().map(|it| it.experiment.clone()),
        })
    }
}
