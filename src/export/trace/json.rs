//! A trace as JSON, and back.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

use super::{TRACE_SCHEMA, Timestep, Trace};
use crate::training::shown;

/// Why a text is no trace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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
}

impl From<serde_json::Error> for TraceError {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        Self::Form {
            line: error.line(),
            column: error.column(),
            what: text.trim_end_matches(&place).to_owned(),
        }
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
            schema: Option<Value>,
        }
        let head: Head = serde_json::from_str(text)?;
        check_schema(head.schema)?;
        let mut trace: Self = serde_json::from_str(text)?;
        trace.timesteps.iter_mut().for_each(Timestep::restore);
        Ok(trace)
    }
}

/// `Ok` if `schema` is that of the traces which this program reads.
///
/// # Errors
/// [`TraceError::Schema`] says what it is instead.
pub fn check_schema(schema: Option<Value>) -> Result<(), TraceError> {
    let found = match schema {
        Some(Value::String(schema)) if schema == TRACE_SCHEMA => return Ok(()),
        Some(Value::String(schema)) => shown(&schema),
        Some(_) => "no text".to_owned(),
        None => "missing".to_owned(),
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
