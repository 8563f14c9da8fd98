//! What is written of a moment: the moment, what was found out about it, and how it is looked at.

use super::carried::figure_metadata;
use crate::flow::GivenTerms;
use crate::scene::{Ghost, GhostOf, Look, Memo, NoTable, Subject, Table, Theme, View};
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
    /// A moment beside it, such as one that was kept for comparison.
    pub ghost: Option<Ghost<'a>>,
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

    /// What a figure of it carries: its experiment, and the one beside it.
    pub fn metadata(&self) -> String {
        let own = self.snapshot;
        match self.ghost {
            Some(Ghost {
                snapshot,
                of: GhostOf::Other { place, .. },
            }) => {
                let (first, second) = place.in_order(own, snapshot);
                figure_metadata(first, Some(second))
            }
            _ => figure_metadata(own, None),
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
