//! Going on with a file that has some rows already.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use super::grid::{Grid, Shard};
use super::row::{columns, place};
use crate::cli::failure::Failure;
use crate::export::{WriteError, csv_error};
use crate::rnn::vectorised::Arithmetic;
use crate::training::shown_path;

/// Bytes of a row: one of the longest sentence is a tenth of this. What has none that ends so soon is no sweep, and
/// is not read into memory.
const LONGEST_ROW: u64 = 1_000_000;

/// An output file and what is left to do.
pub struct Resumed {
    /// Open at its end.
    pub file: File,
    /// The points that have no row yet.
    pub left: Range<u64>,
    /// Whether the names of the columns have yet to be written.
    pub needs_header: bool,
}

/// Whether what stands at `path` is a pipe or a device, which has no rows to go on with.
pub fn is_stream(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir())
}

/// Opens the file at `path` for the points of `shard`: a new one, or one that this sweep has begun. A row
/// that was cut short is taken away; whatever else is in the file is not touched.
///
/// # Errors
/// [`Failure`] if the file is of something else, or cannot be written.
pub fn resume(path: &Path, grid: &Grid, shard: Shard) -> Result<Resumed, Failure> {
    let failed = |source| WriteError {
        path: path.to_owned(),
        source,
    };
    let is_folder = std::fs::metadata(path).is_ok_and(|it| it.is_dir());
    if is_folder {
        return Err(failed(io::Error::other("this is a folder; name a file")).into());
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let mut file = options.open(path).map_err(failed)?;
    let points = shard.range(grid.points());
    lock(&file, path)?;
    let (length, rows) = match valid_part(&mut file, grid, shard).map_err(failed)? {
        Content::Ours { length, rows } => (length, rows),
        Content::Other(what) => return Err(Failure::Argument(what.message(path))),
    };
    file.set_len(length).map_err(failed)?;
    file.seek(SeekFrom::End(0)).map_err(failed)?;
    Ok(Resumed {
        file,
        left: points.start + rows..points.end,
        needs_header: shard.has_header() && length == 0,
    })
}

/// Keeps other sweeps out of `file` while it is open, where the system can do that.
fn lock(file: &File, path: &Path) -> Result<(), Failure> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(Failure::Argument(format!(
            "another sweep is writing the file {}; wait for it, or name another file",
            shown_path(path)
        ))),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// What a file holds.
enum Content {
    /// Rows of this sweep, and nothing else.
    Ours {
        /// How many bytes are whole lines of it.
        length: u64,
        /// How many rows these are.
        rows: u64,
    },
    /// Something that is not to be touched.
    Other(Other),
}

/// What is in a file that is not of this sweep.
enum Other {
    /// This sweep, with numbers that differ in their last digits.
    Arithmetic(Arithmetic),
    /// Another sweep, or this one by another version of the program.
    Sweep,
    /// Anything.
    Something,
}

impl Other {
    fn message(&self, path: &Path) -> String {
        let path = shown_path(path);
        match self {
            Self::Arithmetic(Arithmetic::Fma) => format!(
                "{path} was begun with fused multiply-add (its `sweep` ends with -fma), and this run has none: its numbers would differ in their last digits; go on where it was begun, or begin another file, on all machines with --no-fma"
            ),
            Self::Arithmetic(Arithmetic::NoFma) => format!(
                "{path} was begun without fused multiply-add (its `sweep` ends with -no-fma), and this run has it: its numbers would differ in their last digits; add --no-fma, or begin another file"
            ),
            Self::Sweep => format!(
                "{path} holds something else than this sweep: another experiment, other axes or --steps, or rows by another version of this program; name another file, or remove it"
            ),
            Self::Something => {
                format!(
                    "{path} holds something else than this sweep; name another file, or remove it"
                )
            }
        }
    }

    /// What a line is that this sweep with `fingerprint` and `names` of columns does not have there.
    fn of(record: &csv::ByteRecord, fingerprint: &str, names: &[&str]) -> Self {
        let cell = |place: usize| record.get(place).unwrap_or_default();
        let is_row = cell(0) == super::row::SWEEP_SCHEMA.as_bytes();
        let other = match Arithmetic::current() {
            Arithmetic::Fma => Arithmetic::NoFma,
            Arithmetic::NoFma => Arithmetic::Fma,
        };
        let digits = fingerprint.split('-').next().unwrap_or(fingerprint);
        if is_row && cell(1) == format!("{digits}-{}", other.name()).as_bytes() {
            return Self::Arithmetic(other);
        }
        // The names of the columns of this version or of an earlier one, which had fewer.
        let is_header = (0..2)
            .all(|place| Some(&cell(place)) == names.get(place).map(|it| it.as_bytes()).as_ref());
        if is_row || is_header {
            Self::Sweep
        } else {
            Self::Something
        }
    }
}

/// What is in `file`.
fn valid_part(file: &mut File, grid: &Grid, shard: Shard) -> io::Result<Content> {
    let points = shard.range(grid.points());
    let fingerprint = grid.fingerprint(Arithmetic::current());
    let names = columns(grid.keys());
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(LastByte::new(BufReader::new(&mut *file)));
    let (mut record, mut length, mut rows) = (csv::ByteRecord::new(), 0, 0);
    let mut header_due = shard.has_header();
    loop {
        let more = match reader.read_byte_record(&mut record) {
            Err(_) if reader.get_ref().is_beyond => {
                return Ok(Content::Other(Other::Something));
            }
            read => read.map_err(csv_error)?,
        };
        let end = reader.position().byte();
        let is_whole = record.len() >= names.len();
        if !more || reader.get_ref().is_cut_short(end, is_whole) {
            break;
        }
        let is_right = if header_due {
            record.iter().eq(names.iter().map(|name| name.as_bytes()))
        } else {
            let point = points.start + rows;
            point < points.end
                && record.len() == names.len()
                && place(&fingerprint, point)
                    .iter()
                    .zip(&record)
                    .all(|(a, b)| a.as_bytes() == b)
        };
        if !is_right {
            return Ok(Content::Other(Other::of(&record, &fingerprint, &names)));
        }
        rows += u64::from(!header_due);
        header_due = false;
        length = end;
        reader.get_mut().allowed = end + LONGEST_ROW;
    }
    let due = if header_due {
        Some(line(names.iter().map(|name| (*name).to_owned()))?)
    } else {
        begin_of_row(grid, &fingerprint, points.start + rows, points.end)?
    };
    let is_ours = goes_on_with(file, length, due.as_deref().unwrap_or_default())?;
    Ok(if is_ours {
        Content::Ours { length, rows }
    } else {
        Content::Other(Other::of(&record, &fingerprint, &names))
    })
}

/// What stands in front of the results in the row of `point`; `None` if there is no such row before `end`.
fn begin_of_row(
    grid: &Grid,
    fingerprint: &str,
    point: u64,
    end: u64,
) -> io::Result<Option<Vec<u8>>> {
    if point >= end {
        return Ok(None);
    }
    let (_, values) = grid.point(point).map_err(io::Error::other)?;
    let cells = place(fingerprint, point).into_iter().chain(values);
    let mut line = line(cells)?;
    // More follows.
    line.pop();
    line.push(b',');
    Ok(Some(line))
}

/// `cells` as a line of CSV.
fn line(cells: impl Iterator<Item = String>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut writer = csv::Writer::from_writer(&mut bytes);
    writer
        .write_record(cells.collect::<Vec<_>>())
        .map_err(csv_error)?;
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

/// Whether what `file` holds from `place` on is the beginning of `due` or begins like it. Anything else is
/// somebody else's, and is not to be taken away.
fn goes_on_with(file: &mut File, place: u64, due: &[u8]) -> io::Result<bool> {
    file.seek(SeekFrom::Start(place))?;
    let mut found = Vec::new();
    // A byte more, so that a rest is seen where none is due.
    file.take(due.len() as u64 + 1).read_to_end(&mut found)?;
    Ok(due.starts_with(&found) || !due.is_empty() && found.starts_with(due))
}

/// Passes on what it reads, and knows where it ended and whether with a line end.
struct LastByte<R> {
    inner: R,
    read: u64,
    last: Option<u8>,
    ended: bool,
    /// How far it may read.
    allowed: u64,
    /// Whether there was more.
    is_beyond: bool,
}

impl<R> LastByte<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            read: 0,
            last: None,
            ended: false,
            allowed: LONGEST_ROW,
            is_beyond: false,
        }
    }

    /// Whether a record that ends at `end` is the last one and has no line end; or one that is in the middle
    /// of a quoted cell, so that the record is not `whole`.
    fn is_cut_short(&self, end: u64, whole: bool) -> bool {
        self.ended && end == self.read && (self.last != Some(b'\n') || !whole)
    }
}

impl<R: Read> Read for LastByte<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read > self.allowed {
            self.is_beyond = true;
            return Err(io::Error::other("a row without end"));
        }
        let count = self.inner.read(buffer)?;
        self.read += count as u64;
        match buffer[..count].last() {
            Some(byte) => self.last = Some(*byte),
            None => self.ended = true,
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::sweep::Rows;
    use crate::rnn::Interrupt;
    use crate::training::CheckedExperiment;

    /// A grid whose cells have to be quoted, and all its rows.
    fn swept() -> (Grid, Vec<u8>) {
        let axis = r#"probe.text=["good\nfilm", "a \"bad\"\r\nfilm", "so, so"]"#;
        let grid = Grid::new(&CheckedExperiment::default(), &[axis.to_owned()], 0).unwrap();
        let mut rows = Rows::all(&grid, Shard::WHOLE);
        rows.has_bar = false;
        let mut whole = Vec::new();
        rows.write(&mut whole, 1, &Interrupt::default(), "")
            .unwrap();
        (grid, whole)
    }

    #[test]
    fn a_file_is_gone_on_with_wherever_it_was_cut() {
        let (grid, whole) = swept();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("grid.csv");
        for cut in 0..=whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let resumed = resume(&path, &grid, Shard::WHOLE)
                .unwrap_or_else(|failure| panic!("cut at {cut}: {failure}"));
            let mut rows = Rows::left(&grid, Shard::WHOLE, &resumed);
            rows.has_bar = false;
            rows.write(resumed.file, 1, &Interrupt::default(), "")
                .unwrap();
            assert!(std::fs::read(&path).unwrap() == whole, "cut at {cut}");
        }
    }

    #[test]
    fn what_somebody_else_has_added_is_not_taken_away() {
        let (grid, whole) = swept();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("grid.csv");
        let two = whole
            .windows(3)
            .position(|bytes| bytes == b",3,")
            .map(|place| whole[..place].iter().rposition(|byte| *byte == b'\n'));
        let two = two.flatten().unwrap() + 1;
        for (length, added) in [
            (whole.len(), "my own notes"),
            (whole.len(), "my own notes\n"),
            (whole.len(), "\n"),
            (whole.len(), "bptt-scope.sweep/1,"),
            (two, "my own notes"),
            (two, "my,own\n"),
            (two, "bptt-scope.sweep/1,0123456789abcdef,3,"),
        ] {
            let content = [&whole[..length], added.as_bytes()].concat();
            std::fs::write(&path, &content).unwrap();
            let failure = resume(&path, &grid, Shard::WHOLE).map(drop).unwrap_err();
            assert!(
                failure
                    .to_string()
                    .contains("holds something else than this sweep"),
                "{added:?}: {failure}"
            );
            assert!(std::fs::read(&path).unwrap() == content, "{added:?}");
        }
    }

    #[test]
    fn two_sweeps_do_not_write_the_same_file() {
        let (grid, _) = swept();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("grid.csv");
        let first = resume(&path, &grid, Shard::WHOLE).unwrap();
        let second = resume(&path, &grid, Shard::WHOLE).map(drop).unwrap_err();
        assert!(
            second
                .to_string()
                .starts_with("another sweep is writing the file ")
        );
        drop(first);
        assert!(resume(&path, &grid, Shard::WHOLE).is_ok());
    }
}
