//! `sweep`: a grid of experiments on all cores, one row of CSV for each.
//!
#![doc = include_str!("../../../docs/src/sweep.md")]

mod grid;
mod resume;
mod row;
mod workers;

pub use grid::{Grid, Shard};
pub use resume::{Resumed, resume};

use std::io::{self, BufWriter, IsTerminal, Write};
use std::ops::Range;
use std::time::{Duration, Instant};

use super::arguments::SweepArguments;
use super::failure::{DONE, Failure};
use super::interruption::interruption;
use super::output::file;
use super::progress;
use super::threads::cores;
use crate::export::{Patience, Patient, WriteError, csv_error};
use crate::rnn::Interrupt;
use crate::rnn::vectorised::Arithmetic;
use crate::training::shown_argument;

/// How often rows that are done go to the file, so that a crash loses no more.
const FLUSH_INTERVAL: Duration = Duration::from_millis(200);

impl SweepArguments {
    /// The grid of the axes around the experiment.
    ///
    /// # Errors
    /// [`Failure`] names the file or the argument, and the remedy.
    pub fn grid(&self) -> Result<Grid, Failure> {
        let begin = self.input.experiment()?;
        let grid = Grid::new(&begin, &self.axes, self.steps)?;
        for set in &self.input.set {
            let key = set.split('=').next().unwrap_or_default().trim();
            if grid.keys().any(|axis| axis == key) {
                return Err(Failure::Argument(format!(
                    "--set {}: {key} is an axis already; leave one of the two out",
                    shown_argument(set)
                )));
            }
        }
        Ok(grid)
    }

    /// Which part of the grid is wanted: all of it, if none is named.
    ///
    /// # Errors
    /// [`Failure`] quotes the argument and says how to write it.
    pub fn shard(&self) -> Result<Shard, Failure> {
        self.shard.as_deref().map_or(Ok(Shard::WHOLE), Shard::parse)
    }
}

/// Carries out `arguments`.
///
/// # Errors
/// [`Failure`] says what is wrong with the arguments or the output, or that it was interrupted.
pub fn run(arguments: &SweepArguments) -> Result<u8, Failure> {
    let swept = sweep(arguments);
    swept.map_err(Failure::or_interrupted).map(|()| DONE)
}

fn sweep(arguments: &SweepArguments) -> Result<(), Failure> {
    let grid = arguments.grid()?;
    let shard = arguments.shard()?;
    let jobs = match arguments.jobs {
        Some(jobs) => usize::from(jobs),
        None => cores(),
    };
    let interrupt = interruption();
    let patience = Patience::Until(&interrupt);
    let Some(path) = file(arguments.out.as_deref()) else {
        let mut rows = Rows::all(&grid, shard);
        // Rows and a bar would be mixed up.
        rows.has_bar = !io::stdout().is_terminal();
        let out = Patient::standard_output(patience)?;
        return rows.write(out, jobs, &interrupt, "");
    };
    let cannot_write = |source| {
        Failure::from(WriteError {
            path: path.to_owned(),
            source,
        })
    };
    let written = if resume::is_stream(path) {
        let out = Patient::open(path, patience).map_err(cannot_write);
        out.and_then(|out| Rows::all(&grid, shard).write(out, jobs, &interrupt, ""))
    } else {
        let resumed = resume::resume(path, &grid, shard)?;
        let again = "; the same command goes on from there";
        let (rows, out) = (Rows::left(&grid, shard, &resumed), resumed.file);
        rows.write(out, jobs, &interrupt, again)
    };
    written.map_err(|failure| match failure {
        Failure::Output(source) => cannot_write(source),
        other => other,
    })
}

/// Rows that are left to write.
struct Rows<'a> {
    grid: &'a Grid,
    /// All points of the shard.
    points: Range<u64>,
    /// Those that have no row yet.
    left: Range<u64>,
    needs_header: bool,
    has_bar: bool,
}

impl<'a> Rows<'a> {
    /// Every row of `shard`.
    fn all(grid: &'a Grid, shard: Shard) -> Self {
        let points = shard.range(grid.points());
        Self {
            grid,
            left: points.clone(),
            points,
            needs_header: shard.has_header(),
            has_bar: true,
        }
    }

    /// Those rows of `shard` that a file does not have.
    fn left(grid: &'a Grid, shard: Shard, resumed: &resume::Resumed) -> Self {
        Self {
            left: resumed.left.clone(),
            needs_header: resumed.needs_header,
            ..Self::all(grid, shard)
        }
    }

    /// Computes the rows with `jobs` threads and writes them to `out` in their order. `again` says what can
    /// be done after an interruption.
    fn write(
        self,
        out: impl Write,
        jobs: usize,
        interrupt: &Interrupt,
        again: &str,
    ) -> Result<(), Failure> {
        let mut writer = csv::Writer::from_writer(BufWriter::new(out));
        if self.needs_header {
            let names = row::columns(self.grid.keys());
            writer.write_record(names).map_err(csv_error)?;
            writer.flush()?;
        }
        let total = self.left.end - self.left.start;
        let mut bar = self
            .has_bar
            .then(|| progress::Counted::new(total, "points"));
        let fingerprint = self.grid.fingerprint(Arithmetic::current());
        let mut flushed = Instant::now();
        let before = self.left.start - self.points.start;
        let mut written = 0;
        let make = |point: u64| match self.grid.point(point) {
            Err(problem) => Ok(Err(problem.to_string())),
            Ok((experiment, values)) => {
                let mut cells = row::place(&fingerprint, point).to_vec();
                cells.extend(values);
                cells.extend(row::results(experiment, self.grid.steps, interrupt)?);
                Ok(Ok(cells))
            }
        };
        let take = |cells: Option<Result<Vec<String>, String>>| -> io::Result<()> {
            if let Some(cells) = cells {
                let cells = cells.map_err(io::Error::other)?;
                writer.write_record(cells).map_err(csv_error)?;
                written += 1;
            }
            if let Some(bar) = &mut bar {
                bar.set(written);
            }
            if flushed.elapsed() >= FLUSH_INTERVAL {
                writer.flush()?;
                flushed = Instant::now();
            }
            Ok(())
        };
        let done = workers::in_order(self.left, jobs, FLUSH_INTERVAL, interrupt, make, take);
        if let Some(bar) = bar {
            bar.finish();
        }
        // Whole rows, also after an interruption.
        let done = done.and(writer.flush());
        match done.map_err(|error| Failure::from(error).or_interrupted()) {
            Err(Failure::Interrupted(_)) => {}
            Err(failure) => return Err(failure),
            Ok(()) if interrupt.check().is_ok() => return Ok(()),
            Ok(()) => {}
        }
        Err(Failure::Interrupted(format!(
            " after {} of {} points{again}",
            before + written,
            self.points.end - self.points.start
        )))
    }
}
