//! `trace` of a folder: a row for each record of a training elsewhere.
//!
//! The guide has both forms, `bptt-scope.records/1` and the metrics, in `docs/src/record.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use rayon::prelude::*;

use super::super::arguments::{Input, TraceArguments};
use super::super::failure::{DONE, Failure};
use super::super::format::Format;
use super::super::interruption::interruption;
use super::super::output::{file, write_result};
use super::super::progress::watched;
use crate::export::{
    RecordFile, WrittenMagnitude, csv_error, csv_number, open_record, records_in, run_name,
    runs_in, verdict_name,
};
use crate::flow::significant;
use crate::rnn::{Interrupt, Interrupted};
use crate::training::{NoSummary, RecordSummary, shown_argument, shown_path};

/// The name of the form, and its version.
const SCHEMA: &str = "bptt-scope.records/1";

const COLUMNS: [&str; 19] = [
    "schema",
    "run",
    "step",
    "module",
    "dtype",
    "length",
    "verdict",
    "to_end_sign",
    "to_end_log10",
    "to_end_state",
    "lyapunov",
    "half_life",
    "lost_from",
    "not_finite",
    "not_finite_t",
    "loss",
    "gradient_norm",
    "file",
    "trouble",
];

/// How often a folder is looked into again: where it lies on another machine, nothing else tells that it has grown.
const PACE: Duration = Duration::from_secs(2);

/// How often it is asked whether somebody has given it up.
const PATIENCE: Duration = Duration::from_millis(100);

/// A record that was looked into.
struct Row {
    /// The folder of its run, from the one that was named.
    run: String,
    file: RecordFile,
    /// What was found, or what is wrong with it.
    found: Result<RecordSummary, String>,
}

/// Carries out `arguments`, whose experiment is `folder`, and which ask for `format`.
///
/// # Errors
/// [`Failure`] says what is wrong with the arguments, the folder or the output, or that it was interrupted.
pub fn run(arguments: &TraceArguments, format: Format, folder: &Path) -> Result<u8, Failure> {
    let format = check(arguments, format)?;
    let part = Part::of(&arguments.input, arguments.precision)?;
    let interrupt = interruption();
    let mut rows = Vec::new();
    let mut is_begun = false;
    loop {
        let new = new_records(folder, &rows)?;
        if rows.is_empty() && new.is_empty() && !arguments.follow {
            return Err(Failure::Argument(format!(
                "there is no record in {}: the recorder writes step-….safetensors",
                shown_path(folder)
            )));
        }
        let count = new.len();
        rows.extend(looked_into(new, &part, &interrupt)?);
        let newest = &rows[rows.len() - count..];
        if arguments.follow {
            append(format, newest, !is_begun)?;
        } else {
            write_result(arguments.out.as_deref(), |out| {
                write(format, &rows, true, out)
            })?;
        }
        if let Some(path) = &arguments.prometheus
            && (count > 0 || !is_begun)
        {
            write_result(Some(path), |out| write_metrics(&rows, out))?;
        }
        is_begun = true;
        if !arguments.follow {
            return Ok(DONE);
        }
        wait(&interrupt)?;
    }
}

/// The form in which it is written, if everything that is asked for goes together.
fn check(arguments: &TraceArguments, format: Format) -> Result<Format, Failure> {
    let wrong = |what: &str| Err(Failure::Argument(what.to_owned()));
    if arguments.other.is_some() || arguments.vary.is_some() || arguments.view.is_some() {
        return wrong(
            "a folder of records is written as a row for each: leave out the other experiment, --vary and --view, or name one of its files",
        );
    }
    if arguments.steps > 0 || arguments.batch.is_some() {
        return wrong(
            "records are of a training elsewhere, and no step of it is made here: leave out --steps and --batch",
        );
    }
    if arguments.follow && file(arguments.out.as_deref()).is_some() {
        return wrong(
            "--follow writes row after row to standard output: leave out --out, or say > FILE",
        );
    }
    match format {
        format @ (Format::Text | Format::Csv) => Ok(format),
        _ => wrong("a folder of records is written as text or csv; name one of its files for more"),
    }
}

/// What of each record is looked at.
struct Part {
    name: String,
    sequence: usize,
    /// Whether it is computed in the training's own format, too.
    is_precise: bool,
}

impl Part {
    fn of(input: &Input, is_precise: bool) -> Result<Self, Failure> {
        let mut part = Self {
            name: String::new(),
            sequence: 0,
            is_precise,
        };
        for set in &input.set {
            let wrong = || {
                Failure::Argument(format!(
                    "--set {}: of a folder of records probe.index=N and network.module=NAME can be chosen",
                    shown_argument(set)
                ))
            };
            let (key, value) = set.split_once('=').ok_or_else(wrong)?;
            match key.trim() {
                "probe.index" => part.sequence = value.trim().parse().map_err(|_| wrong())?,
                "network.module" => value.trim().clone_into(&mut part.name),
                _ => return Err(wrong()),
            }
        }
        Ok(part)
    }
}

/// The records that are not among `rows` yet, with the name of their run.
fn new_records(folder: &Path, rows: &[Row]) -> Result<Vec<(String, RecordFile)>, Failure> {
    let known: BTreeSet<&RecordFile> = rows.iter().map(|it| &it.file).collect();
    let mut found = Vec::new();
    for run in runs_in(folder)? {
        let name = run_name(folder, &run);
        let new = records_in(&run)?;
        let new = new.into_iter().filter(|it| !known.contains(it));
        found.extend(new.map(|file| (name.clone(), file)));
    }
    Ok(found)
}

fn looked_into(
    records: Vec<(String, RecordFile)>,
    part: &Part,
    interrupt: &Interrupt,
) -> Result<Vec<Row>, Failure> {
    let (total, done) = (records.len(), AtomicU64::new(0));
    let share = || done.load(Ordering::Relaxed) as f64 / total.max(1) as f64;
    let rows: Result<Vec<Option<Row>>, Interrupted> =
        watched(share, "looking into records", || {
            let rows = records.into_par_iter().map(|(run, file)| {
                let found = look_into(&file, part, interrupt)?;
                done.fetch_add(1, Ordering::Relaxed);
                Ok(found.map(|found| Row { run, file, found }))
            });
            rows.collect()
        });
    let rows = rows.map(|rows| rows.into_iter().flatten().collect());
    rows.map_err(|Interrupted| Failure::Interrupted(String::new()))
}

/// What there is to say of a record; nothing if it has been thinned out meanwhile.
fn look_into(
    file: &RecordFile,
    part: &Part,
    interrupt: &Interrupt,
) -> Result<Option<Result<RecordSummary, String>>, Interrupted> {
    interrupt.check()?;
    let record = match open_record(&file.path, interrupt) {
        Ok(record) => record,
        Err(_) if !file.path.exists() => return Ok(None),
        Err(error) => return Ok(Some(Err(error.to_string()))),
    };
    let choice = (part.name.as_str(), part.sequence);
    match RecordSummary::of(&record, choice, part.is_precise, interrupt) {
        Ok(summary) => Ok(Some(Ok(summary))),
        Err(NoSummary::Unfit(what)) => Ok(Some(Err(what))),
        Err(NoSummary::Interrupted) => Err(Interrupted),
    }
}

/// Waits until it is time to look again.
fn wait(interrupt: &Interrupt) -> Result<(), Failure> {
    let mut left = PACE;
    while !left.is_zero() {
        let stopped = |Interrupted| Failure::Interrupted(String::new());
        interrupt.check().map_err(stopped)?;
        let nap = left.min(PATIENCE);
        thread::sleep(nap);
        left -= nap;
    }
    Ok(())
}

/// Writes `rows` behind those that have been written.
fn append(format: Format, rows: &[Row], is_first: bool) -> Result<(), Failure> {
    if rows.is_empty() && !is_first {
        return Ok(());
    }
    write_result(None, |out| write(format, rows, is_first, out))
}

fn write(format: Format, rows: &[Row], has_head: bool, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Csv => write_csv(rows, has_head, out),
        _ => write_text(rows, has_head, out),
    }
}

fn write_csv(rows: &[Row], has_head: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    if has_head {
        table.write_record(COLUMNS).map_err(csv_error)?;
    }
    for row in rows {
        table.write_record(cells(row)).map_err(csv_error)?;
    }
    table.flush()
}

fn cells(row: &Row) -> Vec<String> {
    let Row { run, file, found } = row;
    let mut cells = vec![SCHEMA.to_owned(), run.clone()];
    let name = file.path.file_name().unwrap_or_default();
    let name = name.to_string_lossy().into_owned();
    match found {
        Ok(summary) => {
            let known = |value: Option<f64>| value.map_or_else(String::new, csv_number);
            let counted =
                |value: Option<usize>| value.map_or_else(String::new, |it| it.to_string());
            let facts = &summary.facts;
            cells.extend([
                facts.step.to_string(),
                facts.module.clone(),
                facts.dtype.clone(),
                summary.length.to_string(),
                verdict_name(summary.outcome).to_owned(),
            ]);
            cells.extend(WrittenMagnitude::from(summary.reached).cells());
            let not_finite = summary.not_finite.as_ref();
            cells.extend([
                known(summary.lyapunov),
                known(summary.half_life),
                counted(summary.lost_from),
                not_finite.map_or_else(String::new, |it| it.what.clone()),
                counted(not_finite.and_then(|it| it.t)),
                known(facts.loss),
                known(facts.gradient_norm),
                name,
                String::new(),
            ]);
        }
        Err(trouble) => {
            cells.push(file.step.to_string());
            cells.resize(COLUMNS.len() - 2, String::new());
            cells.extend([name, trouble.clone()]);
        }
    }
    cells
}

fn write_text(rows: &[Row], has_head: bool, out: &mut dyn Write) -> io::Result<()> {
    if has_head {
        writeln!(
            out,
            "{:>9}  {:>10}  {:>10}  {:<12} what reaches the first timestep",
            "step", "loss", "norm", "run"
        )?;
    }
    for Row { run, file, found } in rows {
        let words = match found {
            Ok(summary) => in_words(summary),
            Err(trouble) => trouble.clone(),
        };
        let told = |of: fn(&RecordSummary) -> Option<f64>| {
            let value = found.as_ref().ok().and_then(of);
            value.map_or_else(|| "–".to_owned(), significant)
        };
        writeln!(
            out,
            "{:>9}  {:>10}  {:>10}  {run:<12} {words}",
            file.step,
            told(|it| it.facts.loss),
            told(|it| it.facts.gradient_norm)
        )?;
    }
    Ok(())
}

/// The verdict, and what else there is to tell.
fn in_words(summary: &RecordSummary) -> String {
    let mut words = summary.sentence.clone();
    if let Some(broken) = &summary.not_finite {
        words += &format!("; {broken}");
    }
    if let Some(t) = summary.lost_from {
        words += &format!("; {} loses it from step {t} on", summary.facts.dtype);
    }
    words
}

/// The newest record of each run in Prometheus's text format.
fn write_metrics(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let mut newest: BTreeMap<&str, &RecordSummary> = BTreeMap::new();
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for row in rows {
        let count = counts.entry(&row.run).or_default();
        match &row.found {
            Ok(summary) => {
                count[0] += 1;
                let known = newest.get(row.run.as_str());
                if known.is_none_or(|it| it.facts.step <= summary.facts.step) {
                    newest.insert(&row.run, summary);
                }
            }
            Err(_) => count[1] += 1,
        }
    }
    let label = |run: &str| {
        let escaped = run
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n");
        format!("{{run=\"{escaped}\"}}")
    };
    type Metric = (
        &'static str,
        &'static str,
        fn(&RecordSummary) -> Option<f64>,
    );
    const METRICS: [Metric; 9] = [
        (
            "step",
            "Training steps made before the newest record.",
            |it| Some(it.facts.step as f64),
        ),
        (
            "gradient_reached_log10",
            "log10 of the share of the last timestep's gradient that reaches the first.",
            |it| it.reached.log10(),
        ),
        (
            "half_life_timesteps",
            "Timesteps over which the gradient halves.",
            |it| it.half_life,
        ),
        (
            "vanishing",
            "1 if less than a tenth reaches the first timestep.",
            |it| Some(f64::from(u8::from(verdict_name(it.outcome) == "vanishing"))),
        ),
        (
            "exploding",
            "1 if more than ten times as much reaches the first timestep.",
            |it| Some(f64::from(u8::from(verdict_name(it.outcome) == "exploding"))),
        ),
        ("not_finite", "1 if a number is not finite.", |it| {
            Some(f64::from(u8::from(it.not_finite.is_some())))
        }),
        (
            "lost_from_timestep",
            "The timestep from which on, on the way back, the training's own format has lost the gradient.",
            |it| it.lost_from.map(|t| t as f64),
        ),
        ("loss", "The loss that the training has told.", |it| {
            it.facts.loss
        }),
        (
            "gradient_norm",
            "The gradient norm before clipping that the training has told.",
            |it| it.facts.gradient_norm,
        ),
    ];
    for (name, help, of) in METRICS {
        writeln!(out, "# HELP bptt_scope_{name} {help}")?;
        writeln!(out, "# TYPE bptt_scope_{name} gauge")?;
        for (run, summary) in &newest {
            if let Some(value) = of(summary) {
                writeln!(out, "bptt_scope_{name}{} {}", label(run), as_metric(value))?;
            }
        }
    }
    for (place, name, help) in [
        (0, "records", "Records that have been read."),
        (1, "damaged_records", "Records that could not be read."),
    ] {
        writeln!(out, "# HELP bptt_scope_{name} {help}")?;
        writeln!(out, "# TYPE bptt_scope_{name} gauge")?;
        for (run, count) in &counts {
            writeln!(out, "bptt_scope_{name}{} {}", label(run), count[place])?;
        }
    }
    Ok(())
}

/// A number as Prometheus writes it.
fn as_metric(value: f64) -> String {
    match value {
        value if value.is_nan() => "NaN".to_owned(),
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        value => csv_number(value),
    }
}
