//! What can be written on the command line: the one definition that parsing, `--help`, the completions of
//! shells and the manual page come from.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueHint};

use super::format::Format;
use super::looking::LookArguments;
use crate::scene::View;
use crate::training::{Alarm, shown_argument};

/// An oscilloscope for the gradient inside a recurrent network: watch backpropagation through time vanish,
/// explode or arrive, timestep by timestep
///
/// Without a command the window opens.
#[derive(Debug, Parser)]
#[command(
    name = "bptt-scope",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  bptt-scope                                   the window, as it was left
  bptt-scope experiment.toml                   the window, with an experiment
  bptt-scope trace --set network.w_h=1.5       the gradient of every timestep, as a table
  bptt-scope sweep --axis network.w_h=0.5:2:16 what reaches the first word, over w_h
  bptt-scope help trace                        all about one command

Exit status: 0 done, 1 the check failed or the run diverged, 2 bad arguments or input,
130 interrupted."
)]
pub struct Arguments {
    /// Experiment to open: its own file, or a figure or trace that carries one; or a lesson (.md)
    #[arg(value_hint = ValueHint::FilePath)]
    pub experiment: Option<PathBuf>,
    /// Compute as a processor without fused multiply-add does, up to several times slower, so that machines with
    /// and without it write the same bytes
    #[arg(long, global = true)]
    pub no_fma: bool,
    /// What to do instead of opening the window.
    #[command(subcommand)]
    pub command: Option<Mode>,
}

/// What `words` say, the name of the program first.
///
/// # Errors
/// What the parser says. It repeats arguments as they are, and so it is asked again about arguments that can be
/// shown where these cannot.
pub fn parsed(words: impl IntoIterator<Item = OsString>) -> Result<Arguments, clap::Error> {
    let words: Vec<OsString> = words.into_iter().collect();
    Arguments::try_parse_from(&words).map_err(|error| {
        if !error.use_stderr() {
            return error;
        }
        let shown = words
            .iter()
            .map(|word| shown_argument(&word.to_string_lossy()));
        match Arguments::try_parse_from(shown) {
            Err(shown) if shown.use_stderr() => shown,
            // Cut and written out they mean something: what is wrong with them cannot be repeated.
            _ => Arguments::command().error(
                error.kind(),
                "an argument is wrong; `bptt-scope help` says what there is",
            ),
        }
    })
}

/// What to do instead of opening the window.
#[derive(Debug, Subcommand)]
pub enum Mode {
    /// Train some steps and write the gradient of every timestep
    #[command(after_help = "Examples:
  bptt-scope trace
  bptt-scope trace --steps 100 --set network.w_h=1.5 --set network.activation=relu
  bptt-scope trace experiment.toml --format json --out trace.json
  bptt-scope trace --set probe.text=\"not a bad film\" --format svg > figure.svg
  bptt-scope trace --view phase-map --over w_i --out map.png
  bptt-scope trace --steps 500 --last-batch --out bands.svg
  bptt-scope trace --steps 1 --batch batch.json --format json --out after.json
  bptt-scope trace experiment.toml exercise.toml --out both.svg    two experiments beside each other
  bptt-scope trace --vary network.cell=elman,lstm,gru --out three.svg
  bptt-scope trace --set network.hidden=8 --view product --measure norm --format csv
  bptt-scope trace --view terms --format csv | head
  bptt-scope trace runs/a/step-000001200.safetensors               a record of a training elsewhere
  bptt-scope trace runs/a --format csv --precision                 a row for each of its records
  bptt-scope trace runs --prometheus scope.prom                    its newest as metrics; --follow goes on")]
    Trace(TraceArguments),
    /// Run a grid of experiments on all cores, one row of CSV for each
    #[command(after_help = "Examples:
  bptt-scope sweep --axis network.w_h=0.5:2:16
  bptt-scope sweep --axis network.w_h=0.5:2:16 --axis network.activation=tanh,relu,sigmoid --out grid.csv
  bptt-scope sweep --axis training.learning_rate=1e-4:1:9:log --steps 1000 --out rates.csv
  bptt-scope sweep experiment.toml --axis seed=1:100:100 --shard 3/8 --out part-3.csv

Ctrl-C leaves the rows that are done; the same command goes on from there. The shards of a
sweep, concatenated in their order, are the file that one run would have written, if all of
them come from machines with fused multiply-add (nearly all; the column `sweep` ends with
-fma) or all from machines without. --no-fma makes them alike.

In a Slurm array: --shard $((SLURM_ARRAY_TASK_ID + 1))/$SLURM_ARRAY_TASK_COUNT")]
    Sweep(SweepArguments),
    /// Compare backpropagation through time with central differences, over every parameter
    #[command(after_help = "Examples:
  bptt-scope check
  bptt-scope check experiment.toml --steps 100 --set network.hidden=8
  bptt-scope check exercise.toml --against mine.json    your own gradient: what is wrong with it, and what to write")]
    Check(CheckArguments),
    /// List the recurrent modules of a model: .safetensors, .pt, .npz, Keras's .h5
    #[command(after_help = "Examples:
  bptt-scope inspect model.safetensors
  bptt-scope inspect checkpoint.pt --tensors
  bptt-scope trace model.safetensors                               its gradient flow over noise
  bptt-scope trace model.npz --set network.module=enc --set task.length=20")]
    Inspect(InspectArguments),
    /// Write an experiment as a file: the usual one, with what is changed
    #[command(after_help = "Examples:
  bptt-scope experiment > experiment.toml
  bptt-scope experiment --set task.kind=latch --set task.length=50 --out latch.toml
  bptt-scope experiment figure.svg             the experiment that a figure was made of
  bptt-scope experiment --keys                 every key, what it takes and what it means
  bptt-scope experiment --vocabulary           every word in the order of its column of W_i")]
    Experiment(ExperimentArguments),
    /// Open the window on a training elsewhere, and follow the records that it writes into a folder
    #[command(after_help = "Examples:
  bptt-scope watch runs/a
  bptt-scope watch runs/a --below 1e-6 --above 1e3     an alarm when less or more than that arrives
  bptt-scope watch runs/a --below 1e-3 --at 20         at timestep 20, counted from 1

`bptt-scope trace runs/a --follow` does it without a window.")]
    Watch(WatchArguments),
    /// Write the Python file that records a training elsewhere, in PyTorch, for this program to look into
    #[command(after_help = "Example:
  bptt-scope recorder > bptt_scope.py

and in your training:
  from bptt_scope import record
  with record(model.lstm, \"runs/a\", every=100):
      train()

Then `bptt-scope trace runs/a` says what became of the gradient, a row for each record, and
`bptt-scope runs/a/step-000001200.safetensors` shows one of them.")]
    Recorder,
    /// Write the completions of a shell
    #[command(after_help = "Examples:
  bptt-scope completions bash > ~/.local/share/bash-completion/completions/bptt-scope
  bptt-scope completions fish > ~/.config/fish/completions/bptt-scope.fish")]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Write the manual page
    #[command(after_help = "Example:
  bptt-scope man > bptt-scope.1 && man ./bptt-scope.1")]
    Man,
}

/// Which experiment.
#[derive(Args, Debug)]
pub struct Input {
    /// Experiment to begin with: its own file, a figure or trace that carries one, a model, a record of a training
    /// elsewhere, or - for standard input [default: ten words through one tanh unit]
    #[arg(value_hint = ValueHint::FilePath)]
    pub experiment: Option<PathBuf>,
    /// Change one key of it, such as network.w_h=1.5; `bptt-scope experiment --keys` lists them
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

/// Of `trace`.
#[derive(Args, Debug)]
pub struct TraceArguments {
    /// Which experiment.
    #[command(flatten)]
    pub input: Input,
    /// Another experiment beside it: both are written, under names of what differs
    #[arg(value_name = "OTHER", value_hint = ValueHint::FilePath)]
    pub other: Option<PathBuf>,
    /// The same experiment with several values of one key beside each other, up to six: A,B,C, FROM:TO:COUNT
    /// or FROM:TO:COUNT:log
    #[arg(long, value_name = "KEY=VALUES")]
    pub vary: Option<String>,
    /// Training steps before the gradient is shown
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub steps: u64,
    /// How it is written [default: as the name in --out ends, otherwise text]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// One view instead of the three bands (svg, png), or the data behind it (csv)
    #[arg(long, value_parser = views())]
    pub view: Option<View>,
    /// What of it figures and views look at.
    #[command(flatten)]
    pub look: LookArguments,
    /// Write the batch that the last step was made with, too: inputs, targets and read-outs as JSON (schema
    /// bptt-scope.batch/1)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub batch: Option<PathBuf>,
    /// Where to write, instead of standard output; a file that is there is replaced
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Of a folder of records: go on with those that are still to come, until Ctrl-C
    #[arg(long)]
    pub follow: bool,
    /// Of a folder of records: write the newest of each run as metrics, too, in Prometheus's text format
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub prometheus: Option<PathBuf>,
    /// Of a folder of records: compute each in the training's own format, too, and say from which timestep on that has
    /// lost the gradient
    #[arg(long)]
    pub precision: bool,
}

/// The views by their names.
fn views() -> impl TypedValueParser<Value = View> {
    let names = PossibleValuesParser::new(View::ALL.map(View::slug));
    names.try_map(|name| View::from_slug(&name).ok_or("there is no such view"))
}

/// Of `sweep`.
#[derive(Args, Debug)]
pub struct SweepArguments {
    /// Which experiment.
    #[command(flatten)]
    pub input: Input,
    /// Values of one key: FROM:TO:COUNT evenly spaced, FROM:TO:COUNT:log by equal factors, a list A,B,C,
    /// or ["texts, with commas", "and others"]. Several axes make a grid, of which the last varies fastest
    #[arg(long = "axis", value_name = "KEY=VALUES", required = true)]
    pub axes: Vec<String>,
    /// Training steps at each point
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub steps: u64,
    /// Only the I-th of N parts
    #[arg(long, value_name = "I/N")]
    pub shard: Option<String>,
    /// How many points at a time [default: the number of cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Where to write, instead of standard output. If the file is there already, the sweep goes on where
    /// it ended
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// Of `check`.
#[derive(Args, Debug)]
pub struct CheckArguments {
    /// Which experiment.
    #[command(flatten)]
    pub input: Input,
    /// Training steps before the gradients are compared
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub steps: u64,
    /// A gradient of your own, of the sequence that is shown, instead of central differences: tensors by their names
    /// (w_h, dWhh, weight_hh_l0, dl_do, …) in JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub against: Option<PathBuf>,
}

/// Of `inspect`.
#[derive(Args, Debug)]
pub struct InspectArguments {
    /// The model
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// List every tensor, too
    #[arg(long)]
    pub tensors: bool,
}

/// Of `watch`.
#[derive(Args, Debug)]
pub struct WatchArguments {
    /// The folder; that of several runs or ranks begins with the first
    #[arg(value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// Tell when less than this share of the last timestep's gradient arrives
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub below: Option<f64>,
    /// Tell when more than this share arrives
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub above: Option<f64>,
    /// At which timestep, counted from 1
    #[arg(long, value_name = "T", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub at: u32,
}

impl WatchArguments {
    /// When to tell.
    pub fn alarm(&self) -> Alarm {
        Alarm {
            at: self.at as usize,
            below: self.below,
            above: self.above,
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    let number = text.parse().ok();
    let number = number.filter(|number: &f64| *number > 0.0 && number.is_finite());
    number.ok_or_else(|| "it takes a number above 0, such as 1e-6".to_owned())
}

/// Of `experiment`.
#[derive(Args, Debug)]
pub struct ExperimentArguments {
    /// Which experiment.
    #[command(flatten)]
    pub input: Input,
    /// List every key instead, with what it takes, its value and what it means
    #[arg(long)]
    pub keys: bool,
    /// List the words that it reads instead, a line each: the index, from 0, a tab and the word. The word of index k has
    /// the column k + 1 of W_i
    #[arg(long, conflicts_with = "keys")]
    pub vocabulary: bool,
    /// Where to write, instead of standard output; a file that is there is replaced
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// The completions of `shell`.
pub fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut command = Arguments::command();
    clap_complete::generate(shell, &mut command, "bptt-scope", &mut bytes);
    bytes
}

/// The manual page, with a section for each command.
///
/// # Errors
/// None happens: memory takes everything.
pub fn manual() -> std::io::Result<Vec<u8>> {
    let mut command = Arguments::command();
    command.build();
    let mut bytes = Vec::new();
    let man = clap_mangen::Man::new(command.clone());
    man.render_title(&mut bytes)?;
    man.render_name_section(&mut bytes)?;
    man.render_synopsis_section(&mut bytes)?;
    man.render_description_section(&mut bytes)?;
    man.render_options_section(&mut bytes)?;
    man.render_extra_section(&mut bytes)?;
    for command in command
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
    {
        let man = clap_mangen::Man::new(command.clone());
        let title = format!(".SH \"COMMAND: {}\"\n", command.get_name().to_uppercase());
        bytes.extend(title.as_bytes());
        man.render_description_section(&mut bytes)?;
        man.render_synopsis_section(&mut bytes)?;
        man.render_options_section(&mut bytes)?;
        man.render_extra_section(&mut bytes)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Arguments::command().debug_assert();
    }

    /// The text of an error of clap, which is more than a line.
    fn told(words: &[&str]) -> String {
        let words = std::iter::once("bptt-scope").chain(words.iter().copied());
        let error = parsed(words.map(OsString::from)).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        error.render().to_string()
    }

    #[test]
    fn what_the_parser_repeats_is_written_out_and_cut() {
        let strange = "\u{1b}[2J\n\u{202e}x";
        for words in [
            &["trace", "--steps", strange][..],
            &["trace", "--format", strange],
            &["trace", "--view", strange],
            &["sweep", "--axis", "seed=1", "--jobs", strange],
            &["trace", "--steps", "1", "--steps", strange],
            &["trace", &format!("--{strange}")],
            &["trace", "a", "b", strange],
            &["trace", "a", "b", &"c".repeat(1_000_000)],
            &["help", strange],
        ] {
            let told = told(words);
            assert!(told.chars().count() < 1_000, "{told}");
            assert!(!told.contains(['\u{1b}', '\u{202e}']), "{told:?}");
            assert!(told.lines().all(|line| !line.contains(char::is_control)));
        }
        assert!(told(&["trace", "--steps", strange]).contains("\\u{1b}[2J\\n\\u{202e}x"));
        assert!(told(&["trace", "--steps", "many"]).contains("invalid value 'many'"));
    }

    #[test]
    fn the_manual_and_the_completions_know_every_command() {
        let manual = String::from_utf8(manual().unwrap()).unwrap();
        let bash = String::from_utf8(completions(clap_complete::Shell::Bash)).unwrap();
        for word in [
            "trace",
            "sweep",
            "check",
            "inspect",
            "experiment",
            "recorder",
            "watch",
            "completions",
        ] {
            assert!(
                manual.contains(&word.to_uppercase()) && bash.contains(word),
                "{word}"
            );
        }
        assert!(manual.contains("\\-\\-shard") && bash.contains("--shard"));
        for word in [
            "phase-map",
            "from-first",
            "gradient",
            "w_i",
            "--last-batch",
            "--batch",
            "--over",
            "--unit",
            "--layer",
        ] {
            let in_manual = word.replace('-', "\\-");
            assert!(bash.contains(word) && manual.contains(&in_manual), "{word}");
        }
    }
}
