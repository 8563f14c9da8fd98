//! The bytes of a JSON text on their way to the parser: where it is, and whether it goes beyond every bound.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use serde_json::Deserializer;
use serde_json::de::IoRead;

use crate::training::experiment_reading::TextError;
use crate::training::foreign::{megabytes, shown_reason};

/// Lists and sections that may stand in each other: a trace has six, an arrangement of every view by itself fewer
/// than thirty. The parser takes a byte for each of what it skips.
const DEEPEST: u32 = 100;

/// Bytes of one text, key or number: the longest sentence has 10,000 characters of at most twelve bytes each. The
/// parser holds one of them at a time.
const LONGEST: u64 = 1_000_000;

/// A JSON text that is read as it comes.
pub type Json<R> = Deserializer<IoRead<Watched<R>>>;

/// The JSON text that `source` begins with, of at most `most` bytes, and what is known of where it is.
///
/// `source` is read byte by byte, and should have a buffer.
pub fn json_from<R: Read>(source: R, most: u64) -> (Json<R>, Rc<Watch>) {
    let watch = Rc::new(Watch {
        most,
        line: Cell::new(1),
        ..Watch::default()
    });
    let source = Watched {
        source,
        watch: Rc::clone(&watch),
    };
    (Deserializer::from_reader(source), watch)
}

/// Where a text is being read. The parser takes byte after byte, and so this is where it is.
#[derive(Debug, Default)]
pub struct Watch {
    most: u64,
    read: Cell<u64>,
    line: Cell<usize>,
    depth: Cell<u32>,
    /// Within a text, and whether behind a backslash.
    quoted: Cell<Option<bool>>,
    /// Bytes of the text, key or number so far.
    length: Cell<u64>,
    refused: Cell<Option<Refused>>,
}

/// What goes beyond a bound.
#[derive(Clone, Copy, Debug)]
enum Refused {
    Depth,
    Length,
    Size,
}

impl Watch {
    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.line.get()
    }

    /// Whether reading ended because more than all that may be read is there.
    pub fn is_too_large(&self) -> bool {
        matches!(self.refused.get(), Some(Refused::Size))
    }

    /// What is wrong with the text if the parser says `error`.
    pub fn explain(&self, error: &serde_json::Error) -> TextError {
        match self.refused.get() {
            Some(Refused::Depth) => {
                let what =
                    format!("more than {DEEPEST} lists and sections stand in each other here");
                TextError::new(self.line(), what)
            }
            Some(Refused::Length) => {
                let what = format!(
                    "a text, key or number of more than {} stands here",
                    megabytes(LONGEST)
                );
                TextError::new(self.line(), what)
            }
            Some(Refused::Size) => {
                let what = format!("only the first {} are read", megabytes(self.most));
                TextError::new(self.line(), what)
            }
            None => TextError::new(error.line().max(1), no_json(error)),
        }
    }

    /// Takes note of `byte`.
    fn note(&self, byte: u8) -> Result<(), Refused> {
        self.read.set(self.read.get() + 1);
        if self.read.get() > self.most {
            return Err(Refused::Size);
        }
        if byte == b'\n' {
            self.line.set(self.line.get() + 1);
        }
        let length = self.length.get() + 1;
        match (self.quoted.get(), byte) {
            (Some(true), _) => self.quoted.set(Some(false)),
            (Some(false), b'\\') => self.quoted.set(Some(true)),
            (Some(false), b'"') => self.quoted.set(None),
            (Some(false), _) => {}
            (None, b'"') => {
                self.quoted.set(Some(false));
                self.length.set(0);
                return Ok(());
            }
            (None, b'[' | b'{') => {
                self.depth.set(self.depth.get() + 1);
                if self.depth.get() > DEEPEST {
                    return Err(Refused::Depth);
                }
            }
            (None, b']' | b'}') => self.depth.set(self.depth.get().saturating_sub(1)),
            (None, b',' | b':' | b' ' | b'\n' | b'\r' | b'\t') => {
                self.length.set(0);
                return Ok(());
            }
            (None, _) => {}
        }
        self.length.set(length);
        if length > LONGEST {
            return Err(Refused::Length);
        }
        Ok(())
    }
}

/// What is said of a text that is no JSON.
pub fn no_json(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    match text.trim_end_matches(&place) {
        _ if error.is_eof() => "this is no JSON: it ends in the middle".to_owned(),
        text if error.is_io() => format!("it cannot be read on: {}", shown_reason(text)),
        "expected ident" => "this is no JSON: there is no such word".to_owned(),
        text => format!("this is no JSON: {}", shown_reason(text)),
    }
}

/// A source that is watched.
#[derive(Debug)]
pub struct Watched<R> {
    source: R,
    watch: Rc<Watch>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        for byte in &buffer[..count] {
            if let Err(refused) = self.watch.note(*byte) {
                self.watch.refused.set(Some(refused));
                return Err(io::Error::other("beyond a bound"));
            }
        }
        Ok(count)
    }
}
