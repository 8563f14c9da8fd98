//! A second experiment beside the one that is worked on.

use egui::Context;

use super::super::action::{Action, BesideAction};
use super::super::bench::Bench;
use super::super::files::Purpose;
use super::super::second::Second;
use super::ScopeApp;
use crate::training::{Weight, find_setting};

impl ScopeApp {
    /// Something with the experiment beside this one.
    pub(super) fn apply_beside(&mut self, ctx: &Context, what: BesideAction) {
        match what {
            BesideAction::Toggle => match self.second.take() {
                Some(_) => self.inform("There is one experiment again".to_owned()),
                None => self.begin_beside(ctx),
            },
            BesideAction::With => {
                if self.second.is_none() {
                    self.begin_beside(ctx);
                }
                self.apply_beside(ctx, BesideAction::Choose);
                self.ask_for_file(Purpose::Open);
            }
            BesideAction::Choose => {
                self.exchange();
                if let Some(snapshot) = self.bench.snapshot() {
                    self.view.time.set_length(snapshot.len());
                }
            }
            BesideAction::Together => {
                if let Some(second) = &mut self.second {
                    second.together = !second.together;
                }
            }
            BesideAction::Take(key) => self.take_from_other(key),
            BesideAction::Other(action) => {
                if self.second.is_some() {
                    self.exchange();
                    self.apply(ctx, *action);
                    self.exchange();
                }
            }
        }
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

    /// Puts a copy of the experiment beside it, at its beginning.
    fn begin_beside(&mut self, ctx: &Context) {
        let checked = self.bench.experiment().clone().check();
        let bench = checked
            .map_err(|error| error.to_string())
            .and_then(|it| Bench::new(ctx, it).map_err(|error| error.to_string()));
        match bench {
            Ok(mut bench) => {
                bench.set_speed(self.speed);
                self.second = Some(Second::new(bench));
                self.inform(
                    "B is a copy of this experiment: choose B above, and change it".to_owned(),
                );
            }
            Err(problem) => self.tell(format!("There is no second experiment: {problem}")),
        }
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

    /// Whether there are two experiments.
    pub fn is_of_two(&self) -> bool {
        self.second.is_some()
    }
}
