//! The window's painter of scenes, written once for all views: charts by egui_plot, drawings by egui's painter.

mod chart;
mod glyph;
mod places;
mod shapes;
#[cfg(test)]
mod tests;
mod textures;

pub use glyph::add_fonts;
pub use places::{area_of, rect_of};
pub use shapes::paint_layer;
pub use textures::Textures;

use egui::{Rect, Ui};

use super::theme::color32;
use crate::scene::{Frame, Layer, Part, Scene, explain};

/// Paints the parts of `scene`, whose coordinates are those of the screen.
pub fn paint(ui: &mut Ui, scene: &Scene, textures: &Textures) {
    let colours = scene.canvas.colours();
    for part in &scene.parts {
        match part {
            Part::Chart(chart) => chart::paint(ui, chart, scene, textures),
            Part::Sketch(sketch) => {
                paint_layer(ui, &sketch.beside);
                let Some(cursor) = sketch.cursor else {
                    paint_layer(ui, &sketch.layer);
                    continue;
                };
                paint_cursor(ui, &sketch.frame, cursor, scene);
                // What is only partly in sight ends at the frame.
                let inside = ui.painter_at(rect_of(sketch.frame.area));
                inside.extend(shapes::shapes_of(ui, &sketch.layer));
            }
            Part::Header(header, area) => {
                let mut layer = Layer::default();
                header.draw(&mut layer, *area, colours);
                paint_layer(ui, &layer);
            }
            Part::Absent(remark, area) => {
                let mut layer = Layer::default();
                explain(&mut layer, *area, &remark.text, remark.colour, colours);
                paint_layer(ui, &layer);
            }
        }
    }
}

/// The ground of a sketch over time and the column of the cursor, behind its shapes.
fn paint_cursor(ui: &Ui, frame: &Frame, cursor: f64, scene: &Scene) {
    let rect = rect_of(frame.area);
    let colours = scene.canvas.colours();
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, color32(colours.ground));
    let (centre, width) = (frame.place_x(cursor) as f32, frame.unit_width() as f32);
    let half = (0.5 * width).max(0.5);
    let column = Rect::from_x_y_ranges(centre - half..=centre + half, rect.y_range());
    let colour = color32(colours.cursor);
    painter.rect_filled(column, 0.0, colour.gamma_multiply(0.12));
    if width < 4.0 {
        let stroke = egui::Stroke::new(1.0, colour.gamma_multiply(0.55));
        painter.vline(centre, rect.y_range(), stroke);
    }
}
