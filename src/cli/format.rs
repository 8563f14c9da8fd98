//! The forms that a trace can be written in.

use clap::ValueEnum;

/// How a trace is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table with a bar per timestep, for a terminal
    Text,
    /// Everything, in full precision (schema bptt-scope.trace/2)
    Json,
    /// A row per timestep, in full precision
    Csv,
    /// A figure whose text stays text
    Svg,
    /// A figure as pixels
    Png,
    /// The words of the sentence, coloured by the gradient that reaches them, as a page for a browser
    Html,
}
