//! A second experiment beside the one that is worked on.

use egui::{Context, Ui};

use super::super::action::{Action, BesideAction, Comparand};
use super::super::bench::Bench;
use super::super::files::Purpose;
use super::super::second::Second;
use super::ScopeApp;
use crate::flow::thousands;
use crate::scene::Place;
use crate::training::{Experiment, Pair, Weight, find_setting};

/// A window that is narrower than this shows one experiment at a time.
const ROOM_FOR_TWO: f32 = 700.0;

impl ScopeApp {
    /// Something with the experiment beside this one.
    pub(super) fn apply_beside(&mut self, ctx: &Context, what: BesideAction) {
        match what {
            BesideAction::Toggle => match (self.second.take(), self.put_away.take()) {
                (Some(mut second), _) => {
                    second.bench.run_on(false);
                    self.put_away = Some(second);
                    self.inform(
                        "There is one experiment again; C brings the other back".to_owned(),
                    );
                }
                (None, Some(second)) => {
                    self.second = Some(second);
                    self.inform(
                        "The other one is back as it was: File → Compare with has a new copy"
                            .to_owned(),
                    );
                }
                (None, None) => self.put_beside(Comparand::Copy),
            },
            BesideAction::With(comparand) => self.put_beside(comparand),
            BesideAction::Choose => self.exchange(),
            BesideAction::Together => {
                if let Some(second) = &mut self.second {
                    second.together = !second.together;
                }
            }
            BesideAction::Align => self.view.alignment = self.view.alignment.other(),
            BesideAction::Take(key) => self.take_from_other(key),
            BesideAction::Other(action) => {
                if self.second.is_some() {
                    self.exchange();
                    self.apply(ctx, *action);
                    self.exchange();
                }
            }
        }
        self.fit_time();
    }

    /// Has the setting called `key` as the other one has it.
    fn take_from_other(&mut self, key: &str) {
        let (Some(second), Some(setting)) = (&self.second, find_setting(key)) else {
            return;
        };
        let other = second.bench.experiment();
        self.bench.undo_mut().finish();
        if let Some(weight) = Weight::ALL.into_iter().find(|it| it.key() == key) {
            // These have their own way: the others are where training has them.
            let value = other.network.weight(weight);
            return self.set_weight(weight, value);
        }
        let mut next = self.bench.experiment().clone();
        setting.copy(other, &mut next);
        self.edit(next);
    }

    /// Puts `comparand` beside the experiment, in the place of what is there.
    fn put_beside(&mut self, comparand: Comparand) {
        match comparand {
            Comparand::Copy => {
                let past = self.bench.snapshot().filter(|_| self.bench.looks_back());
                let step = past.map(|past| thousands(past.moment.step));
                let copy = self.bench.copy(&self.ctx);
                self.begin_beside(copy);
                match step {
                    Some(step) => {
                        self.bench.look_at(None);
                        self.inform(format!("B is step {step} of this run, beside the present"));
                    }
                    None => self.inform(
                        "B is a copy of this experiment: choose B above, and change it".to_owned(),
                    ),
                }
            }
            Comparand::Start => {
                let experiment = self.bench.experiment().clone();
                self.begin_other(experiment);
            }
            Comparand::Experiment(experiment) => self.begin_other(*experiment),
            Comparand::File => {
                if self.second.is_none() {
                    self.put_beside(Comparand::Copy);
                }
                self.exchange();
                self.ask_for_file(Purpose::Open);
            }
        }
    }

    /// Puts `experiment`, at its beginning, beside the one that is worked on.
    pub(super) fn begin_other(&mut self, experiment: Experiment) {
        let ctx = self.ctx.clone();
        if self.second.is_some() {
            // As a change that the other one can take back.
            let open = Action::Open(Box::new(experiment));
            return self.apply_beside(&ctx, BesideAction::Other(Box::new(open)));
        }
        let checked = experiment.check().map_err(std::io::Error::other);
        self.begin_beside(checked.and_then(|it| Bench::new(&ctx, it)));
    }

    /// Puts `bench` beside the one that is worked on.
    fn begin_beside(&mut self, bench: std::io::Result<Bench>) {
        let mut bench = match bench {
            Ok(bench) => bench,
            Err(problem) => return self.tell(format!("There is no second experiment: {problem}")),
        };
        bench.set_speed(self.speed);
        if self.bench.is_running() {
            bench.run_on(true);
        }
        let before = self.second.replace(Second::new(bench));
        if let (Some(second), Some(before)) = (&mut self.second, before) {
            (second.place, second.together) = (before.place, before.together);
        }
        self.put_away = None;
    }

    /// Works on the other of the two.
    fn exchange(&mut self) {
        let Some(second) = &mut self.second else {
            return;
        };
        std::mem::swap(&mut self.bench, &mut second.bench);
        std::mem::swap(&mut self.pictures, &mut second.pictures);
        let file = self.files.open_file();
        self.files
            .set_open(std::mem::replace(&mut second.file, file));
        second.place = second.place.other();
    }

    /// Works on the first of two.
    pub(super) fn choose_first(&mut self) {
        let second = self.second.as_ref();
        if second.is_some_and(|second| second.place == Place::First) {
            self.exchange();
        }
    }

    /// Takes in what has been published. Two that both run take turns, so that a frame has the work of one: each is seen
    /// every second frame. What is held by hand is answered in every one.
    pub(super) fn take_updates(&mut self, ctx: &Context) {
        let Some(second) = &mut self.second else {
            if self.bench.take_update().is_some() {
                self.fit_time();
            }
            return;
        };
        let goes_on = |bench: &Bench| {
            bench.is_running() && bench.grabbed().is_none() && bench.is_up_to_date()
        };
        let take_turns = [&self.bench, &second.bench]
            .into_iter()
            .all(|bench| goes_on(bench) && bench.has_update());
        if take_turns {
            self.is_turn_of_other = !self.is_turn_of_other;
            ctx.request_repaint();
        }
        let mut is_new = false;
        if !take_turns || !self.is_turn_of_other {
            is_new |= self.bench.take_update().is_some();
        }
        if !take_turns || self.is_turn_of_other {
            is_new |= second.bench.take_update().is_some();
        }
        if is_new {
            self.fit_time();
        }
    }

    /// The time axis has room for everything that is on it.
    pub(super) fn fit_time(&mut self) {
        let second = self.second.as_ref().filter(|_| !self.view.one_at_a_time);
        let other = second.and_then(|second| second.bench.snapshot());
        if let Some(own) = self.bench.snapshot() {
            let other = other.map_or(0, |it| it.len());
            let length = own.len().max(other);
            self.view.time.set_length(length);
            if let Some((_, cursor)) = self.cursor_due.take_if(|(of, _)| *of == length) {
                self.view.time.set_cursor(cursor);
            }
        }
    }

    /// Shows both of two experiments, or where there is no room the one that is chosen.
    pub(super) fn fit_besides(&mut self, ui: &Ui) {
        let is_narrow = ui.available_width() < ROOM_FOR_TWO;
        let one_at_a_time = is_narrow && self.second.is_some();
        if std::mem::replace(&mut self.view.one_at_a_time, one_at_a_time) != one_at_a_time {
            self.fit_time();
        }
    }

    /// The other one, if what is done with this one is done with both.
    pub(super) fn together(&mut self) -> Option<&mut Bench> {
        let second = self.second.as_mut().filter(|second| second.together)?;
        Some(&mut second.bench)
    }

    /// The slider of the other one that was held is let go of, if no picture of it is held any more.
    pub(super) fn let_go_of_other(&self, actions: &mut Vec<Action>) {
        let second = self.second.as_ref();
        let Some(held) = second.and_then(|second| second.bench.grabbed()) else {
            return;
        };
        let still = BesideAction::of_other(Action::Grab(Some(held)));
        let count = actions.len();
        actions.retain(|action| *action != still);
        if actions.len() == count {
            actions.push(BesideAction::of_other(Action::Grab(None)));
        }
    }

    /// What is saved: the experiment or, of two, both in their order.
    pub(super) fn pair(&self) -> Pair {
        let own = self.bench.experiment().clone();
        match &self.second {
            None => Pair::alone(own),
            Some(second) => {
                let other = second.bench.experiment().clone();
                let (first, beside) = second.place.in_order(own, other);
                Pair {
                    first,
                    beside: Some(beside),
                }
            }
        }
    }

    /// Whether there are two experiments.
    pub fn is_of_two(&self) -> bool {
        self.second.is_some()
    }
}
