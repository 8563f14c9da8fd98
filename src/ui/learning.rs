//! View (d): loss, gradient norms and accuracy over training steps.

use egui::{Ui, Vec2};
use egui_plot::{HLine, Line, LineStyle, MarkerShape, Plot, PlotTransform, Points};

use super::accessible::describe_picture;
use super::dashes::PlotArea;
use super::plot::{
    Swatch, decade_axis, decade_marks, explain, finite_runs, fix_bounds, legend_entry,
    non_finite_marks, round_range, round_step, spaced_marks, still_plot, time_axis, value_axis,
};
use super::scene::Scene;
use super::theme::Palette;
use crate::export::figure::knowing_nothing;
use crate::flow::{Magnitude, decimal, significant};
use crate::training::{Evaluation, Score, Snapshot, StepRecord};

/// Title row of the loss.
pub fn loss_title_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let Scene {
        snapshot, palette, ..
    } = *scene;
    legend_entry(
        ui,
        Swatch::Line,
        palette.measured,
        "L",
        "Mean loss of each step's batch, before the update of that step, on a logarithmic axis",
    );
    legend_entry(
        ui,
        Swatch::Line,
        palette.f_prime,
        "‖∂L/∂w‖",
        "Norm of the gradient of everything that is trained, before clipping",
    );
    if snapshot.moment.experiment.training.clip_norm.is_some() {
        legend_entry(
            ui,
            Swatch::Dashed,
            palette.w_i,
            "clipped",
            "Norm of the gradient after clipping",
        );
    }
    let nothing = &snapshot.run.knowing_nothing;
    if decades(nothing.loss).is_some() {
        let meaning = format!(
            "{}: at best the loss of a network that answers the same whatever it reads: {}. A curve that stays on this line has learnt nothing yet",
            knowing_nothing(nothing),
            nothing.reason
        );
        // In a third of a small window there is no room for its value.
        let (swatch, colour) = (Swatch::Dotted, palette.theory);
        legend_entry(ui, swatch, colour, "knowing nothing", &meaning);
    }
}

/// log₁₀ of what has one: neither loss nor norm is ever below zero.
fn decades(value: f64) -> Option<f64> {
    (value > 0.0 && value.is_finite()).then(|| value.log10())
}

/// Title row of the accuracy.
pub fn accuracy_title_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let Scene {
        snapshot, palette, ..
    } = *scene;
    // The newest that this moment has behind it.
    let behind = |evaluation: &&Evaluation| evaluation.step <= snapshot.moment.step;
    let last = snapshot.run.evaluations.iter().rev().find(behind);
    // A number of another network is not shown as this one's.
    let of_another = snapshot.run.evaluation_is_old
        && last.is_some_and(|last| last.step == snapshot.moment.step);
    let percent = |score: Option<Score>| {
        if of_another {
            return " …".to_owned();
        }
        score.map_or_else(String::new, |score| {
            format!(" {} %", decimal(100.0 * score.accuracy, 1))
        })
    };
    let training = last.and_then(|last| last.training);
    if training.is_some() {
        legend_entry(
            ui,
            Swatch::Line,
            palette.f_prime,
            &format!("training{}", percent(training)),
            &format!(
                "On the part that is trained on. Right is {}",
                snapshot.run.correctness
            ),
        );
    } else {
        legend_entry(
            ui,
            Swatch::Line,
            palette.theory,
            "batch",
            &format!(
                "On each step's batch, before the update of that step. Right is {}",
                snapshot.run.correctness
            ),
        );
    }
    legend_entry(
        ui,
        Swatch::Point,
        palette.w_h,
        &format!("held out{}", percent(last.map(|last| last.held_out))),
        &format!(
            "On sequences never trained on. Right is {}",
            snapshot.run.correctness
        ),
    );
}

/// Loss and gradient norms, in decades.
pub fn loss_plot_ui(ui: &mut Ui, scene: &Scene<'_>, size: Vec2) {
    let Scene {
        snapshot, palette, ..
    } = *scene;
    let clipped = snapshot.moment.experiment.training.clip_norm.is_some();
    type Curve = (&'static str, fn(&StepRecord) -> f64);
    let mut curves: Vec<(Curve, egui::Color32, LineStyle)> = vec![
        (
            ("gradient norm", |record| record.gradient_norm),
            palette.f_prime,
            LineStyle::Solid,
        ),
        (
            ("loss", |record| record.loss),
            palette.measured,
            LineStyle::Solid,
        ),
    ];
    if clipped {
        curves.push((
            ("clipped norm", |record| record.clipped_norm),
            palette.w_i,
            LineStyle::dashed_dense(),
        ));
    }
    let nothing = decades(snapshot.run.knowing_nothing.loss);
    let (mut low, mut high) = match nothing {
        Some(log10) => (log10, log10),
        None => (f64::INFINITY, f64::NEG_INFINITY),
    };
    for record in snapshot.run.history.iter() {
        for ((_, of), ..) in &curves {
            if let Some(log10) = decades(of(record)) {
                low = low.min(log10);
                high = high.max(log10);
            }
        }
    }
    if low > high {
        (low, high) = (-1.0, 1.0);
    }
    let y = round_range(low, high, 1.0);
    let x = step_range(snapshot);
    let response = over_steps("loss", size, snapshot)
        .custom_y_axes(vec![decade_axis()])
        .y_grid_spacer(move |input| decade_marks(&input, y.1 - y.0, size.y))
        .show(ui, |plot_ui| {
            fix_bounds(plot_ui, x, y);
            let plot = PlotArea { x, y, size };
            if let Some(log10) = nothing {
                let line = HLine::new("knowing nothing", log10).color(palette.theory);
                plot_ui.hline(line.style(LineStyle::dotted_dense()).width(1.5));
            }
            for ((name, of), colour, style) in curves {
                let points = snapshot
                    .run
                    .history
                    .iter()
                    .map(|record| (record.step as f64, decades(of(record))));
                let (runs, style) = plot.of_line(finite_runs(points), style);
                for (index, run) in runs.into_iter().enumerate() {
                    if let [point] = run[..] {
                        // A line needs two.
                        let points = Points::new(name, vec![point]).id((name, "point", index));
                        plot_ui.points(points.color(colour).radius(3.0));
                    }
                    plot_ui.line(
                        Line::new(name, run)
                            .id((name, index))
                            .color(colour)
                            .style(style)
                            .width(1.5),
                    );
                }
            }
        });
    loss_remarks(ui, snapshot, palette, &response.transform);
    describe_loss(&response.response, snapshot);
}

/// What a screen reader says.
fn describe_loss(response: &egui::Response, snapshot: &Snapshot) {
    describe_picture(response, "Loss over steps", || {
        let nothing = knowing_nothing(&snapshot.run.knowing_nothing);
        match snapshot.run.history.last() {
            None => format!("no step yet; {nothing}"),
            Some(record) => format!(
                "in step {}, before its update, the loss was {}, the gradient norm {}; {nothing}",
                record.step,
                significant(record.loss),
                significant(record.gradient_norm)
            ),
        }
    });
}

/// What the curves cannot say: that there is no step yet, or that numbers are not finite.
fn loss_remarks(ui: &Ui, snapshot: &Snapshot, palette: &Palette, transform: &PlotTransform) {
    let frame = *transform.frame();
    let Some(last) = snapshot.run.history.last() else {
        let text = "No step yet: press Step or Run";
        explain(ui.painter(), frame, text, palette.theory);
        return;
    };
    let records = || snapshot.run.history.iter();
    let finite = |value: f64| value > 0.0 && value.is_finite();
    if records().any(|record| finite(record.loss) || finite(record.gradient_norm)) {
        let losses = records().map(|record| (record.step as f64, Magnitude::new(record.loss)));
        non_finite_marks(ui.painter(), transform, losses, palette.error);
    } else {
        let text = format!(
            "L is {}, ‖∂L/∂w‖ is {}",
            significant(last.loss),
            significant(last.gradient_norm)
        );
        explain(ui.painter(), frame, &text, palette.error);
    }
}

/// Accuracy, in percent.
pub fn accuracy_plot_ui(ui: &mut Ui, scene: &Scene<'_>, size: Vec2) {
    let Scene {
        snapshot, palette, ..
    } = *scene;
    let x = step_range(snapshot);
    let percent = |accuracy: f64| 100.0 * accuracy;
    let fixed = |score: fn(&Evaluation) -> Option<Score>| -> Vec<[f64; 2]> {
        snapshot
            .run
            .evaluations
            .iter()
            .filter_map(|evaluation| {
                let score = score(evaluation)?;
                Some([evaluation.step as f64, percent(score.accuracy)])
            })
            .collect()
    };
    let training = fixed(|evaluation| evaluation.training);
    let held_out = fixed(|evaluation| Some(evaluation.held_out));
    let batches: Vec<[f64; 2]> = snapshot
        .run
        .history
        .iter()
        .map(|record| [record.step as f64, percent(record.accuracy)])
        .collect();
    let tick = if size.y > 90.0 { 25.0 } else { 50.0 };
    let response = over_steps("accuracy", size, snapshot)
        .custom_y_axes(vec![
            value_axis().formatter(|mark, _| format!("{} %", mark.value)),
        ])
        .y_grid_spacer(move |input| spaced_marks(&input, tick))
        .show(ui, |plot_ui| {
            fix_bounds(plot_ui, x, (-4.0, 104.0));
            if training.is_empty() {
                plot_ui.line(Line::new("batch", batches).color(palette.theory).width(1.0));
            } else {
                draw_scores(plot_ui, "training", training, palette.f_prime);
            }
            draw_scores(plot_ui, "held out", held_out, palette.w_h);
        });
    if snapshot.run.evaluations.is_empty() && snapshot.run.history.is_empty() {
        let frame = *response.transform.frame();
        explain(ui.painter(), frame, "Not measured yet", palette.theory);
    }
    describe_picture(&response.response, "Accuracy over steps", || {
        let Some(last) = snapshot.run.evaluations.last() else {
            return "not measured yet".to_owned();
        };
        let training = last.training.map_or_else(String::new, |score| {
            let accuracy = decimal(percent(score.accuracy), 1);
            format!("{accuracy} % on the training part, ")
        });
        format!(
            "{training}{} % held out after step {}",
            decimal(percent(last.held_out.accuracy), 1),
            last.step
        )
    });
}

fn draw_scores(
    plot_ui: &mut egui_plot::PlotUi<'_>,
    name: &'static str,
    points: Vec<[f64; 2]>,
    colour: egui::Color32,
) {
    if points.len() < 40 {
        plot_ui.points(
            Points::new(name, points.clone())
                .id((name, "points"))
                .shape(MarkerShape::Circle)
                .color(colour)
                .radius(3.0),
        );
    }
    plot_ui.line(Line::new(name, points).color(colour).width(1.5));
}

/// Where the axis of steps ends: who looks back sees the whole run.
fn last_step(snapshot: &Snapshot) -> f64 {
    let last = if snapshot.run.timeline.is_past {
        snapshot.run.timeline.newest
    } else {
        snapshot.moment.step
    };
    // A step that diverged is undone, and has a record.
    let measured = snapshot.run.history.last().map_or(0, |record| record.step);
    (last.max(measured) as f64).max(10.0)
}

fn step_range(snapshot: &Snapshot) -> (f64, f64) {
    let last = last_step(snapshot);
    (-0.02 * last, 1.02 * last)
}

fn over_steps<'a>(id: &'static str, size: Vec2, snapshot: &Snapshot) -> Plot<'a> {
    let last = last_step(snapshot);
    let step = round_step(last * f64::from(70.0 / size.x.max(70.0)));
    still_plot(id, size)
        .x_grid_spacer(move |input| spaced_marks(&input, step))
        .custom_x_axes(vec![time_axis(|count| {
            if count < 0.0 {
                String::new()
            } else if count >= 1e6 {
                format!("{} M", decimal(count / 1e6, 2))
            } else if count >= 1e4 {
                format!("{} k", decimal(count / 1e3, 2))
            } else {
                count.to_string()
            }
        })])
}
