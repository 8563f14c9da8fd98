//! f and f′, with the network's operating points on both curves.

use egui::{Color32, Mesh, Pos2, Rect, Shape, Stroke, Ui, Vec2};
use egui_plot::{Line, LineStyle, PlotTransform, VLine};

use super::accessible::describe_picture;
use super::plot::{
    Swatch, fix_bounds, legend_entry, round_step, spaced_marks, still_plot, time_axis, value_axis,
};
use super::scene::Scene;
use crate::flow::thousands;
use crate::flow::{OperatingPoint, SATURATED_BELOW, decimal, significant};

/// The curves are drawn over at least this much to either side of 0.
const LEAST_REACH: f64 = 3.0;

/// And over at most this much: beyond it every activation is a straight line, and one point far out must
/// not press all others together.
const FARTHEST: f64 = 50.0;

/// Points that are drawn as discs at most.
const FEW: usize = 200;

/// The title row: the legend and how many steps are saturated.
pub fn title_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let (snapshot, palette) = (scene.snapshot, scene.palette);
    let name = snapshot.moment.experiment.network.activation.name();
    legend_entry(
        ui,
        Swatch::Line,
        palette.measured,
        &format!("f = {name}"),
        "The activation function: what a pre-activation aₜ becomes",
    );
    legend_entry(
        ui,
        Swatch::Line,
        palette.f_prime,
        "f′",
        "Its slope: what a step leaves of the gradient",
    );
    ui.small(saturation(scene)).on_hover_text(format!(
        "Where f′ is below {SATURATED_BELOW} a unit is saturated, or dead: nine tenths of the gradient end there. Points go from dark to bright with time"
    ));
}

/// `7 of 10 steps have f′ < 0.1`
fn saturation(scene: &Scene<'_>) -> String {
    let points = &scene.snapshot.probe.operating_points;
    let what = if scene.snapshot.probe.flow.hidden == 1 {
        "steps have"
    } else {
        "units in time have"
    };
    format!(
        "{} of {} {what} |f′| < {SATURATED_BELOW}",
        thousands(points.saturated as u64),
        thousands(points.total as u64)
    )
}

/// The plot.
pub fn plot_ui(ui: &mut Ui, scene: &Scene<'_>, size: Vec2) {
    let (snapshot, palette) = (scene.snapshot, scene.palette);
    let activation = snapshot.moment.experiment.network.activation;
    let points = &snapshot.probe.operating_points.points;
    let reach = points
        .iter()
        .map(|point| point.a.abs())
        .filter(|a| a.is_finite())
        .fold(LEAST_REACH, f64::max)
        .min(FARTHEST)
        * 1.08;
    let samples = (size.x as usize).clamp(64, 512);
    let sample = |index: usize| reach * (2.0 * index as f64 / samples as f64 - 1.0);
    let curve = |of: &dyn Fn(f64) -> f64| -> Vec<[f64; 2]> {
        (0..=samples)
            .map(|index| [sample(index), of(sample(index))])
            .collect()
    };
    let f = curve(&|a| activation.f(a));
    let f_prime = curve(&|a| activation.f_prime(a));
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for [_, y] in f.iter().chain(&f_prime) {
        low = low.min(*y);
        high = high.max(*y);
    }
    let room = 0.06 * (high - low);
    let y_step = round_step((high - low) * f64::from(30.0 / size.y.max(30.0)));
    let x_step = round_step(2.0 * reach * f64::from(50.0 / size.x.max(50.0)));
    let response = still_plot("activation", size)
        .custom_y_axes(vec![
            value_axis().formatter(|mark, _| decimal(mark.value, 3)),
        ])
        .custom_x_axes(vec![time_axis(|a| decimal(a, 3))])
        .y_grid_spacer(move |input| spaced_marks(&input, y_step))
        .x_grid_spacer(move |input| spaced_marks(&input, x_step))
        .show(ui, |plot_ui| {
            fix_bounds(plot_ui, (-reach, reach), (low - room, high + room));
            plot_ui.vline(VLine::new("zero", 0.0).color(palette.faint).width(1.0));
            plot_ui.line(
                Line::new(
                    "saturated",
                    vec![[-reach, SATURATED_BELOW], [reach, SATURATED_BELOW]],
                )
                .color(palette.faint)
                .style(LineStyle::dotted_dense())
                .width(1.0),
            );
            plot_ui.line(Line::new("f", f).color(palette.measured).width(1.5));
            plot_ui.line(Line::new("f′", f_prime).color(palette.f_prime).width(1.5));
        });
    draw_points(ui, scene, &response.transform);
    describe_picture(&response.response, "Activation and slope", || {
        describe(scene)
    });
}

/// Every pre-activation on both curves, in the colour of its timestep; those of the cursor with a ring.
fn draw_points(ui: &Ui, scene: &Scene<'_>, transform: &PlotTransform) {
    let points = &scene.snapshot.probe.operating_points.points;
    let frame = *transform.frame();
    let painter = ui.painter_at(frame.expand(4.0));
    // Few points are discs, many are squares, which are drawn as one shape.
    let few = points.len() <= FEW;
    let mut mesh = Mesh::default();
    let places = |point: &OperatingPoint| {
        let x = transform
            .position_from_point_x(point.a)
            .clamp(frame.left(), frame.right());
        [point.o, point.f_prime].map(|y| Pos2::new(x, transform.position_from_point_y(y)))
    };
    let finite = |point: &&OperatingPoint| point.a.is_finite();
    for point in points.iter().filter(finite) {
        let colour = time_colour(point.t, scene.snapshot.len());
        for at in places(point) {
            if few {
                painter.circle_filled(at, 3.0, colour);
            } else {
                mesh.add_colored_rect(Rect::from_center_size(at, Vec2::splat(3.0)), colour);
            }
        }
    }
    painter.add(Shape::mesh(mesh));
    let cursor = scene.view.time.cursor();
    let stroke = Stroke::new(1.5, scene.palette.cursor);
    for point in points.iter().filter(|point| point.t == cursor).take(FEW) {
        for at in places(point).into_iter().filter(|at| at.is_finite()) {
            painter.circle_stroke(at, 6.5, stroke);
        }
    }
}

/// From dark to bright with time.
fn time_colour(t: usize, length: usize) -> Color32 {
    // Without its two ends, which are lost on a dark or a light background.
    let share = (t as f64 - 1.0) / (length.max(2) as f64 - 1.0);
    let colour = colorous::PLASMA.eval_continuous(0.15 + 0.7 * share);
    Color32::from_rgb(colour.r, colour.g, colour.b)
}

/// What a screen reader says.
fn describe(scene: &Scene<'_>) -> String {
    let cursor = scene.view.time.cursor();
    let points = &scene.snapshot.probe.operating_points.points;
    let here = points.iter().find(|point| point.t == cursor);
    here.map_or_else(
        || saturation(scene),
        |point| {
            format!(
                "{}; at step {cursor} a is {}, f is {} and f′ is {}",
                saturation(scene),
                significant(point.a),
                significant(point.o),
                significant(point.f_prime)
            )
        },
    )
}
