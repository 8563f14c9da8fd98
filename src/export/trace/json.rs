//! A trace as JSON, and back.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use serde_json::ser::{Formatter, Serializer};
use toml::Value;

use super::form::FORMER_SCHEMA;
use super::{TRACE_SCHEMA, Timestep, Trace};
use crate::training::json::no_json;
use crate::training::{FoundValue, OutOfRange, shown_text};

/// Why a text is no trace.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TraceError {
    /// It is no JSON, or a key is missing or of another type.
    #[error("line {line}, column {column}: {what}")]
    Form {
        /// Where, from 1.
        line: usize,
        /// Where in the line, from 1.
        column: usize,
        /// What is wrong there.
        what: String,
    },
    /// It is a trace of another form, or none.
    #[error("its schema is {found}, and this program reads {TRACE_SCHEMA}")]
    Schema {
        /// What it says.
        found: String,
    },
    /// A number of its experiment, or a text, is beyond what an experiment may have.
    #[error("its experiment: {0}")]
    Experiment(#[from] OutOfRange),
}

impl TraceError {
    /// What the parser says of `text`, in the words of this program.
    fn form(text: &str, error: &serde_json::Error) -> Self {
        let what = if error.is_data() {
            wrong_value(text, error)
        } else {
            no_json(error)
        };
        Self::Form {
            line: error.line(),
            column: error.column(),
            what,
        }
    }
}

/// What is said of a text that is JSON, but has something else at a key than a trace has there.
fn wrong_value(text: &str, error: &serde_json::Error) -> String {
    let said = error.to_string();
    let missing = said.strip_prefix("missing field `");
    if let Some((key, _)) = missing.and_then(|rest| rest.split_once('`')) {
        return format!("the key {} is missing", shown_text(key));
    }
    let lines: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let end = (lines + error.column()).min(text.len());
    // The name of the last key before that place; the parser may be a little way behind it.
    let before = text.as_bytes().get(..end).unwrap_or_default();
    let key = before
        .windows(2)
        .rposition(|bytes| bytes == b"\":")
        .and_then(|close| {
            let open = before[..close].iter().rposition(|byte| *byte == b'"')?;
            std::str::from_utf8(&before[open + 1..close]).ok()
        });
    match key {
        Some(key) => format!("this is not what a trace has as {}", shown_text(key)),
        None => "this is no trace".to_owned(),
    }
}

impl Trace {
    /// The trace as JSON, a line for each timestep.
    pub fn to_json(&self) -> String {
        let mut bytes = Vec::new();
        // Memory takes everything, and every key is a text.
        let _ = self.write_json(&mut bytes);
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// Writes the trace as JSON, a line for each timestep.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write_json(&self, mut out: impl Write) -> io::Result<()> {
        let mut serializer = Serializer::with_formatter(&mut out, Lines::default());
        self.serialize(&mut serializer)?;
        out.write_all(b"\n")
    }

    /// Reads what [`Self::to_json`] has written.
    ///
    /// # Errors
    /// [`TraceError`] says what is wrong, and where.
    pub fn from_json(text: &str) -> Result<Self, TraceError> {
        #[derive(Deserialize)]
        struct Head {
            schema: Option<FoundValue>,
        }
        let form = |error| TraceError::form(text, &error);
        let head: Head = serde_json::from_str(text).map_err(form)?;
        check_schema(head.schema.as_ref())?;
        let mut trace: Self = serde_json::from_str(text).map_err(form)?;
        trace.experiment.clone().check()?;
        trace.timesteps.iter_mut().for_each(Timestep::restore);
        Ok(trace)
    }
}

/// `Ok` if `schema` is that of the traces which this program reads.
///
/// # Errors
/// [`TraceError::Schema`] says what it is instead.
pub fn check_schema(schema: Option<&FoundValue>) -> Result<(), TraceError> {
    let found = match schema {
        Some(FoundValue::Value(Value::String(schema)))
            if [TRACE_SCHEMA, FORMER_SCHEMA].contains(&schema.as_str()) =>
        {
            return Ok(());
        }
        Some(FoundValue::Value(Value::String(schema))) => shown_text(schema),
        Some(FoundValue::Nothing) | None => "missing".to_owned(),
        Some(_) => "no text".to_owned(),
    };
    Err(TraceError::Schema { found })
}

/// A line for every key of the whole and for every element of the lists that stand there, so that a trace
/// can be read, searched and compared line by line.
#[derive(Default)]
struct Lines {
    depth: usize,
}

impl Lines {
    fn separate<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        match (self.depth, first) {
            (1, true) => writer.write_all(b"\n"),
            (1, false) => writer.write_all(b",\n"),
            (2, true) => writer.write_all(b"\n  "),
            (2, false) => writer.write_all(b",\n  "),
            (_, true) => Ok(()),
            (_, false) => writer.write_all(b", "),
        }
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.depth == 0 {
            writer.write_all(b"\n")?;
        }
        writer.write_all(bracket)
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}
