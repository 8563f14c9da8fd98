//! The unrolled network where there is room for its nodes.

use super::super::Look;
use super::area::{Area, Point};
use super::drawing::{Anchor, Layer, Stroke, Text};
use super::frame::Frame;
use super::rows::{edge, row_name};
use super::{font, shapes, style, time};
use crate::flow::{Magnitude, decimal, power_of_ten, significant};
use crate::training::Snapshot;

/// Nodes are not drawn larger than this, however few there are.
const LARGEST_RADIUS: f64 = 24.0;

/// Nodes smaller than this have no number inside.
const LEAST_WRITTEN_RADIUS: f64 = 9.0;

/// Words are not written smaller than this.
const LEAST_WORD: f64 = 6.5;

/// Everything that a part of the picture needs to be drawn.
pub struct Nodes<'a> {
    layer: &'a mut Layer,
    frame: &'a Frame,
    snapshot: &'a Snapshot,
    mark: Option<usize>,
    just_multiplied: Option<usize>,
    step_width: f64,
    radius: f64,
    /// Height of the hidden states' centres.
    states: f64,
    /// Height of the words' or inputs' centres.
    inputs: f64,
}

impl<'a> Nodes<'a> {
    /// The network of `snapshot` in `frame`, on `layer`, with a mark at the timestep that is looked at.
    pub fn new(
        layer: &'a mut Layer,
        frame: &'a Frame,
        snapshot: &'a Snapshot,
        look: &Look,
    ) -> Self {
        let step_width = time::step_width(frame);
        let height = frame.area.height();
        Self {
            layer,
            frame,
            snapshot,
            mark: look.mark(snapshot.len()),
            just_multiplied: look.just_multiplied(snapshot.len()),
            step_width,
            radius: (0.33 * step_width).min(0.2 * height).min(LARGEST_RADIUS),
            states: frame.area.top + 0.4 * height,
            inputs: frame.area.bottom - 0.15 * height,
        }
    }

    /// Draws it.
    pub fn draw(mut self) {
        let length = self.snapshot.len();
        row_name(self.layer, self.frame, self.states, "oₜ", style::THEORY);
        row_name(self.layer, self.frame, self.inputs, "xₜ", style::THEORY);
        for t in 1..=length {
            self.edge(t);
        }
        self.initial_state();
        for t in 1..=length {
            self.input(t);
            self.state(t);
        }
        self.end();
    }

    fn at(&self, t: f64, y: f64) -> Point {
        [self.frame.place_x(t), y]
    }

    /// The edge from o_{t−1} into o_t, which the gradient crosses from right to left.
    fn edge(&mut self, t: usize) {
        let magnitude = self.snapshot.probe.flow.across_edge(t);
        let stroke = edge(magnitude);
        let [x, y] = self.at(t as f64, self.states);
        let from = [self.at(t as f64 - 1.0, y)[0] + self.radius, y];
        let to = [x - self.radius, y];
        if self.just_multiplied == Some(t) {
            // The factor that was multiplied in when the cursor came to where it is.
            let around = Stroke::new(style::HIGHLIGHT, stroke.width + 6.0);
            self.layer.line(from, to, around);
        }
        let line = match magnitude {
            Magnitude::Zero => stroke.dashed(4.0, 4.0),
            _ => stroke,
        };
        self.arrow(from, to, line);
        self.mark(magnitude, 0.5 * (from[0] + to[0]));
    }

    /// A line with a head that ends at `to`, on its right.
    fn arrow(&mut self, from: Point, to: Point, stroke: Stroke) {
        let size = 3.5 + stroke.width;
        let [x, y] = to;
        self.layer.line(from, [x - 0.8 * size, y], stroke);
        let head = vec![to, [x - size, y - 0.6 * size], [x - size, y + 0.6 * size]];
        self.layer.polygon(head, stroke.colour);
    }

    /// The shape that says what a colour alone must not: reversed, infinite, not a number.
    fn mark(&mut self, magnitude: Magnitude, x: f64) {
        let above = [x, self.states - 10.0];
        match magnitude {
            Magnitude::Finite { negative: true, .. } => {
                let text = Text::new(above, "−", style::BODY, style::MEASURED);
                self.layer
                    .text(text.bold().centred().anchored(Anchor::Middle));
            }
            Magnitude::Finite { .. } | Magnitude::Zero => {}
            _ => shapes::mark(self.layer, above, magnitude, style::ERROR),
        }
    }

    fn initial_state(&mut self) {
        let centre = self.at(0.0, self.states);
        let ring = Stroke::new(style::FAINT, 1.0);
        let radius = 0.8 * self.radius;
        self.layer
            .circle(centre, radius, Some(style::NODE), Some(ring));
        self.value(centre, self.snapshot.probe.states.first().copied());
        let below = [centre[0], centre[1] + self.radius + 9.0];
        self.label(below, "o₀", style::SMALL);
    }

    /// The word or number that is read at `t`, and its arrow into the state.
    fn input(&mut self, t: usize) {
        let [x, y] = self.at(t as f64, self.inputs);
        let text = self.snapshot.input_text(t);
        if text.is_empty() {
            if self.snapshot.is_padding(t) {
                let dot = Stroke::new(style::FAINT, 1.0);
                self.layer.circle([x, y], 3.0, None, Some(dot));
            }
            return;
        }
        let line = Stroke::new(style::THEORY, 1.2);
        self.layer
            .line([x, y - 10.0], [x, self.states + self.radius], line);
        let known = self.snapshot.word(t).is_none_or(|word| word.known);
        let sign = if known { "" } else { "?" };
        let largest: f64 = if self.step_width > 44.0 { 13.5 } else { 11.0 };
        let room = self.step_width - 2.0;
        // A little smaller rather than cut.
        let fitting = room / font::width(&format!("{text}{sign}"), 1.0).max(0.1);
        let size = largest.min(fitting.max(LEAST_WORD));
        let kept = font::elided(text, size, room - font::width(sign, size));
        let text = format!("{kept}{sign}");
        let colour = if known { style::MEASURED } else { style::ERROR };
        let text = Text::new([x, y], text, size, colour);
        self.layer.text(text.centred().anchored(Anchor::Middle));
    }

    fn state(&mut self, t: usize) {
        let centre = self.at(t as f64, self.states);
        let Some(step) = self.snapshot.probe.flow.steps.get(t - 1) else {
            return;
        };
        let stroke = if self.mark == Some(t) {
            Stroke::new(style::CURSOR, 3.0)
        } else {
            Stroke::new(style::of(step.to_end), 2.0)
        };
        self.layer
            .circle(centre, self.radius, Some(style::NODE), Some(stroke));
        self.value(centre, self.snapshot.probe.states.get(t).copied());
    }

    /// The number inside a node, if there is room.
    fn value(&mut self, centre: Point, value: Option<f64>) {
        let Some(value) = value.filter(|_| self.radius >= LEAST_WRITTEN_RADIUS) else {
            return;
        };
        let text = written(value);
        let size = 1.55 * self.radius / font::width(&text, 1.0).max(1.4);
        let text = Text::new(centre, text, size.clamp(6.0, 14.0), style::MEASURED);
        self.layer.text(text.centred().anchored(Anchor::Middle));
    }

    /// ŷ behind the last state.
    fn end(&mut self) {
        let length = self.snapshot.len() as f64;
        let centre = self.at(length + 1.0, self.states);
        let from = [self.at(length, self.states)[0] + self.radius, self.states];
        let to = [centre[0] - 0.95 * self.radius, self.states];
        self.arrow(from, to, Stroke::new(style::of(Magnitude::ONE), 3.0));
        if let Some(last) = self.snapshot.probe.flow.steps.last() {
            self.mark(last.dl_do, 0.5 * (from[0] + to[0]));
        }
        let side = 1.9 * self.radius;
        let edge = Stroke::new(style::MEASURED, 2.0);
        let square = Area::around(centre, side, side);
        self.layer.rect(square, Some(style::NODE), Some(edge), 4.0);
        self.value(centre, Some(self.snapshot.probe.prediction));
        let above = [centre[0], self.states - self.radius - 10.0];
        self.label(above, "ŷ", style::BODY);
        if self.step_width > 44.0 {
            let below = [centre[0], self.states + self.radius + 12.0];
            let target = format!("y = {}", decimal(self.snapshot.probe.target, 2));
            self.label(below, &target, style::SMALL);
            let loss = format!("L = {}", significant(self.snapshot.probe.loss));
            self.label([centre[0], self.inputs], &loss, style::SMALL);
        }
    }

    fn label(&mut self, at: Point, text: &str, size: f64) {
        let text = Text::new(at, text, size, style::MEASURED);
        self.layer.text(text.centred().anchored(Anchor::Middle));
    }
}

/// `value` in the few signs that a node has room for.
fn written(value: f64) -> String {
    if !value.is_finite() {
        significant(value)
    } else if value.abs() < 999.5 {
        decimal(value, if value.abs() < 9.95 { 2 } else { 0 })
    } else {
        // Only the order of magnitude fits.
        let sign = if value < 0.0 { "−" } else { "" };
        format!("{sign}{}", power_of_ten(value.abs().log10().round() as i64))
    }
}
