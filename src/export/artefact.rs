//! What can be written of a moment: one list for the window and the command line, and so the same bytes.

use std::io::{self, Write};

use super::Trace;
use super::figure;
use super::sight::Sight;
use super::table::write_table;
use super::text_page::text_page;
use crate::rnn::Interrupt;
use crate::scene::{Drawing, View};

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
    /// The words of a sentence, coloured, as a page for a browser.
    TextPage,
}

impl Artefact {
    /// The view that it is of, if it is of one.
    pub fn view(self) -> Option<View> {
        match self {
            Self::TraceJson | Self::TraceCsv => None,
            Self::Data(view) => Some(view),
            Self::Svg(view) | Self::Png(view) => view,
            Self::TextPage => Some(View::TEXT),
        }
    }

    /// How its files end.
    pub fn extension(self) -> &'static str {
        match self {
            Self::TraceJson => "json",
            Self::TraceCsv | Self::Data(_) => "csv",
            Self::Svg(_) => "svg",
            Self::Png(_) => "png",
            Self::TextPage => "html",
        }
    }

    /// Writes it to `out`.
    ///
    /// # Errors
    /// What `out` says; that it was interrupted; or that a finding is missing.
    pub fn write(
        self,
        sight: &Sight<'_>,
        interrupt: &Interrupt,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let snapshot = sight.snapshot;
        let trace = || Trace::of(snapshot, interrupt).map_err(io::Error::other);
        match self {
            Self::TraceJson => trace()?.write_json(out),
            Self::TraceCsv => trace()?.write_csv(out),
            Self::Data(view) => {
                let table = sight.table(view).map_err(io::Error::other)?;
                write_table(&table, out)
            }
            Self::Svg(view) => {
                let drawing = drawing(view, sight)?;
                out.write_all(figure::svg(&drawing, &sight.metadata()).as_bytes())
            }
            Self::Png(view) => {
                let drawing = drawing(view, sight)?;
                let png = figure::png(&drawing, &sight.metadata(), figure::PNG_SCALE);
                out.write_all(&png.map_err(io::Error::other)?)
            }
            Self::TextPage => match View::TEXT.refusal(&snapshot.moment.experiment) {
                Some(reason) => Err(io::Error::other(reason)),
                None => out.write_all(text_page(sight).as_bytes()),
            },
        }
    }
}

fn drawing(view: Option<View>, sight: &Sight<'_>) -> io::Result<Drawing> {
    let Some(view) = view else {
        return Ok(figure::bands(sight));
    };
    // What there never is of such a network is refused rather than drawn as an empty figure.
    if let Some(reason) = view.refusal(&sight.snapshot.moment.experiment) {
        return Err(io::Error::other(reason));
    }
    Ok(figure::view(view, sight))
}
