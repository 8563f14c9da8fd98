//! Band (c): why. One bar per timestep splits the factor into f′ and w_h.

use egui::{Mesh, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, Vec2};
use egui_plot::PlotTransform;

use super::accessible::describe_picture;
use super::plot::{
    Swatch, decade_axis, decade_marks, fix_bounds, legend_entry, non_finite_marks, one_per_pixel,
    round_range, spaced_marks, still_plot, time_axis,
};
use super::scene::Scene;
use super::time_axis::TimeScale;
use super::view_state::ViewState;
use crate::export::{Direction, factor_in_words};
use crate::flow::{Magnitude, StepFlow};
use crate::training::Snapshot;

/// The title row: the factor at the cursor, split, and the legend.
pub fn title_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let Scene {
        snapshot,
        view,
        palette,
        ..
    } = *scene;
    let (f_prime, w_h) = names(snapshot);
    ui.label(factor_in_words(snapshot, view.direction, view.time.cursor()))
        .on_hover_text({
            let way = match view.direction {
                Direction::ToEnd => "back from the end",
                Direction::FromFirst => "from the first timestep",
            };
            format!(
                "∂oₜ/∂oₜ₋₁ = {f_prime} · {w_h}: the framed bar, which the way {way} to the cursor has just multiplied in. A triangle at the foot is exactly 0: it lets nothing through. A ring is 0/0: nothing arrives there"
            )
        });
    ui.separator();
    legend_entry(
        ui,
        Swatch::Bar,
        palette.f_prime,
        f_prime,
        "What the slope of the activation does to the gradient: at most γ",
    );
    legend_entry(
        ui,
        Swatch::Bar,
        palette.w_h,
        w_h,
        "What the recurrent weight does to it",
    );
    legend_entry(
        ui,
        Swatch::Line,
        palette.measured,
        "both",
        "Their product: the factor by which the gradient changes on this step",
    );
}

fn names(snapshot: &Snapshot) -> (&'static str, &'static str) {
    if snapshot.probe.flow.hidden == 1 {
        ("f′(aₜ)", "wₕ")
    } else {
        ("‖f′⊙gₜ‖/‖gₜ‖", "‖Wₕᵀδₜ‖/‖δₜ‖")
    }
}

/// The plot.
pub fn plot_ui(ui: &mut Ui, scene: &Scene<'_>, size: Vec2) -> PlotTransform {
    let Scene {
        snapshot,
        view,
        palette,
        ..
    } = *scene;
    let y = y_range(snapshot, view);
    let scale = TimeScale::new(&view.time, 0.0, size.x);
    let every = round_label_step(snapshot, scale.step_width());
    let length = snapshot.len();
    let labels: Vec<(usize, String)> = view
        .time
        .visible()
        .filter(|t| t % every == 0 || (every == 1))
        .map(|t| (t, time_label(snapshot, t, scale.step_width())))
        .collect();
    let response = still_plot("reason", size)
        .custom_y_axes(vec![decade_axis()])
        .custom_x_axes(vec![time_axis(move |t| {
            labels
                .iter()
                .find(|(labelled, _)| *labelled as f64 == t)
                .map_or_else(String::new, |(_, label)| label.clone())
        })])
        .x_grid_spacer(move |input| {
            spaced_marks(&input, every as f64)
                .into_iter()
                .filter(|mark| mark.value >= 1.0 && mark.value <= length as f64)
                .collect()
        })
        .y_grid_spacer(move |input| decade_marks(&input, y.1 - y.0, size.y))
        .show(ui, |plot_ui| fix_bounds(plot_ui, view.time.range(), y));
    let transform = response.transform;
    bars(ui, &transform, scene);
    let painter = ui.painter_at(*transform.frame());
    let values = view
        .time
        .visible()
        .map(|t| (t as f64, snapshot.probe.flow.steps[t - 1].factor));
    non_finite_marks(&painter, &transform, values, palette.error);
    describe_picture(&response.response, "Factor per timestep", || {
        let cursor = view.time.cursor();
        let step = &snapshot.probe.flow.steps[cursor - 1];
        format!(
            "at step {cursor} the factor is {}, of which f′ is {} and w_h {}; multiplied in last, {}",
            step.factor,
            step.f_prime,
            step.w_h,
            factor_in_words(snapshot, view.direction, cursor)
        )
    });
    transform
}

fn y_range(snapshot: &Snapshot, view: &ViewState) -> (f64, f64) {
    let (mut low, mut high) = (0.0_f64, 0.0_f64);
    for t in view.time.visible() {
        let (below, above) = extent(&snapshot.probe.flow.steps[t - 1]);
        low = low.min(below);
        high = high.max(above);
    }
    round_range(low, high, 0.5)
}

/// How far the stacked bars of one step reach below and above 1.
fn extent(step: &StepFlow) -> (f64, f64) {
    let part = |magnitude: Magnitude| magnitude.log10().unwrap_or(0.0);
    let (a, b) = (part(step.f_prime), part(step.w_h));
    (a.min(0.0) + b.min(0.0), a.max(0.0) + b.max(0.0))
}

/// Two stacked bars and a mark per timestep. Where timesteps are narrower than a pixel, each pixel shows
/// the one that reaches farthest.
fn bars(ui: &Ui, transform: &PlotTransform, scene: &Scene<'_>) {
    let (snapshot, view, palette) = (scene.snapshot, scene.view, scene.palette);
    let frame = *transform.frame();
    let scale = TimeScale::new(&view.time, frame.left(), frame.right());
    // Gaps between bars narrower than a few pixels would only make stripes.
    let gap = if scale.step_width() > 6.0 {
        0.14 * scale.step_width()
    } else {
        0.0
    };
    let painter = ui.painter_at(frame);
    let mut mesh = Mesh::default();
    let mut marks = Vec::new();
    let reach = |t: usize| {
        let (below, above) = extent(&snapshot.probe.flow.steps[t - 1]);
        above - below
    };
    for column in one_per_pixel(&scale, view, reach) {
        let step = &snapshot.probe.flow.steps[column.t - 1];
        let (left, right) = column.edges(&scale);
        let (mut below, mut above) = (0.0, 0.0);
        for (part, colour) in [(step.w_h, palette.w_h), (step.f_prime, palette.f_prime)] {
            let Some(log10) = part.log10() else { continue };
            let base = if log10 < 0.0 { &mut below } else { &mut above };
            let rect = Rect::from_two_pos(
                Pos2::new(left + gap, transform.position_from_point_y(*base)),
                Pos2::new(right - gap, transform.position_from_point_y(*base + log10)),
            );
            mesh.add_colored_rect(rect, colour);
            *base += log10;
        }
        if let Some(log10) = step.factor.log10()
            && scale.step_width() > 6.0
        {
            let height = transform.position_from_point_y(log10);
            let (left, right) = (left + 0.5 * gap, right - 0.5 * gap);
            marks.push([Pos2::new(left, height), Pos2::new(right, height)]);
        }
    }
    painter.add(Shape::mesh(mesh));
    just_multiplied(&painter, transform, scene, gap);
    for mark in marks {
        painter.line_segment(mark, Stroke::new(2.0, palette.measured));
    }
    let one = transform.position_from_point_y(0.0);
    painter.hline(frame.x_range(), one, Stroke::new(1.0, palette.faint));
}

/// A frame around the bar that was multiplied in when the cursor came to where it is.
fn just_multiplied(painter: &Painter, transform: &PlotTransform, scene: &Scene<'_>, gap: f32) {
    let frame = *transform.frame();
    let scale = TimeScale::new(&scene.view.time, frame.left(), frame.right());
    let (view, steps) = (scene.view, &scene.snapshot.probe.flow.steps);
    let Some(t) = view
        .direction
        .just_multiplied(view.time.cursor(), steps.len())
    else {
        return;
    };
    let step = &steps[t - 1];
    let (below, above) = extent(step);
    // Around the shape at the foot where there is no bar that says it.
    let (top, bottom) = match step.factor {
        Magnitude::Zero | Magnitude::Undefined => (frame.bottom() - 11.0, frame.bottom() - 2.0),
        _ => (
            transform.position_from_point_y(above),
            transform.position_from_point_y(below),
        ),
    };
    let rect = Rect::from_min_max(
        Pos2::new(scale.x_from_time(t as f64 - 0.5) + gap, top),
        Pos2::new(scale.x_from_time(t as f64 + 0.5) - gap, bottom),
    );
    let stroke = Stroke::new(2.0, scene.palette.highlight);
    painter.rect_stroke(rect.expand(1.5), 0.0, stroke, StrokeKind::Outside);
}

/// Every how many timesteps there is a label.
fn round_label_step(snapshot: &Snapshot, step_width: f32) -> usize {
    let room = if snapshot.probe.words.is_some() && step_width > 26.0 {
        1.0
    } else {
        // A number of up to five digits.
        (44.0 / step_width).max(1.0)
    };
    super::plot::round_step(f64::from(room)).max(1.0) as usize
}

/// The word of a timestep if there is room for it, otherwise its number.
fn time_label(snapshot: &Snapshot, t: usize, step_width: f32) -> String {
    match snapshot.word(t) {
        Some(word) if step_width > 26.0 => elided(&word.text, step_width),
        None if snapshot.is_padding(t) && step_width > 26.0 => String::new(),
        _ => t.to_string(),
    }
}

/// As much of `text` as fits into `width` points of small letters.
pub fn elided(text: &str, width: f32) -> String {
    let fitting = (width / 6.6) as usize;
    if text.chars().count() <= fitting {
        text.to_owned()
    } else {
        let kept: String = text.chars().take(fitting.saturating_sub(1)).collect();
        format!("{kept}…")
    }
}
