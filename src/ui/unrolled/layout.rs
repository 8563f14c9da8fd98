//! Where the parts of the unrolled network go.

use egui::{Pos2, Rect};

use super::super::time_axis::{TimeAxis, TimeScale};

/// Timesteps narrower than this are drawn as a strip.
const NODE_STEP_WIDTH: f32 = 27.0;

/// Nodes are not drawn larger than this, however few there are.
const LARGEST_RADIUS: f32 = 24.0;

/// The geometry of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// What the time axis covers.
    pub frame: Rect,
    /// From time to the screen.
    pub scale: TimeScale,
    /// Nodes or strip.
    pub style: Style,
}

/// How timesteps are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Style {
    /// Each as a full node with its value and its word.
    Nodes {
        /// Of a hidden state.
        radius: f32,
        /// Height of the hidden states' centres.
        states: f32,
        /// Height of the words' or inputs' centres.
        inputs: f32,
    },
    /// Too many for that: the states as a bar chart over a strip of colour.
    Strip {
        /// Where the states are drawn as bars.
        states: Rect,
        /// Where the gradient is drawn as colour.
        gradient: Rect,
    },
}

impl Layout {
    /// The picture of the visible timesteps of `axis` inside `frame`.
    pub fn new(frame: Rect, axis: &TimeAxis) -> Self {
        let scale = TimeScale::new(axis, frame.left(), frame.right());
        let style = if scale.step_width() >= NODE_STEP_WIDTH {
            let radius = (0.33 * scale.step_width())
                .min(0.2 * frame.height())
                .min(LARGEST_RADIUS);
            Style::Nodes {
                radius,
                states: frame.top() + 0.4 * frame.height(),
                inputs: frame.bottom() - 0.15 * frame.height(),
            }
        } else {
            let margin = 6.0;
            let split = frame.top() + 0.62 * frame.height();
            Style::Strip {
                states: frame
                    .with_max_y(split - margin)
                    .shrink2([0.0, margin].into()),
                gradient: frame.with_min_y(split).with_max_y(frame.bottom() - margin),
            }
        };
        Self {
            frame,
            scale,
            style,
        }
    }

    /// The point of time `t` at the height `y`.
    pub fn at(&self, t: f64, y: f32) -> Pos2 {
        Pos2::new(self.scale.x_from_time(t), y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(length: usize) -> Layout {
        let frame = Rect::from_min_max(Pos2::new(60.0, 40.0), Pos2::new(1000.0, 190.0));
        Layout::new(frame, &TimeAxis::new(length))
    }

    #[test]
    fn nodes_neither_touch_each_other_nor_leave_the_frame() {
        for length in 1..=30 {
            let layout = layout(length);
            let Style::Nodes {
                radius,
                states,
                inputs,
            } = layout.style
            else {
                panic!("{length} timesteps are drawn as nodes");
            };
            assert!(2.0 * radius < layout.scale.step_width());
            assert!(states - radius > layout.frame.top());
            assert!(states + radius < inputs && inputs < layout.frame.bottom());
            let last = layout.at(length as f64 + 1.0, states);
            assert!(last.x + radius <= layout.frame.right());
            assert!(layout.at(0.0, states).x - radius >= layout.frame.left());
        }
    }

    #[test]
    fn many_timesteps_become_a_strip_inside_the_frame() {
        for length in [60, 1000, 10_000] {
            let layout = layout(length);
            let Style::Strip { states, gradient } = layout.style else {
                panic!("{length} timesteps are a strip");
            };
            assert!(layout.frame.contains_rect(states) && layout.frame.contains_rect(gradient));
            assert!(states.bottom() <= gradient.top());
            assert!(states.height() > 30.0 && gradient.height() > 20.0);
        }
    }
}
