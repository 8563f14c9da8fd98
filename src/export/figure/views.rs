//! Which figure belongs to which view.

use super::super::{Look, View};
use super::bands::{product_figure, reason_figure, unrolled_figure};
use super::drawing::Drawing;
use super::{
    accuracy, activation, floats, formula, history, landscape, loss, phase_map, spectrum, terms,
    triangle,
};
use crate::training::{Finding, Snapshot};

/// The figure of `view`, 960 × 540 points. `finding` is the answer to [`super::super::question`], for views
/// that have one.
pub fn view(view: View, snapshot: &Snapshot, finding: Option<&Finding>, look: &Look) -> Drawing {
    match view {
        View::Unrolled => unrolled_figure(snapshot, look),
        View::Product => product_figure(snapshot, look),
        View::Reason => reason_figure(snapshot, look),
        View::Formula => formula::drawing(snapshot, look),
        View::Terms => terms::drawing(snapshot, look),
        View::Activation => activation::drawing(snapshot, look),
        View::Floats => floats::drawing(snapshot, finding, look),
        View::Loss => loss::drawing(snapshot),
        View::Accuracy => accuracy::drawing(snapshot),
        View::History => history::drawing(snapshot, look),
        View::Triangle => triangle::drawing(snapshot, finding, look),
        View::Landscape => landscape::drawing(snapshot, finding),
        View::PhaseMap => phase_map::drawing(snapshot, finding, look),
        View::Spectrum => spectrum::drawing(snapshot, finding, look),
    }
}
