//! The states as bars over a strip of colour, where there are too many timesteps for nodes.

use super::super::kit::*;
use super::path::PathLine;

/// More timesteps than this are a picture of pixels rather than one rectangle each, which makes a small file.
const MOST_RECTANGLES: usize = 400;

/// Marks on the strip are at least so far apart.
const MARK_ROOM: f64 = 14.0;

/// Height of the row of answers, where there is one.
const ANSWERS: f64 = 9.0;

/// What the bars and the strip are made of.
pub struct Strip<'a> {
    layer: &'a mut Layer,
    frame: &'a Frame,
    span: &'a TimeSpan,
    subject: &'a Subject<'a>,
    canvas: &'a Canvas,
    colours: &'a Colours,
}

impl<'a> Strip<'a> {
    pub fn new(
        layer: &'a mut Layer,
        frame: &'a Frame,
        span: &'a TimeSpan,
        subject: &'a Subject<'a>,
        canvas: &'a Canvas,
    ) -> Self {
        Self {
            layer,
            frame,
            span,
            subject,
            canvas,
            colours: canvas.colours(),
        }
    }

    /// Draws them, with the names of their rows `beside` them.
    pub fn draw(mut self, beside: &mut Layer) {
        let area = self.frame.area;
        let split = area.top + 0.62 * area.height();
        let has_answers = self.subject.snapshot.probe.flow.is_asked_at_every_step;
        let states = Area {
            top: area.top + if has_answers { ANSWERS } else { 0.0 },
            bottom: split - 5.0,
            ..area
        };
        let gradient = Area { top: split, ..area };
        let sizes = self.in_sight().filter(|state| state.is_finite());
        let largest = sizes.map(f64::abs).fold(0.0, f64::max);
        let middle = states.centre()[1];
        for (y, name) in [
            (
                middle - 8.0,
                self.subject.by_network("|oₜ| up to", "|hₜ| up to"),
            ),
            (middle + 8.0, &significant(largest)),
            (gradient.centre()[1], "gradient"),
        ] {
            row_name(beside, self.frame, y, name, self.colours);
        }
        self.states(states, largest);
        self.gradient(gradient);
        self.answers(area.top);
        if let Some(t) = self.subject.just_multiplied().map(|t| t as f64) {
            let x = self.frame.place_x(t);
            // However many timesteps there are, it can be seen.
            let half = (0.5 * self.span.step_width()).max(1.5);
            let column = Area::new(x - half, gradient.top, x + half, gradient.bottom);
            if self.frame.shows_x(t) {
                let stroke = Stroke::new(self.colours.highlight, 2.0);
                self.layer.outline(column, stroke);
            }
        }
        PathLine {
            layer: &mut *self.layer,
            frame: self.frame,
            subject: self.subject,
            colours: self.colours,
            trail: split - 2.0,
            radius: 5.0,
        }
        .draw();
    }

    /// The states in sight, o_0 among them if it is.
    fn in_sight(&self) -> impl Iterator<Item = f64> + use<'a> {
        let visible = self.span.visible();
        let first = if self.span.range.0 <= 0.0 {
            0
        } else {
            *visible.start()
        };
        let states = self.subject.snapshot.probe.states.iter();
        states.take(visible.end() + 1).skip(first).copied()
    }

    /// The states, from their least to their greatest in each column, in the colour of errors where one is not finite.
    fn states(&mut self, area: Area, largest: f64) {
        let states = &self.subject.snapshot.probe.states;
        // What is never below zero needs no room there.
        let signed = self.in_sight().any(|state| state < 0.0);
        let (zero, unit_height) = if signed {
            (area.centre()[1], 0.5 * area.height())
        } else {
            (area.bottom, area.height())
        };
        let gap = if self.span.step_width() > 5.0 {
            0.5
        } else {
            0.0
        };
        let unit = largest.max(f64::MIN_POSITIVE);
        let share = |state: f64| {
            if state.is_nan() {
                1.0
            } else {
                (state / unit).clamp(-1.0, 1.0)
            }
        };
        let (mut finite, mut other) = (Vec::new(), Vec::new());
        for column in self.span.columns(|_| 0.0) {
            let (left, right) = self.places(&column);
            let (mut low, mut high, mut all_finite) = (0.0_f64, 0.0_f64, true);
            for &state in states.iter().take(column.last + 1).skip(column.first) {
                (low, high) = (low.min(share(state)), high.max(share(state)));
                all_finite &= state.is_finite();
            }
            let (top, bottom) = (zero - high * unit_height, zero - low * unit_height);
            let bar = Area::new(left + gap, top, right - gap, bottom);
            if all_finite { &mut finite } else { &mut other }.push(bar);
        }
        self.layer.bars(finite, self.colours.theory);
        self.layer.bars(other, self.colours.error);
        let line = Stroke::new(self.colours.faint, 1.0);
        self.layer.line([area.left, zero], [area.right, zero], line);
        let state = |t: usize| match Magnitude::new(states.get(t).copied().unwrap_or(0.0)) {
            Magnitude::Zero => Magnitude::ONE,
            state => state,
        };
        self.marks(state, zero - 0.5 * unit_height);
    }

    /// Where a column begins and ends, as far as it is in the frame.
    fn places(&self, column: &Column) -> (f64, f64) {
        let (from, to) = column.edges();
        let (first, last) = self.frame.x;
        let within = |x: f64| self.frame.place_x(x.clamp(first, last));
        (within(from), within(to))
    }

    /// What is left of the gradient at each timestep, as colour; of a column, what is farthest from 1.
    fn gradient(&mut self, area: Area) {
        let (subject, colours) = (self.subject, self.colours);
        let to_end = |t: usize| subject.step(t).map_or(Magnitude::ONE, |step| step.to_end);
        let distance = |t: usize| to_end(t).log10().map_or(f64::INFINITY, f64::abs);
        let columns = self.span.columns(distance);
        let colour = |column: &Column| colours.of(to_end(column.t));
        let (Some(first), Some(last)) = (columns.first(), columns.last()) else {
            return;
        };
        let right = self.places(last).1;
        if columns.len() <= MOST_RECTANGLES || !self.canvas.is_page() {
            for column in &columns {
                let (left, end) = self.places(column);
                // Each reaches under the next, beyond the pixel that both have a part of, so that no seam shows
                // between them.
                let end = (end + 1.5).min(right);
                let part = Area::new(left, area.top, end, area.bottom);
                self.layer.fill(part, colour(column));
            }
        } else {
            let whole = Area::new(self.places(first).0, area.top, right, area.bottom);
            let pixels = Pixels::new(columns.len(), 1, |index, _| colour(&columns[index]));
            self.layer.image(whole, pixels);
        }
        self.marks(to_end, area.centre()[1]);
    }

    /// A dash at the top for every answer that is asked for, high and in the colour of errors where it is wrong.
    fn answers(&mut self, top: f64) {
        let (mut right, mut wrong) = (Vec::new(), Vec::new());
        let visible = self.span.visible();
        let half = (0.4 * self.span.step_width()).max(0.6);
        for answer in asked(self.subject).filter(|answer| visible.contains(&answer.t)) {
            let x = self.frame.place_x(answer.t as f64);
            let dash = |height: f64| Area::new(x - half, top, x + half, top + height);
            match answer.is_right {
                true => right.push(dash(0.4 * ANSWERS)),
                false => wrong.push(dash(0.7 * ANSWERS)),
            }
        }
        self.layer.bars(right, self.colours.measured);
        self.layer.bars(wrong, self.colours.error);
    }

    /// What colour alone must not say, at the height `y`: triangles where a value is infinite or exactly zero, crosses
    /// where it is not a number.
    fn marks(&mut self, value: impl Fn(usize) -> Magnitude, y: f64) {
        let mut last = f64::NEG_INFINITY;
        for t in self.span.visible() {
            let value = value(t);
            let x = self.frame.place_x(t as f64);
            let is_shown = value.log10().is_none() && self.frame.shows_x(t as f64);
            if is_shown && x - last >= MARK_ROOM {
                last = x;
                // In a colour that is seen upon that of the value.
                let ink = match value {
                    Magnitude::Zero => self.colours.error,
                    _ => self.colours.ground,
                };
                shapes::mark(self.layer, [x, y], value, ink);
            }
        }
    }
}

/// The name of a row, left of the frame.
pub fn row_name(layer: &mut Layer, frame: &Frame, y: f64, name: &str, colours: &Colours) {
    let at = [frame.area.left - 6.0, y];
    let text = Text::new(at, name, SMALL, colours.theory);
    layer.text(text.anchored(Anchor::End).centred());
}
