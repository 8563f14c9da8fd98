//! The terms of ∂L/∂w_h and ∂L/∂w_i, timestep by timestep, and their sums: a healthy sum whose
//! long-range terms are dead.

use egui::{Color32, Painter, Pos2, Stroke, Ui, Vec2};
use egui_plot::{HLine, Line, MarkerShape, PlotTransform, Points};

use super::accessible::describe_picture;
use super::plot::{
    Swatch, decade_axis, decade_marks, explain, finite_runs, fix_bounds, legend_entry,
    non_finite_marks, round_range, still_plot, time_axis, timestep_marks,
};
use super::scene::Scene;
use super::theme::Palette;
use super::time_axis::TimeScale;
use super::view_state::ViewState;
use crate::flow::{Magnitude, StepFlow, against_in_words};
use crate::training::Snapshot;

/// Decades below the larger sum that are shown at most: terms below contribute nothing that a float64
/// could hold beside it, so the axis ends there and they lie on its floor.
const DEEPEST: f64 = 18.0;

/// One of the two sums.
struct Sum<'a> {
    name: &'static str,
    symbol: &'static str,
    term: Box<dyn Fn(&StepFlow) -> Magnitude + 'a>,
    total: Magnitude,
    colour: Color32,
    shape: MarkerShape,
}

fn sums<'a>(snapshot: &Snapshot, palette: &Palette) -> [Sum<'a>; 2] {
    [
        Sum {
            name: "w_h terms",
            symbol: snapshot.probe.flow.w_h_symbol(),
            term: Box::new(|step| step.term_w_h.magnitude),
            total: snapshot.probe.flow.w_h.magnitude,
            colour: palette.w_h,
            shape: MarkerShape::Circle,
        },
        Sum {
            name: "w_i terms",
            symbol: snapshot.probe.flow.w_i_symbol(),
            term: Box::new(|step| step.term_w_i.magnitude),
            total: snapshot.probe.flow.w_i.magnitude,
            colour: palette.w_i,
            shape: MarkerShape::Square,
        },
    ]
}

/// The title row: how many steps count, and the legend.
pub fn title_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let Scene {
        snapshot, palette, ..
    } = *scene;
    let flow = &snapshot.probe.flow;
    for (swatch, colour, text, term, gradient) in [
        (
            Swatch::Point,
            palette.w_h,
            flow.w_h_symbol(),
            "δₜ·oₜ₋₁",
            flow.w_h,
        ),
        (
            Swatch::Square,
            palette.w_i,
            flow.w_i_symbol(),
            "δₜ·xₜ",
            flow.w_i,
        ),
    ] {
        let line = if gradient.is_number {
            "their sum"
        } else {
            "the norm of their sum, a matrix with a number for each weight"
        };
        let meaning = format!(
            "Marks are the terms {term}, the line is {line}. Hollow marks are negative, a triangle at the foot is exactly 0, an arrow there is below the axis"
        );
        legend_entry(ui, swatch, colour, text, &meaning);
    }
    if let Some(count) = snapshot.probe.flow.steps_that_count {
        ui.small(format!("last {count} of {} steps count", snapshot.len()))
            .on_hover_text(
                "So many of the last steps make up ∂L/∂wₕ to within a tenth. What lies before them teaches the network nothing, however healthy the sum looks.",
            );
    }
    if let Some(against) = against_in_words(&snapshot.probe.flow) {
        ui.small(against).on_hover_text(
            "Their sign is not that of ∂L/∂wₕ, so they take away from what the others add: the sum may be far smaller than its largest term",
        );
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
    let sums = sums(snapshot, palette);
    let y = y_range(snapshot, view, &sums);
    let width = TimeScale::new(&view.time, 0.0, size.x).step_width();
    let length = snapshot.len() as f64;
    let floor = y.0 + 0.04 * (y.1 - y.0);
    let response = still_plot("terms", size)
        .custom_y_axes(vec![decade_axis()])
        .custom_x_axes(vec![time_axis(|t| t.to_string())])
        .x_grid_spacer(move |input| timestep_marks(&input, width, length))
        .y_grid_spacer(move |input| decade_marks(&input, y.1 - y.0, size.y))
        .show(ui, |plot_ui| {
            fix_bounds(plot_ui, view.time.range(), y);
            for sum in &sums {
                if let Some(total) = sum.total.log10() {
                    plot_ui.hline(HLine::new(sum.name, total).color(sum.colour).width(1.5));
                }
                draw_terms(plot_ui, snapshot, view, sum, (floor, width));
            }
        });
    let transform = response.transform;
    for sum in &sums {
        let terms = view.time.visible().map(|t| {
            let term = (sum.term)(&snapshot.probe.flow.steps[t - 1]);
            (t as f64, term)
        });
        non_finite_marks(ui.painter(), &transform, terms.clone(), sum.colour);
        below_marks(ui.painter(), &transform, terms, (floor, sum.colour));
    }
    let nothing = sums.iter().all(|sum| sum.total.log10().is_none());
    if nothing {
        let text = format!(
            "{} is {}, {} is {}",
            sums[0].symbol, sums[0].total, sums[1].symbol, sums[1].total
        );
        explain(ui.painter(), *transform.frame(), &text, palette.error);
    }
    describe(&response.response, snapshot, view, &sums);
    transform
}

/// What a screen reader says.
fn describe(response: &egui::Response, snapshot: &Snapshot, view: &ViewState, sums: &[Sum<'_>; 2]) {
    describe_picture(response, "Terms of the gradient", || {
        let step = &snapshot.probe.flow.steps[view.time.cursor() - 1];
        sums.iter()
            .map(|sum| {
                format!(
                    "{} is {}, its term at step {} is {}",
                    sum.symbol,
                    sum.total,
                    view.time.cursor(),
                    (sum.term)(step)
                )
            })
            .collect::<Vec<_>>()
            .join("; ")
    });
}

fn draw_terms(
    plot_ui: &mut egui_plot::PlotUi<'_>,
    snapshot: &Snapshot,
    view: &ViewState,
    sum: &Sum<'_>,
    (floor, step_width): (f64, f32),
) {
    // Terms too small for the axis are marked at its foot.
    let height = |magnitude: Magnitude| magnitude.log10().filter(|&log10| log10 >= floor);
    let terms = view.time.visible().map(|t| {
        let term = (sum.term)(&snapshot.probe.flow.steps[t - 1]);
        (t as f64, term)
    });
    if step_width < 5.0 {
        let runs = finite_runs(terms.map(|(t, term)| (t, height(term))));
        for (index, run) in runs.into_iter().enumerate() {
            plot_ui.line(
                Line::new(sum.name, run)
                    .id((sum.name, index))
                    .color(sum.colour)
                    .width(1.2),
            );
        }
        return;
    }
    for negative in [false, true] {
        let points: Vec<[f64; 2]> = terms
            .clone()
            .filter(|(_, term)| term.is_negative() == negative)
            .filter_map(|(t, term)| Some([t, height(term)?]))
            .collect();
        plot_ui.points(
            Points::new(sum.name, points)
                .id((sum.name, negative))
                .shape(sum.shape)
                .filled(!negative)
                .color(sum.colour)
                .radius(4.0),
        );
    }
}

/// Arrows at the foot of the plot for terms that are below it, but not zero.
fn below_marks(
    painter: &Painter,
    transform: &PlotTransform,
    terms: impl Iterator<Item = (f64, Magnitude)>,
    (floor, colour): (f64, Color32),
) {
    let frame = *transform.frame();
    let mut last = f32::NEG_INFINITY;
    for (t, term) in terms {
        let x = transform.position_from_point_x(t);
        let below = term.log10().is_some_and(|log10| log10 < floor);
        if !below || x - last < 6.0 || !frame.x_range().contains(x) {
            continue;
        }
        last = x;
        let foot = Pos2::new(x, frame.bottom() - 2.0);
        let stroke = Stroke::new(1.3, colour);
        painter.line_segment([foot, foot - Vec2::new(0.0, 8.0)], stroke);
        for side in [-2.5, 2.5] {
            painter.line_segment([foot, foot + Vec2::new(side, -3.5)], stroke);
        }
    }
}

fn y_range(snapshot: &Snapshot, view: &ViewState, sums: &[Sum<'_>; 2]) -> (f64, f64) {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut include = |magnitude: Magnitude| {
        if let Some(log10) = magnitude.log10() {
            low = low.min(log10);
            high = high.max(log10);
        }
    };
    for sum in sums {
        include(sum.total);
        for t in view.time.visible() {
            include((sum.term)(&snapshot.probe.flow.steps[t - 1]));
        }
    }
    if low > high {
        return (-2.0, 1.0);
    }
    round_range(low.max(high - DEEPEST), high, 2.0)
}
