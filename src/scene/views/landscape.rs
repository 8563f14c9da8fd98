//! The landscape: the loss and its gradient over w_h across the slider's range, or over the bias of the gate that carries
//! the state on, everything else fixed.

use super::kit::*;
use crate::flow::{LandscapeAxis, LandscapePoint};

/// The view.
pub static VIEW: Definition = Definition {
    name: "Landscape",
    slug: "landscape",
    meaning: "The loss and its gradient over the recurrent weight, or over the bias of the gate that carries the state on, all other parameters fixed",
    concept: Concept::Landscape,
    spoken: "Landscape of the loss",
    heeds: &[Heed::LandscapeAxis],
    question: |snapshot, look| {
        let axis = axis(snapshot, look);
        let range = match axis {
            LandscapeAxis::RecurrentWeight => {
                let is_single = is_of_one_weight(snapshot);
                look.reaches.range(Weight::Recurrent, is_single)
            }
            LandscapeAxis::ForgetBias => {
                let here = snapshot.moment.network.carrying_bias().unwrap_or_default();
                let reach = BIASES.into_iter().find(|reach| *reach >= here.abs());
                let reach = reach.unwrap_or(here.abs());
                (-reach, reach)
            }
        };
        Some(Question::Landscape { axis, range })
    },
    header,
    picture,
    table,
    says,
    choices,
    ..Definition::EMPTY
};

/// How far an axis over biases reaches: from a gate that is closed to one that is open to within a ten-thousandth, and
/// farther where the bias is.
const BIASES: [f64; 3] = [10.0, 100.0, 1000.0];

/// Whether there is one recurrent weight, and the axis over it is its own.
fn is_of_one_weight(snapshot: &Snapshot) -> bool {
    let parameters = &snapshot.moment.network.parameters;
    parameters.has_one_recurrent_weight()
}

/// What the landscape lies over: over w_h where there is no bias to lie over.
fn axis(snapshot: &Snapshot, look: &Look) -> LandscapeAxis {
    match snapshot.moment.network.carrying_bias() {
        Some(_) => look.landscape_axis,
        None => LandscapeAxis::RecurrentWeight,
    }
}

/// Where the network is on the axis that is looked at.
fn here(subject: &Subject<'_>) -> f64 {
    let moment = &subject.snapshot.moment;
    match axis(subject.snapshot, subject.look) {
        LandscapeAxis::RecurrentWeight => moment.weights.w_h,
        LandscapeAxis::ForgetBias => moment.network.carrying_bias().unwrap_or(f64::NAN),
    }
}

/// What lies to the right, where there is a choice.
fn choices(subject: &Subject<'_>) -> Vec<Vec<Choice>> {
    if subject.snapshot.moment.network.carrying_bias().is_none() {
        return Vec::new();
    }
    let chosen = axis(subject.snapshot, subject.look);
    let of = |axis, text: &str, meaning: &str| {
        Choice::new(text, meaning, axis == chosen, Change::LandscapeAxis(axis))
    };
    vec![vec![
        of(
            LandscapeAxis::RecurrentWeight,
            "wₕ",
            "Over the spectral radius that every block of Wₕ is scaled to",
        ),
        of(
            LandscapeAxis::ForgetBias,
            "forget bias",
            "Over the bias of the gate that carries the state on: of all units alike",
        ),
    ]]
}

/// A loss that reaches so many times its usual height is drawn in decades.
const UNEVEN: f64 = 1e3;

/// Between the two charts.
const GAP: f64 = 12.0;

/// What lies to the right is called, and the derivative of the loss by it: of many units all of W_h is scaled, and
/// what is drawn is neither an entry of ∂L/∂W_h nor its norm.
struct Names {
    /// `wₕ`
    x: &'static str,
    /// The same in letters that are read out.
    spoken: &'static str,
    /// The same at more length.
    axis: &'static str,
    /// `∂L/∂wₕ`
    gradient: &'static str,
    /// Its size.
    size: &'static str,
    /// What it is.
    meaning: &'static str,
    /// How one goes there by hand.
    moving: &'static str,
    /// What the glossary has about it.
    concept: Concept,
}

const OF_ONE_UNIT: Names = Names {
    x: "wₕ",
    spoken: "wₕ =",
    axis: "wₕ",
    gradient: "∂L/∂wₕ",
    size: "|∂L/∂wₕ|",
    meaning: "Its gradient",
    moving: "Drag the point to move wₕ",
    concept: Concept::RecurrentWeight,
};

const OF_MANY: Names = Names {
    x: "ρ(Wₕ)",
    spoken: "the spectral radius",
    axis: "ρ(Wₕ), the spectral radius that Wₕ is scaled to",
    gradient: "∂L/∂ρ",
    size: "|∂L/∂ρ|",
    meaning: "Its derivative by the spectral radius ρ that Wₕ is scaled to",
    moving: "Drag the point to move wₕ",
    concept: Concept::RecurrentWeight,
};

const OF_FORGET_BIAS: Names = Names {
    x: "forget bias",
    spoken: "a forget bias of",
    axis: "bias of the gate that carries the state on, the mean over units",
    gradient: "∂L/∂bias",
    size: "|∂L/∂bias|",
    meaning: "Its derivative by a shift of that bias in all units alike",
    concept: Concept::ForgetBias,
    moving: "At 0 half of the state is forgotten at every step, at 5 less than a hundredth",
};

impl Names {
    fn of(subject: &Subject<'_>) -> &'static Self {
        match axis(subject.snapshot, subject.look) {
            LandscapeAxis::ForgetBias => &OF_FORGET_BIAS,
            LandscapeAxis::RecurrentWeight if is_of_one_weight(subject.snapshot) => &OF_ONE_UNIT,
            LandscapeAxis::RecurrentWeight => &OF_MANY,
        }
    }
}

fn header(subject: &Subject<'_>, canvas: &Canvas) -> Header {
    let names = Names::of(subject);
    let loss = significant(subject.snapshot.probe.loss);
    let here = significant(here(subject));
    let mut sentence = format!("at {} = {here} L = {loss}", names.x);
    let mut short = format!("L = {loss}");
    if let Some(gradient) = gradient_here(subject) {
        let gradient = format!("{} = {}", names.gradient, significant(gradient));
        sentence += &format!(" and {gradient}");
        short += &format!(", {gradient}");
    }
    Header {
        name: VIEW.name,
        sentence,
        short: Some(short),
        meaning: format!(
            "The loss of the probe here and now and {}. {}",
            names.gradient, names.moving
        ),
        legend: legend(subject, canvas),
        key: None,
    }
}

/// The derivative at this moment; one of another moment would stand beside today's loss.
fn gradient_here(subject: &Subject<'_>) -> Option<f64> {
    let snapshot = subject.snapshot;
    let is_over_w_h = axis(snapshot, subject.look) == LandscapeAxis::RecurrentWeight;
    if is_of_one_weight(snapshot) && is_over_w_h {
        return Some(snapshot.probe.flow.w_h.magnitude.value());
    }
    let points = points(subject).filter(|_| subject.is_answered_now())?;
    let here = here(subject);
    let point = points.iter().find(|point| point.at == here);
    point.map(|point| point.gradient)
}

fn legend(subject: &Subject<'_>, canvas: &Canvas) -> Vec<Entry> {
    let (names, colours) = (Names::of(subject), canvas.colours());
    let positive = format!("{} above zero", names.gradient);
    let mut entries = vec![
        Entry::new(Swatch::Line, colours.measured, "L of the probe").short("L").about(Concept::Loss).meaning(format!(
            "The loss of the probe over {}, all other parameters as they are now",
            names.x
        )),
        Entry::new(Swatch::Line, colours.w_h, positive)
            .short(names.gradient)
            .about(Concept::Gradient)
            .meaning(format!(
            "{}, on a logarithmic axis. A spike is a wall that one step of gradient descent jumps away from",
            names.meaning
        )),
        Entry::new(Swatch::Dashed, colours.w_h, "below zero")
            .short("< 0")
            .about(Concept::Gradient)
            .meaning(format!("{} where it is negative", names.meaning)),
        Entry::new(Swatch::Dotted, colours.theory, format!("{} here", names.x))
            .short("here")
            .about(names.concept)
            .meaning("Where the network is now"),
    ];
    let points = points(subject).unwrap_or_default().iter();
    let values = points.flat_map(|point| [point.loss, point.gradient]);
    let values = values.map(Magnitude::new);
    entries.extend(Entry::of_outcomes(values, colours.error));
    entries
}

/// The points of this moment, or the newest that there are of as many units.
fn points<'a>(subject: &Subject<'a>) -> Option<&'a [LandscapePoint]> {
    let answer = subject.answer_of_this_width()?;
    let is_of_this_axis = match answer.question {
        Question::Landscape { axis: of, .. } => of == axis(subject.snapshot, subject.look),
        _ => false,
    };
    match answer.finding {
        Finding::Landscape(landscape) if is_of_this_axis => Some(&landscape.points),
        _ => None,
    }
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let points = points(subject).unwrap_or_default();
    let [first, .., last] = points else {
        let here = significant(here(subject));
        let no_shape = match axis(subject.snapshot, subject.look) {
            LandscapeAxis::RecurrentWeight => {
                format!("the spectral radius of Wₕ is {here}, so that it has no shape to be scaled")
            }
            LandscapeAxis::ForgetBias => format!("the forget bias is {here} and cannot be shifted"),
        };
        let is_known = subject.is_answered_now() && self::points(subject).is_some();
        let reason = if is_known { &no_shape } else { subject.absence };
        return Picture::absent(canvas, room, VIEW.name, reason);
    };
    let x = (first.at, last.at);
    let room = canvas.by_medium(
        room.without(LEFT_AXIS + AXIS_NAME, 6.0, 16.0, BOTTOM_AXIS + AXIS_NAME),
        room.without(LEFT_AXIS, 4.0, canvas.right, canvas.below()),
    );
    let middle = room.centre()[1];
    let upper = Area {
        bottom: middle - 0.5 * GAP,
        ..room
    };
    let lower = Area {
        top: middle + 0.5 * GAP,
        ..room
    };
    let ticks = linear(x.0, x.1, room.width(), 60.0);
    let both = Both {
        subject,
        canvas,
        points,
        x,
    };
    Picture {
        parts: vec![
            Part::Chart(both.loss(upper, &ticks)),
            Part::Chart(both.gradient(lower, ticks)),
        ],
        description: description(subject, points),
    }
}

/// What both charts are made of.
struct Both<'a> {
    subject: &'a Subject<'a>,
    canvas: &'a Canvas,
    points: &'a [LandscapePoint],
    x: (f64, f64),
}

impl Both<'_> {
    fn loss(&self, area: Area, ticks: &[Tick]) -> Chart {
        let (snapshot, colours) = (self.subject.snapshot, self.canvas.colours());
        let scale = LossScale::of(self.points);
        let y = scale.range;
        let frame = Frame::new(area, self.x, y);
        let up = if scale.is_logarithmic {
            Axis::decades(&frame)
        } else {
            Axis::new(linear(y.0, y.1, area.height(), 30.0), "")
        };
        let points = || self.points.iter();
        let curve = points().map(|point| (point.at, Some(scale.height(point.loss))));
        let values = points().map(|point| (point.at, Magnitude::new(point.loss)));
        // A loss of zero has a place of its own unless the axis is one of decades.
        let values = values.filter(|(_, loss)| scale.is_logarithmic || *loss != Magnitude::Zero);
        let mut series = vec![
            self.here(),
            Series::line("L", curve, Stroke::new(colours.measured, 1.8)),
            Series::not_finite(values, colours.error, 0.0),
        ];
        let here = here(self.subject);
        let height = scale.height(snapshot.probe.loss);
        let is_in_range = (self.x.0..=self.x.1).contains(&here);
        // In a window it can be taken hold of while a wider range is computed.
        if height.is_finite() && (is_in_range || !self.canvas.is_page()) {
            let marker = Marker::disc(5.0, colours.w_h).edged(Stroke::new(colours.cursor, 1.4));
            let at = [here.clamp(self.x.0, self.x.1), height.clamp(y.0, y.1)];
            series.push(Series::points("here and now", vec![at], marker));
        }
        let is_nowhere = !points().any(|point| point.loss.is_finite());
        // Lines at the marks that the chart below has.
        let bottom = ticks.iter().map(|tick| Tick::new(tick.value, ""));
        let bottom = Axis::new(bottom.collect(), "");
        Chart {
            series,
            remark: is_nowhere.then(|| self.remark("L is finite nowhere in this range")),
            ..self.chart("loss", frame, self.named("loss L", up), bottom)
        }
    }

    fn gradient(&self, area: Area, ticks: Vec<Tick>) -> Chart {
        let (names, colours) = (Names::of(self.subject), self.canvas.colours());
        let points = || self.points.iter();
        let value = |point: &LandscapePoint| Magnitude::new(point.gradient).log10();
        let mut values: Vec<f64> = points().filter_map(value).collect();
        values.sort_by(f64::total_cmp);
        let y = match values.as_slice() {
            [] => (-1.0, 1.0),
            // Where the gradient changes its sign it dips to zero, as far as nobody needs to see.
            [.., high] => round_range(values[values.len() / 20], *high, 1.0),
        };
        let solid = Stroke::new(colours.w_h, 1.8);
        let mut series = vec![self.here()];
        for (name, is_negative, stroke) in [
            ("above zero", false, solid),
            ("below zero", true, solid.dashed(5.0, 3.0)),
        ] {
            let curve = points().map(|point| {
                let is_shown = (point.gradient < 0.0) == is_negative;
                (point.at, value(point).filter(|_| is_shown))
            });
            series.push(Series::line(name, curve, stroke));
        }
        let marks = points().map(|point| (point.at, Magnitude::new(point.gradient)));
        series.push(Series::not_finite(marks, colours.error, 0.0));
        let frame = Frame::new(area, self.x, y);
        let left = self.named(names.size, Axis::decades(&frame));
        let (axis, _) = self.canvas.axis_name(names.axis);
        let bottom = Axis::new(ticks, axis);
        let first = self.points.first().filter(|_| values.is_empty());
        let throughout = first.map(|first| {
            let value = significant(first.gradient);
            self.remark(format!("{} is {value} throughout", names.gradient))
        });
        Chart {
            series,
            remark: throughout,
            ..self.chart("gradient", frame, left, bottom)
        }
    }

    fn named(&self, name: &'static str, axis: Axis) -> Axis {
        let room = self.canvas.by_medium(LEFT_AXIS + AXIS_NAME, LEFT_AXIS);
        let name = if axis.ticks.is_empty() { "" } else { name };
        Axis::new(axis.ticks, name).with_room(room)
    }

    fn remark(&self, text: impl Into<String>) -> Remark {
        Remark::new(text, self.canvas.colours().error)
    }

    /// An empty one.
    fn chart(&self, name: &'static str, frame: Frame, left: Axis, bottom: Axis) -> Chart {
        Chart {
            of: match axis(self.subject.snapshot, self.subject.look) {
                LandscapeAxis::RecurrentWeight => {
                    [Quantity::Weight(Weight::Recurrent), Quantity::Value]
                }
                // There is no slider to move.
                LandscapeAxis::ForgetBias => [Quantity::Value; 2],
            },
            left,
            bottom: Some(bottom.with_grid()),
            hot: Hot::Columns(self.points.iter().map(|point| point.at).collect()),
            ..Chart::new(name, frame)
        }
    }

    /// The line of today's w_h.
    fn here(&self) -> Series {
        let dotted = Stroke::new(self.canvas.colours().theory, 1.2).dashed(1.5, 3.0);
        Series::upright(here(self.subject), dotted)
    }
}

/// How the loss is laid over the height of its chart.
struct LossScale {
    /// Whether in decades: the loss of a linear network reaches 10¹⁰⁰ at the end of the slider.
    is_logarithmic: bool,
    /// From where to where, in decades if in decades.
    range: (f64, f64),
}

impl LossScale {
    /// With room for every finite loss.
    fn of(points: &[LandscapePoint]) -> Self {
        let losses = points.iter().map(|point| point.loss);
        let mut losses: Vec<f64> = losses.filter(|loss| loss.is_finite()).collect();
        losses.sort_by(f64::total_cmp);
        let (low, high) = match losses.as_slice() {
            [] => (0.0, 1.0),
            [low, .., high] => (*low, *high),
            [one] => (*one, *one),
        };
        // By the middle one: a minimum that touches zero must not turn a cliff into decades.
        let middle = losses.get(losses.len() / 2).copied().unwrap_or(1.0);
        let is_logarithmic = low > 0.0 && high / middle > UNEVEN;
        let range = if is_logarithmic {
            round_range(low.log10(), high.log10(), 1.0)
        } else {
            round_range(low, high, (1e-6 * high.abs()).max(1e-300))
        };
        Self {
            is_logarithmic,
            range,
        }
    }

    /// The height of a loss: itself, or its log₁₀.
    fn height(&self, loss: f64) -> f64 {
        if self.is_logarithmic {
            loss.log10()
        } else {
            loss
        }
    }
}

fn description(subject: &Subject<'_>, points: &[LandscapePoint]) -> String {
    let x = Names::of(subject).spoken;
    let finite = points.iter().filter(|point| point.gradient.is_finite());
    let steepest = finite.max_by(|a, b| a.gradient.abs().total_cmp(&b.gradient.abs()));
    let mut text = format!(
        "at {x} {} the loss is {}",
        significant(here(subject)),
        significant(subject.snapshot.probe.loss)
    );
    if let Some(point) = steepest {
        text += &format!(
            "; steepest at {x} {} with a gradient of {}",
            significant(point.at),
            significant(point.gradient)
        );
    }
    text
}

fn says(subject: &Subject<'_>, _: usize, [x, _]: [f64; 2]) -> Option<String> {
    let names = Names::of(subject);
    let distance = |point: &LandscapePoint| (point.at - x).abs();
    let points = points(subject)?.iter();
    let point = points.min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    let way = match point.gradient {
        gradient if gradient > 0.0 => ": downhill is to the left",
        gradient if gradient < 0.0 => ": downhill is to the right",
        _ => "",
    };
    Some(format!(
        "{} = {}\nL = {}\n{} = {}{way}",
        names.x,
        in_full(point.at),
        in_full(point.loss),
        names.gradient,
        in_full(point.gradient)
    ))
}

/// A row per place that was tried, ascending.
///
/// | column | what it is |
/// | --- | --- |
/// | `w_h` | the weight; of several the spectral radius ρ that W_h is scaled to |
/// | `loss` | L of the probe there |
/// | `dl_dw_h` | ∂L/∂w_h there; of several weights ∂L/∂ρ |
///
/// Over the bias of the gate that carries the state on: `forget_bias`, the mean over the units, and `dl_dforget_bias`, by a
/// shift of all of them.
fn table(subject: &Subject<'_>) -> Result<Table, NoTable> {
    let points = points(subject).ok_or(NoTable::Unanswered(VIEW.name))?;
    let [at, gradient] = match axis(subject.snapshot, subject.look) {
        LandscapeAxis::RecurrentWeight => ["w_h", "dl_dw_h"],
        LandscapeAxis::ForgetBias => ["forget_bias", "dl_dforget_bias"],
    };
    Ok(Table::default()
        .numbers(at, points.iter().map(|point| point.at))
        .numbers("loss", points.iter().map(|point| point.loss))
        .numbers(gradient, points.iter().map(|point| point.gradient)))
}

#[cfg(test)]
mod tests;
