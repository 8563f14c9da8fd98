//! When the live gradient check compares what: a few parameters about once a second while something
//! changes, and all of them when asked for.

use std::time::Duration;

use egui::Context;
use web_time::Instant;

use super::check_badge;
use super::scope::Scope;
use crate::flow::CheckScope;
use crate::training::{Analyst, Findings, Question, Topic, is_answered_without_asking};

/// How often a few parameters are compared.
const INTERVAL: Duration = Duration::from_secs(1);

/// The live check: when it compared last, and whether it was asked for everything.
#[derive(Default)]
pub struct GradientChecks {
    asked_at: Option<Instant>,
    all: bool,
}

impl GradientChecks {
    /// Asks for the next few parameters, if the moment is another than the one that was compared last and
    /// it is time.
    pub fn go_on(&mut self, ctx: &Context, analyst: &Analyst, scope: &Scope<'_>) {
        let question = check_badge::question(scope.snapshot);
        let is_done = scope
            .findings
            .study(Topic::GradientCheck)
            .is_some_and(|study| study.subject.is_same_moment(scope.snapshot));
        if is_done
            || scope.findings.progress(Topic::GradientCheck).is_some()
            || !is_answered_without_asking(question, scope.snapshot)
        {
            return;
        }
        let since = self.asked_at.map_or(INTERVAL, |asked| asked.elapsed());
        if since < INTERVAL {
            ctx.request_repaint_after(INTERVAL - since);
            return;
        }
        self.asked_at = Some(Instant::now());
        self.all = false;
        analyst.ask(question, scope.snapshot);
    }

    /// Notes that every parameter was asked for.
    pub fn asked_by_hand(&mut self, question: Question) {
        self.all |= question == Question::GradientCheck(CheckScope::All);
    }

    /// Whether every parameter is being compared.
    pub fn is_checking_all(&self, findings: &Findings) -> bool {
        self.all && findings.progress(Topic::GradientCheck).is_some()
    }
}
