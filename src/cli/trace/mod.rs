//! `trace`: train some steps, then write the probe's gradient flow.

mod records;
mod table;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use super::arguments::{Input, TraceArguments};
use super::axis::Axis;
use super::failure::{DONE, FAILED, Failure};
use super::format::Format;
use super::interruption::interruption;
use super::looking::Looked;
use super::output::{file, write_result};
use super::run::Run;
use crate::export::{Artefact, MOST_TOGETHER, Several, Sight, check_writable};
use crate::scene::{Look, View};
use crate::training::{
    CheckedExperiment, Experiment, Finding, Snapshot, shown_argument, shown_path,
};

/// The option by which one experiment becomes several.
const VARY: &str = "--vary";

/// Carries out `arguments`.
///
/// # Errors
/// [`Failure`] says what is wrong with the arguments or the output, or that it was interrupted.
pub fn run(arguments: &TraceArguments) -> Result<u8, Failure> {
    if let Some(folder) = arguments
        .input
        .experiment
        .as_deref()
        .filter(|path| path.is_dir())
    {
        return records::run(arguments, format(arguments)?, folder);
    }
    if arguments.follow || arguments.precision || arguments.prometheus.is_some() {
        return Err(Failure::Argument(
            "--follow, --precision and --prometheus are for a folder of records, which a training elsewhere writes".to_owned(),
        ));
    }
    let experiments = arguments.experiments()?;
    let mut format = Format::Text;
    for experiment in &experiments {
        format = arguments.format_for(experiment, experiments.len() > 1)?;
    }
    let interrupt = interruption();
    // Nobody trains for an hour and learns then that there is no such folder.
    if let Some(path) = file(arguments.out.as_deref()) {
        check_writable(path)?;
    }
    let view = arguments.view_for(format);
    let mut seen = Vec::with_capacity(experiments.len());
    let mut diverged = false;
    for experiment in experiments {
        let mut run = Run::new(experiment, interrupt.clone());
        seen.push(see(arguments, view, &mut run)?);
        diverged |= run.diverged;
        if let Some(path) = &arguments.batch {
            let batch = run.last_batch();
            write_result(Some(path), |out| batch.write(out))?;
        }
    }
    let sights: Vec<Sight<'_>> = seen
        .iter()
        .map(|seen| Sight {
            finding: seen.finding.as_ref(),
            theme: arguments.look.theme.unwrap_or_default(),
            ..Sight::new(&seen.snapshot, &seen.look)
        })
        .collect();
    let files = arguments.files();
    let files: Vec<Option<&str>> = files.iter().map(Option::as_deref).collect();
    write_result(arguments.out.as_deref(), |out| {
        match (artefact(format, view), sights.as_slice()) {
            (None, [sight]) => table::write_table(sight.snapshot, out),
            (Some(artefact), [sight]) => artefact.write(sight, &interrupt, out),
            (None, sights) => table::write_several(sights, &Several::new(sights, &files), out),
            (Some(artefact), sights) => {
                Several::new(sights, &files).write(artefact, &interrupt, out)
            }
        }
    })?;
    Ok(if diverged { FAILED } else { DONE })
}

/// What is seen of one experiment.
struct Seen {
    snapshot: Snapshot,
    look: Look,
    finding: Option<Finding>,
}

/// Trains, and looks.
fn see(arguments: &TraceArguments, view: Option<View>, run: &mut Run) -> Result<Seen, Failure> {
    let is_evaluated = view.is_some_and(|view| view.definition().is_of_accuracy);
    run.train(arguments.steps, is_evaluated)?;
    let snapshot = run.snapshot(arguments.look.wanted(view))?;
    let look = arguments.look.look(view, &snapshot);
    let finding = match view {
        Some(view) => run.finding(view, &snapshot, &look)?,
        None => None,
    };
    Ok(Seen {
        snapshot,
        look,
        finding,
    })
}

impl TraceArguments {
    /// The experiments that are written: one, two, or one for each value of what is varied.
    ///
    /// # Errors
    /// [`Failure`] names the file or the argument, and the remedy.
    fn experiments(&self) -> Result<Vec<CheckedExperiment>, Failure> {
        let other = self.other.as_ref().map(|path| Input {
            experiment: Some(path.clone()),
            set: self.input.set.clone(),
        });
        let inputs = std::iter::once(&self.input).chain(&other);
        let Some(text) = &self.vary else {
            return match &other {
                None => self.input.experiments(),
                Some(_) => inputs.map(Input::experiment).collect(),
            };
        };
        let axis = Axis::parse(VARY, text)?;
        axis.check(text)?;
        let count = axis.len() * inputs.clone().count() as u64;
        if count > MOST_TOGETHER as u64 {
            return Err(Failure::Argument(format!(
                "{VARY} {}: these are {count} experiments, and at most {MOST_TOGETHER} are written together; `bptt-scope sweep` takes as many as you like",
                shown_argument(text)
            )));
        }
        let mut experiments = Vec::new();
        for input in inputs {
            for index in 0..axis.len() {
                experiments.push(input.changed(|experiment| {
                    axis.put(experiment, index).map_err(Failure::Argument)
                })?);
            }
        }
        Ok(experiments)
    }

    /// The names of the files of two experiments, by which they are called where they differ in much.
    fn files(&self) -> Vec<Option<String>> {
        if self.vary.is_some() || self.other.is_none() {
            return Vec::new();
        }
        let name = |path: &PathBuf| {
            let stem = path.file_stem()?;
            Some(shown_path(Path::new(stem)))
        };
        [&self.input.experiment, &self.other]
            .map(|path| path.as_ref().and_then(name))
            .into()
    }
}

impl TraceArguments {
    /// The view that is written in `format`, if it is one.
    fn view_for(&self, format: Format) -> Option<View> {
        match format {
            Format::Html => Some(View::TEXT),
            _ => self.view,
        }
    }

    /// How the trace of `experiment`, alone or as one of several, is written, if everything that is asked for goes together.
    ///
    /// # Errors
    /// [`Failure`] names what does not, and the remedy.
    pub fn format_for(
        &self,
        experiment: &Experiment,
        is_of_several: bool,
    ) -> Result<Format, Failure> {
        let format = format(self)?;
        check_combination(self, format, experiment, is_of_several)?;
        Ok(format)
    }
}

/// How it is written: as was said, or as the name of the file ends.
fn format(arguments: &TraceArguments) -> Result<Format, Failure> {
    let path = file(arguments.out.as_deref());
    let extension = path.and_then(|path| path.extension());
    let (Some(path), Some(extension), None) = (path, extension, arguments.format) else {
        return Ok(arguments.format.unwrap_or(Format::Text));
    };
    match extension.to_string_lossy().to_lowercase().as_str() {
        "txt" | "text" => Ok(Format::Text),
        "json" => Ok(Format::Json),
        "csv" => Ok(Format::Csv),
        "svg" => Ok(Format::Svg),
        "png" => Ok(Format::Png),
        "html" => Ok(Format::Html),
        _ => Err(Failure::Argument(format!(
            "--out {}: the name says no format; end it with .txt, .json, .csv, .svg, .png or .html, or choose one with --format",
            shown_path(path)
        ))),
    }
}

/// What is to be written; `None` for the table.
fn artefact(format: Format, view: Option<View>) -> Option<Artefact> {
    match (format, view) {
        (Format::Text, _) => None,
        (Format::Json, _) => Some(Artefact::TraceJson),
        (Format::Csv, None) => Some(Artefact::TraceCsv),
        (Format::Csv, Some(view)) => Some(Artefact::Data(view)),
        (Format::Svg, view) => Some(Artefact::Svg(view)),
        (Format::Png, view) => Some(Artefact::Png(view)),
        (Format::Html, _) => Some(Artefact::TextPage),
    }
}

/// Says what does not go together.
fn check_combination(
    arguments: &TraceArguments,
    format: Format,
    experiment: &Experiment,
    is_of_several: bool,
) -> Result<(), Failure> {
    let wrong = |what: String| Err(Failure::Argument(what));
    if arguments.batch.is_some() && arguments.steps == 0 {
        return wrong(
            "--batch writes the batch that the last step was made with: make one with --steps 1"
                .to_owned(),
        );
    }
    if is_of_several && arguments.batch.is_some() {
        return wrong("--batch is of one experiment: leave out the other one".to_owned());
    }
    if is_of_several && format == Format::Html {
        return wrong("html is of one experiment: choose svg, png or csv".to_owned());
    }
    if format == Format::Html && arguments.view.is_some_and(|view| view != View::TEXT) {
        return wrong("html is of the view text alone: choose svg, png or csv".to_owned());
    }
    let view = arguments.view_for(format);
    let is_figure = matches!(format, Format::Svg | Format::Png | Format::Html);
    if view.is_some() && !is_figure && format != Format::Csv {
        return wrong("--view goes with --format svg, png or csv".to_owned());
    }
    arguments.look.check(Looked {
        view,
        format,
        steps: arguments.steps,
        experiment,
    })?;
    if let Some(reason) = view.and_then(|view| view.refusal(experiment)) {
        return wrong(reason.to_string());
    }
    let to_terminal = file(arguments.out.as_deref()).is_none() && io::stdout().is_terminal();
    if format == Format::Png && to_terminal {
        return wrong(
            "a png is no text for a terminal: write it with --out FILE, or into a pipe".to_owned(),
        );
    }
    Ok(())
}
