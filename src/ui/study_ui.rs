//! What the views of longer computations have in common: asking, progress, cancel, and how old an answer
//! is.

use egui::{ProgressBar, Ui};

use super::action::Action;
use super::asking;
use super::scope::Scope;
use crate::flow::thousands;
use crate::scene::View;
use crate::training::is_answered_without_asking;

/// In a title row: a button to compute what takes long, its progress, and of which moment the answer is.
pub fn state_ui(ui: &mut Ui, scope: &Scope<'_>, view: View, actions: &mut Vec<Action>) {
    let Some(question) = asking::question(view, scope) else {
        return;
    };
    let topic = question.topic();
    // What takes but a moment comes by itself, and a bar for it would only push the rest of the row about.
    if is_answered_without_asking(question, scope.snapshot) {
        return;
    }
    let study = scope.findings.study(topic);
    let is_current = study.is_some_and(|study| study.is_of(question, scope.snapshot));
    if let Some(share) = scope.findings.progress(topic) {
        let bar = ProgressBar::new(share as f32)
            .desired_width(70.0)
            .desired_height(10.0);
        ui.add(bar).on_hover_text("Being computed, beside training");
        if ui.small_button("Cancel").clicked() {
            actions.push(Action::CancelStudy(topic));
        }
    } else if !is_current {
        let button = ui
            .small_button("Compute")
            .on_hover_text("This takes longer than a moment, so it is computed when asked for");
        if button.clicked() {
            actions.push(Action::Study(question));
        }
    }
    if let Some(study) = study.filter(|_| !is_current) {
        let changed = study.subject.moment.edits != scope.snapshot.moment.edits;
        let text = if changed {
            "of before the last change".to_owned()
        } else {
            format!("of step {}", thousands(study.subject.moment.step))
        };
        ui.small(text);
    }
}
