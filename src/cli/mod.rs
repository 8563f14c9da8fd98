//! Floor 5: the same instrument without a window.
//!
//! **Architecture invariant.** The command line is the window's twin: it makes the same
//! [`crate::training::Trainer`] and writes the same [`crate::training::Snapshot`] through
//! [`crate::export`]. Results go to standard output or a file, words to standard error; it opens no window
//! and asks nothing.

mod arguments;
mod axis;
mod check;
mod experiment;
mod failure;
mod format;
mod input;
mod inspect;
mod interruption;
mod looking;
mod output;
mod progress;
mod recorder;
mod run;
mod signals;
mod sweep;
mod threads;
mod trace;

use std::io::Write as _;
use std::path::Path;

pub use arguments::{Arguments, Mode, WatchArguments, parsed};
pub use failure::{DONE, FAILED, Failure, UNUSABLE};
pub use signals::when_asked_to_end;
pub use sweep::{Grid, Resumed, Shard, resume};
pub use threads::{are_to_be_had as are_threads_to_be_had, begin_threads};

use crate::export::{OpenError, Opened, Source, open_experiment, runs_in};
use crate::lessons::{Lesson, is_lesson_name};
use crate::rnn::Interrupt;
use crate::training::{nearest, shown_path};
use clap::CommandFactory;

/// Prints what there is to say of arguments that are no command: help, the version, or what is wrong. Returns the
/// exit status.
///
/// # Errors
/// [`Failure`] if help was asked for and cannot be written.
pub fn explain(error: &clap::Error) -> Result<u8, Failure> {
    let printed = error.print().and_then(|()| std::io::stdout().flush());
    match printed {
        Err(source) if !error.use_stderr() => Err(source.into()),
        // Where nobody can be told what is wrong, the status says that something is.
        _ => Ok(u8::try_from(error.exit_code()).unwrap_or(UNUSABLE)),
    }
}

/// Carries out a command and returns the exit status.
///
/// # Errors
/// [`Failure`] says what went wrong, and has the exit status.
pub fn run(mode: &Mode) -> Result<u8, Failure> {
    if matches!(mode, Mode::Trace(_) | Mode::Sweep(_) | Mode::Check(_)) {
        threads::share_work();
    }
    match mode {
        Mode::Trace(arguments) => trace::run(arguments),
        Mode::Sweep(arguments) => sweep::run(arguments),
        Mode::Check(arguments) => check::run(arguments),
        Mode::Inspect(arguments) => inspect::run(arguments),
        Mode::Experiment(arguments) => experiment::run(arguments),
        Mode::Recorder => recorder::run(),
        // A window is opened by whoever has one.
        Mode::Watch(_) => Ok(DONE),
        Mode::Completions { shell } => {
            let completions = arguments::completions(*shell);
            output::write_result(None, |out| out.write_all(&completions)).map(|()| DONE)
        }
        Mode::Man => {
            let manual = arguments::manual()?;
            output::write_result(None, |out| out.write_all(&manual)).map(|()| DONE)
        }
    }
}

/// The lesson in the file that the window is to open; `None` if it is not called as lessons are.
///
/// # Errors
/// [`Failure`] names the file, the line and the remedy.
pub fn lesson_for_window(path: &Path) -> Result<Option<Lesson>, Failure> {
    if !is_lesson_name(path) {
        return Ok(None);
    }
    let text = Source::File(path.to_owned()).text("lesson", &Interrupt::default())?;
    let lesson = Lesson::from_text(&text);
    Ok(Some(lesson.map_err(|error| {
        OpenError::Text(path.to_owned(), error)
    })?))
}

/// Whether the folder that the window is to watch can be looked into.
///
/// # Errors
/// [`Failure`] names the folder, and says why not.
pub fn check_watched(arguments: &WatchArguments) -> Result<(), Failure> {
    Ok(runs_in(&arguments.folder).map(|_| ())?)
}

/// The experiment in the file that the window is to open.
///
/// # Errors
/// [`Failure`] names the file and the remedy, also if the name is that of a command but for a slip.
pub fn experiment_for_window(path: &Path) -> Result<Opened, Failure> {
    if path.as_os_str() == "-" {
        return Err(Failure::Argument(
            "the window opens a file, not standard input; `bptt-scope trace -` reads that"
                .to_owned(),
        ));
    }
    let is_word = |word: &&str| !word.contains(['.', '/', '\\']) && !path.exists();
    let meant = path.to_str().filter(is_word).and_then(|word| {
        let command = Arguments::command();
        let names: Vec<_> = command
            .get_subcommands()
            .map(|it| it.get_name().to_owned())
            .collect();
        nearest(word, names.iter().map(String::as_str)).map(str::to_owned)
    });
    match meant {
        Some(command) => Err(Failure::Argument(format!(
            "there is no file {}; did you mean the command {command}?",
            shown_path(path)
        ))),
        None => Ok(open_experiment(path)?),
    }
}
