//! What the nodes and the strip have in common: the names of their rows, and the colour of a magnitude.

use egui::{Align2, Color32, FontId, Painter, Pos2};

use super::super::colour;
use super::super::theme::Palette;
use super::layout::Layout;
use crate::flow::Magnitude;

/// The name of a row, left of the frame.
pub fn row_name(painter: &Painter, layout: &Layout, y: f32, name: &str, palette: &Palette) {
    painter.text(
        Pos2::new(layout.frame.left() - 6.0, y),
        Align2::RIGHT_CENTER,
        name,
        FontId::proportional(11.0),
        palette.theory,
    );
}

/// The colour of a magnitude; what is not finite has the colour of errors.
pub fn colour_of(magnitude: Magnitude, palette: &Palette) -> Color32 {
    match magnitude {
        Magnitude::Finite { log10, .. } => colour::of_log10(log10, palette.dark),
        Magnitude::Zero | Magnitude::Undefined => palette.faint,
        Magnitude::Overflow { .. } | Magnitude::Nan => palette.error,
    }
}
