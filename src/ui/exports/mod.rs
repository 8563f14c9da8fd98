//! What the window writes for others: figures, data, traces, the screen, and a run as an animation.

mod job;
mod menu;

pub use job::{Exporter, Outcome};
pub use menu::export_menu;

use crate::export::Artefact;
use crate::scene::View;

/// Something that can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// The three bands, or one view, as a figure.
    Figure(Option<View>),
    /// The data behind a view.
    Data(View),
    /// Everything about the moment.
    Trace,
    /// The window as it is.
    Screen,
    /// The run as an animation.
    Animation,
}

impl Export {
    /// What it is called in a sentence.
    pub fn name(self) -> String {
        match self {
            Self::Figure(None) => "a figure of the three bands".to_owned(),
            Self::Figure(Some(view)) => format!("a figure of “{}”", view.name()),
            Self::Data(view) => format!("the data of “{}”", view.name()),
            Self::Trace => "a trace of this moment".to_owned(),
            Self::Screen => "a picture of the window".to_owned(),
            Self::Animation => "the run as an animation".to_owned(),
        }
    }

    /// What comes of it.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Figure(Some(view)) if view == View::TEXT => {
                "Light, for slides and print: .svg or .png, or .html, a page whose words can be marked and copied. The experiment is in the file, which can be opened again"
            }
            Self::Figure(_) => {
                "Light, for slides and print: .svg, whose text stays text, or .png. The experiment is in the file, which can be opened again"
            }
            Self::Data(_) => "The numbers that the view draws, in full precision",
            Self::Trace => {
                "Every number of this moment in full precision: .json, or .csv with a row per timestep"
            }
            Self::Screen => "The window as it is, without this dialog",
            Self::Animation => {
                "The three bands at up to 60 recorded steps of the run, from the first to the newest"
            }
        }
    }

    /// How its files may end, the usual one first.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Figure(Some(view)) if view == View::TEXT => &["svg", "png", "html"],
            Self::Figure(_) => &["svg", "png"],
            Self::Data(_) => &["csv"],
            Self::Trace => &["json", "csv"],
            Self::Screen => &["png"],
            Self::Animation => &["gif"],
        }
    }

    /// What its file is usually called.
    pub fn file_name(self) -> String {
        let name = match self {
            Self::Figure(None) => "bands",
            Self::Figure(Some(view)) | Self::Data(view) => view.slug(),
            Self::Trace => "trace",
            Self::Screen => "screen",
            Self::Animation => "run",
        };
        format!("bptt-scope-{name}.{}", self.extensions()[0])
    }

    /// What is written of a moment into a file that ends in `extension`; `None` for what is not of one moment.
    pub fn artefact(self, extension: &str) -> Option<Artefact> {
        let second = self
            .extensions()
            .get(1)
            .is_some_and(|it| it.eq_ignore_ascii_case(extension));
        match self {
            Self::Figure(Some(view))
                if view == View::TEXT && extension.eq_ignore_ascii_case("html") =>
            {
                Some(Artefact::TextPage)
            }
            Self::Figure(view) if second => Some(Artefact::Png(view)),
            Self::Figure(view) => Some(Artefact::Svg(view)),
            Self::Data(view) => Some(Artefact::Data(view)),
            Self::Trace if second => Some(Artefact::TraceCsv),
            Self::Trace => Some(Artefact::TraceJson),
            Self::Screen | Self::Animation => None,
        }
    }

    /// The views whose data it shows, besides what every moment has.
    pub fn draws(self) -> &'static [View] {
        let view = match self {
            Self::Figure(None) => Some(View::PRODUCT),
            Self::Figure(view) => view,
            Self::Data(view) => Some(view),
            Self::Trace | Self::Screen | Self::Animation => None,
        };
        let place = view.and_then(|view| View::ALL.iter().position(|other| *other == view));
        place.map_or(&[], |place| &View::ALL[place..=place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_the_name_chooses_the_form() {
        assert_eq!(
            Export::Figure(None).artefact("svg"),
            Some(Artefact::Svg(None))
        );
        assert_eq!(
            Export::Figure(None).artefact("PNG"),
            Some(Artefact::Png(None))
        );
        assert_eq!(Export::Trace.artefact("csv"), Some(Artefact::TraceCsv));
        assert_eq!(
            Export::Figure(Some(View::TEXT)).artefact("html"),
            Some(Artefact::TextPage)
        );
        assert_eq!(Export::Trace.file_name(), "bptt-scope-trace.json");
        for view in View::ALL {
            for export in [Export::Figure(Some(view)), Export::Data(view)] {
                let artefact = export.artefact(export.extensions()[0]).unwrap();
                assert_eq!(artefact.view(), Some(view));
                assert_eq!(artefact.extension(), export.extensions()[0]);
            }
        }
    }
}
