//! Band (a): the network unrolled in time, its edges coloured by the gradient that crosses them.
//!
//! Where there is room each timestep is a node; otherwise the states are bars over a strip of colour.

mod nodes;
mod path;
mod strip;

use super::super::chart_shapes::draw_bottom;
use super::super::play::Way;
use super::kit::*;
use nodes::{ANSWER, EDGE, INPUT, Nodes};
use strip::Strip;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Unrolled network",
    slug: "unrolled",
    meaning: "The network unrolled in time, its edges coloured by the gradient that crosses them",
    concept: Concept::HiddenState,
    spoken: "Unrolled network",
    heeds: &[Heed::Direction, Heed::Pass],
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    choices,
    is_labelled_below: true,
    ..Definition::EMPTY
};

/// Timesteps narrower than this are drawn as a strip.
const NODE_STEP_WIDTH: f64 = 27.0;

/// A network of nodes is not drawn higher than this on a page.
const HIGHEST: f64 = 280.0;

fn has_nodes(span: &TimeSpan) -> bool {
    span.step_width() >= NODE_STEP_WIDTH
}

fn header(subject: &Subject<'_>, canvas: &Canvas) -> Header {
    let snapshot = subject.snapshot;
    let probe = &snapshot.probe;
    let whose = subject.whose();
    let mut sentence = format!("coloured by how much of {whose} gradient is left there");
    let mut short = None;
    if let Some(t) = subject.mark() {
        let symbol = subject.by_network(
            subject.by_width("oₜ", "rms oₜ"),
            subject.by_width("hₜ", "rms hₜ"),
        );
        let state = significant(probe.states.get(t).copied().unwrap_or(f64::NAN));
        sentence += &format!("; at t = {t}: {symbol} = {state}", t = counted(t));
        let pinned = if subject.look.is_pinned {
            "pinned "
        } else {
            ""
        };
        short = Some(format!(
            "{pinned}{}: {symbol} = {state}{}",
            timestep_in_words(snapshot, t),
            answer_at(subject, t)
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
        let mut entries = Entry::of_outcomes(values, colours.error);
        entries.extend(legend_of_answers(subject, colours));
        entries.extend(cut_entry(subject, canvas));
        return entries;
    }
    let edges = || {
        let last = flow.steps.last().map(|step| step.dl_do);
        (1..=flow.len()).map(|t| flow.across_edge(t)).chain(last)
    };
    // Also while no edge is: what comes and goes would move what is beside it.
    let reversed = Entry::new(Swatch::Minus, colours.measured, "reversed").about(Concept::Factor);
    let mut entries =
        vec![reversed.meaning("The gradient that crosses this edge has the other sign")];
    entries.extend(legend_of_answers(subject, colours));
    entries.extend(cut_entry(subject, canvas));
    for mut entry in Entry::of_outcomes(edges(), colours.error) {
        if entry.swatch == Swatch::Outcome(Magnitude::Zero) {
            (entry.swatch, entry.colour) = (Swatch::Dashed, colours.faint);
        }
        entries.push(entry);
    }
    entries
}

/// What the squares or dashes above the states say, where there are any.
fn legend_of_answers(subject: &Subject<'_>, colours: &Colours) -> Vec<Entry> {
    if !subject.snapshot.probe.flow.is_asked_at_every_step {
        return Vec::new();
    }
    let entry = |colour, text: &str, meaning: &str| {
        Entry::new(Swatch::Bar, colour, text)
            .meaning(meaning)
            .about(Concept::Loss)
    };
    vec![
        entry(
            colours.measured,
            "answer right",
            "The network is asked here and answers right: a part of the loss comes in",
        ),
        entry(
            colours.error,
            "wrong",
            "The network is asked here and answers wrong: a part of the loss comes in",
        ),
    ]
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let span = span(subject, canvas);
    let (mut frame, bottom) = span.frame(subject.snapshot, canvas, room, (0.0, 1.0));
    let (mut layer, mut beside) = (Layer::default(), Layer::default());
    let hot = if has_nodes(&span) {
        if canvas.is_page() && frame.area.height() > HIGHEST {
            let (centre, width) = (frame.area.centre(), frame.area.width());
            frame.area = Area::around(centre, width, HIGHEST);
        }
        Nodes::new(&mut layer, &frame, &span, subject, canvas.colours()).draw(&mut beside)
    } else {
        Strip::new(&mut layer, &frame, &span, subject, canvas).draw(&mut beside);
        if let Some(axis) = bottom {
            draw_bottom(&axis, &mut beside, &frame, canvas.colours());
        }
        span.hot()
    };
    for t in cut_timesteps(subject, &span) {
        // Between the step from which no gradient comes and the one to which none goes.
        let x = frame.place_x(t as f64 + 0.5);
        let [top, bottom] = [frame.area.top, frame.area.bottom];
        layer.line([x, top], [x, bottom], cut_stroke(canvas));
    }
    let cursor = subject.timestep();
    let sketch = Sketch {
        layer,
        beside,
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
            subject.snapshot.probe.flow.state_width,
            subject.snapshot.input_text(cursor)
        ),
    }
}

/// Playing the two passes.
fn choices(subject: &Subject<'_>) -> Vec<Vec<Choice>> {
    let playing = subject
        .look
        .playing
        .filter(|playing| !playing.is_over(subject.len()));
    let moves = |way| playing.is_some_and(|it| it.way == way && !it.is_paused);
    let button = |text: &str, name, meaning: &str, is_chosen, change| Choice {
        name: Some(name),
        ..Choice::new(text, meaning, is_chosen, change)
    };
    let play = |way, text, name, meaning| {
        if moves(way) {
            let meaning = "Rest here; the way so far stays marked (Esc ends it)";
            button("⏸", "Pause the pass", meaning, true, Change::Play(way))
        } else {
            button(text, name, meaning, false, Change::Play(way))
        }
    };
    vec![vec![
        play(
            Way::Forth,
            "▶",
            "Play the forward pass",
            "Play the forward pass: one word, one state after the other, up to the loss (Shift+B)",
        ),
        play(
            Way::Back,
            "◀",
            "Play the backward pass",
            "Play the backward pass: from the loss to the first word, one factor more at each beat (B)",
        ),
        button(
            "⏭",
            "Step the pass",
            "One timestep farther in the pass, and rest there (N)",
            false,
            Change::StepPass,
        ),
        button(
            &format!("{}×", subject.look.pass_speed),
            "Speed of the pass",
            "How fast passes are played: half, usual, twice or four times as fast",
            false,
            Change::PlaySpeed,
        ),
    ]]
}

fn says(subject: &Subject<'_>, _: usize, [t, kind]: [f64; 2]) -> Option<String> {
    let (snapshot, t) = (subject.snapshot, t as usize);
    let probe = &snapshot.probe;
    let state = |t: usize| probe.states.get(t).map(|&state| in_full(state));
    if t > snapshot.len() {
        if kind == EDGE {
            let symbol = subject.by_network(
                subject.by_width("∂L/∂oₙ", "‖∂L/∂oₙ‖"),
                subject.by_width("∂L/∂hₙ", "‖∂L/∂sₙ‖"),
            );
            let last = probe.flow.steps.last()?.dl_do;
            return Some(format!(
                "{symbol} = {}: what the loss sends back",
                magnitude_in_full(last)
            ));
        }
        if let (true, Some(last)) = (probe.is_put_in(), probe.answers.last()) {
            return Some(answer_in_words(subject, last));
        }
        return Some(format!(
            "ŷ = {}: what the network answers{}\n{}: right means {}\ny = {}: the right answer\nL = {}: the loss of this sequence",
            in_full(probe.prediction),
            if probe.answers.last().is_some_and(|it| it.classes.is_some()) {
                ", of the right class"
            } else {
                ""
            },
            right_or_wrong(probe.is_right),
            snapshot.run.correctness,
            probe.target_in_words(),
            in_full(probe.loss)
        ));
    }
    if t == 0 {
        return Some(format!(
            "{}₀ = {}: the state before the first step",
            subject.letter(),
            state(0)?
        ));
    }
    let step = subject.step(t)?;
    let (name, whose) = (timestep_in_words(snapshot, t), subject.whose());
    if kind == ANSWER {
        let answer = asked(subject).find(|answer| answer.t == t)?;
        return Some(format!("{name}\n{}", answer_in_words(subject, answer)));
    }
    if kind == EDGE {
        let [before, here] = [t - 1, t].map(subscript);
        let letter = subject.letter();
        let g = subject.by_network("g", "γ");
        let factor = subject.by_width(
            format!("∂{letter}{here}/∂{letter}{before}"),
            format!("‖{g}{before}‖/‖{g}{here}‖"),
        );
        return Some(format!(
            "from {letter}{before} to {letter}{here}\nof {whose} gradient {} crosses this edge, back to step {}\n{factor} = {}: the factor of step {t}",
            magnitude_in_full(probe.flow.across_edge(t)),
            t - 1,
            magnitude_in_full(step.factor)
        ));
    }
    if kind == INPUT {
        let what = if snapshot.is_padding(t) {
            "no word is read at this step"
        } else {
            "what the network reads at this step"
        };
        return Some(format!("{name}\n{what}"));
    }
    let letter = subject.letter();
    let (rms, meaning) = subject.by_width(
        ("", "the hidden state"),
        ("rms ", "the hidden state, as root mean square over units"),
    );
    let answer = asked(subject).find(|answer| answer.t == t);
    let answer = answer.map_or_else(String::new, |it| {
        format!("\n{}", answer_in_words(subject, it))
    });
    Some(format!(
        "{name}\n{rms}{letter}ₜ = {}: {meaning}\nof {whose} gradient {} is left here{answer}",
        state(t)?,
        magnitude_in_full(step.to_end)
    ))
}

/// What is written behind the last timestep.
const ENDS: [&str; 3] = ["prediction", "target", "loss"];

/// A row per state and, behind them, one for each end.
///
/// | column | what it is |
/// | --- | --- |
/// | `part` | `o` (`h` for gated cells and several layers), a state, or `prediction`, `target`, `loss` |
/// | `t`, `input`, `input_kind` | the timestep, 0 to n; 0 is before the first input |
/// | `value` | o_t, for H > 1 its root mean square over units; ŷ, y or L |
/// | `to_end` | ∂o_n/∂o_t, the colour of the edge that ends at o_t; the gain for H > 1 |
/// | `dl_do` | ∂L/∂o_t from t = 1 on; its norm for H > 1 |
fn table(subject: &Subject<'_>) -> Table {
    let snapshot = subject.snapshot;
    let (probe, n) = (&snapshot.probe, snapshot.len());
    let times = (0..=n).map(Some).chain(ENDS.map(|_| None));
    let parts = (0..=n).map(|_| subject.letter()).chain(ENDS);
    let ends = [probe.prediction, probe.target, probe.loss];
    let to_end = (0..=n).map(|t| to_end(snapshot, t));
    let to_end = to_end.chain(ENDS.map(|_| None));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::testing::{given, looking_at, moment, page};
    use crate::tasks::TaskKind;

    /// Every answer that is asked for has its square, and says what it costs; one at the end has its place behind the last
    /// state alone.
    #[test]
    fn every_answer_has_its_mark() {
        for (kind, length, expected) in [
            (TaskKind::PrefixParity, 12, 12),
            (TaskKind::Copy, 20, 9),
            (TaskKind::Latch, 12, 0),
        ] {
            let snapshot = moment(2, |e| (e.task.kind, e.task.length) = (kind, length));
            given(&snapshot, &looking_at(&snapshot, 1), None, |subject| {
                let picture = picture(subject, &page(), page().area);
                let Some(Part::Sketch(sketch)) = picture.parts.first() else {
                    panic!("a network");
                };
                let areas = sketch.hot.areas(&sketch.frame);
                let marks = areas.iter().filter(|(_, place)| place[1] == ANSWER);
                let said: Vec<String> = marks
                    .filter_map(|(_, place)| says(subject, 0, *place))
                    .collect();
                assert_eq!(said.len(), expected, "{kind:?}");
                for (text, answer) in said.iter().zip(&snapshot.probe.answers) {
                    let loss = format!("L = {}: the loss of this answer", in_full(answer.loss));
                    assert!(text.contains(&loss), "{text}");
                }
                let entries = legend(subject, &page());
                let has_legend = entries.iter().any(|entry| entry.text == "answer right");
                assert_eq!(has_legend, expected > 0);
            });
        }
    }
}
