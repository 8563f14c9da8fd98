//! What a file is asked for.

use super::super::exports::Export;

/// What a file is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To open an experiment, or a lesson.
    Open,
    /// To compare a gradient of one's own.
    Compare,
    /// To read sequences of one's own.
    Data,
    /// To read the targets of arrays.
    Targets,
    /// To read the words of an embedding.
    Words,
    /// To watch a training elsewhere: a folder.
    Watch,
    /// To save the experiment.
    Save,
    /// To export something.
    Export(Export),
}

impl Purpose {
    /// Whether it is for a file that is there.
    pub(super) fn opens(self) -> bool {
        matches!(
            self,
            Self::Open | Self::Compare | Self::Data | Self::Targets | Self::Words | Self::Watch
        )
    }

    /// What the dialog is headed with.
    pub(super) fn title(self) -> String {
        match self {
            Self::Open => "Open an experiment or a lesson".to_owned(),
            Self::Compare => "Compare a gradient".to_owned(),
            Self::Data => "Open sequences of your own".to_owned(),
            Self::Targets => "Open the targets of your sequences".to_owned(),
            Self::Words => "Open the words of the embedding".to_owned(),
            Self::Watch => "Watch a training elsewhere".to_owned(),
            Self::Save => "Save the experiment".to_owned(),
            Self::Export(export) => format!("Export {}", export.name()),
        }
    }

    /// What its button is called.
    pub(super) fn button(self) -> &'static str {
        match self {
            Self::Open | Self::Data | Self::Targets | Self::Words => "Open",
            Self::Compare => "Compare",
            Self::Watch => "Watch",
            Self::Save => "Save",
            Self::Export(_) => "Export",
        }
    }

    /// What comes of it.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::Open => {
                "An experiment, a figure or trace of this program, a model (.safetensors, .pt, .npz, .h5), sequences of your own (.csv, .tsv, .npy, .npz), or a lesson (.md). Dropping a file on the window opens it too"
            }
            Self::Data => {
                "Texts with labels or numbers (.csv, .tsv), or arrays x and y (.npy, .npz, .safetensors)"
            }
            Self::Targets => "An array y (.npy, .npz, .safetensors)",
            Self::Words => {
                "A text file with the word of each row, one a line; or JSON, a list of words or the row of each"
            }
            Self::Compare => "Tensors by their names, in JSON, .npz, .safetensors or .pt",
            Self::Watch => {
                "The folder into which a training elsewhere writes its records: `bptt-scope recorder` has the Python file that does it"
            }
            Self::Save => {
                "A text file with every setting, which opens here and on the command line"
            }
            Self::Export(export) => export.hint(),
        }
    }

    /// How the names of such files end, the usual one first.
    pub(super) fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Open => &[
                "toml",
                "svg",
                "png",
                "json",
                "md",
                "safetensors",
                "pt",
                "pth",
                "npz",
                "h5",
                "csv",
                "tsv",
                "npy",
            ],
            Self::Data => &["csv", "tsv", "npz", "npy", "safetensors", "txt"],
            Self::Targets => &["npy", "npz", "safetensors"],
            Self::Words => &["txt", "json", "vocab"],
            Self::Compare => &["json", "npz", "safetensors", "pt"],
            Self::Watch => &[],
            Self::Save => &["toml"],
            Self::Export(export) => export.extensions(),
        }
    }

    /// What such a file is usually called; empty if it is one that is there.
    pub(super) fn file_name(self) -> String {
        match self {
            Self::Open | Self::Compare | Self::Data | Self::Targets | Self::Words | Self::Watch => {
                String::new()
            }
            Self::Save => "experiment.toml".to_owned(),
            Self::Export(export) => export.file_name(),
        }
    }
}
