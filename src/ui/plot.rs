//! What the plots have in common: a fixed place for the axis, decades as powers of ten, a legend that
//! never covers data, and shapes for what is not finite.

use crate::export::figure::decade_label;

// What a figure on paper and a plot on the screen have in common.
pub use crate::export::figure::{finite_runs, round_range, round_step};

use egui::text::LayoutJob;
use egui::{Align, Color32, FontId, Painter, Pos2, Rect, Sense, Shape, Stroke, Ui, Vec2};
use egui_plot::{AxisHints, GridInput, GridMark, Plot, PlotBounds, PlotTransform, PlotUi};

use super::accessible::describe_picture;
use super::time_axis::TimeScale;
use super::view_state::ViewState;
use crate::flow::Magnitude;

/// Width of the axis on the left, wide enough for `10⁻¹⁰⁰⁰⁰`, so that every band begins at the same
/// place and the axis never jumps.
pub const Y_AXIS_WIDTH: f32 = 58.0;

/// A plot that takes no gestures of its own: the bands share one zoom and one cursor.
pub fn still_plot<'a>(id: &'static str, size: Vec2) -> Plot<'a> {
    Plot::new(id)
        .width(size.x)
        .height(size.y)
        .min_size(Vec2::new(64.0, 32.0))
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_axis_zoom_drag(false)
        .show_x(false)
        .show_y(false)
        .sense(Sense::hover())
        .clamp_grid(false)
        .show_grid([false, true])
        .grid_color(Color32::from_gray(128).gamma_multiply(0.8))
}

/// An axis on the left whose values are decades.
pub fn decade_axis<'a>() -> AxisHints<'a> {
    value_axis().formatter(|mark, _| decade_label(mark.value))
}

/// An axis on the left of the usual width.
pub fn value_axis<'a>() -> AxisHints<'a> {
    AxisHints::new_y()
        .min_thickness(Y_AXIS_WIDTH)
        .label_spacing(12.0..=16.0)
        .tick_label_font(FontId::proportional(11.5))
}

/// Marks at every whole multiple of `step`.
pub fn spaced_marks(input: &GridInput, step: f64) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    (first..=last.min(first + 1000))
        .map(|index| GridMark {
            value: index as f64 * step,
            // egui_plot fades grid lines and labels whose step is small on the screen.
            step_size: step,
        })
        .collect()
}

/// Marks at timesteps 1 to `length` that are `step_width` points wide, with room for their numbers.
pub fn timestep_marks(input: &GridInput, step_width: f32, length: f64) -> Vec<GridMark> {
    let every = round_step(f64::from(40.0 / step_width)).max(1.0);
    spaced_marks(input, every)
        .into_iter()
        .filter(|mark| mark.value >= 1.0 && mark.value <= length)
        .collect()
}

/// The axis of timesteps below a plot, with a label for each mark.
pub fn time_axis<'a>(label: impl Fn(f64) -> String + 'a) -> AxisHints<'a> {
    AxisHints::new_x()
        .label_spacing(4.0..=6.0)
        .tick_label_font(FontId::proportional(11.5))
        .formatter(move |mark, _| label(mark.value))
}

/// Marks for an axis of decades that spans `span` decades over `height` points: whole decades where
/// they are dense enough, otherwise 1, 2 and 5 of each, or finer.
pub fn decade_marks(input: &GridInput, span: f64, height: f32) -> Vec<GridMark> {
    // A label is about 28 points high with the room around it.
    let step = span * f64::from(28.0 / height.max(28.0));
    let leading: &[f64] = if step > 0.6 {
        return spaced_marks(input, round_step(step.max(1.0)));
    } else if step > 0.25 {
        &[1.0, 3.0]
    } else if step > 0.12 {
        &[1.0, 2.0, 5.0]
    } else {
        &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0]
    };
    let (low, high) = input.bounds;
    (low.floor() as i64..=high.ceil() as i64)
        .flat_map(|decade| leading.iter().map(move |x| decade as f64 + x.log10()))
        .filter(|value| (low..=high).contains(value))
        .map(|value| GridMark {
            value,
            step_size: step,
        })
        .collect()
}

/// Fixes what the plot shows.
pub fn fix_bounds(plot_ui: &mut PlotUi<'_>, x: (f64, f64), y: (f64, f64)) {
    plot_ui.set_plot_bounds(PlotBounds::from_min_max([x.0, y.0], [x.1, y.1]));
}

/// Draws what a curve cannot: a triangle at the bottom where the value is exactly zero, a ring there where it
/// is 0/0 because nothing arrives, a triangle at the top where it is infinite, a cross where it is not a
/// number.
pub fn non_finite_marks(
    painter: &Painter,
    transform: &PlotTransform,
    values: impl Iterator<Item = (f64, Magnitude)>,
    colour: Color32,
) {
    let frame = *transform.frame();
    let painter = painter.with_clip_rect(frame);
    let mut last = [f32::NEG_INFINITY; 4];
    for (t, magnitude) in values {
        let kind = match magnitude {
            Magnitude::Finite { .. } => continue,
            Magnitude::Zero => 0,
            Magnitude::Overflow { .. } => 1,
            Magnitude::Nan => 2,
            Magnitude::Undefined => 3,
        };
        let x = transform.position_from_point_x(t);
        // No more marks than can be told apart.
        if x - last[kind] < 5.0 || !frame.x_range().contains(x) {
            continue;
        }
        last[kind] = x;
        match kind {
            0 => triangle(&painter, Pos2::new(x, frame.bottom() - 6.0), 5.0, colour),
            1 => triangle(&painter, Pos2::new(x, frame.top() + 6.0), -5.0, colour),
            3 => {
                let stroke = Stroke::new(1.4, colour);
                painter.circle_stroke(Pos2::new(x, frame.bottom() - 6.0), 3.0, stroke);
            }
            _ => cross(&painter, Pos2::new(x, frame.center().y), 4.0, colour),
        }
    }
}

/// Neighbouring timesteps that are drawn as one.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The one that is shown.
    pub t: usize,
    /// The first and the last of them.
    pub span: (usize, usize),
}

impl Column {
    /// Where it begins and ends. The end of one is exactly the beginning of the next, so that no gap
    /// shows between them.
    pub fn edges(&self, scale: &TimeScale) -> (f32, f32) {
        let (first, last) = self.span;
        (
            scale.x_from_time(first as f64 - 0.5),
            scale.x_from_time(last as f64 + 0.5),
        )
    }
}

/// The timesteps to draw: all that are visible or, where they are narrower than a pixel, of each pixel the
/// one of the greatest `weight`.
pub fn one_per_pixel(
    scale: &TimeScale,
    view: &ViewState,
    weight: impl Fn(usize) -> f64,
) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let mut last_pixel = i32::MIN;
    for t in view.time.visible() {
        let pixel = scale.x_from_time(t as f64) as i32;
        match columns.last_mut() {
            Some(column) if pixel == last_pixel && scale.step_width() < 1.0 => {
                column.span.1 = t;
                if weight(t) > weight(column.t) {
                    column.t = t;
                }
            }
            _ => columns.push(Column { t, span: (t, t) }),
        }
        last_pixel = pixel;
    }
    columns
}

/// A triangle that points down for a positive size and up for a negative one.
pub fn triangle(painter: &Painter, centre: Pos2, size: f32, colour: Color32) {
    let width = size.abs();
    painter.add(Shape::convex_polygon(
        vec![
            centre + Vec2::new(-width, -size * 0.8),
            centre + Vec2::new(width, -size * 0.8),
            centre + Vec2::new(0.0, size * 0.8),
        ],
        colour,
        Stroke::NONE,
    ));
}

/// A diagonal cross.
pub fn cross(painter: &Painter, centre: Pos2, size: f32, colour: Color32) {
    let stroke = Stroke::new(1.8, colour);
    for sign in [1.0, -1.0] {
        let arm = Vec2::new(size, sign * size);
        painter.line_segment([centre - arm, centre + arm], stroke);
    }
}

/// One entry of a legend.
#[derive(Clone, Copy)]
pub enum Swatch {
    /// A continuous line.
    Line,
    /// A dashed line.
    Dashed,
    /// A dotted line.
    Dotted,
    /// A bar.
    Bar,
    /// A filled point.
    Point,
    /// A filled square.
    Square,
}

/// One entry of a legend, in a title row.
pub fn legend_entry(ui: &mut Ui, swatch: Swatch, colour: Color32, text: &str, meaning: &str) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(18.0, 12.0), Sense::hover());
    let painter = ui.painter();
    let middle = rect.center();
    let stroke = Stroke::new(2.0, colour);
    let line = [rect.left_center(), rect.right_center()];
    match swatch {
        Swatch::Line => {
            painter.line_segment(line, stroke);
        }
        Swatch::Dashed => {
            painter.extend(Shape::dashed_line(&line, stroke, 5.0, 3.0));
        }
        Swatch::Dotted => {
            painter.extend(Shape::dotted_line(&line, colour, 4.0, 1.0));
        }
        Swatch::Bar => {
            painter.rect_filled(
                Rect::from_center_size(middle, Vec2::new(10.0, 10.0)),
                1.0,
                colour,
            );
        }
        Swatch::Point => {
            painter.circle_filled(middle, 3.5, colour);
        }
        Swatch::Square => {
            painter.rect_filled(
                Rect::from_center_size(middle, Vec2::splat(6.5)),
                0.0,
                colour,
            );
        }
    }
    ui.add_space(-4.0);
    ui.small(text).on_hover_text(meaning);
}

/// What stands in the place of the picture `name` as long as there is none, for the eye and for a screen
/// reader.
pub fn absent(ui: &Ui, frame: Rect, name: &str, text: &str, colour: Color32) {
    let response = ui.interact(frame, ui.scope_id().with(name), Sense::hover());
    describe_picture(&response, name, || text.to_owned());
    explain(ui.painter(), frame, text, colour);
}

/// A sentence in the middle of a plot that has nothing to draw: no plot is blank without a reason.
pub fn explain(painter: &Painter, frame: Rect, text: &str, colour: Color32) {
    let mut job = LayoutJob::simple(
        text.to_owned(),
        FontId::proportional(14.0),
        colour,
        (frame.width() - 24.0).max(40.0),
    );
    job.halign = Align::Center;
    let galley = painter.layout_job(job);
    let top = frame.center() - Vec2::new(0.0, 0.5 * galley.size().y);
    let area = galley.rect.translate(top.to_vec2()).expand(4.0);
    // No grid line shall run through the letters.
    painter.rect_filled(
        area,
        2.0,
        painter.ctx().global_style().visuals.extreme_bg_color,
    );
    painter.galley(top, galley, colour);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_are_labelled_as_people_write_them() {
        assert_eq!(decade_label(0.0), "1");
        assert_eq!(decade_label(-5.0), "10⁻⁵");
        assert_eq!(decade_label(0.3_f64.log10()), "0.3");
    }
}
