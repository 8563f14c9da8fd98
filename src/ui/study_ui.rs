//! What the views of longer computations have in common: asking, progress, cancel, and how old an answer
//! is.

use egui::{ProgressBar, Ui};

use super::action::Action;
use super::asking;
use super::scene::Scene;
use crate::export::View;
use crate::flow::thousands;
use crate::training::is_answered_without_asking;

/// In a title row: a button to compute what takes long, its progress, and of which moment the answer is.
pub fn state_ui(ui: &mut Ui, scene: &Scene<'_>, view: View, actions: &mut Vec<Action>) {
    let Some(question) = asking::question(view, scene) else {
        return;
    };
    let topic = question.topic();
    if let Some(share) = scene.findings.progress(topic) {
        let bar = ProgressBar::new(share as f32)
            .desired_width(70.0)
            .desired_height(10.0);
        ui.add(bar).on_hover_text("Being computed, beside training");
        if !is_answered_without_asking(question, scene.snapshot)
            && ui.small_button("Cancel").clicked()
        {
            actions.push(Action::CancelStudy(topic));
        }
        return;
    }
    let study = scene.findings.study(topic);
    let current = study.is_some_and(|study| study.is_of(question, scene.snapshot));
    if current || is_answered_without_asking(question, scene.snapshot) {
        return;
    }
    let button = ui
        .small_button("Compute")
        .on_hover_text("This takes longer than a moment, so it is computed when asked for");
    if button.clicked() {
        actions.push(Action::Study(question));
    }
    if let Some(study) = study {
        let changed = study.subject.moment.edits != scene.snapshot.moment.edits;
        let text = if changed {
            "of before the last change".to_owned()
        } else {
            format!("of step {}", thousands(study.subject.moment.step))
        };
        ui.small(text);
    }
}

/// Why there is no picture yet.
pub fn absence(scene: &Scene<'_>, view: View) -> String {
    let comes = asking::question(view, scene).is_none_or(|question| {
        scene.findings.progress(question.topic()).is_some()
            || is_answered_without_asking(question, scene.snapshot)
    });
    if comes {
        "Computing".to_owned()
    } else {
        "This takes longer than a moment: press Compute".to_owned()
    }
}
