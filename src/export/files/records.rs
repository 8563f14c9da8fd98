//! A folder of records of a training elsewhere, which grows while somebody looks into it.

use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::open_error::OpenError;
use super::reading::bytes_of;
use crate::models::{ReadError, Record};
use crate::rnn::Interrupt;
use crate::training::{Alarm, Follow, Listed, RecordSource, Runs};

/// Folders in each other that are looked into: those of several runs, and of the ranks of each.
const DEEPEST: usize = 3;

/// A record, by the name of its file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordFile {
    /// Training steps that were made before, as the name says.
    pub step: u64,
    /// The file.
    pub path: PathBuf,
    /// When it was written last, and how large it is: a training that is begun again writes over what is there.
    pub stamp: Stamp,
}

/// When a file was written last, as far as the system says, and how many bytes it has.
pub type Stamp = (Option<SystemTime>, u64);

impl RecordFile {
    /// The record at `path`, if it is called as one is.
    fn called(entry: &DirEntry) -> Option<Self> {
        let path = entry.path();
        let name = path.file_name()?.to_str()?;
        let digits = name.strip_prefix("step-")?.strip_suffix(".safetensors")?;
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let step = digits.parse().ok().filter(|_| is_number)?;
        let metadata = entry.metadata().ok()?;
        let stamp = (metadata.modified().ok(), metadata.len());
        Some(Self { step, path, stamp })
    }
}

/// The records in `folder` itself, in the order of their steps. What is being written is called otherwise.
///
/// # Errors
/// [`OpenError`] if the folder cannot be read.
pub fn records_in(folder: &Path) -> Result<Vec<RecordFile>, OpenError> {
    let unreadable = |error| OpenError::Unreadable(folder.to_owned(), error);
    let mut records = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        records.extend(RecordFile::called(&entry));
    }
    records.sort();
    Ok(records)
}

/// The folders with records that there are in `folder` and below it, itself among them: of several runs, or of several ranks.
///
/// # Errors
/// [`OpenError`] if the folder cannot be read.
pub fn runs_in(folder: &Path) -> Result<Vec<PathBuf>, OpenError> {
    let mut runs = Vec::new();
    find_runs(folder, DEEPEST, &mut runs)?;
    runs.sort();
    Ok(runs)
}

fn find_runs(folder: &Path, depth: usize, runs: &mut Vec<PathBuf>) -> Result<(), OpenError> {
    let unreadable = |error| OpenError::Unreadable(folder.to_owned(), error);
    let mut has_record = false;
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if depth > 0 && entry.file_type().is_ok_and(|it| it.is_dir()) {
            // What nobody may look into has nothing to say.
            let _ = find_runs(&entry.path(), depth - 1, runs);
        }
        has_record = has_record || RecordFile::called(&entry).is_some();
    }
    if has_record {
        runs.push(folder.to_owned());
    }
    Ok(())
}

/// The record of a training elsewhere in the file at `path`.
///
/// # Errors
/// [`OpenError`] if it cannot be read, or is none.
pub fn open_record(path: &Path, interrupt: &Interrupt) -> Result<Record, OpenError> {
    let bytes = bytes_of(path, interrupt)?;
    let none = || {
        Err(ReadError::new(
            "this is no record of a training: the recorder writes step-….safetensors",
        ))
    };
    let record = Record::of(&bytes).unwrap_or_else(none);
    record.map_err(|error| OpenError::Numbers(path.to_owned(), error))
}

/// What follows the records of `run`, one of those in `folder`, or of the first that begins there, and tells of them by `alarm`.
pub fn followed(folder: &Path, run: Option<&str>, alarm: Alarm) -> Follow {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let found = run.map(|run| match run {
        "." => folder.clone(),
        run => folder.join(run),
    });
    Follow {
        source: Arc::new(RecordFolder {
            folder,
            found: Mutex::new(found),
        }),
        alarm,
    }
}

/// What `run` is called, which is in `folder`: the way to it from there, which is written alike on every system.
pub fn run_name(folder: &Path, run: &Path) -> String {
    let name = run.strip_prefix(folder).unwrap_or(run);
    match name.as_os_str().is_empty() {
        true => ".".to_owned(),
        false if cfg!(windows) => name.to_string_lossy().replace('\\', "/"),
        false => name.to_string_lossy().into_owned(),
    }
}

/// A folder whose records are followed.
#[derive(Debug)]
struct RecordFolder {
    folder: PathBuf,
    /// The folder of the run, once there is one: it, or one below it.
    found: Mutex<Option<PathBuf>>,
}

impl RecordFolder {
    /// The folder of the run; nothing if none has begun yet.
    fn run(&self) -> Option<PathBuf> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.is_none() {
            *found = runs_in(&self.folder).ok()?.into_iter().next();
        }
        found.clone()
    }
}

/// A number that is another one once the file has been written again.
fn stamp_number((modified, size): Stamp) -> u64 {
    let since = modified.and_then(|it| it.duration_since(SystemTime::UNIX_EPOCH).ok());
    let nanos = since.map_or(0, |it| it.as_nanos() as u64);
    nanos.rotate_left(17) ^ size
}

impl RecordSource for RecordFolder {
    fn records(&self) -> Result<Vec<Listed>, String> {
        let Some(run) = self.run() else {
            return Ok(Vec::new());
        };
        let records = records_in(&run).map_err(|error| error.to_string())?;
        let mut listed: Vec<Listed> = records
            .iter()
            .map(|it| Listed {
                step: it.step,
                stamp: stamp_number(it.stamp),
            })
            .collect();
        listed.dedup_by_key(|it| it.step);
        Ok(listed)
    }

    fn record(&self, step: u64) -> Result<(String, Record), String> {
        let folder = self.run().unwrap_or_else(|| self.folder.clone());
        // As the recorder calls it; otherwise it is looked for.
        let mut path = folder.join(format!("step-{step:09}.safetensors"));
        if !path.is_file() {
            let records = records_in(&folder).map_err(|error| error.to_string())?;
            let found = records.into_iter().find(|it| it.step == step);
            path = found
                .map(|file| file.path)
                .ok_or_else(|| format!("the record of step {step} is there no more"))?;
        }
        let record = open_record(&path, &Interrupt::default());
        let record = record.map_err(|error| error.to_string())?;
        Ok((path.to_string_lossy().into_owned(), record))
    }

    fn runs(&self) -> Runs {
        let name = |run: &PathBuf| run_name(&self.folder, run);
        let all = runs_in(&self.folder).unwrap_or_default();
        Runs {
            folder: self.folder.clone(),
            followed: self.run().as_ref().map(name).unwrap_or_default(),
            all: all.iter().map(name).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_known_by_their_names_and_found_below() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        };
        for name in [
            "step-000000100.safetensors",
            "step-12.safetensors",
            "step-000000200.part",
            "step-+5.safetensors",
            "step-.safetensors",
            "other.safetensors",
            "rank-1/step-0.safetensors",
            "a/b/step-7.safetensors",
            "a/b/c/d/step-7.safetensors",
        ] {
            write(name);
        }
        let steps: Vec<u64> = records_in(folder.path())
            .unwrap()
            .iter()
            .map(|it| it.step)
            .collect();
        assert_eq!(steps, [12, 100]);
        let runs = runs_in(folder.path()).unwrap();
        let below = runs
            .iter()
            .map(|it| it.strip_prefix(folder.path()).unwrap());
        let expected = ["", "a/b", "rank-1"].map(Path::new);
        assert_eq!(below.collect::<Vec<_>>(), expected);
        assert!(records_in(&folder.path().join("nowhere")).is_err());
    }
}
