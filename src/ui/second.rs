//! The second of two experiments: a bench beside the one that is worked on.

use super::bench::{Bench, Looking};
use super::files::OpenFile;
use super::scope::{Pictures, Place, Scope};

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
        }
    }

    /// What the views draw from, looked at as the one that is worked on is.
    pub fn scope<'a>(&'a self, looking: Looking<'a>) -> Option<Scope<'a>> {
        let looking = Looking {
            pictures: &self.pictures,
            ..looking
        };
        let scope = self.bench.scope(looking)?;
        Some(Scope {
            place: Some(self.place),
            ..scope
        })
    }
}
