//! The landscape over w_h: the loss and its gradient across the slider's range, everything else fixed.

use egui::{Color32, Pos2, Rect, Response, Sense, Stroke, Ui, UiBuilder, Vec2};
use egui_plot::{Line, PlotTransform};

use super::accessible::describe_picture;
use super::action::Action;
use super::asking;
use super::picture;
use super::plot::{
    Swatch, absent, decade_axis, decade_marks, finite_runs, fix_bounds, legend_entry, round_range,
    round_step, spaced_marks, still_plot, time_axis, value_axis,
};
use super::scene::Scene;
use super::study_ui;
use crate::export::View;
use crate::export::figure::LossScale;
use crate::flow::{Landscape, LandscapePoint, decimal, significant};
use crate::training::{Finding, Topic, Weight};

/// What the height of the plots is shared out by: the loss above, its gradient below.
const LOSS_SHARE: f32 = 0.5;

/// The title row: the legend and the values today.
pub fn title_ui(ui: &mut Ui, scene: &Scene<'_>, actions: &mut Vec<Action>) {
    let (snapshot, palette) = (scene.snapshot, scene.palette);
    legend_entry(
        ui,
        Swatch::Line,
        palette.measured,
        &format!("L = {}", significant(snapshot.probe.loss)),
        "The loss of the probe over wₕ, all other parameters as they are now. Drag the point to move wₕ",
    );
    let study = scene.findings.study(Topic::Landscape);
    let today = |landscape: &Landscape| {
        let today = snapshot.moment.weights.w_h;
        let point = landscape.points.iter().find(|point| point.w_h == today);
        point.map(|point| point.gradient)
    };
    let gradient = if snapshot.probe.flow.hidden == 1 {
        Some(snapshot.probe.flow.w_h.magnitude.value())
    } else {
        // Of another moment it would stand beside today's loss.
        study
            .filter(|study| {
                asking::question(View::Landscape, scene)
                    .is_some_and(|question| study.is_of(question, snapshot))
            })
            .and_then(|_| landscape(scene).and_then(today))
    };
    let text = gradient.map_or_else(String::new, |gradient| {
        format!(" = {}", significant(gradient))
    });
    legend_entry(
        ui,
        Swatch::Line,
        palette.w_h,
        &format!("∂L/∂wₕ{text}"),
        "Its gradient, on a logarithmic axis: bright where it is positive, faint where it is negative. A spike is a wall that one step of gradient descent jumps away from",
    );
    study_ui::state_ui(ui, scene, View::Landscape, actions);
}

fn landscape<'a>(scene: &Scene<'a>) -> Option<&'a Landscape> {
    let study = scene.findings.study(Topic::Landscape)?;
    if study.subject.probe.flow.hidden != scene.snapshot.probe.flow.hidden {
        return None;
    }
    match &study.finding {
        Finding::Landscape(landscape) => Some(landscape),
        _ => None,
    }
}

/// Both plots.
pub fn plots_ui(ui: &mut Ui, scene: &Scene<'_>, size: Vec2, actions: &mut Vec<Action>) {
    let (area, _) = ui.allocate_exact_size(size, Sense::hover());
    let Some(landscape) = landscape(scene).filter(|landscape| landscape.points.len() > 1) else {
        let text =
            if scene.snapshot.moment.weights.w_h == 0.0 && scene.snapshot.probe.flow.hidden > 1 {
                "Wₕ is 0 and has no shape to be scaled".to_owned()
            } else {
                study_ui::absence(scene, View::Landscape)
            };
        absent(ui, area, "Landscape over w_h", &text, scene.palette.theory);
        return;
    };
    let split = area.top() + LOSS_SHARE * area.height();
    let x = (
        landscape.points[0].w_h,
        landscape.points[landscape.points.len() - 1].w_h,
    );
    let inside = |rect: Rect| UiBuilder::new().max_rect(rect);
    let mut upper = ui.new_child(inside(area.with_max_y(split - 2.0)));
    let scale = LossScale::of(&landscape.points);
    let loss = loss_plot(&mut upper, scene, landscape, (x, &scale));
    let mut lower = ui.new_child(inside(area.with_min_y(split + 2.0)));
    let gradient = gradient_plot(&mut lower, scene, landscape, x);
    let frames = loss.frame().union(*gradient.frame());
    let response = ui.interact(
        frames,
        ui.scope_id().with("landscape"),
        Sense::click_and_drag(),
    );
    drag(&response, scene, &loss, actions);
    for transform in [&loss, &gradient] {
        today(ui, scene, transform);
    }
    point(ui, scene, &loss, &scale);
    hover(&response, landscape, &loss);
    describe(&response, scene, landscape);
}

fn loss_plot(
    ui: &mut Ui,
    scene: &Scene<'_>,
    landscape: &Landscape,
    (x, scale): ((f64, f64), &LossScale),
) -> PlotTransform {
    let size = ui.available_size();
    let y = scale.range;
    let logarithmic = scale.logarithmic;
    let step = round_step((y.1 - y.0) * f64::from(26.0 / size.y.max(26.0)));
    let points = landscape
        .points
        .iter()
        .map(|point| (point.w_h, Some(scale.height(point.loss))));
    let runs = finite_runs(points);
    let axis = if logarithmic {
        decade_axis()
    } else {
        value_axis().formatter(|mark, _| significant(mark.value))
    };
    still_plot("landscape loss", size)
        .show_axes([false, true])
        .custom_y_axes(vec![axis])
        .y_grid_spacer(move |input| {
            if logarithmic {
                decade_marks(&input, y.1 - y.0, size.y)
            } else {
                spaced_marks(&input, step)
            }
        })
        .x_grid_spacer(|_| Vec::new())
        .show(ui, |plot_ui| {
            fix_bounds(plot_ui, x, y);
            for (index, run) in runs.into_iter().enumerate() {
                plot_ui.line(
                    Line::new("L", run)
                        .id(("L", index))
                        .color(scene.palette.measured)
                        .width(1.6),
                );
            }
        })
        .transform
}

fn gradient_plot(
    ui: &mut Ui,
    scene: &Scene<'_>,
    landscape: &Landscape,
    x: (f64, f64),
) -> PlotTransform {
    let size = ui.available_size();
    let log10 =
        |gradient: f64| (gradient != 0.0 && gradient.is_finite()).then(|| gradient.abs().log10());
    let value = |point: &LandscapePoint| log10(point.gradient);
    let mut values: Vec<f64> = landscape.points.iter().filter_map(value).collect();
    values.sort_by(f64::total_cmp);
    let y = match values.as_slice() {
        [] => (-1.0, 1.0),
        // Where the gradient changes its sign it dips to zero, as far as nobody needs to see.
        [.., high] => round_range(values[values.len() / 20], *high, 1.0),
    };
    let step = round_step((x.1 - x.0) * f64::from(44.0 / size.x.max(44.0)));
    let signed = |negative: bool| {
        finite_runs(landscape.points.iter().map(move |point| {
            let shown = (point.gradient < 0.0) == negative;
            (point.w_h, log10(point.gradient).filter(|_| shown))
        }))
    };
    still_plot("landscape gradient", size)
        .custom_y_axes(vec![decade_axis()])
        .custom_x_axes(vec![time_axis(|w_h| decimal(w_h, 3))])
        .y_grid_spacer(move |input| decade_marks(&input, y.1 - y.0, size.y))
        .x_grid_spacer(move |input| spaced_marks(&input, step))
        .show(ui, |plot_ui| {
            fix_bounds(plot_ui, x, y);
            for (name, negative) in [("positive", false), ("negative", true)] {
                let colour = sign_colour(scene, negative);
                for (index, run) in signed(negative).into_iter().enumerate() {
                    plot_ui.line(
                        Line::new(name, run)
                            .id((name, index))
                            .color(colour)
                            .width(1.6),
                    );
                }
            }
        })
        .transform
}

fn sign_colour(scene: &Scene<'_>, negative: bool) -> Color32 {
    if negative {
        scene.palette.w_h.gamma_multiply(0.5)
    } else {
        scene.palette.w_h
    }
}

/// A drag moves w_h, which training leaves alone meanwhile. The past is only looked at.
fn drag(
    response: &Response,
    scene: &Scene<'_>,
    transform: &PlotTransform,
    actions: &mut Vec<Action>,
) {
    if scene.snapshot.run.timeline.is_past {
        return;
    }
    if response.is_pointer_button_down_on() {
        actions.push(Action::Grab(Some(Weight::Recurrent)));
    }
    if let Some(at) = picture::moved_to(response) {
        let bounds = transform.bounds();
        let w_h = transform.value_from_position(at).x;
        let w_h = w_h.clamp(bounds.min()[0], bounds.max()[0]);
        let w_h = scene.setting(Weight::Recurrent, w_h);
        actions.push(Action::SetWeight(Weight::Recurrent, w_h));
    }
}

/// The line of today's w_h.
fn today(ui: &Ui, scene: &Scene<'_>, transform: &PlotTransform) {
    let frame = *transform.frame();
    let x = transform.position_from_point_x(scene.snapshot.moment.weights.w_h);
    if frame.x_range().contains(x) {
        let stroke = Stroke::new(1.0, scene.palette.cursor.gamma_multiply(0.55));
        ui.painter().vline(x, frame.y_range(), stroke);
    }
}

/// Today's point, which can be dragged.
fn point(ui: &Ui, scene: &Scene<'_>, transform: &PlotTransform, scale: &LossScale) {
    let snapshot = scene.snapshot;
    let height = scale.height(snapshot.probe.loss);
    if !height.is_finite() {
        return;
    }
    let at = Pos2::new(
        transform.position_from_point_x(snapshot.moment.weights.w_h),
        transform.position_from_point_y(height),
    );
    let at = transform.frame().clamp(at);
    let stroke = Stroke::new(1.5, scene.palette.cursor);
    ui.painter().circle(at, 5.5, scene.palette.w_h, stroke);
}

fn hover(response: &Response, landscape: &Landscape, transform: &PlotTransform) {
    // Under the hand the title says it, and nothing covers the point.
    let Some(at) = response.hover_pos().filter(|_| !response.dragged()) else {
        return;
    };
    let w_h = transform.value_from_position(at).x;
    let distance = |candidate: f64| (candidate - w_h).abs();
    let nearest = landscape
        .points
        .iter()
        .min_by(|a, b| distance(a.w_h).total_cmp(&distance(b.w_h)));
    if let Some(point) = nearest {
        response.clone().on_hover_text_at_pointer(format!(
            "wₕ = {}\nL = {}\n∂L/∂wₕ = {}",
            decimal(point.w_h, 4),
            significant(point.loss),
            significant(point.gradient)
        ));
    }
}

/// What a screen reader says.
fn describe(response: &Response, scene: &Scene<'_>, landscape: &Landscape) {
    let steepest = landscape
        .points
        .iter()
        .filter(|point| point.gradient.is_finite())
        .max_by(|a, b| a.gradient.abs().total_cmp(&b.gradient.abs()));
    describe_picture(response, "Landscape over w_h", || {
        format!(
            "at w_h = {} the loss is {}; steepest at w_h = {} with a gradient of {}",
            decimal(scene.snapshot.moment.weights.w_h, 4),
            significant(scene.snapshot.probe.loss),
            steepest.map_or_else(String::new, |point| decimal(point.w_h, 4)),
            steepest.map_or_else(String::new, |point| significant(point.gradient)),
        )
    });
}
