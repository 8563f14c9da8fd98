//! Going on with a file that has some rows already.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use super::grid::{Grid, Shard};
use super::row::{columns, place};
use crate::cli::failure::Failure;
use crate::export::WriteError;

/// An output file and what is left to do.
pub struct Resumed {
    /// Open at its end.
    pub file: File,
    /// The points that have no row yet.
    pub left: Range<u64>,
    /// Whether the names of the columns have yet to be written.
    pub needs_header: bool,
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
    let mut file = match options.open(path) {
        // A device can be written, and has no rows.
        Err(_) if std::fs::metadata(path).is_ok_and(|it| !it.is_file()) => {
            OpenOptions::new().write(true).open(path).map_err(failed)?
        }
        opened => opened.map_err(failed)?,
    };
    let points = shard.range(grid.len());
    let is_file = file.metadata().is_ok_and(|it| it.is_file());
    let (length, rows) = if is_file {
        valid_part(&mut file, grid, shard)
            .map_err(failed)?
            .ok_or_else(|| {
                Failure::Argument(format!(
                    "{} holds something else than this sweep; name another file, or remove it",
                    path.display()
                ))
            })?
    } else {
        (0, 0)
    };
    if is_file {
        file.set_len(length).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
    }
    Ok(Resumed {
        file,
        left: points.start + rows..points.end,
        needs_header: shard.has_header() && length == 0,
    })
}

/// How many bytes of `file` are whole lines of this sweep, and how many rows they are; `None` if something
/// else is in it.
fn valid_part(file: &mut File, grid: &Grid, shard: Shard) -> io::Result<Option<(u64, u64)>> {
    let points = shard.range(grid.len());
    let fingerprint = grid.fingerprint();
    let names = columns(grid.keys());
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(LastByte::new(BufReader::new(&mut *file)));
    let (mut record, mut length, mut rows) = (csv::ByteRecord::new(), 0, 0);
    let mut header_due = shard.has_header();
    loop {
        let more = reader.read_byte_record(&mut record)?;
        let end = reader.position().byte();
        // Without its line end it may have been cut short.
        if !more || reader.get_ref().is_cut_short(end) {
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
            return Ok(None);
        }
        rows += u64::from(!header_due);
        header_due = false;
        length = end;
    }
    let whole = file.metadata()?.len();
    // A first line that is no line of ours, cut short or not, is somebody else's.
    let foreign =
        length == 0 && whole > 0 && !begins_like_a_line(file, &names, &fingerprint, shard)?;
    Ok((!foreign).then_some((length, rows)))
}

/// Whether the beginning of `file` is the beginning of the first line of this sweep.
fn begins_like_a_line(
    file: &mut File,
    names: &[&str],
    fingerprint: &str,
    shard: Shard,
) -> io::Result<bool> {
    let expected = if shard.has_header() {
        names.join(",")
    } else {
        format!("{},{fingerprint}", super::SWEEP_SCHEMA)
    };
    let mut found = vec![0; expected.len()];
    file.seek(SeekFrom::Start(0))?;
    let mut filled = 0;
    while filled < found.len() {
        match file.read(&mut found[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(expected.as_bytes().starts_with(&found[..filled]))
}

/// Passes on what it reads, and knows where it ended and whether with a line end.
struct LastByte<R> {
    inner: R,
    read: u64,
    last: Option<u8>,
    ended: bool,
}

impl<R> LastByte<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            read: 0,
            last: None,
            ended: false,
        }
    }

    /// Whether a record that ends at `end` is the last one and has no line end.
    fn is_cut_short(&self, end: u64) -> bool {
        self.ended && end == self.read && self.last != Some(b'\n')
    }
}

impl<R: Read> Read for LastByte<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read += count as u64;
        match buffer[..count].last() {
            Some(byte) => self.last = Some(*byte),
            None => self.ended = true,
        }
        Ok(count)
    }
}
