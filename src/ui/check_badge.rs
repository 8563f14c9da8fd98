//! The badge of the live gradient check: BPTT against central differences, for the parameters of this
//! moment.

use egui::{Button, RichText, Ui};

use super::action::Action;
use super::scope::Scope;
use crate::flow::{
    CheckOutcome, CheckScope, GradientCheck, Magnitude, TOLERANCE, short_significant, significant,
    thousands, with_subscripts,
};
use crate::training::{Finding, Question, Snapshot, Topic};

/// Parameters compared at a time while nobody asks for all.
const SAMPLE: usize = 6;

/// Width of the badge, whatever it says.
const WIDTH: f32 = 122.0;

/// What is compared at `snapshot`: other parameters at every step, the same ones at the same step.
pub fn question(snapshot: &Snapshot) -> Question {
    Question::GradientCheck(CheckScope::Sample {
        count: SAMPLE,
        round: snapshot.moment.step,
    })
}

/// Draws the badge: the worst relative error, red above the tolerance. A click compares every parameter.
pub fn show(ui: &mut Ui, scope: &Scope<'_>, actions: &mut Vec<Action>) {
    let progress = scope.findings.progress(Topic::GradientCheck);
    let found = found(scope);
    let all = Question::GradientCheck(CheckScope::All);
    let (text, colour) = match found {
        Some(check) => badge(check, scope),
        None => ("BPTT ?".to_owned(), scope.colour(|colours| colours.theory)),
    };
    // A sample is compared in passing; the whole is worth a word.
    let text = match progress {
        Some(share) if scope.view.checking_all => {
            format!("checking {} %", (100.0 * share) as u32)
        }
        _ => text,
    };
    let hint = found.map_or_else(|| "Not compared yet".to_owned(), details);
    let response = ui
        .add(
            Button::new(RichText::new(&text).color(colour))
                .small()
                .min_size(egui::vec2(WIDTH, 0.0)),
        )
        .on_hover_text(format!(
            "{hint}\nBackpropagation through time against central differences of the probe's loss, tolerance {}. Click to compare every parameter, click again to stop",
            short_significant(TOLERANCE)
        ))
        .accessible_name(format!("Gradient check: {text}"));
    if response.clicked() {
        actions.push(if scope.view.checking_all {
            Action::CancelStudy(Topic::GradientCheck)
        } else {
            Action::Study(all)
        });
    }
}

fn found<'a>(scope: &Scope<'a>) -> Option<&'a GradientCheck> {
    let study = scope.findings.study(Topic::GradientCheck)?;
    // A verdict on another network is none on this one.
    if study.subject.moment.edits != scope.snapshot.moment.edits {
        return None;
    }
    match &study.finding {
        Finding::GradientCheck(check) => Some(check),
        _ => None,
    }
}

fn badge(check: &GradientCheck, scope: &Scope<'_>) -> (String, egui::Color32) {
    let worst = check.worst.as_ref();
    let gradients = [
        scope.snapshot.probe.flow.w_h.magnitude,
        scope.snapshot.probe.flow.w_i.magnitude,
    ];
    let broken =
        |gradient: &Magnitude| matches!(gradient, Magnitude::Overflow { .. } | Magnitude::Nan);
    if gradients.iter().any(broken) {
        // One parameter that agrees says nothing of a gradient that is not there.
        return ("BPTT ?".to_owned(), scope.colour(|colours| colours.theory));
    }
    match check.outcome() {
        CheckOutcome::Passed => (
            worst.map_or_else(
                || "✓ BPTT".to_owned(),
                |worst| format!("✓ BPTT {}", significant(worst.relative_error)),
            ),
            scope.colour(|colours| colours.measured),
        ),
        CheckOutcome::Failed => (
            worst.map_or_else(
                || "✗ BPTT".to_owned(),
                |worst| {
                    format!(
                        "✗ BPTT {}: {}",
                        with_subscripts(&worst.name),
                        significant(worst.relative_error)
                    )
                },
            ),
            scope.colour(|colours| colours.error),
        ),
        CheckOutcome::Undecided => ("BPTT ?".to_owned(), scope.colour(|colours| colours.theory)),
    }
}

/// What was compared, in words.
fn details(check: &GradientCheck) -> String {
    let mut text = format!(
        "{} of {} parameters compared, {} negligible, {} that differences cannot decide",
        thousands(check.checked as u64),
        thousands(check.total as u64),
        thousands(check.negligible as u64),
        thousands(check.undecided as u64)
    );
    if let Some(worst) = &check.worst {
        text.push_str(&format!(
            "\nWorst at {}: {} by BPTT, {} by differences, relative error {}",
            with_subscripts(&worst.name),
            significant(worst.bptt),
            significant(worst.difference),
            significant(worst.relative_error)
        ));
    }
    text
}
