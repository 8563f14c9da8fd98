//! What is written of a moment: the moment, what was found out about it, and how it is looked at.

use crate::flow::GivenTerms;
use crate::scene::{Look, Memo, NoTable, Subject, Table, Theme, View};
use crate::training::{Finding, Snapshot};

/// A moment, what was found out about it, what of it is looked at, and in which colours.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// The moment.
    pub snapshot: &'a Snapshot,
    /// The answer to [`View::question`], for views that have one.
    pub finding: Option<&'a Finding>,
    /// What of it is looked at.
    pub look: &'a Look,
    /// The colours of figures.
    pub theme: Theme,
    /// A moment that was kept for comparison.
    pub ghost: Option<&'a Snapshot>,
    /// The terms of a gradient of somebody else's.
    pub yours: Option<&'a GivenTerms>,
}

impl<'a> Sight<'a> {
    /// `snapshot` as `look` looks at it, for print, with nothing found out about it.
    pub fn new(snapshot: &'a Snapshot, look: &'a Look) -> Self {
        Self {
            snapshot,
            finding: None,
            look,
            theme: Theme::Print,
            ghost: None,
            yours: None,
        }
    }

    /// What `view` shows of it.
    pub fn subject(&self, view: View, memo: &'a Memo) -> Subject<'a> {
        Subject {
            snapshot: self.snapshot,
            answer: view.answer(self.snapshot, self.look, self.finding),
            look: self.look,
            absence: "not computed for this moment",
            memo,
            ghost: self.ghost,
            ghost_is_live: false,
            yours: self.yours,
        }
    }

    /// The numbers behind `view`.
    ///
    /// # Errors
    /// [`NoTable`] if the answer is missing, or is one to another question.
    pub fn table(&self, view: View) -> Result<Table, NoTable> {
        view.table(&self.subject(view, &Memo::default()))
    }
}
