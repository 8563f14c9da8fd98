//! What the views that are drawn need, asked of the worker and of the analyst, and of nothing else.

use egui::Context;

use super::super::asking;
use super::super::bench::Looking;
use super::super::presentation::{Presentation, WELCOME};
use super::super::second::Second;
use super::super::theme::theme_of;
use super::super::view_state::ViewState;
use super::ScopeApp;
use crate::flow::PhaseMap;
use crate::scene::{Place, View};
use crate::training::{Finding, Question, Topic, Wanted};

impl ScopeApp {
    /// Whether everything that is drawn is of the moment that is shown: all that was asked of the worker
    /// is done, and all that the views want to know of the moment is known.
    pub fn is_settled(&self) -> bool {
        let (drawn, looking) = (self.workspace.drawn(), self.looking());
        let other = self.second.as_ref().filter(|_| !self.view.one_at_a_time);
        self.bench.is_settled(&drawn, looking)
            && other.is_none_or(|it| it.bench.is_settled(&drawn, it.looking(looking)))
    }

    /// What the views that are drawn want to know of the moment that is shown.
    pub fn questions(&self) -> Vec<Question> {
        let scope = self.bench.scope(self.looking());
        scope.map_or_else(Vec::new, |scope| {
            asking::questions(&self.workspace.drawn(), &scope).collect()
        })
    }

    /// Whether something is being computed beside training.
    pub fn is_computing(&self) -> bool {
        self.bench.is_computing()
    }

    /// The newest phase map, if there is one.
    pub fn phase_map(&self) -> Option<&PhaseMap> {
        match &self.bench.findings().study(Topic::PhaseMap)?.finding {
            Finding::PhaseMap(map) => Some(map),
            _ => None,
        }
    }

    /// What a bench is looked at with.
    pub(super) fn looking(&self) -> Looking<'_> {
        Looking {
            view: &self.view,
            theme: theme_of(&self.ctx.global_style().visuals),
            pictures: &self.pictures,
            place: place_beside(&self.view, self.second.as_ref()),
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
        let looking = Looking {
            view: &self.view,
            theme: theme_of(&self.ctx.global_style().visuals),
            pictures: &self.pictures,
            place: place_beside(&self.view, self.second.as_ref()),
        };
        self.bench.ask_for_what_is_drawn(&drawn, looking);
        self.bench.want(wanted);
        if let Some(second) = &mut self.second {
            let looking = Looking {
                pictures: &second.pictures,
                place: Some(second.place),
                ..looking
            };
            let drawn = match self.view.one_at_a_time {
                true => Vec::new(),
                false => drawn,
            };
            second.bench.ask_for_what_is_drawn(&drawn, looking);
            second.bench.want(wanted);
        }
    }
}

/// Which of two the experiment is that is worked on, if both are on the screen.
pub(super) fn place_beside(view: &ViewState, second: Option<&Second>) -> Option<Place> {
    let second = second.filter(|_| !view.one_at_a_time);
    second.map(|second| second.place.other())
}
