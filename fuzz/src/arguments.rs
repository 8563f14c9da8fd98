//! The readers of the command line, and of the file that a sweep goes on with. A zero byte, which no argument can
//! hold, stands between two of them.

use std::cell::RefCell;
use std::ffi::OsString;
use std::fs;

use bptt_scope::cli::{self, Failure, Grid, Mode, Shard};
use bptt_scope::rnn::vectorised::Arithmetic;
use bptt_scope::training::{CheckedExperiment, Experiment};
use tempfile::TempDir;

use super::bounds::{assert_showable, assert_visible, within_bounds, within_bounds_for};
use super::carriers::assert_survives;

/// Lines of what is said of a command line that makes no sense: the usage is a part of it.
const LINES: usize = 40;

/// Bytes of a file that a sweep goes on with.
const LARGEST: usize = 1_000_000;

/// How much longer than a file an axis may take: of its ten million values each is looked at.
const AXIS: u32 = 10;

/// Points of a grid that are more than a few.
const MANY: u64 = 100_000;

/// `--set`, once or several times.
pub fn set(data: &[u8]) {
    let words = words(&["experiment"], "--set=", data);
    let Some(Mode::Experiment(arguments)) = within_bounds(|| mode(&words)) else {
        return;
    };
    if let Some(experiment) = answered(|| arguments.input.experiment()) {
        assert_survives(&experiment);
    }
}

/// `--axis`, once or several times.
pub fn axis(data: &[u8]) {
    let words = words(&["sweep"], "--axis=", data);
    let Some(Mode::Sweep(arguments)) = within_bounds(|| mode(&words)) else {
        return;
    };
    if let Some(grid) = answered_for(AXIS, || arguments.grid()) {
        assert_has_points(&grid);
    }
}

/// A whole command line, as far as it can be looked at without beginning to work.
pub fn command_line(data: &[u8]) {
    let words = words(&[], "", data);
    match within_bounds(|| mode(&words)) {
        // No file of this machine is opened.
        Some(Mode::Trace(arguments)) if arguments.input.experiment.is_none() => {
            let experiment = answered(|| arguments.input.experiment());
            if let Some(experiment) = experiment {
                answered(|| arguments.format_for(&experiment, false));
            }
        }
        Some(Mode::Sweep(arguments)) if arguments.input.experiment.is_none() => {
            let grid = answered_for(AXIS, || arguments.grid());
            let shard = answered(|| arguments.shard());
            if let (Some(grid), Some(shard)) = (grid, shard) {
                let points = shard.range(grid.points());
                assert!(points.start <= points.end && points.end <= grid.points());
            }
        }
        _ => {}
    }
}

/// The file that a sweep goes on with. The first byte is the shard, and `$` stands for what tells this sweep from
/// others.
pub fn resume(data: &[u8]) {
    let Some((first, content)) = data.split_first() else {
        return;
    };
    let axes = [r#"probe.text=["good\nfilm", "a \"bad\"\r\nfilm", "so, so", "4"]"#];
    let grid = Grid::new(&CheckedExperiment::default(), &axes.map(str::to_owned), 0);
    let grid = grid.unwrap_or_else(|failure| panic!("{failure}"));
    let shard = Shard::parse(["1/1", "1/2", "2/2"][usize::from(first % 3)]);
    let shard = shard.unwrap_or_else(|failure| panic!("{failure}"));
    let fingerprint = grid.fingerprint(Arithmetic::current());
    let mut content: Vec<u8> = content
        .split(|byte| *byte == b'$')
        .collect::<Vec<_>>()
        .join(fingerprint.as_bytes());
    content.truncate(LARGEST);
    FOLDER.with_borrow(|folder| {
        let path = folder.path().join("grid.csv");
        fs::write(&path, &content).expect("a temporary file");
        let left = answered(|| cli::resume(&path, &grid, shard).map(|resumed| resumed.left));
        let after = fs::read(&path).expect("a temporary file");
        match left {
            // What was cut short is taken away, and nothing else.
            Some(left) => {
                assert!(content.starts_with(&after));
                let points = shard.range(grid.points());
                assert!(points.start <= left.start && left.end == points.end);
                let again = cli::resume(&path, &grid, shard).map(|resumed| resumed.left);
                assert_eq!(again.ok(), Some(left));
                assert_eq!(fs::read(&path).expect("a temporary file"), after);
            }
            None => assert_eq!(after, content),
        }
    });
}

thread_local! {
    static FOLDER: RefCell<TempDir> = RefCell::new(tempfile::tempdir().expect("a temporary folder"));
}

/// The name of the program, `begin`, and the arguments in `data`, each behind `option`.
fn words(begin: &[&str], option: &str, data: &[u8]) -> Vec<OsString> {
    let begin = std::iter::once(&"bptt-scope").chain(begin);
    let mut words: Vec<OsString> = begin.map(OsString::from).collect();
    words.extend(data.split(|byte| *byte == 0).map(|argument| {
        let mut word = OsString::from(option);
        word.push(os_string(argument));
        word
    }));
    words
}

#[cfg(unix)]
fn os_string(bytes: &[u8]) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec())
}

#[cfg(not(unix))]
fn os_string(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

/// The command that `words` say, if they say one.
fn mode(words: &[OsString]) -> Option<Mode> {
    match cli::parsed(words.iter().cloned()) {
        Ok(arguments) => arguments.command,
        Err(error) => {
            let told = error.render().to_string();
            if error.use_stderr() {
                assert_eq!(error.exit_code(), 2);
                assert!(told.lines().count() <= LINES, "{told}");
            }
            told.lines().for_each(assert_visible);
            None
        }
    }
}

/// What `ask` returns, unless it says what is wrong.
fn answered<T>(ask: impl Fn() -> Result<T, Failure>) -> Option<T> {
    answered_for(1, ask)
}

/// The same where it may take `times` as long.
fn answered_for<T>(times: u32, ask: impl Fn() -> Result<T, Failure>) -> Option<T> {
    match within_bounds_for(times, ask) {
        Ok(answer) => Some(answer),
        Err(failure) => {
            assert_showable(&failure.to_string());
            assert_eq!(failure.message(), Some(failure.to_string()));
            None
        }
    }
}

/// Asserts that every point of `grid`, or some if there are many, is an experiment that can be written.
fn assert_has_points(grid: &Grid) {
    let last = grid.points().checked_sub(1).expect("a point at least");
    for point in [0, last / 2, last] {
        let (experiment, written) =
            within_bounds(|| grid.point(point)).unwrap_or_else(|failure| panic!("{failure}"));
        assert_eq!(written.len(), grid.keys().count());
        assert!(Experiment::clone(&experiment).check().is_ok());
        assert_survives(&experiment);
    }
    // It is made of every value.
    if grid.points() <= MANY {
        within_bounds(|| grid.fingerprint(Arithmetic::current()));
    }
}
