//! Float glasses: the backward pass as narrower floating-point formats carry it, beside the exact one.

use super::kit::*;
use crate::flow::{FloatFormat, RoundedFlow};
use crate::training::format_called;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Floats",
    slug: "floats",
    meaning: "The backward pass as float16, bfloat16 and float32 carry it, beside the exact one",
    concept: Concept::FloatFormat,
    spoken: "Floats",
    question: |_, _| Some(Question::RoundedFlows),
    header,
    picture,
    table,
    says,
    ..Definition::EMPTY
};

/// How the curve of a format is drawn: each is seen beside and upon the others without colour too.
struct Style {
    swatch: Swatch,
    stroke: Stroke,
    /// How far its shapes for what is not finite are moved inwards, so that those of all are seen.
    inwards: f64,
}

fn style_of(format: FloatFormat, colours: &Colours) -> Style {
    let (swatch, colour, width, inwards) = match format {
        FloatFormat::Float16 => (Swatch::Dashed, colours.measured, 1.8, 0.0),
        FloatFormat::Bfloat16 => (Swatch::Dotted, colours.measured, 2.4, 11.0),
        FloatFormat::Float32 => (Swatch::Line, colours.measured, 1.2, 22.0),
    };
    let stroke = match format {
        FloatFormat::Float16 => Stroke::new(colour, width).dashed(9.0, 6.0),
        FloatFormat::Bfloat16 => Stroke::new(colour, width).dashed(2.0, 4.5),
        FloatFormat::Float32 => Stroke::new(colour, width),
    };
    Style {
        swatch,
        stroke,
        inwards,
    }
}

/// What was found out, if it is of a sequence as long as the one that is shown.
fn flows<'a>(subject: &Subject<'a>) -> &'a [RoundedFlow] {
    let of_this_length = |answer: &Answer<'_>| answer.of.len() == subject.len();
    match subject.answer.filter(of_this_length).map(|it| it.finding) {
        Some(Finding::RoundedFlows(flows)) => flows,
        _ => &[],
    }
}

fn exact(subject: &Subject<'_>, t: usize) -> Option<Magnitude> {
    Some(subject.step(t)?.dl_do)
}

fn rounded(flow: &RoundedFlow, t: usize) -> Option<Magnitude> {
    flow.dl_do.get(t.checked_sub(1)?).copied()
}

/// What is carried back.
fn symbol(subject: &Subject<'_>) -> &'static str {
    subject.by_network(
        subject.by_width("∂L/∂oₜ", "‖∂L/∂oₜ‖"),
        subject.by_width("∂L/∂hₜ", "‖∂L/∂sₜ‖"),
    )
}

fn header(subject: &Subject<'_>, canvas: &Canvas) -> Header {
    Header {
        name: VIEW.name,
        sentence: sentence(subject),
        // In a third of a small window the legend has room, and nothing else.
        short: Some(String::new()),
        legend: legend(subject, canvas),
        ..Header::default()
    }
}

fn sentence(subject: &Subject<'_>) -> String {
    let symbol = symbol(subject);
    let Some((t, exact)) = subject.mark().and_then(|t| Some((t, exact(subject, t)?))) else {
        return format!(
            "{symbol} with every product and every sum rounded to a format, without loss scaling"
        );
    };
    let values = flows(subject).iter().filter_map(|flow| {
        let value = rounded(flow, t)?;
        Some(format!(", {value} in {}", flow.format.name()))
    });
    let values: String = values.collect();
    format!("{symbol} at t = {t} is {exact}{values}", t = counted(t))
}

fn legend(subject: &Subject<'_>, canvas: &Canvas) -> Vec<Entry> {
    let (colours, flows) = (canvas.colours(), flows(subject));
    let exact = Entry::new(Swatch::Line, colours.faint, "exact").about(Concept::Product);
    let mut entries = vec![exact.meaning(format!(
        "{} in the log domain, which neither underflows nor overflows",
        symbol(subject)
    ))];
    for format in FloatFormat::ALL {
        let style = style_of(format, colours);
        let flow = flows.iter().find(|flow| flow.format == format);
        let name = || format.name().to_owned();
        let (text, short) = (
            flow.map_or_else(name, outcome),
            flow.map_or_else(name, short_outcome),
        );
        let text = match is_of_the_training(subject, format) {
            true => format!("the training's own {text}"),
            false => text,
        };
        let entry = Entry::new(style.swatch, style.stroke.colour, text).short(short);
        entries.push(entry.meaning(
            "The same backward pass with every product and every sum rounded to this format, without loss scaling: its largest relative error, or the timestep from which on, going back, it is 0 or not finite although the exact gradient is not",
        ));
    }
    let span = span(subject, canvas);
    let values = |flow| span.visible().filter_map(move |t| rounded(flow, t));
    // In the colour of no format.
    let outcomes = Entry::of_outcomes(flows.iter().flat_map(values), colours.theory);
    entries.extend(outcomes);
    entries
}

/// Whether a training elsewhere, whose record is shown, computes in `format`.
fn is_of_the_training(subject: &Subject<'_>, format: FloatFormat) -> bool {
    let recorded = subject.snapshot.moment.experiment.recorded();
    recorded.is_some_and(|recorded| format_called(&recorded.dtype) == Some(format))
}

/// `float16: 0 from t = 3 on back`
fn outcome(flow: &RoundedFlow) -> String {
    let name = flow.format.name();
    let off = flow.worst_in_words().unwrap_or_default();
    match (flow.zero_from, flow.overflow_from, flow.worst) {
        (None, None, _) if flow.parted_from.is_some() => {
            let t = flow.parted_from.unwrap_or_default();
            format!(
                "{name}: off by more than a tenth from t = {t} on back, by {off} at most",
                t = counted(t)
            )
        }
        (_, Some(t), _) => format!("{name}: ∞ or NaN from t = {t} on back", t = counted(t)),
        (Some(t), ..) => format!("{name}: 0 from t = {t} on back", t = counted(t)),
        (None, None, Some((t, _))) => {
            format!("{name}: off by {off} at most, at t = {t}", t = counted(t))
        }
        (None, None, None) => name.to_owned(),
    }
}

/// `float16 0 from t = 3`, `bfloat16 ±2.6 %`
fn short_outcome(flow: &RoundedFlow) -> String {
    let name = flow.format.name();
    match (flow.zero_from, flow.overflow_from, flow.worst_in_words()) {
        (_, Some(t), _) => format!("{name} ∞ from t = {t}", t = counted(t)),
        (Some(t), ..) => format!("{name} 0 from t = {t}", t = counted(t)),
        (None, None, Some(off)) => format!("{name} ±{off}"),
        (None, None, None) => name.to_owned(),
    }
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let flows = flows(subject);
    if flows.is_empty() && canvas.is_page() {
        return Picture::absent(canvas, room, VIEW.name, subject.absence);
    }
    let (span, colours) = (span(subject, canvas), canvas.colours());
    let y = y_range(subject, flows, &span);
    let room = room.without(0.0, 4.0, 0.0, 0.0);
    let curve = |name, stroke, value: &dyn Fn(usize) -> Option<Magnitude>| {
        let points = span.curve(|t| value(t).and_then(Magnitude::log10));
        Series::line(name, points, stroke)
    };
    let mut series = Vec::from_iter(cursor(subject, canvas));
    // Under all others, which are seen upon it.
    let thick = Stroke::new(colours.faint, 5.0);
    series.push(curve("exact", thick, &|t| exact(subject, t)));
    for flow in flows {
        let style = style_of(flow.format, colours);
        let name = flow.format.name();
        series.push(curve(name, style.stroke, &|t| rounded(flow, t)));
        let values = span.values(|t| rounded(flow, t));
        let colour = style.stroke.colour;
        series.push(Series::not_finite(values, colour, style.inwards));
    }
    let chart = span.chart(VIEW.slug, subject.snapshot, canvas, room, y);
    let chart = Chart {
        series,
        left: chart.left.named(symbol(subject)),
        remark: remark(subject, flows, &span, colours),
        ..chart
    };
    Picture::of(chart, description(subject, flows))
}

fn y_range(subject: &Subject<'_>, flows: &[RoundedFlow], span: &TimeSpan) -> (f64, f64) {
    let exact = span.visible().filter_map(|t| exact(subject, t));
    let of = |flow| span.visible().filter_map(move |t| rounded(flow, t));
    let values = exact.chain(flows.iter().flat_map(of));
    let range = ends(values.filter_map(Magnitude::log10));
    range.map_or((-2.0, 1.0), |(low, high)| round_range(low, high, 2.0))
}

/// Why the formats are missing, or what the exact curve cannot say.
fn remark(
    subject: &Subject<'_>,
    flows: &[RoundedFlow],
    span: &TimeSpan,
    colours: &Colours,
) -> Option<Remark> {
    if flows.is_empty() {
        return Some(Remark::new(subject.absence, colours.theory));
    }
    let last = exact(subject, subject.len())?;
    let mut visible = span.visible().filter_map(|t| exact(subject, t));
    let is_nothing = visible.all(|value| value.log10().is_none());
    let text = format!("{} is {last} at every step", symbol(subject));
    is_nothing.then(|| Remark::new(text, colours.error))
}

fn description(subject: &Subject<'_>, flows: &[RoundedFlow]) -> String {
    let t = subject.timestep();
    let exact = exact(subject, t)
        .map(|value| format!("at step {t} the gradient is {value}", t = counted(t)));
    let rounded = flows.iter().filter_map(|flow| {
        let value = rounded(flow, t)?;
        Some(format!("in {} {value}", short_outcome(flow)))
    });
    let parts: Vec<String> = exact.into_iter().chain(rounded).collect();
    parts.join("; ")
}

fn says(subject: &Subject<'_>, _: usize, [t, _]: [f64; 2]) -> Option<String> {
    let t = t as usize;
    let value = exact(subject, t)?;
    let mut text = format!(
        "{}\n{} = {}: the exact gradient",
        timestep_in_words(subject.snapshot, t),
        symbol(subject),
        magnitude_in_full(value)
    );
    for flow in flows(subject) {
        let Some(rounded) = rounded(flow, t) else {
            continue;
        };
        let means = match rounded {
            Magnitude::Zero if value != Magnitude::Zero => ": too small for it, and lost",
            Magnitude::Overflow { .. } => ": too large for it",
            Magnitude::Nan => ": something before it has overflowed",
            _ => "",
        };
        text += &format!(
            "\n{} {}{means}",
            flow.format.name(),
            magnitude_in_full(rounded)
        );
    }
    if !flows(subject).is_empty() && !subject.is_answered_now() {
        text += "\nthe formats are of an earlier moment";
    }
    Some(text)
}

/// A row per timestep.
///
/// | column | what it is |
/// | --- | --- |
/// | `dl_do` | ∂L/∂o_t; its norm for H > 1 |
/// | `dl_do_float16`, `dl_do_bfloat16`, `dl_do_float32` | the same as that format carries it back |
fn table(subject: &Subject<'_>) -> Result<Table, NoTable> {
    let (snapshot, flows) = (subject.snapshot, flows(subject));
    if flows.is_empty() {
        return Err(NoTable::Unanswered(VIEW.name));
    }
    let exact = snapshot.probe.flow.steps.iter().map(|step| step.dl_do);
    let table = Table::of_timesteps(snapshot, 1..=snapshot.len()).magnitudes("dl_do", exact);
    let columns = [
        (FloatFormat::Float16, "dl_do_float16"),
        (FloatFormat::Bfloat16, "dl_do_bfloat16"),
        (FloatFormat::Float32, "dl_do_float32"),
    ];
    Ok(columns.into_iter().fold(table, |table, (format, name)| {
        let flow = flows.iter().find(|flow| flow.format == format);
        let values = flow.map_or(&[][..], |flow| &flow.dl_do);
        table.magnitudes(name, values.iter().copied())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::View;
    use crate::scene::testing::{answered, charts, finding, given, lines, moment, page};

    #[test]
    fn every_format_has_a_curve_and_its_outcome() {
        let snapshot = moment(0, |e| {
            e.task.length = 60;
            e.network.w_h = 0.4;
        });
        answered(&VIEW, &snapshot, None, |subject| {
            let (chart, legend) = (&charts(&VIEW, subject)[0], header(subject, &page()).legend);
            assert_eq!(flows(subject).len(), 3);
            for flow in flows(subject) {
                assert_eq!(lines(chart, flow.format.name()).len(), 1);
                let entry = legend.iter().find(|entry| entry.text == outcome(flow));
                let short = entry.unwrap().short.clone();
                assert_eq!(short, Some(short_outcome(flow)));
            }
            // 0.4 per step falls below 2⁻²⁵, where float16 rounds to zero, within 60 steps.
            assert!(legend[1].text.starts_with("float16: 0 from t = "));
            let said = says(subject, 0, [1.0, 0.0]).unwrap();
            let lost = "\nfloat16 0: too small for it, and lost\n";
            assert!(said.contains(lost), "{said}");
        });
    }

    /// The reason on a page; in a window the exact curve besides, and an answer of an older moment as long as it is
    /// of as many timesteps.
    #[test]
    fn without_an_answer_there_is_a_reason() {
        let snapshot = moment(0, |_| {});
        let look = Look::of(&snapshot);
        given(&snapshot, &look, None, |subject| {
            assert!(picture(subject, &page(), page().area).is_absent());
            assert_eq!(table(subject).unwrap_err(), NoTable::Unanswered(VIEW.name));
            let screen = Canvas::screen(page().area, page().theme, 1.0);
            let picture = picture(subject, &screen, screen.area);
            let [Part::Chart(chart)] = &picture.parts[..] else {
                panic!("a chart");
            };
            assert!(!lines(chart, "exact")[0].0.is_empty());
            assert_eq!(chart.remark.as_ref().unwrap().text, subject.absence);
        });
        for (length, is_drawn) in [(snapshot.len(), true), (snapshot.len() + 1, false)] {
            let older = moment(1, |e| e.task.length = length);
            let found = finding(View::FLOATS, &older, &Look::of(&older)).unwrap();
            let answer = Answer {
                question: Question::RoundedFlows,
                of: &older,
                finding: &found,
            };
            given(&snapshot, &look, Some(answer), |subject| {
                assert_eq!(!flows(subject).is_empty(), is_drawn);
                let said = says(subject, 0, [1.0, 0.0]).unwrap();
                assert_eq!(said.ends_with("of an earlier moment"), is_drawn, "{said}");
            });
        }
    }
}
