//! The lecture's formula with today's numbers: ∂L/∂w_h as a sum, one of its terms as a product, and that product
//! with the numbers of the cursor's timestep; or, from the first step, the product ∏ ∂o_t/∂o_{t−1} alone.
//!
//! Moving the cursor back by one timestep multiplies one more factor in, which stands out here, in the unrolled
//! network and among the bars.

use super::super::equation::{Block, EquationLine, Piece, Run, sayings};
use super::super::equation_sheet::{EquationSheet, Sizes};
use super::super::formula::{Numbers, Writer, partial, piece, spoken};
use super::super::theme::Theme;
use super::kit::*;
use crate::flow::{Ways, share_in_words};
use crate::rnn::{By, Node, Parameter, Wire};

/// The view.
pub static VIEW: Definition = Definition {
    name: "Formula",
    slug: "formula",
    meaning: "The recurrent weight's gradient as a sum and the factors of the steps as a product, with the numbers of the cursor's timestep",
    concept: Concept::Gradient,
    spoken: "Formula",
    heeds: &[Heed::Direction],
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    choices: step_choices,
    // Where the product has all its factors.
    usual_timestep: |direction| (direction == Direction::ToEnd).then_some(1),
    fills_its_room: true,
    ..Definition::EMPTY
};

/// The longest word of the input that is written: letters on a page, points in a row.
const LONGEST_WORD: usize = 24;
const WIDEST_WORD: f64 = 80.0;

/// Factors that are set at most: those of ten words twice over. Of a longer product those next to j are shown.
const MOST_FACTORS: usize = 18;

/// Sizes of letters on a page and on a screen, in points.
const PAGE: Sizes = Sizes {
    least: 8.0,
    comfortable: 17.0,
    most: 30.0,
    columns: 1,
};
const SCREEN: Sizes = Sizes {
    least: 11.0,
    comfortable: 14.0,
    most: 28.0,
    columns: 1,
};

fn header(subject: &Subject<'_>, _: &Canvas) -> Header {
    let word = subject.snapshot.input_text(subject.timestep());
    let mut letters: String = word.chars().take(LONGEST_WORD).collect();
    if letters.len() < word.len() {
        letters.push('…');
    }
    Header {
        name: VIEW.name,
        sentence: sentence(subject, &letters),
        short: Some(sentence(subject, &font::elided(word, BODY, WIDEST_WORD))),
        meaning: "What the steps from the end back to this one are of all the pull, Σ |term|. Terms of the other sign \
                  pull against the sum, which may be far smaller than they are"
            .to_owned(),
        ..Header::default()
    }
}

/// `j = 7 “film”: steps 10 to 7 are 45.0 % of all pull: 40.0 % with the sum, 5.0 % against the sum`
fn sentence(subject: &Subject<'_>, word: &str) -> String {
    let (snapshot, k) = (subject.snapshot, subject.timestep());
    let word = if word.is_empty() {
        String::new()
    } else if snapshot.probe.words.is_some() {
        format!(" “{word}”")
    } else {
        // Only words are quoted.
        format!(", xₜ = {word}")
    };
    match subject.look.direction {
        Direction::ToEnd => {
            let share = share_in_words(&snapshot.probe.flow, k);
            format!("j = {k}{word}: {share}", k = counted(k))
        }
        Direction::FromFirst => format!(
            "j = {k}{word}: the product from step 1 to step {k}",
            k = counted(k)
        ),
    }
}

pub(super) fn written(subject: &Subject<'_>, colours: &Colours) -> Vec<Block> {
    let Some(numbers) = Numbers::of(subject) else {
        return Vec::new();
    };
    let writer = Writer {
        numbers: &numbers,
        colours,
    };
    match subject.look.direction {
        Direction::ToEnd => vec![sum(&writer), term(&writer)],
        Direction::FromFirst => vec![product(&writer), factors(&writer)],
    }
}

/// ∂L/∂w_h = Σ_j ∂L/∂o_n (∏ f′(a_t) w_h) f′(a_j) o_{j−1}.
fn sum(writer: &Writer<'_>) -> Block {
    let (flow, n) = (writer.numbers.flow(), writer.numbers.n());
    let weight = writer.weight(Parameter::RecurrentWeights);
    let whole = piece(
        partial("L", weight),
        flow.w_h.magnitude,
        flow.w_h_symbol(),
        "the sum of the terms of all steps",
    );
    let is_whole_chain =
        writer.numbers.is_the_lectures() && !writer.numbers.flow().is_asked_at_every_step;
    if !is_whole_chain {
        return sum_of_any(writer, whole);
    }
    let sum_of = if writer.is_scalar() {
        let at_end = partial("L", &writer.state(n));
        format!(
            r"= \sum_{{j=1}}^{{{n}}} {at_end} \Bigl( \prod_{{t=j+1}}^{{{n}}} f'(a_t)\,w_h \Bigr) f'(a_j)\,o_{{j-1}}"
        )
    } else {
        format!(r"= \sum_{{j=1}}^{{{n}}} \bigl( f'(a_j) \odot g_j \bigr)\, o_{{j-1}}^{{\top}}")
    };
    let mut lines = vec![EquationLine::new(vec![whole, Piece::sign(sum_of)])];
    if !writer.is_scalar() {
        let arrives = format!(r"g_j = J_{{j+1}}^{{\top}} \cdots J_{{{n}}}^{{\top}}\, g_{{{n}}}");
        let factor = r"J_t = \operatorname{diag}\bigl(f'(a_t)\bigr)\,W_h".to_owned();
        let signs = [arrives, factor].map(|tex| EquationLine::new(vec![Piece::sign(tex)]));
        lines.extend(signs);
    }
    Block {
        title: format!(
            "The gradient is a sum over all {} steps{}",
            thousands(n as u64),
            writer.norms()
        ),
        lines,
    }
}

/// The same for any cell and any answers: by what arrives at every step.
fn sum_of_any(writer: &Writer<'_>, whole: Piece) -> Block {
    let (numbers, n) = (writer.numbers, writer.numbers.n());
    let cell = numbers.snapshot.moment.network.cell.cell();
    let (now, before) = (writer.state("t"), writer.state("t-1"));
    let signs = |lines: &[String]| -> Vec<EquationLine> {
        let lines = lines.iter();
        lines
            .map(|tex| EquationLine::new(vec![Piece::sign(tex.clone())]))
            .collect()
    };
    let term = format!(
        r"= \sum_{{j=1}}^{{{n}}} \delta_j\, {}",
        multiplied(writer, "j", "j-1")
    );
    let mut lines = vec![EquationLine::new(vec![whole, Piece::sign(term)])];
    let gamma = partial("L", &writer.state("j"));
    let arrives = if numbers.flow().is_asked_at_every_step {
        format!(
            r"{gamma} = \text{{what the answer at }} j \text{{ sends}} + J_{{j+1}}^{{\top}}\, {}",
            partial("L", &writer.state("j+1"))
        )
    } else {
        format!(
            r"{gamma} = J_{{j+1}}^{{\top}} \cdots J_{{{n}}}^{{\top}}\, {}",
            partial("L", &writer.state(n))
        )
    };
    lines.extend(signs(&[arrives]));
    let wires = cell.wires().iter().zip(cell.notation().slopes);
    let carried =
        wires
            .filter(|(wire, _)| wire.by == By::Carry)
            .find_map(|(wire, slope)| match wire.from {
                Node::Before(part) => {
                    // Whether the gates read the same part of the state.
                    let is_read = |wire: &Wire| {
                        wire.from == Node::Before(part)
                            && matches!(wire.by, By::RecurrentWeights(_))
                    };
                    let has_more = cell.wires().iter().any(is_read);
                    Some((cell.states()[part], *slope, has_more))
                }
                _ => None,
            });
    lines.extend(match carried {
        Some((letter, slope, has_more)) => signs(&[format!(
            r"J_t = {}, \quad {} = \operatorname{{diag}}({slope}){}",
            partial(&now, &before),
            partial(&format!("{letter}_t"), &format!("{letter}_{{t-1}}")),
            if has_more {
                r" + \text{the way through the gates}"
            } else {
                ""
            }
        )]),
        None => signs(&[format!("J_t = {}", partial(&now, &before))]),
    });
    Block {
        title: format!(
            "The gradient is a sum over all {} steps{}; δ is what falls on the sums before the activations",
            thousands(n as u64),
            writer.norms()
        ),
        lines,
    }
}

/// What δ of step `now` is multiplied with in a term of W_h: the state of step `before`, and what else there is for some
/// rows.
fn multiplied(
    writer: &Writer<'_>,
    now: impl std::fmt::Display,
    before: impl std::fmt::Display,
) -> String {
    let cell = writer.numbers.snapshot.moment.network.cell.cell();
    let state = format!(r"{}^{{\top}}", writer.read(before));
    let blocks = cell.blocks().iter().enumerate();
    let others = blocks.filter_map(|(block, rows)| match cell.recurrent_source(block) {
        Some(Node::Within(node)) => {
            let name = cell.notation().within[node];
            Some(format!(
                r"\;\bigl({name}_{{{now}}}^{{\top}} \text{{ for the rows of }} {rows}\bigr)"
            ))
        }
        _ => None,
    });
    others.fold(state, |all, other| all + &other)
}

/// The term of step j with its factors, from that of step n back to that of step j + 1.
fn term(writer: &Writer<'_>) -> Block {
    let numbers = writer.numbers;
    if !numbers.is_the_lectures() || numbers.flow().is_asked_at_every_step {
        return term_of_any(writer);
    }
    let (j, n) = (numbers.j, numbers.n());
    let weight = writer.weight(Parameter::RecurrentWeights);
    let (term, at, before) = (
        numbers.step.term_w_h.magnitude,
        subscript(j),
        subscript(j - 1),
    );
    let name = format!("the term of step {j} in {}", numbers.flow().w_h_symbol());
    let meaning = "the product of everything on its right";
    let f_prime = format!("f'(a_{{{j}}})");
    let after = if writer.is_scalar() {
        vec![
            piece(
                f_prime,
                numbers.step.f_prime(),
                &format!("f′(a{at})"),
                "how steep f is at step j itself",
            ),
            piece(
                writer.state(j - 1),
                numbers.state_before,
                &format!("o{before}"),
                "the state that wₕ was multiplied with at step j",
            ),
        ]
    } else {
        let delta = numbers.step.dl_do.times(numbers.step.f_prime());
        vec![
            Piece::sign(r"\to"),
            piece(
                format!(r"{f_prime} \odot g_{{{j}}}"),
                delta,
                &format!("‖f′ ⊙ g{at}‖"),
                "what arrives, through f",
            ),
            piece(
                format!(r"o_{{{}}}^{{\top}}", j - 1),
                numbers.state_before,
                &format!("‖o{before}‖"),
                "the state that W_h was multiplied with at step j",
            ),
        ]
    };
    Block {
        title: format!("Its term of step {j}: {}", count_of_factors(n - j)),
        lines: vec![EquationLine {
            before: vec![
                piece(
                    format!(r"\Bigl({}\Bigr)_{{{j}}}", partial("L", weight)),
                    term,
                    &name,
                    meaning,
                ),
                Piece::sign("="),
                writer.dl_do(n, numbers.flow().dl_do_n()),
            ],
            run: run_back(writer),
            after,
        }],
    }
}

/// The factors on the way back, in as many rows as they need.
fn run_back(writer: &Writer<'_>) -> Run {
    Run {
        wraps: Some((writer.numbers.n() - 1).min(MOST_FACTORS)),
        ..writer.run_back(MOST_FACTORS)
    }
}

/// `9 factors, and below each the product so far`
fn count_of_factors(count: usize) -> String {
    match count {
        0 => "no factor yet: the product begins here".to_owned(),
        1 => "1 factor, and below it the product so far".to_owned(),
        count => format!(
            "{} factors, and below each the product so far",
            thousands(count as u64)
        ),
    }
}

/// The same for any cell and any answers: what arrives, and what it adds.
fn term_of_any(writer: &Writer<'_>) -> Block {
    let numbers = writer.numbers;
    let (j, n) = (numbers.j, numbers.n());
    let is_of_all = numbers.flow().is_asked_at_every_step;
    let (before, mut after) = writer.around_chain();
    let weight = writer.weight(Parameter::RecurrentWeights);
    let cell = numbers.snapshot.moment.network.cell.cell();
    after.extend([
        Piece::sign(r"\quad\to\quad"),
        piece(
            format!(r"\Bigl({}\Bigr)_{{{j}}}", partial("L", weight)),
            numbers.step.term_w_h.magnitude,
            &format!("the term of step {j} in {}", numbers.flow().w_h_symbol()),
            match cell.recurrent_groups().len() {
                1 => "what falls on the sums of this step, times the state before it",
                _ => "what falls on the sums of this step, times what Wₕ is multiplied with there",
            },
        ),
        Piece::sign(format!(
            r"= \delta_{{{j}}}\, {}",
            multiplied(writer, j, j - 1)
        )),
    ]);
    let of = if is_of_all {
        "Of the last answer alone, back to"
    } else {
        "Its term of"
    };
    Block {
        title: format!("{of} step {j}: {}", count_of_factors(n - j)),
        lines: vec![EquationLine {
            before,
            run: run_back(writer),
            after,
        }],
    }
}

/// The lecture's product, ∏_{t=2..j} ∂o_t/∂o_{t−1} = ∏ f′(x_t w_i + o_{t−1} w_h) w_h.
fn product(writer: &Writer<'_>) -> Block {
    let numbers = writer.numbers;
    let (j, value) = (numbers.j, numbers.step.from_first);
    let of = partial(&writer.state(j), &writer.state(1));
    let each = partial(&writer.state("t"), &writer.state("t-1"));
    let factor = match (numbers.is_the_lectures(), writer.is_scalar()) {
        (true, true) => r"f'(x_t\,w_i + o_{t-1}\,w_h)\,w_h",
        (true, false) => r"\operatorname{diag}\bigl(f'(W_i\,x_t + W_h\,o_{t-1})\bigr)\,W_h",
        (false, _) => "J_t",
    };
    let at = subscript(j);
    let name = if writer.is_scalar() {
        let letter = numbers.state_letter();
        format!("∂{letter}{at}/∂{letter}₁")
    } else {
        format!("‖{g}₁‖/‖{g}{at}‖", g = writer.gradient_letter())
    };
    Block {
        title: format!(
            "What step {j} sees of the first: a product over time{}",
            writer.norms()
        ),
        lines: vec![EquationLine::new(vec![
            piece(
                of,
                value,
                &name,
                "the product of the factors of steps 2 to j",
            ),
            Piece::sign(format!(
                r"= \prod_{{t=2}}^{{{j}}} {each} = \prod_{{t=2}}^{{{j}}} {factor}"
            )),
        ])],
    }
}

fn factors(writer: &Writer<'_>) -> Block {
    let numbers = writer.numbers;
    let (j, n) = (numbers.j, numbers.n());
    let first = (j + 1).saturating_sub(MOST_FACTORS).max(2);
    let pieces: Vec<Piece> = (first..=j).map(|t| writer.factor_forth(t)).collect();
    let count = match j - 1 {
        0 => "no factor yet: the product begins here".to_owned(),
        1 => "1 factor".to_owned(),
        count => format!(
            "{} factors, and below each the product so far",
            thousands(count as u64)
        ),
    };
    Block {
        title: format!("For j = {j}: {count}", j = counted(j)),
        lines: vec![EquationLine {
            before: vec![Piece::sign(format!(
                "{} =",
                partial(&writer.state(j), &writer.state(1))
            ))],
            run: Run {
                focus: pieces.len().saturating_sub(1),
                has_more: [first > 2, false],
                wraps: Some((n - 1).min(MOST_FACTORS)),
                pieces,
            },
            after: Vec::new(),
        }],
    }
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let colours = canvas.colours();
    let blocks = written(subject, colours);
    let inner = room.without(6.0, 2.0, 6.0, 2.0);
    let sizes = canvas.by_medium(PAGE, SCREEN);
    // Where there is no room for both, the product alone.
    let drawn = [0, 1].into_iter().find_map(|left_out| {
        let shown = blocks.get(left_out..)?;
        let mut layer = Layer::default();
        let sheet = EquationSheet::new(shown, subject.memo, colours);
        let mut drawn = sheet.draw(&mut layer, inner, sizes);
        let said = sayings(&blocks[..left_out]).count();
        drawn.hot.iter_mut().for_each(|(_, place)| *place += said);
        (drawn.blocks == shown.len()).then_some((layer, drawn))
    });
    let Some((layer, drawn)) = drawn else {
        // A number that is cut off is a wrong number.
        let reason = "Too small for the formula: enlarge this tile";
        return Picture::absent(canvas, room, VIEW.name, reason);
    };
    Picture::of_equations(
        layer,
        &drawn,
        room,
        spoken(subject.snapshot, subject.timestep()),
    )
}

/// What the piece with that place among all says.
fn says(subject: &Subject<'_>, _: usize, [saying, _]: [f64; 2]) -> Option<String> {
    // What is said has no colour.
    let blocks = written(subject, Theme::Print.colours());
    sayings(&blocks).nth(saying as usize).map(str::to_owned)
}

/// What is multiplied for the cursor's timestep k, in the order of the formula, and what comes of it.
///
/// | `part` | `t` | `value` |
/// | --- | --- | --- |
/// | `dl_do_n` | n | ∂L/∂o_n; its norm for H > 1 |
/// | `factor` | n back to k + 1 | the factor of that step, and what `f_prime` and `w_h` make of it |
/// | `dl_do_k` | k | ∂L/∂o_k, the product so far; its norm for H > 1 |
/// | `f_prime` | k | f′(a_k); for H > 1 ‖f′ ⊙ g_k‖/‖g_k‖ |
/// | `o` | k − 1 | o_{k−1}; for H > 1 its root mean square over units |
/// | `term` | k | the term of k in ∂L/∂W_h; its Frobenius norm for H > 1 |
/// | `sum` | | ∂L/∂w_h, of which the term is a part, for H = 1 |
/// | `norm` | | the Frobenius norm of ∂L/∂W_h, of which the term is a part, for H > 1 |
///
/// For a network that is not one layer of the Elman cell, states are whole ones, a factor is made of `direct` and
/// `through_gates` instead, which lie side by side, and the rows `f_prime` and `o` are left out.
///
/// With an answer at every step `factor` is of the last answer's gradient, and the rows with L are of all answers.
///
/// For H = 1 and one answer the values from `dl_do_n` to `o` without `dl_do_k` multiply to that of `term`.
///
/// Of the product from the first step there are only the rows `factor`, of t = 2 to k, and `product`, ∂o_k/∂o_1; for
/// H > 1 ‖g_1‖/‖g_k‖.
fn table(subject: &Subject<'_>) -> Table {
    let rows = match subject.look.direction {
        Direction::ToEnd => rows(subject.snapshot, subject.timestep()),
        Direction::FromFirst => rows_from_first(subject.snapshot, subject.timestep()),
    };
    let [one, other] = match subject.snapshot.probe.flow.ways() {
        Ways::OneAfterTheOther => ["f_prime", "w_h"],
        Ways::SideBySide => ["direct", "through_gates"],
    };
    let made_of = |part: usize| rows.iter().map(move |row| row.made_of.map(|of| of[part]));
    Table::default()
        .texts("part", rows.iter().map(|row| row.part))
        .timesteps(subject.snapshot, rows.iter().map(|row| row.t))
        .magnitudes("value", rows.iter().map(|row| row.value))
        .magnitudes(one, made_of(0))
        .magnitudes(other, made_of(1))
}

struct Row {
    part: &'static str,
    t: Option<usize>,
    value: Magnitude,
    /// f′ and w_h of a factor.
    made_of: Option<[Magnitude; 2]>,
}

fn rows(snapshot: &Snapshot, k: usize) -> Vec<Row> {
    let (flow, n) = (&snapshot.probe.flow, snapshot.len());
    let (Some(here), Some(end)) = (flow.steps.get(k - 1), flow.steps.last()) else {
        return Vec::new();
    };
    let factors = flow.steps.iter().enumerate().skip(k).rev();
    let factors = factors.map(|(index, step)| factor_row(index + 1, step));
    let state = snapshot.probe.states.get(k - 1);
    let state = state.map_or(Magnitude::Nan, |state| Magnitude::new(*state));
    let whole = if flow.w_h.is_number { "sum" } else { "norm" };
    let mut rows = vec![row("dl_do_n", Some(n), end.dl_do)];
    rows.extend(factors);
    rows.push(row("dl_do_k", Some(k), here.dl_do));
    if flow.ways() == Ways::OneAfterTheOther {
        rows.extend([
            row("f_prime", Some(k), here.f_prime()),
            row("o", Some(k - 1), state),
        ]);
    }
    rows.extend([
        row("term", Some(k), here.term_w_h.magnitude),
        row(whole, None, flow.w_h.magnitude),
    ]);
    rows
}

fn rows_from_first(snapshot: &Snapshot, k: usize) -> Vec<Row> {
    let steps = &snapshot.probe.flow.steps;
    let factors = (2..=k).filter_map(|t| Some(factor_row(t, steps.get(t - 1)?)));
    let mut rows: Vec<Row> = factors.collect();
    rows.extend(
        steps
            .get(k - 1)
            .map(|step| row("product", Some(k), step.from_first)),
    );
    rows
}

fn row(part: &'static str, t: Option<usize>, value: Magnitude) -> Row {
    Row {
        part,
        t,
        value,
        made_of: None,
    }
}

fn factor_row(t: usize, step: &StepFlow) -> Row {
    Row {
        made_of: Some(step.parts),
        ..row("factor", Some(t), step.factor)
    }
}

#[cfg(test)]
mod tests;
