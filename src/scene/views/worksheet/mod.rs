//! The worksheet: every line of the lecture for one timestep, with today's numbers below the symbols. Forward, loss,
//! the chain back, the terms of the gradients, their sums, and the update of the weights.

mod answers;
mod backward;
mod cell;
mod descent;
mod forward;

use super::super::equation::{Block, sayings};
use super::super::equation_sheet::{Drawn, EquationSheet, Sizes};
use super::super::formula::{Numbers, Writer};
use super::super::theme::Theme;
use super::kit::*;
use crate::flow::{UnitPlace, WorkedStep, WorkedUnit};
use crate::rnn::Parameter;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Worksheet",
    slug: "worksheet",
    meaning: "Every line of the lecture with the numbers of the cursor's timestep: forward, loss, the chain back, the terms, their sums, the update",
    concept: Concept::Bptt,
    spoken: "Worksheet",
    wants: |look| Wanted {
        worksheet: Some(UnitPlace {
            layer: look.layer,
            unit: look.unit.unwrap_or_default(),
        }),
        ..Wanted::NOTHING
    },
    heeds: &[Heed::Unit, Heed::Layer],
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    choices,
    usual_timestep: |_| Some(1),
    fills_its_room: true,
    ..Definition::EMPTY
};

/// Sizes of letters on a page and on a screen, in points. A size that is no whole number takes room of its own among
/// the glyphs that a window keeps.
const PAGE: Sizes = Sizes {
    least: 8.0,
    comfortable: 12.0,
    most: 24.0,
    columns: 2,
};
const SCREEN: Sizes = Sizes {
    least: 11.0,
    comfortable: 12.0,
    most: 26.0,
    columns: 2,
};

/// Height of the line that says what had no room.
const REMARK: f64 = 18.0;

fn header(subject: &Subject<'_>, _: &Canvas) -> Header {
    let j = subject.timestep();
    let probe = &subject.snapshot.probe;
    let worked = probe.worked.as_deref();
    let (state, of) = match worked.and_then(|unit| Some((unit, unit.step(j)?))) {
        Some((unit, step)) => (step.after.first().copied(), unit_in_words(subject, unit)),
        None => (probe.states.get(j).copied(), String::new()),
    };
    Header {
        name: VIEW.name,
        sentence: format!(
            "{}: {}{}{of} = {}{}",
            timestep_in_words(subject.snapshot, j),
            subject.letter(),
            subscript(j),
            significant(state.unwrap_or(f64::NAN)),
            answer_at(subject, j)
        ),
        short: Some(timestep_in_words(subject.snapshot, j)),
        meaning: "The timestep at the cursor. Point at a symbol to read what it is".to_owned(),
        ..Header::default()
    }
}

/// ` of unit 5`, where there are several.
fn unit_in_words(subject: &Subject<'_>, worked: &WorkedUnit) -> String {
    match subject.snapshot.moment.experiment.network.hidden {
        1 => String::new(),
        _ => format!(" of unit {}", counted(worked.unit + 1)),
    }
}

pub(super) fn written(subject: &Subject<'_>, canvas: &Canvas) -> Vec<Block> {
    let numbers = Numbers::of(subject);
    numbers.map_or_else(Vec::new, |numbers| blocks(&numbers, canvas.colours()))
}

/// All blocks, in the order of the lecture.
fn blocks(numbers: &Numbers<'_>, colours: &Colours) -> Vec<Block> {
    let writer = Writer { numbers, colours };
    let answer = match numbers.is_one_answer {
        true => writer.loss(),
        false => writer.answer(),
    };
    let mut blocks = match numbers.worked {
        Some(worked) => vec![
            writer.forward_of_unit(worked),
            answer,
            writer.chain(),
            writer.back_through_unit(worked),
            writer.terms_of_unit(worked),
        ],
        None => vec![writer.forward(), answer, writer.chain(), writer.terms()],
    };
    blocks.extend([writer.sums(), writer.update()]);
    blocks
}

/// Which timestep, and in a network of several units of which one all is worked out.
fn choices(subject: &Subject<'_>) -> Vec<Vec<Choice>> {
    let mut choices = step_choices(subject);
    let Some(worked) = subject.snapshot.probe.worked.as_deref() else {
        return choices;
    };
    let network = &subject.snapshot.moment.experiment.network;
    let turn = |place: usize, count: usize, by: usize| (place + by) % count;
    let (units, unit) = (network.hidden, worked.unit);
    let of_unit = |text: &str, meaning: &str, to: usize| {
        Choice::new(text, meaning, false, Change::Unit(Some(to)))
    };
    if units > 1 {
        choices.push(vec![
            of_unit("◀ unit", "The unit before", turn(unit, units, units - 1)),
            of_unit("unit ▶", "The next unit", turn(unit, units, 1)),
        ]);
    }
    let (layers, layer) = (network.layers, worked.layer);
    let of_layer =
        |text: &str, meaning: &str, to: usize| Choice::new(text, meaning, false, Change::Layer(to));
    if layers > 1 {
        choices.push(vec![
            of_layer(
                "▼ layer",
                "The layer below",
                turn(layer, layers, layers - 1),
            ),
            of_layer("layer ▲", "The layer above", turn(layer, layers, 1)),
        ]);
    }
    choices
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let colours = canvas.colours();
    let blocks = written(subject, canvas);
    let sheet = EquationSheet::new(&blocks, subject.memo, colours);
    let sizes = canvas.by_medium(PAGE, SCREEN);
    let inner = room.without(8.0, 4.0, 8.0, 4.0);
    let mut layer = Layer::default();
    let mut drawn = sheet.draw(&mut layer, inner, sizes);
    if drawn.blocks < blocks.len() {
        layer = Layer::default();
        drawn = draw_some(&sheet, &mut layer, &blocks, (inner, sizes), colours);
    }
    if drawn.blocks == 0 {
        let reason = "Too small for the worksheet: enlarge this tile";
        return Picture::absent(canvas, room, VIEW.name, reason);
    }
    let all: Vec<&str> = sayings(&blocks).collect();
    let spoken = drawn
        .hot
        .iter()
        .filter_map(|(_, saying)| all.get(*saying)?.lines().next());
    let description = spoken.collect::<Vec<_>>().join("; ");
    Picture::of_equations(layer, &drawn, room, description)
}

/// The first of the blocks, and what the others are, which have no room.
fn draw_some(
    sheet: &EquationSheet<'_>,
    layer: &mut Layer,
    blocks: &[Block],
    (room, sizes): (Area, Sizes),
    colours: &Colours,
) -> Drawn {
    let drawn = sheet.draw(layer, room.without(0.0, 0.0, 0.0, REMARK), sizes);
    let left_out = blocks[drawn.blocks..].iter();
    let names = left_out.map(|block| block.title.split([',', ':']).next().unwrap_or_default());
    let names = names.collect::<Vec<_>>().join(" · ");
    let text = font::elided(
        &format!("No room for {names}: make the tile or the window larger"),
        SMALL,
        room.width(),
    );
    let at = [room.left, room.bottom - 4.0];
    layer.text(Text::new(at, text, SMALL, colours.theory));
    drawn
}

/// What the piece with that place among all says.
fn says(subject: &Subject<'_>, _: usize, [saying, _]: [f64; 2]) -> Option<String> {
    let numbers = Numbers::of(subject)?;
    // What is said has no colour.
    let blocks = blocks(&numbers, Theme::Print.colours());
    sayings(&blocks).nth(saying as usize).map(str::to_owned)
}

/// A row per number of the worksheet, in its order.
///
/// | `part` | `t` | `value` |
/// | --- | --- | --- |
/// | `input`, `recurrent`, `bias`, `a`, `o`, `f_prime` | j | x_j w_i, o_{j−1} w_h, b, a_j, o_j, f′(a_j) |
/// | `z`, `y_hat`, `y`, `loss` | | the read-out, the prediction, the label, L |
/// | `dl_dy_hat`, `dy_hat_do_n`, `dl_do_n` | n | ∂L/∂ŷ, ∂ŷ/∂o_n, ∂L/∂o_n |
/// | `factor`, `dl_do` | n back to j + 1, each t followed by t − 1 | the factor ∂o_t/∂o_{t−1}, and ∂L/∂o_{t−1} behind it |
/// | `dy_hat_do`, `do_dw_i`, `do_dw_h`, `term_w_i`, `term_w_h` | j | ∂ŷ/∂o_j, f′(a_j) x_j, f′(a_j) o_{j−1}, the terms of j |
/// | `dl_dw_i`, `dl_dw_h`, `dl_dw_o` | | the gradients of the probe |
/// | `w_before`, `w_gradient`, `w_direction`, `w_after`, with the weight's name for `w` | | the update of the last step, of the batch's gradient |
///
/// For H > 1 what has several numbers is its Euclidean norm. Where several numbers are asked for, or one at several
/// timesteps, `z` to `y` are those of the last answer, `loss` and the rows with L are of all answers, `factor` is of the
/// last one's gradient, and the rows with a derivative of ŷ are left out.
///
/// Of a network that is not one layer of the Elman cell, or reads words by an embedding, one unit is worked out. Its rows stand in the place of those up
/// to `f_prime`, and of those from `dy_hat_do` to `do_dw_h`; `_` is a gate, a part of the state or a number in between,
/// by the cell's names:
///
/// | `part` | `t` | `value` |
/// | --- | --- | --- |
/// | `input_i`, `recurrent_i`, `gate_i` | j | W_i x_j, W_h h_{j−1} (or W_h q_j, where the cell has such a q), and the gate itself |
/// | `before_h`, `after_h` | j − 1, j | the part of the state before the step and after it |
/// | `gamma_h`, `dl_dh` | j | what comes to the part from later steps and from the read-out; with what comes within the step |
/// | `dl_da_i`, `dl_dq` | j | what falls on the sum before the activation, and on another number in between |
/// | `carried_h`, `through_gates_h` | j − 1 | what goes on to the part of the state before |
///
fn table(subject: &Subject<'_>) -> Table {
    let rows = Numbers::of(subject).map_or_else(Vec::new, |numbers| rows(&numbers));
    Table::default()
        .texts("part", rows.iter().map(|row| row.0.as_str()))
        .timesteps(subject.snapshot, rows.iter().map(|row| row.1))
        .magnitudes("value", rows.iter().map(|row| row.2))
}

type Row = (String, Option<usize>, Magnitude);

fn rows(numbers: &Numbers<'_>) -> Vec<Row> {
    let (j, n, flow) = (numbers.j, numbers.n(), numbers.flow());
    let probe = &numbers.snapshot.probe;
    let mut rows: Vec<Row> = numbers
        .worked
        .map_or_else(Vec::new, |(_, step)| rows_of_unit(numbers, step));
    let mut add = |part: &str, t: Option<usize>, value| rows.push((part.to_owned(), t, value));
    if let Some(sums) = numbers.forward {
        add("input", Some(j), sums.input);
        add("recurrent", Some(j), sums.recurrent);
        if let Some([b, _]) = numbers.biases {
            add("bias", Some(j), b);
        }
        add("a", Some(j), sums.pre_activation);
        add("o", Some(j), sums.state);
    }
    if numbers.worked.is_none() {
        add("f_prime", Some(j), numbers.step.f_prime());
    }
    for (part, value) in [
        ("z", flow.z),
        ("y_hat", probe.prediction),
        ("y", probe.target),
        ("loss", probe.loss),
    ] {
        add(part, None, Magnitude::new(value));
    }
    if numbers.is_one_answer {
        add("dl_dy_hat", Some(n), numbers.dl_dy);
        add("dy_hat_do_n", Some(n), numbers.dy_do_n);
    }
    add("dl_do_n", Some(n), flow.dl_do_n());
    for t in (j + 1..=n).rev() {
        add("factor", Some(t), flow.steps[t - 1].factor);
        add("dl_do", Some(t - 1), flow.steps[t - 2].dl_do);
    }
    if numbers.is_one_answer {
        add("dy_hat_do", Some(j), numbers.dy_do);
    }
    if numbers.worked.is_none() {
        add("do_dw_i", Some(j), numbers.do_dw_i);
        add("do_dw_h", Some(j), numbers.do_dw_h);
    }
    add("term_w_i", Some(j), numbers.step.term_w_i.magnitude);
    add("term_w_h", Some(j), numbers.step.term_w_h.magnitude);
    add("dl_dw_i", None, flow.w_i.magnitude);
    add("dl_dw_h", None, flow.w_h.magnitude);
    if numbers.is_one_answer {
        add("dl_dw_o", None, numbers.dl_dw_o);
    }
    let updates = numbers
        .updates()
        .map_or_else(Vec::new, |(_, updates)| updates);
    for (parameter, updated) in updates {
        for (what, value) in [
            ("before", updated.before),
            ("gradient", updated.gradient),
            ("direction", updated.direction),
            ("after", updated.after),
        ] {
            let part = format!("{}_{what}", Parameter::name(parameter));
            add(&part, None, Magnitude::new(value));
        }
    }
    rows
}

/// The rows of a unit that is worked out, at its 1-based timestep `j`.
fn rows_of_unit(numbers: &Numbers<'_>, step: WorkedStep<'_>) -> Vec<Row> {
    let (j, cell) = (numbers.j, numbers.snapshot.moment.network.cell.cell());
    // What is read out is h, whatever the lecture calls it.
    let states = cell.states().iter().enumerate();
    let states = states.map(|(part, name)| match part {
        0 => (part, numbers.read_letter()),
        _ => (part, *name),
    });
    let mut rows = Vec::new();
    let mut add = |part: &str, name: &str, t: usize, value: Magnitude| {
        rows.push((format!("{part}_{name}"), Some(t), value));
    };
    for (block, name) in cell.blocks().iter().enumerate() {
        add("input", name, j, Magnitude::new(step.input[block]));
        add("recurrent", name, j, Magnitude::new(step.recurrent[block]));
        add("gate", name, j, Magnitude::new(step.gates[block]));
    }
    for (part, name) in states.clone() {
        add("before", name, j - 1, Magnitude::new(step.before[part]));
        add("after", name, j, Magnitude::new(step.after[part]));
        add("gamma", name, j, step.arriving[part]);
        add("dl", &format!("d{name}"), j, step.of_after[part]);
    }
    for (node, name) in cell.notation().within.iter().enumerate() {
        add("dl", &format!("d{name}"), j, step.of_within[node]);
    }
    for (part, name) in states {
        add("carried", name, j - 1, step.carried[part]);
        add("through_gates", name, j - 1, step.through_gates[part]);
    }
    rows
}

#[cfg(test)]
mod tests;
