//! Band (c): why. One bar per timestep splits the factor into f′ and w_h.

use super::kit::*;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Reason",
    slug: "reason",
    meaning: "One bar per timestep: what f′ and what wₕ does to the gradient",
    concept: Concept::Factor,
    spoken: "Factor per timestep",
    heeds: &[Heed::Direction],
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    ..Definition::EMPTY
};

/// Bars narrower than this stand side by side, and have no mark for the factor.
const SPACED_STEP_WIDTH: f64 = 6.0;

/// Room on either side of a bar, and of its mark, as a share of a timestep.
const GAP: f64 = 0.14;
const MARK_GAP: f64 = 0.07;

fn header(subject: &Subject<'_>, canvas: &Canvas) -> Header {
    let snapshot = subject.snapshot;
    let direction = subject.look.direction;
    let sentence = match subject.mark() {
        Some(cursor) => factor_in_words(snapshot, direction, cursor),
        None => format!(
            "the factor {} of every step, and who made it",
            factor_symbol(subject)
        ),
    };
    let way = match direction {
        Direction::ToEnd => "back from the end",
        Direction::FromFirst => "from the first timestep",
    };
    let [f_prime, w_h] = names(subject);
    let colours = canvas.colours();
    let mut legend = vec![
        Entry::new(Swatch::Bar, colours.f_prime, f_prime)
            .meaning("What the slope of the activation does to the gradient: at most γ")
            .about(Concept::Slope),
        Entry::new(Swatch::Bar, colours.w_h, w_h)
            .meaning("What the recurrent weight does to it")
            .about(Concept::RecurrentWeight),
    ];
    if span(subject, canvas).step_width() > SPACED_STEP_WIDTH {
        let both = Entry::new(Swatch::Line, colours.measured, "both");
        legend.push(
            both.meaning("Their product: the factor by which the gradient changes on this step")
                .about(Concept::Factor),
        );
    }
    legend.extend(ghost_entry(subject, canvas));
    let factors = snapshot.probe.flow.steps.iter().map(|step| step.factor);
    legend.extend(Entry::of_outcomes(factors, colours.error));
    Header {
        name: VIEW.name,
        sentence,
        meaning: format!(
            "{} = {f_prime} · {w_h}: the framed bar, which the way {way} to the cursor has just multiplied in. A triangle at the foot is exactly 0: it lets nothing through. A ring is 0/0: nothing arrives there",
            factor_symbol(subject)
        ),
        legend,
        ..Header::default()
    }
}

/// What the factor of a step is called: of many units what it does to the length of the gradient.
fn factor_symbol(subject: &Subject<'_>) -> &'static str {
    subject.by_width("∂oₜ/∂oₜ₋₁", "‖gₜ₋₁‖/‖gₜ‖")
}

fn names(subject: &Subject<'_>) -> [&'static str; 2] {
    subject.by_width(["f′(aₜ)", "wₕ"], ["‖f′⊙gₜ‖/‖gₜ‖", "‖Wₕᵀδₜ‖/‖δₜ‖"])
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let steps = &subject.snapshot.probe.flow.steps;
    let (span, colours) = (span(subject, canvas), canvas.colours());
    let y = canvas.decades.unwrap_or_else(|| y_range(subject, &span));
    let mut series = bars(steps, &span, canvas);
    let ghost = span.curve(|t| of_ghost(subject, t));
    if ghost.iter().any(|(_, value)| value.is_some()) {
        series.push(Series::line("frozen", ghost, ghost_stroke(canvas)));
    }
    series.push(Series::level(0.0, Stroke::new(colours.theory, 1.0)));
    series.extend(cursor(subject, canvas));
    let last = subject.just_multiplied();
    series.extend(last.and_then(|t| Some(around(t, subject.step(t)?, canvas))));
    let factors = span.values(|t| Some(subject.step(t)?.factor));
    series.push(Series::not_finite(factors, colours.error, 0.0));
    let chart = span.chart(VIEW.slug, subject.snapshot, canvas, room, y);
    let chart = Chart {
        series,
        left: chart.left.named(factor_symbol(subject)),
        ..chart
    };
    Picture::of(chart, description(subject))
}

/// The visible decades: every bar, and 1.
fn y_range(subject: &Subject<'_>, span: &TimeSpan) -> (f64, f64) {
    let extents = span.visible().filter_map(|t| subject.step(t)).map(extent);
    let ghosts = span.visible().filter_map(|t| of_ghost(subject, t));
    let extents = extents.chain(ghosts.map(|log10| (log10.min(0.0), log10.max(0.0))));
    let (low, high) = extents.fold((0.0_f64, 0.0_f64), |(low, high), (below, above)| {
        (low.min(below), high.max(above))
    });
    round_range(low, high, 0.5)
}

/// log₁₀ of the factor of the moment that was kept, at the 1-based `t` of this one.
fn of_ghost(subject: &Subject<'_>, t: usize) -> Option<f64> {
    let ghost = subject.of_ghost()?;
    let t = ghost_time(t, (ghost.len(), subject.len()), subject.look.direction)?;
    ghost.step(t)?.factor.log10()
}

/// How far the stacked bars of one step reach below and above 1.
fn extent(step: &StepFlow) -> (f64, f64) {
    let part = |magnitude: Magnitude| magnitude.log10().unwrap_or(0.0);
    let (a, b) = (part(step.f_prime()), part(step.w_h()));
    (a.min(0.0) + b.min(0.0), a.max(0.0) + b.max(0.0))
}

/// Two stacked bars and a mark per timestep. Where timesteps are too narrow to be told apart, the one that reaches
/// farthest stands for the others.
fn bars(steps: &[StepFlow], span: &TimeSpan, canvas: &Canvas) -> Vec<Series> {
    let is_spaced = span.step_width() > SPACED_STEP_WIDTH;
    let gap = if is_spaced { GAP } else { 0.0 };
    let reach = |t: usize| {
        steps.get(t - 1).map_or(0.0, |step| {
            let (below, above) = extent(step);
            above - below
        })
    };
    let (mut w_h, mut f_prime, mut marks) = (Vec::new(), Vec::new(), Vec::new());
    for column in span.columns(reach) {
        let Some(step) = steps.get(column.t - 1) else {
            continue;
        };
        let (left, right) = column.edges();
        let (mut below, mut above) = (0.0, 0.0);
        for (part, bars) in [(step.w_h(), &mut w_h), (step.f_prime(), &mut f_prime)] {
            let Some(log10) = part.log10() else { continue };
            let base = if log10 < 0.0 { &mut below } else { &mut above };
            let from = *base;
            *base += log10;
            bars.push([(left + gap, right - gap), (from, *base)]);
        }
        if let Some(log10) = step.factor.log10().filter(|_| is_spaced) {
            marks.push(vec![[left + MARK_GAP, log10], [right - MARK_GAP, log10]]);
        }
    }
    let colours = canvas.colours();
    let of = |name, bars, colour| Series::Bars { name, bars, colour };
    vec![
        of("w_h", w_h, colours.w_h),
        of("f′", f_prime, colours.f_prime),
        Series::Line {
            name: "both",
            runs: marks,
            stroke: Stroke::new(colours.measured, 2.0),
        },
    ]
}

/// A frame around the bar that was multiplied in when the cursor came to where it is.
fn around(t: usize, step: &StepFlow, canvas: &Canvas) -> Series {
    // Around the shape at the foot where there is no bar that says it.
    let y = match step.factor {
        Magnitude::Zero | Magnitude::Undefined => None,
        _ => Some(extent(step)),
    };
    Series::Around {
        x: t as f64,
        half_width: 0.4,
        y,
        colour: canvas.colours().highlight,
    }
}

fn description(subject: &Subject<'_>) -> String {
    let cursor = subject.timestep();
    let Some(step) = subject.step(cursor) else {
        return String::new();
    };
    format!(
        "at step {cursor} the factor is {}, of which f′ is {} and wₕ {}; multiplied in last, {}",
        step.factor,
        step.f_prime(),
        step.w_h(),
        factor_in_words(subject.snapshot, subject.look.direction, cursor)
    )
}

fn says(subject: &Subject<'_>, _: usize, [t, _]: [f64; 2]) -> Option<String> {
    let t = t as usize;
    let step = subject.step(t)?;
    let ([f_prime, w_h], factor) = (names(subject), factor_symbol(subject));
    let ghost = of_ghost(subject, t).map(Magnitude::from_log10);
    let ghost = ghost.map_or_else(String::new, |it| {
        format!(
            "\nwhen it was frozen the factor was {}",
            magnitude_in_full(it)
        )
    });
    Some(format!(
        "{}\n{factor} = {}: the factor of this step\n{f_prime} = {}: what the activation does to the gradient\n{w_h} = {}: what the recurrent weight does to it{ghost}",
        timestep_in_words(subject.snapshot, t),
        magnitude_in_full(step.factor),
        magnitude_in_full(step.f_prime()),
        magnitude_in_full(step.w_h())
    ))
}

/// A row per timestep.
///
/// | column | what it is |
/// | --- | --- |
/// | `f_prime` | f′(a_t); for H > 1 ‖f′ ⊙ g_t‖/‖g_t‖ |
/// | `w_h` | w_h; for H > 1 ‖W_hᵀ δ_t‖/‖δ_t‖ |
/// | `factor` | their product, ∂o_t/∂o_{t−1}; for H > 1 ‖g_{t−1}‖/‖g_t‖ |
fn table(subject: &Subject<'_>) -> Table {
    let snapshot = subject.snapshot;
    let of = |get: fn(&StepFlow) -> Magnitude| snapshot.probe.flow.steps.iter().map(get);
    Table::of_timesteps(snapshot, 1..=snapshot.len())
        .magnitudes("f_prime", of(|step| step.f_prime()))
        .magnitudes("w_h", of(|step| step.w_h()))
        .magnitudes("factor", of(|step| step.factor))
}
