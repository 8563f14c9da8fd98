//! What the views that are drawn need, asked of the worker and of the analyst, and of nothing else.

use egui::Context;

use super::super::presentation::{Presentation, WELCOME};
use super::super::scope::Scope;
use super::super::theme::theme_of;
use super::super::{asking, check_badge};
use super::ScopeApp;
use crate::flow::PhaseMap;
use crate::scene::View;
use crate::training::{
    Command, Finding, Question, Topic, Update, Wanted, is_answered_without_asking,
};

impl ScopeApp {
    /// Whether everything that is drawn is of the moment that is shown: all that was asked of the worker
    /// is done, and all that the views want to know of the moment is known.
    pub fn is_settled(&self) -> bool {
        let Some(update) = &self.latest else {
            return false;
        };
        let snapshot = &update.snapshot;
        let timeline = &snapshot.run.timeline;
        let scope = self.scope(update);
        let drawn = self.workspace.drawn();
        let questions = asking::questions(&drawn, &scope)
            .chain([check_badge::question(snapshot)])
            .filter(|question| is_answered_without_asking(*question, snapshot));
        let answered = |question: Question| {
            let study = self.findings.study(question.topic());
            study.is_some_and(|study| study.is_of(question, snapshot))
        };
        self.is_up_to_date()
            && (!self.wanted.history || timeline.rows.len() == timeline.recorded.len())
            && questions.into_iter().all(answered)
    }

    /// What the views that are drawn want to know of the moment that is shown.
    pub fn questions(&self) -> Vec<Question> {
        self.latest.as_ref().map_or_else(Vec::new, |update| {
            asking::questions(&self.workspace.drawn(), &self.scope(update)).collect()
        })
    }

    /// Whether something is being computed beside training.
    pub fn is_computing(&self) -> bool {
        self.analyst.findings().is_busy()
    }

    /// The newest phase map, if there is one.
    pub fn phase_map(&self) -> Option<&PhaseMap> {
        match &self.findings.study(Topic::PhaseMap)?.finding {
            Finding::PhaseMap(map) => Some(map),
            _ => None,
        }
    }

    /// What the views draw from.
    pub(super) fn scope<'a>(&'a self, update: &'a Update) -> Scope<'a> {
        Scope {
            snapshot: &update.snapshot,
            findings: &self.findings,
            view: &self.view,
            yours: self.comparer.yours(&update.snapshot),
            theme: theme_of(&self.ctx.global_style().visuals),
            pictures: &self.pictures,
        }
    }

    /// Begins a presentation, or ends it.
    pub(super) fn present(&mut self, ctx: &Context) {
        match self.view.presentation.take() {
            Some(presentation) => presentation.end(ctx),
            None => {
                let look = self.look_to_remember(ctx);
                self.view.presentation = Some(Presentation::begin(ctx, look));
                self.inform(WELCOME.to_owned());
            }
        }
    }

    /// What `views` need of a snapshot.
    pub(super) fn wanted_for(&self, views: &[View]) -> Wanted {
        let look = self.view.look();
        let wanted = views.iter().map(|view| view.wants(&look));
        wanted.fold(Wanted::NOTHING, Wanted::and)
    }

    /// Asks the worker for what the views that are drawn need, and for nothing else.
    pub(super) fn ask_for_what_is_drawn(&mut self) {
        let drawn = self.workspace.drawn();
        let mut wanted = self.wanted_for(&drawn);
        if let Some((export, _)) = &self.export_asked {
            // What is to be exported needs what it would need on the screen.
            wanted = wanted.and(self.wanted_for(export.draws()));
        }
        if let Some(update) = &self.latest {
            let scope = Scope {
                snapshot: &update.snapshot,
                findings: &self.findings,
                view: &self.view,
                yours: self.comparer.yours(&update.snapshot),
                theme: theme_of(&self.ctx.global_style().visuals),
                pictures: &self.pictures,
            };
            for question in asking::questions(&drawn, &scope) {
                self.analyst.ask(question, &update.snapshot);
            }
            self.checks.go_on(&self.ctx, &self.analyst, &scope);
        }
        if wanted != self.wanted {
            self.wanted = wanted;
            self.send(Command::Want(wanted));
        }
    }
}
