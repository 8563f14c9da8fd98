//! Accuracy over training steps, in percent.

use super::kit::*;
use crate::training::{Evaluation, Score};

/// The view.
pub static VIEW: Definition = Definition {
    name: "Accuracy",
    slug: "accuracy",
    meaning: "Accuracy over training steps",
    concept: Concept::Accuracy,
    spoken: "Accuracy over steps",
    is_of_accuracy: true,
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    draws_both: true,
    ..Definition::EMPTY
};

/// Measurements that have marks at most; more are a line alone.
const FEW: usize = 40;

/// Frames lower than this have a mark at every half alone.
const LOW: f64 = 75.0;

/// Whether the task has a fixed part that is trained on: else there are the batches.
fn has_fixed(snapshot: &Snapshot) -> bool {
    let mut evaluations = snapshot.run.evaluations.iter();
    evaluations.any(|one| one.training.is_some())
}

/// Whether there are sequences that are never trained on, or may be: nothing is known before the first evaluation.
fn has_held_out(snapshot: &Snapshot) -> bool {
    let mut evaluations = snapshot.run.evaluations.iter();
    evaluations.all(|one| one.held_out.is_some())
}

fn header(subject: &Subject<'_>, canvas: &Canvas) -> Header {
    let run = &subject.snapshot.run;
    Header {
        name: VIEW.name,
        sentence: format!("right is {}", run.correctness),
        // In a third of a small window the legend has room, and nothing else.
        short: Some(String::new()),
        legend: legend(subject.snapshot, canvas)
            .into_iter()
            .chain(ghost_entry(subject, canvas))
            .collect(),
        ..Header::default()
    }
}

fn legend(snapshot: &Snapshot, canvas: &Canvas) -> Vec<Entry> {
    let (run, colours) = (&snapshot.run, canvas.colours());
    // The newest that this moment has behind it.
    let behind = |one: &&Evaluation| one.step <= snapshot.moment.step;
    let last = run.evaluations.iter().rev().find(behind);
    // A number of another network is not shown as this one's.
    let of_another =
        run.evaluation_is_old && last.is_some_and(|last| last.step == snapshot.moment.step);
    let now = |score: Option<Score>| match score {
        Some(score) if !of_another => format!(" {}", percent(score.accuracy)),
        _ => String::new(),
    };
    // It comes as soon as it has been measured.
    let soon = |now: &str| if of_another { " …" } else { now }.to_owned();
    let entry =
        |swatch, colour, [text, short]: [String; 2], (meaning, concept): (&str, Concept)| {
            let entry = Entry::new(swatch, colour, text).short(short);
            entry
                .meaning(format!("{meaning}. Right is {}", run.correctness))
                .about(concept)
        };
    let first = if has_fixed(snapshot) {
        let now = now(last.and_then(|last| last.training));
        let short = format!("training{}", soon(&now));
        let names = [format!("training part{now}"), short];
        let meaning = ("On the part that is trained on", Concept::Accuracy);
        entry(Swatch::Line, colours.measured, names, meaning)
    } else {
        let names = ["each batch, before its update", "batch"].map(str::to_owned);
        let meaning = (
            "On each step's batch, before the update of that step",
            Concept::Batch,
        );
        entry(Swatch::Line, colours.theory, names, meaning)
    };
    if !has_held_out(snapshot) {
        return vec![first];
    }
    let now = now(last.and_then(|last| last.held_out));
    let short = format!("held out{}", soon(&now));
    let names = [format!("held out, never trained on{now}"), short];
    let meaning = ("On sequences never trained on", Concept::HeldOut);
    vec![first, entry(Swatch::Ring, colours.measured, names, meaning)]
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let (snapshot, colours) = (subject.snapshot, canvas.colours());
    let run = &snapshot.run;
    let chart = steps::chart(VIEW.slug, subject, canvas, room, (-4.0, 104.0));
    let marks: &[f64] = if chart.frame.area.height() < LOW {
        &[0.0, 50.0, 100.0]
    } else {
        &[0.0, 25.0, 50.0, 75.0, 100.0]
    };
    let tick = |&value: &f64| Tick::new(value, format!("{} %", short_decimal(value, 0)));
    let mut series = Vec::from_iter(steps::looked_at(snapshot, canvas));
    series.extend(of_ghost(subject, canvas));
    if has_fixed(snapshot) {
        let marker = Marker::disc(3.2, colours.measured);
        let training = |one: &Evaluation| one.training;
        series.extend(scores(
            "training part",
            snapshot,
            Stroke::new(colours.measured, 1.6),
            marker,
            training,
        ));
    } else {
        let batches = run.history.iter();
        let points = batches.map(|record| (record.step as f64, Some(100.0 * record.accuracy)));
        let stroke = Stroke::new(colours.theory, 1.0);
        series.push(Series::line("each batch", points, stroke));
    }
    let hollow = Marker::disc(3.2, colours.ground);
    let held_out = |one: &Evaluation| one.held_out;
    let dashed = Stroke::new(colours.measured, 1.6).dashed(6.0, 3.0);
    series.extend(scores("held out", snapshot, dashed, hollow, held_out));
    let is_measured = !(run.evaluations.is_empty() && run.history.is_empty());
    let chart = Chart {
        left: Axis::new(marks.iter().map(tick).collect(), "accuracy"),
        series,
        remark: (!is_measured).then(|| Remark::new("Not measured yet", colours.theory)),
        hot: Hot::Columns(measured_steps(snapshot)),
        ..chart
    };
    Picture::of(chart, description(snapshot))
}

/// The curves of the moment beside this one: held out dashed, and those of the part that is trained on or of the batches.
fn of_ghost(subject: &Subject<'_>, canvas: &Canvas) -> Vec<Series> {
    let Some(ghost) = subject.ghost.map(|ghost| ghost.snapshot) else {
        return Vec::new();
    };
    let stroke = ghost_stroke(subject, canvas, None);
    let percent = |step: u64, score: f64| (step as f64, Some(100.0 * score));
    let fixed = |of: fn(&Evaluation) -> Option<Score>| {
        let measured = ghost.run.evaluations.iter();
        let points = measured.filter_map(|one| Some(percent(one.step, of(one)?.accuracy)));
        Vec::from_iter(points)
    };
    let batches = ghost.run.history.iter();
    let batches = batches.map(|record| percent(record.step, record.accuracy));
    let training = match has_fixed(ghost) {
        true => fixed(|one| one.training),
        false => batches.collect(),
    };
    let held_out = fixed(|one| one.held_out);
    vec![
        Series::line("frozen", training, Stroke::new(stroke.colour, 1.6)),
        Series::line("frozen", held_out, stroke.dashed(6.0, 3.0)),
    ]
}

/// One curve of measurements on fixed sequences, with marks if they are few.
fn scores(
    name: &'static str,
    snapshot: &Snapshot,
    stroke: Stroke,
    marker: Marker,
    of: impl Fn(&Evaluation) -> Option<Score>,
) -> Vec<Series> {
    let point = |one: &Evaluation| Some([one.step as f64, 100.0 * of(one)?.accuracy]);
    let points: Vec<_> = snapshot.run.evaluations.iter().filter_map(point).collect();
    let mut series = Vec::new();
    if points.len() > 1 {
        let heights = points.iter().map(|&[x, y]| (x, Some(y)));
        series.push(Series::line(name, heights, stroke));
    }
    if points.len() < FEW {
        series.push(Series::points(name, points, marker.edged(stroke)));
    }
    series
}

/// Every step at which something was measured that is drawn, ascending.
fn measured_steps(snapshot: &Snapshot) -> Vec<f64> {
    let run = &snapshot.run;
    let drawn = if has_fixed(snapshot) {
        &[]
    } else {
        &run.history[..]
    };
    let batches = drawn.iter().map(|record| record.step as f64);
    let fixed = run.evaluations.iter().map(|one| one.step as f64);
    let mut steps: Vec<f64> = batches.chain(fixed).collect();
    steps.sort_by(f64::total_cmp);
    steps.dedup();
    steps
}

fn description(snapshot: &Snapshot) -> String {
    let Some(last) = snapshot.run.evaluations.last() else {
        return "not measured yet".to_owned();
    };
    let training = last.training.map_or_else(String::new, |score| {
        format!("{} on the training part, ", percent(score.accuracy))
    });
    let held_out = last.held_out.map_or_else(String::new, |score| {
        format!("{} held out, ", percent(score.accuracy))
    });
    format!(
        "{} after step {}",
        format!("{training}{held_out}").trim_end_matches(", "),
        thousands(last.step)
    )
}

fn says(subject: &Subject<'_>, _: usize, [step, _]: [f64; 2]) -> Option<String> {
    let snapshot = subject.snapshot;
    let run = &snapshot.run;
    let share = |accuracy: f64| format!("{} % right", short_decimal(100.0 * accuracy, 4));
    let mut lines = Vec::new();
    if let Some(one) = run.evaluations.iter().find(|one| one.step as f64 == step) {
        lines.push(format!("after {}", steps::in_words(one.step, one.step)));
        lines.extend(one.training.map(|score| {
            let share = share(score.accuracy);
            format!("training part: {share}, of the sequences that are trained on")
        }));
        lines.extend(one.held_out.map(|score| {
            let held_out = share(score.accuracy);
            format!("held out: {held_out}, of sequences never trained on")
        }));
    }
    let batch = steps::record(snapshot, step).filter(|_| !has_fixed(snapshot));
    lines.extend(batch.map(|(first, record)| {
        let (steps, share) = (steps::in_words(first, record.step), share(record.accuracy));
        let of = if first < record.step {
            "the mean over their batches, each before its update"
        } else {
            "of its batch, before its update"
        };
        format!("{steps}: {share}, {of}")
    }));
    (!lines.is_empty()).then(|| format!("{}\nright is {}", lines.join("\n"), run.correctness))
}

/// A row per measurement.
///
/// | column | what it is |
/// | --- | --- |
/// | `part` | `batch`, the sequences of that training step, before its update; `training`, all that are trained on, for tasks that have a fixed set; `held_out`, sequences never trained on |
/// | `step` | for `batch` in which training step, from 1: its network is the one after the step before. For the others, after how many training steps |
/// | `accuracy` | the share that was right, 0 to 1 |
fn table(subject: &Subject<'_>) -> Table {
    let run = &subject.snapshot.run;
    let batches = run.history.iter();
    let batches = batches.map(|record| ("batch", record.step, record.accuracy));
    let fixed = run.evaluations.iter().flat_map(|one| {
        let scores = [("training", one.training), ("held_out", one.held_out)];
        let scores = scores
            .into_iter()
            .filter_map(|(part, score)| Some((part, score?)));
        scores.map(|(part, score)| (part, one.step, score.accuracy))
    });
    let rows: Vec<_> = batches.chain(fixed).collect();
    Table::default()
        .texts("part", rows.iter().map(|row| row.0))
        .whole("step", rows.iter().map(|row| row.1))
        .numbers("accuracy", rows.iter().map(|row| row.2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::testing::{answered, charts, moment, page, points};
    use crate::tasks::TaskKind;

    #[test]
    fn every_measurement_is_a_mark_and_tasks_without_a_training_part_show_batches() {
        for (kind, marks) in [(TaskKind::Sentiment, 2), (TaskKind::Latch, 1)] {
            let snapshot = moment(5, |e| e.task.kind = kind);
            answered(&VIEW, &snapshot, None, |subject| {
                let found = points(&charts(&VIEW, subject)[0], "").len();
                assert_eq!(found, marks * snapshot.run.evaluations.len(), "{kind:?}");
                let legend = header(subject, &page()).legend;
                let [first, held_out] = &legend[..] else {
                    panic!("two entries");
                };
                let has_batches = first.text == "each batch, before its update";
                assert_eq!(has_batches, kind == TaskKind::Latch);
                let last = snapshot.run.evaluations.last().unwrap();
                let now = percent(last.accuracy());
                let expected = format!("held out, never trained on {now}");
                assert_eq!(held_out.text, expected);
                let said = says(subject, 0, [5.0, 0.0]).unwrap();
                assert!(said.starts_with("after step 5\n"), "{said}");
                assert_eq!(said.contains("training part: "), !has_batches, "{said}");
                assert_eq!(said.contains("\nstep 5: "), has_batches, "{said}");
            });
        }
    }
}
