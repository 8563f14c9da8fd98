//! Band (b): log₁₀ of the product per timestep, with the bound and the float limits.

use std::ops::RangeInclusive;

use egui::{Ui, Vec2};
use egui_plot::{Line, LineStyle, MarkerShape, PlotTransform, Points};

use super::accessible::describe_picture;
use super::action::Action;
use super::dashes::PlotArea;
use super::float_limits;
use super::plot::{
    Swatch, decade_axis, decade_marks, explain, finite_runs, fix_bounds, legend_entry,
    non_finite_marks, round_range, still_plot,
};
use super::scene::Scene;
use super::time_axis::TimeScale;
use super::view_state::ViewState;
use crate::export::figure::Shown;
use crate::export::{Direction, Measure};
use crate::flow::Magnitude;
use crate::training::Snapshot;

/// Points of the dotted line: its dots tell no more apart.
const MOST_DOTTED: usize = 200;

/// Points get marks of their own where one timestep is at least this wide.
const MARKED_STEP_WIDTH: f32 = 7.0;

/// The title row: what is shown, the choices, the legend.
pub fn title_ui(ui: &mut Ui, scene: &Scene<'_>, actions: &mut Vec<Action>) {
    let Scene {
        snapshot,
        view,
        palette,
        ..
    } = *scene;
    let shown = Shown::new(snapshot, &view.look());
    let at = view.time.cursor();
    let value = shown
        .value(at)
        .map_or_else(|| "…".to_owned(), |value| value.to_string());
    choices_ui(ui, snapshot, &shown, actions);
    ui.separator();
    ui.label(format!("{} = {value}", shown.symbol()))
        .on_hover_text("What the plot shows, at the cursor");
    ui.separator();
    legend_entry(
        ui,
        Swatch::Line,
        palette.measured,
        "measured",
        "The product itself",
    );
    if shown.of_last_batch(1).is_some() || shown.of_last_batch(at).is_some() {
        legend_entry(
            ui,
            Swatch::Dotted,
            palette.measured,
            "last batch",
            "The same of the whole batch that the last step was made with: ‖∂L/∂oₜ‖ over its sequences and units, \
             as training itself had it",
        );
    }
    legend_entry(
        ui,
        Swatch::Dashed,
        palette.theory,
        shown.bound_name(),
        "No product is above it. Below 1 it proves vanishing; above 1 it only permits exploding",
    );
}

/// Which product and which magnitude of it. They stand before everything that changes its width, so that
/// they stay where they are.
fn choices_ui(ui: &mut Ui, snapshot: &Snapshot, shown: &Shown<'_>, actions: &mut Vec<Action>) {
    let scalar = snapshot.probe.flow.hidden == 1;
    for (direction, text, meaning) in [
        (
            Direction::ToEnd,
            "to the end",
            "∂oₙ/∂oₜ: what the loss sees of step t",
        ),
        (
            Direction::FromFirst,
            "from the first",
            "∂oₜ/∂o₁: the lecture's product from step 1 to step t",
        ),
    ] {
        // ∂L/∂oₜ is counted from the end by its nature.
        let possible = shown.measure() != Measure::Gradient || direction == Direction::ToEnd;
        let button = egui::Button::selectable(shown.direction() == direction, text);
        if ui
            .add_enabled(possible, button)
            .on_hover_text(meaning)
            .on_disabled_hover_text("∂L/∂oₜ is counted from the end")
            .clicked()
        {
            actions.push(Action::SetDirection(direction));
        }
    }
    ui.separator();
    let mut measures = vec![
        (
            Measure::Gain,
            if scalar { "product" } else { "gain" },
            "What is left of the loss's own gradient: ‖gₜ‖/‖gₙ‖, for one unit the product itself",
        ),
        (
            Measure::Gradient,
            "∂L/∂oₜ",
            "The loss's gradient at step t itself",
        ),
    ];
    if !scalar {
        measures.push((
            Measure::Norm,
            "‖P‖₂",
            "The most that any direction keeps: the largest singular value of the product",
        ));
    }
    for (measure, text, meaning) in measures {
        if ui
            .selectable_label(shown.measure() == measure, text)
            .on_hover_text(meaning)
            .clicked()
        {
            actions.push(Action::SetMeasure(measure));
        }
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
    let shown = Shown::new(snapshot, &view.look());
    let visible = view.time.visible();
    let y = y_range(&shown, view);
    let curve = finite_runs(
        visible
            .clone()
            .map(|t| (t as f64, shown.value(t).and_then(Magnitude::log10))),
    );
    let plot = PlotArea {
        x: view.time.range(),
        y,
        size,
    };
    let (bound, bound_style) = plot.of_line(
        finite_runs(visible.clone().map(|t| (t as f64, Some(shown.bound(t))))),
        LineStyle::dashed_dense(),
    );
    let (batch, batch_style) = plot.of_line(
        finite_runs(thinned(&visible).map(|t| (t as f64, shown.of_last_batch(t)))),
        LineStyle::dotted_dense(),
    );
    let (positive, negative) = (
        signed_points(&shown, view, size.x, false),
        signed_points(&shown, view, size.x, true),
    );

    let response = still_plot("product", size)
        .show_axes([false, true])
        .custom_y_axes(vec![decade_axis()])
        .x_grid_spacer(|_| Vec::new())
        .y_grid_spacer(move |input| decade_marks(&input, y.1 - y.0, size.y))
        .show(ui, |plot_ui| {
            fix_bounds(plot_ui, view.time.range(), y);
            let one = vec![[-1.0, 0.0], [snapshot.len() as f64 + 2.0, 0.0]];
            plot_ui.line(Line::new("", one).color(palette.faint).width(1.0));
            for (index, run) in bound.into_iter().enumerate() {
                plot_ui.line(
                    Line::new("bound", run)
                        .id(("bound", index))
                        .color(palette.theory)
                        .style(bound_style)
                        .width(1.5),
                );
            }
            for (index, run) in batch.into_iter().enumerate() {
                plot_ui.line(
                    Line::new("last batch", run)
                        .id(("last batch", index))
                        .color(palette.measured)
                        .style(batch_style)
                        .width(1.5),
                );
            }
            for (index, run) in curve.into_iter().enumerate() {
                plot_ui.line(
                    Line::new("measured", run)
                        .id(("measured", index))
                        .color(palette.measured)
                        .width(2.0),
                );
            }
            for (points, filled) in [(positive, true), (negative, false)] {
                plot_ui.points(
                    Points::new("signs", points)
                        .id(("signs", filled))
                        .shape(MarkerShape::Circle)
                        .filled(filled)
                        .color(palette.measured)
                        .radius(3.5),
                );
            }
        });
    let transform = response.transform;
    let painter = ui.painter_at(*transform.frame());
    let end = |t: usize| shown.value(t).and_then(Magnitude::log10);
    float_limits::draw(ui, &transform, (end(1), end(snapshot.len())), palette);
    let values = visible.filter_map(|t| Some((t as f64, shown.value(t)?)));
    non_finite_marks(&painter, &transform, values, palette.error);
    if let Some(reason) = shown.absence() {
        explain(&painter, *transform.frame(), &reason, palette.error);
    }
    describe(&response.response, snapshot, &shown, view);
    transform
}

/// Some of the `visible` timesteps, evenly, the last among them: dots along ten thousand would cost more than all
/// the rest.
fn thinned(visible: &RangeInclusive<usize>) -> impl Iterator<Item = usize> + use<> {
    let (first, last) = (*visible.start(), *visible.end());
    let stride = (last + 1 - first).div_ceil(MOST_DOTTED).max(1);
    let others = (first..last).filter(move |t| (last - t).is_multiple_of(stride));
    others.chain([last])
}

/// A mark for every visible timestep whose value has the sign, if there is room for marks.
fn signed_points(shown: &Shown<'_>, view: &ViewState, width: f32, negative: bool) -> Vec<[f64; 2]> {
    if TimeScale::new(&view.time, 0.0, width).step_width() < MARKED_STEP_WIDTH {
        return Vec::new();
    }
    view.time
        .visible()
        .filter_map(|t| {
            let value = shown.value(t)?;
            let log10 = value.log10()?;
            (value.is_negative() == negative).then_some([t as f64, log10])
        })
        .collect()
}

/// The visible decades: the measured curve, 1, and batch and bound as far as they do not dwarf the curve.
fn y_range(shown: &Shown<'_>, view: &ViewState) -> (f64, f64) {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let visible = view.time.visible();
    for t in visible.clone() {
        if let Some(log10) = shown.value(t).and_then(Magnitude::log10) {
            low = low.min(log10);
            high = high.max(log10);
        }
    }
    if shown.measure() != Measure::Gradient || low > high {
        (low, high) = (low.min(0.0), high.max(0.0));
    }
    let reach = 1.5 * (high - low).max(2.0);
    let (floor, ceil) = (low - reach, high + reach);
    for t in visible {
        let others = [Some(shown.bound(t)), shown.of_last_batch(t)];
        for other in others.into_iter().flatten().filter(|it| it.is_finite()) {
            low = low.min(other.max(floor));
            high = high.max(other.min(ceil));
        }
    }
    round_range(low, high, 2.0)
}

/// What a screen reader says.
fn describe(response: &egui::Response, snapshot: &Snapshot, shown: &Shown<'_>, view: &ViewState) {
    describe_picture(response, "Product per timestep", || {
        let value = |t: usize| {
            shown
                .value(t)
                .map_or_else(|| "unknown".to_owned(), |value| value.to_string())
        };
        format!(
            "{} is {} at step 1, {} at step {} and {} at step {}",
            shown.symbol(),
            value(1),
            value(view.time.cursor()),
            view.time.cursor(),
            value(snapshot.len()),
            snapshot.len(),
        )
    });
}
