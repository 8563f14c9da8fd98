//! Float glasses: the backward pass as narrower floating-point formats carry it, beside the exact one.

use egui::{Color32, Ui, Vec2};
use egui_plot::{Line, LineStyle, PlotTransform};

use super::accessible::describe_picture;
use super::action::Action;
use super::dashes::PlotArea;
use super::plot::{
    Swatch, decade_axis, decade_marks, explain, finite_runs, fix_bounds, legend_entry,
    non_finite_marks, round_range, still_plot, time_axis, timestep_marks,
};
use super::scene::Scene;
use super::study_ui;
use super::time_axis::TimeScale;
use crate::export::View;
use crate::flow::{FloatFormat, Magnitude, RoundedFlow};
use crate::training::{Finding, Topic};

/// The title row: the legend, and from where on each format has lost the gradient.
pub fn title_ui(ui: &mut Ui, scene: &Scene<'_>, actions: &mut Vec<Action>) {
    legend_entry(
        ui,
        Swatch::Line,
        scene.palette.measured,
        "exact",
        "∂L/∂oₜ in the log domain, which neither underflows nor overflows",
    );
    for format in FloatFormat::ALL {
        let flow = flows(scene).iter().find(|flow| flow.format == format);
        legend_entry(
            ui,
            Swatch::Dashed,
            colour(format, scene),
            &flow.map_or_else(|| format.name().to_owned(), outcome),
            "The same backward pass with every product and every sum rounded to this format, without loss scaling: its largest relative error, or the timestep from which on, going back, it is 0 or not finite although the exact gradient is not",
        );
    }
    study_ui::state_ui(ui, scene, View::Floats, actions);
}

/// `float16 0 from t = 3`, `bfloat16 ±2.6 %`
fn outcome(flow: &RoundedFlow) -> String {
    let name = flow.format.name();
    match (flow.zero_from, flow.overflow_from, flow.worst_in_words()) {
        (_, Some(t), _) => format!("{name} ∞ from t = {t}"),
        (Some(t), ..) => format!("{name} 0 from t = {t}"),
        (None, None, Some(off)) => format!("{name} ±{off}"),
        (None, None, None) => name.to_owned(),
    }
}

fn flows<'a>(scene: &Scene<'a>) -> &'a [RoundedFlow] {
    match scene.findings.study(Topic::RoundedFlows) {
        Some(study) if study.subject.len() == scene.snapshot.len() => match &study.finding {
            Finding::RoundedFlows(flows) => flows,
            _ => &[],
        },
        _ => &[],
    }
}

fn colour(format: FloatFormat, scene: &Scene<'_>) -> Color32 {
    match format {
        FloatFormat::Float16 => scene.palette.w_h,
        FloatFormat::Bfloat16 => scene.palette.w_i,
        FloatFormat::Float32 => scene.palette.f_prime,
    }
}

/// The plot.
pub fn plot_ui(ui: &mut Ui, scene: &Scene<'_>, size: Vec2) -> PlotTransform {
    let (snapshot, view) = (scene.snapshot, scene.view);
    let flows = flows(scene);
    let y = y_range(scene, flows);
    let width = TimeScale::new(&view.time, 0.0, size.x).step_width();
    let length = snapshot.len() as f64;
    let response = still_plot("floats", size)
        .custom_y_axes(vec![decade_axis()])
        .custom_x_axes(vec![time_axis(|t| t.to_string())])
        .x_grid_spacer(move |input| timestep_marks(&input, width, length))
        .y_grid_spacer(move |input| decade_marks(&input, y.1 - y.0, size.y))
        .show(ui, |plot_ui| {
            fix_bounds(plot_ui, view.time.range(), y);
            let plot = PlotArea {
                x: view.time.range(),
                y,
                size,
            };
            let exact = |t: usize| snapshot.probe.flow.steps[t - 1].dl_do;
            let style = ("exact", scene.palette.measured, 2.5);
            curve(plot_ui, scene, &plot, style, &exact);
            for flow in flows {
                let style = (flow.format.name(), colour(flow.format, scene), 1.8);
                curve(plot_ui, scene, &plot, style, &|t| flow.dl_do[t - 1]);
            }
        });
    let transform = response.transform;
    for flow in flows {
        let values = view.time.visible().map(|t| (t as f64, flow.dl_do[t - 1]));
        non_finite_marks(ui.painter(), &transform, values, colour(flow.format, scene));
    }
    if flows.is_empty() {
        let text = study_ui::absence(scene, View::Floats);
        explain(
            ui.painter(),
            *transform.frame(),
            &text,
            scene.palette.theory,
        );
    }
    let visible = || view.time.visible();
    let exact = |t: usize| snapshot.probe.flow.steps[t - 1].dl_do;
    if !flows.is_empty() && visible().all(|t| exact(t).log10().is_none()) {
        let text = format!("∂L/∂oₜ is {} at every step", exact(snapshot.len()));
        explain(ui.painter(), *transform.frame(), &text, scene.palette.error);
    }
    describe(&response.response, scene, flows);
    transform
}

fn curve(
    plot_ui: &mut egui_plot::PlotUi<'_>,
    scene: &Scene<'_>,
    plot: &PlotArea,
    (name, colour, width): (&'static str, Color32, f32),
    value: &dyn Fn(usize) -> Magnitude,
) {
    let points = scene
        .view
        .time
        .visible()
        .map(|t| (t as f64, value(t).log10()));
    let style = match name {
        "exact" => LineStyle::Solid,
        _ => LineStyle::dashed_dense(),
    };
    let (runs, style) = plot.of_line(finite_runs(points), style);
    for (index, run) in runs.into_iter().enumerate() {
        let line = Line::new(name, run)
            .id((name, index))
            .color(colour)
            .width(width);
        plot_ui.line(line.style(style));
    }
}

fn y_range(scene: &Scene<'_>, flows: &[RoundedFlow]) -> (f64, f64) {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut include = |magnitude: Magnitude| {
        if let Some(log10) = magnitude.log10() {
            low = low.min(log10);
            high = high.max(log10);
        }
    };
    for t in scene.view.time.visible() {
        include(scene.snapshot.probe.flow.steps[t - 1].dl_do);
        for flow in flows {
            include(flow.dl_do[t - 1]);
        }
    }
    if low > high {
        return (-2.0, 1.0);
    }
    round_range(low, high, 2.0)
}

/// What a screen reader says.
fn describe(response: &egui::Response, scene: &Scene<'_>, flows: &[RoundedFlow]) {
    describe_picture(response, "Float formats", || {
        let t = scene.view.time.cursor();
        let mut parts = vec![format!(
            "at step {t} the gradient is {}",
            scene.snapshot.probe.flow.steps[t - 1].dl_do
        )];
        parts.extend(
            flows
                .iter()
                .map(|flow| format!("in {} {}", outcome(flow), flow.dl_do[t - 1])),
        );
        parts.join("; ")
    });
}
