//! The way from a word on the screen to its entry in the glossary.

use egui::{CursorIcon, Label, Response, Sense, Ui, WidgetText};

use super::action::Action;
use super::glossary_state::GlossaryAction;
use crate::flow::Outcome;
use crate::glossary::Concept;

/// A word that opens the glossary at `concept` when it is clicked, with `hint` under the pointer.
pub fn concept_label(
    ui: &mut Ui,
    concept: Concept,
    text: impl Into<WidgetText>,
    hint: &str,
    actions: &mut Vec<Action>,
) -> Response {
    let response = ui.add(Label::new(text).selectable(false));
    linked(response, concept, hint, actions)
}

/// Lets a click on what is drawn already open the glossary at `concept`, with `hint` under the pointer. It is no stop
/// of the Tab key, which has enough of them: a key opens the glossary, and a screen reader can click here.
pub fn linked(
    response: Response,
    concept: Concept,
    hint: &str,
    actions: &mut Vec<Action>,
) -> Response {
    let response = response.interact(Sense::CLICK);
    let name = concept.called();
    let hint = if hint.is_empty() {
        format!("Click: glossary, “{name}”")
    } else {
        format!("{hint}\n\nClick: glossary, “{name}”")
    };
    let response = response
        .on_hover_cursor(CursorIcon::PointingHand)
        .on_hover_text(hint);
    if response.clicked() {
        actions.push(opening(concept));
    }
    by_right_click(&response, concept, actions);
    response
}

/// Lets a right click open the glossary at `concept`, where a click has another use.
pub fn by_right_click(response: &Response, concept: Concept, actions: &mut Vec<Action>) {
    if response.secondary_clicked() {
        actions.push(opening(concept));
    }
}

fn opening(concept: Concept) -> Action {
    Action::Glossary(GlossaryAction::Open(concept))
}

/// What the glossary has of a verdict.
pub fn concept_of(outcome: Outcome) -> Concept {
    match outcome {
        Outcome::Vanishing => Concept::Vanishing,
        Outcome::Exploding => Concept::Exploding,
        Outcome::Carried => Concept::Carried,
        Outcome::Blocked => Concept::Blocked,
        Outcome::NotFinite => Concept::NotFinite,
    }
}
