//! What the views that are drawn want to know of the moment that is shown, and what is known of it.

use std::sync::Arc;

use super::scope::Scope;
use crate::scene::{Answer, Look, Subject, View};
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
    let question = view.question(scope.snapshot, &scope.view.look())?;
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

/// The moment whose curves are drawn beside those of this one: one that was kept, or in the views that draw both in one plot
/// that of the other experiment.
pub fn ghost<'a>(view: View, scope: &Scope<'a>) -> Option<&'a Arc<Snapshot>> {
    let other = || scope.beside.filter(|_| draws_both(view));
    let frozen = scope.view.frozen.as_ref();
    frozen.or_else(|| other().map(|other| other.snapshot))
}

/// Whether `view` draws the curves of two experiments in one plot.
pub fn draws_both(view: View) -> bool {
    [View::PRODUCT, View::LOSS].contains(&view)
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
        ghost: ghost(view, scope).map(Arc::as_ref),
        ghost_is_live: scope.view.frozen.is_none(),
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
