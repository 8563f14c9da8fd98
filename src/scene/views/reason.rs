//! Band (c): why. One bar per timestep splits the factor into f′ and w_h.

use super::kit::*;
use crate::flow::Ways;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Reason",
    slug: "reason",
    meaning: "One bar per timestep: what f′ and what wₕ does to the gradient, or the direct way and the gates of a gated cell",
    concept: Concept::Factor,
    spoken: "Factor per timestep",
    heeds: &[Heed::Direction],
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    decades: Some(|subject, canvas| y_range(subject, &span(subject, canvas))),
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
    let colours = canvas.colours();
    let parts = parts(subject);
    let mut legend: Vec<Entry> = (parts.iter().zip(colours_of(subject, canvas)))
        .filter(|(part, _)| !part.name.is_empty())
        .map(|(part, colour)| {
            Entry::new(Swatch::Bar, colour, part.name)
                .meaning(part.meaning)
                .about(part.concept)
        })
        .collect();
    if span(subject, canvas).step_width() > SPACED_STEP_WIDTH {
        let both = Entry::new(Swatch::Line, colours.measured, "both");
        let meaning = match ways(subject) {
            Ways::OneAfterTheOther => {
                "Their product: the factor by which the gradient changes on this step"
            }
            Ways::SideBySide => {
                "The size of their sum: the factor by which the gradient changes on this step. It is smaller than one of them where the two pull against each other"
            }
        };
        legend.push(both.meaning(meaning).about(Concept::Factor));
    }
    legend.extend(ghost_entry(subject, canvas));
    legend.extend(cut_entry(subject, canvas));
    let factors = snapshot.probe.flow.steps.iter().map(|step| step.factor);
    legend.extend(Entry::of_outcomes(factors, colours.error));
    let factor = factor_symbol(subject);
    let is_made_of = match (ways(subject), parts) {
        (Ways::OneAfterTheOther, [f_prime, w_h]) => {
            format!("{factor} = {} · {}", f_prime.name, w_h.name)
        }
        (Ways::SideBySide, _) if has_direct_way(snapshot) => {
            format!("{factor}, by the direct way and through the gates, side by side")
        }
        (Ways::SideBySide, _) => format!("{factor}, by all ways through the layers"),
    };
    Header {
        name: VIEW.name,
        sentence,
        meaning: format!(
            "{is_made_of}: the framed bar, which the way {way} to the cursor has just multiplied in. A triangle at the foot is exactly 0: it lets nothing through. A ring is 0/0: nothing arrives there"
        ),
        legend,
        ..Header::default()
    }
}

/// What the factor of a step is called: of a state of several numbers what it does to the length of the gradient.
fn factor_symbol(subject: &Subject<'_>) -> &'static str {
    match ways(subject) {
        Ways::OneAfterTheOther => subject.by_width("∂oₜ/∂oₜ₋₁", "‖gₜ₋₁‖/‖gₜ‖"),
        Ways::SideBySide => subject.by_width("∂hₜ/∂hₜ₋₁", "‖γₜ₋₁‖/‖γₜ‖"),
    }
}

fn ways(subject: &Subject<'_>) -> Ways {
    subject.snapshot.probe.flow.ways()
}

/// One of the two parts of a factor.
struct FactorPart {
    /// Its symbol or its name; empty where there is no such part.
    name: &'static str,
    /// Its name in a table.
    column: &'static str,
    /// What it does to the gradient.
    does: &'static str,
    meaning: &'static str,
    concept: Concept,
}

/// The two parts, in the order of [`StepFlow::parts`].
fn parts(subject: &Subject<'_>) -> [FactorPart; 2] {
    let has_direct_way = has_direct_way(subject.snapshot);
    match ways(subject) {
        Ways::OneAfterTheOther => [
            FactorPart {
                name: subject.by_width("f′(aₜ)", "‖f′⊙gₜ‖/‖gₜ‖"),
                column: "f_prime",
                does: "what the activation does to the gradient",
                meaning: "What the slope of the activation does to the gradient: at most γ",
                concept: Concept::Slope,
            },
            FactorPart {
                name: subject.by_width("wₕ", "‖Wₕᵀδₜ‖/‖δₜ‖"),
                column: "w_h",
                does: "what the recurrent weight does to it",
                meaning: "What the recurrent weight does to it",
                concept: Concept::RecurrentWeight,
            },
        ],
        Ways::SideBySide => [
            FactorPart {
                name: if has_direct_way { "direct" } else { "" },
                column: "direct",
                does: "what comes by the direct way, through the gate that carries the state on",
                meaning: "What comes to the state before by the direct way, through the gate that carries the state on, as a share of what arrives",
                concept: Concept::Carry,
            },
            FactorPart {
                name: if has_direct_way {
                    "through the gates"
                } else {
                    "through Wₕ"
                },
                column: "through_gates",
                does: "what comes through Wₕ",
                meaning: "What comes to the state before through the products with Wₕ, as a share of what arrives",
                concept: if has_direct_way {
                    Concept::Gate
                } else {
                    Concept::RecurrentWeight
                },
            },
        ],
    }
}

fn colours_of(subject: &Subject<'_>, canvas: &Canvas) -> [Colour; 2] {
    let colours = canvas.colours();
    match ways(subject) {
        Ways::OneAfterTheOther => [colours.f_prime, colours.w_h],
        Ways::SideBySide => [colours.carry, colours.w_h],
    }
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let steps = &subject.snapshot.probe.flow.steps;
    let (span, colours) = (span(subject, canvas), canvas.colours());
    let y = canvas.decades.unwrap_or_else(|| y_range(subject, &span));
    let mut series = bars(subject, steps, &span, canvas);
    let ghost = ghost_curve(subject, &span);
    if !ghost.is_empty() {
        let stroke = ghost_stroke(subject, canvas, None);
        series.push(Series::line("frozen", ghost, stroke));
    }
    series.push(Series::level(0.0, Stroke::new(colours.theory, 1.0)));
    series.extend(cursor(subject, canvas));
    series.extend(cuts(subject, &span, canvas));
    let last = subject.just_multiplied();
    series.extend(last.and_then(|t| around(subject, t, canvas)));
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
    let extents = span.visible().filter_map(|t| subject.step(t));
    let extents = extents.map(|step| extent(step, ways(subject)));
    let ghosts = ghost_curve(subject, span).into_iter();
    let ghosts = ghosts.filter_map(|(_, value)| value);
    let extents = extents.chain(ghosts.map(|log10| (log10.min(0.0), log10.max(0.0))));
    let (low, high) = extents.fold((0.0_f64, 0.0_f64), |(low, high), (below, above)| {
        (low.min(below), high.max(above))
    });
    round_range(low, high, 0.5)
}

/// log₁₀ of the factors of the moment that was kept, over the time of this one.
fn ghost_curve(subject: &Subject<'_>, span: &TimeSpan) -> Vec<(f64, Option<f64>)> {
    let factor = |ghost: &Subject<'_>, t: usize| ghost.step(t)?.factor.log10();
    subject.ghost_curve(span, subject.look.direction, factor)
}

/// The factor of the moment that was kept, at the 1-based `t` of this one.
fn of_ghost(subject: &Subject<'_>, t: usize) -> Option<Magnitude> {
    let ghost = subject.of_ghost()?;
    let t = subject.ghost_time(t, subject.look.direction)?;
    Some(ghost.step(t)?.factor)
}

/// How far the bars of one step reach below and above 1: stacked where one part multiplies the other, side by side where
/// they are added.
fn extent(step: &StepFlow, ways: Ways) -> (f64, f64) {
    let [a, b] = step.parts.map(|part| part.log10().unwrap_or(0.0));
    match ways {
        Ways::OneAfterTheOther => (a.min(0.0) + b.min(0.0), a.max(0.0) + b.max(0.0)),
        Ways::SideBySide => (a.min(b).min(0.0), a.max(b).max(0.0)),
    }
}

/// Two bars and a mark per timestep. Where timesteps are too narrow to be told apart, the one that reaches farthest
/// stands for the others.
fn bars(
    subject: &Subject<'_>,
    steps: &[StepFlow],
    span: &TimeSpan,
    canvas: &Canvas,
) -> Vec<Series> {
    let ways = ways(subject);
    let is_spaced = span.step_width() > SPACED_STEP_WIDTH;
    let gap = if is_spaced { GAP } else { 0.0 };
    let reach = |t: usize| {
        steps.get(t - 1).map_or(0.0, |step| {
            let (below, above) = extent(step, ways);
            above - below
        })
    };
    let (mut bars, mut marks) = ([Vec::new(), Vec::new()], Vec::new());
    for column in span.columns(reach) {
        let Some(step) = steps.get(column.t - 1) else {
            continue;
        };
        let (left, right) = column.edges();
        let (left, right) = (left + gap, right - gap);
        let (mut below, mut above) = (0.0, 0.0);
        // What W_h does is nearest to 1.
        for place in [1, 0] {
            let Some(log10) = step.parts[place].log10() else {
                continue;
            };
            let middle = f64::midpoint(left, right);
            match (ways, place) {
                (Ways::OneAfterTheOther, _) => {
                    let base = if log10 < 0.0 { &mut below } else { &mut above };
                    let from = *base;
                    *base += log10;
                    bars[place].push([(left, right), (from, *base)]);
                }
                (Ways::SideBySide, 0) => bars[place].push([(left, middle), (0.0, log10)]),
                (Ways::SideBySide, _) => bars[place].push([(middle, right), (0.0, log10)]),
            }
        }
        if let Some(log10) = step.factor.log10().filter(|_| is_spaced) {
            let (left, right) = column.edges();
            marks.push(vec![[left + MARK_GAP, log10], [right - MARK_GAP, log10]]);
        }
    }
    let [first, second] = bars;
    let [colour_of_first, colour_of_second] = colours_of(subject, canvas);
    let names = match ways {
        Ways::OneAfterTheOther => ["f′", "w_h"],
        Ways::SideBySide => ["direct", "through the gates"],
    };
    let of = |name, bars, colour| Series::Bars { name, bars, colour };
    vec![
        of(names[1], second, colour_of_second),
        of(names[0], first, colour_of_first),
        Series::Line {
            name: "both",
            runs: marks,
            stroke: Stroke::new(canvas.colours().measured, 2.0),
        },
    ]
}

/// A frame around the bar that was multiplied in when the cursor came to where it is.
fn around(subject: &Subject<'_>, t: usize, canvas: &Canvas) -> Option<Series> {
    let step = subject.step(t)?;
    // Around the shape at the foot where there is no bar that says it.
    let y = match step.factor {
        Magnitude::Zero | Magnitude::Undefined => None,
        _ => Some(extent(step, ways(subject))),
    };
    Some(Series::Around {
        x: t as f64,
        half_width: 0.4,
        y,
        colour: canvas.colours().highlight,
    })
}

fn description(subject: &Subject<'_>) -> String {
    let cursor = subject.timestep();
    let Some(step) = subject.step(cursor) else {
        return String::new();
    };
    let names = match ways(subject) {
        Ways::OneAfterTheOther => Some(["f′", "wₕ"]),
        Ways::SideBySide if has_direct_way(subject.snapshot) => {
            Some(["the direct way", "the way through the gates"])
        }
        Ways::SideBySide => None,
    };
    let made_of = names.map_or_else(String::new, |[first, second]| {
        let [one, other] = step.parts;
        format!(", of which {first} is {one} and {second} {other}")
    });
    format!(
        "at step {cursor} the factor is {}{made_of}; multiplied in last, {}",
        step.factor,
        factor_in_words(subject.snapshot, subject.look.direction, cursor)
    )
}

fn says(subject: &Subject<'_>, _: usize, [t, _]: [f64; 2]) -> Option<String> {
    let t = t as usize;
    let step = subject.step(t)?;
    let factor = factor_symbol(subject);
    let parts = parts(subject).into_iter().zip(step.parts);
    let parts: String = parts
        .filter(|(part, _)| !part.name.is_empty())
        .map(|(part, value)| {
            format!(
                "\n{} = {}: {}",
                part.name,
                magnitude_in_full(value),
                part.does
            )
        })
        .collect();
    let ghost = of_ghost(subject, t).map_or_else(String::new, |it| {
        format!("\n{}: {}", ghost_word(subject), magnitude_in_full(it))
    });
    Some(format!(
        "{}\n{factor} = {}: the factor of this step{parts}{ghost}",
        timestep_in_words(subject.snapshot, t),
        magnitude_in_full(step.factor),
    ))
}

/// A row per timestep.
///
/// | column | what it is |
/// | --- | --- |
/// | `f_prime` | f′(a_t); for H > 1 ‖f′ ⊙ g_t‖/‖g_t‖ |
/// | `w_h` | w_h; for H > 1 ‖W_hᵀ δ_t‖/‖δ_t‖ |
/// | `direct`, `through_gates` | in their place for gated cells and several layers: ‖what comes to s_{t−1} by the direct way, and through W_h‖/‖γ_t‖ |
/// | `factor` | ∂s_t/∂s_{t−1}; for a state of several numbers ‖γ_{t−1}‖/‖γ_t‖ |
fn table(subject: &Subject<'_>) -> Table {
    let snapshot = subject.snapshot;
    let of = |get: fn(&StepFlow) -> Magnitude| snapshot.probe.flow.steps.iter().map(get);
    let [first, second] = parts(subject);
    Table::of_timesteps(snapshot, 1..=snapshot.len())
        .magnitudes(first.column, of(|step| step.parts[0]))
        .magnitudes(second.column, of(|step| step.parts[1]))
        .magnitudes("factor", of(|step| step.factor))
}
