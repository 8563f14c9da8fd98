//! The way of the gradient so far: a line along it, and what it has become written beside; and the pulse of a pass that
//! is played.

use super::super::kit::*;
use crate::scene::play::{Playing, Way};

/// What is drawn along the states.
pub struct PathLine<'a> {
    pub layer: &'a mut Layer,
    pub frame: &'a Frame,
    pub subject: &'a Subject<'a>,
    pub colours: &'a Colours,
    /// The height of the line along the way.
    pub trail: f64,
    /// The radius of the pulse.
    pub radius: f64,
}

impl PathLine<'_> {
    /// Draws them, if a timestep was chosen for good or a pass is played.
    pub fn draw(mut self) {
        let look = self.subject.look;
        if let Some(playing) = look.playing {
            self.trail(playing.at, playing.way);
            self.pulse(playing);
        } else if look.is_pinned {
            self.trail(self.subject.timestep() as f64, Way::Back);
        }
    }

    /// From where the product of the timestep at `at` begins to there.
    fn trail(&mut self, at: f64, way: Way) {
        let n = self.subject.len() as f64;
        let from = match (way, self.subject.look.direction) {
            (Way::Forth, _) => 0.0,
            // Where the prediction and what stands below it begin.
            (Way::Back, Direction::ToEnd) => n + 0.55,
            // The product from the first has the factors of 2 to t, whichever way somebody goes.
            (Way::Back, Direction::FromFirst) => 1.0,
        };
        let [from, to] =
            [from, at].map(|t| self.frame.place_x(t.clamp(self.frame.x.0, self.frame.x.1)));
        let stroke = Stroke::new(self.colours.highlight, 2.5);
        self.layer
            .line([from, self.trail], [to, self.trail], stroke);
        let text = self.text(way);
        if text.is_empty() {
            return;
        }
        // Beside the end of the line, where there is room for it.
        let width = font::width(&text, SMALL);
        let area = self.frame.area;
        let left =
            (to - 0.5 * width).clamp(area.left + 2.0, (area.right - width - 2.0).max(area.left));
        let y = self.trail + 10.0;
        let ground = Area::new(left - 3.0, y - 7.0, left + width + 3.0, y + 7.0);
        self.layer
            .rect(ground, Some(self.colours.ground), None, 3.0);
        let text = Text::new([left, y], text, SMALL, self.colours.measured);
        self.layer.text(text.centred());
    }

    /// What the pass has come to: the running product, or the state.
    fn text(&self, way: Way) -> String {
        let (subject, length) = (self.subject, self.subject.len());
        let arrived = match subject.look.playing {
            Some(playing) => playing.arrived(length),
            None => Some(subject.timestep()),
        };
        let Some(t) = arrived else {
            return match way {
                Way::Back => {
                    let loss = significant(subject.snapshot.probe.loss);
                    format!("L = {loss}")
                }
                Way::Forth => String::new(),
            };
        };
        let (at, n) = (subscript(t), subscript(length));
        let Some(step) = subject.step(t) else {
            return String::new();
        };
        let (state, gradient) = subject.by_network(("o", "g"), ("h", "γ"));
        match (way, subject.look.direction) {
            (Way::Forth, _) => {
                let value = subject.snapshot.probe.states.get(t).copied();
                let symbol = subject.by_network(
                    subject.by_width("o", "rms o"),
                    subject.by_width("h", "rms h"),
                );
                format!("{symbol}{at} = {}", significant(value.unwrap_or(f64::NAN)))
            }
            (Way::Back, Direction::ToEnd) => {
                let symbol = subject.by_width(
                    format!("∂{state}{n}/∂{state}{at}"),
                    format!("‖{gradient}{at}‖/‖{gradient}{n}‖"),
                );
                format!("{symbol} = {}", step.to_end)
            }
            (Way::Back, Direction::FromFirst) => {
                let symbol = subject.by_width(
                    format!("∂{state}{at}/∂{state}₁"),
                    format!("‖{gradient}₁‖/‖{gradient}{at}‖"),
                );
                format!("{symbol} = {}", step.from_first)
            }
        }
    }

    /// Where the pass is, in the colour of what is left of the gradient there.
    fn pulse(&mut self, playing: Playing) {
        let length = self.subject.len();
        let colour = match (playing.way, playing.arrived(length)) {
            (Way::Back, Some(t)) => self
                .subject
                .step(t)
                .map_or(self.colours.faint, |step| self.colours.of(step.to_end)),
            _ => self.colours.measured,
        };
        if !self.frame.shows_x(playing.at) {
            return;
        }
        let centre = [self.frame.place_x(playing.at), self.trail];
        let edge = Stroke::new(self.colours.highlight, 2.5);
        self.layer
            .circle(centre, self.radius, Some(colour), Some(edge));
    }
}
