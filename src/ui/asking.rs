//! What the views that are drawn want to know of the moment that is shown.

use super::scene::Scene;
use crate::export::{self, View};
use crate::training::{Question, is_answered_without_asking};

/// The questions of the views `drawn` that are answered without being asked for by hand.
pub fn questions(drawn: &[View], scene: &Scene<'_>) -> impl Iterator<Item = Question> {
    drawn
        .iter()
        .filter_map(|view| question(*view, scene))
        .filter(|question| is_answered_without_asking(*question, scene.snapshot))
}

/// What one view wants to know, if anything.
pub fn question(view: View, scene: &Scene<'_>) -> Option<Question> {
    let question = export::question(view, scene.snapshot, &scene.view.look())?;
    // Under the hand the map keeps its axes.
    match scene.findings.study(question.topic()) {
        Some(study) if view == View::PhaseMap && scene.view.held => Some(study.question),
        _ => Some(question),
    }
}
