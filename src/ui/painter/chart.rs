//! A chart in a plot of egui_plot: the plot fills its frame and draws its curves; axes and whatever is no plain line
//! are the same shapes as in a figure.

use egui::{Color32, Rect, Sense, Shape, Ui, UiBuilder};
use egui_plot::{
    HLine, Line, Plot, PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotTransform, VLine,
};

use super::places::Lens;
use super::shapes::{paint_layer, shapes_of};
use super::textures::Textures;
use crate::scene::{
    Area, Chart, Colours, FADED, Frame, Heat, Layer, Scene, Series, draw_heat_marks,
    draw_limits_inside,
};

/// Paints `chart`, which is a part of `scene`.
pub fn paint(ui: &mut Ui, chart: &Chart, scene: &Scene, textures: &Textures) {
    let (colours, lens) = (scene.canvas.colours(), Lens::of(&scene.canvas));
    let rect = lens.rect(chart.frame.area);
    if rect.width() < 1.0 || rect.height() < 1.0 {
        return;
    }
    let mut under = Layer::default();
    chart.draw_ground(&mut under, colours);
    paint_layer(ui, &under, lens);
    if let Some(heat) = &chart.heat {
        paint_heat(
            ui,
            chart.name,
            heat,
            (chart.frame.area, colours, lens),
            textures,
        );
    }
    let mut axis = Layer::default();
    chart.draw_grid(&mut axis, colours);
    paint_layer(ui, &axis, lens);
    let mut inside = ui.new_child(UiBuilder::new().max_rect(rect));
    plot(&mut inside, chart, colours, lens);
    let mut over = Layer::default();
    chart.draw_over(&mut over, colours);
    paint_layer(ui, &over, lens);
}

fn paint_heat(
    ui: &Ui,
    name: &'static str,
    heat: &Heat,
    (area, colours, lens): (Area, &Colours, Lens),
    textures: &Textures,
) {
    let texture = textures.of(ui, name, &heat.map);
    let whole = Rect::from_min_max(egui::Pos2::ZERO, egui::Pos2::new(1.0, 1.0));
    // Faint enough to be seen as not of now.
    let tint = if heat.is_faded {
        Color32::WHITE.gamma_multiply(FADED as f32)
    } else {
        Color32::WHITE
    };
    ui.painter()
        .image(texture.id(), lens.rect(area), whole, tint);
    let mut marks = Layer::default();
    draw_heat_marks(heat, &mut marks, area, colours);
    paint_layer(ui, &marks, lens);
}

fn plot(ui: &mut Ui, chart: &Chart, colours: &'static Colours, lens: Lens) {
    let rect = lens.rect(chart.frame.area);
    let (x, y) = (chart.frame.x, chart.frame.y);
    let bounds =
        PlotBounds::from_min_max([x.0.min(x.1), y.0.min(y.1)], [x.0.max(x.1), y.0.max(y.1)]);
    // A plot that takes no gestures of its own: views share one zoom and one cursor.
    Plot::new(chart.name)
        .width(rect.width())
        .height(rect.height())
        .min_size(egui::Vec2::ZERO)
        .invert_x(x.0 > x.1)
        .invert_y(y.0 > y.1)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_axis_zoom_drag(false)
        .show_x(false)
        .show_y(false)
        .show_axes(false)
        .show_grid(false)
        .show_background(false)
        .sense(Sense::hover())
        .show(ui, |plot_ui| {
            plot_ui.set_plot_bounds(bounds);
            let mut layer = Layer::default();
            for (index, series) in chart.series.iter().enumerate() {
                if is_plain(series) {
                    add_shapes(plot_ui, index, &mut layer, lens);
                    add_lines(plot_ui, index, series, lens);
                } else {
                    draw(series, &mut layer, &chart.frame, colours);
                }
            }
            add_shapes(plot_ui, chart.series.len(), &mut layer, lens);
        });
}

fn add_lines(plot_ui: &mut egui_plot::PlotUi<'_>, index: usize, series: &Series, lens: Lens) {
    match series {
        Series::Line { name, runs, stroke } => {
            for (piece, run) in runs.iter().enumerate() {
                let line = Line::new(*name, run.clone()).id((index, piece));
                plot_ui.line(line.stroke(lens.stroke(stroke)));
            }
        }
        Series::Level { y, stroke } => {
            plot_ui.hline(
                HLine::new("level", *y)
                    .id(index)
                    .stroke(lens.stroke(stroke)),
            );
        }
        Series::Upright { x, stroke } => {
            plot_ui.vline(
                VLine::new("upright", *x)
                    .id(index)
                    .stroke(lens.stroke(stroke)),
            );
        }
        _ => {}
    }
}

/// Whether egui_plot itself draws a series: plain lines. It takes a line that goes up at one place for a band, and a
/// point alone is hardly seen.
fn is_plain(series: &Series) -> bool {
    match series {
        Series::Line { runs, stroke, .. } => {
            let goes_on = |run: &Vec<[f64; 2]>| {
                run.len() > 1 && run.windows(2).all(|pair| pair[0][0] < pair[1][0])
            };
            stroke.dash.is_none() && runs.iter().all(goes_on)
        }
        Series::Level { stroke, .. } | Series::Upright { stroke, .. } => stroke.dash.is_none(),
        _ => false,
    }
}

fn draw(series: &Series, layer: &mut Layer, frame: &Frame, colours: &Colours) {
    match series {
        Series::Limits(limits) => draw_limits_inside(layer, frame, limits, colours),
        series => series.draw(layer, frame, colours),
    }
}

/// Adds what has been drawn since the last plain line, as one item of the plot.
fn add_shapes(plot_ui: &mut egui_plot::PlotUi<'_>, index: usize, layer: &mut Layer, lens: Lens) {
    if !layer.items.is_empty() {
        plot_ui.add(Shapes {
            base: PlotItemBase::new(format!("shapes before {index}")),
            layer: std::mem::take(layer),
            lens,
        });
    }
}

/// Shapes of a scene as an item of a plot.
struct Shapes {
    base: PlotItemBase,
    layer: Layer,
    lens: Lens,
}

impl PlotItem for Shapes {
    fn shapes(&self, ui: &Ui, _: &PlotTransform, shapes: &mut Vec<Shape>) {
        shapes.extend(shapes_of(ui, &self.layer, self.lens));
    }

    fn initialize(&mut self, _: std::ops::RangeInclusive<f64>) {}

    fn color(&self) -> Color32 {
        Color32::TRANSPARENT
    }

    fn geometry(&self) -> PlotGeometry<'_> {
        PlotGeometry::None
    }

    /// No place of its own: what is shown is given.
    fn bounds(&self) -> PlotBounds {
        PlotBounds::NOTHING
    }

    fn base(&self) -> &PlotItemBase {
        &self.base
    }

    fn base_mut(&mut self) -> &mut PlotItemBase {
        &mut self.base
    }
}
