//! What the views that are drawn want to know of the moment that is shown.

use super::scene::Scene;
use super::view::View;
use super::{landscape, phase_map, spectrum};
use crate::training::{Question, is_answered_without_asking};

/// The questions of the views `drawn` that are answered without being asked for by hand.
pub fn questions(drawn: &[View], scene: &Scene<'_>) -> impl Iterator<Item = Question> {
    drawn
        .iter()
        .filter_map(|view| question(*view, scene))
        .filter(|question| is_answered_without_asking(*question, scene.snapshot))
}

/// What one view wants to know, if anything.
fn question(view: View, scene: &Scene<'_>) -> Option<Question> {
    match view {
        // Of one unit it is in the snapshot.
        View::Triangle => (scene.snapshot.flow.hidden > 1).then_some(Question::Triangle),
        View::Landscape => Some(landscape::question(scene)),
        View::PhaseMap => phase_map::question(scene),
        View::Spectrum => Some(spectrum::question(scene)),
        View::Floats => Some(Question::RoundedFlows),
        _ => None,
    }
}
