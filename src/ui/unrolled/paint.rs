//! Drawing the unrolled network.

use egui::{
    Align2, Color32, CornerRadius, FontId, Mesh, Painter, Pos2, Rect, Sense, Shape, Stroke,
    StrokeKind, Ui, Vec2,
};

use super::super::colour::{self, DECADES};
use super::super::plot::{cross, triangle};
use super::super::reason::elided;
use super::super::theme::Palette;
use super::super::view_state::ViewState;
use super::layout::{Layout, Style};
use super::rows::{colour_of, row_name};
use super::strip;
use crate::flow::{Magnitude, decimal, power_of_ten, significant};
use crate::training::Snapshot;

/// The column of the cursor, behind everything else.
pub fn cursor(painter: &Painter, layout: &Layout, cursor: usize, palette: &Palette) {
    let centre = layout.scale.x_from_time(cursor as f64);
    let half = (0.5 * layout.scale.step_width()).max(0.5);
    let column = Rect::from_x_y_ranges(centre - half..=centre + half, layout.frame.y_range());
    painter.with_clip_rect(layout.frame).rect_filled(
        column,
        0.0,
        palette.cursor.gamma_multiply(0.12),
    );
    if layout.scale.step_width() < 4.0 {
        let stroke = Stroke::new(1.0, palette.cursor.gamma_multiply(0.55));
        painter.vline(centre, layout.frame.y_range(), stroke);
    }
}

/// Draws the visible part of the network.
pub fn picture(
    painter: &Painter,
    layout: &Layout,
    snapshot: &Snapshot,
    view: &ViewState,
    palette: &Palette,
) {
    match layout.style {
        Style::Nodes {
            radius,
            states,
            inputs,
        } => {
            row_name(painter, layout, states, "oₜ", palette);
            row_name(painter, layout, inputs, "xₜ", palette);
            let inside = painter.with_clip_rect(layout.frame);
            let nodes = Nodes {
                painter: &inside,
                layout,
                snapshot,
                palette,
                radius,
                states,
                inputs,
                cursor: view.time.cursor(),
                just_multiplied: view
                    .direction
                    .just_multiplied(view.time.cursor(), snapshot.len()),
            };
            for t in view.time.visible() {
                nodes.edge(t);
            }
            nodes.initial_state();
            for t in view.time.visible() {
                nodes.input(t);
                nodes.state(t);
            }
            nodes.end();
        }
        Style::Strip { states, gradient } => {
            row_name(painter, layout, gradient.center().y, "gradient", palette);
            strip::picture(painter, layout, snapshot, view, palette, (states, gradient));
        }
    }
}

/// The width of an edge: thin where the gradient has vanished, thick where it has exploded.
fn width_of(magnitude: Magnitude) -> f32 {
    match magnitude.log10() {
        Some(log10) => (3.0 + 3.0 * (log10 / DECADES).clamp(-0.75, 1.0)) as f32,
        None => 1.5,
    }
}

struct Nodes<'a> {
    painter: &'a Painter,
    layout: &'a Layout,
    snapshot: &'a Snapshot,
    palette: &'a Palette,
    radius: f32,
    states: f32,
    inputs: f32,
    cursor: usize,
    /// The timestep whose factor was multiplied in last.
    just_multiplied: Option<usize>,
}

impl Nodes<'_> {
    /// The edge from o_{t−1} into o_t, which the gradient crosses from right to left.
    fn edge(&self, t: usize) {
        let magnitude = self.snapshot.probe.flow.across_edge(t);
        let colour = colour_of(magnitude, self.palette);
        let from = self.layout.at(t as f64 - 1.0, self.states) + Vec2::new(self.radius, 0.0);
        let to = self.layout.at(t as f64, self.states) - Vec2::new(self.radius, 0.0);
        let stroke = Stroke::new(width_of(magnitude), colour);
        if self.just_multiplied == Some(t) {
            // The factor that was multiplied in when the cursor came to where it is.
            let around = Stroke::new(stroke.width + 6.0, self.palette.highlight);
            self.painter.line_segment([from, to], around);
        }
        if magnitude == Magnitude::Zero {
            self.painter
                .extend(Shape::dashed_line(&[from, to], stroke, 4.0, 4.0));
        } else {
            self.painter.line_segment([from, to], stroke);
        }
        self.arrow_head(to, stroke);
        self.mark_of(magnitude, from + (to - from) * 0.5);
    }

    fn arrow_head(&self, tip: Pos2, stroke: Stroke) {
        let size = 3.5 + stroke.width;
        self.painter.add(Shape::convex_polygon(
            vec![
                tip,
                tip + Vec2::new(-size, -0.6 * size),
                tip + Vec2::new(-size, 0.6 * size),
            ],
            stroke.color,
            Stroke::NONE,
        ));
    }

    /// The shape that says what a colour alone must not: a minus sign, infinite, not a number.
    fn mark_of(&self, magnitude: Magnitude, at: Pos2) {
        let above = at - Vec2::new(0.0, 8.0);
        match magnitude {
            Magnitude::Finite { negative: true, .. } => {
                let text = FontId::proportional(13.0);
                let colour = self.palette.measured;
                self.painter
                    .text(above, Align2::CENTER_CENTER, "−", text, colour);
            }
            Magnitude::Overflow { .. } => triangle(self.painter, above, -4.0, self.palette.error),
            Magnitude::Nan => cross(self.painter, above, 3.5, self.palette.error),
            Magnitude::Finite { .. } | Magnitude::Zero | Magnitude::Undefined => {}
        }
    }

    fn initial_state(&self) {
        let centre = self.layout.at(0.0, self.states);
        self.painter.circle(
            centre,
            0.8 * self.radius,
            self.background(),
            Stroke::new(1.0, self.palette.faint),
        );
        self.value(centre, self.snapshot.probe.states[0]);
        let below = centre + Vec2::new(0.0, self.radius + 8.0);
        self.painter.text(
            below,
            Align2::CENTER_CENTER,
            "o₀",
            FontId::proportional(12.0),
            self.palette.theory,
        );
    }

    /// The word or number that is read at `t`, and its arrow into the state.
    fn input(&self, t: usize) {
        let step_width = self.layout.scale.step_width();
        let centre = self.layout.at(t as f64, self.inputs);
        let below = self.layout.at(t as f64, self.states) + Vec2::new(0.0, self.radius);
        let text = self.snapshot.input_text(t);
        if text.is_empty() {
            if self.snapshot.is_padding(t) {
                let dot = Stroke::new(1.0, self.palette.faint);
                self.painter.circle_stroke(centre, 3.0, dot);
            }
            return;
        }
        let stroke = Stroke::new(1.2, self.palette.theory);
        let from = centre - Vec2::new(0.0, 9.0);
        self.painter.line_segment([from, below], stroke);
        let known = self.snapshot.word(t).is_none_or(|word| word.known);
        let colour = if known {
            self.palette.measured
        } else {
            self.palette.error
        };
        let size = if step_width > 44.0 { 13.5 } else { 11.5 };
        let text = if known {
            elided(text, step_width - 2.0)
        } else {
            format!("{}?", elided(text, step_width - 9.0))
        };
        let font = FontId::proportional(size);
        self.painter
            .text(centre, Align2::CENTER_CENTER, text, font, colour);
    }

    fn state(&self, t: usize) {
        let centre = self.layout.at(t as f64, self.states);
        let magnitude = self.snapshot.probe.flow.steps[t - 1].to_end;
        let stroke = if t == self.cursor {
            Stroke::new(3.0, self.palette.cursor)
        } else {
            Stroke::new(2.0, colour_of(magnitude, self.palette))
        };
        self.painter
            .circle(centre, self.radius, self.background(), stroke);
        self.value(centre, self.snapshot.probe.states[t]);
    }

    /// The number inside a node, if there is room.
    fn value(&self, centre: Pos2, value: f64) {
        if self.radius < 11.0 {
            return;
        }
        let text = if !value.is_finite() {
            significant(value)
        } else if value.abs() < 999.5 {
            decimal(value, if value.abs() < 9.95 { 2 } else { 0 })
        } else {
            // Only the order of magnitude fits; the number itself is in the title at the cursor.
            let sign = if value < 0.0 { "−" } else { "" };
            format!("{sign}{}", power_of_ten(value.abs().log10().round() as i64))
        };
        let fitting = 2.0 * self.radius / (text.chars().count().max(3) as f32 * 0.58);
        // Half points: every size of letters takes room in the atlas of glyphs.
        let fitting = (2.0 * fitting).floor() / 2.0;
        self.painter.text(
            centre,
            Align2::CENTER_CENTER,
            text,
            FontId::proportional(fitting.clamp(7.0, 14.0)),
            self.palette.measured,
        );
    }

    /// ŷ behind the last state.
    fn end(&self) {
        let length = self.snapshot.len() as f64;
        let centre = self.layout.at(length + 1.0, self.states);
        let at_end = self.snapshot.probe.flow.steps[self.snapshot.len() - 1].dl_do;
        let from = self.layout.at(length, self.states) + Vec2::new(self.radius, 0.0);
        let to = centre - Vec2::new(self.radius, 0.0);
        let stroke = Stroke::new(3.0, colour_of(Magnitude::ONE, self.palette));
        self.painter.line_segment([from, to], stroke);
        self.arrow_head(to, stroke);
        self.mark_of(at_end, from + (to - from) * 0.5);
        let square = Rect::from_center_size(centre, Vec2::splat(1.9 * self.radius));
        self.painter.rect(
            square,
            CornerRadius::same(4),
            self.background(),
            Stroke::new(2.0, self.palette.measured),
            StrokeKind::Middle,
        );
        self.value(centre, self.snapshot.probe.prediction);
        let label = |y: f32, text: String| {
            self.painter.text(
                Pos2::new(centre.x, y),
                Align2::CENTER_CENTER,
                text,
                FontId::proportional(12.0),
                self.palette.measured,
            );
        };
        label(self.states - self.radius - 10.0, "ŷ".to_owned());
        if self.layout.scale.step_width() > 44.0 {
            let below = self.states + self.radius + 11.0;
            label(
                below,
                format!("y = {}", decimal(self.snapshot.probe.target, 2)),
            );
            label(
                self.inputs,
                format!("L = {}", significant(self.snapshot.probe.loss)),
            );
        }
    }

    fn background(&self) -> Color32 {
        if self.palette.dark {
            Color32::from_gray(38)
        } else {
            Color32::from_gray(248)
        }
    }
}

/// The colour scale with its ends, for a title row.
pub fn colour_key(ui: &mut Ui, palette: &Palette) {
    let decades = DECADES as i64;
    ui.small(power_of_ten(-decades));
    let (rect, response) = ui.allocate_exact_size(Vec2::new(84.0, 10.0), Sense::hover());
    let mut mesh = Mesh::default();
    let steps = 42;
    for index in 0..steps {
        let share = |i: i32| i as f32 / steps as f32;
        let part = Rect::from_min_max(
            Pos2::new(rect.left() + share(index) * rect.width(), rect.top()),
            Pos2::new(rect.left() + share(index + 1) * rect.width(), rect.bottom()),
        );
        let log10 = (f64::from(share(index)) * 2.0 - 1.0) * DECADES;
        mesh.add_colored_rect(part, colour::of_log10(log10, palette.dark));
    }
    ui.painter().add(Shape::mesh(mesh));
    ui.small(power_of_ten(decades));
    response.on_hover_text(
        "How much of the loss's gradient is left there: grey all of it, blue less, orange to red more. A dashed edge is exactly 0, a minus sign reverses it, a triangle is ∞, a cross is not a number",
    );
}
