//! What the views that are drawn need, asked of the worker and of the analyst, and of nothing else.

use super::super::scene::Scene;
use super::super::theme::Palette;
use super::super::{asking, check_badge};
use super::ScopeApp;
use crate::export::Measure;
use crate::export::View;
use crate::flow::PhaseMap;
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
        let palette = Palette::of(&self.ctx.global_style().visuals);
        let scene = self.scene(update, &palette);
        let questions = asking::questions(self.workspace.drawn(), &scene)
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
        let palette = Palette::of(&self.ctx.global_style().visuals);
        self.latest.as_ref().map_or_else(Vec::new, |update| {
            asking::questions(self.workspace.drawn(), &self.scene(update, &palette)).collect()
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
    pub(super) fn scene<'a>(&'a self, update: &'a Update, palette: &'a Palette) -> Scene<'a> {
        Scene {
            snapshot: &update.snapshot,
            findings: &self.findings,
            view: &self.view,
            palette,
        }
    }

    /// What `views` need of a snapshot.
    pub(super) fn wanted_for(&self, views: &[View]) -> Wanted {
        Wanted {
            product_norms: self.view.measure == Measure::Norm && views.contains(&View::Product),
            eigenvalues: views.contains(&View::Spectrum),
            triangle: views.contains(&View::Triangle),
            history: views.contains(&View::History),
        }
    }

    /// Asks the worker for what the views that are drawn need, and for nothing else.
    pub(super) fn ask_for_what_is_drawn(&mut self) {
        let drawn = self.workspace.drawn();
        let mut wanted = self.wanted_for(drawn);
        if let Some((export, _)) = &self.export_asked {
            // What is to be exported needs what it would need on the screen.
            wanted = wanted.and(self.wanted_for(export.draws()));
        }
        if let Some(update) = &self.latest {
            let scene = Scene {
                snapshot: &update.snapshot,
                findings: &self.findings,
                view: &self.view,
                palette: &Palette::of(&self.ctx.global_style().visuals),
            };
            for question in asking::questions(drawn, &scene) {
                self.analyst.ask(question, &update.snapshot);
            }
            self.checks.go_on(&self.ctx, &self.analyst, &scene);
        }
        if wanted != self.wanted {
            self.wanted = wanted;
            self.send(Command::Want(wanted));
        }
    }
}
