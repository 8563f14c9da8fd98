//! What the views that are drawn want to know of the moment that is shown, and what is known of it.

use std::sync::Arc;

use super::scope::Scope;
use crate::scene::{Answer, Ghost, GhostOf, Look, Subject, View};
use crate::training::{Question, Snapshot, Study, is_answered_without_asking};

/// The questions of the views `drawn` that are answered without being asked for by hand.
pub fn questions(drawn: &[View], scope: &Scope<'_>) -> impl Iterator<Item = Question> {
    drawn
        .iter()
        .filter_map(|view| question(*view, scope))
        .filter(|question| is_answered_without_asking(*question, scope.snapshot))
}

/// What one view wants to know, if anything.
pub fn question(view: View, scope: &Scope<'_>) -> Option<Question> {
    let question = view.question(scope.snapshot, &scope.look())?;
    // Under the hand a map keeps its axes.
    match scope.findings.study(question.topic()) {
        Some(study) if matches!(question, Question::PhaseMap(_)) && scope.view.held => {
            Some(study.question)
        }
        _ => Some(question),
    }
}

/// The newest answer to what `view` wants to know, of this moment or of one before it.
pub fn study<'a>(view: View, scope: &Scope<'a>) -> Option<&'a Arc<Study>> {
    scope.findings.study(question(view, scope)?.topic())
}

/// The moment whose curves are drawn beside those of this one, and which it is: in the views that draw both in one plot that
/// of the other experiment, or one that was kept.
pub fn ghost<'a>(view: View, scope: &Scope<'a>) -> Option<(&'a Arc<Snapshot>, GhostOf)> {
    let Some(other) = scope.beside else {
        let frozen = scope.view.frozen.as_ref().filter(|_| scope.place.is_none());
        return Some((frozen?, GhostOf::Kept));
    };
    let of = GhostOf::Other {
        place: other.place?,
        alignment: scope.view.alignment,
    };
    view.definition().draws_both.then_some((other.snapshot, of))
}

/// What `view` draws.
pub fn subject<'a>(view: View, scope: &Scope<'a>, look: &'a Look, absence: &'a str) -> Subject<'a> {
    Subject {
        snapshot: scope.snapshot,
        answer: study(view, scope).map(|study| Answer {
            question: study.question,
            of: &study.subject,
            finding: &study.finding,
        }),
        look,
        absence,
        memo: &scope.pictures.memo,
        ghost: ghost(view, scope).map(|(snapshot, of)| Ghost { snapshot, of }),
        yours: scope.yours.and_then(|yours| yours.diagnosis.terms.as_ref()),
    }
}

/// Why there is no picture yet.
pub fn absence(view: View, scope: &Scope<'_>) -> &'static str {
    let comes = question(view, scope).is_none_or(|question| {
        scope.findings.progress(question.topic()).is_some()
            || is_answered_without_asking(question, scope.snapshot)
    });
    if comes {
        "computing"
    } else {
        "this takes longer than a moment, press Compute"
    }
}
