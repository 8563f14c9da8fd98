//! The window's painter of scenes, written once for all views: charts by egui_plot, drawings by egui's painter.

mod chart;
mod glyph;
mod places;
mod shapes;
#[cfg(test)]
mod tests;
mod textures;

pub use glyph::add_fonts;
pub use places::{Lens, area_of};
pub use shapes::paint_layer;
pub use textures::Textures;

use egui::{Rect, Ui};

use super::theme::color32;
use crate::scene::{Frame, Layer, Part, Scene, explain};

/// Paints the parts of `scene`.
pub fn paint(ui: &mut Ui, scene: &Scene, textures: &Textures) {
    let (colours, lens) = (scene.canvas.colours(), Lens::of(&scene.canvas));
    for part in &scene.parts {
        match part {
            Part::Chart(chart) => chart::paint(ui, chart, scene, textures),
            Part::Sketch(sketch) => {
                paint_layer(ui, &sketch.beside, lens);
                let Some(cursor) = sketch.cursor else {
                    paint_layer(ui, &sketch.layer, lens);
                    continue;
                };
                paint_cursor(ui, &sketch.frame, cursor, scene);
                // What is only partly in sight ends at the frame.
                let inside = ui.painter_at(lens.rect(sketch.frame.area));
                inside.extend(shapes::shapes_of(ui, &sketch.layer, lens));
            }
            Part::Header(header, area) => {
                let mut layer = Layer::default();
                header.draw(&mut layer, *area, colours);
                paint_layer(ui, &layer, lens);
            }
            Part::Absent(remark, area) => {
                let mut layer = Layer::default();
                explain(&mut layer, *area, &remark.text, remark.colour, colours);
                paint_layer(ui, &layer, lens);
            }
        }
    }
}

/// The ground of a sketch over time and the column of the cursor, behind its shapes.
fn paint_cursor(ui: &Ui, frame: &Frame, cursor: f64, scene: &Scene) {
    let lens = Lens::of(&scene.canvas);
    let rect = lens.rect(frame.area);
    let colours = scene.canvas.colours();
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, color32(colours.ground));
    let (centre, width) = (
        lens.length(frame.place_x(cursor)),
        lens.length(frame.unit_width()),
    );
    let half = (0.5 * width).max(0.5);
    let column = Rect::from_x_y_ranges(centre - half..=centre + half, rect.y_range());
    let colour = color32(colours.cursor);
    painter.rect_filled(column, 0.0, colour.gamma_multiply(0.12));
    if width < 4.0 {
        let stroke = egui::Stroke::new(1.0, colour.gamma_multiply(0.55));
        painter.vline(centre, rect.y_range(), stroke);
    }
}
