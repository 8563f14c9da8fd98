//! The second of two experiments: a bench beside the one that is worked on.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::bench::{Bench, Looking};
use super::files::OpenFile;
use super::scope::{Pictures, Scope};
use crate::scene::{Place, names_of_two, sentence_of_two};
use crate::training::Snapshot;

/// The experiment beside the one that is worked on.
pub struct Second {
    /// With everything that belongs to it.
    pub bench: Bench,
    /// The pictures of it that were drawn before.
    pub pictures: Pictures,
    /// The file that it is in.
    pub file: Option<OpenFile>,
    /// Which of the two it is.
    pub place: Place,
    /// Whether both run together.
    pub together: bool,
    /// What was said last of two moments.
    said: RefCell<Option<Rc<Said>>>,
}

/// What is said of two experiments, the first and the second.
pub struct Said {
    /// Of which moments.
    of: [Arc<Snapshot>; 2],
    /// What each is called, with its letter.
    pub names: [String; 2],
    /// Where their gradients are farthest apart.
    pub sentence: String,
}

impl Second {
    /// `bench`, beside the one that was there first.
    pub fn new(bench: Bench) -> Self {
        Self {
            bench,
            pictures: Pictures::default(),
            file: None,
            place: Place::Second,
            together: true,
            said: RefCell::default(),
        }
    }

    /// What the views draw from, looked at as the one that is worked on is.
    pub fn scope<'a>(&'a self, looking: Looking<'a>) -> Option<Scope<'a>> {
        self.bench.scope(self.looking(looking))
    }

    /// `looking`, at this one.
    pub fn looking<'a>(&'a self, looking: Looking<'a>) -> Looking<'a> {
        Looking {
            pictures: &self.pictures,
            place: Some(self.place),
            ..looking
        }
    }

    /// What is said of both, of which `own` is the one that is worked on: as long as the moments are the same, it is said but
    /// once.
    pub fn said(&self, own: &Arc<Snapshot>) -> Option<Rc<Said>> {
        let other = self.bench.snapshot()?;
        let moments = match self.place {
            Place::First => [other, own],
            Place::Second => [own, other],
        };
        let mut said = self.said.borrow_mut();
        let is_the_same = |before: &&Rc<Said>| {
            let mut pairs = before.of.iter().zip(moments);
            pairs.all(|(before, now)| Arc::ptr_eq(before, now))
        };
        if let Some(said) = said.as_ref().filter(is_the_same) {
            return Some(Rc::clone(said));
        }
        let both = moments.map(Arc::as_ref);
        let new = Rc::new(Said {
            of: moments.map(Arc::clone),
            names: names_of_two(both),
            sentence: sentence_of_two(both),
        });
        *said = Some(Rc::clone(&new));
        Some(new)
    }
}
