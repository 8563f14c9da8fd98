//! The spectrum: eigenvalues of W_h against the unit circle, and the singular values of the product
//! P_{n←k} at the cursor.

use egui::{Align2, FontId, Pos2, Rect, Response, Sense, Stroke, Ui, UiBuilder, Vec2};
use egui_plot::{MarkerShape, Points};

use super::accessible::describe_picture;
use super::action::Action;
use super::plot::{
    absent, decade_axis, decade_marks, explain, fix_bounds, round_range, round_step, spaced_marks,
    still_plot, time_axis,
};
use super::scene::Scene;
use super::study_ui;
use crate::export::View;
use crate::flow::{SingularValues, decimal, significant};
use crate::training::{Finding, Question, Topic};

/// Height of what stands above each half.
const HEADING: f32 = 14.0;

/// The title row: the numbers that sum it up.
pub fn title_ui(ui: &mut Ui, scene: &Scene<'_>, actions: &mut Vec<Action>) {
    let snapshot = scene.snapshot;
    let equals = if snapshot.moment.spectrum_is_old {
        "≈"
    } else {
        "="
    };
    ui.label(format!(
        "ρ {equals} {}, σ₁ {equals} {}",
        decimal(snapshot.moment.spectrum.spectral_radius, 4),
        decimal(snapshot.moment.spectrum.sigma_1, 4)
    ))
    .on_hover_text("ρ is the spectral radius of Wₕ, the farthest eigenvalue from 0; σ₁ its largest singular value, the most that one step can stretch a vector");
    if let Some(lyapunov) = snapshot.probe.flow.lyapunov(1) {
        ui.label(format!("λ = {}", significant(lyapunov)))
            .on_hover_text("The Lyapunov exponent: the mean of ln of what a step does to the loss's gradient. Below 0 it vanishes, above 0 it explodes. It knows f′, the eigenvalues of Wₕ do not");
    }
    if snapshot.moment.spectrum_is_old {
        ui.small("measured while paused")
            .on_hover_text("The eigenvalues of so many units take about a second, so training does not wait for them");
    }
    study_ui::state_ui(ui, scene, View::Spectrum, actions);
}

/// Eigenvalues on the left, singular values on the right.
pub fn picture_ui(ui: &mut Ui, scene: &Scene<'_>, size: Vec2) {
    let (area, _) = ui.allocate_exact_size(size, Sense::hover());
    let side = (size.y - HEADING).min(0.5 * size.x);
    let (left, right) = area.split_left_right_at_x(area.left() + side + 6.0);
    heading(ui, scene, left, "eigenvalues of Wₕ");
    plane_ui(ui, scene, left.with_min_y(left.top() + HEADING));
    if right.width() > 70.0 {
        let text = match found(scene) {
            Some((n, k, _)) => format!("singular values of ∂oₙ/∂oₖ, n = {n}, k = {k}"),
            None => "singular values of ∂oₙ/∂oₖ".to_owned(),
        };
        heading(ui, scene, right, &text);
        let below = right.with_min_y(right.top() + HEADING);
        let mut right = ui.new_child(UiBuilder::new().max_rect(below));
        singular_values_ui(&mut right, scene);
    }
}

/// What stands above each half.
fn heading(ui: &Ui, scene: &Scene<'_>, rect: Rect, text: &str) {
    let font = FontId::proportional(11.0);
    let colour = scene.palette.theory;
    let painter = ui.painter_at(rect);
    painter.text(rect.left_top(), Align2::LEFT_TOP, text, font, colour);
}

/// The complex plane with the unit circle.
fn plane_ui(ui: &Ui, scene: &Scene<'_>, rect: Rect) {
    let (palette, painter) = (scene.palette, ui.painter_at(rect));
    let response = ui.interact(rect, ui.scope_id().with("eigenvalues"), Sense::hover());
    let Some(eigenvalues) = scene.snapshot.moment.eigenvalues.as_deref() else {
        explain(
            &painter,
            rect,
            "Being measured while paused",
            palette.theory,
        );
        return;
    };
    painter.rect_filled(rect, 0.0, palette.background);
    let size = |value: &[f64; 2]| value[0].hypot(value[1]);
    let farthest = eigenvalues.iter().map(size).fold(1.0_f64, f64::max);
    let reach = 1.15 * farthest;
    let radius = 0.5 * rect.width().min(rect.height()) - 2.0;
    let scale = radius / reach as f32;
    let centre = rect.center();
    let place = |value: &[f64; 2]| {
        Pos2::new(
            centre.x + value[0] as f32 * scale,
            centre.y - value[1] as f32 * scale,
        )
    };
    let faint = Stroke::new(1.0, palette.faint);
    painter.hline(rect.x_range(), centre.y, faint);
    painter.vline(centre.x, rect.y_range(), faint);
    painter.circle_stroke(centre, scale, Stroke::new(1.2, palette.theory));
    let label = |at: Pos2, align: Align2, text: &str| {
        let font = FontId::proportional(11.0);
        painter.text(at, align, text, font, palette.theory);
    };
    label(centre + Vec2::new(scale, 2.0), Align2::LEFT_TOP, "1");
    for value in eigenvalues.iter().filter(|value| size(value).is_finite()) {
        painter.circle_filled(place(value), 2.6, palette.w_h);
    }
    hover(&response, eigenvalues, &place);
    describe(&response, scene, eigenvalues);
}

fn hover(response: &Response, eigenvalues: &[[f64; 2]], place: &dyn Fn(&[f64; 2]) -> Pos2) {
    let Some(at) = response.hover_pos() else {
        return;
    };
    let distance = |value: &[f64; 2]| place(value).distance(at);
    let nearest = eigenvalues
        .iter()
        .min_by(|a, b| distance(a).total_cmp(&distance(b)));
    if let Some(value) = nearest.filter(|value| distance(value) < 12.0) {
        let sign = if value[1] < 0.0 { "−" } else { "+" };
        response.clone().on_hover_text_at_pointer(format!(
            "{} {sign} {} i, at {} from 0",
            decimal(value[0], 4),
            decimal(value[1].abs(), 4),
            decimal(value[0].hypot(value[1]), 4)
        ));
    }
}

fn describe(response: &Response, scene: &Scene<'_>, eigenvalues: &[[f64; 2]]) {
    describe_picture(response, "Eigenvalues", || {
        let inside = eigenvalues
            .iter()
            .filter(|value| value[0].hypot(value[1]) < 1.0)
            .count();
        format!(
            "{} eigenvalues, {inside} inside the unit circle, the farthest at {}",
            eigenvalues.len(),
            decimal(scene.snapshot.moment.spectrum.spectral_radius, 4)
        )
    });
}

/// n, k and the singular values that are known, of this network or of what it was a moment ago.
fn found<'a>(scene: &Scene<'a>) -> Option<(usize, usize, &'a SingularValues)> {
    let study = scene.findings.study(Topic::SingularValues)?;
    if study.subject.probe.flow.hidden != scene.snapshot.probe.flow.hidden {
        return None;
    }
    let n = study.subject.len();
    match (&study.finding, study.question) {
        (Finding::SingularValues(values), Question::SingularValues { k }) => Some((n, k, values)),
        _ => None,
    }
}

/// Singular values of P_{n←k}, largest first, in decades.
fn singular_values_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let size = ui.available_size();
    let area = ui.available_rect_before_wrap();
    let Some((n, k, values)) = found(scene) else {
        let text = study_ui::absence(scene, View::Spectrum);
        absent(ui, area, "Singular values", &text, scene.palette.theory);
        return;
    };
    let points: Vec<[f64; 2]> = values.values[..values.trusted]
        .iter()
        .enumerate()
        .filter_map(|(index, value)| Some([index as f64 + 1.0, value.log10()?]))
        .collect();
    let low = points.iter().map(|point| point[1]).fold(0.0, f64::min);
    let high = points.iter().map(|point| point[1]).fold(0.0, f64::max);
    let y = round_range(low, high, 2.0);
    let count = values.values.len() as f64;
    let x = (0.5 - 0.02 * count, count + 0.5 + 0.02 * count);
    let every = round_step(count * f64::from(30.0 / size.x.max(30.0))).max(1.0);
    let response = still_plot("singular values", size)
        .custom_y_axes(vec![decade_axis()])
        .custom_x_axes(vec![time_axis(|index| index.to_string())])
        .x_grid_spacer(move |input| spaced_marks(&input, every))
        .y_grid_spacer(move |input| decade_marks(&input, y.1 - y.0, size.y))
        .show(ui, |plot_ui| {
            fix_bounds(plot_ui, x, y);
            plot_ui.points(
                Points::new("σ", points)
                    .shape(MarkerShape::Circle)
                    .color(scene.palette.measured)
                    .radius(2.8),
            );
        });
    let frame = *response.transform.frame();
    let lost = values.values.len() - values.trusted;
    if lost > 0 {
        ui.painter().text(
            frame.right_top() + Vec2::new(-4.0, 3.0),
            Align2::RIGHT_TOP,
            format!("{lost} lost to rounding"),
            FontId::proportional(11.0),
            scene.palette.theory,
        );
    }
    if values.values.iter().all(|value| value.log10().is_none()) {
        let text = format!("Every singular value is {}", values.values[0]);
        explain(ui.painter(), frame, &text, scene.palette.error);
    }
    describe_picture(&response.response, "Singular values", || {
        format!(
            "of the product from step {k} to step {n}, from {} to {}",
            values.values[0],
            values.values[values.trusted.max(1) - 1]
        )
    });
}
