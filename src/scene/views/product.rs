//! Band (b): log₁₀ of the product per timestep, with the last batch, the bound and the float limits.

use super::super::limits::float_limits;
use super::kit::*;
use crate::flow::ProductNorms;
use crate::training::ProductNormsState;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Product",
    slug: "product",
    meaning: "log₁₀ of the product of the factors per timestep, ∏ f′(aₜ)·wₕ of Elman's cell, with its bound and the float limits",
    concept: Concept::Product,
    spoken: "Product per timestep",
    wants: |look| Wanted {
        product_norms: look.measure == Measure::Norm,
        inputs: look.measure == Measure::Input,
        ..Wanted::NOTHING
    },
    heeds: &[Heed::Direction, Heed::Measure],
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    choices,
    is_labelled_below: true,
    draws_both: true,
    ..Definition::EMPTY
};

/// Points get marks of their own where one timestep is at least this wide.
const MARKED_STEP_WIDTH: f64 = 7.0;

fn header(subject: &Subject<'_>, canvas: &Canvas) -> Header {
    let shown = Shown::new(subject);
    let mut sentence = format!("{}, {}", shown.symbol(), shown.meaning());
    let mut short = None;
    if let Some(ratio) = shown.ratio_name() {
        sentence = format!("{ratio} of {sentence}");
        let at = subject.timestep();
        if let Some(value) = shown.ratio(at) {
            sentence += &format!("; at t = {t} it is {value}", t = counted(at));
            short = Some(format!("{ratio} = {value}"));
        }
        return Header {
            name: VIEW.name,
            sentence,
            short,
            meaning: format!("{ratio} at the cursor: at 1, which is 10⁰, both are the same"),
            legend: legend_of_ratio(&shown, &ratio, canvas),
            key: None,
        };
    }
    if shown.measure == Measure::Gradient {
        let at_start = subject.snapshot.probe.flow.dl_do_0;
        let symbol = shown.symbol_at_start();
        sentence += &format!("; before the first step {symbol} = {at_start}");
    }
    if let Some(t) = subject.mark()
        && let Some(value) = shown.value(t)
    {
        sentence += &format!("; at t = {t} it is {value}", t = counted(t));
        short = Some(format!("{} = {value}", shown.symbol()));
    }
    Header {
        name: VIEW.name,
        sentence,
        short,
        meaning: "What the plot shows, at the cursor".to_owned(),
        legend: legend(&shown, canvas),
        key: None,
    }
}

fn legend(shown: &Shown<'_>, canvas: &Canvas) -> Vec<Entry> {
    let colours = canvas.colours();
    let [name, short] = own_name(shown.subject, "measured");
    let measured = Entry::new(Swatch::Line, colours.measured, name);
    let mut entries = vec![
        measured
            .short(short)
            .meaning("The product itself")
            .about(Concept::Product),
    ];
    if shown.has_bound() {
        let bound = Entry::new(Swatch::Dashed, colours.theory, shown.bound_name());
        entries.push(
            bound
                .short("bound")
                .meaning(
                    "No product is above it. Below 1 it proves vanishing; above 1 it only permits exploding",
                )
                .about(Concept::Bound),
        );
    }
    if shown.has_last_batch() {
        let batch =
            Entry::new(Swatch::Dotted, colours.measured, "last batch").about(Concept::Batch);
        entries.push(batch.meaning(
            "The same of the whole batch that the last step was made with: ‖∂L/∂oₜ‖ over its sequences and units, \
             as training itself had it",
        ));
    }
    entries.extend(ghost_entry(shown.subject, canvas));
    entries.extend(cut_entry(shown.subject, canvas));
    let span = shown.span(canvas);
    let values = || span.visible().filter_map(|t| shown.value(t));
    if span.step_width() >= MARKED_STEP_WIDTH && values().any(is_hollow) {
        let ring = Entry::new(Swatch::Ring, colours.measured, "below zero");
        entries.push(ring.meaning("The product is negative: it reverses the gradient"));
    }
    entries.extend(Entry::of_outcomes(values(), colours.error));
    entries
}

/// The legend of what is between two moments.
fn legend_of_ratio(shown: &Shown<'_>, ratio: &str, canvas: &Canvas) -> Vec<Entry> {
    let colours = canvas.colours();
    let [name, _] = own_name(shown.subject, "now");
    let line = Entry::new(Swatch::Line, colours.measured, ratio);
    let other = ghost_entry(shown.subject, canvas).map_or_else(String::new, |it| it.text);
    let mut entries = vec![line.meaning(format!(
        "By how many times the gradient of the one is larger than that of the other ({name}; {other}): above 1 the first keeps more of it"
    ))];
    let span = shown.span(canvas);
    let values = span.visible().filter_map(|t| shown.ratio(t));
    entries.extend(Entry::of_outcomes(values, colours.error));
    entries
}

/// What is between two moments, in decades.
fn picture_of_ratio(shown: &Shown<'_>, ratio: &str, canvas: &Canvas, room: Area) -> Picture {
    let (subject, span, colours) = (shown.subject, shown.span(canvas), canvas.colours());
    let height = |t: usize| shown.ratio(t).and_then(Magnitude::log10);
    let heights = span.visible().filter_map(height);
    let (low, high) = ends(heights).unwrap_or((0.0, 0.0));
    let y = round_range(low.min(0.0), high.max(0.0), 1.0);
    let y = canvas.decades.unwrap_or(y);
    let chart = span.chart(VIEW.slug, subject.snapshot, canvas, room, y);
    let mut series = vec![Series::level(0.0, Stroke::new(colours.faint, 1.2))];
    series.extend(cursor(subject, canvas));
    let stroke = Stroke::new(colours.measured, 2.0);
    series.push(Series::line("ratio", span.curve(height), stroke));
    if span.step_width() >= MARKED_STEP_WIDTH {
        let marker = Marker::disc(3.0, colours.measured);
        let points = span.visible().filter_map(|t| Some([t as f64, height(t)?]));
        series.push(Series::points("ratio", points.collect(), marker));
    }
    let values = span.values(|t| shown.ratio(t));
    series.push(Series::not_finite(values, colours.error, 0.0));
    let at = subject.timestep();
    let value = shown
        .ratio(at)
        .map_or_else(|| "unknown".to_owned(), |value| value.to_string());
    let chart = Chart {
        series,
        left: chart.left.named(ratio),
        ..chart
    };
    Picture::of(chart, format!("{ratio} is {value} at step {at}"))
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let shown = Shown::new(subject);
    if let Some(ratio) = shown.ratio_name() {
        return picture_of_ratio(&shown, &ratio, canvas, room);
    }
    let span = shown.span(canvas);
    let y = canvas.decades.unwrap_or_else(|| y_range(&shown, &span));
    let colours = canvas.colours();
    let chart = span.chart(VIEW.slug, subject.snapshot, canvas, room, y);
    let end = |t: usize| shown.value(t).and_then(Magnitude::log10);
    let at_ends = [*span.visible().start(), *span.visible().end()].map(end);
    let mut series = vec![
        Series::level(0.0, Stroke::new(colours.faint, 1.2)),
        float_limits(&chart.frame, at_ends),
    ];
    series.extend(cursor(subject, canvas));
    series.extend(cuts(subject, &span, canvas));
    let ghost = shown.ghost_curve(&span);
    if !ghost.is_empty() {
        let stroke = ghost_stroke(subject, canvas, None);
        series.push(Series::line("frozen", ghost, stroke));
    }
    series.extend(curves(&shown, &span, canvas));
    let values = span.values(|t| shown.value(t));
    series.push(Series::not_finite(values, colours.error, 0.0));
    let absence = shown.absence();
    let chart = Chart {
        series,
        remark: absence.map(|text| Remark::new(text, colours.error)),
        left: chart.left.named(shown.symbol()),
        ..chart
    };
    Picture::of(chart, description(subject, &shown))
}

fn curves(shown: &Shown<'_>, span: &TimeSpan, canvas: &Canvas) -> Vec<Series> {
    let colours = canvas.colours();
    let visible = span.visible();
    let (first, last) = (*visible.start(), *visible.end());
    // The bound is a straight line unless a part of it is not finite.
    let mut ends = vec![first, first + 1, last.saturating_sub(1), last];
    ends.retain(|t| visible.contains(t));
    if ends.len() == 4 && last == first + 1 {
        // There and back again, a dashed line looks like a whole one.
        ends.truncate(2);
    }
    let bound = ends.into_iter().map(|t| (t as f64, Some(shown.bound(t))));
    let dashed = Stroke::new(colours.theory, 1.5).dashed(6.0, 4.0);
    let dotted = Stroke::new(colours.measured, 1.6).dashed(1.6, 3.2);
    let measured = Stroke::new(colours.measured, 2.0);
    let value = |t: usize| shown.value(t).and_then(Magnitude::log10);
    let mut series = vec![
        Series::line("bound", bound, dashed),
        Series::line("last batch", span.curve(|t| shown.of_last_batch(t)), dotted),
        Series::line("measured", span.curve(value), measured),
    ];
    if span.step_width() >= MARKED_STEP_WIDTH {
        let marker = Marker::disc(3.0, colours.measured);
        let marker = marker.edged(Stroke::new(colours.measured, 1.3));
        let names = ["above zero", "below zero"];
        let values = span.values(|t| shown.value(t));
        series.extend(signed_points(names, values, marker, canvas));
    }
    series
}

/// The visible decades: the measured curve, 1, and batch and bound as far as they do not dwarf the curve.
fn y_range(shown: &Shown<'_>, span: &TimeSpan) -> (f64, f64) {
    let values = span.visible().filter_map(|t| shown.value(t)?.log10());
    let range = ends(values);
    let (mut low, mut high) = range.unwrap_or((0.0, 0.0));
    if !matches!(shown.measure, Measure::Gradient | Measure::Input) {
        (low, high) = (low.min(0.0), high.max(0.0));
    }
    let reach = 1.5 * (high - low).max(2.0);
    let (floor, ceil) = (low - reach, high + reach);
    let bound = [*span.visible().start(), *span.visible().end()].map(|t| shown.bound(t));
    let batch = span.visible().filter_map(|t| shown.of_last_batch(t));
    let ghost = shown.ghost_curve(span).into_iter();
    let ghost = ghost.filter_map(|(_, value)| value);
    for other in batch
        .chain(bound)
        .chain(ghost)
        .filter(|other| other.is_finite())
    {
        low = low.min(other.max(floor));
        high = high.max(other.min(ceil));
    }
    round_range(low, high, 2.0)
}

fn description(subject: &Subject<'_>, shown: &Shown<'_>) -> String {
    let (n, at) = (subject.len(), subject.timestep());
    let unknown = || "unknown".to_owned();
    let value = |t: usize| {
        shown
            .value(t)
            .map_or_else(unknown, |value| value.to_string())
    };
    format!(
        "{} is {} at step 1, {} at step {at} and {} at step {n}",
        shown.symbol(),
        value(1),
        value(at),
        value(n)
    )
}

fn says(subject: &Subject<'_>, _: usize, [t, _]: [f64; 2]) -> Option<String> {
    let (shown, t) = (Shown::new(subject), t as usize);
    let value = magnitude_in_full(shown.value(t)?);
    let mut text = format!(
        "{}\n{} = {value}: {}",
        timestep_in_words(subject.snapshot, t),
        shown.symbol(),
        shown.meaning()
    );
    if let Some(ghost) = shown.of_ghost(t) {
        let ghost = magnitude_in_full(ghost);
        text += &format!("\n{}: {ghost}", ghost_word(subject));
    }
    if let (Some(ratio), Some(value)) = (shown.ratio_name(), shown.ratio(t)) {
        text += &format!("\n{ratio} = {}", magnitude_in_full(value));
    }
    let bound = shown.bound(t);
    if bound.is_finite() {
        let bound = magnitude_in_full(Magnitude::from_log10(bound));
        text += &format!("\n{} = {bound}", shown.bound_name());
    }
    if let Some(batch) = shown.of_last_batch(t) {
        let batch = magnitude_in_full(Magnitude::from_log10(batch));
        text += &format!("\nof the last batch = {batch}");
    }
    Some(text)
}

/// Which product and which magnitude of it.
fn choices(subject: &Subject<'_>) -> Vec<Vec<Choice>> {
    let shown = Shown::new(subject);
    let directions = [
        (
            Direction::ToEnd,
            "to the end",
            "From the end back: what the loss at the end sees of step t",
        ),
        (
            Direction::FromFirst,
            "from the first",
            "The lecture's product from step 1 to step t",
        ),
    ];
    let directions = directions.map(|(direction, text, meaning)| {
        let is_of_loss = matches!(shown.measure, Measure::Gradient | Measure::Input);
        let is_possible = !is_of_loss || direction == Direction::ToEnd;
        let is_chosen = shown.direction == direction;
        Choice {
            refusal: (!is_possible).then_some("A gradient of the loss is counted from the end"),
            ..Choice::new(text, meaning, is_chosen, Change::Direction(direction))
        }
    });
    let gain = subject.by_width("product", "gain");
    let mut measures = vec![
        (
            Measure::Gain,
            gain,
            "What is left of the loss's own gradient: ‖gₜ‖/‖gₙ‖, for one unit the product itself",
        ),
        (
            Measure::Gradient,
            subject.by_network("∂L/∂oₜ", "∂L/∂sₜ"),
            "The loss's gradient at step t itself",
        ),
        (
            Measure::Input,
            "∂L/∂xₜ",
            "The loss's gradient at what is read at step t",
        ),
    ];
    if !subject.is_scalar() {
        measures.push((
            Measure::Norm,
            "‖P‖₂",
            "The most that any direction keeps: the largest singular value of the product",
        ));
    }
    let measures = measures.into_iter().map(|(measure, text, meaning)| {
        let is_chosen = shown.measure == measure;
        Choice::new(text, meaning, is_chosen, Change::Measure(measure))
    });
    vec![
        directions.to_vec(),
        measures.collect(),
        [vec![freeze(subject)], difference(subject)].concat(),
    ]
}

/// Both moments, or what is between them.
fn difference(subject: &Subject<'_>) -> Vec<Choice> {
    let Some(ratio) = Shown::new(subject).ratio_of() else {
        return Vec::new();
    };
    let is_chosen = subject.look.is_difference;
    let meaning = "How many times as much of the gradient the one has at every timestep as the other, instead of both";
    let change = Change::Difference(!is_chosen);
    vec![Choice::new(ratio, meaning, is_chosen, change)]
}

fn freeze(subject: &Subject<'_>) -> Choice {
    let is_frozen = subject.ghost.is_some_and(|ghost| ghost.of == GhostOf::Kept);
    let meaning = if is_frozen {
        "Drop the frozen curves (F)"
    } else {
        "Keep the present curves of product, reason, terms, loss and accuracy, pale, to compare another setting with them (F)"
    };
    Choice::new("freeze", meaning, is_frozen, Change::Freeze)
}

/// The quantity that the band shows: as chosen, as far as it exists for the network.
struct Shown<'a> {
    subject: &'a Subject<'a>,
    direction: Direction,
    measure: Measure,
}

impl<'a> Shown<'a> {
    fn new(subject: &'a Subject<'a>) -> Self {
        let measure = match subject.look.measure {
            // For H = 1 the norm is the product's absolute value.
            Measure::Norm if subject.is_scalar() => Measure::Gain,
            measure => measure,
        };
        let direction = match measure {
            // A gradient of the loss is counted from the end by its nature.
            Measure::Gradient | Measure::Input => Direction::ToEnd,
            _ => subject.look.direction,
        };
        Self {
            subject,
            direction,
            measure,
        }
    }

    fn span(&self, canvas: &Canvas) -> TimeSpan {
        TimeSpan::new(self.subject.snapshot, self.subject.look, canvas, true)
    }

    /// The value at 1-based `t`; `None` where it has not been computed.
    fn value(&self, t: usize) -> Option<Magnitude> {
        let step = self.subject.step(t)?;
        match (self.measure, self.direction) {
            (Measure::Gradient, _) => Some(step.dl_do),
            (Measure::Input, _) => self.subject.snapshot.probe.dl_dx.get(t - 1).copied(),
            (Measure::Gain, Direction::ToEnd) => Some(step.to_end),
            (Measure::Gain, Direction::FromFirst) => Some(step.from_first),
            (Measure::Norm, direction) => match &self.subject.snapshot.probe.product_norms {
                ProductNormsState::Ready(norms) => match direction {
                    Direction::ToEnd => norms.to_end.get(t - 1).copied(),
                    Direction::FromFirst => norms.from_first.get(t - 1).copied(),
                },
                _ => None,
            },
        }
    }

    /// The same of another subject.
    fn of<'b>(&self, subject: &'b Subject<'b>) -> Shown<'b> {
        Shown {
            subject,
            direction: self.direction,
            // Of one unit there is no norm, and of several there is no other gain.
            measure: Shown::new(subject).measure,
        }
    }

    /// The same of the moment beside this one, at the 1-based `t` of this one.
    fn of_ghost(&self, t: usize) -> Option<Magnitude> {
        let ghost = self.subject.of_ghost()?;
        let t = self.subject.ghost_time(t, self.direction)?;
        self.of(&ghost).value(t)
    }

    /// log₁₀ of the same of the moment beside this one, over the time of this one.
    fn ghost_curve(&self, span: &TimeSpan) -> Vec<(f64, Option<f64>)> {
        let value = |ghost: &Subject<'_>, t: usize| self.of(ghost).value(t)?.log10();
        self.subject.ghost_curve(span, self.direction, value)
    }

    /// What is called so that is between this moment and the one beside it, if there is one: `A / B`.
    fn ratio_of(&self) -> Option<&'static str> {
        Some(match self.subject.ghost?.of {
            GhostOf::Kept => "now / frozen",
            GhostOf::Other { .. } => "A / B",
        })
    }

    /// The same, if that is what is shown.
    fn ratio_name(&self) -> Option<String> {
        let ratio = self.ratio_of().filter(|_| self.subject.look.is_difference);
        ratio.map(str::to_owned)
    }

    /// The one over the other at the 1-based `t` of this one, always the first over the second.
    fn ratio(&self, t: usize) -> Option<Magnitude> {
        let (own, ghost) = (self.value(t)?.size(), self.of_ghost(t)?.size());
        let is_turned = matches!(
            self.subject.ghost?.of,
            GhostOf::Other {
                place: Place::First,
                ..
            }
        );
        Some(if is_turned {
            ghost.over(own)
        } else {
            own.over(ghost)
        })
    }

    /// log₁₀ of the bound at 1-based `t`, in the units of what is shown.
    fn bound(&self, t: usize) -> f64 {
        let flow = &self.subject.snapshot.probe.flow;
        match (self.measure, self.direction) {
            (Measure::Gradient, _) => {
                let at_end = flow.steps.last().and_then(|step| step.dl_do.log10());
                at_end.map_or(f64::NAN, |log10| log10 + flow.bound_to_end_log10(t))
            }
            // Of an input nothing is known but what is measured.
            (Measure::Input, _) => f64::NAN,
            (_, Direction::ToEnd) => flow.bound_to_end_log10(t),
            (_, Direction::FromFirst) => flow.bound_from_first_log10(t),
        }
    }

    /// log₁₀ of the same of the whole batch that the last step was made with, at 1-based `t`; `None` where there
    /// is no such thing, or nobody looks at it.
    fn of_last_batch(&self, t: usize) -> Option<f64> {
        if !self.subject.look.last_batch {
            return None;
        }
        let batch = &self.subject.snapshot.run.last_batch;
        let step = batch.get(t.checked_sub(1)?)?;
        let magnitude = match (self.measure, self.direction) {
            (Measure::Gradient, _) => Magnitude::new(step.norm),
            // With an answer at every step the batch's is of all of them, and no product.
            (Measure::Gain, Direction::ToEnd)
                if !self.subject.snapshot.probe.flow.is_asked_at_every_step =>
            {
                step.product
            }
            _ => return None,
        };
        magnitude.log10()
    }

    fn has_last_batch(&self) -> bool {
        (1..=self.subject.len()).any(|t| self.of_last_batch(t).is_some())
    }

    /// Whether there is a bound: a gated cell has none, nor has a stack of layers.
    fn has_bound(&self) -> bool {
        self.measure != Measure::Input && self.subject.snapshot.moment.network.is_the_lectures()
    }

    /// What ∂L/∂ of the state before the first step is called.
    fn symbol_at_start(&self) -> &'static str {
        self.subject.by_network(
            self.subject.by_width("∂L/∂o₀", "‖∂L/∂o₀‖"),
            self.subject.by_width("∂L/∂h₀", "‖∂L/∂s₀‖"),
        )
    }

    /// What it is called, in letters.
    fn symbol(&self) -> &'static str {
        let is_scalar = self.subject.is_scalar();
        if !self.subject.by_network(true, false) {
            return self.symbol_of_states();
        }
        match (self.measure, self.direction) {
            (Measure::Input, _) => "‖∂L/∂xₜ‖",
            (Measure::Gradient, _) if is_scalar => "∂L/∂oₜ",
            (Measure::Gradient, _) => "‖∂L/∂oₜ‖",
            (Measure::Norm, Direction::ToEnd) => "‖∂oₙ/∂oₜ‖₂",
            (Measure::Norm, Direction::FromFirst) => "‖∂oₜ/∂o₁‖₂",
            (Measure::Gain, Direction::ToEnd) if is_scalar => "∂oₙ/∂oₜ",
            (Measure::Gain, Direction::FromFirst) if is_scalar => "∂oₜ/∂o₁",
            (Measure::Gain, Direction::ToEnd) => "‖gₜ‖/‖gₙ‖",
            (Measure::Gain, Direction::FromFirst) => "‖g₁‖/‖gₜ‖",
        }
    }

    /// As [`Self::symbol`], of a network whose state is not o alone.
    fn symbol_of_states(&self) -> &'static str {
        let is_scalar = self.subject.is_scalar();
        match (self.measure, self.direction) {
            (Measure::Input, _) => "‖∂L/∂xₜ‖",
            (Measure::Gradient, _) if is_scalar => "∂L/∂hₜ",
            (Measure::Gradient, _) => "‖∂L/∂sₜ‖",
            (Measure::Norm, Direction::ToEnd) => "‖∂sₙ/∂sₜ‖₂",
            (Measure::Norm, Direction::FromFirst) => "‖∂sₜ/∂s₁‖₂",
            (Measure::Gain, Direction::ToEnd) if is_scalar => "∂hₙ/∂hₜ",
            (Measure::Gain, Direction::FromFirst) if is_scalar => "∂hₜ/∂h₁",
            (Measure::Gain, Direction::ToEnd) => "‖γₜ‖/‖γₙ‖",
            (Measure::Gain, Direction::FromFirst) => "‖γ₁‖/‖γₜ‖",
        }
    }

    /// What it means, in words.
    fn meaning(&self) -> &'static str {
        match (self.measure, self.direction) {
            (Measure::Gradient, _) => "the loss's gradient at step t",
            (Measure::Input, _) => "the loss's gradient at what is read at step t",
            (Measure::Norm, Direction::ToEnd) => "the most that any direction keeps to the end",
            (Measure::Norm, Direction::FromFirst) => {
                "the most that any direction keeps from the first step on"
            }
            (Measure::Gain, Direction::ToEnd) => "what the loss sees of step t",
            (Measure::Gain, Direction::FromFirst) => "the product from step 1 to step t",
        }
    }

    /// What the bound is called.
    fn bound_name(&self) -> &'static str {
        match (self.measure, self.direction) {
            (Measure::Gradient | Measure::Input, _) => "bound ‖∂L/∂oₙ‖ (γ σ₁)ⁿ⁻ᵗ",
            (_, Direction::ToEnd) => "bound (γ σ₁)ⁿ⁻ᵗ",
            (_, Direction::FromFirst) => "bound (γ σ₁)ᵗ⁻¹",
        }
    }

    /// Why there is nothing to see, if so.
    fn absence(&self) -> Option<String> {
        if self.measure == Measure::Norm {
            match &self.subject.snapshot.probe.product_norms {
                ProductNormsState::TooCostly { cost } => {
                    return Some(ProductNorms::too_costly(*cost));
                }
                ProductNormsState::NotAsked => return Some("‖P‖₂ is being computed".to_owned()),
                ProductNormsState::Ready(_) => {}
            }
        }
        if self.measure == Measure::Input && self.subject.snapshot.probe.dl_dx.is_empty() {
            return Some("∂L/∂xₜ is being computed".to_owned());
        }
        let mut values = (1..=self.subject.len()).filter_map(|t| self.value(t));
        if values.any(|value| value.log10().is_some()) {
            return None;
        }
        Some(match self.value(self.subject.len())? {
            Magnitude::Zero => {
                "Exactly 0 at every step: the loss has no gradient, or wₒ is 0".to_owned()
            }
            last => format!("{last} at every step: the forward pass has overflowed"),
        })
    }
}

/// A row per timestep.
///
/// | column | what it is |
/// | --- | --- |
/// | `to_end` | ∂o_n/∂o_t; for H > 1 the gain ‖g_t‖/‖g_n‖ |
/// | `from_first` | ∂o_t/∂o_1; for H > 1 the gain ‖g_1‖/‖g_t‖ |
/// | `dl_do` | ∂L/∂o_t; its norm for H > 1 |
/// | `dl_dx` | ∂L/∂x_t; its norm where x_t or the state has several numbers; empty unless it has been computed |
/// | `norm_to_end`, `norm_from_first` | ‖∂o_n/∂o_t‖₂ and ‖∂o_t/∂o_1‖₂ for H > 1; empty unless they have been computed |
/// | `last_batch_to_end` | ‖∂L/∂o_t‖/‖∂L/∂o_n‖ over all sequences and units of the batch that the last step was made with; empty before the first step, in the past, and with an answer at every step, where it is no product |
/// | `last_batch_dl_do` | ‖∂L/∂o_t‖ of that batch, for L its mean, as training itself had it |
/// | `bound_to_end_log10`, `bound_from_first_log10` | log₁₀ of the bounds (γ σ₁)^(n−t) and (γ σ₁)^(t−1) |
fn table(subject: &Subject<'_>) -> Table {
    let snapshot = subject.snapshot;
    let flow = &snapshot.probe.flow;
    let (times, batch) = (1..=snapshot.len(), &snapshot.run.last_batch);
    let of = |get: fn(&StepFlow) -> Magnitude| flow.steps.iter().map(get);
    let norms = batch.iter().map(|step| Magnitude::new(step.norm));
    let bound_to_end = times.clone().map(|t| flow.bound_to_end_log10(t));
    let bound_from_first = times.clone().map(|t| flow.bound_from_first_log10(t));
    let (to_end, from_first): (&[Magnitude], &[Magnitude]) = match &snapshot.probe.product_norms {
        ProductNormsState::Ready(norms) => (&norms.to_end, &norms.from_first),
        _ => (&[], &[]),
    };
    Table::of_timesteps(snapshot, times)
        .magnitudes("to_end", of(|step| step.to_end))
        .magnitudes("from_first", of(|step| step.from_first))
        .magnitudes("dl_do", of(|step| step.dl_do))
        .magnitudes("dl_dx", snapshot.probe.dl_dx.iter().copied())
        .magnitudes("norm_to_end", to_end.iter().copied())
        .magnitudes("norm_from_first", from_first.iter().copied())
        .magnitudes(
            "last_batch_to_end",
            batch
                .iter()
                .map(|step| (!flow.is_asked_at_every_step).then_some(step.product)),
        )
        .magnitudes("last_batch_dl_do", norms)
        .numbers("bound_to_end_log10", bound_to_end)
        .numbers("bound_from_first_log10", bound_from_first)
}
