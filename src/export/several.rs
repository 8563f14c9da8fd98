//! What is written of several moments at once: figures beside each other, tables one below the other, and traces in one file.
//!
//! # The form `bptt-scope.comparison/1`
//!
//! One JSON object.
//!
//! | key | what it holds |
//! | --- | --- |
//! | `schema` | `"bptt-scope.comparison/1"` |
//! | `sentence` | where the gradients are farthest apart, in words |
//! | `experiments` | a list: of each its `name`, by what it has otherwise than the others, and its `trace`, as [`super::trace`] says |
//!
//! A CSV of several has a column `experiment`, the name, before all others, and every column that any of them has; a field is
//! empty where one has no such column.

use std::io::{self, Write};

use super::artefact::Artefact;
use super::carried::figure_metadata_of;
use super::csv_form::csv_error;
use super::figure;
use super::sight::Sight;
use super::table::rows_of;
use super::trace::Trace;
use crate::rnn::Interrupt;
use crate::scene::{names_of, sentence_of};
use crate::training::Snapshot;

/// The form of traces in one file.
pub const COMPARISON_SCHEMA: &str = "bptt-scope.comparison/1";

/// Moments that are written together at most.
pub const MOST_TOGETHER: usize = figure::MOST;

/// Several moments.
pub struct Several<'a> {
    sights: &'a [Sight<'a>],
    names: Vec<String>,
}

impl<'a> Several<'a> {
    /// Those of `sights`, which are in `files`, if they came from some.
    pub fn new(sights: &'a [Sight<'a>], files: &[Option<&str>]) -> Self {
        let moments: Vec<&Snapshot> = sights.iter().map(|sight| sight.snapshot).collect();
        Self {
            sights,
            names: names_of(&moments, files),
        }
    }

    /// What each is called.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What their gradients say of each other.
    pub fn sentence(&self) -> String {
        sentence_of(&self.moments(), &self.names)
    }

    fn moments(&self) -> Vec<&'a Snapshot> {
        self.sights.iter().map(|sight| sight.snapshot).collect()
    }

    /// Writes `artefact` of all of them to `out`. A figure carries the experiment of the first, and of
    /// two both.
    ///
    /// # Errors
    /// What `out` says; that it was interrupted; that a finding is missing; or that there is no such thing of several.
    pub fn write(
        &self,
        artefact: Artefact,
        interrupt: &Interrupt,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match artefact {
            Artefact::TraceJson => self.write_json(interrupt, out),
            Artefact::TraceCsv => {
                let tables = self.sights.iter().map(|sight| {
                    let trace = Trace::of(sight.snapshot, interrupt).map_err(io::Error::other)?;
                    Ok((trace.columns(), trace.rows().collect()))
                });
                self.write_csv(tables.collect::<io::Result<_>>()?, out)
            }
            Artefact::Data(view) => {
                let tables = self.sights.iter().map(|sight| {
                    let table = sight.table(view).map_err(io::Error::other)?;
                    Ok((table.names(), rows_of(&table).collect()))
                });
                self.write_csv(tables.collect::<io::Result<_>>()?, out)
            }
            Artefact::Svg(view) | Artefact::Png(view) => {
                let refusal = view.and_then(|view| {
                    let mut refusals = self
                        .sights
                        .iter()
                        .map(|sight| view.refusal(&sight.snapshot.moment.experiment));
                    refusals.find_map(|refusal| refusal)
                });
                if let Some(reason) = refusal {
                    return Err(io::Error::other(reason));
                }
                let drawing = figure::multiples(view, self.sights, &self.names);
                let metadata = figure_metadata_of(&self.moments());
                match artefact {
                    Artefact::Svg(_) => out.write_all(figure::svg(&drawing, &metadata).as_bytes()),
                    _ => {
                        let png = figure::png(&drawing, &metadata, figure::PNG_SCALE);
                        out.write_all(&png.map_err(io::Error::other)?)
                    }
                }
            }
            Artefact::TextPage => Err(io::Error::other("a page of words is of one experiment")),
        }
    }

    fn write_json(&self, interrupt: &Interrupt, out: &mut dyn Write) -> io::Result<()> {
        let text = |text: &str| serde_json::to_string(text).map_err(io::Error::other);
        writeln!(out, "{{\n\"schema\": {},", text(COMPARISON_SCHEMA)?)?;
        writeln!(out, "\"sentence\": {},", text(&self.sentence())?)?;
        out.write_all(b"\"experiments\": [")?;
        for (index, (sight, name)) in self.sights.iter().zip(&self.names).enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(out, "{comma}\n{{\"name\": {}, \"trace\": ", text(name)?)?;
            let trace = Trace::of(sight.snapshot, interrupt).map_err(io::Error::other)?;
            trace.write_json(&mut *out)?;
            out.write_all(b"}")?;
        }
        out.write_all(b"\n]\n}\n")
    }

    /// One below the other, with every column that any of `tables`, names and rows, has.
    fn write_csv(
        &self,
        tables: Vec<(Vec<String>, Vec<Vec<String>>)>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut columns = vec!["experiment".to_owned()];
        for name in tables.iter().flat_map(|(names, _)| names) {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(&columns).map_err(csv_error)?;
        for ((names, rows), experiment) in tables.iter().zip(&self.names) {
            let place = |column: &String| names.iter().position(|name| name == column);
            let places: Vec<Option<usize>> = columns.iter().skip(1).map(place).collect();
            for row in rows {
                let of_row = |place: &Option<usize>| place.and_then(|place| row.get(place));
                let fields = places.iter().map(of_row);
                let fields = fields.map(|field| field.map_or("", String::as_str));
                let record = std::iter::once(experiment.as_str()).chain(fields);
                writer.write_record(record).map_err(csv_error)?;
            }
        }
        writer.flush()
    }
}
