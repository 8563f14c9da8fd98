//! Band (a): the network unrolled in time, its edges coloured by the gradient that crosses them.
//!
//! Where there is room each timestep is a node; otherwise the states are bars over a strip of colour.

use super::super::area::{Area, Point};
use super::super::canvas::Canvas;
use super::super::chart::Quantity;
use super::super::chart_shapes::draw_bottom;
use super::super::definition::{Definition, Part, Picture, Sketch};
use super::super::drawing::{Anchor, Layer, Pixels, Stroke, Text};
use super::super::font;
use super::super::frame::Frame;
use super::super::header::{Entry, Header, Key, Swatch};
use super::super::hot::Hot;
use super::super::look::Heed;
use super::super::shapes::{self, BODY, SMALL};
use super::super::subject::Subject;
use super::super::table::Table;
use super::super::theme::{Colour, Colours, DECADES};
use super::super::time::{Column, TimeSpan};
use crate::flow::{Magnitude, decimal, power_of_ten, significant};
use crate::training::Snapshot;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Unrolled network",
    slug: "unrolled",
    meaning: "The network unrolled in time, its edges coloured by the gradient that crosses them",
    spoken: "Unrolled network",
    heeds: &[Heed::Direction],
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    is_labelled_below: true,
    ..Definition::EMPTY
};

/// Timesteps narrower than this are drawn as a strip.
const NODE_STEP_WIDTH: f64 = 27.0;

/// A network of nodes is not drawn higher than this on a page.
const HIGHEST: f64 = 280.0;

fn span(subject: &Subject<'_>, canvas: &Canvas) -> TimeSpan {
    TimeSpan::new(subject.snapshot, subject.look, canvas, false)
}

fn has_nodes(span: &TimeSpan) -> bool {
    span.step_width() >= NODE_STEP_WIDTH
}

fn header(subject: &Subject<'_>, canvas: &Canvas) -> Header {
    let snapshot = subject.snapshot;
    let probe = &snapshot.probe;
    let mut sentence = "coloured by how much of the loss's gradient is left there".to_owned();
    let mut short = None;
    if let Some(t) = subject.mark() {
        let symbol = if subject.is_scalar() {
            "oₜ"
        } else {
            "rms oₜ"
        };
        let state = significant(probe.states.get(t).copied().unwrap_or(f64::NAN));
        sentence += &format!("; at t = {t}: {symbol} = {state}");
        short = Some(format!(
            "{}: {symbol} = {state} · ŷ = {}, y = {}, L = {}",
            super::timestep(snapshot, t),
            significant(probe.prediction),
            decimal(probe.target, 3),
            significant(probe.loss)
        ));
    }
    Header {
        name: VIEW.name,
        sentence,
        short,
        meaning: "The hidden state at the cursor (of more than one unit its root mean square), and prediction, target and loss of this one sequence".to_owned(),
        legend: legend(subject, canvas),
        key: Some(Key::Magnitudes([false; 3])),
    }
}

fn legend(subject: &Subject<'_>, canvas: &Canvas) -> Vec<Entry> {
    let (probe, colours) = (&subject.snapshot.probe, canvas.colours());
    let flow = &probe.flow;
    if !has_nodes(&span(subject, canvas)) {
        let states = probe.states.iter().map(|&state| Magnitude::new(state));
        let states = states.filter(|state| *state != Magnitude::Zero);
        let values = flow.steps.iter().map(|step| step.to_end).chain(states);
        return Entry::of_outcomes(values, colours.error);
    }
    let edges = || {
        let last = flow.steps.last().map(|step| step.dl_do);
        (1..=flow.len()).map(|t| flow.across_edge(t)).chain(last)
    };
    let mut entries = Vec::new();
    if edges().any(|edge| matches!(edge, Magnitude::Finite { negative: true, .. })) {
        let entry = Entry::new(Swatch::Minus, colours.measured, "reversed");
        entries.push(entry.meaning("The gradient that crosses this edge has the other sign"));
    }
    for mut entry in Entry::of_outcomes(edges(), colours.error) {
        if entry.swatch == Swatch::Outcome(Magnitude::Zero) {
            (entry.swatch, entry.colour) = (Swatch::Dashed, colours.faint);
        }
        entries.push(entry);
    }
    entries
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let span = span(subject, canvas);
    let (mut frame, bottom) = span.frame(subject.snapshot, canvas, room, (0.0, 1.0));
    let mut layer = Layer::default();
    let visible = span.visible();
    let hot = if has_nodes(&span) {
        if canvas.is_page() && frame.area.height() > HIGHEST {
            let (centre, width) = (frame.area.centre(), frame.area.width());
            frame.area = Area::around(centre, width, HIGHEST);
        }
        Nodes::new(&mut layer, &frame, &span, subject, canvas.colours()).draw()
    } else {
        strip(&mut layer, &frame, &span, subject, canvas);
        if let Some(axis) = bottom {
            draw_bottom(&axis, &mut layer, &frame, canvas.colours());
        }
        Hot::Steps(*visible.start(), *visible.end())
    };
    let cursor = subject.look.timestep(subject.len());
    let sketch = Sketch {
        layer,
        frame,
        of: [Quantity::Timestep, Quantity::Value],
        hot,
        cursor: Some(cursor as f64),
    };
    Picture {
        parts: vec![Part::Sketch(sketch)],
        description: format!(
            "{} timesteps, {} units, the cursor is at step {cursor} {}",
            subject.len(),
            subject.snapshot.probe.flow.hidden,
            subject.snapshot.input_text(cursor)
        ),
    }
}

/// The name of a row, left of the frame.
fn row_name(layer: &mut Layer, frame: &Frame, y: f64, name: &str, colours: &Colours) {
    let at = [frame.area.left - 6.0, y];
    let text = Text::new(at, name, SMALL, colours.theory);
    layer.text(text.anchored(Anchor::End).centred());
}

/// Nodes are not drawn larger than this, however few there are.
const LARGEST_RADIUS: f64 = 24.0;

/// Nodes smaller than this have no number inside.
const LEAST_WRITTEN_RADIUS: f64 = 9.0;

/// Words are not written smaller than this.
const LEAST_WORD: f64 = 6.5;

/// What stands for a part of the network where one points at it: its height among the hot places.
const STATE: f64 = 0.0;
const EDGE: f64 = 1.0;
const INPUT: f64 = 2.0;

/// Everything that a part of the picture needs to be drawn.
struct Nodes<'a> {
    layer: &'a mut Layer,
    frame: &'a Frame,
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
}

impl<'a> Nodes<'a> {
    fn new(
        layer: &'a mut Layer,
        frame: &'a Frame,
        span: &TimeSpan,
        subject: &Subject<'a>,
        colours: &'a Colours,
    ) -> Self {
        let step_width = span.step_width();
        let height = frame.area.height();
        Self {
            layer,
            frame,
            snapshot: subject.snapshot,
            colours,
            mark: subject.mark(),
            just_multiplied: subject.just_multiplied(),
            visible: span.visible(),
            step_width,
            radius: (0.33 * step_width).min(0.2 * height).min(LARGEST_RADIUS),
            states: frame.area.top + 0.4 * height,
            inputs: frame.area.bottom - 0.15 * height,
        }
    }

    /// Draws them, and returns what can be pointed at.
    fn draw(mut self) -> Hot {
        row_name(self.layer, self.frame, self.states, "oₜ", self.colours);
        row_name(self.layer, self.frame, self.inputs, "xₜ", self.colours);
        let visible = self.visible.clone();
        // An edge that comes from, or goes to, what is out of sight would lie over the names of the rows.
        let in_sight = |t: f64| (self.frame.x.0..=self.frame.x.1).contains(&t);
        let nodes: Vec<usize> = visible.filter(|&t| in_sight(t as f64)).collect();
        let (has_first, has_end) = (in_sight(0.0), in_sight(self.snapshot.len() as f64 + 1.0));
        for &t in &nodes {
            if t > 1 && nodes.first() == Some(&t) || t == 1 && !has_first {
                continue;
            }
            self.edge(t);
        }
        if has_first {
            self.initial_state();
        }
        for &t in &nodes {
            self.input(t);
            self.state(t);
        }
        if has_end {
            self.end();
        }
        self.hot(&nodes, has_end)
    }

    fn hot(&self, nodes: &[usize], has_end: bool) -> Hot {
        let mut areas = Vec::with_capacity(3 * nodes.len() + 1);
        let (radius, width) = (self.radius, self.step_width);
        for &t in nodes {
            let [x, y] = self.at(t as f64, self.states);
            let between = [x - 0.5 * width, y];
            let edge = Area::around(between, width - 2.0 * radius, 2.0 * radius);
            let input = Area::around([x, self.inputs], 0.9 * width, 24.0);
            let state = Area::around([x, y], 2.0 * radius, 2.0 * radius);
            let t = t as f64;
            areas.extend([(edge, [t, EDGE]), (input, [t, INPUT]), (state, [t, STATE])]);
        }
        if has_end {
            let end = self.snapshot.len() as f64 + 1.0;
            let at = self.at(end, self.states);
            areas.push((Area::around(at, 2.0 * radius, 2.0 * radius), [end, STATE]));
        }
        Hot::Areas(areas)
    }

    fn at(&self, t: f64, y: f64) -> Point {
        [self.frame.place_x(t), y]
    }

    /// The edge from o_{t−1} into o_t, which the gradient crosses from right to left.
    fn edge(&mut self, t: usize) {
        let magnitude = self.snapshot.probe.flow.across_edge(t);
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
                let text = Text::new(above, "−", BODY, self.colours.measured).bold();
                self.layer.text(text.centred().anchored(Anchor::Middle));
            }
            Magnitude::Finite { .. } | Magnitude::Zero => {}
            _ => shapes::mark(self.layer, above, magnitude, self.colours.error),
        }
    }

    fn initial_state(&mut self) {
        let centre = self.at(0.0, self.states);
        let ring = Stroke::new(self.colours.faint, 1.0);
        let radius = 0.8 * self.radius;
        self.layer
            .circle(centre, radius, Some(self.colours.node), Some(ring));
        self.value(centre, self.snapshot.probe.states.first().copied());
        let below = [centre[0], centre[1] + self.radius + 9.0];
        self.label(below, "o₀", SMALL);
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
        let colour = if known {
            self.colours.measured
        } else {
            self.colours.error
        };
        let text = Text::new([x, y], format!("{kept}{sign}"), size, colour);
        self.layer.text(text.centred().anchored(Anchor::Middle));
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
        let fill = Some(self.colours.node);
        self.layer.circle(centre, self.radius, fill, Some(stroke));
        self.value(centre, self.snapshot.probe.states.get(t).copied());
    }

    /// The number inside a node, if there is room.
    fn value(&mut self, centre: Point, value: Option<f64>) {
        let Some(value) = value.filter(|_| self.radius >= LEAST_WRITTEN_RADIUS) else {
            return;
        };
        let text = written(value);
        let size = 1.55 * self.radius / font::width(&text, 1.0).max(1.4);
        let text = Text::new(centre, text, size.clamp(6.0, 14.0), self.colours.measured);
        self.layer.text(text.centred().anchored(Anchor::Middle));
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
        let edge = Stroke::new(self.colours.measured, 2.0);
        let square = Area::around(centre, side, side);
        self.layer
            .rect(square, Some(self.colours.node), Some(edge), 4.0);
        self.value(centre, Some(probe.prediction));
        let above = [centre[0], self.states - self.radius - 10.0];
        self.label(above, "ŷ", BODY);
        if self.step_width > 44.0 {
            let below = [centre[0], self.states + self.radius + 12.0];
            let target = format!("y = {}", decimal(probe.target, 2));
            self.label(below, &target, SMALL);
            let loss = format!("L = {}", significant(probe.loss));
            self.label([centre[0], self.inputs], &loss, SMALL);
        }
    }

    fn label(&mut self, at: Point, text: &str, size: f64) {
        let text = Text::new(at, text, size, self.colours.measured);
        self.layer.text(text.centred().anchored(Anchor::Middle));
    }
}

/// An edge: thin where the gradient has vanished, thick where it has exploded.
fn edge(magnitude: Magnitude, colours: &Colours) -> Stroke {
    let width = match magnitude.log10() {
        Some(log10) => 3.0 + 3.0 * (log10 / DECADES).clamp(-0.75, 1.0),
        None => 1.5,
    };
    Stroke::new(colours.of(magnitude), width)
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

/// More timesteps than this are a picture of pixels rather than one rectangle each, which makes a small file.
const MOST_RECTANGLES: usize = 400;

/// Marks on the strip are at least so far apart.
const MARK_ROOM: f64 = 14.0;

/// The states as bars over a strip of colour, where there are too many timesteps for nodes.
fn strip(
    layer: &mut Layer,
    frame: &Frame,
    span: &TimeSpan,
    subject: &Subject<'_>,
    canvas: &Canvas,
) {
    let colours = canvas.colours();
    let split = frame.area.top + 0.62 * frame.area.height();
    let states = Area {
        bottom: split - 5.0,
        ..frame.area
    };
    let gradient = Area {
        top: split,
        ..frame.area
    };
    let largest = subject.snapshot.probe.states.iter();
    let largest = largest.filter(|state| state.is_finite());
    let largest = largest.fold(0.0_f64, |largest, state| largest.max(state.abs()));
    let middle = states.centre()[1];
    row_name(layer, frame, middle - 8.0, "|oₜ| up to", colours);
    row_name(layer, frame, middle + 8.0, &significant(largest), colours);
    row_name(layer, frame, gradient.centre()[1], "gradient", colours);
    state_bars(
        layer,
        (frame, span),
        subject.snapshot,
        (states, largest),
        colours,
    );
    gradient_strip(layer, (frame, span), subject.snapshot, gradient, canvas);
    if let Some(t) = subject.just_multiplied() {
        let x = frame.place_x(t as f64);
        // However many timesteps there are, it can be seen.
        let half = (0.5 * span.step_width()).max(1.5);
        let column = Area::new(x - half, gradient.top, x + half, gradient.bottom);
        if frame.shows_x(t as f64) {
            layer.outline(column, Stroke::new(colours.highlight, 2.0));
        }
    }
}

/// The states, from their least to their greatest in each column; red from edge to edge where one is not finite.
fn state_bars(
    layer: &mut Layer,
    (frame, span): (&Frame, &TimeSpan),
    snapshot: &Snapshot,
    (area, largest): (Area, f64),
    colours: &Colours,
) {
    let states = &snapshot.probe.states;
    // What is never below zero needs no room there.
    let signed = states.iter().any(|&state| state < 0.0);
    let (zero, unit_height) = if signed {
        (area.centre()[1], 0.5 * area.height())
    } else {
        (area.bottom, area.height())
    };
    let gap = if span.step_width() > 5.0 { 0.5 } else { 0.0 };
    let unit = largest.max(f64::MIN_POSITIVE);
    let (mut finite, mut other) = (Vec::new(), Vec::new());
    for column in span.columns(|_| 0.0) {
        let (left, right) = places(&column, frame);
        let (mut low, mut high, mut all_finite) = (0.0_f64, 0.0_f64, true);
        for state in states.iter().take(column.last + 1).skip(column.first) {
            let share = if state.is_nan() {
                1.0
            } else {
                (state / unit).clamp(-1.0, 1.0)
            };
            (low, high) = (low.min(share), high.max(share));
            all_finite &= state.is_finite();
        }
        let bar = Area::new(
            left + gap,
            zero - high * unit_height,
            right - gap,
            zero - low * unit_height,
        );
        if all_finite { &mut finite } else { &mut other }.push(bar);
    }
    layer.bars(finite, colours.theory);
    layer.bars(other, colours.error);
    let line = Stroke::new(colours.faint, 1.0);
    layer.line([area.left, zero], [area.right, zero], line);
    let state = |t: usize| match Magnitude::new(states.get(t).copied().unwrap_or(0.0)) {
        Magnitude::Zero => Magnitude::ONE,
        state => state,
    };
    marks(
        layer,
        (frame, span),
        state,
        zero - 0.5 * unit_height,
        colours,
    );
}

/// Where a column begins and ends, as far as it is in the frame.
fn places(column: &Column, frame: &Frame) -> (f64, f64) {
    let (from, to) = column.edges();
    let within = |x: f64| frame.place_x(x.clamp(frame.x.0, frame.x.1));
    (within(from), within(to))
}

/// What is left of the gradient at each timestep, as colour; of a column, what is farthest from 1.
fn gradient_strip(
    layer: &mut Layer,
    (frame, span): (&Frame, &TimeSpan),
    snapshot: &Snapshot,
    area: Area,
    canvas: &Canvas,
) {
    let (steps, colours) = (&snapshot.probe.flow.steps, canvas.colours());
    let to_end = |t: usize| steps.get(t - 1).map_or(Magnitude::ONE, |step| step.to_end);
    let distance = |t: usize| to_end(t).log10().map_or(f64::INFINITY, f64::abs);
    let columns = span.columns(distance);
    let colour = |column: &Column| colours.of(to_end(column.t));
    let (Some(first), Some(last)) = (columns.first(), columns.last()) else {
        return;
    };
    let right = places(last, frame).1;
    if columns.len() <= MOST_RECTANGLES || !canvas.is_page() {
        for column in &columns {
            let (left, end) = places(column, frame);
            // Each reaches under the next, beyond the pixel that both have a part of, so that no seam shows
            // between them.
            let end = (end + 1.5).min(right);
            let part = Area::new(left, area.top, end, area.bottom);
            layer.fill(part, colour(column));
        }
    } else {
        let whole = Area::new(places(first, frame).0, area.top, right, area.bottom);
        let pixels = Pixels::new(columns.len(), 1, |index, _| colour(&columns[index]));
        layer.image(whole, pixels);
    }
    marks(layer, (frame, span), to_end, area.centre()[1], colours);
}

/// What colour alone must not say, at the height `y`: triangles where a value is infinite or exactly zero, crosses
/// where it is not a number.
fn marks(
    layer: &mut Layer,
    (frame, span): (&Frame, &TimeSpan),
    value: impl Fn(usize) -> Magnitude,
    y: f64,
    colours: &Colours,
) {
    let mut last = f64::NEG_INFINITY;
    for t in span.visible() {
        let value = value(t);
        if value.log10().is_some() || !frame.shows_x(t as f64) {
            continue;
        }
        let x = frame.place_x(t as f64);
        if x - last < MARK_ROOM {
            continue;
        }
        last = x;
        shapes::mark(layer, [x, y], value, ink(value, colours));
    }
}

/// The colour of a shape upon the colour of its value.
fn ink(value: Magnitude, colours: &Colours) -> Colour {
    match value {
        Magnitude::Zero => colours.error,
        _ => colours.ground,
    }
}

fn says(subject: &Subject<'_>, _: usize, [t, kind]: [f64; 2]) -> Option<String> {
    let (snapshot, t) = (subject.snapshot, t as usize);
    let probe = &snapshot.probe;
    if t > snapshot.len() {
        return Some(format!(
            "ŷ = {}: what the network answers\ny = {}: what would be right\nL = {}: the loss of this sequence",
            significant(probe.prediction),
            decimal(probe.target, 3),
            significant(probe.loss)
        ));
    }
    let step = probe.flow.steps.get(t.checked_sub(1)?)?;
    let name = super::timestep(snapshot, t);
    let gradient = probe.flow.across_edge(t);
    if kind == EDGE {
        return Some(format!(
            "from o_{} to o_{t}\nof the loss's gradient {gradient} crosses this edge, back to step {}\n∂oₜ/∂oₜ₋₁ = {}: the factor of step {t}",
            t - 1,
            t - 1,
            step.factor
        ));
    }
    if kind == INPUT {
        return Some(format!("{name}\nwhat the network reads at this step"));
    }
    let (symbol, meaning) = if subject.is_scalar() {
        ("oₜ", "the hidden state")
    } else {
        ("rms oₜ", "the hidden state, as root mean square over units")
    };
    let state = significant(*probe.states.get(t)?);
    Some(format!(
        "{name}\n{symbol} = {state}: {meaning}\nof the loss's gradient {} is left here",
        step.to_end
    ))
}

/// What is written behind the last timestep.
const ENDS: [&str; 3] = ["prediction", "target", "loss"];

/// A row per state and, behind them, one for each end.
///
/// | column | what it is |
/// | --- | --- |
/// | `part` | `o`, a state, or `prediction`, `target`, `loss` |
/// | `t`, `input`, `input_kind` | the timestep, 0 to n; 0 is before the first input |
/// | `value` | o_t, for H > 1 its root mean square over units; ŷ, y or L |
/// | `to_end` | ∂o_n/∂o_t, the colour of the edge that ends at o_t; the gain for H > 1 |
/// | `dl_do` | ∂L/∂o_t from t = 1 on; its norm for H > 1 |
fn table(subject: &Subject<'_>) -> Table {
    let snapshot = subject.snapshot;
    let (probe, n) = (&snapshot.probe, snapshot.len());
    let times = (0..=n).map(Some).chain(ENDS.map(|_| None));
    let parts = (0..=n).map(|_| "o").chain(ENDS);
    let ends = [probe.prediction, probe.target, probe.loss];
    let to_end = (0..=n)
        .map(|t| to_end(snapshot, t))
        .chain(ENDS.map(|_| None));
    let dl_do = probe.flow.steps.iter().map(|step| Some(step.dl_do));
    Table::default()
        .texts("part", parts)
        .timesteps(snapshot, times)
        .numbers("value", probe.states.iter().copied().chain(ends))
        .magnitudes("to_end", to_end)
        .magnitudes("dl_do", std::iter::once(None).chain(dl_do))
}

/// ∂o_n/∂o_t for t = 0..n.
fn to_end(snapshot: &Snapshot, t: usize) -> Option<Magnitude> {
    match t.checked_sub(1) {
        Some(index) => snapshot.probe.flow.steps.get(index).map(|step| step.to_end),
        None if snapshot.is_empty() => None,
        None => Some(snapshot.probe.flow.across_edge(1)),
    }
}
