//! The whole run as one picture: training steps to the right, timesteps downwards, and a way back to any recorded
//! step.

use std::cell::OnceCell;
use std::sync::Arc;

use super::super::heat::SameRows;
use super::kit::*;
use crate::training::{Difference, HandChange, HistoryRow, Timeline};

/// The view.
pub static VIEW: Definition = Definition {
    name: "History",
    slug: "history",
    meaning: "The gradient of every timestep over the whole run, and a way back to any recorded step",
    concept: Concept::Product,
    spoken: "History of the run",
    wants: |_| Wanted {
        history: true,
        ..Wanted::NOTHING
    },
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    choices,
    ..Definition::EMPTY
};

/// Rows of pixels on a page at most: as many as a frame has points.
const MOST_ROWS: usize = 450;

fn header(subject: &Subject<'_>, canvas: &Canvas) -> Header {
    let timeline = &subject.snapshot.run.timeline;
    let key = || Key::Magnitudes(Run::of(timeline, canvas).map(subject, canvas).outcomes());
    let step = thousands(subject.snapshot.moment.step);
    let newest = thousands(timeline.newest);
    let bounded = format!(
        "{} steps can be gone back to: all of the newest, older ones thinned evenly. Their number is bounded by memory. Click or drag in the picture to go to one",
        thousands(timeline.recorded.len() as u64)
    );
    let (short, meaning) = if timeline.is_of_another() {
        let otherwise = Difference::in_words(&timeline.otherwise);
        let meaning = format!(
            "The steps beyond this one were made with {otherwise}, which has been changed since. Continuing from one of them brings that back. The next step drops them. {bounded}"
        );
        let short = format!("step {step} · old map: {newest} steps with {otherwise}");
        (short, meaning)
    } else {
        (format!("step {step} of {newest}"), bounded)
    };
    Header {
        name: VIEW.name,
        sentence: sentence(subject),
        short: Some(short),
        meaning,
        legend: legend(timeline, canvas),
        key: (!timeline.rows.is_empty()).then(key),
    }
}

/// What the marks of changes by hand mean, if there are any.
fn legend(timeline: &Timeline, canvas: &Canvas) -> Vec<Entry> {
    if timeline.changes.is_empty() || timeline.rows.is_empty() {
        return Vec::new();
    }
    let entry =
        Entry::new(Swatch::Dashed, canvas.colours().cursor, "changed by hand").about(Concept::Step);
    let meaning = "Here something was changed by hand: what is on the left of the line was made without it. Point at a line to be told what";
    vec![entry.short("by hand").meaning(meaning)]
}

fn symbol(subject: &Subject<'_>) -> &'static str {
    subject.by_network(
        subject.by_width("∂oₙ/∂oₜ", "‖gₜ‖/‖gₙ‖"),
        subject.by_width("∂hₙ/∂hₜ", "‖γₜ‖/‖γₙ‖"),
    )
}

fn sentence(subject: &Subject<'_>) -> String {
    let timeline = &subject.snapshot.run.timeline;
    let mut text = format!(
        "{} after each of {} recorded steps of {}",
        symbol(subject),
        thousands(timeline.rows.len() as u64),
        thousands(timeline.newest)
    );
    if timeline.is_past {
        let step = thousands(subject.snapshot.moment.step);
        text += &format!("; the line is at step {step}");
    }
    text
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let timeline = &subject.snapshot.run.timeline;
    if timeline.rows.is_empty() {
        let reason = match timeline.newest {
            0 if canvas.is_page() => "no training step yet",
            0 => "no training step yet; press Step or Run",
            _ => subject.absence,
        };
        return Picture::absent(canvas, room, VIEW.name, reason);
    }
    let run = Run::of(timeline, canvas);
    let [left_name, bottom_name] = canvas.by_medium(["timestep t", "training step"], ["t", "step"]);
    // The axis has a name, which stands left of its labels.
    let area = room.without(LEFT_AXIS, 4.0, 20.0, BOTTOM_AXIS + AXIS_NAME);
    let longest = run.longest as f64;
    let frame = Frame::new(area, (0.0, run.newest as f64), (longest + 0.5, 0.5));
    let times = timesteps(run.longest, area.height() / longest);
    let heat = Heat::new(run.map(subject, canvas), area, |x, y| run.value(x, y));
    let chart = Chart {
        of: [Quantity::Step, Quantity::Timestep],
        left: Axis::new(times, left_name),
        bottom: Some(Axis {
            name: bottom_name.to_owned(),
            ..steps::axis(frame.x, area.width(), false)
        }),
        heat: Some(Heat {
            is_faded: timeline.is_of_another(),
            ..heat
        }),
        series: places(subject, canvas),
        remark: of_another(timeline, canvas),
        hot: Hot::Cells(run.size.0, run.size.1),
        ..Chart::new(VIEW.slug, frame)
    };
    Picture::of(chart, description(subject))
}

/// Lines where something was changed by hand, at the moment that is shown, on a page if somebody looks back, and at the
/// cursor.
fn places(subject: &Subject<'_>, canvas: &Canvas) -> Vec<Series> {
    let strokes = on_every_colour(canvas);
    let is_marked = subject.snapshot.run.timeline.is_past || !canvas.is_page();
    let x = is_marked.then_some(subject.snapshot.moment.step as f64);
    let uprights = x.map(|x| strokes.map(|stroke| Series::upright(x, stroke)));
    let y = subject.mark().map(|t| t as f64);
    let levels = y.map(|y| strokes.map(|stroke| Series::level(y, stroke)));
    let [under, over] = strokes;
    let dashed = [under, over.dashed(4.0, 4.0)];
    let changes = &subject.snapshot.run.timeline.changes;
    let by_hand = changes.iter().map(|change| change.between.0 as f64);
    let by_hand = by_hand.map(|x| dashed.map(|stroke| Series::upright(x, stroke)));
    let places = uprights.into_iter().chain(levels);
    by_hand.chain(places).flatten().collect()
}

/// What is said of a picture that is not of the network that is shown.
fn of_another(timeline: &Timeline, canvas: &Canvas) -> Option<Remark> {
    if !timeline.is_of_another() {
        return None;
    }
    let remedy = canvas.by_medium("", ": click to look at one. The next step drops them");
    let otherwise = Difference::in_words(&timeline.otherwise);
    let text = format!("These steps had {otherwise}{remedy}");
    Some(Remark::new(text, canvas.colours().theory))
}

fn description(subject: &Subject<'_>) -> String {
    let timeline = &subject.snapshot.run.timeline;
    let with = if timeline.is_of_another() {
        format!(" with {}", Difference::in_words(&timeline.otherwise))
    } else {
        String::new()
    };
    let mut text = format!(
        "step {} of {}{with}, {} steps kept, {} drawn",
        subject.snapshot.moment.step,
        timeline.newest,
        timeline.recorded.len(),
        timeline.rows.len()
    );
    for change in &*timeline.changes {
        text += &format!("; {}", change.in_words());
    }
    text
}

/// What was changed by hand within a hundredth of the run of `step`, as near as a pointer comes.
fn changed_near(timeline: &Timeline, step: f64) -> impl Iterator<Item = &HandChange> {
    let near = (0.01 * timeline.newest as f64).max(0.5);
    let is_near = move |change: &&HandChange| {
        let (first, last) = change.between;
        (first as f64 - near..=last as f64 + near).contains(&step)
    };
    timeline.changes.iter().filter(is_near)
}

fn says(subject: &Subject<'_>, _: usize, [step, t]: [f64; 2]) -> Option<String> {
    // Where a click goes.
    let timeline = &subject.snapshot.run.timeline;
    let recorded = timeline.nearest(step.round().max(0.0) as u64);
    let mut text = format!("step {}", thousands(recorded));
    for change in changed_near(timeline, step) {
        text += &format!("\n{}", change.in_words());
    }
    let row = row_at(timeline, recorded);
    let Some(row) = row.filter(|row| row.step == recorded) else {
        return Some(text);
    };
    let t = t.round() as usize;
    if (1..=row.length).contains(&t) {
        let (t, value) = row.nearest(t);
        let value = magnitude_in_full(value);
        text += &format!(
            "\nt = {t}\n{} = {value}: what the loss saw of this timestep then",
            symbol(subject)
        );
    }
    Some(text)
}

/// The ways to go through the run.
fn choices(subject: &Subject<'_>) -> Vec<Vec<Choice>> {
    let timeline = &subject.snapshot.run.timeline;
    let now = subject.snapshot.moment.step;
    let first = timeline.recorded.first().copied();
    let ways = [
        (
            "⏮",
            "First step",
            "To the oldest recorded step",
            Some(first.unwrap_or(timeline.newest)),
        ),
        (
            "◀",
            "Step back",
            "One recorded step back (Ctrl+←)",
            Some(timeline.before(now)),
        ),
        (
            "▶",
            "Step on",
            "One recorded step on (Ctrl+→)",
            timeline.after(now),
        ),
        ("⏭", "Present", "To the present", None),
    ];
    let ways = ways.map(|(text, name, meaning, to)| {
        let is_possible = to.map_or(timeline.is_past, |to| to != now);
        Choice {
            name: Some(name),
            refusal: (!is_possible).then_some(""),
            ..Choice::new(text, meaning, false, Change::LookAt(to))
        }
    });
    vec![ways.to_vec()]
}

/// Which pixel shows which step and which timestep.
struct Run<'a> {
    timeline: &'a Timeline,
    /// The newest step, from 1 on.
    newest: u64,
    /// The longest probe of the run.
    longest: usize,
    /// Columns and rows of pixels.
    size: (usize, usize),
    /// The recorded step of every column, none before the first, and the 1-based timestep of every row.
    places: OnceCell<(Vec<Option<&'a HistoryRow>>, Vec<usize>)>,
}

impl<'a> Run<'a> {
    fn of(timeline: &'a Timeline, canvas: &Canvas) -> Self {
        let lengths = timeline.rows.iter().map(|row| row.length);
        let longest = lengths.max().unwrap_or(1).max(1);
        let newest = timeline.newest.max(1);
        let steps = usize::try_from(newest).unwrap_or(usize::MAX);
        let rows = canvas.pixels(longest, canvas.area.height());
        let rows = canvas.by_medium(rows.min(MOST_ROWS), rows);
        Self {
            timeline,
            newest,
            longest,
            size: (canvas.pixels(steps, canvas.area.width()), rows),
            places: OnceCell::new(),
        }
    }

    fn places(&self) -> &(Vec<Option<&'a HistoryRow>>, Vec<usize>) {
        self.places.get_or_init(|| {
            let (columns, rows) = self.size;
            let step = |column: usize| {
                // 2 · column · newest must not overflow for a run of any length.
                let place = (column as f64 + 0.5) * self.newest as f64 / columns as f64;
                row_at(self.timeline, place as u64)
            };
            let times = sampled(self.longest, rows).into_iter();
            let times = times.map(|place| place + 1);
            ((0..columns).map(step).collect(), times.collect())
        })
    }

    fn value(&self, column: usize, row: usize) -> Option<Magnitude> {
        let (columns, times) = self.places();
        let of = columns.get(column).copied().flatten()?;
        let t = *times.get(row)?;
        (t <= of.length).then(|| of.nearest(t).1)
    }

    fn map(&self, subject: &Subject<'_>, canvas: &Canvas) -> Arc<HeatMap> {
        let key = HeatKey {
            // The same rows fill less of the picture after more steps.
            moment: Some((self.newest, self.longest as u64, false)),
            rows: Some(SameRows(Arc::clone(&self.timeline.rows))),
            ..HeatKey::new(VIEW.slug, self.size, canvas.colours())
        };
        let memo = subject.memo;
        memo.heat_map(key, |column, row| self.value(column, row))
    }
}

/// The row at `step`: each holds from its step to the next that is recorded.
fn row_at(timeline: &Timeline, step: u64) -> Option<&HistoryRow> {
    let after = timeline.rows.partition_point(|row| row.step <= step);
    let place = after.checked_sub(1)?;
    timeline.rows.get(place).map(|row| &**row)
}

/// A row per recorded training step and timestep, as far as the gradients of that step have been computed.
///
/// | column | what it is |
/// | --- | --- |
/// | `step` | training steps made |
/// | `n` | how long the probe was then |
/// | `t` | the timestep: all of up to 512, of more evenly spaced ones |
/// | `gain` | ∂o_n/∂o_t; for H > 1 ‖g_t‖/‖g_n‖ |
fn table(subject: &Subject<'_>) -> Table {
    let snapshot = subject.snapshot;
    let (mut steps, mut lengths, mut times) = (Vec::new(), Vec::new(), Vec::new());
    let mut gains = Vec::new();
    let mut add = |row: &HistoryRow| {
        for t in 1..=row.length {
            let (kept, gain) = row.nearest(t);
            if kept == t {
                steps.push(row.step);
                lengths.push(row.length as u64);
                times.push(t as u64);
                gains.push(gain);
            }
        }
    };
    let timeline = &snapshot.run.timeline;
    timeline.rows.iter().for_each(|row| add(row));
    // The present is recorded when the next step is made; here it is already.
    let newest = timeline.rows.last().map(|row| row.step);
    if !timeline.is_past && newest.is_some_and(|newest| newest < snapshot.moment.step) {
        let flow = snapshot.probe.flow.steps.iter();
        let now: Vec<_> = flow.map(|step| step.to_end).collect();
        add(&HistoryRow::new(snapshot.moment.step, &now));
    }
    Table::default()
        .whole("step", steps)
        .whole("n", lengths)
        .whole("t", times)
        .magnitudes("gain", gains)
}

#[cfg(test)]
mod tests;
