//! Every timestep as a node, with its word below it and the edge that the gradient crosses before it.

use super::super::kit::*;
use super::path::PathLine;
use super::strip::row_name;
use crate::flow::power_of_ten;
use crate::rnn::norm;
use crate::training::Answer;

/// Nodes are not drawn larger than this, however few there are.
const LARGEST_RADIUS: f64 = 24.0;

/// Nodes smaller than this have no number inside.
const LEAST_WRITTEN_RADIUS: f64 = 9.0;

/// Words are not written smaller than this.
const LEAST_WORD: f64 = 6.5;

/// What stands for a part of the network where one points at it: its height among the hot places, at which a strip has
/// none.
const STATE: f64 = 10.0;
pub const EDGE: f64 = 11.0;
pub const INPUT: f64 = 12.0;
pub const ANSWER: f64 = 13.0;

/// Half the side of the square that stands for an answer above its state.
const ANSWER_SIDE: f64 = 5.0;

/// Everything that a part of the picture needs to be drawn.
pub struct Nodes<'a> {
    layer: &'a mut Layer,
    frame: &'a Frame,
    subject: &'a Subject<'a>,
    snapshot: &'a Snapshot,
    colours: &'a Colours,
    mark: Option<usize>,
    just_multiplied: Option<usize>,
    visible: std::ops::RangeInclusive<usize>,
    step_width: f64,
    radius: f64,
    /// Height of the hidden states' centres.
    states: f64,
    /// Height of the words' or inputs' centres.
    inputs: f64,
    /// Whether what the cell carries on by a direct way is drawn as a rail of its own.
    has_rail: bool,
}

impl<'a> Nodes<'a> {
    pub fn new(
        layer: &'a mut Layer,
        frame: &'a Frame,
        span: &TimeSpan,
        subject: &'a Subject<'a>,
        colours: &'a Colours,
    ) -> Self {
        let step_width = span.step_width();
        let height = frame.area.height();
        Self {
            layer,
            frame,
            subject,
            snapshot: subject.snapshot,
            colours,
            mark: subject.mark(),
            just_multiplied: subject.just_multiplied(),
            visible: span.visible(),
            step_width,
            radius: (0.33 * step_width).min(0.2 * height).min(LARGEST_RADIUS),
            states: frame.area.top + 0.4 * height,
            inputs: frame.area.bottom - 0.15 * height,
            has_rail: has_direct_way(subject.snapshot),
        }
    }

    /// Draws them, with the names of their rows `beside` them, and returns what can be pointed at.
    pub fn draw(mut self, beside: &mut Layer) -> Hot {
        let state = self.subject.by_network("oₜ", "hₜ");
        for (y, name) in [(self.states, state), (self.inputs, "xₜ")] {
            row_name(beside, self.frame, y, name, self.colours);
        }
        if self.has_rail {
            row_name(beside, self.frame, self.rail(), "carry", self.colours);
        }
        // Those beside what is in sight reach into it.
        let length = self.snapshot.len();
        let first = (self.visible.start() - 1).max(1);
        let nodes = first..=(self.visible.end() + 1).min(length);
        let (has_first, has_end) = (first == 1, *nodes.end() == length);
        for t in nodes.clone() {
            if self.has_rail {
                self.carry(t);
            }
            self.edge(t);
        }
        if has_first {
            self.initial_state();
        }
        for t in nodes.clone() {
            self.input(t);
            self.state(t);
        }
        self.answers(nodes.clone());
        if has_end {
            self.end();
        }
        self.path();
        self.hot(nodes, has_end)
    }

    fn path(&mut self) {
        PathLine {
            layer: &mut *self.layer,
            frame: self.frame,
            subject: self.subject,
            colours: self.colours,
            trail: self.states + self.radius + 8.0,
            radius: (0.25 * self.radius).clamp(3.5, 5.5),
        }
        .draw();
    }

    fn hot(&self, nodes: std::ops::RangeInclusive<usize>, has_end: bool) -> Hot {
        let mut areas = Vec::with_capacity(3 * nodes.clone().count() + 3);
        let (radius, width) = (self.radius, self.step_width);
        let side = 2.0 * radius;
        let edge_before = |t: f64| {
            let [x, y] = self.at(t, self.states);
            let area = Area::around([x - 0.5 * width, y], width - side, side);
            (area, [t, EDGE])
        };
        let state = |t: f64| {
            (
                Area::around(self.at(t, self.states), side, side),
                [t, STATE],
            )
        };
        let in_sight = nodes.clone();
        if *nodes.start() == 1 {
            areas.push(state(0.0));
        }
        for t in nodes {
            let t = t as f64;
            let input = Area::around(self.at(t, self.inputs), 0.9 * width, 24.0);
            areas.extend([edge_before(t), (input, [t, INPUT]), state(t)]);
        }
        let asked = asked(self.subject).filter(|answer| in_sight.contains(&answer.t));
        areas.extend(asked.map(|answer| {
            let t = answer.t as f64;
            let side = 2.0 * ANSWER_SIDE + 4.0;
            (
                Area::around(self.answer_at(answer.t), side, side),
                [t, ANSWER],
            )
        }));
        if has_end {
            let end = self.snapshot.len() as f64 + 1.0;
            areas.extend([edge_before(end), state(end)]);
        }
        Hot::Areas(areas)
    }

    fn at(&self, t: f64, y: f64) -> Point {
        [self.frame.place_x(t), y]
    }

    /// Height of the rail.
    fn rail(&self) -> f64 {
        (self.states - self.radius - 10.0).max(self.frame.area.top + 4.0)
    }

    /// The place of an answer, above its state and the rail.
    fn answer_at(&self, t: usize) -> Point {
        let below = if self.has_rail {
            self.rail()
        } else {
            self.states - self.radius
        };
        let y = (below - ANSWER_SIDE - 7.0).max(self.frame.area.top + ANSWER_SIDE + 1.0);
        self.at(t as f64, y)
    }

    /// A square for every answer of a task that asks at several timesteps, filled where it is right: the loss comes in there.
    fn answers(&mut self, nodes: std::ops::RangeInclusive<usize>) {
        for answer in asked(self.subject).filter(|answer| nodes.contains(&answer.t)) {
            let centre = self.answer_at(answer.t);
            let colour = colour_of(answer, self.colours);
            let side = 2.0 * ANSWER_SIDE;
            let fill = if answer.is_right {
                colour
            } else {
                self.colours.node
            };
            let foot = [centre[0], self.states - self.radius];
            let line = Stroke::new(self.colours.faint, 1.0);
            self.layer
                .line([centre[0], centre[1] + ANSWER_SIDE], foot, line);
            let square = Area::around(centre, side, side);
            let edge = Stroke::new(colour, 1.6);
            self.layer.rect(square, Some(fill), Some(edge), 2.0);
        }
    }

    /// What of the loss's gradient goes from step t back to the step before by the direct way, or through the gates.
    fn by_way(&self, t: usize, way: usize) -> Magnitude {
        let step = &self.snapshot.probe.flow.steps[t - 1];
        step.to_end.times(step.parts[way])
    }

    /// The direct way from s_{t−1} to s_t.
    fn carry(&mut self, t: usize) {
        let magnitude = self.by_way(t, 0);
        let stroke = edge(magnitude, self.colours);
        let y = self.rail();
        let [from, to] = [t as f64 - 1.0, t as f64].map(|t| self.at(t, y));
        let line = match magnitude {
            Magnitude::Zero => stroke.dashed(4.0, 4.0),
            _ => stroke,
        };
        self.arrow(from, [to[0] - 2.0, to[1]], line);
    }

    /// The edge from o_{t−1} into o_t, which the gradient crosses from right to left; of a gated cell what goes through its
    /// gates.
    fn edge(&mut self, t: usize) {
        let magnitude = if self.has_rail {
            self.by_way(t, 1)
        } else {
            self.snapshot.probe.flow.across_edge(t)
        };
        let stroke = edge(magnitude, self.colours);
        let [x, y] = self.at(t as f64, self.states);
        let from = [self.at(t as f64 - 1.0, y)[0] + self.radius, y];
        let to = [x - self.radius, y];
        if self.just_multiplied == Some(t) {
            // The factor that was multiplied in when the cursor came to where it is.
            let around = Stroke::new(self.colours.highlight, stroke.width + 6.0);
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
                let text = Text::new(above, "−", BODY, self.colours.measured);
                self.middle(text.bold());
            }
            Magnitude::Finite { .. } | Magnitude::Zero => {}
            _ => shapes::mark(self.layer, above, magnitude, self.colours.error),
        }
    }

    fn initial_state(&mut self) {
        let centre = self.at(0.0, self.states);
        let ring = Stroke::new(self.colours.faint, 1.0);
        self.disc(centre, 0.8 * self.radius, ring);
        self.value(centre, self.snapshot.probe.states.first().copied());
        let below = [centre[0], centre[1] + self.radius + 9.0];
        self.label(below, self.subject.by_network("o₀", "h₀"), SMALL);
    }

    /// The word or number that is read at `t`, and its arrow into the state.
    fn input(&mut self, t: usize) {
        let [x, y] = self.at(t as f64, self.inputs);
        let text = self.snapshot.input_text(t);
        if text.is_empty() {
            if self.snapshot.is_padding(t) {
                let dot = Stroke::new(self.colours.faint, 1.0);
                self.layer.circle([x, y], 3.0, None, Some(dot));
            }
            return;
        }
        let line = Stroke::new(self.colours.theory, 1.2);
        let foot = [x, self.states + self.radius];
        self.layer.line([x, y - 10.0], foot, line);
        let known = self.snapshot.word(t).is_none_or(|word| word.known);
        let (sign, colour) = if known {
            ("", self.colours.measured)
        } else {
            ("?", self.colours.error)
        };
        let largest: f64 = if self.step_width > 44.0 { 13.5 } else { 11.0 };
        let room = self.step_width - 2.0;
        // A little smaller rather than cut.
        let fitting = room / font::width(&format!("{text}{sign}"), 1.0).max(0.1);
        let size = largest.min(fitting.max(LEAST_WORD));
        let kept = font::elided(text, size, room - font::width(sign, size));
        self.middle(Text::new([x, y], format!("{kept}{sign}"), size, colour));
    }

    fn state(&mut self, t: usize) {
        let centre = self.at(t as f64, self.states);
        let Some(step) = self.snapshot.probe.flow.steps.get(t - 1) else {
            return;
        };
        let stroke = if self.mark == Some(t) {
            Stroke::new(self.colours.cursor, 3.0)
        } else {
            Stroke::new(self.colours.of(step.to_end), 2.0)
        };
        self.disc(centre, self.radius, stroke);
        self.value(centre, self.snapshot.probe.states.get(t).copied());
    }

    /// The number inside a node, if there is room.
    fn value(&mut self, centre: Point, value: Option<f64>) {
        let Some(value) = value.filter(|_| self.radius >= LEAST_WRITTEN_RADIUS) else {
            return;
        };
        let text = written(value);
        let size = 1.55 * self.radius / font::width(&text, 1.0).max(1.4);
        self.label(centre, &text, size.clamp(6.0, 14.0));
    }

    /// ŷ behind the last state.
    fn end(&mut self) {
        let length = self.snapshot.len() as f64;
        let centre = self.at(length + 1.0, self.states);
        let from = [self.at(length, self.states)[0] + self.radius, self.states];
        let to = [centre[0] - 0.95 * self.radius, self.states];
        let stroke = Stroke::new(self.colours.of(Magnitude::ONE), 3.0);
        self.arrow(from, to, stroke);
        let probe = &self.snapshot.probe;
        if let Some(last) = probe.flow.steps.last() {
            self.mark(last.dl_do, 0.5 * (from[0] + to[0]));
        }
        let side = 1.9 * self.radius;
        let put_in = probe.answers.last().filter(|_| probe.is_put_in());
        let (colour, verdict) = if put_in.is_some() {
            (self.colours.measured, "put in")
        } else if probe.is_right {
            (self.colours.measured, "ŷ right")
        } else {
            (self.colours.error, "ŷ wrong")
        };
        let edge = Stroke::new(colour, 2.0);
        let square = Area::around(centre, side, side);
        let fill = Some(self.colours.node);
        self.layer.rect(square, fill, Some(edge), 4.0);
        let shown = put_in.map_or(probe.prediction, |answer| match answer.target.as_slice() {
            [g] => *g,
            numbers => norm(numbers),
        });
        self.value(centre, Some(shown));
        let above = self.states - self.radius - 10.0;
        if above - 0.6 * BODY >= self.frame.area.top {
            let has_room = font::width(verdict, BODY) <= self.step_width;
            let short = if put_in.is_some() { "g" } else { "ŷ" };
            let text = if has_room { verdict } else { short };
            self.label([centre[0], above], text, BODY);
        }
        let below = self.states + self.radius + 12.0;
        if below + 1.1 * SMALL <= self.inputs {
            let target = match put_in {
                Some(_) => "∂L/∂oₙ".to_owned(),
                None => format!("y = {}", probe.target_in_words()),
            };
            self.fitted([centre[0], below], &target);
        }
        if put_in.is_none() {
            let loss = format!("L = {}", significant(probe.loss));
            self.fitted([centre[0], self.inputs], &loss);
        }
    }

    /// A text beside ŷ, a little smaller rather than cut, if there is room for one that can be read.
    fn fitted(&mut self, at: Point, text: &str) {
        let fitting = (self.step_width - 2.0) / font::width(text, 1.0).max(0.1);
        if fitting >= LEAST_WORD {
            self.label(at, text, SMALL.min(fitting));
        }
    }

    fn label(&mut self, at: Point, text: &str, size: f64) {
        self.middle(Text::new(at, text, size, self.colours.measured));
    }

    fn middle(&mut self, text: Text) {
        self.layer.text(text.centred().anchored(Anchor::Middle));
    }

    /// A disc of the colour of nodes about `centre`.
    fn disc(&mut self, centre: Point, radius: f64, edge: Stroke) {
        let fill = Some(self.colours.node);
        self.layer.circle(centre, radius, fill, Some(edge));
    }
}

/// What an answer is drawn in: what is wrong has the colour of errors.
pub fn colour_of(answer: &Answer, colours: &Colours) -> Colour {
    if answer.is_right {
        colours.measured
    } else {
        colours.error
    }
}

/// An edge: thin where the gradient has vanished, thick where it has exploded.
fn edge(magnitude: Magnitude, colours: &Colours) -> Stroke {
    let width = match magnitude.log10() {
        Some(log10) => 3.0 + 3.0 * (log10 / colours.decades).clamp(-0.75, 1.0),
        None => 1.5,
    };
    Stroke::new(colours.of(magnitude), width)
}

/// `value` in the few signs that a node has room for.
fn written(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() || value == 0.0 {
        significant(value)
    } else if (0.995..0.9995).contains(&size) {
        // Nearly 1 is not 1.
        decimal(value, 3)
    } else if (0.005..999.5).contains(&size) {
        decimal(value, if size < 9.95 { 2 } else { 0 })
    } else {
        // Only the order of magnitude fits.
        let sign = if value < 0.0 { "−" } else { "" };
        format!("{sign}{}", power_of_ten(value.abs().log10().round() as i64))
    }
}
