//! What the window opens, a file or a text, read until somebody gives it up; and whether a file is still what it was.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::open_error::OpenError;
use super::opened::Opened;
use super::opening::{LARGEST_TEXT, Origin, begin_of, experiment_in, most_of, read_sized};
use super::others::open_model;
use super::reading::{Interruptible, Watch, regular_file};
use crate::rnn::Interrupt;
use crate::training::{Experiment, ModelChoice, Pair, TensorNames};

/// Something an experiment can be opened from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The file at a path.
    File(PathBuf),
    /// A recurrent module of the model at a path.
    Module {
        /// The model.
        path: PathBuf,
        /// What the module is called.
        module: String,
    },
    /// A text, such as one that was pasted.
    Text {
        /// What messages call it.
        name: PathBuf,
        /// The text itself.
        text: String,
    },
}

impl Source {
    /// What messages call it.
    pub fn name(&self) -> &Path {
        match self {
            Self::File(path) | Self::Module { path, .. } => path,
            Self::Text { name, .. } => name,
        }
    }

    /// Opens it. Soon after its interrupt is raised it is read no further, which is an error like any other; a system
    /// that does not answer, such as a disk of a network that is gone, is waited for all the same.
    ///
    /// # Errors
    /// As [`open_experiment`](super::open_experiment).
    pub fn open(&self, watch: &Watch) -> Result<Opened, OpenError> {
        match self {
            Self::File(path) => {
                let (file, size) = regular_file(path)?;
                let source = Interruptible {
                    source: file,
                    interrupt: &watch.interrupt,
                };
                read_sized(path, source, Some(size), Origin::File(watch))
            }
            Self::Module { path, module } => {
                let choice = ModelChoice {
                    module,
                    tensors: &TensorNames::default(),
                };
                open_model(path, choice, &watch.interrupt)
            }
            Self::Text { name, text } => {
                let source = Interruptible {
                    source: text.as_bytes(),
                    interrupt: &watch.interrupt,
                };
                read_sized(name, source, Some(text.len() as u64), Origin::Passing)
            }
        }
    }
}

impl Source {
    /// All of its text, which is something else than an experiment: `what` it is, such as `lesson`, is what messages
    /// call it. It is interrupted as [`Self::open`] is.
    ///
    /// # Errors
    /// [`OpenError`] if it cannot be read, is larger than 1 MB or is no text.
    pub fn text(&self, what: &'static str, interrupt: &Interrupt) -> Result<String, OpenError> {
        let (name, mut bytes) = (self.name().to_owned(), Vec::new());
        let (source, size): (Box<dyn Read + '_>, u64) = match self {
            Self::File(path) | Self::Module { path, .. } => {
                let (file, size) = regular_file(path)?;
                (Box::new(file), size)
            }
            Self::Text { text, .. } => (Box::new(text.as_bytes()), text.len() as u64),
        };
        let too_large = |size| OpenError::TooLargeText {
            path: name.clone(),
            what,
            size,
            most: LARGEST_TEXT,
        };
        if size > LARGEST_TEXT {
            return Err(too_large(size));
        }
        let read = Interruptible { source, interrupt }
            .take(LARGEST_TEXT + 1)
            .read_to_end(&mut bytes);
        read.map_err(|error| OpenError::Unreadable(name.clone(), error))?;
        // It has grown meanwhile.
        if bytes.len() as u64 > LARGEST_TEXT {
            return Err(too_large(bytes.len() as u64));
        }
        String::from_utf8(bytes).map_err(|error| {
            OpenError::BinaryText(name.clone(), what, error.utf8_error().valid_up_to())
        })
    }
}

/// Whether the file at `path` holds `pair` and nothing else. No picture, no trace and nothing larger than an
/// experiment can be is looked into, so that it is answered as soon as the disk has answered.
pub fn holds_experiment(path: &Path, pair: &Pair) -> bool {
    let Ok((file, _)) = regular_file(path) else {
        return false;
    };
    let mut bytes = Vec::new();
    let read = file.take(LARGEST_TEXT + 1).read_to_end(&mut bytes);
    let begins = begin_of(&bytes);
    let is_carrier = begins.starts_with(b"{") || most_of(begins) > LARGEST_TEXT;
    read.is_ok()
        && !is_carrier
        // Of what is in other files only their names are here.
        && experiment_in(path, &bytes).is_ok_and(|opened| {
            let written = Pair {
                first: opened.experiment.into(),
                beside: opened.beside.map(Experiment::from),
            };
            let written = written.to_text();
            written == pair.to_text() || written == pair.named_beside(path).to_text()
        })
}

#[cfg(test)]
mod tests {
    use super::super::opening::open_experiment;
    use std::io;

    use super::super::reading::PIECE;
    use super::*;

    fn text(text: &str) -> Source {
        Source::Text {
            name: PathBuf::from("any"),
            text: text.to_owned(),
        }
    }

    /// What [`open_experiment`] and [`experiment_in`] say of the same bytes, to the letter.
    #[test]
    fn a_source_opens_as_its_bytes_do() {
        let folder = tempfile::tempdir().unwrap();
        let interrupt = Watch::default();
        let long = "seed ".repeat(300_000);
        let trace = r#"{"schema": "bptt-scope.trace/1", "experiment": {"seed": 5}, "step": 2}"#;
        for bytes in [
            "seed = 3", "", "seed = ", "<svg/>", "{\"a\": ", trace, &long,
        ] {
            let path = folder.path().join("any");
            std::fs::write(&path, bytes).unwrap();
            let words = |opened: Result<Opened, OpenError>| opened.map_err(|it| it.to_string());
            assert_eq!(
                words(Source::File(path.clone()).open(&interrupt)),
                words(open_experiment(&path))
            );
            assert_eq!(
                words(text(bytes).open(&interrupt)),
                words(experiment_in(Path::new("any"), bytes.as_bytes()))
            );
        }
    }

    #[test]
    fn a_text_that_is_no_experiment_is_read_whole_or_refused() {
        let (folder, interrupt) = (tempfile::tempdir().unwrap(), Interrupt::default());
        let path = folder.path().join("lesson.md");
        let told = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let read = Source::File(path.clone()).text("lesson", &interrupt);
            let short = |it: OpenError| it.to_string().replace(path.to_str().unwrap(), "it");
            read.map_err(short)
        };
        assert_eq!(told("# ∂".as_bytes()), Ok("# ∂".to_owned()));
        let longest = vec![b'a'; LARGEST_TEXT as usize];
        assert_eq!(told(&longest).unwrap().len() as u64, LARGEST_TEXT);
        assert_eq!(
            told(&[&longest[..], b"a"].concat()),
            Err("it (1.1 MB) is larger than 1 MB, and no lesson".to_owned())
        );
        assert_eq!(
            told(b"a\xff"),
            Err("it is no text (byte 2 is not UTF-8); a lesson is a text file".to_owned())
        );
        std::fs::remove_file(&path).unwrap();
        let gone = Source::File(path.clone()).text("lesson", &interrupt);
        assert!(
            gone.unwrap_err()
                .to_string()
                .ends_with("there is no such file")
        );
        interrupt.raise();
        assert!(text("seed").text("lesson", &interrupt).is_err());
    }

    #[test]
    fn what_was_given_up_is_read_no_further() {
        let watch = Watch::default();
        let interrupt = watch.interrupt.clone();
        let mut reader = Interruptible {
            source: io::repeat(b' '),
            interrupt: &interrupt,
        };
        let mut buffer = vec![0; 2 * PIECE];
        assert_eq!(reader.read(&mut buffer).unwrap(), PIECE);
        interrupt.raise();
        assert!(reader.read(&mut buffer).is_err());
        assert!(text("seed = 3").open(&watch).is_err());
    }

    #[test]
    fn a_file_holds_what_was_saved_to_it_and_no_other_carrier_of_the_same_does() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.toml");
        let experiment = Experiment {
            seed: 5,
            ..Experiment::default()
        };
        let experiment = Pair::alone(experiment);
        assert!(!holds_experiment(&path, &experiment), "it is not there");
        let own = experiment.to_text();
        let both = format!("{own}[beside]\nseed = 6\n");
        let trace =
            r#"{"schema": "bptt-scope.trace/1", "experiment": {"seed": 5}, "step": 0}"#.to_owned();
        let svg = "<svg><experiment xmlns='urn:bptt-scope:experiment'>seed = 5</experiment></svg>";
        let long = format!("seed = 5\n#{}", " ".repeat(1_000_000));
        for (text, holds) in [
            (own.as_str(), true),
            (&both, false),
            ("# a remark\nseed = 5", true),
            ("seed = 6", false),
            ("seed = ", false),
            ("", false),
            (&trace, false),
            (svg, false),
            (&long, false),
        ] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(holds_experiment(&path, &experiment), holds, "{:.40}", text);
        }
        assert!(!holds_experiment(folder.path(), &experiment));
    }
}
