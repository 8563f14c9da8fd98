//! A figure of a view that has nothing to show.

use super::super::View;
use super::drawing::Drawing;
use super::sheet::{VIEW, sheet};
use super::{shapes, style};
use crate::training::Snapshot;

/// A figure that says why there is nothing on it.
pub fn absent(view: View, snapshot: &Snapshot, reason: &str) -> Drawing {
    let (mut drawing, area) = sheet(VIEW, view.name(), snapshot, reason);
    let sentence = format!("{}: {reason}", view.name());
    shapes::explain(&mut drawing.layer, area, &sentence, style::THEORY);
    drawing
}
