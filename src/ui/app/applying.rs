//! Carrying out what a person has done: the only place where anything changes.

use std::sync::Arc;

use egui::Context;

use super::super::action::{Action, BesideAction};
use super::super::theme;
use super::super::top_bar::{LOOKING_BACK, TRAINED_ELSEWHERE};
use super::super::workspace::Workspace;
use super::ScopeApp;
use crate::scene::View;
use crate::training::{Alarm, Command, limit};

impl ScopeApp {
    /// Carries out what was done in one frame. Whatever is done answers what was told before.
    pub(super) fn apply_all(&mut self, ctx: &Context, actions: Vec<Action>) {
        fn passing(action: &Action) -> bool {
            match action {
                Action::SetCursor(_) | Action::Grab(_) => true,
                Action::Beside(BesideAction::Other(action)) => passing(action),
                _ => false,
            }
        }
        if !actions.iter().all(passing) {
            self.notice = None;
            if let Some(remembered) = &mut self.remembered {
                remembered.touch();
            }
        }
        self.bench.undo_mut().begin_frame();
        for action in actions {
            self.apply(ctx, action);
        }
    }

    /// Carries out one action: the only place where anything changes.
    pub fn apply(&mut self, ctx: &Context, action: Action) {
        match action {
            Action::Step | Action::ToggleRun | Action::Undo | Action::Redo
                if self.bench.looks_back() =>
            {
                self.inform(LOOKING_BACK.to_owned());
            }
            Action::Step | Action::ToggleRun if self.bench.experiment().recorded().is_some() => {
                self.inform(TRAINED_ELSEWHERE.to_owned());
            }
            Action::Step => {
                self.bench.send(Command::Step);
                if let Some(other) = self.together() {
                    other.send(Command::Step);
                }
            }
            Action::ToggleRun => {
                let run = !self.is_running();
                self.bench.run_on(run);
                if let Some(other) = self.together() {
                    other.run_on(run);
                }
            }
            Action::Reset => {
                self.bench.reset();
                if let Some(other) = self.together() {
                    other.reset();
                }
            }
            Action::NewSeed => {
                let mut next = self.bench.experiment().clone();
                next.seed = if next.seed < limit::SEED.max as u64 {
                    next.seed + 1
                } else {
                    0
                };
                self.bench.undo_mut().finish();
                self.edit(next);
            }
            Action::Open(experiment) => self.open(*experiment, None),
            Action::Watch(folder) => self.watch(&folder, Alarm::default()),
            Action::WatchRun(folder, run) => self.watch_run(&folder, &run),
            Action::SetAlarm(alarm) => self.bench.set_alarm(alarm),
            Action::Undo => {
                let restored = self.bench.undo_mut().undo();
                self.restore("Undone", restored);
            }
            Action::Redo => {
                let restored = self.bench.undo_mut().redo();
                self.restore("Done again", restored);
            }
            Action::LookAt(step) => self.bench.look_at(step),
            Action::ContinueFromHere => self.continue_from_here(),
            Action::SetSpeed(speed) => {
                self.speed = speed;
                self.bench.set_speed(speed);
                if let Some(other) = self.together() {
                    other.set_speed(speed);
                }
            }
            Action::Edit(next) => {
                self.bench.ask_label_of(&next);
                self.edit(*next);
            }
            Action::SetLabel(class) => self.set_label(class),
            Action::SetLength(length) => {
                let mut next = self.bench.experiment().clone();
                next.task.length = length;
                self.edit(next);
            }
            Action::SetWeight(weight, value) => self.set_weight(weight, value),
            Action::Grab(weight) => self.bench.grab(weight),
            Action::StepExample(by) => self.step_example(by),
            Action::ChooseSequences(which) => self.choose_sequences(which),
            Action::SetCursor(t) => self.view.time.hover(t),
            Action::Pin(t) => {
                self.view.player.stop();
                self.view.time.pin(t);
            }
            Action::Unpin => self.view.time.unpin(),
            Action::Play(way) => {
                let length = self.view.time.length();
                self.view.player.play(way, length);
            }
            Action::StepPass => {
                let length = self.view.time.length();
                self.view.player.step(length);
            }
            Action::PlaySpeed => self.view.player.change_speed(),
            Action::StopPass => {
                self.view.player.stop();
            }
            Action::MoveCursor(by) => {
                self.view.player.stop();
                self.view.time.move_cursor(by);
            }
            Action::Zoom { factor, around } => self.view.time.zoom(factor, around),
            Action::Pan(by) => self.view.time.pan(by),
            Action::ShowAll => self.view.time.show_all(),
            Action::SetDirection(direction) => self.view.direction = direction,
            Action::SetMeasure(measure) => {
                self.view.measure = measure;
            }
            Action::SetPhaseAxis(axis) => self.view.phase_axis = axis,
            Action::SetLandscapeAxis(axis) => self.view.landscape_axis = axis,
            Action::SetUnit(unit) => self.view.unit = unit,
            Action::SetLayer(layer) => self.view.layer = Some(layer),
            Action::Freeze if self.is_of_two() => self.inform(
                "Two experiments are compared: end the comparison (C) to freeze a moment of one"
                    .to_owned(),
            ),
            Action::SetDifference(is_chosen) => self.view.is_difference = is_chosen,
            Action::Freeze => {
                self.view.frozen = match self.view.frozen.take() {
                    Some(_) => None,
                    None => self.snapshot().map(Arc::clone),
                };
            }
            Action::Study(question) => self.bench.ask(question, true),
            Action::CancelStudy(topic) => self.bench.cancel_study(topic),
            Action::Enlarge(view) => self.workspace.enlarge(view),
            Action::Reveal(view) => self.workspace.reveal(view),
            Action::Arrange(arrangement) => self.workspace = Workspace::new(&arrangement),
            Action::TogglePanel => self.view.panel = Some(!self.view.has_panel),
            Action::Present => self.present(ctx),
            Action::Worksheet => match &mut self.view.presentation {
                Some(presentation) => presentation.has_worksheet = !presentation.has_worksheet,
                None => self.workspace.reveal(View::WORKSHEET),
            },
            Action::ToggleTheme => theme::choose(ctx, ctx.theme() != egui::Theme::Dark),
            Action::ToggleHelp => self.view.help_open = !self.view.help_open,
            Action::ShowChapter(chapter) => self.view.help_chapter = chapter,
            Action::Compare(what) => self.apply_comparison(what),
            Action::Beside(what) => self.apply_beside(ctx, what),
            Action::Data(what) => self.apply_data(what),
            Action::Modules(what) => self.apply_modules(what),
            Action::Numbers(what) => self.apply_numbers(what),
            Action::Glossary(what) => self.view.glossary.apply(what),
            Action::Ask(purpose) => self.ask_for_file(purpose),
            Action::OpenFile(path) => self.open_file(&path),
            Action::OpenText(text) => self.open_text(text),
            Action::CancelOpening => self.cancel_opening(),
            Action::Save => self.save_experiment(),
            Action::SaveFile(path) => self.save_file(&path),
            Action::CopyExperiment => {
                self.adopt_weights();
                ctx.copy_text(self.pair().to_text());
                let what = match self.is_of_two() {
                    true => "Both experiments are on the clipboard as text; pasting it opens them",
                    false => "The experiment is on the clipboard as text; pasting it opens it",
                };
                self.inform(what.to_owned());
            }
            Action::CopyLink => {
                ctx.copy_text(self.address());
                self.inform("The link is on the clipboard".to_owned());
            }
            Action::ForgetRecent => self.files.forget_recent(),
            Action::Export(export, path) => self.export(export, path),
            Action::CancelExport => self.cancel_export(),
            Action::Lesson(what) => self.teach(what),
            Action::Tell(text) => self.tell(text),
        }
    }
}
