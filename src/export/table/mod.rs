//! The numbers behind every view, as tables that can be drawn again without this program.
//!
//! `columns` is the table and knows nothing of networks; each view has a file that says its columns.
//!
//! **Architecture invariant.** A table has the numbers of its snapshot and its finding to the last bit, and
//! its columns depend on the view alone (and the phase map's on the axis that was chosen).

mod accuracy;
mod activation;
mod columns;
mod floats;
mod formula;
mod history;
mod landscape;
mod loss;
mod phase_map;
mod product;
mod reason;
mod spectrum;
mod terms;
mod timesteps;
mod triangle;
mod unrolled;

pub use columns::Table;

use super::{Look, View};
use crate::flow::Triangle;
use crate::training::{Finding, Snapshot};

/// Why there is no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTable {
    /// The view draws the answer to a question, and there is none.
    #[error("{} has not been computed for this moment", .0.name())]
    Unanswered(View),
    /// The phase map is of one unit, and the network has more.
    #[error("the phase map is of one unit: set H to 1")]
    OfOneUnit,
}

/// The numbers that `view` draws of `snapshot`. `finding` is the answer to [`super::question`], for views
/// that have one.
///
/// # Errors
/// [`NoTable`] if the answer is missing, or is one to another question.
pub fn table(
    view: View,
    snapshot: &Snapshot,
    finding: Option<&Finding>,
    look: &Look,
) -> Result<Table, NoTable> {
    Ok(match (view, finding) {
        (View::Unrolled, _) => unrolled::table(snapshot),
        (View::Product, _) => product::table(snapshot),
        (View::Reason, _) => reason::table(snapshot),
        (View::Formula, _) => formula::table(snapshot, look),
        (View::Terms, _) => terms::table(snapshot),
        (View::Activation, _) => activation::table(snapshot),
        (View::Loss, _) => loss::table(snapshot),
        (View::Accuracy, _) => accuracy::table(snapshot),
        (View::History, _) => history::table(snapshot),
        (View::Floats, Some(Finding::RoundedFlows(flows))) => floats::table(snapshot, flows),
        (View::Triangle, _) if snapshot.probe.flow.hidden == 1 => match &snapshot.probe.triangle {
            Some(triangle) => triangle::table(triangle),
            // Nobody has looked at it, but of one unit it is made of the flow in no time.
            None => triangle::table(&Triangle::of_numbers(&snapshot.probe.flow)),
        },
        (View::Triangle, Some(Finding::Triangle(triangle))) => triangle::table(triangle),
        (View::Landscape, Some(Finding::Landscape(landscape))) => landscape::table(landscape),
        (View::PhaseMap, _) if snapshot.probe.flow.hidden > 1 => return Err(NoTable::OfOneUnit),
        (View::PhaseMap, Some(Finding::PhaseMap(map))) => phase_map::table(snapshot, map, look),
        (View::Spectrum, Some(Finding::SingularValues(values))) => {
            spectrum::table(snapshot, values, look)
        }
        (View::Floats | View::Triangle | View::Landscape | View::PhaseMap | View::Spectrum, _) => {
            return Err(NoTable::Unanswered(view));
        }
    })
}

#[cfg(test)]
mod tests;
