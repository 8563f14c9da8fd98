//! Lessons: walking through one, setting its experiments, and giving back what was there before.

use std::path::Path;
use std::sync::Arc;

use egui::{Stroke, StrokeKind, Ui};

use super::super::files::{Ended, Wanted};
use super::super::lesson_panel::frame_colour;
use super::super::remembered_lesson::RememberedLesson;
use super::super::tutor::{Before, BeforeScreen, LessonAction, Origin, Tutor};
use super::super::workspace::Workspace;
use super::ScopeApp;
use crate::export::Source;
use crate::lessons::{COURSE, Lesson, Observed, Pointing};

impl ScopeApp {
    /// Carries out what was done with lessons.
    pub(super) fn teach(&mut self, action: LessonAction) {
        match action {
            LessonAction::Begin(place) => self.begin_of_course(place),
            LessonAction::Resume => self.tutor.set_open(true),
            LessonAction::Next => {
                let next = self.tutor.open_walk().and_then(|walk| walk.next_lesson());
                if self.tutor.walk_on(true) {
                    self.enter_step();
                } else if let Some(next) = next {
                    self.begin_of_course(next);
                }
            }
            LessonAction::Back => {
                if self.tutor.walk_on(false) {
                    self.enter_step();
                }
            }
            LessonAction::Close => self.tutor.set_open(false),
            LessonAction::Return => self.bring_back(),
            LessonAction::Decline => self.tutor.decline(),
        }
    }

    fn begin_of_course(&mut self, place: usize) {
        if let Some(entry) = COURSE.get(place) {
            self.begin_lesson(Origin::Course(place), entry.lesson());
        }
    }

    /// Begins a lesson, and keeps what there was before it: of several in a row, before the first.
    pub(super) fn begin_lesson(&mut self, origin: Origin, lesson: Arc<Lesson>) {
        if self.tutor.open_walk().is_none() || self.tutor.before().is_none() {
            self.tutor.keep(Before {
                experiment: self.bench.experiment().clone(),
                screen: Some(Box::new(BeforeScreen {
                    state: self.state(),
                    is_trained: self.bench.is_trained(),
                    arrangement: self.workspace.arrangement(),
                    cursor: self.view.time.cursor(),
                    direction: self.view.direction,
                    measure: self.view.measure,
                    phase_axis: self.view.phase_axis,
                })),
            });
        }
        if let Some(mut second) = self.second.take() {
            // Of what a lesson has put beside its own experiment nothing is kept.
            if self.before_lesson.is_none() && self.tutor.open_walk().is_none() {
                second.bench.run_on(false);
                self.before_lesson = Some(second);
            }
        }
        self.tutor.begin(origin, lesson);
        self.enter_step();
    }

    /// Sets the experiment of the step that is shown, and looks where it says.
    fn enter_step(&mut self) {
        let Some(step) = self.tutor.open_walk().and_then(|walk| walk.step()) else {
            return;
        };
        let (experiment, beside, look) = (step.experiment.clone(), step.beside.clone(), step.look);
        if let Some(experiment) = experiment {
            self.choose_first();
            if beside.is_none() {
                self.second = None;
            }
            self.open_both(experiment, beside, None);
        }
        self.look_there(look);
    }

    fn look_there(&mut self, look: Pointing) {
        if let Some(view) = look.view {
            self.workspace.reveal(view);
        }
        self.view.direction = look.direction.unwrap_or(self.view.direction);
        self.view.measure = look.measure.unwrap_or(self.view.measure);
        self.view.phase_axis = look.phase_axis.unwrap_or(self.view.phase_axis);
        if let Some(cursor) = look.cursor {
            // The moment with that many timesteps is still being computed.
            self.view
                .time
                .set_length(self.bench.experiment().task.length);
            self.view.time.set_cursor(cursor);
        }
    }

    /// Brings back what there was before the lesson.
    fn bring_back(&mut self) {
        let Some(before) = self.tutor.take_before() else {
            return;
        };
        self.choose_first();
        self.second = self.before_lesson.take();
        let Some(screen) = before.screen else {
            self.open(before.experiment, None);
            return;
        };
        let screen = *screen;
        if screen.state.run == self.bench.run() && !screen.is_trained {
            let file = screen.state.file.map(|(path, _)| path);
            self.open(screen.state.experiment, file.as_deref());
        } else {
            self.go_back_to(screen.state);
        }
        self.workspace = Workspace::new(&screen.arrangement);
        self.look_there(Pointing {
            view: None,
            cursor: Some(screen.cursor),
            direction: Some(screen.direction),
            measure: Some(screen.measure),
            phase_axis: Some(screen.phase_axis),
        });
    }

    /// Notices whether the task of the step is done, once everything on the screen is of what was asked for last.
    pub(super) fn notice_task(&mut self) {
        let Some(update) = self.bench.latest().filter(|_| self.bench.is_up_to_date()) else {
            return;
        };
        let look = self.view.look_here();
        self.tutor.notice(&Observed {
            snapshot: &update.snapshot,
            look: &look,
            in_sight: &self.workspace.drawn(),
        });
    }

    /// Looks into the file of the lesson that was open the last time.
    pub(super) fn begin_reopening_lesson(&mut self, remembered: &RememberedLesson) {
        let Some(path) = remembered.open_file() else {
            return;
        };
        self.lesson_reopener.1 = remembered.step;
        let wanted = Wanted {
            source: Source::File(path.to_owned()),
            dropped: 0,
        };
        let waker = self.waker();
        if let Err(error) = self.lesson_reopener.0.start(wanted, waker) {
            log::debug!("{} is not looked into: {error}", path.display());
        }
    }

    /// The lesson that was open the last time is open again, if its file still is one.
    pub(super) fn take_reopened_lesson(&mut self) {
        if let Some((wanted, Ended::Lesson(lesson))) = self.lesson_reopener.0.take_ended() {
            let path: &Path = wanted.source.name();
            // Whoever has begun another one meanwhile goes on with that.
            if self.tutor.open_walk().is_none() {
                self.tutor
                    .begin(Origin::File(path.to_owned()), Arc::from(lesson));
                self.tutor.resume_at(self.lesson_reopener.1);
            }
        }
    }
}

/// Frames the view that the step speaks of.
pub(super) fn frame_the_view(ui: &Ui, tutor: &Tutor, workspace: &Workspace) {
    const WIDTH: f32 = 2.0;
    let step = tutor.open_walk().and_then(|walk| walk.step());
    let Some(view) = step.and_then(|step| step.look.view) else {
        return;
    };
    if let Some(rect) = workspace.place(view) {
        let stroke = Stroke::new(WIDTH, frame_colour(ui));
        ui.painter()
            .rect_stroke(rect, 3.0, stroke, StrokeKind::Inside);
    }
}
