//! What can be written of a moment: one list for the window and the command line, and so the same bytes.

use std::io::{self, Write};

use super::figure::{self, Drawing};
use super::table::{NoTable, table};
use super::{Look, Trace, View, figure_metadata};
use crate::rnn::Interrupt;
use crate::training::{Finding, Snapshot};

/// Something that can be written of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Artefact {
    /// Everything, as JSON.
    TraceJson,
    /// A row per timestep, as CSV.
    TraceCsv,
    /// The data behind a view, as CSV.
    Data(View),
    /// A figure of a view, or of the three bands, as SVG.
    Svg(Option<View>),
    /// The same as PNG.
    Png(Option<View>),
}

/// A moment, what was found out about it, and what of it is looked at.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The moment.
    pub snapshot: &'a Snapshot,
    /// The answer to [`super::question`], for views that have one.
    pub finding: Option<&'a Finding>,
    /// What of it is looked at.
    pub look: &'a Look,
}

impl Artefact {
    /// The view that it is of, if it is of one.
    pub fn view(self) -> Option<View> {
        match self {
            Self::TraceJson | Self::TraceCsv => None,
            Self::Data(view) => Some(view),
            Self::Svg(view) | Self::Png(view) => view,
        }
    }

    /// How its files end.
    pub fn extension(self) -> &'static str {
        match self {
            Self::TraceJson => "json",
            Self::TraceCsv | Self::Data(_) => "csv",
            Self::Svg(_) => "svg",
            Self::Png(_) => "png",
        }
    }

    /// Writes it to `out`.
    ///
    /// # Errors
    /// What `out` says; that it was interrupted; or that a finding is missing.
    pub fn write(
        self,
        subject: Subject<'_>,
        interrupt: &Interrupt,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Subject {
            snapshot,
            finding,
            look,
        } = subject;
        let of_one_unit = matches!(
            self,
            Self::Svg(Some(View::PhaseMap)) | Self::Png(Some(View::PhaseMap))
        );
        if of_one_unit && snapshot.probe.flow.hidden > 1 {
            return Err(io::Error::other(NoTable::OfOneUnit));
        }
        let trace = || Trace::of(snapshot, interrupt).map_err(io::Error::other);
        match self {
            Self::TraceJson => trace()?.write_json(out),
            Self::TraceCsv => trace()?.write_csv(out),
            Self::Data(view) => {
                let table = table(view, snapshot, finding, look).map_err(io::Error::other)?;
                table.write(out)
            }
            Self::Svg(view) => {
                let drawing = drawing(view, subject);
                out.write_all(figure::svg(&drawing, &figure_metadata(snapshot)).as_bytes())
            }
            Self::Png(view) => {
                let drawing = drawing(view, subject);
                let png = figure::png(&drawing, &figure_metadata(snapshot), figure::PNG_SCALE);
                out.write_all(&png.map_err(io::Error::other)?)
            }
        }
    }
}

fn drawing(view: Option<View>, subject: Subject<'_>) -> Drawing {
    match view {
        Some(view) => figure::view(view, subject.snapshot, subject.finding, subject.look),
        None => figure::bands(subject.snapshot, subject.look),
    }
}
