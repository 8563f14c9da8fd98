//! Links: what is on the screen as the end of an address, and back again.

use super::super::arrangement::Arrangement;
use super::super::embedded::Embedded;
use super::super::link::Link;
use super::super::tutor::Origin;
use super::super::workspace::Workspace;
use super::ScopeApp;
use crate::export::{Watch, bring_files};
use crate::flow::thousands;
use crate::lessons::COURSE;

/// The page that links lead to, unless `BPTT_SCOPE_PAGE` says another one: that which `web/serve` serves.
const USUAL_PAGE: &str = "http://127.0.0.1:8000/";

impl ScopeApp {
    /// What is on the screen, as a link says it.
    pub fn link(&self) -> Link {
        let arrangement = self.workspace.arrangement();
        let time = &self.view.time;
        let lesson = self.tutor.to_remember();
        let lesson = lesson.filter(|lesson| lesson.open && !lesson.is_file);
        Link {
            arrangement: Some(arrangement).filter(|it| *it != Arrangement::default()),
            cursor: Some(time.cursor()).filter(|cursor| *cursor < time.length()),
            direction: self.view.direction,
            measure: self.view.measure,
            phase_axis: self.view.phase_axis,
            alignment: self.view.alignment,
            lesson: lesson.map(|lesson| (lesson.lesson, lesson.step)),
            ..Link::of(&self.pair())
        }
    }

    /// The address of what is on the screen, at the page that links lead to.
    pub(super) fn address(&self) -> String {
        let page = self.page.clone();
        let page = page.or_else(|| std::env::var("BPTT_SCOPE_PAGE").ok());
        let page = page.unwrap_or_else(|| USUAL_PAGE.to_owned());
        let page = page.split('#').next().unwrap_or_default().to_owned();
        format!("{page}{}{}", Link::MARK, self.link().to_letters())
    }

    /// What there is to see, in a sentence for those who cannot: how far training is, and what becomes of the gradient.
    pub fn in_words(&self) -> Option<String> {
        let update = self.bench.latest()?;
        let snapshot = &update.snapshot;
        let pace = match update.steps_per_second.filter(|_| self.is_running()) {
            Some(rate) => format!("{} steps a second", thousands(rate.round() as u64)),
            None if self.is_running() => "running".to_owned(),
            None => "paused".to_owned(),
        };
        let step = thousands(snapshot.moment.step);
        let verdict = snapshot.probe.verdict.in_words();
        Some(format!("Step {step}, {pace}. {verdict}"))
    }

    /// Links lead to the page at this address from now on.
    pub fn set_page(&mut self, address: String) {
        self.page = Some(address);
    }

    /// Opens what the letters of a link say. What is wrong with them is told, and everything stays as it is.
    pub fn open_link(&mut self, letters: &str) {
        if let Err(problem) = self.follow(letters) {
            self.tell(problem);
        }
    }

    fn follow(&mut self, letters: &str) -> Result<(), String> {
        let link = Link::from_letters(letters)?;
        let (experiment, beside) = link.experiments()?;
        // Where its files are not, it is said what is missing.
        let bring = |it| {
            let brought = bring_files(it, None, &Watch::default());
            brought
                .map(|it| it.experiment)
                .map_err(|error| format!("the experiment of this link: {error}"))
        };
        let experiment = bring(experiment)?;
        let beside = beside.map(bring).transpose()?;
        let place = link.lesson.as_ref().and_then(|(slug, step)| {
            let place = COURSE.iter().position(|it| it.slug == slug)?;
            Some((place, *step))
        });
        if let Some((place, step)) = place {
            self.begin_lesson(Origin::Course(place), COURSE[place].lesson());
            self.tutor.resume_at(step);
        }
        if beside.is_none() {
            self.choose_first();
            self.second = None;
        }
        let length = experiment.task.length;
        let longest = beside
            .as_ref()
            .map_or(length, |it| it.task.length.max(length));
        self.open_both(experiment, beside, None);
        let arrangement = link.arrangement.unwrap_or_default();
        if arrangement != self.workspace.arrangement() {
            self.workspace = Workspace::new(&arrangement);
        }
        self.view.direction = link.direction;
        self.view.measure = link.measure;
        self.view.phase_axis = link.phase_axis;
        self.view.alignment = link.alignment;
        // It stands there as soon as both are as long as that.
        self.cursor_due = Some((longest, link.cursor.unwrap_or(longest)));
        self.fit_time();
        Ok(())
    }

    /// Within somebody's page, with the controls that are `named` alone: `run,w_h`.
    pub fn embed(&mut self, named: &str) {
        self.view.embedded = Some(Embedded::of(named));
        self.tutor.decline();
    }

    /// Begins the lesson of the course that is called so, if there is one.
    pub fn begin_lesson_called(&mut self, slug: &str) {
        match COURSE.iter().position(|it| it.slug == slug) {
            Some(place) => self.begin_lesson(Origin::Course(place), COURSE[place].lesson()),
            None => self.tell(format!("there is no lesson called {slug}")),
        }
    }
}
